"""``fonds ingest``: a folder of scans with its inventory becomes packages in the store."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from fonds.cli.context import Context, exit_with, pass_context
from fonds.cli.findings import finding_lines
from fonds.cli.progress import Progress, size_text
from fonds.cli.worker import start_worker
from fonds.errors import EXIT_PROBLEMS
from fonds.repository.ingest import IngestProgress, IngestResult
from fonds.repository.ingest import ingest as run_ingest
from fonds.repository.intake.report import finding_document
from fonds.repository.policy import Action


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE…", type=click.Path(path_type=Path))
@click.option("--inventory", type=click.Path(path_type=Path), help="Tệp mục lục .xlsx / the inventory workbook.")
@click.option("--mapping", type=click.Path(path_type=Path), help="Tên cột riêng, tệp JSON / own column names.")
@pass_context
def ingest(context: Context, sources: tuple[Path, ...], inventory: Path | None, mapping: Path | None) -> None:
    """Nhập phông từ thư mục và mục lục / take in a folder with its inventory."""
    context.require(Action.INGEST)
    results = [_one(context, source, inventory, mapping) for source in sources]
    start_worker(context.archive.root)
    documents = [_document(context, result) for result in results]
    text = "\n".join(_text(context, result) for result in results)
    context.answer(documents[0] if len(documents) == 1 else documents, text)
    if any(result.blocked or result.errors for result in results):
        exit_with(EXIT_PROBLEMS)


def _one(context: Context, source: Path, inventory: Path | None, mapping: Path | None) -> IngestResult:
    with Progress(context.say("cli.ingest.label"), context.say("cli.pages"), context.say("cli.left")) as bar:

        def show(progress: IngestProgress) -> None:
            note = context.say("cli.ingest.note", dossiers=progress.dossiers, size=size_text(progress.bytes))
            bar.update(progress.files, progress.total_files, note)

        return run_ingest(
            context.archive,
            source,
            agent=context.user.name,
            inventory=inventory,
            mapping=mapping,
            progress=show,
        )


def _document(context: Context, result: IngestResult) -> dict[str, object]:
    return {
        "job": result.job,
        "source": str(result.source),
        "ingested": [asdict(one) for one in result.ingested],
        "unchanged": [asdict(one) for one in result.unchanged],
        "blocked": [
            {
                "code": one.code,
                "where": one.where,
                "findings": [finding_document(found, context.lang) for found in one.findings],
            }
            for one in result.blocked
        ],
    }


def _text(context: Context, result: IngestResult) -> str:
    pages = sum(one.pages for one in result.ingested)
    size = size_text(sum(one.bytes for one in result.ingested))
    lines = [context.say("cli.ingest.done", count=len(result.ingested), pages=pages, size=size)]
    if result.unchanged:
        lines.append(context.say("cli.ingest.unchanged", count=len(result.unchanged)))
    for one in result.blocked:
        lines.append(context.say("cli.ingest.blocked", code=one.code, where=one.where or "—"))
        lines.extend(finding_lines(context, one.findings))
    if result.notices:
        lines.append(context.say("cli.ingest.notices", count=result.notices))
    if result.index_error:
        lines.append(context.say("cli.ingest.index_waits", code=result.index_error))
    if result.ingested:
        lines.append(context.say("cli.ingest.copies"))
    return "\n".join(lines)
