"""The composition root: settings become a repository. The only place that names back ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fonds import config
from fonds.config import Settings
from fonds.errors import FondsError, UsageError
from fonds.packaging.durable import make_folder, write_atomically
from fonds.repository.archive import COPYING, SIGNING, Archive
from fonds.repository.backends.clamd import Clamd
from fonds.repository.backends.file_lock import file_lock, is_held
from fonds.repository.backends.file_log import FileLog
from fonds.repository.backends.filesystem_store import FilesystemStore
from fonds.repository.backends.later import later
from fonds.repository.backends.no_scanner import NoScanner
from fonds.repository.backends.process_pool import process_pool
from fonds.repository.backends.pyhanko_pdfs import PyHankoInspector
from fonds.repository.backends.siegfried import SiegfriedIdentifier
from fonds.repository.backends.sql.copies import SqlCopies
from fonds.repository.backends.sql.database import Database
from fonds.repository.backends.sql.deliveries import SqlDeliveries
from fonds.repository.backends.sql.fixity import SqlFixity
from fonds.repository.backends.sql.holdings import SqlHoldings
from fonds.repository.backends.sql.incidents import SqlIncidents
from fonds.repository.backends.sql.jobs import SqlJobs
from fonds.repository.backends.sql.migrate import migrate
from fonds.repository.backends.sql.reports import SqlReports
from fonds.repository.intake.reading import Instruments
from fonds.repository.limits import Limits
from fonds.repository.ports.imaging import Imaging
from fonds.repository.ports.index import Index
from fonds.repository.ports.notices import Channel
from fonds.repository.ports.scanner import Scanner
from fonds.repository.ports.stamps import Stamper
from fonds.repository.ports.store import Store
from fonds.repository.proof.keys import load_key, make_key
from fonds.repository.proof.places import put_key
from fonds.repository.readme import store_readme

if TYPE_CHECKING:
    from fonds.repository.intake.gate import Gate


def init_archive(root: Path, deployment: str, agent: str) -> Archive:
    """Make a new repository in ``root``, which must be missing or empty.

    Raises UsageError NOT_EMPTY, SETTINGS_VALUE (unknown deployment) or FondsError REPOSITORY_READ_ONLY. A repository
    that was cut short while being made has no ``fonds.toml`` yet: that file is written last.
    """
    if deployment not in config.DEPLOYMENTS:
        raise UsageError("SETTINGS_VALUE", path=root, key="deployment", value=deployment)
    if (root / config.FILE_NAME).exists():
        raise UsageError("REPOSITORY_EXISTS", path=root)
    try:
        make_folder(root.resolve())
        if any(entry.name not in _OWN for entry in root.iterdir()):
            raise UsageError("NOT_EMPTY", path=root)
        archive = _compose(root, Settings(config.FORMAT, deployment=deployment))
        archive.store.put_note("README.txt", store_readme())
        key = (load_key if archive.key_file.exists() else make_key)(archive.key_file).public_key
        put_key(archive.store, key)
        detail = {"deployment": deployment, "format": config.FORMAT, "public_key": key}
        archive.log.append("init", agent=agent, detail=detail)
        write_atomically(root / config.FILE_NAME, config.template(deployment).encode())
    except OSError as error:
        raise FondsError("REPOSITORY_READ_ONLY", path=error.filename or root, reason=error.strerror) from error
    return archive


_OWN = {
    Settings(config.FORMAT).checkpoint_key,
    "catalogue.sqlite3",
    "catalogue.sqlite3-wal",
    "catalogue.sqlite3-shm",
    "store",
    "index",
    "log",
    ".lock",
}


def open_archive(root: Path) -> Archive:
    """Open the repository in ``root``, bringing its catalogue to this version where needed.

    Raises the errors of ``config.load`` and of the back ends (CATALOGUE_…, REPOSITORY_VERSION).
    """
    return _compose(root, config.load(root))


def _compose(root: Path, settings: Settings) -> Archive:
    root = root.resolve()
    database = Database(_below(root, "catalogue", settings.catalogue, "sqlite"))
    migrate(database)
    return Archive(
        root=root,
        settings=settings,
        store=_store(root, settings),
        holdings=SqlHoldings(database),
        jobs=SqlJobs(database),
        fixity=SqlFixity(database),
        copies=SqlCopies(database),
        deliveries=SqlDeliveries(database),
        incidents=SqlIncidents(database),
        log=FileLog(root / settings.log),
        index=_index(root, settings),
        imaging=later(_imaging),
        formats=SiegfriedIdentifier(),
        pdfs=PyHankoInspector(),
        scanner=_scanner(root, settings),
        stamper=_stamper(root, settings),
        lock=partial(_lock, root),
        executor=partial(process_pool, settings.workers, _limits(settings)),
        open_store=_open_store,
        reports=SqlReports(database),
        channels=_channels(root, settings),
    )


def _lock(root: Path, purpose: str) -> AbstractContextManager[None]:
    return file_lock(root / _LOCKS.get(purpose, ".lock"), purpose)


_LOCKS = {COPYING: ".copies-lock", SIGNING: ".checkpoint-lock"}


def _open_store(url: str, new: bool) -> Store:
    if not url.startswith("file:"):
        raise UsageError("COPY_URL", url=url)
    root = Path(config.place_path(url))
    if new and root.parent.is_dir():
        make_folder(root)
    return FilesystemStore(root, fixed=True)


def _store(root: Path, settings: Settings) -> Store:
    return FilesystemStore(_below(root, "store", settings.store, "file"))


def _index(root: Path, settings: Settings) -> Index:
    place = _below(root, "index", settings.index, "whoosh")

    def made() -> Index:
        from fonds.repository.backends.whoosh_index import WhooshIndex  # noqa: PLC0415 - for `later`

        return WhooshIndex(place)

    return later(made)


def _imaging() -> Imaging:
    from fonds.repository.backends.imaging import VipsImaging  # noqa: PLC0415 - for `later`

    return VipsImaging()


def _scanner(root: Path, settings: Settings) -> Scanner:
    limit = settings.scanner_limit << 20
    if settings.scanner in ("", config.AUTO):
        here = Clamd.here(limit) if settings.scanner else None
        return here or NoScanner()
    try:
        return Clamd.of(settings.scanner, limit)
    except ValueError as error:
        raise FondsError(
            "SETTINGS_VALUE", path=root / config.FILE_NAME, key="scanner", value=settings.scanner
        ) from error


def _stamper(root: Path, settings: Settings) -> Stamper:
    def made() -> Stamper:
        from fonds.repository.backends.rfc3161_stamper import Rfc3161Stamper  # noqa: PLC0415 - for `later`

        return Rfc3161Stamper(settings.stamp_url, root / settings.stamp_roots if settings.stamp_roots else None)

    try:
        return made() if settings.stamp_url else later(made)
    except ValueError as error:
        file = root / config.FILE_NAME
        raise FondsError("SETTINGS_VALUE", path=file, key="stamp_url", value=settings.stamp_url) from error


def _channels(root: Path, settings: Settings) -> list[Channel]:
    if not (settings.mail_host or settings.notice_url):
        return []
    from fonds.repository.backends.smtp_channel import SmtpChannel, receivers  # noqa: PLC0415 - slow to load
    from fonds.repository.backends.webhook_channel import WebhookChannel  # noqa: PLC0415 - as that

    found: list[Channel] = [SmtpChannel(settings, one) for one in receivers(settings)]
    if settings.mail_host and not found:
        raise FondsError("SETTINGS_VALUE", path=root / config.FILE_NAME, key="mail_to", value=settings.mail_to)
    try:
        return [*found, *([WebhookChannel(settings.notice_url)] if settings.notice_url else [])]
    except ValueError as error:
        value = settings.notice_url
        raise FondsError("SETTINGS_VALUE", path=root / config.FILE_NAME, key="notice_url", value=value) from error


def scanner_of(archive: Archive | None) -> Scanner:
    """Return the virus scanner of a repository, or that of this machine where there is none."""
    return archive.scanner if archive else _scanner(Path(), Settings(config.FORMAT))


def _limits(settings: Settings) -> Limits:
    return Limits(settings.page_memory << 20, settings.page_seconds)


def _below(root: Path, key: str, url: str, scheme: str) -> Path:
    if not url.startswith(f"{scheme}:"):
        raise FondsError("SETTINGS_VALUE", path=root / config.FILE_NAME, key=key, value=url)
    return root / config.place_path(url)


@contextmanager
def open_gate(archive: Archive | None) -> Iterator[Gate]:
    """Give a quality gate: of a repository, or on its own where there is none (as for a networked one)."""
    # Reading workbooks is slow to load and rarely needed.
    from fonds.repository.intake.gate import Gate  # noqa: PLC0415
    from fonds.repository.intake.gate.duplicates import nowhere  # noqa: PLC0415

    settings = archive.settings if archive else Settings(config.FORMAT)
    alone = Instruments(_imaging(), SiegfriedIdentifier(), PyHankoInspector(), _scanner(Path(), settings))
    with process_pool(settings.workers, _limits(settings)) as executor:
        yield Gate(
            archive.instruments if archive else alone,
            deployment=settings.deployment,
            known=archive.holdings.holders if archive else nowhere,
            executor=executor,
        )


def worker_lock(archive: Archive) -> AbstractContextManager[None]:
    """Return the lock that the one background worker of a repository holds."""
    return file_lock(archive.root / _WORKER_LOCK, "jobs")


def worker_at_work(archive: Archive) -> bool:
    """Say whether the background worker of a repository is running (on this machine)."""
    return is_held(archive.root / _WORKER_LOCK)


_WORKER_LOCK = ".worker-lock"
