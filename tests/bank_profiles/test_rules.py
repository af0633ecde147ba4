"""Letters that a bank takes, days on which it works, and what a profile must be."""

import unicodedata
from datetime import date, datetime, time, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.bank_profiles import rules
from service.bank_profiles.model import Specification, Transliteration
from service.bank_profiles.rules import ExecutionTooFar, LettersLeft, alphabet_of, write
from service.clock import BUSINESS_ZONE
from service.problems import InvalidFields
from tests.bank.samples import LATIN, PROFILE

WANTED = Specification(**{name: getattr(PROFILE, name) for name in Specification.__struct_fields__})
TABLE = [
    Transliteration(one, other, is_shared=True)
    for one, other in [("ë", "e"), ("ç", "c"), ("đ", "dj"), ("Đ", "Dj"), ("&", "+")]
]
ALPHABET = alphabet_of(LATIN, TABLE)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of Kosovo's local time."""
    return datetime(year, month, day, hour, minute, tzinfo=BUSINESS_ZONE)


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
    ("handed_over", "runs_on"),
    [
        (at(2026, 11, 2, 13, 59), date(2026, 11, 3)),  # a Monday, before the cut-off
        (at(2026, 11, 2, 14, 0), date(2026, 11, 4)),  # after it: taken on Tuesday
        (at(2026, 11, 6, 15, 0), date(2026, 11, 10)),  # Friday afternoon: taken on Monday
        (at(2026, 11, 7, 10, 0), date(2026, 11, 10)),  # Saturday: taken on Monday
        (at(2026, 12, 24, 10, 0), date(2026, 12, 28)),  # Christmas and a weekend between
    ],
)
def test_what_is_handed_over_before_the_cut_off_runs_on_the_next_bank_day(
    handed_over: datetime, runs_on: date
) -> None:
    assert rules.execution_day(handed_over, {}, cut_off=time(14), days_ahead_max=30) == runs_on


def test_every_hour_of_ten_years_leads_to_a_bank_day() -> None:
    moment, last = at(2026, 1, 1), at(2036, 1, 1)

    while moment < last:
        day = rules.execution_day(moment, {}, cut_off=time(14), days_ahead_max=30)
        assert rules.next_bank_day(day, {}) == day
        assert timedelta(0) < day - moment.date() <= timedelta(days=9)
        moment += timedelta(hours=7)


def test_an_order_further_ahead_than_the_bank_takes_is_refused() -> None:
    closed = {date(2026, 11, day): True for day in range(1, 30)}

    with pytest.raises(ExecutionTooFar):
        rules.execution_day(at(2026, 11, 2), closed, cut_off=time(14), days_ahead_max=14)


@settings(max_examples=2_000, deadline=None)
@given(st.text(max_size=90))
def test_a_name_is_written_letter_by_letter_or_refused_with_what_is_left(name: str) -> None:
    composed = unicodedata.normalize("NFC", name)
    expected = "".join(ALPHABET.written_as.get(one, one) for one in composed)

    left = "".join(sorted(set(expected) - set(LATIN)))

    if left:
        with pytest.raises(LettersLeft) as refused:
            write(name, ALPHABET)
        assert refused.value.letters == left
    else:
        assert write(name, ALPHABET) == " ".join(expected.split())


def test_a_bank_that_takes_a_letter_gets_it_and_its_own_rows_go_first() -> None:
    own = Transliteration("đ", "d", is_shared=False)

    table = [*TABLE, Transliteration("Ç", "C", is_shared=True)]

    assert write("Đurđa Çela", alphabet_of(LATIN, [own, *table])) == "Djurda Cela"
    assert write("Çela", alphabet_of(LATIN + "Ç", table)) == "Çela"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Our Bank"),
        ("debtor_name", "Агенција"),
        ("debtor_name", "x" * 71),
        ("debtor_iban", "XK051000130000041709"),
        ("debtor_bic", "AGPN"),
        ("service_level", "sepa"),
        ("purpose", "BENE"),
        ("purpose", "SALA"),
        ("category_purpose", "SALARY"),
        ("letters", LATIN + "<"),
        ("payments_per_file_max", 0),
        ("payment_cents_max", 0),
        ("file_cents_max", 5),
        ("payee_cents_max", -1),
        ("days_ahead_max", 0),
    ],
)
def test_what_no_bank_could_want_is_refused_beside_its_field(field: str, value: object) -> None:
    with pytest.raises(InvalidFields) as refused:
        rules.check_specification(msgspec.structs.replace(WANTED, **{field: value}), TABLE)

    assert list(refused.value.fields) == [field]


def test_a_profile_as_shipped_is_accepted() -> None:
    rules.check_specification(WANTED, TABLE)
