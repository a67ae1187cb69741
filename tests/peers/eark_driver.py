"""Runs eark-validator 1.1.3 offline, in its own environment: ``python eark_driver.py PACKAGE``.

Prints one JSON document: ``{"messages": [{"rule", "severity", "location", "message"}, …]}``, or ``{"crash": …}`` when
the validator itself ends with an error. Its command line is not used: that one downloads four vocabularies while it is
being imported (they are in its own wheel too), and exits with 0 whatever it finds.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Iterable
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, Protocol


class Result(Protocol):
    """A message of the validator."""

    rule_id: str | None
    severity: Enum
    location: str | None
    message: str | None


def stay_offline() -> None:
    """Serve the vocabularies from the wheel; whatever else goes for the network ends the program."""
    spec = find_spec("eark_validator")
    assert spec is not None
    assert spec.origin is not None
    vocabularies = Path(spec.origin).parent / "ipxml" / "resources" / "vocabs"

    def shipped(address: str) -> BinaryIO:
        return (vocabularies / address.rpartition("/")[2]).open("rb")

    def refuse(event: str, _: tuple[object, ...]) -> None:
        if event in {"socket.connect", "socket.getaddrinfo"}:
            raise PermissionError(f"no network here: {event}")

    urllib.request.urlopen = shipped  # type: ignore[assignment]  # the part of it that the validator uses
    sys.addaudithook(refuse)


def judge(package: Path) -> list[Result]:
    """Everything that the validator says of a package, in the newest version of the specification that it knows."""
    from eark_validator.packages import PackageValidator
    from eark_validator.specifications.specification import SpecificationVersion

    report = PackageValidator(package, SpecificationVersion.V2_1_0).validation_report
    parts: list[Iterable[Result]] = [report.structure.messages]
    if report.metadata:
        parts += [report.metadata.schema_results.messages, report.metadata.schematron_results.messages]
    return [message for part in parts for message in part]


def main(package: Path) -> dict[str, object]:
    """What is printed."""
    try:
        found = judge(package)
    except Exception as error:  # noqa: BLE001 - whatever the program of others does is an answer about the package
        return {"crash": f"{type(error).__name__}: {error}"}
    return {
        "messages": [
            {"rule": one.rule_id, "severity": str(one.severity.value), "location": one.location, "message": one.message}
            for one in found
        ]
    }


if __name__ == "__main__":
    stay_offline()
    json.dump(main(Path(sys.argv[1])), sys.stdout)
