"""What a WSGI server loads: ``granian --interface wsgi --factory fonds.viewer.wsgi:application``."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from fonds.bootstrap import open_archive
from fonds.errors import UsageError
from fonds.repository.policy import Role, User
from fonds.viewer.app import create_app
from fonds.viewer.staff import Desk

REPOSITORY = "FONDS_REPO"
PROXIES = "FONDS_TRUSTED_PROXIES"
DESK_KEY = "FONDS_DESK_KEY"
DESK_USER = "FONDS_DESK_USER"


def application() -> Flask:
    """Open the repository named by FONDS_REPO and return its reading room.

    FONDS_DESK_KEY and FONDS_DESK_USER, set by ``fonds serve --staff``, open the desk of the staff.
    FONDS_TRUSTED_PROXIES is how many proxies in front are believed (default 0). Raises UsageError
    REPOSITORY_MISSING without FONDS_REPO, and whatever opening a repository raises.
    """
    root = os.environ.get(REPOSITORY, "")
    if not root:
        raise UsageError("REPOSITORY_MISSING", path=REPOSITORY)
    proxies = os.environ.get(PROXIES, "0")
    trusted = int(proxies) if proxies.isdigit() else 0
    return create_app(open_archive(Path(root)), trusted_proxies=trusted, desk=_desk())


def _desk() -> Desk | None:
    key = os.environ.get(DESK_KEY, "")
    return Desk(User(os.environ.get(DESK_USER, ""), Role.ARCHIVIST), key) if key else None
