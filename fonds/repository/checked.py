"""What the gate's checks of single files were, as PREMIS events of the package: viruses, digital signatures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fonds.metadata.model import Event, FileRecord
from fonds.repository.intake.scans import ScanCount, scan_line
from fonds.repository.intake.submission import SourceFile
from fonds.repository.ports.pdfs import PdfSignature, Seal

_OUTCOMES = {Seal.BROKEN: "failure", Seal.UNCHECKED: "warning", Seal.INTACT: "success"}
_SIGNATURES = (
    "Signatures inside the PDF checked offline (pyHanko): signed bytes, coverage, later additions."
    " No list of trusted certificates is set up and no revocation is asked for, so no signer is verified."
)
_REASONS = {
    "digest": "the signed bytes were changed",
    "value": "the signature does not fit its certificate",
    "coverage": "it does not cover the document as it then was",
    "changed": "the document was changed by a later addition",
}


def check_events(
    files: Sequence[SourceFile],
    records: Sequence[FileRecord],
    when: str,
    agents: tuple[str, ...] = ("agent-fonds",),
    mark: str = "event-",
) -> tuple[Event, ...]:
    """Return the events of submitted files that are held as ``records``, in the same order.

    ``mark`` begins the ids of these events.
    """
    return (virus_check(files, when, agents, mark), *_signature_checks(files, records, when, agents, mark))


def virus_check(files: Iterable[SourceFile], when: str, agents: tuple[str, ...], mark: str) -> Event:
    """Return the virus check; its outcome is success only when every file was scanned and is clean."""
    count = ScanCount()
    for file in files:
        count.add(file.scan)
    outcome = "success" if count.all_clean else "warning"
    detail = "Scanned as received: " + ("; ".join(count.scanners) or "not scanned")
    return Event(f"{mark}virus", "virus check", when, outcome, agents, detail, scan_line(count.document(), "en"))


def _signature_checks(
    files: Sequence[SourceFile], records: Sequence[FileRecord], when: str, agents: tuple[str, ...], mark: str
) -> Iterator[Event]:
    signed = ((file, record) for file, record in zip(files, records, strict=True) if file.signatures)
    for number, (file, record) in enumerate(signed, 1):
        worst = min((one.state for one in file.signatures), key=list(_OUTCOMES).index)
        note = "\n".join(_told(one) for one in file.signatures)
        yield Event(
            f"{mark}signature-{number}", "digital signature validation", when, _OUTCOMES[worst], agents,
            _SIGNATURES, note, (record.path,),
        )  # fmt: skip


def _told(one: PdfSignature) -> str:
    reason = _REASONS.get(one.reason, one.reason)
    parts = [f"{one.field}: {one.state.value}" + (f" ({reason})" if reason else "")]
    parts += [
        f"{label} {value}"
        for label, value in (
            ("signer", one.signer), ("issuer", one.issuer), ("signed", one.signed), ("time stamp", one.stamped)
        )
        if value
    ]  # fmt: skip
    if one.state is not Seal.UNCHECKED:
        parts.append("covers the whole file" if one.whole else "covers an earlier state of the file")
    return "; ".join(parts)
