"""Signatures and active content of PDF files, by pyHanko.

Measured: a second to load it, which only a worker pays that meets a PDF; then a few milliseconds a page or signature.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from fonds.repository.ports.pdfs import PdfFacts, PdfSignature, Seal

if TYPE_CHECKING:
    from pyhanko.pdf_utils.generic import DictionaryObject, Reference
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko.sign.validation.status import PdfSignatureStatus, TimestampSignatureStatus

    _Status = PdfSignatureStatus | TimestampSignatureStatus

# It tells of every certificate whose issuer it does not know, with a traceback; that is what we expect of all.
for _logger in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_logger).setLevel(logging.CRITICAL)

_LONGEST = 200
_ACTIONS = {"/JavaScript": "javascript", "/Launch": "launch"}


class PyHankoInspector:
    """Implements ``fonds.repository.ports.pdfs.PdfInspector``. Holds nothing, so it travels to any process."""

    def inspect(self, path: Path) -> PdfFacts:
        """See the port."""
        with path.open("rb") as stream:
            try:
                return _facts(stream)
            # A parser of hostile bytes fails in many ways, and recursion is one; each of them is only an answer.
            except (OSError, MemoryError):
                raise
            except Exception as error:  # noqa: BLE001 - see above
                return PdfFacts(problem=_words(error))


def _facts(stream: BinaryIO) -> PdfFacts:
    # Not at the top: it brings an HTTP client along, which nobody here uses, and takes a second.
    from pyhanko.pdf_utils.crypt import AuthStatus  # noqa: PLC0415
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415

    reader = PdfFileReader(stream, strict=False)
    if reader.encrypted and reader.decrypt("").status == AuthStatus.FAILED:
        return PdfFacts(encrypted=True, problem="a password is needed")
    active, problem = _active(reader)
    return PdfFacts(_signatures(reader), active, bool(reader.encrypted), problem)


# --- signatures -------------------------------------------------------------------------------------------------------


def _signatures(reader: PdfFileReader) -> tuple[PdfSignature, ...]:
    """Return every signature, in the order of signing; pyHanko's own list leaves out those it does not understand."""
    from pyhanko.sign.fields import enumerate_sig_fields  # noqa: PLC0415

    found = [_checked(reader, name, field) for name, _, field in enumerate_sig_fields(reader, filled_status=True)]
    return tuple(signature for _, signature in sorted(found, key=lambda pair: pair[0]))


def _checked(reader: PdfFileReader, name: str, field: DictionaryObject) -> tuple[int, PdfSignature]:
    """Return a signature, judged, and the revision of the document it belongs to."""
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature  # noqa: PLC0415

    revision = reader.total_revisions
    try:
        signature = EmbeddedPdfSignature(reader, field, name)
        revision = signature.signed_revision
        return revision, _judged(signature)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - a signature in a form that is not known
        return revision, PdfSignature(_clean(str(name)), Seal.UNCHECKED, _words(error))


def _judged(signature: EmbeddedPdfSignature) -> PdfSignature:
    from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    nobody = ValidationContext(trust_roots=[], allow_fetching=False)
    stamp = signature.sig_object_type == "/DocTimeStamp"

    def validated() -> _Status:
        return (validate_pdf_timestamp if stamp else validate_pdf_signature)(signature, nobody)

    # pyHanko runs an event loop of its own, which a thread that has one already does not allow.
    with ThreadPoolExecutor(1) as apart:
        status = apart.submit(validated).result()
    reason = _fault(status)
    certificate = status.signing_cert
    return PdfSignature(
        _clean(signature.field_name),
        Seal.BROKEN if reason else Seal.INTACT,
        reason,
        _clean(_name(certificate.subject.native)),
        _clean(_name(certificate.issuer.native)),
        _time(signature.self_reported_timestamp),
        _time(_stamped(status)),
        whole=_coverage(status) == "ENTIRE_FILE",
    )


def _fault(status: _Status) -> str:
    if not status.valid:
        return "value"
    if not status.intact:
        return "digest"
    if _coverage(status) not in ("ENTIRE_FILE", "ENTIRE_REVISION"):
        return "coverage"
    return "changed" if getattr(status, "docmdp_ok", None) is False else ""


def _coverage(status: _Status) -> str:
    """Return the name of pyHanko's coverage level; only the status of what stands in a PDF has one."""
    return getattr(getattr(status, "coverage", None), "name", "")


def _stamped(status: _Status) -> datetime | None:
    """Return the time of a document time stamp, or of the stamp on a signature when it fits that signature."""
    own = getattr(status, "timestamp", None)
    if own is not None:
        return own if isinstance(own, datetime) else None
    validity = getattr(status, "timestamp_validity", None)
    if validity is None or not (validity.intact and validity.valid):
        return None
    stamped: datetime = validity.timestamp
    return stamped


def _name(subject: dict[str, object]) -> str:
    return str(subject.get("common_name") or subject.get("organization_name") or "")


def _time(moment: datetime | None) -> str:
    if moment is None:
        return ""
    # A time without a zone is what the file says; it cannot be turned into another.
    return (moment.astimezone(UTC) if moment.tzinfo else moment).isoformat(timespec="seconds")


# --- content that acts ------------------------------------------------------------------------------------------------


def _active(reader: PdfFileReader) -> tuple[tuple[str, ...], str]:
    """Return the kinds of active content, and what could not be read; every object of the file is looked at."""
    found: set[str] = set()
    problem = ""
    for reference in _references(reader):
        try:
            found.update(_kinds(reader.get_object(reference)))
        except (OSError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - one object that cannot be read hides no other
            problem = problem or f"object {reference.idnum}: {_words(error)}"
    return tuple(sorted(found)), problem


def _references(reader: PdfFileReader) -> Iterator[Reference]:
    """Yield what is in use in the last revision, each object once."""
    seen = set()
    for revision in reversed(range(reader.xrefs.total_revisions)):
        for reference in sorted(reader.xrefs.explicit_refs_in_revision(revision), key=lambda one: one.idnum):
            if reference.idnum not in seen:
                seen.add(reference.idnum)
                yield reference
        seen.update(reference.idnum for reference in reader.xrefs.refs_freed_in_revision(revision))


def _kinds(root: object) -> Iterator[str]:
    """Yield the kinds of active content in one object and what lies in it directly."""
    waiting = [root]
    while waiting:
        one = waiting.pop()
        one = getattr(one, "raw_object", one)  # of an encrypted file: names, which say it all, are never encrypted
        if isinstance(one, dict):
            yield from _kind(one)
            waiting += dict.values(one)
        elif isinstance(one, list):
            waiting += list.__iter__(one)


def _kind(one: dict[str, object]) -> Iterator[str]:
    if "/S" in one and (action := str(one["/S"])) in _ACTIONS:
        yield _ACTIONS[action]
    if "/JS" in one:
        yield "javascript"
    if "/EF" in one or ("/Type" in one and one["/Type"] == "/EmbeddedFile"):
        yield "attachment"


def _words(error: Exception) -> str:
    return _clean(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)


def _clean(text: str) -> str:
    """Return text from a file as it may stand in a report: one line, nothing that a terminal obeys, not too long."""
    return "".join(char if char.isprintable() else " " for char in text).strip()[:_LONGEST]
