"""Audits a repository in a process of its own, and is killed on the way where that is asked for.

``python -m tests.repository.audit.driver ROOT [MOMENT NUMBER]…``: for each MOMENT (``claimed``, ``read``, ``logged``,
``recorded``) and NUMBER a child audits the repository ROOT/MOMENT-NUMBER and kills itself at the NUMBER-th time of that
moment. Without moments the process waits for a second one like it, audits ROOT and prints what that came to. Dossiers
are taken up one by one.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from fonds.repository.audit import ALL, audit, readers, run, taking
from tests.repository.audit.conftest import opened

MOMENTS = ("claimed", "read", "logged", "recorded")


def main() -> None:
    """Do it."""
    root, strikes = Path(sys.argv[1]), sys.argv[2:]
    taking._DOSSIERS = 1
    for moment, number in zip(strikes[::2], strikes[1::2], strict=True):
        child = os.fork()
        if child == 0:
            _struck(root / f"{moment}-{number}", moment, int(number))
        os.waitpid(child, 0)
    if not strikes:
        _together(root)


def _struck(root: Path, moment: str, number: int) -> NoReturn:
    try:
        archive = opened(root)
        _kill(moment, number, archive)
        audit(archive, agent="tester", scope=ALL)
    finally:
        os._exit(1)  # it should not have come so far


def _together(root: Path) -> None:
    # Two that are at it at the same time meet: none is through before the other has begun.
    _after(readers, "check_dossiers", lambda: time.sleep(0.3))
    _meet(root.parent)
    archive = opened(root)
    result = audit(archive, agent=f"tester {os.getpid()}", scope=ALL)
    told = {"run": result.run.id, "packages": result.run.packages, "elsewhere": result.elsewhere, "good": result.good}
    sys.stdout.write(json.dumps(told | {"complete": result.run.complete, "problems": len(result.problems)}))


def _meet(place: Path) -> None:
    (place / f"here-{os.getpid()}").touch()
    while len(list(place.glob("here-*"))) < 2:
        time.sleep(0.01)


def _kill(moment: str, number: int, archive: Any) -> None:  # noqa: ANN401 - its parts are looked up by name
    left = number

    def strike() -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    places = {
        "claimed": (archive.fixity, "claim"),
        "read": (run, "write_down"),
        "logged": (archive.log, "append_all"),
        "recorded": (archive.fixity, "record_all"),
    }
    holder, name = places[moment]
    (_before if moment == "read" else _after)(holder, name, strike)


def _after(holder: Any, name: str, then: Callable[[], None]) -> None:  # noqa: ANN401
    does = getattr(holder, name)

    def both(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        done = does(*arguments, **named)
        then()
        return done

    setattr(holder, name, both)


def _before(holder: Any, name: str, first: Callable[[], None]) -> None:  # noqa: ANN401
    does = getattr(holder, name)

    def both(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        first()
        return does(*arguments, **named)

    setattr(holder, name, both)


if __name__ == "__main__":
    main()
