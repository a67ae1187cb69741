"""One XML file of a package, read through the safe door; what is wrong with it becomes a finding."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import BinaryIO, TypeVar

from fonds.packaging.csip.files import PackageFiles
from fonds.packaging.csip.requirements import place
from fonds.schemas.findings import Finding, finding
from fonds.schemas.xml import XmlRefusedError, root_name, validate, validate_stream

Answer = TypeVar("Answer")
_SMALL = 4 * 1024 * 1024
"""Bytes of a document that may be built in memory, to learn in which lines its faults are."""
_LINE = re.compile(r"line (\d+): (.*)", re.DOTALL)
_TOLD = 200


class XmlFile:
    """The file at ``path``; each fault of its is told to ``report`` once."""

    def __init__(self, files: PackageFiles, path: str, report: Callable[[Finding], None]) -> None:
        self._files, self._path, self._report = files, path, report

    def read(self, reader: Callable[[BinaryIO], Answer]) -> Answer | None:
        """Return what ``reader`` makes of the file, None when it is not XML or cannot be opened."""
        try:
            with self._files.open(self._path) as source:
                return reader(source)
        except XmlRefusedError as error:
            line = error.data.get("line")
            where = place(self._path, line if isinstance(line, int) else 0)
            reason = str(error.data.get("reason") or error.code)
            self._report(finding("PKG_XML_REFUSED", where, reason=reason[:200]))
        except OSError as error:
            self._report(finding("PKG_FILE_UNREADABLE", self._path, reason=error.strerror or str(error)))
        return None

    def root(self) -> str | None:
        """Return the name of the root element as "{namespace}name"."""
        return self.read(root_name)

    def check_schema(self, name: str) -> None:
        """Check against the official schema ``mets``, ``premis`` or ``ead3``."""
        faults = self.read(lambda source: validate_stream(name, source))
        if faults is None:
            return
        for fault in self._with_lines(name, faults)[:_TOLD]:
            match = _LINE.fullmatch(fault)
            line, said = (int(match[1]), match[2]) if match else (0, fault)
            self._report(finding("PKG_SCHEMA_BROKEN", place(self._path, line), schema=name, reason=said[:300]))

    def _with_lines(self, name: str, faults: list[str]) -> list[str]:
        """Check a small document once more, as a tree, which knows the lines and the IDs that occur twice."""
        with self._files.open(self._path) as source:
            start = source.read(_SMALL + 1)
        if len(start) > _SMALL:
            return faults
        try:
            return validate(name, start) or faults
        except XmlRefusedError:  # it changed under our hands
            return faults
