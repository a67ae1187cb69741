"""Long lists, one page at a time, each page with an address of its own."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.exceptions import BadRequest, NotFound

GREATEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Paging:
    """Where we are in a list of ``total`` things shown ``size`` at a time; ``number`` counts from 1."""

    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last page; 1 for an empty list."""
        return max(1, -(-self.total // self.size))

    @property
    def first_shown(self) -> int:
        """The position, from 1, of the first thing on this page."""
        return (self.number - 1) * self.size + 1

    @property
    def last_shown(self) -> int:
        """The position of the last thing on this page."""
        return min(self.total, self.number * self.size)

    @property
    def around(self) -> list[int]:
        """The page numbers worth a link: the first, the last and those near; 0 stands for a gap."""
        near = {1, self.last, *range(self.number - 2, self.number + 3)}
        numbers = sorted(number for number in near if 1 <= number <= self.last)
        shown: list[int] = []
        for number in numbers:
            if shown and number - shown[-1] > 1:
                shown.append(0)
            shown.append(number)
        return shown


def positive(written: str | None, default: int = 1) -> int:
    """Read a number counted from 1 out of an address. Raises BadRequest (400) for anything else."""
    if written is None or written == "":
        return default
    if not (written.isascii() and written.isdigit() and len(written) <= len(str(GREATEST))):
        raise BadRequest
    number = int(written)
    if not 1 <= number <= GREATEST:
        raise BadRequest
    return number


def paging(number: int, size: int, total: int) -> Paging:
    """Return the paging of a list. Raises NotFound (404) for a page that the list does not have."""
    found = Paging(number, size, total)
    if number > found.last:
        raise NotFound
    return found
