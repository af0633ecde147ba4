"""A passkey in software, as WebAuthn's third level describes one: for tests of both ceremonies."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import encode_cbor

PRESENT, VERIFIED, WITH_CREDENTIAL = 0x01, 0x04, 0x40
ES256 = {1: 2, 3: -7, -1: 1}


def to_text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def to_bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    """One key for one site; `count` is how often it says it has signed."""

    def __init__(self, credential: bytes = b"credential-of-tests") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential = credential
        self.count = 0

    def create(self, options: str, *, origin: str) -> str:
        """The answer to the question for a new passkey."""
        asked = json.loads(options)
        client = _client("webauthn.create", asked["challenge"], origin)
        numbers = self.key.public_key().public_numbers()
        public = encode_cbor(
            ES256 | {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        )
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + public
        stated = self._stated(asked["rp"]["id"], WITH_CREDENTIAL) + attested
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": stated})
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def sign(self, options: str, *, origin: str, site: str | None = None) -> str:
        """The answer to a question that is to be signed."""
        asked = json.loads(options)
        self.count += 1
        client = _client("webauthn.get", asked["challenge"], origin)
        stated = self._stated(site or asked["rpId"], 0)
        signature = self.key.sign(stated + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=stated, signature=signature)

    def _stated(self, site: str, flags: int) -> bytes:
        said = (PRESENT | VERIFIED | flags).to_bytes(1, "big") + self.count.to_bytes(4, "big")
        return sha256(site.encode()).digest() + said

    def _answer(self, **parts: bytes) -> str:
        response: dict[str, Any] = {name: to_text(part) for name, part in parts.items()}
        return json.dumps(
            {
                "id": to_text(self.credential),
                "rawId": to_text(self.credential),
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )


def _client(kind: str, challenge: str, origin: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()
