"""``fonds export``: packages out of the archive."""

from __future__ import annotations

from pathlib import Path

import click

from fonds.cli.context import PATH, Context, exit_with, pass_context
from fonds.cli.findings import finding_lines
from fonds.cli.packages import blocked_documents, blocked_lines, form_of, form_options, gap_lines
from fonds.cli.progress import Progress
from fonds.errors import EXIT_PROBLEMS
from fonds.packaging.dip import read_request
from fonds.packaging.eark import PackageType
from fonds.repository.export import ExportOrder, ExportProgress, ExportResult
from fonds.repository.export import export as run_export
from fonds.repository.policy import Action
from fonds.schemas.finding_texts import finding_document
from fonds.schemas.findings import Severity

_KINDS = [one.value.lower() for one in (PackageType.AIP, PackageType.DIP, PackageType.SIP)]


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="ID…")
@click.option("--as", "kind", type=click.Choice(_KINDS), required=True, help="Loại gói / kind of package.")
@form_options
@click.option("--version", type=click.IntRange(min=1), metavar="N", help="Phiên bản / not the newest.")
@click.option("--request", type=PATH, help="Phiếu yêu cầu của người đọc, tệp JSON / the reader's request.")
@pass_context
def export(  # noqa: PLR0913 - one parameter an option
    context: Context, *, names: tuple[str, ...], kind: str, out: Path, dialect: str, packed: str | None, no_bag: bool,
    loose: bool, version: int | None, request: Path | None,
) -> None:  # fmt: skip
    """Xuất gói AIP, DIP, SIP từ kho / export packages."""
    context.require(Action.DELIVER if kind == "dip" else Action.EXPORT)
    form = form_of(dialect, packed, no_bag=no_bag, loose=loose)
    slip = read_request(request) if request and kind == "dip" else None
    order = ExportOrder(PackageType(kind.upper()), out, form, version or 0, slip, loose)
    result = _export(context, names, order)
    context.answer(_document(context, result), _text(context, result))
    errors = (one for made in result.packages for one in made.findings if one.severity is Severity.ERROR)
    if result.blocked or any(errors):
        exit_with(EXIT_PROBLEMS)


def _export(context: Context, names: tuple[str, ...], order: ExportOrder) -> ExportResult:
    with Progress(context, "cli.export.label", "cli.packages") as bar:

        def show(now: ExportProgress) -> None:
            if now.total == 1:
                bar.update(now.files, now.total_files, unit="cli.files")
            else:
                bar.update(now.packages, now.total)

        return run_export(context.archive, names, order, user=context.user, progress=show)


def _document(context: Context, result: ExportResult) -> dict[str, object]:
    packages = [
        {
            "path": str(one.path),
            "objid": one.objid,
            "id": one.id,
            "part": one.part,
            "code": one.code,
            "version": one.version,
            "state": "made" if one.made else "unchanged",
            "pages": one.pages,
            "files": one.files,
            "bytes": one.bytes,
            "findings": [finding_document(found, context.lang) for found in one.findings],
        }
        for one in result.packages
    ]
    return {"packages": packages, "blocked": blocked_documents(context, result.blocked)}


def _text(context: Context, result: ExportResult) -> str:
    made = [one for one in result.packages if one.made]
    size = context.words.size(sum(one.bytes for one in made))
    lines = [context.say("cli.export.done", count=len(made), pages=sum(one.pages for one in made), size=size)]
    lines += [f"  {one.code}  {one.path}" for one in made]
    unchanged = len(result.packages) - len(made)
    if unchanged:
        lines.append(context.say("cli.export.unchanged", count=unchanged))
    errors = [(one.path, [found for found in one.findings if found.severity is Severity.ERROR]) for one in made]
    lines += gap_lines(context, errors)
    withheld = [found for one in made for found in one.findings if found.severity is not Severity.ERROR]
    if withheld:
        lines += [context.say("cli.export.withheld"), *finding_lines(context, withheld)]
    lines += blocked_lines(context, result.blocked)
    return "\n".join(lines)
