"""K2: no more open files, no permission, and writes of which only a part is done.

Never done with a bad package or none, the message names the file in words that a clerk understands, and the same
command again ends right. ``FAULTS=all`` in the environment refuses every single call in every way (some minutes).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from fonds.bootstrap import open_archive, worker_at_work
from fonds.repository.audit import audit
from fonds.repository.copies.manage import add_copy
from fonds.repository.work import left_to_do
from tests.cli.running import as_process, eventually
from tests.factories import DossierRow, make_archive, make_delivery
from tests.faults.running import driven, workplace
from tests.support import ROOT, require_or_skip

MODE = "all" if os.environ.get("FAULTS") == "all" else "kinds"
ROWS = [DossierRow("H99.12.P01.1962.01", "Hồ sơ", pages=1)]
_COMMANDS = """
import sys
from fonds.cli.main import main

for line in sys.stdin.read().splitlines():
    try:
        main(line.split("\\t"))
    except SystemExit as ended:
        assert ended.code == 0, line
"""


@pytest.fixture(scope="module")
def prepared() -> Iterator[tuple[Path, Path]]:
    with workplace() as folder:
        make_archive(folder / "repo")
        yield folder, make_delivery(folder / "source", ROWS)


@pytest.fixture(scope="module")
def short_writes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that stands before that of the system and writes less than it was asked to."""
    library = tmp_path_factory.mktemp("short") / "short_writes.so"
    source = ROOT / "tests" / "faults" / "short_writes.c"
    subprocess.run([require_or_skip("cc"), "-shared", "-fPIC", "-O1", "-o", library, source], check=True)
    return library


def test_every_kind_of_call_may_be_refused(prepared: tuple[Path, Path]) -> None:
    require_or_skip("strace")
    strikes = driven("refusal_driver", MODE, *prepared)
    assert [strike for strike in strikes if strike["wrong"]] == []
    ended = Counter(str(strike["ended"]).split(": ")[0] for strike in strikes)
    assert ended["refused"] > 25, ended
    assert ended["blocked"] >= 1, "a page that cannot be opened blocks its dossier"
    done = {str(strike["call"]) for strike in strikes}
    assert {"EACCES mkdir store/.tmp-*", "EACCES openat O_DIRECTORY log", "EMFILE openat delivery .jpg"} <= done


def test_the_disk_may_fill_up_in_the_middle_of_any_write(prepared: tuple[Path, Path], short_writes: Path) -> None:
    require_or_skip("strace")
    strikes = driven("tear_driver", "tear", *prepared, LD_PRELOAD=str(short_writes))
    assert [strike for strike in strikes if strike["wrong"]] == []
    told = {str(strike["call"]): str(strike["ended"]).split()[1:2] for strike in strikes}
    assert told["write store/.tmp-* page"] == told["write store/.tmp-* other"] == ["STORE_FULL"]
    assert told["pwrite64 catalogue.sqlite3-wal"] == ["CATALOGUE_FULL"]


def test_nothing_depends_on_a_write_being_whole(short_writes: Path) -> None:
    """Of every write to a file the system does half, whatever is made: what comes out is as good as ever."""
    with workplace() as folder:
        root, out = folder / "repo", folder / "out"
        source = make_delivery(folder / "source", ROWS)
        archive = make_archive(root)
        add_copy(archive, str(folder / "second"), "second", "", "tester")
        commands: list[tuple[object, ...]] = [
            ("--repo", root, "ingest", source),
            ("bag", source, out / "bag"),
            ("pack", source, "--as", "sip", "--out", out / "tar", "--tar", "--organization", "UBND"),
            ("--repo", root, "export", ROWS[0].code, "--as", "aip", "--out", out / "aip", "--zip"),
            ("--repo", root, "describe", "export", out / "table.xlsx"),
            ("--repo", root, "rebuild"),
        ]
        out.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", _COMMANDS],
            input="\n".join("\t".join(map(str, command)) for command in commands),
            # Python itself writes compiled modules without looking how much of them was written.
            env=os.environ
            | {"LD_PRELOAD": str(short_writes), "FONDS_SHORT_WRITES": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done
        eventually(lambda: not worker_at_work(archive) and not left_to_do(archive))
        archive = open_archive(root)
        found = audit(archive, agent="tester", scope="all")
        assert (found.problems, found.unknown, found.run.complete) == ([], [], True)
        assert (archive.log.verify().broken_at, archive.holdings.totals()["dossiers"]) == (0, 1)
        made = [out / "bag", *out.glob("*/*.tar"), *out.glob("*/*.zip")]
        assert len(made) == 3
        assert as_process("validate", *made).code == 0
        assert as_process("--repo", root, "describe", "import", out / "table.xlsx").code == 0
