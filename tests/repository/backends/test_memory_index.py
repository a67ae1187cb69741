from __future__ import annotations

import pytest

from fonds.repository.backends.memory_index import MemoryIndex
from fonds.repository.ports.index import Index
from tests.contracts.index_contract import IndexContract


class TestMemoryIndex(IndexContract):
    @pytest.fixture
    def index(self) -> Index:
        return MemoryIndex()
