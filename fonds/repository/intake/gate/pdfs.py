"""What a PDF holds.

PDF_NOT_PDFA, PDF_NO_TEXT, PDF_ENCRYPTED, PDF_JAVASCRIPT, PDF_LAUNCH, PDF_ATTACHMENT, PDF_NOT_INSPECTED,
SIGNATURE_BROKEN, SIGNATURE_UNCHECKED, SIGNATURE_UNTRUSTED.
"""

from __future__ import annotations

from collections.abc import Iterator

from fonds.repository.intake.pages import as_text
from fonds.repository.intake.reading import FileReading
from fonds.repository.ports.pdfs import PdfFacts, PdfSignature, Seal
from fonds.schemas.findings import Finding, finding

_CODES = {"javascript": "PDF_JAVASCRIPT", "launch": "PDF_LAUNCH", "attachment": "PDF_ATTACHMENT"}


def check_pdf(where: str, reading: FileReading) -> Iterator[Finding]:
    """Check a PDF file: is it a two-layer PDF/A (Thông tư 05/2025, Điều 8), does it act, are its signatures intact."""
    facts, pdf = reading.facts, reading.pdf
    if not facts.problem:
        yield from _check_layers(where, reading)
    if pdf.encrypted:
        yield finding("PDF_ENCRYPTED", where)
    elif pdf.problem and not (facts.problem or reading.decoded.problem):
        yield finding("PDF_NOT_INSPECTED", where, reason=pdf.problem)
    for kind in pdf.active:
        yield finding(_CODES[kind], where)
    yield from _check_signatures(where, pdf)


def _check_layers(where: str, reading: FileReading) -> Iterator[Finding]:
    # A file that is no PDF/A has to be made anew anyhow: then one finding is enough.
    if not reading.facts.pdfa:
        yield finding("PDF_NOT_PDFA", where)
    elif bare := sorted(set(reading.decoded.textless) - set(reading.decoded.blank)):
        yield finding("PDF_NO_TEXT", where, pages=as_text([frame + 1 for frame in bare]), pdfa=reading.facts.pdfa)


def _check_signatures(where: str, pdf: PdfFacts) -> Iterator[Finding]:
    """Report the signatures of each state in one finding; nobody is trusted, because no list says whom to trust."""
    for state, code in _STATES.items():
        same = [one for one in pdf.signatures if one.state is state]
        if same:
            yield finding(code, where, signers="; ".join(_told(one) for one in same), reason=same[0].reason)


_STATES = {
    Seal.BROKEN: "SIGNATURE_BROKEN",
    Seal.UNCHECKED: "SIGNATURE_UNCHECKED",
    Seal.INTACT: "SIGNATURE_UNTRUSTED",
}


def _told(one: PdfSignature) -> str:
    """Return who signed and when, as the signature says: a stamp's time where there is one."""
    return ", ".join(part for part in (one.signer or one.field, one.stamped or one.signed) if part)
