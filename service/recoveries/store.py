"""The typed twins of sql/queries/recoveries.sql and sql/reports/recoveries.sql."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from service import db, lists
from service.agreements.model import EndCause
from service.db import Connection
from service.ids import (
    AccountId,
    AgreementId,
    BankAccountId,
    BankEntryId,
    DismissalId,
    EmployerId,
    PayoutId,
    RecoveryId,
    RecoveryPaymentId,
    WriteOffId,
)
from service.lists import Found, Wanted
from service.money import Cents
from service.recoveries.model import (
    Case,
    HeldAgreement,
    Kept,
    KeptLine,
    LockedRecovery,
    MonthFacts,
    MonthOwed,
    NewChange,
    NewRecovery,
    NewSettlement,
    NewStep,
    OpenMonth,
    Person,
    RecoveryState,
    Rule,
    SecondWord,
    Step,
    Terms,
)
from service.recoveries.shown import (
    Ageing,
    ChangeShown,
    Coming,
    Listed,
    Payment,
    Receivable,
    StateTotal,
    StepShown,
    WriteOff,
)

SQL = {**db.load("recoveries"), **db.load_report("recoveries")}


async def list_receivables(tx: Connection, *, at_most: int) -> list[Receivable]:
    """What ended agreements owe back, the oldest first."""
    return await db.fetch_all(tx, SQL["list_receivables"], Receivable, at_most=at_most)


async def receivables_in_all(tx: Connection) -> Cents:
    """What all of them come to, in cents."""
    return await db.fetch_value(tx, SQL["receivables_in_all"], Cents)


async def lock_agreements_to_check(
    tx: Connection, *, after: UUID, at_most: int
) -> list[HeldAgreement]:
    """Ended agreements that changed since they were looked at, by id, that nobody else holds."""
    return await db.fetch_all(
        tx, SQL["lock_agreements_to_check"], HeldAgreement, after=after, at_most=at_most
    )


async def lock_agreement(tx: Connection, agreement_id: AgreementId) -> list[HeldAgreement]:
    """The agreement, held, if it has ended."""
    return await db.fetch_all(tx, SQL["lock_agreement"], HeldAgreement, agreement_id=agreement_id)


async def mark_checked(tx: Connection, held: Sequence[HeldAgreement]) -> None:
    """Notes what was looked at."""
    await db.execute(
        tx,
        SQL["mark_checked"],
        agreement_ids=[one.id for one in held],
        rows_seen=[one.rows_seen for one in held],
    )


async def list_cases(tx: Connection, agreement_ids: Sequence[AgreementId]) -> list[Case]:
    """What agreements say about recoveries."""
    return await db.fetch_all(tx, SQL["list_cases"], Case, agreement_ids=list(agreement_ids))


async def list_month_facts(
    tx: Connection, agreement_ids: Sequence[AgreementId]
) -> list[MonthFacts]:
    """What was due, got and beyond its due for each month and kind."""
    return await db.fetch_all(
        tx, SQL["list_month_facts"], MonthFacts, agreement_ids=list(agreement_ids)
    )


async def list_months_owed(tx: Connection, agreement_ids: Sequence[AgreementId]) -> list[MonthOwed]:
    """What recoveries of agreements come to, month by month."""
    return await db.fetch_all(
        tx, SQL["list_months_owed"], MonthOwed, agreement_ids=list(agreement_ids)
    )


async def list_rules(tx: Connection) -> list[Rule]:
    """What ends of agreements oblige to, and when."""
    return await db.fetch_all(tx, SQL["list_rules"], Rule)


async def list_terms(tx: Connection, *, on_day: date) -> list[Terms]:
    """How recoveries are collected on a day, from each kind of payee."""
    return await db.fetch_all(tx, SQL["list_terms"], Terms, on_day=on_day)


async def insert_recovery(
    tx: Connection, recovery: NewRecovery, *, raised_by: AccountId | None, at: datetime
) -> None:
    """A recovery that owes nothing yet."""
    await db.execute(
        tx,
        SQL["insert_recovery"],
        recovery_id=recovery.id,
        reference=recovery.reference,
        agreement_id=recovery.claim.agreement_id,
        payee=recovery.claim.payee,
        employer_id=recovery.employer_id,
        candidate_id=recovery.candidate_id,
        cause=recovery.claim.cause,
        source_id=recovery.claim.source_id,
        at=at,
        raised_by=raised_by,
    )


async def insert_changes(
    tx: Connection, changes: Sequence[NewChange], *, recorded_by: AccountId | None, at: datetime
) -> None:
    """By how much recoveries grow and shrink."""
    await db.execute(
        tx,
        SQL["insert_changes"],
        ids=[one.id for one in changes],
        recovery_ids=[one.recovery_id for one in changes],
        agreement_ids=[one.change.key.agreement_id for one in changes],
        months=[one.change.key.month for one in changes],
        kinds=[one.change.key.kind for one in changes],
        amounts_cents=[one.change.amount_cents for one in changes],
        whys=[one.change.why for one in changes],
        facts=[one.change.facts for one in changes],
        at=at,
        recorded_by=recorded_by,
    )


async def insert_settlements(
    tx: Connection, settlements: Sequence[NewSettlement], *, at: datetime
) -> None:
    """What is repaid or given up, month by month."""
    await db.execute(
        tx,
        SQL["insert_settlements"],
        ids=[one.id for one in settlements],
        recovery_ids=[one.recovery_id for one in settlements],
        agreement_ids=[one.key.agreement_id for one in settlements],
        months=[one.key.month for one in settlements],
        kinds=[one.key.kind for one in settlements],
        amounts_cents=[one.amount_cents for one in settlements],
        means=[one.means for one in settlements],
        source_ids=[one.source_id for one in settlements],
        restores=[one.restores for one in settlements],
        at=at,
    )


async def insert_steps(
    tx: Connection, steps: Sequence[NewStep], *, happened_by: AccountId | None, at: datetime
) -> None:
    """What happened to recoveries."""
    await db.execute(
        tx,
        SQL["insert_steps"],
        ids=[one.id for one in steps],
        recovery_ids=[one.recovery_id for one in steps],
        steps=[one.step for one in steps],
        states=[one.state for one in steps],
        said=[one.said for one in steps],
        at=at,
        happened_by=happened_by,
    )


async def lock_recovery(tx: Connection, recovery_id: RecoveryId) -> LockedRecovery:
    """A recovery, held; NotFound."""
    return await db.fetch_one(tx, SQL["lock_recovery"], LockedRecovery, recovery_id=recovery_id)


async def lock_recoveries_of_payout(tx: Connection, payout_id: PayoutId) -> list[LockedRecovery]:
    """The recoveries that a payout nets, held."""
    return await db.fetch_all(
        tx, SQL["lock_recoveries_of_payout"], LockedRecovery, payout_id=payout_id
    )


async def record_state(
    tx: Connection, recovery_id: RecoveryId, *, before: RecoveryState, state: RecoveryState
) -> int:
    """Moves a recovery; how many were where it was expected."""
    return await db.execute(
        tx, SQL["record_state"], recovery_id=recovery_id, before=before, state=state
    )


async def record_notice(
    tx: Connection, recovery_id: RecoveryId, *, notified_by: AccountId, at: datetime
) -> int:
    """The payee was told."""
    return await db.execute(
        tx, SQL["record_notice"], recovery_id=recovery_id, notified_by=notified_by, at=at
    )


async def record_netting(tx: Connection, recovery_id: RecoveryId, *, at: datetime) -> int:
    """Later payments keep something back from now on."""
    return await db.execute(tx, SQL["record_netting"], recovery_id=recovery_id, at=at)


async def record_invoice(
    tx: Connection, recovery_id: RecoveryId, *, invoice_number: str, due_on: date, at: datetime
) -> int:
    """An invoice is issued."""
    return await db.execute(
        tx,
        SQL["record_invoice"],
        recovery_id=recovery_id,
        invoice_number=invoice_number,
        due_on=due_on,
        at=at,
    )


async def lock_recoveries_to_move(
    tx: Connection, *, on_day: date, at_most: int
) -> list[LockedRecovery]:
    """Recoveries that time moves on, held."""
    return await db.fetch_all(
        tx, SQL["lock_recoveries_to_move"], LockedRecovery, on_day=on_day, at_most=at_most
    )


async def lock_open_recoveries(
    tx: Connection, bank_account_ids: Sequence[BankAccountId]
) -> list[LockedRecovery]:
    """Recoveries in netting of the payees of accounts, held."""
    return await db.fetch_all(
        tx, SQL["lock_open_recoveries"], LockedRecovery, bank_account_ids=list(bank_account_ids)
    )


async def list_open_months(
    tx: Connection, bank_account_ids: Sequence[BankAccountId]
) -> list[OpenMonth]:
    """What of these can be netted."""
    return await db.fetch_all(
        tx, SQL["list_open_months"], OpenMonth, bank_account_ids=list(bank_account_ids)
    )


async def insert_nettings(tx: Connection, kept: Sequence[Kept]) -> None:
    """What lines keep back for recoveries."""
    await db.execute(
        tx,
        SQL["insert_nettings"],
        ids=[one.id for one in kept],
        payout_line_ids=[one.line_id for one in kept],
        recovery_ids=[one.recovery_id for one in kept],
        agreement_ids=[one.agreement_id for one in kept],
        months=[one.month for one in kept],
        kinds=[one.kind for one in kept],
        amounts_cents=[one.amount_cents for one in kept],
        restores=[one.restores for one in kept],
    )


async def lock_kept_lines(tx: Connection, payout_id: PayoutId) -> list[KeptLine]:
    """What a payout nets of recoveries, the months that owe held."""
    return await db.fetch_all(tx, SQL["lock_kept_lines"], KeptLine, payout_id=payout_id)


async def insert_payment(
    tx: Connection,
    payment_id: RecoveryPaymentId,
    recovery_id: RecoveryId,
    *,
    amount_cents: Cents,
    received_on: date,
    bank_reference: str,
    bank_entry_id: BankEntryId | None,
    recorded_by: AccountId,
    is_confirmed: bool,
    at: datetime,
) -> None:
    """Money that came in; that of a bank entry needs no second person."""
    await db.execute(
        tx,
        SQL["insert_payment"],
        payment_id=payment_id,
        recovery_id=recovery_id,
        amount_cents=amount_cents,
        received_on=received_on,
        bank_reference=bank_reference,
        bank_entry_id=bank_entry_id,
        at=at,
        recorded_by=recorded_by,
        confirmed_at=at if is_confirmed else None,
        confirmed_by=recorded_by if is_confirmed else None,
    )


async def lock_payment(tx: Connection, payment_id: RecoveryPaymentId) -> SecondWord:
    """A payment, held; NotFound."""
    return await db.fetch_one(tx, SQL["lock_payment"], SecondWord, payment_id=payment_id)


async def record_payment_confirmed(
    tx: Connection, payment_id: RecoveryPaymentId, *, confirmed_by: AccountId, at: datetime
) -> int:
    """A second person saw the payment too."""
    return await db.execute(
        tx,
        SQL["record_payment_confirmed"],
        payment_id=payment_id,
        confirmed_by=confirmed_by,
        at=at,
    )


async def record_payment_refused(
    tx: Connection, payment_id: RecoveryPaymentId, *, at: datetime
) -> int:
    """The payment was not there."""
    return await db.execute(tx, SQL["record_payment_refused"], payment_id=payment_id, at=at)


async def insert_write_off(
    tx: Connection,
    write_off_id: WriteOffId,
    recovery_id: RecoveryId,
    *,
    amount_cents: Cents,
    reason: str,
    proposed_by: AccountId,
    at: datetime,
) -> None:
    """The first signature."""
    await db.execute(
        tx,
        SQL["insert_write_off"],
        write_off_id=write_off_id,
        recovery_id=recovery_id,
        amount_cents=amount_cents,
        reason=reason,
        proposed_by=proposed_by,
        at=at,
    )


async def lock_write_off(tx: Connection, write_off_id: WriteOffId) -> SecondWord:
    """A proposed write-off, held; NotFound."""
    return await db.fetch_one(tx, SQL["lock_write_off"], SecondWord, write_off_id=write_off_id)


async def record_write_off_signed(
    tx: Connection, write_off_id: WriteOffId, *, signed_by: AccountId, at: datetime
) -> int:
    """The second signature."""
    return await db.execute(
        tx,
        SQL["record_write_off_signed"],
        write_off_id=write_off_id,
        signed_by=signed_by,
        at=at,
    )


async def record_write_off_refused(
    tx: Connection, write_off_id: WriteOffId, *, at: datetime
) -> int:
    """No second signature."""
    return await db.execute(tx, SQL["record_write_off_refused"], write_off_id=write_off_id, at=at)


async def insert_dismissal(
    tx: Connection,
    dismissal_id: DismissalId,
    agreement_id: AgreementId,
    *,
    dismissed_on: date,
    end_cause: EndCause,
    reason: str,
    recorded_by: AccountId,
    at: datetime,
) -> int:
    """A dismissal after the subsidised months of a completed agreement; 0 when it is not that."""
    return await db.execute(
        tx,
        SQL["insert_dismissal"],
        dismissal_id=dismissal_id,
        agreement_id=agreement_id,
        dismissed_on=dismissed_on,
        end_cause=end_cause,
        reason=reason,
        recorded_by=recorded_by,
        at=at,
    )


async def mark_dismissal_superseded(
    tx: Connection, agreement_id: AgreementId, *, at: datetime
) -> int:
    """What was recorded was a mistake; 0 when nothing was."""
    return await db.execute(tx, SQL["mark_dismissal_superseded"], agreement_id=agreement_id, at=at)


async def list_recoveries(
    tx: Connection,
    wanted: Wanted,
    *,
    state: RecoveryState | None,
    is_open: bool | None,
    employer_id: EmployerId | None,
) -> Found[Listed]:
    """A page of recoveries: of a state, under way, or an employer's own."""
    return await lists.fetch_page(
        tx,
        SQL["list_recoveries"],
        Listed,
        wanted,
        state=state,
        is_open=is_open,
        employer_id=employer_id,
    )


