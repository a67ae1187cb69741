"""The settings: what is written into a new repository, and what every mistake in the file is called."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from fonds import config
from fonds.bootstrap import init_archive, open_archive
from fonds.config import FILE_NAME, FORMAT, Settings
from fonds.errors import EXIT_OPERATIONAL, EXIT_USAGE, FondsError
from fonds.repository.backends.clamd import Clamd
from fonds.repository.backends.no_scanner import NoScanner


def load(folder: Path, text: str | bytes) -> Settings:
    content = text.encode() if isinstance(text, str) else text
    (folder / FILE_NAME).write_bytes(content)
    return config.load(folder)


def refused(folder: Path, text: str | bytes) -> FondsError:
    with pytest.raises(FondsError) as caught:
        load(folder, text)
    return caught.value


@pytest.mark.parametrize("deployment", config.DEPLOYMENTS)
def test_the_template_says_what_the_defaults_are(tmp_path: Path, deployment: str) -> None:
    assert load(tmp_path, config.template(deployment)) == Settings(FORMAT, deployment=deployment)


def test_the_template_explains_every_setting_in_two_languages() -> None:
    text = config.template("networked")
    assert tomllib.loads(text).keys() == {field.name for field in fields(Settings)}
    assert all("/" in comment for comment in text.splitlines() if comment.startswith("# "))


def test_what_is_not_said_is_the_default(tmp_path: Path) -> None:
    assert load(tmp_path, f"format = {FORMAT}") == Settings(FORMAT)


def test_what_is_said_is_taken(tmp_path: Path) -> None:
    found = load(tmp_path, f'format = {FORMAT}\narchive_name = "Kho Sơn Vân"\nworkers = 3\nstore = "file:///srv/kho"\n')
    assert found == Settings(FORMAT, archive_name="Kho Sơn Vân", workers=3, store="file:///srv/kho")


def test_no_repository(tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "absent", tmp_path / "file" / "below"):
        (tmp_path / "file").touch()
        with pytest.raises(FondsError) as caught:
            config.load(root)
        assert (caught.value.code, caught.value.exit_code) == ("REPOSITORY_MISSING", EXIT_USAGE)
        assert caught.value.data == {"path": root}


@pytest.mark.parametrize("text", ["format = ", "format = 1\nformat = 1", b"format = 1 # \xff", "[", "a = 'x\ny'"])
def test_not_toml(tmp_path: Path, text: str | bytes) -> None:
    error = refused(tmp_path, text)
    assert (error.code, error.exit_code, error.data["path"]) == (
        "SETTINGS_BROKEN",
        EXIT_OPERATIONAL,
        tmp_path / FILE_NAME,
    )
    assert str(error.data["reason"])


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(FondsError) as caught:
        config.load(tmp_path)
    assert (caught.value.code, caught.value.data["reason"]) == ("SYSTEM_FAILED", "Is a directory")


@pytest.mark.parametrize(
    ("text", "found"), [("", None), ("format = 2", 2), ("format = 0", 0), ('format = "1"', "1"), ("format = -1", -1)]
)
def test_another_version(tmp_path: Path, text: str, found: object) -> None:
    error = refused(tmp_path, text)
    assert (error.code, error.data["found"], error.data["supported"]) == ("REPOSITORY_VERSION", found, FORMAT)


@pytest.mark.parametrize("text", ["color = 1", "Workers = 1", "[store]\nurl = 'x'", "_format = 1"])
def test_an_unknown_key_is_never_passed_over(tmp_path: Path, text: str) -> None:
    error = refused(tmp_path, f"format = 1\n{text}")
    if text.startswith("[store]"):
        assert (error.code, error.data["key"]) == ("SETTINGS_VALUE", "store")
    else:
        assert (error.code, error.data["key"]) == ("SETTINGS_UNKNOWN", text.partition(" ")[0])
        assert "workers" in str(error.data["known"])


@pytest.mark.parametrize(
    "text",
    [
        "workers = true",
        "workers = -1",
        "workers = 2.0",
        'workers = "2"',
        "workers = 100000",
        "copies_required = 0",
        "copies_required = 100",
        "copies_required = true",
        "audit_days = false",
        "audit_days = 99999999999999",
        "audit_sample = 101",
        'audit_quota = "0"',
        'audit_rate = "fast"',
        'audit_hours = "late"',
        "audit_hours = 20",
        "max_pixels = -5",
        "max_pixels = [1]",
        "archive_name = 5",
        "deployment = 'cloud'",
        "deployment = ['networked']",
        "deployment = 1",
        "catalogue = 1",
        "log = 2026-01-01",
    ],
)
def test_a_value_that_cannot_be(tmp_path: Path, text: str) -> None:
    error = refused(tmp_path, f"format = 1\n{text}")
    assert (error.code, error.data["key"]) == ("SETTINGS_VALUE", text.partition(" ")[0])


@pytest.mark.parametrize("text", ["format = true", "format = 1.0"])
def test_a_version_that_only_equals_a_number(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path, text).code == "SETTINGS_VALUE"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("access", ""),
        ("access", "."),
        ("access", "store"),
        ("access", "./index/../store"),
        ("access", "store/access"),
        ("access", ".."),
        ("access", "/"),
        ("log", "store"),
        ("index", "whoosh:store/index"),
        ("store", "file:"),
        ("store", "file://"),
        ("store", "file:log/deep/store"),
        ("catalogue", "sqlite:"),
        ("catalogue", "sqlite:access/catalogue.sqlite3"),
    ],
)
def test_no_place_may_hold_another(tmp_path: Path, key: str, value: str) -> None:
    # A rebuild deletes the access copies: what else lay in their folder would be gone.
    error = refused(tmp_path, f"format = 1\n{key} = '{value}'")
    assert error.code == "SETTINGS_VALUE"
    assert error.data["key"] in {key, *("store", "index", "access", "log", "catalogue")}


def test_a_place_behind_a_link_is_seen_through(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "cache").symlink_to("store")
    assert refused(tmp_path, "format = 1\naccess = 'cache'").code == "SETTINGS_VALUE"


def test_places_elsewhere_are_used(tmp_path: Path) -> None:
    root, other = tmp_path / "repo", tmp_path / "elsewhere"
    init_archive(root, "networked", "tester")
    (root / FILE_NAME).write_text(f'format = 1\nstore = "file://{other}/store"\naccess = "{other}/access"\n', "utf-8")
    archive = open_archive(root)
    archive.store.put_note("README.txt", b"x")
    assert (other / "store" / "README.txt").read_bytes() == b"x"
    assert archive.access_folder == other / "access"


@pytest.mark.parametrize(("key", "value"), [("store", "s3:bucket"), ("catalogue", "postgresql:x"), ("index", "index")])
def test_a_back_end_that_is_not_there_names_its_setting(tmp_path: Path, key: str, value: str) -> None:
    (tmp_path / FILE_NAME).write_text(f'format = 1\n{key} = "{value}"\n', "utf-8")
    with pytest.raises(FondsError) as caught:
        open_archive(tmp_path)
    assert caught.value.code == "SETTINGS_VALUE"
    assert (caught.value.data["key"], caught.value.data["value"]) == (key, value)


@pytest.mark.parametrize(
    ("scanner", "expected"),
    [
        ("", NoScanner()),
        ("clamd:unix:/run/may-quet.sock", Clamd("/run/may-quet.sock", 7 << 20)),
        ("clamd:tcp:127.0.0.1:3310", Clamd(("127.0.0.1", 3310), 7 << 20)),
    ],
)
def test_the_virus_scanner_is_the_one_that_is_set(tmp_path: Path, scanner: str, expected: object) -> None:
    init_archive(tmp_path / "repo", "networked", "tester")
    settings = f'format = 1\nscanner = "{scanner}"\nscanner_limit = 7\n'
    (tmp_path / "repo" / FILE_NAME).write_text(settings, "utf-8")
    assert open_archive(tmp_path / "repo").scanner == expected


def test_without_a_word_it_is_the_one_of_this_machine(tmp_path: Path) -> None:
    init_archive(tmp_path / "repo", "networked", "tester")
    archive = open_archive(tmp_path / "repo")
    assert archive.settings.scanner == "auto"
    assert archive.scanner == (Clamd.here(100 << 20) or NoScanner())


@pytest.mark.parametrize("scanner", ["clamscan", "clamd:", "clamd:tcp:host"])
def test_a_scanner_that_is_none_names_its_setting(tmp_path: Path, scanner: str) -> None:
    init_archive(tmp_path / "repo", "networked", "tester")
    (tmp_path / "repo" / FILE_NAME).write_text(f'format = 1\nscanner = "{scanner}"\n', "utf-8")
    with pytest.raises(FondsError) as caught:
        open_archive(tmp_path / "repo")
    assert (caught.value.code, caught.value.data["key"]) == ("SETTINGS_VALUE", "scanner")


@pytest.mark.parametrize("url", ["freetsa", "file:///etc/passwd", "ftp://example.org/tsr"])
def test_a_time_stamp_authority_is_asked_over_http_only(tmp_path: Path, url: str) -> None:
    init_archive(tmp_path / "repo", "networked", "tester")
    (tmp_path / "repo" / FILE_NAME).write_text(f'format = 1\nstamp_url = "{url}"\n', "utf-8")
    with pytest.raises(FondsError) as caught:
        open_archive(tmp_path / "repo")
    assert (caught.value.code, caught.value.data["key"]) == ("SETTINGS_VALUE", "stamp_url")


@pytest.mark.parametrize(("key", "least"), [("page_memory", 512), ("page_seconds", 10)])
def test_limits_of_a_page_are_none_or_enough_for_sound_ones(tmp_path: Path, key: str, least: int) -> None:
    for value in (0, least):
        assert getattr(load(tmp_path, f"format = 1\n{key} = {value}"), key) == value
    for value in (1, least - 1, 10_000_000):
        assert refused(tmp_path, f"format = 1\n{key} = {value}").code == "SETTINGS_VALUE"
