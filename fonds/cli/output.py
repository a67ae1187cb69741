"""Writing a result to a file that the user named."""

from __future__ import annotations

import json
from pathlib import Path

from fonds.errors import FondsError
from fonds.packaging.durable import write_atomically


def write_output(path: Path, document: object) -> None:
    """Write a document as JSON, whole or not at all. Raises FondsError OUTPUT_FAILED."""
    content = json.dumps(document, ensure_ascii=False, indent=2, default=str).encode() + b"\n"
    try:
        write_atomically(path, content)
    except OSError as error:
        raise FondsError("OUTPUT_FAILED", path=path, reason=error.strerror or str(error)) from error
