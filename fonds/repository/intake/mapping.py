"""An archive's own column names: a small JSON file that adds synonyms to the shipped tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from fonds.errors import FondsError, UsageError
from fonds.schemas.inventory import SheetTable, tables, with_synonyms


def load_tables(mapping: Path | None) -> Mapping[str, SheetTable]:
    """Return the column tables, with those of ``mapping`` added: ``{"dossier": {"title": ["Tên tập"]}}``.

    Raises UsageError MAPPING_NOT_READABLE or MAPPING_UNKNOWN_FIELD, FondsError MAPPING_UNREADABLE.
    """
    if mapping is None:
        return tables()
    try:
        data = json.loads(mapping.read_text("utf-8"))
        added = {kind: {key: _names(names) for key, names in keys.items()} for kind, keys in data.items()}
    except OSError as error:
        raise FondsError("MAPPING_UNREADABLE", path=mapping, reason=error.strerror or str(error)) from error
    except (ValueError, AttributeError, TypeError) as error:
        raise UsageError("MAPPING_NOT_READABLE", path=mapping, reason=str(error)) from error
    try:
        return with_synonyms(added)
    except KeyError as error:
        raise UsageError("MAPPING_UNKNOWN_FIELD", path=mapping, field=error.args[0]) from error


def _names(names: object) -> tuple[str, ...]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise TypeError(f"a list of header names is expected, not {names!r}")
    return tuple(names)
