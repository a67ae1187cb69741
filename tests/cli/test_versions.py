"""Versions on the command line: a delivery that comes again, and what ``show`` and ``audit`` tell of them."""

from __future__ import annotations

import re
import shutil
import signal
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from fonds.bootstrap import open_archive
from fonds.metadata.model import DossierRecord, Value
from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, audit
from fonds.repository.versions import Change, describe_anew
from fonds.repository.work import work
from tests.cli.running import Fonds, as_process, under_way
from tests.factories import SAMPLE, DossierRow, ingest_sample, make_delivery, page_image

CODES = [row.code for row in SAMPLE]
CHANGED = replace(SAMPLE[0], title="Báo cáo năm 1962, đọc lại", pages=3)
INGESTED = {"id", "objid", "code", "version", "files", "pages", "bytes"}
CHANGES = {"fields", "items", "pages", "files", "representations", "documentation"}
VERSION = {
    "version", "stored", "event", "who", "detail", "reason", "changes", "doubt", "location", "files", "bytes", "pages",
    "checked", "check",
}  # fmt: skip


@pytest.fixture
def held(repo: Path, tmp_path: Path) -> Path:
    """A repository with the first two sample dossiers."""
    ingest_sample(repo, tmp_path / "first", SAMPLE[:2])
    return repo


@pytest.fixture
def again(tmp_path: Path) -> Path:
    """The same two delivered again: the first with another title and a third page, its second one scanned anew."""
    source = make_delivery(tmp_path / "again", [CHANGED, SAMPLE[1]])
    page_image(source / CHANGED.folder / "0002.jpg", "quet lai")
    return source


def test_what_is_refused_says_what_to_type_and_that_does_it(fonds: Fonds, held: Path, again: Path) -> None:
    refused = fonds("--repo", held, "ingest", again)
    assert refused.code == 3
    assert "CONTENT_CHANGED" in refused.out
    assert "«fonds ingest --replace»" in refused.out
    taken = fonds("--repo", held, "ingest", again, "--replace", "--reason", "tờ 2 mờ")
    assert taken.code == 0
    assert "1 hồ sơ có phiên bản mới; phiên bản cũ vẫn giữ:\n" in taken.out
    assert f"  {CHANGED.code}: phiên bản 2\n    sửa trường: Tiêu đề hồ sơ, Số lượng tờ\n" in taken.out
    assert "    thêm trang: 1 (tờ 3)\n    thay trang: 1 (tờ 2)\n" in taken.out
    assert "1 hồ sơ đã có sẵn, không thay đổi." in taken.out
    assert "Bản xem đang được làm" in taken.out
    once_more = fonds("--repo", held, "--lang", "en", "ingest", again, "--replace")
    assert once_more.code == 0
    assert "2 dossiers were stored already and are unchanged." in once_more.out
    assert "new version" not in once_more.out


def test_the_answer_for_programs(fonds: Fonds, held: Path, again: Path) -> None:
    taken = fonds("--repo", held, "--format", "json", "ingest", again, "--replace", "--reason", "blurred").document
    (updated,) = taken["updated"]
    assert set(updated) == INGESTED | {"changes"}
    assert (updated["code"], updated["version"], updated["pages"]) == (CHANGED.code, 2, 3)
    assert set(updated["changes"]) == CHANGES
    assert updated["changes"]["fields"][0] == {
        "kind": "dossier", "key": "title", "before": SAMPLE[0].title, "after": CHANGED.title,
    }  # fmt: skip
    assert updated["changes"]["pages"] == {
        "added": ["3"], "replaced": ["2"], "removed": [], "relabelled": [], "moved": 0,
    }  # fmt: skip
    assert [one["code"] for one in taken["unchanged"]] == [CODES[1]]
    assert (taken["ingested"], taken["blocked"]) == ([], [])


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("vi", ("Phiên bản 2", "Sửa nội dung", "lý do: tờ 2 mờ", "thay trang: 1 (tờ 2)", "Nhập kho")),
        ("en", ("Version 2", "Content corrected", "reason: tờ 2 mờ", "pages replaced: 1 (sheets: 2)", "Stored")),
    ],
)
def test_show_tells_the_versions(fonds: Fonds, held: Path, again: Path, lang: str, words: tuple[str, ...]) -> None:
    fonds("--repo", held, "ingest", again, "--replace", "--reason", "tờ 2 mờ")
    shown = fonds("--repo", held, "--lang", lang, "show", CODES[0])
    assert shown.code == 0
    assert all(word in shown.out for word in words)
    single = fonds("--repo", held, "--lang", lang, "show", CODES[1])
    assert "Phiên bản 1" not in single.out
    assert "Version 1" not in single.out


