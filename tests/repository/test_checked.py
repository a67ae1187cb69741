"""What the checks of single files come to: viruses block, packages say who looked and what he found."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fonds.errors import RefusedError
from fonds.metadata.model import Event
from fonds.packaging.paper import page_html
from fonds.repository.archive import Archive
from fonds.repository.backends.clamd import Clamd
from fonds.repository.backends.no_scanner import NoScanner
from fonds.repository.deliveries.printing import paper_of
from fonds.repository.deliveries.register import delivery as find_delivery
from fonds.repository.ingest import ingest
from fonds.repository.intake.gate import Gate
from fonds.repository.intake.gate.duplicates import nowhere
from fonds.repository.intake.proposal import propose
from fonds.repository.intake.report import report_document
from fonds.repository.outcome import IngestResult
from fonds.repository.policy import Role, User
from fonds.repository.ports.scanner import Scanner
from fonds.repository.redelivery import Again, Redelivery
from fonds.schemas.inventory import tables
from fonds.schemas.messages import LANGUAGES, text
from tests.daemons import EICAR, MARK, clamd, free_port
from tests.factories import dossier_packages
from tests.repository.intake.broken import CASES, HS
from tests.repository.intake.building import INSTRUMENTS, Make, page
from tests.repository.received.making import (
    bag_of,
    content_of,
    exported,
    put,
    quick_archive,
    take_in,
)
from tests.repository.signing import SIGNER, one_byte_changed, pdfa, plain, signed, with_text

FIRST, SECOND = f"{HS}/0001.tif", f"{HS}/0002.tif"


@pytest.fixture(scope="module")
def scanner() -> Iterator[Clamd]:
    # The path of a socket may have 100 bytes only, so not in pytest's folders.
    with tempfile.TemporaryDirectory(prefix="clamd") as folder, clamd(Path(folder), free_port()) as daemon:
        yield Clamd.of(daemon.unix, 0)


def archive_with(root: Path, scanner: Scanner) -> Archive:
    return replace(quick_archive(root), scanner=scanner)


def infected(content: bytes = EICAR) -> Make:
    """A delivery of two dossiers, a virus in the first."""
    make = Make()
    make.second()
    make.files[SECOND] = content
    return make


def events(archive: Archive, kind: str) -> list[Event]:
    """The events of this kind of all packages, those of their representations included."""
    contents = [content_of(archive, aip) for aip in dossier_packages(archive)]
    told = [group for one in contents for group in (one.events, *(form.events for form in one.representations))]
    return [event for group in told for event in group if event.type == kind]


# --- viruses ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [EICAR, page() + MARK], ids=["the test file", "a page that shows well"])
def test_a_virus_blocks_its_dossier_and_no_other(content: bytes, tmp_path: Path, scanner: Clamd) -> None:
    archive = archive_with(tmp_path / "repo", scanner)
    result = ingest(archive, infected(content).write(tmp_path), agent="tester")
    (blocked,) = result.blocked
    (found,) = blocked.findings
    assert (found.code, found.where, found.severity.value) == ("VIRUS_FOUND", SECOND, "error")
    assert found.data["name"] in ("Eicar.Test.UNOFFICIAL", "Thu.Nghiem.Fonds.UNOFFICIAL")
    assert [one.code for one in result.ingested] == ["H99.12.P01.1962.02"]
    counts = result.scans.document()
    assert (counts["clean"], counts["infected"], counts["not_scanned"]) == (3, 1, 0)  # the inventory too
    stored = b"".join(path.read_bytes() for path in (tmp_path / "repo" / "store").rglob("*.*") if path.is_file())
    assert MARK not in stored
    assert EICAR not in stored


def test_nothing_of_an_infected_file_is_looked_into(tmp_path: Path, scanner: Clamd) -> None:
    gate = Gate(replace(INSTRUMENTS, scanner=scanner), deployment="networked", known=nowhere)
    with gate.open(infected(b"II*\0" + EICAR + MARK).write(tmp_path)) as delivery:
        dossiers = list(gate.check(delivery))
    assert [(one.code, one.where) for one in delivery.findings] == [("VIRUS_FOUND", SECOND)]
    file = dossiers[0].files[1]
    assert (file.facts.format, file.puid, len(file.sha256), file.problem) == ("", "", 64, "VIRUS_FOUND")


@pytest.mark.parametrize("whole", [True, False], ids=["no workbook at all", "a workbook that opens well"])
def test_an_infected_inventory_is_not_opened_and_blocks_the_delivery(
    whole: bool, tmp_path: Path, scanner: Clamd
) -> None:
    source = Make().write(tmp_path)
    (book,) = source.glob("*.xlsx")
    book.write_bytes(EICAR if whole else book.read_bytes() + MARK)
    archive = archive_with(tmp_path / "repo", scanner)
    result = ingest(archive, source, agent="tester")
    assert [(one.code, one.where, one.severity.value) for one in result.findings] == [
        ("INVENTORY_INFECTED", book.name, "error")
    ]
    assert (result.ingested, result.blocked, dossier_packages(archive)) == ([], [], [])
    assert result.scans.document()["infected"] == 1
    _, record = find_delivery(archive, result.delivery)
    assert [one.code for one in record.elsewhere] == ["INVENTORY_INFECTED"]
    for lang in LANGUAGES:
        page = page_html(paper_of(archive, result.delivery, "minute", User("an", Role.ARCHIVIST), lang)).decode()
        assert text(lang, "paper.criterion.unchecked") in page
        assert f"<td>{text(lang, 'paper.criterion.passed')}</td>" not in page
    with pytest.raises(RefusedError, match="INVENTORY_INFECTED"):
        propose(book, tables(), scanner)


def test_the_report_says_who_scanned(tmp_path: Path, scanner: Clamd) -> None:
    gate = Gate(replace(INSTRUMENTS, scanner=scanner), deployment="networked", known=nowhere)
    with gate.open(infected().write(tmp_path)) as delivery:
        list(gate.check(delivery))
    counts = report_document(delivery, "vi")["viruses"]
    assert (counts["clean"], counts["infected"], counts["not_scanned"], counts["reasons"]) == (3, 1, 0, {})
    (name,) = counts["scanners"]
    assert name.startswith("ClamAV ")


def test_a_secret_dossier_is_not_shown_to_the_scanner(tmp_path: Path, scanner: Clamd) -> None:
    make = infected()
    CASES["secret_on_network"](make)
    make.files[SECOND] = EICAR
    result = ingest(archive_with(tmp_path / "repo", scanner), make.write(tmp_path), agent="tester")
    assert "VIRUS_FOUND" not in {one.code for one in result.findings}
    counts = result.scans.document()
    assert (counts["infected"], counts["reasons"]) == (0, {"secret": 2})


def test_the_virus_check_stands_in_the_package(tmp_path: Path, scanner: Clamd) -> None:
    archive = archive_with(tmp_path / "repo", scanner)
    ingest(archive, Make().write(tmp_path), agent="tester")
    (event,) = events(archive, "virus check")
    assert (event.outcome, event.agents) == ("success", ("agent-fonds",))
    assert event.detail.startswith("Scanned as received: ClamAV ")
    assert event.outcome_note.startswith("Virus check: 2 files clean, 0 infected, 0 not scanned (ClamAV ")


@pytest.mark.parametrize("scanner", [NoScanner(), Clamd("/nowhere/clamd.ctl")], ids=["none", "unreachable"])
def test_that_nobody_scanned_stands_in_the_package(tmp_path: Path, scanner: Scanner) -> None:
    archive = archive_with(tmp_path / "repo", scanner)
    result = ingest(archive, infected().write(tmp_path), agent="tester")
    reason = "none" if isinstance(scanner, NoScanner) else "unreachable"
    assert result.scans.document() == {
        "clean": 0, "infected": 0, "not_scanned": 4, "reasons": {reason: 4}, "scanners": []
    }  # fmt: skip
    (event,) = events(archive, "virus check")
    assert (event.outcome, event.detail) == ("warning", "Scanned as received: not scanned")
    assert "1 not scanned" in event.outcome_note


def test_a_next_version_tells_of_its_new_files_only(tmp_path: Path, scanner: Clamd) -> None:
    make = Make()
    archive = archive_with(tmp_path / "repo", NoScanner())
    ingest(archive, make.write(tmp_path / "one"), agent="tester")
    make.files[SECOND] = page(7)
    again = make.write(tmp_path / "two")
    how = Redelivery(Again.REPLACE, "quet lai")
    result = ingest(replace(archive, scanner=scanner), again, agent="tester", held=how)
    assert len(result.updated) == 1
    first, second = events(archive, "virus check")
    assert (first.id, first.outcome) == ("event-virus", "warning")
    assert (second.id, second.outcome) == ("event-2-virus", "success")
    assert "1 file clean" in second.outcome_note


# --- packages ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package as another repository hands it over."""
    folder = tmp_path_factory.mktemp("other")
    archive = quick_archive(folder / "repo")
    ingest(archive, Make().write(folder), agent="tester")
    (aip,) = dossier_packages(archive)
    return exported(archive, aip, folder / "out")


