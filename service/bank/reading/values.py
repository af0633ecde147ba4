"""Amounts, days, moments and numbers as banks write them; None for what cannot be read."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache

from service.money import Cents

# Eleven digits before the point: even 300,000 of them add up within a bigint of cents.
AMOUNT = re.compile(r"\+?(?P<euros>[0-9]{1,11})(\.(?P<cents>[0-9]{0,2})0{0,20})?", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
DAY_LETTERS = 10


@lru_cache(maxsize=4096)
def cents(written: str) -> Cents | None:
    """An amount in cents; None when it is none, or has parts of a cent, a comma or a sign."""
    found = AMOUNT.fullmatch(written)
    if found is None:
        return None
    return Cents(int(found["euros"]) * 100 + int((found["cents"] or "").ljust(2, "0")))


@lru_cache(maxsize=4096)
def day(written: str) -> date | None:
    """The day of a date or a moment, without its time or zone."""
    if not DAY.match(written):
        return None
    try:
        return date.fromisoformat(written[:DAY_LETTERS])
    except ValueError:
        return None


def moment(written: str) -> datetime | None:
    """A moment; one without a zone is taken as UTC, for banks mostly leave it out."""
    if not DAY.match(written):
        return None
    try:
        read = datetime.fromisoformat(written)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def number(written: str) -> int | None:
    """A whole number of at most 18 digits."""
    return int(written) if NUMBER.fullmatch(written) else None
