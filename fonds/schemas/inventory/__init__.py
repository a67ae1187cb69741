"""How inventories name their columns, as data: the header of each field and the other names people use.

One table a kind of sheet. ``headers`` are the official names (with the label of the vocabulary), ``synonyms`` every
other name a person would understand; a mapping of the archive's own adds synonyms. ``rows.json`` holds the words
that mark total rows and secrecy.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from fonds.schemas.vocabulary import fields

SHEET_KINDS = ("fonds", "dossier", "document", "picture", "media")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field key, its official headers, and other names for it.

    A key ``startDate.year`` is one cell of a date in three cells. ``kept`` columns are understood but have no field
    in the vocabulary: they go to ``Description.extra`` without a warning.
    """

    key: str
    headers: tuple[str, ...]
    synonyms: tuple[str, ...] = ()
    kept: bool = False


@dataclass(frozen=True, slots=True)
class SheetTable:
    """The columns of one kind of sheet. A header row fits when it has one field of every group of ``needs``."""

    kind: str
    needs: tuple[tuple[str, ...], ...]
    columns: tuple[Column, ...]


@cache
def tables() -> dict[str, SheetTable]:
    """Return the shipped tables by kind of sheet."""
    return {kind: _table(kind) for kind in SHEET_KINDS}


def with_synonyms(mapping: Mapping[str, Mapping[str, tuple[str, ...]]]) -> dict[str, SheetTable]:
    """Return the tables with an archive's own header names added: kind -> field key -> headers.

    Raises KeyError naming a kind or key that does not exist.
    """
    result = dict(tables())
    for kind, names in mapping.items():
        known = {column.key for column in result[kind].columns}
        if missing := set(names) - known:
            raise KeyError(f"{kind}.{min(missing)}")
        columns = (replace(one, synonyms=one.synonyms + names.get(one.key, ())) for one in result[kind].columns)
        result[kind] = replace(result[kind], columns=tuple(columns))
    return result


@cache
def words(name: str) -> frozenset[str]:
    """Return a list of words of ``rows.json`` (``total``, ``secret``, ``not_secret``), folded to plain letters."""
    lists: dict[str, list[str]] = json.loads(files(__package__).joinpath("rows.json").read_text("utf-8"))
    return frozenset(lists[name])


def _table(kind: str) -> SheetTable:
    data = json.loads(files(__package__).joinpath(f"{kind}.json").read_text("utf-8"))
    labels = {key: rule.labels for key, rule in fields(kind).items()}
    columns = tuple(_column(key, row, labels) for key, row in data["columns"].items())
    return SheetTable(kind, tuple(tuple(group) for group in data["needs"]), columns)


def _column(key: str, row: Mapping[str, list[str]], labels: Mapping[str, Mapping[str, str]]) -> Column:
    """Make a column; the vocabulary's Vietnamese label is an official header, its English one a synonym."""
    label = labels.get(key, {})
    official = tuple(dict.fromkeys([*row.get("headers", []), *filter(None, [label.get("vi")])]))
    synonyms = (*row.get("synonyms", []), *filter(None, [label.get("en")]))
    return Column(key, official, synonyms, bool(row.get("kept", False)))
