"""Reading the tag files of a bag, each line through its rules: what can be used goes on, what cannot is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from itertools import chain, islice
from typing import TypeVar

from fonds.packaging.bag.algorithms import Manifest, manifest_named
from fonds.packaging.bag.declaration import LIMIT, Declaration, read_declaration
from fonds.packaging.bag.facts import FetchLine, Layout, ManifestLine, TagText
from fonds.packaging.bag.fetch import Fetched, parse_fetch_line
from fonds.packaging.bag.info import Element, info_name, read_info
from fonds.packaging.bag.lines import known_encoding, tag_blocks
from fonds.packaging.bag.manifest import LineFault, Listing, parse_line, plain_lines
from fonds.packaging.bag.names import plain_path
from fonds.packaging.bag.report import Collector
from fonds.packaging.bag.rules import registry
from fonds.packaging.beneath import Beneath

_MARK = b"\xef\xbb\xbf"
_ELEMENTS = 100_000
"""Elements of bag-info.txt that are read; people write some twenty."""

Fact = TypeVar("Fact")


class TagReader:
    """Reads the tag files of the bag whose open folder is ``root``, and gives every finding to ``found``.

    Raises OSError when not even the names in the folder can be read.
    """

    def __init__(self, root: int, found: Collector, *, fast: bool) -> None:
        self._found, self._folder = found, Beneath(root)
        top = _Top(root)
        self.has_fetch = "fetch.txt" in top.files
        self._files = top.files
        said = self._declaration()
        self.layout = Layout(said.version, known_encoding(said.encoding), top.manifests, top.payload_folder, fast)
        self.check(registry.DECLARATION, said)
        self.check(registry.LAYOUT, self.layout)

    def close(self) -> None:
        """Let go of what is open."""
        self._folder.close()

    def check(self, rules: registry.Rules[Fact], fact: Fact) -> bool:
        """Put a fact through its rules; returns True when they found nothing."""
        found = [one for rule in rules for one in rule(fact, self.layout)]
        self._found.add(found)
        return not found

    def _declaration(self) -> Declaration:
        if "bagit.txt" not in self._files:
            return Declaration("missing")
        try:
            handle = self._folder.open_file("bagit.txt")
        except OSError:
            return Declaration("unreadable")
        try:
            return read_declaration(os.read(handle, LIMIT))
        except OSError:
            return Declaration("unreadable")
        finally:
            os.close(handle)

    def lines(self, name: str) -> Iterator[bytes | None]:
        """Yield the lines of a tag file in UTF-8, as ``tag_lines`` does; what stops the reading is a finding."""
        return chain.from_iterable(self._blocks(name))

    def _blocks(self, name: str) -> Iterator[list[bytes | None]]:
        encoding = self.layout.encoding or "utf-8"
        try:
            handle = self._folder.open_file(name)
        except OSError as error:
            self.check(registry.TAG_TEXT, TagText(name, error=error.strerror or str(error)))
            return
        try:
            for number, lines in enumerate(tag_blocks(partial(os.read, handle), encoding)):
                if number == 0 and lines[0] and lines[0].startswith(_MARK):
                    if encoding == "utf-8":
                        self.check(registry.TAG_TEXT, TagText(name, bom=True))
                    lines[0] = lines[0].removeprefix(_MARK)
                yield lines
        except UnicodeError:
            self.check(registry.TAG_TEXT, TagText(name, broken=True))
        except OSError as error:
            self.check(registry.TAG_TEXT, TagText(name, error=error.strerror or str(error)))
        finally:
            os.close(handle)

    def oxums(self) -> list[str]:
        """Read bag-info.txt and return every Payload-Oxum in it, as written."""
        name = info_name(self.layout.version)
        stated: list[str] = []
        if name in self._files:
            for element in islice(read_info(self.lines(name)), _ELEMENTS):
                self.check(registry.INFO_LINE, element)
                if isinstance(element, Element) and element.label.lower() == "payload-oxum":
                    stated.append(element.value)
        return stated[:10]

    def listings(self, manifest: Manifest) -> Iterator[tuple[int, list[tuple[str, str]]]]:
        """Yield lines of a manifest, as (digest, path), as far as they may be believed.

        They come in runs that follow each other in the manifest, each with the number of its first line.
        """
        digits, number = manifest.algorithm.digits if manifest.algorithm else 0, 1
        for lines in self._blocks(manifest.name):
            plain = [] if manifest.tag else plain_lines(lines, digits)
            if plain:
                yield number, plain
            else:
                yield from self._listings(manifest, number, lines)
            number += len(lines)

    def _listings(
        self, manifest: Manifest, first: int, lines: list[bytes | None]
    ) -> Iterator[tuple[int, list[tuple[str, str]]]]:
        """Yield what single lines list, where not all of them are plain."""
        for number, line in enumerate(lines, first):
            content = parse_line(line, manifest.algorithm.digits if manifest.algorithm else 0)
            path = self._path(manifest, number, content)
            if path and isinstance(content, Listing):
                yield number, [(content.digest, path)]

    def _path(self, manifest: Manifest, number: int, content: Listing | LineFault) -> str:
        """Put a line through the rules; returns the path that it lists, '' when it leads nowhere in the bag."""
        if isinstance(content, LineFault):
            self.check(registry.MANIFEST_LINE, ManifestLine(manifest, number, content))
            return ""
        raw = self._is_raw(content)
        line = ManifestLine(manifest, number, content, raw)
        self.check(registry.MANIFEST_LINE, line)
        # The rules on paths decide too whether the line may be believed: nothing is looked up outside the bag.
        return plain_path(line.path) if self.check(registry.MANIFEST_PATH, line) else ""

    def _is_raw(self, content: Listing) -> bool:
        """Say whether a name was written without encoding its percent signs, as drafts before 1.0 had it."""
        if content.path == content.written or not self._folder.has_file(plain_path(content.written)):
            return False
        return not self.layout.strict or not self._folder.has_file(plain_path(content.path))

    def fetched(self) -> Iterator[tuple[int, str]]:
        """Yield (line, path) of fetch.txt, as far as its lines may be believed."""
        if not self.has_fetch:
            return
        for number, line in enumerate(self.lines("fetch.txt"), 1):
            content = parse_fetch_line(line)
            if self.check(registry.FETCH_LINE, FetchLine(number, content)) and isinstance(content, Fetched):
                yield number, plain_path(content.path)


class _Top:
    """What lies at the top of a bag, as far as it has a meaning there."""

    def __init__(self, root: int) -> None:
        self.payload_folder = False
        self.files: set[str] = set()
        with os.scandir(root) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    self.payload_folder |= entry.name == "data"
                elif entry.name in _MEANT or manifest_named(entry.name):
                    self.files.add(entry.name)
        named = [manifest_named(name) for name in sorted(self.files)]
        self.manifests = tuple(one for one in named if one is not None)


_MEANT = {"bagit.txt", "bag-info.txt", "package-info.txt", "fetch.txt"}
