"""What the bagit tool of the Library of Congress does with a bag: ``python -m benchmarks._loc_validate BAG``."""

from __future__ import annotations

import logging
import sys

import bagit

from benchmarks._measured import measured


def validate(bag: str) -> int:
    """Validate; returns the number of payload files."""
    opened = bagit.Bag(bag)
    opened.validate(processes=2)
    return len(opened.payload_entries())


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    measured(lambda: validate(sys.argv[1]))
