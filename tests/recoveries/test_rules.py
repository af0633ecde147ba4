"""What is owed follows from the facts alone, is never beyond what was paid, and always adds up."""

from datetime import date
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some

from service.agreements.model import EndCause, State
from service.ids import (
    AgreementId,
    BankAccountId,
    BudgetLineId,
    CandidateId,
    EmployerId,
    PayoutLineId,
    RecoveryId,
    SchemeId,
    new_id,
)
from service.money import Cents
from service.period import Month, Period, add_months
from service.recoveries import rules, sharing
from service.recoveries.model import (
    MOVES,
    Case,
    Cause,
    KeepingLine,
    MonthFacts,
    MonthOwed,
    OpenMonth,
    RecoveryState,
    Rule,
    Step,
    Terms,
    Why,
)
from service.schemes.model import Payee
from tests.kinds import SUBSIDY

AGREEMENT = AgreementId(new_id())
ACCOUNT = BankAccountId(new_id())
FIRST = date(2026, 1, 1)
TERMS = Terms(
    payee=Payee.EMPLOYER,
    netting_share_bp=5_000,
    floor_cents=Cents(0),
    appeal_days=15,
    invoice_after_days=60,
    invoice_due_days=30,
    small_cents=Cents(10_00),
)
EARLY = Rule(
    id=UUID(int=1),
    scheme_id=None,
    cause=Cause.EARLY_END,
    end_cause=EndCause.EMPLOYER_DISMISSED,
    within_months=6,
    last_instalments=2,
    share_bp=10_000,
    starts_on=date(2024, 1, 1),
    ends_before=None,
    source="a policy",
)


def case(owes_cents: int = 0, *, months: int = 3) -> Case:
    """An agreement since January that its employer ended after so many months."""
    return Case(
        agreement_id=AGREEMENT,
        employer_id=EmployerId(new_id()),
        candidate_id=CandidateId(new_id()),
        scheme_id=SchemeId(new_id()),
        budget_line_id=BudgetLineId(new_id()),
        state=State.ENDED_EARLY,
        end_cause=EndCause.EMPLOYER_DISMISSED,
        starts_on=FIRST,
        period=Period(FIRST, add_months(FIRST, months)),
        employer_owes_cents=Cents(owes_cents),
        candidate_owes_cents=Cents(0),
        dismissal_id=None,
        dismissed_on=None,
        dismissal_cause=None,
    )


def facts(number: int, *, due: int, got: int) -> MonthFacts:
    """A month that was due so much and got so much."""
    return MonthFacts(
        agreement_id=AGREEMENT,
        month=Month(add_months(FIRST, number)),
        kind=SUBSIDY,
        payee=Payee.EMPLOYER,
        due_cents=Cents(due),
        overpaid_cents=Cents(max(0, got - due)),
        got_cents=Cents(got),
    )


def owed_of(plans: list[rules.Plan], before: list[MonthOwed]) -> list[MonthOwed]:
    """The months that recoveries are owed for once plans are carried out."""
    held = {(one.claim, one.key): one for one in before}
    for plan in plans:
        for change in plan.changes:
            old = held.get((plan.claim, change.key))
            waived = change.amount_cents if change.why is Why.UNWAIVED else 0
            held[plan.claim, change.key] = MonthOwed(
                recovery_id=old.recovery_id if old else RecoveryId(new_id()),
                agreement_id=AGREEMENT,
                budget_line_id=BudgetLineId(new_id()),
                payee=plan.claim.payee,
                cause=plan.claim.cause,
                source_id=plan.claim.source_id,
                state=RecoveryState.RAISED,
                month=change.key.month,
                kind=change.key.kind,
                owed_cents=Cents((old.owed_cents if old else 0) + change.amount_cents),
                waived_cents=Cents((old.waived_cents if old else 0) - waived),
                settled_cents=Cents(0),
                written_off_cents=Cents(0),
                pending_cents=Cents(0),
            )
    return list(held.values())


def follow(steps: list[list[MonthFacts]]) -> dict[tuple[Cause, Month], int]:
    """What is owed after facts that came one after the other."""
    owed: list[MonthOwed] = []
    for months in steps:
        over = sum(one.overpaid_cents for one in months)
        owed = owed_of(rules.plan(case(over), months, owed, [EARLY]), owed)
    return {(one.cause, one.month): int(one.owed_cents) for one in owed if one.owed_cents}


Paid = some.tuples(some.integers(0, 400), some.integers(0, 400))
Facts = some.lists(Paid, min_size=1, max_size=5).map(
    lambda pairs: [facts(number, due=due, got=got) for number, (due, got) in enumerate(pairs)]
)


@for_all(some.lists(Facts, min_size=1, max_size=4))
def test_never_beyond_what_was_paid_and_nothing_the_second_time(
    steps: list[list[MonthFacts]],
) -> None:
    last = steps[-1]
    owed: list[MonthOwed] = []
    for months in steps:
        over = sum(one.overpaid_cents for one in months)
        owed = owed_of(rules.plan(case(over), months, owed, [EARLY]), owed)

    over = sum(one.overpaid_cents for one in last)
    assert rules.plan(case(over), last, owed, [EARLY]) == []
    for one in last:
        asked = sum(month.owed_cents for month in owed if month.key == one.key)
        assert 0 <= asked <= one.got_cents
        assert asked >= one.overpaid_cents


