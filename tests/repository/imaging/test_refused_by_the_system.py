"""When the system gives no further file, a page is not to blame."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from fonds.repository.backends.imaging import vips


@contextmanager
def no_more_files() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_too_many_open_files_is_no_damaged_page(tmp_path: Path) -> None:
    path = tmp_path / "0001.jpg"
    Image.effect_noise((300, 400), 60).save(path)
    fd = os.open(path, os.O_RDONLY)
    try:
        page = vips.StoredPage(fd, "jpeg", 0)
        vips.look(page)  # loads what the first page loads
        with pytest.raises(OSError, match="open files") as told, no_more_files():
            vips.look(page)
        assert told.value.errno == errno.EMFILE
        assert not vips.look(page).blank
    finally:
        os.close(fd)
