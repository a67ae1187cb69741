"""What every record of checks must do. A back end's test gives an empty one, and the holdings of the same catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fonds.repository.ports.catalogue import Check, Coverage, Holdings, Problem
from fonds.repository.ports.copies import FAILED, VERIFIED, Copies, PackageCopy
from fonds.repository.ports.fixity import Fixity, Result
from tests.contracts.records import digests, dossier, objid, package

MAIN = "main"
EVER = "9999"
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
    fixity.claim(run, [(made.objid, made.version)], made.copy)
    fixity.record(run, made, problems, files=5, size=100)
    fixity.end(run)
    return run


def outstanding(fixity: Fixity, copy: str = MAIN, since: str = EVER) -> list[tuple[str, int]]:
    return [(one.objid, one.version) for one in fixity.outstanding(copy, since=since)]


def result(number: int, when: str = EARLY, *, copy: str = MAIN) -> Result:
    return Result(check(number, when, copy=copy), (), 5, 100)


class FixityContract:
    """Inherit, and give the fixtures ``fixity`` (empty), ``holdings`` and ``copies`` (of the same catalogue)."""

    def test_nothing_is_known(self, fixity: Fixity) -> None:
        assert fixity.run(1) is None
        assert fixity.runs().total == 0
        assert fixity.check(objid(1)) is None
        assert fixity.problems().total == 0
        assert outstanding(fixity) == []
        assert fixity.open_runs() == []
        assert fixity.read_since("") == (0, 0)
        assert fixity.coverage(LATE) == Coverage(0, 0, 0, "", "", 0)

    def test_a_run_that_was_cut_short_is_incomplete(self, fixity: Fixity) -> None:
        run = fixity.begin("all")
        fixity.claim(run, packages(1, 2), MAIN)
        fixity.record(run, check(1), [], files=5, size=100)
        found = fixity.run(run)
        assert found is not None
        assert (found.complete, found.ended, found.packages) == (False, "", 1)

    def test_a_run_with_an_intent_left_never_becomes_complete(self, fixity: Fixity) -> None:
        run = fixity.begin("all")
        fixity.claim(run, packages(1, 2), MAIN)
        fixity.record(run, check(1), [], files=5, size=100)
        ended = fixity.end(run)
        assert not ended.complete
        assert ended.ended

    def test_a_complete_run_has_its_counts(self, fixity: Fixity) -> None:
        run = fixity.begin("due")
        fixity.claim(run, packages(1, 2), MAIN)
        fixity.record(run, check(1), [], files=5, size=100)
        fixity.record(run, check(2, result="problem"), [problem(2), problem(2, "x", "extra")], files=4, size=50)
        ended = fixity.end(run)
        assert (ended.id, ended.scope, ended.complete) == (run, "due", True)
        assert (ended.packages, ended.files, ended.bytes, ended.problems) == (2, 9, 150, 2)
        assert fixity.run(run) == ended
        assert fixity.runs().items == [ended]

    def test_intending_twice_or_nothing(self, fixity: Fixity) -> None:
        run = fixity.begin("all")
        fixity.claim(run, [], MAIN)
        fixity.claim(run, packages(1), MAIN)
        fixity.claim(run, packages(1, 2), MAIN)
        fixity.record(run, check(1), [], files=1, size=1)
        fixity.record(run, check(2), [], files=1, size=1)
        assert fixity.end(run).complete

    def test_an_intent_of_another_copy_stays(self, fixity: Fixity) -> None:
        one, other = fixity.begin("all"), fixity.begin("all")
        fixity.claim(one, packages(1), MAIN)
        fixity.claim(other, packages(1), "second")
        fixity.record(other, check(1), [], files=1, size=1)
        fixity.record(one, check(1), [], files=1, size=1)
        assert fixity.end(one).complete
        assert not fixity.end(other).complete

    def test_what_one_run_reads_no_other_gets(self, fixity: Fixity) -> None:
        one, other = fixity.begin("all", owner="a"), fixity.begin("all", owner="b")
        assert fixity.claim(one, packages(1, 2), MAIN).granted == packages(1, 2)
        found = fixity.claim(other, packages(1, 2, 3), MAIN)
        assert (found.granted, found.held, dict(found.read)) == (packages(3), packages(1, 2), {})
        assert fixity.claim(other, packages(1), "second").granted == packages(1), "another copy is another thing"
        assert fixity.claim(one, packages(1), MAIN).granted == packages(1), "its own it may have again"

    def test_what_another_run_has_read_meanwhile_is_told(self, fixity: Fixity) -> None:
        one, other = fixity.begin("all"), fixity.begin("all")
        fixity.claim(one, packages(1, 2, 3), MAIN)
        fixity.record(one, check(1, LATE), [], files=1, size=1)
        fixity.record(one, check(2, LATE, "problem"), [problem(2)], files=1, size=1)
        fixity.record(one, check(3, EARLY), [], files=1, size=1)
        found = fixity.claim(other, packages(1, 2, 3), MAIN, since=LATE)
        assert found.granted == packages(3)
        assert dict(found.read) == {(objid(1), 1): True, (objid(2), 1): False}

    def test_what_is_given_back_is_free(self, fixity: Fixity) -> None:
        one, other = fixity.begin("all"), fixity.begin("all")
        fixity.claim(one, packages(1, 2), MAIN)
        fixity.drop(one, packages(1), MAIN)
        assert fixity.claim(other, packages(1, 2), MAIN).granted == packages(1)
        fixity.record(one, check(2), [], files=1, size=1)
        assert fixity.end(one).complete

    def test_what_a_run_holds_ends_with_it(self, fixity: Fixity) -> None:
        one, other = fixity.begin("all"), fixity.begin("all")
        fixity.claim(one, packages(1), MAIN)
        fixity.end(one)
        assert fixity.claim(other, packages(1), MAIN).granted == packages(1)

    def test_many_are_claimed_at_once(self, fixity: Fixity) -> None:
        many = [(objid(number), version) for number in range(500) for version in (1, 2)]
        one, other = fixity.begin("all"), fixity.begin("all")
        assert fixity.claim(one, many[::2], MAIN).granted == many[::2]
        found = fixity.claim(other, many, MAIN)
        assert (found.granted, found.held) == (many[1::2], many[::2])

    def test_a_run_that_is_heard_from_is_not_abandoned(self, fixity: Fixity) -> None:
        run = fixity.begin("all", owner="a", seconds=60)
        (known,) = fixity.open_runs()
        assert (known.id, known.owner) == (run, "a")
        assert not fixity.abandon(run, [], gone=False)
        assert fixity.renew(run, seconds=120)
        (later,) = fixity.open_runs()
        assert later.until > known.until > known.started

    def test_what_an_abandoned_run_held_is_free_and_the_run_never_complete(self, fixity: Fixity) -> None:
        silent, killed, released = (fixity.begin("all", seconds=seconds) for seconds in (-1, 600, 600))
        for number, run in enumerate((silent, killed, released), 1):
            fixity.claim(run, packages(number), MAIN)
        fixity.release(released)
        assert fixity.abandon(silent, [], gone=False)
        assert not fixity.abandon(killed, [], gone=False)
        assert fixity.abandon(killed, [], gone=True)
        assert fixity.abandon(released, [], gone=False)
        assert fixity.open_runs() == []
        for run in (silent, killed, released):
            assert not fixity.abandon(run, [], gone=True), "once is enough"
            assert not fixity.renew(run)
            found = fixity.end(run)
            assert (found.complete, found.ended != "") == (False, True)
        assert fixity.claim(fixity.begin("all"), packages(1, 2, 3), MAIN).granted == packages(1, 2, 3)

    def test_an_abandoned_run_without_an_intent_left_is_not_complete_either(self, fixity: Fixity) -> None:
        run = fixity.begin("all", seconds=-1)
        assert fixity.abandon(run, [], gone=False)
        assert not fixity.end(run).complete

    def test_what_only_the_log_has_of_an_abandoned_run_is_taken_over_once(
        self, fixity: Fixity, holdings: Holdings
    ) -> None:
        hold(holdings, 1, 2, 3)
        run = fixity.begin("all", seconds=-1)
        fixity.claim(run, packages(1, 2), MAIN)
        fixity.record(run, check(1, LATE), [], files=5, size=100)
        assert fixity.abandon(run, [result(1), result(2), result(3)], gone=False)
        found = fixity.run(run)
        assert found is not None
        assert (found.packages, found.files, found.bytes) == (2, 10, 200)
        assert fixity.check(objid(1)) == check(1, LATE), "that was recorded already"
        assert fixity.check(objid(2)) == check(2, EARLY)
        assert fixity.check(objid(3)) is None, "that it did not mean to read"

    def test_results_are_recorded_together(self, fixity: Fixity, holdings: Holdings) -> None:
        hold(holdings, 1, 2)
        run = fixity.begin("all")
        fixity.claim(run, packages(1, 2), MAIN)
        bad = Result(check(2, result="problem"), [problem(2)], 4, 50)
        fixity.record_all(run, [result(1), bad])
        found = fixity.end(run)
        assert (found.complete, found.packages, found.files, found.bytes, found.problems) == (True, 2, 9, 150, 1)
        assert fixity.problems().total == 1
        assert fixity.read_since(EARLY) == (2, 2000)
        assert fixity.read_since(LATE) == (0, 0)

    def test_runs_newest_first(self, fixity: Fixity) -> None:
        numbers = [fixity.begin("all") for _ in range(3)]
        found = fixity.runs(offset=1, limit=1)
        assert (found.total, [run.id for run in found.items]) == (3, [numbers[1]])

    def test_an_intent_of_another_version_stays(self, fixity: Fixity) -> None:
        run = fixity.begin("all")
        fixity.claim(run, [*packages(1), *packages(1, version=2)], MAIN)
        fixity.record(run, check(1, version=2), [], files=1, size=1)
        fixity.record(run, check(1, version=2), [], files=1, size=1)
        assert not fixity.end(run).complete
        again = fixity.begin("all")
        fixity.claim(again, [*packages(1), *packages(1, version=2)], MAIN)
        fixity.record_all(again, [result(1), Result(check(1, version=2), (), 1, 1)])
        assert fixity.end(again).complete

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

    def test_what_is_outstanding_the_oldest_first(self, fixity: Fixity, holdings: Holdings) -> None:
        hold(holdings, 1, 2, 3, 4)
        record(fixity, check(1, LATE))
        record(fixity, check(2, "2025-02-01T00:00:00.000+00:00"))
        record(fixity, check(3, EARLY))
        assert outstanding(fixity) == packages(4, 3, 2, 1)
        assert outstanding(fixity, since=LATE) == packages(4, 3, 2)
        assert outstanding(fixity, since=EARLY) == packages(4)
        first = next(iter(fixity.outstanding(MAIN, since=EVER)))
        assert first == (objid(4), 1, package(dossier(4)).files, 1000, "", "")

    def test_what_was_found_bad_is_as_old_as_that_and_good_when_it_was(
        self, fixity: Fixity, holdings: Holdings
    ) -> None:
        hold(holdings, 1, 2)
        record(fixity, check(1, EARLY))
        record(fixity, check(1, LATE, "problem"), [problem(1)])
        record(fixity, check(2, EARLY, "problem"), [problem(2)])
        found = {one.objid: (one.checked, one.good) for one in fixity.outstanding(MAIN, since=EVER)}
        assert found == {objid(1): (LATE, EARLY), objid(2): (EARLY, "")}

    def test_in_a_copy_what_was_good_there_is_outstanding(
        self, fixity: Fixity, holdings: Holdings, copies: Copies
    ) -> None:
        hold(holdings, 1, 2, 3, 4)
        hold(holdings, 1, version=2)
        good = [PackageCopy(objid(1), 1, "nas", VERIFIED, LATE), PackageCopy(objid(1), 2, "nas", VERIFIED, EARLY)]
        good += [PackageCopy(objid(2), 1, "nas", VERIFIED, EARLY), PackageCopy(objid(3), 1, "other", VERIFIED, EARLY)]
        copies.record([*good, PackageCopy(objid(4), 1, "nas", FAILED, reason="STORE_FULL")])
        assert outstanding(fixity, "nas") == [*packages(1), *packages(1, version=2), *packages(2)]
        assert outstanding(fixity, "nas", LATE) == [*packages(1, version=2), *packages(2)]
        assert outstanding(fixity, "nas", EARLY) == []
        record(fixity, check(2, LATE, "problem", copy="nas"), [replace(problem(2), copy="nas")])
        copies.record([PackageCopy(objid(2), 1, "nas", FAILED, EARLY, reason="COPY_DIFFERS")])
        found = {one.objid: (one.checked, one.good) for one in fixity.outstanding("nas", since=EVER)}
        assert found[objid(2)] == (LATE, EARLY)
        assert outstanding(fixity, "nas", LATE) == packages(1, version=2)

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

    def test_every_version_is_outstanding_by_itself(self, fixity: Fixity, holdings: Holdings) -> None:
        hold(holdings, 1)
        record(fixity, check(1, LATE))
        hold(holdings, 1, version=2)
        assert outstanding(fixity, since=EARLY) == packages(1, version=2)
        assert fixity.coverage(EARLY) == Coverage(2, 1, 0, LATE, LATE, 0)
        record(fixity, check(1, LATE, version=2))
        assert outstanding(fixity, since=EARLY) == []
        record(fixity, check(1, EARLY))
        assert outstanding(fixity, since=LATE) == packages(1)
        assert fixity.coverage(LATE) == Coverage(2, 0, 1, EARLY, LATE, 0)

    def test_the_versions_of_one_dossier_come_together(self, fixity: Fixity, holdings: Holdings) -> None:
        for version in (1, 2, 3):
            hold(holdings, 1, 2, version=version)
        record(fixity, check(1, EARLY))
        record(fixity, check(1, EARLY, version=3))
        record(fixity, check(2, "2025-02-01T00:00:00.000+00:00"))
        assert outstanding(fixity) == [(objid(number), version) for number in (1, 2) for version in (1, 2, 3)]
        record(fixity, check(1, LATE, version=2))
        due = outstanding(fixity, since=LATE)
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
