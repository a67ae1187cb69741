"""Writing a result to a file that the user named."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

from fonds.errors import FondsError
from fonds.packaging.durable import write_atomically


def require_place(path: Path) -> None:
    """Make sure, before long work, that its result can be written there. Raises FondsError OUTPUT_FAILED."""
    if path.is_dir():
        reason = errno.EISDIR
    elif not path.parent.is_dir():
        reason = errno.ENOENT
    elif not os.access(path.parent, os.W_OK | os.X_OK):
        reason = errno.EACCES
    else:
        return
    raise FondsError("OUTPUT_FAILED", path=path, reason=os.strerror(reason))


def write_output(path: Path, document: object) -> None:
    """Write a document as JSON, whole or not at all. Raises FondsError OUTPUT_FAILED."""
    written = json.dumps(document, ensure_ascii=False, indent=2, default=str)
    try:
        write_atomically(path, written.encode(errors="backslashreplace") + b"\n")
    except OSError as error:
        raise FondsError("OUTPUT_FAILED", path=path, reason=error.strerror or str(error)) from error
