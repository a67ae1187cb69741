"""Deliveries on the command line: recorded, listed, printed; vendors and their mappings."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.running import Fonds

VENDOR = "Công ty Á Châu"


def test_from_the_check_to_the_papers_and_the_scorecard(
    fonds: Fonds, repo: Path, delivery: Path, tmp_path: Path
) -> None:
    assert fonds("init", repo).code == 0
    at = ("--repo", repo, "--format", "json")
    proposal = tmp_path / "m.toml"
    assert fonds(*at, "check", delivery, "--propose-mapping", proposal, "--vendor", VENDOR).document["sheets"]
    assert fonds(*at, "vendors", "mapping", VENDOR, proposal).code == 0
    checked = fonds(*at, "check", delivery, "--record", "--vendor", VENDOR)
    assert "cong-ti-a-chau.toml" in checked.err
    taken = fonds(*at, "ingest", delivery, "--vendor", VENDOR, "--delivered-by", "Bình")
    numbers = [taken.document["delivery"], checked.document["delivery"]]
    listed = fonds(*at, "deliveries", "list", "--vendor", "CÔNG TY á châu").document
    assert [one["number"] for one in listed["deliveries"]] == numbers
    assert fonds(*at, "deliveries", "show", numbers[0]).document["record"]["hand_over"]["person"] == "Bình"
    for kind, form in (("receipt", "html"), ("minute", "pdf")):
        out = tmp_path / f"paper.{form}"
        assert fonds(*at, "deliveries", "print", numbers[0], "--as", kind, "--out", out).code == 0
        assert out.stat().st_size > 1000
    card = fonds(*at, "vendors", "show", VENDOR, "--out", tmp_path / "v.csv").document
    assert (card["deliveries"], card["first"], card["passed"], card["outstanding"]) == (2, 3, 3, [])
    assert (tmp_path / "v.csv").read_text("utf-8-sig").count(VENDOR) == 2
    assert [one["name"] for one in fonds(*at, "vendors", "list").document["vendors"]] == [VENDOR]


def test_what_is_wrong_is_told_before_anything_is_done(
    fonds: Fonds, library: Path, delivery: Path, tmp_path: Path
) -> None:
    at = ("--repo", library)
    for wrong, code in (
        (("deliveries", "print", 999999, "--as", "receipt", "--out", tmp_path / "x.pdf"), "DELIVERY_UNKNOWN"),
        (("deliveries", "print", 1, "--as", "receipt", "--out", tmp_path / "x.doc"), "REPORT_FORMAT"),
        (("vendors", "show", "nobody"), "VENDOR_UNKNOWN"),
        (("check", delivery, "--vendor", "..."), "VENDOR_NAME"),
        (("check", delivery, "--propose-mapping", tmp_path / "x.json"), "REPORT_FORMAT"),
        (("serve", "--staff", "--host", "0.0.0.0"), "STAFF_ONLY_HERE"),
    ):
        answer = fonds(*at, *wrong)
        assert answer.code == 2, wrong
        assert code in answer.err or answer.err.startswith("Lỗi"), json.dumps(answer.err)
        assert not list(tmp_path.iterdir())
