"""The description of a package out of its descriptive files: ours whole, others by the crosswalk, MODS and such kept.

The first of these that is there and can be read counts: EAD3 or EAD 2002, the state's simpledc, Dublin Core; a title
that it lacks comes from the next, then from the LABEL of METS. All of the files stay in the package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from fonds.metadata.dublincore import DC, DC_TERMS, description_of_dublin_core, read_dublin_core
from fonds.metadata.ead3 import read_ead3
from fonds.metadata.ead_import import Branch, ImportedUnit, read_finding_aid, tree
from fonds.metadata.mets import SUPERSEDED, MetsDocument, Section
from fonds.metadata.model import Description, DossierRecord, Kind, Value
from fonds.metadata.simpledc import DOSSIER_FIELDS, description_of, read_simpledc
from fonds.repository.intake.received.package import Described, ReadItem, ReadPackage
from fonds.repository.intake.received.tree import PackageView
from fonds.schemas.findings import finding
from fonds.schemas.xml import XmlRefusedError, root_name

_FOLDER = "metadata/descriptive"
_WHOLE = {"fonds", "collection", "recordgrp"}
"""Levels of an archdesc that is the fonds."""
_PARTS = {"series", "subseries", "class", "subfonds", "subgrp"}
_ITEMS = {Kind.DOCUMENT, Kind.PICTURE, Kind.MEDIA}

Reader = Callable[[PackageView, str, ReadPackage], Described]


def describe(view: PackageView, package: ReadPackage, root: MetsDocument) -> None:
    """Describe a package by what its METS and its folder of descriptions hold. Raises OSError."""
    found: list[tuple[int, Described]] = []
    for path in _candidates(view, root):
        read = _described(view, path, package)
        if read is not None:
            found.append(read)
    found.sort(key=lambda one: one[0])
    described = found[0][1] if found else Described()
    for _, other in found[1:]:
        described.identifiers += other.identifiers
        described.dossier = _with_title(described.dossier, other.dossier.values.get("title"))
    codes = [(value, "altRecordID") for kind, value in package.alternatives if kind.upper() == "REFERENCECODE"]
    described.identifiers = [*codes, *described.identifiers]
    described.dossier = _with_title(described.dossier, Value(package.label) if package.label else None)
    package.described = described


def _candidates(view: PackageView, root: MetsDocument) -> list[str]:
    """Return the descriptive files: those that METS names as current, then those that lie in their folder."""
    entries = (entry for entry in root.metadata if entry.section is Section.DESCRIPTIVE and entry.file)
    said = {view.resolve(entry.file.href, ""): entry.status for entry in entries if entry.file}
    lying = [path for path in view.below(_FOLDER) if path.count("/") == 2]
    return [path for path in dict.fromkeys([*said, *lying]) if path in view and said.get(path) != SUPERSEDED]


def _described(view: PackageView, path: str, package: ReadPackage) -> tuple[int, Described] | None:
    """Return what a file says with its rank; None, with a note, for one that is only kept."""
    try:
        with view.open(path) as source:
            root = root_name(source)
        space, _, name = root.rpartition("}")
        for rank, (takes, read) in enumerate(_READERS):
            if takes(space[1:], name):
                return rank, read(view, path, package)
    except XmlRefusedError as error:
        package.kept_only(path, str(error.data.get("reason") or error.data.get("found") or error.code))
        return None
    package.kept_only(path, root)
    return None


def _with_title(dossier: Description, title: Value | None) -> Description:
    if title is None or dossier.text("title"):
        return dossier
    return replace(dossier, values={"title": title, **dossier.values})


def _simpledc(view: PackageView, path: str, package: ReadPackage) -> Described:
    """Read the state's simpledc; a file of that name with other fields is Dublin Core under another name."""
    with view.open(path) as source:
        read = read_simpledc(source)
    if not {name for name, _ in read.elements} & (set(DOSSIER_FIELDS) - {"title", "language", "format", "description"}):
        return _dublin_core(view, path, package)
    return Described(description_of(read, Kind.DOSSIER))


def _dublin_core(view: PackageView, path: str, package: ReadPackage) -> Described:
    with view.open(path) as source:
        elements = read_dublin_core(source)
    names = [(text.strip(), path) for name, text in elements if name == "identifier" and text.strip()]
    names = [(text, place) for text, place in names if text != package.objid]
    return Described(description_of_dublin_core(elements), identifiers=names)


def _ead(view: PackageView, path: str, package: ReadPackage) -> Described:
    try:
        with view.open(path) as source:
            return of_record(read_ead3(source))
    except XmlRefusedError:
        return _finding_aid(view, path, package)


def of_record(record: DossierRecord) -> Described:
    """Return a whole record of ours as a description."""
    items = tuple(ReadItem(item.description, item.pages) for item in record.items)
    return Described(record.dossier, record.fonds, record.series, items)


def _finding_aid(view: PackageView, path: str, package: ReadPackage) -> Described:
    """Find the dossier in somebody's finding aid.

    It is the one component of level file; without one, or with several, the archdesc stands for the package.
    """
    top = _read(view, path, Kind.FONDS)
    level, parts = top.unit.level, list(_parts(top, ()))
    dossiers = [(branch, above) for branch, above in parts if branch.unit.description.kind is Kind.DOSSIER]
    if level in _ITEM_LEVELS or len(dossiers) != 1:
        own = _read(view, path, Kind.DOSSIER)
        described = Described(own.unit.description)
        described.items = _items(own)
        left = len(parts) - len(described.items)
        if left:
            package.findings.append(finding("RECEIVED_LEVELS", path, count=left))
    else:
        branch, above = dossiers[0]
        described = Described(branch.unit.description, items=_items(branch))
        series = [one for one in above if one.description.kind is Kind.SERIES]
        if level in _PARTS:
            series = series or [_read(view, path, Kind.SERIES).unit]
        described.series = series[-1].description if series else None
        left = len(parts) - 1 - len(described.items) - len(above)
        if left > 0:
            package.findings.append(finding("RECEIVED_LEVELS", path, count=left))
    if level in _WHOLE:
        described.fonds = top.unit.description
        if len(dossiers) != 1:  # the code of the fonds is not that of the dossier
            described.dossier = _without_code(described.dossier)
    return described


_ITEM_LEVELS = {"file", "item"}


def _without_code(dossier: Description) -> Description:
    return replace(dossier, values={key: value for key, value in dossier.values.items() if key != "fileCode"})


def _read(view: PackageView, path: str, top: Kind) -> Branch:
    with view.open(path) as source:
        return tree(read_finding_aid(source, top))


def _parts(branch: Branch, above: tuple[ImportedUnit, ...]) -> Iterator[tuple[Branch, tuple[ImportedUnit, ...]]]:
    """Yield everything below a unit, each with what is between."""
    for child in branch.children:
        yield child, above
        yield from _parts(child, (*above, child.unit))


def _items(branch: Branch) -> tuple[ReadItem, ...]:
    """Return the documents directly in a unit; those marked as internal are not for readers."""
    units = (child.unit for child in branch.children if not child.unit.hidden)
    return tuple(ReadItem(unit.description) for unit in units if unit.description.kind in _ITEMS)


_READERS: tuple[tuple[Callable[[str, str], bool], Reader], ...] = (
    (lambda _, name: name == "ead", _ead),
    (lambda _, name: name == "simpledc", _simpledc),
    (lambda space, name: name in {"dc", "qualifieddc", "record", "metadata"} or space in {DC, DC_TERMS}, _dublin_core),
)
