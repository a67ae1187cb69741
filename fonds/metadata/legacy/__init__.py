"""Text from before Unicode: find out that a cell is TCVN3 (ABC), VNI or VIQR, and repair it.

Pure functions; they never raise on any text. Correct Unicode Vietnamese, French, English and codes are left
alone.
"""

from fonds.metadata.legacy.detection import LegacyText, detect, repair, repaired

__all__ = ["LegacyText", "detect", "repair", "repaired"]
