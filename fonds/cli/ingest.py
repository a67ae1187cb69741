"""``fonds ingest``: a folder of scans with its inventory, or packages of any producer, become packages in the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from fonds.cli.context import PATH, Context, exit_with, pass_context
from fonds.cli.findings import finding_lines
from fonds.cli.progress import SIZE, Progress
from fonds.cli.vendor_option import mapping_of, vendor_of
from fonds.cli.worker import start_worker_if_needed
from fonds.errors import EXIT_OPERATIONAL, EXIT_PROBLEMS
from fonds.repository.change_words import said
from fonds.repository.deliveries.record import HandOver
from fonds.repository.ingest import ingest as run_ingest
from fonds.repository.intake.received.blocking import is_form
from fonds.repository.intake.received.receiving import Options
from fonds.repository.intake.scans import scan_line
from fonds.repository.outcome import IngestProgress, IngestResult, Updated
from fonds.repository.policy import Action
from fonds.repository.redelivery import Again, Redelivery
from fonds.repository.underway import BYTES, Step
from fonds.schemas.finding_texts import finding_document
from fonds.schemas.findings import Finding, Severity

_NAMED = 20
"""How many dossiers with a new version are named in the text; JSON names them all."""


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE…", type=PATH)
@click.option("--inventory", type=PATH, help="Tệp mục lục .xlsx / the inventory workbook.")
@click.option("--mapping", type=PATH, help="Tên cột riêng, tệp TOML hoặc JSON / own column names.")
@click.option("--fonds", default="", metavar="CODE", help="Phông của gói không ghi phông / the fonds of packages.")
@click.option(
    "--replace",
    "ways",
    flag_value="replace",
    multiple=True,
    help="Hồ sơ đã có: lập phiên bản mới / held ones get a new version.",
)
@click.option(
    "--representation",
    "ways",
    flag_value="representation",
    multiple=True,
    help="Thêm bản thể hiện cho hồ sơ đã có / another form of held ones.",
)
@click.option("--for-readers", is_flag=True, help="Độc giả xem bản thể hiện này / readers see that one.")
@click.option(
    "--reason", default="", metavar="TEXT", help="Lý do, ghi vào gói và nhật ký / why, kept with the version."
)
@click.option("--vendor", default="", metavar="NAME", help="Đơn vị số hóa / who digitised.")
@click.option("--delivered-by", "person", default="", metavar="NAME", help="Người giao / who brought it.")
@pass_context
def ingest(  # noqa: PLR0913 - one parameter an option
    context: Context, *, sources: tuple[Path, ...], inventory: Path | None, mapping: Path | None, fonds: str,
    ways: tuple[str, ...], for_readers: bool, reason: str, vendor: str, person: str,
) -> None:  # fmt: skip
    """Nhập thư mục có mục lục, gói SIP, AIP / take in deliveries.

    Gói: thư mục, zip hoặc tar; E-ARK, TT05 hoặc túi BagIt / a package: a folder, zip or tar; E-ARK, TT05 or a bag.
    """
    held = _held(context, ways, for_readers, reason)
    context.require(Action.INGEST)
    named = vendor_of(vendor, mapping)
    options = Options(fonds.strip(), inventory, mapping or mapping_of(context, named))
    take = partial(_one, context, options=options, held=held, hand_over=HandOver(named, person))
    results: list[IngestResult] = []
    try:
        for source in sources:
            results.append(take(source))  # noqa: PERF401 - what is done must be kept
    finally:
        # What went in before something stopped the rest is told all the same.
        _tell(context, results, one=len(sources) == 1)
    if any(result.blocked or result.errors for result in results):
        exit_with(EXIT_PROBLEMS)
    if any(result.waiting for result in results):
        exit_with(EXIT_OPERATIONAL)


def _held(context: Context, ways: Sequence[str], for_readers: bool, reason: str) -> Redelivery:
    """Return what is to become of held dossiers. Raises click.UsageError for options that contradict each other."""
    again = Again(ways[0]) if ways else Again.REFUSE
    if len(set(ways)) > 1:
        raise click.UsageError(context.say("cli.ingest.one_way"))
    if for_readers and again is not Again.REPRESENTATION:
        raise click.UsageError(context.say("cli.ingest.readers_of_what"))
    if reason and again is Again.REFUSE:
        raise click.UsageError(context.say("cli.ingest.reason_for_what"))
    return Redelivery(again, reason.strip(), for_readers)


def _tell(context: Context, results: Sequence[IngestResult], *, one: bool) -> None:
    if results:
        start_worker_if_needed(context)
        documents = [_document(context, result) for result in results]
        context.answer(documents[0] if one else documents, "\n".join(_text(context, result) for result in results))


def _one(context: Context, source: Path, *, options: Options, held: Redelivery, hand_over: HandOver) -> IngestResult:
    with Progress(context, "cli.ingest.label", "cli.files") as bar:

        def show(progress: IngestProgress) -> None:
            if progress.step:
                _show_step(context, bar, progress.step)
                return
            size = context.words.size(progress.bytes)
            note = context.say("cli.ingest.note", dossiers=progress.dossiers, size=size)
            bar.update(progress.files, progress.total_files, note, "cli.files")

        return run_ingest(
            context.archive,
            source,
            agent=context.user.name,
            inventory=options.inventory,
            mapping=options.mapping,
            fonds=options.fonds,
            held=held,
            hand_over=hand_over,
            progress=show,
        )


def _show_step(context: Context, bar: Progress, step: Step) -> None:
    """Show what a package is going through, and which of how many it is."""
    note = context.say(f"cli.ingest.stage.{step.name}")
    if step.parts > 1:
        note += " · " + context.say("cli.ingest.part", part=step.part, parts=step.parts)
    if step.unit == BYTES:
        bar.update(step.done, step.total, note, SIZE, step.key)
    else:
        bar.update(step.done, step.total, note, "cli.files", step.key)


def _document(context: Context, result: IngestResult) -> dict[str, object]:
    return {
        "job": result.job,
        "delivery": result.delivery,
        "source": str(result.source),
        "ingested": [asdict(one) for one in result.ingested],
        "updated": [asdict(one.package) | {"changes": asdict(one.changes)} for one in result.updated],
        "unchanged": [asdict(one) for one in result.unchanged],
        "waiting": [asdict(one) for one in result.waiting],
        "blocked": [
            {
                "code": one.code,
                "where": one.where,
                "findings": [finding_document(found, context.lang) for found in one.findings],
            }
            for one in result.blocked
        ],
        "findings": [finding_document(found, context.lang) for found in _told(result)],
        "viruses": result.scans.document(),
    }


def _told(result: IngestResult) -> list[Finding]:
    """Return what is told besides the dossiers that were left out: of packages the notices too.

    Those of a delivery are the business of ``fonds check``, which a package does not go through.
    """
    if not result.packages:
        return result.elsewhere
    return [*result.elsewhere, *(found for found in result.findings if found.severity is not Severity.ERROR)]


def _text(context: Context, result: IngestResult) -> str:
    pages = sum(one.pages for one in result.ingested)
    size = context.words.size(sum(one.bytes for one in result.ingested))
    lines = [context.say("cli.ingest.done", count=len(result.ingested), pages=pages, size=size)]
    lines += _updated(context, result.updated)
    if result.unchanged:
        lines.append(context.say("cli.ingest.unchanged", count=len(result.unchanged)))
    for one in result.blocked:
        lines.append(context.say("cli.ingest.blocked", code=one.code, where=one.where or "—"))
        lines.extend(finding_lines(context, one.findings))
    lines += _waiting(context, result)
    if result.elsewhere:
        lines.append(context.say("cli.ingest.elsewhere"))
        lines.extend(finding_lines(context, result.elsewhere))
    lines += _notices(context, result)
    lines.append(scan_line(result.scans.document(), context.lang))
    if result.index_error:
        lines.append(context.say("cli.ingest.index_waits", code=result.index_error))
    if result.fonds_error:
        lines.append(context.say("cli.ingest.fonds_waits", code=result.fonds_error))
    if result.ingested or result.updated:
        lines.append(context.say("cli.ingest.copies"))
    lines.append(context.say("cli.deliveries.recorded", number=str(result.delivery)))
    return "\n".join(lines)


def _waiting(context: Context, result: IngestResult) -> Iterator[str]:
    """Say which dossiers do not count as stored yet, and which copies lag behind though there are enough without."""
    for one in result.waiting[:_NAMED]:
        why = ", ".join(f"{name}: {code}" for name, code in one.why.items()) or "—"
        yield context.say("cli.ingest.waits", code=one.code, have=one.have, required=one.required, why=why)
    if len(result.waiting) > _NAMED:
        yield context.say("cli.ingest.more_wait", count=len(result.waiting) - _NAMED)
    if result.waiting:
        yield context.say("cli.ingest.waiting_do")
    for copy in context.archive.copies.summaries():
        if copy.lacking:
            yield context.say("cli.ingest.lagging", name=copy.copy.name, count=copy.lacking)


def _updated(context: Context, updated: Sequence[Updated]) -> Iterator[str]:
    if updated:
        yield context.say("cli.ingest.updated", count=len(updated))
    for one in updated[:_NAMED]:
        yield context.say("cli.ingest.version", code=one.package.code, version=one.package.version)
        yield from (f"    {line}" for line in said(one.changes, context.lang))
    if len(updated) > _NAMED:
        yield context.say("cli.ingest.more_versions", count=len(updated) - _NAMED)


def _notices(context: Context, result: IngestResult) -> list[str]:
    """Say what else was noticed: of packages what ``fonds validate`` does not say, of the rest how much there is."""
    if not result.packages:
        return [context.say("cli.ingest.notices", count=result.notices)] if result.notices else []
    notices = [found for found in _told(result) if found.severity is not Severity.ERROR]
    own = [found for found in notices if not is_form(found)]
    lines = [context.say("cli.ingest.noticed", count=len(own)), *finding_lines(context, own)] if own else []
    if len(notices) > len(own):
        lines.append(context.say("cli.ingest.form", count=len(notices) - len(own)))
    return lines
