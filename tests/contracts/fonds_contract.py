"""What every catalogue must do with fonds as a whole: their packages, and dossiers that are not digitised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from fonds.metadata.ids import dossier_id, fonds_id, item_id, series_id
from fonds.metadata.model import DescribedUnit, Description, DossierRecord, Kind, Value
from fonds.packaging.names import fonds_location
from fonds.repository.held import held_record
from fonds.repository.ports.catalogue import Aip, Holdings, Jobs, Unit
from tests.contracts.records import described, digests, dossier, objid, package

CODE = "H99.12.P01"
FONDS = fonds_id(CODE)
SERIES = series_id(CODE, "01")
INNER = series_id(CODE, "01", "A")
THE_FONDS = described(Kind.FONDS, archiveCode="H99.12", fondsCode="P01", fondName="Phông P01", archivesTime="1955-1975")


def bare(number: str, parent: str, *subjects: str, mode: str = "01", **values: str) -> list[DescribedUnit]:
    """A dossier that is described and not digitised, with its documents."""
    unit = dossier_id(CODE, number)
    said = described(Kind.DOSSIER, mode, fileCode=number, title=f"Hồ sơ {number}", startDate="1960", **values)
    documents = [
        DescribedUnit(item_id(unit, "document", n), unit, described(Kind.DOCUMENT, subject=subject))
        for n, subject in enumerate(subjects, 1)
    ]
    return [DescribedUnit(unit, parent, said), *documents]


def held(record: DossierRecord, parent: str = SERIES) -> DescribedUnit:
    return DescribedUnit(record.id, parent, record.dossier, record.id)


UNITS = [
    DescribedUnit(FONDS, "", THE_FONDS),
    DescribedUnit(SERIES, FONDS, described(Kind.SERIES, fileCatalog="01", title="Mục lục 01")),
    *bare("HS.2", SERIES, "Công văn", "Báo cáo"),
    DescribedUnit(INNER, SERIES, described(Kind.SERIES, fileCatalog="A", title="Bên trong")),
    *bare("HS.3", INNER),
    *bare("HS.10", INNER, "Bản đồ"),
    *bare("HS.1", FONDS),
]


def of_fonds(version: int = 1, code: str = CODE) -> Aip:
    unit = fonds_id(code)
    place = fonds_location(code, version, unit)
    seal = f"{version:064x}"
    return Aip(unit, version, place, code, "", 7, 500, 0, "told", seal, seal, "2025-11-21T20:00:00+00:00")


def put(holdings: Holdings, *records: DossierRecord) -> None:
    for record in records:
        holdings.put(record, package(record), digests(record))


def ids(found: Sequence[Unit]) -> list[str]:
    return [unit.id for unit in found]


class FondsContract:
    """Part of ``HoldingsContract``."""

    def test_the_package_of_a_fonds_is_held_like_any_other(self, holdings: Holdings) -> None:
        put(holdings, dossier(1))
        aip = of_fonds()
        for _ in range(2):
            holdings.put_fonds(aip, {"data/METS.xml": "ab" * 32})
        assert holdings.aip(FONDS) == aip
        assert {one.objid for one in holdings.aips()} == {FONDS, objid(1)}
        assert holdings.digests(FONDS, 1) == {"data/METS.xml": "ab" * 32}
        assert holdings.holders(["ab" * 32]) == {"ab" * 32: f"{CODE}/data/METS.xml"}
        assert holdings.totals()["bytes"] == 1500
        assert (aip.of_fonds, aip.name) == (True, CODE)
        assert [(one.of_fonds, one.name) for one in holdings.aips() if one != aip] == [(False, "HS.1")]
        newer = of_fonds(2)
        holdings.put_fonds(newer, {})
        holdings.put_fonds(aip, {})
        assert holdings.aip(FONDS) == newer

    def test_a_package_says_that_it_is_there(self, holdings: Holdings) -> None:
        put(holdings, dossier(1, items=[("a", (1,), "")]))
        holdings.put_fonds(of_fonds(), {}, UNITS)
        assert [unit.id for unit in holdings.walk(FONDS) if unit.packaged] == [FONDS, objid(1)]
        said = holdings.units([objid(1), item_id(objid(1), "document", 1), dossier_id(CODE, "HS.2")])
        assert [unit.packaged for unit in said.values()].count(True) == 1
        assert said[objid(1)].packaged

    def test_what_is_described_is_there_without_a_package(self, holdings: Holdings, jobs: Jobs) -> None:
        holdings.put_fonds(of_fonds(), {}, iter(UNITS))
        assert [(unit.id, unit.parent_id, unit.description) for unit in holdings.walk(FONDS)] == [
            (unit.id, unit.parent, unit.description) for unit in [UNITS[0], *UNITS[-1:], *UNITS[1:-1]]
        ]
        unit = holdings.find_code("HS.2")
        assert unit is not None
        assert (unit.id, unit.pages, unit.packaged, unit.mode) == (dossier_id(CODE, "HS.2"), 0, False, "01")
        assert holdings.aip(unit.id) is None
        assert holdings.pages(unit.id).items == []
        assert ids(holdings.ancestors(dossier_id(CODE, "HS.3"))) == [FONDS, SERIES, INNER]
        assert holdings.totals() == {
            "fonds": 1, "dossiers": 4, "undigitised": 4, "documents": 3, "pages": 0, "bytes": 500,
        }  # fmt: skip
        waiting = {job.subject for job in jobs.claim("index", limit=99)}
        assert waiting == {FONDS, *(unit.id for unit in UNITS if unit.description.kind is Kind.DOSSIER)}
        assert jobs.counts().keys() == {"index"}

    def test_its_record_can_be_put_together(self, holdings: Holdings) -> None:
        holdings.put_fonds(of_fonds(), {}, UNITS)
        record = held_record(holdings, dossier_id(CODE, "HS.10"))
        assert record is not None
        assert (record.fonds_code, record.code, record.pages) == (CODE, "HS.10", ())
        assert record.series is not None
        assert record.series.text("fileCatalog") == "A"
        assert [item.description.text("subject") for item in record.items] == ["Bản đồ"]

    def test_a_series_holds_what_the_series_in_it_hold(self, holdings: Holdings) -> None:
        holdings.put_fonds(of_fonds(), {}, UNITS)

        def codes(level: str, within: str) -> list[str]:
            return [unit.code or unit.title for unit in holdings.by_level(level, within=within).items]

        assert codes("file", SERIES) == ["HS.2", "HS.3", "HS.10"]
        assert codes("file", INNER) == ["HS.3", "HS.10"]
        assert codes("file", FONDS) == ["HS.1", "HS.2", "HS.3", "HS.10"]
        assert codes("series", SERIES) == ["A"]
        assert codes("item", SERIES) == ["Công văn", "Báo cáo", "Bản đồ"]
        assert ids(holdings.children(SERIES).items) == [dossier_id(CODE, "HS.2"), INNER]

    def test_walking_goes_as_deep_as_asked(self, holdings: Holdings) -> None:
        holdings.put_fonds(of_fonds(), {}, UNITS)
        assert list(holdings.walk("unknown")) == []
        assert list(holdings.walk(SERIES)) == []
        assert ids(list(holdings.walk(FONDS, down_to="series"))) == [FONDS, SERIES, INNER]
        deep = [unit.level for unit in holdings.walk(FONDS, down_to="file")]
        assert (deep.count("file"), deep.count("item")) == (4, 0)

    def test_walking_reaches_everything_whatever_the_number(self, holdings: Holdings) -> None:
        many = [
            unit
            for n in range(450)
            for unit in bare("HS.x" if n % 2 else f"HS.{n}", SERIES, "a")
            if n == 1 or n % 2 == 0
        ]
        holdings.put_fonds(of_fonds(), {}, [*UNITS[:2], *many])
        seen = ids(list(holdings.walk(FONDS)))
        assert len(seen) == len(set(seen)) == 2 + 2 * 226
        assert holdings.by_level("file").total == 226

    def test_what_has_no_code_keeps_the_order_in_which_it_was_told(self, holdings: Holdings) -> None:
        nameless = [
            DescribedUnit(dossier_id(CODE, SERIES, f"#{n}"), SERIES, Description(Kind.DOSSIER, {"title": Value(title)}))
            for n, title in enumerate(("Z", "A", "M"))
        ]
        holdings.put_fonds(of_fonds(), {}, [*UNITS[:2], *nameless, *bare("HS.7", SERIES)])
        assert [unit.title for unit in holdings.children(SERIES).items] == ["Hồ sơ HS.7", "Z", "A", "M"]

    def test_a_dossier_with_a_package_is_as_its_package_says(self, holdings: Holdings) -> None:
        record = dossier(1, items=[("a", (1,), "")])
        put(holdings, record)
        told = replace(held(record), description=described(Kind.DOSSIER, fileCode="HS.1", title="Khác"))
        for unit in (told, replace(told, package="")):
            holdings.put_fonds(of_fonds(), {}, [*UNITS[:2], unit])
            assert held_record(holdings, record.id) == record

    def test_what_a_package_of_a_fonds_only_names_is_not_there_before_its_own_package(self, holdings: Holdings) -> None:
        record = dossier(1)
        holdings.put_fonds(of_fonds(), {}, [*UNITS[:2], held(record)])
        assert holdings.unit(record.id) is None
        put(holdings, record)
        assert held_record(holdings, record.id) == record

    def test_a_dossier_that_is_delivered_is_the_unit_that_was_described(self, holdings: Holdings) -> None:
        holdings.put_fonds(of_fonds(), {}, UNITS)
        unit = dossier_id(CODE, "HS.2")
        record = replace(dossier(2, items=[("Khác", (1,), "01")]), id=unit)
        put(holdings, record)
        found = holdings.unit(unit)
        assert found is not None
        assert (found.packaged, found.pages, found.title) == (True, 3, "Hồ sơ số 2")
        assert [one.title for one in holdings.children(unit).items] == ["Khác"]
        assert holdings.totals()["undigitised"] == 3
        holdings.put_fonds(of_fonds(2), {}, UNITS)  # a description that does not know yet
        assert holdings.unit(unit) == found

    def test_what_is_not_described_any_more_is_gone(self, holdings: Holdings, jobs: Jobs) -> None:
        record = dossier(1)
        put(holdings, record)
        holdings.put_fonds(of_fonds(), {}, [*UNITS, held(record)])
        for job in jobs.claim("index", limit=99):
            jobs.finish(job.id)
        changed = bare("HS.3", FONDS, mode="02")
        holdings.put_fonds(of_fonds(2), {}, [UNITS[0], *changed, *bare("HS.1", FONDS)])
        assert ids(list(holdings.walk(FONDS))) == [FONDS, dossier_id(CODE, "HS.1"), changed[0].id, SERIES, record.id]
        waiting = {job.subject for job in jobs.claim("index", limit=99)}
        assert waiting == {dossier_id(CODE, code) for code in ("HS.2", "HS.3", "HS.10")}

    def test_describing_the_same_again_changes_nothing(self, holdings: Holdings, jobs: Jobs) -> None:
        holdings.put_fonds(of_fonds(), {}, UNITS)
        first, waiting = list(holdings.walk(FONDS)), jobs.claim("index", limit=99)
        holdings.put_fonds(of_fonds(2), {}, UNITS)
        assert list(holdings.walk(FONDS)) == first
        assert waiting
        assert not jobs.claim("index", limit=99)

    def test_an_older_version_describes_nothing(self, holdings: Holdings) -> None:
        holdings.put_fonds(of_fonds(2), {}, UNITS)
        before = list(holdings.walk(FONDS))
        holdings.put_fonds(of_fonds(1), {}, UNITS[:1])
        assert list(holdings.walk(FONDS)) == before

    def test_one_fonds_leaves_the_others_alone(self, holdings: Holdings) -> None:
        put(holdings, dossier(5, fonds="P02"))
        holdings.put_fonds(of_fonds(code="H99.12.P02"), {}, [
            DescribedUnit(fonds_id("H99.12.P02"), "", described(Kind.FONDS, archiveCode="H99.12", fondsCode="P02")),
        ])  # fmt: skip
        holdings.put_fonds(of_fonds(), {}, UNITS)
        holdings.put_fonds(of_fonds(2), {}, UNITS[:1])
        assert holdings.by_level("file").total == 1
        assert ids(holdings.by_level("fonds").items) == [FONDS, fonds_id("H99.12.P02")]

    @pytest.mark.parametrize("first", ["delivery", "package"])
    def test_what_is_said_of_a_fonds_is_filled_in_and_never_changed(self, holdings: Holdings, first: str) -> None:
        one, two = dossier(1), dossier(2)
        less = {key: value for key, value in one.fonds.values.items() if key != "archivesTime"}
        if first == "delivery":
            put(holdings, replace(one, fonds=Description(Kind.FONDS, less, (("Cột", "một"),))))
        else:
            holdings.put_fonds(
                of_fonds(), {}, [DescribedUnit(FONDS, "", Description(Kind.FONDS, less, (("Cột", "một"),)))]
            )
        more = {**one.fonds.values, "fondName": Value("Tên khác"), "fondHistory": Value("Lịch sử")}
        put(holdings, replace(two, fonds=Description(Kind.FONDS, more, (("Cột", "hai"), ("Cột 2", "x")))))
        fonds = holdings.unit(FONDS)
        assert fonds is not None
        assert fonds.description.text("fondName") == fonds.title == "Phông P01"
        assert fonds.description.text("fondHistory") == "Lịch sử"
        assert (fonds.dates, fonds.earliest) == ("1955-1975", "1955-01-01")
        assert fonds.description.extra == (("Cột", "một"), ("Cột 2", "x"))

    def test_what_is_said_of_a_series_is_filled_in_and_never_changed(self, holdings: Holdings) -> None:
        one, two = dossier(1), dossier(2)
        put(holdings, replace(one, series=described(Kind.SERIES, fileCatalog="01")))
        put(holdings, two)
        put(holdings, replace(dossier(3), series=described(Kind.SERIES, fileCatalog="01", title="Tên khác")))
        series = holdings.unit(SERIES)
        assert series is not None
        assert series.title == series.description.text("title") == "Mục lục 01"

    def test_the_package_of_a_fonds_has_the_last_word_on_its_description(self, holdings: Holdings) -> None:
        put(holdings, dossier(1))
        renamed = replace(THE_FONDS, values={**THE_FONDS.values, "fondName": Value("Tên mới")})
        holdings.put_fonds(of_fonds(), {}, [DescribedUnit(FONDS, "", renamed)])
        fonds = holdings.unit(FONDS)
        assert fonds is not None
        assert fonds.title == "Tên mới"
