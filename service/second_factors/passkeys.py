"""Passkeys by the rules of WebAuthn: what a browser is asked, and whether its answer fits."""

import msgspec
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from service.ids import AccountId, SecondFactorId
from service.second_factors.model import Passkey, Site
from service.second_factors.rules import ISSUER, PasskeyRefused

ANSWER_LENGTH_MAX = 20_000


class _ClientPart(msgspec.Struct):
    clientDataJSON: str  # noqa: N815 - WebAuthn's own name


class _Signed(msgspec.Struct):
    rawId: str  # noqa: N815 - WebAuthn's own name
    response: _ClientPart


class _ClientData(msgspec.Struct):
    challenge: str


def enrolment_options(
    site: Site, *, account_id: AccountId, email: str, challenge: bytes, known: list[Passkey]
) -> str:
    """What the browser is asked for a new passkey, as JSON; those known are not made twice."""
    return options_to_json(
        generate_registration_options(
            rp_id=site.name,
            rp_name=ISSUER,
            user_id=account_id.bytes,
            user_name=email,
            challenge=challenge,
            exclude_credentials=[PublicKeyCredentialDescriptor(p.credential_id) for p in known],
            authenticator_selection=AuthenticatorSelectionCriteria(
                user_verification=UserVerificationRequirement.PREFERRED
            ),
        )
    )


def sign_in_options(site: Site, *, challenge: bytes, known: list[Passkey]) -> str:
    """What the browser is asked to sign with one of these passkeys, as JSON."""
    return options_to_json(
        generate_authentication_options(
            rp_id=site.name,
            challenge=challenge,
            allow_credentials=[PublicKeyCredentialDescriptor(p.credential_id) for p in known],
            user_verification=UserVerificationRequirement.PREFERRED,
        )
    )


def challenge_in(answer: str) -> bytes:
    """The challenge that a browser's answer speaks of; PasskeyRefused when it cannot be read."""
    try:
        signed = _read(answer)
        client = base64url_to_bytes(signed.response.clientDataJSON)
        return base64url_to_bytes(msgspec.json.decode(client, type=_ClientData).challenge)
    except (msgspec.DecodeError, ValueError) as wrong:
        raise PasskeyRefused from wrong


def credential_in(answer: str) -> bytes:
    """The credential that a browser's answer names; PasskeyRefused when it cannot be read."""
    try:
        return base64url_to_bytes(_read(answer).rawId)
    except (msgspec.DecodeError, ValueError) as wrong:
        raise PasskeyRefused from wrong


def _read(answer: str) -> _Signed:
    if len(answer) > ANSWER_LENGTH_MAX:
        raise PasskeyRefused
    return msgspec.json.decode(answer, type=_Signed)


def enrolled(answer: str, *, site: Site, challenge: bytes, factor_id: SecondFactorId) -> Passkey:
    """The passkey that a browser made for us; PasskeyRefused when its answer does not fit."""
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError) as wrong:
        raise PasskeyRefused from wrong
    return Passkey(
        id=factor_id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        site=site.name,
    )


def signed_count(answer: str, *, site: Site, challenge: bytes, passkey: Passkey) -> int:
    """How often the passkey has signed by now; PasskeyRefused when its answer does not fit."""
    try:
        verified = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=passkey.site,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
        )
    except (WebAuthnException, ValueError) as wrong:
        raise PasskeyRefused from wrong
    return verified.new_sign_count