def test_the_order_in_which_facts_come_does_not_change_what_is_owed() -> None:
    corrections = [
        [facts(0, due=280, got=350), facts(1, due=350, got=350)],
        [facts(0, due=350, got=350), facts(1, due=0, got=350)],
        [facts(0, due=100, got=350), facts(1, due=200, got=350)],
    ]
    final = [facts(0, due=280, got=350), facts(1, due=300, got=350), facts(2, due=350, got=350)]

    results = [follow([*order, final]) for order in permutations(corrections)]

    assert all(result == results[0] for result in results)
    first, second, third = (Month(add_months(FIRST, number)) for number in range(3))
    assert results[0] == {
        (Cause.OVERPAID, first): 70,
        (Cause.OVERPAID, second): 50,
        (Cause.EARLY_END, second): 300,
        (Cause.EARLY_END, third): 350,
    }


@pytest.mark.parametrize(
    ("case_of", "obliges"),
    [
        (case(months=5), True),
        (case(months=6), False),
    ],
)
def test_an_end_before_the_sixth_month_obliges(case_of: Case, obliges: bool) -> None:
    rule, _ = rules.obliging(case_of, [EARLY])

    assert (rule is EARLY) is obliges


@for_all(some.lists(some.integers(1, 9_999), min_size=1, max_size=6), some.integers(1, 10_000))
def test_a_share_is_rounded_down_once_and_its_parts_add_up(dues: list[int], share: int) -> None:
    half = Rule(**{**{f: getattr(EARLY, f) for f in EARLY.__struct_fields__}, "share_bp": share,
                   "last_instalments": None})  # fmt: skip
    months = [facts(number, due=cents, got=cents) for number, cents in enumerate(dues)]

    (plan,) = rules.plan(case(), months, [], [half]) or (None,)

    total = sum(dues) * share // 10_000
    assert (sum(one.amount_cents for one in plan.changes) if plan else 0) == total


def open_month(cents: int, number: int = 0) -> OpenMonth:
    """A month of a recovery with so much open."""
    return OpenMonth(
        recovery_id=RecoveryId(UUID(int=7)),
        bank_account_id=ACCOUNT,
        payee=Payee.EMPLOYER,
        agreement_id=AGREEMENT,
        month=Month(add_months(FIRST, number)),
        kind=SUBSIDY,
        restores=True,
        left_cents=Cents(cents),
    )


@for_all(
    some.lists(some.integers(0, 50_000), max_size=5),
    some.lists(some.integers(1, 50_000), max_size=4),
    some.integers(0, 10_000),
    some.integers(0, 20_000),
)
def test_no_line_keeps_back_more_than_its_share_nor_a_recovery_more_than_is_open(
    lines: list[int], months: list[int], share: int, floor: int
) -> None:
    terms = Terms(**{f: getattr(TERMS, f) for f in TERMS.__struct_fields__}
                  | {"netting_share_bp": share, "floor_cents": Cents(floor)})  # fmt: skip
    could = [KeepingLine(PayoutLineId(new_id()), ACCOUNT, Cents(cents)) for cents in lines]
    owing = [open_month(cents, number) for number, cents in enumerate(months)]

    kept = sharing.keep_back(could, owing, {Payee.EMPLOYER: terms}, busy=())

    bearable = [max(0, min(cents * share // 10_000, cents - floor)) for cents in lines]
    assert sum(one.amount_cents for one in kept) == min(sum(bearable), sum(months))
    for line, most in zip(could, bearable, strict=True):
        assert sum(one.amount_cents for one in kept if one.line_id == line.line_id) <= most
    for one, cents in zip(owing, months, strict=True):
        assert sum(part.amount_cents for part in kept if part.month == one.month) <= cents


def test_half_of_an_odd_amount_is_rounded_to_the_payees_favour() -> None:
    line = KeepingLine(PayoutLineId(new_id()), ACCOUNT, Cents(297_51))

    (kept,) = sharing.keep_back([line], [open_month(500_00)], {Payee.EMPLOYER: TERMS}, busy=())

    assert kept.amount_cents == 148_75


def test_what_an_agreement_keeps_back_itself_is_not_kept_back_twice() -> None:
    line = KeepingLine(PayoutLineId(new_id()), ACCOUNT, Cents(300_00))

    kept = sharing.keep_back([line], [open_month(70_00)], {Payee.EMPLOYER: TERMS}, busy={AGREEMENT})

    assert kept == []


def test_every_open_state_can_end_and_nothing_is_collected_before_it_is_told() -> None:
    for state, moves in MOVES.items():
        assert {Step.SETTLED, Step.WRITTEN_OFF, Step.CANCELLED} <= moves.keys()
        assert (Step.NETTING_BEGUN in moves) is (state is RecoveryState.NOTIFIED)
        assert (Step.INVOICED in moves) is (state is RecoveryState.NETTING)
