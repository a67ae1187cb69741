"""Time stamps by an authority (OpenSSL's): had, kept with the checkpoint, checked by us and by OpenSSL."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.backends.rfc3161_stamper import Rfc3161Stamper
from fonds.repository.log_copies import log_copy
from fonds.repository.ports.stamps import Stamped
from fonds.repository.proof.checkpoint import Checkpoint
from fonds.repository.proof.places import checkpoints, own_lines
from fonds.repository.proof.signing import sign
from fonds.repository.proof.stamping import STAMP, read_stamps
from fonds.repository.proof.verify_log import check_log
from tests.repository.tsa import NAME, Authority, make_authority, serving
from tests.support import require_or_skip

MESSAGE = b"a message"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with serving(make_authority(tmp_path_factory.mktemp("tsa") / "one", require_or_skip("openssl"))) as authority:
        yield authority


@pytest.fixture
def authority(running: Authority) -> Iterator[Authority]:
    running.said, running.asked = b"", []
    yield running
    running.said = b""


@pytest.fixture
def stamper(authority: Authority) -> Rfc3161Stamper:
    return Rfc3161Stamper(authority.url, authority.roots)


@pytest.fixture
def stamping(archive: Archive, stamper: Rfc3161Stamper) -> Archive:
    """A repository whose settings name the authority."""
    return replace(archive, stamper=stamper)


def last_of(archive: Archive) -> Checkpoint:
    return checkpoints(own_lines(archive))[-1]


def stamp_of(stamper: Rfc3161Stamper, message: bytes = MESSAGE) -> str:
    stamp = stamper.stamp(message)
    assert stamp is not None
    return stamp


def test_a_checkpoint_gets_a_stamp_that_the_check_of_the_log_tells(stamping: Archive) -> None:
    made = sign(stamping, "tester")
    log_copy(stamping)
    (said,) = read_stamps(stamping.stamper, made)
    assert isinstance(said, Stamped)
    assert (said.trusted, said.authority) == (True, f"CN={NAME}")
    assert said.time[:13] == made.time[:13] or said.time > made.time
    check = check_log(stamping)
    assert (check.problems, check.stamps) == ([], [said])
    assert last_of(stamping) == made


def test_openssl_alone_verifies_what_lies_in_the_store(stamping: Archive, authority: Authority, tmp_path: Path) -> None:
    made = sign(stamping, "tester")
    (tmp_path / "signature").write_bytes(bytes.fromhex(made.signature))
    (tmp_path / "stamp.tsr").write_bytes(base64.b64decode(made.stamps[0]))
    command: list[str | Path] = [
        *(authority.openssl, "ts", "-verify", "-data", tmp_path / "signature", "-in", tmp_path / "stamp.tsr"),
        *("-CAfile", authority.roots),
    ]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    (tmp_path / "signature").write_bytes(b"another")
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


def test_only_the_hash_is_sent(stamper: Rfc3161Stamper, authority: Authority) -> None:
    stamp_of(stamper)
    (asked,) = authority.asked
    assert MESSAGE not in asked


def test_a_stamp_of_another_checkpoint_is_told(stamping: Archive, stamper: Rfc3161Stamper) -> None:
    made = sign(stamping, "tester")
    swapped = replace(made, stamps=(stamp_of(stamper),))
    for path in (stamping.checkpoints_file, *stamping.root.parent.glob("*/_audit-log/checkpoints.jsonl")):
        path.write_bytes(path.read_bytes().replace(made.line(), swapped.line()))
    told = [one for one in check_log(stamping).problems if one.kind == "stamp"]
    assert [(one.rows, one.first) for one in told] == [(made.rows, 0)]


@pytest.mark.parametrize("said", [500, 404, b"<html>no</html>", b"\0"], ids=["500", "404", "a page", "nothing"])
def test_without_an_answer_the_checkpoint_is_made_and_the_log_says_why(
    stamping: Archive, authority: Authority, said: bytes | int
) -> None:
    authority.said = said
    made = sign(stamping, "tester")
    assert made.stamps == ()
    assert last_of(stamping) == made
    (row,) = (row for row in stamping.log.rows() if row.action == STAMP)
    expected = "STAMP_FAILED" if isinstance(said, int) else "STAMP_WRONG"
    assert (row.outcome, row.detail["error"], row.detail["url"]) == ("failure", expected, authority.url)
    log_copy(stamping)
    assert check_log(stamping).problems == []


def test_an_answer_to_another_question_is_refused(authority: Authority, stamper: Rfc3161Stamper) -> None:
    earlier = base64.b64decode(stamp_of(stamper))
    authority.said = earlier  # the same message, another nonce: replayed
    for one in (stamper, Rfc3161Stamper(authority.url)):
        with pytest.raises(FondsError, match="STAMP_WRONG"):
            one.stamp(MESSAGE)


def test_a_refusal_of_the_authority_is_told(authority: Authority, stamper: Rfc3161Stamper) -> None:
    authority.said = bytes.fromhex("300530030201") + b"\x02"  # PKIStatusInfo: rejection, no token
    with pytest.raises(FondsError, match="STAMP_WRONG"):
        stamper.stamp(MESSAGE)


def test_nobody_answers(stamper: Rfc3161Stamper, authority: Authority) -> None:
    away = Rfc3161Stamper("http://127.0.0.1:1/", authority.roots)
    with pytest.raises(FondsError, match="STAMP_FAILED"):
        away.stamp(MESSAGE)


def test_an_authority_that_is_not_trusted_is_refused(
    authority: Authority, stamper: Rfc3161Stamper, tmp_path: Path
) -> None:
    other = make_authority(tmp_path / "other", authority.openssl)
    with pytest.raises(FondsError, match="STAMP_WRONG"):
        Rfc3161Stamper(authority.url, other.roots).stamp(MESSAGE)
    with pytest.raises(ValueError, match="certificate"):
        Rfc3161Stamper(authority.url, other.roots).check(stamp_of(stamper), MESSAGE)


def test_without_certificates_only_the_message_is_compared_and_that_is_said(
    stamper: Rfc3161Stamper, authority: Authority
) -> None:
    alone = Rfc3161Stamper(authority.url)
    stamp = stamp_of(alone)
    assert not alone.check(stamp, MESSAGE).trusted
    assert stamper.check(stamp, MESSAGE).trusted
    with pytest.raises(ValueError, match="Mismatch"):
        alone.check(stamp, b"another message")


def test_every_changed_byte_of_a_stamp_is_told_or_changes_nothing(stamper: Rfc3161Stamper) -> None:
    stamp = base64.b64decode(stamp_of(stamper))
    good = stamper.check(base64.b64encode(stamp).decode(), MESSAGE)
    for place in range(0, len(stamp), 7):
        changed = bytearray(stamp)
        changed[place] ^= 1
        try:
            said = stamper.check(base64.b64encode(changed).decode(), MESSAGE)
        except ValueError:
            continue
        assert said == good


def test_certificates_that_cannot_be_read(authority: Authority, tmp_path: Path) -> None:
    for path in (tmp_path / "absent.pem", authority.folder / "serial"):
        with pytest.raises(FondsError, match="STAMP_ROOTS"):
            Rfc3161Stamper(authority.url, path).stamp(MESSAGE)


def test_no_authority_no_stamp() -> None:
    assert Rfc3161Stamper().stamp(MESSAGE) is None
