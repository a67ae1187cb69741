"""The quality gate: every rule of the vocabulary of findings, one file each, and the pass that applies them."""

from fonds.repository.intake.delivery import Delivery, Progress
from fonds.repository.intake.gate.gate import Gate

__all__ = ["Delivery", "Gate", "Progress"]
