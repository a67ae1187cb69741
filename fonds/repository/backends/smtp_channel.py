"""Notices by e-mail (RFC 5321, 5322): plain text in UTF-8, one message a receiver."""

from __future__ import annotations

import base64
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses

from fonds.config import NO_TLS, STARTTLS, Settings
from fonds.errors import FondsError
from fonds.repository.backends.secrets_given import given_secret
from fonds.repository.ports.notices import Message

PASSWORD = "FONDS_MAIL_PASSWORD"  # noqa: S105 - the name of a variable
PASSWORD_FILE = "FONDS_MAIL_PASSWORD_FILE"  # noqa: S105 - the name of a variable
_SECONDS = 30.0
_LOGGED_IN = 235


@dataclass(frozen=True, slots=True)
class SmtpChannel:
    """Implements ``ports.notices.Channel``: one receiver, by the mail server of the settings."""

    settings: Settings
    receiver: str

    @property
    def name(self) -> str:
        """Who receives it."""
        return f"mail {self.receiver}"

    def send(self, message: Message) -> None:
        """Hand it to the mail server. Raises FondsError MAIL_FAILED, NOTICE_SECRET."""
        password = given_secret(PASSWORD)
        try:
            with self._connected() as server:
                if self.settings.mail_user:
                    _log_in(server, self.settings.mail_user, password)
                server.send_message(self._letter(message))
        except (OSError, ValueError, smtplib.SMTPException) as error:
            host, port = self.settings.mail_host, self.settings.mail_port
            raise FondsError("MAIL_FAILED", host=host, port=port, reason=_said(error)) from error

    def _connected(self) -> smtplib.SMTP:
        host, port, security = self.settings.mail_host, self.settings.mail_port, self.settings.mail_security
        trusted = ssl.create_default_context()
        if security not in (STARTTLS, NO_TLS):
            return smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=trusted)
        server = smtplib.SMTP(host, port, timeout=_SECONDS)
        if security == STARTTLS:
            try:
                server.starttls(context=trusted)
            except BaseException:
                server.close()
                raise
        return server

    def _letter(self, message: Message) -> EmailMessage:
        letter = EmailMessage(SMTP)
        letter["From"] = self.settings.mail_from or self.receiver
        letter["To"] = self.receiver
        letter["Subject"] = " ".join(message.subject.split())
        letter["Date"] = format_datetime(datetime.fromisoformat(message.when).astimezone())
        letter["Message-ID"] = f"<{message.id}@fonds.invalid>"
        # RFC 3834: no machine answers a machine.
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(message.body, charset="utf-8", cte="quoted-printable")
        return letter


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    """Log in. smtplib knows only ASCII; any other password goes by PLAIN in UTF-8 (RFC 4616)."""
    if f"{user}{password}".isascii():
        server.login(user, password)
        return
    server.ehlo_or_helo_if_needed()
    given = base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
    code, said = server.docmd("AUTH", f"PLAIN {given}")
    if code != _LOGGED_IN:
        raise smtplib.SMTPAuthenticationError(code, said)


def receivers(settings: Settings) -> list[str]:
    """Return the addresses that get e-mail; none without a mail server."""
    written = getaddresses([settings.mail_to]) if settings.mail_host else []
    return [address for _, address in written if "@" in address]


def _said(error: Exception) -> str:
    """Return what a mail server said, or the system."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(_answer(code, said) for code, said in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return str(error) or type(error).__name__


def _answer(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
