"""``fonds check``: the quality gate, nothing ingested."""

from __future__ import annotations

from pathlib import Path

import click

from fonds.cli.context import PATH, Context, exit_with, pass_context
from fonds.cli.findings import findings_text
from fonds.cli.gate import checked_delivery
from fonds.cli.output import require_place
from fonds.cli.vendor_option import mapping_of, propose_mapping, vendor_of
from fonds.errors import EXIT_PROBLEMS
from fonds.repository.deliveries.checking import CheckAccount
from fonds.repository.deliveries.record import HandOver
from fonds.repository.intake.report import report_document, require_report_form, write_report
from fonds.repository.policy import Action


@click.command()
@click.argument("source", type=PATH)
@click.option("--inventory", type=PATH, help="Tệp mục lục .xlsx / the inventory workbook.")
@click.option("--mapping", type=PATH, help="Tên cột riêng, tệp TOML hoặc JSON / own column names.")
@click.option("--report", type=PATH, help="Báo cáo .xlsx, .html hoặc .json / a report file.")
@click.option("--vendor", default="", metavar="NAME", help="Đơn vị số hóa / who digitised.")
@click.option("--delivered-by", "person", default="", metavar="NAME", help="Người giao / who brought it.")
@click.option("--record", is_flag=True, help="Ghi vào nhật ký, để in biên bản / into the log, for the minute.")
@click.option("--propose-mapping", "proposal", type=PATH, help="Chỉ ghi đề xuất cột .toml / only propose a mapping.")
@pass_context
def check(  # noqa: PLR0913 - one parameter an option
    context: Context, *, source: Path, inventory: Path | None, mapping: Path | None, report: Path | None,
    vendor: str, person: str, record: bool, proposal: Path | None,
) -> None:  # fmt: skip
    """Kiểm tra đợt giao nộp, chưa nhập / check a delivery."""
    context.require(Action.CHECK)
    named = vendor_of(vendor, mapping)
    if proposal:
        return propose_mapping(context, source, inventory, proposal, named)
    account = CheckAccount(HandOver(named, person))
    mapping = mapping or mapping_of(context, named)
    # Without a repository to record it in, nothing is begun.
    archive = context.archive if record else None
    if report:
        require_report_form(report)
        require_place(report)
    with checked_delivery(context, source, inventory, mapping, account.note) as delivery:
        document = report_document(delivery, context.lang)
        if archive:
            document["delivery"] = account.register(archive, delivery, context.user.name)
    context.answer(document, findings_text(context, document))
    if archive:
        context.note("cli.deliveries.recorded", number=str(document["delivery"]))
    if report:
        write_report(report, document, context.lang)
        context.note("cli.report.written", path=report)
    return exit_with(EXIT_PROBLEMS) if document["counts"]["error"] else None
