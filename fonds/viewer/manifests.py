"""IIIF Presentation API 3.0 documents as plain dictionaries. Pure.

Labels of records are Vietnamese (as written); labels of ours are in both languages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fonds.metadata.model import Kind
from fonds.repository.ports.catalogue import PageRow, Unit
from fonds.schemas.messages import LANGUAGES
from fonds.viewer import present
from fonds.viewer.texts import Texts

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
Document = dict[str, object]

UNKNOWN = (1000, 1414)
"""Size of the canvas of a page that is not shown: the shape of an upright A4 sheet."""

THUMBNAIL = (240, 320)


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses below ``root`` (no slash at the end); ``archive`` is the name of the archive, '' when not set."""

    root: str
    archive: str

    def image(self, page_id: str) -> str:
        """Address of the image service of a page."""
        return f"{self.root}/iiif/image/{page_id}"

    def manifest(self, unit_id: str) -> str:
        """Address of the manifest of a dossier."""
        return f"{self.root}/iiif/presentation/{unit_id}/manifest"

    def collection(self, unit: Unit | None, page: int = 0) -> str:
        """Address of the collection of a fonds or series, None for the top; of one page of it when given."""
        address = f"{self.root}/iiif/presentation/{f'{unit.id}/collection' if unit else 'top'}"
        return f"{address}?page={page}" if page else address

    def homepage(self, unit: Unit | None) -> str:
        """Address of the page for people."""
        return f"{self.root}/u/{unit.id}" if unit else f"{self.root}/"


def manifest(
    dossier: Unit, above: Sequence[Unit], pages: Sequence[PageRow], items: Sequence[Unit], places: Places
) -> Document:
    """Return the manifest of a dossier (section 5.2). A page that is not shown keeps its place as an empty canvas."""
    address = places.manifest(dossier.id)
    document: Document = {
        "@context": CONTEXT,
        "id": address,
        "type": "Manifest",
        "label": _written(present.title(dossier, Texts("vi"))),
        "metadata": _metadata(dossier),
        "summary": _ours("iiif.summary", code=dossier.code),
        "homepage": [_homepage(dossier, places)],
        "partOf": [_reference(unit, places) for unit in reversed(above)],
        "viewingDirection": "left-to-right",
        "behavior": ["individuals"],
        "items": [_canvas(address, page, places) for page in pages],
    }
    if places.archive:
        document["requiredStatement"] = {"label": _ours("iiif.held"), "value": _written(places.archive)}
    first = next((page for page in pages if present.page_state(page) == "ok"), None)
    if first:
        document["thumbnail"] = [_thumbnail(first, places)]
    structures = _structures(address, pages, items)
    return document | ({"structures": structures} if structures else {})


def _metadata(unit: Unit) -> list[Document]:
    both = [present.lines(unit.description, Texts(lang)) for lang in LANGUAGES]
    return [
        {
            "label": {lang: [line.label] for lang, line in zip(LANGUAGES, same, strict=True)},
            "value": {lang: [line.text] for lang, line in zip(LANGUAGES, same, strict=True)},
        }
        for same in zip(*both, strict=True)
    ]


def _canvas(manifest_address: str, page: PageRow, places: Places) -> Document:
    address = f"{manifest_address}/canvas/{page.sequence}"
    state = present.page_state(page)
    shown = state == "ok"
    width, height = (page.width, page.height) if shown else UNKNOWN
    painting = [_painting(address, page, places)] if shown else []
    label = page.label or str(page.sequence)
    canvas: Document = {
        "id": address,
        "type": "Canvas",
        "label": _ours("sheet.name" if shown else f"iiif.canvas.{state}", label=label),
        "width": width,
        "height": height,
        "items": [{"id": f"{address}/page", "type": "AnnotationPage", "items": painting}],
    }
    return canvas | ({"thumbnail": [_thumbnail(page, places)]} if shown else {})


def _painting(canvas: str, page: PageRow, places: Places) -> Document:
    service = {"id": places.image(page.id), "type": "ImageService3", "profile": "level2"}
    body = {
        "id": f"{places.image(page.id)}/full/max/0/default.jpg",
        "type": "Image",
        "format": "image/jpeg",
        "width": page.width,
        "height": page.height,
        "service": [service],
    }
    return {"id": f"{canvas}/image", "type": "Annotation", "motivation": "painting", "target": canvas, "body": body}


def _thumbnail(page: PageRow, places: Places) -> Document:
    width, height = THUMBNAIL
    return {
        "id": f"{places.image(page.id)}/full/!{width},{height}/0/default.jpg",
        "type": "Image",
        "format": "image/jpeg",
        "service": [{"id": places.image(page.id), "type": "ImageService3", "profile": "level2"}],
    }


def _structures(address: str, pages: Sequence[PageRow], items: Sequence[Unit]) -> list[Document]:
    """Return a range for each document and picture that stands on a page (section 5.4)."""
    canvases: dict[int, Document] = {
        page.sequence: {"id": f"{address}/canvas/{page.sequence}", "type": "Canvas"} for page in pages
    }
    return [
        {
            "id": f"{address}/range/{item.id}",
            "type": "Range",
            "label": _written(present.title(item, Texts("vi"))),
            "items": [canvases[sequence] for sequence in item.sequences],
        }
        for item in items
        if item.sequences
    ]


def collection(
    unit: Unit | None, above: Sequence[Unit], members: Sequence[Unit], page: int, places: Places
) -> Document:
    """Return a collection with its members (section 5.1); ``page`` is 0 for a short one, else its number."""
    head = _head(unit, above, places.collection(unit, page), places)
    if page:
        head["label"] = _ours("iiif.page", n=page)
        head["partOf"] = [{"id": places.collection(unit), "type": "Collection"}]
    return head | {"items": [_reference(member, places) for member in members]}


def shelf(unit: Unit | None, above: Sequence[Unit], pages: int, places: Places) -> Document:
    """Return a long collection as a collection of its pages."""
    numbered = [
        {"id": places.collection(unit, number), "type": "Collection", "label": _ours("iiif.page", n=number)}
        for number in range(1, pages + 1)
    ]
    return _head(unit, above, places.collection(unit), places) | {"items": numbered}


def _head(unit: Unit | None, above: Sequence[Unit], address: str, places: Places) -> Document:
    name = _written(places.archive) if places.archive else _ours("iiif.top")
    head: Document = {
        "@context": CONTEXT,
        "id": address,
        "type": "Collection",
        "label": _written(present.title(unit, Texts("vi"))) if unit else name,
        "homepage": [_homepage(unit, places)],
    }
    if unit:
        head["metadata"] = _metadata(unit)
        parents = [_reference(one, places) for one in reversed(above)]
        head["partOf"] = [*parents, {"id": places.collection(None), "type": "Collection", "label": name}]
    return head


def _reference(unit: Unit, places: Places) -> Document:
    is_dossier = unit.kind is Kind.DOSSIER
    address = places.manifest(unit.id) if is_dossier else places.collection(unit)
    label = _written(present.title(unit, Texts("vi")))
    return {"id": address, "type": "Manifest" if is_dossier else "Collection", "label": label}


def _homepage(unit: Unit | None, places: Places) -> Document:
    return {
        "id": places.homepage(unit),
        "type": "Text",
        "label": _ours("iiif.homepage"),
        "format": "text/html",
        "language": list(LANGUAGES),
    }


def _written(text: str) -> dict[str, list[str]]:
    return {"vi": [text]}


def _ours(key: str, **data: object) -> dict[str, list[str]]:
    return {lang: [Texts(lang).t(key, **data)] for lang in LANGUAGES}
