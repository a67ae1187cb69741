"""Recording a check: what a vendor's delivery was like before anything was taken in."""

from __future__ import annotations

from fonds.repository.archive import Archive
from fonds.repository.deliveries.ledger import Ledger
from fonds.repository.deliveries.record import HandOver, Outcome
from fonds.repository.deliveries.register import CHECKED, register
from fonds.repository.intake.delivery import Delivery
from fonds.repository.intake.source import printable
from fonds.repository.intake.submission import SubmittedDossier
from fonds.schemas.findings import Severity


class CheckAccount:
    """The account of a check, dossier by dossier, and its row in the log at the end."""

    def __init__(self, hand_over: HandOver) -> None:
        self._ledger = Ledger(CHECKED, hand_over)

    def note(self, dossier: SubmittedDossier) -> None:
        """Note a dossier that was checked."""
        errors = [found for found in dossier.findings if found.severity is Severity.ERROR]
        self._ledger.note(dossier, Outcome.REFUSED if errors else Outcome.READY, findings=errors)

    def register(self, archive: Archive, delivery: Delivery, agent: str) -> int:
        """Write the finished check into log and register; returns its number. Raises LOG_FAILED, CATALOGUE_…."""
        self._ledger.brought(delivery.inventory.path)
        record = self._ledger.closed(delivery.findings)
        return register(archive, record, agent=agent, source=printable(delivery.source), summary={})
