"""A second opinion on a bag from bagit, the Library of Congress's own tool: the only module that knows of it.

It runs in a process of its own with a time limit, because it changes the working directory, prints, and waits for ever
at a named pipe. Our verdict never depends on it.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import fonds
from fonds.packaging.bag.report import BagReport
from fonds.schemas.findings import Finding, Severity, finding

_START = "import sys; sys.path.append(sys.argv[1]); from fonds.packaging.loc_bagit import main; main()"
_PATIENCE = 60.0
_SLOWEST = 20_000_000
"""Seconds for any bag, and bytes a second that the slowest disk gives: together the time limit."""


class Verdict(StrEnum):
    """What bagit said, or how it failed to say anything."""

    VALID = "valid"
    INVALID = "invalid"
    CRASHED = "crashed"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What bagit said of a bag, with its own words in English."""

    verdict: Verdict
    message: str = ""


def ask_bagit(path: Path, *, fast: bool = False, timeout: float = _PATIENCE) -> Opinion:
    """Let bagit validate a bag. Raises nothing for what bagit does; after ``timeout`` seconds it is ended."""
    command = [sys.executable, "-I", "-X", "utf8", "-c", _START, str(Path(fonds.__file__).parent.parent)]
    process = subprocess.Popen(
        [*command, os.fsencode(path.absolute()), "fast" if fast else "full"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )
    try:
        answer, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        return Opinion(Verdict.TIMEOUT, f"{timeout:.0f} s")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    try:
        said = json.loads(answer.splitlines()[-1])
        return Opinion(Verdict(said["verdict"]), said["message"])
    except (ValueError, IndexError, KeyError):
        return Opinion(Verdict.CRASHED, f"exit code {process.returncode}")


def main() -> None:
    """Run bagit on the bag named by the arguments and print what it says as JSON: the process of its own."""
    import bagit  # noqa: PLC0415 - only this process loads it: the import sets up logging and translations

    logging.disable(logging.CRITICAL)
    path, how = sys.argv[2:]
    try:
        bagit.Bag(path).validate(processes=1, fast=how == "fast")
        verdict, message = Verdict.VALID, ""
    except bagit.BagError as error:
        verdict, message = Verdict.INVALID, str(error)
    except Exception as error:  # noqa: BLE001 - whatever a hostile bag makes it do is an answer to be told
        verdict, message = Verdict.CRASHED, f"{type(error).__name__}: {error}"
    text = json.dumps({"verdict": verdict, "message": message[:2000]})
    sys.stdout.write(f"{text}\n")


def second_opinion(path: Path, report: BagReport, *, fast: bool = False) -> Finding:
    """Ask bagit about a bag that was validated here, and say whether it agrees, and if not, why.

    The time limit is a minute, and more for large bags.
    """
    opinion = ask_bagit(path, fast=fast, timeout=_PATIENCE + report.counts["bytes"] / _SLOWEST)
    return compare(report, opinion)


def compare(report: BagReport, opinion: Opinion) -> Finding:
    """Return the finding about what bagit said, compared with our report."""
    verdict = opinion.verdict.value
    if opinion.verdict in {Verdict.CRASHED, Verdict.TIMEOUT}:
        return finding("BAG_SECOND_OPINION_NONE", ".", opinion=verdict, message=opinion.message)
    if report.valid == (opinion.verdict is Verdict.VALID):
        return finding("BAG_SECOND_OPINION_SAME", ".", opinion=verdict)
    return finding(
        "BAG_SECOND_OPINION_OTHER",
        ".",
        opinion=verdict,
        message=opinion.message,
        reason=_reason(report),
        codes=", ".join(sorted({one.code for one in report.findings if one.severity is Severity.ERROR})),
    )


def _reason(report: BagReport) -> str:
    """Say why bagit disagrees: the key of a text ``finding.BAG_SECOND_OPINION_OTHER.reason.<key>``."""
    if not report.valid:
        return "stricter"
    return next((reason for code, reason in _REASONS.items() if report.has(code)), "names")


_REASONS = {"BAG_NAME_OTHER_FORM": "form", "BAG_NAME_NOT_ENCODED": "percent", "BAG_ASTERISK": "asterisk"}
"""What makes bagit refuse a bag that is right; where nothing else is found it is a name that it does not decode."""
