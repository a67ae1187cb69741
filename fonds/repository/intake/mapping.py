"""An archive's own column names, as a small file.

JSON adds names to fields: ``{"dossier": {"title": ["Tên tập"]}}``. TOML says of every header which field it is, and so
can correct what is recognised: ``[dossier]``, ``"Tên tập" = "title"``; ``""`` leaves a column without a field, kept as
written. ``vendor = "…"`` names whose it is.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from fonds.errors import FondsError, UsageError
from fonds.repository.intake.headers import same_header
from fonds.schemas.inventory import Column, SheetTable, tables, with_synonyms

_DATE_PARTS = ("day", "month", "year")
VENDOR = "vendor"
Own = Mapping[str, Mapping[str, str]]


def load_tables(mapping: Path | None) -> Mapping[str, SheetTable]:
    """Return the column tables, with what a mapping file says.

    Raises UsageError MAPPING_NOT_READABLE or MAPPING_UNKNOWN_FIELD, FondsError MAPPING_UNREADABLE.
    """
    if mapping is None:
        return tables()
    try:
        if mapping.suffix.lower() == ".toml":
            return own_tables(_own_headers(_toml(mapping)))
        data = json.loads(read_mapping(mapping))
        added = {kind: {key: _names(names) for key, names in keys.items()} for kind, keys in data.items()}
        return with_synonyms(added)
    except (ValueError, AttributeError, TypeError) as error:
        raise UsageError("MAPPING_NOT_READABLE", path=mapping, reason=str(error)) from error
    except KeyError as error:
        raise UsageError("MAPPING_UNKNOWN_FIELD", path=mapping, field=error.args[0]) from error


def vendor_in(mapping: Path) -> str:
    """Return the vendor that a mapping names, '' for none. Raises as ``load_tables`` does."""
    if mapping.suffix.lower() != ".toml":
        return ""
    try:
        return str(_toml(mapping).get(VENDOR, ""))
    except ValueError as error:
        raise UsageError("MAPPING_NOT_READABLE", path=mapping, reason=str(error)) from error


def own_tables(own: Own) -> dict[str, SheetTable]:
    """Return the tables in which these headers mean these fields and nothing else: kind -> header -> field key or ''.

    Raises KeyError naming a kind or field that does not exist.
    """
    result = dict(tables())
    for kind, headers in own.items():
        if kind not in result:
            raise KeyError(kind)
        for key in filter(None, headers.values()):
            _require_key(result[kind], key)
        columns = tuple(_own_column(column, headers) for column in result[kind].columns)
        known = {column.key for column in columns}
        more = {key: [name for name, one in headers.items() if one == key] for key in headers.values() if key}
        extra = tuple(Column(key, tuple(names)) for key, names in more.items() if key not in known)
        result[kind] = replace(result[kind], columns=(*columns, *extra))
    return result


def _require_key(table: SheetTable, key: str) -> None:
    known = {column.key for column in table.columns}
    base, dot, part = key.partition(".")
    if key not in known and not (dot and base in known and part in _DATE_PARTS):
        raise KeyError(f"{table.kind}.{key}")


def _own_column(column: Column, headers: Mapping[str, str]) -> Column:
    """Give a column the headers that are said to be its, and take away those that are said to be another's."""
    mine = tuple(name for name, key in headers.items() if key == column.key)
    others = [name for name, key in headers.items() if key != column.key]

    def left(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if not any(same_header(name, other) for other in others))

    return replace(column, headers=(*mine, *left(column.headers)), synonyms=left(column.synonyms))


def _own_headers(data: Mapping[str, object]) -> Own:
    own: dict[str, dict[str, str]] = {}
    for kind, headers in data.items():
        if kind in (VENDOR, "format"):
            continue
        if not isinstance(headers, dict) or not all(isinstance(key, str) for key in headers.values()):
            raise TypeError(f"[{kind}]: header = field is expected")
        own[kind] = headers
    return own


def _toml(mapping: Path) -> dict[str, object]:
    return tomllib.loads(read_mapping(mapping))


def read_mapping(mapping: Path) -> str:
    """Return the text of a mapping file. Raises FondsError MAPPING_UNREADABLE."""
    try:
        return mapping.read_text("utf-8-sig")
    except OSError as error:
        raise FondsError("MAPPING_UNREADABLE", path=mapping, reason=error.strerror or str(error)) from error


def _names(names: object) -> tuple[str, ...]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise TypeError(f"a list of header names is expected, not {names!r}")
    return tuple(names)
