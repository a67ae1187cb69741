"""Writing one package of the dialect ``tt05-2025`` into a folder named by its OBJID: whole and durable, or not at all.

::

    METS.xml
    metadata/descriptive/{EAD.xml,fonds_ead3.xml,fonds_record.xml}
    metadata/preservation/PREMIS.xml
    representations/rep1/{METS.xml,data/…,metadata/descriptive/EAD_doc_0000001.xml,…}
    representations/rep1/metadata/preservation/PREMIS_rep1.xml
    schemas/{METS.xsd,EAD.xsd,EAD_doc.xsd,…}

``fonds_ead3.xml`` and ``fonds_record.xml`` are our addition, in a SIP and an AIP: everything of the record that the
circular has no field for, so that the way through the dialect loses nothing. A DIP holds only what its reader is given.
"""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from fonds.errors import RefusedError, UsageError
from fonds.metadata.model import DossierRecord
from fonds.metadata.tt05.identifiers import folder_name, make_objid
from fonds.metadata.tt05.model import DATA, RECORD_STATUS, PackageKind
from fonds.packaging.digest import copy_file
from fonds.packaging.durable import disk_errors, make_folder, rename_folder, sync_folder, sync_tree
from fonds.packaging.names import safe_name
from fonds.packaging.tt05.assemble import assemble
from fonds.packaging.tt05.content import Order, PackageFacts, Payload, WrittenPackage
from fonds.packaging.tt05.stage import Stage

_OURS = re.compile(
    r"METS\.xml|metadata/.*|representations/[^/]+/(METS\.xml|(data|metadata)/.*)|documentation/fonds_premis\w*\.xml"
    r"|schemas/(METS|EAD\w*|xlink|DILCIS\w+)\.xsd",
    re.IGNORECASE,
)


def write_package(
    target: Path, kind: PackageKind, record: DossierRecord, files: Iterable[Payload], facts: PackageFacts
) -> WrittenPackage:
    """Write the package of a record below ``target``; its folder is the OBJID with ':' as '_'.

    The OBJID comes from the record's id and is the same every time. Page paths of the record name files of ``files``.
    Raises UsageError TT05_TARGET_EXISTS, TT05_REQUEST_MISSING (a DIP without a request), TT05_STATUS_UNKNOWN or
    TT05_PATH_REFUSED (a path that is not below ``data/``, named twice, or that the package keeps for itself);
    RefusedError TT05_PAYLOAD_CHANGED when a file is not what its record says; ValueError for text that XML cannot
    carry; STORE_FULL and its kin for what the disk refuses.
    """
    code = safe_name(record.fonds_code)
    order = Order(kind, make_objid(kind, record.id, code), code, record, tuple(files), facts)
    folder = target / folder_name(order.objid)
    _check(order, folder)
    with disk_errors(target):
        make_folder(target)
        stage = target / f".tmp-{uuid.uuid4()}"
        stage.mkdir()
        try:
            written = _write(stage, order)
            sync_tree(stage)
            rename_folder(stage, folder)
            sync_folder(target)
        except BaseException:
            shutil.rmtree(stage, ignore_errors=True)
            raise
    return WrittenPackage(folder, kind, order.objid, written.files, written.bytes)


def _check(order: Order, folder: Path) -> None:
    if folder.exists():
        raise UsageError("TT05_TARGET_EXISTS", path=folder)
    if order.kind is PackageKind.DIP and order.facts.request is None:
        raise UsageError("TT05_REQUEST_MISSING", objid=order.objid)
    if order.facts.status not in RECORD_STATUS:
        raise UsageError("TT05_STATUS_UNKNOWN", status=order.facts.status, known=", ".join(RECORD_STATUS))
    _check_paths(order)


def _check_paths(order: Order) -> None:
    seen: set[str] = set()
    for one in order.payload:
        _check_path(one.record.path, seen, below=f"{DATA}/")
    for other in order.facts.further:
        for one in other.payload:
            _check_path(one.record.path, seen, below=f"{other.folder}/data/")
    for path in order.facts.kept:
        _check_path(path, seen, below="")
        if _OURS.fullmatch(path):
            raise UsageError("TT05_PATH_REFUSED", path=path)


def _check_path(path: str, seen: set[str], below: str) -> None:
    plain = PurePosixPath(path)
    inside = path.startswith(below) and str(plain) == path and not plain.is_absolute() and ".." not in plain.parts
    if not inside or path in seen or path in {"", "."}:
        raise UsageError("TT05_PATH_REFUSED", path=path)
    seen.add(path)


def _write(root: Path, order: Order) -> Stage:
    stage = Stage(root, order.facts.created)
    for one in (*order.payload, *(one for other in order.facts.further for one in other.payload)):
        _copy(one, stage.place(one.record.path))
        stage.count(one.record.size)
    assemble(stage, order)
    return stage


def _copy(one: Payload, place: Path) -> None:
    try:
        found = copy_file(one.source, place)
    except FileNotFoundError as error:
        if error.filename != str(one.source):
            raise
        found = 0, ""
    if found != (one.record.size, one.record.sha256):
        raise RefusedError("TT05_PAYLOAD_CHANGED", path=one.source)
