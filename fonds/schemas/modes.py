"""The access modes of the circular (Thông tư 05/2025/TT-BNV, "Chế độ sử dụng"), as codes."""

from __future__ import annotations

MODE_OPEN = "01"
MODE_CONDITIONAL = "02"
MODE_SECRET = "03"  # noqa: S105 - an access mode, not a password
