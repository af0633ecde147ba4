"""Proposing a bank account, and deciding on it as a second person."""

from datetime import datetime

from service import db
from service.actor import Actor
from service.answers import tidy
from service.bank_accounts import rules, store
from service.bank_accounts.model import BankAccount, Owner, OwnerName, Proposal, Waiting
from service.bank_accounts.rules import (
    AccountChangedMeanwhile,
    AccountInUse,
    ProposalDecided,
    ProposalWaiting,
    SecondPersonNeeded,
)
from service.crypto import Sealer
from service.db import Connection
from service.iban import parse_iban
from service.ids import BankAccountId, new_id
from service.problems import NotAllowed, NotFound


async def propose_account(
    tx: Connection,
    owner: Owner,
    *,
    iban: str,
    holder_name: str,
    by: Actor,
    at: datetime,
    sealer: Sealer,
) -> BankAccount:
    """An account to be confirmed by somebody else; its IBAN is sealed before it is stored."""
    rules.check_may_propose(owner, by)
    name = await get_owner_name(tx, owner)
    rules.check_proposal(iban=iban, holder_name=holder_name, owner=name)
    number = parse_iban(iban)
    iban_index = sealer.blind_index("iban", number)
    in_force = await store.find_account_in_force(tx, owner, at=at)
    if in_force is not None and in_force.iban_index == iban_index:
        raise AccountInUse
    account_id = BankAccountId(new_id())
    with db.refusing(bank_account_one_proposal=ProposalWaiting):
        await store.insert_proposal(
            tx,
            account_id,
            owner,
            holder_name=tidy(holder_name),
            iban_sealed=sealer.seal(
                number.encode(), table="bank_account", column="iban_sealed", row_id=account_id
            ),
            iban_index=iban_index,
            iban_last4=number[-4:],
            proposed_at=at,
            proposed_by=by.account,
        )
    return await store.get_account(tx, account_id)


async def get_owner_name(tx: Connection, owner: Owner) -> OwnerName:
    """How the owner is called; NotFound for one that is hidden from this person."""
    name = await store.find_owner_name(tx, owner)
    if name is None:
        raise NotFound
    return name


async def confirm_account(
    tx: Connection, account_id: BankAccountId, *, by: Actor, at: datetime
) -> BankAccount:
    """The account, in force at once if it is the owner's first, else after the cooling-off."""
    account = await store.lock_account(tx, account_id)
    rules.check_decidable(account, by)
    rules.check_second_person(account, by)
    former = await store.lock_last_confirmed(tx, account.owner)
    start = rules.pays_from(at, former=former)
    with db.refusing(
        bank_account_two_people=SecondPersonNeeded,
        bank_account_one_at_a_time=AccountChangedMeanwhile,
    ):
        if former is not None:
            await store.record_end(tx, former.id, until=start)
        confirmed = await store.record_confirmation(
            tx, account_id, confirmed_at=at, confirmed_by=by.account, in_force_from=start
        )
    assert confirmed == 1, "the locked proposal was decided on by somebody else"
    return await store.get_account(tx, account_id)


async def refuse_account(
    tx: Connection, account_id: BankAccountId, *, by: Actor, at: datetime
) -> BankAccount:
    """The account, refused; the former one stays in force."""
    account = await store.lock_account(tx, account_id)
    rules.check_decidable(account, by)
    if not await store.record_refusal(tx, account_id, refused_at=at, refused_by=by.account):
        raise ProposalDecided
    return await store.get_account(tx, account_id)


async def list_accounts(tx: Connection, owner: Owner, *, by: Actor) -> list[BankAccount]:
    """Every account of an owner, newest first; NotFound for an owner hidden from this person."""
    rules.check_may_see(owner, by)
    await get_owner_name(tx, owner)
    return await store.list_accounts_of_owner(tx, owner)


async def list_proposals(tx: Connection, *, by: Actor, sealer: Sealer) -> list[Proposal]:
    """What waits for a decision, with the whole IBAN: the second person compares every digit."""
    if by.role not in rules.DECIDERS:
        raise NotAllowed
    return [_opened(waiting, sealer) for waiting in await store.list_waiting(tx)]


def _opened(waiting: Waiting, sealer: Sealer) -> Proposal:
    iban = sealer.open(
        waiting.iban_sealed, table="bank_account", column="iban_sealed", row_id=waiting.id
    )
    return Proposal(
        id=waiting.id,
        employer_id=waiting.employer_id,
        candidate_id=waiting.candidate_id,
        owner_name=waiting.owner_name,
        holder_name=waiting.holder_name,
        iban=iban.decode(),
        proposed_at=waiting.proposed_at,
        proposed_by=waiting.proposed_by,
        replaces_last4=waiting.replaces_last4,
        flags=rules.flags_of(waiting),
    )
