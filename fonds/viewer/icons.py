"""A small set of line icons, drawn for this project on a 24-unit grid, put into pages as inline SVG."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup

_PATHS = {
    "archive": "M3 4h18v5H3zM5 9v11h14V9M10 13h4",
    "list": "M8 6h13M8 12h13M8 18h13M3.5 6h.01M3.5 12h.01M3.5 18h.01",
    "folder": "M3 6a1 1 0 0 1 1-1h5l2 3h9a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1z",
    "document": "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
    "picture": "M3 5h18v14H3zM3 16l5-5 4 4 3-3 6 6M15.5 9.5h.01",
    "search": "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16.2 16.2 21 21",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "ok": "M4 12.5l5 5L20 6.5",
    "problem": "M12 4 2.5 20h19zM12 10v4.5M12 17.4h.01",
    "never": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2",
    "first": "M18 6l-6 6 6 6M8 6v12",
    "previous": "M15 5l-7 7 7 7",
    "next": "M9 5l7 7-7 7",
    "last": "M6 6l6 6-6 6M16 6v12",
    "plus": "M12 5v14M5 12h14",
    "minus": "M5 12h14",
    "fit": "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
    "rotate": "M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6",
    "adjust": "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
    "fullscreen": "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7",
    "info": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5M12 7.6h.01",
    "link": "M10 14a4 4 0 0 0 5.7 0l3.2-3.2a4 4 0 0 0-5.7-5.7L12 6.3"
    "M14 10a4 4 0 0 0-5.7 0l-3.2 3.2a4 4 0 0 0 5.7 5.7l1.2-1.2",
    "quote": "M9 7H5v6h4v-2c0 3-1 4.5-3.5 5.5M19 7h-4v6h4v-2c0 3-1 4.5-3.5 5.5",
    "help": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.6h.01",
    "close": "M6 6l12 12M18 6 6 18",
    "broken": "M6 3h8l4 4v4l-3 2-2-2-3 3-2-1-2 1zM6 17l2-1 2 1 3-3 2 2 3-2v7H6z",
    "book": "M12 6c-2-1.5-5-2-9-2v14c4 0 7 .5 9 2 2-1.5 5-2 9-2V4c-4 0-7 .5-9 2zM12 6v14",
}  # fmt: skip


def icon(name: str) -> Markup:
    """Return an icon as markup; it is decoration, the words beside it are what is read aloud."""
    return Markup(
        '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>'
    ).format(_PATHS[name])


def install(app: Flask) -> None:
    """Make ``icon`` known to every template."""
    app.jinja_env.globals["icon"] = icon
