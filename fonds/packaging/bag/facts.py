"""What is known of a bag while it is checked: the small facts that the rules judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fonds.packaging.bag.algorithms import Manifest
from fonds.packaging.bag.declaration import CURRENT
from fonds.packaging.bag.fetch import Fetched
from fonds.packaging.bag.manifest import LineFault, Listing


@dataclass(frozen=True, slots=True)
class Layout:
    """What lies at the top of a bag, and what its declaration says: every rule may ask for it.

    ``encoding`` is Python's name of the encoding of the tag files, None when it is not known.
    """

    version: tuple[int, int]
    encoding: str | None
    manifests: Sequence[Manifest]
    payload_folder: bool
    fast: bool = False

    @property
    def payload_manifests(self) -> list[Manifest]:
        """The manifests of the payload."""
        return [one for one in self.manifests if not one.tag]

    @property
    def tag_manifests(self) -> list[Manifest]:
        """The manifests of the tag files."""
        return [one for one in self.manifests if one.tag]

    @property
    def strict(self) -> bool:
        """True for version 1.0, which forbids some things that earlier drafts left open."""
        return self.version >= CURRENT


@dataclass(frozen=True, slots=True)
class TagText:
    """A tag file as a text: its name, whether it begins with a byte-order mark, whether its encoding holds."""

    name: str
    bom: bool = False
    broken: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class ManifestLine:
    """A line of a manifest that is not plain: what it lists or why it lists nothing.

    ``raw`` tells that a file has the name exactly as it is written, percent signs and all, and none the decoded name.
    """

    manifest: Manifest
    number: int
    content: Listing | LineFault
    raw: bool = False

    @property
    def path(self) -> str:
        """The path that is meant, '' when the line lists nothing."""
        if isinstance(self.content, LineFault):
            return ""
        return self.content.written if self.raw else self.content.path


@dataclass(frozen=True, slots=True)
class FetchLine:
    """A line of fetch.txt: what it says or why it says nothing."""

    number: int
    content: Fetched | LineFault


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A regular file of the bag: its exact path, size in bytes, digests by hashlib's names, and why it is unreadable.

    There are no digests when it was not read, and none of algorithms that no manifest asks for.
    """

    path: str
    size: int
    digests: Mapping[str, str]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A manifest's line about a file: its exact path, and the digest that it gives."""

    manifest: Manifest
    number: int
    path: str
    digest: str


@dataclass(frozen=True, slots=True)
class Name:
    """Everything that goes by one name in NFC: files on the disk, lines of manifests, lines of fetch.txt."""

    path: str
    files: Sequence[DiskFile]
    listed: Sequence[Listed]
    fetched: Sequence[int] = ()

    @property
    def payload(self) -> bool:
        """True for payload files, False for tag files."""
        return self.path.startswith("data/")

    def by_manifest(self, manifest: Manifest) -> list[Listed]:
        """Return this name's lines in one manifest."""
        return [one for one in self.listed if one.manifest.name == manifest.name]

    def file_of(self, listed: Listed) -> DiskFile | None:
        """Return the file that a line means: the one of exactly that name, else one that is the same in NFC."""
        exact = (file for file in self.files if file.path == listed.path)
        return next(exact, self.files[0] if self.files else None)


@dataclass(frozen=True, slots=True)
class CaseTwins:
    """Two names that differ in capitals only."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Oxum:
    """What bag-info.txt says of the payload (every Payload-Oxum, as written), and what is there."""

    stated: Sequence[str]
    bytes: int
    files: int
