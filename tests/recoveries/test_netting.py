"""What is owed is kept back from later payments to the same payee, up to a share."""

from datetime import date

import asyncpg
import pytest

from service.checks import actions as checks
from service.db import SQL_FOLDER, parse_queries
from service.failures import actions as failures
from service.ids import PayoutId, new_id
from service.payouts import actions as payouts
from service.payouts import store as payout_store
from service.payouts.model import Payout, PayoutLine
from service.recoveries.model import RecoveryState, Step
from service.recoveries.rules import RecoveryChanged
from tests.given import actor_of
from tests.payouts.corrections import at_work, earn, end
from tests.recoveries.owing import APRIL, MARCH, MAY, Office, another, dismissed, overpaid

LINE_THAT_KEEPS_HALF = """
INSERT INTO payout_line
SELECT $1, $2, i.id, b.id, b.holder_name, 35000, 17500, 17500
FROM instalment AS i INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN bank_account AS b ON a.employer_id = b.employer_id WHERE i.agreement_id = $3
"""
NETTING = """
INSERT INTO recovery_netting
SELECT gen_random_uuid(), $1, recovery_id, agreement_id, month, kind, $2, TRUE FROM recovery_change
"""


async def lines_of(office: Office, payout: Payout) -> list[PayoutLine]:
    """The lines of a payout."""
    async with office.given.db.transaction(office.preparer) as tx:
        return await payouts.list_lines(tx, payout.id, page=1, page_size=50)


async def test_another_agreement_of_the_firm_pays_half_of_its_instalment_towards_it(
    office: Office,
) -> None:
    person = await dismissed(office, months=2)
    await office.netting()
    other = await another(office.given, person)
    await earn(office.given, other, MAY, wage_cents=600_00)

    payout = await office.paid(MAY)

    (line,) = await lines_of(office, payout)
    one = await office.only()
    books = await office.books()
    assert (line.due_cents, line.netted_cents, line.amount_cents) == (350_00, 175_00, 175_00)
    assert (one.settled_cents, one.open_cents, one.state) == (175_00, 525_00, RecoveryState.NETTING)
    assert (books.receivable_cents, books.recovered_cents) == (525_00, 175_00)
    assert books.paid_cents == 350_00  # the later month: half by the bank, half by set-off


async def test_an_overpayment_that_is_netted_in_full_is_settled_and_made_good(
    office: Office,
) -> None:
    person = await overpaid(office)
    await office.netting()
    other = await another(office.given, person)
    await earn(office.given, other, MAY, wage_cents=600_00)

    payout = await office.paid(MAY)

    (line,) = await lines_of(office, payout)
    one = await office.only()
    books = await office.books()
    assert (line.netted_cents, line.amount_cents) == (70_00, 280_00)
    assert (one.state, one.open_cents) == (RecoveryState.SETTLED, 0)
    assert (books.receivable_cents, books.recovered_cents, books.recoverable_cents) == (0, 0, 0)
    steps = [step.step for step in (await office.dossier(one.id)).steps]
    assert steps[-2:] == [Step.NETTED, Step.SETTLED]


async def test_what_came_back_is_paid_again_when_it_turns_out_to_be_due(office: Office) -> None:
    person = await overpaid(office)
    await office.netting()
    other = await another(office.given, person)
    await earn(office.given, other, MAY, wage_cents=600_00)
    await office.paid(MAY)

    await earn(office.given, person, MARCH, wage_cents=600_00)
    payout = await office.paid(MARCH)
    await office.sweep()

    (line,) = await lines_of(office, payout)
    assert line.due_cents == 70_00 or line.amount_cents == 70_00
    assert (await office.books()).recoverable_cents == 0


