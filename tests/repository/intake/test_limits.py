"""Pages that ask for more than a worker may use, in real workers: who breaks a limit is a finding, no more."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from fonds.repository.backends.process_pool import process_pool
from fonds.repository.intake.delivery import Delivery
from fonds.repository.intake.submission import SubmittedDossier
from fonds.repository.limits import Limits
from fonds.schemas.finding_texts import finding_document
from fonds.schemas.messages import LANGUAGES
from tests.contracts.pictures import huge_tiff, tiff_bytes
from tests.repository.intake.broken import HS
from tests.repository.intake.building import Make, checked, page

MB = 1 << 20
A0_AT_600_DPI = (19_866, 28_087)
"""558 million pixels: legitimate."""

LARGE = f"{HS}/0002.tif"


def delivered(folder: Path, content: bytes, name: str = LARGE) -> Path:
    """A delivery of two dossiers; the second page of the first is this one."""
    make = Make()
    make.second()
    del make.files[LARGE]
    make.files[name] = content
    return make.write(folder)


def read_within(root: Path, limits: Limits) -> tuple[Delivery, list[SubmittedDossier]]:
    """Check with one worker under limits."""
    with process_pool(1, limits) as executor:
        return checked(root, executor=executor)


def codes(delivery: Delivery) -> set[tuple[str, str]]:
    """What was found, and where."""
    return {(one.code, one.where) for one in delivery.findings}


def test_a_sheet_of_a0_at_600_dpi_is_read_row_by_row(tmp_path: Path) -> None:
    # The sheet has 558 MB.
    delivery, (dossier, _) = read_within(delivered(tmp_path, huge_tiff(*A0_AT_600_DPI)), Limits(400 * MB, 120))
    assert codes(delivery) == {("LOW_BIT_DEPTH", LARGE), ("NO_DPI", LARGE)}
    assert not dossier.blocked
    assert (dossier.pages[1].width, dossier.pages[1].height, dossier.pages[1].blank) == (*A0_AT_600_DPI, False)


def test_a_page_that_takes_too_long_costs_itself_only(tmp_path: Path) -> None:
    # White paper, almost as much as is ever decoded: every pixel is measured, which takes half a minute.
    root = delivered(tmp_path, huge_tiff(31_000, 32_000, ink=b"\xff"))
    delivery, (dossier, other) = read_within(root, Limits(0, 4))
    assert codes(delivery) == {("READING_STOPPED", LARGE)}
    (found,) = delivery.findings
    assert found.data["reason"] == "time"
    assert (dossier.blocked, other.blocked) == (True, False)
    assert [(len(file.sha256), bool(file.facts.frames), file.problem) for file in dossier.files] == [
        (64, True, ""),
        (64, False, "READING_STOPPED"),
    ]
    for lang in LANGUAGES:
        assert "{" not in finding_document(found, lang)["message"]
        assert "time" not in finding_document(found, "vi")["message"]


def test_a_page_that_needs_too_much_memory_costs_itself_only(tmp_path: Path) -> None:
    # A progressive JPEG is held as a whole while it is decoded, two bytes a pixel.
    stream = io.BytesIO()
    Image.new("L", (11_000, 11_000), 200).save(stream, "JPEG", progressive=True)
    where = f"{HS}/0002.jpg"
    root = delivered(tmp_path, stream.getvalue(), where)
    delivery, (dossier, other) = read_within(root, Limits(256 * MB, 120))
    assert codes(delivery) == {("READING_STOPPED", where)}
    assert delivery.findings[0].data["reason"] in ("memory", "crash")
    assert (dossier.blocked, other.blocked) == (True, False)


def test_more_pixels_than_any_sheet_has_are_not_decoded(tmp_path: Path) -> None:
    delivery, (dossier, _) = checked(delivered(tmp_path, huge_tiff(60_000, 60_000)))
    assert ("IMAGE_NOT_DECODABLE", LARGE) in codes(delivery)
    assert not dossier.blocked


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(tiff_bytes(following=40), id="directories in a circle"),
        pytest.param(tiff_bytes(strip=1 << 31), id="strip outside the file"),
        pytest.param(page()[:-3000], id="cut"),
    ],
)
def test_a_broken_header_is_an_answer(content: bytes, tmp_path: Path) -> None:
    delivery, (dossier, other) = checked(delivered(tmp_path, content))
    assert ("CORRUPT_IMAGE", LARGE) in codes(delivery)
    assert (dossier.blocked, other.blocked) == (True, False)
