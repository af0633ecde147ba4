"""What the bank's answers mean, and which are refused."""

from itertools import permutations

import pytest

from service.bank import rules
from service.bank.model import (
    AttemptState,
    Decision,
    Effect,
)
from tests.bank.samples import attempt, entry

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
