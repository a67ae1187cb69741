"""The catalogue in SQLite keeps the contracts of its three ports."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fonds.repository.backends.sql.copies import SqlCopies
from fonds.repository.backends.sql.database import Database
from fonds.repository.backends.sql.deliveries import SqlDeliveries
from fonds.repository.backends.sql.fixity import SqlFixity
from fonds.repository.backends.sql.holdings import SqlHoldings
from fonds.repository.backends.sql.incidents import SqlIncidents
from fonds.repository.backends.sql.jobs import SqlJobs
from fonds.repository.backends.sql.migrate import migrate
from fonds.repository.ports.catalogue import Holdings, Jobs
from fonds.repository.ports.copies import Copies
from fonds.repository.ports.deliveries import Deliveries
from fonds.repository.ports.fixity import Fixity
from fonds.repository.ports.incidents import Incidents
from tests.contracts.copies_contract import CopiesContract
from tests.contracts.deliveries_contract import DeliveriesContract
from tests.contracts.fixity_contract import FixityContract
from tests.contracts.holdings_contract import HoldingsContract
from tests.contracts.incidents_contract import IncidentsContract
from tests.contracts.jobs_contract import JobsContract

# A name with everything in it that means something in an URL.
NAME = "danh mục ?a=1#b%20c.sqlite3"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty catalogue; each test takes a copy of it."""
    made = Database(tmp_path_factory.mktemp("empty") / NAME)
    migrate(made)
    made.close()
    return made.path


@pytest.fixture
def database(empty: Path, tmp_path: Path) -> Iterator[Database]:
    opened = Database(Path(shutil.copy(empty, tmp_path)))
    yield opened
    opened.close()


@pytest.fixture
def holdings(database: Database) -> Holdings:
    return SqlHoldings(database)


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return SqlJobs(database)


@pytest.fixture
def fixity(database: Database) -> Fixity:
    return SqlFixity(database)


@pytest.fixture
def copies(database: Database) -> Copies:
    return SqlCopies(database)


class TestSqlCopies(CopiesContract):
    pass


@pytest.fixture
def deliveries(database: Database) -> Deliveries:
    return SqlDeliveries(database)


class TestSqlDeliveries(DeliveriesContract):
    pass


@pytest.fixture
def incidents(database: Database) -> Incidents:
    return SqlIncidents(database)


class TestSqlIncidents(IncidentsContract):
    pass


class TestSqlHoldings(HoldingsContract):
    pass


class TestSqlJobs(JobsContract):
    pass


class TestSqlFixity(FixityContract):
    pass


def test_the_catalogue_is_one_file_under_its_own_name(database: Database, tmp_path: Path) -> None:
    SqlJobs(database).enqueue("index", "uuid-1")
    assert sorted(path.name for path in tmp_path.iterdir()) == [NAME, f"{NAME}-shm", f"{NAME}-wal"]
    database.close()
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
