"""Runs the benchmarks: ``python -m benchmarks [NAME [OPTIONS]]``; without a name all of them, as small as they come."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))


def main() -> None:
    given = sys.argv[1:]
    if given and given[0] not in NAMES:
        sys.exit(f"there is no benchmark {given[0]!r}; there are: {', '.join(NAMES)}")
    for name in given[:1] or NAMES:
        print(f"== {name}")
        import_module(f"benchmarks.{name}").main(given[1:])


if __name__ == "__main__":
    main()
