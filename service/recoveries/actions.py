"""What people do about recoveries: tell, hear appeals, take payments, give up, look ahead."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from service import db
from service.actor import Actor, Right, Role
from service.agreements.model import EndCause
from service.clock import business_day
from service.db import Connection
from service.ids import (
    AgreementId,
    BankEntryId,
    DismissalId,
    RecoveryId,
    RecoveryPaymentId,
    WriteOffId,
    new_id,
    reference,
)
from service.instalments.model import Key
from service.ledger import actions as ledger
from service.lists import Found, Wanted
from service.money import Cents
from service.recoveries import books, moving, raising, rules, sharing, store
from service.recoveries.model import (
    Cause,
    Change,
    LockedRecovery,
    Means,
    NewSettlement,
    Outcome,
    RecoveryState,
    Step,
    Terms,
    Why,
)
from service.recoveries.shown import Dossier, Forecast, Listed, Receivables, StateTotal
from service.rights import refuse_without

RECEIVABLES_SHOWN = 500
NEWEST = Wanted("newest", descending=True, at_most=500, counts=False)
MOVED_AT_ONCE = 200
AGEING_DAYS = (30, 90, 180)
PREPARERS = frozenset({Role.FINANCE_OFFICER})
RECORDERS = frozenset({Role.CASE_OFFICER})
APPEAL_STEPS = {
    Outcome.UPHELD: Step.APPEAL_UPHELD,
    Outcome.PARTLY: Step.APPEAL_PARTLY,
    Outcome.DISMISSED: Step.APPEAL_DISMISSED,
}


async def notify(
    tx: Connection, recovery_id: RecoveryId, *, letter: str, by: Actor, at: datetime
) -> None:
    """Tells the payee what is owed, why, and that it may be appealed; the letter's words are kept.

    The facts are looked at once more before. Raises NotAllowed, WrongStateForThis, InvalidFields.
    """
    rules.refuse_unless(by, PREPARERS)
    said = rules.check_letter(letter)
    recovery = await _lock_fresh(tx, recovery_id, by=by, at=at)
    await moving.take(tx, recovery, Step.NOTIFIED, by=by, at=at, said=said)


async def appeal(
    tx: Connection, recovery_id: RecoveryId, *, reason: str, by: Actor, at: datetime
) -> None:
    """An appeal, by the employer itself or as a finance officer received it; nothing is collected
    until it is decided.

    Raises NotAllowed, NotFound, WrongStateForThis, TooLateToAppeal and InvalidFields.
    """
    rules.refuse_unless(by, PREPARERS | {Role.EMPLOYER})
    refuse_without(Right.ACCOUNTANT, by)
    said = rules.check_words(reason)
    recovery = await _lock_to_appeal(tx, recovery_id)
    rules.move(recovery.state, Step.APPEALED)
    terms = await _terms(tx, recovery, on=business_day(at))
    assert recovery.notified_at is not None
    notified_on = business_day(recovery.notified_at)
    rules.refuse_late_appeal(terms, notified_on=notified_on, on=business_day(at))
    await moving.take(tx, recovery, Step.APPEALED, by=by, at=at, said=said)


async def _lock_to_appeal(tx: Connection, recovery_id: RecoveryId) -> LockedRecovery:
    """An employer may hold its own recovery only while it may appeal; otherwise say so."""
    shown = await store.get_recovery(tx, recovery_id)
    rules.move(shown.state, Step.APPEALED)
    return await store.lock_recovery(tx, recovery_id)


async def decide_appeal(
    tx: Connection,
    recovery_id: RecoveryId,
    outcome: Outcome,
    *,
    less_cents: int,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """Decides an appeal: nothing is owed, `less_cents` less is owed, or all is.

    Somebody decides who neither raised nor told it nor recorded the appeal. Raises NotAllowed,
    WrongStateForThis, AnotherPersonNeeded, HeldByPayout, MoreThanOwed and InvalidFields.
    """
    rules.refuse_unless(by, rules.FINANCE)
    said = rules.check_words(reason)
    recovery = await _lock_fresh(tx, recovery_id, by=by, at=at)
    rules.move(recovery.state, APPEAL_STEPS[outcome])
    took_part = await store.list_people(
        tx, recovery_id, [Step.RAISED, Step.NOTIFIED, Step.APPEALED]
    )
    rules.refuse_same(by, (one.id for one in took_part))
    months = await moving.months_of(tx, recovery)
    open_cents = sum(one.open_cents for one in months)
    if outcome is Outcome.PARTLY:
        rules.check_amount(less_cents, field="less")
        if less_cents >= open_cents:
            raise rules.MoreThanOwed(open_cents=open_cents)
    less = {Outcome.UPHELD: open_cents, Outcome.PARTLY: less_cents, Outcome.DISMISSED: 0}[outcome]
    if less:
        parts = sharing.spread(less, months)
        await _waive(tx, recovery, parts.items(), by=by, at=at)
    await moving.take(tx, recovery, APPEAL_STEPS[outcome], by=by, at=at, said=said)


async def _waive(
    tx: Connection,
    recovery: LockedRecovery,
    parts: Iterable[tuple[Key, Cents]],
    *,
    by: Actor,
    at: datetime,
) -> None:
    changes = [
        Change(key=key, amount_cents=Cents(-cents), why=Why.WAIVED, facts={"appeal": True})
        for key, cents in parts
    ]
    (case,) = await store.list_cases(tx, [recovery.agreement_id])
    await raising.write(tx, case, recovery.id, changes, [], by=by, at=at)


async def move_on(tx: Connection, *, by: Actor, at: datetime) -> int:
    """What time does: a notice that nobody appealed is netted, what found nothing to net against
    for so many days is invoiced. How many; for the job, until 0.
    """
    on = business_day(at)
    recoveries = await store.lock_recoveries_to_move(tx, on_day=on, at_most=MOVED_AT_ONCE)
    for recovery in recoveries:
        if recovery.state is RecoveryState.NOTIFIED:
            await moving.take(tx, recovery, Step.NETTING_BEGUN, by=by, at=at)
        else:
            await _invoice(tx, recovery, by=by, at=at)
    return len(recoveries)


async def invoice(tx: Connection, recovery_id: RecoveryId, *, by: Actor, at: datetime) -> None:
    """Issues the invoice at once, for a payee that will get nothing more to net against.

    Raises NotAllowed and WrongStateForThis.
    """
    rules.refuse_unless(by, PREPARERS)
    await _invoice(tx, await _lock_fresh(tx, recovery_id, by=by, at=at), by=by, at=at)


async def _invoice(tx: Connection, recovery: LockedRecovery, *, by: Actor, at: datetime) -> None:
    following, on = rules.move(recovery.state, Step.INVOICED), business_day(at)
    terms = await _terms(tx, recovery, on=on)
    due_on = on + timedelta(days=terms.invoice_due_days)
    number = reference("I", recovery.id)
    await store.record_invoice(tx, recovery.id, invoice_number=number, due_on=due_on, at=at)
    await moving.note(tx, recovery.id, Step.INVOICED, following, by=by, at=at, said=number)


async def record_payment(
    tx: Connection,
    recovery_id: RecoveryId,
    *,
    amount_cents: int,
    received_on: date,
    bank_reference: str,
    by: Actor,
    at: datetime,
) -> RecoveryPaymentId:
    """Notes money that came in for a recovery; it settles once somebody else confirms it.

    Raises NotAllowed, WrongStateForThis, MoreThanOwed, AlreadyRecorded and InvalidFields.
    """
    rules.refuse_unless(by, PREPARERS)
    amount = rules.check_amount(amount_cents)
    named = rules.check_words(bank_reference, field="bank_reference")
    rules.refuse_future(received_on, on=business_day(at))
    recovery = await store.lock_recovery(tx, recovery_id)
    rules.refuse_closed(recovery)
    months = await moving.months_of(tx, recovery)
    rules.refuse_beyond(amount, open_cents=sum(one.open_cents for one in months))
    payment_id = RecoveryPaymentId(new_id())
    with db.refusing(recovery_payment_once_per_reference=rules.AlreadyRecorded):
        await store.insert_payment(
            tx,
            payment_id,
            recovery_id,
            amount_cents=amount,
            received_on=received_on,
            bank_reference=named,
            bank_entry_id=None,
            recorded_by=by.account,
            is_confirmed=False,
            at=at,
        )
    return payment_id


async def confirm_payment(
    tx: Connection, payment_id: RecoveryPaymentId, *, by: Actor, at: datetime
) -> None:
    """A second person saw the money too: it settles the oldest months first.

    Raises NotAllowed, AnotherPersonNeeded, WrongStateForThis and MoreThanOwed.
    """
    rules.refuse_unless(by, rules.FINANCE)
    payment = await store.lock_payment(tx, payment_id)
    rules.refuse_decided(payment)
    rules.refuse_same(by, [payment.recorded_by])
    with db.refusing(recovery_payment_two_people=rules.AnotherPersonNeeded):
        await store.record_payment_confirmed(tx, payment_id, confirmed_by=by.account, at=at)
    await _settle(
        tx, payment.recovery_id, Means.REPAID, payment.amount_cents, payment_id, by=by, at=at
    )


async def refuse_payment(
    tx: Connection, payment_id: RecoveryPaymentId, *, by: Actor, at: datetime
) -> None:
    """The money is not there: what was recorded does nothing. NotAllowed, WrongStateForThis."""
    rules.refuse_unless(by, rules.FINANCE)
    rules.refuse_decided(await store.lock_payment(tx, payment_id))
    await store.record_payment_refused(tx, payment_id, at=at)


async def settle_from_bank(
    tx: Connection,
    recovery_id: RecoveryId,
    bank_entry_id: BankEntryId,
    *,
    amount_cents: Cents,
    received_on: date,
    by: Actor,
    at: datetime,
) -> None:
    """Settles a recovery by a credit that the bank booked; the same entry again is AlreadyRecorded.

    One entry may settle several recoveries, each with its part. Raises MoreThanOwed beyond what is
    open: the rest stays unexplained, to be sent back.
    """
    rules.refuse_unless(by, rules.FINANCE)
    payment_id = RecoveryPaymentId(new_id())
    with db.refusing(recovery_payment_once_per_reference=rules.AlreadyRecorded):
        await store.insert_payment(
            tx,
            payment_id,
            recovery_id,
            amount_cents=rules.check_amount(amount_cents),
            received_on=received_on,
            bank_reference=f"bank entry {bank_entry_id}",
            bank_entry_id=bank_entry_id,
            recorded_by=by.account,
            is_confirmed=True,
            at=at,
        )
    await _settle(tx, recovery_id, Means.REPAID, amount_cents, payment_id, by=by, at=at)


async def propose_write_off(
    tx: Connection,
    recovery_id: RecoveryId,
    *,
    amount_cents: int,
    reason: str,
    by: Actor,
    at: datetime,
) -> WriteOffId:
    """The first signature under giving up a sum: a small one at any time, else one whose invoice is
    overdue.

    Raises NotAllowed, WrongStateForThis, MoreThanOwed, NotYetCollected, AlreadyRecorded and
    InvalidFields.
    """
    rules.refuse_unless(by, PREPARERS)
    amount, said = rules.check_amount(amount_cents), rules.check_words(reason)
    recovery = await _lock_fresh(tx, recovery_id, by=by, at=at)
    rules.refuse_closed(recovery)
    on = business_day(at)
    rules.refuse_early_write_off(recovery, await _terms(tx, recovery, on=on), amount, on=on)
    months = await moving.months_of(tx, recovery)
    rules.refuse_beyond(amount, open_cents=sum(one.open_cents for one in months))
    write_off_id = WriteOffId(new_id())
    with db.refusing(recovery_write_off_one_open=rules.AlreadyRecorded):
        await store.insert_write_off(
            tx,
            write_off_id,
            recovery_id,
            amount_cents=amount,
            reason=said,
            proposed_by=by.account,
            at=at,
        )
    step = Step.WRITE_OFF_PROPOSED
    await moving.note(tx, recovery_id, step, recovery.state, by=by, at=at, said=said)
    return write_off_id


async def sign_write_off(
    tx: Connection, write_off_id: WriteOffId, *, by: Actor, at: datetime
) -> None:
    """The second signature; the sum is given up. NotAllowed, AnotherPersonNeeded, MoreThanOwed."""
    rules.refuse_unless(by, rules.FINANCE)
    write_off = await store.lock_write_off(tx, write_off_id)
    rules.refuse_decided(write_off)
    rules.refuse_same(by, [write_off.recorded_by])
    with db.refusing(recovery_write_off_two_people=rules.AnotherPersonNeeded):
        await store.record_write_off_signed(tx, write_off_id, signed_by=by.account, at=at)
    cents = write_off.amount_cents
    await _settle(tx, write_off.recovery_id, Means.WRITTEN_OFF, cents, write_off_id, by=by, at=at)


async def refuse_write_off(
    tx: Connection, write_off_id: WriteOffId, *, by: Actor, at: datetime
) -> None:
    """No second signature: the sum stays owed. Raises NotAllowed and WrongStateForThis."""
    rules.refuse_unless(by, rules.FINANCE)
    write_off = await store.lock_write_off(tx, write_off_id)
    rules.refuse_decided(write_off)
    await store.record_write_off_refused(tx, write_off_id, at=at)
    recovery = await store.lock_recovery(tx, write_off.recovery_id)
    await moving.note(tx, recovery.id, Step.WRITE_OFF_REFUSED, recovery.state, by=by, at=at)


async def _settle(
    tx: Connection,
    recovery_id: RecoveryId,
    means: Means,
    amount_cents: Cents,
    source_id: RecoveryPaymentId | WriteOffId,
    *,
    by: Actor,
    at: datetime,
) -> None:
    recovery = await _lock_fresh(tx, recovery_id, by=by, at=at)
    rules.refuse_closed(recovery)
    months = await moving.months_of(tx, recovery)
    rows = [
        NewSettlement(
            id=new_id(),
            recovery_id=recovery_id,
            key=key,
            amount_cents=cents,
            means=means,
            source_id=source_id,
            restores=recovery.cause is Cause.OVERPAID,
        )
        for key, cents in sharing.spread(amount_cents, months).items()
    ]
    with db.refusing(recovery_never_beyond_owed=rules.MoreThanOwed):
        await store.insert_settlements(tx, rows, at=at)
    line = months[0].budget_line_id
    transfers = books.of_settlements(rows, budget_line_id=line, on=business_day(at))
    await ledger.post_bulk(tx, transfers)
    said = f"{amount_cents // 100}.{amount_cents % 100:02d}"
    if means is Means.REPAID:
        await moving.note(tx, recovery_id, Step.REPAID, recovery.state, by=by, at=at, said=said)
    await moving.end_if_done(tx, recovery_id, by=by, at=at)


async def _lock_fresh(
    tx: Connection, recovery_id: RecoveryId, *, by: Actor, at: datetime
) -> LockedRecovery:
    """A recovery, held after it was made to say what the facts of its agreement say now."""
    shown = await store.get_recovery(tx, recovery_id)
    await raising.raise_for(tx, shown.agreement_id, by=by, at=at)
    return await store.lock_recovery(tx, recovery_id)


async def _terms(tx: Connection, recovery: LockedRecovery, *, on: date) -> Terms:
    terms = {one.payee: one for one in await store.list_terms(tx, on_day=on)}
    return terms[recovery.payee]


async def record_dismissal(
    tx: Connection,
    agreement_id: AgreementId,
    *,
    dismissed_on: date,
    end_cause: EndCause,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """Notes that somebody lost the job after the subsidised months, and how; once until withdrawn.

    Raises NotAllowed, NotDismissedAfter, AlreadyRecorded and InvalidFields.
    """
    rules.refuse_unless(by, RECORDERS)
    said = rules.check_words(reason)
    rules.refuse_future(dismissed_on, on=business_day(at), field="dismissed_on")
    rules.check_end_cause(end_cause)
    with db.refusing(recovery_dismissal_one_stands=rules.AlreadyRecorded):
        written = await store.insert_dismissal(
            tx,
            DismissalId(new_id()),
            agreement_id,
            dismissed_on=dismissed_on,
            end_cause=end_cause,
            reason=said,
            recorded_by=by.account,
            at=at,
        )
    if not written:
        raise rules.NotDismissedAfter


async def withdraw_dismissal(
    tx: Connection, agreement_id: AgreementId, *, by: Actor, at: datetime
) -> None:
    """What was noted was a mistake. Raises NotAllowed and WrongStateForThis when nothing was."""
    rules.refuse_unless(by, RECORDERS)
    if not await store.mark_dismissal_superseded(tx, agreement_id, at=at):
        raise rules.WrongStateForThis


async def list_receivables(tx: Connection) -> Receivables:
    """What ended agreements owe back, five hundred at most, and the total of all.

    While an agreement runs, its next months keep back what it was overpaid; once it has ended and
    nothing more is due, what is left is a receivable.
    """
    return Receivables(
        total_cents=await store.receivables_in_all(tx),
        listed=await store.list_receivables(tx, at_most=RECEIVABLES_SHOWN),
    )


async def list_recoveries(
    tx: Connection,
    wanted: Wanted = NEWEST,
    *,
    by: Actor,
    state: RecoveryState | None = None,
    is_open: bool | None = None,
) -> Found[Listed]:
    """A page of recoveries, the newest five hundred unless asked otherwise; an employer's own."""
    return await store.list_recoveries(
        tx, wanted, state=state, is_open=is_open, employer_id=by.employer_id
    )


async def list_state_totals(tx: Connection) -> list[StateTotal]:
    """What is open in each state, of the recoveries that the actor may see."""
    return await store.list_state_totals(tx)


async def read_recovery(tx: Connection, recovery_id: RecoveryId) -> Dossier:
    """One recovery with how its amount came about and all its steps; NotFound."""
    return Dossier(
        recovery=await store.get_recovery(tx, recovery_id),
        changes=await store.list_changes(tx, recovery_id),
        steps=await store.list_steps(tx, recovery_id),
        payments=await store.list_payments(tx, recovery_id),
        write_offs=await store.list_write_offs(tx, recovery_id),
    )


async def forecast(tx: Connection, *, at: datetime) -> Forecast:
    """What can be recovered, and how much came back of what is 30, 90 and 180 days old."""
    states = await store.list_state_totals(tx)
    coming = await store.list_coming(tx, on_day=business_day(at))
    return rules.forecast_of(states, coming, await store.list_ageing(tx, AGEING_DAYS, at=at))
