"""Which documents of a new version are those of the version before: they keep their ids, whatever moved."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace

from fonds.metadata.ids import item_id
from fonds.metadata.model import Description, DossierRecord, Item

_NUMBERS = (("docCode",), ("codeNumber", "codeNotation", "issuedDate"), ("archivesNumber",))
"""Fields that tell a document or picture from the others of its dossier, the most exact first."""
_Key = Callable[[Item, DossierRecord], Hashable | None]


def same_items(after: DossierRecord, before: DossierRecord, version: int) -> tuple[Item, ...]:
    """Return the documents and pictures of ``after``, each with the id that it has in ``before``.

    The same description, or else the same number, or else the same pages, make it the same one. What is new gets an id
    of this version, which no other document has or had.
    """
    known: dict[int, str] = {}
    for key in (_described, *map(_numbered, _NUMBERS), _standing):
        _match(known, after, before, key)
    return tuple(
        replace(item, id=known.get(number) or item_id(after.id, item.description.kind.value, number + 1, version))
        for number, item in enumerate(after.items)
    )


def _match(known: dict[int, str], after: DossierRecord, before: DossierRecord, key: _Key) -> None:
    """Add the items that agree in ``key`` to those that are known, each one of ``before`` once."""
    taken, left = set(known.values()), dict[Hashable, list[str]]()
    for item in before.items:
        if item.id not in taken:
            left.setdefault((item.description.kind, key(item, before)), []).append(item.id)
    for number, item in enumerate(after.items):
        means = key(item, after)
        same = left.get((item.description.kind, means))
        if number not in known and means is not None and same:
            known[number] = same.pop(0)


def _described(item: Item, _: DossierRecord) -> Hashable:
    values = ((key, value.text, value.written, value.code) for key, value in item.description.values.items())
    return tuple(sorted(values)), item.description.extra


def _numbered(fields: tuple[str, ...]) -> _Key:
    def key(item: Item, _: DossierRecord) -> Hashable | None:
        said = _texts(item.description, fields)
        return tuple(said.items()) if said.get(fields[0]) else None

    return key


def _texts(description: Description, fields: tuple[str, ...]) -> Mapping[str, str]:
    return {field: description.text(field) for field in fields}


def _standing(item: Item, record: DossierRecord) -> Hashable | None:
    pictures = {page.sequence: (page.path, page.frame) for page in record.pages}
    return frozenset(pictures[sequence] for sequence in item.pages if sequence in pictures) or None
