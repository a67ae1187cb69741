"""Whatever is handed over is recognised by its content and judged by the rules for it, as a folder and as one file."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fonds.errors import FondsError, UsageError
from fonds.metadata.model import DossierRecord, Item
from fonds.packaging.bag import write_bag
from fonds.packaging.judge import Judgement, JudgeProgress, judge
from fonds.packaging.transport import pack_tar, pack_zip
from fonds.packaging.tt05 import PackageKind, is_tt05, write_package
from fonds.packaging.tt05.tree import regular_files
from fonds.schemas.findings import Severity
from tests.factories import SAMPLE, ingest_sample
from tests.metadata.samples import FONDS, OBJID
from tests.packaging.bag.making import make
from tests.packaging.csip.packages import make_submission
from tests.packaging.transport.crafting import Entry, zip_bytes
from tests.packaging.tt05.building import FACTS, REQUEST, paged, quick_folder, scanned
from tests.packaging.tt05.foreign import Foreign
from tests.packaging.tt05.test_validating import DOSSIER, LETTER


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder of every kind, not to be changed; the keys are the kinds, 'b/…' is the same inside a bag."""
    place = tmp_path_factory.mktemp("kinds")
    ingest_sample(place / "repository", place / "delivery", SAMPLE[:1])
    (aip,) = (place / "repository" / "store").glob("*/[!_]*/v1/*")
    found = {"bag": make(place / "bag"), "b/AIP": aip}
    for kind in ("SIP", "DIP"):
        found[kind] = make_submission(aip, place / kind, kind)
    _, files = scanned(place / "source", 2)
    record = paged(DossierRecord(OBJID, FONDS, DOSSIER, None, (Item("i1", LETTER, (1, 2)),)), files)
    for tt05 in PackageKind:
        name = "tt05 DIP" if tt05 is PackageKind.DIP else tt05.value
        found[name] = write_package(place / name, tt05, record, files, replace(FACTS, request=REQUEST)).folder
        (place / "bags" / name).mkdir(parents=True)
        found[f"b/{name}"] = write_bag(found[name], place / "bags" / name / found[name].name, workers=0).bag
    return found


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary directory of the test's own, which is empty again in the end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def _gzipped(folder: Path, target: Path) -> None:
    plain = target.with_name("plain.tar")
    pack_tar(folder, plain)
    target.write_bytes(gzip.compress(plain.read_bytes(), 1))
    plain.unlink()


PACKS: dict[str, Callable[[Path, Path], object]] = {"zip": pack_zip, "tar": pack_tar, "tar.gz": _gzipped}
KINDS = ["bag", "b/AIP", "SIP", "DIP", "tt05 DIP", *(one.value for one in PackageKind if one is not PackageKind.DIP)]
ALL = [*KINDS, *(f"b/{kind}" for kind in KINDS[4:])]


def codes(judged: Judgement) -> set[str]:
    return {one.code for one in judged.findings}


@pytest.mark.parametrize("kind", ALL)
def test_every_kind_is_known_and_valid(samples: dict[str, Path], kind: str) -> None:
    judged = judge(samples[kind])
    assert judged.valid
    assert judged.read
    assert judged.kind == kind.removeprefix("b/").removeprefix("tt05 ")
    assert codes(judged) <= {"BAG_EMPTY_FOLDER"}
    assert judged.counts["files"] > 0
    assert judged.counts["bytes"] > 0


@pytest.mark.parametrize("form", PACKS)
@pytest.mark.parametrize("kind", ALL)
def test_one_file_is_judged_as_its_folder_is(samples: dict[str, Path], tmp_path: Path, kind: str, form: str) -> None:
    archive = tmp_path / f"1 gói.{form}"
    PACKS[form](samples[kind], archive)
    bare, packed = judge(samples[kind]), judge(archive)
    assert (packed.kind, packed.valid, packed.counts) == (bare.kind, bare.valid, bare.counts)
    assert packed.findings == bare.findings


