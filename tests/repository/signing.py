"""Signed and otherwise unusual PDF files, made when a test needs them, with a certificate authority of our own."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from PIL import Image, ImageDraw
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils import writer as pdf_writer
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfTimeStamper, SimpleSigner, sign_pdf
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

SIGNER, AUTHORITY = "Nguyễn Văn Ký", "CA chuyên dùng thử nghiệm"


@dataclass(frozen=True)
class Identity:
    """A certificate with its private key."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def asn1(self) -> asn1_x509.Certificate:
        """The certificate as pyHanko takes it."""
        return asn1_x509.Certificate.load(self.certificate.public_bytes(Encoding.DER))

    @property
    def asn1_key(self) -> asn1_keys.PrivateKeyInfo:
        """The key as pyHanko takes it."""
        return asn1_keys.PrivateKeyInfo.load(self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def identity(name: str, issuer: Identity | None = None, *, stamps: bool = False, web: str = "") -> Identity:
    """A new identity; ``web`` is an address that its certificate names for the issuer and for revocation."""
    # pyHanko's time stamper for tests takes RSA only.
    key = rsa.generate_private_key(65537, 2048) if stamps else ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
    made = made.issuer_name(issuer.certificate.subject if issuer else subject)
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=365))
    made = made.add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    if stamps:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if web:
        place = x509.UniformResourceIdentifier(web)
        methods = (AuthorityInformationAccessOID.CA_ISSUERS, AuthorityInformationAccessOID.OCSP)
        access = [x509.AccessDescription(method, place) for method in methods]
        made = made.add_extension(x509.AuthorityInformationAccess(access), critical=False)
        points = [x509.DistributionPoint([place], None, None, None)]
        made = made.add_extension(x509.CRLDistributionPoints(points), critical=False)
    return Identity(key, made.sign(issuer.key if issuer else key, hashes.SHA256()))


@cache
def authority() -> Identity:
    """The certificate authority of all signers."""
    return identity(AUTHORITY)


@cache
def clerk() -> Identity:
    """Who signs."""
    return identity(SIGNER, authority())


@cache
def _stamper() -> DummyTimeStamper:
    clock = identity("TSA thử nghiệm", authority(), stamps=True)
    return DummyTimeStamper(clock.asn1, clock.asn1_key, _known())


def _known() -> SimpleCertificateStore:
    store = SimpleCertificateStore()
    store.register(authority().asn1)
    return store


def plain(pages: int = 1) -> bytes:
    """A PDF of pages with marks."""
    images = []
    for number in range(pages):
        image = Image.new("RGB", (300, 400), "white")
        for line in range(8):
            end = 60 + (number * 71 + line * 53) % 200
            ImageDraw.Draw(image).rectangle((30, 30 + 40 * line, end, 45 + 40 * line), 0)
        images.append(image)
    stream = io.BytesIO()
    images[0].save(stream, "PDF", save_all=True, append_images=images[1:], resolution=72)
    return stream.getvalue()


def signed(pdf: bytes, field: str = "Sig1", who: Identity | None = None, *, stamped: bool = False) -> bytes:
    """Sign a PDF by adding to its end, as every signer does."""
    one = who or clerk()
    signer = SimpleSigner(signing_cert=one.asn1, signing_key=one.asn1_key, cert_registry=_known())
    about = PdfSignatureMetadata(field_name=field, md_algorithm="sha256")
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    made: bytes = sign_pdf(writer, about, signer, timestamper=_stamper() if stamped else None).getvalue()
    return made


def time_stamped(pdf: bytes) -> bytes:
    """Add a time stamp of the whole document."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    made: bytes = PdfTimeStamper(_stamper()).timestamp_pdf(writer, "sha256").getvalue()
    return made


def turned(pdf: bytes) -> bytes:
    """Change a page by an addition to the end: what was signed is still there, but nobody sees it any more."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    page = writer.root["/Pages"]["/Kids"][0]
    page[generic.pdf_name("/Rotate")] = generic.NumberObject(90)
    writer.mark_update(page.container_ref)
    return _written(writer)


