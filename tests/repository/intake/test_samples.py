"""The gate on the two sample deliveries: exactly what is expected, nothing more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fonds.repository.backends.process_pool import process_pool
from fonds.schemas.findings import Finding
from tests.repository.intake.building import checked
from tests.support import shared_sample


def _expected(path: Path, key: str) -> set[tuple[str, str, str]]:
    rows: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))[key]
    return {(row["code"], row["severity"], row["where"]) for row in rows}


def _found(findings: list[Finding]) -> set[tuple[str, str, str]]:
    return {(one.code, one.severity.value, one.where) for one in findings}


def _folder(sample: Path) -> Path:
    return next(path for path in sample.iterdir() if path.is_dir())


def test_clean_sample_has_exactly_the_expected_findings() -> None:
    sample = shared_sample("fonds_A_clean")
    expected = json.loads((sample / "expected.json").read_text("utf-8"))
    delivery, dossiers = checked(_folder(sample))
    assert _found(delivery.findings) == _expected(sample / "expected.json", "warnings")
    assert delivery.notices == []
    assert len(delivery.findings) == len(expected["warnings"])
    summary = delivery.summary()
    named = {name: expected[name] for name in ("dossiers", "documents", "pages")}
    assert {name: summary[name] for name in named} == named
    assert (summary["pictures"], summary["files"]) == (expected["photos"], expected["images"])
    assert [one.code for one in dossiers if one.dossier.code("mode") == "02"] == expected["restricted"]
    assert not any(one.blocked for one in dossiers)


def test_clean_sample_hands_over_every_file_with_its_hash() -> None:
    sample = shared_sample("fonds_A_clean")
    hashes = json.loads((sample / "expected.json").read_text("utf-8"))["sha256"]
    _, dossiers = checked(_folder(sample))
    files = {file.where: file.sha256 for one in dossiers for file in one.files}
    assert files == {where: value for where, value in hashes.items() if not where.endswith(".xlsx")}
    assert {file.puid[:4] for one in dossiers for file in one.files} == {"fmt/"}
    register = next(one for one in dossiers if one.code == "H99.12.P01.1970.07")
    assert [(page.label, page.file, page.frame) for page in register.pages] == [(str(n + 1), 0, n) for n in range(6)]
    report = next(one for one in dossiers if one.code == "H99.12.P01.1962.01")
    assert [item.pages for item in report.items] == [(0, 1, 2), (3, 4, 5, 6)]
    assert report.series is not None
    assert report.series.text("fileCatalog") == "01"


@pytest.mark.parametrize("workers", [0, 2])
def test_dirty_sample_has_exactly_the_expected_findings(workers: int) -> None:
    sample = shared_sample("fonds_B_dirty")
    if workers:
        with process_pool(workers) as pool:
            delivery, dossiers = checked(_folder(sample), executor=pool)
    else:
        delivery, dossiers = checked(_folder(sample))
    expected = _expected(sample / "expected_problems.json", "problems")
    assert _found(delivery.findings) == expected
    assert len(delivery.findings) == len(expected) == 55
    assert {one.where.rpartition("/")[2] for one in dossiers if not one.blocked} == {
        "HS BM-0006 Đỗ Thị Thu Hà",
        "HS LS-0010 Đặng Đức Thủy",
    }
    assert delivery.blocking


def test_dirty_sample_keeps_what_was_written() -> None:
    _, dossiers = checked(_folder(shared_sample("fonds_B_dirty")))
    title = next(one for one in dossiers if one.code == "H99.14.NCC.1996.LS-0001").dossier.values["title"]
    assert title.text == "Hồ sơ liệt sĩ Nguyễn Văn Bình, sinh năm 1946"
    assert title.written.startswith("Hå s¬ liÖt sÜ")
    inserted = next(one for one in dossiers if one.code == "H99.14.NCC.1999.LS-0010")
    assert [page.label for page in inserted.pages] == ["1", "2", "2a", "3"]
    assert [item.pages for item in inserted.items] == [(0,), (1, 2), (3,)]
    twins = next(one for one in dossiers if one.where == "Hộp 01/HS TB-0003 Lê Công Bình")
    assert (len(twins.files), len(twins.pages)) == (5, 4)


def test_the_only_pages_of_the_dirty_sample_that_look_alike_are_one_drawing() -> None:
    # 0002a is 0002 with a line written below it: alike, as anybody would say.
    delivery, _ = checked(_folder(shared_sample("fonds_B_dirty")))
    (notice,) = delivery.notices
    assert (notice.code, notice.data["pairs"]) == ("NEAR_DUPLICATE", "0002a.tif ≈ 0002.tif")
