"""What ``pack`` and ``export`` have in common: the form of packages, and how they are told of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from fonds.cli.context import PATH, Context
from fonds.cli.findings import finding_lines
from fonds.errors import UsageError
from fonds.packaging.forms import Dialect, Form
from fonds.repository.outcome import Blocked
from fonds.schemas.finding_texts import finding_document
from fonds.schemas.findings import Finding

Command = TypeVar("Command", bound=Callable[..., Any])


def form_options(command: Command) -> Command:
    """Add the options that say where packages go and in which form."""
    options = (
        click.option("--out", required=True, type=PATH, metavar="DIR", help="Thư mục nhận gói / folder for packages."),
        click.option(
            "--dialect", type=click.Choice([one.value for one in Dialect]), default=Dialect.EARK.value,
            show_default=True, help="Loại gói / dialect.",
        ),
        click.option("--zip", "packed", flag_value="zip", help="Mỗi gói một tệp zip / a zip each."),
        click.option("--tar", "packed", flag_value="tar", help="Mỗi gói một tệp tar / a tar each."),
        click.option("--no-bag", is_flag=True, help="Không bọc BagIt / no bag (eark)."),
        click.option("--loose", is_flag=True, help="Tài liệu rời (tt05) / loose documents."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def form_of(dialect: str, packed: str | None, *, no_bag: bool, loose: bool) -> Form:
    """Return the form that the options ask for. Raises UsageError FORM_UNKNOWN for what the dialect does not have."""
    form = Form(Dialect(dialect), bag=not no_bag and dialect == Dialect.EARK, packed=packed or "")
    if form.dialect is Dialect.TT05 and form.packed == "tar":
        raise UsageError("FORM_UNKNOWN", option="--tar", dialect=form.dialect.value)
    if form.dialect is Dialect.EARK and loose:
        raise UsageError("FORM_UNKNOWN", option="--loose", dialect=form.dialect.value)
    return form


def blocked_documents(context: Context, blocked: Sequence[Blocked]) -> list[dict[str, object]]:
    """Return what was left out, as JSON shows it."""
    return [
        {
            "code": one.code,
            "where": one.where,
            "findings": [finding_document(found, context.lang) for found in one.findings],
        }
        for one in blocked
    ]


def blocked_lines(context: Context, blocked: Sequence[Blocked]) -> list[str]:
    """Return what was left out, as lines of text."""
    lines = []
    for one in blocked:
        lines.append(context.say("cli.packages.blocked", code=one.code, where=one.where or "—"))
        lines.extend(finding_lines(context, one.findings))
    return lines


def gap_lines(context: Context, gaps: Iterable[tuple[Path, Sequence[Finding]]]) -> list[str]:
    """Return what the descriptions of packages lack, as lines of text; the package stands before each place."""
    placed = [replace(one, where=f"{path.name}: {one.where}") for path, found in gaps for one in found]
    return [context.say("cli.packages.gaps"), *finding_lines(context, placed)] if placed else []
