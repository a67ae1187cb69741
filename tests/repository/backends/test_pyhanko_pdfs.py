"""What a PDF holds besides its pages: signatures, checked offline, and content that acts."""

from __future__ import annotations

import pickle
import re
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fonds.repository.backends.pyhanko_pdfs import PyHankoInspector
from fonds.repository.ports.pdfs import PdfFacts, Seal
from tests.repository import signing
from tests.repository.signing import AUTHORITY, SIGNER, encrypted, plain, signed


def look(folder: Path, content: bytes) -> PdfFacts:
    """Inspect these bytes."""
    (folder / "a.pdf").write_bytes(content)
    return PyHankoInspector().inspect(folder / "a.pdf")


def test_a_plain_file_has_nothing_to_tell(tmp_path: Path) -> None:
    assert look(tmp_path, plain()) == PdfFacts()


def test_a_signature_says_who_when_and_what(tmp_path: Path) -> None:
    (one,) = look(tmp_path, signed(plain())).signatures
    assert (one.field, one.state, one.reason, one.whole) == ("Sig1", Seal.INTACT, "", True)
    assert (one.signer, one.issuer, one.stamped) == (SIGNER, AUTHORITY, "")
    assert timedelta() <= datetime.now(UTC) - datetime.fromisoformat(one.signed) < timedelta(minutes=5)


def test_several_signatures_each_cover_what_was_there(tmp_path: Path) -> None:
    second = signing.identity("Trần Thị Duyệt", signing.authority())
    found = look(tmp_path, signed(signed(plain()), "Sig2", second)).signatures
    assert [(one.field, one.signer, one.state, one.whole) for one in found] == [
        ("Sig1", SIGNER, Seal.INTACT, False),
        ("Sig2", "Trần Thị Duyệt", Seal.INTACT, True),
    ]


def test_time_stamps(tmp_path: Path) -> None:
    (one,) = look(tmp_path, signed(plain(), stamped=True)).signatures
    assert (one.state, one.signer) == (Seal.INTACT, SIGNER)
    assert datetime.now(UTC) - datetime.fromisoformat(one.stamped) < timedelta(minutes=5)
    own, stamp = look(tmp_path, signing.time_stamped(signed(plain()))).signatures
    assert (own.state, own.stamped, stamp.state, stamp.signer) == (Seal.INTACT, "", Seal.INTACT, "TSA thử nghiệm")
    assert stamp.stamped


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (lambda pdf: signing.one_byte_changed(pdf, b"/MediaBox"), "digest"),
        (signing.turned, "changed"),
        (signing.signature_moved, "coverage"),
    ],
)
def test_a_document_changed_after_signing(tmp_path: Path, changed: object, reason: str) -> None:
    assert callable(changed)
    (one,) = look(tmp_path, changed(signed(plain()))).signatures
    assert (one.state, one.reason, one.signer) == (Seal.BROKEN, reason, SIGNER)


def test_a_signature_of_another_key(tmp_path: Path) -> None:
    pdf = signed(plain())
    match = re.search(rb"/Contents <([0-9A-F]+?)(?:00)*>", pdf)
    assert match
    # The value of an ECDSA signature is the last thing in the CMS: a digit of it is changed.
    at = match.end(1) - 4
    (one,) = look(tmp_path, pdf[:at] + (b"1" if pdf[at : at + 1] != b"1" else b"2") + pdf[at + 1 :]).signatures
    assert (one.state, one.reason) == (Seal.BROKEN, "value")


def test_only_the_signatures_after_a_change_are_whole(tmp_path: Path) -> None:
    found = look(tmp_path, signed(signing.turned(signed(plain())), "Sig2")).signatures
    assert [(one.state, one.reason) for one in found] == [(Seal.BROKEN, "changed"), (Seal.INTACT, "")]


def test_a_signature_in_an_unknown_form_is_not_checked(tmp_path: Path) -> None:
    pdf = signed(plain()).replace(b"/adbe.pkcs7.detached", b"/adbe.pkcs7.detachex")
    (one,) = look(tmp_path, pdf).signatures
    assert (one.field, one.state) == ("Sig1", Seal.UNCHECKED)
    assert "SubFilter" in one.reason


