"""Writing the table: the units pass once through a temporary file, because the columns are known only at the end."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from fonds.errors import FondsError, UsageError
from fonds.metadata.model import Kind
from fonds.packaging.durable import written_atomically
from fonds.repository.describe.columns import (
    CODE,
    CONTROLS,
    EDITED,
    ID,
    KIND,
    VERSION,
    Column,
    extra_columns,
    kind_name,
)
from fonds.repository.describe.csv_table import CsvWriter
from fonds.repository.describe.units import Described, Selection
from fonds.repository.describe.xlsx_table import XlsxWriter, require_room
from fonds.schemas.vocabulary import fields

Step = Callable[[str, int, int], None]
Columns = Mapping[Kind, list[Column]]
"""The columns of each kind of units, in the order in which they stand."""


class Writer(Protocol):
    """A table that is being written."""

    def add(self, kind: Kind, cells: Mapping[Column, str]) -> None:
        """Write a row."""

    def close(self) -> None:
        """Write what stands after the rows."""


WRITERS: Mapping[str, Callable[[IO[bytes], Columns, str], Writer]] = {".xlsx": XlsxWriter, ".csv": CsvWriter}


@dataclass(frozen=True, slots=True)
class Exported:
    """A table that was written: how many rows of each kind of units it has."""

    path: Path
    rows: Mapping[str, int]


def export_table(
    path: Path, selection: Selection, lang: str, progress: Step = lambda _step, _done, _total: None
) -> Exported:
    """Write the descriptions of the selected units to a new ``.xlsx`` or ``.csv``, whole or not at all.

    Memory does not grow with the number of units. ``progress`` takes the step (``read``, ``write``), how much of it is
    done and how much there is. Raises UsageError TABLE_FORMAT, TABLE_EXISTS, NOTHING_TO_DESCRIBE, RefusedError
    TABLE_TOO_LARGE, FondsError OUTPUT_FAILED.
    """
    require_table_form(path)
    if path.exists():
        raise UsageError("TABLE_EXISTS", path=path)
    try:
        with tempfile.TemporaryFile(prefix="fonds-table-") as spool:
            gathered = _gather(spool, selection, progress)
            if not gathered.total:
                raise UsageError("NOTHING_TO_DESCRIBE")
            if path.suffix.lower() == ".xlsx":
                require_room(path, gathered.rows, gathered.columns())
            with written_atomically(path) as out:
                writer = WRITERS[path.suffix.lower()](out, gathered.columns(), lang)
                for number, row in enumerate(_spooled(spool), 1):
                    writer.add(row.kind, _cells(row, lang))
                    progress("write", number, gathered.total)
                writer.close()
    except OSError as error:
        raise FondsError("OUTPUT_FAILED", path=path, reason=error.strerror or str(error)) from error
    return Exported(path, {kind.value: gathered.rows[kind] for kind in EDITED if gathered.rows[kind]})


def require_table_form(path: Path) -> None:
    """Make sure that a table can have this extension. Raises UsageError TABLE_FORMAT."""
    if path.suffix.lower() not in WRITERS:
        raise UsageError("TABLE_FORMAT", path=path, known=", ".join(WRITERS))


@dataclass(slots=True)
class _Gathered:
    """What is known of the rows once all have passed: how many, and which columns they need beside the vocabulary's."""

    rows: Counter[Kind] = field(default_factory=Counter)
    beyond: dict[Kind, dict[Column, None]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.rows.total()

    def take(self, row: Described) -> None:
        self.rows[row.kind] += 1
        known = fields(row.kind)
        beyond = self.beyond.setdefault(row.kind, {})
        beyond.update(dict.fromkeys(Column(key) for key in row.values if key not in known))
        beyond.update(dict.fromkeys(column for column, _ in extra_columns(row.extra)))

    def columns(self) -> Columns:
        return {kind: self._columns(kind) for kind in EDITED if self.rows[kind]}

    def _columns(self, kind: Kind) -> list[Column]:
        beyond = sorted(self.beyond[kind], key=lambda column: column.is_extra)  # stable: extras as they were met
        return [*map(Column, CONTROLS), *map(Column, fields(kind)), *beyond]


def _gather(spool: IO[bytes], selection: Selection, progress: Step) -> _Gathered:
    gathered, total = _Gathered(), selection.count()
    for number, rows in enumerate(selection.rows(), 1):
        for row in rows:
            gathered.take(row)
            kept = (row.kind, row.id, row.version, row.code, row.values, row.extra)
            spool.write(json.dumps(kept, ensure_ascii=False).encode() + b"\n")
        progress("read", number, total)
    spool.seek(0)
    return gathered


def _spooled(spool: IO[bytes]) -> Iterator[Described]:
    for line in spool:
        kind, unit_id, version, code, values, extra = json.loads(line)
        yield Described(Kind(kind), unit_id, version, code, values, [(header, said) for header, said in extra])


def _cells(row: Described, lang: str) -> dict[Column, str]:
    controls = {ID: row.id, VERSION: str(row.version), KIND: kind_name(row.kind, lang), CODE: row.code}
    cells = {Column(key): said for key, said in (controls | row.values).items()}
    return cells | dict(extra_columns(row.extra))
