"""What every view needs: the archive as this visitor may see it, and a limit on costly work."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import current_app, g
from werkzeug.exceptions import ServiceUnavailable

from fonds.repository.archive import Archive
from fonds.repository.policy import ANONYMOUS, User
from fonds.repository.reading import Reading

PATIENCE = 20.0
"""Seconds a request waits for its turn to render before it answers 503."""


def _turns() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


@dataclass(frozen=True, slots=True)
class Room:
    """The opened archive behind one web application. ``patience`` is in seconds."""

    archive: Archive
    patience: float = PATIENCE
    turns: threading.BoundedSemaphore = field(default_factory=_turns)

    @contextmanager
    def rendering(self) -> Iterator[None]:
        """Hold one of the few turns to render. Raises ServiceUnavailable (503) when none comes in time."""
        if not self.turns.acquire(timeout=self.patience):
            raise ServiceUnavailable(retry_after=5)
        try:
            yield
        finally:
            self.turns.release()


def room() -> Room:
    """Return the room of the running application."""
    found: Room = current_app.extensions["fonds"]
    return found


def visitor() -> User:
    """Return who is asking: in this version everybody on the web is an anonymous reader."""
    return ANONYMOUS


def reading() -> Reading:
    """Return the archive as this visitor may see it, one for the length of a request."""
    if "reading" not in g:
        g.reading = Reading(room().archive, visitor())
    found: Reading = g.reading
    return found
