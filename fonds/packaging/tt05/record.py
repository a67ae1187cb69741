"""The record of a package: ours, whole, with the circular's fields laid over it; or what those fields alone tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from posixpath import basename

from fonds.metadata.ead3 import read_ead3
from fonds.metadata.model import Description, DossierRecord, FileRecord, Item, Kind, Page, Value
from fonds.metadata.simpledc import SimpleDc
from fonds.metadata.tt05.fields import document_fields, package_fields
from fonds.metadata.tt05.holey import is_link
from fonds.metadata.tt05.identifiers import document_id, parse_objid, record_id
from fonds.metadata.tt05.merge import merge
from fonds.metadata.tt05.model import EAD3_FILE, PREFIXES, RECORD_FILE, DocumentFiles, PackageKind
from fonds.metadata.tt05.record_file import RecordFile, read_record_file
from fonds.packaging.eark import Representation
from fonds.packaging.tt05.package import Sources, Unread
from fonds.packaging.tt05.payload import with_details
from fonds.packaging.tt05.sources import resolve
from fonds.schemas import vocabulary
from fonds.schemas.xml import XmlRefusedError

_KIND = re.compile(r"EAD_(doc|pic|media)", re.IGNORECASE)
_OURS = re.compile(r"EAD_(?:doc|pic|media)_(\d{7})\.xml")
_KINDS = {prefix: kind for kind, prefix in PREFIXES.items()}


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """The record, its files with all that is known of them, the files of each item, and whether it is ours, whole."""

    record: DossierRecord
    files: tuple[FileRecord, ...]
    documents: tuple[DocumentFiles, ...]
    complete: bool
    further: tuple[Representation, ...] = ()
    documentation: tuple[FileRecord, ...] = ()


def read_record(sources: Sources, kind: PackageKind, files: tuple[FileRecord, ...]) -> ReadRecord:
    """Put the record together."""
    links = dict(_links(sources, files))
    ours = None if kind is PackageKind.DIP else _ours(sources)
    if ours is None:
        return _foreign(sources, kind, files, links)
    base, rest = ours
    known = {file.path: file for file in rest.files}
    record = _laid_over(sources, kind, base)
    documents = tuple(DocumentFiles(path, links.get(path, ())) for path in _by_item(sources, record))
    whole = [with_details(file, known[file.path]) if file.path in known else file for file in files]
    further = tuple(_further(sources, whole, name, pages) for name, pages in rest.further.items())
    elsewhere = {file.path for one in further for file in one.files}
    return ReadRecord(
        record,
        tuple(file for file in whole if file.path not in elsewhere),
        documents,
        complete=True,
        further=further,
        documentation=tuple(_documentation(sources, known)),
    )


def _further(sources: Sources, files: list[FileRecord], name: str, pages: tuple[Page, ...]) -> Representation:
    folder = f"representations/{name}"
    own = [file for file in files if file.path.startswith(f"{folder}/data/")]
    return Representation(name, own, pages, sources.events_of.get(folder, ()))


def _documentation(sources: Sources, known: Mapping[str, FileRecord]) -> Iterator[FileRecord]:
    """Yield the documents that came along, as METS lists them, with what else is known of them."""
    for file in sources.root.files:
        if file.path in known and file.path in sources.tree and file.use == "Documentation":
            yield with_details(file.record(), known[file.path])


def _ours(sources: Sources) -> tuple[DossierRecord, RecordFile] | None:
    """Return the record that Fonds put into the package, and what goes with it; None when it is not there whole."""
    if EAD3_FILE not in sources.tree or RECORD_FILE not in sources.tree:
        return None
    try:
        with (sources.folder / EAD3_FILE).open("rb") as ead3, (sources.folder / RECORD_FILE).open("rb") as rest:
            record, found = read_ead3(ead3), read_record_file(rest)
    except XmlRefusedError as error:
        sources.unread.append(Unread(EAD3_FILE, str(error)))
        return None
    sources.understood |= {EAD3_FILE, RECORD_FILE}
    return replace(record, pages=found.pages), found


def _laid_over(sources: Sources, kind: PackageKind, base: DossierRecord) -> DossierRecord:
    rules = vocabulary.package_fields(kind.value, "package")
    dossier = merge(base.dossier, sources.ead, dict(package_fields(kind, base)), rules)
    record = replace(base, dossier=dossier)
    items = list(record.items)
    for path, found in sources.descriptions.items():
        position = _position(path)
        if 0 <= position < len(base.items):
            description = items[position].description
            # Against the record as it was: what a document has from its dossier is not its own when that changes.
            said = dict(document_fields(kind, base, position))
            list_of = vocabulary.package_fields(kind.value, description.kind.value)
            items[position] = replace(items[position], description=merge(description, found, said, list_of))
        else:
            items.append(_item(sources, kind, path, found, len(items) + 1))
    return replace(record, items=tuple(items))


def _position(path: str) -> int:
    ours = _OURS.fullmatch(basename(path))
    return int(ours[1]) - 1 if ours else -1


def _by_item(sources: Sources, record: DossierRecord) -> Iterator[str]:
    """Yield the metadata file of each item, '' for one that has none."""
    numbered = {_position(path): path for path in sources.descriptions if 0 <= _position(path) < len(record.items)}
    added = [path for path in sources.descriptions if path not in numbered.values()]
    for position in range(len(record.items)):
        yield numbered.get(position) or (added.pop(0) if added else "")


def _item(sources: Sources, kind: PackageKind, path: str, found: SimpleDc, ordinal: int) -> Item:
    what = description_kind(path)
    rules = vocabulary.package_fields(kind.value, what.value)
    description = merge(Description(what), found, {}, rules)
    return Item(document_id(sources.root.objid, what, ordinal), description)


def description_kind(path: str) -> Kind:
    """Return what a metadata file describes, by its name: ``EAD_doc_…``, ``EAD_pic_…`` or ``EAD_media_…``."""
    prefix = _KIND.match(basename(path))
    return _KINDS[prefix[1].lower()] if prefix else Kind.DOCUMENT


def _foreign(
    sources: Sources, kind: PackageKind, files: tuple[FileRecord, ...], links: dict[str, tuple[str, ...]]
) -> ReadRecord:
    pages = tuple(Page(n, str(n), file.path) for n, file in enumerate(_content(files), 1))
    numbers = {page.path: page.sequence for page in pages}
    items = []
    for ordinal, (path, found) in enumerate(sources.descriptions.items(), 1):
        on = tuple(numbers[file] for file in links.get(path, ()) if file in numbers)
        items.append(replace(_item(sources, kind, path, found, ordinal), pages=on))
    dossier = Description(Kind.DOSSIER)
    if kind is not PackageKind.DIP:
        dossier = merge(dossier, sources.ead, {}, vocabulary.package_fields(kind.value, "package"))
    record = DossierRecord(record_id(sources.root.objid), _fonds(sources), dossier, None, tuple(items), pages)
    documents = tuple(DocumentFiles(path, links.get(path, ())) for path in sources.descriptions)
    return ReadRecord(record, files, documents, complete=False)


def _content(files: tuple[FileRecord, ...]) -> Iterator[FileRecord]:
    return (file for file in files if not is_link(file.path))


def _fonds(sources: Sources) -> Description:
    code = sources.root_links.fonds or sources.inner_links.fonds or parse_objid(sources.root.objid).fonds
    return Description(Kind.FONDS, {"fondsCode": Value(code)} if code else {})


def _links(sources: Sources, files: tuple[FileRecord, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each metadata file of a document with the files it is of: as METS links them, else by their names."""
    described, content = _ids(sources)
    said: dict[str, list[str]] = {}
    for descriptions, pointers in sources.inner_links.links:
        paths = [content[one] for one in pointers if one in content]
        for one in descriptions:
            if described.get(one) in sources.descriptions:
                said.setdefault(described[one], []).extend(paths)
    stems = {_stem(file.path): file.path for file in files}
    for path in sources.descriptions:
        same = stems.get(_KIND.sub("", basename(path)).removesuffix(".xml").lstrip("_").casefold())
        yield path, tuple(dict.fromkeys(said[path])) if said.get(path) else (same,) if same else ()


def _ids(sources: Sources) -> tuple[dict[str, str], dict[str, str]]:
    if sources.inner is None:
        return {}, {}
    described = {one.id: resolve(sources, one.file.path) for one in sources.inner.metadata if one.file}
    return described, {file.id: resolve(sources, file.path) for file in sources.inner.files}


def _stem(path: str) -> str:
    name = basename(path).casefold()
    return name.removesuffix(".fetch.txt").rpartition(".")[0] or name
