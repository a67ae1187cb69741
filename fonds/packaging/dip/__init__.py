"""What a DIP has and no other package: the reader's request slip, and the authentication sheet that answers it.

``read_request`` reads the slip, ``delivered_documents`` and ``make_sheet`` make the sheet, ``write_sheet`` writes it as
PDF/A-2u. By our reading of Thông tư 05/2025/TT-BNV, Article 42.
"""

from __future__ import annotations

from fonds.metadata.tt05.request import Recipient, RequestSlip
from fonds.packaging.dip.code import same_code
from fonds.packaging.dip.pdf import SIGNATURE_PLACE, write_sheet
from fonds.packaging.dip.request import read_request
from fonds.packaging.dip.sheet import AuthenticationSheet, DeliveredDocument, delivered_documents, make_sheet

__all__ = [
    "SIGNATURE_PLACE",
    "AuthenticationSheet",
    "DeliveredDocument",
    "Recipient",
    "RequestSlip",
    "delivered_documents",
    "make_sheet",
    "read_request",
    "same_code",
    "write_sheet",
]
