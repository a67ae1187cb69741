"""The contents of a stored version of a package as one hash: the root of a Merkle tree over its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fonds.repository.chain import canonical
from fonds.repository.proof.merkle import Tree, inclusion_ranges, leaf_hash, roots


@dataclass(frozen=True, slots=True)
class Contents:
    """What a row of the log says of the files of a version: the root (hex) of their tree, and how many there are."""

    root: str
    files: int


def file_leaf(path: str, sha256: str) -> bytes:
    """Return the leaf of one file: canonical JSON of its path in the bag and its SHA-256 (hex)."""
    return canonical({"path": path, "sha256": sha256})


def contents_of(digests: Mapping[str, str]) -> Contents:
    """Return the root over path and SHA-256 of every file of a bag but its manifests, which the seal names."""
    tree = Tree()
    for path in _ordered(digests):
        tree.append(leaf_hash(file_leaf(path, digests[path])))
    return Contents(tree.root.hex(), tree.size)


def path_in(digests: Mapping[str, str], path: str) -> tuple[int, list[bytes]]:
    """Return where a file stands in the tree, and the hashes from it to the root. Raises ValueError: not there."""
    paths = _ordered(digests)
    index = paths.index(path)
    leaves = (leaf_hash(file_leaf(one, digests[one])) for one in paths)
    return index, roots(leaves, inclusion_ranges(index, len(paths)))


def _ordered(digests: Mapping[str, str]) -> list[str]:
    return sorted(digests, key=lambda path: path.encode(errors="surrogateescape"))
