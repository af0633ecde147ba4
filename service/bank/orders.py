"""What an order to the bank says: its identifiers, names in the bank's letters, day and totals."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

import holidays
import msgspec

from service.bank.model import (
    ApprovedTotals,
    BankProfile,
    NewAttempt,
    Payment,
    PaymentOrder,
)
from service.bank_names import NameNotForBank, bank_name
from service.i18n import N_
from service.ids import PayoutId, base32, reference
from service.ledger.model import NewTransfer, Reason, Source
from service.period import format_month
from service.problems import Problem

ID_LETTERS = 26
SATURDAY = 5


class PayeesNotForBank(Problem):
    """Some payees' names cannot be written for a bank; each line says why."""

    slug = "payees-not-for-bank"
    title = N_(
        "Some payees' names cannot be written in the letters a bank takes. Nothing was exported; "
        "tell the operator which."
    )
    status = 422


def identifier(letter: str, row_id: UUID) -> str:
    """A row's id for a bank: one letter and all its 128 bits, so no two rows share it."""
    return f"{letter}{base32(row_id.int, ID_LETTERS)}"


def end_to_end_id(line_id: UUID, number: int) -> str:
    """What a return comes back with: a payout line and which attempt at it; at most 35 letters."""
    return f"{identifier('E', line_id)}-{number}"


def message_of_block(block_id: str) -> str:
    """The message id of the order that holds a block: each of our files has one block, and both are
    called after the same row."""
    return f"M{block_id[1:]}"


def next_bank_day(day: date, closings: Mapping[date, bool]) -> date:
    """The first day from `day` on which Kosovo's banks and TARGET both settle.

    `closings` says of single days that they are closed (or open) after all: some feasts follow
    the moon and are announced late.
    """
    while closings.get(day, _is_closed(day)):
        day += timedelta(days=1)
    return day


def _is_closed(day: date) -> bool:
    return day.weekday() >= SATURDAY or day in _feasts(day.year)


@cache
def _feasts(year: int) -> frozenset[date]:
    kosovo = holidays.country_holidays("XK", years=year)
    target = holidays.financial_holidays("ECB", years=year)
    return frozenset(kosovo) | frozenset(target)


def order_of(
    payout_id: PayoutId,
    attempts: Sequence[NewAttempt],
    *,
    profile: BankProfile,
    approved: ApprovedTotals,
    created_at: datetime,
    execute_on: date,
) -> PaymentOrder:
    """The order for one payout; PayeesNotForBank with a sentence for each line that cannot be.

    The bank is told an opaque reference and the month: nothing of the person or the programme.
    """
    names = _bank_names(attempts)
    return PaymentOrder(
        message_id=identifier("M", payout_id),
        block_id=identifier("P", payout_id),
        created_at=created_at,
        execute_on=execute_on,
        profile=msgspec.structs.replace(profile, debtor_name=bank_name(profile.debtor_name)),
        payments=tuple(
            Payment(
                end_to_end_id=attempt.end_to_end_id,
                payee_name=name,
                iban=attempt.iban,
                amount_cents=attempt.line.amount_cents,
                text=_text_of(attempt),
            )
            for attempt, name in zip(attempts, names, strict=True)
        ),
        approved_count=approved.payment_count,
        approved_cents=approved.total_cents,
    )


def _bank_names(attempts: Iterable[NewAttempt]) -> list[str]:
    names, refused = [], {}
    for attempt in attempts:
        try:
            names.append(bank_name(attempt.line.payee_name))
        except NameNotForBank as wrong:
            refused[str(attempt.line.id)] = wrong.sentence()
    if refused:
        raise PayeesNotForBank(fields=refused)
    return names


def _text_of(attempt: NewAttempt) -> str:
    line = attempt.line
    return f"{reference('I', line.instalment_id)} {format_month(line.month)}"


def exported_transfers(attempts: Iterable[NewAttempt], *, on: date) -> list[NewTransfer]:
    """What the ledger learns when an order goes out: approved money is in transit."""
    return [
        NewTransfer(
            budget_line_id=attempt.line.budget_line_id,
            reason=Reason.EXPORTED,
            amount_cents=attempt.line.amount_cents,
            source_type=Source.PAYMENT_ATTEMPT,
            source_id=attempt.id,
            agreement_id=attempt.line.agreement_id,
            month=attempt.line.month,
            kind=attempt.line.kind,
            effective_on=on,
        )
        for attempt in attempts
    ]
