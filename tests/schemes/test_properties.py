"""What holds for every agreement under Kosovo's documents, whatever its facts are."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as some

from service.money import Cents
from service.period import Period, add_months, month_of
from service.schemes.language import engine
from service.schemes.language.compiler import compile_program, give
from service.schemes.language.engine import Run
from service.schemes.language.facts import bind
from service.schemes.language.results import Paid
from service.schemes.language.windows import Window
from tests.schemes.former import Case, Kind, Terms
from tests.schemes.kosovo import agreements, facts_of, program_of

NAMES = ("ojt", "ojt_disability", "sp_flat", "ws_50", "ws_70")
SHARES = ("ws_50", "ws_70")
MONTHS = {"ojt": 3, "ojt_disability": 6, "sp_flat": 6, "ws_50": 9, "ws_70": 6}
# The most that a programme month comes to, by kind of payment, in cents; what comes once is last.
MOST = {
    "ojt": {"allowance": 300_00},
    "ojt_disability": {"allowance": 300_00, "host": 100_00},
    "sp_flat": {"subsidy": 264_00},
    "ws_50": {"subsidy": 150_00},
    "ws_70": {"subsidy": 350_00},
}
ONCE = {"retention": 600_00}
LIMITED_AT = {"ws_50": 300_00, "ws_70": 500_00}  # the wage of a month at which the cap binds
every_name = pytest.mark.parametrize("name", NAMES)
every_share = pytest.mark.parametrize("name", SHARES)
often = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
Facts = dict[str, Any]


def cases(name: str, *, employed_longer: bool | None = None) -> some.SearchStrategy[Case]:
    """Any agreement of a scheme; of half of them the employment goes on for a year."""
    terms = Terms(Kind.FLAT, None, Cents(0), MONTHS[name])
    if employed_longer is not None:
        return agreements(terms, employed_longer=employed_longer)
    return agreements(terms) | agreements(terms, employed_longer=True)


def run(name: str, facts: Facts) -> Run:
    return engine.run(program_of(name), bind(program_of(name), facts))


def totals(paid: list[Paid]) -> Mapping[str, int]:
    """What each kind of payment comes to in all, in cents."""
    found: dict[str, int] = {}
    for one in paid:
        found[one.kind] = found.get(one.kind, 0) + one.amount_cents
    return found


def with_wages(case: Case, wage_of: Callable[[int], int]) -> Case:
    """The same agreement with other wages, each made of the one that was paid."""
    changed = {
        month: msgspec.structs.replace(said, gross_wage_cents=Cents(wage_of(said.gross_wage_cents)))
        for month, said in case.evidence.items()
    }
    return msgspec.structs.replace(case, evidence=changed)


# ----- monotone in the wage until the cap


@every_name
@often
@for_all(data=some.data())
def test_who_is_paid_more_is_never_subsidised_less(name: str, data: some.DataObject) -> None:
    case = data.draw(cases(name))
    more = data.draw(some.lists(some.integers(0, 300_00), min_size=40, max_size=40))
    raises = iter(more)

    before = totals(run(name, facts_of(case)).paid)
    raised = with_wages(case, lambda wage: wage + next(raises))
    after = totals(run(name, facts_of(raised)).paid)

    assert all(after[kind] >= cents for kind, cents in before.items())


@every_share
@often
@for_all(data=some.data())
def test_beyond_the_cap_a_higher_wage_changes_nothing(name: str, data: some.DataObject) -> None:
    # A stretch of a month is at least a day, so this wage is at the cap however short it was.
    case = with_wages(data.draw(cases(name)), lambda wage: wage + 31 * LIMITED_AT[name])
    raised = with_wages(case, lambda wage: wage + data.draw(some.integers(1, 900_00)))

    before, after = run(name, facts_of(case)).paid, run(name, facts_of(raised)).paid

    assert [(one.month, one.kind, one.amount_cents, one.stop) for one in before] == [
        (one.month, one.kind, one.amount_cents, one.stop) for one in after
    ]


# ----- never above a cap


@every_name
@often
@for_all(data=some.data())
def test_no_programme_month_and_no_agreement_passes_its_cap(
    name: str, data: some.DataObject
) -> None:
    case = with_wages(
        data.draw(cases(name)), lambda wage: wage * data.draw(some.sampled_from((1, 1, 30)))
    )

    came_to = run(name, facts_of(case))

    for row in came_to.tables["month"]:
        part = Fraction(row.values.get("covered", 0), days_of(row.values["whole"]))
        for step, most in zip(("due", "host_due"), MOST[name].values(), strict=False):
            assert 0 <= row.values.get(step, 0) <= most * part + Fraction(1, 2)
    for kind, cents in totals(came_to.paid).items():
        most = MONTHS[name] * MOST[name][kind] if kind in MOST[name] else ONCE[kind]
        assert 0 <= cents <= most


def days_of(period: Period) -> int:
    return period.days


# ----- parts sum to the whole


@every_name
@often
@for_all(data=some.data())
def test_months_before_a_cut_between_two_programme_months_are_what_they_were(
    name: str, data: some.DataObject
) -> None:
    case = data.draw(cases(name))
    number = data.draw(some.integers(1, MONTHS[name]))
    boundary = add_months(case.starts_on, number)
    if boundary >= case.period.end:
        boundary = case.period.end
    cut = msgspec.structs.replace(case, period=Period(case.starts_on, boundary))

    whole = subsidies(name, run(name, facts_of(case)).paid)
    first = subsidies(name, run(name, facts_of(cut)).paid)

    # The month of the cut may also end the piece after it, so it is left out.
    last = month_of(boundary - timedelta(days=1))
    assert [one for one in whole if one.month < last] == [one for one in first if one.month < last]
    assert all(one.month <= last for one in first)
    assert sum(one.amount_cents for one in first) <= sum(one.amount_cents for one in whole)


def subsidies(name: str, paid: list[Paid]) -> list[Paid]:
    """The payments for programme months, without what comes once."""
    return [one for one in paid if one.kind in MOST[name]]


@every_share
@often
@for_all(data=some.data())
def test_the_shares_of_two_parts_of_a_wage_add_up_before_the_cap(
    name: str, data: some.DataObject
) -> None:
    case = msgspec.structs.replace(data.draw(cases(name)), minimum_wages=())
    parts = {
        month: data.draw(some.integers(0, one.gross_wage_cents))
        for month, one in case.evidence.items()
    }
    rest = {month: one.gross_wage_cents - parts[month] for month, one in case.evidence.items()}

    whole = shares(name, case)
    first, second = (shares(name, paying(case, wages)) for wages in (parts, rest))

    assert whole == [left + right for left, right in zip(first, second, strict=True)]


def paying(case: Case, wages: Mapping[Any, int]) -> Case:
    """The same agreement with these wages."""
    changed = {
        month: msgspec.structs.replace(said, gross_wage_cents=Cents(wages[month]))
        for month, said in case.evidence.items()
    }
    return msgspec.structs.replace(case, evidence=changed)


def shares(name: str, case: Case) -> list[Fraction]:
    """The exact share of each programme month that got so far."""
    rows = run(name, facts_of(case)).tables["month"]
    return [row.values["share"] for row in rows if "share" in row.values]


@every_name
@often
@for_all(data=some.data())
def test_a_break_told_in_two_parts_is_the_same_break(name: str, data: some.DataObject) -> None:
    case = data.draw(cases(name))
    told = []
    for one in case.suspensions:
        middle = one.start + timedelta(days=data.draw(some.integers(1, one.days)))
        told.append(Period(one.start, middle))
        if middle < one.end:
            told.append(Period(middle, one.end))
    in_parts = msgspec.structs.replace(case, suspensions=told)

    assert run(name, facts_of(in_parts)).paid == run(name, facts_of(case)).paid


# ----- the order in which facts came does not matter


@every_name
@often
@for_all(data=some.data())
def test_facts_in_another_order_come_to_the_same(name: str, data: some.DataObject) -> None:
    facts = facts_of(data.draw(cases(name)))
    shuffled = {
        key: data.draw(some.permutations(said)) if isinstance(said, list) else said
        for key, said in facts.items()
    }

    assert run(name, shuffled).paid == run(name, facts).paid


# ----- compiled is plain, and month by month is all at once


@every_name
@often
@for_all(data=some.data())
def test_the_compiled_document_says_what_the_plain_one_says(
    name: str, data: some.DataObject
) -> None:
    program = program_of(name)
    facts = bind(program, facts_of(data.draw(cases(name))))

    plain, fast = engine.run(program, facts), COMPILED[name].run(give(program, facts))

    assert (fast.paid, fast.stop) == (plain.paid, plain.stop)


@every_name
@often
@for_all(data=some.data())
def test_months_one_after_the_other_are_all_months(name: str, data: some.DataObject) -> None:
    program, compiled = program_of(name), COMPILED[name]
    given = give(program, bind(program, facts_of(data.draw(cases(name)))))
    whole = compiled.run(given).paid

    came_to: dict[str, int] = {}
    one_by_one: list[Paid] = []
    for month in sorted({one.month for one in whole}):
        window = Window(month, month)
        found = compiled.run(given, window, came_to if compiled.is_monthly else None).paid
        one_by_one += found
        for one in found:
            came_to[one.kind] = came_to.get(one.kind, 0) + one.amount_cents

    assert one_by_one == whole


COMPILED = {name: compile_program(program_of(name)) for name in NAMES}


@every_name
def test_every_document_is_compiled(name: str) -> None:
    assert COMPILED[name].text is not None
