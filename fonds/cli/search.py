"""``fonds search``: as the web does."""

from __future__ import annotations

import click

from fonds.cli.context import Context, pass_context
from fonds.cli.holdings import find_unit, unit_document
from fonds.metadata.dates import parse_query_date
from fonds.repository.policy import Action
from fonds.repository.ports.index import Filters


@click.command()
@click.argument("query")
@click.option("--within", default="", metavar="CODE", help="Chỉ trong phông này / only in this fonds.")
@click.option("--from", "earliest", default="", metavar="DATE", help="YYYY, YYYY-MM, YYYY-MM-DD, DD/MM/YYYY")
@click.option("--to", "latest", default="", metavar="DATE", help="YYYY, YYYY-MM, YYYY-MM-DD, DD/MM/YYYY")
@click.option("--kind", "kinds", multiple=True, metavar="K", help="fonds, dossier …")
@click.option("--offset", default=0, show_default=True)
@click.option("--limit", default=20, show_default=True)
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
    """Tìm theo từ, tên, nơi chốn, năm, mã / find by word, name, place, year, code."""
    context.require(Action.SEARCH)
    reading = context.reading
    fonds_code = find_unit(reading, within).code if within else ""
    filters = Filters(fonds_code, frozenset(kinds), _date(context, earliest, 0), _date(context, latest, 1))
    answer = reading.search(query, filters, offset=offset, limit=limit)
    hits = [unit_document(unit) | {"score": round(score, 4), "pages": []} for unit, score in answer.units]
    lines = [f"{unit.code}\t{unit.dates}\t{unit.title}" for unit, _ in answer.units]
    lines.insert(
        0, context.say("cli.search.total" if answer.total else "cli.search.none", total=answer.total, query=query)
    )
    context.answer({"total": answer.total, "hits": hits, "facets": answer.facets}, "\n".join(lines))


def _date(context: Context, written: str, end: int) -> str:
    if not written:
        return ""
    try:
        return parse_query_date(written)[end].isoformat()
    except ValueError:
        raise click.BadParameter(context.say("cli.search.date", written=written)) from None
