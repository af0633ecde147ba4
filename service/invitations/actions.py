"""Inviting somebody, taking an invitation back, and coming in by one."""

import secrets
from datetime import datetime

from service import db
from service.accounts import actions as accounts
from service.accounts import rules as account_rules
from service.accounts.model import NewAccount
from service.accounts.rules import EmailTaken
from service.actor import Actor, Role
from service.clock import format_moment
from service.crypto import Sealer, fingerprint
from service.db import Connection
from service.ids import AccountId, EmployerId, InvitationId, new_id
from service.invitations import rules, store
from service.invitations.model import INVITATION_LIFE, Invitation, Invited, NewInvitation
from service.mail import actions as mail
from service.mail.model import MailKind
from service.people import actions as people
from service.problems import InvalidFields, NotFound


async def invite(
    tx: Connection,
    wanted: NewInvitation,
    *,
    by: Actor,
    at: datetime,
    sealer: Sealer,
    public_url: str,
) -> Invited:
    """Invites somebody for a week, by a mail with the link; an open invitation of theirs ends.

    Raises NotAllowed, InvalidFields, EmailTaken, and NotFound for another office's or firm's.
    """
    rules.refuse_unless_may(wanted, by)
    if wrong := rules.complaints(wanted):
        person = await person_complaints(
            tx, name=wanted.name, email=wanted.email, language=wanted.language
        )
        raise InvalidFields(wrong | person)
    if wanted.employer_id is not None:
        await people.refuse_unless_over(tx, wanted.employer_id, by=by)
    email = wanted.email.strip().lower()
    if await store.account_exists(tx, email):
        raise EmailTaken
    invited = await _write(tx, wanted, by=by.account, at=at)
    await mail.write_mail(
        tx,
        MailKind.INVITATION,
        to=email,
        language=wanted.language,
        facts={
            "name": invited.name,
            "link": f"{public_url}/invitations/{invited.token}",
            "until": format_moment(invited.expires_at, wanted.language),
        },
        at=at,
        sealer=sealer,
    )
    return invited


async def person_complaints(
    tx: Connection, *, name: str, email: str, language: str
) -> dict[str, str]:
    """What is wrong with who is to be invited, field by field, an address that is taken included.

    So that a form says it all at once, also when what they are to be cannot be read.
    """
    wrong = rules.person_complaints(name=name, email=email, language=language)
    if "email" not in wrong and await store.account_exists(tx, email.strip().lower()):
        wrong["email"] = EmailTaken().sentence()
    return wrong


async def invite_first(
    tx: Connection, *, email: str, name: str, language: str, at: datetime
) -> Invited:
    """Invites the first administrator, in nobody's name; whoever installs Ura hands on the link.

    Raises InvalidFields, EmailTaken, and AdministratorThere when there is one who can sign in.
    """
    rules.refuse_another_first(await store.administrators_working(tx))
    wanted = NewInvitation(email=email, name=name, role=Role.ADMINISTRATOR, language=language)
    rules.check(wanted)
    if await store.account_exists(tx, email.strip().lower()):
        raise EmailTaken
    return await _write(tx, wanted, by=None, at=at)


async def _write(
    tx: Connection, wanted: NewInvitation, *, by: AccountId | None, at: datetime
) -> Invited:
    email = wanted.email.strip().lower()
    await store.end_former_invitations(tx, email, withdrawn_by=by, at=at)
    token = secrets.token_urlsafe(32)
    expires_at = at + INVITATION_LIFE
    with db.refusing(
        invitation_one_open=EmailTaken,
        invitation_office_id_fkey=NotFound,
        invitation_employer_id_fkey=NotFound,
    ):
        await store.insert_invitation(
            tx,
            InvitationId(new_id()),
            wanted,
            token_hash=fingerprint(token.encode()),
            invited_by=by,
            at=at,
            expires_at=expires_at,
        )
    return Invited(" ".join(wanted.name.split()), token, expires_at)


async def withdraw(
    tx: Connection,
    invitation_id: InvitationId,
    *,
    employer_id: EmployerId | None,
    by: Actor,
    at: datetime,
) -> None:
    """Takes an invitation back; NotFound when it is not open, or not of that employer."""
    if not await store.record_withdrawn(
        tx, invitation_id, employer_id=employer_id, withdrawn_by=by.account, at=at
    ):
        raise NotFound


async def list_open(
    tx: Connection, *, employer_id: EmployerId | None, by: Actor
) -> list[Invitation]:
    """Who was invited and has not come yet, as far as who asks may see it."""
    return await store.list_open_invitations(tx, employer_id=employer_id)


async def read(tx: Connection, token: str, *, at: datetime) -> Invitation:
    """What a link invites to; LinkUsedUp when it opens nothing."""
    return rules.check_open(await store.find_invitation(tx, fingerprint(token.encode())), at)


async def accept(
    tx: Connection, token: str, password: str, repeated: str, *, at: datetime
) -> AccountId:
    """Opens the account that the invitation describes, with a password of the person's own.

    Raises LinkUsedUp, InvalidFields and EmailTaken.
    """
    invited = await read(tx, token, at=at)
    account_rules.check_new_password(password, repeated, email=invited.email, name=invited.name)
    account_id = await accounts.open_account(
        tx,
        NewAccount(
            email=invited.email,
            name=invited.name,
            role=invited.role,
            password=password,
            office_id=invited.office_id,
            employer_id=invited.employer_id,
            language=invited.language,
        ),
        at=at,
    )
    if not await store.record_accepted(tx, invited.id, account_id, at=at):
        raise account_rules.LinkUsedUp
    if invited.employer_id is not None:
        await people.grant_rights(
            tx, account_id, invited.employer_id, invited.rights, by=invited.invited_by, at=at
        )
    return account_id
