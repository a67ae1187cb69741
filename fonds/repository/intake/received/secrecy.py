"""State secrets in a package: its description tells before any of its files is opened (Luật BVBMNN)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fonds.metadata.model import Description
from fonds.metadata.vietnamese import fold
from fonds.repository.intake.gate.secrecy import NETWORKED
from fonds.repository.intake.values import is_secret
from fonds.schemas.findings import Finding, finding
from fonds.schemas.inventory import tables
from fonds.schemas.modes import MODE_SECRET

_FOREIGN = ("accessrestrict", "dc:rights", "dc:accessrights", "mode")


def check_secrecy(described: Iterable[Description], deployment: str, where: str) -> Iterator[Finding]:
    """Report secret records on a machine with a network: access mode 03, or a level of secrecy in any column."""
    if deployment != NETWORKED:
        return
    stated = dict.fromkeys(text for one in described for text in _secrets(one))
    if stated:
        yield finding("SECRET_ON_NETWORK", where, value=", ".join(stated)[:200])


def _secrets(description: Description) -> Iterator[str]:
    mode = description.values.get("mode")
    if mode and (mode.code == MODE_SECRET or is_secret(mode.text)):
        yield mode.text
    for name, text in description.extra:
        if _says_access(name) and is_secret(text):
            yield text


def _says_access(name: str) -> bool:
    """Say whether a column or element is about access: a secrecy column, or what others have for it."""
    plain = fold(name).strip()
    return plain in _columns() or plain.startswith(_FOREIGN)


def _columns() -> set[str]:
    columns = (column for table in tables().values() for column in table.columns if column.key == "secrecy")
    return {fold(name).strip() for column in columns for name in (*column.headers, *column.synonyms)}
