"""The ``fonds`` command: one group, one module a command, one place where errors become words and exit codes."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType

import click

from fonds import __version__
from fonds.cli import (
    audit,
    check,
    demo,
    holdings,
    ingest,
    init,
    jobs,
    log,
    rebuild,
    search,
    serve,
    status,
)
from fonds.cli.context import Context, describe_error
from fonds.errors import EXIT_INTERRUPTED, FondsError, InterruptedWorkError

COMMANDS: tuple[click.Command, ...] = (
    init.init,
    check.check,
    ingest.ingest,
    holdings.list_,
    holdings.show,
    audit.audit,
    log.log,
    search.search,
    rebuild.rebuild,
    status.status,
    jobs.jobs,
    serve.serve,
    demo.demo,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--repo",
    type=click.Path(path_type=Path),
    envvar="FONDS_REPO",
    default="fonds-data",
    help="Kho / repository.",
)
@click.option("--lang", type=click.Choice(["vi", "en"]), envvar="FONDS_LANG", default="vi", help="Ngôn ngữ / language.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Dạng trả lời / answer.")
@click.version_option(__version__, prog_name="fonds")
@click.pass_context
def fonds(context: click.Context, repo: Path, lang: str, form: str) -> None:
    """Fonds: kho bảo quản tài liệu lưu trữ số / an archival preservation repository."""
    context.obj = Context(repo, lang, form == "json")


for _command in COMMANDS:
    fonds.add_command(_command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with a true exit code."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = fonds.main(args=arguments, standalone_mode=False)
    except click.exceptions.Abort:
        code = _report(InterruptedWorkError("INTERRUPTED"))
    except KeyboardInterrupt:
        code = _report(InterruptedWorkError("INTERRUPTED"))
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except FondsError as error:
        code = _report(error)
    except BrokenPipeError:
        # The reader of our output went away (a pipe into head): there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = EXIT_INTERRUPTED
    sys.exit(code if isinstance(code, int) else 0)


def _report(error: FondsError) -> int:
    click.echo(describe_error(error, _language()), err=True)
    return error.exit_code


def _language() -> str:
    context = click.get_current_context(silent=True)
    if context is not None and isinstance(context.obj, Context):
        return context.obj.lang
    wanted = os.environ.get("FONDS_LANG", "vi")
    for before, after in zip(sys.argv, sys.argv[1:], strict=False):
        if before == "--lang":
            wanted = after
    return wanted if wanted in {"vi", "en"} else "vi"


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
