"""The steps of the demonstration. Each does something real and says what it showed."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from fonds.bootstrap import open_archive, open_gate
from fonds.cli.context import Context
from fonds.cli.people import folded
from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, audit
from fonds.repository.ingest import ingest
from fonds.repository.policy import ANONYMOUS
from fonds.repository.ports.catalogue import Aip
from fonds.repository.ports.index import Filters
from fonds.repository.reading import Answer, Reading
from fonds.repository.rebuild import rebuild
from fonds.repository.repair.run import repair
from fonds.repository.work import work
from fonds.schemas.findings import count_by_severity

_QUESTIONS = ("thủy lợi", "thuy loi", "liet si")


class Demo:
    """One walk through the life of a fonds. ``results`` holds for each step whether it showed what it should."""

    def __init__(self, context: Context, archive: Archive, source: Path) -> None:
        self.context, self.archive, self.source = context, archive, source
        self.results: dict[str, bool] = {}
        self._began = time.monotonic()

    def run(self) -> bool:
        """Go the whole way; returns True when every step showed what it should."""
        steps: list[tuple[str, Callable[[], tuple[bool, dict[str, object]]]]] = [
            ("check", self._check),
            ("ingest", self._ingest),
            ("again", self._again),
            ("copies", self._copies),
            ("search", self._search),
            ("policy", self._policy),
            ("audit", self._audit),
            ("damage", self._damage),
            ("rebuild", self._rebuild),
            ("log", self._log),
        ]
        for number, (name, step) in enumerate(steps, 1):
            click.echo(f"{number:>2}/{len(steps)} {self.context.say(f'cli.demo.{name}')}", err=True)
            good, facts = step()
            self.results[name] = good
            mark = "✓" if good else "✗"
            shown = f"      {mark} {self.context.say(f'cli.demo.{name}.shown', **facts)}"
            click.echo(folded(shown, 0, sys.stderr), err=True)
        return all(self.results.values())

    def summary(self) -> str:
        """Return the last line: how much was shown, and how long it took."""
        good = sum(self.results.values())
        seconds = round(time.monotonic() - self._began, 1)
        return self.context.say("cli.demo.summary", good=good, steps=len(self.results), seconds=seconds)

    @property
    def _agent(self) -> str:
        return self.context.user.name

    def _check(self) -> tuple[bool, dict[str, object]]:
        with open_gate(self.archive) as gate, gate.open(self.source) as delivery:
            for _ in gate.check(delivery):
                pass
            counts = count_by_severity(list(delivery.findings))
        return counts["error"] == 0, {"errors": counts["error"], "notices": counts["warning"] + counts["info"]}

    def _ingest(self) -> tuple[bool, dict[str, object]]:
        result = ingest(self.archive, self.source, agent=self._agent)
        pages = sum(one.pages for one in result.ingested)
        size = self.context.words.size(sum(one.bytes for one in result.ingested))
        good = bool(result.ingested) and not result.blocked
        return good, {"dossiers": len(result.ingested), "pages": pages, "size": size}

    def _again(self) -> tuple[bool, dict[str, object]]:
        result = ingest(self.archive, self.source, agent=self._agent)
        return not result.ingested and not result.blocked, {"unchanged": len(result.unchanged)}

    def _copies(self) -> tuple[bool, dict[str, object]]:
        work(self.archive, stopped=lambda: False)
        states = self.archive.jobs.counts().get("access", {})
        return set(states) == {"done"}, {"dossiers": states.get("done", 0)}

    def _answers(self) -> list[Answer]:
        reading = Reading(self.archive, self.context.user)
        return [reading.search(question, Filters()) for question in _QUESTIONS]

    def _search(self) -> tuple[bool, dict[str, object]]:
        marked, plain, *_ = self._answers()
        same = {unit.id for unit, _ in marked.units} == {unit.id for unit, _ in plain.units}
        return same and marked.total > 0, {"question": _QUESTIONS[0], "plain": _QUESTIONS[1], "total": marked.total}

    def _policy(self) -> tuple[bool, dict[str, object]]:
        inside, outside = Reading(self.archive, self.context.user), Reading(self.archive, ANONYMOUS)
        held, seen = inside.totals()["dossiers"], outside.totals()["dossiers"]
        closed = [unit for unit in inside.by_level("file", limit=500).items if unit.mode != "01"]
        hidden = all(outside.unit(unit.id) is None for unit in closed)
        return hidden and held - seen == len(closed) > 0, {"held": held, "seen": seen}

    def _audit(self) -> tuple[bool, dict[str, object]]:
        result = audit(self.archive, agent=self._agent, scope=ALL)
        good = result.run.complete and not result.problems
        return good, {"files": result.run.files, "size": self.context.words.size(result.run.bytes)}

    def _damage(self) -> tuple[bool, dict[str, object]]:
        aip, path = self._first_page()
        with self.archive.store.local(aip.location, path) as victim:
            _flip_bit(victim)
            try:
                found = audit(self.archive, agent=self._agent, package=aip.objid).problems
            finally:
                _flip_bit(victim)
        healed = repair(self.archive, [aip.objid], agent=self._agent)  # reads all of it again, and closes the incident
        good = [problem.path for problem in found] == [path] and healed.good
        return good, {"path": f"{aip.location}/{path}", "count": len(found)}

    def _first_page(self) -> tuple[Aip, str]:
        """Return the package of the first dossier by its code, and the path of its first page."""
        holdings = self.archive.holdings
        for unit in holdings.by_level("file", limit=1).items:
            aip, pages = holdings.aip(unit.id), holdings.pages(unit.id, limit=1).items
            if aip and pages:
                return aip, f"data/{pages[0].path}"
        raise FondsError("UNIT_MISSING", id="0001")

    def _rebuild(self) -> tuple[bool, dict[str, object]]:
        before = ([[unit.id for unit, _ in answer.units] for answer in self._answers()], self._ids())
        root = self.archive.root
        for name in ("catalogue.sqlite3", "catalogue.sqlite3-wal", "catalogue.sqlite3-shm"):
            (root / name).unlink(missing_ok=True)
        for name in ("index", "access"):
            shutil.rmtree(root / name, ignore_errors=True)
        self.archive = open_archive(root)
        result = rebuild(self.archive, agent=self._agent)
        after = ([[unit.id for unit, _ in answer.units] for answer in self._answers()], self._ids())
        return before == after and not result.unreadable, {"packages": result.packages}

    def _ids(self) -> list[str]:
        return [unit.id for unit in Reading(self.archive, self.context.user).by_level("item", limit=5000).items]

    def _log(self) -> tuple[bool, dict[str, object]]:
        verdict = self.archive.log.verify()
        return verdict.broken_at == 0, {"rows": verdict.rows}


def _flip_bit(path: Path) -> None:
    """Turn one bit in the middle of a file over; doing it twice restores the file."""
    with path.open("r+b") as file:
        middle = path.stat().st_size // 2
        file.seek(middle)
        byte = file.read(1)[0]
        file.seek(middle)
        file.write(bytes([byte ^ 1]))
