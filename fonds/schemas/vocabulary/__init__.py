"""Code lists and field lists of Thông tư 05/2025/TT-BNV, as data that an archivist can correct.

They are by our reading of secondary sources of the circular: ``fields.json`` names every field of a fonds, series,
dossier, document, picture and recording with its label, length and whether it is required; ``codes.json`` holds the
code lists; ``packages.json`` says which fields, in which order, the XML files of each information package hold.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One field: its key in the circular, labels, type, greatest length in characters (0: none), code list."""

    key: str
    labels: dict[str, str]
    type: str
    need: str
    length: int = 0
    codes: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One value of a code list."""

    code: str
    labels: dict[str, str]


def _load(name: str) -> dict[str, list[dict[str, Any]]]:
    loaded: dict[str, list[dict[str, Any]]] = json.loads(files(__package__).joinpath(name).read_text("utf-8"))
    return loaded


@cache
def fields(kind: str) -> dict[str, FieldRule]:
    """Return the fields of ``fonds|series|dossier|document|picture|media`` by key, in the order of the list."""
    return {row["key"]: _rule(row) for row in _load("fields.json")[kind]}


def _rule(row: dict[str, Any]) -> FieldRule:
    labels = {"vi": row["vi"], "en": row["en"]}
    return FieldRule(row["key"], labels, row["type"], row["need"], row.get("length", 0), row.get("codes", ""))


@cache
def package_fields(package: str, part: str) -> dict[str, FieldRule]:
    """Return the fields of ``package|document|picture|media`` in ``SIP_hoso|…|DIP`` (Annexes I to V), in order.

    Raises KeyError for another package or part.
    """
    loaded: dict[str, Any] = json.loads(files(__package__).joinpath("packages.json").read_text("utf-8"))
    return {row["key"]: _rule(row) for row in loaded["lists"][loaded["packages"][package][part]]}


@cache
def code_list(name: str) -> dict[str, Term]:
    """Return the terms of a code list by code. Raises KeyError for an unknown list."""
    return {row["code"]: Term(row["code"], {"vi": row["vi"], "en": row["en"]}) for row in _load("codes.json")[name]}


@cache
def _by_label(name: str) -> dict[str, str]:
    return {term.labels["vi"].casefold(): code for code, term in code_list(name).items()}


def find_code(name: str, value: str) -> str:
    """Return the code for ``value``, which may be a code or its Vietnamese label; '' when it is neither."""
    value = value.strip()
    if value in code_list(name):
        return value
    if value.isdigit() and value.zfill(2) in code_list(name):
        return value.zfill(2)
    return _by_label(name).get(value.casefold(), "")


def label(name: str, code: str, lang: str) -> str:
    """Return the label of a code in a language; the code itself when the list does not have it."""
    term = code_list(name).get(code)
    return term.labels[lang] if term else code
