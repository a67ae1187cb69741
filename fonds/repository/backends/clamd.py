"""The virus scanner ClamAV, asked through its daemon clamd (its protocol: clamd(8)).

By our own client, because the maintained ones are under the GPL or asynchronous, and none tells what clamd refused to
look at from what it looked at. Files are sent to the daemon, never named to it: it may run as another user, or
elsewhere. Every file has a connection of its own: nothing to keep alive, nothing to take up again.
"""

from __future__ import annotations

import re
import select
import socket
import struct
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fonds.repository.ports.scanner import Readable, Scan, Verdict

Address = str | tuple[str, int]
"""The path of a socket, or host and port."""

SOCKETS = ("/run/clamav/clamd.ctl", "/run/clamd.scan/clamd.sock")
"""Where the packages of Debian and Ubuntu, and of Fedora and its kin, have the daemon listen."""

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 300.0
"""clamd itself gives a file up after two minutes (MaxScanTime)."""

REST_SECONDS = 600.0
"""How long a daemon that does not answer is left alone: thousands of files need not wait for it one by one."""

_CHUNK = 1 << 18
_LONGEST_ANSWER = 1 << 16
_SCHEME = "clamd:"
_TCP = re.compile(r"tcp:(\[[^]]+\]|[^:\[\]]+):(\d{1,5})")
_OVER_LIMIT = "Heuristics.Limits.Exceeded"


class _NoAnswerError(Exception):
    """The daemon cannot be asked; the text is a reason of ``Scan.detail``."""


@dataclass(frozen=True, slots=True)
class Clamd:
    """Implements ``fonds.repository.ports.scanner.Scanner``.

    Files above ``limit`` bytes (0: none) are not sent: clamd skips what is larger than its own limits, and calls it OK.
    """

    address: Address
    limit: int = 0
    patience: float = ANSWER_SECONDS

    @classmethod
    def of(cls, url: str, limit: int) -> Clamd:
        """Return the scanner at ``clamd:unix:PATH`` or ``clamd:tcp:HOST:PORT``. Raises ValueError for another URL."""
        place = url.removeprefix(_SCHEME)
        if url.startswith(_SCHEME) and place.startswith("unix:/"):
            return cls(place.removeprefix("unix:"), limit)
        match = _TCP.fullmatch(place)
        if not (url.startswith(_SCHEME) and match and 0 < int(match[2]) < 1 << 16):
            raise ValueError(url)
        return cls((match[1].strip("[]"), int(match[2])), limit)

    @classmethod
    def here(cls, limit: int, sockets: Iterable[str] = SOCKETS) -> Clamd | None:
        """Return the scanner of this machine, None when it has none."""
        return next((cls(place, limit) for place in sockets if Path(place).is_socket()), None)

    def scan(self, stream: Readable, size: int) -> Scan:
        """See the port."""
        if self.limit and size > self.limit:
            return Scan(detail="size")
        try:
            with _session(self.address, self.patience) as session:
                version = session.version()
                return _verdict(session.instream(stream), version)
        except _NoAnswerError as error:
            if error.args[0] == "timeout":
                _resting[self.address] = time.monotonic() + REST_SECONDS
            return Scan(detail=error.args[0])


def _verdict(answer: str, version: str) -> Scan:
    """Read an answer to INSTREAM: ``stream: OK``, ``stream: NAME FOUND`` or ``... ERROR``."""
    if answer == "stream: OK":
        return Scan(Verdict.CLEAN, "", version)
    if answer.endswith(" FOUND"):
        name = answer.removeprefix("stream: ").removesuffix(" FOUND")
        # With AlertExceedsMax clamd says that it looked at a part only; that is no virus.
        return Scan(detail="size", scanner=version) if name.startswith(_OVER_LIMIT) else Scan(
            Verdict.INFECTED, name, version
        )  # fmt: skip
    return Scan(detail="size" if "size limit exceeded" in answer else "failed", scanner=version)


_resting: dict[Address, float] = {}


@contextmanager
def _session(address: Address, patience: float) -> Iterator[_Session]:
    """Connect. Raises _NoAnswerError, at once while a daemon that does not answer is left alone."""
    if time.monotonic() < _resting.get(address, 0.0):
        raise _NoAnswerError("unreachable")
    try:
        connection = _connected(address)
    except TimeoutError as error:
        raise _NoAnswerError("timeout") from error
    except OSError as error:
        raise _NoAnswerError("unreachable") from error
    with connection:
        connection.settimeout(patience)
        yield _Session(connection)


def _connected(address: Address) -> socket.socket:
    if isinstance(address, tuple):
        return socket.create_connection(address, CONNECT_SECONDS)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(CONNECT_SECONDS)
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


class _Session:
    """A conversation about one file. Every question is numbered by the daemon, and so is its answer."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def version(self) -> str:
        """Return the name, version and signatures of the scanner."""
        with _said():
            self._connection.sendall(b"zIDSESSION\0zVERSION\0")
        engine, _, rest = self._answer().partition("/")
        number, _, date = rest.partition("/")
        return f"{engine}, signatures {number} of {date}" if number else engine

    def instream(self, stream: Readable) -> str:
        """Send the stream and return the answer; the rest is not read once the daemon has answered."""
        with _said():
            self._connection.sendall(b"zINSTREAM\0")
        while chunk := stream.read(_CHUNK):
            if not self._sent(struct.pack("!L", len(chunk)) + chunk):
                break
        else:
            self._sent(struct.pack("!L", 0))
        return self._answer()

    def _sent(self, data: bytes) -> bool:
        """Send, unless the daemon has answered already or hung up: then what it said waits to be read."""
        readable, _, _ = select.select([self._connection], [], [], 0)
        if readable:
            return False
        try:
            self._connection.sendall(data)
        except TimeoutError as error:
            raise _NoAnswerError("timeout") from error
        except OSError:
            return False
        return True

    def _answer(self) -> str:
        data = b""
        with _said():
            while not data.endswith(b"\0"):
                part = self._connection.recv(4096)
                if not part or len(data) > _LONGEST_ANSWER:
                    raise _NoAnswerError("failed")
                data += part
        text = data.rstrip(b"\0").decode("utf-8", "backslashreplace")
        number, _, said = text.partition(": ")
        return said if number.isdecimal() else text


@contextmanager
def _said() -> Iterator[None]:
    """Turn what happens to a connection into the reason why there is no answer."""
    try:
        yield
    except TimeoutError as error:
        raise _NoAnswerError("timeout") from error
    except OSError as error:
        raise _NoAnswerError("failed") from error
