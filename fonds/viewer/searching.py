"""Finding: one box, results by dossier, counts that narrow them down, an address for every question."""

from __future__ import annotations

import logging

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from fonds.errors import FondsError, UsageError
from fonds.metadata.model import Kind
from fonds.repository.ports.catalogue import Unit
from fonds.repository.reading import Answer
from fonds.repository.search.query import parse
from fonds.schemas.messages import text
from fonds.viewer import results
from fonds.viewer.highlight import Wanted, wanted
from fonds.viewer.language import texts
from fonds.viewer.paging import paging, positive
from fonds.viewer.question import Question, asked
from fonds.viewer.room import reading

blueprint = Blueprint("searching", __name__)

_LOG = logging.getLogger("fonds.viewer")

SHOWN = 20
ITEMS_LOOKED_AT = 100
"""How many documents of each dossier found are compared with the question, to show the best of them."""


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """Answer a question, explain how to ask one, or say why there is no answer."""
    question = asked(request.args)
    number = positive(request.args.get("page"))
    if question.problems:
        return render_template("search.html", question=question, answer=None), 400
    try:
        answer = _answer(question, number)
    except UsageError as error:
        failure = None if error.code == "QUERY_EMPTY" else _failure(error)
        return render_template("search.html", question=question, answer=None, failure=failure)
    except FondsError as error:
        _LOG.error("%s on %s", error, request.path)
        return render_template("search.html", question=question, answer=None, failure=_failure(error)), 503
    return render_template("search.html", question=question, answer=answer)


def _failure(error: FondsError) -> tuple[str, str]:
    """Return what went wrong and what to do, in words that tell nothing of where the repository lies."""
    if error.code.startswith("QUERY_"):
        said = (text(texts().lang, f"error.{error.code}{part}", error.data) for part in ("", ".hint"))
        return next(said), next(said)
    return texts().t("search.unavailable"), texts().t("search.unavailable.more")


def _answer(question: Question, number: int) -> dict[str, object]:
    """Return what the page shows. Raises FondsError QUERY_… and INDEX_…."""
    looked_for = wanted(parse(question.text))
    found = reading().search(question.text, question.filters, offset=(number - 1) * SHOWN, limit=SHOWN)
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
