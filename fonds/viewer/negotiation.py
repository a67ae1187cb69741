"""The URI of a thing is ``/u/<id>``: people are led to its page, programs that ask for data to the data."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from fonds.metadata.rdf import JSONLD, TURTLE

_PAGE = "text/html"
_DATA = {TURTLE: "linked_data.as_turtle", JSONLD: "linked_data.as_jsonld"}


def data_wanted(unit_id: str) -> ResponseReturnValue | None:
    """Return the way to the data of a unit (303 See Other) for who asks for it by name, None for everybody else."""
    wanted = request.accept_mimetypes.best_match((_PAGE, *_DATA), default=_PAGE)
    if wanted not in _DATA:
        return None
    answer = redirect(url_for(_DATA[wanted], unit_id=unit_id), 303)
    answer.headers["Vary"] = "Accept"
    return answer
