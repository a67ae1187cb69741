"""The copies of the store, as ``fonds status``, ``fonds copies list`` and ``fonds show`` tell of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fonds.cli.context import Context
from fonds.cli.errors import error_text
from fonds.cli.people import facts
from fonds.repository.copies.state import CopiesState, CopyState
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.ports.catalogue import Job
from fonds.repository.ports.copies import VERIFIED, Copy, PackageCopy

_NAMED = 5


def copies_document(context: Context, state: CopiesState) -> dict[str, object]:
    """Return what is known of all copies as JSON shows it; the store itself stands first."""
    coverage = context.archive.fixity.coverage("")
    main = {
        "name": MAIN_COPY,
        "url": context.archive.settings.store,
        "packages": coverage.packages,
        "bytes": context.archive.holdings.totals()["bytes"],
        "lacking": 0,
        "reachable": True,
        "free": context.archive.store.free(),
    }
    return {
        "copies_required": state.required,
        "copies_below": state.below,
        "copies_waiting": [_waiting(job) for job in state.waiting],
        "copies": [main, *(_copy(one) for one in state.copies)],
    }


def _copy(one: CopyState) -> dict[str, object]:
    summary = one.summary
    return {
        "name": summary.copy.name,
        "url": summary.copy.url,
        "medium": summary.copy.medium,
        "added": summary.copy.added,
        "packages": summary.packages,
        "bytes": summary.bytes,
        "lacking": summary.lacking,
        "lacking_bytes": summary.lacking_bytes,
        "failed": summary.failed,
        "oldest_verified": summary.oldest,
        "newest_verified": summary.newest,
        "reachable": one.error is None,
        "error": one.error.code if one.error else "",
        "free": one.free,
    }


def _waiting(job: Job) -> dict[str, object]:
    return {"code": job.subject, "location": job.detail.get("location", ""), "since": job.created, "reason": job.reason}


def copies_rows(context: Context, state: CopiesState, document: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the copies for people, each with what is wrong with it, and whether there are enough."""
    main = document["copies"][0] if isinstance(document["copies"], list) else {}
    size = context.words.size(main["bytes"])
    yield MAIN_COPY, context.say("cli.copies.main", packages=main["packages"], size=size)
    for one in state.copies:
        yield one.summary.copy.name, "\n".join(_lines(context, one))
    yield context.say("cli.copies.policy"), "\n".join(_policy(context, state))


def copies_text(context: Context, state: CopiesState, document: dict[str, object]) -> str:
    """Return the copies as ``fonds status`` tells of them: in a line or two while there is nothing but the store."""
    if state.copies or not state.good or not isinstance(document["copies"], list):
        return facts(list(copies_rows(context, state, document)))
    main = document["copies"][0]
    size = context.words.size(main["bytes"])
    said = context.say("cli.status.copies.said", name=MAIN_COPY, packages=main["packages"], size=size)
    return f"{said}\n{context.say('cli.copies.none')}"


def _lines(context: Context, one: CopyState) -> Iterator[str]:
    summary, words = one.summary, context.words
    where = " · ".join(part for part in (summary.copy.url, summary.copy.medium) if part)
    yield where
    newest = words.time(summary.newest)
    yield context.say("cli.copies.holds", packages=summary.packages, size=words.size(summary.bytes), newest=newest)
    if summary.lacking:
        size = words.size(summary.lacking_bytes)
        yield context.say("cli.copies.lacks", count=summary.lacking, size=size, name=summary.copy.name)
    if one.error:
        yield error_text(one.error, context.lang)


def _policy(context: Context, state: CopiesState) -> Iterator[str]:
    yield context.say("cli.copies.required", count=state.required)
    if state.below:
        yield context.say("cli.copies.below", count=state.below)
    for job in state.waiting[:_NAMED]:
        yield context.say("cli.copies.waits", code=job.subject, reason=job.reason)
    if len(state.waiting) > _NAMED:
        yield context.say("cli.copies.more_wait", count=len(state.waiting) - _NAMED)
    if state.good:
        yield context.say("cli.copies.good")


def package_copies(context: Context, objid: str, version: int) -> list[dict[str, object]]:
    """Return in which copies a stored version is, the store itself first."""
    known = {entry.copy: entry for entry in context.archive.copies.entries(objid, version)}
    found = [_entry(copy, known.get(copy.name)) for copy in context.archive.copies.copies()]
    return [{"name": MAIN_COPY, "state": VERIFIED}, *found]


def _entry(copy: Copy, entry: PackageCopy | None) -> dict[str, object]:
    return {
        "name": copy.name,
        "url": copy.url,
        "state": entry.state if entry else "lacking",
        "verified": entry.verified if entry else "",
        "due": entry.due if entry else "",
        "reason": entry.reason if entry else "",
    }


def package_copies_text(context: Context, document: Mapping[str, object]) -> str:
    """Return in which copies a stored version is, for people; ``document`` is that of ``fonds show``."""
    said = document["copies"]
    found: list[dict[str, object]] = said if isinstance(said, list) else []
    good = [one for one in found if one["state"] == VERIFIED]
    lines = [context.say("cli.show.copies.count", good=len(good), total=len(found))]
    for one in found[1:]:
        key = "cli.show.copies.verified" if one["state"] == VERIFIED else "cli.show.copies.lacking"
        lines.append(context.say(key, **{**one, "verified": context.words.time(str(one["verified"]))}))
    return "\n".join(lines)
