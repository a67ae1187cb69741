"""``fonds vendors``: how good the deliveries of each vendor are, over time."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from fonds.cli.context import PATH, Context, pass_context
from fonds.cli.groups import InOrder
from fonds.cli.output import require_place
from fonds.cli.people import columns, facts
from fonds.repository.deliveries.scorecard import Score, Scorecard
from fonds.repository.deliveries.vendors import require_table_form, vendor_card, vendor_cards, write_table
from fonds.repository.deliveries.writing import percent, rate
from fonds.repository.intake.mapping import read_mapping
from fonds.repository.intake.mappings import save_mapping
from fonds.repository.policy import Action
from fonds.schemas.findings import Severity

_RATES = (Severity.ERROR, Severity.WARNING, Severity.INFO)
_NAMED = 20


@click.group(cls=InOrder)
def vendors() -> None:
    """Chất lượng từng đơn vị số hóa / vendors over time."""


@vendors.command("list")
@click.option("--out", type=PATH, metavar="FILE", help="Bảng .xlsx hoặc .csv / a table.")
@pass_context
def list_vendors(context: Context, out: Path | None) -> None:
    """Liệt kê các đơn vị và kết quả chung / list vendors with their totals."""
    context.require(Action.READ_DELIVERIES)
    _require(out)
    cards = vendor_cards(context.archive)
    head = [context.say(f"score.column.{name}") for name in ("vendor", "deliveries", *_HEAD, "trend")]
    rows = [
        (card.name, len(card.lines), *_cells(context, card.total), context.say(f"score.trend.{card.trend.value}"))
        for card in cards
    ]
    context.answer({"vendors": [_document(card) for card in cards]}, "\n".join(columns([head, *rows])) if rows else "")
    if not cards:
        context.note("cli.vendors.none")
    _write(context, out, cards)


@vendors.command("show")
@click.argument("name", metavar="NAME")
@click.option("--out", type=PATH, metavar="FILE", help="Bảng .xlsx hoặc .csv / a table.")
@pass_context
def show(context: Context, name: str, out: Path | None) -> None:
    """Từng đợt giao nộp của một đơn vị / each delivery of one vendor."""
    context.require(Action.READ_DELIVERIES)
    _require(out)
    card = vendor_card(context.archive, name)
    lines = [{"number": one.entry.number, "when": one.entry.when, **_scored(one.score)} for one in card.lines]
    context.answer({**_document(card), "lines": lines}, _text(context, card))
    _write(context, out, [card])


@vendors.command("mapping")
@click.argument("name", metavar="NAME")
@click.argument("path", metavar="FILE", type=PATH)
@pass_context
def mapping(context: Context, name: str, path: Path) -> None:
    """Lưu ánh xạ cột cho một đơn vị / keep a column mapping for a vendor."""
    context.require(Action.INGEST)
    saved = save_mapping(context.archive.mappings_folder, name, read_mapping(path))
    context.answer({"vendor": name, "path": str(saved)}, context.say("cli.mapping.saved", path=saved, vendor=name))


_HEAD = ("dossiers", "pages", "error_rate", "warning_rate", "info_rate", "pass_rate", "again", "refused")


def _cells(context: Context, score: Score) -> tuple[str, ...]:
    return (
        context.words.number(score.dossiers),
        context.words.number(score.pages),
        *(rate(score.per_thousand(one), context.lang) for one in _RATES),
        percent(score.pass_rate, context.lang),
        context.words.number(score.again),
        context.words.number(score.refused),
    )


def _scored(score: Score) -> dict[str, object]:
    rates = {f"{one.value}_per_1000": score.per_thousand(one) for one in _RATES}
    return {**asdict(score), "pass_rate": score.pass_rate, **rates}


def _document(card: Scorecard) -> dict[str, object]:
    return {
        "name": card.name, "key": card.key, "deliveries": len(card.lines), "trend": card.trend.value,
        "outstanding": list(card.outstanding), **_scored(card.total),
    }  # fmt: skip


def _text(context: Context, card: Scorecard) -> str:
    head = [context.say(f"score.column.{name}") for name in ("delivery", "when", *_HEAD)]
    rows = [
        (str(one.entry.number), context.words.time(one.entry.when), *_cells(context, one.score)) for one in card.lines
    ]
    rows.append((context.say("score.total"), "", *_cells(context, card.total)))
    waiting = ", ".join(card.outstanding[:_NAMED]) + (" …" if len(card.outstanding) > _NAMED else "")
    said = [
        (context.say("score.column.vendor"), card.name),
        (context.say("score.column.trend"), context.say(f"score.trend.{card.trend.value}")),
        (context.say("score.outstanding"), waiting or "—"),
    ]
    return "\n".join([*columns([head, *rows]), facts(said)])


def _require(out: Path | None) -> None:
    if out:
        require_table_form(out)
        require_place(out)


def _write(context: Context, out: Path | None, cards: list[Scorecard]) -> None:
    if out:
        write_table(out, cards, context.lang)
        context.note("cli.report.written", path=out)
