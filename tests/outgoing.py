"""Packages of every kind that really came out of ``pack`` and ``export``, for tests of any room."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from fonds import config
from fonds.bootstrap import open_archive
from fonds.packaging.dip import RequestSlip, read_request
from fonds.packaging.eark import PackageType
from fonds.packaging.forms import Dialect, Form
from fonds.repository.archive import Archive
from fonds.repository.export import ExportOrder, ExportResult, export
from fonds.repository.ingest import ingest
from fonds.repository.intake.gate import Gate
from fonds.repository.intake.gate.duplicates import nowhere
from fonds.repository.pack import PackResult, pack
from fonds.repository.policy import Role, User
from fonds.repository.sip import PackOrder
from tests.factories import SAMPLE, DossierRow, make_archive, make_delivery
from tests.repository.intake.building import INSTRUMENTS

LAN = User("lan", Role.ARCHIVIST)
HOLDER = "Lưu trữ lịch sử tỉnh Sơn Vân"
BAG, BARE = Form(), Form(bag=False)
ZIP, TAR = Form(packed="zip"), Form(packed="tar")
TT05, TT05_ZIP = Form(Dialect.TT05, bag=False), Form(Dialect.TT05, bag=False, packed="zip")
REQUEST: dict[str, Any] = {
    "requestID": "YC-2026-0007", "requestDate": "05/03/2026", "purpose": "01", "purposeContent": "Tìm hiểu gia phả",
    "feeObjectType": "02", "researchTopic": "Liệt sĩ huyện Thanh Bình", "description": "",
    "readerName": "Nguyễn Thị Lan", "readerID": "010187001234", "termDays": 15, "copies": 1, "place": "Sơn Vân",
}  # fmt: skip


def request_file(folder: Path, **changed: object) -> Path:
    """Write a reader's request; returns the file."""
    path = folder / "request.json"
    path.write_text(json.dumps(REQUEST | changed, ensure_ascii=False), "utf-8")
    return path


def slip(folder: Path) -> RequestSlip:
    """Return a reader's request, as it is read from a file."""
    return read_request(request_file(folder))


def packed(source: Path, out: Path, form: Form = BAG, **order: str | bool) -> PackResult:
    """Pack a delivery at its producer's, where there is no repository."""
    # Without worker processes: starting them takes longer than reading a few pages.
    gate = Gate(INSTRUMENTS, deployment="networked", known=nowhere)
    return pack(gate, source, PackOrder(out, form, **order), agent="minh")  # type: ignore[arg-type]  # as they are


def stocked(folder: Path, dossiers: Sequence[DossierRow] = SAMPLE, *, source: Path | None = None) -> Archive:
    """Return a repository that has a name and holds these dossiers, or those of a delivery."""
    archive = make_archive(folder / "repo")
    settings = archive.root / config.FILE_NAME
    named = settings.read_text("utf-8").replace('archive_name = ""', f'archive_name = "{HOLDER}"')
    settings.write_text(named, "utf-8")
    archive = open_archive(archive.root)
    result = ingest(archive, source or make_delivery(folder / "source", dossiers), agent="tester")
    assert result.ingested
    return archive


def exported(
    archive: Archive, names: Iterable[str], kind: PackageType, out: Path, form: Form = BAG, **order: object
) -> ExportResult:
    """Export as Lan, an archivist."""
    return export(archive, list(names), ExportOrder(kind, out, form, **order), user=LAN)  # type: ignore[arg-type]


def package_folders(folder: Path) -> dict[str, Path]:
    """Make one E-ARK package of each kind, bare; returns their folders: ``sip``, ``aip``, ``dip`` and ``packed``.

    ``sip`` and ``aip`` come out of an archive, ``packed`` from a producer, ``dip`` answers a request. Nothing here
    needs the repository any more.
    """
    archive = stocked(folder, SAMPLE[:1])
    code = SAMPLE[0].code
    made = {"packed": packed(folder / "source", folder / "packed", BARE).packages[0].path}
    for kind in PackageType:
        asked = slip(folder) if kind is PackageType.DIP else None
        result = exported(archive, [code], kind, folder / kind.value, BARE, slip=asked)
        made[kind.value.lower()] = result.packages[0].path
    return made
