"""Errors as data: a stable code, the facts, and an exit code; the words live in ``schemas/messages.*.json``.

The text shown to a person is found under ``error.<CODE>`` and the advice under ``error.<CODE>.hint``.
"""

from __future__ import annotations

EXIT_OK = 0
EXIT_OPERATIONAL = 1
EXIT_USAGE = 2
EXIT_PROBLEMS = 3
EXIT_INTERRUPTED = 130


class FondsError(Exception):
    """Something stopped the work. ``code`` is stable, ``data`` fills the message, nothing half-made is left.

    Exit code 1: an operational error (disk, database, network, lock).
    """

    exit_code = EXIT_OPERATIONAL

    def __init__(self, code: str, **data: object) -> None:
        super().__init__(code)
        self.code = code
        self.data = data

    def __str__(self) -> str:
        facts = ", ".join(f"{key}={value}" for key, value in self.data.items())
        return f"{self.code}({facts})" if facts else self.code


class UsageError(FondsError):
    """The request itself cannot be understood or names something that is not there. Exit code 2."""

    exit_code = EXIT_USAGE


class RefusedError(FondsError):
    """The request was understood and refused because of what was found. Exit code 3."""

    exit_code = EXIT_PROBLEMS


class InterruptedWorkError(FondsError):
    """A person stopped the work at a safe point. Exit code 130."""

    exit_code = EXIT_INTERRUPTED


def is_interrupt(error: BaseException | None) -> bool:
    """Say whether an interrupt is behind an error: cut short, clearing up may itself fail (a file is closed twice)."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None
