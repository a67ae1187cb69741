"""What every register of incidents must do. A back end's test gives an empty one, and the checks of its catalogue."""

from __future__ import annotations

from dataclasses import replace

from fonds.repository.ports.fixity import Fixity
from fonds.repository.ports.incidents import DECIDED, REPAIRED, Incident, Incidents
from tests.contracts.fixity_contract import EARLY, LATE, MAIN, check, problem, record
from tests.contracts.records import objid

BETWEEN = "2025-03-01T00:00:00.000+00:00"


def incident(number: int, of: int = 1, when: str = EARLY, copy: str = MAIN) -> Incident:
    return Incident(number, objid(of), copy, 3, when, "lan")


def closed(one: Incident, when: str = LATE, how: str = REPAIRED) -> Incident:
    return replace(one, closed=when, closed_by="hoa", how=how, reason="vì thế", closing=99, sources="nas\nđĩa, rời")


class IncidentsContract:
    """Inherit, and give the fixtures ``incidents`` (empty) and ``fixity`` (of the same catalogue)."""

    def test_nothing_is_known(self, incidents: Incidents) -> None:
        assert incidents.get(1) is None
        assert incidents.last(objid(1), MAIN) is None
        assert incidents.listed().total == 0
        assert incidents.listed(closed=True).items == []

    def test_an_incident_is_kept_whole_and_written_over_by_its_number(self, incidents: Incidents) -> None:
        incidents.put(incident(7))
        assert incidents.get(7) == incident(7)
        assert incident(7).open
        incidents.put(closed(incident(7)))
        assert incidents.get(7) == closed(incident(7))
        assert not closed(incident(7)).open
        assert incidents.listed(closed=True).total == 1

    def test_open_ones_are_listed_newest_first_in_slices(self, incidents: Incidents) -> None:
        for number in (4, 9, 6):
            incidents.put(incident(number, number))
        incidents.put(closed(incident(5, 5)))
        assert [one.number for one in incidents.listed().items] == [9, 6, 4]
        assert [one.number for one in incidents.listed(closed=True).items] == [9, 6, 5, 4]
        found = incidents.listed(offset=1, limit=1)
        assert (found.total, [one.number for one in found.items]) == (3, [6])
        assert [one.number for one in incidents.listed(objid=objid(4)).items] == [4]
        assert incidents.listed(objid=objid(5)).total == 0

    def test_the_last_one_is_that_of_the_copy(self, incidents: Incidents) -> None:
        incidents.put(closed(incident(2)))
        incidents.put(incident(8, copy="nas"))
        incidents.put(closed(incident(5), how=DECIDED))
        assert incidents.last(objid(1), MAIN) == closed(incident(5), how=DECIDED)
        assert incidents.last(objid(1), "nas") == incident(8, copy="nas")

    def test_its_problems_are_those_that_were_open_while_it_was(self, incidents: Incidents, fixity: Fixity) -> None:
        record(fixity, check(1, EARLY, "problem"), [problem(1, "b"), problem(1, "a")])
        record(fixity, check(2, EARLY, "problem"), [problem(2)])
        record(fixity, check(1, BETWEEN, "problem"), [problem(1, "a"), problem(1, "c")])
        one = incident(1, when=EARLY)
        assert [(found.path, found.open) for found in incidents.problems(one).items] == [
            ("a", True), ("b", False), ("c", True),
        ]  # fmt: skip
        later = incident(2, when="2025-04-01T00:00:00.000+00:00")
        assert [found.path for found in incidents.problems(later).items] == ["a", "c"]
        record(fixity, check(1, LATE, "problem"), [problem(1, "d")])
        ended = closed(one, when="2025-04-01T00:00:00.000+00:00")
        assert [found.path for found in incidents.problems(ended).items] == ["a", "b", "c"]
        found = incidents.problems(ended, offset=1, limit=1)
        assert (found.total, [each.path for each in found.items]) == (3, ["b"])

    def test_what_is_new_since_a_time_is_counted(self, incidents: Incidents, fixity: Fixity) -> None:
        record(fixity, check(1, EARLY, "problem"), [problem(1, "a")])
        assert incidents.problems_since(objid(1), MAIN, EARLY) == 0
        record(fixity, check(1, LATE, "problem"), [problem(1, "a"), problem(1, "b")])
        assert incidents.problems_since(objid(1), MAIN, EARLY) == 1
        assert incidents.problems_since(objid(1), "nas", EARLY) == 0

    def test_everything_is_forgotten(self, incidents: Incidents) -> None:
        incidents.put(incident(1))
        incidents.clear()
        assert incidents.listed(closed=True).total == 0