@pytest.mark.parametrize(
    ("pdf", "active"),
    [
        (signing.with_action(plain(), "/JavaScript", JS="app.alert(1)"), ("javascript",)),
        (signing.with_action(plain(), "/Launch", F="cmd.exe"), ("launch",)),
        (signing.with_link(plain(2), "/Launch"), ("launch",)),
        (signing.with_attachment(plain()), ("attachment",)),
        (signing.with_attachment(signing.with_link(plain(), "/JavaScript")), ("attachment", "javascript")),
        (signing.with_action(plain(), "/URI", URI="http://example.org/"), ()),
    ],
)
def test_content_that_acts(tmp_path: Path, pdf: bytes, active: tuple[str, ...]) -> None:
    assert look(tmp_path, pdf) == PdfFacts(active=active)


def test_what_was_taken_out_again_does_not_count(tmp_path: Path) -> None:
    pdf = signing.with_action(signing.with_action(plain(), "/Launch", F="a"), "/URI", URI="b")
    assert look(tmp_path, pdf) == PdfFacts()


def test_encrypted_files(tmp_path: Path) -> None:
    acting = signing.with_link(plain(), "/JavaScript")
    assert look(tmp_path, encrypted(acting, "")) == PdfFacts(encrypted=True, active=("javascript",))
    locked = look(tmp_path, encrypted(acting, "bi mat"))
    assert (locked.encrypted, locked.active, locked.problem != "") == (True, (), True)


def test_broken_files_are_an_answer(tmp_path: Path) -> None:
    whole = signed(plain())
    deep = b"%PDF-1.4\n1 0 obj\n" + b"[" * 50_000 + b"]" * 50_000 + b"\nendobj\n"
    for content in (b"", b"%PDF-1.4\n%%EOF", whole[: len(whole) // 2], whole[:-40], deep + whole[9:]):
        facts = look(tmp_path, content)
        assert facts.problem or facts.signatures
        assert facts.problem.isprintable()


def test_an_object_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    pdf = signing.with_action(plain(), "/JavaScript", JS="app.alert(1)")
    # Where the content of the page begins, there is nothing readable any more.
    at = re.search(rb"\n\d+ 0 obj<<\n/Length", pdf)
    assert at
    facts = look(tmp_path, pdf[: at.start() + 1] + b"?????" + pdf[at.start() + 6 :])
    assert facts.active == ("javascript",)
    assert facts.problem


def test_what_stands_in_a_file_is_printed_as_text(tmp_path: Path) -> None:
    evil = signing.identity("A\x1b[31m\nB", signing.authority())
    (one,) = look(tmp_path, signed(plain(), who=evil)).signatures
    assert one.signer == "A [31m B"


def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        PyHankoInspector().inspect(tmp_path / "no.pdf")


def test_it_travels_to_other_processes(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(signed(plain()))
    copied = pickle.loads(pickle.dumps(PyHankoInspector()))
    assert copied.inspect(tmp_path / "a.pdf") == PyHankoInspector().inspect(tmp_path / "a.pdf")


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """An address that somebody listens at, and what was asked there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        asked: list[bytes] = []

        def answer() -> None:
            try:
                while True:
                    connection, _ = server.accept()
                    with connection:
                        asked.append(connection.recv(100))
            except OSError:
                return

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/ca", asked
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_nothing_is_fetched(tmp_path: Path, listener: tuple[str, list[bytes]]) -> None:
    address, asked = listener
    online = signing.identity("Người ký trực tuyến", signing.authority(), web=address)
    (one,) = look(tmp_path, signed(plain(), who=online)).signatures
    assert one.state is Seal.INTACT
    assert asked == []
    with socket.create_connection(("127.0.0.1", int(address.split(":")[2].split("/")[0]))) as connection:
        connection.sendall(b"GET")
        connection.recv(1)
    assert asked == [b"GET"], "the listener does hear"
