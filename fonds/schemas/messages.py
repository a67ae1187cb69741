"""Texts for people, as data: one file per language, looked up by key, filled with the facts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("vi", "en")
_FORMS = re.compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")
"""A word in the forms for one and for any other number: ``{n:dossier|dossiers}``."""


@cache
def catalogue(lang: str) -> dict[str, str]:
    """Return all texts of a language, key to text. Raises KeyError for a language that is not offered."""
    if lang not in LANGUAGES:
        raise KeyError(lang)
    texts: dict[str, str] = {}
    for part in sorted(files(__package__).joinpath("messages").iterdir(), key=lambda item: item.name):
        if part.name.endswith(f".{lang}.json"):
            texts.update(json.loads(part.read_text("utf-8")))
    return texts


def text(lang: str, key: str, data: Mapping[str, object] | None = None) -> str:
    """Return the text for ``key`` with its ``{placeholders}`` filled.

    ``{n:dossier|dossiers}`` is the first form where ``n`` is 1 and the second otherwise, without the number itself:
    "{n} {n:dossier|dossiers}". A number that was written out before ("1", "9,600") counts too.

    A key without a text comes back as itself, so that a missing translation is visible and never a crash;
    a test makes sure that none is missing.
    """
    template = catalogue(lang).get(key)
    if template is None:
        return key
    known = data or {}
    if "|" in template:
        template = _FORMS.sub(lambda found: found[2 if str(known.get(found[1])) == "1" else 3], template)
    return template.format_map(_Visible(known))


class _Visible(dict[str, object]):
    """Leaves an unknown placeholder standing instead of failing while an error is being reported."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
