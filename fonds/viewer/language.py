"""Two languages. Vietnamese unless the visitor chose English, by ``?lang=`` or by the cookie that it leaves."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, Response, g, request
from werkzeug.datastructures import MultiDict

from fonds.schemas.messages import LANGUAGES
from fonds.viewer.texts import Texts

COOKIE = "lang"
YEAR = 365 * 24 * 3600


def texts() -> Texts:
    """Return the texts in the language of this answer.

    Accept-Language is not asked: most browsers in the offices served say English without anybody having chosen it.
    """
    if "texts" not in g:
        wanted = (request.args.get("lang"), request.cookies.get(COOKIE))
        g.texts = Texts(next((lang for lang in wanted if lang in LANGUAGES), LANGUAGES[0]))
    found: Texts = g.texts
    return found


def switched(lang: str) -> str:
    """Return the address of this very page in another language."""
    arguments: MultiDict[str, str] = MultiDict(request.args)
    arguments["lang"] = lang
    return f"{request.path}?{urlencode(list(arguments.items(multi=True)))}"


def _remember(response: Response) -> Response:
    lang = request.args.get("lang")
    if lang in LANGUAGES and lang != request.cookies.get(COOKIE):
        response.set_cookie(COOKIE, lang, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


def t(key: str, **data: object) -> str:
    """Return a text of the reading room in the visitor's language."""
    return texts().t(key, **data)


def counted(key: str, number: int) -> str:
    """Return the text for a number of things in the visitor's language."""
    return texts().counted(key, number)


def grouped(number: int) -> str:
    """Return a number as the visitor's language writes it."""
    return texts().grouped(number)


def install(app: Flask) -> None:
    """Make the words known to every template, imported macros included."""
    app.after_request(_remember)
    app.jinja_env.globals.update(t=t, counted=counted, grouped=grouped, switched=switched)
    app.context_processor(lambda: {"lang": texts().lang})
