"""The whole way, as people walk it: the command line in processes of its own, the reading room in a real browser.

A fonds goes in, a historian reads it, an auditor proves it, and everything but the store is lost and comes back.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bagit
import pytest
from playwright.sync_api import Browser, Page

from fonds.cli.main import main
from fonds.schemas.xml import validate
from tests.support import ROOT, shared_sample

EXAMPLE = ROOT / "examples" / "H98.07_P03"
QUESTIONS = ("thủy lợi", "thuy loi", "liệt sĩ", "1972", "H98.07.P03.1974.10")


@dataclass(frozen=True)
class Answered:
    """What a command gave: exit code, stdout as JSON (None when it is not), stderr."""

    code: int
    document: Any
    errors: str


@dataclass(frozen=True)
class Fonds:
    """The command line on one repository: called, it runs in a process of its own."""

    root: Path

    def __call__(self, *arguments: str, expect: int = 0) -> Answered:
        done = subprocess.run(
            [sys.executable, "-m", "fonds", "--repo", str(self.root), "--format", "json", *arguments],
            capture_output=True, text=True, check=False, timeout=300, cwd=ROOT,
        )  # fmt: skip
        assert done.returncode == expect, f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return Answered(done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr)

    def told(self, *arguments: str, expect: int = 0) -> Any:  # noqa: ANN401 - whatever the JSON is
        """Return what a command that only reads answers; in this process, for the many times it is asked."""
        said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        with redirect_stdout(said), pytest.raises(SystemExit) as ended:
            main(["--repo", str(self.root), "--format", "json", *arguments])
        said.seek(0)
        assert ended.value.code == expect, arguments
        return json.load(said)

    def ids(self) -> list[str]:
        """Return the id of every unit of every level, in order."""
        found: list[str] = []
        for level in ("fonds", "series", "file", "item"):
            listed = self.told("list", "--level", level, "--limit", "1000")
            assert listed["total"] == len(listed["units"])
            found += [unit["id"] for unit in listed["units"]]
        return found

    def answers(self) -> list[list[str]]:
        """Return the ids found for each of the questions, in order of rank."""
        return [[hit["id"] for hit in self.told("search", question)["hits"]] for question in QUESTIONS]


@pytest.fixture(scope="module")
def fonds(tmp_path_factory: pytest.TempPathFactory) -> Fonds:
    """A repository with the example fonds in it."""
    command = Fonds(tmp_path_factory.mktemp("way") / "repo")
    assert command("init").document == {"repo": str(command.root)}
    checked = command("check", str(EXAMPLE)).document
    assert checked["counts"]["error"] == 0
    taken = command("ingest", str(EXAMPLE)).document
    assert len(taken["ingested"]) == checked["dossiers"] == 12
    assert sum(one["pages"] for one in taken["ingested"]) == checked["pages"] == 47
    assert (taken["unchanged"], taken["blocked"]) == ([], [])
    return command


def packages(root: Path) -> list[Path]:
    """Return the packages of the dossiers."""
    return sorted((root / "store").glob("*/[!_]*/v*/uuid-*"))


def test_every_dossier_is_a_package_that_others_accept(fonds: Fonds) -> None:
    assert len(packages(fonds.root)) == 12
    for package in packages(fonds.root):
        bagit.Bag(str(package)).validate()
        for name, schema in (("METS.xml", "mets"), ("metadata/descriptive/ead3.xml", "ead3")):
            with (package / "data" / name).open("rb") as source:
                assert validate(schema, source) == []


def test_a_second_ingest_changes_nothing(fonds: Fonds) -> None:
    before = fonds.ids()
    again = fonds("ingest", str(EXAMPLE)).document
    assert (again["ingested"], len(again["unchanged"]), again["blocked"]) == ([], 12, [])
    assert fonds.ids() == before


def test_search_finds_with_and_without_diacritics(fonds: Fonds) -> None:
    marked, plain, *_ = fonds.answers()
    assert set(marked) == set(plain)
    assert marked


def test_the_background_work_ends_with_every_copy_made(fonds: Fonds) -> None:
    fonds("jobs", "run", "--quiet")
    assert _eventually(lambda: fonds("status").document["jobs"]["access"] == {"done": 12})


def _eventually(question: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(0.5)
    return False


def test_one_flipped_bit_is_named_with_both_digests(fonds: Fonds) -> None:
    assert fonds("audit", "--all").document["ok"] is True
    for victim in _one_of_each(packages(fonds.root)[3]):
        whole = victim.read_bytes()
        victim.write_bytes(whole[:-9] + bytes([whole[-9] ^ 4]) + whole[-8:])
        found = fonds.told("audit", "--all", expect=3)
        victim.write_bytes(whole)
        problem = found["problems"][0]
        assert len(found["problems"]) == 1, found
        assert victim.as_posix().endswith(f"{problem['package']}/{problem['path']}")
        assert problem["result"] == "digest"
        assert re.fullmatch("[0-9a-f]{64}", problem["expected"])
        assert re.fullmatch("[0-9a-f]{64}", problem["actual"])
        assert problem["expected"] != problem["actual"]
    assert fonds("audit", "--all").document["ok"] is True
    assert fonds("log", "verify").document["ok"] is True


def _one_of_each(package: Path) -> list[Path]:
    """Return one file of each kind that a package has: payload, description, history, lists, tags."""
    data = package / "data"
    return [
        *sorted((data / "representations/rep1/data").iterdir())[:1],
        data / "metadata/descriptive/ead3.xml",
        data / "METS.xml",
        package / "manifest-sha256.txt",
        package / "tagmanifest-sha256.txt",
        package / "bag-info.txt",
    ]


def test_everything_but_the_store_and_the_log_can_be_lost(fonds: Fonds) -> None:
    before, found = fonds.ids(), fonds.answers()
    dossiers = [unit["id"] for unit in fonds("list").document["units"]]
    shown = [fonds.told("show", unit) for unit in dossiers]
    for name in ("catalogue.sqlite3", "catalogue.sqlite3-wal", "catalogue.sqlite3-shm"):
        (fonds.root / name).unlink(missing_ok=True)
    shutil.rmtree(fonds.root / "index")
    shutil.rmtree(fonds.root / "access")
    rebuilt = fonds("rebuild").document
    assert (rebuilt["packages"], rebuilt["unreadable"]) == (13, [])  # that of the fonds is one of them
    assert fonds.ids() == before
    assert fonds.answers() == found
    assert [fonds.told("show", unit) for unit in dossiers] == shown
    assert fonds("show", dossiers[0]).document == shown[0]
    assert fonds("audit", "--all").document["ok"] is True


@contextmanager
def reading_room(root: Path) -> Iterator[str]:
    """Serve a repository on a free port in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "fonds", "--repo", str(root), "serve", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        assert _eventually(lambda: _status(address) == 200, 30)
        yield address
    finally:
        server.terminate()
        output, _ = server.communicate(timeout=30)
        assert b"Traceback" not in output, output.decode()


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a real browser, in Vietnamese."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN")
    yield context.new_page()
    context.close()


