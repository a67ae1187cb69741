"""``fonds list`` and ``fonds show``: what is held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

from fonds.cli.context import LIMIT, OFFSET, Context, pass_context
from fonds.cli.copies_shown import package_copies, package_copies_text
from fonds.cli.people import columns, facts
from fonds.cli.versions import history_document, history_text, unit_of_version
from fonds.errors import UsageError
from fonds.metadata.model import Kind
from fonds.repository.history import SHOWN, seen_history
from fonds.repository.ports.catalogue import Aip, Check, Unit
from fonds.repository.reading import Reading
from fonds.schemas.vocabulary import fields, label


@click.command("list")
@click.option(
    "--level",
    type=click.Choice(["fonds", "series", "file", "item"]),
    default="file",
    show_default=True,
    help="Cấp / level.",
)
@click.option("--within", default="", metavar="CODE", help="Trong phông, hồ sơ này / within this.")
@click.option("--offset", default=0, show_default=True, type=OFFSET, help="Bỏ qua / skip.")
@click.option("--limit", default=50, show_default=True, type=LIMIT, help="Nhiều nhất / at most.")
@pass_context
def list_(context: Context, level: str, within: str, offset: int, limit: int) -> None:
    """Liệt kê những gì đang lưu / list what is held."""
    reading = context.reading
    above = find_unit(reading, within).id if within else ""
    found = reading.by_level(level, within=above, offset=offset, limit=limit)
    rows = [(unit.code or unit.id, unit.dates, unit.pages, unit.title) for unit in found.items]
    document = {"total": found.total, "offset": offset, "units": [unit_document(unit) for unit in found.items]}
    context.answer(document, "\n".join(columns(rows, right=frozenset({2}))))
    if not found.total:
        context.note("cli.list.none")
    elif offset + len(rows) < found.total:
        context.note("cli.list.more", total=found.total, next=str(offset + len(rows)))


@click.command()
@click.argument("unit_id", metavar="ID")
@click.option("--version", type=click.IntRange(min=1), help="Mô tả của phiên bản này / as this version has it.")
@click.option("--offset", default=0, show_default=True, type=OFFSET, help="Bỏ qua phiên bản / skip versions.")
@click.option("--limit", default=SHOWN, show_default=True, type=LIMIT, help="Phiên bản nhiều nhất / versions at most.")
@pass_context
def show(context: Context, unit_id: str, version: int | None, offset: int, limit: int) -> None:
    """Xem một phông, hồ sơ, văn bản, theo mã / show one thing."""
    reading = context.reading
    unit = find_unit(reading, unit_id)
    if version:
        unit, aip = unit_of_version(reading, unit, version)
        document = _described(reading, unit) | _stored(context, aip, reading.checks(unit).get(version))
        return context.answer(document, _text(context, unit, document))
    document, text = _described(reading, unit), ""
    newest = reading.aip(unit) if unit.packaged else None
    if newest:
        versions = seen_history(reading, unit, offset=offset, limit=limit)
        document |= _stored(context, newest, reading.check(unit)) | {
            "versions": history_document(reading, unit, versions)
        }
        text = history_text(context, unit, versions)
    return context.answer(document, _text(context, unit, document) + text)


def _described(reading: Reading, unit: Unit) -> dict[str, object]:
    return unit_document(unit) | {
        "fields": {key: value.text for key, value in unit.description.values.items() if value.text},
        "extra": dict(unit.description.extra),
        "within": [above.code or above.id for above in reading.ancestors(unit.id)],
    }


def _stored(context: Context, aip: Aip, check: Check | None) -> dict[str, object]:
    return {
        "version": aip.version,
        "location": aip.location,
        "files": aip.files,
        "bytes": aip.bytes,
        "stored": aip.created,
        "checked": check.checked if check else "",
        "check": check.result if check else "never",
        "copies": package_copies(context, aip.objid, aip.version),
    }


def find_unit(reading: Reading, name: str) -> Unit:
    """Return the unit with this id or code. Raises UsageError UNIT_MISSING."""
    unit = reading.unit(name) or reading.find_code(name)
    if unit is None:
        raise UsageError("UNIT_MISSING", id=name)
    return unit


def unit_document(unit: Unit) -> dict[str, object]:
    """Return a unit as the command line's JSON shows it."""
    return {
        "id": unit.id,
        "level": unit.level,
        "kind": unit.kind.value,
        "code": unit.code,
        "title": unit.title,
        "dates": unit.dates,
        "earliest": unit.earliest,
        "latest": unit.latest,
        "mode": unit.mode,
        "pages": unit.pages,
        "packaged": unit.packaged,
    }


def _text(context: Context, unit: Unit, document: Mapping[str, object]) -> str:
    lines = [f"{unit.code}  {unit.title}".strip(), ""]
    rows = list(_rows(context, unit))
    if "location" in document:
        size, words = context.words.size(int(str(document["bytes"]))), context.words
        shown = {**document, "size": size, "stored": words.time(str(document["stored"]))}
        checked = {"checked": words.time(str(document["checked"]))}
        rows += [
            (context.say("cli.show.id"), unit.id),
            (context.say("cli.show.stored"), context.say("cli.show.package", **shown)),
            (context.say("cli.show.location"), str(document["location"])),
            (context.say("cli.status.copies"), package_copies_text(context, document)),
            (context.say("cli.show.fixity"), context.say(f"cli.show.check.{document['check']}", **checked)),
        ]
    elif unit.kind is Kind.DOSSIER:
        rows.append((context.say("cli.show.stored"), context.say("cli.show.not_digitised")))
    return "\n".join(lines) + (facts(rows) if rows else "")


def _rows(context: Context, unit: Unit) -> Iterator[tuple[str, str]]:
    rules = fields(unit.kind.value)
    for key, value in unit.description.values.items():
        if value.text:
            name = rules[key].labels[context.lang] if key in rules else key
            coded = value.code and key in rules
            yield name, label(rules[key].codes, value.code, context.lang) if coded else value.text
    yield from ((name, value) for name, value in unit.description.extra if value)
