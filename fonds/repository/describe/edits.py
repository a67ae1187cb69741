"""What one row of a table wants to be different, and putting it into a description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from fonds.metadata.model import Description, Value
from fonds.repository.describe.cells import is_shortened, same_lines, shortened
from fonds.repository.describe.columns import EDITED, Column, extra_columns, rule_of
from fonds.repository.describe.table import TableRow
from fonds.repository.intake.rows import Note, read_value
from fonds.repository.intake.workbook import Cell
from fonds.schemas.vocabulary import fields

_REPAIRED = "LEGACY_ENCODING"
_LOST = "CELL_WITHOUT_VALUE"
SHORTENED = "EDIT_CELL_SHORTENED"
OTHER_KIND = "EDIT_FIELD_OTHER_KIND"


@dataclass(slots=True)
class Edit:
    """The cells of a row that say something else than the description: field values and extra texts, '' for emptied.

    ``notes`` is what was noticed in those cells.
    """

    values: dict[str, Value] = field(default_factory=dict)
    extra: dict[Column, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.values or self.extra or self.notes)

    def columns(self) -> list[Column]:
        """Return the columns that change."""
        return [*map(Column, self.values), *self.extra]


def read_edit(row: TableRow, description: Description, seen: set[Column]) -> Edit:
    """Compare a row with the description that is held now; ``seen`` gets the columns that a field answers to.

    A cell is unchanged when it says what the export wrote there, or the same once it is cleaned as a cell of an
    inventory is: only what somebody changed is read at all, so nothing is lost by a way through a spreadsheet.
    """
    edit, known = Edit(), fields(description.kind)
    extra = dict(extra_columns(description.extra))
    for column in row.sheet.columns:
        if column.is_control:
            continue
        cell = row.cell(column)
        if column.is_extra:
            seen.add(column)
            _take_extra(edit, column, cell, extra.get(column, ""))
        elif column.key in known or column.key in description.values:
            seen.add(column)
            _take(edit, column.key, cell, description)
        elif rule_of(column.key, EDITED):
            seen.add(column)
            if cell.text.strip():
                edit.notes.append(Note(OTHER_KIND, column.key, cell.text))
    return edit


def _take(edit: Edit, key: str, cell: Cell, description: Description) -> None:
    old = description.text(key)
    if _says(cell, old):
        return
    rule = fields(description.kind).get(key)
    value, notes = read_value(key, cell, rule)
    if same_lines(value.text, old) and not cell.lost:
        return
    if is_shortened(cell.text):
        notes.append(Note(SHORTENED, key, cell.text))
    edit.notes += notes
    edit.values[key] = value if _repaired(notes) else Value(value.text, code=value.code)


def _repaired(notes: list[Note]) -> bool:
    """Say whether the cell was in an old encoding: only then is it worth keeping beside what it was read as."""
    return any(note.code == _REPAIRED for note in notes)


def _take_extra(edit: Edit, column: Column, cell: Cell, old: str) -> None:
    if _says(cell, old):
        return
    _, notes = read_value(column.name, cell, None)
    if is_shortened(cell.text):
        notes.append(Note(SHORTENED, column.name, cell.text))
    # An extra column is kept word for word: that its letters could be read otherwise is no matter here.
    edit.notes += [note for note in notes if note.code != _REPAIRED]
    edit.extra[column] = cell.text


def _says(cell: Cell, old: str) -> bool:
    return not cell.lost and (cell.text == old or cell.text == shortened(old) or same_lines(cell.text, old))


def edited(description: Description, edit: Edit) -> Description:
    """Return a description with the changes of a row; what is emptied is taken out of it."""
    emptied = {key for key, value in edit.values.items() if not value.text}
    values = {key: value for key, value in {**description.values, **edit.values}.items() if key not in emptied}
    place = {key: number for number, key in enumerate(fields(description.kind))}
    ordered = dict(sorted(values.items(), key=lambda pair: place.get(pair[0], len(place))))
    return replace(description, values=ordered, extra=tuple(_extra(description, edit.extra)))


def _extra(description: Description, changed: Mapping[Column, str]) -> Iterator[tuple[str, str]]:
    """Yield the extra texts: those that were there in their order, then the new ones in that of the columns."""
    held = dict(extra_columns(description.extra))
    for column, said in (held | dict(changed)).items():
        if said or column not in changed:
            yield column.header, said
