"""``fonds search``: as the web does."""

from __future__ import annotations

import click

from fonds.cli.context import LIMIT, OFFSET, Context, pass_context
from fonds.cli.days import FORMS, day_of
from fonds.cli.holdings import find_unit, unit_document
from fonds.cli.people import columns
from fonds.errors import UsageError
from fonds.metadata.model import Kind
from fonds.repository.policy import Action
from fonds.repository.ports.index import Filters
from fonds.repository.reading import Reading


@click.command()
@click.argument("query")
@click.option("--within", default="", metavar="CODE", help="Chỉ trong phông này / only in this fonds.")
@click.option("--from", "earliest", default="", metavar="DATE", help=f"Từ ngày / from: {FORMS}")
@click.option("--to", "latest", default="", metavar="DATE", help=f"Đến ngày / to: {FORMS}")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([Kind.FONDS.value, Kind.DOSSIER.value]),
    help="Chỉ loại này / only of this kind.",
)
@click.option("--offset", default=0, show_default=True, type=OFFSET, help="Bỏ qua / skip.")
@click.option("--limit", default=20, show_default=True, type=LIMIT, help="Nhiều nhất / at most.")
@pass_context
def search(  # noqa: PLR0913, PLR0917 - one argument an option
    context: Context,
    query: str,
    within: str,
    earliest: str,
    latest: str,
    kinds: tuple[str, ...],
    offset: int,
    limit: int,
) -> None:
    """Tìm theo từ, tên, nơi chốn, năm, mã / find things."""
    context.require(Action.SEARCH)
    filters = Filters(_fonds_code(context.reading, within), frozenset(kinds), _iso(earliest, 0), _iso(latest, 1))
    answer = context.reading.search(query, filters, offset=offset, limit=limit)
    hits = [unit_document(unit) | {"score": round(score, 4), "pages": []} for unit, score in answer.units]
    context.note("cli.search.total" if answer.total else "cli.search.none", total=answer.total, query=query)
    lines = columns([(unit.code, unit.dates, unit.title) for unit, _ in answer.units])
    context.answer({"total": answer.total, "hits": hits, "facets": answer.facets}, "\n".join(lines))
    if offset + len(hits) < answer.total:
        context.note("cli.list.more", total=answer.total, next=str(offset + len(hits)))


def _fonds_code(reading: Reading, within: str) -> str:
    """Return the code of the fonds that was named. Raises UsageError UNIT_MISSING or NOT_FONDS."""
    if not within:
        return ""
    unit = find_unit(reading, within)
    if unit.kind is not Kind.FONDS:
        raise UsageError("NOT_FONDS", id=within)
    return unit.code


def _iso(written: str, end: int) -> str:
    day = day_of(written, end)
    return day.isoformat() if day else ""
