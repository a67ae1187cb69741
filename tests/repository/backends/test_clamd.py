"""The virus scanner, with a real clamd that has two signatures of our own."""

from __future__ import annotations

import io
import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from fonds.repository.backends import clamd as backend
from fonds.repository.backends.clamd import Clamd
from fonds.repository.backends.no_scanner import NoScanner
from fonds.repository.ports.scanner import Scan, Verdict
from tests.contracts.scanner_contract import BrokenStream, ScannerContract
from tests.daemons import EICAR, MARK, Clamav, clamd, free_port

MB = 1 << 20


@contextmanager
def running(more: str = "") -> Iterator[Clamav]:
    """A clamd; the path of a socket may have 100 bytes only, so not in pytest's folders."""
    with tempfile.TemporaryDirectory(prefix="clamd") as folder, clamd(Path(folder), free_port(), more) as daemon:
        yield daemon


@pytest.fixture(scope="module")
def daemon() -> Iterator[Clamav]:
    with running("StreamMaxLength 3M\nMaxFileSize 2M\nAlertExceedsMax yes") as one:
        yield one


@pytest.fixture(autouse=True)
def _rested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "_resting", {})


def scan(scanner: Clamd, content: bytes) -> Scan:
    return scanner.scan(io.BytesIO(content), len(content))


class TestClamdOnASocket(ScannerContract):
    @pytest.fixture
    def scanner(self, daemon: Clamav) -> Clamd:
        return Clamd.of(daemon.unix, 0)

    def test_what_is_clean_and_what_is_not(self, scanner: Clamd) -> None:
        clean = scan(scanner, b"Uy ban nhan dan")
        assert (clean.verdict, clean.detail) == (Verdict.CLEAN, "")
        assert clean.scanner.startswith("ClamAV ")
        infected = scan(scanner, EICAR)
        assert (infected.verdict, infected.detail) == (Verdict.INFECTED, "Eicar.Test.UNOFFICIAL")
        assert infected.scanner == clean.scanner

    def test_a_large_file_is_sent_to_its_end(self, scanner: Clamd) -> None:
        content = os.urandom(MB) + b"\0" * 900_000
        assert scan(scanner, content + MARK).verdict is Verdict.INFECTED
        assert scan(scanner, content).verdict is Verdict.CLEAN

    def test_an_empty_file(self, scanner: Clamd) -> None:
        assert scan(scanner, b"").verdict is Verdict.CLEAN

    def test_what_it_takes_only_a_part_of_is_not_scanned(self, scanner: Clamd) -> None:
        found = scan(scanner, os.urandom(2 * MB + 500_000))
        assert (found.verdict, found.detail) == (Verdict.NOT_SCANNED, "size")

    @pytest.mark.parametrize("size", [3 * MB + 1, 40 * MB])
    def test_what_it_refuses_is_not_scanned(self, scanner: Clamd, size: int) -> None:
        stream = io.BytesIO(bytes(size))
        found = scanner.scan(stream, size)
        assert (found.verdict, found.detail) == (Verdict.NOT_SCANNED, "size")
        assert scan(scanner, EICAR).verdict is Verdict.INFECTED

    def test_our_own_limit_is_kept_without_asking(self, scanner: Clamd) -> None:
        stream = io.BytesIO(EICAR)
        assert replace(scanner, limit=50).scan(stream, len(EICAR)) == Scan(Verdict.NOT_SCANNED, "size", "")
        assert stream.tell() == 0
        assert replace(scanner, limit=len(EICAR)).scan(stream, len(EICAR)).verdict is Verdict.INFECTED

    def test_many_at_once(self, scanner: Clamd) -> None:
        contents = [EICAR if n % 3 == 0 else b"sach %d" % n * 1000 for n in range(60)]
        with ThreadPoolExecutor(12) as pool:
            verdicts = [one.verdict for one in pool.map(lambda content: scan(scanner, content), contents)]
        assert verdicts == [Verdict.CLEAN if n % 3 else Verdict.INFECTED for n in range(60)]

    def test_a_file_that_cannot_be_read_is_an_error_of_the_system(self, scanner: Clamd) -> None:
        with pytest.raises(OSError, match="Input/output error"):
            scanner.scan(BrokenStream(b"abc"), 3)
        assert scan(scanner, b"abc").verdict is Verdict.CLEAN


