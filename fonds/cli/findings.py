"""Findings as people read them in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from fonds.cli.context import Context
from fonds.cli.people import folded
from fonds.repository.intake.scans import scan_line
from fonds.schemas.finding_texts import finding_document
from fonds.schemas.findings import Finding, Severity

_SAID = itemgetter("message", "action")
_ORDER = {Severity.ERROR.value: 0, Severity.WARNING.value: 1, Severity.INFO.value: 2}


def finding_lines(context: Context, findings: Iterable[Finding]) -> list[str]:
    """Return findings as lines: what and what to do once, then every place where it was found."""
    return _lines(context, [finding_document(found, context.lang) for found in findings])


def shown(context: Context, found: Sequence[Finding]) -> tuple[list[dict[str, str]], list[str]]:
    """Return findings as documents and as lines of text."""
    return [finding_document(one, context.lang) for one in found], finding_lines(context, found)


def findings_text(context: Context, document: Mapping[str, Any]) -> str:
    """Return a check's result: the counts first, then the findings, errors first."""
    data = {**document["counts"], **document, "errors": document["counts"]["error"]}
    lines = [context.say("cli.check.summary", **data)]
    lines.append(scan_line(document["viruses"], context.lang))
    lines += _lines(context, document["findings"])
    if document["notices"]:
        lines.append(context.say("report.notices"))
        lines += [f"    {one['where']}: {one['message']}" for one in document["notices"]]
    lines.append(context.say("cli.check.blocked" if document["counts"]["error"] else "cli.check.ready"))
    return "\n".join(lines)


def _lines(context: Context, found: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    for (_, code), same in groupby(sorted(found, key=_rank), key=_rank):
        group = list(same)
        label = context.say(f"cli.severity.{group[0]['severity']}")
        lines.append(f"{label}  {code}")
        for message, places in groupby(sorted(group, key=_SAID), key=_SAID):
            lines.append(folded(f"    {message[0]}", 0, sys.stdout))
            lines.append(folded(f"    → {message[1]}", 0, sys.stdout))
            lines += [f"      {place['where']}" for place in places]
    return lines


def _rank(one: Mapping[str, Any]) -> tuple[int, str]:
    return _ORDER[one["severity"]], str(one["code"])
