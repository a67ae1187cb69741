"""The reading room as a WSGI application."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from fonds.repository.archive import Archive
from fonds.viewer import (
    desk_pages,
    errors,
    fixity_pages,
    icons,
    ids,
    iiif_image,
    iiif_presentation,
    language,
    linked_data,
    mapping_pages,
    pages,
    searching,
    security,
    staff,
    viewing,
)
from fonds.viewer.room import PATIENCE, Room

LONGEST_BODY = 64 * 1024
"""Bytes of a request's body: this version takes no uploads at all."""


def create_app(
    archive: Archive, *, trusted_proxies: int = 0, patience: float = PATIENCE, desk: staff.Desk | None = None
) -> Flask:
    """Return the application that lets people read ``archive``.

    ``trusted_proxies`` is how many proxies in front may say who asked and under which address (X-Forwarded-*);
    0 believes none. ``patience`` is how many seconds a request waits for its turn to render an image.
    ``desk`` opens the pages of the staff to whoever has its key; without one there are none.
    """
    app = Flask(__name__)
    app.config.update(MAX_CONTENT_LENGTH=LONGEST_BODY, SEND_FILE_MAX_AGE_DEFAULT=3600)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it; its base class does not
    app.url_map.converters.update(unit=ids.UnitId, page=ids.PageId)
    app.url_map.strict_slashes = False
    app.extensions["fonds"] = Room(archive, patience)
    for part in (language, security, errors, icons):
        part.install(app)
    staff.install(app, desk)
    for routes in (
        pages,
        linked_data,
        viewing,
        searching,
        iiif_image,
        iiif_presentation,
        staff,
        desk_pages,
        fixity_pages,
        mapping_pages,
    ):
        app.register_blueprint(routes.blueprint)
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    app.context_processor(lambda: {"archive_name": archive.settings.archive_name})
    if trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # how Flask documents adding middleware
            app.wsgi_app, trusted_proxies, trusted_proxies, trusted_proxies, 0, trusted_proxies
        )
    return app
