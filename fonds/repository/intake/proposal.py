"""A mapping proposed for a workbook: every header, the field it seems to be, how sure that is, and what stands below.

A person looks at it, corrects it and keeps it for the vendor.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import islice
from pathlib import Path

from fonds.errors import RefusedError
from fonds.metadata.vietnamese import fold
from fonds.repository.intake.guard import require_clean
from fonds.repository.intake.headers import SCANNED_ROWS, Header, find_headers, is_official, labels_of
from fonds.repository.intake.layout import recognise
from fonds.repository.intake.sheets import is_numbering
from fonds.repository.intake.workbook import Sheet, SheetRow, Workbook
from fonds.repository.ports.scanner import Scanner
from fonds.schemas.inventory import SheetTable
from fonds.schemas.messages import text
from fonds.schemas.vocabulary import fields

SAMPLES = 3
_SAMPLED_ROWS = 12
_LONGEST_SAMPLE = 60
_LIKE = 0.86
"""A header that is so much like a known one is proposed, and marked as a guess."""
_HINT = 0.65


class Sure(StrEnum):
    """How sure a proposal is: the official header, a known other name, much alike, or nothing known."""

    OFFICIAL = "official"
    SYNONYM = "synonym"
    GUESS = "guess"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Proposed:
    """One column: its header, the proposed field ('' for none), how sure in words and per cent, values below it.

    ``hint`` is the field that an unknown header is most like.
    """

    header: str
    field: str
    sure: Sure
    percent: int
    samples: tuple[str, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ProposedSheet:
    """One table of the workbook. ``missing`` are groups of fields of which one has to be there."""

    kind: str
    sheet: str
    columns: tuple[Proposed, ...]
    missing: tuple[tuple[str, ...], ...] = ()


def propose(path: Path, tables: Mapping[str, SheetTable], scanner: Scanner) -> list[ProposedSheet]:
    """Return what each sheet of a workbook seems to be.

    Raises the errors of ``Workbook``, RefusedError INVENTORY_INFECTED before anything of it is read.
    """
    require_clean(scanner, path)
    with Workbook(path) as workbook:
        try:
            plan = recognise(workbook, tables)
        except RefusedError as error:
            if error.code != "INVENTORY_SHEET_MISSING":
                raise
            found = [_guessed(sheet, tables) for sheet in workbook.sheets]
            return [one for one in found if one]
        plans = [*plan.tables, *(side for pair in plan.combined for side in pair)]
        known = [_known(one.sheet, one.header, one.table) for one in plans]
        left = (_guessed(workbook.sheets[number], tables) for number, _ in plan.ignored)
        return [*known, *(one for one in left if one)]


def _known(sheet: Sheet, header: Header, table: SheetTable) -> ProposedSheet:
    samples = _samples(sheet, header.row, header.labels)
    columns = tuple(
        _proposed(label, header.columns.get(column, ""), table, samples[column], header.columns.values())
        for column, label in sorted(header.labels.items())
    )
    return ProposedSheet(table.kind, sheet.title, columns)


def _guessed(sheet: Sheet, tables: Mapping[str, SheetTable]) -> ProposedSheet | None:
    """Propose for a sheet whose header is not recognised: its widest row, and the kind it is most like."""
    top = list(islice(sheet.rows(), SCANNED_ROWS))
    labels = labels_of(top)
    row = next((number for number, cells in top if _texts(cells) == list(labels)), 0)
    if len(labels) < 2:
        return None
    loose = {kind: find_headers(top, {kind: replace(table, needs=())}) for kind, table in tables.items()}
    counts = {kind: len(found[kind].columns) if kind in found else 0 for kind, found in loose.items()}
    counts["dossier"] += 1  # of two that fit alike, the list of dossiers is what every inventory has
    kind = max(counts, key=lambda one: counts[one])
    if kind in loose[kind] and loose[kind][kind].columns:
        header = loose[kind][kind]
    else:
        places = _places(top, row)
        header = Header(kind, row, {}, places)
    found = _known(sheet, header, tables[kind])
    taken = {one.field for one in found.columns}
    missing = tuple(group for group in tables[kind].needs if not taken.intersection(group))
    return replace(found, missing=missing)


def _texts(cells: Iterable[object]) -> list[str]:
    return [str(getattr(cell, "text", "")) for cell in cells if str(getattr(cell, "text", "")).strip()]


def _places(top: Sequence[SheetRow], row: int) -> dict[int, str]:
    cells = next((cells for number, cells in top if number == row), ())
    return {column: cell.text for column, cell in enumerate(cells) if cell.text.strip()}


def _samples(sheet: Sheet, row: int, labels: Mapping[int, str]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {column: [] for column in labels}
    below = (cells for number, cells in sheet.rows() if number > row and not is_numbering(cells))
    for cells in islice(below, _SAMPLED_ROWS):
        for column, kept in found.items():
            value = " ".join(cells[column].text.split()) if column < len(cells) else ""
            if value and value not in kept and len(kept) < SAMPLES:
                kept.append(value[:_LONGEST_SAMPLE])
    return {column: tuple(kept) for column, kept in found.items()}


def _proposed(label: str, field: str, table: SheetTable, samples: tuple[str, ...], taken: Iterable[str]) -> Proposed:
    if field:
        sure = Sure.OFFICIAL if is_official(table, label, field) else Sure.SYNONYM
        return Proposed(label, field, sure, 100 if sure is Sure.OFFICIAL else 95, samples)
    like, share = _most_like(label, table, set(taken))
    percent = round(100 * share)
    if share >= _LIKE:
        return Proposed(label, like, Sure.GUESS, percent, samples)
    return Proposed(label, "", Sure.UNKNOWN, percent if share >= _HINT else 0, samples, like if share >= _HINT else "")


def _most_like(label: str, table: SheetTable, taken: set[str]) -> tuple[str, float]:
    own = fold(label)
    names = ((one.key, fold(name)) for one in table.columns if one.key not in taken for name in
             (*one.headers, *one.synonyms))  # fmt: skip
    return max(((key, SequenceMatcher(None, own, name).ratio()) for key, name in names), key=lambda x: x[1],
               default=("", 0.0))  # fmt: skip


def choices(table: SheetTable, lang: str) -> list[tuple[str, str]]:
    """Return the fields that a column can be, as (key, label), by label."""
    rules = fields(table.kind)
    named = [(one.key, rules[one.key].labels[lang] if one.key in rules else text(lang, f"mapping.field.{one.key}"))
             for one in table.columns]  # fmt: skip
    return sorted(named, key=lambda pair: fold(pair[1]))


def as_toml(sheets: Sequence[ProposedSheet], vendor: str, lang: str) -> str:
    """Return a proposal as a mapping file that a person can edit, all it knows beside each header as comments."""
    lines = [f"# {line}" for line in text(lang, "mapping.head").split("\n")]
    lines += ["", "format = 1", f"vendor = {_quoted(vendor)}"]
    done: set[tuple[str, str]] = set()
    for kind in dict.fromkeys(sheet.kind for sheet in sheets):
        lines += ["", f"[{kind}]"]
        for sheet in (one for one in sheets if one.kind == kind):
            lines.append(f"# {text(lang, 'mapping.sheet', {'sheet': _one_line(sheet.sheet)})}")
            lines += [f"# {text(lang, 'mapping.missing', {'fields': ', '.join(group)})}" for group in sheet.missing]
            for one in sheet.columns:
                if (kind, one.header) not in done:
                    done.add((kind, one.header))
                    lines += ["", f"# {_said(one, lang)}", f"{_quoted(one.header)} = {_quoted(one.field)}"]
    return "\n".join([*lines, ""])


def _said(one: Proposed, lang: str) -> str:
    key = "mapping.hint" if one.hint else f"mapping.sure.{one.sure.value}"
    said = text(lang, key, {"percent": one.percent, "field": one.hint})
    samples = " | ".join(map(_one_line, one.samples))
    return f"{said}. {text(lang, 'mapping.samples', {'samples': samples})}" if samples else said


def _one_line(said: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in said).split())


def _quoted(said: str) -> str:
    return json.dumps(said, ensure_ascii=False).replace("\x7f", "\\u007f")
