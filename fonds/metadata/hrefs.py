"""Paths of the package as relative URLs."""

from __future__ import annotations

from urllib.parse import quote

PAGE_FRAGMENT = "#page="


def quoted(path: str) -> str:
    """Return a path as URL: UTF-8, percent-encoded except '/', also '+' as %2B, which old decoders read as a space."""
    return quote(path, safe="/", encoding="utf-8")


def page_href(path: str, frame: int, *, many: bool = False) -> str:
    """Return the URL of a page: the file, and ``#page=N`` from 1 (RFC 8118) in a file of many pages.

    ``many`` says that the file has several pages; without it only the second and later ones get a fragment.
    """
    return quoted(path) + (f"{PAGE_FRAGMENT}{frame + 1}" if frame or many else "")
