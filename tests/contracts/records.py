"""Described dossiers and their packages, as plain values, for the contracts of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fonds.metadata.ids import item_id
from fonds.metadata.model import Description, DossierRecord, Item, Kind, Page, Value
from fonds.packaging.digest import digest_bytes
from fonds.packaging.names import location
from fonds.repository.ports.catalogue import Aip

MODES = {"01": "Công khai", "02": "Sử dụng có điều kiện", "03": "Mật"}


def objid(number: int) -> str:
    return f"uuid-00000000-0000-4000-8000-{number:012d}"


def described(kind: Kind, mode: str = "", **values: str) -> Description:
    stated = {"mode": Value(MODES[mode], code=mode)} if mode else {}
    return Description(kind, {**{key: Value(text) for key, text in values.items()}, **stated})


def dossier(
    number: int,
    *,
    fonds: str = "P01",
    series: str = "01",
    mode: str = "01",
    pages: int = 3,
    items: Sequence[tuple[str, tuple[int, ...], str]] = (),
    title: str = "",
    **values: str,
) -> DossierRecord:
    """The n-th dossier; ``items`` are (subject, pages, mode)."""
    identity = objid(number)
    made = [
        Item(
            item_id(identity, "document", ordinal),
            described(Kind.DOCUMENT, code, subject=subject, issuedDate=f"{ordinal:02d}/03/1962"),
            on,
        )
        for ordinal, (subject, on, code) in enumerate(items, 1)
    ]
    return DossierRecord(
        identity,
        described(
            Kind.FONDS, archiveCode="H99.12", fondsCode=fonds, fondName=f"Phông {fonds}", archivesTime="1955-1975"
        ),
        described(
            Kind.DOSSIER,
            mode,
            fileCode=values.pop("fileCode", f"HS.{number}"),
            title=title or f"Hồ sơ số {number}",
            **{"startDate": "1962", "endDate": "1963", **values},
        ),
        described(Kind.SERIES, fileCatalog=series, title=f"Mục lục {series}") if series else None,
        tuple(made),
        tuple(
            Page(n, str(n), f"representations/rep1/data/{n:04d}.tif", 0, 600, 800, 300.0, n == pages)
            for n in range(1, pages + 1)
        ),
    )


def package(record: DossierRecord, version: int = 1) -> Aip:
    place = location(record.fonds_code, record.code, version, record.id)
    return Aip(
        objid=record.id,
        version=version,
        location=place,
        fonds_code=record.fonds_code,
        code=record.code,
        files=len(record.pages) + 9,
        bytes=1000 * version,
        pages=len(record.pages),
        signature=f"signature {version}",
        manifest=digest_bytes(f"manifest {place}".encode()),
        tagmanifest=digest_bytes(f"tagmanifest {place}".encode()),
        created="2025-11-21T20:00:00+00:00",
    )


def digests(record: DossierRecord) -> dict[str, str]:
    paths = [f"data/{page.path}" for page in record.pages] + ["data/METS.xml", "bagit.txt"]
    return {path: digest_bytes(f"{record.id} {path}".encode()) for path in paths}


def retitled(record: DossierRecord, title: str) -> DossierRecord:
    values = {**record.dossier.values, "title": Value(title)}
    return replace(record, dossier=replace(record.dossier, values=values))
