"""What every catalogue of holdings must do. A back end's test gives an empty one, and the jobs in the same tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fonds.metadata.ids import fonds_id, item_id, page_id, series_id
from fonds.metadata.model import DossierRecord, Kind
from fonds.repository.held import held_record
from fonds.repository.ports.catalogue import Access, Holdings, Jobs, Slice, Unit
from tests.contracts.fonds_contract import FondsContract
from tests.contracts.records import digests, dossier, objid, package, retitled

OPEN = frozenset({"01"})
TOTALS = ("fonds", "dossiers", "undigitised", "documents", "pages", "bytes")


def totals(*counts: int) -> dict[str, int]:
    return dict(zip(TOTALS, counts, strict=True))


def put(holdings: Holdings, *records: DossierRecord) -> None:
    for record in records:
        holdings.put(record, package(record), digests(record))


def codes(found: Slice[Unit]) -> Sequence[str]:
    return [unit.code for unit in found.items]


class HoldingsContract(FondsContract):
    """Inherit, and give the fixtures ``holdings`` (empty) and ``jobs`` (of the same catalogue)."""

    def test_nothing_is_held(self, holdings: Holdings) -> None:
        assert holdings.unit("x") is None
        assert holdings.units(["x", "y"]) == {}
        assert holdings.children("").items == []
        assert holdings.ancestors("x") == []
        assert holdings.aip("x") is None
        assert holdings.aips() == []
        assert holdings.packages() == []
        assert holdings.versions("x") == Slice([], 0, 0, 20)
        assert holdings.earlier("x") == []
        assert holdings.earlier(page_id(objid(1), 2, 1)) == []
        assert holdings.pages("x").items == []
        assert holdings.page("x") is None
        assert holdings.page(page_id(objid(1), 1, 1)) is None
        assert holdings.digests("x", 1) == {}
        assert holdings.holders(["ab" * 32]) == {}
        assert holdings.holders([]) == {}
        assert holdings.find_code("x") is None
        assert holdings.find_signature("x", "y") is None
        assert holdings.totals() == dict.fromkeys(TOTALS, 0)
        assert held_record(holdings, "x") is None

    def test_a_dossier_comes_back_as_it_was_described(self, holdings: Holdings) -> None:
        record = dossier(1, items=[("Báo cáo", (1, 2), "01"), ("Công văn", (2, 3), "01"), ("Không tờ", (), "")])
        put(holdings, record)
        assert held_record(holdings, record.id) == record
        assert held_record(holdings, fonds_id("H99.12.P01")) is None

    def test_a_dossier_without_a_series(self, holdings: Holdings) -> None:
        record = dossier(1, series="")
        put(holdings, record)
        assert held_record(holdings, record.id) == record
        assert [unit.id for unit in holdings.ancestors(record.id)] == [fonds_id("H99.12.P01")]

    def test_the_tree(self, holdings: Holdings) -> None:
        record = dossier(1, items=[("Báo cáo", (1,), "01")])
        put(holdings, record)
        fonds, series, item = fonds_id("H99.12.P01"), series_id("H99.12.P01", "01"), item_id(record.id, "document", 1)
        assert [unit.id for unit in holdings.children("").items] == [fonds]
        assert [unit.id for unit in holdings.children(fonds).items] == [series]
        assert [unit.id for unit in holdings.children(series).items] == [record.id]
        assert [unit.id for unit in holdings.children(record.id).items] == [item]
        assert [unit.id for unit in holdings.ancestors(item)] == [fonds, series, record.id]
        assert holdings.ancestors(fonds) == []
        unit = holdings.unit(record.id)
        assert unit is not None
        assert (unit.kind, unit.level, unit.code, unit.title) == (Kind.DOSSIER, "file", "HS.1", "Hồ sơ số 1")
        assert (unit.earliest, unit.latest, unit.dates) == ("1962-01-01", "1963-12-31", "1962 - 1963")
        assert (unit.parent_id, unit.fonds_id, unit.dossier_id, unit.pages) == (series, fonds, record.id, 3)
        assert holdings.units([fonds, "unknown", item]).keys() == {fonds, item}

    def test_putting_twice_is_the_same(self, holdings: Holdings, jobs: Jobs) -> None:
        record = dossier(1, items=[("Báo cáo", (1,), "01")])
        put(holdings, record, record)
        assert held_record(holdings, record.id) == record
        assert holdings.totals() == totals(1, 1, 0, 1, 3, 1000)
        assert jobs.counts() == {kind: {"waiting": 1} for kind in ("index", "access", "fonds")}

    def test_work_is_queued_for_a_dossier(self, holdings: Holdings, jobs: Jobs) -> None:
        put(holdings, dossier(1), dossier(2))
        assert [job.subject for job in jobs.claim("index", limit=9)] == [objid(1), objid(2)]
        assert [(job.subject, job.total) for job in jobs.claim("access", limit=9)] == [(objid(1), 3), (objid(2), 3)]
        assert [job.subject for job in jobs.claim("fonds", limit=9)] == [fonds_id("H99.12.P01")]

    def test_a_new_version_replaces_and_an_old_one_does_not(self, holdings: Holdings) -> None:
        old = dossier(1, pages=3, items=[("Một", (1,), ""), ("Hai", (2,), "")])
        new = replace(retitled(dossier(1, pages=2, items=[("Một", (1,), "")]), "Tên mới"))
        one, two = package(old, 1), package(new, 2)
        holdings.put(old, one, digests(old))
        holdings.put(new, two, digests(new))
        for _ in range(2):
            assert held_record(holdings, old.id) == new
            assert holdings.aip(old.id) == two
            assert holdings.aip(old.id, 1) == one
            assert holdings.aips() == [two]
            assert holdings.find_signature(new.fonds_code, new.code) == two
            assert holdings.pages(old.id).total == 2
            totals = holdings.totals()
            assert [totals[what] for what in ("dossiers", "documents", "pages", "bytes")] == [1, 1, 2, two.bytes]
            # A rebuild that meets the older version last must come out the same.
            holdings.put(old, one, digests(old))

    def test_a_page_id_never_changes_its_meaning(self, holdings: Holdings) -> None:
        old, new = dossier(1, pages=3), dossier(1, pages=2)
        holdings.put(old, package(old, 1), digests(old))
        before = holdings.page(page_id(old.id, 1, 3))
        holdings.put(new, package(new, 2), digests(new))
        assert before is not None
        assert before.path == "representations/rep1/data/0003.tif"
        assert holdings.page(page_id(old.id, 1, 3)) == before
        assert holdings.page(page_id(old.id, 2, 3)) is None
        assert holdings.page(page_id(old.id, 2, 2)) == holdings.pages(old.id).items[1]

    def test_pages_come_in_reading_order_and_in_slices(self, holdings: Holdings) -> None:
        record = dossier(1, pages=25)
        put(holdings, record, dossier(2))
        found = holdings.pages(record.id, offset=10, limit=5)
        assert (found.total, found.offset, found.limit) == (25, 10, 5)
        assert [page.sequence for page in found.items] == [11, 12, 13, 14, 15]
        assert holdings.pages(record.id, offset=25).items == []
        assert found.items[0].id == page_id(record.id, 1, 11)

    def test_a_page_has_the_strictest_mode_of_what_stands_on_it(self, holdings: Holdings) -> None:
        record = dossier(
            1, pages=5, items=[("a", (1, 2), "01"), ("b", (2, 3), "02"), ("c", (3, 4), "03"), ("d", (4,), "01")]
        )
        put(holdings, record, dossier(2, mode="02", items=[("e", (1,), "01")]))
        assert [page.mode for page in holdings.pages(objid(1)).items] == ["01", "02", "03", "03", "01"]
        assert [page.mode for page in holdings.pages(objid(2)).items] == ["02", "02", "02"]
        assert [unit.mode for unit in holdings.children(objid(1)).items] == ["01", "02", "03", "01"]
        assert [unit.mode for unit in holdings.children(objid(2)).items] == ["02"]

    def test_what_states_no_mode_is_conditional(self, holdings: Holdings) -> None:
        put(holdings, dossier(1, mode=""))
        assert {page.mode for page in holdings.pages(objid(1)).items} == {"02"}
        assert holdings.by_level("file", modes=OPEN).total == 0

    def test_documents_may_share_a_page(self, holdings: Holdings) -> None:
        put(holdings, dossier(1, items=[("a", (1, 2), ""), ("b", (2,), "")]))
        assert [unit.sequences for unit in holdings.children(objid(1)).items] == [(1, 2), (2,)]
        assert [page.item_id for page in holdings.pages(objid(1)).items] == [
            item_id(objid(1), "document", 1),
            item_id(objid(1), "document", 1),
            "",
        ]

    def test_lists_show_only_the_modes_asked_for(self, holdings: Holdings) -> None:
        put(
            holdings,
            dossier(1, items=[("a", (1,), "01"), ("b", (2,), "02")]),
            dossier(2, mode="02", items=[("c", (1,), "01")]),
            dossier(3, mode="03"),
        )
        series = series_id("H99.12.P01", "01")
        assert codes(holdings.children(series, modes=OPEN)) == ["HS.1"]
        assert codes(holdings.by_level("file", modes=frozenset({"01", "02"}))) == ["HS.1", "HS.2"]
        assert holdings.by_level("item", modes=OPEN).total == 1
        assert holdings.by_level("file", modes=frozenset()).total == 0
        assert holdings.totals(modes=OPEN) == totals(1, 1, 0, 1, 3, 1000)
        assert holdings.totals()["dossiers"] == 3

    def test_order_is_that_of_readers(self, holdings: Holdings) -> None:
        put(
            holdings,
            *(dossier(n, series="10", fileNotation=str(n)) for n in (10, 9, 2)),
            dossier(11, series="2", fileNotation="11"),
            *(dossier(20 + n, fonds=f"P{n}", series="") for n in (10, 2, 9)),
        )
        assert codes(holdings.children("")) == ["H99.12.P01", "H99.12.P2", "H99.12.P9", "H99.12.P10"]
        assert codes(holdings.by_level("fonds")) == codes(holdings.children(""))
        fonds = fonds_id("H99.12.P01")
        assert codes(holdings.children(fonds)) == ["2", "10"]
        assert codes(holdings.by_level("file", within=fonds)) == ["HS.11", "HS.2", "HS.9", "HS.10"]
        assert codes(holdings.children(series_id("H99.12.P01", "10"))) == ["HS.2", "HS.9", "HS.10"]

    def test_items_come_dossier_by_dossier(self, holdings: Holdings) -> None:
        put(holdings, *(dossier(n, items=[(f"{n}a", (), "01"), (f"{n}b", (), "01")]) for n in (2, 1)))
        titles = [unit.title for unit in holdings.by_level("item", within=fonds_id("H99.12.P01")).items]
        assert titles == ["1a", "1b", "2a", "2b"]

    def test_a_level_below_a_unit(self, holdings: Holdings) -> None:
        put(
            holdings,
            dossier(1, series="1", items=[("a", (), "01")]),
            dossier(2, series="2", items=[("b", (), "01")]),
            dossier(3, fonds="P02", series="1", items=[("c", (), "01")]),
        )
        series = series_id("H99.12.P01", "2")
        assert codes(holdings.by_level("file", within=series)) == ["HS.2"]
        assert [unit.title for unit in holdings.by_level("item", within=series).items] == ["b"]
        assert [unit.title for unit in holdings.by_level("item", within=objid(1)).items] == ["a"]
        assert codes(holdings.by_level("series", within=fonds_id("H99.12.P02"))) == ["1"]
        assert holdings.by_level("item", within=fonds_id("H99.12.P01")).total == 2
        assert holdings.by_level("file", within=objid(1)).total == 0
        assert holdings.by_level("fonds", within=fonds_id("H99.12.P01")).total == 0
        assert holdings.by_level("file", within="unknown").total == 0

    def test_slices_of_lists(self, holdings: Holdings) -> None:
        put(holdings, *(dossier(n, fileNotation=str(n)) for n in range(1, 8)))
        found = holdings.by_level("file", offset=2, limit=3)
        assert (found.total, found.offset, found.limit) == (7, 2, 3)
        assert codes(found) == ["HS.3", "HS.4", "HS.5"]

    def test_found_by_code(self, holdings: Holdings) -> None:
        put(holdings, dossier(1, fileCode="H99.12.P01"), dossier(2, items=[("a", (1,), "")]))
        fonds, second = holdings.find_code("H99.12.P01"), holdings.find_code("HS.2")
        assert fonds is not None
        assert fonds.level == "fonds"
        assert second is not None
        assert second.id == objid(2)
        assert holdings.find_code("01") is None

    def test_packages_with_a_cursor(self, holdings: Holdings) -> None:
        put(holdings, *(dossier(n) for n in (3, 1, 2)))
        first = holdings.aips(limit=2)
        assert [aip.objid for aip in first] == [objid(1), objid(2)]
        put(holdings, dossier(0))
        assert [aip.objid for aip in holdings.aips(after=first[-1].objid)] == [objid(3)]

    def test_every_version_with_a_cursor(self, holdings: Holdings) -> None:
        versions = [(objid(1), 2), (objid(2), 1), (objid(2), 2), (objid(2), 10), (objid(3), 1)]
        for identity, version in reversed(versions):
            record = dossier(int(identity[-1]))
            holdings.put(record, package(record, version), digests(record))
        assert [(aip.objid, aip.version) for aip in holdings.packages()] == versions
        for start, last in enumerate(versions, 1):
            found = holdings.packages(after=last, limit=2)
            assert [(aip.objid, aip.version) for aip in found] == versions[start : start + 2]

    def test_versions_of_one_package_newest_first(self, holdings: Holdings) -> None:
        record = dossier(1)
        put(holdings, dossier(2))
        for version in range(1, 26):
            holdings.put(record, package(record, version), digests(record))
        found = holdings.versions(record.id, offset=20, limit=3)
        assert (found.total, found.offset, found.limit) == (25, 20, 3)
        assert [aip.version for aip in found.items] == [5, 4, 3]
        assert found.items[0] == holdings.aip(record.id, 5)
        assert [aip.version for aip in holdings.versions(record.id).items] == list(range(25, 5, -1))

    def test_the_same_page_in_older_versions(self, holdings: Holdings) -> None:
        record = dossier(1, pages=3)
        page = "data/representations/rep1/data/0002.tif"
        for version in (1, 2, 3):
            holdings.put(record, package(record, version), digests(record))
        put(holdings, dossier(2))
        assert holdings.earlier(page_id(record.id, 3, 2)) == [page_id(record.id, n, 2) for n in (2, 1)]
        assert holdings.earlier(page_id(record.id, 1, 2)) == []
        assert holdings.earlier(page_id(record.id, 4, 2)) == []
        holdings.put(record, package(record, 2), {**digests(record), page: "ab" * 32})
        assert holdings.earlier(page_id(record.id, 3, 2)) == [page_id(record.id, 1, 2)], "other bytes"
        moved = replace(record, pages=(record.pages[1], replace(record.pages[0], frame=1)))
        moved = replace(moved, pages=tuple(replace(page, sequence=n) for n, page in enumerate(moved.pages, 1)))
        holdings.put(moved, package(moved, 3), digests(record))
        assert holdings.earlier(page_id(record.id, 3, 1)) == [page_id(record.id, 1, 2)], "at another place"
        assert holdings.earlier(page_id(record.id, 3, 2)) == [], "another frame of the file"

    def test_found_by_the_codes_of_a_delivery(self, holdings: Holdings) -> None:
        put(holdings, dossier(1), dossier(2, fonds="P02", fileCode="HS.1"))
        found = holdings.find_signature("H99.12.P02", "HS.1")
        assert found is not None
        assert found.objid == objid(2)
        assert holdings.find_signature("H99.12.P02", "HS.2") is None

    def test_digests_and_who_holds_them(self, holdings: Holdings) -> None:
        record = dossier(1)
        put(holdings, record)
        given = digests(record)
        assert holdings.digests(record.id, 1) == given
        assert holdings.digests(record.id, 2) == {}
        page = "data/representations/rep1/data/0002.tif"
        assert holdings.holders([given[page]]) == {given[page]: f"HS.1/{page}"}
        upper = given[page].upper()
        assert holdings.holders([upper, "ab" * 32]) == {upper: f"HS.1/{page}"}
        assert holdings.holders([upper], but="HS.1") == {}

    def test_of_several_holders_the_first_is_named(self, holdings: Holdings) -> None:
        records = [dossier(1), dossier(2)]
        for record in records:
            holdings.put(record, package(record), {"data/b": "cd" * 32, "data/a": "cd" * 32, "data/c": "ef" * 32})
        many = [f"{number:064x}" for number in range(1200)]
        assert holdings.holders([*many, "cd" * 32]) == {"cd" * 32: "HS.1/data/a"}
        assert holdings.holders(["cd" * 32], but="HS.1") == {"cd" * 32: "HS.2/data/a"}

    def test_access_copies(self, holdings: Holdings) -> None:
        one, two = page_id(objid(1), 1, 1), page_id(objid(1), 1, 2)
        holdings.put_access(Access(one, 600, 800, ((600, 800), (300, 400))))
        holdings.put_access(Access(one, 610, 810, ((610, 810),)))
        holdings.put_access(Access(two, 1, 1, ((1, 1),)))
        assert holdings.access(one) == Access(one, 610, 810, ((610, 810),))
        holdings.clear_access()
        assert holdings.access(one) is None

    def test_clearing_forgets_what_the_store_can_give_back_and_nothing_else(
        self, holdings: Holdings, jobs: Jobs
    ) -> None:
        record = dossier(1, items=[("a", (1,), "")])
        put(holdings, record)
        holdings.put_access(Access(page_id(record.id, 1, 1), 1, 1, ((1, 1),)))
        holdings.clear()
        assert holdings.children("").total == 0
        assert holdings.aip(record.id) is None
        assert holdings.access(page_id(record.id, 1, 1)) is None
        assert jobs.counts()["index"] == {"waiting": 1}
        put(holdings, record)
        assert held_record(holdings, record.id) == record
