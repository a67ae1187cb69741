"""Running the command line: in this process, where that is enough, or as a person runs it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from fonds.cli.main import main
from tests.support import ROOT


@dataclass(frozen=True)
class Answered:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:  # noqa: ANN401 - whatever the JSON is
        """The one JSON document on stdout."""
        return json.loads(self.out)


class Fonds(Protocol):
    """A command line: takes arguments, gives an answer."""

    def __call__(self, *arguments: object) -> Answered: ...


def in_process(capture: pytest.CaptureFixture[str], arguments: Sequence[str]) -> Answered:
    """Call ``main`` as the installed command does."""
    capture.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    said = capture.readouterr()
    assert isinstance(ended.value.code, int)
    assert "Traceback" not in said.err
    return Answered(ended.value.code, said.out, said.err)


def _command(arguments: Sequence[object]) -> list[str]:
    return [sys.executable, "-m", "fonds", *map(str, arguments)]


def _environment(more: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def as_process(*arguments: object, before: Sequence[str] = (), cwd: Path = ROOT, **environment: str) -> Answered:
    """Run the command in a process of its own, ``before`` being a program that starts it."""
    done = subprocess.run(
        [*before, *_command(arguments)], cwd=cwd, env=_environment(environment), capture_output=True, text=True,
        timeout=600, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return Answered(done.returncode, done.stdout, done.stderr)


def unprivileged(*arguments: object, cwd: Path = ROOT) -> Answered:
    """Run the command so that permissions count, as they do for everybody but root."""
    if os.geteuid() != 0:
        return as_process(*arguments, cwd=cwd)
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root needs setpriv to give its privileges up (apt-get install util-linux)")
    return as_process(*arguments, before=[setpriv, "--bounding-set=-all", "--inh-caps=-all", "--"], cwd=cwd)


@dataclass
class Running:
    """A command that is under way."""

    process: subprocess.Popen[str]

    def until(self, question: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until something is so; the command must still be running then."""
        eventually(question, seconds)
        assert self.process.poll() is None, self.process.communicate()

    def told(self, number: signal.Signals, times: int = 1) -> tuple[Answered, float]:
        """Send a signal; returns what the command said in the end and how many seconds it took to end."""
        began = time.monotonic()
        for _ in range(times):
            self.process.send_signal(number)
            time.sleep(0.1)
        out, err = self.process.communicate(timeout=60)
        assert "Traceback" not in err, err
        return Answered(self.process.returncode, out, err), time.monotonic() - began


@contextmanager
def under_way(*arguments: object, **environment: str) -> Iterator[Running]:
    """Start a command and give it; what is left of it at the end is killed."""
    process = subprocess.Popen(
        _command(arguments), cwd=ROOT, env=_environment(environment), text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        yield Running(process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def eventually(question: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so, and fail when it does not become so."""
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.01)


def end_worker(root: Path) -> None:
    """End the background worker of a repository, wherever it is in its work, and wait until it is gone.

    It may not even have taken its lock: it is known by its command line.
    """
    for process in _workers(root):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)
    eventually(lambda: not _workers(root))


def _workers(root: Path) -> list[int]:
    command = "\0".join(("--repo", str(root), "jobs", "run", "--quiet", ""))
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (entry / "cmdline").read_bytes().endswith(os.fsencode(command)):
                found.append(int(entry.name))
    return found
