"""IIIF Image API 3.0: every form of the tables in clause 4, and info.json of clause 5."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.repository.iiif_image import IiifError, info, parse_request
from fonds.repository.ports.imaging import AccessFacts, ImageRequest


def ask(
    region: str = "full", size: str = "max", rotation: str = "0", rest: str = "default.jpg", limit: int = 10_000
) -> ImageRequest:
    """A request against an image of 300 x 200 pixels, as in the examples of the specification."""
    return parse_request(region, size, rotation, rest, 300, 200, limit, limit * limit)


@pytest.mark.parametrize(
    ("region", "box"),
    [
        ("full", (0, 0, 300, 200)),
        ("square", (50, 0, 200, 200)),
        ("125,15,120,140", (125, 15, 120, 140)),
        ("pct:41.6,7.5,40,70", (125, 15, 120, 140)),
        ("125,15,200,200", (125, 15, 175, 185)),
        ("pct:41.6,7.5,66.6,100", (125, 15, 175, 185)),
        ("0,0,1,1", (0, 0, 1, 1)),
        ("299,199,999999999,999999999", (299, 199, 1, 1)),
        ("pct:0,0,100,100", (0, 0, 300, 200)),
        ("pct:.5,0,99.5,100", (2, 0, 298, 200)),
    ],
)
def test_region(region: str, box: tuple[int, int, int, int]) -> None:
    assert ask(region).region == box


@pytest.mark.parametrize(
    "region",
    [
        "", "FULL", "0,0,0,10", "0,0,10,0", "300,0,10,10", "0,200,10,10", "-1,0,10,10", "1,2,3", "1,2,3,4,5",
        "1.5,0,10,10", "pct:0,0,0,10", "pct:100,0,10,10", "pct:-1,0,10,10", "pct:1,2,3", "pct:a,b,c,d",
        "pct:1e1,0,10,10", "a,b,c,d", "0,0,10,1 0", "\u0661,0,10,10", "0,0,10," + "9" * 5000,
        "pct:nan,0,10,10", "pct:0,0,inf,10", "0,0,10,10\n", "+1,0,9,9",
    ],
)  # fmt: skip
def test_region_refused(region: str) -> None:
    with pytest.raises(IiifError) as refused:
        ask(region)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("size", "limit", "wanted"),
    [
        ("max", 10_000, (300, 200)),
        ("max", 150, (150, 100)),
        ("^max", 360, (360, 240)),
        ("^max", 150, (150, 100)),
        ("150,", 10_000, (150, 100)),
        ("300,", 10_000, (300, 200)),
        ("^360,", 10_000, (360, 240)),
        (",150", 10_000, (225, 150)),
        ("^,240", 10_000, (360, 240)),
        ("pct:50", 10_000, (150, 100)),
        ("pct:100", 10_000, (300, 200)),
        ("pct:33.3", 10_000, (100, 67)),
        ("^pct:120", 10_000, (360, 240)),
        ("^pct:50", 10_000, (150, 100)),
        ("225,100", 10_000, (225, 100)),
        ("^360,360", 10_000, (360, 360)),
        ("^100,100", 10_000, (100, 100)),
        ("!225,100", 10_000, (150, 100)),
        ("!100,225", 10_000, (100, 66)),
        ("!1000,1000", 10_000, (300, 200)),
        ("!1000,1000", 150, (150, 100)),
        ("^!360,360", 10_000, (360, 240)),
        ("^!1000,1000", 450, (450, 300)),
        ("^!150,150", 10_000, (150, 100)),
    ],
)
def test_size(size: str, limit: int, wanted: tuple[int, int]) -> None:
    assert ask(size=size, limit=limit).size == wanted


@pytest.mark.parametrize(
    "size",
    [
        "", "full", "301,", ",201", "301,200", "300,201", "pct:100.5", "0,", ",0", "0,0", "!0,0", "pct:0",
        "pct:0.1", "^0,", "^!0,5", "-5,", "5", ",", "^", "!", "!5", "!5,", "1.5,", "pct:", "pct:a", "5,5,5",
        "^^max", "max^", "!max", "1 0,", "^10001,", "^,10001", "^pct:999999", "^10001,1", "pct:-1", "\u0665,",
    ],
)  # fmt: skip
def test_size_refused(size: str) -> None:
    with pytest.raises(IiifError) as refused:
        ask(size=size)
    assert refused.value.status == 400


def test_a_request_over_the_limits_is_refused() -> None:
    for size in ("200,", "300,200", "pct:100"):
        with pytest.raises(IiifError):
            ask(size=size, limit=150)
    with pytest.raises(IiifError):
        parse_request("full", "300,200", "0", "default.jpg", 300, 200, 1000, 59_999)
    assert parse_request("full", "max", "0", "default.jpg", 300, 200, 1000, 15_000).size == (150, 100)


@pytest.mark.parametrize(
    ("rotation", "mirror", "degrees"),
    [("0", False, 0), ("180", False, 180), ("90", False, 90), ("22.5", False, 22.5), ("!0", True, 0),
     ("!180", True, 180), ("360", False, 0), ("359.9", False, 359.9), ("!.5", True, 0.5)],
)  # fmt: skip
def test_rotation(rotation: str, mirror: bool, degrees: float) -> None:
    request = ask(rotation=rotation)
    assert (request.mirror, request.rotation) == (mirror, degrees)


@pytest.mark.parametrize("rotation", ["", "!", "361", "360.1", "-90", "!-1", "90!", "a", "1e2", "9 0", "!!0", "nan"])
def test_rotation_refused(rotation: str) -> None:
    with pytest.raises(IiifError):
        ask(rotation=rotation)


def test_quality_and_format() -> None:
    for quality in ("color", "gray", "bitonal", "default"):
        for form in ("jpg", "png", "webp"):
            request = ask(rest=f"{quality}.{form}")
            assert (request.quality, request.format) == ("color" if quality == "default" else quality, form)


@pytest.mark.parametrize(
    "rest", ["", "default", "default.", ".jpg", "default.tif", "native.jpg", "color.JPG", "a.b.jpg"]
)
def test_quality_or_format_refused(rest: str) -> None:
    with pytest.raises(IiifError):
        ask(rest=rest)


FORMS = st.sampled_from(
    ["{a},", ",{b}", "{a},{b}", "!{a},{b}", "^{a},", "^!{a},{b}", "pct:{a}", "^pct:{a}", "max", "^max"]
)


@given(
    st.integers(1, 5000), st.integers(1, 5000), st.integers(0, 6000), st.integers(0, 6000), FORMS, st.integers(1, 4000)
)  # fmt: skip
def test_no_answer_breaks_a_limit(width: int, height: int, a: int, b: int, form: str, limit: int) -> None:
    size = form.format(a=a, b=b)
    try:
        request = parse_request("full", size, "0", "default.jpg", width, height, limit, limit * 100)
    except IiifError:
        return
    across, down = request.size
    assert 1 <= across <= limit
    assert 1 <= down <= limit
    assert across * down <= limit * 100
    if not size.startswith("^"):
        assert across <= width
        assert down <= height
    if "!" in size:
        assert across <= a
        assert down <= b


def test_info_lists_the_real_levels() -> None:
    facts = AccessFacts(2577, 3633, ((2577, 3633), (1288, 1816), (644, 908), (322, 454), (161, 227)))
    document = info("https://archive.example/iiif/3/abc", facts, max_width=2000, max_area=4_000_000)
    assert document == {
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": "https://archive.example/iiif/3/abc",
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
        "width": 2577,
        "height": 3633,
        "maxWidth": 2000,
        "maxArea": 4_000_000,
        "sizes": [
            {"width": 161, "height": 227},
            {"width": 322, "height": 454},
            {"width": 644, "height": 908},
            {"width": 1288, "height": 1816},
        ],
        "tiles": [{"width": 256, "height": 256, "scaleFactors": [1, 2, 4, 8, 16]}],
        "preferredFormats": ["jpg"],
        "extraFormats": ["webp"],
        "extraQualities": ["color", "gray", "bitonal"],
        "extraFeatures": ["mirroring", "rotationArbitrary", "sizeUpscaling"],
    }
    assert json.loads(json.dumps(document)) == document


def test_everything_info_announces_can_be_asked_for() -> None:
    facts = AccessFacts(2577, 3633, ((2577, 3633), (1288, 1816), (644, 908), (322, 454), (161, 227)))
    for factor in (1, 2, 4, 8, 16):
        step = 256 * factor
        for x in range(0, facts.width, step):
            for y in range(0, facts.height, step):
                w, h = min(step, facts.width - x), min(step, facts.height - y)
                size = (-(-w // factor), -(-h // factor))
                parts = (f"{x},{y},{w},{h}", f"{size[0]},{size[1]}", "0", "default.jpg")
                assert parse_request(*parts, facts.width, facts.height, 2000, 4_000_000).size == size
    for width, height in facts.levels[1:]:
        assert parse_request(
            "full", f"{width},{height}", "0", "default.jpg", facts.width, facts.height, 2000, 4_000_000
        ).size == (width, height)


def test_extra_properties_are_added_and_never_replace() -> None:
    facts = AccessFacts(100, 100, ((100, 100),))
    extra = {"rights": "http://rightsstatements.org/vocab/NKC/1.0/", "width": 5}
    document = info("https://archive.example/1", facts, max_width=100, max_area=10_000, extra=extra)
    assert (document["rights"], document["width"]) == (extra["rights"], 100)
