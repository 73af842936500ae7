"""A root and a terminal's certificate, made for practice.

As those of real terminals: The terminal's name stands in the common name only.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAYS = 30


def write(folder: Path, name: str) -> tuple[Path, Path]:
    """Write `root.pem`, and `terminal.pem` (certificate and key) for this name."""
    root_key, terminal_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _name("Practice terminal root")
    root = _certificate(root_name, root_name, root_key, root_key, is_root=True)
    terminal = _certificate(_name(name), root_name, terminal_key, root_key, is_root=False)
    root_file, terminal_file = folder / "root.pem", folder / "terminal.pem"
    root_file.write_bytes(_pem(root))
    secret = terminal_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    terminal_file.write_bytes(_pem(terminal) + secret)
    return root_file, terminal_file


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    is_root: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
