"""Taking compression off, with the memory of one block however much comes out of it."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from fonds.packaging.digest import BUFFER

_XZ_MEMORY = 128 * 1024 * 1024
"""xz asks for what its maker wished, up to 4 GiB; ``xz -9`` needs 65 MiB."""


class DamagedError(Exception):
    """Compressed data make no sense; ``reason`` is a key of ``finding.PACKED_BROKEN.reason``, '' when they just end."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class Machine(Protocol):
    """What takes one compressed stream apart; the decompressors of bz2 and lzma are such."""

    @property
    def eof(self) -> bool:
        """Whether the stream has come to its end."""

    @property
    def unused_data(self) -> bytes:
        """What came after that end."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Take more in and return some of what comes out; with b'' until nothing more does."""


Begin = Callable[[], Machine]


class _Deflate:
    """zlib's decompressor, which has another way of being asked for more."""

    def __init__(self, window: int) -> None:
        self._inner = zlib.decompressobj(window)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


def deflate() -> Machine:
    """Begin a bare deflate stream, as members of a zip are."""
    return _Deflate(-zlib.MAX_WBITS)


def gzip() -> Machine:
    """Begin a gzip stream (RFC 1952); its check sum is checked."""
    return _Deflate(16 + zlib.MAX_WBITS)


def bzip2() -> Machine:
    """Begin a bzip2 stream."""
    return bz2.BZ2Decompressor()


def xz() -> Machine:
    """Begin an xz stream."""
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)


def inflate(source: Iterable[bytes], begin: Begin, *, single: bool = False) -> Iterator[bytes]:
    """Yield what compressed data hold, in blocks of at most ``BUFFER`` bytes.

    Several streams one after the other are one, with zeros between them allowed, as parallel compressors and tapes
    leave them; with ``single`` nothing may follow the first. Raises DamagedError.
    """
    machine = begin()
    for data in source:
        rest = data
        while rest:
            if machine.eof:
                rest = rest.lstrip(b"\0")
                if not rest:
                    break
                machine = begin()
            yield from _out(machine, rest)
            rest = machine.unused_data if machine.eof else b""
            if rest and single:
                raise DamagedError("data")
    if not machine.eof:
        raise DamagedError


def _out(machine: Machine, data: bytes) -> Iterator[bytes]:
    while out := _step(machine, data):
        yield out
        data = b""


def _step(machine: Machine, data: bytes) -> bytes:
    if machine.eof:
        return b""
    try:
        return machine.decompress(data, BUFFER)
    except lzma.LZMAError as error:
        raise DamagedError("memory" if "emory" in str(error) else "data") from error
    except (zlib.error, OSError, ValueError, EOFError) as error:  # OSError is how bz2 says so; no disk is involved
        raise DamagedError("data") from error
