"""A back end whose library is loaded when it is first asked for something: most commands need few of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


def later(make: Callable[[], T]) -> T:
    """Return what acts as what ``make`` gives, which is made when it is first needed, and travels as that."""
    return cast("T", _Later(make))


class _Later:
    """Stands for a back end. Ports have no special methods, so passing on the others is enough."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a back end has
        """Be asked for what is not here: the first time for the back end itself."""
        if name == "_made":
            made = self._made = self._make()
            return made
        return getattr(self._made, name)

    def __reduce__(self) -> tuple[object, ...]:
        return _itself, (self._made,)


def _itself(made: object) -> object:
    return made
