"""What a visitor asked, read out of an address: everything checked, nothing trusted. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fonds.metadata.dates import parse_query_date
from fonds.metadata.model import Kind
from fonds.repository.ports.index import Filters

LONGEST = 400
"""Characters of a question that are looked at."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what it is narrowed to, as written; ``problems`` names the parts that make no sense."""

    text: str = ""
    fonds: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""
    problems: tuple[str, ...] = ()

    @property
    def filters(self) -> Filters:
        """What the index narrows to: a year as written covers the whole year."""
        kinds = frozenset({self.kind}) if self.kind else frozenset[str]()
        return Filters(self.fonds, kinds, _bound(self.since, first=True), _bound(self.until, first=False))

    @property
    def narrowed(self) -> bool:
        """Say whether anything but the text was given."""
        return any((self.fonds, self.kind, self.since, self.until))

    def query(self, page: int = 1, **changes: str) -> str:
        """Return the query string that asks this again, with some parts changed."""
        changed = replace(self, **changes)  # type: ignore[arg-type]  # only the parts that are text are changed
        parts = [("q", changed.text), ("fonds", changed.fonds), ("kind", changed.kind)]
        parts += [("from", changed.since), ("to", changed.until), ("page", str(page) if page > 1 else "")]
        return urlencode([(name, value) for name, value in parts if value])


def _bound(written: str, *, first: bool) -> str:
    """Return the first or last day of what was written, '' for nothing and for what is no date."""
    try:
        earliest, latest = parse_query_date(written)
    except ValueError:
        return ""
    return (earliest if first else latest).isoformat()


def asked(arguments: Mapping[str, str]) -> Question:
    """Return the question in the arguments ``q``, ``fonds``, ``kind``, ``from``, ``to``."""
    text = " ".join(arguments.get("q", "").split())[:LONGEST]
    fonds, kind, since, until = (arguments.get(name, "").strip()[:60] for name in ("fonds", "kind", "from", "to"))
    found = Question(text, fonds, kind if kind in set(Kind) else "", since, until)
    problems = [
        name
        for name, wrong in (
            ("from", bool(since) and not found.filters.earliest),
            ("to", bool(until) and not found.filters.latest),
            ("kind", bool(kind) and not found.kind),
        )
        if wrong
    ]
    if not problems and since and until and found.filters.earliest > found.filters.latest:
        problems.append("order")
    return replace(found, problems=tuple(problems))
