"""The life of a scheme version in the database, and which minimum wage holds on which day."""

from datetime import date

from service.actor import SYSTEM
from service.db import Connection
from service.facts.actions import ALL_THAT_IS_KNOWN
from service.period import Period
from service.schemes import actions
from tests.given import act_as


async def test_the_minimum_wages_of_some_days_are_cut_to_them(tx: Connection) -> None:
    await act_as(tx, SYSTEM)
    days = Period(date(2026, 6, 1), date(2026, 8, 1))

    wages = await actions.minimum_wages_during(tx, days, known_at=ALL_THAT_IS_KNOWN)

    assert [(wage.period, wage.monthly_cents) for wage in wages] == [
        (Period(date(2026, 6, 1), date(2026, 7, 1)), 42500),
        (Period(date(2026, 7, 1), date(2026, 8, 1)), 50000),
    ]


async def test_the_wage_in_force_now_is_found_though_it_has_no_end(tx: Connection) -> None:
    await act_as(tx, SYSTEM)
    days = Period(date(2030, 1, 1), date(2030, 2, 1))

    wages = await actions.minimum_wages_during(tx, days, known_at=ALL_THAT_IS_KNOWN)

    assert [(wage.period, wage.monthly_cents) for wage in wages] == [(days, 50000)]
