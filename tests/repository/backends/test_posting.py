"""Asking a server: what a bad one does costs no more than the time that is allowed."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from fonds.repository.backends import posting
from fonds.repository.backends.posting import address, post

HEADERS = b"HTTP/1.1 200 Fine\r\nContent-Length: 100000\r\n\r\n"


@pytest.fixture
def dripping() -> Iterator[int]:
    """A server that answers, and then sends a byte every now and then."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_drip, args=(listening,), daemon=True).start()
        yield int(listening.getsockname()[1])


def _drip(listening: socket.socket) -> None:
    served, _ = listening.accept()
    with served:
        served.recv(65536)
        served.sendall(HEADERS)
        try:
            while True:
                served.sendall(b"x")
                time.sleep(0.02)
        except OSError:
            return


def test_an_answer_that_drips_is_given_up(dripping: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "SECONDS", 0.3)
    with pytest.raises(TimeoutError):
        post(f"http://127.0.0.1:{dripping}/", b"question", {}, 100_000)


def test_no_more_is_taken_than_is_wanted(dripping: int) -> None:
    answer = post(f"http://127.0.0.1:{dripping}/", b"question", {}, 3)
    assert (answer.status, answer.reason, answer.body) == (200, "Fine", b"xxx")


@pytest.mark.parametrize(
    "url", ["", "ftp://kho/", "http://", "http://ai:mk@kho/", "http://kho:xx/", "file:///etc/hosts"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"no http or https|Port"):
        address(url)
