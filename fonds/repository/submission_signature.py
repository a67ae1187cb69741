"""What makes two deliveries of a dossier the same: its description, its documents and its files, byte for byte."""

from __future__ import annotations

import hashlib
import json

from fonds.metadata.model import Description
from fonds.repository.intake.submission import SubmittedDossier


def signature(dossier: SubmittedDossier) -> str:
    """Return the SHA-256 (hex) of a canonical listing of what was submitted.

    The fonds' description is left out: it changes with every delivery (its counts grow) and concerns no dossier.
    """
    names = dossier.received.names if dossier.received else ()
    names = names or tuple(_inside(file.where, dossier.where) for file in dossier.files)
    listing = {
        "dossier": _described(dossier.dossier),
        "items": [[_described(item.description), list(item.pages)] for item in dossier.items],
        "files": [[name, file.sha256] for name, file in zip(names, dossier.files, strict=True)],
    }
    canonical = json.dumps(listing, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _described(description: Description) -> list[object]:
    values = {key: value.verbatim for key, value in description.values.items()}
    return [description.kind.value, values, [list(pair) for pair in description.extra]]


def _inside(where: str, folder: str) -> str:
    return where.removeprefix(folder + "/")
