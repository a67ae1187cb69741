"""Writing one Whoosh index: our own terms go in as they are, rows beside them, and a commit lasts."""

from __future__ import annotations

import shutil
import weakref
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from whoosh.fields import ID, STORED, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Format
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader

from fonds.errors import FondsError
from fonds.repository.backends.whoosh_index.layout import sync
from fonds.repository.ports.index import IndexDocument
from fonds.repository.search.answer import row
from fonds.repository.search.terms import Posting, terms

if TYPE_CHECKING:
    from typing import Protocol

    class _Closable(Protocol):
        is_closed: bool

        def close(self) -> None: ...

    class _Segment(Protocol):
        def doc_count_all(self) -> int: ...

    class _Writer(Protocol):
        storage: object
        schema: object

        def add_reader(self, reader: object) -> None: ...


TERMS = "terms"
"""The one searched field. A field each would cost six lists to read for every word of a query; the weights of the
fields are in the weights of the postings instead."""

_MEMORY = 8
"""Megabytes that a build or a merge sorts in memory before it writes a run to disk: what an ingest needs must not grow
with what is held."""

_MOST_SEGMENTS = 12
"""Segments that may add up before small ones are merged: each costs every query a little, each merge a lot."""

_SMALL = 500
"""Documents up to which a segment is always worth merging."""


class TermsField(FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field that takes terms as they were computed above the port, instead of cutting text itself."""

    def __init__(self) -> None:
        # The plain format keeps the bytes of a posting as they are; Whoosh's own for positions pickles each of them.
        # Scorable, although we score: where there are no lengths, Whoosh looks for their file once for every posting.
        super().__init__(Format(), None, scorable=True)

    def index(self, value: dict[str, Posting], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield (term, occurrences, weight, positions) as Whoosh writes them."""
        for term, posting in value.items():
            yield term.encode(), len(posting.positions), posting.weight, array("I", posting.positions).tobytes()


class Storage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """The files of one index: commits last, and nothing stays open when a damaged file stops the reading.

    What Whoosh calls mapped it copies into memory, each segment whole. For who only writes that is too much: a merge
    would need several times what it merges, and to remove one document all that is held.
    """

    def __init__(self, folder: Path, *, mapped: bool = True) -> None:
        super().__init__(str(folder), supports_mmap=mapped)
        self._opened: list[weakref.ref[_Closable]] = []

    def open_file(self, name: str, **options: object) -> _Closable:
        """Open a file and remember it."""
        return self._remembered(super().open_file(name, **options))

    def create_file(self, name: str, **options: object) -> _Closable:
        """Create a file and remember it."""
        return self._remembered(super().create_file(name, **options))

    def _remembered(self, opened: _Closable) -> _Closable:
        self._opened.append(weakref.ref(opened))
        return opened

    @contextmanager
    def closed_on_error(self) -> Iterator[None]:
        """Close what is open when what is done in here fails: Whoosh forgets to."""
        try:
            yield
        except BaseException:
            for one in filter(None, (reference() for reference in self._opened)):
                if not one.is_closed:
                    one.close()
            raise

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename with the bytes of every file on disk first: Whoosh commits by renaming its table of contents."""
        for name in self.list():
            path = Path(self.folder) / name
            if path.is_file():
                sync(path)
        super().rename_file(oldname, newname, safe=safe)
        sync(Path(self.folder))


def schema() -> Schema:
    """Return the schema: the id, which is unique; the terms; the row and the length, only kept."""
    return Schema(id=ID(unique=True), terms=TermsField(), row=STORED, length=STORED)


def create(folder: Path) -> None:
    """Make an empty index in a folder."""
    FileIndex.create(Storage(folder), schema())


class Writing:
    """One commit in the making. Use with ``with``: an exception leaves the index as it was.

    Raises FondsError INDEX_NOT_WRITTEN when the disk is full or does not let us write.
    """

    def __init__(self, folder: Path) -> None:
        # A killed writer leaves its sorting runs; we hold the lock, so they are nobody's.
        shutil.rmtree(folder / "MAIN.tmp", ignore_errors=True)
        self._storage = Storage(folder, mapped=False)
        with self._storage.closed_on_error():
            # Without Whoosh's lock: ours is held, and a commit that fails would never give this one back.
            self._writer = FileIndex(self._storage, schema=schema()).writer(limitmb=_MEMORY, _lk=False)
        self._folder = folder
        self.written = 0

    def __enter__(self) -> Writing:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._writer.cancel()
            return
        with self._disk():
            self._writer.commit(mergetype=_merge)

    def remove(self, ids: Iterable[str]) -> None:
        """Remove what was committed before under these ids."""
        for unit in ids:
            self._writer.delete_by_term("id", unit)

    def add(self, document: IndexDocument) -> None:
        """Add a document; its id must not be there already."""
        made, one = terms(document), row(document)
        kept = (one.id, one.fonds_code, one.kind, one.decades, one.earliest, one.latest)
        with self._disk():
            self._writer.add_document(id=one.id, terms=made.postings, row=kept, length=made.length)
        self.written += 1

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            with self._storage.closed_on_error():
                yield
        except OSError as error:
            raise FondsError("INDEX_NOT_WRITTEN", folder=self._folder, reason=error.strerror) from error


def _merge(writer: _Writer, segments: Sequence[_Segment]) -> list[_Segment]:
    """Merge the small segments once there are many.

    A segment is small while it is no longer than twice all smaller ones together: so every document is merged only a
    few times in its life.
    """
    if len(segments) < _MOST_SEGMENTS:
        return list(segments)
    ordered = sorted(segments, key=lambda segment: segment.doc_count_all())
    documents = merged = 0
    for segment in ordered:
        if segment.doc_count_all() > max(_SMALL, 2 * documents):
            break
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
        documents += segment.doc_count_all()
        merged += 1
    return ordered[merged:]
