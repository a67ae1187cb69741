"""Where each field stands in EAD3: the crosswalk of Thông tư 05/2025 to ISAD(G) 3.1 to 3.7 and EAD3."""

from __future__ import annotations

import re
from collections.abc import Mapping

EAD = "http://ead3.archivists.org/schema/"
PREFIX = "tt05:"
CODE = "/code"
WRITTEN = "/written"
EXTRA = "extra"
ID = "id"
PAGE = "page"
PACKAGE = "package"
KEYWORD_MARK = "; "

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
"""What a field key looks like; another one could not be told from its companions."""

DID: Mapping[str, str] = {
    # ISAD(G) 3.1.1 reference codes
    "archiveCode": "unitid",
    "fondsCode": "unitid",
    "fileCode": "unitid",
    "fileNotation": "unitid",
    "fileCatalog": "unitid",
    "docId": "unitid",
    "docCode": "unitid",
    "docOrdinal": "unitid",
    "codeNumber": "unitid",
    "codeNotation": "unitid",
    "archivesNumber": "unitid",
    # 3.1.2 title
    "fondName": "unittitle",
    "title": "unittitle",
    "subject": "unittitle",
    "imageTitle": "unittitle",
    "movieTitle": "unittitle",
    # 3.1.5 extent and medium, where it is not a plain count
    "paperTotal": "physdesc",
    "paperDigital": "physdesc",
    "colour": "physdesc",
    "filmSize": "physdesc",
    "playTime": "physdesc",
    # 3.5.1 where the paper is
    "box": "container",
    "fromSheet": "container",
    "toSheet": "container",
}
"""Fields that are the text of an element in ``did``."""

COUNTS: Mapping[str, str] = {"totalDoc": "tài liệu", "numberOfPaper": "tờ", "numberOfPage": "trang"}
"""3.1.5: ``physdescstructured/quantity`` with its unit, as long as the text is a plain number."""

CREATORS: Mapping[str, str] = {"organName": "corpname", "photographer": "persname", "recorder": "persname"}
"""3.2.1: ``origination`` with a name."""

DATES = frozenset({"archivesTime", "issuedDate", "photoTime", "recordDate"})
"""3.1.3: ``unitdatestructured/datesingle``. Start and end of a dossier are one ``daterange``."""
START, END = "startDate", "endDate"

LANGUAGE = "language"
LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "01": ("vie",),
    "02": ("eng",),
    "03": ("fra",),
    "04": ("rus",),
    "05": ("zho",),
    "06": ("vie", "eng"),
    "07": ("vie", "rus"),
    "08": ("vie", "fra"),
    "09": ("vie", "lzh"),
    "10": ("vie", "zho"),
}
"""3.4.3: ISO 639-3 codes of the circular's languages; 09, Hán Nôm, is Vietnamese and literary Chinese."""

BLOCKS: Mapping[str, str] = {
    "fondHistory": "bioghist",  # 3.2.2
    "keyGroups": "scopecontent",  # 3.3.1
    "otherTypes": "scopecontent",
    "maintenance": "appraisal",  # 3.3.2
    "arrangement": "arrangement",  # 3.3.4
    "mode": "accessrestrict",  # 3.4.1
    "format": "phystech",  # 3.4.4
    "quality": "phystech",
    "lookupTools": "otherfindaid",  # 3.4.5
    "paperFileCode": "originalsloc",  # 3.5.1
    "riskRecovery": "altformavail",  # 3.5.2
    "riskRecoveryStatus": "altformavail",
    "copyNumber": "altformavail",
}
"""Fields that are a paragraph of their own element after ``did``."""

KEYWORDS = "keyword"
TERMS: Mapping[str, str] = {
    "inforSign": "subject",
    "eventName": "subject",
    "typeName": "genreform",
    "typePic": "genreform",
    "typeMedia": "genreform",
    "photoPlace": "geogname",
    "recordPlace": "geogname",
}
"""Fields that are an index term in ``controlaccess``; keywords are several, one ``subject`` each."""


def split_keywords(text: str) -> list[str]:
    """Return the keywords of a cell, which are separated by ';'."""
    return [word.strip() for word in text.split(";") if word.strip()]
