"""The public E-ARK validator as a second judge of what we write."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lxml.etree import _Element

from tests.support import require_or_skip

DRIVER = Path(__file__).with_name("eark_driver.py")
_TREE = "/*[local-name()="


class ValidatorCrashedError(Exception):
    """The validator ended with an error of its own, and so said nothing about the package."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: ``severity`` is Error, Warn or Info; ``location`` is what it asked, then where."""

    rule: str
    severity: str
    location: str
    message: str

    @property
    def is_alarm(self) -> bool:
        """Say whether it finds fault; Info tells what a package may hold besides."""
        return self.severity != "Info"

    def places(self, mets: _Element) -> list[_Element]:
        """Return the elements of the root METS that it speaks of; none when it speaks of folders."""
        _, tree, path = self.location.partition(_TREE)
        found = mets.xpath(tree + path) if tree else []
        assert isinstance(found, list)
        return [one for one in found if isinstance(one, _Element)]


def judge(package: Path) -> list[Message]:
    """Have the folder that holds a METS.xml judged; skips when the validator is not set up.

    Raises ValidatorCrashedError.
    """
    python = require_or_skip("peers")
    ran = subprocess.run([python, "-I", DRIVER, package], capture_output=True, text=True, check=True, timeout=60)
    answer = json.loads(ran.stdout)
    if "crash" in answer:
        raise ValidatorCrashedError(answer["crash"])
    return [Message(**{key: value or "" for key, value in one.items()}) for one in answer["messages"]]


def alarms(package: Path) -> list[Message]:
    """Return only what finds fault. Raises ValidatorCrashedError."""
    return [one for one in judge(package) if one.is_alarm]
