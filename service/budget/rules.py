"""Who gives money to a line, who decides on it, and what a payout may not pass."""

import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from service.actor import Actor, Role
from service.answers import line_complaint, read_day, refuse_if_wrong, tidy
from service.budget.model import (
    AppropriationForm,
    DonorForm,
    HeldAppropriation,
    NewAppropriation,
    PassedLine,
    ReductionForm,
)
from service.i18n import N_, _, language
from service.ids import BudgetLineId, DonorId
from service.ledger.model import NewTransfer, Reason, Source
from service.money import Cents, format_euros
from service.period import Period
from service.problems import NotAllowed, Problem

DECIDERS = frozenset({Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER})
DONOR_CODE = re.compile(r"[A-Z][A-Z0-9-]{1,29}")
PRIORITY_MAX = 99
AMOUNT_MAX_CENTS = 100_000_000_000


class DonorKnown(Problem):
    """A donor's code names one donor."""

    slug = "donor-known"
    title = N_("There is a donor with this code already. Choose it, or give another code.")
    status = 409


class AppropriationDecided(Problem):
    """An appropriation is decided on once."""

    slug = "appropriation-decided"
    title = N_("This appropriation was decided on already. Load the page to see by whom.")
    status = 409


class SecondPersonNeeded(Problem):
    """Nobody confirms the appropriation that they proposed."""

    slug = "second-person-needed"
    title = N_("You proposed this appropriation. Ask a colleague to compare it with its document.")
    status = 403


class ReductionBelowUse(Problem):
    """No appropriation becomes less than what of it is committed or spent."""

    slug = "reduction-below-use"
    title = N_(
        "Less of this appropriation is free than would be taken away: the rest is committed or "
        "spent. Reduce it by what is free at most."
    )
    status = 409


class NothingToReduce(Problem):
    """What is reduced is an appropriation that is in force."""

    slug = "nothing-to-reduce"
    title = N_("Only a confirmed appropriation can be reduced. Choose one from the list.")
    status = 409


class DrawnOnLater(Problem):
    """An appropriation takes its place behind all that its line has drawn on."""

    slug = "drawn-on-later"
    title = N_(
        "The line has drawn on an appropriation that would come after this one. Give a later first "
        "day or a higher priority number, so that what was paid from whose money stays as it is."
    )
    status = 409


class BudgetPassed(Problem):
    """A payout pays no more than its budget lines have left."""

    slug = "budget-passed"
    title = N_(
        "This payout would pass what its budget lines have left. Nothing was put up. "
        "Raise the appropriation first."
    )
    status = 409


def check_may_propose(by: Actor) -> None:
    """NotAllowed unless a finance officer asks."""
    if by.role is not Role.FINANCE_OFFICER:
        raise NotAllowed


def check_may_decide(held: HeldAppropriation, by: Actor) -> None:
    """NotAllowed or AppropriationDecided when this person cannot decide on it now."""
    if by.role not in DECIDERS:
        raise NotAllowed
    if held.confirmed_at is not None or held.refused_at is not None:
        raise AppropriationDecided


def check_second_person(held: HeldAppropriation, by: Actor) -> None:
    """SecondPersonNeeded for who proposed it; `appropriation_two_people` says the same."""
    if held.proposed_by == by.account:
        raise SecondPersonNeeded


def check_donor(form: DonorForm) -> None:
    """InvalidFields when the code or the name is not one."""
    code = (
        None
        if DONOR_CODE.fullmatch(form.code.strip())
        else _("Write a code of 2 to 30 capital letters, digits and hyphens, such as EU-IPA.")
    )
    refuse_if_wrong({"code": code, "name": line_complaint(form.name)})


def check_appropriation(
    form: AppropriationForm, *, schemes: Collection[str], donors: Collection[str]
) -> None:
    """InvalidFields with a sentence for each wrong field."""
    first, last = read_day(form.first_day), read_day(form.last_day)
    unwritten = _("Write the day as 2026-10-31.")
    reversed_days = (
        _("The last day comes before the first. Give the period of the document.")
        if first and last and last < first
        else None
    )
    refuse_if_wrong(
        {
            "scheme_code": None if form.scheme_code in schemes else _("Choose a scheme."),
            "donor_code": None if form.donor_code in donors else _("Choose a donor."),
            "first_day": None if first else unwritten,
            "last_day": reversed_days if last else unwritten,
            "priority": _priority_complaint(form.priority),
            "amount": _amount_complaint(form.amount_cents),
            "document_reference": line_complaint(form.document_reference),
        }
    )


def check_reduction(form: ReductionForm) -> None:
    """InvalidFields with a sentence for each wrong field."""
    refuse_if_wrong(
        {
            "amount": _amount_complaint(form.amount_cents),
            "document_reference": line_complaint(form.document_reference),
        }
    )


def _priority_complaint(priority: int | None) -> str | None:
    if priority is not None and 1 <= priority <= PRIORITY_MAX:
        return None
    return _("Write a number from 1 to {most}; 1 is drawn on first.").format(most=PRIORITY_MAX)


def _amount_complaint(cents: int | None) -> str | None:
    if cents is not None and 0 < cents <= AMOUNT_MAX_CENTS:
        return None
    return _("Write an amount in euros above zero, such as 250000.00.")


def given(
    form: AppropriationForm, *, budget_line_id: BudgetLineId, donor_id: DonorId
) -> NewAppropriation:
    """The appropriation of a form that was checked."""
    first, last = read_day(form.first_day), read_day(form.last_day)
    assert first is not None
    assert last is not None
    assert form.priority is not None
    assert form.amount_cents is not None
    return NewAppropriation(
        budget_line_id=budget_line_id,
        donor_id=donor_id,
        period=Period(first, last + timedelta(days=1)),
        priority=form.priority,
        amount_cents=Cents(form.amount_cents),
        document_reference=tidy(form.document_reference),
    )


def reduced(held: HeldAppropriation, form: ReductionForm) -> NewAppropriation:
    """The row that takes from an appropriation; NothingToReduce when that is not in force."""
    if held.confirmed_at is None or held.reduces is not None:
        raise NothingToReduce
    assert form.amount_cents is not None
    return NewAppropriation(
        budget_line_id=held.budget_line_id,
        donor_id=held.donor_id,
        period=held.period,
        priority=held.priority,
        amount_cents=Cents(-form.amount_cents),
        document_reference=tidy(form.document_reference),
        reduces=held.id,
    )


def posted(held: HeldAppropriation, *, on: date) -> NewTransfer:
    """What a confirmed appropriation moves in the ledger: from the treasury, or back to it."""
    gives = held.amount_cents > 0
    return NewTransfer(
        budget_line_id=held.budget_line_id,
        reason=Reason.APPROPRIATED if gives else Reason.APPROPRIATION_REDUCED,
        amount_cents=Cents(abs(held.amount_cents)),
        source_type=Source.APPROPRIATION,
        source_id=held.id,
        effective_on=on,
    )


def refuse_passed(lines: Sequence[PassedLine]) -> None:
    """BudgetPassed, with the shortfall in euros of each line, when any line would be passed."""
    if not lines:
        return
    short = ", ".join(
        f"{line.scheme_code}: {format_euros(line.short_cents, language())}" for line in lines
    )
    raise BudgetPassed(
        _(
            "This payout would pass what its budget lines have left. Missing: {short}. "
            "Nothing was put up. Raise the appropriation first."
        ).format(short=short),
        shortfalls={line.scheme_code: line.short_cents for line in lines},
    )