async def test_a_payment_made_again_keeps_back_what_its_own_agreement_was_overpaid(
    office: Office,
) -> None:
    given = office.given
    person = await at_work(given)
    await earn(given, person, MARCH, wage_cents=600_00)
    await office.paid(MARCH)
    await earn(given, person, APRIL, wage_cents=600_00)
    april = await given.submitted_payout(APRIL, by=office.preparer)
    await given.approved_payout(april, by=office.authoriser)
    await office.settled(april, returned=1)
    await earn(given, person, MARCH, wage_cents=400_00)
    await end(given, person, date(2026, 4, 30))
    await office.netting()
    other = await another(given, person)
    await earn(given, other, MAY, wage_cents=600_00)
    by, at = office.preparer, office.clock.now()
    async with given.db.transaction(by) as tx:
        (failed,), (held,) = await failures.list_failed(tx), await failures.list_holds(tx)
        await failures.release_hold(tx, held.id, reason="The account is right.", by=by, at=at)
        await failures.request_reissue(tx, failed.id, reason="The bank was asked.", by=by, at=at)

    payout = await office.paid(MAY)

    lines = {line.month: line for line in await lines_of(office, payout)}
    assert (lines[APRIL].netted_cents, lines[MAY].netted_cents) == (70_00, 0)
    assert (await office.books()).recoverable_cents == 0


async def test_before_it_is_told_and_while_it_is_appealed_nothing_is_kept_back(
    office: Office,
) -> None:
    person = await overpaid(office)
    await office.sweep()
    await office.notified((await office.only()).id)
    other = await another(office.given, person)
    await earn(office.given, other, MAY, wage_cents=600_00)

    payout = await office.paid(MAY)

    (line,) = await lines_of(office, payout)
    assert line.netted_cents == 0


async def test_a_rejected_payout_lets_go_what_it_kept_back(office: Office) -> None:
    person = await overpaid(office)
    await office.netting()
    other = await another(office.given, person)
    await earn(office.given, other, MAY, wage_cents=600_00)
    payout = await office.given.submitted_payout(MAY, by=office.preparer)

    await office.given.rejected_payout(payout, by=office.second)
    kept = await office.given.submitted_payout(MAY, by=office.preparer)

    (line,) = await lines_of(office, kept)
    assert line.netted_cents == 70_00
    assert (await office.only()).open_cents == 70_00
    await office.books()


async def test_the_digest_covers_what_is_kept_back_and_the_database_the_share(
    office: Office,
) -> None:
    person = await overpaid(office, to_wage_cents=300_00)  # less than the minimum: nothing is due
    await office.netting()
    other = await another(office.given, person)
    await earn(office.given, other, MAY, wage_cents=600_00)
    at, payout_id, line_id = office.clock.now(), PayoutId(new_id()), new_id()

    async with office.given.db.transaction(office.preparer) as tx:
        run = await checks.run_checks(tx, [], month=MAY, by=office.preparer, at=at)
        await payout_store.insert_payout(
            tx,
            payout_id,
            reference="P-X",
            month=MAY,
            submitted_by=office.preparer.account,
            check_run_id=run.id,
            at=at,
            reopens=None,
        )
        await tx.execute(LINE_THAT_KEEPS_HALF, line_id, payout_id, other.agreement_id)
        without = await payout_store.digest_now(tx, payout_id, at=at)
        with pytest.raises(asyncpg.PostgresError) as refused:
            async with tx.transaction():
                await tx.execute(NETTING, line_id, 176_00)  # it would pay 350.00 otherwise
        await tx.execute(NETTING, line_id, 175_00)
        covered = await payout_store.digest_now(tx, payout_id, at=at)

    assert getattr(refused.value, "constraint_name", "") == "recovery_netting_within_share"
    assert covered != without


async def test_a_recovery_that_grew_meanwhile_is_told_first(office: Office) -> None:
    person = await overpaid(office)
    await office.netting()
    other = await another(office.given, person)
    await earn(office.given, other, MAY, wage_cents=600_00)
    payout = await office.given.submitted_payout(MAY, by=office.preparer)
    await earn(office.given, person, MARCH, wage_cents=300_00)
    await office.sweep()

    with pytest.raises(RecoveryChanged):
        await office.given.approved_payout(payout, by=office.authoriser)


