"""What the rules are told: one kind of fact for each kind of rule. Nothing here grows with the number of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fonds.metadata.mets.model import MetsAgent

REPRESENTATIONS = "representations/"


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent of the header, with the line it begins in; ``notes`` are (csip:NOTETYPE, text)."""

    said: MetsAgent
    notes: tuple[tuple[str, str], ...]
    has_name: bool
    line: int


@dataclass(slots=True)
class Tally:
    """How many sections of a kind there are; ``other_line`` is that of the first whose STATUS is not CURRENT."""

    count: int = 0
    current: int = 0
    other_line: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A fileGrp; ``files`` counts its own files, ``inner`` says that it holds other groups."""

    id: str
    use: str
    files: int
    inner: bool
    content: str
    other_content: str
    line: int


@dataclass(frozen=True, slots=True)
class Pointer:
    """An fptr (``target`` is its FILEID) or an mptr (``target`` is the path of its href, ``title`` its xlink:title)."""

    target: str
    line: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Division:
    """A div right below the main div of the CSIP structMap; of many fptr only the first are kept."""

    label: str
    line: int
    metadata: bool
    files: Sequence[Pointer]
    mets: Sequence[Pointer]


@dataclass(frozen=True, slots=True)
class StructMap:
    """A structMap with LABEL CSIP; ``mains`` counts the divs right below it."""

    type: str
    mains: int
    line: int


@dataclass(slots=True)
class Document:
    """A METS file as a whole, when it has been read to its end.

    ``base`` is its folder ('' for the root METS), ``name`` what that folder is called, ``folders`` which of the folders
    of a package lie beside it and hold files. ``representations`` are the METS files of representations on the disk.
    """

    path: str
    base: str
    name: str
    kind: str = ""
    folders: frozenset[str] = frozenset()
    representations: Sequence[str] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    header: Mapping[str, str] | None = None
    line: int = 0
    header_line: int = 0
    agents: list[Agent] = field(default_factory=list)
    alternatives: list[tuple[str, str, int]] = field(default_factory=list)
    descriptive: Tally = field(default_factory=Tally)
    administrative: int = 0
    provenance: Tally = field(default_factory=Tally)
    references: int = 0
    premis: int = 0
    premis_old: list[int] = field(default_factory=list)
    file_sections: int = 0
    groups: list[Group] = field(default_factory=list)
    maps: int = 0
    csip_maps: list[StructMap] = field(default_factory=list)
    divisions: list[Division] = field(default_factory=list)

    @property
    def is_root(self) -> bool:
        """Say whether this is the METS of the package, not of a representation."""
        return not self.base

    def group_ids(self, use: str) -> set[str]:
        """Return the IDs of the groups whose USE is ``use`` or begins with ``use/``."""
        return {group.id for group in self.groups if group.use == use or group.use.startswith(f"{use}/")}


@dataclass(frozen=True, slots=True)
class Use:
    """An ID that is given or referred to: ``what`` is the element's name, or the attribute's for a reference."""

    what: str
    line: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """All uses of one ID in one METS file. ``listed`` says that the Metadata division names it."""

    path: str
    id: str
    given: Sequence[Use]
    referred: Sequence[Use]
    listed: bool
    judged: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What a METS or PREMIS document says of a file; ``size`` is -1 and ``checksum`` '' when it says nothing.

    ``algorithm`` is as written, ``use`` the USE of the group in METS, ``where`` the place of the entry.
    """

    where: str
    document: str
    size: int
    algorithm: str
    checksum: str
    use: str = ""


@dataclass(frozen=True, slots=True)
class KnownPath:
    """One path, with the file on the disk, if any, and all that is said of it.

    ``digests`` maps hashlib names to hex digests that were computed; ``error`` is why the file could not be read.
    """

    path: str
    size: int
    mets: Sequence[Entry]
    premis: Sequence[Entry]
    digests: Mapping[str, str]
    error: str = ""
    complete: bool = True

    @property
    def there(self) -> bool:
        """Say whether the file is on the disk."""
        return self.size >= 0


@dataclass(frozen=True, slots=True)
class Link:
    """One identifier of an object, event or agent of PREMIS in the package.

    ``described`` are (document, place) of its descriptions, ``links`` the places that link to it.
    """

    kind: str
    id: str
    described: Sequence[tuple[str, str]]
    links: Sequence[str]
