"""A worker process of ``crew``: a job on stdin, an answer on stdout, and the next job, until stdin ends.

Both are what ``marshal`` makes of them, after their length: it is there before anything is loaded, and these processes
have to be at work soon. Arguments: the handles of the folder to read below and of the folder to write below (-1: none),
both inherited.
"""

from __future__ import annotations

import gc
import marshal
import sys

from fonds.packaging.beneath import Beneath
from fonds.packaging.hashing import Told, hash_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any

    from fonds.packaging.copying import Copier

_LENGTH = 8


Job = tuple[list[str], list[str], bool]
"""What is to be done: paths, algorithms (names of hashlib), and whether each copy is made durable by itself."""


class Hand:
    """Does jobs below ``source``: with a target folder the files are copied."""

    def __init__(self, source: Beneath, target: Beneath | None) -> None:
        self._source, self._target = source, target
        self._copier: Copier | None = None

    def close(self) -> None:
        """Let go of the files that were written last."""
        if self._copier:
            self._copier.close()

    def do(self, job: Job) -> list[Told]:
        """Do one job."""
        paths, algorithms, sync = job
        if self._target is None:
            return hash_files(self._source, paths, algorithms)
        if self._copier is None:
            from fonds.packaging.copying import Copier  # noqa: PLC0415 - who only reads is at work the sooner

            self._copier = Copier(self._source, self._target)
        return self._copier.copy(paths, algorithms, sync=sync)


def send(pipe: IO[bytes], one: Job | list[Told]) -> None:
    """Write a job or an answer. Raises OSError."""
    content = marshal.dumps(one)
    pipe.write(len(content).to_bytes(_LENGTH, "big") + content)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:  # noqa: ANN401 - whatever was sent
    """Read what ``send`` wrote, None at the end. Raises BrokenPipeError when the other end is gone in the middle."""
    length = pipe.read(_LENGTH)
    content = pipe.read(int.from_bytes(length, "big"))
    if length and (len(length) < _LENGTH or len(content) < int.from_bytes(length, "big")):
        raise BrokenPipeError("the other process ended in the middle of its words")
    return marshal.loads(content) if length else None  # noqa: S302 - from a process of our own, never from a file


def main() -> None:
    """Work until there is nothing more to read."""
    # Ctrl-C reaches the whole group of processes; the one that gave the work decides when to stop, and has these
    # started with SIGINT blocked.
    # Nothing here refers to itself, and looking for what does costs a few per cent.
    gc.disable()
    handles = int(sys.argv[2]), int(sys.argv[3])
    source, target = (Beneath(handle) if handle >= 0 else None for handle in handles)
    if source is None:
        return
    hand = Hand(source, target)
    while (job := receive(sys.stdin.buffer)) is not None:
        send(sys.stdout.buffer, hand.do(job))
