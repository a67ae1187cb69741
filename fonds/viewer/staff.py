"""The door to the staff's desk: who sits at it, and that a form was sent from there.

Nobody can log in yet. Whoever starts ``fonds serve --staff`` is told an address with a key that is made for this run; a
browser that was led there keeps the key in a cookie, and is the person who started the server. When there are accounts,
``staff`` is the one function that has to ask them; what a person may do is the policy's business here already.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from fonds.repository.policy import REPOSITORY, Action, User, can

COOKIE = "desk"
TOKEN = "desk_token"  # noqa: S105 - the name of a field
_SHORTEST_KEY = 32


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk of one run of the server: whose it is, and the key to it."""

    user: User
    key: str

    def __post_init__(self) -> None:
        if len(self.key) < _SHORTEST_KEY:
            raise ValueError("the key to the desk is too short")

    @property
    def token(self) -> str:
        """What every form carries: nobody who does not have the key can make it."""
        return hmac.new(self.key.encode(), b"form", hashlib.sha256).hexdigest()


blueprint = Blueprint("staff", __name__)


def staff() -> User | None:
    """Return who sits at the desk and asks now, None for a reader."""
    desk = _desk()
    if desk is None or not _same(request.cookies.get(COOKIE, ""), desk.key):
        return None
    return desk.user


def require(action: Action) -> User:
    """Return the member of staff who asks, if the policy allows it. 404 for everybody else: readers learn nothing."""
    user = staff()
    if user is None or not can(user, action, REPOSITORY):
        abort(404)
    return user


def require_form(action: Action) -> User:
    """Do as ``require`` for a form, which has to carry the desk's token. 400 without it."""
    user, desk = require(action), _desk()
    if desk is None or not _same(request.form.get(TOKEN, ""), desk.token):
        abort(400)
    return user


@blueprint.get("/desk/enter")
def enter() -> ResponseReturnValue:
    """Take the key out of the address into a cookie. 404 for any other key."""
    desk = _desk()
    if desk is None or not _same(request.args.get("key", ""), desk.key):
        abort(404)
    answer = redirect(url_for("desk.home"))
    answer.set_cookie(COOKIE, desk.key, httponly=True, samesite="Lax", secure=request.is_secure)
    return answer


def _desk() -> Desk | None:
    found: Desk | None = current_app.extensions.get("fonds.desk")
    return found


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def install(app: Flask, desk: Desk | None) -> None:
    """Give the application its desk, and templates the token of its forms."""
    app.extensions["fonds.desk"] = desk
    app.context_processor(lambda: {"at_desk": staff() is not None, "desk_token": desk.token if desk else ""})
    app.after_request(_kept_by_nobody)


def _kept_by_nobody(response: Response) -> Response:
    if request.path.startswith("/desk"):
        response.headers["Cache-Control"] = "no-store"
    return response
