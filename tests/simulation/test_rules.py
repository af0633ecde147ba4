"""Sums of a what-if, and what of them may be shown."""

from collections.abc import Sequence
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.actor import SYSTEM, Actor, Role
from service.i18n import use_language
from service.ids import SchemeVersionId, new_id
from service.instalments.model import Entry, Outcome
from service.money import Cents
from service.problems import NotAllowed
from service.simulation import chart, rules
from service.simulation.model import Ages, Breakdown, Cell, Cost, MonthCost, Subject
from service.simulation.suppression import break_down
from service.simulation.tally import Tally
from tests.simulation.samples import OCTOBER, SEPTEMBER, due, nothing, subject

VERSION = SchemeVersionId(new_id())
TODAY = date(2026, 11, 2)

sides = st.lists(
    st.builds(due, st.integers(0, 100_000), st.sampled_from([SEPTEMBER, OCTOBER])), max_size=3
)
subjects = st.builds(
    subject,
    st.integers(0, 99_999),
    st.sampled_from(["female", "male"]),
    st.sampled_from(["deqan", "prizren", "prishtine", "gjilan"]),
)
agreements = st.lists(
    st.tuples(subjects, sides, sides), max_size=40, unique_by=lambda one: one[0].reference
)
counts = st.lists(st.integers(1, 30), max_size=12)


def tallied(*agreements: tuple[Subject, Sequence[Entry], Sequence[Entry]]) -> Tally:
    tally = Tally([SEPTEMBER, OCTOBER])
    for one, now, what_if in agreements:
        tally.add(one, VERSION, (now, what_if))
    return tally


def cells(*people: int) -> list[Cell]:
    return [
        Cell(f"place-{number}", count, count, Cost(Cents(100 * count), Cents(0), Cents(0)))
        for number, count in enumerate(people)
    ]


def all_cost(parts: Breakdown) -> tuple[int, int, int]:
    found = [cell.cost for cell in parts.cells] + ([parts.hidden.cost] if parts.hidden else [])
    return (
        sum(cost.now_cents for cost in found),
        sum(cost.what_if_cents for cost in found),
        sum(cost.difference_cents for cost in found),
    )


def all_counted(parts: Breakdown) -> tuple[int, int]:
    found = [(cell.candidate_count, cell.agreement_count) for cell in parts.cells]
    if parts.hidden:
        found.append((parts.hidden.candidate_count, parts.hidden.agreement_count))
    return sum(people for people, _ in found), sum(count for _, count in found)


# ----- months and people


def test_the_last_months_are_those_that_are_over() -> None:
    months = rules.last_months(12, today=TODAY)

    assert (months[0], months[-1], len(months)) == (date(2025, 11, 1), OCTOBER, 12)


@pytest.mark.parametrize("count", [0, -1, 25])
def test_too_few_or_too_many_months_are_refused(count: int) -> None:
    with pytest.raises(rules.MonthsOutOfRange):
        rules.last_months(count, today=TODAY)


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.EMPLOYER, Role.AUDITOR, Role.ANONYMOUS])
def test_who_neither_drafts_nor_pays_does_not_simulate(role: Role) -> None:
    with pytest.raises(NotAllowed):
        rules.refuse_unless_planner(Actor(role=role))


def test_who_drafts_activates_or_pays_simulates() -> None:
    for role in (Role.ADMINISTRATOR, Role.FINANCE_AUTHORISER, Role.FINANCE_OFFICER):
        rules.refuse_unless_planner(Actor(role=role))
    rules.refuse_unless_planner(SYSTEM)


def test_a_document_that_needs_unkept_facts_is_refused_by_their_names() -> None:
    with pytest.raises(rules.NeedsOtherFacts) as refused:
        rules.refuse_unkept(["benefit.period", "trainings.amount"])

    assert "does not keep: benefit.period, trainings.amount." in refused.value.sentence()


def test_another_currency_is_refused() -> None:
    rules.refuse_other_currency("EUR")
    with pytest.raises(rules.OtherCurrency):
        rules.refuse_other_currency("NOK")


