"""Small records with real files, to be packed."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from fonds.metadata.model import Agent, DossierRecord, Event, FileRecord, Page
from fonds.metadata.tt05.model import DATA, ReaderRequest
from fonds.packaging.tt05 import PackageFacts, Payload
from tests.metadata.samples import dossier

_ROOM = 512 * 1024 * 1024
WHEN = "2026-03-05T17:30:00.123456+00:00"
SOFTWARE = ("Fonds", "0.1.0")
FACTS = PackageFacts(WHEN, SOFTWARE, organization="Sở Nội vụ tỉnh Lào Cai", agreement="NL-2026/07", schemas=False)
REQUEST = ReaderRequest(
    "YC-2026-15", "05/03/2026", "01", "Tìm hiểu gia phả", "02", "Liệt sĩ xã Bản Phiệt", "Đọc tại chỗ"
)
RECEIVED = Event("e1", "transfer", "2026-01-02T03:04:05+00:00", "success", ("a1",), "Số hóa tại kho")
CLERK = Agent("a1", "Nguyễn Thị Hồng", "person")


@contextmanager
def quick_folder() -> Iterator[Path]:
    """Give a folder in memory where there is room: every package is made durable, and that is not what is tested."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > _ROOM
    with tempfile.TemporaryDirectory(dir=memory if roomy else None) as name:
        yield Path(name)


def payload(folder: Path, name: str, content: bytes) -> Payload:
    """Make a file and what is known of it."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / name
    source.write_bytes(content)
    record = FileRecord(
        f"{DATA}/{name}", len(content), hashlib.sha256(content).hexdigest(), "image/tiff", "2026-01-02T03:04:05+00:00",
        "fmt/353", "Tagged Image File Format", "6.0", f"Hồ sơ 12/Tờ {name}", "H%E1%BB%93",
    )  # fmt: skip
    return Payload(record, source)


def scanned(folder: Path, count: int = 3) -> tuple[DossierRecord, list[Payload]]:
    """Return a dossier with this many pages, each a file of its own that is really there."""
    files = [payload(folder, f"{number:04}.tif", b"page %d" % number * 50) for number in range(1, count + 1)]
    return dossier(count), files


def paged(record: DossierRecord, files: list[Payload]) -> DossierRecord:
    """Return the record with one page a file."""
    pages = tuple(Page(n, f"{n}a", one.record.path, 0, 100, 200, 300.5, n == 2) for n, one in enumerate(files, 1))
    return replace(record, pages=pages)