def test_the_scanner_of_this_machine(daemon: Clamav, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    places = [str(tmp_path / "none"), str(tmp_path / "file"), str(daemon.socket)]
    found = Clamd.here(5, places)
    assert found == Clamd(str(daemon.socket), 5)
    assert scan(replace(found, limit=0), EICAR).verdict is Verdict.INFECTED
    assert Clamd.here(5, places[:2]) is None


class TestClamdOverTcp(TestClamdOnASocket):
    @pytest.fixture
    def scanner(self, daemon: Clamav) -> Clamd:
        return Clamd.of(daemon.tcp, 0)


class TestNoScanner(ScannerContract):
    @pytest.fixture
    def scanner(self) -> NoScanner:
        return NoScanner()

    def test_nothing_is_scanned(self) -> None:
        stream = io.BytesIO(EICAR)
        assert NoScanner().scan(stream, len(EICAR)) == Scan(Verdict.NOT_SCANNED, "none", "")
        assert stream.tell() == 0


def test_a_daemon_that_is_not_there_is_asked_again(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="clamd") as folder:
        scanner = Clamd.of(f"clamd:unix:{folder}/clamd.sock", 0)
        assert scan(scanner, EICAR) == Scan(Verdict.NOT_SCANNED, "unreachable", "")
        with clamd(Path(folder), free_port()):
            assert scan(scanner, EICAR).verdict is Verdict.INFECTED
        assert scan(scanner, EICAR).detail == "unreachable"
        with clamd(Path(folder), free_port()):
            assert scan(scanner, EICAR).verdict is Verdict.INFECTED
    assert scan(Clamd.of(f"clamd:tcp:127.0.0.1:{free_port()}", 0), EICAR).detail == "unreachable"


Talk = Callable[[socket.socket], None]


@contextmanager
def false_daemon(talk: Talk) -> Iterator[Clamd]:
    """Somebody who listens like clamd and behaves badly."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                while True:
                    with server.accept()[0] as connection:
                        talk(connection)
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Clamd(("127.0.0.1", server.getsockname()[1]), 0, 0.3)
        server.shutdown(socket.SHUT_RDWR)


def hang(connection: socket.socket) -> None:
    """Take everything and say nothing."""
    while connection.recv(4096):
        pass


def hang_up(connection: socket.socket) -> None:
    """Go away in the middle."""
    connection.recv(10)


def version_only(connection: socket.socket) -> None:
    """Begin well."""
    connection.recv(4096)
    connection.sendall(b"1: ClamAV 1.4.6/27801/Fri Nov 20 08:00:00 2026\0")
    connection.recv(4096)


def give_up(connection: socket.socket) -> None:
    """Say that it cannot."""
    version_only(connection)
    connection.sendall(b"2: stream: Can't allocate memory ERROR\0")


def endless(connection: socket.socket) -> None:
    """Never come to an end."""
    connection.recv(4096)
    while True:
        connection.sendall(b"x" * 4096)


@pytest.mark.parametrize(
    ("talk", "detail"),
    [(hang, "timeout"), (hang_up, "failed"), (version_only, "failed"), (give_up, "failed"), (endless, "failed")],
)
def test_a_daemon_that_behaves_badly_never_says_clean(talk: Talk, detail: str) -> None:
    with false_daemon(talk) as scanner:
        found = scan(scanner, b"abc")
    assert (found.verdict, found.detail) == (Verdict.NOT_SCANNED, detail)


def test_a_daemon_that_does_not_answer_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with false_daemon(hang) as scanner:
        assert scan(scanner, b"abc").detail == "timeout"
        began = time.monotonic()
        assert scan(scanner, b"abc").detail == "unreachable"
        assert time.monotonic() - began < 0.2
        monkeypatch.setattr(backend, "_resting", {scanner.address: time.monotonic() - 1})
        assert scan(scanner, b"abc").detail == "timeout"


def test_the_version_and_the_signatures_are_told() -> None:
    def well(connection: socket.socket) -> None:
        version_only(connection)
        connection.sendall(b"2: stream: OK\0")

    with false_daemon(well) as scanner:
        assert scan(scanner, b"abc") == Scan(
            Verdict.CLEAN, "", "ClamAV 1.4.6, signatures 27801 of Fri Nov 20 08:00:00 2026"
        )


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("clamd:unix:/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
        ("clamd:tcp:127.0.0.1:3310", ("127.0.0.1", 3310)),
        ("clamd:tcp:may-quet.lan:3310", ("may-quet.lan", 3310)),
        ("clamd:tcp:[::1]:3310", ("::1", 3310)),
    ],
)
def test_addresses(url: str, address: object) -> None:
    assert Clamd.of(url, 0).address == address


@pytest.mark.parametrize(
    "url",
    [
        *("clamd", "clamd:", "clamd:unix:", "clamd:unix:run/clamd", "clamd:tcp:host", "clamd:tcp:host:0"),
        *("clamd:tcp::3310", "clamd:tcp:host:99999", "clamd:tcp:::1:3310"),
        *("tcp:127.0.0.1:3310", "unix:/run/clamd", "clamscan"),
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(ValueError, match=r"clam|tcp|unix"):
        Clamd.of(url, 0)
