"""Everything that can go wrong, in words: what happened, what to do next, and the exit code."""

from __future__ import annotations

import errno
import os
import shlex
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from fonds.cli.people import Words, plain
from fonds.errors import EXIT_USAGE, FondsError, InterruptedWorkError
from fonds.schemas.messages import catalogue, text

DEBUG = "FONDS_DEBUG"


def describe_error(error: FondsError, lang: str, hint: str = "") -> str:
    """Return an error as people read it: what happened, and what to do next (``hint``, else the error's own)."""
    data = _facts(error, lang)
    message = text(lang, f"error.{error.code}", data)
    return _shown(lang, message, hint or text(lang, f"error.{error.code}.hint", data))


def error_text(error: FondsError, lang: str) -> str:
    """Return what happened, without what to do next: for a line among others."""
    return text(lang, f"error.{error.code}", _facts(error, lang))


def _facts(error: FondsError, lang: str) -> dict[str, object]:
    """Return the data of an error as people read it: a size with its unit, a time as local time, a reason in words."""
    words, data = Words(lang), dict(error.data)
    for name in ("needed", "free"):
        if isinstance(data.get(name), int):
            data[name] = words.size(int(str(data[name])))
    if "since" in data:
        data["since"] = words.time(str(data["since"]))
    purpose = f"cli.purpose.{data.get('purpose')}"
    if purpose in catalogue(lang):
        data["purpose"] = text(lang, purpose)
    reason = f"error.{error.code}.reason.{data.get('reason')}"
    if reason in catalogue(lang):
        return data | {"reason": text(lang, reason, data)}
    return data | {"reason": _refusal(str(data["reason"]), lang)} if "reason" in data else data


def _refusal(reason: str, lang: str) -> str:
    """Return what the system refused, as it says it, with our own words before it where there are some."""
    name = errno.errorcode.get(_NUMBERS.get(reason, 0), "")
    key = f"cli.system.{name}"
    return f"{text(lang, key)} – {reason}" if key in catalogue(lang) else reason


_NUMBERS = {os.strerror(number): number for number in errno.errorcode}


def _shown(lang: str, message: str, hint: str) -> str:
    return plain(f"{text(lang, 'cli.error')} {message}\n  → {hint}")


def describe_interrupt(command: str, arguments: Sequence[str], lang: str) -> str:
    """Return what is safe after an interrupted command, and the command that goes on with it."""
    again = shlex.join(["fonds", *arguments])
    key = f"cli.interrupted.{command}"
    hint = text(lang, key, {"again": again}) if key in catalogue(lang) else ""
    return describe_error(InterruptedWorkError("INTERRUPTED", again=again), lang, hint)


def describe_usage(error: click.ClickException, lang: str) -> str:
    """Return click's own refusal in our words."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "fonds"
    key, data = _usage(error)
    return _shown(lang, text(lang, f"cli.usage.{key}", data), text(lang, "cli.usage.hint", {"command": path}))


def _usage(error: click.ClickException) -> tuple[str, Mapping[str, object]]:
    match error:
        case click.NoSuchOption():
            return "option", {"name": error.option_name}
        case click.BadOptionUsage():
            return "value_missing", {"name": error.option_name}
        case click.MissingParameter():
            return "missing", {"name": _named(error)}
        case click.BadParameter():
            return _bad_value(error)
    return "other", {"reason": error.format_message()}


def _bad_value(error: click.BadParameter) -> tuple[str, Mapping[str, object]]:
    kind = error.param.type if error.param else None
    name = _named(error)
    if isinstance(kind, click.Choice):
        return "choice", {"name": name, "choices": ", ".join(map(str, kind.choices))}
    if isinstance(kind, click.IntRange):
        return "range", {"name": name, "least": kind.min, "most": "…" if kind.max is None else kind.max}
    return "value", {"name": name, "reason": error.message}


def _named(error: click.BadParameter) -> str:
    if error.param is None or error.ctx is None:
        return str(error.param_hint or "")
    if isinstance(error.param, click.Argument):
        return error.param.make_metavar(error.ctx).strip("[]")
    return max(error.param.opts, key=len)


def usage_code(error: click.ClickException) -> int:
    """Return the exit code of a refusal by click."""
    return error.exit_code if isinstance(error, click.UsageError) else EXIT_USAGE


def unexpected(error: BaseException) -> FondsError:
    """Return the error for what nobody foresaw. Its traceback goes into a file for whoever mends it.

    With FONDS_DEBUG=1 in the environment the traceback is printed as well. What the system refused (OSError) is told
    as that.
    """
    if os.environ.get(DEBUG) == "1":
        click.echo(traceback.format_exc(), err=True)
    if isinstance(error, OSError):
        named = os.fsdecode(error.filename) if error.filename else "—"
        return FondsError("SYSTEM_FAILED", path=named, reason=error.strerror or str(error))
    return FondsError("UNEXPECTED", kind=type(error).__name__, reason=str(error), path=_keep_traceback() or "—")


def _keep_traceback() -> Path | None:
    try:
        handle, name = tempfile.mkstemp(prefix="fonds-error-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as out:
            out.write(traceback.format_exc())
    except OSError:
        return None
    return Path(name)
