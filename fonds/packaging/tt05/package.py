"""A package of the dialect as it was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fonds.metadata.mets import MetsDocument
from fonds.metadata.model import Agent, DossierRecord, Event, FileRecord
from fonds.metadata.premis import Rights
from fonds.metadata.simpledc import SimpleDc
from fonds.metadata.tt05.links import Tt05Links
from fonds.metadata.tt05.model import DocumentFiles, LinkedDocument, PackageKind, ReaderRequest
from fonds.packaging.eark import Representation
from fonds.packaging.tt05.tree import Tree


@dataclass(frozen=True, slots=True)
class Unread:
    """A metadata file that could not be understood, and why; the file itself is among the ``others``."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tt05Package:
    """What a package says. Paths are relative to ``folder``.

    ``objid`` is verbatim. ``files`` are the payload, in the order of METS, then what METS does not list; a size or
    digest that is not stated is the size on the disk and ''. ``documents`` say which files each item of the record is,
    in the order of the items; ``linked`` are the files that stand for documents of other packages. ``request`` is
    there in a DIP only. ``metadata`` are the files that all this was read from, ``others`` those that belong to
    nothing above: ``kept_files`` carries them on.
    ``events`` are all that happened; ``events_of`` says to what: '' is the package, else the folder of a
    representation. ``signature`` is that of the submission that Fonds packed, '' when there is none.
    ``complete`` says that the record was written by Fonds and is whole; else it is what the circular's fields tell,
    and its pages are one a file, because how many a file holds is not said. Only then are there ``further``
    representations, whose files are not among ``files``, and details of the files of ``documentation``.
    """

    folder: Path
    kind: PackageKind
    objid: str
    record: DossierRecord
    files: tuple[FileRecord, ...]
    documents: tuple[DocumentFiles, ...]
    linked: tuple[LinkedDocument, ...]
    events: tuple[Event, ...]
    agents: tuple[Agent, ...]
    request: ReaderRequest | None
    fonds: str
    organization: str
    agreement: str
    status: str
    profile: str
    type: str
    complete: bool
    metadata: tuple[str, ...]
    others: tuple[str, ...]
    unread: tuple[Unread, ...]
    events_of: Mapping[str, tuple[Event, ...]]
    rights: tuple[Rights, ...]
    further: tuple[Representation, ...]
    documentation: tuple[FileRecord, ...]
    signature: str


@dataclass(slots=True)
class Sources:
    """The XML files of a package, parsed one by one, before they are put together.

    ``inner`` is the METS of the first representation, ``further`` those of others by their folders. ``descriptions``
    are the documents' metadata files by path, in the order of the METS. ``name`` is what the package is called where it
    lies; it should be the OBJID.
    """

    folder: Path
    tree: Tree
    root: MetsDocument
    inner: MetsDocument | None = None
    root_links: Tt05Links = field(default_factory=Tt05Links)
    inner_links: Tt05Links = field(default_factory=Tt05Links)
    ead_path: str = ""
    ead: SimpleDc = field(default_factory=lambda: SimpleDc(()))
    further: dict[str, MetsDocument] = field(default_factory=dict)
    descriptions: dict[str, SimpleDc] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    events_of: dict[str, list[Event]] = field(default_factory=dict)
    agents: list[Agent] = field(default_factory=list)
    rights: list[Rights] = field(default_factory=list)
    preserved: dict[str, FileRecord] = field(default_factory=dict)
    understood: set[str] = field(default_factory=set)
    unread: list[Unread] = field(default_factory=list)
    name: str = ""

    def mets(self) -> Sequence[MetsDocument]:
        """Return the METS files that there are, the package's first."""
        return [self.root, *((self.inner,) if self.inner else ()), *self.further.values()]
