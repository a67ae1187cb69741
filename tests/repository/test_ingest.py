"""Ingest: whole or not at all, the same delivery twice is one, what is blocked does not hold up the rest."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from fonds.bootstrap import open_archive
from fonds.errors import FondsError, UsageError
from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, audit
from fonds.repository.backends.whoosh_index import WhooshIndex
from fonds.repository.ingest import ingest
from fonds.repository.intake.submission import SubmittedDossier
from fonds.repository.outcome import IngestProgress
from fonds.repository.submission_signature import signature
from tests.factories import SAMPLE, DossierRow, ingest_sample, make_archive, make_delivery


def store_files(archive: Archive) -> list[str]:
    root = archive.root / "store"
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_a_delivery_becomes_packages(tmp_path: Path) -> None:
    archive = open_archive(make_archive(tmp_path / "repo").root)  # with its workers
    result = ingest(archive, make_delivery(tmp_path / "source", SAMPLE), agent="tester")
    assert [one.code for one in result.ingested] == [row.code for row in SAMPLE]
    assert [one.pages for one in result.ingested] == [2, 2, 3]
    assert not result.blocked
    assert not result.errors
    totals = archive.holdings.totals()
    assert [totals[what] for what in ("fonds", "dossiers", "documents", "pages")] == [1, 3, 3, 7]


def test_the_catalogue_row_says_what_is_on_disk(tmp_path: Path) -> None:
    archive, result = ingest_sample(tmp_path / "repo", tmp_path / "source")
    for one in result.ingested:
        aip = archive.holdings.aip(one.objid)
        assert aip is not None
        sizes = [file.size for file in archive.store.files(aip.location)]
        assert (aip.files, aip.bytes) == (len(sizes), sum(sizes)) == (one.files, one.bytes)


def test_the_source_is_not_touched(tmp_path: Path) -> None:
    source = make_delivery(tmp_path / "source", SAMPLE)
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in source.rglob("*")}
    ingest(make_archive(tmp_path / "repo"), source, agent="tester")
    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in source.rglob("*")} == before


def test_a_second_time_adds_nothing_and_finds_nothing(tmp_path: Path) -> None:
    archive, _ = ingest_sample(tmp_path / "repo", tmp_path / "source")
    before = [path for path in store_files(archive) if not path.startswith("_audit-log")]
    again = ingest(archive, tmp_path / "source", agent="tester")
    assert [one.code for one in again.unchanged] == [row.code for row in SAMPLE]
    assert not again.ingested
    assert not again.blocked
    assert not again.findings
    assert [path for path in store_files(archive) if not path.startswith("_audit-log")] == before


def test_other_content_under_a_held_code_is_refused_not_swallowed(tmp_path: Path) -> None:
    archive, _ = ingest_sample(tmp_path / "repo", tmp_path / "source")
    changed = [replace(SAMPLE[0], title="Tiêu đề khác"), *SAMPLE[1:]]
    again = ingest(archive, make_delivery(tmp_path / "changed", changed), agent="tester")
    assert [(one.code, [found.code for found in one.findings]) for one in again.blocked] == [
        (SAMPLE[0].code, ["CONTENT_CHANGED"])
    ]
    assert again.errors == 1
    unit = archive.holdings.find_code(SAMPLE[0].code)
    assert unit is not None
    assert unit.title == SAMPLE[0].title


def test_a_dossier_with_an_error_does_not_hold_up_the_others(tmp_path: Path) -> None:
    broken = DossierRow("H99.12.P01.1965.04", "Ảnh hỏng", pages=1, extra={"0002.jpg": b"\xff\xd8\xff\xe0 cut short"})
    archive, result = ingest_sample(tmp_path / "repo", tmp_path / "source", [*SAMPLE, replace(broken, pages=1)])
    assert len(result.ingested) == 3
    assert [one.code for one in result.blocked] == [broken.code]
    assert "CORRUPT_IMAGE" in {found.code for found in result.blocked[0].findings}
    assert archive.holdings.find_code(broken.code) is None
    assert not any(broken.code in path for path in store_files(archive))


def test_a_file_that_changes_after_the_gate_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_delivery(tmp_path / "source", SAMPLE)

    def meddle(dossier: SubmittedDossier) -> str:
        for page in (source / SAMPLE[0].folder).glob("0001.jpg"):
            page.write_bytes(page.read_bytes() + b"!")
        return signature(dossier)

    monkeypatch.setattr("fonds.repository.ingest.signature", meddle)
    archive = make_archive(tmp_path / "repo")
    result = ingest(archive, source, agent="tester")
    assert [(one.code, [found.code for found in one.findings]) for one in result.blocked] == [
        (SAMPLE[0].code, ["SOURCE_CHANGED"])
    ]
    assert not list((archive.root / "store").glob(".tmp-*"))
    assert not any(SAMPLE[0].code in path for path in store_files(archive))


def test_a_locked_repository_says_who_holds_it(tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "repo")
    source = make_delivery(tmp_path / "source", SAMPLE)
    with archive.lock("rebuild"), pytest.raises(FondsError) as caught:
        ingest(archive, source, agent="tester")
    assert caught.value.code == "REPOSITORY_LOCKED"
    assert caught.value.data["purpose"] == "rebuild"
    assert caught.value.data["pid"] == os.getpid()


def test_a_full_disk_is_said_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = make_archive(tmp_path / "repo")
    source = make_delivery(tmp_path / "source", SAMPLE)
    monkeypatch.setattr(type(archive.store), "free", lambda _: 1000)
    with pytest.raises(FondsError) as caught:
        ingest(archive, source, agent="tester")
    assert caught.value.code == "STORE_FULL"
    assert list(archive.store.locations()) == []
    assert archive.jobs.recent(kind="ingest").items[0].state == "failed"
    assert archive.jobs.recent(kind="delivery").items[0].reason == "STORE_FULL"


def test_a_missing_source_leaves_no_job(tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "repo")
    with pytest.raises(UsageError) as caught:
        ingest(archive, tmp_path / "nowhere", agent="tester")
    assert caught.value.code == "SOURCE_MISSING"
    assert archive.jobs.recent().total == 0


def test_progress_never_says_more_than_all(tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "repo")
    seen: list[IngestProgress] = []
    ingest(archive, make_delivery(tmp_path / "source", SAMPLE), agent="tester", progress=seen.append)
    assert [step.dossiers for step in seen] == [1, 2, 3]
    assert all(step.files <= step.total_files for step in seen)


def test_an_index_that_fails_does_not_fail_the_ingest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = make_archive(tmp_path / "repo")

    def refuse(*_: object) -> int:
        raise FondsError("INDEX_LOCKED", path="index")

    monkeypatch.setattr(WhooshIndex, "update", refuse)
    monkeypatch.setattr(WhooshIndex, "replace_all", refuse)
    result = ingest(archive, make_delivery(tmp_path / "source", SAMPLE), agent="tester")
    assert len(result.ingested) == 3
    assert result.index_error == "INDEX_LOCKED"
    assert archive.jobs.counts()["index"] == {"waiting": 3}


KILLED_AT: list[tuple[str, bool]] = [
    ("fonds.repository.storing.write_package", False),
    ("fonds.repository.storing.log_stored", True),
]


@pytest.mark.parametrize(("place", "published"), KILLED_AT)
def test_what_a_crash_left_is_finished_or_forgotten_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, published: bool
) -> None:
    """A crash before publishing leaves nothing; one after it leaves a package that is taken in, not doubled."""
    archive = make_archive(tmp_path / "repo")
    source = make_delivery(tmp_path / "source", SAMPLE[:1])
    # The process "dies": nothing that would tidy up runs any more.
    monkeypatch.setattr(place, _die)
    monkeypatch.setattr("fonds.repository.recovery.recover", lambda *_, **__: [])
    monkeypatch.setattr(type(archive.store), "discard", lambda *_: None)
    monkeypatch.setattr(type(archive.jobs), "fail", lambda *_: None)
    with pytest.raises(_KilledError):
        ingest(archive, source, agent="tester")
    monkeypatch.undo()
    _forget_holder(archive)
    result = ingest(archive, source, agent="tester")
    assert len(result.unchanged if published else result.ingested) == 1
    assert len([place for place in archive.store.locations() if "/_fonds/" not in place]) == 1
    assert not list((archive.root / "store").glob(".tmp-*"))
    assert archive.log.verify().broken_at == 0
    assert [row.action for row in archive.log.rows()].count("ingest") == 1


class _KilledError(BaseException):
    pass


def _die(*_: object, **__: object) -> object:
    raise _KilledError


def _forget_holder(archive: Archive) -> None:
    held: dict[Path, int] = archive.store._held  # type: ignore[attr-defined]  # what the kernel does for a dead process
    for handle in held.values():
        os.close(handle)
    held.clear()


def test_a_delivery_folder_whose_name_is_not_utf8_is_taken_in(tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "repo")
    source = make_delivery(tmp_path / os.fsdecode(b"ph\xf4ng"), SAMPLE[:1])
    assert len(ingest(archive, source, agent="tester").ingested) == 1
    assert archive.jobs.recent(kind="delivery").items[0].subject.endswith("ph\\xf4ng")


def test_a_published_package_that_does_not_fit_its_manifest_is_not_taken_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = make_archive(tmp_path / "repo")
    source = make_delivery(tmp_path / "source", SAMPLE[:1])
    monkeypatch.setattr("fonds.repository.storing.log_stored", _die)
    monkeypatch.setattr("fonds.repository.recovery.recover", lambda *_, **__: [])
    monkeypatch.setattr(type(archive.jobs), "fail", lambda *_: None)
    with pytest.raises(_KilledError):
        ingest(archive, source, agent="tester")
    monkeypatch.undo()
    place = next(iter(archive.store.locations()))
    with archive.store.local(place, "data/METS.xml") as victim:
        victim.write_bytes(victim.read_bytes() + b" ")
    result = ingest(archive, source, agent="tester")
    assert len(result.ingested) == 1
    assert [aip.location for aip in archive.holdings.aips()] != [place]
    assert ("recover", "failure") in {(row.action, row.outcome) for row in archive.log.rows()}
    assert place in audit(archive, agent="tester", scope=ALL).unknown