def test_show_tells_programs_everything(fonds: Fonds, held: Path, again: Path) -> None:
    fonds("--repo", held, "ingest", again, "--replace", "--reason", "tờ 2 mờ")
    versions = fonds("--repo", held, "--format", "json", "show", CODES[0]).document["versions"]
    assert set(versions) == {"total", "offset", "items"}
    assert (versions["total"], versions["offset"]) == (2, 0)
    second, first = versions["items"]
    assert set(second) == set(first) == VERSION
    assert (second["version"], second["event"], second["reason"]) == (2, "modification", "tờ 2 mờ")
    assert second["detail"] == f"Delivered again from the folder {CHANGED.folder}"
    assert second["who"]
    assert set(second["changes"]) == CHANGES
    assert (first["version"], first["changes"], first["check"], first["doubt"]) == (1, None, "never", "")
    assert "/v1/" in first["location"]


def test_show_describes_an_older_version(fonds: Fonds, held: Path, again: Path) -> None:
    fonds("--repo", held, "ingest", again, "--replace")
    audit(open_archive(held), agent="tester", scope=ALL)
    old = fonds("--repo", held, "--format", "json", "show", CODES[0], "--version", 1).document
    new = fonds("--repo", held, "--format", "json", "show", CODES[0], "--version", 2).document
    now = fonds("--repo", held, "--format", "json", "show", CODES[0]).document
    assert (old["title"], old["pages"], old["version"], old["check"]) == (SAMPLE[0].title, 2, 1, "ok")
    assert old["fields"]["title"] == SAMPLE[0].title
    assert "/v1/" in old["location"]
    assert set(now) == set(new) | {"versions"}
    assert {key: now[key] for key in new if key != "checked"} == {key: new[key] for key in new if key != "checked"}
    text = fonds("--repo", held, "show", CODES[0], "--version", 1).out
    assert text.startswith(f"{CODES[0]}  {SAMPLE[0].title}\n")
    assert re.search(r"^Gói lưu trữ +phiên bản 1,", text, re.MULTILINE)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_version_that_there_is_not(fonds: Fonds, library: Path, lang: str) -> None:
    for unit, number in ((CODES[0], 2), ("H99.12.P01", 2)):
        answered = fonds("--repo", library, "--lang", lang, "show", unit, "--version", number)
        assert (answered.code, answered.out) == (2, "")
        assert f"fonds show {unit}" in answered.err
    assert fonds("--repo", library, "show", CODES[0], "--version", 0).code == 2


def _retitled(record: DossierRecord, title: str) -> DossierRecord:
    values = {**record.dossier.values, "title": Value(title)}
    return replace(record, dossier=replace(record.dossier, values=values))


def test_many_versions_the_newest_twenty_and_how_to_see_more(fonds: Fonds, held: Path) -> None:
    archive = open_archive(held)
    unit = archive.holdings.find_code(CODES[0])
    assert unit is not None
    for number in range(2, 24):
        aip = archive.holdings.aip(unit.id)
        assert aip is not None
        describe_anew(archive, aip, partial(_retitled, title=f"Tên {number}"), Change("metadata modification", "", "x"))
    shown = fonds("--repo", held, "--lang", "en", "show", CODES[0])
    assert re.findall(r"^Version (\d+)", shown.out, re.MULTILINE) == [str(n) for n in range(23, 3, -1)]
    assert "23 versions in all; see older ones with --offset 20" in shown.out
    rest = fonds("--repo", held, "show", CODES[0], "--offset", 20)
    assert re.findall(r"^Phiên bản (\d+)", rest.out, re.MULTILINE) == ["3", "2", "1"]
    assert "--offset" not in rest.out
    three = fonds("--repo", held, "--format", "json", "show", CODES[0], "--offset", 1, "--limit", 3).document
    assert [one["version"] for one in three["versions"]["items"]] == [22, 21, 20]
    assert (three["versions"]["total"], three["title"]) == (23, "Tên 23")


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--replace", "--representation"), "--replace"),
        (("--for-readers",), "--representation"),
        (("--replace", "--for-readers"), "--representation"),
        (("--reason", "vì thế"), "--replace"),
    ],
)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_options_that_contradict_each_other(
    fonds: Fonds, held: Path, again: Path, options: tuple[str, ...], word: str, lang: str
) -> None:
    answered = fonds("--repo", held, "--lang", lang, "ingest", again, *options)
    assert (answered.code, answered.out) == (2, "")
    assert word in answered.err


@pytest.mark.parametrize(
    ("lang", "refused", "added", "shown"),
    [
        ("vi", "chưa có trong kho", "thêm bản thể hiện: rep2", "độc giả nay xem: rep2"),
        ("en", "is not held", "representations added: rep2", "readers now see: rep2"),
    ],
)
def test_another_representation(
    fonds: Fonds, held: Path, tmp_path: Path, lang: str, refused: str, added: str, shown: str
) -> None:
    source = make_delivery(tmp_path / "better", [SAMPLE[0], SAMPLE[2]])
    for page in (source / SAMPLE[0].folder).iterdir():
        page_image(page, f"ro hon {page.stem}", size=(900, 1270))
    taken = fonds("--repo", held, "--lang", lang, "ingest", source, "--representation")
    assert taken.code == 3, "the third dossier is not held"
    assert "DOSSIER_NOT_HELD" in taken.out
    assert refused in taken.out
    assert added in taken.out
    assert shown not in taken.out
    for_readers = fonds("--repo", held, "--lang", lang, "ingest", source, "--representation", "--for-readers")
    assert shown in for_readers.out
    assert added not in for_readers.out
    assert f"{SAMPLE[0].code}: " in for_readers.out


