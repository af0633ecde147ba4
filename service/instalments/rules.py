"""What is due for one agreement and one calendar month, by the agreement's scheme.

The scheme computes (see `service/schemes/language`); here its answer becomes exactly one entry for
each month and kind of payment, with an amount or a reason, and months that are gone get theirs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from service.actor import Actor, Role
from service.facts.model import Span
from service.i18n import N_
from service.ids import AgreementId
from service.instalments.model import (
    BUDGET_EXHAUSTED,
    NOTHING_DUE,
    OUTSIDE_PERIOD,
    PROGRAMME_MONTH_RUNS,
    Ahead,
    Case,
    Computed,
    Current,
    Entry,
    Key,
    KnownCase,
    Outcome,
    PaymentKind,
    ReasonCode,
    Result,
    Written,
)
from service.money import ZERO, Cents
from service.period import Month, Period, month_period, months_touched
from service.problems import NotAllowed, Problem
from service.schemes.language.compiler import Answer
from service.schemes.language.results import Paid, Stop
from service.schemes.language.windows import Window

INSTANT = timedelta(microseconds=1)  # the database counts time in these


class MonthNotOver(Problem):
    """A month is computed in arrears."""

    slug = "month-not-over"
    title = N_("This month has not ended yet. It can be computed from the first day after it.")
    status = 422


class RunUnderWay(Problem):
    """One run of a month at a time."""

    slug = "run-under-way"
    title = N_("This month is being computed already. Follow that run, or cancel it first.")
    status = 409


class NoRunUnderWay(Problem):
    """Nothing to cancel."""

    slug = "no-run-under-way"
    title = N_("This month is not being computed now, so there is nothing to cancel.")
    status = 409


class MomentNotPast(Problem):
    """What will be known is not known yet."""

    slug = "moment-not-past"
    title = N_(
        "Give a moment that has passed, with its time zone, such as 2026-11-02T09:00:00+01:00."
    )
    status = 422


def refuse_future(known_at: datetime, *, now: datetime) -> None:
    """MomentNotPast for a moment to come, or one of no time zone."""
    if known_at.tzinfo is None or known_at > now:
        raise MomentNotPast


def refuse_unless_computer(by: Actor) -> None:
    """NotAllowed for anybody but a finance officer and the system."""
    if by.role not in {Role.FINANCE_OFFICER, Role.SYSTEM}:
        raise NotAllowed


def refuse_unfinished(month: Month, today: date) -> None:
    """MonthNotOver for a month that still runs or is to come."""
    if month_period(month).end > today:
        raise MonthNotOver


def compute_months(
    case: Case, months: Sequence[Month], due_before_cents: Mapping[PaymentKind, Cents]
) -> list[Entry]:
    """What some months come to under the agreement's scheme, earliest first.

    `due_before_cents` is what the months before the first of them came to, by kind of payment. A
    month into which no payment falls gets one entry of zero that says why.
    """
    if not months:
        return []
    answer = _answer(case, Window(months[0], months[-1]), due_before_cents)
    return _entries(case, months, answer)


def compute_span(case: Case, span: Span, due_before_cents: Mapping[PaymentKind, Cents]) -> Computed:
    """What a span of months comes to: those that the period touches, and those after it into which
    a payment falls. Once the period is over it also says which payments are still to come.
    """
    is_over = case.period.end <= month_period(span.through_month).end
    last = max(span.through_month, case.paid_until) if is_over else span.through_month
    answer = _answer(case, Window(span.from_month, last), due_before_cents)
    paid = {Month(one.month) for one in answer.paid if one.month <= span.through_month}
    touched = months_to_compute(case.period, span.from_month, span.through_month)
    return Computed(
        _entries(case, sorted(paid.union(touched)), answer),
        [_ahead(one) for one in answer.paid if one.month > span.through_month],
    )


def _ahead(paid: Paid) -> Ahead:
    """Ruled out when a guard said so; what is not reported or confirmed yet may still be."""
    ruled_out = paid.stop is not None and Outcome(paid.stop.outcome) is Outcome.NOT_DUE
    return Ahead(Month(paid.month), PaymentKind(paid.kind), not ruled_out)


def _entries(case: Case, months: Sequence[Month], answer: Answer) -> list[Entry]:
    by_month: dict[date, list[Entry]] = {month: [] for month in months}
    for paid in answer.paid:
        if paid.month in by_month:
            by_month[paid.month].append(_entry(paid))
    main = PaymentKind(case.scheme.program.pays[0].kind)
    return [
        entry
        for month in months
        for entry in by_month[month] or [Entry(month, main, _no_payment(case, month, answer.stop))]
    ]


def _answer(case: Case, window: Window, due_before: Mapping[PaymentKind, Cents]) -> Answer:
    """Where a scheme lets earlier months be left out, what they came to stands in for them."""
    if case.scheme.is_monthly:
        opening: dict[str, int] = dict(due_before.items())
        return case.scheme.run(case.given, window, opening)
    return case.scheme.run(case.given, window)


def _entry(paid: Paid) -> Entry:
    return Entry(Month(paid.month), PaymentKind(paid.kind), _result(paid))


def _result(paid: Paid) -> Result:
    if paid.amount_cents > 0:
        return Result(Outcome.DUE, Cents(paid.amount_cents), None, paid.trace)
    if paid.stop is not None:
        return Result(Outcome(paid.stop.outcome), ZERO, ReasonCode(paid.stop.code), paid.trace)
    return Result(Outcome.NOT_DUE, ZERO, NOTHING_DUE, paid.trace)


def _no_payment(case: Case, month: Month, stop: Stop | None) -> Result:
    if case.period.overlap(month_period(month)) is None:
        return outside_period()
    if stop is not None:
        return Result(Outcome(stop.outcome), ZERO, ReasonCode(stop.code), [])
    return Result(Outcome.NOT_DUE, ZERO, PROGRAMME_MONTH_RUNS, [])


def months_to_compute(period: Period, from_month: Month, through_month: Month) -> list[Month]:
    """Those months from the first to the last that the period touches."""
    return [month for month in months_touched(period) if from_month <= month <= through_month]


def with_vanished(
    entries: Sequence[Entry], standing: Collection[tuple[Month, PaymentKind]]
) -> list[Entry]:
    """The entries, and one of zero for each kind of payment that stood for a month and is gone.

    A month that was computed and is not the agreement's any more must say so.
    """
    present = {(entry.month, entry.kind) for entry in entries}
    vanished = sorted(set(standing) - present)
    return [*entries, *(Entry(month, kind, outside_period()) for month, kind in vanished)]


def within_budget(
    rows: Iterable[Written], current: Mapping[Key, Current], uncovered: Collection[AgreementId]
) -> list[Written]:
    """What is written when the budget lines of some agreements have too little left for them.

    Nothing of the others changes. What such an agreement has coming beyond what stands is blocked,
    unless some of it stands: then that stays as it is, until there is money for the rest.
    """
    return [
        kept
        for row in rows
        if (
            kept := _covered(row, current.get(row.key))
            if row.key.agreement_id in uncovered
            else row
        )
    ]


def _covered(row: Written, standing: Current | None) -> Written | None:
    stands_cents = standing.result.amount_cents if standing else ZERO
    if row.result.amount_cents <= stands_cents:
        return row
    blocked = Result(Outcome.BLOCKED, ZERO, BUDGET_EXHAUSTED, [])
    if stands_cents or (standing and standing.result == blocked):
        return None
    return msgspec.structs.replace(row, result=blocked)


def first_months(keys: Iterable[Key]) -> dict[AgreementId, Month]:
    """The first month of each agreement."""
    first: dict[AgreementId, Month] = {}
    for key in keys:
        first[key.agreement_id] = min(key.month, first.get(key.agreement_id, key.month))
    return first


def with_budget_waits(entries: Sequence[Entry], kinds: Collection[PaymentKind]) -> list[Entry]:
    """The entries, with those of some kinds blocked, as they were for want of money."""
    blocked = Result(Outcome.BLOCKED, ZERO, BUDGET_EXHAUSTED, [])
    return [
        Entry(entry.month, entry.kind, blocked) if entry.kind in kinds else entry
        for entry in entries
    ]


def moment_of(known: KnownCase, *, at: datetime) -> datetime:
    """When what is computed now counts as computed: with all that was read known, and after the
    last time, so that facts and results of an agreement stand in one order.
    """
    after_last = known.computed_at + INSTANT if known.computed_at else at
    return max(at, known.known_at, after_last)


def outside_period() -> Result:
    """Nothing, as the agreement does not hold a day of the month."""
    return Result(Outcome.NOT_DUE, ZERO, OUTSIDE_PERIOD, [])
