"""Finding the header row of a sheet and what each column is, by the names a person would understand."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from fonds.metadata.vietnamese import exact_form, fold
from fonds.repository.intake.values import clean
from fonds.repository.intake.workbook import SheetRow
from fonds.schemas.inventory import SheetTable

SCANNED_ROWS = 20
"""Rows at the top among which the header is looked for: above it stand the titles of the office."""

EVERY_COLUMN = range(sys.maxsize)
_PARTS = {"ngay": "day", "thang": "month", "nam": "year"}


@dataclass(frozen=True, slots=True)
class Label:
    """What stands over one column: every way to read it (two header rows give several), the first as written."""

    column: int
    names: tuple[str, ...]

    @property
    def written(self) -> str:
        """The header as a person would cite it."""
        return self.names[0]


@dataclass(frozen=True, slots=True)
class Header:
    """A recognised header row. ``columns`` is column index to field key; ``row`` its last row number in Excel.

    ``variants`` are headers that needed the synonym table, ``unknown`` those no field answers to. ``span`` is the
    columns of the sheet that belong to this table.
    """

    kind: str
    row: int
    columns: Mapping[int, str]
    labels: Mapping[int, str]
    variants: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    span: range = EVERY_COLUMN


def find_headers(
    top: list[SheetRow], tables: Mapping[str, SheetTable], span: range = EVERY_COLUMN
) -> dict[str, Header]:
    """Return the best header row for each kind of sheet that fits, of the first rows of a sheet.

    ``span`` limits the search to some columns, for sheets that hold two tables side by side.
    """
    best: dict[str, Header] = {}
    for row, labels in _candidates(top):
        chosen = [label for label in labels if label.column in span]
        for kind, table in tables.items():
            header = _match(table, row, chosen, span)
            if header and len(header.columns) > len(best[kind].columns if kind in best else ()):
                best[kind] = header
    return best


def field_named(table: SheetTable, header: str) -> str:
    """Return the field key that a single header means, '' when no field answers to it."""
    official, others = _names(table)
    return official.get(_plain(header)) or others.get(_loose(header), "")


def labels_of(top: list[SheetRow]) -> tuple[str, ...]:
    """Return the texts of the widest of the first rows: what to show when no header is recognised."""
    rows = [tuple(label.written for label in _labels(cells)) for cells in _texts(top)]
    widest = max((len(row) for row in rows), default=0)
    return next((row for row in rows if len(row) == widest), ())


def _texts(top: list[SheetRow]) -> list[tuple[str, ...]]:
    return [tuple(cell.text for cell in cells) for _, cells in top]


def _candidates(top: list[SheetRow]) -> Iterator[tuple[int, list[Label]]]:
    """Yield every row as a header, and every pair of rows as a header of two rows."""
    texts = _texts(top)
    for index, (number, _) in enumerate(top):
        single = _labels(texts[index])
        yield number, single
        if index + 1 < len(top) and top[index + 1][0] == number + 1:
            pair = _two_rows(texts[index], texts[index + 1])
            if len(pair) >= len(single) + 1:
                yield number + 1, pair


def _labels(texts: tuple[str, ...]) -> list[Label]:
    return [Label(column, (text,)) for column, text in enumerate(texts) if text.strip()]


def _two_rows(upper: tuple[str, ...], lower: tuple[str, ...]) -> list[Label]:
    """Join a row of headings with the row below it; a merged heading stands over the columns to its right."""
    labels, over = [], ""
    for column in range(max(len(upper), len(lower))):
        own = upper[column] if column < len(upper) else ""
        below = lower[column] if column < len(lower) else ""
        over = own or (over if below else "")
        names = (f"{over} {below}", f"{below} {over}", below) if over and below else (own or below,)
        if names[0].strip():
            labels.append(Label(column, names))
    return labels


def _match(table: SheetTable, row: int, labels: list[Label], span: range) -> Header | None:
    columns, variants = _assign(table, labels)
    keys = set(columns.values())
    keys |= {key.partition(".")[0] for key in keys}
    if not all(keys.intersection(group) for group in table.needs):
        return None
    written = {label.column: clean(label.written).text for label in labels}
    return Header(
        table.kind,
        row,
        columns,
        written,
        tuple(written[column] for column in sorted(variants)),
        tuple(written[label.column] for label in labels if label.column not in columns),
        span,
    )


def _assign(table: SheetTable, labels: list[Label]) -> tuple[dict[int, str], set[int]]:
    """Give each column its field: official names first, then synonyms; a field is taken once, by the first column."""
    official, others = _names(table)
    columns: dict[int, str] = {}
    for label in labels:
        _take(columns, label, (official[_plain(name)] for name in label.names if _plain(name) in official))
    variants = {label.column for label in labels if label.column in columns and _is_altered(label)}
    for label in labels:
        if label.column not in columns and _take(columns, label, _loose_keys(label, others)):
            variants.add(label.column)
    return _dates_in_parts(columns), variants


def _take(columns: dict[int, str], label: Label, keys: Iterator[str]) -> bool:
    key = next((key for key in keys if key not in columns.values()), None)
    if key is not None:
        columns[label.column] = key
    return key is not None


def _loose_keys(label: Label, others: Mapping[str, str]) -> Iterator[str]:
    yield from (others[_loose(name)] for name in label.names if _loose(name) in others)
    if len(label.names) > 1:
        yield from _part_keys(label, others)


def _part_keys(label: Label, known: Mapping[str, str]) -> Iterator[str]:
    """Read "Thời gian bắt đầu" over "Ngày", "Tháng", "Năm" as the three cells of one date."""
    part = _PARTS.get(_loose(label.names[-1]))
    over = label.names[0].removesuffix(label.names[-1])
    if part and (key := known.get(_loose(over))):
        yield f"{key}.{part}"


def _dates_in_parts(columns: dict[int, str]) -> dict[int, str]:
    """Where a date has cells for month or year, its plain column ("Ngày bắt đầu") holds the day."""
    keys = set(columns.values())
    return {
        column: f"{key}.day" if f"{key}.year" in keys and f"{key}.day" not in keys else key
        for column, key in columns.items()
    }


@lru_cache(maxsize=32)
def _names(table: SheetTable) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return official names and, in looser form, official names and synonyms: the first field to claim one has it."""
    official: dict[str, str] = {}
    others: dict[str, str] = {}
    for column in table.columns:
        for text in column.headers:
            official.setdefault(_plain(text), column.key)
            others.setdefault(_loose(text), column.key)
    for column in table.columns:
        for text in column.synonyms:
            others.setdefault(_loose(text), column.key)
    return official, others


def _is_altered(label: Label) -> bool:
    """Say whether the header is official only after repair: NFD, an old encoding."""
    return any(clean(name).notes for name in label.names)


def forget() -> None:
    """Forget what was remembered of the cells of an inventory: see ``values.forget``."""
    for remembered in (_plain, _loose):
        remembered.cache_clear()


@lru_cache(maxsize=512)
def _plain(text: str) -> str:
    """The form in which a header is official: NFC, whatever its case, line breaks and closing punctuation."""
    return " ".join(clean(text).text.casefold().split()).rstrip(" *:.")


@lru_cache(maxsize=512)
def _loose(text: str) -> str:
    """The form in which synonyms are looked up: plain letters and digits, brackets and their content left out."""
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", clean(text).text)
    return " ".join(re.findall(r"[^\W_]+", fold(exact_form(bare or text))))


def is_official(table: SheetTable, header: str, key: str) -> bool:
    """Say whether a header is an official name of a field, and not merely understood."""
    return _names(table)[0].get(_plain(header)) == key


def same_header(one: str, other: str) -> bool:
    """Say whether two headers are the same to a person: case, marks and what stands in brackets do not count."""
    return _plain(one) == _plain(other) or _loose(one) == _loose(other)
