"""Finding: one box, results by dossier, counts that narrow them down, an address for every question."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from fonds.errors import UsageError
from fonds.metadata.model import Kind
from fonds.repository.ports.catalogue import Unit
from fonds.repository.reading import Answer
from fonds.repository.search.query import parse
from fonds.viewer import results
from fonds.viewer.highlight import Wanted, wanted
from fonds.viewer.language import texts
from fonds.viewer.paging import paging, positive
from fonds.viewer.question import Question, asked
from fonds.viewer.room import reading

blueprint = Blueprint("searching", __name__)

SHOWN = 20
ITEMS_LOOKED_AT = 100
"""How many documents of each dossier found are compared with the question, to show the best of them."""


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """Answer a question, or explain how to ask one."""
    question = asked(request.args)
    if question.problems:
        return render_template("search.html", question=question, answer=None), 400
    answer = _answer(question, positive(request.args.get("page")))
    return render_template("search.html", question=question, answer=answer)


def _answer(question: Question, number: int) -> dict[str, object] | None:
    """Return what the page shows; None for a question without anything to look for."""
    try:
        looked_for = wanted(parse(question.text))
        found = reading().search(question.text, question.filters, offset=(number - 1) * SHOWN, limit=SHOWN)
    except UsageError:
        return None
    return {
        "total": found.total,
        "paging": paging(number, SHOWN, found.total),
        "groups": _groups(looked_for, found),
        "facets": results.facets(found.facets, question, texts(), _fonds_title),
    }


def _groups(looked_for: Wanted, found: Answer) -> list[results.Group]:
    seen = reading()
    units = [unit for unit, _ in found.units]
    fonds = {fonds_id: seen.unit(fonds_id) for fonds_id in {unit.fonds_id for unit in units}}
    made = []
    for unit in units:
        items = seen.children(unit.id, limit=ITEMS_LOOKED_AT).items if unit.kind is Kind.DOSSIER else ()
        above = fonds[unit.fonds_id] if unit.kind is not Kind.FONDS else None
        made.append(results.group(unit, above, items, looked_for, texts()))
    return made


def _fonds_title(code: str) -> str:
    unit: Unit | None = reading().find_code(code)
    return unit.title if unit else code
