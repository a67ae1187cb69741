"""The desk's pages on fixity: how checking goes, runs, problems, and the printed forms that go with them."""

from __future__ import annotations

import time
from dataclasses import replace

from flask import Blueprint, abort, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from fonds.errors import UsageError
from fonds.packaging.paper import Paper, body_html
from fonds.repository.archive import Archive
from fonds.repository.deliveries.printing import pdf_of
from fonds.repository.policy import Action
from fonds.repository.reports import forms
from fonds.repository.reports.fixity import facts_grid, fixity_report, places_grid, problems_grid, runs_grid
from fonds.repository.reports.model import Report
from fonds.repository.reports.writing import Links, facts_html, grid_html, plots_html, report_bytes
from fonds.repository.schedule.state import schedule_state
from fonds.schemas.messages import text
from fonds.viewer.language import texts
from fonds.viewer.paging import paging, positive
from fonds.viewer.room import room
from fonds.viewer.staff import require

blueprint = Blueprint("fixity_pages", __name__, url_prefix="/desk/fixity")

SHOWN = 30
_KEPT, _KEPT_SECONDS = "fonds.fixity", 60.0
_FORMS = {"html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8", "json": "application/json"}


@blueprint.get("/")
def fixity() -> ResponseReturnValue:
    """Show how checking goes: the state, curves of the last days, the copies, the runs page by page."""
    require(Action.READ_STATUS)
    archive, lang = room().archive, texts().lang
    number = positive(request.args.get("page"))
    runs = archive.reports.runs("", "", offset=(number - 1) * SHOWN, limit=SHOWN)
    report, state = _recent(archive), schedule_state(archive)
    facts = facts_grid(state, archive.fixity.problems(limit=1).total)
    listed = replace(runs_grid(archive, runs.items, runs.total), more=0)
    # Every part escapes what is not its own.
    parts = (facts_html(facts, lang), *plots_html(report, lang), grid_html(places_grid(state), lang))
    return render_template(
        "desk/fixity.html",
        warnings=[text(lang, f"schedule.warning.{one.value}") for one in state.forecast.warnings],
        parts=Markup("\n".join(parts)),  # noqa: S704 - see above
        runs=Markup(grid_html(listed, lang, links=_links("check", texts().t("desk.fixity.check")))),  # noqa: S704 - see above
        paging=paging(number, SHOWN, runs.total),
    )


def _links(kind: str, label: str) -> Links:
    """Return links to the form of this kind that goes with each row."""
    return Links(label, lambda number: url_for("fixity_pages.paper", kind=kind, number=number))


def _recent(archive: Archive) -> Report:
    """Return the report that the curves are drawn of, not older than a minute: it reads the whole log."""
    kept: tuple[float, Report] | None = current_app.extensions.get(_KEPT)
    if kept is None or time.monotonic() - kept[0] > _KEPT_SECONDS:
        kept = time.monotonic(), fixity_report(archive)
        current_app.extensions[_KEPT] = kept
    return kept[1]


@blueprint.get("/problems")
def problems() -> ResponseReturnValue:
    """List the problems, newest first, open and closed."""
    require(Action.READ_STATUS)
    archive = room().archive
    number = positive(request.args.get("page"))
    found = archive.reports.problem_rows("", "", offset=(number - 1) * SHOWN, limit=SHOWN)
    grid = replace(problems_grid(archive, found.items, found.total), more=0)
    table = grid_html(grid, texts().lang, titled=False, links=_links("incident", texts().t("desk.fixity.incident")))
    return render_template(
        "desk/problems.html",
        table=Markup(table),  # noqa: S704 - it escapes every text
        paging=paging(number, SHOWN, found.total),
    )


@blueprint.get("/report.<any(html, csv, json):form>")
def report(form: str) -> ResponseReturnValue:
    """Give the report of the last days as a file."""
    require(Action.READ_STATUS)
    answer = make_response(report_bytes(fixity_report(room().archive), f".{form}", texts().lang))
    answer.headers["Content-Type"] = _FORMS[form]
    answer.headers["Content-Disposition"] = f'attachment; filename="fixity.{form}"'
    return answer


@blueprint.get("/<any(check, backup, incident, 'backup-log'):kind>/<int:number>")
def paper(kind: str, number: int) -> ResponseReturnValue:
    """Show a form as it prints; ``number`` 0 is the last one."""
    made = _paper(kind, number)
    return render_template(
        "desk/form.html", number=number, kind=kind, title=" ".join(made.title), paper=Markup(body_html(made))  # noqa: S704 - body_html escapes every text
    )  # fmt: skip


@blueprint.get("/<any(check, backup, incident, 'backup-log'):kind>/<int:number>.pdf")
def paper_pdf(kind: str, number: int) -> ResponseReturnValue:
    """Give a form as PDF/A."""
    answer = make_response(pdf_of(_paper(kind, number)))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{kind}-{number}.pdf"'
    return answer


def _paper(kind: str, number: int) -> Paper:
    require(Action.READ_STATUS)
    try:
        return forms.form_paper(room().archive, kind, number, (None, None), texts().lang)
    except UsageError:
        abort(404)
