"""Chance that repeats: numbers, ids and moments that follow from the seed alone."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

KOSOVO_BANKS = ("1101", "1201", "1301", "1402", "1501", "1601", "1701", "1801")
PERSONAL_NUMBER_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2)
WORKING_DAYS = 5


def stream(seed: int, name: str) -> Random:
    """A source of chance of its own, so that a change to one part leaves the others alone."""
    return Random(f"ura/{seed}/{name}")


def make_id(chance: Random, at: datetime) -> UUID:
    """A UUID of version 7 for a moment: it sorts by age as those of service.ids do."""
    milliseconds = int(at.timestamp() * 1000)
    high = milliseconds << 16 | 0x7000 | chance.getrandbits(12)
    return UUID(int=high << 64 | 0b10 << 62 | chance.getrandbits(62))


def moment(chance: Random, day: date) -> datetime:
    """A moment within the office hours of a day."""
    return datetime.combine(day, time(7), UTC) + timedelta(seconds=chance.randrange(8 * 3600))


def soon_after(chance: Random, at: datetime) -> datetime:
    """A moment of the same day, while the office is still open."""
    return at + timedelta(minutes=chance.randint(5, 60))


def days_after(chance: Random, at: datetime, *, days_max: int) -> datetime:
    """A moment within the office hours of one of the next working days."""
    return moment(chance, working_day(at.date() + timedelta(days=chance.randint(1, days_max))))


def day_between(chance: Random, first: date, last: date) -> date:
    """One of the days from `first` to `last`, both included."""
    return first + timedelta(days=chance.randrange((last - first).days + 1))


def working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= WORKING_DAYS else 0)


def working_day_by(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() + 1 - WORKING_DAYS))


def count_working_days(start: date, end: date) -> int:
    """Mondays to Fridays from `start` up to, not including, `end`."""
    days = (start + timedelta(days=n) for n in range((end - start).days))
    return sum(day.weekday() < WORKING_DAYS for day in days)


def personal_numbers(chance: Random) -> Iterator[str]:
    """Ten digits each, none twice, the last a check digit (weights of AI (MIA) 06/2016 as used)."""
    for digits in _distinct(chance, 100_000_000):
        first = f"1{digits:08d}"
        total = sum(
            int(digit) * weight
            for digit, weight in zip(first, PERSONAL_NUMBER_WEIGHTS, strict=True)
        )
        check = 11 - total % 11
        yield f"{first}{check if check < 10 else 0}"


def business_numbers(chance: Random) -> Iterator[str]:
    """Nine digits each, none twice, starting with 81 as those of Kosovo's registry do."""
    return (f"81{digits:07d}" for digits in _distinct(chance, 10_000_000))


def ibans(chance: Random) -> Iterator[str]:
    """Kosovan account numbers, none twice: national check digits make the BBAN 1 modulo 97."""
    for digits in _distinct(chance, 10_000_000_000):
        account = f"{chance.choice(KOSOVO_BANKS)}{digits:010d}"
        yield f"XK05{account}{98 - int(account) * 100 % 97:02d}"


def weighted(chance: Random, choices: Iterable[tuple[str, float]]) -> str:
    """One of the names, each as likely as its weight says."""
    names, weights = zip(*choices, strict=True)
    drawn: str = chance.choices(names, weights)[0]
    return drawn


def _distinct(chance: Random, below: int) -> Iterator[int]:
    seen: set[int] = set()
    while True:
        number = chance.randrange(below)
        if number not in seen:
            seen.add(number)
            yield number
