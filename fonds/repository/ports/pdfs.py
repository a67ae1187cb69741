"""Looking into PDF files for what a rendering does not show: signatures, and content that acts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Seal(StrEnum):
    """What checking a signature gave; whether its signer is to be trusted is another question."""

    INTACT = "intact"
    BROKEN = "broken"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class PdfSignature:
    """One signature, or a time stamp of the whole document (ETSI EN 319 142-1, ISO 32000-2 12.8).

    ``field`` is its form field. ``signer`` and ``issuer`` are names from the certificate, ``signed`` the time the
    signer states and ``stamped`` that of an intact time stamp (ISO 8601, '' when there is none). ``reason`` says why it
    is broken (``digest``: the signed bytes were changed; ``value``: the signature does not fit the certificate;
    ``coverage``: it does not cover the document as it then was; ``changed``: later additions are more than further
    signatures and filled-in fields) or, in English, why it could not be checked. ``whole`` is true when it covers every
    byte of the file.
    """

    field: str
    state: Seal
    reason: str = ""
    signer: str = ""
    issuer: str = ""
    signed: str = ""
    stamped: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What a PDF holds. ``active`` are of ``javascript``, ``launch`` and ``attachment``, sorted.

    ``problem`` is why it could not be looked into (in English), '' when it was; what was found before stands.
    """

    signatures: tuple[PdfSignature, ...] = ()
    active: tuple[str, ...] = ()
    encrypted: bool = False
    problem: str = ""


class PdfInspector(Protocol):
    """Looks into PDF files. Files are opened read-only, nothing is fetched from a network and nothing is run."""

    def inspect(self, path: Path) -> PdfFacts:
        """Return what a PDF holds. A broken file is an answer; raises OSError when it cannot be read.

        No signer is trusted here, because nobody has said whom to trust: a signature is intact or it is not.
        """
