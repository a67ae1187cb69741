"""Packages of the ``eark`` dialect: SIP, AIP and DIP of a dossier by E-ARK CSIP 2.2, written strictly and read back.

::

    METS.xml
    metadata/descriptive/{ead3.xml,dc.xml,simpledc.xml}     metadata/descriptive/superseded/v1/…
    metadata/preservation/premis.xml
    representations/rep1/{METS.xml,data/…,metadata/preservation/premis.xml}    representations/rep2/…
    documentation/README.txt, …      schemas/simpledc.xsd

The package of a fonds names those of its dossiers (``fonds``).

``content`` says what a package holds, ``write_package`` writes everything but the payload, ``seal_package`` makes the
folder around it a bag, ``build_package`` does it all outside the store, ``read_package`` gives back the content of a
package that Fonds wrote.
"""

from __future__ import annotations

from fonds.packaging.eark.bagged import (
    SIGNATURE,
    SealedPackage,
    given_files,
    seal_package,
    stored_digests,
    verify_package,
)
from fonds.packaging.eark.build import build_package
from fonds.packaging.eark.changes import Changes, changes
from fonds.packaging.eark.content import (
    FIRST,
    PackageContent,
    PackageType,
    Representation,
    data_folder,
    superseded_path,
)
from fonds.packaging.eark.fonds import (
    FondsContent,
    fonds_children,
    fonds_units,
    read_fonds_package,
    seal_fonds_package,
    write_fonds_package,
)
from fonds.packaging.eark.read import read_description, read_package, read_record
from fonds.packaging.eark.submission import SUBMISSION, rebuild_submission
from fonds.packaging.eark.write import write_package

__all__ = [
    "FIRST",
    "SIGNATURE",
    "SUBMISSION",
    "Changes",
    "FondsContent",
    "PackageContent",
    "PackageType",
    "Representation",
    "SealedPackage",
    "build_package",
    "changes",
    "data_folder",
    "fonds_children",
    "fonds_units",
    "given_files",
    "read_description",
    "read_fonds_package",
    "read_package",
    "read_record",
    "rebuild_submission",
    "seal_fonds_package",
    "seal_package",
    "stored_digests",
    "superseded_path",
    "verify_package",
    "write_fonds_package",
    "write_package",
]
