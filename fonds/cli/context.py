"""What every command knows: which repository, which language, which form of answer, who is asking."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click

from fonds.bootstrap import open_archive
from fonds.errors import FondsError, RefusedError
from fonds.repository.archive import Archive
from fonds.repository.policy import Action, Role, User, can
from fonds.repository.reading import Reading
from fonds.schemas.messages import text


@dataclass
class Context:
    """The command line's own state, made by the group and handed to each command."""

    root: Path
    lang: str
    json: bool

    @cached_property
    def user(self) -> User:
        """The local archivist: whoever may run this program on the repository's folder."""
        return User(getpass.getuser(), Role.ARCHIVIST)

    @cached_property
    def archive(self) -> Archive:
        """The repository, opened when it is first needed."""
        return open_archive(self.root)

    @property
    def reading(self) -> Reading:
        """The repository as this user may see it."""
        return Reading(self.archive, self.user)

    def require(self, action: Action) -> None:
        """Ask the policy. Raises RefusedError NOT_ALLOWED."""
        if not can(self.user, action):
            raise RefusedError("NOT_ALLOWED", action=action.value)

    def say(self, key: str, **data: object) -> str:
        """Return a text in the chosen language."""
        return text(self.lang, key, data)

    def answer(self, document: object, lines: str) -> None:
        """Print the answer on stdout: ``document`` as JSON, or ``lines`` as text."""
        click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str) if self.json else lines)

    def note(self, key: str, **data: object) -> None:
        """Print a message for a person on stderr."""
        click.echo(self.say(key, **data), err=True)


def describe_error(error: FondsError, lang: str) -> str:
    """Return an error as people read it: what happened, and what to do next."""
    data: Mapping[str, object] = error.data
    message = text(lang, f"error.{error.code}", data)
    hint = text(lang, f"error.{error.code}.hint", data)
    return f"{text(lang, 'cli.error')} {message}\n  → {hint}"


def exit_with(code: int) -> None:
    """End the process with a true exit code, after stdout has been written out."""
    sys.stdout.flush()
    raise SystemExit(code)


pass_context = click.make_pass_decorator(Context)
