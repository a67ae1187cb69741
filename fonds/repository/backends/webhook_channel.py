"""Notices to a program: one JSON document by HTTP POST, signed with HMAC-SHA256 (RFC 2104) where there is a secret."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from http.client import HTTPException
from urllib.parse import urlsplit

from fonds import __version__
from fonds.errors import FondsError
from fonds.repository.backends.posting import address, post
from fonds.repository.backends.secrets_given import given_secret
from fonds.repository.ports.notices import Message

SECRET = "FONDS_NOTICE_SECRET"  # noqa: S105 - the name of a variable
SECRET_FILE = "FONDS_NOTICE_SECRET_FILE"  # noqa: S105 - the name of a variable
SIGNATURE = "X-Fonds-Signature"
_MOST_READ = 1000


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """Implements ``ports.notices.Channel`` for an ``http://`` or ``https://`` address; follows no redirection."""

    url: str

    def __post_init__(self) -> None:
        address(self.url)

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
            answer = post(self.url, body, headers, _MOST_READ)
        except (OSError, HTTPException, ValueError) as error:
            raise self._failed(str(error) or type(error).__name__) from error
        if not 200 <= answer.status < 300:
            said = " ".join(f"{answer.reason} {answer.body.decode('utf-8', 'replace')}".split())[:200]
            raise self._failed(f"HTTP {answer.status} {said}".strip())

    def _failed(self, reason: str) -> FondsError:
        return FondsError("WEBHOOK_FAILED", host=urlsplit(self.url).hostname, reason=reason)
