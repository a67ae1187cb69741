"""A whole DIP: the request, the document and the sheet that goes with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from fonds.metadata.tt05 import make_objid
from fonds.metadata.tt05.request import EXAMPLE, parse_request
from fonds.packaging.dip import delivered_documents, make_sheet, write_sheet
from fonds.packaging.tt05 import PackageFacts, PackageKind, read_package, validate_package, write_package
from tests.packaging.dip.sheets import texts_of
from tests.packaging.tt05.building import SOFTWARE, WHEN, scanned

PLACE = "documentation/phieu-xac-thuc.pdf"


def findings(folder: Path) -> list[str]:
    return sorted(one.code for one in validate_package(folder).findings)


def test_a_dip_with_its_sheet(tmp_path: Path) -> None:
    record, files = scanned(tmp_path / "in")
    slip = parse_request(EXAMPLE, "request.json")
    objid = make_objid(PackageKind.DIP, record.id, "")
    documents = delivered_documents(record)
    sheet = make_sheet(slip, documents, objid=objid, archive="Kho lưu trữ", issued=date(2025, 2, 5))
    with (tmp_path / "sheet.pdf").open("wb") as out:
        write_sheet(out, sheet)

    facts = PackageFacts(WHEN, SOFTWARE, request=slip.request, kept={PLACE: tmp_path / "sheet.pdf"})
    written = write_package(tmp_path / "out", PackageKind.DIP, record, files, facts)

    assert written.objid == objid, "the sheet speaks of the package that it lies in"
    assert read_package(written.folder).request == slip.request
    assert PLACE in (written.folder / "METS.xml").read_text("utf-8")
    text = "".join(texts_of((written.folder / PLACE).read_bytes())).replace(" ", "")
    assert all(one.arc_doc_code in text for one in documents)
    without = write_package(tmp_path / "bare", PackageKind.DIP, record, files, replace(facts, kept={}))
    assert findings(written.folder) == findings(without.folder), "the sheet is no fault of the package"
