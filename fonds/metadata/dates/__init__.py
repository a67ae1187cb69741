"""Dates as archives write them: kept word for word, read as EDTF (ISO 8601-2), bounded for search.

A missing day or month is never filled in: "1970" is a year, not the first of January.
"""

from fonds.metadata.dates.cells import from_excel, from_parts
from fonds.metadata.dates.display import display
from fonds.metadata.dates.edtf import parse_edtf
from fonds.metadata.dates.model import DateKind, PartialDate, compare_order
from fonds.metadata.dates.query import parse_query_date
from fonds.metadata.dates.span import Span, span
from fonds.metadata.dates.spellings import parse_date, said_unknown

__all__ = [
    "DateKind",
    "PartialDate",
    "Span",
    "compare_order",
    "display",
    "from_excel",
    "from_parts",
    "parse_date",
    "parse_edtf",
    "parse_query_date",
    "said_unknown",
    "span",
]
