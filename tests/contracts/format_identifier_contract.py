"""What every implementation of the format identifier must do. A subclass gives the fixture ``identifier``."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from fonds.repository.ports.formats import FormatId, FormatIdentifier
from tests.contracts.pictures import KINDS


class FormatIdentifierContract:
    """Run by every implementation of ``FormatIdentifier``."""

    @pytest.fixture
    def identifier(self) -> FormatIdentifier:
        """The implementation under test."""
        raise NotImplementedError

    @pytest.mark.parametrize(
        ("kind", "puid", "mimetype"),
        [
            ("tiff-rgb", "fmt/353", "image/tiff"),
            ("jpeg-rgb", "fmt/43", "image/jpeg"),
            ("png-rgb", "fmt/11", "image/png"),
            ("jp2", "x-fmt/392", "image/jp2"),
        ],
    )
    @pytest.mark.parametrize("name", ["0001.xyz", "Tờ 1.pdf", os.fsdecode(b"na\xefve")])
    def test_page_files_whatever_their_name(
        self, identifier: FormatIdentifier, tmp_path: Path, kind: str, puid: str, mimetype: str, name: str
    ) -> None:
        KINDS[kind].write(tmp_path / "a")
        try:
            (tmp_path / "a").rename(tmp_path / name)
        except OSError:
            pytest.skip("this file system takes only UTF-8 names")
        found = identifier.identify(tmp_path / name)
        assert (found.puid, found.mimetype, found.by_extension) == (puid, mimetype, False)
        assert found.name

    def test_a_version_is_told_when_the_format_has_one(self, identifier: FormatIdentifier, tmp_path: Path) -> None:
        (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
        found = identifier.identify(tmp_path / "a.pdf")
        assert (found.puid, found.version, found.mimetype) == ("fmt/18", "1.4", "application/pdf")

    def test_a_name_is_only_a_guess(self, identifier: FormatIdentifier, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("so,ky hieu\n")
        found = identifier.identify(tmp_path / "a.csv")
        assert (found.mimetype, found.by_extension) == ("text/csv", True)

    @pytest.mark.parametrize("data", [b"", b"\x00\x01\x02 nobody knows"])
    def test_unknown_is_an_answer(self, identifier: FormatIdentifier, tmp_path: Path, data: bytes) -> None:
        (tmp_path / "0002.jpg").write_bytes(data)
        assert identifier.identify(tmp_path / "0002.jpg") == FormatId("", "", "", "application/octet-stream")

    def test_errors_of_the_system_are_raised(self, identifier: FormatIdentifier, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            identifier.identify(tmp_path / "no")
        with pytest.raises(IsADirectoryError):
            identifier.identify(tmp_path)

    def test_it_travels_to_other_processes(self, identifier: FormatIdentifier, tmp_path: Path) -> None:
        KINDS["tiff-rgb"].write(tmp_path / "a")
        assert pickle.loads(pickle.dumps(identifier)).identify(tmp_path / "a").puid == "fmt/353"
