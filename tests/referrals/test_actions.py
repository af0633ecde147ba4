"""Referrals: sealed, read for a purpose by the own office only, closed once."""

import asyncpg
import pytest

from service.actor import Role
from service.candidates.model import ReferralSource
from service.candidates.rules import PurposeMissing
from service.crypto import Sealer
from service.db import Connection
from service.problems import InvalidFields, NotAllowed, NotFound
from service.referrals import actions
from service.referrals.model import ReferralForm
from service.referrals.rules import ReferralClosed, ResultMissing
from tests.conftest import FixedClock
from tests.given import Given, act_as, actor_of

FORM = {
    "direction": "received",
    "made_on": "2026-10-30",
    "service": "shelter",
    "organisation": "Safe house",
    "contact_person": "",
    "reason": "Needs work outside the home town.",
}


def form(**fields: str) -> ReferralForm:
    return ReferralForm(**FORM | fields)


async def test_what_is_sealed_is_read_for_a_purpose_and_the_reading_kept(
    given: Given, tx: Connection, clock: FixedClock, sealer: Sealer
) -> None:
    officer = await given.case_officer()
    person = await given.candidate(officer)
    by = actor_of(officer)
    await act_as(tx, by)
    await actions.record_referral(
        tx, person.id, form(), by=by, at=clock.at, on=clock.today(), sealer=sealer
    )

    with pytest.raises(PurposeMissing):
        await actions.read_referrals(tx, person.id, purpose="", by=by, at=clock.at, sealer=sealer)
    (opened,) = await actions.read_referrals(
        tx, person.id, purpose="plan the talk", by=by, at=clock.at, sealer=sealer
    )

    assert opened.confidential.service is ReferralSource.SHELTER
    assert opened.confidential.organisation == "Safe house"
    assert await tx.fetchval("SELECT count(*) FROM sensitive_read") == 1
    sealed = await tx.fetchval("SELECT sealed FROM referral")
    assert b"Safe house" not in sealed


async def test_all_referrals_are_as_long_as_any_other(
    given: Given, tx: Connection, clock: FixedClock, sealer: Sealer
) -> None:
    officer = await given.case_officer()
    person = await given.candidate(officer)
    by = actor_of(officer)
    await act_as(tx, by)
    longest = form(
        organisation="𐍈" * 120, contact_person="𐍈" * 120, reason="𐍈" * 1000, direction="sent"
    )
    for one in (form(), longest):
        referral_id = await actions.record_referral(
            tx, person.id, one, by=by, at=clock.at, on=clock.today(), sealer=sealer
        )
        await actions.close_referral(
            tx, person.id, referral_id, "𐍈" * 1000, by=by, at=clock.at, sealer=sealer
        )

    lengths = await tx.fetch("SELECT DISTINCT octet_length(sealed) AS length FROM referral")

    assert len(lengths) == 1


@pytest.mark.parametrize(
    "role", [Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR, Role.ADMINISTRATOR]
)
async def test_nobody_else_sees_that_there_is_one(
    given: Given, tx: Connection, clock: FixedClock, sealer: Sealer, role: Role
) -> None:
    officer = await given.case_officer()
    person = await given.candidate(officer)
    by = actor_of(officer)
    await act_as(tx, by)
    await actions.record_referral(
        tx, person.id, form(), by=by, at=clock.at, on=clock.today(), sealer=sealer
    )

    other = actor_of(await given.account(role))
    await act_as(tx, other)
    assert await tx.fetchval("SELECT count(*) FROM referral") == 0
    with pytest.raises(NotAllowed):
        await actions.read_referrals(
            tx, person.id, purpose="curiosity", by=other, at=clock.at, sealer=sealer
        )


async def test_employers_other_offices_and_the_audit_trail_learn_nothing(
    given: Given, tx: Connection, clock: FixedClock, sealer: Sealer
) -> None:
    agreement = await given.active_agreement()
    by = actor_of(await given.officer_of(agreement))
    await act_as(tx, by)
    await actions.record_referral(
        tx, agreement.candidate_id, form(), by=by, at=clock.at, on=clock.today(), sealer=sealer
    )

    for account in (await given.employer_of(agreement), await given.case_officer("peje")):
        await act_as(tx, actor_of(account))
        assert await tx.fetchval("SELECT count(*) FROM referral") == 0
    other = actor_of(await given.case_officer("peje"))
    await act_as(tx, other)
    with pytest.raises(NotFound):
        await actions.record_referral(
            tx, agreement.candidate_id, form(), by=other, at=clock.at, on=clock.today(),
            sealer=sealer,
        )  # fmt: skip
    await act_as(tx, actor_of(await given.account(Role.AUDITOR)))
    after = await tx.fetchval("SELECT after FROM audit_entry WHERE table_name = 'referral'")
    assert not {"candidate_id", "direction", "sealed", "made_on"} & set(after)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"direction": ""}, "direction"),
        ({"made_on": "2026-11-03"}, "made_on"),
        ({"made_on": "yesterday"}, "made_on"),
        ({"service": "self"}, "service"),
        ({"service": "police"}, "service"),
        ({"organisation": ""}, "organisation"),
        ({"contact_person": "x" * 121}, "contact_person"),
        ({"reason": "why"}, "reason"),
        ({"reason": "x" * 1001}, "reason"),
    ],
)
async def test_each_wrong_field_gets_a_sentence(
    given: Given,
    tx: Connection,
    clock: FixedClock,
    sealer: Sealer,
    fields: dict[str, str],
    wrong: str,
) -> None:
    officer = await given.case_officer()
    person = await given.candidate(officer)
    by = actor_of(officer)
    await act_as(tx, by)

    with pytest.raises(InvalidFields) as refused:
        await actions.record_referral(
            tx, person.id, form(**fields), by=by, at=clock.at, on=clock.today(), sealer=sealer
        )

    assert set(refused.value.fields) == {wrong}


async def test_a_referral_is_closed_once_with_what_came_of_it(
    given: Given, tx: Connection, clock: FixedClock, sealer: Sealer
) -> None:
    officer = await given.case_officer()
    person = await given.candidate(officer)
    by = actor_of(officer)
    await act_as(tx, by)
    referral_id = await actions.record_referral(
        tx, person.id, form(), by=by, at=clock.at, on=clock.today(), sealer=sealer
    )

    async def close(result: str) -> None:
        await actions.close_referral(
            tx, person.id, referral_id, result, by=by, at=clock.at, sealer=sealer
        )

    with pytest.raises(ResultMissing):
        await close("")
    await close("Found work in another town.")
    with pytest.raises(ReferralClosed):
        await close("Something else")
    (opened,) = await actions.read_referrals(
        tx, person.id, purpose="plan the talk", by=by, at=clock.at, sealer=sealer
    )
    with pytest.raises(asyncpg.RestrictViolationError) as refused:
        await tx.execute("UPDATE referral SET closed_at = now()")

    assert opened.confidential.result == "Found work in another town."
    assert opened.confidential.reason == FORM["reason"]
    assert refused.value.constraint_name == "referral_closed_once"
