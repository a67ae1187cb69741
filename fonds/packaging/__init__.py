"""Bags and information packages: how an AIP lies on disk, is written, read and validated."""
