"""What the catalogue does when it is locked, write-protected, full, damaged, of another version, or shared."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from fonds.errors import FondsError
from fonds.repository.backends.sql import migrations
from fonds.repository.backends.sql.database import Database, now
from fonds.repository.backends.sql.fixity import SqlFixity
from fonds.repository.backends.sql.jobs import SqlJobs
from fonds.repository.backends.sql.migrate import HEAD, migrate
from fonds.repository.backends.sql.tables import metadata
from fonds.repository.ports.catalogue import Check
from tests.disks import make_read_only, small_disk, use_up_bytes
from tests.repository.backends.processes import kill, run_together, running

CLAIMING = """
import sys, time
from pathlib import Path
from fonds.repository.backends.sql.database import Database
from fonds.repository.backends.sql.jobs import SqlJobs
jobs = SqlJobs(Database(Path(sys.argv[1])))
jobs.counts()
print("ready", flush=True)
sys.stdin.readline()
while taken := jobs.claim("index"):
    print(taken[0].subject)
    # Leave the other one its turn, however busy the machine is.
    time.sleep(0.01)
"""

QUEUEING = """
import sys
from pathlib import Path
from fonds.repository.backends.sql.database import Database
from fonds.repository.backends.sql.jobs import SqlJobs
jobs = SqlJobs(Database(Path(sys.argv[1])))
jobs.counts()
print("ready", flush=True)
sys.stdin.readline()
for number in range(20):
    print(jobs.enqueue("index", f"uuid-{number}"))
"""

WRITING = """
import sys, time
from pathlib import Path
from fonds.repository.backends.sql.database import Database
from fonds.repository.backends.sql.jobs import SqlJobs, queue_job
database = Database(Path(sys.argv[1]))
SqlJobs(database).enqueue("index", "acknowledged")
with database.writing() as connection:
    queue_job(connection, "index", "half")
    print("ready", flush=True)
    time.sleep(60)