@pytest.mark.parametrize(
    ("ages", "amount"), [(None, 100), (Ages(18, 29), 100), (Ages(18, 22), 0), (Ages(24, 29), 0)]
)
def test_nothing_would_be_due_to_who_is_outside_the_ages(ages: Ages | None, amount: int) -> None:
    who = subject()  # 23 on the first day

    (entry,) = rules.unless_of_age(ages, who, [due(100)])

    assert entry.result.amount_cents == amount
    assert (entry.result.reason == rules.OUTSIDE_AGES) == (amount == 0)


@pytest.mark.parametrize(
    "settings", [{}, {"age_min": 18}, {"age_min": "18", "age_max": 29}, {"age_max": None}]
)
def test_a_document_without_ages_is_for_everybody(settings: dict[str, object]) -> None:
    assert rules.ages_of(settings) is None
    assert rules.ages_of({"age_min": 18, "age_max": 29}) == Ages(18, 29)


def test_other_months_than_agreed_are_remarked() -> None:
    (remark,) = rules.remarks(4, [6, 6])

    assert "grants: 4; that the scheme grants: 6." in remark
    assert rules.remarks(6, [6]) == rules.remarks(None, [6]) == []


# ----- sums


@given(agreements)
def test_the_parts_equal_the_whole(
    found: list[tuple[Subject, list[Entry], list[Entry]]],
) -> None:
    totals = tallied(*found).totals()
    now = sum(entry.result.amount_cents for _, side, _ in found for entry in side)
    what_if = sum(entry.result.amount_cents for _, _, side in found for entry in side)

    whole = (now, what_if, what_if - now)
    months = [month.cost for month in totals.by_month]
    counted = [one for one in found if one[1] or one[2]]
    assert msgspec.structs.astuple(totals.total) == whole
    assert sum(cost.now_cents for cost in months) == now
    assert sum(cost.what_if_cents for cost in months) == what_if
    assert sum(cost.difference_cents for cost in months) == what_if - now
    for parts in (totals.by_sex, totals.by_municipality):
        assert all_cost(parts) == whole
        assert all_counted(parts) == (totals.candidate_count, totals.agreement_count)
    assert totals.agreement_count == len(counted)
    assert totals.gains.difference_cents + totals.loses.difference_cents == what_if - now
    assert totals.gains.agreement_count + totals.loses.agreement_count + totals.same_count == len(
        counted
    )


def test_who_has_two_agreements_is_one_candidate() -> None:
    first = subject(1)
    second = msgspec.structs.replace(first, reference="A-00002")
    other = subject(3, sex="male")

    totals = tallied(
        (first, [due(100)], [due(90)]),
        (second, [due(100)], [due(80)]),
        (other, [due(100)], [due(100)]),
    ).totals()

    assert (totals.candidate_count, totals.agreement_count) == (2, 3)
    assert (totals.loses.candidate_count, totals.loses.agreement_count) == (1, 2)


def test_an_agreement_that_has_no_month_there_is_not_counted() -> None:
    totals = tallied((subject(), [], [])).totals()

    assert (totals.agreement_count, totals.by_sex.cells) == (0, [])


@given(st.lists(st.integers(-500, 500), min_size=0, max_size=60))
def test_the_largest_changes_are_the_ten_largest(differences: list[int]) -> None:
    totals = tallied(
        *((subject(n), [due(500)], [due(500 + more)]) for n, more in enumerate(differences))
    ).totals()

    for changed, wanted in ((totals.gains, 1), (totals.loses, -1)):
        expected = sorted(
            (-abs(d), f"A-{n:05}") for n, d in enumerate(differences) if d * wanted > 0
        )
        shown = [(-abs(one.cost.difference_cents), one.reference) for one in changed.largest]
        assert shown == expected[:10]


def test_the_largest_are_kept_when_many_pass_by() -> None:
    tally = tallied(*((subject(n), [due(0)], [due(n * 7919 % 5003)]) for n in range(1, 3_000)))

    shown = [one.cost.difference_cents for one in tally.totals().gains.largest]

    assert shown == sorted((n * 7919 % 5003 for n in range(1, 3_000)), reverse=True)[:10]


