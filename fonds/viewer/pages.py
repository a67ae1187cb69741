"""The pages one reads before the images: home, fonds, series, dossier, help."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fonds.metadata.model import Kind
from fonds.repository.history import seen_history
from fonds.repository.ports.catalogue import PageRow, Unit
from fonds.repository.reading import Reading
from fonds.viewer import present
from fonds.viewer.language import texts
from fonds.viewer.negotiation import data_wanted
from fonds.viewer.paging import paging, positive
from fonds.viewer.room import reading, room

blueprint = Blueprint("pages", __name__)

FONDS_SHOWN = 25
DOSSIERS_SHOWN = 50
SERIES_SHOWN = 50
DOCUMENTS_SHOWN = 100
SHEETS_SHOWN = 100
VERSIONS_SHOWN = 20
SERIES_HINTED = 6
"""How many series are named under a fonds on the first page."""


def expect(unit_id: str, *kinds: Kind) -> Unit:
    """Return a unit of one of these kinds. 404 when there is none, or when the visitor may not know of it."""
    unit = reading().unit(unit_id)
    if unit is None or unit.kind not in kinds:
        abort(404)
    return unit


def every_page(seen: Reading, dossier: Unit) -> Iterator[PageRow]:
    """Yield all pages of a dossier in reading order, fetched a slice at a time."""
    offset, total = 0, 1
    while offset < total:
        rows = seen.pages(dossier, offset=offset)
        yield from rows.items
        total, offset = rows.total, offset + rows.limit


def breadcrumb(unit: Unit) -> list[present.Entry]:
    """Return what is above a unit, the fonds first."""
    return [present.entry(above, texts()) for above in reading().ancestors(unit.id)]


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Show what is held, one fonds a row."""
    number = positive(request.args.get("page"))
    found = reading().children("", offset=(number - 1) * FONDS_SHOWN, limit=FONDS_SHOWN)
    return render_template(
        "home.html",
        totals=reading().totals(),
        lagging=reading().lagging(),
        incidents=reading().open_incidents(),
        rows=[_fonds_row(unit) for unit in found.items],
        paging=paging(number, FONDS_SHOWN, found.total),
    )


def _fonds_row(unit: Unit) -> dict[str, object]:
    """Return a fonds with the number of dossiers that may be seen, and its first series."""
    below = reading().children(unit.id, limit=SERIES_HINTED)
    return {
        "entry": present.entry(unit, texts()),
        "dossiers": reading().by_level("file", within=unit.id, limit=1).total,
        "series": [present.entry(one, texts()) for one in below.items if one.kind is Kind.SERIES],
        "more": below.total - len(below.items),
    }


@blueprint.get("/f/<unit:unit_id>")
def fonds(unit_id: str) -> ResponseReturnValue:
    """Show a fonds: its description, its series, its dossiers."""
    return _group(expect(unit_id, Kind.FONDS))


def _series_row(unit: Unit) -> dict[str, object]:
    return {
        "entry": present.entry(unit, texts()),
        "dossiers": reading().by_level("file", within=unit.id, limit=1).total,
    }


@blueprint.get("/s/<unit:unit_id>")
def series(unit_id: str) -> ResponseReturnValue:
    """Show a series: its description, the series in it, its dossiers."""
    return _group(expect(unit_id, Kind.SERIES))


def _group(unit: Unit) -> ResponseReturnValue:
    series = reading().by_level("series", within=unit.id, limit=SERIES_SHOWN).items
    number = positive(request.args.get("page"))
    found = reading().by_level("file", within=unit.id, offset=(number - 1) * DOSSIERS_SHOWN, limit=DOSSIERS_SHOWN)
    return render_template(
        "group.html",
        unit=present.entry(unit, texts()),
        above=breadcrumb(unit),
        lines=present.lines(unit.description, texts()),
        series=[_series_row(one) for one in series],
        dossiers=[present.entry(one, texts()) for one in found.items],
        paging=paging(number, DOSSIERS_SHOWN, found.total),
    )


@blueprint.get("/d/<unit:unit_id>")
def dossier(unit_id: str) -> ResponseReturnValue:
    """Show a dossier: description, documents, sheets, the state of its package, how to cite it."""
    unit = expect(unit_id, Kind.DOSSIER)
    number, part = positive(request.args.get("page")), positive(request.args.get("docs"))
    older = positive(request.args.get("versions"))
    sheets = reading().pages(unit, offset=(number - 1) * SHEETS_SHOWN, limit=SHEETS_SHOWN)
    items = reading().children(unit.id, offset=(part - 1) * DOCUMENTS_SHOWN, limit=DOCUMENTS_SHOWN)
    versions = seen_history(reading(), unit, offset=(older - 1) * VERSIONS_SHOWN, limit=VERSIONS_SHOWN)
    return render_template(
        "dossier.html",
        unit=present.entry(unit, texts()),
        above=breadcrumb(unit),
        lines=present.lines(unit.description, texts()),
        items=present.contained(items.items, every_page(reading(), unit), texts()) if items.total else [],
        items_paging=paging(part, DOCUMENTS_SHOWN, items.total),
        sheets=[present.sheet(row, texts()) for row in sheets.items],
        paging=paging(number, SHEETS_SHOWN, sheets.total),
        versions=[present.made(one, texts()) for one in versions.items] if versions.total > 1 else [],
        versions_paging=paging(older, VERSIONS_SHOWN, versions.total),
        fixity=_state(unit),
        packaged=unit.packaged,
        citation=cited(unit),
    )


def _state(unit: Unit) -> present.State:
    if not unit.packaged:
        return present.undigitised(texts())
    check, partly = reading().check(unit), bool(reading().checks(unit))
    return present.fixity(check, texts(), datetime.now(UTC), partly=partly)


def cited(unit: Unit, *, sheet: str = "", url: str = "") -> str:
    """Return how to cite a dossier, or one sheet of it under its own address."""
    return present.citation(
        reading().ancestors(unit.id),
        unit,
        texts(),
        archive=room().archive.settings.archive_name,
        sheet=sheet,
        url=url or url_for("pages.dossier", unit_id=unit.id, _external=True),
    )


@blueprint.get("/u/<unit:unit_id>")
def anything(unit_id: str) -> ResponseReturnValue:
    """Lead from the id of any unit to the page that shows it, or to its data; a document opens in the viewer."""
    unit = expect(unit_id, *Kind)
    data = data_wanted(unit.id)
    if data is not None:
        return data
    if unit.kind in _GROUPS:
        return redirect(url_for(_GROUPS[unit.kind], unit_id=unit.id))
    dossier = expect(unit.dossier_id, Kind.DOSSIER)
    if unit.sequences:
        return redirect(url_for("viewing.view", unit_id=dossier.id, page=unit.sequences[0]))
    return redirect(url_for("pages.dossier", unit_id=dossier.id))


_GROUPS = {Kind.FONDS: "pages.fonds", Kind.SERIES: "pages.series"}


@blueprint.get("/about")
def about() -> ResponseReturnValue:
    """Explain the reading room: how to search, what the words mean, which keys do what."""
    return render_template("about.html")


@blueprint.get("/healthz")
def health() -> ResponseReturnValue:
    """Say for a monitor whether the catalogue answers; nothing of what it holds."""
    reading().totals()
    return jsonify(status="ok")
