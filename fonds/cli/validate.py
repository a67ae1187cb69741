"""``fonds validate``: check bags and packages, as folders or packed, by every rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from fonds.cli.context import PATH, Context, exit_with, pass_context
from fonds.cli.findings import shown
from fonds.cli.progress import Progress
from fonds.errors import EXIT_PROBLEMS
from fonds.packaging.judge import Judgement, JudgeProgress, judge
from fonds.repository.policy import Action


@click.command()
@click.argument("paths", metavar="PATH…", type=PATH, nargs=-1, required=True)
@click.option("--fast", is_flag=True, help="Không đọc nội dung tệp / names and sizes only.")
@click.option("--second-opinion", "opinion", is_flag=True, help="Hỏi thêm công cụ bagit / ask bagit too.")
@pass_context
def validate(context: Context, paths: tuple[Path, ...], fast: bool, opinion: bool) -> None:
    """Kiểm tra gói BagIt, E-ARK, TT05 / check bags and packages.

    Thư mục, hoặc tệp zip, tar của thư mục đó / a folder, or a zip or tar of it.
    """
    context.require(Action.CHECK)
    answers = [_answer(context, _judge(context, path, fast, opinion)) for path in paths]
    context.answer([document for document, _ in answers], "\n".join(text for _, text in answers))
    if not all(document["valid"] for document, _ in answers):
        exit_with(EXIT_PROBLEMS)


def _judge(context: Context, path: Path, fast: bool, opinion: bool) -> Judgement:
    with Progress(context, "cli.validate.label", "cli.files") as bar:

        def show(now: JudgeProgress) -> None:
            size = context.words.size(now.bytes)
            note = context.say("cli.validate.unpacking", size=size) if now.unpacking else size
            bar.update(now.files, now.total_files, note)

        return judge(path, fast=fast, opinion=opinion, progress=show)


def _answer(context: Context, judged: Judgement) -> tuple[dict[str, Any], str]:
    """Return the answer about one path, as a document and as text."""
    documents, lines = shown(context, judged.findings)
    document = {
        "path": str(judged.path),
        "kind": judged.kind,
        "valid": judged.valid,
        "counts": judged.counts,
        "findings": documents,
    }
    verdict = "invalid" if not judged.valid else "valid" if judged.read else "valid_fast"
    facts = {**judged.counts, "size": context.words.size(judged.counts["bytes"])}
    return document, "\n".join([context.say(f"cli.validate.{verdict}", path=judged.path, **facts), *lines])
