"""What every virus scanner must do. A subclass gives the fixture ``scanner``."""

from __future__ import annotations

import io
import pickle

import pytest

from fonds.repository.ports.scanner import Scan, Scanner, Verdict


class BrokenStream(io.BytesIO):
    """A file on a disk that fails."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Fail, as the system does."""
        raise OSError(5, "Input/output error")


class ScannerContract:
    """Run by every implementation of ``Scanner``."""

    @pytest.fixture
    def scanner(self) -> Scanner:
        """The implementation under test."""
        raise NotImplementedError

    def scanned(self, scanner: Scanner, content: bytes) -> Scan:
        """Scan these bytes."""
        return scanner.scan(io.BytesIO(content), len(content))

    def test_clean_means_that_somebody_looked(self, scanner: Scanner) -> None:
        scan = self.scanned(scanner, b"Cong hoa xa hoi chu nghia Viet Nam")
        assert (scan.verdict is Verdict.CLEAN) == bool(scan.scanner)
        assert (scan.verdict is Verdict.NOT_SCANNED) == bool(scan.detail)

    def test_it_travels_to_other_processes(self, scanner: Scanner) -> None:
        copied: Scanner = pickle.loads(pickle.dumps(scanner))
        assert self.scanned(copied, b"abc") == self.scanned(scanner, b"abc")
