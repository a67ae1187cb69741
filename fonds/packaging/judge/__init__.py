"""Judging whatever is handed over as a package: a bag, an E-ARK package, one of the state's, or a zip or tar of one."""

from __future__ import annotations

from fonds.packaging.judge.judge import judge
from fonds.packaging.judge.model import Judgement, JudgeProgress, joined

__all__ = ["JudgeProgress", "Judgement", "joined", "judge"]
