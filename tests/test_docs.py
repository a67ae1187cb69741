"""The documents tell the truth: what can be made from the code is, links lead somewhere, commands parse."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from docs import generate
from fonds.cli.main import fonds as group
from fonds.config import Settings
from fonds.errors import UsageError
from fonds.repository.logged import FONDS as FONDS_ROW
from fonds.schemas.findings import severities
from fonds.schemas.messages import LANGUAGES, catalogue
from tests.support import ROOT

DOCUMENTS = sorted(
    path for folder in (ROOT, ROOT / "docs", ROOT / "examples") for path in folder.glob("*.md")
) + sorted((ROOT / "docs").glob("*/*.md"))
GENERATED = {ROOT / "docs" / name for name in generate.PAGES}
WRITTEN = [path for path in DOCUMENTS if path not in GENERATED]

FENCE = re.compile(r"^```[a-z]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
SPAN = re.compile(r"`(fonds [^`\n]+)`")
QUOTED = re.compile(r"[«“](fonds [^»”]+)[»”]")


def read(path: Path) -> str:
    return path.read_text("utf-8")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(text: str) -> str:
    return FENCE.sub("", text)


# --- generated pages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(generate.PAGES))
def test_a_generated_page_is_current(name: str) -> None:
    path = ROOT / "docs" / name
    assert path.is_file(), "run: .venv/bin/python -m docs.generate"
    assert read(path) == generate.PAGES[name](), "run: .venv/bin/python -m docs.generate"


def test_every_command_and_option_is_documented() -> None:
    page = read(ROOT / "docs" / "cli.md")
    for command, context in generate.commands(group, click.Context(group, info_name="fonds")):
        section = page.partition(f"\n## {context.command_path}\n")[2].partition("\n## ")[0]
        assert section, f"{context.command_path} is missing"
        for parameter in command.params:
            named = parameter.opts[0] if isinstance(parameter, click.Option) else parameter.make_metavar(context)
            assert named.strip("[]").removesuffix("...") in section, f"{context.command_path} {named}"
        assert command.help
        assert command.help.split("\n")[0] in section


def test_every_setting_and_variable_is_documented() -> None:
    page = read(ROOT / "docs" / "settings.md")
    for field in fields(Settings):
        assert f"| `{field.name}` |" in page
    source = "".join(read(path) for path in (ROOT / "fonds").rglob("*.py"))
    codes = {*severities(), *generate.error_codes()}
    for name in set(re.findall(r'"(FONDS_[A-Z_]+)"', source)) - codes:
        assert f"| `{name}` |" in page


def raised() -> set[str]:
    """Return the codes that stand where an error is raised."""
    source = "".join(read(path) for path in (ROOT / "fonds").rglob("*.py"))
    return set(re.findall(r'\b[A-Za-z]*Error\(\s*"([A-Z]+(?:_[A-Z]+)+)"', source))


def test_every_error_is_documented() -> None:
    page = read(ROOT / "docs" / "errors.md")
    assert len(raised()) > 30
    for code in raised() | set(generate.error_codes()):
        assert f"| `{code}` |" in page


def test_every_error_that_is_raised_says_how_the_program_ends() -> None:
    ends = generate.exit_codes()
    assert not [code for code in raised() if not ends.get(code)]
    assert ends["STORE_FULL"] == {1}
    assert ends["CATALOGUE_BROKEN"] == {1}
    assert ends["REPOSITORY_MISSING"] == {2}
    assert ends["PACKAGE_BROKEN"] == {3}
    assert ends["INTERRUPTED"] == {130}


def test_every_finding_is_documented_with_its_severity() -> None:
    page = read(ROOT / "docs" / "errors.md")
    for code, severity in severities().items():
        assert f"| `{code}` | {severity.value} |" in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_error_and_finding_has_words_in_both_languages(lang: str) -> None:
    words = catalogue(lang)
    for code in generate.error_codes():
        assert words[f"error.{code}"]
        assert words[f"error.{code}.hint"]
    for code in severities():
        assert words[f"finding.{code}"]
        assert words[f"finding.{code}.action"]


# --- links ----------------------------------------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    """Return the anchors that Markdown viewers give to the headings of a document."""
    titles = re.findall(r"^#+ (.+)$", prose(read(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    for target in LINK.findall(prose(read(path))):
        if target.startswith(("https://", "http://")):
            continue
        place, _, anchor = target.partition("#")
        found = (path.parent / place).resolve() if place else path
        assert found.exists(), f"{relative(path)}: {target}"
        assert not anchor or anchor in anchors(found), f"{relative(path)}: {target}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_no_document_names_a_place_on_the_machine_it_was_written_on(path: Path) -> None:
    assert not re.search(rf"{re.escape(str(ROOT))}|/(home|root|tmp(?!/other))/", read(path))


# --- commands -------------------------------------------------------------------------------------------------------


def complain(line: str, *, whole: bool) -> str:
    """Parse a command line as the program would; return what is wrong, '' when nothing is.

    ``whole``: its arguments have to be there too. A line in running text may stop after the command's name.
    """
    name, *words = shlex.split(line, comments=True)
    try:
        parse(group, name, words, None, whole)
    except click.exceptions.Exit:
        return ""  # --help, --version
    except click.MissingParameter as error:
        return repr(error) if whole else ""
    except (click.UsageError, UsageError) as error:
        return repr(error)
    return ""


def parse(command: click.Command, name: str, words: list[str], above: click.Context | None, whole: bool) -> None:
    """Parse the words after a command's name, down to the last command named."""
    if isinstance(command, click.Group) and not words and not whole:
        return
    context = command.make_context(name, list(words), parent=above)
    if isinstance(command, click.Group):
        name, *words = [*context._protected_args, *context.args]
        below = command.get_command(context, name)
        if below is None:
            raise UsageError("COMMAND_UNKNOWN", name=name)
        parse(below, name, words, context, whole)


