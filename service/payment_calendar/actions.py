"""Looking up when the money of a month is due to move."""

from collections.abc import Mapping
from datetime import date

import msgspec

from service.bank_profiles import actions as bank_profiles
from service.db import Connection
from service.payment_calendar import rules, store
from service.payment_calendar.model import Deadline, Remaining, Step, StepStanding
from service.period import Month

# What nobody does on a day on which banks are closed; evidence is taken on any day.
BANK_DAYS_ONLY = frozenset({Step.PUT_UP, Step.PAYMENT})


async def list_deadlines(tx: Connection, month: Month) -> list[Deadline]:
    """The last day of each step; none where no rule holds for the month."""
    rule = await store.find_calendar_rule(tx, month)
    if rule is None:
        return []
    return [
        msgspec.structs.replace(one, on=await bank_profiles.bank_day_by(tx, one.on))
        if one.step in BANK_DAYS_ONLY
        else one
        for one in rules.days_of(month, rule)
    ]


async def reporting_closes(tx: Connection, month: Month) -> date | None:
    """The last day on which a month's report counts for its payout; None where no rule holds."""
    rule = await store.find_calendar_rule(tx, month)
    if rule is None:
        return None
    return next(one.on for one in rules.days_of(month, rule) if one.step is Step.REPORTING)


async def read_month(
    tx: Connection, month: Month, remaining: Mapping[Step, Remaining], *, today: date
) -> list[StepStanding]:
    """How each step of a month stands on a day, by what remains of it."""
    return rules.standings(await list_deadlines(tx, month), remaining, today=today)
