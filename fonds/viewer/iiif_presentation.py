"""IIIF Presentation API 3.0: a manifest for each dossier, collections for the way to it."""

from __future__ import annotations

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from fonds.metadata.model import Kind
from fonds.repository.ports.catalogue import Unit
from fonds.viewer import manifests
from fonds.viewer.iiif import answer_json, open_to_all
from fonds.viewer.pages import every_page, expect
from fonds.viewer.paging import paging, positive
from fonds.viewer.room import reading, room

blueprint = Blueprint("iiif_presentation", __name__, url_prefix="/iiif/presentation")
blueprint.after_request(open_to_all)

SHOWN = 100
_PAGED = "paged"


def _places() -> manifests.Places:
    archive = room().archive.settings
    return manifests.Places(request.host_url.rstrip("/") + request.script_root, archive.archive_name)


@blueprint.get("/top")
def top() -> ResponseReturnValue:
    """Return the collection of all fonds."""
    return _collection(None)


@blueprint.get("/<unit:unit_id>/collection")
def collection(unit_id: str) -> ResponseReturnValue:
    """Return the collection of a fonds or a series."""
    return _collection(expect(unit_id, Kind.FONDS, Kind.SERIES))


def _collection(unit: Unit | None) -> ResponseReturnValue:
    """A long collection holds collections of ``SHOWN`` members: Presentation 3.0 has no paging of its own."""
    unit_id = unit.id if unit else ""
    above = reading().ancestors(unit_id) if unit else []
    page = request.args.get("page")
    number = positive(page)
    found = reading().children(unit_id, offset=(number - 1) * SHOWN, limit=SHOWN)
    where = paging(number, SHOWN, found.total)
    if page is None and where.last > 1:
        document = manifests.shelf(unit, above, where.last, _places())
    else:
        shown = [one for one in found.items if one.packaged or one.kind is not Kind.DOSSIER]
        document = manifests.collection(unit, above, shown, number if page else 0, _places())
    return answer_json(document, manifests.CONTEXT)


@blueprint.get("/<unit:unit_id>/manifest")
def manifest(unit_id: str) -> ResponseReturnValue:
    """Return the manifest of a dossier. 404 for one that is not digitised: a manifest has a canvas."""
    unit = expect(unit_id, Kind.DOSSIER)
    if not unit.packaged:
        abort(404)
    seen = reading()
    items = seen.children(unit.id, limit=1000).items
    document = manifests.manifest(unit, seen.ancestors(unit.id), list(every_page(seen, unit)), items, _places())
    return answer_json(document, manifests.CONTEXT)
