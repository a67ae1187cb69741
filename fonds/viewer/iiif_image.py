"""IIIF Image API 3.0: info.json and any region, size and rotation of a page."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from fonds.errors import FondsError
from fonds.repository import iiif_image as image_api
from fonds.repository.iiif_image import IiifError
from fonds.repository.ports.catalogue import Access, PageRow
from fonds.repository.ports.imaging import AccessFacts, ImageError
from fonds.viewer.ids import dossier_of
from fonds.viewer.iiif import PROFILE, answer_json, open_to_all
from fonds.viewer.present import is_open
from fonds.viewer.room import reading, room

blueprint = Blueprint("iiif_image", __name__, url_prefix="/iiif/image")
blueprint.after_request(open_to_all)

CONTEXT = "http://iiif.io/api/image/3/context.json"
WIDEST = 16_000
"""Pixels across or down in one answer: WebP cannot hold more than 16,383."""

FOR_EVER = "public, max-age=31536000, immutable"


def _page(page_id: str) -> PageRow:
    """Return a page. 404 when there is none or this visitor may not see it: the two are the same answer.

    The dossier is asked for too: the page of an older version stays closed when the dossier has been closed since.
    """
    row = reading().page(page_id)
    if row is None or reading().unit(dossier_of(page_id)) is None:
        abort(404)
    return row


@blueprint.get("/<page:page_id>")
def base(page_id: str) -> ResponseReturnValue:
    """Lead from the base address to info.json (Image API 3.0, section 2.3)."""
    _page(page_id)
    return redirect(url_for("iiif_image.info", page_id=page_id), 303)


@blueprint.get("/<page:page_id>/info.json")
def info(page_id: str) -> ResponseReturnValue:
    """Describe the image (Image API 3.0, section 5). 404 also for a page that cannot be decoded."""
    _, access = _copy(_page(page_id))
    address = url_for("iiif_image.base", page_id=page_id, _external=True)
    facts = AccessFacts(access.width, access.height, access.levels)
    return answer_json(image_api.info(address, facts, max_width=WIDEST, max_area=_largest()), CONTEXT)


@blueprint.get("/<page:page_id>/<region>/<size>/<rotation>/<quality>.<format>")
def image(page_id: str, region: str, size: str, rotation: str, quality: str, format: str) -> ResponseReturnValue:
    """Return a region of a page at a size (Image API 3.0, section 4). 400 for a request that makes no sense."""
    row = _page(page_id)
    parts = (region, size, rotation, f"{quality}.{format}")
    mark = hashlib.sha256("/".join((page_id, *parts)).encode()).hexdigest()[:32]
    if mark in request.if_none_match:
        return _kept(Response(status=304), row, mark)
    path, access = _copy(row)
    wanted = image_api.parse_request(*parts, access.width, access.height, WIDEST, _largest())
    with room().rendering():
        body = room().archive.imaging.render(path, wanted)
    return _kept(Response(body, mimetype=image_api.FORMATS[wanted.format]), row, mark)


def _largest() -> int:
    return room().archive.settings.max_pixels


def _copy(row: PageRow) -> tuple[Path, Access]:
    """Return the access copy, made now when there is none. 404 for a page that cannot be decoded."""
    try:
        with room().rendering():
            return reading().access(row)
    except FondsError as error:
        if error.code == "PAGE_NOT_READABLE":
            abort(404)
        raise


def _kept(response: Response, row: PageRow, mark: str) -> Response:
    """Say how long an image may be kept: a page id names one image for ever, but only open ones may be shared."""
    response.headers["Cache-Control"] = FOR_EVER if is_open(row.mode) else "private, no-store"
    response.headers["Link"] = PROFILE
    response.set_etag(mark)
    return response


@blueprint.errorhandler(IiifError)
def _refused(error: IiifError) -> ResponseReturnValue:
    response = make_response(jsonify(status=error.status, error=error.reason), error.status)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.errorhandler(ImageError)
def _damaged(error: ImageError) -> ResponseReturnValue:
    del error
    abort(404)
