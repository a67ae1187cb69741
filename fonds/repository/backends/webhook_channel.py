"""Notices to a program: one JSON document by HTTP POST, signed with HMAC-SHA256 (RFC 2104) where there is a secret."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import ssl
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from fonds import __version__
from fonds.errors import FondsError
from fonds.repository.backends.secrets_given import given_secret
from fonds.repository.ports.notices import Message

SECRET = "FONDS_NOTICE_SECRET"  # noqa: S105 - the name of a variable
SECRET_FILE = "FONDS_NOTICE_SECRET_FILE"  # noqa: S105 - the name of a variable
SIGNATURE = "X-Fonds-Signature"
_SECONDS = 30.0
_MOST_READ = 1000


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """Implements ``ports.notices.Channel`` for an ``http://`` or ``https://`` address; follows no redirection."""

    url: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise ValueError(self.url)
        _ = parts.port  # ValueError for one that is none

    @property
    def name(self) -> str:
        """Who receives it. The path may be a secret and is not told."""
        return f"webhook {urlsplit(self.url).hostname}"

    def send(self, message: Message) -> None:
        """Post it. Raises FondsError WEBHOOK_FAILED (anything but an answer 2xx), NOTICE_SECRET."""
        body = json.dumps(asdict(message), ensure_ascii=False).encode("utf-8", "backslashreplace")
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": f"Fonds/{__version__}"}
        if secret := given_secret(SECRET):
            headers[SIGNATURE] = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        try:
            status, said = self._posted(body, headers)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._failed(str(error) or type(error).__name__) from error
        if not 200 <= status < 300:
            raise self._failed(f"HTTP {status} {said}".strip())

    def _posted(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        parts = urlsplit(self.url)
        connection = _connection(parts.scheme, parts.hostname or "", parts.port)
        try:
            connection.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers)
            answer = connection.getresponse()
            said = answer.read(_MOST_READ).decode("utf-8", "replace")
            return answer.status, " ".join(f"{answer.reason} {said}".split())[:200]
        finally:
            connection.close()

    def _failed(self, reason: str) -> FondsError:
        return FondsError("WEBHOOK_FAILED", host=urlsplit(self.url).hostname, reason=reason)


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=_SECONDS, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=_SECONDS)
