"""``fonds report``: how checking goes, as a page, a table or data; printed forms for the file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from fonds.cli.context import PATH, Context, pass_context
from fonds.cli.days import day_of
from fonds.cli.groups import InOrder
from fonds.cli.output import require_place
from fonds.errors import UsageError
from fonds.repository.deliveries.printing import require_paper_form, save_paper
from fonds.repository.policy import Action
from fonds.repository.reports import forms
from fonds.repository.reports.fixity import fixity_report
from fonds.repository.reports.writing import document, require_report_form, write_report

_FROM = click.option("--from", "since", default="", metavar="DATE", help="Từ ngày / from this day.")
_TO = click.option("--to", "until", default="", metavar="DATE", help="Đến hết ngày / to the end of this day.")


@click.group(cls=InOrder)
def report() -> None:
    """Báo cáo và biểu mẫu in / reports and printed forms."""


@report.command()
@_FROM
@_TO
@click.option("--output", type=PATH, metavar="FILE", help="Tệp .html, .csv hoặc .json / the file.")
@pass_context
def fixity(context: Context, since: str, until: str, output: Path | None) -> None:
    """Báo cáo kiểm tra toàn vẹn / the report on fixity."""
    context.require(Action.READ_STATUS)
    if output:
        require_report_form(output)
        require_place(output)
    made = fixity_report(context.archive, *_period(since, until))
    facts = dict(zip((column.name for column in made.facts.columns), made.facts.rows[0], strict=True))
    size = context.words.size(int(facts["due_bytes"] or 0))
    said = context.say("cli.report.fixity.said", problems=facts["open_problems"], due=facts["due"], size=size)
    context.answer(document(made), said)
    if output:
        write_report(output, made, context.lang)
        context.note("cli.report.written", path=output)


def _period(since: str, until: str) -> tuple[date | None, date | None]:
    """Return the days that were asked for. Raises UsageError DATE_UNCLEAR, REPORT_PERIOD."""
    first, last = day_of(since, 0), day_of(until, 1)
    if first and last and first > last:
        raise UsageError("REPORT_PERIOD", first=first, last=last)
    return first, last


@report.command()
@click.argument("kind", metavar="KIND", type=click.Choice(forms.FORMS))
@click.option("--run", default=0, type=click.IntRange(min=0), metavar="N", help="Lượt nào / which run.")
@click.option("--id", "number", default=0, type=click.IntRange(min=0), metavar="N", help="Sự cố nào / which problem.")
@_FROM
@_TO
@click.option("--output", required=True, type=PATH, metavar="FILE", help="Tệp .html hoặc .pdf / the file.")
@pass_context
def form(context: Context, kind: str, run: int, number: int, since: str, until: str, output: Path) -> None:
    """In biên bản, nhật ký theo Phụ lục VII / print a minute or journal."""
    context.require(Action.READ_STATUS)
    require_paper_form(output)
    require_place(output)
    save_paper(output, forms.form_paper(context.archive, kind, run or number, _period(since, until), context.lang))
    context.answer({"form": kind, "path": str(output)}, context.say("cli.report.form.printed", path=output))
