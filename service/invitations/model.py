"""Invitations as nouns: whom, as what, and the link."""

from datetime import datetime, timedelta

import msgspec

from service.actor import Right, Role
from service.ids import AccountId, EmployerId, InvitationId, OfficeId

INVITATION_LIFE = timedelta(days=7)


class NewInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to invite, and as what."""

    email: str
    name: str
    role: Role
    office_id: OfficeId | None = None
    employer_id: EmployerId | None = None
    rights: frozenset[Right] = frozenset()
    language: str = "sq"


class Invited(msgspec.Struct, frozen=True):
    """Who was invited, with the token of the link, which is known this once."""

    name: str
    token: str
    expires_at: datetime


class Invitation(msgspec.Struct, frozen=True):
    """An invitation as it was written; its token is kept as a hash only."""

    id: InvitationId
    email: str
    name: str
    role: Role
    office_id: OfficeId | None
    employer_id: EmployerId | None
    rights: frozenset[Right]
    language: str
    invited_at: datetime
    invited_by: AccountId | None
    invited_by_name: str
    expires_at: datetime
    accepted_at: datetime | None
    withdrawn_at: datetime | None
