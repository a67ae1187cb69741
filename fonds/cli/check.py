"""``fonds check``: the quality gate, nothing ingested."""

from __future__ import annotations

from pathlib import Path

import click

from fonds.cli.context import PATH, Context, exit_with, pass_context
from fonds.cli.findings import findings_text
from fonds.cli.gate import checked_delivery
from fonds.cli.output import require_place
from fonds.errors import EXIT_PROBLEMS
from fonds.repository.intake.report import report_document, require_report_form, write_report
from fonds.repository.policy import Action


@click.command()
@click.argument("source", type=PATH)
@click.option("--inventory", type=PATH, help="Tệp mục lục .xlsx / the inventory workbook.")
@click.option("--mapping", type=PATH, help="Tên cột riêng, tệp JSON / own column names.")
@click.option("--report", type=PATH, help="Báo cáo .xlsx, .html hoặc .json / a report file.")
@pass_context
def check(context: Context, source: Path, inventory: Path | None, mapping: Path | None, report: Path | None) -> None:
    """Kiểm tra đợt giao nộp, chưa nhập / check a delivery."""
    context.require(Action.CHECK)
    if report:
        require_report_form(report)
        require_place(report)
    with checked_delivery(context, source, inventory, mapping) as delivery:
        document = report_document(delivery, context.lang)
    context.answer(document, findings_text(context, document))
    if report:
        write_report(report, document, context.lang)
        context.note("cli.report.written", path=report)
    if document["counts"]["error"]:
        exit_with(EXIT_PROBLEMS)
