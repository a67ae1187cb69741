"""Unit files for systemd: a service that audits what is due, and a timer that starts it every day.

The text of a unit is a language of its own: ``%`` and ``$`` are doubled, quotes and backslashes escaped
(systemd.syntax(7), systemd.service(5)). A run that was missed while the machine was off is caught up (``Persistent``).
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fonds.config import place_path

_ODD = re.compile(r"[^A-Za-z0-9]+")
_OWN_TEMPORARY = "PrivateTmp=yes"
_TEMPORARY = ("/tmp", "/var/tmp")  # noqa: S108 - nothing is written there
_HARDENED_USER = (
    "NoNewPrivileges=yes",
    "LockPersonality=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "SystemCallArchitectures=native",
    "UMask=0027",
)
_HARDENED = (
    *_HARDENED_USER,
    "ProtectSystem=strict",
    "ProtectHome=read-only",
    _OWN_TEMPORARY,
    "PrivateDevices=yes",
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "RestrictNamespaces=yes",
    "CapabilityBoundingSet=",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What units are made for: the repository, the places that are written to, when, as whom ('' for a user's own)."""

    root: Path
    places: Sequence[Path]
    at: str
    account: str = ""
    python: str = sys.executable

    @property
    def name(self) -> str:
        """What the units are called: each repository on a machine has its own."""
        known = _ODD.sub("-", self.root.name).strip("-").lower() or "kho"
        return f"fonds-audit-{known}-{hashlib.sha256(str(self.root).encode()).hexdigest()[:8]}"

    @property
    def environment(self) -> str:
        """The file with the passwords: no unit holds them, for everybody may read those. ``%h`` is the home folder."""
        folder = "/etc/fonds" if self.account else "%h/.config/fonds"
        return f"{folder}/{self.name}.env"


def unit_files(wanted: Wanted) -> dict[str, str]:
    """Return the unit files, name to text: the service first."""
    return {f"{wanted.name}.service": _service(wanted), f"{wanted.name}.timer": _timer(wanted)}


def copy_places(urls: Sequence[str]) -> list[Path]:
    """Return the folders of copies, for their log notes are written."""
    return [Path(place_path(url)) for url in urls if url.startswith("file:")]


def _service(wanted: Wanted) -> str:
    system = bool(wanted.account)
    lines = [
        "[Unit]",
        f"Description=Fonds: fixity audit of {_plain(str(wanted.root))}",
        *(["Wants=network-online.target", "After=network-online.target"] if system else []),
        f"RequiresMountsFor={quoted(str(wanted.root))}",
        "",
        "[Service]",
        "Type=oneshot",
        f"ExecStart={_command(wanted)}",
        f"EnvironmentFile=-{wanted.environment}",
        *([f"User={_plain(wanted.account)}"] if system else []),
        "Nice=10",
        "IOSchedulingClass=idle",
        *(_hardened(wanted) if system else _HARDENED_USER),
    ]
    if system:
        lines.append(f"ReadWritePaths={quoted(str(wanted.root))}")
        lines += [f"ReadWritePaths={quoted(f'-{place}')}" for place in wanted.places]
    return "\n".join([*lines, ""])


def _hardened(wanted: Wanted) -> list[str]:
    """Return what shuts the service in. A repository that lies among temporary files must see them."""
    places = (wanted.root, *wanted.places)
    temporary = any(place.is_relative_to(folder) for place in places for folder in _TEMPORARY)
    return [line for line in _HARDENED if not (temporary and line == _OWN_TEMPORARY)]


def _timer(wanted: Wanted) -> str:
    return "\n".join(
        [
            "[Unit]",
            f"Description=Fonds: daily fixity audit of {_plain(str(wanted.root))}",
            "",
            "[Timer]",
            f"OnCalendar=*-*-* {wanted.at}:00",
            "RandomizedDelaySec=5min",
            "Persistent=true",
            "",
            "[Install]",
            "WantedBy=timers.target",
            "",
        ]
    )


def _command(wanted: Wanted) -> str:
    words = (wanted.python, "-m", "fonds", "--repo", str(wanted.root), "schedule", "run")
    return " ".join(quoted(word).replace("$", "$$") for word in words)


def quoted(word: str) -> str:
    """Return one word of a unit file, whatever is in it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"' if escaped != word or not re.fullmatch(r"[\w./:=+-]+", word) else word


def _plain(said: str) -> str:
    """Return a text for people on one line of a unit."""
    return " ".join(said.split()).replace("%", "%%").rstrip("\\")
