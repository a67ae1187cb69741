"""A disk that is taken out while it is being read: what was in it is unread, and not missing."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, AuditProgress, audit
from fonds.repository.audit import taking as taking_module
from fonds.repository.copies.manage import add_copy
from fonds.repository.copies.sync import sync
from fonds.repository.fixity import MAIN_COPY
from tests.repository.audit.conftest import PACKAGES, packages, readings


@pytest.fixture(autouse=True)
def _one_dossier_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_module, "_DOSSIERS", 1)


@dataclass
class TakenOut:
    """Takes a folder away once so many packages were read."""

    place: Path
    after: int

    def show(self, now: AuditProgress) -> None:
        if now.packages == self.after:
            self.place.rename(self.place.with_name("away"))
            self.place.mkdir()  # what a disk looks like that is not mounted


def test_a_copy_that_goes_away_is_unread(archive: Archive, tmp_path: Path) -> None:
    copy = add_copy(archive, str(tmp_path / "copy"), "nas", "NAS", "tester").copy
    assert sync(archive, [], agent="tester").complete
    out = TakenOut(tmp_path / "copy", PACKAGES + 1)
    result = audit(archive, agent="tester", scope=ALL, progress=out.show)
    (one,) = result.unreached
    read = [row for row in readings(archive) if row.detail["copy"] == copy.name]
    assert (one.copy, one.error.code) == (copy.name, "COPY_UNREACHABLE")
    assert 0 < one.packages == PACKAGES - len(read)
    assert (result.good, result.run.complete, list(result.problems)) == (False, True, [])
    assert archive.fixity.problems().total == 0
    assert archive.copies.below(2) == 0, "nothing says that they are not there"
    (tmp_path / "copy").rmdir()
    (tmp_path / "away").rename(tmp_path / "copy")
    assert audit(archive, agent="tester", scope=ALL, copies=[copy.name]).good


def test_a_store_that_goes_away_is_unread(archive: Archive) -> None:
    out = TakenOut(archive.root / "store", 1)
    result = audit(archive, agent="tester", scope=ALL, progress=out.show)
    (one,) = result.unreached
    assert (one.copy, one.error.code, one.packages) == (MAIN_COPY, "STORE_GONE", PACKAGES - len(readings(archive)))
    assert (list(result.problems), result.unknown, result.good) == ([], [], False)
    assert list((archive.root / "store").iterdir()) == [], "nothing was written there"


def test_one_package_that_is_gone_is_missing_all_the_same(archive: Archive, tmp_path: Path) -> None:
    add_copy(archive, str(tmp_path / "copy"), "nas", "NAS", "tester")
    assert sync(archive, [], agent="tester").complete
    for root in (archive.root / "store", tmp_path / "copy"):
        shutil.rmtree(root / packages(archive)[0].location)
    result = audit(archive, agent="tester", scope=ALL)
    assert [(one.copy, one.result) for one in result.problems] == [(MAIN_COPY, "missing"), ("nas", "missing")]
    assert result.unreached == []
