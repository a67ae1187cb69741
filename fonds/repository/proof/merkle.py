"""Merkle trees with SHA-256 as in RFC 9162, section 2.1 (the same as RFC 6962), in memory that grows as log n."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

Range = tuple[int, int]
"""The leaves of a subtree: the first, and the one after the last."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of what stands above two hashes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that leaves are added to on the right."""

    def __init__(self) -> None:
        self.size = 0
        self._whole: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add the hash of a leaf."""
        self._whole.append(leaf)
        self.size += 1
        size = self.size
        while size % 2 == 0:
            right = self._whole.pop()
            self._whole.append(node_hash(self._whole.pop(), right))
            size //= 2

    @property
    def root(self) -> bytes:
        """The hash over all that was added so far."""
        if not self._whole:
            return hashlib.sha256().digest()
        *others, root = self._whole
        for left in reversed(others):
            root = node_hash(left, root)
        return root


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the subtrees whose hashes show that leaf ``index`` is in a tree of so many (2.1.3.1), lowest first.

    Raises ValueError for a leaf that the tree does not have.
    """
    if not 0 <= index < size:
        raise ValueError(index)
    return list(_beside(index, 0, size))


def _beside(index: int, start: int, end: int) -> Iterator[Range]:
    if end - start == 1:
        return
    middle = start + _split(end - start)
    if index < middle:
        yield from _beside(index, start, middle)
        yield middle, end
    else:
        yield from _beside(index, middle, end)
        yield start, middle


def consistency_ranges(first: int, second: int) -> list[Range]:
    """Return the subtrees whose hashes show that the first so many leaves of a tree are an older tree (2.1.4.1).

    Raises ValueError unless 0 < first <= second.
    """
    if not 0 < first <= second:
        raise ValueError(first)
    return list(_between(first, 0, second, whole=True))


def _between(first: int, start: int, end: int, *, whole: bool) -> Iterator[Range]:
    if first == end:
        if not whole:
            yield start, end
        return
    middle = start + _split(end - start)
    if first <= middle:
        yield from _between(first, start, middle, whole=whole)
        yield middle, end
    else:
        yield from _between(first, middle, end, whole=False)
        yield start, middle


def _split(size: int) -> int:
    """Return the largest power of two smaller than a size."""
    return 1 << ((size - 1).bit_length() - 1)


def roots(leaves: Iterable[bytes], ranges: Sequence[Range]) -> list[bytes]:
    """Return the hash of each subtree, the leaves (their hashes) read once; the ranges may not overlap."""
    trees = {one: Tree() for one in ranges}
    waiting = sorted(ranges, reverse=True)
    for number, leaf in enumerate(leaves):
        if not waiting:
            break
        if waiting[-1][0] <= number:
            trees[waiting[-1]].append(leaf)
            if number + 1 == waiting[-1][1]:
                waiting.pop()
    if waiting:
        raise ValueError(waiting[-1])
    return [trees[one].root for one in ranges]


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that a path leads to from the hash of a leaf (2.1.3.2); None when the path has a wrong length."""
    if not 0 <= index < size:
        return None
    at, last, root = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return None
        if at % 2 or at == last:
            root = node_hash(beside, root)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            root = node_hash(root, beside)
        at, last = at >> 1, last >> 1
    return root if last == 0 else None


def consistent(first: int, second: int, old: bytes, new: bytes, path: Sequence[bytes]) -> bool:
    """Say whether the tree ``old`` of ``first`` leaves begins the tree ``new`` of ``second``, by a path (2.1.4.2)."""
    if first == second:
        return old == new and not path
    if not 0 < first < second or not path:
        return False
    steps = [old, *path] if first & (first - 1) == 0 else list(path)
    at, last = first - 1, second - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    one = other = steps[0]
    for beside in steps[1:]:
        if last == 0:
            return False
        if at % 2 or at == last:
            one, other = node_hash(beside, one), node_hash(beside, other)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            other = node_hash(other, beside)
        at, last = at >> 1, last >> 1
    return one == old and other == new and last == 0