def received(folder: Path, package: Path, scanner: Scanner) -> tuple[Archive, IngestResult]:
    archive = archive_with(folder / "repo", scanner)
    return archive, take_in(archive, package)


def test_the_files_of_a_package_are_scanned(tmp_path: Path, package: Path, scanner: Clamd) -> None:
    archive, result = received(tmp_path, package, scanner)
    (one,) = result.ingested
    payload, kept = [event for event in events(archive, "virus check") if event.id.startswith("receipt-")][::-1]
    assert (payload.id, payload.outcome, kept.id, kept.outcome) == (
        "receipt-rep1-virus", "success", "receipt-virus", "success",
    )  # fmt: skip
    counts = result.scans.document()
    assert (counts["infected"], counts["not_scanned"]) == (0, 0)
    assert counts["clean"] > one.pages


@pytest.mark.parametrize("place", ["documentation/la.txt", "representations/rep1/documentation/la.txt"])
def test_a_virus_beside_the_payload_blocks_too(tmp_path: Path, package: Path, scanner: Clamd, place: str) -> None:
    copy = Path(shutil.copytree(package / "data", tmp_path / package.name))
    put(copy, place, EICAR)
    archive, result = received(tmp_path, copy, scanner)
    assert not result.ingested
    codes = {one.code for one in result.blocked[0].findings}
    assert "VIRUS_FOUND" in codes
    assert not dossier_packages(archive)