@pytest.mark.parametrize("kind", ["b/AIP", "SIP", "SIP_hoso", "b/AIP_hoso"])
def test_a_damaged_page_is_found_wherever_it_is(samples: dict[str, Path], tmp_path: Path, kind: str) -> None:
    folder = tmp_path / samples[kind].name
    shutil.copytree(samples[kind], folder)
    page = next(path for path in sorted(folder.rglob("representations/*/data/*")) if path.is_file())
    page.write_bytes(page.read_bytes()[:-1] + b"?")
    pack_zip(folder, tmp_path / "gói.zip")
    bare, packed = judge(folder), judge(tmp_path / "gói.zip")
    assert not bare.valid
    expected = {
        "b/AIP": {"BAG_DIGEST_WRONG", "PKG_DIGEST_WRONG", "PKG_PREMIS_DIGEST_WRONG"},
        "SIP": {"PKG_DIGEST_WRONG", "PKG_PREMIS_DIGEST_WRONG"},
        "SIP_hoso": {"TT05_DIGEST_WRONG"},
        "b/AIP_hoso": {"BAG_DIGEST_WRONG", "TT05_DIGEST_WRONG"},
    }[kind]
    assert {one.code for one in bare.findings if one.severity is Severity.ERROR} == expected
    if kind.startswith("b/"):
        assert all(one.where.startswith("data/") for one in bare.findings)
    assert packed.counts == bare.counts
    assert [one.where for one in packed.findings] == [f"gói.zip!/{folder.name}/{one.where}" for one in bare.findings]
    fast = judge(tmp_path / "gói.zip", fast=True)
    assert (fast.valid, fast.read) == (True, False)
    assert codes(fast) <= {"BAG_NOT_HASHED", "PKG_NOT_HASHED"}


# --- what tells the state's packages from E-ARK's --------------------------------------------------------------------


def test_packages_of_other_programs(tmp_path: Path) -> None:
    assert judge(Foreign().make(tmp_path)).kind == "SIP_hoso"


def test_an_e_ark_package_may_have_a_finding_aid_called_ead(samples: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / samples["SIP"].name
    shutil.copytree(samples["SIP"], folder)
    (folder / "metadata/descriptive/ead3.xml").rename(folder / "metadata/descriptive/EAD.xml")
    assert judge(folder).kind == "SIP"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"metadata/descriptive/EAD.xml": b"<simpledc/>"}, True),
        ({"metadata/descriptive/ead.XML": b"<s:simpledc xmlns:s='urn:x'/>"}, True),
        ({"Metadata/Descriptive/EAD.xml": b"<simpledc/>"}, True),
        ({"metadata/descriptive/EAD.xml": b"<ead/>", "metadata/descriptive/EAD_doc1.xml": b"<simpledc/>"}, False),
        ({"metadata/descriptive/EAD.xml": b"rubbish"}, False),
        ({"metadata/descriptive/EAD.xml": b"", "representations/rep1/metadata/descriptive/EAD_DOC_1.xml": b""}, True),
        ({"representations/x/metadata/descriptive/EAD_pic_1.xml": b""}, True),
        ({"documentation/received/metadata/descriptive/EAD.xml": b"<simpledc/>"}, False),
        ({"metadata/descriptive/simpledc.xml": b"<simpledc/>"}, False),
        ({}, False),
    ],
)
def test_what_tells_the_state_s_packages(tmp_path: Path, files: dict[str, bytes], expected: bool) -> None:
    for path, content in files.items():
        (tmp_path / "p" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "p" / path).write_bytes(content)
    assert is_tt05(tmp_path / "p") is expected


