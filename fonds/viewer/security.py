"""Headers on every answer: nothing from other origins, nothing inline, nothing guessed."""

from __future__ import annotations

from flask import Flask, Response

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
"""Content-Security-Policy. ``data:`` and ``blob:`` images: the zooming canvas makes its own."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        # A description may be closed tomorrow: pages are kept by nobody without asking again.
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def install(app: Flask) -> None:
    """Put the headers on every answer of the application, errors included."""
    app.after_request(_protect)
