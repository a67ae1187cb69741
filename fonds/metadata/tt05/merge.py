"""A description out of the circular's fields: alone, or laid over the whole description that stands beside them.

The circular's own files have the last word. Where a field says what the record would have written, the record is right
as it is, with everything around it; where it says something else, somebody has changed it, and that is taken over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from unicodedata import normalize

from fonds.metadata.model import Description, Value
from fonds.metadata.simpledc import SimpleDc
from fonds.metadata.tt05.fields import MODEL_KEYS
from fonds.schemas import vocabulary
from fonds.schemas.vocabulary import FieldRule

_TWINS = {"docCode": "arcDocCode", "arcDocCode": "docCode", "fileCode": "arcFileCode", "arcFileCode": "fileCode"}
"""The circular contradicts itself about these names: one in the place of the other is read as the other."""


def merge(base: Description, found: SimpleDc, said: Mapping[str, str], rules: Mapping[str, FieldRule]) -> Description:
    """Return ``base`` with what ``found`` says otherwise.

    ``rules`` are the fields of the list and ``said`` what the record would have written in each; empty for a
    description that there was nothing of before. An element that the list does not know, or that comes a second
    time, is kept word for word in ``extra``.
    """
    values, extra, seen = dict(base.values), list(base.extra), set[str]()
    for name, text in found.elements:
        key = listed(name, rules)
        if key is None or key in seen:
            if (name, text) not in base.extra:
                extra.append((name, text))
            continue
        seen.add(key)
        if text != said.get(key, ""):
            _take(values, MODEL_KEYS.get(key, key), text, rules[key])
    return replace(base, values=values, extra=tuple(extra))


def listed(name: str, rules: Mapping[str, FieldRule]) -> str | None:
    """Return the key of the list that an element name stands for, None when there is none."""
    if name in rules:
        return name
    twin = _TWINS.get(name)
    return twin if twin in rules else None


def _take(values: dict[str, Value], key: str, text: str, rule: FieldRule) -> None:
    if text:
        values[key] = _value(text, rule.codes)
    else:
        values.pop(key, None)


def _value(text: str, codes: str) -> Value:
    code = vocabulary.find_code(codes, text) if codes else ""
    plain = vocabulary.label(codes, code, "vi") if code else normalize("NFC", text.strip())
    return Value(plain, "" if plain == text else text, code)
