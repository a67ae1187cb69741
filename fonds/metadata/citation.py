"""The number by which people cite a document."""

from __future__ import annotations

from fonds.metadata.model import Description


def document_number(description: Description) -> str:
    """Return number and notation joined as people write them: 147 and QĐ-UB give 147/QĐ-UB; '' when there is none.

    A notation that already begins with the number, or with the stroke, is not given it twice.
    """
    number, notation = description.text("codeNumber"), description.text("codeNotation").lstrip("/")
    if number and notation and not notation.startswith(f"{number}/"):
        return f"{number}/{notation}"
    return notation or number
