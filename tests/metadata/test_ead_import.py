"""Finding aids of other archives: EAD 2002 with and without its namespace, EAD3, our own; nothing they say is lost."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO, RawIOBase

import pytest
from lxml import etree

from fonds.metadata.dates import parse_date
from fonds.metadata.ead3 import Maintenance, read_ead3, write_ead3
from fonds.metadata.ead_import import ImportedUnit, read_finding_aid, tree
from fonds.metadata.model import DossierRecord, Item, Kind, Value
from fonds.schemas.xml import XmlRefusedError, validate
from tests.metadata import samples
from tests.support import ROOT

EAD2002 = "urn:isbn:1-931666-22-9"
EAD3 = "http://ead3.archivists.org/schema/"

OLD = """<?xml version="1.0" encoding="UTF-8"?>
<ead {namespace}>
  <eadheader langencoding="iso639-2b"><eadid countrycode="fr">FR-123</eadid>
    <filedesc><titlestmt><titleproper>Répertoire &amp; index</titleproper></titlestmt></filedesc></eadheader>
  <frontmatter><titlepage><p>Avant-propos</p></titlepage></frontmatter>
  <archdesc level="fonds" id="top">
    <did>
      <unitid repositorycode="FRANOM">GGI</unitid>
      <unittitle>Gouvernement général de
        l'Indochine</unittitle>
      <unitdate normal="1862/1945" type="inclusive">1862-1945</unitdate>
      <physdesc><extent>2 000 articles</extent></physdesc>
      <repository><corpname>Archives nationales d'outre-mer</corpname></repository>
      <langmaterial><language langcode="fre">français</language></langmaterial>
    </did>
    <bioghist><p>Créé en 1887.</p><p>Supprimé en 1945.</p></bioghist>
    <scopecontent><head>Contenu</head><p>Administration <emph render="bold">générale</emph>.</p></scopecontent>
    <custodhist audience="internal"><p>Secret de la maison</p></custodhist>
    <dsc type="combined"><head>Inventaire</head>
      <c01 level="series"><did><unitid>D</unitid><unittitle>Travaux publics</unittitle></did>
        <!-- à revoir -->
        <c02 level="file"><did>
            <unitid>GGI 7 711</unitid>
            <unittitle>Digues du Tonkin, <unitdate normal="19260101/19271231">1926-1927</unitdate></unittitle>
            <physdesc>48 feuillets</physdesc><physdesc><extent>60 folios</extent></physdesc>
            <container type="box">12</container><container type="reel">3</container>
          </did>
          <controlaccess><subject>digues</subject><subject>inondations</subject></controlaccess>
          <accessrestrict><p>Librement communicable</p></accessrestrict>
          <zzz a="b">élément <i>inconnu</i></zzz>
          <c03 level="item"><did><unittitle>Rapport de l'ingénieur</unittitle>
            <unitdate normal="1926-05-04">4 mai 1926</unitdate>
            <origination><corpname>Service des Travaux publics</corpname></origination></did></c03>
          <c03><did><unittitle>Carte</unittitle><unitdate>s.d.</unitdate></did></c03>
        </c02>
        <c02 level="file"><did><unittitle>Ponts</unittitle><unitdate>vers le printemps</unitdate></did></c02>
      </c01>
      <c01 level="otherlevel" otherlevel="liasse"><did><unittitle>Divers</unittitle></did></c01>
    </dsc>
    <controlaccess><persname source="lc">Doumer, Paul</persname></controlaccess>
  </archdesc>
</ead>"""

NEW = f"""<ead xmlns="{EAD3}" audience="external">
  <control><recordid>x1</recordid><filedesc><titlestmt><titleproper>T</titleproper></titlestmt></filedesc></control>
  <archdesc level="collection">
    <did><unitid>C1</unitid><unittitle>Papers</unittitle>
      <unitdatestructured><daterange><fromdate standarddate="1954">1954</fromdate>
        <todate standarddate="1975-04">April 1975</todate></daterange></unitdatestructured></did>
    <dsc>
      <c level="subseries"><did><unittitle>Letters</unittitle></did>
        <c level="file" audience="internal"><did><unittitle>Closed file</unittitle>
            <unitdatestructured><datesingle standarddate="1961~">about 1961</datesingle></unitdatestructured>
            <langmaterial><language langcode="vie">Vietnamese</language></langmaterial>
            <physdescstructured coverage="whole" physdescstructuredtype="spaceoccupied"><quantity>12</quantity>
              <unittype>leaves</unittype></physdescstructured></did>
          <c><did><unittitle>Inside</unittitle></did></c></c>
        <c level="file"><did><unittitle>Sets</unittitle>
            <unitdatestructured><dateset><datesingle>1950</datesingle><datesingle>1953</datesingle></dateset>
            </unitdatestructured></did>
          <scopecontent><p>One</p>loose<p>Two</p></scopecontent></c>
      </c>
    </dsc>
  </archdesc>
