"""Make the example fonds that `fonds demo` ingests: `python -m examples.make_examples [folder]`.

Everything it draws is synthetic. The same library versions give the same bytes on each run.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from examples.maker.build import Builder

HERE = Path(__file__).resolve().parent


def main(target: Path) -> int:
    """Make the fonds and its ground truth beside the scenes, then move both into `target`."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target) as work:
        made = Builder(Path(work)).run()
        place = target / made.name
        if place.exists():
            shutil.rmtree(place)
        shutil.move(made, place)
        shutil.move(Path(work) / "ground_truth.jsonl", target / "ground_truth.jsonl")
    files = [p for p in place.rglob("*") if p.is_file()]
    size = sum(p.stat().st_size for p in files)
    sys.stdout.write(f"{place}: {len(files)} files, {size / 1e6:.2f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE))
