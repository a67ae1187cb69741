"""Fonds: an archival preservation repository."""

__version__ = "0.1.0"
