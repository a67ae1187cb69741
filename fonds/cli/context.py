"""What every command knows: which repository, which language, which form of answer, who is asking."""

from __future__ import annotations

import json
import os
import pwd
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fonds.cli.people import Words, plain
from fonds.errors import RefusedError
from fonds.repository.policy import Action, Role, User, can

if TYPE_CHECKING:
    from fonds.repository.archive import Archive
    from fonds.repository.reading import Reading


class AbsolutePath(click.Path):
    """A path made absolute at once, so that every message shows one that can be pasted.

    Whether it is there and can be read is not asked here: the work itself says it better.
    """

    def __init__(self) -> None:
        super().__init__(readable=False, path_type=Path)

    def convert(self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the absolute path; links in it are left as they are."""
        return Path(os.fsdecode(super().convert(value, param, ctx))).absolute()


PATH = AbsolutePath()
OFFSET = click.IntRange(min=0)
LIMIT = click.IntRange(1, 100_000)


@dataclass
class Context:
    """The command line's own state, made by the group and handed to each command.

    ``named`` says that the repository was named on the command line and not only by default or environment.
    """

    root: Path
    lang: str
    json: bool
    named: bool = False

    @cached_property
    def user(self) -> User:
        """The local archivist: whoever may run this program on the repository's folder."""
        return User(account_name(), Role.ARCHIVIST)

    @cached_property
    def archive(self) -> Archive:
        """The repository, opened when it is first needed."""
        from fonds.bootstrap import open_archive  # noqa: PLC0415 - the database is slow to load, and --help needs none

        return open_archive(self.root)

    @property
    def archive_if_any(self) -> Archive | None:
        """The repository, or None where there is none and nobody named one."""
        from fonds.config import FILE_NAME  # noqa: PLC0415 - slow to load, and not every command has a repository

        return self.archive if self.named or (self.root / FILE_NAME).exists() else None

    @property
    def reading(self) -> Reading:
        """The repository as this user may see it."""
        from fonds.repository.reading import Reading  # noqa: PLC0415 - of use only where a repository is opened

        return Reading(self.archive, self.user)

    @property
    def words(self) -> Words:
        """Numbers, sizes and times as people of the chosen language write them."""
        return Words(self.lang)

    def require(self, action: Action) -> None:
        """Ask the policy. Raises RefusedError NOT_ALLOWED."""
        if not can(self.user, action):
            raise RefusedError("NOT_ALLOWED", action=action.value)

    def say(self, key: str, **data: object) -> str:
        """Return a text in the chosen language, whole numbers grouped."""
        return self.words.say(key, data)

    def answer(self, document: object, lines: str) -> None:
        """Print the answer on stdout: ``document`` as JSON, or ``lines`` as text."""
        if self.json:
            written = json.dumps(document, ensure_ascii=False, indent=2, default=str)
            # A name that is not UTF-8 has lone surrogates; those alone become JSON escapes.
            click.echo(written.encode(errors="backslashreplace"))
        elif lines:
            click.echo(plain(lines))

    def note(self, key: str, **data: object) -> None:
        """Print a message for a person on stderr."""
        click.echo(plain(self.say(key, **data)), err=True)


def account_name() -> str:
    """Return the name of the account that runs this process, for the audit log.

    Asked from the system and not from the environment, which anybody may set.
    """
    number = os.geteuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid-{number}"


def exit_with(code: int) -> None:
    """End the process with a true exit code, after stdout has been written out."""
    sys.stdout.flush()
    raise SystemExit(code)


pass_context = click.make_pass_decorator(Context)
