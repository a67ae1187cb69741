"""``fonds describe``: descriptions out into a table, back from it as new versions, and a whole run taken back.

A finding aid (EAD) goes in by the same command as a table: the extension says which of them a file is.
"""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from fonds.cli.context import LIMIT, OFFSET, PATH, Context, exit_with, pass_context
from fonds.cli.describing import Steps, preview_text, result_document, runs_text, shown_rows
from fonds.cli.finding_aid import is_finding_aid, take_back, take_in
from fonds.cli.groups import InOrder
from fonds.cli.holdings import find_unit
from fonds.cli.worker import start_worker_if_needed
from fonds.errors import EXIT_PROBLEMS, UsageError
from fonds.repository.describe import DescribeResult, export_table, import_table, recent_runs, undo_run
from fonds.repository.describe.units import Selection
from fonds.repository.finding_aid import FindingAid, imported_by
from fonds.repository.policy import Action


@click.group(cls=InOrder)
def describe() -> None:
    """Sửa mô tả hàng loạt bằng bảng / edit descriptions."""


@describe.command("export")
@click.argument("path", metavar="FILE", type=PATH)
@click.argument("codes", metavar="[CODE…]", nargs=-1)
@click.option("--within", default="", metavar="CODE", help="Mọi thứ trong phông, mục lục này / all that is in this.")
@click.option(
    "--level",
    type=click.Choice(["file", "item"]),
    default=None,
    help="Chỉ hồ sơ, hoặc chỉ văn bản, ảnh / only dossiers, or only what is in them.",
)
@pass_context
def export(context: Context, path: Path, codes: tuple[str, ...], within: str, level: str | None) -> None:
    """Xuất mô tả ra bảng .xlsx hoặc .csv / write descriptions to a table."""
    if codes and within:
        raise click.UsageError(context.say("cli.describe.one_scope"))
    context.require(Action.DESCRIBE)
    reading = context.reading
    units = [find_unit(reading, name) for name in (codes or (within,)) if name]
    with Steps(context, "export") as steps:
        written = export_table(path, Selection(reading, tuple(units), level or ""), context.lang, steps.show)
    again = shlex.join(["fonds", "describe", "import", str(path)])
    rows = shown_rows(context, written.rows)
    context.answer(
        {"path": str(path), "rows": dict(written.rows)}, context.say("cli.describe.exported", path=path, rows=rows)
    )
    context.note("cli.describe.exported.next", again=again)


@describe.command("import")
@click.argument("path", metavar="FILE", type=PATH)
@click.option("--apply", is_flag=True, help="Ghi; thiếu thì chỉ xem trước / write; a preview without it.")
@click.option("--reason", default="", metavar="TEXT", help="Lý do sửa, được lưu cùng gói / why, kept with the package.")
@click.option(
    "--fonds", "code", default="", metavar="CODE", help="Mã phông của mục lục EAD / the fonds of an EAD file."
)
@click.option(
    "--mode",
    type=click.Choice(["01", "02"]),
    default=None,
    help="Chế độ sử dụng khi mục lục EAD không ghi / access where an EAD file says nothing.",
)
@pass_context
def import_(context: Context, path: Path, apply: bool, reason: str, code: str, mode: str | None) -> None:
    """Nhập bảng, hoặc mục lục EAD .xml: xem trước, rồi ghi / take in a table or an EAD finding aid."""
    context.require(Action.DESCRIBE)
    if is_finding_aid(path):
        return take_in(context, FindingAid(path, code, mode or ""), apply=apply, reason=reason)
    if code or mode:
        raise UsageError("FINDING_AID_OPTION")
    with Steps(context, "import") as steps:
        result = import_table(
            context.archive, context.user, path, apply=apply, reason=reason, progress=steps.show
        )  # fmt: skip
    _tell(context, result, {"path": str(path)}, "")
    return exit_with(EXIT_PROBLEMS) if result.errors else None


@describe.command("undo")
@click.argument("run", metavar="RUN", type=click.IntRange(min=1))
@click.option("--apply", is_flag=True, help="Ghi; thiếu thì chỉ xem trước / write; a preview without it.")
@click.option("--reason", default="", metavar="TEXT", help="Lý do hoàn lại / why it is taken back.")
@pass_context
def undo(context: Context, run: int, apply: bool, reason: str) -> None:
    """Hoàn lại cả một lượt sửa / take a whole run back."""
    context.require(Action.DESCRIBE)
    if imported_by(context.archive, run):
        return take_back(context, run, apply=apply, reason=reason)
    with Steps(context, "undo") as steps:
        result = undo_run(context.archive, context.user, run, apply=apply, reason=reason, progress=steps.show)
    _tell(context, result, {"undoes": run}, ".undo")
    return exit_with(EXIT_PROBLEMS) if result.errors else None


def _tell(context: Context, result: DescribeResult, of: dict[str, object], form: str) -> None:
    if result.versions:
        start_worker_if_needed(context)
    context.answer(of | result_document(context, result), preview_text(context, result, form))


@describe.command("runs")
@click.option("--offset", default=0, show_default=True, type=OFFSET, help="Bỏ qua / skip.")
@click.option("--limit", default=20, show_default=True, type=LIMIT, help="Nhiều nhất / at most.")
@pass_context
def runs(context: Context, offset: int, limit: int) -> None:
    """Liệt kê các lượt sửa, mới nhất trước / list the runs, newest first."""
    context.require(Action.READ_STATUS)
    found = recent_runs(context.archive, offset=offset, limit=limit)
    document, lines = runs_text(context, found.items)
    context.answer({"total": found.total, "offset": offset, "runs": document}, lines)
    if not found.total:
        context.note("cli.describe.runs.none")
    elif offset + len(found.items) < found.total:
        context.note("cli.list.more", total=found.total, next=str(offset + len(found.items)))
