"""What every record of checks must do. A back end's test gives an empty one, and the holdings of the same catalogue."""

from __future__ import annotations

from collections.abc import Sequence

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


def problem(number: int, path: str = "data/METS.xml", result: str = "digest", *, actual: str = "cd" * 32) -> Problem:
    return Problem(objid(number), 1, MAIN, path, result, "ab" * 32, actual)


def record(fixity: Fixity, made: Check, problems: Sequence[Problem] = ()) -> int:
    run = fixity.begin("all")
    fixity.intend(run, [made.objid], made.copy)
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
        fixity.intend(run, [objid(1), objid(2)], MAIN)
        fixity.record(run, check(1), [], files=5, size=100)
        found = fixity.run(run)
        assert found is not None
        assert (found.complete, found.ended, found.packages) == (False, "", 1)

    def test_a_run_with_an_intent_left_never_becomes_complete(self, fixity: Fixity) -> None:
        run = fixity.begin("all")
        fixity.intend(run, [objid(1), objid(2)], MAIN)
        fixity.record(run, check(1), [], files=5, size=100)
        ended = fixity.end(run)
        assert not ended.complete
        assert ended.ended

    def test_a_complete_run_has_its_counts(self, fixity: Fixity) -> None:
        run = fixity.begin("due")
        fixity.intend(run, [objid(1), objid(2)], MAIN)
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
        fixity.intend(run, [objid(1)], MAIN)
        fixity.intend(run, [objid(1), objid(2)], MAIN)
        fixity.record(run, check(1), [], files=1, size=1)
        fixity.record(run, check(2), [], files=1, size=1)
        assert fixity.end(run).complete

    def test_an_intent_of_another_run_or_copy_stays(self, fixity: Fixity) -> None:
        one, other = fixity.begin("all"), fixity.begin("all")
        fixity.intend(one, [objid(1)], MAIN)
        fixity.intend(other, [objid(1)], MAIN)
        fixity.record(other, check(1, copy="second"), [], files=1, size=1)
        fixity.record(one, check(1), [], files=1, size=1)
        assert fixity.end(one).complete
        assert not fixity.end(other).complete

    def test_runs_newest_first(self, fixity: Fixity) -> None:
        numbers = [fixity.begin("all") for _ in range(3)]
        found = fixity.runs(offset=1, limit=1)
        assert (found.total, [run.id for run in found.items]) == (3, [numbers[1]])

    def test_the_last_check_is_known(self, fixity: Fixity) -> None:
        record(fixity, check(1, EARLY, "problem"), [problem(1)])
        record(fixity, check(1, LATE))
        assert fixity.check(objid(1)) == check(1, LATE)
        assert fixity.check(objid(2)) is None

    def test_of_several_copies_the_worst_counts(self, fixity: Fixity) -> None:
        record(fixity, check(1, LATE))
        bad = check(1, EARLY, "problem", copy="second")
        record(fixity, bad, [problem(1)])
        assert fixity.check(objid(1)) == bad

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

    def test_a_new_version_is_due_and_the_old_one_is_not(self, fixity: Fixity, holdings: Holdings) -> None:
        hold(holdings, 1)
        record(fixity, check(1, LATE))
        hold(holdings, 1, version=2)
        (due,) = fixity.due(EARLY, copy=MAIN)
        assert due.version == 2
        assert fixity.coverage(EARLY).never == 1

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
