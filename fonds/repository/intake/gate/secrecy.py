"""SECRET_ON_NETWORK: state secrets may not be on a machine that has a network (Luật BVBMNN)."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.metadata.model import MODE_SECRET
from fonds.repository.intake.rows import Row
from fonds.repository.intake.values import is_secret
from fonds.schemas.findings import Finding, finding

NETWORKED = "networked"


def check_secrecy(row: Row, deployment: str) -> Iterator[Finding]:
    """Report a row whose access mode is 03 or whose level of secrecy is Mật, Tối mật or Tuyệt mật."""
    stated = [text for key in ("mode", "secrecy") if is_secret(text := row.text(key))]
    if deployment == NETWORKED and (row.code("mode") == MODE_SECRET or stated):
        yield finding("SECRET_ON_NETWORK", row.where("mode"), value=", ".join(dict.fromkeys(stated)))
