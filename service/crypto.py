"""Sealing of personal data in the application, and keyed indexes to find it again.

AES-256-GCM (NIST SP 800-38D) with table, column and row as associated data, so that a sealed value
moved to another row does not open. A keyed HMAC-SHA-256 (never a bare hash: ten digits fall in
hours) is the index for equality.
"""

import hmac
import os
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
NONCE_BYTES = 12
ROOT_KEY_BYTES = 32


class WrongKey(RuntimeError):
    """A sealed value does not open: another key sealed it, or it was moved or changed."""


class Sealer:
    """Seals and opens values with keys derived from one root key of 32 bytes."""

    def __init__(self, root_key: bytes) -> None:
        if len(root_key) != ROOT_KEY_BYTES:
            raise ValueError(f"the root key has {len(root_key)} bytes instead of {ROOT_KEY_BYTES}")
        self._cipher = AESGCM(_derive(root_key, "seal"))
        self._index_key = _derive(root_key, "blind-index")
        self.database_password = _derive(root_key, "database-password").hex()
        self.cookie_secret = _derive(root_key, "cookie").hex()
        self.key_check = _derive(root_key, "key-check")

    def seal(self, plain: bytes, *, table: str, column: str, row_id: UUID) -> bytes:
        """The value encrypted for this one cell: version, nonce, ciphertext and tag."""
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + self._cipher.encrypt(nonce, plain, _cell(table, column, row_id))

    def open(self, sealed: bytes, *, table: str, column: str, row_id: UUID) -> bytes:
        """The value of a cell; WrongKey when it was sealed for another cell or with another key."""
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, _cell(table, column, row_id))
        except InvalidTag as wrong:
            raise WrongKey(f"{table}.{column} of row {row_id} does not open") from wrong

    def blind_index(self, kind: str, value: str) -> bytes:
        """32 bytes, equal for equal values of one kind; without the key they tell nothing."""
        return hmac.digest(self._index_key, f"{kind}\0{value}".encode(), "sha256")


def fingerprint(content: bytes) -> bytes:
    """SHA-256 of bytes that are stored or sent."""
    return sha256(content).digest()


def _cell(table: str, column: str, row_id: UUID) -> bytes:
    return f"{table}|{column}|{row_id}".encode()


def _derive(root_key: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"ura/{purpose}".encode()).derive(root_key)
