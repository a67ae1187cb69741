"""What every audit log must do. A back end's test inherits from ``LogContract`` and says how to make an empty one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fonds.repository.chain import GENESIS, canonical, fault, row_hash, row_line
from fonds.repository.ports.log import AuditLog, LogEntry

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


class LogContract:
    """Inherit, and give a fixture ``log`` with an empty log."""

    def test_an_empty_log_is_whole(self, log: AuditLog) -> None:
        assert list(log.rows()) == []
        assert log.verify().rows == 0
        assert log.verify().broken_at == 0
        assert log.verify().head == GENESIS

    def test_rows_are_numbered_chained_and_come_back(self, log: AuditLog) -> None:
        written = [log.append("ingest", agent="Nguyễn Văn Ánh", subject=f"uuid-{n}", detail={"n": n}) for n in range(5)]
        assert [row.number for row in written] == [1, 2, 3, 4, 5]
        assert [row.prev for row in written] == [GENESIS, *(row.hash for row in written[:-1])]
        assert all(row.hash == row_hash(row) for row in written)
        assert list(log.rows()) == written
        verdict = log.verify()
        assert (verdict.rows, verdict.head, verdict.broken_at, verdict.reason) == (5, written[-1].hash, 0, "")

    def test_lines_are_the_rows_as_they_are_kept(self, log: AuditLog) -> None:
        assert list(log.lines()) == []
        rows = [log.append("ingest", agent="Nguyễn Văn Ánh", subject=str(n)) for n in range(3)]
        assert list(log.lines()) == [row_line(row) for row in rows]

    def test_rows_are_appended_together(self, log: AuditLog) -> None:
        assert log.append_all([]) == []
        first = log.append("begin", agent="a")
        made = log.append_all([LogEntry("x", "a", str(n), "failure", {"n": n}) for n in range(3)])
        assert [(row.number, row.subject, row.outcome, row.detail) for row in made] == [
            (n + 2, str(n), "failure", {"n": n}) for n in range(3)
        ]
        assert list(log.rows()) == [first, *made]
        assert log.verify().broken_at == 0

    def test_rows_after_a_number(self, log: AuditLog) -> None:
        for n in range(4):
            log.append("x", agent="a", subject=str(n))
        assert [row.subject for row in log.rows(after=2)] == ["2", "3"]
        assert list(log.rows(after=4)) == []

    def test_outcome_and_time(self, log: AuditLog) -> None:
        row = log.append("fixity check", agent="a", outcome="failure")
        assert log.append("x", agent="a").outcome == "success"
        assert row.outcome == "failure"
        written = datetime.fromisoformat(row.when)
        assert timedelta(0) <= datetime.now(UTC) - written < timedelta(minutes=1)

    def test_what_json_does_not_know_is_kept_as_text(self, log: AuditLog) -> None:
        row = log.append("x", agent="a", detail={"path": Path("/srv/store"), "many": (1, 2)})
        assert row.detail == {"path": "/srv/store", "many": [1, 2]}
        assert list(log.rows()) == [row]

    def test_a_row_cannot_be_two_lines(self, log: AuditLog) -> None:
        row = log.append("x", agent='a\n{"number": 2}', subject="a\u2028b\r\n", detail={"k\n": "\x00"})
        assert list(log.rows()) == [row]
        assert log.verify().rows == 1

    def test_a_name_that_is_not_utf_8_can_be_logged(self, log: AuditLog) -> None:
        row = log.append("x", agent="a", subject=b"H\xf4 s\xa1".decode(errors="surrogateescape"))
        assert list(log.rows()) == [row]
        assert log.verify().broken_at == 0
        canonical({"subject": row.subject}).decode()

    def test_a_changed_row_does_not_fit(self, log: AuditLog) -> None:
        first, second = (log.append("x", agent="a", detail={"n": n}) for n in range(2))
        assert fault(first, 0, GENESIS) == ""
        assert fault(second, 1, first.hash) == ""
        assert fault(replace(second, agent="b"), 1, first.hash) == "hash"
        assert fault(replace(second, detail={"n": 7}), 1, first.hash) == "hash"
        assert fault(second, 2, first.hash) == "number"
        assert fault(second, 1, GENESIS) == "prev"

    # The fixture is shared by all examples, which only makes the chain longer.
    @settings(
        max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors]
    )
    @given(
        detail=st.dictionaries(st.text(st.characters(), max_size=8), JSON, max_size=4), subject=st.text(st.characters())
    )
    def test_anything_can_be_logged(self, log: AuditLog, detail: dict[str, object], subject: str) -> None:
        row = log.append("x", agent="a", subject=subject, detail=detail)
        assert row.detail == detail
        assert list(log.rows(after=row.number - 1)) == [row]
        assert log.verify().broken_at == 0
