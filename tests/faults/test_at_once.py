"""C1: one delivery, taken in by eight people at the same moment."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from fonds.bootstrap import open_archive, worker_at_work
from fonds.repository.audit import audit
from fonds.repository.work import left_to_do
from tests.cli.running import as_process, eventually
from tests.factories import SAMPLE, make_archive, make_delivery
from tests.support import ROOT

PEOPLE = 8
OPERATIONAL = 1


def test_every_dossier_goes_in_once_and_everybody_is_told_the_truth(tmp_path: Path) -> None:
    source, root = make_delivery(tmp_path / "source", SAMPLE), tmp_path / "repo"
    make_archive(root)
    command = [sys.executable, "-m", "fonds", "--repo", str(root), "--lang", "en", "--format", "json", "ingest"]
    running = [
        subprocess.Popen([*command, str(source)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(PEOPLE)
    ]
    said = [(*one.communicate(timeout=300), one.returncode) for one in running]
    taken = [json.loads(out) for out, _, code in said if code == 0]
    assert Counter(len(one["ingested"]) for one in taken)[len(SAMPLE)] == 1, said
    assert all(len(one["ingested"]) + len(one["unchanged"]) == len(SAMPLE) for one in taken)
    for out, err, code in said:
        if code != 0:
            assert (code, out) == (OPERATIONAL, "")
            assert "Another process is working on the repository (an ingest, process " in err
    again = as_process("--repo", root, "--format", "json", "ingest", source)
    assert (again.code, len(again.document["unchanged"])) == (0, len(SAMPLE))
    archive = open_archive(root)
    eventually(lambda: not worker_at_work(archive) and not left_to_do(archive))
    assert archive.holdings.totals()["dossiers"] == len(SAMPLE)
    assert len(list(archive.store.locations())) == len(SAMPLE) + 1, "with the package of the fonds"
    assert Counter(row.action for row in archive.log.rows())["ingest"] == len(SAMPLE)
    assert archive.log.verify().broken_at == 0
    done = audit(archive, agent="tester", scope="all")
    assert (done.problems, done.unknown, done.run.complete) == ([], [], True)
    assert not list((root / "store").glob(".tmp-*"))
