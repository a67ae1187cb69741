"""What a WSGI server loads: ``granian --interface wsgi --factory fonds.viewer.wsgi:application``."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from fonds.bootstrap import open_archive
from fonds.errors import UsageError
from fonds.viewer.app import create_app

REPOSITORY = "FONDS_REPO"
PROXIES = "FONDS_TRUSTED_PROXIES"


def application() -> Flask:
    """Open the repository named by FONDS_REPO and return its reading room.

    FONDS_TRUSTED_PROXIES is how many proxies in front are believed (default 0). Raises UsageError
    REPOSITORY_MISSING without FONDS_REPO, and whatever opening a repository raises.
    """
    root = os.environ.get(REPOSITORY, "")
    if not root:
        raise UsageError("REPOSITORY_MISSING", path=REPOSITORY)
    proxies = os.environ.get(PROXIES, "0")
    return create_app(open_archive(Path(root)), trusted_proxies=int(proxies) if proxies.isdigit() else 0)
