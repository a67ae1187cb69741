"""What keeps a package out and what does not; and nothing of what is kept out is in the store afterwards."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fonds.errors import UsageError
from fonds.metadata.mets import DIP_PROFILE
from fonds.packaging.judge import judge
from fonds.repository.archive import Archive
from fonds.repository.intake.received.blocking import effects, is_payload, weighed
from fonds.schemas.findings import Finding, Severity, finding, severities
from tests.repository.received.making import (
    EAD3_FILE_LEVEL,
    Foreign,
    Stock,
    codes,
    exported,
    forget,
    put,
    take_in,
    taken,
    tree_of,
    zipped,
)
from tests.support import ROOT

PAGE = "representations/rep1/data/0002.jpg"
Break = Callable[[Path], object]


def store_files(archive: Archive) -> list[str]:
    root = archive.root / "store"
    files = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return [str(path) for path in files if path.parts[0] not in {"_audit-log", "README.txt"}]


def _flip(path: str) -> Break:
    def change(folder: Path) -> None:
        content = bytearray((folder / path).read_bytes())
        content[-9] ^= 1
        (folder / path).write_bytes(content)

    return change


def _rewrite(path: str, old: str, new: str) -> Break:
    def change(folder: Path) -> None:
        text = (folder / path).read_text("utf-8")
        assert old in text
        (folder / path).write_text(text.replace(old, new), "utf-8")

    return change


BREAKS: dict[str, tuple[Break, str]] = {
    "digest": (_flip(PAGE), "PKG_DIGEST_WRONG"),
    "missing": (lambda folder: (folder / PAGE).unlink(), "PKG_FILE_MISSING"),
    "size": (lambda folder: (folder / PAGE).write_bytes(b"x"), "PKG_SIZE_WRONG"),
    "description": (_flip("metadata/descriptive/ead3.xml"), "PKG_DIGEST_WRONG"),
    "forgotten": (lambda folder: put(folder, "representations/rep1/data/0003.jpg", b"x"), "PKG_FILE_NOT_LISTED"),
    "elsewhere": (lambda folder: put(folder, "content/0003.jpg", b"x"), "PKG_FILE_NOT_LISTED"),
    "mets": (_rewrite("METS.xml", "</mets>", ""), "PKG_XML_REFUSED"),
    "inner mets": (lambda folder: put(folder, "representations/rep1/METS.xml", b"<mets"), "PKG_XML_REFUSED"),
    "entity": (_rewrite("METS.xml", "<mets ", '<!DOCTYPE a [<!ENTITY b "c">]><mets '), "PKG_XML_REFUSED"),
    "no mets": (lambda folder: (folder / "METS.xml").unlink(), "RECEIVED_NOTHING"),
    "outside": (_rewrite("METS.xml", "metadata/descriptive/ead3.xml", "../../../etc/passwd"), "PKG_HREF_OUTSIDE"),
    "link": (lambda folder: (folder / "metadata/other").symlink_to("/etc/passwd"), "NOT_REGULAR_FILE"),
    "dip": (_rewrite("METS.xml", "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml", DIP_PROFILE), "RECEIVED_KIND"),
    "empty": (lambda folder: shutil.rmtree(folder / "representations"), "PKG_FILE_MISSING"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_package_is_left_out_whole(tmp_path: Path, empty: Archive, name: str) -> None:
    change, expected = BREAKS[name]
    folder = Foreign().make(tmp_path / "in")
    change(folder)
    result = take_in(empty, zipped(folder, tmp_path / "a.zip") if name == "no mets" else folder, "P1")
    assert not result.ingested
    (blocked,) = result.blocked
    assert expected in {one.code for one in blocked.findings}
    assert result.errors
    assert not store_files(empty)
    assert not list((empty.root / "store").glob(".tmp-*"))
    assert not list(empty.holdings.aips())


def test_a_file_that_mets_forgets_is_told_apart_from_what_may_lie_there(tmp_path: Path, empty: Archive) -> None:
    folder = Foreign().make(tmp_path)
    forget(folder / "representations/rep1/METS.xml", "0002.jpg")
    result = take_in(empty, folder, "P1")
    assert {"PKG_FILE_NOT_LISTED"} <= {one.code for one in result.blocked[0].findings}
    other = Foreign(objid="o2", extra={"documentation/x.txt": b"x", "Thumbs.db": b"x"}, listed=False).make(tmp_path)
    result = take_in(empty, other, "P1")
    assert len(result.ingested) == 1
    told = {one.where for one in result.findings if one.code == "PKG_FILE_NOT_LISTED"}
    assert told == {"documentation/x.txt", "Thumbs.db"}


def test_what_is_only_a_matter_of_form_is_taken_in_and_noted(tmp_path: Path, empty: Archive) -> None:
    folder = Foreign(profile="https://example.org/mine.xml").make(tmp_path)
    assert not judge(folder).valid
    result = take_in(empty, folder, "P1")
    assert len(result.ingested) == 1
    assert {one.severity for one in result.findings if one.code in {"CSIP6", "SIP2"}} == {Severity.WARNING}
    assert not result.errors
    assert not judge(folder).valid  # and it is still not valid


def test_a_description_that_cannot_be_read_is_kept_and_asked_for(tmp_path: Path, empty: Archive) -> None:
    folder = Foreign(descriptive={"ead3.xml": ("EAD", EAD3_FILE_LEVEL[:-9])}, label="Nhãn").make(tmp_path)
    result = take_in(empty, folder, "P1")
    assert {"RECEIVED_KEPT_ONLY", "RECEIVED_CODE_FOUND"} <= codes(result)
    assert len(result.ingested) == 1


def test_broken_pages_block_as_in_any_delivery(tmp_path: Path, empty: Archive) -> None:
    package = Foreign()
    folder = package.make(tmp_path)
    whole = (folder / PAGE).read_bytes()
    (folder / "METS.xml").unlink()
    inner = folder / "representations/rep1/METS.xml"
    cut = whole[: len(whole) // 2]
    facts = put(folder, PAGE, cut)
    text = re.sub(r'(g-data-1" MIMETYPE="[^"]*") SIZE.*?CREATED="[^"]*"', rf"\1 {facts}", inner.read_text("utf-8"))
    new = put(folder, "representations/rep1/METS.xml", text.encode())
    root = Foreign(objid="whole").make(tmp_path / "other") / "METS.xml"
    said = re.sub(r'(g-rep1-0" MIMETYPE="[^"]*") SIZE.*?CREATED="[^"]*"', rf"\1 {new}", root.read_text("utf-8"))
    put(folder, "METS.xml", said.encode())
    result = take_in(empty, folder, "P1")
    assert [one.code for one in result.blocked[0].findings] == ["CORRUPT_IMAGE"]
    assert not store_files(empty)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<custodhist><p>Sở Thủy lợi</p></custodhist>", "<accessrestrict><p>Tuyệt mật</p></accessrestrict>"),
        ("<custodhist><p>Sở Thủy lợi</p></custodhist>", "<accessrestrict><p>03</p></accessrestrict>"),
        ('<unitdate normal="1975-05-02">2/5/1975</unitdate>', "<unitdate/><container>Tối mật</container>"),
    ],
)
def test_secret_records_are_refused_on_a_network(tmp_path: Path, empty: Archive, old: str, new: str) -> None:
    assert old in EAD3_FILE_LEVEL
    text = EAD3_FILE_LEVEL.replace(old, new)
    folder = Foreign(descriptive={"ead3.xml": ("EAD", text)}).make(tmp_path)
    result = take_in(empty, folder, "P1")
    if "container" in new:  # a word in a field that says nothing about access
        assert len(result.ingested) == 1
        return
    assert [one.code for one in result.blocked[0].findings] == ["SECRET_ON_NETWORK"]
    assert not store_files(empty)
    isolated = replace(empty, settings=replace(empty.settings, deployment="isolated"))
    assert len(take_in(isolated, folder, "P1").ingested) == 1


def test_the_same_bytes_in_two_packages_are_noticed(tmp_path: Path, empty: Archive) -> None:
    first = Foreign(objid="o1", representations={"rep1": ("0001.jpg",)}).make(tmp_path)
    second = tmp_path / "o2"
    shutil.copytree(first, second)
    text = (second / "METS.xml").read_text("utf-8").replace('"o1"', '"o2"')
    (second / "METS.xml").write_text(text, "utf-8")
    other = EAD3_FILE_LEVEL.replace("HS-1975-12", "HS-1975-13").encode()
    facts = put(second, "metadata/descriptive/ead3.xml", other)
    text = re.sub(r'(MDTYPE="EAD" MIMETYPE="text/xml") SIZE.*?CREATED="[^"]*"', rf"\1 {facts}", text)
    (second / "METS.xml").write_text(text, "utf-8")
    result = take_in(empty, tmp_path, "P1")
    assert len(result.ingested) == 2
    assert [one.where for one in result.findings if one.code == "DUPLICATE_CONTENT"] == [
        "o2/representations/rep1/data/0001.jpg"
    ]


def test_options_that_do_not_go_with_what_is_there(tmp_path: Path, stock: Stock, empty: Archive) -> None:
    with pytest.raises(UsageError, match="OPTION_FONDS_NOT_USED"):
        take_in(empty, stock.delivery, "P1")
    from fonds.repository.ingest import ingest

    with pytest.raises(UsageError, match="OPTION_INVENTORY_NOT_USED"):
        ingest(empty, Foreign().make(tmp_path), agent="x", inventory=stock.delivery / "MucLuc.xlsx")


def test_a_package_of_ours_with_one_byte_changed(tmp_path: Path, stock: Stock, empty: Archive) -> None:
    source = exported(stock.archive, stock.aips[0], tmp_path)
    before = tree_of(source)
    for path in sorted(before):
        content = bytearray(before[path])
        content[len(content) // 2] ^= 4
        (source / path.decode()).write_bytes(content)
        result = take_in(empty, source)
        assert not result.ingested, path
        assert result.blocked[0].findings
        (source / path.decode()).write_bytes(before[path])
    assert taken(empty, source).code == stock.aips[0].code


# --- the table ------------------------------------------------------------------------------------------------------


def test_every_error_about_a_package_is_weighed() -> None:
    judged = ("BAG_", "PKG_", "TT05_")
    errors = {code for code, severity in severities().items() if severity is Severity.ERROR and code.startswith(judged)}
    assert errors <= set(effects())
    assert set(effects()) <= set(severities())


def test_the_table_is_told_with_its_reasons() -> None:
    page = (ROOT / "docs" / "formats.md").read_text("utf-8")
    section = page.partition("## What keeps a package out")[2].partition("\n## ")[0]
    for code, effect in effects().items():
        row = next((line for line in section.splitlines() if f"`{code}`" in line), "")
        assert row.startswith(f"| {effect.ingest} | {effect.why} |"), code
    reasons = {effect.why for effect in effects().values()}
    for reason in reasons:
        assert f"- **{reason}**:" in section


def test_findings_are_weighed_by_place() -> None:
    found = [
        finding("PKG_FILE_NOT_LISTED", "data/representations/rep1/data/1.tif"),
        finding("PKG_FILE_NOT_LISTED", "data/documentation/1.pdf"),
        finding("PKG_XML_REFUSED", "data/representations/rep1/METS.xml:3", reason="x"),
        finding("PKG_XML_REFUSED", "data/metadata/descriptive/ead.xml:3", reason="x"),
        finding("BAG_INFO_LINE", "bag-info.txt"),
        Finding("CSIP6", Severity.ERROR, "data/METS.xml:2"),
        finding("BAG_DIGEST_WRONG", "data/a"),
    ]
    assert [one.severity.value for one in weighed(found, "data")] == [
        "error", "warning", "error", "warning", "warning", "warning", "error",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "payload"),
    [
        ("representations/rep1/data/1.tif", True),
        ("representations/rep1/1.tif", True),
        ("representations/rep1/METS.xml", False),
        ("representations/rep1/metadata/preservation/p.xml", False),
        ("representations/rep1/documentation/a.pdf", False),
        ("representations/rep1/data/Thumbs.db", False),
        ("content/1.tif", True),
        ("metadata/descriptive/ead.xml", False),
        ("documentation/a/b.pdf", False),
        ("aip.json", False),
        ("METS.xml", False),
    ],
)
def test_payload_is_told_by_its_folder(path: str, payload: bool) -> None:
    assert is_payload(path) is payload
