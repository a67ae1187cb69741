"""A time stamp authority of our own: a web server that has OpenSSL make the answers."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAME = "Dịch vụ dấu thời gian thử nghiệm"
_CONFIGURATION = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_chain = no
"""


@dataclass
class Authority:
    """A running authority. ``said`` replaces its answers: a body, or the number of an HTTP error."""

    folder: Path
    openssl: str
    url: str = ""
    asked: list[bytes] = field(default_factory=list)
    said: bytes | int = b""

    @property
    def roots(self) -> Path:
        """The certificate that makes it trusted."""
        return self.folder / "root.pem"

    def answer(self, request: bytes) -> bytes | int:
        """Answer a request as RFC 3161 says, with OpenSSL."""
        self.asked.append(request)
        if self.said:
            return self.said
        query = self.folder / "query.tsq"
        query.write_bytes(request)
        command: list[str | Path] = [
            "ts",
            "-reply",
            "-config",
            self.folder / "tsa.cnf",
            "-section",
            "one",
            "-queryfile",
            query,
        ]
        return subprocess.run([self.openssl, *command], capture_output=True, check=True).stdout


def make_authority(folder: Path, openssl: str) -> Authority:
    """Make keys and certificates: a root, and what it certified for time stamps (RFC 3161, 2.3)."""
    folder.mkdir(parents=True)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Gốc thử nghiệm", root_key, "Gốc thử nghiệm", root_key, stamps=False)
    made = _certificate(NAME, key, "Gốc thử nghiệm", root_key, stamps=True)
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "tsa.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "tsa.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "serial").write_text("01\n", "ascii")
    (folder / "tsa.cnf").write_text(_CONFIGURATION.format(folder=folder), "utf-8")
    return Authority(folder, openssl)


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: str, signer: ec.EllipticCurvePrivateKey, *, stamps: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(serial_number=x509.random_serial_number())
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=not stamps, path_length=None), critical=True)
    )
    if stamps:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(signer, hashes.SHA256())


@contextmanager
def serving(authority: Authority) -> Iterator[Authority]:
    """Serve an authority on this machine, for the length of a ``with``."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            body = said if isinstance(said, bytes) else b""
            self.send_response(200 if isinstance(said, bytes) else said)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        authority.url = f"http://127.0.0.1:{server.server_address[1]}/"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield authority
        server.shutdown()
