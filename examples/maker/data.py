"""The shape of `texts.json` and `dossiers.json`, and the words drawn from them."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import NotRequired, TypedDict, cast

HERE = Path(__file__).resolve().parent


class Section(TypedDict):
    """A heading and the half sentences that may follow it."""

    head: str
    s: list[str]


class FondsData(TypedDict):
    """The fields of the sheet `Phong`."""

    archive_code: str
    code: str
    province: str
    name: str
    history: str
    time: str
    groups: str
    other_types: str
    language: str
    tools: str
    status: str
    note: str


class Texts(TypedDict):
    """`texts.json`: the fonds, the name lists and the sentence pools by topic."""

    fonds: FondsData
    districts: list[str]
    communes: list[str]
    surnames: list[str]
    middles: list[str]
    givens: list[str]
    women: list[str]
    correspondents: list[str]
    matters: list[str]
    sections: dict[str, list[Section]]


class DocumentData(TypedDict):
    """One document: inventory fields, and what its layout needs to draw it."""

    type: str
    number: str
    notation: str
    date: str
    subject: str
    layout: str
    title: list[str]
    body: list[str]
    role: list[str]
    signer: str
    to: list[str]
    issuer: NotRequired[str]
    agency: NotRequired[list[str]]
    place: NotRequired[str]
    scan: NotRequired[str]
    paper: NotRequired[str]
    autograph: NotRequired[str]
    stamp_in: NotRequired[bool]
    phone: NotRequired[bool]
    fields: NotRequired[list[list[str]]]
    pages: NotRequired[int]
    rows: NotRequired[int]


class PhotoData(TypedDict):
    """One photograph: inventory fields, the scene to draw and its tone."""

    scene: str
    event: str
    title: str
    place: str
    date: str
    author: str
    tone: str
    stone: NotRequired[list[str]]


class DossierData(TypedDict):
    """One dossier with its documents and photographs, in sheet order."""

    inventory: str
    box: str
    title: str
    start: str
    end: str
    year: int
    sign: str
    keywords: str
    scan: str
    documents: list[DocumentData]
    photos: NotRequired[list[PhotoData]]
    mode: NotRequired[str]
    note: NotRequired[str]
    lettered_after: NotRequired[int]
    uppercase_at: NotRequired[int]
    blank_after: NotRequired[int]


def load_texts() -> Texts:
    """The words shared by all dossiers."""
    return cast(Texts, json.loads((HERE / "texts.json").read_text(encoding="utf-8")))


def load_dossiers() -> list[DossierData]:
    """The twelve dossiers, in inventory order."""
    return cast(list[DossierData], json.loads((HERE / "dossiers.json").read_text(encoding="utf-8")))


class Words:
    """Fills templates with numbers, places and names; the same seed gives the same words."""

    def __init__(self, texts: Texts, rng: random.Random) -> None:
        self.texts = texts
        self.rng = rng

    def person(self) -> str:
        """A man's name, often with a spelling that has two forms (Hòa, Hoà)."""
        pick = self.rng.choice
        t = self.texts
        return f"{pick(t['surnames'])} {pick(t['middles'])} {pick(t['givens'])}"

    def fill(self, template: str) -> str:
        """Replace each placeholder by a new value: two {xa} give two communes."""
        r, t = self.rng, self.texts
        makers: dict[str, Callable[[], str]] = {
            "{k}": lambda: str(r.randint(2, 28)),
            "{n}": lambda: str(r.randint(12, 480)),
            "{N}": lambda: f"{r.randint(1, 9)}.{r.randint(0, 999):03d}",
            "{pc}": lambda: f"{r.randint(52, 118)},{r.randint(0, 9)}",
            "{xa}": lambda: r.choice(t["communes"]),
            "{huyen}": lambda: r.choice(t["districts"]),
            "{nguoi}": self.person,
            "{nu}": lambda: r.choice(t["women"]),
        }
        for mark, make in makers.items():
            while mark in template:
                template = template.replace(mark, make(), 1)
        return template

    def body(self, lines: list[str]) -> list[str]:
        """Expand `@topic:count` into paragraphs and fill the rest; `#` marks a heading."""
        out: list[str] = []
        for line in lines:
            if not line.startswith("@"):
                out.append(self.fill(line))
                continue
            topic, count = line[1:].split(":")
            out.extend(self._paragraphs(topic, int(count)))
        return out

    def _paragraphs(self, topic: str, count: int) -> list[str]:
        pool = self.texts["sections"][topic]
        start = self.rng.randrange(len(pool))
        return [self._paragraph(pool[(start + i) % len(pool)]) for i in range(count)]

    def _paragraph(self, section: Section) -> str:
        picked = self.rng.sample(section["s"], min(3, len(section["s"])))
        return f"{self.fill(section['head'])}: {'; '.join(self.fill(s) for s in picked)}."
