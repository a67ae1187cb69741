"""What is other in a version than in the one before, compared as the two packages say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.metadata.ids import item_id
from fonds.metadata.model import Description, DossierRecord, FileRecord, Item, Kind, Page, Value
from fonds.packaging.eark import Changes, PackageContent, PackageType, Representation, changes
from fonds.packaging.eark.changes import Counts, FieldChange, PageChanges, RepresentationChanges
from fonds.repository.change_words import said

OBJID = "uuid-00000000-0000-4000-8000-000000000001"


def file(path: str) -> FileRecord:
    return FileRecord(path, 1, f"digest of {path}", "image/jpeg", "")


def representation(name: str, sheets: Sequence[tuple[str, str]], *others: str) -> Representation:
    """A representation with pages (name of the file, sheet) and files without one."""
    folder = f"representations/{name}/data"
    pages = tuple(Page(n, sheet, f"{folder}/{path}") for n, (path, sheet) in enumerate(sheets, 1))
    files = [file(f"{folder}/{path}") for path in dict.fromkeys((*(path for path, _ in sheets), *others))]
    return Representation(name, files, pages)


def plain(*paths: str) -> Representation:
    """The first representation, its sheets numbered from 1."""
    return representation("rep1", [(path, str(n)) for n, path in enumerate(paths, 1)])


def record(**values: str) -> DossierRecord:
    dossier = Description(Kind.DOSSIER, {key: Value(text) for key, text in values.items()})
    return DossierRecord(OBJID, Description(Kind.FONDS), dossier)


def content(*representations: Representation, of: DossierRecord | None = None) -> PackageContent:
    told = replace(of or record(), pages=tuple(representations[0].pages))
    return PackageContent(PackageType.AIP, told, representations, (), (), (), "", "", ("Fonds", "0"))


ABC = content(plain("a", "b", "c"))


def test_nothing() -> None:
    found = changes(ABC, content(plain("a", "b", "c")))
    assert found == Changes()
    assert not found.of_dossier
    assert not found.of_files
    assert said(found, "en") == []


@pytest.mark.parametrize(
    ("after", "expected", "words"),
    [
        (plain("a", "b", "c", "d"), PageChanges(added=("4",)), "pages added: 1 (sheets: 4)"),
        (plain("a", "b"), PageChanges(removed=("3",)), "pages removed: 1 (sheets: 3)"),
        (plain("a", "b2", "c"), PageChanges(replaced=("2",)), "pages replaced: 1 (sheets: 2)"),
        (
            representation("rep1", [("a", "1"), ("b", "1a"), ("c", "3")]),
            PageChanges(relabelled=("1a",)),
            "pages under another sheet number: 1 (now 1a)",
        ),
        (
            representation("rep1", [("b", "2"), ("c", "3"), ("a", "1")]),
            PageChanges(moved=1),
            "pages in another order: 1",
        ),
        (
            representation("rep1", [("x", "0"), ("a", "1"), ("c2", "3"), ("y", "4")]),
            PageChanges(added=("0", "4"), replaced=("3",), removed=("2",)),
            "pages added: 2 (sheets: 0, 4); pages replaced: 1 (sheets: 3); pages removed: 1 (sheets: 2)",
        ),
    ],
)
def test_pages(after: Representation, expected: PageChanges, words: str) -> None:
    found = changes(ABC, content(after))
    assert found == Changes(pages=expected)
    assert found.of_files
    assert "; ".join(said(found, "en")) == words
    assert all(said(found, "vi"))


def test_the_frames_of_one_file_are_pages_by_themselves() -> None:
    before, after = (
        replace(plain("a"), pages=tuple(Page(n, str(n), "a", frame=n - 1) for n in numbers))
        for numbers in ((1, 2, 3), (1, 3))
    )
    assert changes(content(before), content(after)).pages == PageChanges(removed=("2",))


def test_sheets_with_the_same_number_are_counted_one_by_one() -> None:
    before = representation("rep1", [("a", "1"), ("b", "1")])
    after = representation("rep1", [("a", "1"), ("b2", "1"), ("c", "1")])
    assert changes(content(before), content(after)).pages == PageChanges(added=("1",), replaced=("1",))


def test_fields_of_the_dossier_its_series_and_its_fonds() -> None:
    before = replace(record(title="Một", startDate="1962"), series=Description(Kind.SERIES, {"title": Value("M")}))
    extra = (("Kho", "A"), ("Kho", "B"))
    after = record(title="Hai", endDate="1963")
    after = replace(
        after,
        fonds=Description(Kind.FONDS, {"fondName": Value("P")}),
        dossier=replace(after.dossier, extra=extra),
    )
    found = changes(content(plain("a"), of=before), content(plain("a"), of=after))
    assert found == Changes((
        FieldChange(Kind.FONDS, "fondName", "", "P"),
        FieldChange(Kind.SERIES, "title", "M", ""),
        FieldChange(Kind.DOSSIER, "title", "Một", "Hai"),
        FieldChange(Kind.DOSSIER, "startDate", "1962", ""),
        FieldChange(Kind.DOSSIER, "endDate", "", "1963"),
        FieldChange(Kind.DOSSIER, "Kho", "", "A; B"),
    ))  # fmt: skip
    assert (found.of_dossier, found.of_files) == (True, False)
    (words,) = said(found, "en")
    assert words.startswith("fields changed: ")
    assert "(fonds)" in words
    assert "(series)" in words
    assert words.endswith("Title, Start date, End date, Kho")


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        (Value("A", "a"), Value("A", "aa"), ("a", "aa")),
        (Value("A", code="01"), Value("A", code="02"), ("01", "02")),
        (Value("A", "x", "01"), Value("B", "x", "01"), ("A", "B")),
    ],
)
def test_values_that_read_the_same_are_told_apart(old: Value, new: Value, shown: tuple[str, str]) -> None:
    one, other = (
        content(
            plain("a"), of=DossierRecord(OBJID, Description(Kind.FONDS), Description(Kind.DOSSIER, {"mode": value}))
        )
        for value in (old, new)
    )
    (change,) = changes(one, other).fields
    assert (change.before, change.after) == shown


def test_the_description_of_the_fonds_alone_is_nothing_of_the_dossier() -> None:
    after = replace(record(), fonds=Description(Kind.FONDS, {"fondName": Value("P")}))
    found = changes(content(plain("a")), content(plain("a"), of=after))
    assert found != Changes()
    assert not found.of_dossier


def item(number: int, subject: str, *pages: int) -> Item:
    return Item(item_id(OBJID, "document", number), Description(Kind.DOCUMENT, {"subject": Value(subject)}), pages)


def test_documents_by_their_ids() -> None:
    before = replace(record(), items=(item(1, "a", 1), item(2, "b", 2), item(3, "c", 3)))
    after = replace(record(), items=(item(2, "b", 2), item(3, "c, sửa", 3), item(4, "d", 3), item(5, "e", 3)))
    found = changes(content(plain("a", "b", "c"), of=before), content(plain("a", "b", "c"), of=after))
    assert found == Changes(items=Counts(added=2, changed=1, removed=1))
    assert said(found, "en") == ["documents added: 2", "documents described anew: 1", "documents removed: 1"]


def test_a_document_that_moved_with_its_sheet_is_the_same() -> None:
    before = replace(record(), items=(item(1, "a", 1),))
    after = replace(record(), items=(item(1, "a", 2),))
    inserted = representation("rep1", [("x", "0"), ("a", "1")])
    assert changes(content(plain("a"), of=before), content(inserted, of=after)) == Changes(
        pages=PageChanges(added=("0",))
    )


def test_representations() -> None:
    one, other = plain("a"), representation("rep2", [("a", "1")])
    added = changes(content(one), content(one, other))
    assert added == Changes(representations=RepresentationChanges(added=("rep2",)))
    shown = changes(content(one, other), content(other, one))
    assert shown == Changes(representations=RepresentationChanges(shown="rep2"))
    assert said(shown, "en") == ["readers now see: rep2"]
    removed = changes(content(other, one), content(one))
    assert removed == Changes(representations=RepresentationChanges(removed=("rep2",), shown="rep1"))
    both = changes(content(one), content(other, one))
    assert said(both, "vi") == ["thêm bản thể hiện: rep2", "độc giả nay xem: rep2"]
    assert all(found.of_files for found in (added, shown, removed, both))


def test_files_without_pages_and_documentation() -> None:
    before = replace(content(representation("rep1", [("a", "1")], "x.wav")), documentation=[file("documentation/a")])
    after = content(representation("rep1", [("a", "1")], "y.wav", "z.wav"))
    found = changes(before, after)
    assert found == Changes(files=Counts(added=2, removed=1), documentation=Counts(removed=1))
    assert found.of_files


def test_many_sheets_are_counted_and_the_first_are_named() -> None:
    found = changes(content(plain("0")), content(plain(*map(str, range(100)))))
    assert len(found.pages.added) == 99
    (words,) = said(found, "en")
    assert words.startswith("pages added: 99 (sheets: 2, 3, ")
    assert words.endswith("13, …)")


@given(st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(0, 30), unique=True))
def test_what_was_taken_and_put_comes_to_what_is_there(before: list[int], after: list[int]) -> None:
    old, new = (representation("rep1", [(str(n), str(n)) for n in numbers]) for numbers in (before, after))
    found = changes(content(old), content(new)).pages
    assert len(before) + len(found.added) - len(found.removed) == len(after)
    assert (found.replaced, found.relabelled) == ((), ())
    assert set(found.added) == {str(n) for n in after} - {str(n) for n in before}
    kept = [n for n in after if n in before]
    assert (found.moved == 0) == (kept == [n for n in before if n in after])
    assert found.moved < max(1, len(kept))
