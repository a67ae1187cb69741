"""Every rule of a bag, in one place: a validation reads as these lists.

A rule is a function in a file of its own. It gets a fact and the bag's layout and yields findings; it reads nothing
from the disk and raises nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from fonds.packaging.bag.declaration import Declaration
from fonds.packaging.bag.facts import CaseTwins, FetchLine, Layout, ManifestLine, Name, Oxum, TagText
from fonds.packaging.bag.info import BadElement, Element
from fonds.packaging.bag.rules import (
    algorithm_known,
    algorithm_strong,
    case_distinct,
    declaration_form,
    declaration_mark,
    declaration_spaces,
    digest_true,
    empty_folder,
    encoding_known,
    fetch_line,
    fetch_listed,
    fetch_path_safe,
    fetch_scope,
    fetch_url,
    file_listed,
    file_present,
    file_readable,
    folder_readable,
    info_line,
    info_spaces,
    listed_everywhere,
    listed_once,
    manifest_asterisk,
    manifest_blank_line,
    manifest_decoding,
    manifest_line,
    manifest_path_plain,
    manifest_path_safe,
    manifest_present,
    manifest_scope,
    manifest_sealed,
    name_form,
    name_portable,
    names_distinct,
    names_utf8,
    oxum_form,
    oxum_true,
    path_length,
    payload_folder,
    regular_files,
    system_file,
    tag_listed,
    tag_mark,
    tag_readable,
    tag_text,
    tagmanifest_present,
    version_known,
)
from fonds.packaging.bag.scan import Odd
from fonds.schemas.findings import Finding

Fact = TypeVar("Fact")
Rules = tuple[Callable[[Fact, Layout], Iterator[Finding]], ...]

DECLARATION: Rules[Declaration] = (
    declaration_form.check,
    declaration_spaces.check,
    declaration_mark.check,
    version_known.check,
    encoding_known.check,
)
LAYOUT: Rules[Layout] = (
    payload_folder.check,
    manifest_present.check,
    tagmanifest_present.check,
    algorithm_known.check,
    algorithm_strong.check,
)
TAG_TEXT: Rules[TagText] = (tag_text.check, tag_mark.check, tag_readable.check)
INFO_LINE: Rules[Element | BadElement] = (info_line.check, info_spaces.check)
OXUM: Rules[Oxum] = (oxum_form.check, oxum_true.check)
MANIFEST_LINE: Rules[ManifestLine] = (
    manifest_line.check,
    manifest_blank_line.check,
    manifest_path_plain.check,
    manifest_asterisk.check,
    manifest_decoding.check,
)
MANIFEST_PATH: Rules[ManifestLine] = (manifest_path_safe.check, manifest_scope.check)
"""A line in which one of these finds something is not followed."""
FETCH_LINE: Rules[FetchLine] = (fetch_line.check, fetch_url.check, fetch_path_safe.check, fetch_scope.check)
NAME: Rules[Name] = (
    file_present.check,
    file_listed.check,
    listed_everywhere.check,
    listed_once.check,
    names_distinct.check,
    name_form.check,
    file_readable.check,
    digest_true.check,
    tag_listed.check,
    manifest_sealed.check,
    fetch_listed.check,
    name_portable.check,
    system_file.check,
)
SOURCE_NAME: Rules[Name] = (names_distinct.check, name_portable.check, system_file.check)
"""Those that apply to a folder before it is a bag."""
CASE: Rules[CaseTwins] = (case_distinct.check,)
ODD: Rules[Odd] = (
    regular_files.check,
    names_utf8.check,
    path_length.check,
    folder_readable.check,
    empty_folder.check,
)
