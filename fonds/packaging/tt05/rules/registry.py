"""Every rule of a package of the dialect, in one place: a validation reads as these lists.

A rule is a function in a file of its own. It gets a fact and yields findings; it reads nothing from the disk and raises
nothing. The lists it judges by are by our reading of the circular.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar
from unicodedata import normalize

from fonds.packaging.tt05.rules import (
    code_known,
    date_form,
    description_present,
    digest_stated,
    digest_true,
    document_linked,
    field_known,
    field_length,
    field_named,
    field_once,
    field_present,
    file_listed,
    file_present,
    file_readable,
    flag_form,
    folder_named,
    link_form,
    mets_valid,
    number_form,
    objid_form,
    premis_present,
    profile_known,
    representation_present,
    size_true,
    xml_readable,
)
from fonds.packaging.tt05.rules.facts import Field, Link, Listed, Stray, Unlisted, Whole
from fonds.schemas.findings import Finding

Fact = TypeVar("Fact")
Rules = tuple[Callable[[Fact], Iterator[Finding]], ...]

WHOLE: Rules[Whole] = (
    objid_form.check,
    folder_named.check,
    profile_known.check,
    mets_valid.check,
    description_present.check,
    representation_present.check,
    premis_present.check,
    xml_readable.check,
    document_linked.check,
)
FIELD: Rules[Field] = (
    field_present.check,
    field_named.check,
    field_once.check,
    field_length.check,
    code_known.check,
    date_form.check,
    number_form.check,
    flag_form.check,
)
STRAY: Rules[Stray] = (field_known.check,)
LISTED: Rules[Listed] = (
    file_present.check,
    file_readable.check,
    size_true.check,
    digest_stated.check,
    digest_true.check,
)
UNLISTED: Rules[Unlisted] = (file_listed.check,)
LINK: Rules[Link] = (link_form.check,)


def judge(rules: Rules[Fact], fact: Fact) -> Iterator[Finding]:
    """Yield what these rules find in a fact, with places in NFC; a name that is not UTF-8 shows '?' for the rest."""
    for rule in rules:
        for found in rule(fact):
            yield replace(found, where=normalize("NFC", found.where.encode("utf-8", "replace").decode()))
