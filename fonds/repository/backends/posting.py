"""One question to a server that the settings name, by HTTP POST: nothing else here asks the network but mail."""

from __future__ import annotations

import http.client
import ssl
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

SECONDS = 30.0
"""How long an answer may take, all in all."""
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: its status, the words beside it, the beginning of the body."""

    status: int
    reason: str
    body: bytes


def address(url: str) -> SplitResult:
    """Return the parts of an ``http://`` or ``https://`` URL. Raises ValueError: it is none, or names a user."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise ValueError(f"no http or https address without a user: {url!r}")
    _ = parts.port  # ValueError for one that is none
    return parts


def post(url: str, body: bytes, headers: dict[str, str], most: int) -> Answer:
    """Post ``body`` and return the answer, at most ``most`` bytes of it. No redirection is followed.

    Raises OSError (TimeoutError after ``SECONDS``) and http.client.HTTPException.
    """
    parts, end = address(url), time.monotonic() + SECONDS
    connection = _connection(parts)
    try:
        connection.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers)
        answer = connection.getresponse()
        said = b""
        # A server that sends a byte now and then never is silent for long.
        while len(said) < most and (block := answer.read1(min(_BLOCK, most - len(said)))):
            said += block
            if time.monotonic() > end:
                raise TimeoutError
        return Answer(answer.status, answer.reason, said)
    finally:
        connection.close()


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        return http.client.HTTPSConnection(host, parts.port, timeout=SECONDS, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, parts.port, timeout=SECONDS)
