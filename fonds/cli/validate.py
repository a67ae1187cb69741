"""``fonds validate``: check bags, and the E-ARK packages in them, by every rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from fonds.cli.context import PATH, Context, exit_with, pass_context
from fonds.cli.progress import Progress
from fonds.errors import EXIT_PROBLEMS
from fonds.packaging.bag import BagProgress, BagReport, validate_bag
from fonds.packaging.csip import validate_package
from fonds.packaging.csip.files import METS_NAME
from fonds.packaging.loc_bagit import second_opinion
from fonds.repository.policy import Action
from fonds.schemas.findings import Finding, finding


@click.command()
@click.argument("paths", metavar="PATH…", type=PATH, nargs=-1, required=True)
@click.option("--fast", is_flag=True, help="Không đọc nội dung tệp / names and sizes only.")
@click.option("--second-opinion", "ask", is_flag=True, help="Hỏi thêm công cụ bagit / ask bagit too.")
@pass_context
def validate(context: Context, paths: tuple[Path, ...], fast: bool, ask: bool) -> None:
    """Kiểm tra túi BagIt, gói E-ARK / check bags and packages."""
    context.require(Action.CHECK)
    results = [_validate(context, path, fast, ask) for path in paths]
    context.answer([document for document, _ in results], "\n".join(text for _, text in results))
    if not all(document["valid"] for document, _ in results):
        exit_with(EXIT_PROBLEMS)


_NO_BAG = BagReport(
    valid=False,
    findings=(finding("BAG_NOT_A_FOLDER", "."),),
    counts={"files": 0, "bytes": 0, "error": 1, "warning": 0, "info": 0},
    version="",
    fetch=False,
)


def _validate(context: Context, path: Path, fast: bool, ask: bool) -> tuple[dict[str, Any], str]:
    """Return the answer about one path, as a document and as text."""
    if path.is_file():
        return _answer(context, path, "unknown", _NO_BAG)
    if is_package(path) and not (path / "bagit.txt").exists():
        return _answer(context, path, *_package(path, fast))
    with Progress(context, "cli.validate.label", "cli.files") as bar:

        def show(now: BagProgress) -> None:
            bar.update(now.files, now.total_files, context.words.size(now.bytes))

        report = validate_bag(path, fast=fast, progress=show)
    more = [second_opinion(path, report, fast=fast)] if ask else []
    if not is_package(path / "data"):
        return _answer(context, path, "bag", report, more)
    # Read a second time on purpose: METS and PREMIS state digests of their own, and those are what is judged here.
    kind, inner = _package(path, fast)
    both = replace(report, valid=report.valid and inner.valid)
    return _answer(context, path, kind, both, [*more, *inner.findings])


def is_package(folder: Path) -> bool:
    """Say whether the folder is the root of an E-ARK package."""
    return (folder / METS_NAME).is_file()


def _package(path: Path, fast: bool) -> tuple[str, BagReport]:
    """Judge an E-ARK package; its report in the form of a bag's, because the answer has one form."""
    found = validate_package(path, fast=fast)
    report = BagReport(found.valid, found.findings, {**_NO_BAG.counts, **found.counts}, version="", fetch=False)
    return found.kind or "package", report


def _answer(
    context: Context, path: Path, kind: str, report: BagReport, more: list[Finding] | None = None
) -> tuple[dict[str, Any], str]:
    found = [*report.findings, *(more or [])]
    counts = dict(report.counts)
    for one in more or []:
        counts[one.severity.value] += 1
    documents, lines = shown(context, found)
    document = {
        "path": str(path),
        "kind": kind,
        "valid": report.valid,
        "counts": counts,
        "findings": documents,
    }
    verdict = "invalid" if not report.valid else "valid_fast" if report.has("BAG_NOT_HASHED") else "valid"
    first = context.say(f"cli.validate.{verdict}", path=path, size=context.words.size(counts["bytes"]), **counts)
    return document, "\n".join([first, *lines])


def shown(context: Context, found: Sequence[Finding]) -> tuple[list[dict[str, str]], list[str]]:
    """Return findings as documents and as lines of text."""
    if not found:
        return [], []
    # They bring the spreadsheet library with them, a third of a second that most bags do not need.
    from fonds.cli.findings import finding_lines  # noqa: PLC0415
    from fonds.repository.intake.report import finding_document  # noqa: PLC0415

    return [finding_document(one, context.lang) for one in found], finding_lines(context, found)
