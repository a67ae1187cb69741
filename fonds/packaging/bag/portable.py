"""Whether names go by every rule on names, asked cheaply: of most there is nothing to say."""

from __future__ import annotations

import re
from collections.abc import Sequence

_FORBIDDEN = '<>:"|?*\\'
# The pattern of the rules on whole names, widened to what is fast to search: a literal first, no ignoring of case.
_ODD_NAME = re.compile(r"/(?:con|prn|aux|nul|com|lpt|\.ds_store|thumbs\.db|desktop\.ini|\._)")


def is_portable(path: str) -> bool:
    """Say that no rule can find anything in the characters of a name; False says that one may."""
    return are_portable((path,))


def are_portable(paths: Sequence[str]) -> bool:
    """Say that of many names at once."""
    # Joined as if each were a folder of the next: what may not end or begin a name may not stand beside a '/'.
    text = f"/{'/'.join(paths)}/"
    return (
        text.isprintable()
        and "./" not in text
        and " /" not in text
        and not any(map(text.__contains__, _FORBIDDEN))
        and _ODD_NAME.search(text.lower()) is None
    )
