"""How the practice terminal seals and opens messages.

Written apart from the driver's.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class NotOurs(Exception):
    """The message was sealed with a key this terminal does not have, or is damaged."""


class Seal:
    """One shared key."""

    def __init__(self, passphrase: str, identifier: str, version: int) -> None:
        material = hashlib.pbkdf2_hmac("sha1", passphrase.encode("latin-1"), b"AdyenNexoV1Salt", 4000, 80)
        self._mac, self._aes, self._iv = material[:32], material[32:64], material[64:]
        self.identifier = identifier
        self.version = version

    def close(self, plain: bytes) -> dict[str, Any]:
        """Return blob and trailer of a plain message."""
        nonce = os.urandom(16)
        pad = 16 - len(plain) % 16
        encryptor = self._cipher(nonce).encryptor()
        blob = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
        return {
            "NexoBlob": base64.b64encode(blob).decode(),
            "SecurityTrailer": {
                "AdyenCryptoVersion": 1,
                "KeyIdentifier": self.identifier,
                "KeyVersion": self.version,
                "Nonce": base64.b64encode(nonce).decode(),
                "Hmac": base64.b64encode(self._sum(plain)).decode(),
            },
        }

    def open(self, sealed: dict[str, Any]) -> bytes:
        """Return the plain message; raise NotOurs."""
        try:
            trailer = sealed["SecurityTrailer"]
            if (trailer["KeyIdentifier"], trailer["KeyVersion"]) != (self.identifier, self.version):
                raise NotOurs("Did not find the key of the message")
            decryptor = self._cipher(base64.b64decode(trailer["Nonce"])).decryptor()
            padded = decryptor.update(base64.b64decode(sealed["NexoBlob"])) + decryptor.finalize()
            plain = padded[: -padded[-1]]
            if base64.b64decode(trailer["Hmac"]) != self._sum(plain):
                raise NotOurs("HMAC of the message does not fit")
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise NotOurs("The message cannot be opened") from error
        return plain

    def _cipher(self, nonce: bytes) -> Cipher[modes.CBC]:
        iv = (int.from_bytes(self._iv, "big") ^ int.from_bytes(nonce, "big")).to_bytes(16, "big")
        return Cipher(algorithms.AES(self._aes), modes.CBC(iv))

    def _sum(self, plain: bytes) -> bytes:
        return hmac.new(self._mac, plain, hashlib.sha256).digest()
