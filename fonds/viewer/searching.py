"""Finding: one box, results by dossier, counts that narrow them down, an address for every question."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from fonds.errors import UsageError
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
    units = [unit for unit, _ in found.units]
    here = {unit.id: unit for unit in units}
    above = {unit.dossier_id for unit in units if unit.dossier_id} | {unit.fonds_id for unit in units}
    for missing in above - here.keys():
        unit = reading().unit(missing)
        if unit is not None:
            here[missing] = unit
    return results.groups(units, here, looked_for, texts())


def _fonds_title(code: str) -> str:
    unit: Unit | None = reading().find_code(code)
    return unit.title if unit else code
