"""The words of the authentication sheet in one language, without anything of how they are laid out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fonds.metadata.dates import display, parse_edtf
from fonds.metadata.model import Kind
from fonds.packaging.dip.sheet import TYPE_LISTS, AuthenticationSheet, DeliveredDocument
from fonds.schemas import vocabulary
from fonds.schemas.messages import text

PAGES = "\ue0ff" * 4
"""Stands for the number of pages, known when the last one is drawn: room for four digits. No printed text holds it."""


@dataclass(frozen=True, slots=True)
class SheetText:
    """What is printed: the letterhead, the title, the data as (number, label, value), the list of documents."""

    parent: str
    archive: str
    number: str
    nation: str
    motto: str
    place_date: str
    title: tuple[str, str]
    data: tuple[tuple[str, str, str], ...]
    list_title: str
    list_head: tuple[str, ...]
    documents: tuple[tuple[str, ...], ...]
    note: str
    foot: str


def sheet_text(sheet: AuthenticationSheet, lang: str) -> SheetText:
    """Return what the sheet says; ``documents`` is empty when there is one only, which then stands in ``data``."""
    several = len(sheet.documents) > 1
    return SheetText(
        sheet.parent.upper(),
        sheet.archive.upper(),
        text(lang, "sheet.number", {"number": sheet.number}) if sheet.number else "",
        text(lang, "sheet.nation"),
        text(lang, "sheet.motto"),
        text(lang, "sheet.place_date", _date_facts(sheet, lang)),
        (text(lang, "sheet.title"), text(lang, "sheet.title.of")),
        _data(sheet, lang),
        text(lang, "sheet.list", {"count": len(sheet.documents)}),
        tuple(text(lang, f"sheet.list.{column}") for column in ("ordinal", "code", "number", "type", "title")),
        tuple((str(n), *_row(one, lang)) for n, one in enumerate(sheet.documents, 1)) if several else (),
        text(lang, "sheet.note", {"objid": sheet.objid}),
        text(lang, "sheet.foot", {"code": sheet.code, "pages": PAGES}),
    )


def _date_facts(sheet: AuthenticationSheet, lang: str) -> dict[str, object]:
    day, month = sheet.issued.day, sheet.issued.month
    return {
        "place": sheet.place,
        "day": day,
        "day2": f"{day:02}",
        # Nghị định 30/2020, Annex I: days below 10 and the months 1 and 2 are written with a nought.
        "month2": f"{month:02}" if month < 3 else month,
        "month_name": text(lang, f"date.month_name.{month}"),
        "year": f"{sheet.issued.year:04}",
    }


def _data(sheet: AuthenticationSheet, lang: str) -> tuple[tuple[str, str, str], ...]:
    recipient = {"name": sheet.recipient.name, "id": sheet.recipient.id}
    purpose = {"purpose": vocabulary.label("purpose", sheet.purpose, lang), "content": sheet.purpose_content}
    rows = [
        ("1", "code", sheet.code),
        ("2", "archive", sheet.archive),
        ("3", "recipient", text(lang, "sheet.recipient.value", recipient)),
        *_documents(sheet, lang),
        ("8", "purpose", text(lang, "sheet.purpose.value", purpose)),
        ("9", "issued", _day(sheet.issued, lang)),
        ("10", "term", _term(sheet, lang)),
        ("11", "copies", text(lang, "sheet.copies.value", {"count": sheet.copies})),
    ]
    return tuple((number, text(lang, f"sheet.{label}"), value) for number, label, value in rows)


def _documents(sheet: AuthenticationSheet, lang: str) -> list[tuple[str, str, str]]:
    if len(sheet.documents) > 1:
        return [("4–7", "documents", text(lang, "sheet.documents.value", {"count": len(sheet.documents)}))]
    code, number, kind, title = _row(sheet.documents[0], lang)
    return [("4", "doc_code", code), ("5", "doc_number", number), ("6", "doc_type", kind), ("7", "doc_title", title)]


def _row(one: DeliveredDocument, lang: str) -> tuple[str, str, str, str]:
    kind = text(lang, "sheet.dossier") if one.kind is Kind.DOSSIER else one.type
    known = TYPE_LISTS.get(one.kind)
    return one.arc_doc_code, one.number, vocabulary.label(known, kind, lang) if known else kind, one.title


def _day(day: date, lang: str) -> str:
    return display(parse_edtf(day.isoformat()), lang)


def _term(sheet: AuthenticationSheet, lang: str) -> str:
    if sheet.until is None:
        return text(lang, "sheet.term.none")
    return text(lang, "sheet.term.value", {"days": sheet.term_days, "until": _day(sheet.until, lang)})
