"""Which folder and files belong to which dossier of the inventory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from fonds.metadata.vietnamese import nfc
from fonds.repository.intake.inventory import Entry, Inventory
from fonds.repository.intake.rows import Row
from fonds.repository.intake.walk import Tree


@dataclass(slots=True)
class Unit:
    """Files that are looked at together: a dossier's, or those of a folder that no dossier claims.

    ``where`` is the folder, ``folders`` every folder whose files belong. ``only`` limits it to some paths where the
    inventory names files and not a folder; ``but`` are paths of the folder that belong elsewhere.
    """

    where: str
    entry: Entry | None = None
    folders: list[str] = field(default_factory=list)
    only: frozenset[str] | None = None
    but: frozenset[str] = frozenset()

    def takes(self, where: str) -> bool:
        """Say whether the unit has the file."""
        return where not in self.but if self.only is None else where in self.only


@dataclass(slots=True)
class Allotment:
    """Every dossier and every folder with files, each in one unit, in the order they are worked through.

    ``missing`` are dossiers without a folder; ``shared`` those whose folder an earlier dossier already has.
    """

    units: list[Unit] = field(default_factory=list)
    missing: list[Entry] = field(default_factory=list)
    shared: list[tuple[Entry, Entry]] = field(default_factory=list)


class Locator:
    """Finds folders by the paths of an inventory, forgiving what names lose on their way between systems."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._loose: dict[str, str] = {}
        self._by_name: dict[str, list[str]] = {}
        for path in tree.paths:
            self._loose.setdefault(_loosely(path), path)
            self._by_name.setdefault(_loosely(path.rpartition("/")[2]), []).append(path)

    def folder(self, written: str) -> str | None:
        """Return the folder a cell names, None when there is none."""
        path = self._clean(written)
        if path in self._tree.folders:
            return path
        return self._loose.get(_loosely(path))

    def named(self, *names: str) -> str | None:
        """Return the only folder that has one of the names, None when there is none or more than one."""
        for name in names:
            found = self._by_name.get(_loosely(name), []) if name else []
            if len(found) == 1:
                return found[0]
        return None

    def files(self, written: str) -> list[str]:
        """Return the paths of files a cell lists (``a;b``), cleaned; they need not exist."""
        return [self._clean(part) for part in written.replace("\n", ";").split(";") if part.strip()]

    def existing_files(self, written: str) -> list[str]:
        """Return the files a cell lists, [] when any of them is not there."""
        paths = self.files(written)
        found = [path for path in paths if self._is_file(path)]
        return found if len(found) == len(paths) else []

    def _is_file(self, path: str) -> bool:
        parent = path.rpartition("/")[0]
        return parent in self._tree.folders and any(one.where == path for one in self._tree.entries(parent))

    def _clean(self, written: str) -> str:
        path = nfc(written).strip().replace("\\", "/").removeprefix("./").strip("/")
        own = self._tree.name + "/"
        path = path.removeprefix(own) if path.startswith(own) else path
        return "" if path in (".", self._tree.name) else path


def allot(tree: Tree, inventory: Inventory) -> Allotment:
    """Give every dossier its folder and every other folder with files a unit of its own."""
    result = Allotment()
    locator = Locator(tree)
    claimed: dict[str, Entry] = {}
    partly: dict[str, set[str]] = {}
    for entry in inventory.entries:
        unit = _unit_of(entry, tree, inventory, locator)
        if unit is None:
            result.missing.append(entry)
        elif unit.only is not None:
            partly.setdefault(unit.where, set()).update(unit.only)
            result.units.append(unit)
        elif unit.where in claimed:
            result.shared.append((entry, claimed[unit.where]))
        else:
            claimed[unit.where] = entry
            result.units.append(unit)
    _take_subfolders(tree, inventory, locator, result.units, claimed)
    result.units += _left_over(tree, claimed, partly)
    result.units.sort(key=lambda unit: f"{unit.where}/" if unit.where else "")
    return result


def _unit_of(entry: Entry, tree: Tree, inventory: Inventory, locator: Locator) -> Unit | None:
    if entry.folder:
        where = locator.folder(entry.folder)
        if where is None and (files := locator.existing_files(entry.folder)):
            folders = list(dict.fromkeys(path.rpartition("/")[0] for path in files))
            return Unit(folders[0], entry, folders, frozenset(files))
    else:
        where = _common_folder(inventory.items(entry), tree, locator) or locator.named(entry.code, entry.notation)
    return None if where is None else Unit(where, entry, [where])


def _common_folder(rows: list[Row], tree: Tree, locator: Locator) -> str | None:
    """Return the folder in which all listed files of a dossier's documents lie."""
    parents = [path.rpartition("/")[0] for row in rows for path in locator.files(_files_cell(row))]
    common = os.path.commonpath(parents) if parents else ""
    return common if common and common in tree.folders else None


def _take_subfolders(
    tree: Tree, inventory: Inventory, locator: Locator, units: list[Unit], claimed: dict[str, Entry]
) -> None:
    """Add to each dossier the folders below its own in which its documents' files are listed."""
    for unit in units:
        below = [] if unit.entry is None or unit.only is not None else [one.where for one in tree.below(unit.where)]
        if unit.entry is None or not below:
            continue
        cells = [_files_cell(row) for row in inventory.items(unit.entry)]
        listed = {path.rpartition("/")[0] for cell in cells for path in locator.files(cell)}
        for where in below:
            if where in listed and where not in claimed:
                claimed[where] = unit.entry
                unit.folders.append(where)


def _left_over(tree: Tree, claimed: dict[str, Entry], partly: dict[str, set[str]]) -> Iterator[Unit]:
    for where, folder in tree.folders.items():
        but = frozenset(partly.get(where, ()))
        if where not in claimed and folder.files > len(but):
            yield Unit(where, None, [where], but=but)


def enclosing(unit: Unit, owners: dict[str, Entry]) -> Entry | None:
    """Return the dossier in whose folder another folder lies, None when it lies in no dossier's."""
    where = unit.where
    while where:
        where = where.rpartition("/")[0]
        if where in owners:
            return owners[where]
    return None


def file_in(row: Row, locator: Locator, folder: str, names: dict[str, int]) -> Iterator[int]:
    """Yield the indexes of the files a row lists; ``names`` maps full paths and, loosely, names to indexes."""
    for path in locator.files(_files_cell(row)):
        for candidate in (path, f"{folder}/{path}", _loosely(path.rpartition("/")[2])):
            if candidate in names:
                yield names[candidate]
                break


def file_names(wheres: list[str]) -> dict[str, int]:
    """Return the index of each file by its path and by its own name, loosely, where only one has that name."""
    result = {where: index for index, where in reversed(list(enumerate(wheres)))}
    names: dict[str, int] = {}
    for index, where in enumerate(wheres):
        name = _loosely(where.rpartition("/")[2])
        names[name] = -1 if name in names else index
    return {**{name: index for name, index in names.items() if index >= 0}, **result}


def _files_cell(row: Row) -> str:
    return row.text("files")


def _loosely(path: str) -> str:
    """Return a path as it is still the same to a person: any case, blanks at the ends of names left out."""
    return "/".join(" ".join(part.split()).replace(" .", ".") for part in nfc(path).casefold().split("/"))