def signature_moved(pdf: bytes) -> bytes:
    """Write the signature again at the end, where it does not cover itself."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    field = writer.root["/AcroForm"]["/Fields"][0]
    writer.mark_update(field.raw_get("/V").reference)
    return _written(writer)


def one_byte_changed(pdf: bytes, near: bytes) -> bytes:
    """Change a byte of the file, a few after the place where something stands."""
    at = pdf.index(near) + len(near) + 4
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def with_action(pdf: bytes, kind: str, **more: str) -> bytes:
    """Add an action that is run when the document is opened."""
    action: dict[generic.NameObject, generic.PdfObject] = {pdf_name("/S"): pdf_name(kind)}
    action |= {pdf_name(f"/{key}"): generic.pdf_string(value) for key, value in more.items()}
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    writer.root[pdf_name("/OpenAction")] = generic.DictionaryObject(action)
    writer.update_root()
    return _written(writer)


def with_link(pdf: bytes, kind: str) -> bytes:
    """Add a place on the first page that does something when it is clicked, deep in an annotation."""
    action = generic.DictionaryObject({pdf_name("/S"): pdf_name(kind), pdf_name("/F"): generic.pdf_string("cmd.exe")})
    note = generic.DictionaryObject({pdf_name("/Subtype"): pdf_name("/Link"), pdf_name("/A"): action})
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    page = writer.root["/Pages"]["/Kids"][0]
    page[pdf_name("/Annots")] = generic.ArrayObject([note])
    writer.mark_update(page.container_ref)
    return _written(writer)


def with_attachment(pdf: bytes) -> bytes:
    """Put a file into a PDF."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    content = generic.StreamObject({pdf_name("/Type"): pdf_name("/EmbeddedFile")}, stream_data=b"MZ")
    spec = {
        pdf_name("/Type"): pdf_name("/Filespec"),
        pdf_name("/F"): generic.pdf_string("a.exe"),
        pdf_name("/EF"): generic.DictionaryObject({pdf_name("/F"): writer.add_object(content)}),
    }
    names = generic.ArrayObject([generic.pdf_string("a"), writer.add_object(generic.DictionaryObject(spec))])
    tree = writer.add_object(generic.DictionaryObject({pdf_name("/Names"): names}))
    writer.root[pdf_name("/Names")] = generic.DictionaryObject({pdf_name("/EmbeddedFiles"): tree})
    writer.update_root()
    return _written(writer)


def encrypted(pdf: bytes, user: str, *, packed: bool = False) -> bytes:
    """The same document with passwords; ``packed``: its objects in compressed streams."""
    made = pdf_writer.copy_into_new_writer(PdfFileReader(io.BytesIO(pdf), strict=False))
    made.stream_xrefs = packed
    made.encrypt(owner_pass="chu", user_pass=user)
    stream = io.BytesIO()
    made.write(stream)
    return stream.getvalue()


def with_xmp(pdf: bytes, xmp: bytes, entries: bytes = b"") -> bytes:
    """Add a metadata stream as an incremental update would, before the end-of-file line."""
    stream = b"99 0 obj\n<< /Type /Metadata /Subtype /XML %s/Length %d >>\nstream\n" % (entries, len(xmp))
    end = pdf.rindex(b"%%EOF")
    return pdf[:end] + stream + xmp + b"\nendstream\nendobj\n" + pdf[end:]


def pdfa(pdf: bytes) -> bytes:
    """The same document, which says that it is PDF/A-2b."""
    xmp = b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
    kind = {pdf_name("/Type"): pdf_name("/Metadata"), pdf_name("/Subtype"): pdf_name("/XML")}
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    writer.root[pdf_name("/Metadata")] = writer.add_object(generic.StreamObject(kind, stream_data=xmp))
    writer.update_root()
    return _written(writer)


def with_text(pdf: bytes) -> bytes:
    """Lay text that nobody sees over the first page, as text recognition does (ISO 32000-1 9.3.6, mode 3)."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    page = writer.root["/Pages"]["/Kids"][0]
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    made = generic.DictionaryObject({pdf_name(key): pdf_name(value) for key, value in font.items()})
    fonts = generic.DictionaryObject({pdf_name("/F1"): made})
    page["/Resources"][pdf_name("/Font")] = fonts
    writer.update_container(page["/Resources"])
    layer = generic.StreamObject(stream_data=b"BT /F1 12 Tf 3 Tr 20 20 Td (Uy ban nhan dan) Tj ET")
    page[pdf_name("/Contents")] = generic.ArrayObject([page.raw_get("/Contents"), writer.add_object(layer)])
    writer.mark_update(page.container_ref)
    return _written(writer)


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


pdf_name = generic.pdf_name
