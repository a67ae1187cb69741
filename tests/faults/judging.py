"""What must hold of a repository after a fault: at once, and after the same command was given again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from fonds.packaging.bag import validate_bag
from fonds.repository.archive import Archive
from fonds.repository.audit import audit
from fonds.repository.backends.filesystem_store import FilesystemStore
from fonds.repository.chain import row_line
from fonds.repository.holding import stored_place
from fonds.repository.ingest import ingest
from fonds.repository.logged import sealed_rows
from fonds.repository.proof.verify_log import check_log
from fonds.repository.work import work
from tests.faults.children import Subject


def half_visible(subject: Subject) -> Iterator[str]:
    """Yield what can be seen in the store and is not whole."""
    for store in (subject.root / "store", subject.second):
        for place in FilesystemStore(store).locations():
            if not validate_bag(store / place, workers=0).valid:
                yield f"half a package can be seen: {store / place}"
            yield from _cut_short(store / place)


def _cut_short(package: Path) -> Iterator[str]:
    """Yield the XML files that end too early: manifests made of what is on the disk do not tell."""
    for path in package.rglob("*.xml"):
        try:
            etree.parse(path)
        except etree.XMLSyntaxError as error:
            yield f"{path}: {error}"


def lost(subject: Subject, acknowledged: int, *, ended: bool) -> Iterator[str]:
    """Yield what is not there of so many acknowledged dossiers; ``ended``: the whole command was, with the fonds."""
    archive = subject.open()
    held = [aip for code in held_codes(archive) if (aip := archive.holdings.find_signature("H99.12.P01", code))]
    if len(held) < acknowledged:
        yield f"acknowledged {acknowledged}, in the catalogue {len(held)}"
    sealed = sealed_rows(archive)
    yield from (f"not in the log: {aip.location}" for aip in held if (aip.objid, aip.version) not in sealed)
    gone = [place for place in (aip.location for aip in held) if not archive.store.exists(place)]
    yield from (f"in the catalogue, not in the store: {place}" for place in gone)
    if ended:
        yield from _unsaid(subject, archive)
        yield from unsound(subject, archive, acknowledged)
    elif archive.log.verify().broken_at:
        yield f"log: {archive.log.verify()}"


def _unsaid(subject: Subject, archive: Archive) -> Iterator[str]:
    """Yield what an ingest that has ended says in the log, and is not there."""
    rows = list(archive.log.rows())
    if "delivery" not in {row.action for row in rows}:
        yield "the log does not tell of the delivery"
    copy = (subject.root / "store/_audit-log/audit.jsonl").read_bytes()
    if copy != b"".join(row_line(row) for row in rows):
        yield "the copy of the log in the store is not as the log"
    check = check_log(archive)
    if check.problems or check.behind or not check.checkpoints:
        yield f"checkpoints: {check}"


def held_codes(archive: Archive) -> list[str]:
    """Return the codes of the dossiers in the catalogue."""
    return [unit.code for unit in archive.holdings.by_level("file", limit=1000).items]


def after_again(subject: Subject, dossiers: int) -> Iterator[str]:
    """Give the same command again, and the background worker its turn; yield what is wrong then."""
    archive = subject.open()
    result = ingest(archive, subject.source, agent="tester")
    if result.blocked or result.errors or result.waiting or len(result.ingested) + len(result.unchanged) != dossiers:
        yield f"the same command again: {result}"
    work(archive, stopped=lambda: False)
    yield from unsound(subject, archive, dossiers)
    running = archive.jobs.recent(state="running").items
    if running:
        yield f"jobs that run for ever: {running}"
    if not archive.index.is_made():
        yield "nothing was indexed"


def unsound(subject: Subject, archive: Archive, dossiers: int, *, fonds_waits: bool = False) -> Iterator[str]:
    """Yield what is wrong with a repository in which so many dossiers lie and nobody works.

    ``fonds_waits``: the package of the fonds may lie there and not be known yet.
    """
    totals = archive.holdings.totals()
    if totals["dossiers"] != dossiers:
        yield f"dossiers held: {totals['dossiers']}"
    found = audit(archive, agent="tester", scope="all")
    unknown = [place for place in found.unknown if not (fonds_waits and "/_fonds/" in place)]
    if found.problems or unknown or not found.run.complete:
        yield f"audit: {found}"
    verdict = archive.log.verify()
    if verdict.broken_at:
        yield f"log: {verdict}"
    yield from (f"checkpoint: {problem}" for problem in check_log(archive).problems)
    if archive.copies.below(archive.settings.copies_required):
        yield f"in too few copies: {archive.copies.summaries()}"
    left = [path for store in (subject.root / "store", subject.second) for path in store.glob(".tmp-*")]
    if left:
        yield f"left in the store: {left}"


def holdings(subject: Subject) -> list[str]:
    """Say what a repository holds, without what is new in every run: ids and times."""
    archive = subject.open()
    said = []
    for place in archive.store.locations():
        number = stored_place(place)[1]
        lines = (subject.root / "store" / place / "manifest-sha256.txt").read_text("utf-8").splitlines()
        files = sorted(line for line in lines if "/representations/" in line and not line.endswith(".xml"))
        said.append(f"{place.rpartition('/')[0]} v{number} {files}")
    for fonds in archive.holdings.by_level("fonds").items:
        for unit in archive.holdings.walk(fonds.id):
            values = sorted((key, value.text) for key, value in unit.description.values.items())
            said.append(f"{unit.level} {unit.code} {values}")
    return said
