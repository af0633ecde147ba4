"""Proposing, confirming and changing accounts, on a real database."""

from datetime import timedelta

import asyncpg
import pytest

from service.accounts.model import Account
from service.actor import Role
from service.bank_accounts import actions, store
from service.bank_accounts.model import BankAccount, Owner
from service.bank_accounts.rules import (
    COOLING_OFF,
    AccountInUse,
    ProposalDecided,
    ProposalWaiting,
    SecondPersonNeeded,
)
from service.crypto import Sealer
from service.db import Connection
from service.problems import InvalidFields, NotAllowed, NotFound
from tests.conftest import FixedClock
from tests.forms import next_iban
from tests.given import Given, act_as, actor_of

HOLDER = "Çelik Ndërtimi"


async def firm(given: Given) -> Owner:
    return Owner.employer((await given.employer()).id)


async def confirm(
    tx: Connection, account: BankAccount, by: Account, clock: FixedClock
) -> BankAccount:
    await act_as(tx, actor_of(by))
    return await actions.confirm_account(tx, account.id, by=actor_of(by), at=clock.now())


async def test_a_first_account_is_in_force_when_it_is_confirmed(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    owner = await firm(given)
    proposed = await given.proposed_account(
        owner, by=await given.case_officer(), holder_name=HOLDER
    )
    assert await store.find_account_in_force(tx, owner, at=clock.now()) is None

    confirmed = await confirm(tx, proposed, await given.case_officer(), clock)

    assert (confirmed.in_force_from, confirmed.in_force_until) == (clock.now(), None)
    in_force = await store.find_account_in_force(tx, owner, at=clock.now())
    assert in_force is not None
    assert in_force.id == proposed.id


async def test_a_change_pays_after_the_cooling_off_and_never_two_at_once(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    owner = await firm(given)
    first = await given.bank_account(owner, holder_name=HOLDER)
    second = await given.bank_account(owner, holder_name=HOLDER)
    start = clock.now() + COOLING_OFF

    before = await store.find_account_in_force(tx, owner, at=start - timedelta(microseconds=1))
    after = await store.find_account_in_force(tx, owner, at=start)

    assert before is not None
    assert before.id == first.id
    assert after is not None
    assert after.id == second.id


async def test_a_change_during_the_cooling_off_replaces_the_one_that_waits(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    owner = await firm(given)
    first = await given.bank_account(owner, holder_name=HOLDER)
    await given.bank_account(owner, holder_name=HOLDER)
    clock.move_to(clock.now() + timedelta(hours=1))
    third = await given.bank_account(owner, holder_name=HOLDER)

    at_first_start = await store.find_account_in_force(
        tx, owner, at=clock.now() + COOLING_OFF - timedelta(hours=2)
    )
    later = await store.find_account_in_force(tx, owner, at=clock.now() + COOLING_OFF)

    assert at_first_start is not None
    assert at_first_start.id == first.id
    assert later is not None
    assert later.id == third.id


async def test_the_iban_is_stored_sealed_with_its_last_four_signs(
    given: Given, tx: Connection, sealer: Sealer
) -> None:
    iban = next_iban()

    account = await given.bank_account(await firm(given), holder_name=HOLDER, iban=iban)

    row = await tx.fetchrow("SELECT * FROM bank_account WHERE id = $1", account.id)
    assert row is not None
    assert row["iban_last4"] == iban[-4:]
    assert iban.encode() not in row["iban_sealed"]
    assert row["iban_index"] == sealer.blind_index("iban", iban)
    opened = sealer.open(
        row["iban_sealed"], table="bank_account", column="iban_sealed", row_id=account.id
    )
    assert opened == iban.encode()


async def test_nobody_confirms_their_own_proposal(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    officer = await given.case_officer()
    proposed = await given.proposed_account(await firm(given), by=officer, holder_name=HOLDER)

    with pytest.raises(SecondPersonNeeded):
        await confirm(tx, proposed, officer, clock)


async def test_the_database_refuses_it_too(given: Given, tx: Connection, clock: FixedClock) -> None:
    officer = await given.case_officer()
    proposed = await given.proposed_account(await firm(given), by=officer, holder_name=HOLDER)
    await act_as(tx, actor_of(officer))

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await store.record_confirmation(
            tx,
            proposed.id,
            confirmed_at=clock.now(),
            confirmed_by=officer.id,
            in_force_from=clock.now(),
        )

    assert refused.value.constraint_name == "bank_account_two_people"


async def test_the_database_keeps_two_accounts_from_paying_at_once(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    owner = await firm(given)
    await given.bank_account(owner, holder_name=HOLDER)
    second = await given.proposed_account(
        owner, by=await given.finance_officer(), holder_name=HOLDER
    )
    other = await given.finance_officer()
    await act_as(tx, actor_of(other))

    with pytest.raises(asyncpg.ExclusionViolationError) as refused:
        await store.record_confirmation(
            tx,
            second.id,
            confirmed_at=clock.now(),
            confirmed_by=other.id,
            in_force_from=clock.now(),
        )

    assert refused.value.constraint_name == "bank_account_one_at_a_time"


@pytest.mark.parametrize(
    "change",
    [
        "iban_index = 'another'",
        "holder_name = 'Another'",
        "proposed_by = confirmed_by",
        "confirmed_at = confirmed_at - INTERVAL '1 day'",
        "in_force = tstzrange(lower(in_force) - INTERVAL '1 day', NULL)",
    ],
)
async def test_the_database_lets_nobody_rewrite_an_account(
    given: Given, tx: Connection, change: str
) -> None:
    account = await given.bank_account(await firm(given), holder_name=HOLDER)

    with pytest.raises(asyncpg.PostgresError) as refused:
        await tx.execute(f"UPDATE bank_account SET {change} WHERE id = $1", account.id)

    assert getattr(refused.value, "constraint_name", None) == "bank_account_stands"


async def test_a_change_replaced_in_its_very_moment_never_pays(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    owner = await firm(given)
    await given.bank_account(owner, holder_name=HOLDER)
    second = await given.bank_account(owner, holder_name=HOLDER)
    third = await given.bank_account(owner, holder_name=HOLDER)

    in_force = await store.find_account_in_force(tx, owner, at=clock.now() + COOLING_OFF)
    replaced = await store.get_account(tx, second.id)

    assert in_force is not None
    assert in_force.id == third.id
    assert (replaced.in_force_from, replaced.in_force_until) == (None, None)


async def test_one_proposal_waits_at_a_time(given: Given) -> None:
    owner = await firm(given)
    officer = await given.case_officer()
    await given.proposed_account(owner, by=officer, holder_name=HOLDER)

    with pytest.raises(ProposalWaiting):
        await given.proposed_account(owner, by=officer, holder_name=HOLDER)


async def test_the_account_in_force_is_no_change(given: Given) -> None:
    owner, iban = await firm(given), next_iban()
    await given.bank_account(owner, holder_name=HOLDER, iban=iban)

    with pytest.raises(AccountInUse):
        await given.proposed_account(
            owner, by=await given.case_officer(), holder_name=HOLDER, iban=iban
        )


async def test_a_refused_proposal_leaves_the_former_account(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    owner = await firm(given)
    first = await given.bank_account(owner, holder_name=HOLDER)
    officer = await given.case_officer()
    proposed = await given.proposed_account(owner, by=officer, holder_name=HOLDER)
    await act_as(tx, actor_of(officer))

    await actions.refuse_account(tx, proposed.id, by=actor_of(officer), at=clock.now())

    with pytest.raises(ProposalDecided):
        await confirm(tx, proposed, await given.case_officer(), clock)
    in_force = await store.find_account_in_force(tx, owner, at=clock.now() + COOLING_OFF)
    assert in_force is not None
    assert in_force.id == first.id


async def test_an_employer_proposes_and_cannot_decide(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    employer = await given.employer()
    representative = await given.representative(employer)

    proposed = await given.proposed_account(
        Owner.employer(employer.id), by=representative, holder_name=HOLDER
    )

    with pytest.raises(NotFound):
        await confirm(tx, proposed, representative, clock)


async def test_an_employer_proposes_nothing_for_another_firm(given: Given) -> None:
    owner = await firm(given)

    with pytest.raises(NotAllowed):
        await given.proposed_account(owner, by=await given.representative(), holder_name=HOLDER)


async def test_a_young_persons_account_is_in_their_name(given: Given) -> None:
    officer = await given.case_officer()
    owner = Owner.candidate((await given.candidate(officer)).id)

    with pytest.raises(InvalidFields) as refused:
        await given.proposed_account(owner, by=officer, holder_name="Besnik Hoxha")

    assert set(refused.value.fields) == {"holder_name"}


async def test_another_office_has_no_part_in_a_candidates_account(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    officer, stranger = await given.case_officer("prizren"), await given.case_officer("peje")
    owner = Owner.candidate((await given.candidate(officer)).id)
    proposed = await given.proposed_account(owner, by=officer, holder_name="Arta Krasniqi")

    with pytest.raises(NotFound):
        await given.proposed_account(owner, by=stranger, holder_name="Arta Krasniqi")
    with pytest.raises(NotFound):
        await confirm(tx, proposed, stranger, clock)
    assert await tx.fetchval("SELECT count(*) FROM bank_account") == 0


async def test_the_database_takes_no_proposal_for_a_hidden_person(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    hidden = await given.candidate(await given.case_officer("prizren"))
    stranger = await given.case_officer("peje")
    await act_as(tx, actor_of(stranger))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await tx.execute(
            "INSERT INTO bank_account (id, candidate_id, holder_name, iban_sealed, iban_index,"
            " iban_last4, proposed_at, proposed_by) VALUES ($1, $1, 'x', '', '', '', $2, $3)",
            hidden.id,
            clock.now(),
            stranger.id,
        )


async def test_the_second_person_sees_the_whole_iban_and_what_is_odd(
    given: Given, tx: Connection, sealer: Sealer
) -> None:
    iban = next_iban()
    await given.bank_account(await firm(given), holder_name=HOLDER, iban=iban)
    officer = await given.case_officer()
    await given.proposed_account(await firm(given), by=officer, holder_name="Bank X", iban=iban)
    await act_as(tx, actor_of(officer))

    proposals = await actions.list_proposals(tx, by=actor_of(officer), sealer=sealer)

    assert [one.iban for one in proposals] == [iban]
    assert len(proposals[0].flags) == 2


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE_AUTHORISER])
async def test_who_does_not_decide_is_not_shown_what_waits(
    given: Given, tx: Connection, sealer: Sealer, role: Role
) -> None:
    reader = actor_of(await given.account(role))
    await act_as(tx, reader)

    with pytest.raises(NotAllowed):
        await actions.list_proposals(tx, by=reader, sealer=sealer)


async def test_an_owners_accounts_are_listed_newest_first(
    given: Given, tx: Connection, clock: FixedClock
) -> None:
    owner = await firm(given)
    first = await given.bank_account(owner, holder_name=HOLDER)
    clock.move_to(clock.now() + timedelta(days=30))
    second = await given.bank_account(owner, holder_name=HOLDER)

    listed = await actions.list_accounts(tx, owner, by=actor_of(await given.finance_officer()))

    assert [one.id for one in listed] == [second.id, first.id]
    assert listed[1].in_force_until == listed[0].in_force_from
