"""Every rule of a package that is not a row of the table, in one place: a validation reads as these lists.

A rule is a function in a file of its own. It gets a fact and yields findings; it reads nothing from the disk and
raises nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from fonds.packaging.bag.scan import Odd
from fonds.packaging.csip.facts import Document, Identifier, KnownPath, Link
from fonds.packaging.csip.rules import (
    administrative_metadata,
    alternative_identifiers,
    content_category,
    content_groups,
    content_information_type,
    current_listed,
    descriptive_metadata,
    digest_checkable,
    digest_true,
    file_listed,
    file_present,
    file_readable,
    file_section,
    group_division,
    group_filled,
    header_present,
    id_form,
    id_kind,
    id_known,
    id_unique,
    listed_once,
    metadata_division,
    package_identifier,
    package_type,
    premis_described_once,
    premis_link_known,
    profile,
    provenance,
    regular_files,
    representation_divisions,
    representation_listed,
    sip_agents,
    size_true,
    software_agent,
    structural_map,
)
from fonds.schemas.findings import Finding

Fact = TypeVar("Fact")
Rules = tuple[Callable[[Fact], Iterator[Finding]], ...]

DOCUMENT: Rules[Document] = (
    package_identifier.check,
    content_category.check,
    content_information_type.check,
    header_present.check,
    software_agent.check,
    package_type.check,
    profile.check,
    sip_agents.check,
    alternative_identifiers.check,
    descriptive_metadata.check,
    administrative_metadata.check,
    provenance.check,
    file_section.check,
    content_groups.check,
    group_filled.check,
    structural_map.check,
    metadata_division.check,
    group_division.check,
    representation_divisions.check,
)
IDENTIFIER: Rules[Identifier] = (id_unique.check, id_form.check, id_known.check, id_kind.check, current_listed.check)
PATH: Rules[KnownPath] = (
    file_present.check,
    file_listed.check,
    listed_once.check,
    representation_listed.check,
    file_readable.check,
    size_true.check,
    digest_true.check,
    digest_checkable.check,
)
LINK: Rules[Link] = (premis_link_known.check, premis_described_once.check)
ODD: Rules[Odd] = (regular_files.check,)
