"""In which form a package leaves: dialect, bag, folder or one file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Dialect(StrEnum):
    """The two ways in which packages are written."""

    EARK = "eark"
    TT05 = "tt05-2025"


@dataclass(frozen=True, slots=True)
class Form:
    """How a package leaves: its dialect, ``bag`` around it (E-ARK only), ``packed`` as 'zip', 'tar' or '', a folder."""

    dialect: Dialect = Dialect.EARK
    bag: bool = True
    packed: str = ""
