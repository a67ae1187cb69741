from __future__ import annotations

from dataclasses import replace

import pytest

from fonds.repository.backends.memory_log import MemoryLog
from fonds.repository.ports.log import AuditLog
from tests.contracts.log_contract import LogContract


class TestMemoryLog(LogContract):
    @pytest.fixture
    def log(self) -> AuditLog:
        return MemoryLog()


def test_a_changed_row_is_named() -> None:
    log = MemoryLog()
    for subject in "abc":
        log.append("x", agent="a", subject=subject)
    log._rows[1] = replace(log._rows[1], subject="z")
    verdict = log.verify()
    assert (verdict.rows, verdict.broken_at, verdict.reason) == (1, 2, "hash")
