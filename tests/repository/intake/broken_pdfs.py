"""Deliveries in which a PDF has something wrong, beside those of ``broken``; ``CASES`` has all of them."""

from __future__ import annotations

from tests.repository.intake.broken import CASES, HS, Expected, case
from tests.repository.intake.building import Make
from tests.repository.signing import (
    encrypted,
    one_byte_changed,
    pdfa,
    plain,
    signature_moved,
    signed,
    turned,
    with_action,
    with_attachment,
    with_text,
)

__all__ = ["CASES"]

WHERE = f"{HS}/0002.pdf"


def _delivered(make: Make, pdf: bytes, *codes: str) -> Expected:
    """Put a PDF in the place of the second sheet."""
    del make.files[f"{HS}/0002.tif"]
    make.files[WHERE] = pdf
    return {(code, WHERE) for code in codes}


@case
def pdf_no_text(make: Make) -> Expected:
    return _delivered(make, pdfa(plain()), "PDF_NO_TEXT")


@case
def pdf_no_text_on_a_later_page(make: Make) -> Expected:
    make.dossier["Số lượng tờ"] = 3
    return _delivered(make, pdfa(with_text(plain(2))), "PDF_NO_TEXT")


@case
def pdf_javascript(make: Make) -> Expected:
    pdf = with_action(with_text(plain()), "/JavaScript", JS="app.alert(1)")
    return _delivered(make, pdfa(pdf), "PDF_JAVASCRIPT")


@case
def pdf_launch(make: Make) -> Expected:
    return _delivered(make, with_action(plain(), "/Launch", F="cmd.exe"), "PDF_LAUNCH", "PDF_NOT_PDFA")


@case
def pdf_attachment(make: Make) -> Expected:
    return _delivered(make, with_attachment(plain()), "PDF_ATTACHMENT", "PDF_NOT_PDFA")


@case
def pdf_encrypted(make: Make) -> Expected:
    return _delivered(make, encrypted(plain(), ""), "PDF_ENCRYPTED", "PDF_NOT_PDFA")


@case
def pdf_encrypted_with_a_password(make: Make) -> Expected:
    return _delivered(make, encrypted(plain(), "bi mat"), "PDF_ENCRYPTED", "IMAGE_NOT_DECODABLE")


@case
def pdf_not_inspected(make: Make) -> Expected:
    pdf = plain()
    at = pdf.rindex(b"startxref") + len(b"startxref\n")
    return _delivered(make, pdf[:at] + b"7" + pdf[at + 1 :], "PDF_NOT_INSPECTED", "PDF_NOT_PDFA")


@case
def signature_untrusted(make: Make) -> Expected:
    return _delivered(make, signed(pdfa(with_text(plain()))), "SIGNATURE_UNTRUSTED")


@case
def signature_broken_by_a_changed_byte(make: Make) -> Expected:
    return _delivered(make, one_byte_changed(signed(plain()), b"/MediaBox"), "SIGNATURE_BROKEN", "PDF_NOT_PDFA")


@case
def signature_broken_by_an_addition(make: Make) -> Expected:
    return _delivered(make, turned(signed(plain())), "SIGNATURE_BROKEN", "PDF_NOT_PDFA")


@case
def signature_broken_by_moving_it(make: Make) -> Expected:
    return _delivered(make, signature_moved(signed(plain())), "SIGNATURE_BROKEN", "PDF_NOT_PDFA")


@case
def signature_unchecked(make: Make) -> Expected:
    pdf = signed(plain()).replace(b"/adbe.pkcs7.detached", b"/adbe.pkcs7.detachex")
    return _delivered(make, pdf, "SIGNATURE_UNCHECKED", "PDF_NOT_PDFA")
