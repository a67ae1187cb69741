"""What one version of a package changed of the one before: a comparison of what both say, nothing else.

A path in the package means one content for ever, so a page is the same picture when file and frame are the same.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fonds.metadata.model import Description, DossierRecord, FileRecord, Item, Kind, Page, Value
from fonds.packaging.eark.content import PackageContent, Representation


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that reads otherwise: of ``kind`` (fonds, series or dossier), ``key`` as in the vocabulary.

    A column that no field answers to has its header for a key. What is not there is ''.
    """

    kind: Kind
    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many things are new, read otherwise, or are no longer there."""

    added: int = 0
    changed: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class PageChanges:
    """Pages by the sheets that people cite; ``moved`` counts those that stand in another order.

    ``replaced`` is a sheet with another picture, ``relabelled`` the same picture as another sheet (its new one).
    """

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    relabelled: tuple[str, ...] = ()
    moved: int = 0


@dataclass(frozen=True, slots=True)
class RepresentationChanges:
    """Representations by name; ``shown`` is the one that readers see now, '' when it is the same."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that one version says or holds otherwise than the one before.

    ``items`` are documents and pictures, ``files`` those without a page.
    """

    fields: tuple[FieldChange, ...] = ()
    items: Counts = field(default_factory=Counts)
    pages: PageChanges = field(default_factory=PageChanges)
    files: Counts = field(default_factory=Counts)
    representations: RepresentationChanges = field(default_factory=RepresentationChanges)
    documentation: Counts = field(default_factory=Counts)

    @property
    def of_dossier(self) -> bool:
        """Whether anything of the dossier itself changed: the description of the fonds grows with every delivery."""
        return self != Changes(tuple(one for one in self.fields if one.kind is Kind.FONDS))

    @property
    def of_files(self) -> bool:
        """Whether files or their order changed, not only what is said of them."""
        return Changes(self.fields, self.items) != self


def changes(before: PackageContent, after: PackageContent) -> Changes:
    """Compare two versions of a package."""
    held = {one.name for one in before.representations} & {one.name for one in after.representations}
    old, new = ([one for one in version.representations if one.name in held] for version in (before, after))
    return Changes(
        tuple(_fields(before.record, after.record)),
        _items(before.record, after.record),
        _all_pages(old, new),
        _counted(_without_pages(old), _without_pages(new)),
        _representations(before.representations, after.representations),
        _counted(_digests(before.documentation), _digests(after.documentation)),
    )


def _fields(before: DossierRecord, after: DossierRecord) -> Iterator[FieldChange]:
    yield from _described(Kind.FONDS, before.fonds, after.fonds)
    nothing = Description(Kind.SERIES)
    yield from _described(Kind.SERIES, before.series or nothing, after.series or nothing)
    yield from _described(Kind.DOSSIER, before.dossier, after.dossier)


def _described(kind: Kind, before: Description, after: Description) -> Iterator[FieldChange]:
    for key in dict.fromkeys((*before.values, *after.values)):
        old, new = before.values.get(key, Value("")), after.values.get(key, Value(""))
        if old != new:
            yield FieldChange(kind, key, *_told_apart(old, new))
    was, now = _columns(before), _columns(after)
    for header in dict.fromkeys((*was, *now)):
        if was.get(header) != now.get(header):
            yield FieldChange(kind, header, was.get(header, ""), now.get(header, ""))


def _told_apart(old: Value, new: Value) -> tuple[str, str]:
    """Return what is shown of two values that differ: their texts, else what was written, else their codes."""
    pairs = ((old.text, new.text), (old.verbatim, new.verbatim), (old.code, new.code))
    return next(pair for pair in pairs if pair[0] != pair[1])


def _columns(description: Description) -> dict[str, str]:
    columns: dict[str, str] = {}
    for header, text in description.extra:
        columns[header] = f"{columns[header]}; {text}" if header in columns else text
    return columns


def _items(before: DossierRecord, after: DossierRecord) -> Counts:
    return _counted(_by_id(before), _by_id(after))


def _by_id(record: DossierRecord) -> dict[str, object]:
    sheets = {page.sequence: _sheet(page) for page in record.pages}

    def told(item: Item) -> object:
        return item.description, tuple(sheets.get(sequence, "") for sequence in item.pages)

    return {item.id: told(item) for item in record.items}


def _counted(before: Mapping[str, object], after: Mapping[str, object]) -> Counts:
    common = before.keys() & after.keys()
    changed = sum(before[key] != after[key] for key in common)
    return Counts(len(after) - len(common), changed, len(before) - len(common))


def _digests(files: Collection[FileRecord]) -> dict[str, str]:
    return {file.path: file.sha256 for file in files}


def _without_pages(representations: Sequence[Representation]) -> dict[str, str]:
    paged = {page.path for one in representations for page in one.pages}
    files = _digests([file for one in representations for file in one.files])
    return {path: sha256 for path, sha256 in files.items() if path not in paged}


def _all_pages(before: Sequence[Representation], after: Sequence[Representation]) -> PageChanges:
    """Compare the pages of the same representations."""
    held = {one.name: one for one in before}
    found = [_pages(held[one.name].pages, one.pages) for one in after]
    return PageChanges(
        tuple(sheet for one in found for sheet in one.added),
        tuple(sheet for one in found for sheet in one.replaced),
        tuple(sheet for one in found for sheet in one.removed),
        tuple(sheet for one in found for sheet in one.relabelled),
        sum(one.moved for one in found),
    )


def _pages(before: Sequence[Page], after: Sequence[Page]) -> PageChanges:
    old, new = ({(page.path, page.frame): page for page in pages} for pages in (before, after))
    come = [_sheet(page) for picture, page in new.items() if picture not in old]
    gone = [_sheet(page) for picture, page in old.items() if picture not in new]
    stayed = [picture for picture in new if picture in old]
    return PageChanges(
        added=_without(come, gone),
        replaced=tuple((Counter(come) & Counter(gone)).elements()),
        removed=_without(gone, come),
        relabelled=tuple(_sheet(new[one]) for one in stayed if _sheet(new[one]) != _sheet(old[one])),
        moved=_out_of_order([old[one].sequence for one in stayed]),
    )


def _sheet(page: Page) -> str:
    return page.label or str(page.sequence)


def _without(sheets: Sequence[str], others: Collection[str]) -> tuple[str, ...]:
    return tuple((Counter(sheets) - Counter(others)).elements())


def _out_of_order(numbers: Sequence[int]) -> int:
    """Return how many numbers at least must be moved to bring all into rising order."""
    ends: list[int] = []  # the smallest end of a rising row of each length
    for number in numbers:
        place = bisect_left(ends, number)
        ends[place : place + 1] = [number]
    return len(numbers) - len(ends)


def _representations(before: Sequence[Representation], after: Sequence[Representation]) -> RepresentationChanges:
    old, new = [one.name for one in before], [one.name for one in after]
    return RepresentationChanges(
        tuple(name for name in new if name not in old),
        tuple(name for name in old if name not in new),
        new[0] if new and new[:1] != old[:1] else "",
    )
