"""Every text that the program says is there, in both languages, with the same facts; and none is there in vain."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from fonds.packaging.csip import requirements
from fonds.schemas.findings import severities
from fonds.schemas.messages import LANGUAGES, catalogue, text
from tests.support import ROOT

CODE = ROOT / "fonds"
TEXTS = CODE / "schemas" / "messages"

# Keys that are put together at run time out of more than one literal beginning, and what puts them together.
COMPUTED = {
    r"web\.error\.\d+(\.title)?": "viewer/errors.py: the status of the answer",
    r"date\.(short\.)?(exact|month|year|decade|century)": "metadata/dates/display.py: the form and the kind of a date",
}
# A language writes the day and the month in its own way: 05/02/1962 or 5 February 1962.
_SPELT = {"day2": "day", "month2": "month", "month_name": "month"}
# error.X, error.X.hint, error.X.reason.y: X and y are literals of the code.
_PARTS = {"hint", "action", "reason"}
# What these patterns match is everything of their kind: they say nothing about whether a text is used.
_OF_EVERYTHING = {"web.", "error.", "finding."}


@dataclass(frozen=True)
class Call:
    """A place where a code or a key is named, and which facts it is given (None: not known before it runs)."""

    where: str
    key: str
    facts: frozenset[str] | None


@dataclass
class Code:
    """What the sources say: literals, patterns made of f-strings, and calls that name errors, findings and texts."""

    literals: set[str] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)
    errors: list[Call] = field(default_factory=list)
    findings: list[Call] = field(default_factory=list)
    said: list[Call] = field(default_factory=list)


@cache
def code() -> Code:
    found = Code()
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(CODE.rglob("*.py"))}
    errors = _errors(trees)
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.literals.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                found.patterns.add(_pattern(node))
            elif isinstance(node, ast.Call):
                _take(found, node, f"{path.relative_to(CODE)}:{node.lineno}", errors)
    # A requirement is named in the table and not in a rule; docs/requirements.md shows the text of each, also of the
    # one that nothing can break (CSIP45). Rows that only refer to another specification have none.
    found.literals |= {row.id for row in requirements() if not row.id.startswith("REF_")}
    for path in sorted((CODE / "viewer").rglob("*.html")):
        _template(found, path)
    for path in sorted((CODE / "viewer" / "static" / "js").glob("*.js")):
        found.literals |= set(re.findall(r"""["'`]([\w.]+)["'`]""", path.read_text("utf-8")))
    return found


def _errors(trees: Mapping[Path, ast.Module]) -> set[str]:
    """The names of FondsError and of the classes made from it, wherever they are."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {"FondsError"}
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return known


def _pattern(node: ast.JoinedStr) -> str:
    return "".join(
        re.escape(part.value) if isinstance(part, ast.Constant) and isinstance(part.value, str) else ".+"
        for part in node.values
    )


def _take(found: Code, node: ast.Call, where: str, errors: set[str]) -> None:
    name = _name(node)
    key = next((_literal(argument) for argument in node.args[: 2 if name == "text" else 1] if _literal(argument)), "")
    if not key:
        return
    call = Call(where, key, _facts(node))
    if name in errors:
        found.errors.append(call)
    elif name == "finding":
        found.findings.append(call)
    elif name in {"say", "note", "text"} and re.fullmatch(r"[a-z_]+(\.\w+)+", key):
        found.said.append(call)
    elif name in {"t", "counted"}:
        found.said.append(Call(where, f"web.{key}", call.facts if name == "t" else frozenset({"n"})))


def _name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else str(getattr(node.func, "id", ""))


def _literal(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _facts(node: ast.Call) -> frozenset[str] | None:
    """The names of the facts that a call is given by keyword or in a dict, None when they are not all written there."""
    given = {keyword.arg or "" for keyword in node.keywords}
    for argument in node.args[1:]:
        if isinstance(argument, ast.Dict):
            given |= {_literal(key) if key else "" for key in argument.keys}
        elif isinstance(argument, ast.Name | ast.Call | ast.BinOp | ast.IfExp):
            # It may hold anything: for a finding it is the place, and what follows is given by keyword.
            given |= {"" if _name(node) in {"say", "note", "text"} else "where"}
    return None if "" in given else frozenset(given)


def _template(found: Code, path: Path) -> None:
    source = path.read_text("utf-8")
    where = str(path.relative_to(CODE))
    for key, after in re.findall(r"""\b(?:t|counted)\(["']([\w.]+)["']\s*(.)""", source):
        if after in "+~":
            found.patterns.add(f"{re.escape('web.' + key)}.+")
        else:
            found.said.append(Call(where, f"web.{key}", None))
    found.literals |= set(re.findall(r"""["']([\w.]+)["']""", source))


def placeholders(template: str, *, forms: bool = False) -> set[str]:
    """The facts that a text shows; with ``forms`` those too that only choose a word: ``{n:page|pages}``."""
    parsed = ((name, form) for _, name, form, _ in Formatter().parse(template) if name is not None)
    return {_SPELT.get(name, name) for name, form in parsed if forms or "|" not in (form or "")}


def missing(calls: list[Call], *forms: str) -> list[str]:
    return [
        f"{call.where}: {key}"
        for call in calls
        for key in (form.format(call.key) for form in forms)
        if any(key not in catalogue(lang) for lang in LANGUAGES)
    ]


def test_the_sources_are_really_read() -> None:
    assert {"STORE_FULL", "REPOSITORY_MISSING", "XML_DOCTYPE"} <= {call.key for call in code().errors} | code().literals
    assert "CONTENT_CHANGED" in {call.key for call in code().findings}
    assert {"web.home.title", "web.search.do"} <= {call.key for call in code().said}
    assert len(code().said) > 100


@pytest.mark.parametrize("part", sorted({path.name.split(".")[0] for path in TEXTS.glob("*.json")}))
def test_both_languages_have_the_same_keys_with_the_same_facts(part: str) -> None:
    vi, en = (json.loads((TEXTS / f"{part}.{lang}.json").read_text("utf-8")) for lang in LANGUAGES)
    assert vi.keys() == en.keys()
    assert {key: placeholders(vi[key]) for key in vi} == {key: placeholders(en[key]) for key in en}


def test_no_key_stands_in_two_files() -> None:
    for lang in LANGUAGES:
        keys = [
            key
            for path in sorted(TEXTS.glob(f"*.{lang}.json"))
            for key, _ in json.loads(path.read_text("utf-8"), object_pairs_hook=list)
        ]
        assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_word_has_two_forms_or_one(lang: str) -> None:
    """What stands behind the colon of a placeholder is a word for one and for any other number, and nothing else."""
    for key, template in catalogue(lang).items():
        for _, name, form, _ in Formatter().parse(template):
            if name is not None and form:
                assert lang == "en", key
                one, many = form.split("|")
                assert one.strip(), key
                assert many.strip(), key
                assert one != many, key


def test_english_counts_read_right() -> None:
    """A noun in the plural right behind a number would be wrong for 1; limits (``most``) are never 1."""
    things = "dossiers|pages|files|packages|errors|warnings|documents|rows|jobs|columns|problems"
    plural = re.compile(rf"\{{(?!most)\w+\}} (?:more )?({things})\b")
    assert [key for key, template in catalogue("en").items() if plural.search(template)] == []
    assert [key for key, template in catalogue("en").items() if "(s)" in template] == []


@pytest.mark.parametrize(("count", "said"), [(0, "0 pages"), (1, "1 page"), (2, "2 pages"), ("1", "1 page")])
def test_a_word_takes_the_form_of_its_number(count: object, said: str) -> None:
    assert text("en", "web.pages", {"n": count}) == said
    assert text("vi", "web.pages", {"n": count}) == f"{count} trang"
    job = "job is" if said == "1 page" else "jobs are"
    assert text("en", "web.desk.running.told", {"running": count, "stalled": 3}).startswith(f"{count} {job} running")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_texts_are_clean(lang: str) -> None:
    for key, template in catalogue(lang).items():
        assert template.strip("\n"), key
        assert "  " not in template.strip().split("\n")[0] or key.startswith("cli."), key
        assert "TODO" not in template, key


def test_every_error_that_is_raised_has_its_words_and_its_advice() -> None:
    assert missing(code().errors, "error.{}", "error.{}.hint") == []


def test_every_finding_has_its_words_and_its_advice() -> None:
    assert (
        missing([Call("findings.json", name, None) for name in severities()], "finding.{}", "finding.{}.action") == []
    )


def test_every_finding_that_is_made_is_in_the_vocabulary_and_the_other_way() -> None:
    made = {call.key for call in code().findings}
    assert made - severities().keys() == set()
    assert severities().keys() - code().literals == set()


def test_every_text_that_is_said_is_there() -> None:
    assert missing(code().said, "{}") == []


def lacking(calls: list[Call], *forms: str) -> Iterator[str]:
    for call in calls:
        for key in (form.format(call.key) for form in forms):
            wanted = {name for lang in LANGUAGES for name in placeholders(catalogue(lang).get(key, ""), forms=True)}
            # intake/report.py makes the label of a field out of its kind and its key.
            given = None if call.facts is None else call.facts | ({"label"} if "kind" in call.facts else set())
            if given is not None and wanted - given:
                yield f"{call.where}: {key} asks for {sorted(wanted - given)}"


def test_every_text_gets_the_facts_that_it_asks_for() -> None:
    assert list(lacking(code().errors, "error.{}", "error.{}.hint")) == []
    assert list(lacking(code().findings, "finding.{}", "finding.{}.action")) == []
    assert list(lacking(code().said, "{}")) == []


def used(key: str) -> bool:
    kind, *rest = key.split(".")
    if kind in {"error", "finding"}:
        return set(rest) - _PARTS <= code().literals
    return bool({key, key.removeprefix("web.")} & code().literals) or key in _said() or _built(key)


@cache
def _said() -> set[str]:
    return {call.key for call in code().said}


def _built(key: str) -> bool:
    forms = {key, key.removeprefix("web.")}
    patterns = [one for one in code().patterns if one.replace("\\", "").split(".+")[0] not in {"", *_OF_EVERYTHING}]
    return any(re.fullmatch(pattern, form) for pattern in [*patterns, *COMPUTED] for form in forms)


def test_no_text_is_there_in_vain() -> None:
    assert [key for key in catalogue("vi") if not used(key)] == []


def test_no_computed_prefix_is_there_in_vain() -> None:
    assert [one for one in COMPUTED if not any(re.fullmatch(one, key) for key in catalogue("vi"))] == []


def test_a_text_is_filled() -> None:
    assert text("en", "error.STORE_FULL", {"path": "/srv", "reason": "{x}"}).endswith("/srv ({x}).")


def test_what_is_missing_shows_and_never_fails() -> None:
    assert text("vi", "error.NO_SUCH_CODE", {"path": "/srv"}) == "error.NO_SUCH_CODE"
    assert "{path}" in text("vi", "error.STORE_FULL", {"reason": "x"})
    assert "{path}" in text("vi", "error.STORE_FULL")


def test_other_languages_are_not_offered() -> None:
    with pytest.raises(KeyError):
        catalogue("fr")
    with pytest.raises(KeyError):
        text("../vi", "error.STORE_FULL")
