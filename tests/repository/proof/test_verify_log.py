"""``check_log`` finds every kind of tampering with the log, and names the first row, although the chain itself fits."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fonds.errors import FondsError, RefusedError
from fonds.repository.archive import Archive
from fonds.repository.audit import audit
from fonds.repository.log_copies import log_copy
from fonds.repository.ports.log import LogRow
from fonds.repository.proof.checkpoint import read_line
from fonds.repository.proof.keys import fingerprint, grouped, load_key, make_key, typed_fingerprint
from fonds.repository.proof.places import checkpoints, own_lines
from fonds.repository.proof.signing import sign, sign_when_due
from fonds.repository.proof.verify_log import LogProblem, check_log
from tests.repository.proof.conftest import Rewrite, opened

Tamper = Callable[[list[LogRow]], list[LogRow]]


def edited(rows: list[LogRow]) -> list[LogRow]:
    return [*rows[:2], replace(rows[2], agent="nobody"), *rows[3:]]


def removed(rows: list[LogRow]) -> list[LogRow]:
    return [*rows[:2], *rows[3:]]


def swapped(rows: list[LogRow]) -> list[LogRow]:
    return [*rows[:2], rows[3], rows[2], *rows[4:]]


def inserted(rows: list[LogRow]) -> list[LogRow]:
    return [*rows[:2], replace(rows[2], action="audit ends"), *rows[2:]]


TAMPERED = [edited, removed, swapped, inserted]


def kinds(problems: list[LogProblem]) -> set[str]:
    return {one.kind for one in problems}


def logs(archive: Archive) -> list[Path]:
    return [archive.root / "store/_audit-log/audit.jsonl", archive.root.parent / "copy/_audit-log/audit.jsonl"]


def checkpoint_files(archive: Archive) -> list[Path]:
    return [archive.checkpoints_file, *(path.with_name("checkpoints.jsonl") for path in logs(archive))]


def test_a_log_that_nobody_touched_is_whole(archive: Archive) -> None:
    check = check_log(archive)
    assert (check.problems, check.behind, check.unreachable, check.first_wrong) == ([], [], [], 0)
    assert check.checkpoints == 2
    assert check.last is not None
    assert check.last.rows == check.verdict.rows - 1, "the row that tells of a checkpoint comes after it"
    assert list(check.keys) == [fingerprint(load_key(archive.key_file).public_key)]
    assert {path.read_bytes() for path in checkpoint_files(archive)} == {archive.checkpoints_file.read_bytes()}
    assert check_log(archive, list(check.keys)).problems == []


@pytest.mark.parametrize("tamper", TAMPERED)
def test_the_first_wrong_row_is_named_although_everything_was_chained_anew(
    archive: Archive, rewrite: Rewrite, tamper: Tamper
) -> None:
    rewrite(tamper(list(archive.log.rows())))
    assert archive.log.verify().broken_at == 0, "the chain alone does not tell"
    check = check_log(archive)
    (found,) = (one for one in check.problems if one.first)
    assert (found.kind, found.first, found.last) == ("changed", 3, 3)
    assert check.first_wrong == 3


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("tamper", TAMPERED)
def test_without_a_true_copy_of_the_log_the_rows_between_two_checkpoints_are_named(
    archive: Archive, rewrite: Rewrite, tamper: Tamper, later: bool
) -> None:
    first, second = (one.rows for one in checkpoints(own_lines(archive)))
    rows = list(archive.log.rows())
    whole = first if later else 0
    rewrite([*rows[:whole], *tamper(rows[whole:]), replace(rows[-1], action="audit ends")])
    for log in logs(archive):
        log.unlink()
    (found,) = (one for one in check_log(archive).problems if one.first)
    assert (found.kind, found.first, found.last) == ("changed", whole + 1, second if later else first)


@pytest.mark.parametrize("tamper", TAMPERED)
def test_a_log_that_was_changed_never_goes_over_its_true_copies(
    archive: Archive, rewrite: Rewrite, tamper: Tamper
) -> None:
    true = [path.read_bytes() for path in logs(archive)]
    rewrite(tamper(list(archive.log.rows())))
    log_copy(archive)
    assert [path.read_bytes() for path in logs(archive)] == true
    told = [one for one in check_log(archive).problems if one.kind == "copy"]
    assert [(one.place, one.rows) for one in told] == [("main", 3), ("second", 3)]


def test_a_copy_of_the_log_that_was_changed_is_no_fault_of_the_log(archive: Archive) -> None:
    path = logs(archive)[1]
    path.write_bytes(path.read_bytes().replace(b"tester", b"nobody"))
    check = check_log(archive)
    assert [(one.kind, one.place, one.rows) for one in check.problems] == [("copy", "second", 1)]
    assert check.first_wrong == 0


@pytest.mark.parametrize("with_copies", [True, False])
def test_a_tail_that_was_cut_off_is_found(archive: Archive, rewrite: Rewrite, with_copies: bool) -> None:
    rows = list(archive.log.rows())
    rewrite(rows[:-3])
    for log in logs(archive) if not with_copies else []:
        log.unlink()
    assert archive.log.verify().broken_at == 0
    (found,) = (one for one in check_log(archive).problems if one.first)
    assert (found.kind, found.first) == ("cut", len(rows) - 2)


def test_a_tail_that_was_cut_and_grew_again_is_found(archive: Archive, rewrite: Rewrite) -> None:
    rows = list(archive.log.rows())
    rewrite(rows[:-3])
    for number in range(5):
        archive.log.append("audit begins", agent="tester", subject=str(number))
    assert check_log(archive).first_wrong == len(rows) - 2


def test_an_older_copy_of_the_whole_log_is_found(archive: Archive, signed_once: Path) -> None:
    rows = len(list(archive.log.rows()))
    shutil.rmtree(archive.root / "log")
    shutil.copytree(signed_once / "log", archive.root / "log")
    older = len(list(archive.log.rows()))
    check = check_log(archive)
    assert archive.log.verify().broken_at == 0
    assert (check.first_wrong, older < rows) == (older + 1, True)
    assert {"cut", "missing"} <= kinds(check.problems)


def test_a_row_edited_as_it_stands_is_named_by_the_chain(archive: Archive) -> None:
    (file,) = (archive.root / "log").glob("audit-*.jsonl")
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*lines[:3], lines[3].replace(b'"tester"', b'"nobody"'), *lines[4:]]))
    check = check_log(archive)
    assert check.first_wrong == 4
    assert {"chain", "changed"} <= kinds(check.problems)
    file.write_bytes(b"".join([*lines[:3], b"?\n", *lines[4:]]))
    check = check_log(archive)
    assert check.first_wrong == 4
    assert "cut" not in kinds(check.problems)


def test_who_replaces_the_key_and_signs_anew_is_found_by_what_the_copies_have(
    archive: Archive, rewrite: Rewrite
) -> None:
    own = list(check_log(archive).keys)
    archive.key_file.unlink()
    forged = make_key(archive.key_file)
    rows = [row for row in archive.log.rows() if row.action != "checkpoint"]
    rewrite([replace(rows[0], detail={**rows[0].detail, "public_key": forged.public_key}), *rows[1:]])
    archive.checkpoints_file.unlink()
    sign(archive, "tester")
    log_copy(archive)
    check = check_log(archive)
    assert {"key", "repository", "key-note", "differs", "missing"} & kinds(check.problems) >= {"key", "repository"}
    assert {one.place for one in check.problems if one.kind == "key"} == {"main", "second"}
    assert check.first_wrong == 1
    # Whoever reaches the store and every copy too is found by the fingerprint on paper alone.
    for path in checkpoint_files(archive)[1:]:
        path.write_bytes(archive.checkpoints_file.read_bytes())
    assert "key" in kinds(check_log(archive, own).problems)


def test_a_key_that_is_not_the_one_of_the_log_does_not_sign(archive: Archive) -> None:
    archive.key_file.unlink()
    with pytest.raises(FondsError, match="KEY_MISSING"):
        sign(archive, "tester")
    make_key(archive.key_file)
    with pytest.raises(FondsError, match="KEY_OTHER"):
        sign(archive, "tester")


def test_a_key_that_was_lost_can_be_followed_by_a_new_one_that_the_log_names(archive: Archive) -> None:
    archive.key_file.unlink()
    sign(archive, "tester", new_key=True)
    log_copy(archive)
    check = check_log(archive)
    assert check.problems == []
    assert list(check.keys.values()) == [1, check.verdict.rows - 1]
    assert {one.kind for one in check_log(archive, list(check.keys)[:1]).problems} == {"key"}


def test_a_checkpoint_that_was_changed_or_taken_away_is_told(archive: Archive) -> None:
    path = checkpoint_files(archive)[2]
    lines = path.read_bytes().splitlines(keepends=True)
    rows = [one.rows for one in checkpoints(own_lines(archive))]
    path.write_bytes(lines[1])
    assert check_log(archive).problems == [LogProblem("missing", "second", rows[0])]
    path.write_bytes(lines[0])
    check = check_log(archive)
    assert (check.problems, check.behind) == ([], ["second"]), "it may have been away when the last one was made"
    log_copy(archive)
    assert check_log(archive).behind == []
    path.write_bytes(lines[0].replace(b'"rows":', b'"rows":1') + lines[1] + b"?\n")
    assert kinds(check_log(archive).problems) == {"signature", "unreadable", "missing"}
    archive.checkpoints_file.unlink()
    missing = [one for one in check_log(archive).problems if one.place == "repository"]
    assert [(one.kind, one.rows) for one in missing] == [("missing", one) for one in rows]


def test_what_lies_in_a_copy_is_added_to_and_never_replaced(archive: Archive) -> None:
    path = checkpoint_files(archive)[2]
    before = path.read_bytes()
    archive.checkpoints_file.write_bytes(b"")
    log_copy(archive)
    assert path.read_bytes() == before


def test_a_public_key_that_the_log_does_not_name_is_told(archive: Archive) -> None:
    path = logs(archive)[1].with_name("public-key.txt")
    assert grouped(next(iter(check_log(archive).keys))) in path.read_text()
    path.write_text("0" * 64 + "  0000\n")
    assert kinds(check_log(archive).problems) == {"key-note"}


def test_a_copy_that_is_away_is_named_and_is_no_fault(archive: Archive) -> None:
    shutil.rmtree(archive.root.parent / "copy")
    check = check_log(archive)
    assert (check.problems, check.unreachable) == ([], ["second"])


@pytest.mark.parametrize("tamper", TAMPERED)
def test_a_log_that_was_changed_is_not_signed(archive: Archive, rewrite: Rewrite, tamper: Tamper) -> None:
    rewrite(tamper(list(archive.log.rows())))
    with pytest.raises(RefusedError, match="LOG_CHANGED"):
        sign(archive, "tester")
    assert len(own_lines(archive)) == 2


def test_an_ingest_or_audit_signs_when_the_last_checkpoint_is_older_than_a_day(archive: Archive) -> None:
    assert sign_when_due(archive, "tester") is None
    made = checkpoints(own_lines(archive))
    signer = load_key(archive.key_file)
    old = [replace(one, time="2026-01-01T00:00:00+00:00").signed_by(signer) for one in made]
    archive.checkpoints_file.write_bytes(b"".join(one.line() for one in old))
    audit(archive, agent="tester", scope="all")
    assert len(own_lines(archive)) == 3
    assert own_lines(archive)[-1] in checkpoint_files(archive)[2].read_bytes().splitlines()
    audit(archive, agent="tester", scope="all")
    assert len(own_lines(archive)) == 3


def test_why_nothing_was_signed_is_a_row_of_the_log_and_fails_nothing(archive: Archive) -> None:
    archive.checkpoints_file.unlink()
    archive.key_file.write_text("no key")
    audit(archive, agent="tester", scope="all")
    row = list(archive.log.rows())[-1]
    assert (row.action, row.outcome, row.detail) == ("checkpoint", "failure", {"error": "KEY_UNREADABLE"})


def test_a_repository_without_a_key_gets_one_with_its_first_checkpoint(archive: Archive, rewrite: Rewrite) -> None:
    rows = [row for row in archive.log.rows() if row.action != "checkpoint"]
    rewrite([replace(rows[0], detail={}), *rows[1:]])
    for path in [archive.key_file, *checkpoint_files(archive)]:
        path.unlink()
    sign(archive, "tester")
    assert [row.action for row in archive.log.rows()][-2:] == ["checkpoint key", "checkpoint"]
    assert archive.key_file.stat().st_mode & 0o777 == 0o600


def test_a_key_with_a_passphrase(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONDS_KEY_PASSPHRASE", "gạo lứt")
    archive.key_file.unlink()
    sign(archive, "tester", new_key=True)
    assert b"ENCRYPTED" in archive.key_file.read_bytes()
    for wrong in ("", "other"):
        monkeypatch.setenv("FONDS_KEY_PASSPHRASE", wrong)
        with pytest.raises(FondsError, match=r"KEY_UNREADABLE.*passphrase"):
            sign(archive, "tester")
    monkeypatch.setenv("FONDS_KEY_PASSPHRASE", "gạo lứt")
    sign(archive, "tester")


def test_the_key_may_lie_elsewhere_and_never_in_the_store(archive: Archive, tmp_path: Path) -> None:
    toml = archive.root / "fonds.toml"
    away = tmp_path / "usb.pem"
    archive.key_file.rename(away)
    written = toml.read_text("utf-8")
    toml.write_text(written.replace('"checkpoint-key.pem"', f'"{away}"'), "utf-8")
    sign(opened(archive.root), "tester")
    for place in ("store/key.pem", "log/key.pem", ""):
        toml.write_text(written.replace('"checkpoint-key.pem"', f'"{place}"'), "utf-8")
        with pytest.raises(FondsError, match="SETTINGS_VALUE"):
            opened(archive.root)


def test_a_fingerprint_can_be_typed_as_it_is_printed() -> None:
    print_ = fingerprint("00" * 32)
    assert typed_fingerprint(f" {grouped(print_).upper()} ") == print_
    assert typed_fingerprint(":".join([print_[:32], print_[32:]])) == print_
    with pytest.raises(FondsError, match="KEY_FORM"):
        typed_fingerprint(print_[:-1])


def test_what_is_no_checkpoint_is_not_read_as_one(archive: Archive) -> None:
    (line, _) = own_lines(archive)
    assert read_line(line) is not None
    stamped = line.replace(b'"time":', b'"stamps":["AAAA"],"time":')
    found = read_line(stamped)
    assert found is not None
    assert (found.is_signed, found.stamps) == (True, ("AAAA",))
    wrong = [b"", b"[]", b"[" * 100_000, b"{}", line[:-1], b" " + line, line.replace(b'"rows":', b'"rows":0.'),
             line.replace(b'"head":"', b'"head":"G'), line.replace(b"/1", b"/2"),
             line.replace(b'"time":"', b'"time":1,"x":"'), stamped.replace(b'["AAAA"]', b"[1]")]  # fmt: skip
    assert [read_line(one) for one in wrong] == [None] * len(wrong)
