"""Who may ask what if, over which months, and what one agreement comes to under a document."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from service.actor import Actor, Role
from service.agreements.rules import age_on
from service.i18n import N_, _
from service.instalments.model import (
    OUTSIDE_PERIOD,
    Case,
    Entry,
    Outcome,
    ReasonCode,
    Result,
)
from service.instalments.rules import compute_months
from service.money import ZERO, Cents
from service.period import Month, Period, add_months, month_of, months_touched, next_month
from service.problems import NotAllowed, Problem
from service.schemes.documents import CURRENCY
from service.schemes.rules import PLANNERS
from service.simulation.model import (
    MONTHS_MAX,
    Ages,
    Budget,
    Cost,
    Subject,
)

# Why nothing would be due to somebody whom the other document is not for.
OUTSIDE_AGES = ReasonCode("age_outside_scheme")


class NeedsOtherFacts(Problem):
    """The document asks for what nobody keeps; `facts` are their paths."""

    slug = "scheme-needs-other-facts"
    title = N_("The document asks for facts of an agreement that Ura does not keep.")


class OtherCurrency(Problem):
    """Amounts in two currencies cannot be compared."""

    slug = "other-currency"
    title = N_("The document pays in another currency than the scheme, so they cannot be compared.")


class SimulationUnderWay(Problem):
    """One what-if at a time."""

    slug = "simulation-under-way"
    title = N_("Another what-if is being computed. Try again when it is done, in a minute or two.")
    status = 409


class NoSuchScheme(Problem):
    """There is nothing to compare with."""

    slug = "no-such-scheme"
    title = N_("There is no scheme of this code here. Name the one to compare with.")
    status = 404


class MonthsOutOfRange(Problem):
    """Too few months, or too many for one answer."""

    slug = "months-out-of-range"
    title = N_("Write a whole number of months, 1 to 24.")


def refuse_unless_planner(by: Actor) -> None:
    """NotAllowed unless somebody asks who drafts schemes, puts them in force or pays them."""
    if by.role not in PLANNERS | {Role.SYSTEM}:
        raise NotAllowed


def refuse_unkept(paths: Sequence[str]) -> None:
    """NeedsOtherFacts, naming them, when a document needs facts that nobody keeps."""
    if paths:
        sentence = _(
            "The document asks for facts of an agreement that Ura does not keep: {paths}. "
            "Give them a default, or do without them."
        )
        raise NeedsOtherFacts(sentence.format(paths=", ".join(paths)), facts=list(paths))


def refuse_other_currency(currency: str) -> None:
    """OtherCurrency unless the document pays in the one of the country."""
    if currency != CURRENCY:
        raise OtherCurrency(paid_in=currency, scheme_in=CURRENCY)


def last_months(count: int, *, today: date) -> list[Month]:
    """The last finished months, the earliest first; MonthsOutOfRange."""
    if not 1 <= count <= MONTHS_MAX:
        raise MonthsOutOfRange(at_least=1, at_most=MONTHS_MAX)
    current = month_of(today)
    return [Month(add_months(current, -back)) for back in range(count, 0, -1)]


def days_of(months: Sequence[Month]) -> Period:
    """The days from the first of some months to the end of the last."""
    return Period(months[0], next_month(months[-1]))


def entries(case: Case, months: Sequence[Month]) -> list[Entry]:
    """What an agreement comes to in some months under a scheme, as if it had always held.

    The months before are computed with it, as a limit may look back on them. Months in which the
    agreement holds no day and nothing is paid are left out.
    """
    first = min(month_of(case.period.start), months[0])
    return [
        entry
        for entry in compute_months(case, _months_between(first, months[-1]), {})
        if entry.month >= months[0] and entry.result.reason != OUTSIDE_PERIOD
    ]


def unless_of_age(ages: Ages | None, subject: Subject, what_if: Sequence[Entry]) -> Sequence[Entry]:
    """The instalments of a document, or as many of nothing for a candidate it is not for."""
    age = age_on(subject.born_on, subject.starts_on)
    if ages is None or ages.youngest <= age <= ages.oldest:
        return what_if
    nothing = Result(Outcome.NOT_DUE, ZERO, OUTSIDE_AGES, [])
    return [Entry(entry.month, entry.kind, nothing) for entry in what_if]


def ages_of(settings: Mapping[str, Any]) -> Ages | None:
    """The ages that a document's settings name, if they name any."""
    youngest, oldest = settings.get("age_min"), settings.get("age_max")
    if not isinstance(youngest, int) or not isinstance(oldest, int):
        return None
    return Ages(youngest, oldest)


@lru_cache(maxsize=1_000)
def _months_between(first: Month, last: Month) -> tuple[Month, ...]:
    return tuple(months_touched(Period(first, next_month(last))))


def budget_after(*, appropriated_cents: Cents, left_cents: Cents, total: Cost) -> Budget:
    """What would be left of a budget line; less than nothing where it would not have sufficed."""
    left_what_if = Cents(left_cents - total.difference_cents)
    return Budget(appropriated_cents, left_cents, left_what_if)


def remarks(months: object, months_now: Iterable[int]) -> list[str]:
    """What the figures leave out, in the language in use: `months` is what the document says that
    it grants, `months_now` what the versions in force do.
    """
    other = sorted({now for now in months_now if now != months})
    if not isinstance(months, int) or not other:
        return []
    sentence = _(
        "Months that the document grants: {months}; that the scheme grants: {others}. The figures "
        "keep the days that were agreed."
    )
    return [sentence.format(months=months, others=", ".join(map(str, other)))]
