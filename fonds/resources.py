"""Where the data files that come with the program are, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def examples_path() -> Path:
    """The folder with the sample fonds that `fonds demo` ingests.

    A wheel carries it inside the package (`fonds/_examples`); an editable install reads the checkout's own
    `examples/`. Raises FileNotFoundError when neither is there, which means a damaged installation.
    """
    candidates = (_PACKAGE / "_examples", _PACKAGE.parent / "examples")
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the sample fonds is missing; looked in {candidates[0]} and {candidates[1]}")
