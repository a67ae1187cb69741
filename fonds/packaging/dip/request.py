"""Reading a reader's request slip from a file."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from fonds.errors import UsageError
from fonds.metadata.tt05.request import RequestSlip, example, parse_request
from fonds.packaging.digest import open_regular

MOST_BYTES = 64 * 1024
"""A slip has twelve fields; what is larger is another file."""


def read_request(path: Path) -> RequestSlip:
    """Read a request file: JSON in UTF-8, one object with the keys of ``metadata.tt05.request.EXAMPLE``.

    Raises UsageError REQUEST_UNREADABLE (not there, not a file, too large), REQUEST_MALFORMED (not JSON, not an object,
    a key given twice) and what ``parse_request`` raises.
    """
    values = _load(_content(path), path)
    return parse_request(values, str(path))


def _content(path: Path) -> bytes:
    try:
        with os.fdopen(open_regular(path), "rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError("REQUEST_UNREADABLE", path=path, reason=error.strerror or str(error)) from error
    if len(content) > MOST_BYTES:
        raise UsageError("REQUEST_UNREADABLE", path=path, reason="large")
    return content


def _load(content: bytes, path: Path) -> dict[str, object]:
    try:
        # With or without a byte order mark: editors of Windows write one.
        values = json.loads(content.decode("utf-8-sig"), object_pairs_hook=partial(_once, path))
    except UnicodeDecodeError as error:
        raise _malformed(path, "encoding") from error
    except json.JSONDecodeError as error:
        raise _malformed(path, "syntax", line=error.lineno, column=error.colno) from error
    except (ValueError, RecursionError) as error:
        raise _malformed(path, "content") from error
    if not isinstance(values, dict):
        raise _malformed(path, "content")
    return values


def _once(path: Path, pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise _malformed(path, "twice", field=key)
    return dict(pairs)


def _malformed(path: Path, reason: str, **data: object) -> UsageError:
    return UsageError("REQUEST_MALFORMED", path=path, reason=reason, example=f"\n{example()}", **data)
