"""Format identification by Siegfried: the contract, and what happens after a fork."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fonds.repository.backends.siegfried import SiegfriedIdentifier
from tests.contracts.format_identifier_contract import FormatIdentifierContract
from tests.contracts.pictures import KINDS
from tests.support import ROOT


class TestSiegfried(FormatIdentifierContract):
    """SiegfriedIdentifier keeps the contract of the port."""

    @pytest.fixture
    def identifier(self) -> SiegfriedIdentifier:
        """The implementation under test."""
        return SiegfriedIdentifier()


FORKING = """
import os, pathlib, sys
from fonds.repository.backends.siegfried import SiegfriedIdentifier
path = pathlib.Path(sys.argv[1])
print(SiegfriedIdentifier().identify(path).puid, flush=True)
child = os.fork()
if not child:
    try:
        SiegfriedIdentifier().identify(path)
    except RuntimeError as error:
        print(error, flush=True)
    os._exit(0)
os.waitpid(child, 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_fails_instead_of_hanging(tmp_path: Path) -> None:
    KINDS["tiff-rgb"].write(tmp_path / "a")
    command = [sys.executable, "-c", FORKING, str(tmp_path / "a")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    first, second = done.stdout.splitlines()
    assert first == "fmt/353"
    assert "spawn" in second
