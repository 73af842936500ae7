"""How messages are sealed: AES-256-CBC and HMAC-SHA256. Pure.

TERMINALS.md 4 (nexo crypto): PBKDF2-HMAC-SHA1 over the passphrase with a fixed salt, 4000
rounds, gives the keys; each message has a nonce that is mixed into the IV; the HMAC is
over the plain text.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from services.terminals.nexo.documents import Json
from services.terminals.problems import ProtocolError

_SALT = b"AdyenNexoV1Salt"
_ROUNDS = 4000
_HMAC, _AES, _IV = 32, 32, 16
_BLOCK_BITS = 128
_CRYPTO_VERSION = 1
NONCE = _IV


@dataclass(frozen=True, slots=True)
class Key:
    """One shared key: its name at the terminal, and what is made of its passphrase."""

    identifier: str
    version: int
    hmac: bytes = field(repr=False)
    aes: bytes = field(repr=False)
    iv: bytes = field(repr=False)


def derive(passphrase: str, identifier: str, version: int) -> Key:
    """Return the key of a passphrase; takes some milliseconds: keep it.

    Raises ValueError for a passphrase with characters beyond Latin-1, which terminals
    and other tills would each read in their own way.
    """
    kdf = PBKDF2HMAC(hashes.SHA1(), _HMAC + _AES + _IV, _SALT, _ROUNDS)  # noqa: S303 - the protocol's
    made = kdf.derive(passphrase.encode("latin-1"))
    return Key(identifier, version, made[:_HMAC], made[_HMAC : _HMAC + _AES], made[-_IV:])


def seal(plain: bytes, key: Key, nonce: bytes) -> dict[str, Json]:
    """Return blob and trailer of a message; `nonce` is 16 bytes, new each time."""
    padder = padding.PKCS7(_BLOCK_BITS).padder()
    padded = padder.update(plain) + padder.finalize()
    encryptor = _cipher(key, nonce).encryptor()
    return {
        "NexoBlob": _text(encryptor.update(padded) + encryptor.finalize()),
        "SecurityTrailer": {
            "AdyenCryptoVersion": Decimal(_CRYPTO_VERSION),
            "KeyIdentifier": key.identifier,
            "KeyVersion": Decimal(key.version),
            "Nonce": _text(nonce),
            "Hmac": _text(_hmac(key, plain)),
        },
    }


def unseal(sealed: Mapping[str, Json], key: Key) -> bytes:
    """Return the plain text of a sealed message.

    Raises ProtocolError when it was sealed with another key, or is not as it was sealed;
    the error tells the two apart by the key's name only.
    """
    trailer = sealed.get("SecurityTrailer")
    if not isinstance(trailer, Mapping):
        raise ProtocolError("a sealed message without a trailer")
    if trailer.get("KeyIdentifier") != key.identifier or trailer.get("KeyVersion") != key.version:
        raise ProtocolError("a message sealed with another key")
    nonce = _bytes(trailer.get("Nonce"))
    blob = _bytes(sealed.get("NexoBlob"))
    if len(nonce) != NONCE or not blob or len(blob) % _IV:
        raise _broken()
    decryptor = _cipher(key, nonce).decryptor()
    unpadder = padding.PKCS7(_BLOCK_BITS).unpadder()
    try:
        padded = decryptor.update(blob) + decryptor.finalize()
        plain = unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        raise _broken() from None
    if not hmac.compare_digest(_hmac(key, plain), _bytes(trailer.get("Hmac"))):
        raise _broken()
    return plain


def _cipher(key: Key, nonce: bytes) -> Cipher[modes.CBC]:
    mixed = bytes(own ^ other for own, other in zip(key.iv, nonce, strict=True))
    return Cipher(algorithms.AES(key.aes), modes.CBC(mixed))


def _hmac(key: Key, plain: bytes) -> bytes:
    return hmac.digest(key.hmac, plain, "sha256")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(value: Json) -> bytes:
    if not isinstance(value, str):
        return b""
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise _broken() from None


def _broken() -> ProtocolError:
    return ProtocolError("a sealed message that is not as it was sealed")