def test_what_is_no_folder_is_no_package(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe")).mkdir()
    assert not any(map(is_tt05, [tmp_path, tmp_path / "pipe", tmp_path / "none"]))


def test_a_package_of_the_state_without_its_mets(samples: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / samples["SIP_hoso"].name
    shutil.copytree(samples["SIP_hoso"], folder)
    (folder / "METS.xml").unlink()
    judged = judge(folder)
    assert (judged.kind, judged.valid) == ("tt05", False)
    assert [(one.code, one.where) for one in judged.findings] == [("TT05_METS_MISSING", ".")]


def test_the_data_folder_of_a_bag_is_called_as_the_bag(samples: dict[str, Path]) -> None:
    for kind in ("b/AIP", "b/SIP_hoso"):
        judged = judge(samples[kind] / "data")
        assert (judged.kind, judged.valid, codes(judged)) == (kind.removeprefix("b/"), True, set())


def test_folders_in_folders_without_end(samples: dict[str, Path]) -> None:
    with quick_folder() as place:
        folder = place / samples["SIP_hoso"].name
        shutil.copytree(samples["SIP_hoso"], folder)
        handle = os.open(folder, os.O_RDONLY)
        for _ in range(1100):
            os.mkdir("d", dir_fd=handle)
            inner = os.open("d", os.O_RDONLY, dir_fd=handle)
            os.close(handle)
            handle = inner
        os.close(handle)
        judged = judge(folder)
        # What removes a folder in the end would not come to its end either.
        subprocess.run(["rm", "-r", folder], check=True)
    # Since Python 3.12 folders are walked one after the other.
    assert judged.valid or codes(judged) == {"TT05_FILE_UNREADABLE"}


def test_data_that_is_a_link_is_not_gone_into(samples: dict[str, Path], tmp_path: Path) -> None:
    bag = tmp_path / "bag"
    bag.mkdir()
    (bag / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (bag / "data").symlink_to(samples["SIP"])
    judged = judge(bag)
    assert (judged.kind, judged.valid) == ("bag", False)
    assert not any(code.startswith(("PKG_", "CSIP")) for code in codes(judged))


# --- package files ---------------------------------------------------------------------------------------------------


def zipped(target: Path, *parts: tuple[Path, str]) -> Path:
    """Make a zip of folders under the names given, as people do."""
    with zipfile.ZipFile(target, "w") as archive:
        for folder, name in parts:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    archive.write(path, f"{name}/{path.relative_to(folder)}".lstrip("/"))
    return target


def test_a_package_at_the_top_of_its_file(samples: dict[str, Path], tmp_path: Path) -> None:
    folder = samples["SIP"]
    judged = judge(zipped(tmp_path / f"{folder.name}.zip", (folder, "")))
    # The file's name stands in for the folder's.
    assert (judged.kind, judged.valid) == ("SIP", True)
    assert [(one.code, one.where) for one in judged.findings] == [("PACKED_NO_ROOT_FOLDER", f"{folder.name}.zip")]
    other = judge(zipped(tmp_path / "khác.tar.gz", (folder, "")))
    assert not other.valid
    assert ("CSIP1", "khác.tar.gz!/METS.xml") in {(one.code, one.where.partition(":")[0]) for one in other.findings}


def test_what_lies_beside_the_package(samples: dict[str, Path], tmp_path: Path) -> None:
    folder, stray = samples["SIP"], tmp_path / "stray"
    stray.mkdir()
    (stray / "._METS.xml").touch()
    judged = judge(zipped(tmp_path / "a.zip", (folder, folder.name), (stray, "__MACOSX")))
    assert (judged.kind, judged.valid) == ("SIP", True)
    assert [(one.code, one.where) for one in judged.findings] == [("PACKED_BESIDE", "a.zip!/__MACOSX")]


def test_several_packages_or_none(samples: dict[str, Path], tmp_path: Path) -> None:
    two = judge(zipped(tmp_path / "a.zip", (samples["SIP"], "1"), (samples["bag"], "2")))
    assert (two.kind, two.valid) == ("unknown", False)
    assert [(one.code, one.where, one.data["count"]) for one in two.findings] == [("PACKED_SEVERAL", "a.zip", 2)]
    for content in (zip_bytes([]), zip_bytes([Entry(b"a.txt")]), zip_bytes([Entry(b"x/y/bagit.txt")])):
        (tmp_path / "b.zip").write_bytes(content)
        none = judge(tmp_path / "b.zip")
        assert [(one.code, one.where) for one in none.findings] == [("PACKED_NO_PACKAGE", "b.zip")]


def test_what_is_refused_is_a_finding_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zip_bytes([Entry(b"../x"), Entry(b"A"), Entry(b"a")]))
    judged = judge(tmp_path / "a.zip")
    assert (judged.kind, judged.valid) == ("unknown", False)
    assert {(one.code, one.where) for one in judged.findings} == {
        ("PACKED_PATH_UNSAFE", "a.zip!/../x"),
        ("PACKED_NAMES_DIFFER_IN_CASE", "a.zip!/A"),
    }
    assert judged.counts == {"files": 0, "bytes": 0, "error": 1, "warning": 1, "info": 0}
    (tmp_path / "a.zip").write_bytes((tmp_path / "a.zip").read_bytes()[:-1])
    assert [(one.code, one.where) for one in judge(tmp_path / "a.zip").findings] == [("PACKED_TRUNCATED", "a.zip")]


def test_any_other_file(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    judged = judge(tmp_path / "a.pdf")
    assert (judged.kind, judged.valid, codes(judged)) == ("unknown", False, {"PACKED_UNKNOWN"})
    with pytest.raises(UsageError, match="BAG_NOT_THERE"):
        judge(tmp_path / "none")


def test_a_second_opinion_on_a_bag_in_a_zip(samples: dict[str, Path], tmp_path: Path) -> None:
    pack_zip(samples["bag"], tmp_path / "a.zip")
    judged = judge(tmp_path / "a.zip", opinion=True)
    assert [(one.code, one.where) for one in judged.findings] == [("BAG_SECOND_OPINION_SAME", "a.zip!/bag")]
    assert judged.counts["info"] == 1


def test_progress_is_told_first_of_the_unpacking(samples: dict[str, Path], tmp_path: Path) -> None:
    pack_zip(samples["b/SIP_hoso"], tmp_path / "a.zip")
    steps: list[JudgeProgress] = []
    judge(tmp_path / "a.zip", progress=steps.append)
    unpacking = [one.unpacking for one in steps]
    assert unpacking == sorted(unpacking, reverse=True)
    assert set(unpacking) == {True, False}
    assert steps[-1].bytes > 0


def test_an_interrupt_leaves_nothing(samples: dict[str, Path], tmp_path: Path, temporary: Path) -> None:
    pack_zip(samples["bag"], tmp_path / "a.zip")
    for unpacking in (True, False):

        def stop(now: JudgeProgress, when: bool = unpacking) -> None:
            if now.unpacking is when:
                assert [path.stat().st_mode & 0o777 for path in temporary.iterdir()] == [0o700]
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            judge(tmp_path / "a.zip", progress=stop)
        assert list(temporary.iterdir()) == []


def test_without_a_place_to_unpack(samples: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack_zip(samples["bag"], tmp_path / "a.zip")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "a.zip"))
    with pytest.raises(FondsError) as stopped:
        judge(tmp_path / "a.zip")
    assert (stopped.value.code, stopped.value.data["path"]) == ("BAG_TARGET_FAILED", tmp_path / "a.zip")


# --- nothing raises --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def contents(samples: dict[str, Path]) -> dict[str, dict[str, bytes]]:
    return {
        kind: {name: (folder / name).read_bytes() for name in regular_files(folder)} for kind, folder in samples.items()
    }


@pytest.mark.unmeasured
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_broken_package_raises(contents: dict[str, dict[str, bytes]], data: st.DataObject) -> None:
    """Bytes of its XML and tag files changed, files taken away, in a zip: there is always a judgement."""
    kind = data.draw(st.sampled_from(sorted(contents)))
    files = dict(contents[kind])
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(sorted(one for one in files if one.endswith((".xml", ".txt")))))
        content = files.pop(path)
        at = data.draw(st.integers(0, len(content)))
        match data.draw(st.sampled_from(["gone", "cut", "put", "swap"])):
            case "cut":
                files[path] = content[:at]
            case "put":
                files[path] = content[:at] + data.draw(st.binary(max_size=6)) + content[at + 1 :]
            case "swap":
                files[path] = data.draw(st.sampled_from(list(contents[kind].values())))
        if len([one for one in files if one.endswith((".xml", ".txt"))]) == 0:
            break
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in files.items():
            archive.writestr(f"uuid-1/{path}", content)
    with quick_folder() as place:
        (place / "a.zip").write_bytes(out.getvalue())
        judged = judge(place / "a.zip", fast=data.draw(st.booleans()))
    assert judged.valid is not bool(judged.counts["error"])
    assert all(one.where.startswith("a.zip") for one in judged.findings)
