"""Time stamps of an authority that is asked over HTTP (RFC 3161, 3.4), with a public library for request and check."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import UTC
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

from fonds.errors import FondsError
from fonds.repository.backends.posting import address, post
from fonds.repository.ports.stamps import Stamped

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

_MOST = 1 << 20
"""An answer is a few kilobytes, certificates included."""


class Rfc3161Stamper:
    """Implements ``ports.stamps.Stamper``. ``roots`` is a PEM file of the certificates that are trusted, if any.

    Raises ValueError for a ``url`` that is none of ``http://`` or ``https://``.
    """

    def __init__(self, url: str = "", roots: Path | None = None) -> None:
        if url:
            address(url)
        self._url, self._roots = url, roots

    def stamp(self, message: bytes) -> str | None:
        """Ask the authority, and check its answer, its certificate asked for with it."""
        if not self._url:
            return None
        # Rarely needed: loaded when it is.
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415

        request = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256).build()
        told = _asked(self._url, request.as_bytes())
        try:
            self._verified(told, message, request.nonce)
        except ValueError as error:
            raise FondsError("STAMP_WRONG", url=self._url, reason=str(error)) from error
        return base64.b64encode(told).decode()

    def check(self, stamp: str, message: bytes) -> Stamped:
        """See the port."""
        try:
            told = base64.b64decode(stamp, validate=True)
        except binascii.Error as error:
            raise ValueError(str(error)) from error
        return self._verified(told, message)

    def _verified(self, told: bytes, message: bytes, nonce: int | None = None) -> Stamped:
        from rfc3161_client import (  # noqa: PLC0415 - as above
            VerificationError,
            VerifierBuilder,
            decode_timestamp_response,
        )

        answer = decode_timestamp_response(told)
        if answer.status != 0:
            raise ValueError(f"status {answer.status}: {' '.join(answer.status_string)}")
        roots = _certificates(self._roots)
        try:
            if roots:
                VerifierBuilder(roots=roots, nonce=nonce).build().verify_message(answer, message)
        except VerificationError as error:
            raise ValueError(str(error)) from error
        if not roots:
            _compare(answer, message, nonce)
        info = answer.tst_info
        return Stamped(info.gen_time.astimezone(UTC).isoformat(timespec="seconds"), _name(answer), bool(roots))


def _compare(answer: TimeStampResponse, message: bytes, nonce: int | None) -> None:
    """Compare what can be compared without a certificate to trust. Raises ValueError."""
    if answer.tst_info.message_imprint.message != hashlib.sha256(message).digest():
        raise ValueError("Mismatch between messages")
    if nonce is not None and answer.tst_info.nonce != nonce:
        raise ValueError("Nonce mismatch")


def _name(answer: TimeStampResponse) -> str:
    """Return the name of who signed: that of the certificate, which the signature covers, in its own words."""
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415 - as above

    signer = next(iter(answer.signed_data.signer_infos))
    for one in map(load_der_x509_certificate, answer.signed_data.certificates):
        if (one.issuer, one.serial_number) == (signer.issuer, signer.serial_number):
            return one.subject.rfc4514_string()
    return signer.issuer.rfc4514_string()


def _asked(url: str, request: bytes) -> bytes:
    try:
        answer = post(url, request, {"Content-Type": "application/timestamp-query"}, _MOST)
    except (OSError, HTTPException) as error:
        raise FondsError("STAMP_FAILED", url=url, reason=str(error) or type(error).__name__) from error
    if answer.status != HTTPStatus.OK:
        raise FondsError("STAMP_FAILED", url=url, reason=f"HTTP {answer.status} {answer.reason}")
    return answer.body


def _certificates(path: Path | None) -> list[Certificate]:
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - as above

    try:
        return list(dict.fromkeys(load_pem_x509_certificates(path.read_bytes()))) if path else []
    except (OSError, ValueError) as error:
        raise FondsError("STAMP_ROOTS", path=path, reason=str(error)) from error
