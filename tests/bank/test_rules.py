"""What identifiers, names, bank days and the bank's answers come to."""

from datetime import date
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    NameNotForBank,
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


@given(st.uuids(), st.integers(min_value=1, max_value=99))
def test_an_identifier_fits_a_bank_and_gives_the_row_back(line: UUID, number: int) -> None:
    name = rules.end_to_end_id(line, number)

    assert len(name) <= 35
    assert name.isascii()
    letters, _, attempt_number = name[1:].partition("-")
    assert int(attempt_number) == number
    assert sum(rules_value(one) << 5 * place for place, one in enumerate(letters[::-1])) == line.int


def rules_value(letter: str) -> int:
    """The value of a letter in Crockford's alphabet."""
    return "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(letter)


@pytest.mark.parametrize(
    ("written", "for_bank"),
    [
        ("Çelik Ndërtim Sh.p.k.", "Celik Ndertim Sh.p.k."),
        ("Đorđe Živković", "Djordje Zivkovic"),
        ("Ana-Marija  Šćepanović", "Ana-Marija Scepanovic"),
        ("N.T.P. Besa (Pejë)", "N.T.P. Besa (Peje)"),
    ],
)
def test_a_name_is_written_in_the_letters_of_banks(written: str, for_bank: str) -> None:
    assert rules.bank_name(written) == for_bank


@pytest.mark.parametrize("name", ["Дукађин", "Besa & Co", "İ🙂", "Ωmega", "A\u2028B_", "", "   "])
def test_a_name_with_other_letters_is_refused(name: str) -> None:
    with pytest.raises(NameNotForBank):
        rules.bank_name(name)


def test_a_long_name_is_refused_and_never_cut() -> None:
    assert rules.bank_name("a" * 70) == "a" * 70

    with pytest.raises(NameNotForBank, match="71"):
        rules.bank_name("a" * 71)


@given(st.text(max_size=90))
def test_whatever_is_not_refused_is_short_and_plain(name: str) -> None:
    try:
        written = rules.bank_name(name)
    except NameNotForBank:
        return

    assert written.isascii()
    assert 1 <= len(written) <= 70


@pytest.mark.parametrize(
    ("asked", "bank_day"),
    [
        (date(2026, 11, 3), date(2026, 11, 3)),  # a Tuesday
        (date(2026, 11, 7), date(2026, 11, 9)),  # a weekend
        (date(2026, 1, 1), date(2026, 1, 5)),  # New Year, Kosovo's second day, a weekend
        (date(2026, 4, 3), date(2026, 4, 7)),  # Good Friday is TARGET's, Easter Monday everyone's
        (date(2026, 2, 17), date(2026, 2, 18)),  # Independence Day is Kosovo's
        (date(2026, 12, 25), date(2026, 12, 28)),  # Christmas and the weekend
    ],
)
def test_payments_run_on_days_that_all_banks_work(asked: date, bank_day: date) -> None:
    assert rules.next_bank_day(asked, {}) == bank_day


def test_a_feast_announced_late_moves_the_day() -> None:
    closings = {date(2026, 5, 27): False, date(2026, 5, 28): True}

    assert rules.next_bank_day(date(2026, 5, 27), closings) == date(2026, 5, 27)
    assert rules.next_bank_day(date(2026, 5, 28), closings) == date(2026, 5, 29)


@given(st.dates(date(2026, 1, 1), date(2035, 12, 31)))
def test_a_bank_day_is_never_a_weekend_nor_far(asked: date) -> None:
    bank_day = rules.next_bank_day(asked, {})

    assert bank_day.weekday() < 5
    assert 0 <= (bank_day - asked).days <= 6


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
        (AttemptState.REJECTED, S, N),
        (AttemptState.REJECTED, B, N),
        (AttemptState.SETTLED, A, N),
        (AttemptState.SETTLED, R, N),
        (AttemptState.SETTLED, B, B),
        (AttemptState.RETURNED, S, N),
        (AttemptState.RETURNED, A, N),
        (AttemptState.RETURNED, B, N),
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


def test_a_payment_booked_twice_pays_once() -> None:
    assert effects_of(S, S) == [S, N]


def last_state(words: tuple[Effect, ...]) -> AttemptState:
    """Where an order ends when each word arrives in a file of its own."""
    state = AttemptState.SENT
    for says in words:
        steps = rules.steps_from(state, says)
        state = steps[-1] if steps else state
    return state


@pytest.mark.parametrize("words", [(A, S, B), (A, S), (A, R), (A, A, S, S, B, B)])
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

    assert decided == [Decision(entry(says, name, amount_cents), None, Effect.UNMATCHED, ())]


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
