"""Column mappings at the desk: an inventory is handed in, a person corrects what is proposed, and keeps it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from flask import Blueprint, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from fonds.errors import FondsError, UsageError
from fonds.repository.deliveries.record import vendor_key, vendor_name
from fonds.repository.intake.mappings import kept_mappings, save_mapping
from fonds.repository.intake.proposal import Proposed, ProposedSheet, Sure, as_toml, choices, propose
from fonds.repository.policy import Action
from fonds.schemas.inventory import SHEET_KINDS, tables
from fonds.schemas.messages import text
from fonds.viewer.language import texts
from fonds.viewer.room import room
from fonds.viewer.staff import require, require_form

blueprint = Blueprint("mapping_pages", __name__, url_prefix="/desk/mappings")

LARGEST_WORKBOOK = 32 * 1024 * 1024
LARGEST_FORM = 1024 * 1024
"""Bytes of the corrected form: some hundred headers."""


@blueprint.get("/")
def mappings() -> ResponseReturnValue:
    """List the mappings that are kept, and ask for an inventory."""
    require(Action.INGEST)
    return _asked()


def _asked(failure: tuple[str, str] | None = None) -> str:
    return render_template("desk/mappings.html", kept=kept_mappings(room().archive.mappings_folder), failure=failure)


@blueprint.post("/")
def proposed() -> ResponseReturnValue:
    """Show what the columns of an inventory seem to be."""
    require(Action.INGEST)
    request.max_content_length = LARGEST_WORKBOOK
    require_form(Action.INGEST)
    sent = request.files.get("inventory")
    if sent is None or not sent.filename:
        return _asked((texts().t("mapping.no_file"), "")), 400
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "inventory.xlsx"
        sent.save(path)
        try:
            sheets = propose(path, tables(), room().archive.scanner)
        except FondsError as error:
            said = text(texts().lang, f"error.{error.code}", {**error.data, "path": sent.filename})
            hint = text(texts().lang, f"error.{error.code}.hint", error.data)
            return _asked((said, hint)), 400
    return _proposal(sheets, vendor_name(request.form.get("vendor", "")))


def _proposal(sheets: Sequence[ProposedSheet], vendor: str, failure: str = "") -> str:
    fields = {kind: choices(tables()[kind], texts().lang) for kind in {sheet.kind for sheet in sheets}}
    unsure = [
        f"c{number}-{place}"
        for number, sheet in enumerate(sheets, 1)
        for place, one in enumerate(sheet.columns, 1)
        if one.sure in (Sure.GUESS, Sure.UNKNOWN)
    ]
    return render_template(
        "desk/proposal.html",
        sheets=sheets,
        vendor=vendor,
        fields=fields,
        labels={kind: dict(known) for kind, known in fields.items()},
        unsure=unsure,
        failure=failure,
    )


@blueprint.post("/save")
def save() -> ResponseReturnValue:
    """Keep the corrected mapping for its vendor, or give it as a file."""
    require(Action.INGEST)
    request.max_content_length = LARGEST_FORM
    require_form(Action.INGEST)
    vendor, sheets = vendor_name(request.form.get("vendor", "")), _sent()
    content = as_toml(sheets, vendor, texts().lang)
    if request.form.get("do") == "download":
        answer = make_response(content)
        answer.headers["Content-Type"] = "application/toml; charset=utf-8"
        answer.headers["Content-Disposition"] = f'attachment; filename="{vendor_key(vendor) or "mapping"}.toml"'
        return answer
    try:
        save_mapping(room().archive.mappings_folder, vendor, content)
    except UsageError as error:
        return _proposal(sheets, vendor, text(texts().lang, f"error.{error.code}", error.data)), 400
    return render_template("desk/mapping_saved.html", vendor=vendor)


def _sent() -> list[ProposedSheet]:
    """Return the sheets of the form, each column as it was corrected. 400 for a form that is none of ours."""
    parts = [request.form.getlist(name) for name in ("kind", "sheet", "header", "field")]
    if not parts[0] or len({len(one) for one in parts}) != 1 or not set(parts[0]) <= set(SHEET_KINDS):
        abort(400)
    sheets: dict[tuple[str, str], ProposedSheet] = {}
    for kind, name, header, field in zip(*parts, strict=True):
        sheet = sheets.setdefault((kind, name), ProposedSheet(kind, name, ()))
        sure = Sure.OFFICIAL if field else Sure.UNKNOWN
        columns = (*sheet.columns, Proposed(header, field, sure, 100 if field else 0, ()))
        sheets[kind, name] = replace(sheet, columns=columns)
    return list(sheets.values())
