"""The ``fonds`` command: one group, one module a command, one place where errors become words and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, TextIO

import click
from click.core import ParameterSource

from fonds import __version__
from fonds.cli.context import PATH, Context
from fonds.cli.errors import describe_error, describe_interrupt, describe_usage, unexpected, usage_code
from fonds.cli.groups import Loaded
from fonds.cli.interrupts import interruptible
from fonds.errors import EXIT_INTERRUPTED, EXIT_OK, EXIT_OPERATIONAL, EXIT_USAGE, FondsError, is_interrupt
from fonds.schemas.messages import LANGUAGES, text


class Fonds(Loaded):
    """The commands, in the order in which a fonds meets them."""

    modules: ClassVar[Mapping[str, str]] = {
        "init": "fonds.cli.init:init",
        "check": "fonds.cli.check:check",
        "bag": "fonds.cli.bag:bag",
        "validate": "fonds.cli.validate:validate",
        "pack": "fonds.cli.pack:pack",
        "ingest": "fonds.cli.ingest:ingest",
        "deliveries": "fonds.cli.deliveries:deliveries",
        "vendors": "fonds.cli.vendors:vendors",
        "export": "fonds.cli.export:export",
        "list": "fonds.cli.holdings:list_",
        "show": "fonds.cli.holdings:show",
        "describe": "fonds.cli.describe:describe",
        "search": "fonds.cli.search:search",
        "copies": "fonds.cli.copies:copies",
        "audit": "fonds.cli.audit:audit",
        "repair": "fonds.cli.repair:repair",
        "incidents": "fonds.cli.incidents:incidents",
        "drill": "fonds.cli.drill:drill",
        "log": "fonds.cli.log:log",
        "proof": "fonds.cli.proof:proof",
        "rebuild": "fonds.cli.rebuild:rebuild",
        "status": "fonds.cli.status:status",
        "report": "fonds.cli.report:report",
        "schedule": "fonds.cli.schedule:schedule",
        "notices": "fonds.cli.notices:notices",
        "jobs": "fonds.cli.jobs:jobs",
        "serve": "fonds.cli.serve:serve",
        "demo": "fonds.cli.demo:demo",
    }


@click.group(cls=Fonds, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--repo", type=PATH, envvar="FONDS_REPO", default="fonds-data", help="Kho / repository.")
@click.option("--lang", type=click.Choice(LANGUAGES), envvar="FONDS_LANG", default="vi", help="Ngôn ngữ / language.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Dạng trả lời / answer.")
@click.version_option(__version__, prog_name="fonds")
@click.pass_context
def fonds(context: click.Context, repo: Path, lang: str, form: str) -> None:
    """Fonds: kho bảo quản tài liệu lưu trữ số / an archival preservation repository."""
    named = context.get_parameter_source("repo") is ParameterSource.COMMANDLINE
    context.obj = Context(repo, lang, form == "json", named)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with a true exit code.

    Whatever happens, one message is printed and never a traceback: a FondsError in its own words, an interrupt with
    what is safe and how to go on, anything else as unexpected.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang = _language(given)
    for stream in (sys.stdout, sys.stderr):
        _never_fail(stream)
    with interruptible(text(lang, "cli.stopping")):
        code = _run(given, lang)
    sys.exit(code)


def _run(given: list[str], lang: str) -> int:
    try:
        return _called(given, lang)
    except click.ClickException as error:
        click.echo(describe_usage(error, lang), err=True)
        return usage_code(error)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the outermost frame: a person is told
        return _ended(error, given, lang)


def _ended(error: BaseException, given: list[str], lang: str) -> int:
    """Tell what ended a command; returns its exit code."""
    if is_interrupt(error):
        _forget_interrupt()
        click.echo(describe_interrupt(_command_name(given), given, lang), err=True)
        return EXIT_INTERRUPTED
    # click takes the end of any file for a wish to stop; here nothing is asked that could be answered so.
    error = (error.__cause__ if isinstance(error, click.Abort) else None) or error
    told = error if isinstance(error, FondsError) else unexpected(error)
    click.echo(describe_error(told, lang), err=True)
    return told.exit_code


def _forget_interrupt() -> None:
    """Let Python forget an interrupt that came while a text was run as code, as the making of a dataclass does.

    It would remember that one as unhandled, although it was caught, and a ``python -m fonds`` would end by SIGINT
    instead of its exit code. The next text that is run, even an empty one, takes that back.
    """
    exec("")  # noqa: S102 - see above


def _called(given: list[str], lang: str) -> int:
    """Run a command; returns its exit code."""
    try:
        code = fonds.main(args=given, prog_name="fonds", standalone_mode=False)
        sys.stdout.flush()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else EXIT_OK
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help(), err=True)
        return EXIT_USAGE
    except BrokenPipeError:
        # The reader of our output went away (a pipe into head): there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OPERATIONAL
    return code if isinstance(code, int) else EXIT_OK


def _never_fail(stream: TextIO) -> None:
    """Let a stream escape what its encoding does not have, instead of failing in the middle of an answer."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _language(given: Sequence[str]) -> str:
    """Return the language of messages, known before anything is parsed: what is refused is told in it too."""
    wanted = os.environ.get("FONDS_LANG", "")
    for before, after in zip(["", *given], [*given, ""], strict=False):
        if before == "--lang":
            wanted = after
        elif before.startswith("--lang="):
            wanted = before.removeprefix("--lang=")
    return wanted if wanted in LANGUAGES else "vi"


def _command_name(given: Sequence[str]) -> str:
    return next((word for word in given if word in Fonds.modules), "")
