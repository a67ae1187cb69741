"""What every record of checks must do. A back end's test gives an empty one, and the holdings of the same catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fonds.repository.ports.catalogue import Check, Coverage, Fixity, Holdings, Problem
from tests.contracts.records import digests, dossier, objid, package

MAIN = "main"
EARLY, LATE = "2025-01-01T00:00:00.000+00:00", "2025-06-01T00:00:00.000+00:00"


def hold(holdings: Holdings, *numbers: int, version: int = 1) -> None:
    for number in numbers:
        record = dossier(number)
        holdings.put(record, package(record, version), digests(record))


def check(number: int, when: str = EARLY, result: str = "ok", *, version: int = 1, copy: str = MAIN) -> Check:
    return Check(objid(number), version, copy, when, result)


def problem(
    number: int, path: str = "data/METS.xml", result: str = "digest", *, actual: str = "cd" * 32, version: int = 1
) -> Problem:
    return Problem(objid(number), version, MAIN, path, result, "ab" * 32, actual)


def packages(*numbers: int, version: int = 1) -> list[tuple[str, int]]:
    return [(objid(number), version) for number in numbers]


def record(fixity: Fixity, made: Check, problems: Sequence[Problem] = ()) -> int:
    run = fixity.begin("all")
    fixity.intend(run, [(made.objid, made.version)], made.copy)
    fixity.record(run, made, problems, files=5, size=100)
    fixity.end(run)
    return run


class FixityContract:
    """Inherit, and give the fixtures ``fixity`` (empty) and ``holdings`` (of the same catalogue)."""

    def test_nothing_is_known(self, fixity: Fixity) -> None:
        assert fixity.run(1) is None
        assert fixity.runs().total == 0
        assert fixity.check(objid(1)) is None
        assert fixity.problems().total == 0
        assert fixity.due(LATE, copy=MAIN) == []
        assert fixity.coverage(LATE) == Coverage(0, 0, 0, "", "", 0)

    def test_a_run_that_was_cut_short_is_incomplete(self, fixity: Fixity) -> None:
        run = fixity.begin("all")
        fixity.intend(run, packages(1, 2), MAIN)
        fixity.record(run, check(1), [], files=5, size=100)
        found = fixity.run(run)
        assert found is not None
        assert (found.complete, found.ended, found.packages) == (False, "", 1)

    def test_a_run_with_an_intent_left_never_becomes_complete(self, fixity: Fixity) -> None:
        run = fixity.begin("all")
        fixity.intend(run, packages(1, 2), MAIN)
        fixity.record(run, check(1), [], files=5, size=100)
        ended = fixity.end(run)
        assert not ended.complete
        assert ended.ended

    def test_a_complete_run_has_its_counts(self, fixity: Fixity) -> None:
        run = fixity.begin("due")
        fixity.intend(run, packages(1, 2), MAIN)
        fixity.record(run, check(1), [], files=5, size=100)
        fixity.record(run, check(2, result="problem"), [problem(2), problem(2, "x", "extra")], files=4, size=50)
        ended = fixity.end(run)
        assert (ended.id, ended.scope, ended.complete) == (run, "due", True)
        assert (ended.packages, ended.files, ended.bytes, ended.problems) == (2, 9, 150, 2)
        assert fixity.run(run) == ended
        assert fixity.runs().items == [ended]

    def test_intending_twice_or_nothing(self, fixity: Fixity) -> None:
        run = fixity.begin("all")
        fixity.intend(run, [], MAIN)
        fixity.intend(run, packages(1), MAIN)
        fixity.intend(run, packages(1, 2), MAIN)
        fixity.record(run, check(1), [], files=1, size=1)
        fixity.record(run, check(2), [], files=1, size=1)
        assert fixity.end(run).complete

    def test_an_intent_of_another_run_or_copy_stays(self, fixity: Fixity) -> None:
        one, other = fixity.begin("all"), fixity.begin("all")
        fixity.intend(one, packages(1), MAIN)
        fixity.intend(other, packages(1), MAIN)
        fixity.record(other, check(1, copy="second"), [], files=1, size=1)
        fixity.record(one, check(1), [], files=1, size=1)
        assert fixity.end(one).complete
        assert not fixity.end(other).complete

    def test_runs_newest_first(self, fixity: Fixity) -> None:
        numbers = [fixity.begin("all") for _ in range(3)]
        found = fixity.runs(offset=1, limit=1)
        assert (found.total, [run.id for run in found.items]) == (3, [numbers[1]])

    def test_an_intent_of_another_version_stays(self, fixity: Fixity) -> None:
        run = fixity.begin("all")
        fixity.intend(run, [*packages(1), *packages(1, version=2)], MAIN)
        fixity.record(run, check(1, version=2), [], files=1, size=1)
        fixity.record(run, check(1, version=2), [], files=1, size=1)
        assert not fixity.end(run).complete
        fixity.record(run, check(1), [], files=1, size=1)
        assert fixity.end(run).complete

    def test_the_last_check_is_known(self, fixity: Fixity, holdings: Holdings) -> None:
        hold(holdings, 1)
        record(fixity, check(1, EARLY, "problem"), [problem(1)])
        record(fixity, check(1, LATE))
        assert fixity.check(objid(1)) == check(1, LATE)
        assert fixity.check(objid(2)) is None

    def test_of_several_copies_the_worst_counts(self, fixity: Fixity, holdings: Holdings) -> None:
        hold(holdings, 1)
        record(fixity, check(1, LATE))
        bad = check(1, EARLY, "problem", copy="second")
        record(fixity, bad, [problem(1)])
        assert fixity.check(objid(1)) == bad
        assert fixity.checks(objid(1)) == {1: bad}

    def test_a_package_is_as_well_as_the_worst_of_its_versions(self, fixity: Fixity, holdings: Holdings) -> None:
        hold(holdings, 1)
        hold(holdings, 1, version=2)
        assert fixity.check(objid(1)) is None
        record(fixity, check(1, LATE, version=2))
        assert fixity.check(objid(1)) is None, "the first version was never checked"
        assert fixity.checks(objid(1)) == {2: check(1, LATE, version=2)}
        record(fixity, check(1, EARLY))
        assert fixity.check(objid(1)) == check(1, EARLY)
        hold(holdings, 1, version=3)
        record(fixity, check(1, EARLY, "problem"), [problem(1)])
        assert fixity.check(objid(1)) == check(1, EARLY, "problem"), "a problem counts, whatever is not known"
        assert fixity.checks(objid(1)) == {1: check(1, EARLY, "problem"), 2: check(1, LATE, version=2)}

    def test_problems_belong_to_their_version(self, fixity: Fixity, holdings: Holdings) -> None:
        hold(holdings, 1)
        hold(holdings, 1, version=2)
        record(fixity, check(1, EARLY, "problem"), [problem(1)])
        record(fixity, check(1, EARLY, "problem", version=2), [problem(1, version=2)])
        assert [found.version for found in fixity.problems(objid=objid(1)).items] == [2, 1]
        record(fixity, check(1, LATE, version=2))
        assert [found.version for found in fixity.problems(objid=objid(1)).items] == [1]

    def test_a_problem_stays_open_until_it_is_not_found_again(self, fixity: Fixity) -> None:
        record(fixity, check(1, EARLY, "problem"), [problem(1, "a"), problem(1, "b", "missing", actual="")])
        record(fixity, check(2, EARLY, "problem"), [problem(2, "a")])
        record(fixity, check(1, LATE, "problem"), [problem(1, "b", "missing", actual="")])
        (left,) = fixity.problems(objid=objid(1)).items
        assert (left.path, left.result, left.open, left.found) == ("b", "missing", True, EARLY)
        assert fixity.problems().total == 2
        record(fixity, check(1, LATE))
        assert fixity.problems(objid=objid(1)).total == 0
        assert [found.objid for found in fixity.problems().items] == [objid(2)]

    def test_a_problem_that_is_found_again_shows_what_was_found_last(self, fixity: Fixity) -> None:
        record(fixity, check(1, EARLY, "problem"), [problem(1, actual="11" * 32)])
        record(fixity, check(1, LATE, "problem"), [problem(1, actual="22" * 32)])
        (found,) = fixity.problems().items
        assert (found.actual, found.expected, found.found) == ("22" * 32, "ab" * 32, EARLY)

    def test_a_problem_that_comes_back_is_opened_anew(self, fixity: Fixity) -> None:
        record(fixity, check(1, EARLY, "problem"), [problem(1)])
        record(fixity, check(1, EARLY))
        record(fixity, check(1, LATE, "problem"), [problem(1)])
        (found,) = fixity.problems().items
        assert found.found == LATE

    def test_problems_newest_first_in_slices(self, fixity: Fixity) -> None:
        record(fixity, check(1, EARLY, "problem"), [problem(1, name) for name in "abc"])
        found = fixity.problems(offset=1, limit=1)
        assert (found.total, [one.path for one in found.items]) == (3, ["b"])

    def test_what_is_due(self, fixity: Fixity, holdings: Holdings) -> None:
        hold(holdings, 1, 2, 3, 4)
        record(fixity, check(1, LATE))
        record(fixity, check(2, "2025-02-01T00:00:00.000+00:00"))
        record(fixity, check(3, EARLY))
        assert [aip.objid for aip in fixity.due(LATE, copy=MAIN)] == [objid(4), objid(3), objid(2)]
        assert [aip.objid for aip in fixity.due(LATE, copy=MAIN, limit=1)] == [objid(4)]
        assert [aip.objid for aip in fixity.due(EARLY, copy=MAIN)] == [objid(4)]
        assert len(fixity.due(LATE, copy="second")) == 4

    def test_a_copy_does_not_speak_for_the_store_and_is_heard_when_it_is_bad(
        self, fixity: Fixity, holdings: Holdings
    ) -> None:
        hold(holdings, 1, 2)
        record(fixity, check(1, LATE, copy="second"))
        assert fixity.check(objid(1)) is None
        assert fixity.coverage(LATE) == Coverage(2, 2, 0, "", "", 0)
        record(fixity, check(1, LATE))
        assert fixity.check(objid(1)) == check(1, LATE)
        bad = check(1, LATE, "problem", copy="second")
        record(fixity, bad, [replace(problem(1), copy="second")])
        assert fixity.check(objid(1)) == bad
        assert fixity.coverage(LATE) == Coverage(2, 1, 0, LATE, LATE, 1)

    def test_every_version_is_due_by_itself(self, fixity: Fixity, holdings: Holdings) -> None:
        hold(holdings, 1)
        record(fixity, check(1, LATE))
        hold(holdings, 1, version=2)
        assert [(aip.objid, aip.version) for aip in fixity.due(EARLY, copy=MAIN)] == packages(1, version=2)
        assert fixity.coverage(EARLY) == Coverage(2, 1, 0, LATE, LATE, 0)
        record(fixity, check(1, LATE, version=2))
        assert fixity.due(EARLY, copy=MAIN) == []
        record(fixity, check(1, EARLY))
        assert [aip.version for aip in fixity.due(LATE, copy=MAIN)] == [1]
        assert fixity.coverage(LATE) == Coverage(2, 0, 1, EARLY, LATE, 0)

    def test_what_is_due_of_one_dossier_comes_together(self, fixity: Fixity, holdings: Holdings) -> None:
        for version in (1, 2, 3):
            hold(holdings, 1, 2, version=version)
        record(fixity, check(1, EARLY))
        record(fixity, check(1, EARLY, version=3))
        record(fixity, check(2, "2025-02-01T00:00:00.000+00:00"))
        due = [(aip.objid, aip.version) for aip in fixity.due(LATE, copy=MAIN)]
        assert due == [(objid(number), version) for number in (1, 2) for version in (1, 2, 3)]
        record(fixity, check(1, LATE, version=2))
        due = [(aip.objid, aip.version) for aip in fixity.due(LATE, copy=MAIN)]
        assert due == [*((objid(2), version) for version in (1, 2, 3)), (objid(1), 1), (objid(1), 3)]

    def test_coverage(self, fixity: Fixity, holdings: Holdings) -> None:
        hold(holdings, 1, 2, 3)
        record(fixity, check(1, LATE))
        record(fixity, check(2, EARLY, "problem"), [problem(2)])
        assert fixity.coverage(LATE) == Coverage(3, 1, 1, EARLY, LATE, 1)

    def test_checks_are_taken_over_from_the_log(self, fixity: Fixity, holdings: Holdings) -> None:
        hold(holdings, 1, 2)
        found = [problem(1, "data/a.tif")]
        fixity.restore([(check(1, EARLY, "problem"), found), (check(2, EARLY), []), (check(1, LATE), [])])
        assert fixity.check(objid(1)) == check(1, LATE)
        assert fixity.problems().total == 0
        assert fixity.coverage(EARLY) == Coverage(2, 0, 0, EARLY, LATE, 0)

    def test_checks_of_every_version_are_taken_over(self, fixity: Fixity, holdings: Holdings) -> None:
        hold(holdings, 1)
        hold(holdings, 1, version=2)
        made = [check(1, EARLY, "problem"), check(1, LATE, version=2)]
        fixity.restore([(made[0], [problem(1)]), (made[1], [])])
        assert fixity.checks(objid(1)) == {1: made[0], 2: made[1]}
        assert [found.version for found in fixity.problems().items] == [1]
        assert fixity.coverage(EARLY) == Coverage(2, 0, 0, EARLY, LATE, 1)