def command_lines(text: str) -> Iterator[str]:
    for block in FENCE.findall(text):
        for line in block.splitlines():
            command = line.removeprefix("$ ").removeprefix(".venv/bin/")
            if command.startswith("fonds "):
                yield command


@pytest.mark.parametrize("path", WRITTEN, ids=relative)
def test_every_command_line_in_a_document_parses(path: Path) -> None:
    text = read(path)
    for line in command_lines(text):
        assert not complain(line, whole=True), line
    for line in SPAN.findall(prose(text)):
        assert line == FONDS_ROW or not complain(line, whole=False), line


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_command_that_a_message_advises_parses(lang: str) -> None:
    advised = [line for words in catalogue(lang).values() for line in QUOTED.findall(words)]
    assert len(advised) > 5
    for line in advised:
        assert not complain(line, whole=False), line


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("fonds ingest folder", False),
        ("fonds --format json log export --after 3", False),
        ("fonds ingest", True),
        ("fonds polish", True),
        ("fonds log polish", True),
        ("fonds audit --everything", True),
        ("fonds --speed 3 audit", True),
        ("fonds init x --deployment submarine", True),
    ],
)
def test_the_check_of_command_lines_can_fail(line: str, wrong: bool) -> None:
    assert bool(complain(line, whole=True)) is wrong


# --- the README's numbers -------------------------------------------------------------------------------------------


def test_output_in_the_readme_stands_under_the_command_that_made_it() -> None:
    text = read(ROOT / "README.md")
    shown = [block for block in FENCE.findall(text) if "✓" in block]
    assert len(shown) == 1
    assert shown[0].startswith("$ fonds --lang en demo --no-serve\n")
    said = re.sub(r"Python 3\.11|License 2\.0|CC0 1\.0|ADR \d|EAD3|`[^`]*`|\]\([^)]*\)", "", prose(text))
    assert not re.findall(r"\d+", said), "a number in the README's own words: show the command that gives it instead"


def test_the_demo_in_the_readme_is_what_the_demo_prints(tmp_path: Path) -> None:
    block = next(block for block in FENCE.findall(read(ROOT / "README.md")) if "✓" in block)
    _, *expected = block.splitlines()
    ran = subprocess.run(
        [sys.executable, "-m", "fonds", "--lang", "en", "demo", "--no-serve"],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=600, env=os.environ | {"TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert list(tmp_path.iterdir()) == [], "it takes away what it made"
    printed = [line for line in ran.stderr.splitlines() if "/10 " in line or "✓" in line]
    for line, wanted in zip(printed, expected, strict=True):
        assert re.fullmatch(".*".join(map(re.escape, wanted.split("…"))), line)


# --- output shown in the guides -------------------------------------------------------------------------------------

GUIDES = sorted((ROOT / "docs" / "guide").glob("*.md"))


def shown(text: str) -> Iterator[str]:
    """Yield the lines that stand under a ``$ fonds …`` command, as its output."""
    for block in FENCE.findall(text):
        ours = False
        for line in block.splitlines():
            if line.startswith("$ "):
                ours = line.startswith("$ fonds ")
            elif ours:
                yield line.strip()


def patterns(lang: str) -> list[re.Pattern[str]]:
    """Return a pattern for each line, or column of one, of every text that the command line prints."""
    said = (
        words
        for key, words in catalogue(lang).items()
        if key.startswith(("change.", "cli.", "error.", "finding.", "scan."))
    )
    parts = {part for words in said for line in words.splitlines() for part in COLUMNS.split(line.strip())}
    worded = (part for part in parts if re.search(r"[^\W\d_]{2}", re.sub(r"\{\w+\}", "", part)))
    return [re.compile("".join(map(_said_as, re.split(r"(\{[^{}]+\})", part)))) for part in worded]


def _said_as(piece: str) -> str:
    """Return the pattern of a piece of a text: anything for a placeholder, either form for ``{n:page|pages}``."""
    if not piece.startswith("{"):
        return re.escape(piece)
    forms = piece[1:-1].partition(":")[2]
    return f"(?:{'|'.join(map(re.escape, forms.split('|')))})" if forms else ".*"


CODE = re.compile(r"[A-Z0-9.]*\d[A-Z0-9.]*")
COLUMNS = re.compile(r"\s{2,}| · |; |^→ ")
# What needs no words: a path, a package file or a path in one, a cell of the inventory, a code of a finding or dossier,
# a row of a list, figures.
PLAIN = re.compile(
    r"…|[\w./!-]+/[\w./!=-]+( \(\w+\))?|[\w-]+\.zip|"
    r"\w+!stt=\d+|[\w ]+![A-Z]+\d+|[A-Z0-9._]+|[0-9a-f]{64}|.*\t.*|[^\w]*|[\d:/.,% ]+(\S{1,5})?"
)


@pytest.mark.parametrize("path", GUIDES, ids=relative)
def test_output_in_a_guide_is_worded_as_the_program_words_it(path: Path) -> None:
    lang = path.suffixes[0].removeprefix(".")
    known = patterns(lang)
    for shown_line in shown(read(path)):
        line = shown_line.removeprefix(catalogue(lang)["cli.error"]).strip()
        before = ""
        for part in [line] if PLAIN.fullmatch(line) else COLUMNS.split(line):
            title = CODE.fullmatch(before)  # of what the code is of: no words of ours
            assert title or PLAIN.fullmatch(part) or any(one.fullmatch(part) for one in known), f"{part!r} in {line!r}"
            before = part
