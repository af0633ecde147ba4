"""Rules that change while people are at work: other versions of schemes, another minimum wage."""

import tomllib
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random

import service.schemes
from service.actor import Role
from service.config import Config
from service.db import connect_owner
from service.schemes import actions as schemes
from tests.given import Given, actor_of
from tests.histories.life import Offer
from tests.histories.obvious import MinimumWage, Rules

SHIPPED = Path(service.schemes.__file__).parent / "shipped" / "kosovo"
DOCUMENTS = {"WS-70": "ws_70", "SP-FLAT": "sp_flat"}
# A service that pays nothing after the subsidised months does not ask how long it may.
RETAINED_UNTIL = tomllib.loads((SHIPPED / "ws_70.toml").read_text(encoding="utf-8"))[
    "settings"
].get("paid_until_months")
OFFERED: Offer = {
    "WS-70": [(date(2024, 1, 1), Rules(Fraction(7, 10), 350_00, 6, RETAINED_UNTIL))],
    "SP-FLAT": [(date(2024, 1, 1), Rules(None, 264_00, 6))],
}
WAGES = [
    MinimumWage(date(2024, 10, 1), date(2026, 1, 1), 350_00),
    MinimumWage(date(2026, 1, 1), date(2026, 7, 1), 425_00),
    MinimumWage(date(2026, 7, 1), None, 500_00),
]
EXAMPLES = "# ----- Worked examples"
EXAMPLE = """
[[example]]
name = "nobody has reported"
[example.facts]
agreement = { start = 2027-01-01, period = { first_day = 2027-01-01, last_day = 2027-01-31 }, \
employment = { first_day = 2027-01-01, last_day = 2027-12-31 } }
[example.expect]
"2027-01" = "evidence_missing"
"""
MOST = {"WS-70": "350.00", "SP-FLAT": "264.00"}
FINAL_MOST = "1500.00"  # a fifth of six months, however low the rate that the cap goes with
A_SECOND = timedelta(seconds=1)


def other_rules(chance: Random, present: Rules) -> Rules:
    """Another cap, often other months, and another rate and retention where there is one."""
    rate = None if present.rate is None else Fraction(chance.randint(40, 90), 100)
    months = chance.choice((3, 4, 5, 6))
    retained = None if present.retained_until is None else months + chance.randint(1, 6)
    return Rules(rate, chance.randint(150_00, 400_00), months, retained)


def document_of(code: str, rules: Rules) -> str:
    """The shipped document with other figures, and an example that is right for all of them."""
    text = (SHIPPED / f"{DOCUMENTS[code]}.toml").read_text(encoding="utf-8")
    text = text.partition(EXAMPLES)[0]
    most = f"{rules.monthly_cents // 100}.{rules.monthly_cents % 100:02}"
    changes = [
        (f'"{MOST[code]} EUR"', f'"{most} EUR"'),
        (f'monthly_max = "{MOST[code]}"', f'monthly_max = "{most}"'),
        ("\nmonths = 6", f"\nmonths = {rules.months}"),
        ('\nis = "6"', f'\nis = "{rules.months}"'),
        ("\nvalid_from = 2024-01-01", ""),
    ]
    if rules.rate is not None:
        changes.append(('"70 %"', f'"{rules.rate * 100} %"'))
    if rules.retained_until is not None:
        changes += [
            ('"12 months"', f'"{rules.retained_until} months"'),
            ("paid_until_months = 12", f"paid_until_months = {rules.retained_until}"),
            ('final_max = "600.00"', f'final_max = "{FINAL_MOST}"'),
        ]
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text + EXAMPLE


async def put_in_force(given: Given, code: str, rules: Rules, *, from_day: date) -> None:
    """Drafted and checked by one person, activated by another."""
    author = actor_of(await given.account(Role.ADMINISTRATOR))
    second = actor_of(await given.account(Role.FINANCE_AUTHORISER))
    at = given.clock.now()
    async with given.db.transaction(author) as tx:
        draft = await schemes.draft_version(
            tx, document_of(code, rules), valid_from=from_day, by=author, at=at
        )
        checked = await schemes.check_version(tx, code, draft.number, by=author, at=at)
        assert not checked.findings, checked.findings
    async with given.db.transaction(second) as tx:
        await schemes.activate_version(
            tx, code, draft.number, shown_sha256=checked.document_sha256, by=second, at=at
        )


def with_act(
    wages: list[MinimumWage], from_day: date, monthly_cents: int
) -> tuple[MinimumWage, list[MinimumWage]]:
    """The act that another one replaces from a day on, and all that hold then."""
    (old,) = [
        wage
        for wage in wages
        if wage.from_day <= from_day and (wage.before_day is None or from_day < wage.before_day)
    ]
    new = [MinimumWage(from_day, old.before_day, monthly_cents)]
    if old.from_day < from_day:
        new.insert(0, MinimumWage(old.from_day, from_day, old.monthly_cents))
    at = wages.index(old)
    return old, [*wages[:at], *new, *wages[at + 1 :]]


async def pay_whatever_is_due(config: Config) -> None:
    """Ends the check that stops a month without a day at work: what is compared are amounts."""
    owner = await connect_owner(config)
    try:
        await owner.execute(
            "UPDATE check_rule SET valid = daterange(lower(valid), lower(valid) + 1) "
            "WHERE code = 'days_sufficient'"
        )
    finally:
        await owner.close()


async def enact(
    config: Config, old: MinimumWage, wages: list[MinimumWage], *, at: datetime
) -> None:
    """Reference data is changed by the owner: the old row ends, what holds instead is written."""
    owner = await connect_owner(config)
    try:
        async with owner.transaction():
            await owner.execute(
                "UPDATE minimum_wage SET superseded_at = $2 "
                "WHERE lower(period) = $1 AND superseded_at IS NULL",
                old.from_day,
                at,
            )
            for wage in wages:
                if wage.from_day >= old.from_day and _lies_in(wage, old):
                    await owner.execute(
                        "INSERT INTO minimum_wage (id, period, monthly_cents, source, recorded_at) "
                        "VALUES (gen_random_uuid(), daterange($1, $2), $3, 'Another act', $4)",
                        wage.from_day,
                        wage.before_day,
                        wage.monthly_cents,
                        at + A_SECOND,
                    )
    finally:
        await owner.close()


def _lies_in(wage: MinimumWage, old: MinimumWage) -> bool:
    return old.before_day is None or (
        wage.before_day is not None and wage.before_day <= old.before_day
    )
