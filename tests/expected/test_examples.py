"""The worked examples that a policy officer owns hold for the second computation by itself."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from deploy.servers import Urls
from service.crypto import Sealer
from service.db import Connection, prepare
from service.money import parse_euros
from service.period import Period, add_months, parse_month
from tests.conftest import FixedClock, OneConnection, database_named
from tests.expected.country import MONTHS, Facts, Reported, last_month, lay_down
from tests.given import Given
from tests.schemes.former import Case, Kind, Terms
from tests.schemes.former_cases import make_case

FILE = Path(__file__).parents[1] / "instalments" / "examples.toml"
EXAMPLES = tomllib.loads(FILE.read_text(encoding="utf-8"))["example"]


def case_of(example: dict[str, Any]) -> Case:
    away = example.get("suspended")
    return make_case(
        Terms(Kind.FLAT, None, parse_euros("0.00"), MONTHS[example["scheme"]]),
        example["first_day"],
        last_day=example.get("last_day"),
        wage_cents=parse_euros(example["wage"]),
        weekly_hours=example.get("hours", 40),
        suspensions=(Period(away[0], away[1] + timedelta(days=1)),) if away else (),
        attendance={parse_month(m): tuple(d) for m, d in example.get("attendance", {}).items()},
    )


def facts_of(example: dict[str, Any]) -> Facts:
    case = case_of(example)
    return Facts(
        scheme=example["scheme"],
        starts_on=case.starts_on,
        ends_before=case.period.end,
        employed_before=case.employment.end,
        weekly_hours=case.weekly_hours,
        suspended=tuple(case.suspensions),
        reports=tuple(
            Reported(
                month,
                said.days_expected,
                said.days_worked,
                said.days_paid_leave,
                said.gross_wage_cents,
                is_confirmed=True,
            )
            for month, said in case.evidence.items()
        ),
    )


async def test_the_worked_examples_come_out_in_sql(
    servers: Urls, connection: Connection, sealer: Sealer
) -> None:
    people = [facts_of(example) for example in EXAMPLES]
    last = last_month(people)
    owner = await asyncpg.connect(database_named(servers.database, "ura_test"))
    await prepare(owner)
    undone = owner.transaction()
    await undone.start()
    ids = await lay_down(owner, people)
    later = datetime.combine(add_months(last, 2), datetime.min.time(), UTC)
    await Given(OneConnection(owner), FixedClock(later), sealer).computed_month(
        last, everything=True
    )
    rows = await owner.fetch(
        "SELECT agreement_id, month, due_cents FROM expected_due($1, $2) WHERE kind = 'subsidy'",
        ids,
        last,
    )
    await undone.rollback()
    await owner.close()

    found = {(row["agreement_id"], row["month"]): row["due_cents"] for row in rows}
    wrong = [
        (example["name"], month)
        for id_, example in zip(ids, EXAMPLES, strict=True)
        for month, amount in example["expected"].items()
        if found.get((id_, parse_month(month)), 0) != _cents(amount)
    ]
    assert wrong == []
    assert len(EXAMPLES) > 10


def _cents(said: str) -> int:
    """An amount; a reason why there is none comes to nothing."""
    return parse_euros(said) if said[0].isdecimal() else 0


def test_examples_begin_when_their_schemes_hold() -> None:
    assert all(example["first_day"] >= date(2024, 1, 1) for example in EXAMPLES)
