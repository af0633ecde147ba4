"""What the bank's answers mean, and which are refused."""

from itertools import permutations

import pytest

from service.bank import rules
from service.bank.model import (
    AttemptState,
    Decision,
    Effect,
    Statement,
    StatementFile,
    StatusReport,
    Verdict,
)
from service.bank.rules import (
    StatementDoesNotAddUp,
    StatementEmpty,
    StatementNotInEuros,
    StatementNotOurs,
)
from service.money import Cents
from tests.bank.samples import OUR_ACCOUNT, attempt, entry

A, R, S, B, N = (
    Effect.ACCEPTED,
    Effect.REJECTED,
    Effect.SETTLED,
    Effect.RETURNED,
    Effect.NONE,
)


def effects_of(*says: Effect, state: AttemptState = AttemptState.SENT) -> list[Effect]:
    """What becomes of words about one order that arrive in one file."""
    decided = rules.decide([entry(one) for one in says], {"E-ONE-1": attempt(state=state)})
    return [decision.effect for decision in decided]


@pytest.mark.parametrize(
    ("state", "says", "effect"),
    [
        (AttemptState.SENT, A, A),
        (AttemptState.SENT, R, R),
        (AttemptState.SENT, S, S),
        (AttemptState.ACCEPTED, A, N),
        (AttemptState.ACCEPTED, R, R),
        (AttemptState.ACCEPTED, S, S),
        (AttemptState.REJECTED, A, N),
        (AttemptState.REJECTED, R, N),
        (AttemptState.REJECTED, S, S),
        (AttemptState.REJECTED, B, B),
        (AttemptState.REJECTED, Effect.CANCELLED, Effect.CANCELLED),
        (AttemptState.CANCELLED, R, N),
        (AttemptState.CANCELLED, S, S),
        (AttemptState.SETTLED, A, N),
        (AttemptState.SETTLED, R, N),
        (AttemptState.SETTLED, B, B),
        (AttemptState.SETTLED, S, Effect.CONFIRMED),
        (AttemptState.RETURNED, S, Effect.CONFIRMED),
        (AttemptState.RETURNED, A, N),
        (AttemptState.RETURNED, B, Effect.CONFIRMED),
    ],
)
def test_a_late_word_never_moves_an_order_back(
    state: AttemptState, says: Effect, effect: Effect
) -> None:
    assert effects_of(says, state=state) == [effect]


def test_a_return_before_its_booking_goes_through_settled() -> None:
    steps = rules.steps_from(AttemptState.SENT, B)

    assert steps == (AttemptState.SETTLED, AttemptState.RETURNED)


def test_a_return_listed_above_its_payment_counts_after_it() -> None:
    assert effects_of(B, S) == [S, B]


def test_a_payment_booked_twice_pays_once_and_the_second_waits() -> None:
    assert effects_of(S, S) == [S, Effect.UNMATCHED]


def last_state(words: tuple[Effect, ...]) -> AttemptState:
    """Where an order ends when each word arrives in a file of its own."""
    state = AttemptState.SENT
    for says in words:
        steps = rules.steps_from(state, says)
        state = steps[-1] if steps else state
    return state


@pytest.mark.parametrize(
    "words", [(A, S, B), (A, R, S, B), (A, R, S), (A, R, Effect.CANCELLED), (A, A, S, S, B, B)]
)
def test_the_order_of_files_does_not_matter(words: tuple[Effect, ...]) -> None:
    endings = {last_state(one) for one in permutations(words)}

    assert len(endings) == 1


@pytest.mark.parametrize(
    ("says", "name", "amount_cents"),
    [
        (S, "E-ONE-1", 349_99),
        (S, "E-ONE-1", None),
        (B, "E-ONE-1", 300_00),
        (S, "E-TWO-1", 350_00),
        (S, None, 350_00),
        (A, "E-ONE-1", 1_00),
        (Effect.UNMATCHED, "E-ONE-1", 350_00),
    ],
)
def test_what_names_no_order_or_another_amount_matches_nothing(
    says: Effect, name: str | None, amount_cents: int | None
) -> None:
    decided = rules.decide([entry(says, name, amount_cents)], {"E-ONE-1": attempt()})

    assert decided == [Decision(entry(says, name, amount_cents), Effect.UNMATCHED)]


def report(code: str, *, named: str | None = None) -> StatusReport:
    """A status report with a word on the whole message and perhaps one on a single payment."""
    return StatusReport(
        message_type="pain.002.001.10",
        message_id="STS",
        original_message_id="M-ONE",
        entries=(entry(A, named, None),) if named else (),
        for_the_rest=Verdict(code, "AM04"),
    )


def test_a_word_on_the_whole_message_is_spread_over_what_it_does_not_name() -> None:
    entries = rules.entries_of_report(report("RJCT", named="E-ONE-1"), ["E-ONE-1", "E-TWO-1"])

    assert [(one.end_to_end_id, one.says) for one in entries] == [("E-ONE-1", A), ("E-TWO-1", R)]


def test_a_word_on_a_message_we_never_sent_matches_nothing() -> None:
    entries = rules.entries_of_report(report("RJCT"), [])

    assert [one.end_to_end_id for one in entries] == [None]


def statement(
    *,
    account: str = OUR_ACCOUNT,
    currencies: frozenset[str] = frozenset({"EUR"}),
    opening_cents: int | None = 1_000_00,
    booked_cents: int = -350_00,
    closing_cents: int | None = 650_00,
) -> StatementFile:
    """A file with one statement, which adds up unless told otherwise."""
    one = Statement(
        account=account,
        currencies=currencies,
        opening_cents=None if opening_cents is None else Cents(opening_cents),
        booked_cents=Cents(booked_cents),
        closing_cents=None if closing_cents is None else Cents(closing_cents),
        entries=(),
    )
    return StatementFile("camt.053.001.08", "STM", (one,))


def test_a_statement_of_ours_that_adds_up_is_taken() -> None:
    rules.check_statements(statement(), {OUR_ACCOUNT})


@pytest.mark.parametrize(
    ("file", "refusal"),
    [
        (statement(account="XK051212012345678906"), StatementNotOurs),
        (statement(currencies=frozenset({"EUR", "CHF"})), StatementNotInEuros),
        (statement(currencies=frozenset()), StatementNotInEuros),
        (statement(closing_cents=650_01), StatementDoesNotAddUp),
        (statement(opening_cents=None), StatementDoesNotAddUp),
        (statement(closing_cents=None), StatementDoesNotAddUp),
        (StatementFile("camt.053.001.08", "STM", ()), StatementEmpty),
    ],
)
def test_any_other_statement_is_refused_whole(
    file: StatementFile, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        rules.check_statements(file, {OUR_ACCOUNT})
