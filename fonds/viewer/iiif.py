"""What the IIIF routes share: JSON-LD answers, and that any site may show what is open to everybody."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, json, request

LD = "application/ld+json"
PROFILE = '<http://iiif.io/api/image/3/level2.json>;rel="profile"'


def answer_json(document: Mapping[str, object], context: str) -> Response:
    """Return a IIIF document: JSON-LD for whoever asks for it by name, plain JSON otherwise, so browsers show it."""
    asked_for = LD in request.headers.get("Accept", "")
    mimetype = f'{LD};profile="{context}"' if asked_for else "application/json"
    response = Response(json.dumps(document, ensure_ascii=False), content_type=mimetype)
    response.vary.add("Accept")
    # It names addresses of this host and can change: anybody may keep it, nobody may use it without asking.
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def open_to_all(response: Response) -> Response:
    """Let pages of other sites read this answer (CORS): requests are anonymous, so it holds only what is public."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
