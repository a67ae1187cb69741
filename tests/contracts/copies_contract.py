"""What every record of copies must do. A back end's test gives an empty one, and the holdings of the same catalogue."""

from __future__ import annotations

from dataclasses import replace

from fonds.repository.ports.catalogue import Holdings
from fonds.repository.ports.copies import FAILED, VERIFIED, Copies, Copy, PackageCopy
from tests.contracts.records import digests, dossier, objid, package

EARLY, LATE = "2025-01-01T00:00:00.000+00:00", "2025-06-01T00:00:00.000+00:00"
DISK = Copy("Đĩa rời 1", "file:///mnt/đĩa", "đĩa rời", EARLY)
NAS = Copy("nas", "file:///mnt/nas", "NAS", LATE)


def hold(holdings: Holdings, *numbers: int, version: int = 1) -> None:
    for number in numbers:
        record = dossier(number)
        holdings.put(record, package(record, version), digests(record))


def good(number: int, copy: Copy = NAS, when: str = EARLY, version: int = 1) -> PackageCopy:
    return PackageCopy(objid(number), version, copy.name, VERIFIED, when, LATE)


def bad(number: int, copy: Copy = NAS) -> PackageCopy:
    return PackageCopy(objid(number), 1, copy.name, FAILED, reason="STORE_FULL")


def lacks(copies: Copies, copy: Copy = NAS) -> list[tuple[str, int]]:
    return [(aip.objid, aip.version) for aip in copies.lacking(copy.name)]


class CopiesContract:
    """Inherit, and give the fixtures ``copies`` (empty) and ``holdings`` (of the same catalogue)."""

    def test_nothing_is_known(self, copies: Copies) -> None:
        assert copies.copies() == []
        assert copies.copy("nas") is None
        assert copies.summaries() == []
        assert copies.entries(objid(1), 1) == []
        assert copies.lacking("nas") == []
        assert copies.below(2) == 0
        copies.forget("nas")
        copies.record([])

    def test_copies_are_known_by_their_names(self, copies: Copies) -> None:
        copies.register(NAS)
        copies.register(DISK)
        assert set(copies.copies()) == {DISK, NAS}
        assert copies.copy(DISK.name) == DISK
        moved = replace(DISK, url="file:///mnt/other")
        copies.register(moved)
        assert copies.copy(DISK.name) == moved
        assert len(copies.copies()) == 2

    def test_a_new_copy_lacks_everything(self, copies: Copies, holdings: Holdings) -> None:
        copies.register(NAS)
        hold(holdings, 2, 1)
        hold(holdings, 1, version=2)
        assert lacks(copies) == [(objid(1), 1), (objid(1), 2), (objid(2), 1)]
        (found,) = copies.summaries()
        assert (found.packages, found.bytes, found.lacking, found.lacking_bytes, found.failed) == (0, 0, 3, 4000, 0)
        assert (found.oldest, found.newest) == ("", "")

    def test_lacking_goes_on_after_a_cursor(self, copies: Copies, holdings: Holdings) -> None:
        copies.register(NAS)
        hold(holdings, 1, 2, 3)
        first = copies.lacking("nas", limit=2)
        assert [aip.objid for aip in first] == [objid(1), objid(2)]
        rest = copies.lacking("nas", after=(first[-1].objid, first[-1].version), limit=2)
        assert [aip.objid for aip in rest] == [objid(3)]

    def test_what_is_verified_is_not_lacking_and_what_failed_is(self, copies: Copies, holdings: Holdings) -> None:
        copies.register(NAS)
        hold(holdings, 1, 2, 3)
        copies.record([good(1), good(2, when=LATE), bad(3)])
        assert lacks(copies) == [(objid(3), 1)]
        (found,) = copies.summaries()
        assert (found.packages, found.bytes, found.lacking, found.failed) == (2, 2000, 1, 1)
        assert (found.oldest, found.newest) == (EARLY, LATE)
        copies.record([good(3)])
        assert lacks(copies) == []
        assert copies.entries(objid(3), 1) == [good(3)]

    def test_bytes_are_those_of_the_newest_versions(self, copies: Copies, holdings: Holdings) -> None:
        copies.register(NAS)
        hold(holdings, 1)
        hold(holdings, 1, version=2)
        copies.record([good(1), good(1, version=2)])
        (found,) = copies.summaries()
        assert (found.packages, found.bytes) == (2, holdings.totals()["bytes"])

    def test_each_copy_is_for_itself(self, copies: Copies, holdings: Holdings) -> None:
        copies.register(NAS)
        copies.register(DISK)
        hold(holdings, 1, 2)
        copies.record([good(1), good(1, DISK), good(2, DISK)])
        assert lacks(copies) == [(objid(2), 1)]
        assert lacks(copies, DISK) == []
        assert {entry.copy for entry in copies.entries(objid(1), 1)} == {NAS.name, DISK.name}

    def test_too_few_copies_are_counted_the_store_itself_being_one(self, copies: Copies, holdings: Holdings) -> None:
        copies.register(NAS)
        copies.register(DISK)
        hold(holdings, 1, 2, 3)
        copies.record([good(1), good(1, DISK), good(2), bad(3)])
        assert [copies.below(required) for required in (1, 2, 3, 4)] == [0, 1, 2, 3]
        assert copies.below(2, but=NAS.name) == 2

    def test_what_is_forgotten_is_gone_with_all_that_is_in_it(self, copies: Copies, holdings: Holdings) -> None:
        copies.register(NAS)
        copies.register(DISK)
        hold(holdings, 1)
        copies.record([good(1), good(1, DISK)])
        copies.forget(NAS.name)
        assert copies.copies() == [DISK]
        assert copies.entries(objid(1), 1) == [good(1, DISK)]
        copies.clear()
        assert copies.copies() == []
        assert copies.entries(objid(1), 1) == []

    def test_a_package_may_be_recorded_before_it_is_held(self, copies: Copies, holdings: Holdings) -> None:
        copies.register(NAS)
        copies.record([good(1)])
        assert copies.summaries()[0].packages == 0
        hold(holdings, 1)
        assert copies.summaries()[0].packages == 1

    def test_a_rebuild_of_the_holdings_leaves_it(self, copies: Copies, holdings: Holdings) -> None:
        copies.register(NAS)
        hold(holdings, 1)
        copies.record([good(1)])
        holdings.clear()
        hold(holdings, 1)
        assert lacks(copies) == []