def test_the_audit_reads_every_version_and_names_it(fonds: Fonds, held: Path, again: Path) -> None:
    fonds("--repo", held, "ingest", again, "--replace")
    whole = fonds("--repo", held, "--format", "json", "audit", "--all").document
    assert (whole["ok"], whole["packages"], whole["unknown"]) == (
        True,
        5,
        [],
    )  # of the two dossiers 2 and 1, of the fonds 2
    victim = next((held / "store").glob(f"H99.12.P01/{CODES[0]}/v1/*/data/representations/rep1/data/0002.jpg"))
    victim.write_bytes(victim.read_bytes()[:-1])
    found = fonds("--repo", held, "--format", "json", "audit", "--package", CODES[0])
    assert found.code == 3
    assert found.document["packages"] == 2
    assert [(one["version"], one["result"]) for one in found.document["problems"]] == [(1, "size")]
    assert f"WRONG SIZE  {CODES[0]}, version 1\n" in fonds("--repo", held, "--lang", "en", "audit", "--all").out
    shown = fonds("--repo", held, "--lang", "en", "show", CODES[0]).out
    assert re.search(r"^Fixity +PROBLEM", shown, re.MULTILINE)
    assert shown.count("PROBLEM, last checked") == 2
    assert fonds("--repo", held, "status").code == 3


DOSSIERS = [DossierRow(f"H99.12.P01.1962.{number:02}", f"Hồ sơ số {number}", pages=2) for number in range(1, 16)]


@pytest.fixture(scope="module")
def fifteen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the first versions, for which nothing waits; nobody changes it."""
    folder = tmp_path_factory.mktemp("fifteen")
    archive, first = ingest_sample(folder / "repo", folder / "first", DOSSIERS)
    assert len(first.ingested) == len(DOSSIERS)
    work(archive, stopped=lambda: False)
    return archive.root


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_a_delivery_that_was_stopped_goes_on(fifteen: Path, repo: Path, tmp_path: Path, number: signal.Signals) -> None:
    archive = open_archive(shutil.copytree(fifteen, repo))
    source = make_delivery(tmp_path / "again", [replace(row, title=f"{row.title}, sửa") for row in DOSSIERS])
    for row in DOSSIERS:
        page_image(source / row.folder / "0002.jpg", "quet lai")
    with under_way("--repo", repo, "ingest", source, "--replace") as command:
        command.until(lambda: bool(second_versions(repo)))
        answered, _ = command.told(number)
    assert (answered.code, answered.out) == (130, "")
    assert f"fonds --repo {repo} ingest {source} --replace" in answered.err
    done = len(second_versions(repo))
    assert 0 < done < len(DOSSIERS)
    is_tidy(archive, len(DOSSIERS) + done)
    again = as_process("--repo", repo, "--format", "json", "ingest", source, "--replace").document
    assert (len(again["unchanged"]), len(again["updated"])) == (done, len(DOSSIERS) - done)
    assert len(second_versions(repo)) == len(DOSSIERS)
    is_tidy(archive, 2 * len(DOSSIERS))
    assert as_process("--repo", repo, "audit", "--all").code == 0


def test_a_delivery_that_was_killed_goes_on(fifteen: Path, repo: Path, tmp_path: Path) -> None:
    archive = open_archive(shutil.copytree(fifteen, repo))
    source = make_delivery(tmp_path / "again", [replace(row, title=f"{row.title}, sửa") for row in DOSSIERS])
    with under_way("--repo", repo, "ingest", source, "--replace") as command:
        command.until(lambda: len(second_versions(repo)) > 1)
        command.process.kill()
        command.process.communicate()
    again = as_process("--repo", repo, "--format", "json", "ingest", source, "--replace")
    assert again.code == 0, again.err
    assert len(again.document["unchanged"]) + len(again.document["updated"]) == len(DOSSIERS)
    assert len(second_versions(repo)) == len(DOSSIERS)
    is_tidy(archive, 2 * len(DOSSIERS))
    assert as_process("--repo", repo, "audit", "--all").code == 0


def second_versions(root: Path) -> list[Path]:
    return sorted((root / "store").glob("H99.12.P01/H99.12.P01.*/v2/*"))


def is_tidy(archive: Archive, versions: int) -> None:
    """No stage, a whole log that knows every version once, and the same in the catalogue as in the store."""
    assert not list((archive.root / "store").glob(".tmp-*"))
    assert archive.log.verify().broken_at == 0
    held = sorted(aip.location for aip in archive.holdings.packages())
    assert held == sorted(archive.store.locations())
    assert len([aip for aip in archive.holdings.packages() if not aip.of_fonds]) == versions
    stored = [row for row in archive.log.rows() if row.action in {"ingest", "new version", "fonds package"}]
    assert sorted(str(row.detail["location"]) for row in stored) == held
