"""The columns of a table of descriptions. What a column holds stands in brackets at the end of its header.

``Tiêu đề hồ sơ [title]`` is the field ``title`` in any language; ``Mã định danh [@id]`` says which unit a row is of;
``Ghi chú của kho [+]`` is a column of the inventory that no field answers to, and ``[+2]`` the second of that name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fonds.metadata.model import Kind
from fonds.schemas.messages import LANGUAGES, text
from fonds.schemas.vocabulary import FieldRule, fields

ID, VERSION, KIND, CODE = "@id", "@version", "@kind", "@code"
CONTROLS = (ID, VERSION, KIND, CODE)
EDITED = (Kind.DOSSIER, Kind.DOCUMENT, Kind.PICTURE, Kind.MEDIA)
"""The kinds of units a table can hold, in the order of its sheets."""

FIXED = {
    Kind.DOSSIER: frozenset({"fileCode", "fondsCode", "fondsName", "fileCatalog", "folder"}),
    Kind.DOCUMENT: frozenset({"fileCode", "files"}),
    Kind.PICTURE: frozenset({"fileCode", "files"}),
    Kind.MEDIA: frozenset({"fileCode", "files"}),
}
"""Fields that say which unit it is, where it belongs or what was delivered: shown in a table, never changed by one."""

_EXTRA = "+"
_HEADER = re.compile(r"(?P<label>.*?) ?\[(?P<key>@?[A-Za-z][A-Za-z0-9_]*|\+(?P<nth>[1-9][0-9]{0,3})?)\]\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Column:
    """What stands below a header: a control or field by its ``key``, or the ``nth`` extra column called ``header``."""

    key: str
    header: str = ""
    nth: int = 1

    @property
    def is_extra(self) -> bool:
        """Whether it is a column that no field answers to."""
        return self.key == _EXTRA

    @property
    def is_control(self) -> bool:
        """Whether it says what the row is of, and not how that is described."""
        return self.key in CONTROLS

    @property
    def name(self) -> str:
        """How a program names it: the field key, or ``+`` and the header of an extra column."""
        return f"{_EXTRA}{self.header}" if self.is_extra else self.key


def extra_column(header: str, nth: int = 1) -> Column:
    """Return the column for the ``nth`` extra of this name."""
    return Column(_EXTRA, header, nth)


def extra_columns(extra: Iterable[tuple[str, str]]) -> Iterator[tuple[Column, str]]:
    """Yield each extra text of a description with its column."""
    counted: Counter[str] = Counter()
    for header, said in extra:
        counted[header] += 1
        yield extra_column(header, counted[header]), said


def label(column: Column, kinds: Sequence[Kind], lang: str) -> str:
    """Return what people call a column; ``kinds`` are those that may have the field, the first that has it counts."""
    if column.is_extra:
        return column.header
    if column.is_control:
        return text(lang, f"describe.column.{column.key.removeprefix('@')}")
    rule = rule_of(column.key, kinds)
    return rule.labels[lang] if rule else column.key


def rule_of(key: str, kinds: Iterable[Kind]) -> FieldRule | None:
    """Return the rule of a field in the first of these kinds that has it."""
    return next((fields(kind)[key] for kind in kinds if key in fields(kind)), None)


def written_header(column: Column, kinds: Sequence[Kind], lang: str) -> str:
    """Return the header of a column."""
    mark = f"{_EXTRA}{column.nth if column.nth > 1 else ''}" if column.is_extra else column.key
    return f"{label(column, kinds, lang)} [{mark}]"


def read_header(written: str) -> Column | None:
    """Return the column that a header names, None when it names none."""
    match = _HEADER.fullmatch(written)
    if match is None:
        return None
    if match["key"].startswith(_EXTRA):
        return extra_column(match["label"], int(match["nth"] or 1))
    if match["key"].startswith("@") and match["key"] not in CONTROLS:
        return None
    return Column(match["key"])


def kind_name(kind: Kind, lang: str) -> str:
    """Return what people call a kind of units."""
    return text(lang, f"describe.kind.{kind.value}")


def read_kind(written: str) -> Kind | None:
    """Return the kind of this name, in any language or as the vocabulary has it; None when there is none."""
    folded = written.strip().casefold()
    return next((kind for kind in EDITED if folded in _names(kind)), None)


def _names(kind: Kind) -> set[str]:
    return {kind.value, *(kind_name(kind, lang).casefold() for lang in LANGUAGES)}
