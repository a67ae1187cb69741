"""``fonds proof``: a small file which shows that one page was in the archive on a given day."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from fonds.cli.context import PATH, Context, pass_context
from fonds.cli.groups import InOrder
from fonds.cli.log import KEYS
from fonds.cli.output import require_place, write_output
from fonds.cli.people import facts
from fonds.errors import FondsError
from fonds.packaging.digest import hash_file
from fonds.repository.policy import Action
from fonds.repository.proof.inclusion import Proven, make_proof, verify_proof
from fonds.repository.proof.keys import grouped, typed_fingerprint
from fonds.repository.proof.script import write_script

_LONGEST = 16_000_000
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group(cls=InOrder)
def proof() -> None:
    """Chứng minh tệp có trong kho / prove that a file is held."""


@proof.command()
@click.argument("what", metavar="PAGE_OR_FILE")
@click.option("--out", type=PATH, metavar="FILE", help="Ghi ra tệp JSON này / write this JSON file.")
@click.option("--day", type=_DAY, metavar="YYYY-MM-DD", help="Theo điểm chốt của ngày ấy / by that day's checkpoint.")
@pass_context
def make(context: Context, what: str, out: Path | None, day: datetime | None) -> None:
    """Lập chứng minh cho một trang hoặc tệp / make the proof for a page or file."""
    context.require(Action.AUDIT)
    if out:
        require_place(out)
    document = make_proof(context.archive, what, day.strftime("%Y-%m-%d") if day else "")
    proven = verify_proof(document)
    if out:
        write_output(out, document)
        context.answer({"path": str(out), **_document(proven)}, _text(context, proven))
        context.note("cli.report.written", path=out)
    else:
        context.answer(document, json.dumps(document, ensure_ascii=False, indent=1))


@proof.command()
@click.argument("path", metavar="PROOF", type=PATH)
@click.argument("itself", metavar="FILE", type=PATH, required=False)
@KEYS
@pass_context
def verify(context: Context, path: Path, itself: Path | None, keys: tuple[str, ...]) -> None:
    """Kiểm tra một chứng minh / verify a proof."""
    context.require(Action.AUDIT)
    trusted = [typed_fingerprint(key) for key in keys]
    proven = verify_proof(_read(path), trusted, _digest(itself) if itself else "")
    context.answer(_document(proven), _text(context, proven))
    if not trusted:
        context.note("cli.proof.any_key")


def _read(path: Path) -> object:
    try:
        with path.open("rb") as source:
            written = source.read(_LONGEST)
    except OSError as error:
        raise FondsError("FILE_UNREADABLE", path=path, reason=error.strerror) from error
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        return None


def _digest(path: Path) -> str:
    try:
        return hash_file(path)[1]
    except OSError as error:
        raise FondsError("FILE_UNREADABLE", path=path, reason=error.strerror) from error


def _document(proven: Proven) -> dict[str, object]:
    return {
        "ok": True, "file": proven.path, "sha256": proven.sha256, "location": proven.location,
        "row": proven.row.number, "stored": proven.row.when, "signed": proven.checkpoint.time,
        "fingerprint": proven.fingerprint,
    }  # fmt: skip


def _text(context: Context, proven: Proven) -> str:
    rows = [
        ("file", proven.path),
        ("sha256", proven.sha256),
        ("location", proven.location),
        ("stored", context.say("cli.proof.stored.said", when=proven.row.when, row=proven.row.number)),
        ("signed", proven.checkpoint.time),
        ("key", grouped(proven.fingerprint)),
    ]
    said = facts([(context.say(f"cli.proof.{name}"), value) for name, value in rows])
    return context.say("cli.proof.ok") + "\n" + said


@proof.command()
@click.option("--out", type=PATH, metavar="FILE", help="Ghi ra tệp này / write this file.")
@pass_context
def script(context: Context, out: Path | None) -> None:
    """Cho chương trình kiểm tra độc lập, chỉ cần Python / give the stand-alone script, which needs only Python."""
    context.require(Action.AUDIT)
    written = write_script(out)
    context.answer({"path": str(out)} if out else {"script": written}, "" if out else written.rstrip("\n"))
    if out:
        context.note("cli.report.written", path=out)