def test_a_historian_finds_and_reads_a_page(fonds: Fonds, page: Page) -> None:
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    with reading_room(fonds.root) as address:
        page.goto(address)
        page.get_by_role("searchbox").first.fill("thuy loi")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?**")
        page.get_by_role("main").get_by_role("link", name=re.compile("thủy lợi", re.IGNORECASE)).first.click()
        page.wait_for_url(re.compile("/d/uuid-"))
        objid = page.url.partition("/d/")[2].partition("?")[0].partition("/")[0]
        with page.expect_response(lambda answer: "/iiif/" in answer.url and answer.url.endswith(".jpg")) as tile:
            page.goto(f"{address}/d/{objid}/view?page=1")
        assert tile.value.ok
        page.wait_for_function(_INK, timeout=15000)
        page.keyboard.press("PageDown")
        assert page.title()
    assert errors == []


# True once the viewer's canvas shows something that is not one flat colour.
_INK = """() => {
  const canvas = document.querySelector('canvas');
  if (!canvas || !canvas.width) return false;
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let low = 255, high = 0;
  for (let i = 0; i < data.length; i += 4 * 97) if (data[i + 3]) {
    low = Math.min(low, data[i]); high = Math.max(high, data[i]);
  }
  return high - low > 80;
}"""


def test_a_closed_dossier_looks_like_one_that_is_not_there(fonds: Fonds) -> None:
    closed = next(unit for unit in fonds("list").document["units"] if unit["mode"] == "02")
    absent = "uuid-00000000-0000-4000-8000-000000000000"
    with reading_room(fonds.root) as address:
        for route in ("/d/{}", "/d/{}/view", "/iiif/presentation/{}/manifest", "/iiif/image/{}.1.1/info.json"):
            assert _status(address + route.format(closed["id"])) == _status(address + route.format(absent)) == 404
        with urllib.request.urlopen(f"{address}/search?q=liet+si") as answer:
            assert closed["id"] not in answer.read().decode()


def test_the_clean_sample_gives_exactly_the_expected_findings(tmp_path: Path) -> None:
    sample = shared_sample("fonds_A_clean")
    expected = json.loads((sample / "expected.json").read_text("utf-8"))
    fonds = Fonds(tmp_path / "repo")
    fonds("init")
    checked = fonds("check", str(sample / "H99.12_P01")).document
    keys = ("code", "severity", "where")
    assert sorted(tuple(one[key] for key in keys) for one in checked["findings"]) == sorted(
        tuple(one[key] for key in keys) for one in expected["warnings"]
    )
    taken = fonds("ingest", str(sample / "H99.12_P01")).document
    assert (len(taken["ingested"]), sum(one["pages"] for one in taken["ingested"])) == (8, 34)
    listed = fonds("list").document["units"]
    assert [unit["code"] for unit in listed if unit["mode"] == "02"] == expected["restricted"]
    held = {digest for package in packages(fonds.root) for digest in _payload_digests(package)}
    delivered = {sha for path, sha in expected["sha256"].items() if not path.endswith(".xlsx")}
    assert delivered <= held


def _payload_digests(package: Path) -> list[str]:
    lines = (package / "manifest-sha256.txt").read_text("utf-8").splitlines()
    return [line.split()[0] for line in lines if "/rep1/data/" in line]


def test_the_demo_shows_every_step(tmp_path: Path) -> None:
    environment = {**os.environ, "FONDS_REPO": str(tmp_path / "unused")}
    done = subprocess.run(
        [sys.executable, "-m", "fonds", "--format", "json", "demo", "--no-serve", "--at", str(tmp_path / "demo")],
        capture_output=True, text=True, check=False, timeout=300, env=environment, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document == {"repo": str(tmp_path / "demo"), "steps": document["steps"], "proved": True}
    assert len(document["steps"]) == done.stderr.count("✓") == 10
    assert all(document["steps"].values())
    assert (tmp_path / "demo" / "fonds.toml").exists()
    assert not (tmp_path / "unused").exists()
