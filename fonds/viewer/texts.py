"""The words of the reading room in one language, looked up and filled; pure, so presenters can use it."""

from __future__ import annotations

from dataclasses import dataclass

from fonds.schemas.messages import text


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts in ``lang``; their keys stand below ``web.`` in ``schemas/messages/viewer.*.json``."""

    lang: str

    def t(self, key: str, **data: object) -> str:
        """Return the text ``web.<key>`` with its placeholders filled."""
        return text(self.lang, f"web.{key}", data)

    def counted(self, key: str, number: int) -> str:
        """Return the text ``web.<key>`` for a number of things, {n}."""
        return self.t(key, n=self.grouped(number))

    def grouped(self, number: int) -> str:
        """Return a number with its thousands set apart as the language does: 9.600 and 9,600."""
        written = f"{number:,}"
        return written.replace(",", ".") if self.lang == "vi" else written
