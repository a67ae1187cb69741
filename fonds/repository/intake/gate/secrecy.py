"""SECRET_ON_NETWORK: state secrets may not be on a machine that has a network (Luật BVBMNN)."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.repository.intake.delivery import Delivery
from fonds.repository.intake.locate import Unit
from fonds.repository.intake.rows import Row
from fonds.schemas.findings import Finding, finding

NETWORKED = "networked"


def check_secrecy(row: Row, deployment: str) -> Iterator[Finding]:
    """Report a row whose access mode is 03 or whose level of secrecy is Mật, Tối mật or Tuyệt mật."""
    if deployment == NETWORKED and row.secret:
        stated = dict.fromkeys(text for key in ("mode", "secrecy") if (text := row.text(key)))
        yield finding("SECRET_ON_NETWORK", row.where("mode"), value=", ".join(stated))


class SecretPlaces:
    """The folders whose files are only listed and hashed, because something secret lies in them or may.

    They are the folders of secret dossiers with all below them, and those in which a secret document row lists files
    although the dossier it names is unknown.
    """

    def __init__(self, delivery: Delivery, deployment: str) -> None:
        self._folders: set[str] = set()
        if deployment != NETWORKED:
            return
        allotment, locator = delivery.allotment, delivery.locator
        self._folders.update(
            folder for unit in allotment.units if unit.entry and unit.entry.secret for folder in unit.folders
        )
        shared = (locator.folder(entry.folder) for entry, _ in allotment.shared if entry.secret)
        self._folders.update(folder for folder in shared if folder is not None)
        if delivery.inventory.secret_links - set(delivery.inventory.targets):
            rows = (row for row in delivery.inventory.orphans() if row.secret)
            self._folders.update(folder for row in rows for folder in folders_listed(row, delivery))

    def __contains__(self, unit: Unit) -> bool:
        """Say whether the files of a unit must not be looked into."""
        return any(folder in self._folders for one in unit.folders for folder in (one, *_above(one)))


def folders_listed(row: Row, delivery: Delivery) -> set[str]:
    """Return the folders in which a document row says that its files lie."""
    return {path.rpartition("/")[0] for path in delivery.locator.files(row.text("files"))}


def _above(where: str) -> Iterator[str]:
    while where:
        where = where.rpartition("/")[0]
        if where:
            yield where
