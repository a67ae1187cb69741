"""What the rules of a package judge; gathered by ``validate``, so that a rule reads nothing from the disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fonds.metadata.mets import MetsFile
from fonds.metadata.tt05.model import PackageKind
from fonds.packaging.tt05.package import Sources
from fonds.schemas.vocabulary import FieldRule


@dataclass(frozen=True, slots=True)
class Whole:
    """The package: its kind, its parsed files, what the METS schema says of each METS file, documents without files."""

    kind: PackageKind
    sources: Sources
    invalid: tuple[tuple[str, str], ...]
    unlinked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a list in one description: ``names`` are the elements that stand for it, ``texts`` what they hold.

    ``others`` are the texts of all fields of that description by key.
    """

    kind: PackageKind
    path: str
    rule: FieldRule
    names: tuple[str, ...]
    texts: tuple[str, ...]
    others: Mapping[str, str]

    @property
    def text(self) -> str:
        """The text that counts: that of the first element, '' when there is none."""
        return self.texts[0] if self.texts else ""

    @property
    def where(self) -> str:
        """The place that a finding names."""
        return f"{self.path}!{self.rule.key}"


@dataclass(frozen=True, slots=True)
class Stray:
    """An element that the list of its description does not know."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that METS names: what it says, where that is in the package ('' nowhere) and what lies there.

    ``size`` is None when it was not looked at, ``sha256`` '' when it was not read; ``trouble`` is why not.
    """

    said: MetsFile
    path: str
    size: int | None = None
    sha256: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A file of the package that no METS names."""

    path: str


@dataclass(frozen=True, slots=True)
class Link:
    """A linked document; ``whole`` says that it names where the document is kept, ``same`` that it is in this fonds."""

    kind: PackageKind
    path: str
    whole: bool
    same: bool
    fonds: str
