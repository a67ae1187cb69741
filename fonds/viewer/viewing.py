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
        item=_item_on(row),
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


def _item_on(row: PageRow) -> Unit | None:
    return reading().unit(row.item_id) if row.item_id else None


def _panel(unit: Unit, row: PageRow) -> dict[str, object]:
    item, words = _item_on(row), texts()
    shown = present.sheet(row, words)
    url = url_for("viewing.view", unit_id=unit.id, page=row.sequence, _external=True)
    return {
        "panel_sheet": shown,
        "panel_item": present.entry(item, words) if item else None,
        "panel_lines": present.lines(item.description, words) if item else [],
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
