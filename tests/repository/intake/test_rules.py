"""Each rule of the gate on a delivery that breaks it, and on nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Executor, Future
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from fonds.repository.intake.gate.content import check_content
from fonds.repository.intake.gate.names import check_file
from fonds.repository.intake.reading import read_files
from fonds.repository.intake.walk import walk
from fonds.schemas.findings import Severity, severities
from tests.repository.intake.broken import HS
from tests.repository.intake.broken_pdfs import CASES
from tests.repository.intake.building import DOCUMENT, INSTRUMENTS, Make, checked, found, page

ELSEWHERE = {
    *("CONTENT_CHANGED", "DOSSIER_NOT_HELD", "FONDS_DIFFERS", "HELD_BROKEN", "IMAGE_NOT_DECODABLE"),
    *(
        "INVENTORY_INFECTED",
        "NEAR_DUPLICATE",
        "NOT_REGULAR_FILE",
        "READING_STOPPED",
        "SHEETS_DIFFER",
        "SOURCE_CHANGED",
        "UNREADABLE_FILE",
    ),
    "VIRUS_FOUND",
}
"""Codes whose cases stand in tests of their own, here or with ingest."""


def test_a_delivery_that_is_right_has_no_findings(tmp_path: Path) -> None:
    make = Make()
    make.second()
    delivery, dossiers = checked(make.write(tmp_path))
    assert delivery.findings == []
    assert not delivery.blocking
    assert [one.code for one in dossiers] == ["H99.12.P01.1962.01", "H99.12.P01.1962.02"]


@pytest.mark.parametrize("name", CASES)
def test_a_broken_delivery_raises_what_its_name_says_and_nothing_else(name: str, tmp_path: Path) -> None:
    make = Make()
    expected = CASES[name](make)
    assert found(make.write(tmp_path)) == expected


def test_every_code_has_a_broken_delivery() -> None:
    # The gate's codes are those with a text in findings.*.json; other rooms keep theirs in files of their own.
    texts = json.loads(files("fonds.schemas").joinpath("messages", "findings.en.json").read_text("utf-8"))
    codes = {key.split(".")[1] for key in texts}
    assert codes <= set(severities())
    shown = {code for code in codes if any(name.upper().startswith(code) for name in CASES)}
    assert shown == codes - ELSEWHERE


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("header_variant")])
def test_only_errors_block_and_only_their_own_dossier(name: str, tmp_path: Path) -> None:
    make = Make()
    CASES[name](make)
    make.second("50")
    _, dossiers = checked(make.write(tmp_path))
    for one in dossiers:
        assert one.blocked == any(found.severity is Severity.ERROR for found in one.findings)
    assert not next(one for one in dossiers if one.code.endswith(".50")).findings


@pytest.mark.parametrize("name", ["duplicate_dossier_number", "folder_shared", "orphan_folder_inside_a_dossier"])
def test_both_sides_of_a_conflict_are_blocked(name: str, tmp_path: Path) -> None:
    make = Make()
    CASES[name](make)
    _, dossiers = checked(make.write(tmp_path))
    assert all(one.blocked for one in dossiers)


def test_a_collision_of_boxes_blocks_no_dossier_in_them(tmp_path: Path) -> None:
    make = Make()
    make.dossier["Thư mục ảnh quét"] = "Hộp/HS_01"
    make.document["Đường dẫn file"] = None
    make.files = {"Hộp/HS_01/0001.tif": page(1), "Hộp/HS_01/0002.tif": page(2)}
    make.files["Ho\u0302\u0323p/HS_02/0001.tif"] = page(3)
    make.second(**{"Thư mục ảnh quét": "Hộp/HS_02"})
    del make.files["Hop_01/HS_02/0001.tif"]
    delivery, dossiers = checked(make.write(tmp_path))
    assert {(one.code, one.where) for one in delivery.findings} == {("NFC_NFD_COLLISION", "Hộp"), ("NFD_NAME", "Hộp")}
    assert [one.blocked for one in dossiers] == [False, False]


def test_links_are_never_followed(tmp_path: Path) -> None:
    make = Make()
    root = make.write(tmp_path)
    (tmp_path / "outside.tif").write_bytes(page(7))
    (root / HS / "0003.tif").symlink_to(tmp_path / "outside.tif")
    (root / "Hop_01" / "vong").symlink_to(root, target_is_directory=True)
    delivery, (dossier,) = checked(root)
    assert {(one.code, one.where) for one in delivery.findings} == {
        ("NOT_REGULAR_FILE", f"{HS}/0003.tif"),
        ("NOT_REGULAR_FILE", "Hop_01/vong"),
        ("ORPHAN_FOLDER", "Hop_01"),
    }
    assert dossier.blocked
    assert len(dossier.files) == 2


def test_a_secret_dossier_is_hashed_and_not_looked_into(tmp_path: Path) -> None:
    make = Make()
    CASES["secret_on_network"](make)
    root = make.write(tmp_path)
    _, (dossier,) = checked(root)
    assert dossier.blocked
    assert all(len(file.sha256) == 64 and not file.puid and not file.facts.frames for file in dossier.files)
    assert ("CORRUPT_IMAGE", f"{HS}/0001.tif") in found(root, deployment="isolated")
    assert not any(code == "SECRET_ON_NETWORK" for code, _ in found(root, deployment="isolated"))


def test_what_may_be_secret_is_not_looked_into_either(tmp_path: Path) -> None:
    make = Make()
    CASES["secret_on_network"](make)
    make.files[f"{HS}/them/0001.tif"] = b"below a secret dossier"
    make.second()
    make.files["Hop_01/HS_02/0001.tif"] = b"listed by a secret row of an unknown dossier"
    stray = {"STT": 2, "Mã hồ sơ": "X", "Chế độ sử dụng": "Mật", "Đường dẫn file": "Hop_01/HS_02/0001.tif"}
    make.documents.append({**DOCUMENT, **stray})
    delivery, dossiers = checked(make.write(tmp_path))
    assert {(one.code, one.where) for one in delivery.findings} == {
        ("SECRET_ON_NETWORK", "MucLucHoSo!stt=1.mode"),
        ("SECRET_ON_NETWORK", "MucLucVanBan!stt=2.mode"),
        ("ORPHAN_DOCUMENT_ROW", "MucLucVanBan!stt=2"),
        ("ORPHAN_FOLDER", f"{HS}/them"),
    }
    assert [one.blocked for one in dossiers] == [True, True]


def test_what_the_repository_holds_counts_as_earlier(tmp_path: Path) -> None:
    root = Make().write(tmp_path)
    _, (dossier,) = checked(root)
    held = {dossier.files[1].sha256: "H99.12.P01.1950.01/0009.tif"}
    delivery, _ = checked(root, held=held)
    (one,) = delivery.findings
    assert (one.code, one.where, one.data["same_as"]) == (
        "DUPLICATE_CONTENT",
        f"{HS}/0002.tif",
        "H99.12.P01.1950.01/0009.tif",
    )


def test_a_document_keeps_its_own_stricter_mode(tmp_path: Path) -> None:
    make = Make()
    make.documents.append({**DOCUMENT, "STT": 2, "Chế độ sử dụng": "Sử dụng có điều kiện"})
    _, (dossier,) = checked(make.write(tmp_path))
    assert dossier.dossier.code("mode") == "01"
    assert [item.description.code("mode") for item in dossier.items] == ["01", "02"]


def test_a_file_that_cannot_be_read_is_an_answer(tmp_path: Path) -> None:
    (reading,) = read_files(INSTRUMENTS, (tmp_path / "gone.tif",), hash_only=False)
    assert [one.code for one in check_content("gone.tif", reading, photograph=False)] == ["UNREADABLE_FILE"]


class _Meddler(Executor):
    """Runs the work at once, but a moment earlier somebody writes to a delivered file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def submit(self, fn: Callable[..., Any], /, *args: object, **kwargs: object) -> Future[Any]:
        with self._path.open("ab") as stream:
            stream.write(b"more")
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def test_a_file_that_changes_between_listing_and_reading_blocks(tmp_path: Path) -> None:
    root = Make().write(tmp_path)
    delivery, (dossier,) = checked(root, executor=_Meddler(root / HS / "0001.tif"))
    assert [(one.code, one.where) for one in delivery.findings] == [("SOURCE_CHANGED", f"{HS}/0001.tif")]
    assert dossier.blocked