async def get_recovery(tx: Connection, recovery_id: RecoveryId) -> Listed:
    """One recovery; NotFound when it is not the actor's to see."""
    return await db.fetch_one(tx, SQL["get_recovery"], Listed, recovery_id=recovery_id)


async def list_changes(tx: Connection, recovery_id: RecoveryId) -> list[ChangeShown]:
    """How its amount came about."""
    return await db.fetch_all(tx, SQL["list_changes"], ChangeShown, recovery_id=recovery_id)


async def list_steps(tx: Connection, recovery_id: RecoveryId) -> list[StepShown]:
    """What happened to it."""
    return await db.fetch_all(tx, SQL["list_steps"], StepShown, recovery_id=recovery_id)


async def list_people(
    tx: Connection, recovery_id: RecoveryId, steps: Sequence[Step]
) -> list[Person]:
    """Who took one of these steps."""
    return await db.fetch_all(
        tx, SQL["list_people"], Person, recovery_id=recovery_id, steps=list(steps)
    )


async def list_payments(tx: Connection, recovery_id: RecoveryId) -> list[Payment]:
    """What came in for it."""
    return await db.fetch_all(tx, SQL["list_payments"], Payment, recovery_id=recovery_id)


async def list_write_offs(tx: Connection, recovery_id: RecoveryId) -> list[WriteOff]:
    """What was proposed to give up of it."""
    return await db.fetch_all(tx, SQL["list_write_offs"], WriteOff, recovery_id=recovery_id)


async def list_state_totals(tx: Connection) -> list[StateTotal]:
    """What is open, by state."""
    return await db.fetch_all(tx, SQL["list_state_totals"], StateTotal)


async def list_coming(tx: Connection, *, on_day: date) -> list[Coming]:
    """What each payee owes beside what can be netted."""
    return await db.fetch_all(tx, SQL["list_coming"], Coming, on_day=on_day)


async def list_ageing(tx: Connection, days: Sequence[int], *, at: datetime) -> list[Ageing]:
    """How much came back within so many days."""
    return await db.fetch_all(tx, SQL["list_ageing"], Ageing, days=list(days), at=at)