def test_outcomes_are_counted_by_reason_on_both_sides() -> None:
    tally = tallied(
        (subject(), [due(100)], [nothing("suspended")]),
        (subject(), [due(100), nothing("suspended", SEPTEMBER)], [due(90)]),
    )

    found = [
        (one.outcome, one.reason, one.words, one.now_count, one.what_if_count)
        for one in tally.outcomes(lambda reason: f"is {reason}")
    ]

    assert found == [
        (Outcome.DUE, None, "", 2, 1),
        (Outcome.NOT_DUE, "suspended", "is suspended", 1, 1),
    ]


def test_the_budget_keeps_what_the_document_would_have_saved() -> None:
    total = Cost(Cents(1_000), Cents(700), Cents(-300))

    budget = rules.budget_after(appropriated_cents=Cents(5_000), left_cents=Cents(100), total=total)

    assert (budget.left_now_cents, budget.left_what_if_cents) == (100, 400)


# ----- what may be shown


@pytest.mark.parametrize(
    ("people", "shown", "hidden"),
    [
        ((3, 97), (), (3, 97)),  # the other sex would give the first away
        ((10, 20), (10, 20), ()),
        ((1, 4, 10, 20), (10, 20), (1, 4)),
        ((1, 2, 10, 20), (20,), (1, 2, 10)),  # three people together are still too few
        ((4, 10, 20), (20,), (4, 10)),
        ((2,), (), (2,)),
        ((5,), (5,), ()),
        ((), (), ()),
    ],
)
def test_small_cells_and_what_gives_them_away_are_hidden(
    people: tuple[int, ...], shown: tuple[int, ...], hidden: tuple[int, ...]
) -> None:
    parts = break_down(cells(*people))

    assert sorted(cell.candidate_count for cell in parts.cells) == sorted(shown)
    together = parts.hidden
    assert (together.candidate_count if together else 0) == sum(hidden)
    assert len(together.names if together else ()) == len(hidden)


@given(counts)
def test_what_is_hidden_cannot_be_subtracted(people: list[int]) -> None:
    parts = break_down(cells(*people))

    assert all(cell.candidate_count >= 5 for cell in parts.cells)
    if parts.hidden is not None and parts.cells:
        assert len(parts.hidden.names) >= 2
        assert parts.hidden.candidate_count >= 5
    assert all_counted(parts)[0] == sum(people)
    if min(people, default=5) >= 5:
        assert parts.hidden is None


@given(counts)
def test_no_more_is_hidden_than_it_takes(people: list[int]) -> None:
    parts = break_down(cells(*people))
    if parts.hidden is None:
        return
    sizes = {f"place-{number}": count for number, count in enumerate(people)}
    ascending = sorted(sizes[name] for name in parts.hidden.names)
    unforced = [size for size in ascending if size >= 5]

    assert len(unforced) <= 2
    assert not unforced or ascending == sorted(people)[: len(ascending)]


@given(agreements)
def test_the_order_of_candidates_changes_no_sum(
    found: list[tuple[Subject, list[Entry], list[Entry]]],
) -> None:
    assert tallied(*found).totals() == tallied(*reversed(found)).totals()


# ----- the chart


def test_the_longest_bar_is_as_wide_as_there_is_room() -> None:
    months = [
        MonthCost(SEPTEMBER, Cost(Cents(100), Cents(200), Cents(100))),
        MonthCost(OCTOBER, Cost(Cents(0), Cents(50), Cents(50))),
    ]

    with use_language("en"):
        first, second = chart.pairs(months)

    assert [bar.width for bar in first.bars + second.bars] == [210, 420, 0, 105]
    assert [bar.words for bar in first.bars] == ["Now: €1.00", "What if: €2.00"]
    assert (first.month, chart.signed(100)[0], chart.signed(-100)[0]) == ("2026-09", "+", "-")


def test_months_that_cost_nothing_have_no_bars() -> None:
    (pair,) = chart.pairs([MonthCost(OCTOBER, Cost(Cents(0), Cents(0), Cents(0)))])

    assert [bar.width for bar in pair.bars] == [0, 0]
