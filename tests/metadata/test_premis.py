"""PREMIS 3: valid, read back exactly, one event for many objects."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fonds.metadata.model import Agent, Event, FileRecord
from fonds.metadata.premis import Premis, PremisKind, Rights, iter_files, read_premis, write_premis
from fonds.metadata.premis.model import UNKNOWN
from fonds.schemas.xml import XmlRefusedError, validate
from tests.metadata.samples import BASE, NASTY, OBJID, TEXT, WHEN, file, files, stream

SOFTWARE = Agent("software-fonds", "Fonds", "software", "0.1.0")
PERSON = Agent("person-1", NASTY, "person", "", "Lưu trữ viên")
EVENTS = (
    Event("e1", "ingestion", WHEN, "success", ("software-fonds", "person-1"), "Nhập kho", NASTY),
    Event("e2", "virus check", WHEN, "warning", ("software-fonds",), objects=(file(1).path, file(2).path)),
    Event("e3", "fixity check", WHEN, "", ("software-fonds",), outcome_note="chưa rõ"),
    Event("e4", "validation", WHEN, "", ()),
)
RIGHTS = Rights("rights-1", "02", "Sử dụng có điều kiện", start="1975", end="2035-12-31", note=NASTY)


def written(premis: Premis) -> BytesIO:
    out = BytesIO()
    write_premis(out, premis)
    return stream(out)


def representation(count: int) -> Premis:
    return Premis(BASE, PremisKind.REPRESENTATION, (OBJID,), tuple(files(count)), EVENTS, (SOFTWARE, PERSON), (RIGHTS,))


PACKAGE = Premis(OBJID, PremisKind.PACKAGE, (BASE,), (), EVENTS[:1], (SOFTWARE, PERSON), (Rights("r", "01"),))


@pytest.mark.parametrize(
    "premis",
    [representation(0), representation(1), representation(500), PACKAGE, Premis(OBJID, PremisKind.PACKAGE)],
    ids=["no files", "1 file", "500 files", "package", "bare"],
)
def test_valid_and_read_back(premis: Premis) -> None:
    document = written(premis)
    assert validate("premis", document.getvalue()) == []
    assert read_premis(document) == premis
    assert tuple(iter_files(stream(document))) == tuple(premis.files)


def test_one_event_for_many_objects_is_written_once() -> None:
    document = written(representation(500)).getvalue()
    assert document.count(b"<event>") == len(EVENTS)
    assert b"valueURI" not in document


def test_agents_carry_a_role_by_what_they_are() -> None:
    document = written(PACKAGE).getvalue().decode()
    assert "<linkingAgentRole>executing program</linkingAgentRole>" in document
    assert "<linkingAgentRole>implementer</linkingAgentRole>" in document


def test_an_event_of_an_unknown_agent_is_refused() -> None:
    with pytest.raises(ValueError, match="software-fonds"):
        write_premis(BytesIO(), Premis(OBJID, PremisKind.PACKAGE, events=EVENTS))


def test_objects_of_an_event_may_have_roles() -> None:
    made = Event(
        "e", "creation", WHEN, "", ("software-fonds",), objects=("uuid-sip", OBJID), roles=("source", "outcome")
    )
    whole = Event("e", "creation", WHEN, "", (), roles=("outcome",))
    partly = Event("e", "creation", WHEN, "", (), objects=("a", "b"), roles=("", "outcome"))
    for event in (made, whole, partly):
        document = written(Premis(OBJID, PremisKind.PACKAGE, events=(event,), agents=(SOFTWARE,)))
        assert validate("premis", document.getvalue()) == []
        assert read_premis(document).events == (event,)
    with pytest.raises(ValueError, match="more roles"):
        write_premis(
            BytesIO(), Premis(OBJID, PremisKind.PACKAGE, events=(Event("e", "x", WHEN, "", (), roles=("a",) * 2),))
        )


def test_a_character_xml_cannot_carry_is_refused() -> None:
    with pytest.raises(ValueError, match="XML compatible"):
        write_premis(BytesIO(), Premis("a\x0bb", PremisKind.PACKAGE))


def test_another_document_is_refused() -> None:
    with pytest.raises(XmlRefusedError, match="XML_UNEXPECTED"):
        read_premis(BytesIO(b"<premis/>"))


def test_premis_of_somebody_else_is_read() -> None:
    source = (
        b'<p:premis xmlns:p="http://www.loc.gov/premis/v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        b'version="3.0"><p:object xsi:type="p:file"><p:objectIdentifier><p:objectIdentifierValue>a.tif'
        b"</p:objectIdentifierValue></p:objectIdentifier><p:objectCharacteristics><p:fixity>"
        b"<p:messageDigestAlgorithm>MD5</p:messageDigestAlgorithm><p:messageDigest>1</p:messageDigest></p:fixity>"
        b"<p:fixity><p:messageDigestAlgorithm>sha256</p:messageDigestAlgorithm><p:messageDigest>AB"
        b"</p:messageDigest></p:fixity></p:objectCharacteristics></p:object></p:premis>"
    )
    assert read_premis(BytesIO(source)).files == (FileRecord("a.tif", -1, "ab", "", ""),)


RECORDS = st.builds(
    FileRecord,
    path=TEXT,
    size=st.integers(0, 2**62),
    sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
    mimetype=TEXT,
    created=TEXT,
    puid=TEXT,
    format_name=TEXT.filter(lambda name: name != UNKNOWN),
    format_version=TEXT,
    original_name=TEXT,
    original_raw=TEXT,
)
AGENTS = st.builds(Agent, TEXT, TEXT, st.sampled_from(["software", "person", "organization"]), TEXT, TEXT)
DETAILS = st.tuples(TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, st.lists(TEXT.map(lambda text: f"x{text}"), max_size=3))


@settings(max_examples=60)
@given(st.lists(RECORDS, max_size=3), st.lists(AGENTS, max_size=2, unique_by=lambda a: a.id), st.lists(DETAILS))
def test_anything_reads_back(
    some: list[FileRecord],
    agents: list[Agent],
    details: list[tuple[str, str, str, str, str, str, list[str]]],
) -> None:
    names = tuple(agent.id for agent in agents)
    events = tuple(Event(i, t, w, o, names, d, n, tuple(x)) for i, t, w, o, d, n, x in details)
    premis = Premis(OBJID, PremisKind.REPRESENTATION, ("a", "b"), tuple(some), events, tuple(agents))
    document = written(premis)
    assert read_premis(document) == premis
    assert validate("premis", document.getvalue()) == []
