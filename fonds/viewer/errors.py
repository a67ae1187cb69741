"""Errors as calm pages in the visitor's language; as JSON where a program asks."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from fonds.errors import FondsError, UsageError
from fonds.viewer.language import texts

_LOG = logging.getLogger("fonds.viewer")

EXPLAINED = frozenset({400, 404, 405, 413, 429, 503})
"""Statuses with words of their own; any other one is explained as 500."""


def _answer(status: int, headers: dict[str, str] | None = None) -> Response:
    shown = status if status in EXPLAINED else 500
    words = texts()
    if request.path.startswith("/iiif/") or request.path.endswith(".json"):
        body = jsonify(status=status, error=words.t(f"error.{shown}"))
    else:
        body = make_response(render_template("error.html", status=shown))
    body.status_code = status
    body.headers.extend(headers or {})
    # A closed record must not be told from a missing one by how long an answer may be kept.
    body.headers["Cache-Control"] = "no-store"
    return body


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status in (301, 302, 303, 307, 308):
        found = error.get_response()
        return make_response(found)
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return _answer(status, kept)


def _known(error: FondsError) -> Response:
    if isinstance(error, UsageError):
        return _answer(400)
    _LOG.error("%s on %s", error, request.path)
    return _answer(503 if error.code in _PASSING else 500)


_PASSING = {"CATALOGUE_LOCKED", "STORE_FULL"}
"""What keeps a page away for now: somebody else is writing, or its access copy finds no room on the disk."""


def _unexpected(error: InternalServerError) -> Response:
    # Flask has logged the traceback already; the visitor learns nothing of it.
    del error
    return _answer(500)


def install(app: Flask) -> None:
    """Answer every error of the application with a page, or JSON below ``/iiif/``."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(FondsError, _known)
    app.register_error_handler(InternalServerError, _unexpected)
