"""A payout is put up when it was computed twice to the same cent, and not else."""

from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import msgspec
import pytest

from deploy.servers import Urls
from service.actor import Actor, Role
from service.crypto import Sealer
from service.db import Connection, prepare
from service.expected import actions, store
from service.expected.model import Form, NewMethod
from service.expected.rules import (
    ComputedTwiceDiffers,
    MethodAlreadyStated,
    SchemeUnknown,
)
from service.payouts.model import Payout
from service.payouts.rules import NothingToPay
from tests.conftest import START, FixedClock, OneConnection, database_named
from tests.given import Given, actor_of
from tests.instalments.later import (
    appropriate,
    at_work,
    nth_month,
    put_in_force,
    state_milestone_methods,
    worked,
)
from tests.instalments.test_milestones import DOCUMENT, open_accounts
from tests.payouts.corrections import APRIL, Paying, overpaid_once
from tests.payouts.rows import OCTOBER, due_month

METHOD = NewMethod(
    scheme_code="MILESTONES",
    kind="subsidy",
    since=date(2025, 1, 1),
    form=Form.EACH_MONTH,
    amount_parameter="monthly",
    is_wage_tested=False,
)
SHIPPED = date(2024, 1, 1)


@pytest.fixture
async def owner(servers: Urls, connection: Connection) -> AsyncIterator[Connection]:
    """A transaction of the owner, who can edit what nobody else can; nothing of it stays."""
    owner = await asyncpg.connect(database_named(servers.database, "ura_test"))
    await prepare(owner)
    undone = owner.transaction()
    await undone.start()
    yield owner
    await undone.rollback()
    await owner.close()


@pytest.fixture
def given(owner: Connection, clock: FixedClock, sealer: Sealer) -> Given:
    return Given(OneConnection(owner), clock, sealer)


@pytest.fixture
async def preparer(given: Given) -> Actor:
    return actor_of(await given.finance_officer())


async def edit(owner: Connection, statement: str, *values: object) -> None:
    await owner.execute("SET LOCAL session_replication_role = replica")
    await owner.execute(statement, *values)
    await owner.execute("SET LOCAL session_replication_role = origin")


async def test_the_second_figure_is_kept_with_the_payout(
    given: Given, owner: Connection, preparer: Actor
) -> None:
    await due_month(given, amount_cents=350_00)
    await due_month(given, scheme="SP-FLAT", amount_cents=264_00)

    payout = await given.submitted_payout(OCTOBER, by=preparer)

    kept = await actions.find_of_payout(owner, payout.id)
    assert kept is not None
    assert (kept.expected_cents, kept.line_count) == (payout.total_cents, payout.line_count)
    assert (kept.without_method_count, kept.compared_at) == (0, START)


async def test_a_cent_too_much_is_not_put_up_and_is_named(
    given: Given, owner: Connection, preparer: Actor
) -> None:
    due = await due_month(given, amount_cents=297_50)
    await due_month(given, amount_cents=350_00)
    await edit(
        owner,
        "UPDATE instalment SET amount_cents = amount_cents + 1 WHERE id = $1",
        due.instalment_id,
    )

    with pytest.raises(ComputedTwiceDiffers) as refused:
        await given.submitted_payout(OCTOBER, by=preparer)

    differences = refused.value.members["differences"]
    assert isinstance(differences, list)
    (one,) = differences
    assert one["agreement_id"] == str(due.agreement_id)
    assert (one["ours_cents"], one["theirs_cents"]) == (297_51, 297_50)
    assert await owner.fetchval("SELECT count(*) FROM payout") == 0


async def test_what_was_computed_as_nothing_stops_the_payout_of_others(
    given: Given, owner: Connection, preparer: Actor
) -> None:
    due = await due_month(given)
    await due_month(given)
    await edit(
        owner,
        "UPDATE instalment SET amount_cents = 0, outcome = 'not_due', reason = 'suspended' "
        "WHERE id = $1",
        due.instalment_id,
    )

    with pytest.raises(ComputedTwiceDiffers, match=r"differ: 1, first"):
        await given.submitted_payout(OCTOBER, by=preparer)


