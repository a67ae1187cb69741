"""The same by metsrw, in its own environment: ``python -m benchmarks._metsrw_mets PAGES FOLDER [premis]``.

metsrw keeps PREMIS inside METS, so there is one file either way. It states no sizes in METS and no order of pages but
that of the files.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import metsrw

from benchmarks._measured import measured
from benchmarks._pages import REPRESENTATION, SIZE, PageFile, pages

warnings.simplefilter("ignore")


def described(one: PageFile) -> tuple[object, ...]:
    """A file in the form in which metsrw takes PREMIS 3 objects."""
    return (
        "object",
        metsrw.plugins.premisrw.PREMIS_3_0_META | {"xsi:type": "premis:file"},
        ("object_identifier", ("object_identifier_type", "local"), ("object_identifier_value", one.path)),
        (
            "object_characteristics",
            ("fixity", ("message_digest_algorithm", "SHA-256"), ("message_digest", one.sha256)),
            ("size", str(SIZE)),
            (
                "format",
                ("format_designation", ("format_name", "Tagged Image File Format"), ("format_version", "6.0")),
                ("format_registry", ("format_registry_name", "PRONOM"), ("format_registry_key", "fmt/353")),
            ),
        ),
        ("original_name", one.original_name),
    )


def write(folder: Path, count: int, *, premis: bool) -> int:
    """Write into a folder; returns the bytes."""
    files = []
    for one in pages(count):
        entry = metsrw.FSEntry(
            path=one.path, file_uuid=f"{one.number:036}", checksum=one.sha256, checksumtype="SHA-256"
        )
        if premis:
            entry.add_premis_object(metsrw.plugins.premisrw.data_to_premis(described(one), premis_version="3.0"))
        files.append(entry)
    document = metsrw.METSDocument()
    document.append(metsrw.FSEntry(path=REPRESENTATION, type="Directory", children=files))
    target = folder / "METS.xml"
    document.write(str(target))
    return target.stat().st_size


if __name__ == "__main__":
    number, place, *more = sys.argv[1:]
    write(Path(place), 1, premis=True)
    measured(lambda: write(Path(place), int(number), premis=bool(more)))
