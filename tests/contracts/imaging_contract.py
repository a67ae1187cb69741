"""What every implementation of the imaging port must do. A subclass gives the fixture ``imaging``."""

from __future__ import annotations

import io
import os
import pickle
import struct
import tracemalloc
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from fonds.repository.likeness import find_alike
from fonds.repository.ports.imaging import Decoded, FrameFacts, ImageError, ImageFacts, ImageRequest, Imaging
from tests.contracts import pictures
from tests.contracts.pictures import BLUE, KINDS, RED, SIZE, halves, huge_png, huge_tiff, page, paper, tiff_bytes

CORRUPT, NOT_DECODABLE = "CORRUPT_IMAGE", "IMAGE_NOT_DECODABLE"


def near(pixel: object, colour: tuple[int, ...], margin: int = 8) -> bool:
    """JPEG moves colours a little."""
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= margin for a, b in zip(pixel, colour, strict=True))


def is_sound(decoded: Decoded) -> bool:
    """Say whether a page was decoded without a remark, and bears marks."""
    return (decoded.problem, decoded.note, decoded.blank, decoded.textless) == ("", "", (), ())


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


class ImagingContract:
    """Run by every implementation of ``Imaging``."""

    @pytest.fixture
    def imaging(self) -> Imaging:
        """The implementation under test."""
        raise NotImplementedError

    # --- inspect ------------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_header_says_what_was_written(self, imaging: Imaging, tmp_path: Path, kind: str) -> None:
        path = tmp_path / "0001.xyz"  # the name must not matter
        KINDS[kind].write(path)
        form, bits, dpi, compression = KINDS[kind].facts
        expected = ImageFacts(form, (FrameFacts(*SIZE, bits, dpi, compression),))
        assert imaging.inspect(path) == expected

    @pytest.mark.parametrize(
        ("unit", "value", "dpi"), [(2, 300, 300.0), (3, 118, 299.72), (1, 300, 0.0), (None, 0, 0.0)]
    )
    def test_tiff_resolution_honours_its_unit(
        self, imaging: Imaging, tmp_path: Path, unit: int | None, value: int, dpi: float
    ) -> None:
        path = tmp_path / "a.tif"
        tags = {296: unit, 282: value, 283: value} if unit else {}
        page().save(path, "TIFF", tiffinfo=tags)
        assert imaging.inspect(path).frames[0].dpi == dpi

    def test_a_jpeg_may_give_its_resolution_in_exif_only(self, imaging: Imaging, tmp_path: Path) -> None:
        exif = Image.Exif()
        exif[0x011A], exif[0x011B], exif[0x0128], exif[0x0112] = 300.0, 300.0, 2, 6
        page().save(tmp_path / "a.jpg", exif=exif)
        assert imaging.inspect(tmp_path / "a.jpg").frames == (FrameFacts(*SIZE, 24, 300.0, "jpeg", 6),)

    def test_jpeg_density_by_the_centimetre(self, imaging: Imaging, tmp_path: Path) -> None:
        page().save(tmp_path / "a.jpg", dpi=(300, 300))
        data = bytearray((tmp_path / "a.jpg").read_bytes())
        start = data.index(b"JFIF\0") + 7
        data[start : start + 5] = struct.pack(">BHH", 2, 118, 118)
        (tmp_path / "a.jpg").write_bytes(data)
        assert imaging.inspect(tmp_path / "a.jpg").frames[0].dpi == 299.72

    def test_pages_are_counted_and_reduced_copies_are_not(self, imaging: Imaging, tmp_path: Path) -> None:
        small = page(size=(100, 140))
        small.encoderinfo = {"tiffinfo": {254: 1}}
        page().save(tmp_path / "a.tif", save_all=True, append_images=[small, page(3)])
        facts = imaging.inspect(tmp_path / "a.tif")
        assert [(frame.width, frame.height) for frame in facts.frames] == [SIZE, SIZE]
        copy = imaging.make_access(tmp_path / "a.tif", 1, tmp_path / "copy.tif")
        assert (copy.width, copy.height) == SIZE

    @pytest.mark.parametrize("order", ["<", ">"])
    @pytest.mark.parametrize("big", [False, True])
    def test_both_byte_orders_and_bigtiff(self, imaging: Imaging, tmp_path: Path, order: str, big: bool) -> None:
        (tmp_path / "a.tif").write_bytes(tiff_bytes(order=order, big=big))
        assert imaging.inspect(tmp_path / "a.tif") == ImageFacts("tiff", (FrameFacts(8, 4, 8, 0.0, "none"),))
        assert imaging.decode(tmp_path / "a.tif").problem == ""

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(tiff_bytes(following=40), id="directories in a circle"),
            pytest.param(tiff_bytes(following=10_000), id="next directory outside the file"),
            pytest.param(tiff_bytes(strip=10_000), id="strip outside the file"),
            pytest.param(tiff_bytes(length=10_000), id="strip runs over the end"),
            pytest.param(tiff_bytes(width=0), id="no width"),
            pytest.param(tiff_bytes()[:60], id="cut in the directory"),
            pytest.param(b"II*\0", id="cut in the header"),
            pytest.param(b"II*\0\xff\xff\xff\xff", id="first directory outside the file"),
            pytest.param(b"\xff\xd8\xff\xe0\x00\x10JF", id="JPEG cut in its first segment"),
            pytest.param(b"\xff\xd8\xff\xd9", id="JPEG without a picture"),
            pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", id="PNG cut in its header"),
            pytest.param(b"RIFF\xff\0\0\0WEBPVP8 ", id="WebP cut"),
            pytest.param(b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x05ftyp", id="JP2 with a box that cannot be"),
            pytest.param(b"%PDF-1.4\nnothing\n%%EOF", id="PDF without anything"),
            pytest.param(b"%PDF-1.4\n1 0 obj", id="PDF cut short"),
        ],
    )
    def test_broken_headers_are_an_answer(self, imaging: Imaging, tmp_path: Path, data: bytes) -> None:
        (tmp_path / "a").write_bytes(data)
        assert imaging.inspect(tmp_path / "a").problem == CORRUPT
        assert imaging.decode(tmp_path / "a").problem == CORRUPT
        with pytest.raises(ImageError):
            imaging.make_access(tmp_path / "a", 5, tmp_path / "copy.tif")

    @pytest.mark.parametrize("data", [b"", b"Cong hoa xa hoi chu nghia Viet Nam", b"BMW la ten hang", b"PK\3\4abc"])
    def test_what_is_no_page_file(self, imaging: Imaging, tmp_path: Path, data: bytes) -> None:
        (tmp_path / "0001.tif").write_bytes(data)
        assert imaging.inspect(tmp_path / "0001.tif") == ImageFacts("")
        with pytest.raises(ImageError):
            imaging.make_access(tmp_path / "0001.tif", 0, tmp_path / "copy.tif")
        assert names(tmp_path) == ["0001.tif"]

    @pytest.mark.parametrize("form", ["GIF", "BMP"])
    def test_an_image_of_a_format_not_read_here(self, imaging: Imaging, tmp_path: Path, form: str) -> None:
        page().save(tmp_path / "a.jpg", form)
        assert imaging.inspect(tmp_path / "a.jpg") == ImageFacts("", problem=NOT_DECODABLE, note=form)

    @pytest.mark.parametrize(("tag", "value"), [(259, 6), (259, 50000), (262, 8), (339, 3)])
    def test_a_tiff_that_only_others_can_show(self, imaging: Imaging, tmp_path: Path, tag: int, value: int) -> None:
        (tmp_path / "a.tif").write_bytes(tiff_bytes(extra=((tag, 3, value),)))
        assert imaging.inspect(tmp_path / "a.tif").problem == NOT_DECODABLE
        assert imaging.decode(tmp_path / "a.tif").problem == NOT_DECODABLE

    def test_the_header_is_read_without_the_pixels(self, imaging: Imaging, tmp_path: Path) -> None:
        size = 300_000_000
        with (tmp_path / "a.tif").open("wb") as file:
            file.write(tiff_bytes(length=size))
            file.truncate(size + 1000)
        tracemalloc.start()
        try:
            assert imaging.inspect(tmp_path / "a.tif").problem == ""
            assert tracemalloc.get_traced_memory()[1] < 200_000
        finally:
            tracemalloc.stop()

    def test_a_missing_file_is_an_error_of_the_system(self, imaging: Imaging, tmp_path: Path) -> None:
        missing = tmp_path / "no"
        for call in (
            lambda: imaging.inspect(missing),
            lambda: imaging.decode(missing),
            lambda: imaging.make_access(missing, 0, tmp_path / "copy.tif"),
            lambda: imaging.render(missing, ImageRequest((0, 0, 1, 1), (1, 1))),
        ):
            with pytest.raises(FileNotFoundError):
                call()

    # --- decode -------------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("kind", KINDS)
    def test_whole_files_decode(self, imaging: Imaging, tmp_path: Path, kind: str) -> None:
        KINDS[kind].write(tmp_path / "a")
        decoded = imaging.decode(tmp_path / "a")
        assert (decoded.problem, decoded.note) == ("", "")

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("part", [0.3, 0.6, 0.9, 0.99, 1.0])
    def test_a_file_cut_anywhere_is_corrupt(self, imaging: Imaging, tmp_path: Path, kind: str, part: float) -> None:
        KINDS[kind].write(tmp_path / "a")
        data = (tmp_path / "a").read_bytes()
        (tmp_path / "a").write_bytes(data[: min(int(len(data) * part), len(data) - 3)])
        assert imaging.decode(tmp_path / "a").problem == CORRUPT

    def test_lost_jpeg_data_in_the_middle_is_corrupt(self, imaging: Imaging, tmp_path: Path) -> None:
        page().save(tmp_path / "a.jpg", quality=95)
        data = bytearray((tmp_path / "a.jpg").read_bytes())
        middle = len(data) // 2
        data[middle : middle + 2] = b"\xff\xd9"  # an end of image where the picture goes on
        (tmp_path / "a.jpg").write_bytes(data)
        assert imaging.decode(tmp_path / "a.jpg").problem == CORRUPT

    def test_bytes_after_the_picture_do_no_harm(self, imaging: Imaging, tmp_path: Path) -> None:
        page().save(tmp_path / "a.jpg")
        with (tmp_path / "a.jpg").open("ab") as file:
            file.write(b"made by a telephone")
        assert is_sound(imaging.decode(tmp_path / "a.jpg"))

    def test_one_bad_page_among_good_ones(self, imaging: Imaging, tmp_path: Path) -> None:
        page().save(tmp_path / "a.tif", save_all=True, append_images=[page(), page()], compression="tiff_lzw")
        with Image.open(tmp_path / "a.tif") as image:
            image.seek(2)
            strips = image.tag_v2[273]  # type: ignore[attr-defined]  # only TIFF images have tags
        data = bytearray((tmp_path / "a.tif").read_bytes())
        data[strips[0] : strips[0] + 30] = b"\xff" * 30
        (tmp_path / "a.tif").write_bytes(data)
        assert imaging.decode(tmp_path / "a.tif").problem == CORRUPT

    @pytest.mark.parametrize("data", [huge_tiff(60_000, 60_000), huge_png(60_000, 60_000)], ids=["tiff", "png"])
    def test_more_pixels_than_any_sheet_has(self, imaging: Imaging, tmp_path: Path, data: bytes) -> None:
        (tmp_path / "a").write_bytes(data)
        (frame,) = imaging.inspect(tmp_path / "a").frames
        assert (frame.width, frame.height) == (60_000, 60_000)
        decoded = imaging.decode(tmp_path / "a")
        assert (decoded.problem, decoded.note) == (NOT_DECODABLE, "page 1 has 60000 x 60000 pixels")
        with pytest.raises(ImageError):
            imaging.make_access(tmp_path / "a", 0, tmp_path / "copy.tif")

    # --- pages that look alike ----------------------------------------------------------------------------------------

    def test_a_page_has_the_fingerprint_of_its_copies(self, imaging: Imaging, tmp_path: Path) -> None:
        sheet = page(14, (1240, 1754))
        pale = sheet.point(lambda value: 150 + value * 100 // 255)
        copies = {"smaller.png": sheet.resize((827, 1170)), "grey.tif": sheet.convert("L"), "pale.tif": pale}
        poor = io.BytesIO()
        sheet.save(poor, "JPEG", quality=30)
        copies["poor.png"] = Image.open(poor)
        sheet.save(tmp_path / "a.tif")
        (own,) = imaging.decode(tmp_path / "a.tif").fingerprints
        for name, copy in copies.items():
            copy.save(tmp_path / name)
            (fingerprint,) = imaging.decode(tmp_path / name).fingerprints
            assert find_alike([own, fingerprint]) == [(0, 1)], name
        page(9, (1240, 1754)).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(tmp_path / "other.tif")
        (fingerprint,) = imaging.decode(tmp_path / "other.tif").fingerprints
        assert find_alike([own, fingerprint]) == []

    def test_every_page_has_its_own_fingerprint_and_a_blank_one_none(self, imaging: Imaging, tmp_path: Path) -> None:
        page().save(tmp_path / "a.tif", save_all=True, append_images=[page(0), page()])
        first, second, third = imaging.decode(tmp_path / "a.tif").fingerprints
        assert (first, second) == (third, b"")
        assert len(first) > 50
        Image.new("RGB", (8, 8), "red").save(tmp_path / "b.tif")
        assert imaging.decode(tmp_path / "b.tif").fingerprints == (b"",)

    # --- blank pages --------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("noise", [0.5, 4.0, 8.0])
    def test_paper_alone_is_blank(self, imaging: Imaging, tmp_path: Path, noise: float) -> None:
        paper(noise).save(tmp_path / "a.jpg", quality=80)
        assert imaging.decode(tmp_path / "a.jpg").blank == (0,)

    @pytest.mark.parametrize("size", [(620, 877), (1240, 1754), (2480, 3508)])
    @pytest.mark.parametrize("mode", ["RGB", "L", "1"])
    def test_one_line_is_not_blank(self, imaging: Imaging, tmp_path: Path, size: tuple[int, int], mode: str) -> None:
        for lines, blank in ((0, (0,)), (1, ())):
            page(lines, size).convert(mode).save(tmp_path / "a.tif")
            assert imaging.decode(tmp_path / "a.tif").blank == blank

    def test_a_page_number_or_pencil_is_not_blank(self, imaging: Imaging, tmp_path: Path) -> None:
        number, pencil = paper(2.0), paper(2.0)
        ImageDraw.Draw(number).text((500, 60), "12", "black", ImageFont.load_default(size=22))
        ImageDraw.Draw(pencil).text((100, 400), "xem lai ho so", (150, 150, 150), ImageFont.load_default(size=26))
        for n, image in enumerate((number, pencil)):
            image.save(tmp_path / f"{n}.png")
            assert imaging.decode(tmp_path / f"{n}.png").blank == ()

    def test_pictures_are_not_blank(self, imaging: Imaging, tmp_path: Path) -> None:
        dithered = Image.linear_gradient("L").resize(SIZE).convert("1")
        fog = Image.linear_gradient("L").resize(SIZE)
        gravel = Image.effect_noise(SIZE, 60)
        for n, image in enumerate((dithered, fog, gravel)):
            image.save(tmp_path / f"{n}.png")
            assert imaging.decode(tmp_path / f"{n}.png").blank == ()

    def test_specks_on_a_one_bit_scan_are_blank(self, imaging: Imaging, tmp_path: Path) -> None:
        image = Image.new("1", (2480, 3508), 1)
        for n in range(200):
            image.putpixel((100 + n * 11, 200 + n * 15), 0)
        image.save(tmp_path / "a.tif", compression="group4")
        assert imaging.decode(tmp_path / "a.tif").blank == (0,)

    def test_blank_pages_are_named_by_their_place(self, imaging: Imaging, tmp_path: Path) -> None:
        page().save(tmp_path / "a.tif", save_all=True, append_images=[page(0), page(), page(0)])
        assert imaging.decode(tmp_path / "a.tif").blank == (1, 3)

    # --- access copies ------------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_kind_gets_a_copy(self, imaging: Imaging, tmp_path: Path, kind: str) -> None:
        KINDS[kind].write(tmp_path / "a")
        before = (tmp_path / "a").read_bytes()
        facts = imaging.make_access(tmp_path / "a", 0, tmp_path / "copy.tif")
        assert (facts.width, facts.height) == SIZE
        assert names(tmp_path) == ["a", "copy.tif"]
        assert (tmp_path / "a").read_bytes() == before
        with Image.open(tmp_path / "copy.tif") as copy:
            assert copy.mode == ("L" if KINDS[kind].facts[1] in (1, 8, 16) and "palette" not in kind else "RGB")
            levels = []
            for level in range(copy.n_frames):  # type: ignore[attr-defined]  # only TIFF images have pages
                copy.seek(level)
                levels.append(copy.size)
                tags = copy.tag_v2  # type: ignore[attr-defined]  # the same
                assert (tags[322], tags[323], tags[259]) == (256, 256, 7)
        assert facts.levels == tuple(levels) == ((620, 877), (310, 438), (155, 219))

    @pytest.mark.parametrize("orientation", range(1, 9))
    @pytest.mark.parametrize("form", ["JPEG", "TIFF"])
    def test_the_copy_is_upright(self, imaging: Imaging, tmp_path: Path, orientation: int, form: str) -> None:
        turns = {
            2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
            5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_270,
        }  # fmt: skip
        stored = halves().transpose(turns[orientation]) if orientation > 1 else halves()
        exif = Image.Exif()
        exif[0x0112] = orientation
        stored.save(tmp_path / "a", form, exif=exif)
        facts = imaging.make_access(tmp_path / "a", 0, tmp_path / "copy.tif")
        assert (facts.width, facts.height) == (600, 400)
        with Image.open(tmp_path / "copy.tif") as copy:
            assert near(copy.getpixel((200, 300)), RED)
            assert near(copy.getpixel((500, 100)), BLUE)
            assert near(copy.getpixel((20, 20)), (20, 160, 60))
            assert copy.getexif().get(0x0112, 1) == 1

    def test_where_a_picture_was_taken_is_not_told(self, imaging: Imaging, tmp_path: Path) -> None:
        exif = Image.Exif()
        exif[0x010F] = "TelephoneMaker"
        exif.get_ifd(0x8825)[0x001D] = "2019:03:14"
        halves().save(tmp_path / "a.jpg", exif=exif, comment=b"secret remark", xmp=b"<x:xmpmeta>secret</x:xmpmeta>")
        assert b"TelephoneMaker" in (tmp_path / "a.jpg").read_bytes()
        facts = imaging.make_access(tmp_path / "a.jpg", 0, tmp_path / "copy.tif")
        view = imaging.render(tmp_path / "copy.tif", ImageRequest((0, 0, facts.width, facts.height), (300, 200)))
        for data in ((tmp_path / "copy.tif").read_bytes(), view):
            for word in (b"TelephoneMaker", b"2019:03:14", b"secret", b"xmpmeta"):
                assert word not in data

    def test_colour_profiles_are_applied_and_dropped(self, imaging: Imaging, tmp_path: Path) -> None:
        profile = pictures.swapped_profile()
        halves().save(tmp_path / "a.tif", icc_profile=profile)
        imaging.make_access(tmp_path / "a.tif", 0, tmp_path / "copy.tif")
        with Image.open(tmp_path / "copy.tif") as copy:
            red, _, blue = copy.getpixel((200, 300))  # type: ignore[misc]  # an RGB image has triples
            assert (blue > 180, red < 120) == (True, True)
            assert "icc_profile" not in copy.info

    @pytest.mark.parametrize("profile", [b"no profile at all" * 20, None])
    def test_a_profile_that_does_not_fit_is_ignored(
        self, imaging: Imaging, tmp_path: Path, profile: bytes | None
    ) -> None:
        grey = halves("L")
        grey.save(tmp_path / "a.jpg", icc_profile=profile or pictures.swapped_profile())
        imaging.make_access(tmp_path / "a.jpg", 0, tmp_path / "copy.tif")
        with Image.open(tmp_path / "copy.tif") as copy:
            assert copy.mode == "L"
            assert abs(copy.getpixel((200, 300)) - grey.getpixel((200, 300))) < 8  # type: ignore[operator]  # grey

    def test_see_through_becomes_white(self, imaging: Imaging, tmp_path: Path) -> None:
        image = halves("RGBA")
        image.paste((0, 0, 0, 0), (300, 0, 600, 400))
        for number, (name, shown) in enumerate({"a.png": image, "b.png": image.quantize(16), "c.tif": image}.items()):
            shown.save(tmp_path / name)
            imaging.make_access(tmp_path / name, 0, tmp_path / f"{number}.copy")
            with Image.open(tmp_path / f"{number}.copy") as copy:
                assert near(copy.getpixel((500, 100)), (255, 255, 255))
                assert near(copy.getpixel((200, 300)), RED)

    def test_sixteen_bits_keep_their_tones(self, imaging: Imaging, tmp_path: Path) -> None:
        Image.new("I;16", (600, 400), 40_000).save(tmp_path / "a.tif")
        imaging.make_access(tmp_path / "a.tif", 0, tmp_path / "copy.tif")
        with Image.open(tmp_path / "copy.tif") as copy:
            assert near((copy.getpixel((300, 200)),), (156,), 2)

    @pytest.mark.parametrize("form", ["JPEG", "TIFF"])
    def test_printing_colours_become_screen_colours(self, imaging: Imaging, tmp_path: Path, form: str) -> None:
        Image.new("CMYK", (600, 400), (0, 255, 255, 0)).save(tmp_path / "a", form)
        imaging.make_access(tmp_path / "a", 0, tmp_path / "copy.tif")
        with Image.open(tmp_path / "copy.tif") as copy:
            assert copy.mode == "RGB"
            assert near(copy.getpixel((300, 200)), (230, 30, 40), 30)

    @pytest.mark.parametrize("frame", [-1, 1])
    def test_a_page_that_is_not_there(self, imaging: Imaging, tmp_path: Path, frame: int) -> None:
        page().save(tmp_path / "a.jpg")
        with pytest.raises(ImageError):
            imaging.make_access(tmp_path / "a.jpg", frame, tmp_path / "copy.tif")

    def test_a_failure_leaves_the_old_copy_alone(self, imaging: Imaging, tmp_path: Path) -> None:
        page().save(tmp_path / "a.jpg")
        data = (tmp_path / "a.jpg").read_bytes()
        (tmp_path / "a.jpg").write_bytes(data[: len(data) // 2])
        (tmp_path / "copy.tif").write_bytes(b"old")
        with pytest.raises(ImageError):
            imaging.make_access(tmp_path / "a.jpg", 0, tmp_path / "copy.tif")
        assert (tmp_path / "copy.tif").read_bytes() == b"old"
        assert names(tmp_path) == ["a.jpg", "copy.tif"]

    def test_names_in_any_bytes(self, imaging: Imaging, tmp_path: Path) -> None:
        for name in ("Đỗ Thị [page=2].tif", os.fsdecode(b"na\xefve.tif")):
            page().save(tmp_path / "a.tif")
            try:
                (tmp_path / "a.tif").rename(tmp_path / name)
            except OSError:
                pytest.skip("this file system takes only UTF-8 names")
            assert is_sound(imaging.decode(tmp_path / name))
            assert imaging.make_access(tmp_path / name, 0, tmp_path / "copy.tif").width == SIZE[0]

    # --- views --------------------------------------------------------------------------------------------------------

    @pytest.fixture
    def copy(self, imaging: Imaging, tmp_path: Path) -> Path:
        """An access copy of the red and blue halves, 1200 x 801 (an odd height, so that levels are rounded)."""
        halves(size=(1200, 801)).save(tmp_path / "halves.png")
        imaging.make_access(tmp_path / "halves.png", 0, tmp_path / "halves.tif")
        return tmp_path / "halves.tif"

    def view(self, imaging: Imaging, copy: Path, request: ImageRequest) -> Image.Image:
        """Render and open."""
        image = Image.open(io.BytesIO(imaging.render(copy, request)))
        image.load()
        return image

    @pytest.mark.parametrize(
        "request_",
        [
            ImageRequest((0, 0, 1200, 801), (1200, 801)),
            ImageRequest((0, 0, 1200, 801), (600, 401)),
            ImageRequest((0, 0, 1200, 801), (37, 801)),
            ImageRequest((1024, 768, 176, 33), (176, 33)),
            ImageRequest((1024, 768, 176, 33), (88, 17)),
            ImageRequest((1199, 800, 1, 1), (1, 1)),
            ImageRequest((1199, 0, 1, 801), (5, 801)),
            ImageRequest((0, 0, 100, 100), (900, 900)),
            ImageRequest((3, 5, 7, 11), (1, 1)),
            ImageRequest((0, 0, 1200, 1), (150, 1)),
        ],
    )
    def test_a_view_has_the_size_asked_for(self, imaging: Imaging, copy: Path, request_: ImageRequest) -> None:
        image = self.view(imaging, copy, request_)
        assert (image.size, image.format, image.mode) == (request_.size, "JPEG", "RGB")

    @pytest.mark.parametrize("shrink", [1, 2, 4, 7])
    def test_a_view_shows_its_region(self, imaging: Imaging, copy: Path, shrink: int) -> None:
        image = self.view(imaging, copy, ImageRequest((0, 0, 1200, 801), (1200 // shrink, 801 // shrink)))
        assert near(image.getpixel((100 // shrink, 400 // shrink)), RED)
        assert near(image.getpixel((1100 // shrink, 400 // shrink)), BLUE)
        right = self.view(imaging, copy, ImageRequest((700, 100, 400, 400), (400 // shrink, 400 // shrink)))
        assert near(right.getpixel((5, 5)), BLUE)

    def test_mirror_comes_before_rotation(self, imaging: Imaging, copy: Path) -> None:
        whole = (0, 0, 1200, 801)
        mirrored = self.view(imaging, copy, ImageRequest(whole, (600, 400), 0.0, mirror=True))
        assert near(mirrored.getpixel((590, 10)), (20, 160, 60))
        turned = self.view(imaging, copy, ImageRequest(whole, (600, 400), 90.0))
        assert (turned.size, near(turned.getpixel((390, 10)), (20, 160, 60))) == ((400, 600), True)
        both = self.view(imaging, copy, ImageRequest(whole, (600, 400), 90.0, mirror=True))
        assert near(both.getpixel((390, 590)), (20, 160, 60))

    @pytest.mark.parametrize(("form", "corner"), [("jpg", (255, 255, 255)), ("png", 0), ("webp", 0)])
    def test_any_rotation_with_empty_corners(
        self, imaging: Imaging, copy: Path, form: str, corner: int | tuple[int, ...]
    ) -> None:
        image = self.view(imaging, copy, ImageRequest((0, 0, 1200, 801), (600, 400), 45.0, format=form))
        assert abs(image.width - 707) <= 2
        assert abs(image.height - 707) <= 2
        pixel = image.getpixel((2, 2))
        assert isinstance(pixel, tuple)
        assert near(pixel, corner) if isinstance(corner, tuple) else pixel[3] == corner

    @pytest.mark.parametrize("form", ["jpg", "png", "webp"])
    def test_qualities(self, imaging: Imaging, copy: Path, form: str) -> None:
        whole = (0, 0, 1200, 801)
        grey = self.view(imaging, copy, ImageRequest(whole, (300, 200), quality="gray", format=form)).convert("RGB")
        colours = {pixel for _, pixel in grey.getcolors(1 << 20) or []}
        assert all(max(c) - min(c) <= 2 for c in colours if isinstance(c, tuple))
        black = self.view(imaging, copy, ImageRequest(whole, (300, 200), quality="bitonal", format=form)).convert("L")
        assert near((black.getpixel((50, 150)),), (0,))
        assert form == "jpg" or set(black.tobytes()) <= {0, 255}

    def test_bitonal_png_has_one_bit_of_black_and_white(self, imaging: Imaging, tmp_path: Path) -> None:
        page().save(tmp_path / "a.png")
        imaging.make_access(tmp_path / "a.png", 0, tmp_path / "copy.tif")
        request = ImageRequest((0, 0, *SIZE), SIZE, quality="bitonal", format="png")
        image = self.view(imaging, tmp_path / "copy.tif", request)
        assert image.mode == "1"
        assert {value for _, value in image.getcolors() or []} == {0, 255}

    def test_a_damaged_copy_says_so(self, imaging: Imaging, copy: Path) -> None:
        data = copy.read_bytes()
        request = ImageRequest((0, 0, 1200, 801), (1200, 801))
        for broken in (data[: len(data) // 2], data[:100], b"", b"not a copy", data[:400] + b"\0" * (len(data) - 400)):
            copy.write_bytes(broken)
            with pytest.raises(ImageError):
                imaging.render(copy, request)

    def test_a_copy_made_again_is_seen(self, imaging: Imaging, copy: Path, tmp_path: Path) -> None:
        assert near(self.view(imaging, copy, ImageRequest((0, 0, 1200, 801), (120, 80))).getpixel((30, 60)), RED)
        Image.new("RGB", (300, 300), BLUE).save(tmp_path / "new.png")
        imaging.make_access(tmp_path / "new.png", 0, copy)
        assert near(self.view(imaging, copy, ImageRequest((0, 0, 300, 300), (10, 10))).getpixel((2, 5)), BLUE)

    def test_it_travels_to_other_processes(self, imaging: Imaging, tmp_path: Path) -> None:
        page().save(tmp_path / "a.png")
        assert pickle.loads(pickle.dumps(imaging)).inspect(tmp_path / "a.png") == imaging.inspect(tmp_path / "a.png")
