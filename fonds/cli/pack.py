"""``fonds pack``: the producer's side. A folder of scans with its inventory becomes SIPs, without a repository."""

from __future__ import annotations

from pathlib import Path

import click

from fonds.bootstrap import open_gate
from fonds.cli.context import PATH, Context, exit_with, pass_context
from fonds.cli.findings import finding_lines
from fonds.cli.packages import blocked_documents, blocked_lines, form_of, form_options, gap_lines
from fonds.cli.progress import Progress
from fonds.errors import EXIT_PROBLEMS
from fonds.repository.outcome import IngestProgress
from fonds.repository.pack import PackResult
from fonds.repository.pack import pack as run_pack
from fonds.repository.policy import Action
from fonds.repository.sip import PackOrder
from fonds.schemas.finding_texts import finding_document


@click.command()
@click.argument("source", type=PATH)
@click.option("--as", "kind", type=click.Choice(["sip"]), required=True, help="Loại gói / kind of package.")
@form_options
@click.option("--inventory", type=PATH, help="Tệp mục lục .xlsx / the inventory workbook.")
@click.option("--mapping", type=PATH, help="Tên cột riêng, tệp JSON / own column names.")
@click.option("--organization", default="", metavar="NAME", help="Cơ quan giao nộp / who hands over.")
@click.option("--agreement", default="", metavar="TEXT", help="Số đăng ký giao nộp / agreement.")
@pass_context
def pack(  # noqa: PLR0913 - one parameter an option
    context: Context, *, source: Path, kind: str, out: Path, dialect: str, packed: str | None, no_bag: bool,
    loose: bool, inventory: Path | None, mapping: Path | None, organization: str, agreement: str,
) -> None:  # fmt: skip
    """Đóng gói nộp SIP từ thư mục và mục lục / make SIPs."""
    context.require(Action.CHECK)
    del kind  # there is one
    form = form_of(dialect, packed, no_bag=no_bag, loose=loose)
    order = PackOrder(out, form, organization.strip(), agreement.strip(), loose)
    result = _pack(context, source, order, inventory, mapping)
    context.answer(_document(context, result), _text(context, result))
    if result.blocked or result.elsewhere or any(one.gaps for one in result.packages):
        exit_with(EXIT_PROBLEMS)


def _pack(context: Context, source: Path, order: PackOrder, inventory: Path | None, mapping: Path | None) -> PackResult:
    with open_gate(context.archive_if_any) as gate, Progress(context, "cli.pack.label", "cli.files") as bar:

        def show(progress: IngestProgress) -> None:
            size = context.words.size(progress.bytes)
            note = context.say("cli.ingest.note", dossiers=progress.dossiers, size=size)
            bar.update(progress.files, progress.total_files, note)

        return run_pack(
            gate, source, order, agent=context.user.name, inventory=inventory, mapping=mapping, progress=show
        )


def _document(context: Context, result: PackResult) -> dict[str, object]:
    packages = [
        {
            "path": str(one.path),
            "objid": one.objid,
            "code": one.code,
            "state": "made" if one.made else "unchanged",
            "pages": one.pages,
            "files": one.files,
            "bytes": one.bytes,
            "findings": [finding_document(found, context.lang) for found in one.gaps],
        }
        for one in result.packages
    ]
    return {
        "source": str(result.source),
        "packages": packages,
        "blocked": blocked_documents(context, result.blocked),
        "findings": [finding_document(found, context.lang) for found in result.elsewhere],
    }


def _text(context: Context, result: PackResult) -> str:
    made = [one for one in result.packages if one.made]
    size = context.words.size(sum(one.bytes for one in made))
    lines = [context.say("cli.pack.done", count=len(made), pages=sum(one.pages for one in made), size=size)]
    lines += [f"  {one.code}  {one.path}" for one in made]
    unchanged = len(result.packages) - len(made)
    if unchanged:
        lines.append(context.say("cli.pack.unchanged", count=unchanged))
    lines += gap_lines(context, ((one.path, one.gaps) for one in made))
    lines += blocked_lines(context, result.blocked)
    if result.elsewhere:
        lines.append(context.say("cli.pack.elsewhere"))
        lines += finding_lines(context, result.elsewhere)
    if result.notices:
        lines.append(context.say("cli.ingest.notices", count=result.notices))
    return "\n".join(lines)
