"""The versions of a dossier, as ``fonds show`` tells of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace

from fonds.cli.context import Context
from fonds.cli.people import facts
from fonds.errors import UsageError
from fonds.metadata.dates import span
from fonds.metadata.model import Kind
from fonds.repository.change_words import event_name, said
from fonds.repository.history import Version, fonds_version, seen_version
from fonds.repository.ports.catalogue import Aip, Check, Slice, Unit
from fonds.repository.reading import Reading


def unit_of_version(reading: Reading, unit: Unit, number: int) -> tuple[Unit, Aip]:
    """Return a dossier or fonds as one of its versions describes it, with that version.

    Raises UsageError VERSION_MISSING.
    """
    if unit.kind is Kind.FONDS and (known := fonds_version(reading.archive, unit.id, number)):
        aip, fonds = known
        return replace(unit, title=fonds.text("fondName"), description=fonds), aip
    found = seen_version(reading, unit, number) if unit.dossier_id == unit.id else None
    if found is None:
        raise UsageError("VERSION_MISSING", id=unit.code or unit.id, version=number)
    aip, record = found
    text, dates = record.dossier.text, span(record.dossier.text("startDate"), record.dossier.text("endDate"))
    return replace(
        unit, title=text("title"), mode=record.mode, dates=dates.written, earliest=dates.earliest, latest=dates.latest,
        description=record.dossier, pages=len(record.pages),
    ), aip  # fmt: skip


def history_document(reading: Reading, unit: Unit, versions: Slice[Version]) -> dict[str, object]:
    """Return the versions as the command line's JSON shows them, the newest first."""
    checks = reading.checks(unit)
    items = [_document(one, checks.get(one.aip.version)) for one in versions.items]
    return {"total": versions.total, "offset": versions.offset, "items": items}


def _document(one: Version, check: Check | None) -> dict[str, object]:
    aip = one.aip
    return {
        "version": aip.version,
        "stored": aip.created,
        "event": one.event,
        "who": one.who,
        "detail": one.detail,
        "reason": one.reason,
        "changes": asdict(one.changes) if one.changes else None,
        "doubt": one.doubt,
        "location": aip.location,
        "files": aip.files,
        "bytes": aip.bytes,
        "pages": aip.pages,
        "checked": check.checked if check else "",
        "check": check.result if check else "never",
    }


def history_text(context: Context, unit: Unit, versions: Slice[Version]) -> str:
    """Return the versions for people, '' while there is only the first."""
    if versions.total < 2:
        return ""
    checks = context.reading.checks(unit)
    rows = [
        (context.say("cli.show.version", version=one.aip.version), "\n".join(_lines(context, one, checks)))
        for one in versions.items
    ]
    shown = versions.offset + len(rows)
    text = f"\n\n{context.say('cli.show.versions')}\n" + (facts(rows) if rows else "")
    if shown < versions.total:
        text += "\n" + context.say("cli.show.more_versions", total=versions.total, next=str(shown))
    return text


def _lines(context: Context, one: Version, checks: Mapping[int, Check]) -> Iterator[str]:
    when, check = context.words.time(one.aip.created), checks.get(one.aip.version)
    yield " · ".join(part for part in (when, one.who, event_name(one.event, context.lang)) if part)
    if one.reason:
        yield context.say("cli.show.version.reason", reason=one.reason)
    if one.changes:
        yield from said(one.changes, context.lang)
    if one.doubt:
        yield context.say("cli.show.version.doubt", doubt=one.doubt)
    if check and check.result != "ok":
        yield context.say("cli.show.version.bad", checked=context.words.time(check.checked))