"""

MIGRATING = """
import sys
from pathlib import Path
from fonds.repository.backends.sql.database import Database
from fonds.repository.backends.sql.migrate import migrate
print("ready", flush=True)
sys.stdin.readline()
print(migrate(Database(Path(sys.argv[1]))))
"""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Database(tmp_path_factory.mktemp("empty") / "catalogue.sqlite3")
    assert migrate(made)
    made.close()
    return made.path


@pytest.fixture
def path(empty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty, tmp_path))


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", next(iter(migrations.__path__)).replace("%", "%%"))
    return config


def shape(database: Database, table: str) -> Sequence[Sequence[object]]:
    """The columns, keys, indexes and links of a table, as SQLite sees them."""
    with database.reading() as connection:
        rows = [tuple(row) for row in connection.execute(text(f"SELECT * FROM pragma_table_list('{table}')"))]
        for pragma in ("table_xinfo", "foreign_key_list"):
            rows += [tuple(row) for row in connection.execute(text(f"SELECT * FROM pragma_{pragma}('{table}')"))]
        indexes = connection.execute(
            text(
                'SELECT of_table.name, "unique", origin, seqno, of_index.name AS column'
                f" FROM pragma_index_list('{table}') AS of_table, pragma_index_info(of_table.name) AS of_index"
            )
        )
        return rows + sorted(tuple(row) for row in indexes if not row.name.startswith("sqlite_"))


def refused(work: Callable[[], object]) -> FondsError:
    with pytest.raises(FondsError) as caught:
        work()
    return caught.value


def test_an_acknowledged_commit_is_on_the_disk(path: Path) -> None:
    with Database(path).reading() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_times_sort_as_text() -> None:
    times = [now(seconds) for seconds in (-86_400, -1, 0, 0.002, 1, 86_400)]
    assert times == sorted(times)
    assert len({len(time) for time in times}) == 1


def test_locked_by_another_connection_is_told_and_reading_goes_on(path: Path) -> None:
    jobs = SqlJobs(Database(path, busy_seconds=0.2))
    jobs.enqueue("index", "before")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    error = refused(lambda: jobs.enqueue("index", "uuid-1"))
    assert (error.code, error.data["path"]) == ("CATALOGUE_LOCKED", path)
    assert 0.2 <= time.monotonic() - begun < 5
    assert jobs.counts() == {"index": {"waiting": 1}}
    holder.execute("ROLLBACK")
    holder.close()
    jobs.enqueue("index", "uuid-1")


def test_a_short_wait_is_no_error(path: Path) -> None:
    with running(WRITING, path) as process:
        process.stdout.close()  # type: ignore[union-attr]  # it is a pipe
        jobs = SqlJobs(Database(path, busy_seconds=0.1))
        assert refused(lambda: jobs.enqueue("index", "mine")).code == "CATALOGUE_LOCKED"
        kill(process)
        jobs.enqueue("index", "mine")
    # What was acknowledged is there, what was half done is not, and no lock is left.
    assert sorted(job.subject for job in jobs.recent().items) == ["acknowledged", "mine"]


def test_a_failed_transaction_leaves_nothing(path: Path) -> None:
    database = Database(path)

    def half() -> None:
        with database.writing() as connection:
            connection.execute(text("INSERT INTO access (page_id) VALUES ('x')"))
            raise KeyError

    with pytest.raises(KeyError):
        half()
    with database.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM access")) == 0


def test_a_catalogue_on_a_write_protected_disk_can_be_read(empty: Path) -> None:
    with small_disk() as disk:
        path = Path(shutil.copy(empty, disk))
        before = Database(path)
        SqlJobs(before).enqueue("index", "uuid-1")
        before.close()
        make_read_only(disk)
        database = Database(path)
        assert not migrate(database)
        assert SqlJobs(database).counts() == {"index": {"waiting": 1}}
        assert refused(lambda: SqlJobs(database).enqueue("index", "uuid-2")).code == "CATALOGUE_READ_ONLY"
        database.close()


def test_what_a_crash_left_beside_a_write_protected_catalogue_is_not_passed_over(empty: Path, tmp_path: Path) -> None:
    with small_disk() as disk:
        path = Path(shutil.copy(empty, tmp_path))
        with running(WRITING, path) as process:
            kill(process)
        for name in (path.name, f"{path.name}-wal"):
            shutil.copy(tmp_path / name, disk)
        make_read_only(disk)
        # The last commits are in the -wal file, and reading it needs a place to write.
        database = Database(disk / path.name)
        assert refused(lambda: SqlJobs(database).counts()).code == "CATALOGUE_READ_ONLY"
        database.close()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert refused(lambda: migrate(Database(tmp_path / "absent" / "c.sqlite3"))).code == "CATALOGUE_READ_ONLY"


def test_a_full_disk_is_told_and_what_was_finished_stays(empty: Path) -> None:
    with small_disk() as disk:
        database = Database(Path(shutil.copy(empty, disk)))
        jobs = SqlJobs(database)
        jobs.enqueue("index", "before")
        use_up_bytes(disk)
        detail = {"long": "x" * 200_000}
        assert refused(lambda: jobs.enqueue("index", "uuid-1", detail=detail)).code == "CATALOGUE_FULL"
        assert [job.subject for job in jobs.recent().items] == ["before"]
        (disk / "ballast").unlink()
        jobs.enqueue("index", "uuid-1", detail=detail)
        database.close()


@pytest.mark.parametrize("content", [b"this is not a database" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_damage_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "c.sqlite3"
    path.write_bytes(content)
    error = refused(lambda: migrate(Database(path)))
    assert (error.code, error.data["path"]) == ("CATALOGUE_BROKEN", path)
    assert path.read_bytes() == content


def test_a_job_is_claimed_by_one_process_only(path: Path) -> None:
    jobs = SqlJobs(Database(path))
    wanted = [f"uuid-{number}" for number in range(60)]
    for subject in wanted:
        jobs.enqueue("index", subject)
    one, other = (said.split() for said in run_together(CLAIMING, [(path,), (path,)]))
    assert sorted(one + other) == sorted(wanted)
    assert one
    assert other
    assert jobs.counts() == {"index": {"running": 60}}


def test_two_processes_do_not_queue_the_same_twice(path: Path) -> None:
    one, other = run_together(QUEUEING, [(path,), (path,)])
    assert one == other
    assert SqlJobs(Database(path)).counts() == {"index": {"waiting": 20}}


def test_the_newest_revision_is_the_one_that_is_asked_for() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def test_the_migrations_make_what_the_tables_say(path: Path) -> None:
    with Database(path).reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_they_make_it_to_the_last_default_and_key(path: Path, tmp_path: Path) -> None:
    migrated, made = Database(path), Database(tmp_path / "made.sqlite3")
    with made.writing() as connection:
        metadata.create_all(connection)
    for name in metadata.tables:
        assert shape(migrated, name) == shape(made, name)


def test_a_difference_would_be_seen(path: Path) -> None:
    database = Database(path)
    with database.writing() as connection:
        connection.execute(text("DROP INDEX units_code"))
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) != []


def test_migrating_again_changes_nothing(path: Path) -> None:
    assert not migrate(Database(path))


def test_the_way_back_and_forth(path: Path) -> None:
    database, config = Database(path), alembic_config()
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    with database.reading() as connection:
        left = connection.execute(text("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"))
        assert [row.name for row in left] == ["alembic_version"]
    assert migrate(database)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


OBJID = "uuid-00000000-0000-4000-8000-000000000001"
OF_0001 = (
    "INSERT INTO aips (objid, version, location, current) VALUES (:objid, 1, 'a', 0), (:objid, 2, 'b', 1)",
    "INSERT INTO runs (id, scope, complete) VALUES (1, 'all', 0)",
    "INSERT INTO intents (run, objid, copy) VALUES (1, :objid, 'main'), (1, 'uuid-gone', 'main')",
    "INSERT INTO checks (objid, copy, version, checked, result) VALUES (:objid, 'main', 2, '2025-01-01', 'ok')",
    "INSERT INTO checks (objid, copy, version, checked, result) VALUES (:objid, 'second', 1, '2025-01-02', 'problem')",
)


def test_what_was_checked_is_known_after_checks_belong_to_versions(tmp_path: Path) -> None:
    database, config = Database(tmp_path / "c.sqlite3"), alembic_config()
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in OF_0001:
            connection.execute(text(statement), {"objid": OBJID})
    assert migrate(database)
    fixity = SqlFixity(database)
    assert fixity.checks(OBJID) == {
        2: Check(OBJID, 2, "main", "2025-01-01", "ok"),
        1: Check(OBJID, 1, "second", "2025-01-02", "problem"),
    }
    with database.reading() as connection:
        intents = connection.execute(text("SELECT run, objid, version, copy FROM intents ORDER BY objid")).all()
    assert [tuple(row) for row in intents] == [(1, OBJID, 2, "main"), (1, "uuid-gone", 1, "main")]
    assert not fixity.end(1).complete
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    with database.reading() as connection:
        checks = connection.execute(text("SELECT objid, copy, version FROM checks ORDER BY copy")).all()
    assert [tuple(row) for row in checks] == [(OBJID, "main", 2), (OBJID, "second", 1)]


def test_a_migration_that_fails_leaves_the_catalogue_as_it_was(tmp_path: Path) -> None:
    database = Database(tmp_path / "c.sqlite3")
    with database.writing() as connection:
        # It is in the way of the last table that the migration makes.
        connection.execute(text("CREATE TABLE pages (x)"))
    assert refused(lambda: migrate(database)).code == "CATALOGUE_BROKEN"
    with database.reading() as connection:
        assert list(connection.scalars(text("SELECT name FROM sqlite_master"))) == ["pages"]


def test_two_processes_migrate_at_once(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite3"
    Database(path).close()
    said = run_together(MIGRATING, [(path,), (path,)])
    assert sorted(said) == ["False\n", "True\n"]
    with Database(path).reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_newer_catalogue_is_refused_and_left_alone(path: Path) -> None:
    database = Database(path)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    error = refused(lambda: migrate(database))
    assert (error.code, error.data["found"], error.data["path"]) == ("REPOSITORY_VERSION", "9999", path)
    with database.reading() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
