"""The viewer: one page of a dossier at a time, as deep as its scan goes."""

from __future__ import annotations

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fonds.metadata.model import Kind
from fonds.repository.ports.catalogue import PageRow, Unit
from fonds.viewer import present
from fonds.viewer.language import texts
from fonds.viewer.pages import breadcrumb, cited, expect
from fonds.viewer.paging import positive
from fonds.viewer.room import reading

blueprint = Blueprint("viewing", __name__)

SLICE = 200
"""Pages in one answer of the page list; the strip asks for what it shows."""

ITEMS = 1000
"""Documents of a dossier that are looked through for those on a page."""

_JS_TEXTS = (
    "announce.page", "announce.zoom", "copied", "copy.failed", "goto.none", "notice.restricted",
    "notice.unreadable", "notice.failed",
)  # fmt: skip


@blueprint.get("/d/<unit:unit_id>/view")
def view(unit_id: str) -> ResponseReturnValue:
    """Show page N of a dossier in the viewer."""
    unit = expect(unit_id, Kind.DOSSIER)
    row, total = _page(unit, positive(request.args.get("page")))
    return render_template(
        "viewer.html",
        unit=present.entry(unit, texts()),
        above=breadcrumb(unit),
        sheet=present.sheet(row, texts()),
        total=total,
        data=_data(unit, row, total),
        **_panel(unit, row),
    )


@blueprint.get("/d/<unit:unit_id>/panel")
def panel(unit_id: str) -> ResponseReturnValue:
    """Return the description beside page N, as a piece of HTML for the viewer."""
    unit = expect(unit_id, Kind.DOSSIER)
    row, _ = _page(unit, positive(request.args.get("page")))
    return render_template("panel.html", **_panel(unit, row))


@blueprint.get("/d/<unit:unit_id>/pages.json")
def pages(unit_id: str) -> ResponseReturnValue:
    """Return a slice of the page list for the strip: ``offset`` counts from 0."""
    unit = expect(unit_id, Kind.DOSSIER)
    offset = positive(request.args.get("from")) - 1
    rows = reading().pages(unit, offset=offset, limit=SLICE)
    found = (present.sheet(row, texts()) for row in rows.items)
    return jsonify(total=rows.total, offset=offset, pages=[_brief(sheet) for sheet in found])


def _page(unit: Unit, number: int) -> tuple[PageRow, int]:
    """Return page ``number`` (from 1) of a dossier and how many there are. 404 when it has no such page."""
    rows = reading().pages(unit, offset=number - 1, limit=1)
    if not rows.items:
        abort(404)
    return rows.items[0], rows.total


def _items_on(unit: Unit, row: PageRow) -> list[Unit]:
    """Return the documents and pictures on a page, as far as they may be seen; none for a restricted page."""
    if not row.id:
        return []
    items = reading().children(unit.id, limit=ITEMS).items
    return [item for item in items if row.sequence in item.sequences]


def _panel(unit: Unit, row: PageRow) -> dict[str, object]:
    words, items = texts(), _items_on(unit, row)
    shown = present.sheet(row, words)
    url = url_for("viewing.view", unit_id=unit.id, page=row.sequence, _external=True)
    return {
        "panel_sheet": shown,
        "panel_items": [(present.entry(item, words), present.lines(item.description, words)) for item in items],
        "panel_unit": present.entry(unit, words),
        "panel_dossier_lines": present.lines(unit.description, words),
        "panel_citation": cited(unit, sheet=shown.label, url=url),
    }


def _brief(sheet: present.Sheet) -> dict[str, object]:
    return {"n": sheet.number, "id": sheet.id, "label": sheet.label, "name": sheet.name, "state": sheet.state}


def _data(unit: Unit, row: PageRow, total: int) -> dict[str, object]:
    """Return what the viewer's script starts from; it asks the page list for the rest."""
    words = texts()
    return {
        "page": row.sequence,
        "total": total,
        "slice": SLICE,
        "lang": words.lang,
        "first": _brief(present.sheet(row, words)),
        "pages": url_for("viewing.pages", unit_id=unit.id),
        "panel": url_for("viewing.panel", unit_id=unit.id),
        "view": url_for("viewing.view", unit_id=unit.id),
        "images": url_for("iiif_image.base", page_id="x.1.1").removesuffix("x.1.1"),
        "citation": cited(unit, sheet="{sheet}", url="{url}"),
        "texts": {key: words.t(f"viewer.{key}") for key in _JS_TEXTS},
    }
