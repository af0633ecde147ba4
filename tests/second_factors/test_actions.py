"""Passkeys, resets by two administrators, and what the database refuses by itself."""

import asyncpg
import pytest

from service.accounts.model import Account
from service.accounts.rules import OwnAccount
from service.actor import Role
from service.db import Database
from service.problems import NotAllowed
from service.second_factors import actions, rules
from service.second_factors.model import Answer, Means, Purpose, Reset, Site
from tests.conftest import FixedClock, SignIn
from tests.given import Given, actor_of
from tests.second_factors.authenticator import Authenticator

SITE = Site("ura.example", "https://ura.example")
ELSEWHERE = Site("evil.example", "https://evil.example")
WHY = "lost the phone; seen in person with an identity card"


async def enrolled(given: Given, account: Account, key: Authenticator) -> list[str]:
    """An account with a passkey; its recovery codes."""
    by = actor_of(account)
    async with given.db.transaction(by) as tx:
        asked = await actions.begin_passkey(tx, site=SITE, by=by, at=given.clock.now())
        return await actions.enrol_passkey(
            tx,
            key.create(asked, origin=SITE.origin),
            "my key",
            site=SITE,
            by=by,
            sealer=given.sealer,
            at=given.clock.now(),
        )


async def ask(given: Given, account: Account, purpose: Purpose = Purpose.SIGN_IN) -> str:
    async with given.db.transaction(actor_of(account)) as tx:
        asked = await actions.ask_passkey(tx, account.id, purpose, site=SITE, at=given.clock.now())
    assert asked is not None
    return asked


async def check(
    given: Given, account: Account, answer: str, purpose: Purpose = Purpose.SIGN_IN
) -> object:
    async with given.db.transaction(actor_of(account)) as tx:
        return await actions.check_factor(
            tx,
            account.id,
            Answer(passkey=answer),
            purpose=purpose,
            site=SITE,
            address="test",
            sealer=given.sealer,
            at=given.clock.now(),
        )


async def test_a_passkey_opens_once_for_each_question(given: Given) -> None:
    officer, key = await given.finance_officer(), Authenticator()
    codes = await enrolled(given, officer, key)
    answer = key.sign(await ask(given, officer), origin=SITE.origin)

    first, replayed = [await check(given, officer, answer) for _ in range(2)]

    assert len(codes) == 10
    assert first is Means.PASSKEY
    assert isinstance(replayed, rules.WrongCode)


async def test_a_passkey_asked_for_one_thing_proves_no_other(given: Given) -> None:
    officer, key = await given.finance_officer(), Authenticator()
    await enrolled(given, officer, key)
    answer = key.sign(await ask(given, officer, Purpose.SIGN_IN), origin=SITE.origin)

    assert isinstance(await check(given, officer, answer, Purpose.ACT), rules.WrongCode)


async def test_a_signature_of_another_site_key_or_person_opens_nothing(given: Given) -> None:
    officer, other = await given.finance_officer(), await given.finance_officer()
    key, stolen = Authenticator(), Authenticator(b"another-credential!")
    await enrolled(given, officer, key)
    await enrolled(given, other, stolen)

    asked = await ask(given, officer)
    answers = [
        key.sign(asked, origin=ELSEWHERE.origin),
        key.sign(await ask(given, officer), origin=SITE.origin, site=ELSEWHERE.name),
        stolen.sign(await ask(given, officer), origin=SITE.origin),
        key.sign(await ask(given, other), origin=SITE.origin),
    ]

    for answer in answers:
        assert isinstance(await check(given, officer, answer), rules.WrongCode)


async def test_a_copied_passkey_that_counts_back_is_noticed(given: Given) -> None:
    officer, key = await given.finance_officer(), Authenticator()
    await enrolled(given, officer, key)
    key.count = 7
    await check(given, officer, key.sign(await ask(given, officer), origin=SITE.origin))
    key.count = 3

    copied = await check(given, officer, key.sign(await ask(given, officer), origin=SITE.origin))

    assert isinstance(copied, rules.WrongCode)


async def test_a_question_runs_out(given: Given, clock: FixedClock) -> None:
    officer, key = await given.finance_officer(), Authenticator()
    await enrolled(given, officer, key)
    answer = key.sign(await ask(given, officer), origin=SITE.origin)

    clock.move_to(clock.at.replace(minute=clock.at.minute + 6))

    assert isinstance(await check(given, officer, answer), rules.WrongCode)


async def waiting_reset(given: Given, of: Account, by: Account) -> Reset:
    async with given.db.transaction(actor_of(by)) as tx:
        await actions.ask_reset(tx, of.id, WHY, by=actor_of(by), at=given.clock.now())
        return (await actions.list_resets(tx, by=actor_of(by)))[0]


async def test_a_reset_takes_two_administrators_and_closes_every_session(
    given: Given, visit: SignIn, db: Database
) -> None:
    first, second = [await given.account(Role.ADMINISTRATOR) for _ in range(2)]
    officer = await given.finance_officer()
    await enrolled(given, officer, Authenticator())
    await visit(officer)
    reset = await waiting_reset(given, officer, first)

    with pytest.raises(rules.AnotherAdministratorNeeded):
        async with db.transaction(actor_of(first)) as tx:
            await actions.confirm_reset(tx, reset.id, by=actor_of(first), at=given.clock.now())
    async with db.transaction(actor_of(second)) as tx:
        await actions.confirm_reset(tx, reset.id, by=actor_of(second), at=given.clock.now())

    async with db.transaction(actor_of(officer)) as tx:
        assert await actions.list_factors(tx, by=actor_of(officer)) == []
        assert await actions.recovery_codes_left(tx, by=actor_of(officer)) == 0
        assert await tx.fetchval("SELECT count(*) FROM session") == 0


async def test_nobody_resets_their_own_or_without_the_role(given: Given, db: Database) -> None:
    keeper, officer = await given.account(Role.ADMINISTRATOR), await given.finance_officer()
    await enrolled(given, keeper, Authenticator())

    for account, problem in ((keeper, OwnAccount), (officer, NotAllowed)):
        with pytest.raises(problem):
            async with db.transaction(actor_of(account)) as tx:
                await actions.ask_reset(
                    tx, keeper.id, WHY, by=actor_of(account), at=given.clock.now()
                )


async def test_an_administrator_ends_nobodys_factor_by_hand(given: Given, db: Database) -> None:
    keeper, officer = await given.account(Role.ADMINISTRATOR), await given.finance_officer()
    await enrolled(given, officer, Authenticator())

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.transaction(actor_of(keeper)) as tx:
            await tx.execute("UPDATE second_factor SET ended_at = now(), ended_by = $1", keeper.id)


async def test_who_decides_on_a_payout_has_a_factor_where_the_role_must(
    given: Given, db: Database
) -> None:
    officer, other = await given.finance_officer(), await given.finance_officer()
    await enrolled(given, other, Authenticator())
    await given.required_factor(Role.FINANCE_OFFICER)
    act = (
        "INSERT INTO payout_act (id, payout_id, account_id, kind, digest, acted_at)"
        " VALUES (gen_random_uuid(), gen_random_uuid(), $1, 'approval', sha256('x'), $2)"
    )

    broken = []
    for account in (officer, other):
        with pytest.raises(asyncpg.PostgresError) as refused:
            async with db.transaction(actor_of(account)) as tx:
                await tx.execute(act, account.id, given.clock.now())
        broken.append(getattr(refused.value, "constraint_name", None))

    assert broken[0] == "payout_act_with_second_factor"
    assert broken[1] != "payout_act_with_second_factor"
