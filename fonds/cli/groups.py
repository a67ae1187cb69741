"""Groups of commands: in the order of their use, loaded when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import ClassVar

import click

from fonds.errors import UsageError


class InOrder(click.Group):
    """A group that lists its commands as they are used one after the other, and names them when one is unknown."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order they were added."""
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Return the command. Raises UsageError COMMAND_UNKNOWN."""
        found = super().get_command(ctx, cmd_name)
        if found is None:
            raise UsageError("COMMAND_UNKNOWN", name=cmd_name, known=", ".join(self.list_commands(ctx)))
        return found


class Loaded(InOrder):
    """A group whose commands are modules, ``name -> module:attribute``, each loaded when it is first asked for.

    A command then starts without the libraries that only the others need.
    """

    modules: ClassVar[Mapping[str, str]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of ``modules``."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Load and return the command. Raises UsageError COMMAND_UNKNOWN."""
        if cmd_name in self.modules and cmd_name not in self.commands:
            module, _, attribute = self.modules[cmd_name].partition(":")
            self.add_command(getattr(import_module(module), attribute))
        return super().get_command(ctx, cmd_name)
