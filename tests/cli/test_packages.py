"""``fonds pack`` and ``fonds export`` as people run them: answers, refusals, interrupts, runs that are repeated."""

from __future__ import annotations

import json
import shutil
import signal
from pathlib import Path

import pytest

from fonds import config
from fonds.packaging.judge import judge
from fonds.schemas.messages import catalogue
from tests.cli.running import Answered, Fonds, as_process, under_way, unprivileged
from tests.cli.test_interrupts import DOSSIERS, EACH, SECONDS
from tests.cli.test_refusals import refused
from tests.disks import small_disk
from tests.factories import SAMPLE, DossierRow, ingest_sample, make_archive, make_delivery
from tests.outgoing import HOLDER, REQUEST, request_file

OPEN, CONDITIONAL, MIXED = (row.code for row in SAMPLE)


@pytest.fixture(scope="module")
def named(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a name; nobody changes what it holds."""
    root = tmp_path_factory.mktemp("named") / "repo"
    shutil.copytree(library, root)
    settings = root / config.FILE_NAME
    text = settings.read_text("utf-8").replace('archive_name = ""', f'archive_name = "{HOLDER}"')
    settings.write_text(text, "utf-8")
    return root


@pytest.fixture
def exporting(fonds: Fonds, named: Path, tmp_path: Path) -> Fonds:
    """Run ``export`` into a folder of this test, with a JSON answer."""

    def run(*arguments: object) -> Answered:
        return fonds("--repo", named, "--format", "json", "export", *arguments, "--out", tmp_path / "out")

    return run


# --- pack -------------------------------------------------------------------------------------------------------------


def test_pack_answers(fonds: Fonds, delivery: Path, tmp_path: Path) -> None:
    out = tmp_path / "sip"
    command = ("--repo", tmp_path / "none", "--format", "json", "pack", delivery, "--as", "sip", "--out", out)
    # No repository is named or needed: the folder of the default one is not there.
    document = as_process(*command[2:], cwd=tmp_path).document
    assert document["source"] == str(delivery)
    assert [(one["code"], one["state"], one["pages"]) for one in document["packages"]] == [
        (row.code, "made", pages) for row, pages in zip(SAMPLE, (2, 2, 3), strict=True)
    ]
    assert (document["blocked"], document["findings"]) == ([], [])
    assert all(judge(Path(one["path"])).valid for one in document["packages"])
    again = as_process(*command[2:], cwd=tmp_path)
    assert (again.code, {one["state"] for one in again.document["packages"]}) == (0, {"unchanged"})
    text = as_process("--lang", "en", "pack", delivery, "--as", "sip", "--out", out, cwd=tmp_path)
    assert text.out.splitlines()[:2] == [
        "Packed 0 SIPs, 0 pages, 0 B.",
        "3 dossiers were packed before with the same content and stay as they are.",
    ]


def test_pack_tells_what_it_left_out(fonds: Fonds, tmp_path: Path) -> None:
    broken = DossierRow("H99.12.P01.1965.04", "Ảnh hỏng", pages=1, extra={"0002.jpg": b"\xff\xd8\xff\xe0 cut short"})
    source = make_delivery(tmp_path / "source", [SAMPLE[0], broken])
    for lang, word in (("vi", "Bỏ lại"), ("en", "Left out")):
        said = fonds("--lang", lang, "pack", source, "--as", "sip", "--out", tmp_path / lang)
        assert said.code == 3
        assert f"{word}: {broken.code}" in said.out
        assert "CORRUPT_IMAGE" in said.out
        assert len(list((tmp_path / lang).iterdir())) == 1


def test_pack_tells_what_the_circular_asks_for(fonds: Fonds, tmp_path: Path) -> None:
    source = make_delivery(tmp_path / "source", SAMPLE[:1])
    options = ("--dialect", "tt05-2025", "--zip", "--organization", "Sở Nội vụ", "--agreement", "NL-2026/07")
    said = fonds("--lang", "en", "pack", source, "--as", "sip", "--out", tmp_path / "out", *options)
    assert said.code == 3
    (path,) = (tmp_path / "out").iterdir()
    assert path.name.startswith("1uuid-")
    assert f"{path.name}: metadata/descriptive/EAD.xml!riskRecovery" in said.out
    assert str(path) in said.out


WRONG = [
    (("--as", "aip", "--out", "x"), "sip"),
    (("--as", "sip"), "--out"),
    (("--out", "x"), "--as"),
    (("--as", "sip", "--out", "x", "--dialect", "bagit"), "--dialect"),
]


@pytest.mark.parametrize(("options", "named_in"), WRONG, ids=str)
def test_pack_is_asked_wrongly(fonds: Fonds, delivery: Path, options: tuple[str, ...], named_in: str) -> None:
    said = fonds("pack", delivery, *options)
    assert (said.code, said.out) == (2, "")
    assert named_in in said.err


@pytest.mark.parametrize(
    "options", [("--dialect", "tt05-2025", "--tar"), ("--loose",)], ids=["a tar of the circular", "a lot of E-ARK"]
)
def test_a_form_that_the_dialect_does_not_have(
    fonds: Fonds, delivery: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    said = refused(fonds, "FORM_UNKNOWN", 2, "pack", delivery, "--as", "sip", "--out", tmp_path / "out", *options)
    assert options[-1] in said
    assert not (tmp_path / "out").exists()


def test_pack_refuses_a_place(fonds: Fonds, delivery: Path, tmp_path: Path) -> None:
    pack = ("pack", delivery, "--as", "sip", "--out")
    refused(fonds, "OUT_INSIDE", 3, *pack, delivery / "sip")
    (tmp_path / "file").touch()
    refused(fonds, "OUTPUT_FAILED", 1, *pack, tmp_path / "file")
    refused(fonds, "SOURCE_MISSING", 2, "pack", tmp_path / "nowhere", "--as", "sip", "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_pack_where_nobody_may_write(delivery: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o555)
    said = unprivileged("--lang", "en", "pack", delivery, "--as", "sip", "--out", tmp_path / "out")
    assert (said.code, said.out) == (1, "")
    assert str(tmp_path / "out") in said.err
    assert "Permission denied" in said.err


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_full_disk(fonds: Fonds, delivery: Path, lang: str) -> None:
    with small_disk(megabytes=1) as disk:
        said = fonds("--lang", lang, "pack", delivery, "--as", "sip", "--out", disk / "out")
        assert (said.code, said.out) == (1, "")
        assert catalogue(lang)["error.STORE_FULL.hint"] in said.err
        assert list((disk / "out").iterdir()) == []


# --- export -----------------------------------------------------------------------------------------------------------


def test_export_answers(exporting: Fonds, tmp_path: Path) -> None:
    done = exporting("H99.12.P01", "--as", "aip")
    assert done.code == 0
    packages = done.document["packages"]
    assert [one["code"] for one in packages] == ["H99.12.P01", OPEN, CONDITIONAL, MIXED]
    assert {(one["state"], one["version"], one["id"] == one["objid"], one["part"]) for one in packages} == {
        ("made", 1, True, "")
    }
    assert all(judge(Path(one["path"])).valid for one in packages)
    again = exporting("H99.12.P01", "--as", "aip").document["packages"]
    assert [one | {"state": "made"} for one in again] == packages


@pytest.mark.parametrize(("lang", "word"), [("vi", "có điều kiện"), ("en", "conditional material")])
def test_export_tells_what_a_reader_is_not_given(
    fonds: Fonds, named: Path, tmp_path: Path, lang: str, word: str
) -> None:
    dip = ("export", CONDITIONAL, MIXED, "--as", "dip", "--no-bag", "--out", tmp_path / "out")
    said = fonds("--repo", named, "--lang", lang, *dip)
    assert said.code == 3
    assert word in said.out
    assert "EXPORT_PAGES_WITHHELD" in said.out
    given = fonds("--repo", named, "--lang", lang, *dip, "--request", request_file(tmp_path))
    assert given.code == 0
    assert len(list((tmp_path / "out").iterdir())) == 3


def test_one_document(exporting: Fonds, fonds: Fonds, named: Path) -> None:
    items = fonds("--repo", named, "--format", "json", "list", "--level", "item", "--within", MIXED).document["units"]
    (one,) = exporting(items[0]["id"], "--as", "dip", "--zip").document["packages"]
    assert (one["part"], one["pages"]) == (items[0]["id"], 1)
    assert one["path"].endswith(".zip")
    assert judge(Path(one["path"])).valid


def test_export_of_the_circular(exporting: Fonds, tmp_path: Path) -> None:
    asked = ("--as", "dip", "--dialect", "tt05-2025", "--request", request_file(tmp_path))
    made = exporting(OPEN, *asked)
    assert made.code == 3, "the inventory does not say what the circular asks for"
    assert {found["code"] for found in made.document["packages"][0]["findings"]} == {"TT05_FIELD_MISSING"}


def test_a_rotten_file(fonds: Fonds, repo: Path, delivery: Path, tmp_path: Path) -> None:
    make_archive(repo)
    assert fonds("--repo", repo, "ingest", delivery).code == 0
    page = next((repo / "store").glob(f"*/{OPEN}/v1/*/data/representations/rep1/data/0001.jpg"))
    page.write_bytes(page.read_bytes()[:-1] + b"!")
    for lang, word in (("vi", "niêm phong"), ("en", "sealed")):
        said = fonds("--repo", repo, "--lang", lang, "export", OPEN, MIXED, "--as", "aip", "--out", tmp_path / lang)
        assert said.code == 3
        assert "EXPORT_FILE_BROKEN" in said.out
        assert word in said.out
        assert str(page.relative_to(repo / "store")) in said.out
        assert [path.name for path in (tmp_path / lang).iterdir()] == [path.name for path in _held(repo, MIXED)]


def _held(repo: Path, code: str) -> list[Path]:
    return list((repo / "store").glob(f"*/{code}/v1/*"))


def test_export_refuses(fonds: Fonds, named: Path, library: Path, tmp_path: Path) -> None:
    out, request = tmp_path / "out", request_file(tmp_path)
    export = ("--repo", named, "export")
    assert "H99.x" in refused(fonds, "UNIT_MISSING", 2, *export, OPEN, "H99.x", "--as", "aip", "--out", out)
    items = fonds("--repo", named, "--format", "json", "list", "--level", "item").document["units"]
    refused(fonds, "EXPORT_DOCUMENT_ALONE", 2, *export, items[0]["id"], "--as", "sip", "--out", out)
    tt05 = ("--as", "dip", "--dialect", "tt05-2025", "--out", out)
    refused(fonds, "EXPORT_REQUEST_MISSING", 2, *export, OPEN, *tt05)
    nameless = ("--repo", library, "export", OPEN, "--as", "dip", "--out", out, "--request", request)
    assert str(library / config.FILE_NAME) in refused(fonds, "ARCHIVE_UNNAMED", 2, *nameless)
    refused(fonds, "OUT_INSIDE", 3, *export, OPEN, "--as", "aip", "--out", named / "store" / "out")
    refused(fonds, "REQUEST_UNREADABLE", 2, *export, OPEN, "--as", "dip", "--out", out, "--request", tmp_path / "none")
    refused(fonds, "REPOSITORY_MISSING", 2, "--repo", tmp_path / "x", "export", OPEN, "--as", "aip", "--out", out)
    assert not out.exists()


def test_a_request_is_read_strictly(fonds: Fonds, named: Path, tmp_path: Path) -> None:
    (tmp_path / "request.json").write_text(json.dumps({**REQUEST, "purpose": "99"}), "utf-8")
    options = ("--as", "dip", "--out", tmp_path / "out", "--request", tmp_path / "request.json")
    assert "99" in refused(fonds, "REQUEST_CODE_UNKNOWN", 2, "--repo", named, "export", OPEN, *options)


# --- interrupted ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A delivery of sixty pages."""
    return make_delivery(tmp_path_factory.mktemp("sixty") / "P01", DOSSIERS)


def whole(out: Path) -> list[Path]:
    """The packages that are there; nothing else may be."""
    found = sorted(out.iterdir())
    assert all(path.name.startswith("uuid-") for path in found)
    assert all(judge(path).valid for path in found)
    return found


@EACH
def test_pack_interrupted(pages: Path, tmp_path: Path, number: signal.Signals) -> None:
    out = tmp_path / "sip"
    with under_way("pack", pages, "--as", "sip", "--out", out) as command:
        command.until(lambda: any(out.glob("uuid-*")))
        answered, seconds = command.told(number)
    assert (answered.code, answered.out) == (130, "")
    assert seconds < SECONDS
    assert "giữ nguyên" in answered.err
    assert f"fonds pack {pages} --as sip --out {out}" in answered.err
    count = len(whole(out))
    assert 0 < count < len(DOSSIERS)
    again = as_process("--format", "json", "pack", pages, "--as", "sip", "--out", out)
    assert again.code == 0
    states = [one["state"] for one in again.document["packages"]]
    assert (states.count("unchanged"), len(states)) == (count, len(DOSSIERS))
    assert len(whole(out)) == len(DOSSIERS)


def test_pack_killed(pages: Path, tmp_path: Path) -> None:
    """A kill leaves a stage that the next run takes away, and whole packages."""
    out = tmp_path / "sip"
    with under_way("pack", pages, "--as", "sip", "--out", out) as command:
        command.until(lambda: any(out.glob("uuid-*")))
        command.process.kill()
        command.process.communicate()
    before = [path for path in out.iterdir() if path.name.startswith("uuid-")]
    assert all(judge(path).valid for path in before)
    again = as_process("--format", "json", "pack", pages, "--as", "sip", "--out", out)
    assert [one["state"] for one in again.document["packages"]].count("unchanged") == len(before)
    assert len(whole(out)) == len(DOSSIERS)


@pytest.fixture(scope="module")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with those pages; nobody changes it."""
    folder = tmp_path_factory.mktemp("held")
    return ingest_sample(folder / "repo", folder / "P01", DOSSIERS)[0].root


@EACH
def test_export_interrupted(sixty: Path, repo: Path, tmp_path: Path, fonds: Fonds, number: signal.Signals) -> None:
    shutil.copytree(sixty, repo)
    out = tmp_path / "aip"
    with under_way("--repo", repo, "--lang", "en", "export", "H99.12.P01", "--as", "aip", "--out", out) as command:
        command.until(lambda: any(out.glob("uuid-*")))
        answered, seconds = command.told(number)
    assert (answered.code, answered.out) == (130, "")
    assert seconds < SECONDS
    assert "Packages that were exported stay" in answered.err
    count = len(whole(out))
    assert 0 < count <= len(DOSSIERS)
    again = as_process("--repo", repo, "--format", "json", "export", "H99.12.P01", "--as", "aip", "--out", out)
    assert again.code == 0
    states = [one["state"] for one in again.document["packages"]]
    # The fonds has a package too.
    assert (states.count("unchanged"), len(states)) == (count, len(DOSSIERS) + 1)
    assert fonds("--repo", repo, "log", "verify").code == 0
