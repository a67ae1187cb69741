"""``fonds list`` and ``fonds show``: what is held."""

from __future__ import annotations

import click

from fonds.cli.context import Context, pass_context
from fonds.cli.progress import size_text
from fonds.errors import UsageError
from fonds.repository.ports.catalogue import Unit
from fonds.repository.reading import Reading
from fonds.schemas.vocabulary import fields, label


@click.command("list")
@click.option("--level", type=click.Choice(["fonds", "series", "file", "item"]), default="file", show_default=True)
@click.option("--within", default="", metavar="CODE", help="Chỉ trong phông, mục lục hay hồ sơ này.")
@click.option("--offset", default=0, show_default=True)
@click.option("--limit", default=50, show_default=True)
@pass_context
def list_(context: Context, level: str, within: str, offset: int, limit: int) -> None:
    """Liệt kê những gì đang lưu / list what is held."""
    reading = context.reading
    above = find_unit(reading, within).id if within else ""
    found = reading.by_level(level, within=above, offset=offset, limit=limit)
    lines = [f"{unit.code}\t{unit.dates}\t{unit.pages}\t{unit.title}" for unit in found.items]
    if offset + len(lines) < found.total:
        lines.append(context.say("cli.list.more", total=found.total, next=offset + len(lines)))
    document = {"total": found.total, "offset": offset, "units": [unit_document(unit) for unit in found.items]}
    context.answer(document, "\n".join(lines or [context.say("cli.list.none")]))


@click.command()
@click.argument("unit_id", metavar="ID")
@pass_context
def show(context: Context, unit_id: str) -> None:
    """Xem một phông, hồ sơ hay văn bản, theo mã / show one thing by its id or code."""
    reading = context.reading
    unit = find_unit(reading, unit_id)
    aip = reading.aip(unit) if unit.dossier_id == unit.id else None
    check = reading.check(unit) if aip else None
    document = unit_document(unit) | {
        "fields": {key: value.text for key, value in unit.description.values.items() if value.text},
        "extra": dict(unit.description.extra),
        "within": [above.code or above.id for above in reading.ancestors(unit.id)],
    }
    if aip:
        document |= {
            "version": aip.version,
            "location": aip.location,
            "files": aip.files,
            "bytes": aip.bytes,
            "stored": aip.created,
            "checked": check.checked if check else "",
            "check": check.result if check else "never",
        }
    context.answer(document, _text(context, unit, document))


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
    }


def _text(context: Context, unit: Unit, document: dict[str, object]) -> str:
    lines = [f"{unit.code}  {unit.title}".strip()]
    rules = fields(unit.kind.value)
    for key, value in unit.description.values.items():
        if value.text:
            name = rules[key].labels[context.lang] if key in rules else key
            shown = label(rules[key].codes, value.code, context.lang) if value.code else value.text
            lines.append(f"  {name}: {shown}")
    lines += [f"  {name}: {value}" for name, value in unit.description.extra if value]
    if "location" in document:
        data = {**document, "size": size_text(int(str(document["bytes"])))}
        lines.append("  " + context.say("cli.show.stored", **data))
        lines.append("  " + context.say(f"cli.show.check.{document['check']}", **data))
    return "\n".join(lines)