def test_names_are_checked_once_and_strays_for_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "~$ A .XLSX").write_bytes(b"x")
    tree = walk(tmp_path)
    assert [[found.code for found in check_file(one)] for one in tree.entries("")] == [["STRAY_FILE"]]


def test_a_gif_is_kept_and_cannot_be_shown(tmp_path: Path) -> None:
    make = Make()
    make.files[f"{HS}/0003.gif"] = page(3, "GIF", "P", None)
    make.dossier["Số lượng tờ"] = 3
    root = make.write(tmp_path)
    assert found(root) == {("IMAGE_NOT_DECODABLE", f"{HS}/0003.gif")}
    _, (dossier,) = checked(root)
    assert (len(dossier.pages), dossier.pages[2].width, dossier.blocked) == (3, 0, False)


def test_an_old_jpeg_tiff_is_kept_with_a_size_in_its_tags_and_none_as_a_page(tmp_path: Path) -> None:
    make = Make()
    content = bytearray(page(3, "TIFF", compression="jpeg"))
    # Compression (tag 259, SHORT, one value) from JPEG (7) to old-style JPEG (6): its size can be read, its pixels not.
    tag = content.index(b"\x03\x01\x03\x00\x01\x00\x00\x00\x07\x00")
    content[tag + 8] = 6
    make.files[f"{HS}/0003.tif"] = bytes(content)
    make.dossier["Số lượng tờ"] = 3
    root = make.write(tmp_path)
    assert found(root) == {("IMAGE_NOT_DECODABLE", f"{HS}/0003.tif")}
    _, (dossier,) = checked(root)
    assert (dossier.files[2].facts.frames[0].width > 0, dossier.pages[2].width, dossier.blocked) == (True, 0, False)
