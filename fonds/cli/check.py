"""``fonds check``: the quality gate, nothing ingested."""

from __future__ import annotations

from pathlib import Path

import click

from fonds.cli.context import Context, exit_with, pass_context
from fonds.cli.findings import findings_text
from fonds.cli.gate import checked_delivery
from fonds.errors import EXIT_PROBLEMS
from fonds.repository.intake.report import report_document, write_report
from fonds.repository.policy import Action


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--inventory", type=click.Path(path_type=Path), help="Tệp mục lục .xlsx / the inventory workbook.")
@click.option("--mapping", type=click.Path(path_type=Path), help="Tên cột riêng, tệp JSON / own column names.")
@click.option("--report", type=click.Path(path_type=Path), help="Báo cáo .xlsx, .html hoặc .json / a report file.")
@pass_context
def check(context: Context, source: Path, inventory: Path | None, mapping: Path | None, report: Path | None) -> None:
    """Kiểm tra một đợt giao nộp, không nhập gì / check a delivery, ingest nothing."""
    context.require(Action.CHECK)
    with checked_delivery(context, source, inventory, mapping) as delivery:
        document = report_document(delivery, context.lang)
    if report:
        write_report(report, document, context.lang)
    context.answer(document, findings_text(context, document))
    if document["counts"]["error"]:
        exit_with(EXIT_PROBLEMS)
