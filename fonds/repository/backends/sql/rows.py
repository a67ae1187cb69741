"""Between values of the ports and rows of the tables."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row

from fonds.metadata.citation import document_number
from fonds.metadata.dates import span
from fonds.metadata.ids import page_id
from fonds.metadata.model import LEVELS, Description, DossierRecord, Item, Kind, Value, fonds_code
from fonds.metadata.modes import item_mode, page_modes
from fonds.metadata.vietnamese import natural_key
from fonds.repository.ports.catalogue import Aip, PageRow, Unit

Columns = dict[str, Any]


def dump_description(description: Description) -> str:
    """Return a description as JSON text, the same text for the same description."""
    values = {key: [value.text, value.written, value.code] for key, value in description.values.items()}
    return json.dumps({"values": values, "extra": description.extra}, ensure_ascii=False, separators=(",", ":"))


def load_description(kind: Kind, text: str) -> Description:
    """Return the description that ``dump_description`` wrote."""
    loaded = json.loads(text)
    values = {key: Value(*parts) for key, parts in loaded["values"].items()}
    return Description(kind, values, tuple((header, value) for header, value in loaded["extra"]))


def _dated(start: str, end: str = "") -> Columns:
    found = span(start, end)
    return {"dates": found.written, "earliest": found.earliest, "latest": found.latest}


def _unit(unit_id: str, parent_id: str, description: Description, **columns: object) -> Columns:
    return {
        "id": unit_id,
        "parent_id": parent_id,
        "kind": description.kind.value,
        "level": LEVELS[description.kind],
        "description": dump_description(description),
        "dossier_id": "",
        "pages": 0,
        "sequences": "",
        "sort": "",
        **columns,
    }


def fonds_row(unit_id: str, fonds: Description) -> Columns:
    """Return the row of a fonds. A fonds itself is open: what is in it has modes of its own."""
    code = fonds_code(fonds)
    return _unit(
        unit_id, "", fonds, code=code, title=fonds.text("fondName") or code, mode="01", fonds_id=unit_id,
        sort=natural_key(code), **_dated(fonds.text("archivesTime")),
    )  # fmt: skip


def series_row(unit_id: str, fonds_unit: str, series: Description, sort: str = "", parent: str = "") -> Columns:
    """Return the row of a series (mục lục), in a fonds or in another series."""
    code = series.text("fileCatalog")
    return _unit(
        unit_id, parent or fonds_unit, series, code=code, title=series.text("title"), mode="01", fonds_id=fonds_unit,
        sort=sort or series_sort(series), dates="", earliest="", latest="",
    )  # fmt: skip


# Reading order: what is in something comes after it and before the next, dossiers before the series beside them. The
# separators sort before all that a key holds; what has no code comes last, in the order in which it was told.
def series_sort(series: Description, above: str = "", number: int = 0) -> str:
    """Return where a series stands: in the series that ``above`` is the place of, else in the fonds."""
    code = series.text("fileCatalog")
    own = natural_key(code) if code or not number else f"~{number:08d}"
    return f"{above}\x02{own}" if above else own


def dossier_sort(dossier: Description, above: str = "", number: int = 0) -> str:
    """Return where a dossier stands in the series at ``above``: by its number and notation, then by its code."""
    code = dossier.text("fileCode")
    named = dossier.text("fileNotation") or code
    own = natural_key(f"{named} {code}") if named or not number else f"~{number:08d}"
    return f"{above}\x01{own}"


def item_sort(above: str, number: int) -> str:
    """Return where the n-th document or picture of the dossier at ``above`` stands."""
    return f"{above}\x01{number:08d}"


def dossier_row(record: DossierRecord, parent_id: str, fonds_unit: str, sort: str = "") -> Columns:
    """Return the row of a dossier."""
    text = record.dossier.text
    return _unit(
        record.id, parent_id, record.dossier, code=record.code, title=text("title"), mode=record.mode,
        fonds_id=fonds_unit, dossier_id=record.id, pages=len(record.pages), sort=sort or _sort(record),
        **_dated(text("startDate"), text("endDate")),
    )  # fmt: skip


def _sort(record: DossierRecord) -> str:
    return dossier_sort(record.dossier, series_sort(record.series) if record.series else "")


def item_row(record: DossierRecord, item: Item, number: int, fonds_unit: str, sort: str = "") -> Columns:
    """Return the row of the n-th document or picture of a dossier; ``sort`` is where the dossier stands."""
    text = item.description.text
    written = text("issuedDate") or text("photoTime") or text("recordDate")
    return _unit(
        item.id, record.id, item.description, code=item_code(item.description),
        title=text("subject") or text("imageTitle") or text("movieTitle") or text("eventName"),
        mode=item_mode(record, item), fonds_id=fonds_unit, dossier_id=record.id, pages=len(item.pages),
        sequences=",".join(map(str, item.pages)),
        sort=item_sort(sort or _sort(record), number), **_dated(written),
    )  # fmt: skip


def item_code(description: Description) -> str:
    """Return the number people cite: ``12/BC-UB`` for a document, the archives number of a picture."""
    return document_number(description) or description.text("archivesNumber") or description.text("docCode")


def page_rows(record: DossierRecord, aip: int) -> list[Columns]:
    """Return the rows of the pages, each with the strictest mode of whatever stands on it."""
    items: dict[int, Item] = {}
    for item in record.items:
        for sequence in item.pages:
            items.setdefault(sequence, item)
    modes = page_modes(record)
    return [
        {
            "aip": aip, "sequence": page.sequence, "label": page.label, "path": page.path, "frame": page.frame,
            "width": page.width, "height": page.height, "dpi": page.dpi, "blank": page.blank,
            "mode": modes[page.sequence],
            "item_id": items[page.sequence].id if page.sequence in items else "",
        }
        for page in record.pages
    ]  # fmt: skip


def unit_value(row: Row[Any]) -> Unit:
    """Return the unit of a row that also says whether it is ``packaged``."""
    kind = Kind(row.kind)
    return Unit(
        row.id, row.parent_id, kind, row.level, row.code, row.title, row.mode, row.dates, row.earliest, row.latest,
        load_description(kind, row.description), row.fonds_id, row.dossier_id, row.pages,
        tuple(map(int, filter(None, row.sequences.split(",")))), bool(row.packaged),
    )  # fmt: skip


def aip_value(row: Row[Any]) -> Aip:
    """Return the package of a row."""
    return Aip(
        row.objid, row.version, row.location, row.fonds_code, row.code, row.files, row.bytes, row.pages,
        row.signature, row.manifest, row.tagmanifest, row.created,
    )  # fmt: skip


def page_value(row: Row[Any]) -> PageRow:
    """Return the page of a row that also has ``objid`` and ``version``."""
    return PageRow(
        page_id(row.objid, row.version, row.sequence), row.objid, row.sequence, row.label, row.path, row.frame,
        row.width, row.height, row.dpi, row.blank, row.mode, row.item_id,
    )  # fmt: skip