# --- signatures -------------------------------------------------------------------------------------------------------


def signed_delivery(pdf: bytes) -> Make:
    make = Make()
    del make.files[SECOND]
    make.files[f"{HS}/0002.pdf"] = pdf
    return make


@pytest.mark.parametrize(
    ("pdf", "outcome", "said"),
    [
        (signed(pdfa(with_text(plain()))), "success", "Sig1: intact; signer "),
        (one_byte_changed(signed(plain()), b"/MediaBox"), "failure", "Sig1: broken (the signed bytes were changed)"),
        (signed(plain()).replace(b"/adbe.pkcs7.detached", b"/adbe.pkcs7.detachex"), "warning", "Sig1: unchecked ("),
    ],
    ids=["intact", "changed", "unknown"],
)
def test_the_check_of_a_signature_stands_in_the_package(tmp_path: Path, pdf: bytes, outcome: str, said: str) -> None:
    archive = archive_with(tmp_path / "repo", NoScanner())
    result = ingest(archive, signed_delivery(pdf).write(tmp_path), agent="tester")
    assert not result.blocked
    (event,) = events(archive, "digital signature validation")
    assert (event.outcome, event.objects) == (outcome, ("representations/rep1/data/0002.pdf",))
    assert event.outcome_note.startswith(said)
    assert (SIGNER in event.outcome_note) == (outcome != "warning")
    assert "no signer is verified" in event.detail
    (aip,) = dossier_packages(archive)
    stored = bag_of(archive, aip) / "data" / "representations/rep1/data/0002.pdf"
    assert stored.read_bytes() == pdf


def test_without_signatures_there_is_no_such_event(tmp_path: Path) -> None:
    archive = archive_with(tmp_path / "repo", NoScanner())
    ingest(archive, signed_delivery(plain()).write(tmp_path), agent="tester")
    assert events(archive, "digital signature validation") == []


# --- pages that look alike --------------------------------------------------------------------------------------------


def test_pages_that_look_alike_are_a_hint_and_no_finding(tmp_path: Path) -> None:
    make = Make()
    make.files[SECOND] = page(1, dpi=201.0)
    gate = Gate(INSTRUMENTS, deployment="networked", known=nowhere)
    with gate.open(make.write(tmp_path)) as delivery:
        (dossier,) = gate.check(delivery)
    assert delivery.findings == []
    (notice,) = delivery.notices
    assert (notice.code, notice.where, notice.data["pairs"]) == ("NEAR_DUPLICATE", SECOND, "0002.tif ≈ 0001.tif")
    assert dossier.notices == (notice,)
    assert not dossier.blocked
    for lang in LANGUAGES:
        document = report_document(delivery, lang)
        assert sum(document["counts"].values()) == 0
        assert "0002.tif ≈ 0001.tif" in document["notices"][0]["message"]
    archive = archive_with(tmp_path / "repo", NoScanner())
    result = ingest(archive, tmp_path / make.name, agent="tester")
    assert result.findings == []
    (event,) = events(archive, "validation")
    assert event.outcome == "success"
    assert f"NEAR_DUPLICATE {SECOND}" in event.outcome_note


def test_the_same_bytes_are_no_likeness(tmp_path: Path) -> None:
    make = Make()
    make.files[SECOND] = make.files[FIRST]
    gate = Gate(INSTRUMENTS, deployment="networked", known=nowhere)
    with gate.open(make.write(tmp_path)) as delivery:
        list(gate.check(delivery))
    assert [one.code for one in delivery.findings] == ["DUPLICATE_CONTENT"]
    assert delivery.notices == []


def test_pages_of_one_file_are_named_by_their_number(tmp_path: Path) -> None:
    make = Make()
    make.files[SECOND] = page(2)
    make.files[f"{HS}/0003.pdf"] = plain(3)
    make.files[f"{HS}/0004.pdf"] = pdfa(plain(1))
    gate = Gate(INSTRUMENTS, deployment="networked", known=nowhere)
    with gate.open(make.write(tmp_path)) as delivery:
        list(gate.check(delivery))
    assert [(one.where, one.data["pairs"]) for one in delivery.notices] == [
        (f"{HS}/0004.pdf", "0004.pdf ≈ 0003.pdf [1]")
    ]
