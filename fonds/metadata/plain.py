"""Descriptions as plain text, for tables and temporary files."""

from __future__ import annotations

import json

from fonds.metadata.model import Description, Kind, Value


def dump_description(description: Description) -> str:
    """Return a description as JSON text, the same text for the same description."""
    values = {key: [value.text, value.written, value.code] for key, value in description.values.items()}
    return json.dumps({"values": values, "extra": description.extra}, ensure_ascii=False, separators=(",", ":"))


def load_description(kind: Kind, text: str) -> Description:
    """Return the description that ``dump_description`` wrote."""
    loaded = json.loads(text)
    values = {key: Value(*parts) for key, parts in loaded["values"].items()}
    return Description(kind, values, tuple((header, value) for header, value in loaded["extra"]))
