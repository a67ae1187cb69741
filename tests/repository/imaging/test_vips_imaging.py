"""The imaging port on libvips: the contract, PDF, real scans, and the way it behaves in a pool."""

from __future__ import annotations

import io
import multiprocessing
import subprocess
import sys
import zlib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from fonds.repository.backends.imaging import VipsImaging
from fonds.repository.ports.imaging import Decoded, FrameFacts, ImageError, ImageFacts, ImageRequest
from tests.contracts.imaging_contract import ImagingContract
from tests.contracts.pictures import page
from tests.repository.signing import pdfa, plain, with_text, with_xmp
from tests.support import shared_sample


class TestVipsImaging(ImagingContract):
    """VipsImaging keeps the contract of the port."""

    @pytest.fixture
    def imaging(self) -> VipsImaging:
        """The implementation under test."""
        return VipsImaging()


def write_pdf(path: Path, pages: list[Image.Image]) -> None:
    """Pages of images at 72 dpi: one pixel is one point."""
    pages[0].save(path, "PDF", save_all=True, append_images=pages[1:], resolution=72)


def test_pdf_pages_are_measured_at_300_dpi(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [page(), page(0, (300, 200))])
    facts = VipsImaging().inspect(tmp_path / "a.pdf")
    assert facts == ImageFacts("pdf", (FrameFacts(2583, 3654, 24), FrameFacts(1250, 833, 24)))
    decoded = VipsImaging().decode(tmp_path / "a.pdf")
    assert replace(decoded, fingerprints=()) == Decoded(blank=(1,), textless=(0, 1))
    assert [bool(one) for one in decoded.fingerprints] == [True, False]


def test_a_layer_of_text_is_seen(tmp_path: Path) -> None:
    for pdf in (plain(), pdfa(plain())):
        (tmp_path / "a.pdf").write_bytes(pdf)
        assert VipsImaging().decode(tmp_path / "a.pdf").textless == (0,)
        (tmp_path / "a.pdf").write_bytes(with_text(pdf))
        assert VipsImaging().decode(tmp_path / "a.pdf").textless == ()


def test_pdf_pages_get_copies_of_the_size_announced(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [page(), page(0, (300, 200))])
    copy = VipsImaging().make_access(tmp_path / "a.pdf", 1, tmp_path / "copy.tif")
    assert (copy.width, copy.height) == (1250, 833)
    with pytest.raises(ImageError):
        VipsImaging().make_access(tmp_path / "a.pdf", 2, tmp_path / "none.tif")


def test_a_huge_pdf_page_is_bounded(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [Image.new("1", (4000, 3000), 1)])
    (frame,) = VipsImaging().inspect(tmp_path / "a.pdf").frames
    assert 49_900_000 < frame.width * frame.height <= 50_100_000


def test_a_pdf_cut_short_is_corrupt(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [page(), page()])
    data = (tmp_path / "a.pdf").read_bytes()
    for size in (len(data) - 10, len(data) // 2, 200):
        (tmp_path / "a.pdf").write_bytes(data[:size])
        assert VipsImaging().inspect(tmp_path / "a.pdf").problem == "CORRUPT_IMAGE"
        assert VipsImaging().decode(tmp_path / "a.pdf").problem == "CORRUPT_IMAGE"


@pytest.mark.parametrize(
    ("xmp", "pdfa"),
    [
        (b"<x:xmpmeta><pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></x:xmpmeta>", "2b"),
        (b'<x:xmpmeta><rdf:Description pdfaid:part="1" pdfaid:conformance="A"/></x:xmpmeta>', "1a"),
        (b"<x:xmpmeta><rdf:Description pdfaid:part='4' pdfaid:rev='2020'/></x:xmpmeta>", "4"),
        (b"<x:xmpmeta><dc:title>part of a PDF/A-2b</dc:title></x:xmpmeta>", ""),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_pdfa_is_read_from_the_xmp(tmp_path: Path, xmp: bytes, pdfa: str, packed: bool) -> None:
    write_pdf(tmp_path / "a.pdf", [page()])
    stream, entries = (zlib.compress(xmp), b"/Filter /FlateDecode ") if packed else (xmp, b"")
    (tmp_path / "a.pdf").write_bytes(with_xmp((tmp_path / "a.pdf").read_bytes(), stream, entries))
    assert VipsImaging().inspect(tmp_path / "a.pdf").pdfa == pdfa


def inspect_and_copy(path: Path) -> tuple[ImageFacts, int]:
    """What a worker does."""
    imaging = VipsImaging()
    width = imaging.make_access(path, 0, path.with_suffix(".copy")).width
    view = imaging.render(path.with_suffix(".copy"), ImageRequest((0, 0, 100, 100), (50, 50)))
    return imaging.inspect(path), width + Image.open(io.BytesIO(view)).width


def test_it_works_in_a_pool(tmp_path: Path) -> None:
    page().save(tmp_path / "a.tif")
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        facts, sum_of_widths = pool.submit(inspect_and_copy, tmp_path / "a.tif").result(timeout=60)
    assert (facts.format, sum_of_widths) == ("tiff", 670)


def test_nothing_is_printed_about_odd_or_broken_files(tmp_path: Path) -> None:
    page().save(tmp_path / "a.tif", tiffinfo={64_999: "a tag of one scanner"})
    page().save(tmp_path / "b.jpg")
    (tmp_path / "b.jpg").write_bytes((tmp_path / "b.jpg").read_bytes()[:9000])
    page().save(tmp_path / "c.tif", compression="tiff_lzw")
    data = bytearray((tmp_path / "c.tif").read_bytes())
    data[3000:3020] = b"\xff" * 20
    (tmp_path / "c.tif").write_bytes(data)
    code = """import sys, pathlib
from fonds.repository.backends.imaging import VipsImaging
for name in sys.argv[1:]:
    print(VipsImaging().decode(pathlib.Path(name)).problem)"""
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code, *sorted(tmp_path.iterdir())], cwd=root, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("\nCORRUPT_IMAGE\nCORRUPT_IMAGE\n", "")


def test_real_scans(tmp_path: Path) -> None:
    imaging, copied = VipsImaging(), 0
    for path in sorted(shared_sample("scans").iterdir()):
        facts = imaging.inspect(path)
        if not facts.format:
            continue
        if path.name == "fc_ojpeg.tif":
            assert facts.problem == imaging.decode(path).problem == "IMAGE_NOT_DECODABLE"
            with pytest.raises(ImageError):
                imaging.make_access(path, 0, tmp_path / path.name)
            continue
        if facts.format != "pdf":  # 53 pages: the whole decode takes seconds
            assert replace(imaging.decode(path), fingerprints=()) == Decoded()
        copy = imaging.make_access(path, 0, tmp_path / path.name)
        assert (copy.width, copy.height) == (facts.frames[0].width, facts.frames[0].height)
        view = imaging.render(tmp_path / path.name, ImageRequest((0, 0, copy.width, copy.height), (200, 260)))
        assert Image.open(io.BytesIO(view)).size == (200, 260)
        copied += 1
    assert copied == 12


def test_the_one_blank_page_of_the_sample_fonds() -> None:
    folders = [shared_sample(name) for name in ("fonds_A_clean", "fonds_B_dirty")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    found = [f"{path.parent.name[:10]}/{path.name}" for path in files if VipsImaging().decode(path).blank]
    assert found == ["HS BM-0006/0003.tif"]
