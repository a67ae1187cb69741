"""One file a change, applied in order of ``down_revision``."""
