"""The trees of RFC 6962 and RFC 9162, against their known values and against the definition."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.repository.proof.contents import contents_of, file_leaf, path_in
from fonds.repository.proof.merkle import (
    Tree,
    consistency_ranges,
    consistent,
    included,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    roots,
)

ENTRIES = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
"""The eight leaves that implementations of Certificate Transparency are tested with."""
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def tree_of(leaves: list[bytes]) -> Tree:
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(by_definition(leaves[:k]), by_definition(leaves[k:]))


def numbered(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


def test_known_roots() -> None:
    assert tree_of([]).root.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    leaves = [leaf_hash(entry) for entry in ENTRIES]
    assert [tree_of(leaves[:size]).root.hex() for size in range(1, 9)] == ROOTS


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, []),
        (0, 8, [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]),
        (5, 8, [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ],
)  # fmt: skip
def test_known_inclusion_paths(index: int, size: int, path: list[str]) -> None:
    leaves = [leaf_hash(entry) for entry in ENTRIES[:size]]
    found = roots(leaves, inclusion_ranges(index, size))
    assert [one.hex() for one in found] == path
    assert included(leaves[index], index, size, found) == bytes.fromhex(ROOTS[size - 1])


@pytest.mark.parametrize(
    ("first", "second", "path"),
    [
        (1, 1, []),
        (1, 8, [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]),
        (6, 8, [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]),
        (2, 5, [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ]),
    ],
)  # fmt: skip
def test_known_consistency_paths(first: int, second: int, path: list[str]) -> None:
    found = roots([leaf_hash(entry) for entry in ENTRIES], consistency_ranges(first, second))
    assert [one.hex() for one in found] == path
    assert consistent(first, second, bytes.fromhex(ROOTS[first - 1]), bytes.fromhex(ROOTS[second - 1]), found)


@given(size=st.integers(0, 300))
def test_a_growing_tree_is_the_tree_of_the_definition(size: int) -> None:
    assert tree_of(numbered(size)).root == by_definition(numbered(size))


@given(data=st.data(), size=st.integers(1, 200))
def test_every_leaf_can_be_shown_and_no_other(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = numbered(size)
    root = by_definition(leaves)
    path = roots(leaves, inclusion_ranges(index, size))
    assert included(leaves[index], index, size, path) == root
    assert included(leaf_hash(b"other"), index, size, path) != root
    other = data.draw(st.integers(-1, size + 1).filter(lambda number: number != index))
    assert included(leaves[index], other, size, path) != root
    assert included(leaves[index], index, size, [*path, root]) is None
    if path:
        assert included(leaves[index], index, size, path[:-1]) != root
        at = data.draw(st.integers(0, len(path) - 1))
        wrong = [*path[:at], leaf_hash(path[at]), *path[at + 1 :]]
        assert included(leaves[index], index, size, wrong) != root


@given(data=st.data(), second=st.integers(1, 200))
def test_an_older_tree_begins_a_newer_one_and_no_other_does(data: st.DataObject, second: int) -> None:
    first = data.draw(st.integers(1, second))
    leaves = numbered(second)
    old, new = by_definition(leaves[:first]), by_definition(leaves)
    path = roots(leaves, consistency_ranges(first, second))
    assert consistent(first, second, old, new, path)
    changed = data.draw(st.integers(0, first - 1))
    rewritten = [*leaves[:changed], leaf_hash(b"other"), *leaves[changed + 1 :]]
    forged = roots(rewritten, consistency_ranges(first, second))
    assert not consistent(first, second, old, by_definition(rewritten), forged)
    assert not consistent(first, second, leaf_hash(b"other"), new, path)
    assert not consistent(first, second, old, new, [*path, new])


def test_what_is_not_in_a_tree_has_no_path() -> None:
    for index, size in ((0, 0), (3, 3), (-1, 3)):
        with pytest.raises(ValueError, match=str(index)):
            inclusion_ranges(index, size)
    for first, second in ((0, 3), (4, 3)):
        with pytest.raises(ValueError, match=str(first)):
            consistency_ranges(first, second)
    with pytest.raises(ValueError, match="1"):
        roots(numbered(1), inclusion_ranges(0, 2))


def test_the_files_of_a_package_stand_in_the_order_of_their_bytes() -> None:
    digests = {"data/é": "2" * 64, "data/b": "1" * 64, "bagit.txt": "0" * 64}
    leaves = [leaf_hash(file_leaf(path, digests[path])) for path in ("bagit.txt", "data/b", "data/é")]
    found = contents_of(digests)
    assert (found.root, found.files) == (by_definition(leaves).hex(), 3)
    index, path = path_in(digests, "data/b")
    assert included(leaves[1], index, 3, path) == bytes.fromhex(found.root)
    assert contents_of(dict(reversed(digests.items()))) == found
    assert contents_of(digests | {"data/b": "3" * 64}) != found
