"""Judging information packages by E-ARK CSIP, SIP, DIP and AIP 2.2, and by whether they tell the truth.

``validate_package`` is the way in. ``requirements`` is the table of the 174 requirements, ``rules.registry`` lists
those that need logic, and the rules beyond the specification (codes ``PKG_…``).
"""

from __future__ import annotations

from fonds.packaging.csip.files import PackageFiles
from fonds.packaging.csip.report import PackageReport
from fonds.packaging.csip.requirements import Requirement, requirements
from fonds.packaging.csip.validate import validate_package

__all__ = ["PackageFiles", "PackageReport", "Requirement", "requirements", "validate_package"]
