"""``fonds deliveries``: what was received from whom; its receipt and its acceptance minute, printed any time again."""

from __future__ import annotations

from pathlib import Path

import click

from fonds.cli.context import LIMIT, OFFSET, PATH, Context, pass_context
from fonds.cli.groups import InOrder
from fonds.cli.output import require_place
from fonds.cli.people import columns, facts
from fonds.repository.deliveries.printing import PAPERS, require_paper_form, write_paper
from fonds.repository.deliveries.record import Outcome, Record, vendor_key
from fonds.repository.deliveries.register import delivery, recorded
from fonds.repository.policy import Action
from fonds.repository.ports.deliveries import Entry

_NUMBER = click.IntRange(min=1)


@click.group(cls=InOrder)
def deliveries() -> None:
    """Đợt giao nộp, biên nhận, biên bản / deliveries."""


@deliveries.command("list")
@click.option("--vendor", default="", metavar="NAME", help="Chỉ của đơn vị này / only of this vendor.")
@click.option("--offset", default=0, show_default=True, type=OFFSET, help="Bỏ qua / skip.")
@click.option("--limit", default=50, show_default=True, type=LIMIT, help="Nhiều nhất / at most.")
@pass_context
def list_deliveries(context: Context, vendor: str, offset: int, limit: int) -> None:
    """Liệt kê các đợt giao nộp, mới nhất trước / list deliveries, newest first."""
    context.require(Action.READ_DELIVERIES)
    found = context.archive.deliveries.recent(vendor_key=vendor_key(vendor), offset=offset, limit=limit)
    records = [(entry, recorded(entry)) for entry in found.items]
    rows = [_row(context, entry, record) for entry, record in records]
    document = {"total": found.total, "deliveries": [_document(entry, record) for entry, record in records]}
    context.answer(document, "\n".join(columns(rows, right=frozenset({0}))))
    if not found.total:
        context.note("cli.deliveries.none")
    elif offset + len(found.items) < found.total:
        context.note("cli.list.more", total=found.total, next=str(offset + len(found.items)))


def _row(context: Context, entry: Entry, record: Record) -> tuple[object, ...]:
    counts = {"all": record.amount().dossiers, "refused": record.amount(Outcome.REFUSED).dossiers}
    return (
        entry.number,
        context.words.time(entry.when),
        context.say(f"cli.deliveries.kind.{entry.kind}"),
        context.say("cli.deliveries.row", **counts),
        entry.vendor,
        entry.source,
    )


def _document(entry: Entry, record: Record) -> dict[str, object]:
    amounts = {outcome.value: record.amount(outcome).dossiers for outcome in Outcome}
    whole = record.amount()
    return {
        "number": entry.number, "kind": entry.kind, "when": entry.when, "agent": entry.agent, "source": entry.source,
        "vendor": entry.vendor, "job": record.job, "dossiers": whole.dossiers, "pages": whole.pages,
        "bytes": whole.bytes, "outcomes": amounts, "counts": dict(record.counts),
    }  # fmt: skip


@deliveries.command("show")
@click.argument("number", metavar="NUMBER", type=_NUMBER)
@pass_context
def show(context: Context, number: int) -> None:
    """Cho biết một đợt giao nộp / tell about one delivery."""
    context.require(Action.READ_DELIVERIES)
    entry, record = delivery(context.archive, number)
    document = {**_document(entry, record), "record": dict(entry.record)}
    context.answer(document, facts(_facts(context, entry, record)))


def _facts(context: Context, entry: Entry, record: Record) -> list[tuple[str, str]]:
    whole = record.amount()
    rows = [
        ("when", context.words.time(entry.when)),
        ("kind", context.say(f"cli.deliveries.kind.{entry.kind}")),
        ("source", entry.source),
        ("vendor", entry.vendor or "—"),
        ("person", record.hand_over.person or "—"),
        ("agent", entry.agent),
        ("amount", context.say("cli.deliveries.amount.said", dossiers=whole.dossiers, pages=whole.pages,
                               size=context.words.size(whole.bytes))),
    ]  # fmt: skip
    if record.inventory:
        rows.append(("inventory", f"{record.inventory.name}  {record.inventory.sha256}"))
    for one in record.handed:
        rows.append(("package", f"{one.name}  {one.sha256 or context.say('cli.deliveries.package.folder')}"))  # noqa: PERF401 - the rows above come first
    outcomes = [(outcome, record.amount(outcome).dossiers) for outcome in Outcome]
    said = [context.say(f"cli.deliveries.outcome.{outcome.value}", count=count) for outcome, count in outcomes if count]
    rows += [("result", "\n".join(said) or "—"), ("log", f"{entry.number}  {entry.seal}")]
    return [(context.say(f"cli.deliveries.{name}"), value) for name, value in rows]


@deliveries.command("print")
@click.argument("number", metavar="NUMBER", type=_NUMBER)
@click.option("--as", "kind", type=click.Choice(PAPERS), required=True, help="Biên nhận hay biên bản / which paper.")
@click.option("--out", required=True, type=PATH, metavar="FILE", help="Tệp .html hoặc .pdf / the file.")
@pass_context
def print_(context: Context, number: int, kind: str, out: Path) -> None:
    """In biên nhận hoặc biên bản nghiệm thu / print the receipt or the acceptance minute."""
    context.require(Action.READ_DELIVERIES)
    require_paper_form(out)
    require_place(out)
    write_paper(out, context.archive, number, kind, context.user, context.lang)
    context.answer({"number": number, "as": kind, "path": str(out)}, context.say("cli.deliveries.printed", path=out))
