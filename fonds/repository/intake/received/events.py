"""What happened to a submission on its way into the archive, as PREMIS events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fonds.metadata.model import Event, FileRecord
from fonds.repository.checked import check_events, virus_check
from fonds.repository.intake.submission import Received, SourceFile, SubmittedDossier
from fonds.repository.submitted import file_events, free_id, told

_MADE = "BagIt 1.0 bag around an E-ARK AIP 2.2; read back from the disk and compared before it was published"
_GATE = "Quality gate: full strict decode of every page, formats, duplicates, secrecy"
_RULES = "Every rule of BagIt (RFC 8493), E-ARK CSIP 2.2 or Circular 05/2025, and every digest that the package states"


def own_events(
    dossier: SubmittedDossier, received: Received, objid: str, when: str, acted: tuple[str, ...], taken: set[str]
) -> list[Event]:
    """Return what was done to the package as a whole; their ids are added to ``taken``. ``acted`` are who did it."""
    program = acted[-1:]
    told_before = {(one.code, one.where) for one in received.judged}
    gate = [one for one in dossier.findings if (one.code, one.where) not in told_before]
    noticed = (*gate, *dossier.notices)
    source = (received.objid, objid) if received.objid else ()
    events = [Event("receipt-1", "transfer", when, "success", acted, _handed_over(received), _left(received))]
    if received.receipt.packed:
        events.append(Event("receipt-2", "unpacking", when, "success", program, _unpacked(received)))
    events += [
        Event(
            "receipt-3", "validation", when, "warning" if received.judged else "success", program,
            _RULES, told(received.judged),
        ),
        Event("receipt-4", "validation", when, "warning" if gate else "success", program, _GATE, told(noticed)),
        Event(
            "receipt-5", "information package creation", when, "success", acted, _MADE,
            objects=source, roles=("source", "outcome") if source else (),
        ),
    ]  # fmt: skip
    if received.kept:
        events.append(virus_check(received.kept, when, program, "receipt-"))
    return list(_numbered(events, taken))


def representation_events(
    number: int,
    files: Sequence[tuple[SourceFile, FileRecord]],
    when: str,
    acted: tuple[str, ...],
    taken: set[str],
) -> list[Event]:
    """Return what was done to the files of a representation, each given as it came and as it is held."""
    program, mark = acted[-1:], f"receipt-rep{number}-"
    checks = check_events([file for file, _ in files], [record for _, record in files], when, program, mark)
    return list(_numbered([*file_events(when, program, mark), *checks], taken))


def _numbered(events: list[Event], taken: set[str]) -> Iterator[Event]:
    """Yield events with ids that no other event of the package has."""
    for event in events:
        own = free_id(event.id, "2", taken)
        taken.add(own)
        yield Event(
            own, event.type, event.when, event.outcome, event.agents, event.detail, event.outcome_note,
            event.objects, event.roles,
        )  # fmt: skip


def _handed_over(received: Received) -> str:
    receipt = received.receipt
    what = f"Received {'the package file' if receipt.packed else 'the folder'} {receipt.name}"
    parts = [what, f"{receipt.size} bytes, SHA-256 {receipt.sha256}"] if receipt.packed else [what]
    parts += [f"kind {received.kind}"] if received.kind else []
    parts += [f"OBJID {received.objid}"] if received.objid else []
    return "; ".join(parts)


def _left(received: Received) -> str:
    """Name the shared files that are not kept here, with their digests."""
    return "\n".join(f"not kept, {file.size} bytes, SHA-256 {file.sha256}: {file.where}" for file in received.left)


def _unpacked(received: Received) -> str:
    return f"Unpacked {received.receipt.name} within limits; names, sizes and check sums were those of the package file"
