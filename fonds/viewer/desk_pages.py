"""The desk of the staff: work that runs or stands still, deliveries with their papers, vendors."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from fonds.bootstrap import worker_at_work
from fonds.errors import UsageError
from fonds.packaging.paper import Paper, body_html
from fonds.packaging.paper.html import stylesheet
from fonds.repository.deliveries.printing import PAPERS, paper_of, pdf_of
from fonds.repository.deliveries.record import Outcome
from fonds.repository.deliveries.register import delivery as find_delivery
from fonds.repository.deliveries.register import recorded
from fonds.repository.deliveries.scorecard import Scorecard
from fonds.repository.deliveries.telling import whole_list
from fonds.repository.deliveries.vendors import table_bytes, vendor_card, vendor_cards
from fonds.repository.notices.queue import undelivered
from fonds.repository.policy import Action
from fonds.repository.schedule.state import schedule_state
from fonds.repository.standing import standings
from fonds.viewer import desk_words as words
from fonds.viewer.guard_words import guard
from fonds.viewer.language import texts
from fonds.viewer.paging import paging, positive
from fonds.viewer.room import room
from fonds.viewer.staff import require

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

SHOWN = 30
RUNNING = 20
STATES = ("waiting", "running", "done", "failed")
DELIVERIES_AT_HOME = 5
INCIDENTS_AT_HOME = 10
NOTICES_AT_HOME = 5
_NUMBER = "<int:number>"
_FORMS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Show what runs, what stands still, what came last."""
    require(Action.READ_STATUS)
    require(Action.READ_DELIVERIES)
    found = room().archive.deliveries.recent(limit=DELIVERIES_AT_HOME)
    rows = [words.delivery_row(entry, recorded(entry), texts()) for entry in found.items]
    archive = room().archive
    wrong = archive.incidents.listed(limit=INCIDENTS_AT_HOME)
    names = archive.holdings.units([one.objid for one in wrong.items])
    problems = archive.fixity.problems(limit=1).total
    watched = guard(schedule_state(archive), problems, undelivered(archive, limit=NOTICES_AT_HOME), texts())
    return render_template(
        "desk/home.html",
        running=_running(),
        deliveries=rows,
        incidents=[words.incident_row(one, names.get(one.objid), texts()) for one in wrong.items],
        more_incidents=wrong.total - len(wrong.items),
        guard=watched,
    )


@blueprint.get("/jobs")
def jobs() -> ResponseReturnValue:
    """List all work, newest first; what runs stands above with how far it is."""
    require(Action.READ_STATUS)
    state = request.args.get("state", "")
    if state and state not in STATES:
        abort(400)
    number = positive(request.args.get("page"))
    archive = room().archive
    found, total = standings(archive, state, working=worker_at_work(archive), offset=(number - 1) * SHOWN, limit=SHOWN)
    return render_template(
        "desk/jobs.html",
        running=_running(),
        rows=_job_rows([one.job.subject for one in found], found),
        state=state,
        states=STATES,
        paging=paging(number, SHOWN, total),
    )


@blueprint.get("/jobs/running")
def running() -> ResponseReturnValue:
    """Return the part of the page that tells of running work, for the script that renews it."""
    require(Action.READ_STATUS)
    return render_template("desk/running.html", running=_running())


def _running() -> list[words.JobRow]:
    archive = room().archive
    working = worker_at_work(archive)
    found, _ = standings(archive, "running", working=working, limit=RUNNING)
    waiting, _ = standings(archive, "waiting", working=working, limit=RUNNING)
    shown = [*found, *(one for one in waiting if one.stall)]
    return _job_rows([one.job.subject for one in shown], shown)


def _job_rows(subjects: list[str], found: list[words.Standing]) -> list[words.JobRow]:
    units = room().archive.holdings.units(subjects)
    return [words.job_row(one, units.get(one.job.subject), texts()) for one in found]


@blueprint.get("/deliveries")
def deliveries() -> ResponseReturnValue:
    """List what was received and checked, newest first."""
    require(Action.READ_DELIVERIES)
    number = positive(request.args.get("page"))
    found = room().archive.deliveries.recent(offset=(number - 1) * SHOWN, limit=SHOWN)
    return render_template(
        "desk/deliveries.html",
        rows=[words.delivery_row(entry, recorded(entry), texts()) for entry in found.items],
        paging=paging(number, SHOWN, found.total),
    )


@blueprint.get(f"/deliveries/{_NUMBER}")
def delivery(number: int) -> ResponseReturnValue:
    """Show one delivery: who, what, how much, what was refused and why."""
    user = require(Action.READ_DELIVERIES)
    try:
        entry, record = find_delivery(room().archive, number)
    except UsageError:
        abort(404)
    refused = record.with_outcome(Outcome.REFUSED)
    return render_template(
        "desk/delivery.html",
        row=words.delivery_row(entry, record, texts()),
        refused=[words.refused(one, user, texts()) for one in refused[:SHOWN]],
        more=max(0, len(refused) - SHOWN),
        whole=whole_list(record, entry.source, texts().lang) if any(one.more for one in refused) else "",
        papers=PAPERS,
    )


@blueprint.get(f"/deliveries/{_NUMBER}/<any(receipt, minute):kind>")
def paper(number: int, kind: str) -> ResponseReturnValue:
    """Show the receipt or the minute, as it prints."""
    made = _paper(number, kind)
    return render_template(
        "desk/paper.html", number=number, kind=kind, title=" ".join(made.title), paper=Markup(body_html(made))  # noqa: S704 - body_html escapes every text
    )  # fmt: skip


@blueprint.get(f"/deliveries/{_NUMBER}/<any(receipt, minute):kind>.pdf")
def paper_pdf(number: int, kind: str) -> ResponseReturnValue:
    """Give the receipt or the minute as PDF/A."""
    answer = make_response(pdf_of(_paper(number, kind)))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{kind}-{number}.pdf"'
    return answer


def _paper(number: int, kind: str) -> Paper:
    user = require(Action.READ_DELIVERIES)
    try:
        return paper_of(room().archive, number, kind, user, texts().lang)
    except UsageError:
        abort(404)


@blueprint.get("/paper.css")
def paper_css() -> ResponseReturnValue:
    """Give the looks of papers, which the command line prints with too."""
    require(Action.READ_DELIVERIES)
    return stylesheet(), {"Content-Type": "text/css; charset=utf-8"}


@blueprint.get("/vendors")
def vendors() -> ResponseReturnValue:
    """List vendors with the totals of their deliveries."""
    require(Action.READ_DELIVERIES)
    return render_template(
        "desk/vendors.html", cards=[words.card(one, texts()) for one in vendor_cards(room().archive)]
    )


@blueprint.get("/vendors/<key>")
def vendor(key: str) -> ResponseReturnValue:
    """Show a vendor's deliveries over time."""
    require(Action.READ_DELIVERIES)
    return render_template("desk/vendor.html", card=words.card(_card(key), texts()))


@blueprint.get("/vendors/<key>/table.<any(xlsx, csv):form>")
def vendor_table(key: str, form: str) -> ResponseReturnValue:
    """Give a vendor's deliveries as a table."""
    require(Action.READ_DELIVERIES)
    found = _card(key)
    answer = make_response(table_bytes([found], f".{form}", texts().lang))
    answer.headers["Content-Type"] = _FORMS[form]
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.key}.{form}"'
    return answer


def _card(key: str) -> Scorecard:
    try:
        found = vendor_card(room().archive, key)
    except UsageError:
        abort(404)
    return found
