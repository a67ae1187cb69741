"""Ways out: how the archive tells people, who may be asleep, that something is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One notice. ``id`` stays the same when it is sent again, so that a receiver can tell.

    ``kind`` is problems|incomplete|failed|unreached|weekly|test; ``when`` is ISO 8601 UTC; ``facts`` is what a program
    reads instead of the words.
    """

    id: str
    kind: str
    subject: str
    body: str
    when: str
    facts: Mapping[str, object] = field(default_factory=dict)


class Channel(Protocol):
    """One way to one receiver. ``name`` is the same as long as the receiver is, and shows no secret."""

    @property
    def name(self) -> str:
        """Who receives it, as people know it: ``mail lan@example.vn``."""

    def send(self, message: Message) -> None:
        """Hand a message over, within about half a minute.

        Raises FondsError MAIL_FAILED, WEBHOOK_FAILED or NOTICE_SECRET; it may then have arrived nevertheless.
        """
