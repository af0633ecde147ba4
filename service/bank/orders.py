"""What an order to the bank says: identifiers, names in the bank's letters, files within limits."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from service.bank.model import UnwrittenReason
from service.bank.outgoing import (
    ApprovedLine,
    NewAttempt,
    Payment,
    Plan,
    PlannedFile,
    Unwritable,
    UnwrittenLine,
)
from service.bank_profiles.model import AddressForm, Alphabet, BankProfile
from service.bank_profiles.rules import NAME_LETTERS_MAX, LettersLeft, write
from service.i18n import N_, _, language
from service.iban import InvalidIban, parse_iban
from service.ids import base32, reference
from service.ledger.model import NewTransfer, Reason, Source
from service.money import Cents, format_euros
from service.period import format_month, format_month_name, parse_month
from service.problems import Problem

ID_LETTERS = 26
# Of the scheme (the message allows more): a town as the schema has it, a name and a text as used.
TOWN_LETTERS_MAX = 35


class PayeesNotForBank(Problem):
    """No line of the payout can be written for a bank; each says why."""

    slug = "payees-not-for-bank"
    title = N_(
        "No payment of this payout can be written as the bank takes it. Nothing was exported; "
        "put right what each line names, or have the payout voided."
    )
    status = 422


def identifier(letter: str, row_id: UUID) -> str:
    """A row's id for a bank: one letter and all its 128 bits, so no two rows share it."""
    return f"{letter}{base32(row_id.int, ID_LETTERS)}"


def file_identifier(letter: str, payout_id: UUID, ordinal: int) -> str:
    """The id of a message (M) or block (P): the payout's, and which file of it, counted from 1."""
    return f"{identifier(letter, payout_id)}-{ordinal}"


def end_to_end_id(line_id: UUID, number: int) -> str:
    """What a return comes back with: a payout line and which attempt at it; at most 35 letters."""
    return f"{identifier('E', line_id)}-{number}"


def message_of_block(block_id: str) -> str:
    """The message id of the order that holds a block: each of our files has one block, and both are
    called after the same row."""
    return f"M{block_id[1:]}"


def refuse_nothing_written(plan: Plan, unwritten: Iterable[UnwrittenLine]) -> None:
    """PayeesNotForBank, with a sentence for each line, when no file would hold a payment."""
    if not plan.files:
        raise PayeesNotForBank(
            fields={str(line.payout_line_id): sentence_of(line) for line in unwritten}
        )


# ----- what can be written


def complaint(
    line: ApprovedLine, iban: str | None, profile: BankProfile, alphabet: Alphabet
) -> Unwritable | None:
    """What keeps a line out of the files of a bank, if anything; `iban` is None if it is lost."""
    reason = UnwrittenReason.LETTERS
    try:
        name = write(line.payee_name, alphabet)
        reason = UnwrittenReason.TOWN
        if profile.address_form is not AddressForm.NONE:
            town = write(line.town, alphabet)
            if not 1 <= len(town) <= TOWN_LETTERS_MAX:
                return Unwritable(line.id, reason, str(len(town)))
    except LettersLeft as left:
        return Unwritable(line.id, reason, left.letters)
    if not 1 <= len(name) <= NAME_LETTERS_MAX:
        return Unwritable(line.id, UnwrittenReason.LENGTH, str(len(name)))
    if not _is_iban(iban):
        return Unwritable(line.id, UnwrittenReason.IBAN, "")
    limit_cents = min(profile.payment_cents_max, profile.file_cents_max)
    if line.amount_cents > limit_cents:
        return Unwritable(line.id, UnwrittenReason.AMOUNT, str(limit_cents))
    return None


def _is_iban(iban: str | None) -> bool:
    try:
        return iban is not None and parse_iban(iban) == iban
    except InvalidIban:
        return False


def sentence_of(line: UnwrittenLine) -> str:
    """Why a line was not written and who must act, in the language in use."""
    return _sentence(line.reason).format(detail=_detail(line))


def _detail(line: UnwrittenLine) -> str:
    if line.reason is UnwrittenReason.AMOUNT:
        return format_euros(Cents(int(line.detail)), language())
    if line.reason is UnwrittenReason.CONTESTED:
        return format_month_name(parse_month(line.detail), language())
    return " ".join(line.detail) if line.reason is UnwrittenReason.LETTERS else line.detail


def _sentence(reason: UnwrittenReason) -> str:
    match reason:
        case UnwrittenReason.LETTERS:
            return _(
                "The bank does not take these letters of the name: {detail}. Have the payee "
                "confirm an account under a name in Latin letters."
            )
        case UnwrittenReason.LENGTH:
            return _(
                "The name has {detail} letters; a bank takes 1 to 70. Have the payee confirm an "
                "account under a shorter name."
            )
        case UnwrittenReason.TOWN:
            return _(
                "The bank asks for the payee's town and cannot take it as it is written "
                "({detail}). Tell the administrator, who keeps the table of letters."
            )
        case UnwrittenReason.IBAN:
            return _("The account number cannot be read or is none. Have the payee confirm one.")
        case UnwrittenReason.AMOUNT:
            return _(
                "The bank takes at most {detail} in one payment. Tell the administrator, who "
                "agrees the limit with the bank."
            )
        case UnwrittenReason.CONTESTED:
            return _(
                "The candidate says that the report of {detail} is wrong. When the office has "
                "settled that, or the employer has corrected it, it can be put up again."
            )


def plan_files(plan: Plan, lines: Iterable[ApprovedLine], profile: BankProfile) -> None:
    """Adds lines that can be written to the files of a plan, in their order, within the limits.

    A file holds one channel, and as many payments and cents as the bank takes in one.
    """
    for line in lines:
        last = plan.files[-1] if plan.files else None
        if (
            last is None
            or last.is_urgent != line.is_urgent
            or last.payment_count == profile.payments_per_file_max
            or last.total_cents + line.amount_cents > profile.file_cents_max
        ):
            last = PlannedFile(len(plan.files) + 1, line.is_urgent)
            plan.files.append(last)
        last.payment_count += 1
        last.total_cents = Cents(last.total_cents + line.amount_cents)


def payments_of(
    attempts: Sequence[NewAttempt], profile: BankProfile, alphabet: Alphabet
) -> list[Payment]:
    """Attempts as the bank reads them.

    The bank is told an opaque reference and the month: nothing of the person or the programme.
    """
    is_addressed = profile.address_form is not AddressForm.NONE
    return [
        Payment(
            end_to_end_id=attempt.end_to_end_id,
            payee_name=write(attempt.line.payee_name, alphabet),
            iban=attempt.iban,
            amount_cents=attempt.line.amount_cents,
            text=_text_of(attempt),
            town=write(attempt.line.town, alphabet) if is_addressed else None,
        )
        for attempt in attempts
    ]


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
