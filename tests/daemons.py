"""Daemons of the system that tests start for themselves: nothing is configured, nothing is fetched, nothing stays."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support import require_or_skip

# The test file of the anti-virus industry, in two parts: whole, it would make a scanner remove this very file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

# A signature of our own, in hexadecimal: name, any kind of file, anywhere, the bytes.
MARK = b"nhiem ma doc thu nghiem"
_SIGNATURES = f"Thu.Nghiem.Fonds:0:*:{MARK.hex()}\nEicar.Test:0:0:{EICAR.hex()}\n"

_SETTINGS = """\
Foreground yes
LocalSocket {folder}/clamd.sock
TCPSocket {port}
TCPAddr 127.0.0.1
DatabaseDirectory {folder}/db
TemporaryDirectory {folder}
MaxThreads 4
{more}
"""


@dataclass(frozen=True)
class Clamav:
    """A clamd that is running, and where it listens."""

    socket: Path
    port: int

    @property
    def unix(self) -> str:
        """Its address as a setting."""
        return f"clamd:unix:{self.socket}"

    @property
    def tcp(self) -> str:
        """Its other address as a setting."""
        return f"clamd:tcp:127.0.0.1:{self.port}"


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def clamd(folder: Path, port: int, more: str = "") -> Iterator[Clamav]:
    """Run a clamd of our own in ``folder``, which must have a short path, with two signatures and no others."""
    program = require_or_skip("clamd")
    (folder / "db").mkdir(parents=True, exist_ok=True)
    (folder / "db" / "fonds.ndb").write_text(_SIGNATURES)
    settings = folder / "clamd.conf"
    settings.write_text(_SETTINGS.format(folder=folder, port=port, more=more))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "--config-file", settings], stdout=log, stderr=log)
    try:
        _until_there(folder, process)
        yield Clamav(folder / "clamd.sock", port)
    finally:
        process.terminate()
        process.wait(30)


def _until_there(folder: Path, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while not (folder / "clamd.sock").exists():
        assert process.poll() is None, (folder / "log").read_text()
        assert time.monotonic() < end, "clamd does not start"
        time.sleep(0.05)
