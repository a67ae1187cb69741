"""Secrets that are given to the process and never stand in the settings."""

from __future__ import annotations

import os
from pathlib import Path

from fonds.errors import FondsError


def given_secret(variable: str) -> str:
    """Return the secret in the environment variable, or in the file that ``<variable>_FILE`` names; '' for none.

    Raises FondsError NOTICE_SECRET when the file cannot be read.
    """
    path = os.environ.get(f"{variable}_FILE", "")
    if not path:
        return os.environ.get(variable, "")
    try:
        return Path(path).read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise FondsError("NOTICE_SECRET", variable=f"{variable}_FILE", path=path, reason=error) from error
