"""D1: the disk is full. What is refused is said (tests/cli/test_refusals.py has every way of it); reading goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from fonds.bootstrap import open_archive
from fonds.errors import FondsError
from fonds.repository.audit import audit
from fonds.repository.ingest import ingest
from fonds.repository.work import work
from fonds.viewer.app import create_app
from tests.disks import small_disk, use_up_bytes
from tests.factories import SAMPLE, DossierRow, make_archive, make_delivery

LATER = DossierRow("H99.12.P01.1965.04", "Cuộc thi thuyền mừng mùa nước nổi", pages=2)


@pytest.mark.parametrize("copies", [True, False], ids=["with access copies", "none made yet"])
def test_the_reading_room_stays_open_on_a_full_disk(tmp_path: Path, *, copies: bool) -> None:
    first = make_delivery(tmp_path / "first", SAMPLE)
    second = make_delivery(tmp_path / "second", [*SAMPLE, LATER])
    with small_disk(90, 9999) as disk:
        archive = make_archive(disk / "repo")
        assert len(ingest(archive, first, agent="tester").ingested) == len(SAMPLE)
        if copies:
            work(archive, stopped=lambda: False)
        reader = create_app(open_archive(disk / "repo")).test_client()
        use_up_bytes(disk)
        code = ""
        try:
            ingest(open_archive(disk / "repo"), second, agent="tester")
        except FondsError as error:
            code = error.code
        assert code == "STORE_FULL"
        dossier = archive.holdings.by_level("file").items[0]
        page = archive.holdings.pages(dossier.id).items[0]
        images = [f"/iiif/image/{page.id}/{rest}" for rest in ("info.json", "full/300,/0/default.jpg")]
        asked = ["/", "/healthz", "/search?q=nông+nghiệp", f"/d/{dossier.id}", f"/d/{dossier.id}/view?page=1"]
        asked += [f"/iiif/presentation/{dossier.id}/manifest"]
        assert {path: reader.get(path).status_code for path in asked} == dict.fromkeys(asked, 200)
        assert [reader.get(path).status_code for path in images] == [200 if copies else 503] * 2
        (disk / "ballast").unlink()
        result = ingest(open_archive(disk / "repo"), second, agent="tester")
        assert (len(result.ingested), len(result.unchanged)) == (1, len(SAMPLE))
        assert not audit(archive, agent="tester", scope="all").problems
        assert result.ingested[0].id in reader.get("/search?q=cuộc+thi+thuyền").get_data(as_text=True)
        assert [reader.get(path).status_code for path in images] == [200] * 2
