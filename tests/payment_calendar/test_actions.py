"""The calendar that an installation comes with, and what the database keeps of it."""

from datetime import date

import asyncpg
import pytest

from service.db import Connection, connect_owner
from service.payment_calendar import actions
from service.period import Month
from tests.conftest import MakeConfig

OCTOBER = Month(date(2026, 10, 1))
ANOTHER = (
    "INSERT INTO payment_calendar"
    " (id, valid, reporting_closes_day, put_up_day, payment_day, source)"
    " VALUES (gen_random_uuid(), $1, $2, $3, $4, 'A rule of the test')"
)


async def test_a_month_is_put_up_and_paid_on_bank_days(tx: Connection) -> None:
    deadlines = await actions.list_deadlines(tx, OCTOBER)

    # The 22nd is a Sunday; evidence is taken on any day.
    assert [one.on for one in deadlines] == [
        date(2026, 11, 20), date(2026, 11, 20), date(2026, 11, 25)
    ]  # fmt: skip


async def test_a_month_before_every_rule_has_no_days(tx: Connection) -> None:
    before = Month(date(2023, 12, 1))

    assert await actions.list_deadlines(tx, before) == []
    assert await actions.reporting_closes(tx, before) is None
    assert await actions.reporting_closes(tx, OCTOBER) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("valid", "days", "constraint"),
    [
        ("[2027-01-01,)", (20, 22, 25), "payment_calendar_one_at_a_time"),
        ("[2020-01-01,2021-01-01)", (22, 20, 25), "payment_calendar_days_in_order"),
        ("[2020-01-01,2021-01-01)", (20, 22, 29), "payment_calendar_days_in_order"),
    ],
)
async def test_the_database_keeps_one_calendar_with_its_days_in_order(
    new_database: MakeConfig, valid: str, days: tuple[int, int, int], constraint: str
) -> None:
    owner = await connect_owner(await new_database())
    try:
        first, last = valid[1:-1].split(",")
        span = asyncpg.Range(date.fromisoformat(first), date.fromisoformat(last) if last else None)
        with pytest.raises(asyncpg.IntegrityConstraintViolationError) as broken:
            await owner.execute(ANOTHER, span, *days)
    finally:
        await owner.close()

    assert broken.value.constraint_name == constraint
