"""Puts one delivery together: draws every sheet, numbers it, writes it, lists it."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import encode, forms, inventory, typed
from .canvas import Canvas, Page
from .data import DocumentData, DossierData, PhotoData, Words, load_dossiers, load_texts
from .inventory import Cell
from .mapsheet import province_map
from .pictures import photograph

LAYOUTS: dict[str, Callable[[DocumentData, Words, random.Random], list[Canvas]]] = {
    "typed": typed.typed, "martyrs": forms.martyrs, "estimate": forms.estimate,
    "form": forms.form, "letter": forms.letter, "register": forms.register,
}  # fmt: skip
OPEN = "Công khai"


@dataclass(slots=True)
class Sheet:
    """One sheet of a dossier: its label (`0002`, `0002a`), its scan, and how to store it."""

    label: str
    page: Page
    kind: str
    phone: bool = False

    @property
    def number(self) -> int:
        """The sheet number without the letter."""
        return int(self.label[:4])


@dataclass(slots=True)
class Dossier:
    """A dossier being made: where it lies and what has been written so far."""

    data: DossierData
    index: int
    folder: str
    code: str
    sheets: list[Sheet] = field(default_factory=list)

    @property
    def mode(self) -> str:
        """The access mode, open unless the data say otherwise."""
        return self.data.get("mode", OPEN)


class Builder:
    """Makes the example fonds under `target` (an empty or new folder)."""

    def __init__(self, target: Path) -> None:
        self.texts = load_texts()
        self.fonds = self.texts["fonds"]
        self.root = target / f"{self.fonds['archive_code']}_{self.fonds['code']}"
        self.truth: list[dict[str, str | int | None]] = []
        self.dossier_rows: list[list[Cell]] = []
        self.document_rows: list[list[Cell]] = []
        self.photo_rows: list[list[Cell]] = []

    def run(self) -> Path:
        """Make everything; returns the folder of the fonds."""
        for index, data in enumerate(load_dossiers(), 1):
            self._dossier(index, data)
        f, made = self.fonds, len(self.dossier_rows)
        row: list[Cell] = [
            f["archive_code"], f["code"], f["name"], f["history"], f["time"], made, made, f["groups"],
            f["other_types"], f["language"], f["tools"], 0, f["status"], f["note"],
        ]  # fmt: skip
        book = inventory.Inventory(f["province"], row, self.dossier_rows, self.document_rows, self.photo_rows)
        inventory.write(book, self.root / f"MucLuc_{f['code']}.xlsx")
        lines = [json.dumps(entry, ensure_ascii=False) + "\n" for entry in self.truth]
        (self.root.parent / "ground_truth.jsonl").write_text("".join(lines), encoding="utf-8", newline="\n")
        return self.root

    def _dossier(self, index: int, data: DossierData) -> None:
        f = self.fonds
        folder = f"ML{data['inventory']}/Hop_{data['box']}/HS_{index:03d}"
        code = f"{f['archive_code']}.{f['code']}.{data['year']}.{index:02d}"
        dossier = Dossier(data, index, folder, code)
        (self.root / folder).mkdir(parents=True)
        for order, doc in enumerate(data["documents"], 1):
            self._document(dossier, order, doc)
        for order, photo in enumerate(data.get("photos", []), 1):
            self._photo(dossier, order, photo)
        self._write(dossier)
        self.dossier_rows.append(self._dossier_row(dossier))

    def _document(self, dossier: Dossier, order: int, doc: DocumentData) -> None:
        rng = random.Random(f"{dossier.index}.{order}")  # noqa: S311 - repeatable, not secret
        made: list[Sheet] = []
        kind = doc.get("scan", {"photo": "colour", "mixed": "colour"}.get(dossier.data["scan"], dossier.data["scan"]))
        if doc["layout"] == "map":
            made.append(Sheet(self._label(dossier, 0, doc), province_map(rng), "map"))
        else:
            for i, canvas in enumerate(LAYOUTS[doc["layout"]](doc, Words(self.texts, rng), rng)):
                label = self._label(dossier, i, doc)
                canvas.foliate(label.lstrip("0"))
                canvas_kind = "colour" if kind == "map" else kind
                made.append(
                    Sheet(
                        label,
                        canvas.finish(plain=canvas_kind in ("grey", "register")),
                        canvas_kind,
                        doc.get("phone", False),
                    )
                )
        if dossier.data.get("blank_after") == len(dossier.sheets) + len(made):
            made.append(
                Sheet(self._label(dossier, len(made), doc), forms.blank(rng).finish(plain=True, holes=False), "grey")
            )
        dossier.sheets.extend(made)
        self.document_rows.append(self._document_row(dossier, order, doc, made))

    def _label(self, dossier: Dossier, offset: int, doc: DocumentData) -> str:
        last = dossier.sheets[-1].number if dossier.sheets else 0
        if doc["layout"] == "estimate":
            return f"{last:04d}a"
        return f"{last + offset + 1:04d}"

    def _photo(self, dossier: Dossier, order: int, photo: PhotoData) -> None:
        rng = random.Random(f"{dossier.index}.photo.{order}")  # noqa: S311 - repeatable, not secret
        page = photograph(photo, rng)
        sheet = Sheet(f"{len(dossier.sheets) + 1:04d}", page, "photo")
        dossier.sheets.append(sheet)
        self.photo_rows.append([
            len(self.photo_rows) + 1, dossier.code, order, "Ảnh", f"A.{dossier.data['year']}.{order:02d}", "A",
            photo["event"], photo["title"], photo["author"], photo["place"], photo["date"],
            "Đen trắng" if photo["tone"] == "sepia" else "Màu", "9x12", "Không", dossier.mode, "Tốt",
            self.fonds["note"], self._path(dossier, sheet),
        ])  # fmt: skip

    def _path(self, dossier: Dossier, sheet: Sheet) -> str:
        """The path of a sheet's file below the fonds folder."""
        kind = dossier.data["scan"]
        name = f"{sheet.label}.{'tif' if sheet.kind in ('bilevel', 'grey') else 'jpg'}"
        if sheet.number == dossier.data.get("uppercase_at"):
            name = name[:-3] + "JPG"
        if kind == "pdf":
            name = f"{dossier.code}.pdf"
        if kind == "register":
            name = "0001-0005.tif"
        return f"{dossier.folder}/{name}"

    def _write(self, dossier: Dossier) -> None:
        pages = [sheet.page for sheet in dossier.sheets]
        several = dossier.data["scan"] in ("pdf", "register")
        path = self.root / self._path(dossier, dossier.sheets[0])
        if dossier.data["scan"] == "pdf":
            encode.pdf(pages, path, dossier.code)
        elif several:
            encode.book_tiff(pages, path)
        for i, sheet in enumerate(dossier.sheets, 1):
            if not several:
                self._write_sheet(sheet, self.root / self._path(dossier, sheet))
            frame = i if several else None
            self.truth.append({"path": self._path(dossier, sheet), "frame": frame, "text": sheet.page.text})

    def _write_sheet(self, sheet: Sheet, path: Path) -> None:
        if sheet.kind == "bilevel":
            encode.bilevel_tiff(sheet.page, path)
        elif sheet.kind == "grey":
            encode.grey_tiff(sheet.page, path)
        else:
            encode.jpeg(sheet.page, path, sheet.kind, phone=sheet.phone)

    def _document_row(self, dossier: Dossier, order: int, doc: DocumentData, made: list[Sheet]) -> list[Cell]:
        paths = list(dict.fromkeys(self._path(dossier, sheet) for sheet in made))
        return [
            len(self.document_rows) + 1, dossier.code, order, doc["type"], doc["number"] or None,
            doc["notation"] or None, doc["date"], doc.get("issuer", self.fonds["name"]), doc["subject"],
            self.fonds["language"], len(made), made[0].number, made[-1].number, dossier.mode, "Số hóa",
            doc.get("autograph"), "Bình thường", dossier.data["keywords"], dossier.data["sign"],
            self.fonds["note"], ";".join(paths),
        ]  # fmt: skip

    def _dossier_row(self, dossier: Dossier) -> list[Cell]:
        d, f, count = dossier.data, self.fonds, len(dossier.sheets)
        documents = len(d["documents"]) + len(d.get("photos", []))
        paper = f"{f['archive_code']}.K02/G01/H{d['box']}.{dossier.index:03d}"
        return [
            dossier.index, f["code"], f["name"], d["inventory"], d["box"], f"{dossier.index:02d}",
            dossier.code,
            d["title"], "Vĩnh viễn", dossier.mode, f["language"], d["start"], d["end"], documents, count,
            count,
            d["sign"], d["keywords"], "Bình thường", "Số hóa", paper, d.get("note", f["note"]),
            dossier.folder,
        ]  # fmt: skip