</ead>"""


def old(namespace: str = f'xmlns="{EAD2002}"') -> bytes:
    return OLD.replace("{namespace}", namespace).encode()


def units(source: bytes) -> list[ImportedUnit]:
    return list(tree(read_finding_aid(BytesIO(source))).walk())


def titled(source: bytes, title: str) -> ImportedUnit:
    found = [
        unit
        for unit in units(source)
        if title in {unit.description.text(key) for key in ("fondName", "title", "subject")}
    ]
    assert len(found) == 1, title
    return found[0]


def extra(unit: ImportedUnit, path: str) -> list[str]:
    return [text for where, text in unit.description.extra if where == path]


@pytest.mark.parametrize("namespace", [f'xmlns="{EAD2002}"', ""])
def test_ead_2002_with_and_without_its_namespace(namespace: str) -> None:
    found = units(old(namespace))
    assert [(unit.number, unit.parent, unit.depth, unit.level) for unit in found] == [
        (1, 0, 0, "fonds"), (2, 1, 1, "series"), (3, 2, 2, "file"), (4, 3, 3, "item"), (5, 3, 3, ""),
        (6, 2, 2, "file"), (7, 1, 1, "liasse"),
    ]  # fmt: skip
    kinds = [unit.description.kind for unit in found]
    assert kinds == [
        Kind.FONDS, Kind.SERIES, Kind.DOSSIER, Kind.DOCUMENT, Kind.DOCUMENT, Kind.DOSSIER, Kind.DOSSIER,
    ]  # fmt: skip


def test_what_is_below_comes_first_and_numbers_follow_the_document() -> None:
    assert [unit.number for unit in read_finding_aid(BytesIO(old()))] == [4, 5, 3, 6, 2, 7, 1]


def test_the_fonds_of_ead_2002() -> None:
    fonds = units(old())[0]
    description = fonds.description
    assert description.text("fondsCode") == "GGI"
    assert description.text("archiveCode") == "FRANOM"
    assert description.text("fondName") == "Gouvernement général de l'Indochine"
    assert description.values["archivesTime"] == Value("1862/1945", "1862-1945")
    assert description.text("fondHistory") == "Créé en 1887.\n\nSupprimé en 1945."
    assert description.text("keyGroups") == "Administration générale."
    assert description.text("paperTotal") == "2 000 articles"
    assert '<emph render="bold">générale</emph>' in extra(fonds, "scopecontent")[0]
    assert "FR-123" in extra(fonds, "ead/eadheader")[0]
    assert "Avant-propos" in extra(fonds, "ead/frontmatter")[0]
    assert extra(fonds, "@id") == ["top"]
    assert "Doumer, Paul" in extra(fonds, "controlaccess")[0]
    assert "Inventaire" in extra(fonds, "dsc/head")[0]
    assert not extra(fonds, "bioghist")
    assert not extra(fonds, "did/physdesc")


def test_a_dossier_of_ead_2002() -> None:
    dossier = titled(old(), "Digues du Tonkin, 1926-1927")
    description = dossier.description
    assert description.values["startDate"] == Value("1926-01-01", "1926-1927")
    assert description.values["endDate"] == Value("1927-12-31", "1926-1927")
    assert description.text("fileCode") == "GGI 7 711"
    assert description.values["numberOfPaper"] == Value("60", "60 folios")
    assert description.text("box") == "12"
    assert description.text("keyword") == "digues; inondations"
    assert description.text("mode") == "Librement communicable"
    assert description.code("mode") == ""  # not a mode of ours: treated as conditional
    assert "1926-1927</unitdate>" in extra(dossier, "did/unittitle")[0]
    assert "48 feuillets" in extra(dossier, "did/physdesc")[0]
    assert 'type="reel"' in extra(dossier, "did/container")[0]
    assert "élément <i" in extra(dossier, "zzz")[0]
    assert not extra(dossier, "controlaccess")
    assert extra(titled(old(), "Travaux publics"), "comment()") == ["<!-- à revoir -->"]


def test_documents_and_dates_that_cannot_be_read() -> None:
    report = titled(old(), "Rapport de l'ingénieur").description
    assert report.values["issuedDate"] == Value("1926-05-04", "4 mai 1926")
    assert report.text("organName") == "Service des Travaux publics"
    assert titled(old(), "Carte").description.text("issuedDate") == "s.d."
    bridges = titled(old(), "Ponts").description
    assert bridges.text("startDate") == "vers le printemps"
    assert parse_date(bridges.text("startDate")).kind == "invalid"


def test_what_is_internal_is_nowhere_but_apart() -> None:
    fonds = units(old())[0]
    assert [path for path, _ in fonds.internal] == ["custodhist"]
    assert "Secret de la maison" in fonds.internal[0][1]
    assert "Secret" not in str(fonds.description)
    hidden = {
        unit.description.text("title") or unit.description.text("subject")
        for unit in units(NEW.encode())
        if unit.hidden
    }
    assert hidden == {"Closed file", "Inside"}


def test_ead3() -> None:
    found = units(NEW.encode())
    assert [unit.description.kind for unit in found] == [
        Kind.FONDS, Kind.SERIES, Kind.DOSSIER, Kind.DOCUMENT, Kind.DOSSIER,
    ]  # fmt: skip
    assert found[0].description.values["archivesTime"] == Value("1954/1975-04", "1954 - April 1975")
    closed = found[2].description
    assert closed.values["startDate"] == Value("1961~", "about 1961")
    assert closed.values["language"] == Value("Vietnamese", "", "01")
    assert closed.values["numberOfPaper"] == Value("12", "12 leaves")
    assert [path for path, _ in closed.extra] == ["@audience"]
    sets = found[4]
    assert "1953</datesingle>" in extra(sets, "did/unitdatestructured")[0]
    assert sets.description.text("description") == "One\n\nTwo"
    assert "loose" in extra(sets, "scopecontent")[0]


@pytest.mark.parametrize("source", [old(), old(""), NEW.encode()])
def test_nothing_is_lost(source: bytes) -> None:
    """Every word and every attribute of the source is in a field or in the XML that was kept."""
    kept = _words(
        " ".join(
            part
            for unit in units(source)
            for part in (
                unit.level,
                *(text for one in unit.description.values.values() for text in (one.text, one.written)),
                *(text for pair in (*unit.description.extra, *unit.internal) for text in pair),
            )
        )
    )
    root = etree.fromstring(source)
    for element in root.iter():
        said = [element.text, element.tail]
        assert _words(" ".join(part for part in said if part)) <= kept, element.tag
    values = {str(value) for element in root.iter(etree.Element) for value in element.attrib.values()}
    gone = {value for value in values if not _words(value) <= kept}
    # Said by the field itself: the kind of container, the language code, dates as EDTF, what structures are about.
    assert gone <= {"box", "vie", "otherlevel", "19260101/19271231", "whole", "spaceoccupied"}


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text))


def test_extra_is_the_xml_word_for_word() -> None:
    dossier = titled(old(), "Digues du Tonkin, 1926-1927")
    back = etree.fromstring(extra(dossier, "zzz")[0])
    assert back.tag == f"{{{EAD2002}}}zzz"
    assert back.get("a") == "b"
    assert "".join(str(part) for part in back.itertext()) == "élément inconnu"


def test_an_imported_dossier_goes_through_our_own_ead3() -> None:
    """What was imported is written as our EAD3, is valid, and comes back the same."""
    whole = tree(read_finding_aid(BytesIO(old())))
    series = whole.children[0]
    dossier = series.children[0]
    items = tuple(Item(f"i{child.unit.number}", child.unit.description) for child in dossier.children)
    record = DossierRecord("x1", whole.unit.description, dossier.unit.description, series.unit.description, items)
    out = BytesIO()
    write_ead3(out, record, Maintenance("A", samples.WHEN))
    assert validate("ead3", out.getvalue()) == []
    assert read_ead3(BytesIO(out.getvalue())) == record


@pytest.mark.parametrize("series", [True, False])
def test_our_own_finding_aid_reads_back_to_its_fields(series: bool) -> None:
    record = samples.dossier(series=series)
    out = BytesIO()
    write_ead3(out, record, Maintenance("A", samples.WHEN))
    found = units(out.getvalue())
    expected = [record.fonds, *([record.series] if record.series else []), record.dossier]
    expected += [item.description for item in record.items]
    assert [unit.description for unit in found] == expected


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"", "XML_MALFORMED"),
        (b"<ead><archdesc>", "XML_MALFORMED"),
        (b"<html/>", "XML_UNEXPECTED"),
        (b"<html><archdesc/></html>", "XML_UNEXPECTED"),
        (b"<ead><eadheader/></ead>", "XML_UNEXPECTED"),
        (b"<ead><dsc><c01/></dsc></ead>", "XML_UNEXPECTED"),
        (b'<!DOCTYPE ead [<!ENTITY a "b">]><ead><archdesc>&a;</archdesc></ead>', "XML_DOCTYPE_DECLARES"),
    ],
)
def test_what_is_no_finding_aid_is_refused(source: bytes, code: str) -> None:
    with pytest.raises(XmlRefusedError) as refused:
        list(read_finding_aid(BytesIO(source)))
    assert refused.value.code == code


def test_a_broken_file_names_the_line() -> None:
    broken = old().replace(b"<zzz", b"<zzz <", 1)
    line = broken[: broken.index(b"<zzz <")].count(b"\n") + 1
    with pytest.raises(XmlRefusedError) as refused:
        list(read_finding_aid(BytesIO(broken)))
    assert refused.value.data["line"] == line


@pytest.mark.parametrize(
    ("normal", "edtf"),
    [
        ("1954", "1954"), ("195401", "1954-01"), ("19540131", "1954-01-31"), ("1954-01-31", "1954-01-31"),
        ("1954/1954", "1954"), ("1954/1975-04", "1954/1975-04"), ("19540101/19751231", "1954-01-01/1975-12-31"),
        ("19541341", ""), ("1975/1954", ""), ("jadis", ""),
    ],
)  # fmt: skip
def test_normal_dates_become_edtf(normal: str, edtf: str) -> None:
    source = f'<ead><archdesc><did><unitdate normal="{normal}">???</unitdate></did></archdesc></ead>'.encode()
    fonds = units(source)[0]
    assert fonds.description.text("archivesTime") == (edtf or "???")
    assert bool(extra(fonds, "did/unitdate")) == (not edtf)


def test_comments_and_line_breaks_in_texts() -> None:
    source = b"<ead><archdesc><did><unittitle>One<!-- x --> two<lb/>three</unittitle></did></archdesc></ead>"
    fonds = units(source)[0]
    assert fonds.description.text("fondName") == "One two three"
    assert "<!-- x -->" in extra(fonds, "did/unittitle")[0]


def test_units_of_nothing_are_no_tree() -> None:
    with pytest.raises(ValueError, match="finding aid"):
        tree([])


class _Generated(RawIOBase):
    """A finding aid of many components that is never whole anywhere."""

    def __init__(self, dossiers: int) -> None:
        self._parts = self._made(dossiers)
        self._rest = b""

    @staticmethod
    def _made(dossiers: int) -> Iterator[bytes]:
        yield b'<ead xmlns="urn:isbn:1-931666-22-9"><archdesc level="fonds"><did><unitid>F</unitid></did><dsc>'
        for number in range(dossiers):
            yield (
                f'<c01 level="file"><did><unitid>F {number}</unitid><unittitle>Hồ sơ số {number}</unittitle>'
                f'<unitdate normal="1950/1960">1950-1960</unitdate></did><scopecontent><p>{"chữ " * 40}</p>'
                f"</scopecontent><c02><did><unittitle>Văn bản</unittitle></did></c02></c01>\n"
            ).encode()
        yield b"</dsc></archdesc></ead>"

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and (part := next(self._parts, b"")):
            self._rest += part
        given, self._rest = self._rest[:size], self._rest[size:]
        return given


_MEASURE = """
import resource, sys
from tests.metadata.test_ead_import import _Generated
from fonds.metadata.ead_import import read_finding_aid
print(sum(1 for _ in read_finding_aid(_Generated(int(sys.argv[1])))))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_components() -> None:
    few, many = (_peak(dossiers) for dossiers in (200, 6000))
    assert many - few < 8 * 1024  # the tree of the larger one takes 38 MiB


def _peak(dossiers: int) -> int:
    """The most memory of a process of its own that reads so many, in KiB: libxml2 allocates outside Python."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(dossiers)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    found, peak = done.stdout.split()
    assert int(found) == dossiers * 2 + 1
    return int(peak)
