"""What the gate must remember of a whole delivery, kept on disk so that its size does not matter.

A temporary SQLite database: rows of the inventory until their dossier is reached, and the SHA-256 of every file.
SQLite keeps it in memory while it is small and removes it when it is closed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from fonds.metadata.model import Kind, Value
from fonds.repository.intake.rows import Note, Row

_TABLES = """
CREATE TABLE row (id INTEGER PRIMARY KEY, link TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE content (sha256 BLOB PRIMARY KEY, place TEXT NOT NULL) WITHOUT ROWID;
"""
_PLACES_KEPT_IN_MEMORY_KIB = 65536


class Spool:
    """Rows by number and by the dossier they name; file contents by their hash. Not for use by two threads at once."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._db.executescript(
            f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-{_PLACES_KEPT_IN_MEMORY_KIB};"
            + _TABLES
        )
        self._indexed = False

    def add_row(self, row: Row, link: str = "") -> int:
        """Keep a row; ``link`` is the key of the dossier a document row names. Returns the row's number."""
        cursor = self._db.execute("INSERT INTO row (link, body) VALUES (?, ?)", (link, _to_json(row)))
        return int(cursor.lastrowid or 0)

    def row(self, number: int) -> Row:
        """Return a kept row. Raises KeyError for a number that was never given."""
        found = self._db.execute("SELECT body FROM row WHERE id = ?", (number,)).fetchone()
        if found is None:
            raise KeyError(number)
        return _from_json(found[0])

    def linked(self, link: str) -> list[Row]:
        """Return the rows that name a dossier, in the order they were kept."""
        self._index()
        found = self._db.execute("SELECT body FROM row WHERE link = ? ORDER BY id", (link,)).fetchall()
        return [_from_json(body) for (body,) in found]

    def links(self) -> Iterator[str]:
        """Yield every dossier key that document rows name."""
        self._index()
        for (link,) in self._db.execute("SELECT DISTINCT link FROM row WHERE link <> ''").fetchall():
            yield str(link)

    def first_place(self, sha256: str, place: str) -> str | None:
        """Return where these bytes were seen before, None when ``place`` is the first. The least path is remembered."""
        key = bytes.fromhex(sha256)
        found = self._db.execute("SELECT place FROM content WHERE sha256 = ?", (key,)).fetchone()
        if found is None:
            self._db.execute("INSERT INTO content VALUES (?, ?)", (key, place))
            return None
        if place < found[0]:
            self._db.execute("UPDATE content SET place = ? WHERE sha256 = ?", (place, key))
        return str(found[0])

    def close(self) -> None:
        """Forget everything and free the disk space."""
        self._db.close()

    def _index(self) -> None:
        if not self._indexed:
            self._db.execute("CREATE INDEX row_link ON row (link)")
            self._indexed = True


def _to_json(row: Row) -> str:
    values = {key: (value.text, value.written, value.code) for key, value in row.values.items()}
    notes = [(note.code, note.field, note.text) for note in row.notes]
    return json.dumps([row.kind, row.sheet, row.stt, row.place, values, row.extra, notes], ensure_ascii=False)


def _from_json(body: str) -> Row:
    kind, sheet, stt, place, values, extra, notes = json.loads(body)
    return Row(
        Kind(kind),
        sheet,
        stt,
        (place[0], place[1]),
        {key: Value(*value) for key, value in values.items()},
        tuple((name, text) for name, text in extra),
        tuple(Note(*note) for note in notes),
    )
