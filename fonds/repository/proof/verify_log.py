"""Verifying the audit log: its chain, and whether it still is what every checkpoint signed, wherever one is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.copies.place import open_copy, repository_id
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.log_copies import LOG_NOTE
from fonds.repository.ports.log import LogVerdict
from fonds.repository.ports.stamps import Stamped
from fonds.repository.ports.store import Store
from fonds.repository.proof.checkpoint import Checkpoint, read_line
from fonds.repository.proof.keys import fingerprint
from fonds.repository.proof.merkle import Tree, leaf_hash
from fonds.repository.proof.places import CHECKPOINTS_NOTE, KEYS_NOTE, key_line, note_lines, own_lines
from fonds.repository.proof.scan import Scan, scan
from fonds.repository.proof.stamping import read_stamps

REPOSITORY = "repository"


@dataclass(frozen=True, slots=True)
class LogProblem:
    """Something that is not as it was signed, or a checkpoint that is not as it should be.

    ``kind``: ``chain``, ``changed``, ``cut`` (rows of the log); ``signature``, ``key``, ``unreadable``, ``missing``,
    ``differs``, ``repository``, ``key-note``, ``copy``, ``stamp`` (what lies in a ``place``). ``first`` and ``last``
    are the numbers of the rows between which the first wrong row is: the same when it is known. ``rows`` names the
    checkpoint that shows it, and for ``copy`` the first row that is another one there.
    """

    kind: str
    place: str = ""
    rows: int = 0
    first: int = 0
    last: int = 0
    detail: str = ""


@dataclass(slots=True)
class LogCheck:
    """What a check of the log came to. ``keys`` are fingerprints with the row since which each is known.

    ``stamps`` are what others attest of the checkpoints, oldest first.

    ``behind`` are copies that lack only the latest checkpoints, ``unreachable`` those that could not be asked.
    """

    verdict: LogVerdict
    problems: list[LogProblem] = field(default_factory=list)
    checkpoints: int = 0
    last: Checkpoint | None = None
    keys: dict[str, int] = field(default_factory=dict)
    stamps: list[Stamped] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)

    @property
    def first_wrong(self) -> int:
        """The number of the first row that is wrong, as near as it is known; 0 when none is."""
        return min((one.first for one in self.problems if one.first), default=0)


@dataclass(frozen=True, slots=True)
class _Place:
    """What one place holds: its checkpoints in order, and the store to ask for a copy of the log."""

    name: str
    checkpoints: Sequence[Checkpoint]
    store: Store | None = None


def check_log(archive: Archive, fingerprints: Sequence[str] = ()) -> LogCheck:
    """Check the chain of the log, and every checkpoint that the repository, the store and the copies have.

    With ``fingerprints``, as printed and kept apart from the repository, only checkpoints of these keys count; without,
    those of the keys that the log itself names.
    """
    verdict = archive.log.verify()
    check = LogCheck(verdict)
    if verdict.broken_at:
        check.problems.append(
            LogProblem("chain", first=verdict.broken_at, last=verdict.broken_at, detail=verdict.reason)
        )
    places = list(_places(archive, check))
    signed = {one.rows for place in places for one in place.checkpoints}
    seen = scan(archive.log.rows(), signed)
    check.keys = {fingerprint(key): row for key, row in seen.keys.items() if _is_key(key)}
    good = set(fingerprints) or set(check.keys)
    told = list(_told(archive, places, good, check))
    check.problems += _keys_told(places, seen)
    check.checkpoints, check.last = len({one.rows for one in told}), max(told, key=lambda one: one.rows, default=None)
    check.problems += _stamps(archive, told, check)
    check.problems += _against_log(archive, told, seen, places)
    check.problems += _among(places, seen, check)
    check.problems += _other_logs(archive, places, check)
    check.problems.sort(key=lambda one: (not one.first, one.first))
    return check


def _is_key(written: str) -> bool:
    try:
        return len(bytes.fromhex(written)) == 32
    except ValueError:
        return False


def _places(archive: Archive, check: LogCheck) -> Iterator[_Place]:
    yield _Place(REPOSITORY, _read(REPOSITORY, own_lines(archive), check))
    try:
        yield _Place(MAIN_COPY, _read(MAIN_COPY, note_lines(archive.store, CHECKPOINTS_NOTE), check), archive.store)
    except OSError:
        check.unreachable.append(MAIN_COPY)
    for copy in archive.copies.copies():
        try:
            store = open_copy(archive, copy)
            yield _Place(copy.name, _read(copy.name, note_lines(store, CHECKPOINTS_NOTE), check), store)
        except (OSError, FondsError) as error:
            if isinstance(error, FondsError) and error.code in {"COPY_FOREIGN", "LOG_BROKEN"}:
                # The marker names the first row of the log: when that was rewritten, no copy is ours any more.
                yield from _foreign(archive, copy.name, copy.url, check)
            else:
                check.unreachable.append(copy.name)


def _foreign(archive: Archive, name: str, url: str, check: LogCheck) -> Iterator[_Place]:
    check.problems.append(LogProblem("repository", name))
    try:
        store = archive.open_store(url, False)
        yield _Place(name, _read(name, note_lines(store, CHECKPOINTS_NOTE), check), store)
    except (OSError, FondsError):
        check.unreachable.append(name)


def _read(place: str, lines: Sequence[bytes], check: LogCheck) -> list[Checkpoint]:
    found = []
    for number, line in enumerate(lines, 1):
        one = read_line(line)
        if one is None:
            check.problems.append(LogProblem("unreadable", place, detail=str(number)))
        elif not one.is_signed:
            check.problems.append(LogProblem("signature", place, one.rows))
        else:
            found.append(one)
    return sorted(found, key=lambda one: one.rows)


def _told(archive: Archive, places: Sequence[_Place], good: set[str], check: LogCheck) -> Iterator[Checkpoint]:
    """Yield the different checkpoints, each once, that are signed; by a key that is not known is a problem, too."""
    ours = _own_id(archive)
    known: dict[bytes, Checkpoint] = {}
    for place in places:
        for one in place.checkpoints:
            if fingerprint(one.public_key) not in good:
                check.problems.append(LogProblem("key", place.name, one.rows, detail=fingerprint(one.public_key)))
            if one.repository != ours:
                check.problems.append(LogProblem("repository", place.name, one.rows, detail=one.repository))
            known.setdefault(one.line(), one)
    yield from sorted(known.values(), key=lambda one: one.rows)


def _own_id(archive: Archive) -> str:
    try:
        return repository_id(archive)
    except FondsError:
        return ""  # the chain tells of it


def _keys_told(places: Sequence[_Place], seen: Scan) -> Iterator[LogProblem]:
    """Yield the stores that name a public key which the log does not."""
    named = {key_line(key) for key in seen.keys if _is_key(key)}
    for place in places:
        if place.store is not None:
            for line in note_lines(place.store, KEYS_NOTE):
                if line not in named:
                    yield LogProblem("key-note", place.name, detail=line.decode(errors="replace")[:200])


def _against_log(
    archive: Archive, told: Sequence[Checkpoint], seen: Scan, places: Sequence[_Place]
) -> Iterator[LogProblem]:
    """Yield the first row that is other than a checkpoint signed it: changed in the middle, or cut off at the end."""
    good = 0
    for one in told:
        if seen.unreadable and one.rows > seen.rows:
            return  # what comes after a row that cannot be read is not known; the chain tells of that row
        if seen.at.get(one.rows) == (one.head, one.root):
            good = one.rows
            continue
        exact = next(filter(None, (_first_other(archive, place.store, one) for place in places)), 0)
        cut = one.rows > seen.rows
        kind = "cut" if cut and exact in {0, seen.rows + 1} else "changed"
        nearest, furthest = (seen.rows + 1,) * 2 if kind == "cut" else (good + 1, min(one.rows, seen.rows))
        yield LogProblem(kind, rows=one.rows, first=exact or nearest, last=exact or furthest)
        return


def _first_other(archive: Archive, store: Store | None, signed: Checkpoint) -> int:
    """Return the first row in which the log differs from the copy of it in a store, when that is as it was signed."""
    if store is None:
        return 0
    tree, first = Tree(), 0
    for number, (line, own) in enumerate(zip_longest(_copied(store, signed.rows), archive.log.lines()), 1):
        if line is None or number > signed.rows:
            break
        tree.append(leaf_hash(line.rstrip(b"\n")))
        if not first and line != own:
            first = number
    return first if tree.size == signed.rows and tree.root.hex() == signed.root else 0


def _stamps(archive: Archive, told: Sequence[Checkpoint], check: LogCheck) -> Iterator[LogProblem]:
    """Note what others attest of the checkpoints, and yield the stamps that are of something else."""
    for one in told:
        for said in read_stamps(archive.stamper, one):
            if isinstance(said, str):
                yield LogProblem("stamp", rows=one.rows, detail=said)
            else:
                check.stamps.append(said)


def _other_logs(archive: Archive, places: Sequence[_Place], check: LogCheck) -> Iterator[LogProblem]:
    """Yield the stores whose copy of the log is not its beginning, with the first row that is another one there."""
    for place in places:
        try:
            if place.store is not None and (row := _first_unlike(place.store, archive.log.lines())):
                yield LogProblem("copy", place.name, row)
        except FileNotFoundError:
            continue  # nothing was brought there yet
        except OSError:
            check.unreachable.append(place.name)


def _first_unlike(store: Store, lines: Iterator[bytes]) -> int:
    with store.note(LOG_NOTE) as there:
        for number, found in enumerate(there, 1):
            # What a crash cut short, or what is being added at this moment, is the beginning of a row.
            if not next(lines, b"").startswith(found):
                return number
    return 0


def _copied(store: Store, rows: int) -> Iterator[bytes]:
    try:
        with store.note(LOG_NOTE) as lines:
            for _, line in zip(range(rows), lines, strict=False):
                yield line
    except OSError:
        return


def _among(places: Sequence[_Place], seen: Scan, check: LogCheck) -> Iterator[LogProblem]:
    """Yield what one place lacks and others have, or has otherwise. The latest may not have come to a copy yet."""
    known: dict[int, bytes] = {}
    for place in places:
        for one in place.checkpoints:
            if known.setdefault(one.rows, one.line()) != one.line():
                yield LogProblem("differs", place.name, one.rows)
    for place in places:
        have = {one.rows for one in place.checkpoints}
        latest = max(have, default=0) if place.name != REPOSITORY else max([*known, *seen.signed], default=0)
        for rows in sorted({*known, *seen.signed} - have):
            if rows <= latest:
                yield LogProblem("missing", place.name, rows)
        if place.name != REPOSITORY and max([*known, *seen.signed], default=0) > latest:
            check.behind.append(place.name)