async def test_a_recovery_that_shrank_meanwhile_cannot_be_netted(office: Office) -> None:
    person = await overpaid(office)
    await office.netting()
    other = await another(office.given, person)
    await earn(office.given, other, MAY, wage_cents=600_00)
    payout = await office.given.submitted_payout(MAY, by=office.preparer)
    await earn(office.given, person, MARCH, wage_cents=600_00)

    with pytest.raises(RecoveryChanged):
        await office.given.approved_payout(payout, by=office.authoriser)

    await office.sweep()
    with pytest.raises(RecoveryChanged):
        await office.given.approved_payout(payout, by=office.authoriser)


async def test_what_finds_nothing_to_net_is_invoiced_after_sixty_days(office: Office) -> None:
    await dismissed(office, months=1)
    one = await office.netting()

    await office.later(59)
    before = (await office.only()).state
    await office.later(1)

    one = await office.only()
    assert before is RecoveryState.NETTING
    assert one.state is RecoveryState.INVOICED
    assert one.invoice_number is not None
    assert one.invoice_due_on is not None
    assert (one.invoice_due_on - office.clock.today()).days == 30


async def test_a_month_is_never_netted_for_two_payouts(office: Office) -> None:
    person = await overpaid(office)
    await office.netting()
    other = await another(office.given, person, starts_on=APRIL)
    await earn(office.given, other, APRIL, wage_cents=600_00)
    await office.given.submitted_payout(APRIL, by=office.preparer)
    await earn(office.given, other, MAY, wage_cents=600_00)

    payout = await office.given.submitted_payout(MAY, by=office.preparer)

    lines = await lines_of(office, payout)
    assert [line.netted_cents for line in lines] == [0]


async def test_a_voided_payout_gives_back_what_it_netted(office: Office) -> None:
    person = await overpaid(office)
    one = await office.netting()
    other = await another(office.given, person)
    await earn(office.given, other, MAY, wage_cents=600_00)
    payout = await office.given.submitted_payout(MAY, by=office.preparer)
    await office.given.approved_payout(payout, by=office.authoriser)
    settled = await office.only()

    asker, voider = actor_of(await office.given.finance_officer()), office.second
    async with office.given.db.transaction(asker) as tx:
        await payouts.request_void(
            tx,
            payout.id,
            digest=payout.digest,
            reason="The wrong month was put up.",
            by=asker,
            at=office.clock.now(),
        )
    async with office.given.db.transaction(voider) as tx:
        await payouts.void(tx, payout.id, digest=payout.digest, by=voider, at=office.clock.now())
        reasons = await tx.fetch(
            "SELECT reason, sum(amount_cents)::bigint AS cents FROM transfer "
            "WHERE source_type = 'recovery_netting' GROUP BY reason"
        )

    assert settled.state is RecoveryState.SETTLED
    assert {row["reason"]: row["cents"] for row in reasons} == dict.fromkeys(
        ("set_off", "repaid", "restored", "restored_undone", "repaid_undone", "set_off_undone"),
        70_00,
    )
    steps = [step.step for step in (await office.dossier(one.id)).steps]
    assert steps[-1] is Step.NETTING_UNDONE
    assert (await office.only()).open_cents == (await office.books()).receivable_cents == 70_00


async def test_an_employer_with_an_overdue_invoice_is_not_paid_and_one_that_nets_is(
    office: Office,
) -> None:
    check = parse_queries((SQL_FOLDER / "checks" / "no_unresolved_recovery.sql").read_text())
    query = check["no_unresolved_recovery"].text
    person = await dismissed(office, months=1)
    await office.netting()
    outcomes = []
    for days in (0, 60, 31):
        await office.later(days)
        async with office.given.db.transaction(office.preparer) as tx:
            ids = await tx.fetch(
                "SELECT id FROM instalment WHERE agreement_id = $1", person.agreement_id
            )
            values = {"on": office.clock.today(), "instalment_ids": [row["id"] for row in ids]}
            names = check["no_unresolved_recovery"].parameters
            outcomes += await tx.fetch(query, *(values[name] for name in names))

    assert [row["outcome"] for row in outcomes] == ["passed", "passed", "failed"]
    assert outcomes[-1]["inputs"]["overdue_cents"] == 350_00