async def test_an_agreement_on_hold_stops_nobody(
    given: Given, owner: Connection, preparer: Actor
) -> None:
    await due_month(given)
    other = await due_month(given, with_account=False)
    payout = await given.submitted_payout(OCTOBER, by=preparer)
    await edit(owner, "UPDATE instalment SET amount_cents = 1 WHERE id = $1", other.instalment_id)

    before = await store.compare_payout(owner, payout.id, month=OCTOBER, at_most=50)
    await edit(
        owner,
        "INSERT INTO instalment_hold (id, agreement_id, reason, placed_at, placed_by) "
        "VALUES (gen_random_uuid(), $1, 'It is computed wrongly.', $2, $3)",
        other.agreement_id,
        START,
        preparer.account,
    )
    after = await store.compare_payout(owner, payout.id, month=OCTOBER, at_most=50)

    assert [one.difference_count for one in (before, after)] == [1, 0]
    assert [one.agreement_count for one in (before, after)] == [2, 1]


@pytest.fixture
async def netted(given: Given, preparer: Actor) -> Payout:
    """March overpaid by 70.00, which April's 350.00 keeps back."""
    approver = actor_of(await given.account(Role.FINANCE_AUTHORISER))
    await overpaid_once(Paying(given, preparer, approver))
    return await given.submitted_payout(APRIL, by=preparer)


async def test_what_is_kept_back_is_computed_twice_too(owner: Connection, netted: Payout) -> None:
    kept = await actions.find_of_payout(owner, netted.id)

    assert kept is not None
    assert (kept.expected_cents, netted.total_cents) == (280_00, 280_00)


async def test_a_payee_of_whom_too_little_is_kept_back_is_named(
    owner: Connection, netted: Payout
) -> None:
    for change in (
        "UPDATE payout_netting AS n SET amount_cents = 60_00 FROM payout_line AS l "
        "WHERE n.payout_line_id = l.id AND l.payout_id = $1",
        "UPDATE payout_line SET netted_cents = 60_00, amount_cents = 290_00 WHERE payout_id = $1",
    ):
        await edit(owner, change.replace("_00", "00"), netted.id)

    found = await store.compare_payout(owner, netted.id, month=APRIL, at_most=50)

    (one,) = found.differences
    assert (one.kind, one.month) == ("employer", APRIL)
    assert (one.ours_cents, one.theirs_cents) == (290_00, 280_00)


@pytest.mark.parametrize(
    "instead",
    ["RETURN NULL;", "new.expected_cents := new.expected_cents + 1; RETURN new;"],
    ids=["no second figure", "another second figure"],
)
async def test_the_database_lets_no_payout_go_that_was_not_computed_twice(
    given: Given, owner: Connection, preparer: Actor, instead: str
) -> None:
    await due_month(given)
    await owner.execute(
        f"CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {instead} END $$;"
        "CREATE TRIGGER spoilt BEFORE INSERT ON payout_expected "
        "FOR EACH ROW EXECUTE FUNCTION spoil()"
    )

    with pytest.raises(asyncpg.RestrictViolationError) as refused:
        await given.submitted_payout(OCTOBER, by=preparer)

    assert refused.value.constraint_name == "payout_computed_twice"


@pytest.mark.parametrize("statement", ["UPDATE {} SET compared_at = now()", "DELETE FROM {}"])
async def test_what_was_compared_stands(owner: Connection, netted: Payout, statement: str) -> None:
    with pytest.raises(asyncpg.RestrictViolationError):
        await owner.execute(statement.format("payout_expected"))


async def test_a_scheme_that_nobody_computes_twice_is_not_put_up_until_its_method_is_stated(
    given: Given, preparer: Actor
) -> None:
    await put_in_force(given, DOCUMENT)
    await appropriate(given, "MILESTONES")
    person = await at_work(given, scheme="MILESTONES")
    await open_accounts(given, person)
    await worked(given, person, 1, 3)
    await given.computed_month(nth_month(3))

    with pytest.raises(NothingToPay):  # each line is left out by its check
        await given.submitted_payout(nth_month(3), by=preparer)
    await state_milestone_methods(given)
    payout = await given.submitted_payout(nth_month(3), by=preparer)

    assert payout.total_cents == 530_00


async def test_a_method_is_stated_once_for_a_day_and_for_a_scheme_that_exists(
    given: Given,
) -> None:
    by = actor_of(await given.account(Role.ADMINISTRATOR))

    with pytest.raises(MethodAlreadyStated):
        async with given.db.transaction(by) as tx:
            await actions.state_method(
                tx, msgspec.structs.replace(METHOD, scheme_code="WS-70", since=SHIPPED), by=by,
                at=START,
            )  # fmt: skip
    with pytest.raises(SchemeUnknown):
        async with given.db.transaction(by) as tx:
            await actions.state_method(tx, METHOD, by=by, at=START)
