"""Random schemes that check, and random facts for them: what two engines must agree on.

A scheme is grown step by step: each expression is made of a wanted kind from constants, facts,
parameters, columns and earlier steps, so that every form of the language comes up in every place.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

HEAD = """
scheme = "RANDOM"
name = { sq = "r", sr = "r", en = "r" }
currency = "EUR"
source = "made up"
selected_by = "agreement.start"

[facts]
"agreement.start" = "date"
"agreement.period" = "period"
"agreement.hours" = "hours"
"agreement.share" = "share"
"agreement.left_on" = "date?"
"agreement.bonus" = "cents?"
"breaks[].period" = "period"
"wages[].month" = "month"
"wages[].gross" = "cents"
"wages[].exact" = "money"
"wages[].days" = "count"
"wages[].confirmed" = "truth"
"wages[].note" = "text?"

[[parameter]]
name = "rate"
kind = "share"
values = [{ from = 2020-01-01, is = "70 %" }, { from = 2026-05-01, is = "0.55" }]

[[parameter]]
name = "top"
kind = "cents"
values = [{ over = "0", is = "150.00 EUR" }, { over = "3", is = "350.00 EUR" }]

[[parameter]]
name = "flat"
kind = "cents"
is = "264.00 EUR"

[[table]]
name = "milestone"
columns = { after = "whole days", amount = "cents", weight = "number" }
rows = [
    { after = "30 days", amount = "50.00 EUR", weight = "1" },
    { after = "91 days", amount = "75.50 EUR", weight = "0.25" },
]
"""
MAKERS = (
    "programme_months(agreement.period, agreement.start)",
    "months(agreement.period)",
    "split_by_month(agreement.period, agreement.start + 45 days)",
    "split(agreement.period, wages.month, agreement.start + 100 days)",
    "stretches(agreement.period, breaks.period)",
)
ROUNDINGS = ("half_up", "half_even", "half_toward_plus_infinity", "down", "up", "floor", "ceiling")


class SchemeMaker:
    """Grows one scheme from a seed."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: list[str] = [HEAD]
        self.names: dict[str, list[str]] = {
            "money": ["flat", "350.00 EUR", "top[4]", "(agreement.bonus otherwise 12.34 EUR)"],
            "number": ["rate", "0.7", "3", "agreement.share", "rate at agreement.start"],
            "days": ["days(agreement.period)", "17 days", "weekdays(agreement.period)"],
            "truth": ["true", "given(agreement.left_on)", "agreement.share > 50 %"],
            "date": ["agreement.start", "2026-06-15", "last_day(agreement.period)"],
        }
        self.count = 0

    def document(self) -> str:
        """The text of a scheme with one table, sometimes a table inside it, and two payments."""
        for _ in range(self.random.randint(0, 3)):
            self.step(None, self.random.choice(["money", "number", "days", "truth"]))
        self.lines.append(f'[[step]]\nname = "piece"\nrows = "{self.random.choice(MAKERS)}"')
        self.names["date"] += ["start(piece.period)", "last_day(piece.period)"]
        self.names["days"] += ["days(piece.period)", "days_without(piece.period, breaks.period)"]
        self.names["number"].append("piece.number")
        if self.random.random() < 0.6:
            self.inner()
        self.aggregates()
        for _ in range(self.random.randint(2, 7)):
            self.step("piece", self.random.choice(["money", "money", "number", "days", "truth"]))
            if self.random.random() < 0.25:
                self.guard()
        self.paid()
        return "\n".join(self.lines)

    def inner(self) -> None:
        self.lines.append('[[step]]\nname = "part"\nfor = "piece"\nrows = "months(piece.period)"')
        held = {kind: list(names) for kind, names in self.names.items()}
        self.names["date"].append("part.month")
        self.names["days"].append("days(part.period)")
        self.names["money"].append(
            "(first(wages.gross where wages.month = part.month) otherwise 0.00 EUR)"
        )
        self.names["money"].append("sum(wages.exact where wages.month = part.month)")
        made = [self.step("part", kind) for kind in ("money", "number", "truth")]
        self.names = held
        self.names["money"].append(f"sum(part.{made[0]})")
        self.names["money"].append(f"(greatest(part.{made[0]}) otherwise 1.00 EUR)")
        self.names["number"].append(f"sum(part.{made[1]} where part.{made[2]})")
        self.names["truth"] += [f"all(part.{made[2]})", f"any(part.{made[2]})"]

    def aggregates(self) -> None:
        self.names["money"] += [
            "sum(wages.gross where wages.month in piece.period)",
            "(last(wages.gross where wages.confirmed) otherwise 0.00 EUR)",
            "sum(milestone.amount * milestone.weight where start(piece.period) > 2026-03-01)",
        ]
        self.names["number"] += ["count(wages where wages.confirmed)", "count(breaks)"]
        self.names["days"].append("sum(milestone.after)")
        self.names["truth"].append("any(wages.confirmed)")
        self.names["date"].append("(least(wages.month) otherwise 2026-01-01)")

    def expression(self, kind: str, depth: int = 0) -> str:
        """An expression of a kind."""
        if depth > 2 or self.random.random() < 0.3:
            return self.random.choice(self.names[kind])
        forms: dict[str, list[Callable[[int], str]]] = {
            "money": [
                lambda d: f"({self.expression('money', d)} + {self.expression('money', d)})",
                lambda d: f"({self.expression('money', d)} - {self.expression('money', d)})",
                lambda d: f"{self.expression('money', d)} * {self.expression('number', d)}",
                lambda d: f"{self.expression('money', d)} / {self.random.choice(['3', '7', '30'])}",
                lambda d: (
                    f"{self.expression('money', d)} * {self.expression('days', d)}"
                    f" / {self.expression('days', d)}"
                ),
                lambda d: f"min({self.expression('money', d)}, {self.expression('money', d)})",
                lambda d: f"max(0.00 EUR, {self.expression('money', d)})",
                lambda d: f"(-{self.expression('money', d)})",
                lambda d: f"abs({self.expression('money', d)})",
                lambda d: self.choice("money", d),
            ],
            "number": [
                lambda d: f"({self.expression('number', d)} + {self.expression('number', d)})",
                lambda d: f"{self.expression('number', d)} * {self.expression('number', d)}",
                lambda d: f"({self.expression('days', d)} / {self.expression('days', d)})",
                lambda d: f"({self.expression('money', d)} / {self.expression('money', d)})",
                lambda d: self.choice("number", d),
            ],
            "days": [
                lambda d: f"({self.expression('days', d)} + {self.expression('days', d)})",
                lambda d: f"({self.expression('date', d)} - {self.expression('date', d)})",
                lambda d: self.choice("days", d),
            ],
            "truth": [
                lambda d: f"({self.expression('truth', d)} and {self.expression('truth', d)})",
                lambda d: f"({self.expression('truth', d)} or {self.expression('truth', d)})",
                lambda d: f"(not {self.expression('truth', d)})",
                lambda d: f"({self.expression('money', d)} >= {self.expression('money', d)})",
                lambda d: f"({self.expression('date', d)} < {self.expression('date', d)})",
                lambda d: f"({self.expression('date', d)} in agreement.period)",
                lambda d: f"(weekday({self.expression('date', d)}) in [6, 7])",
            ],
            "date": [
                lambda d: f"month_of({self.expression('date', d)})",
                lambda d: f"({self.expression('date', d)} + 1 month)",
                lambda d: f"(agreement.left_on otherwise {self.expression('date', d)})",
            ],
        }
        return self.random.choice(forms[kind])(depth + 1)

    def choice(self, kind: str, depth: int) -> str:
        return (
            f"(if {self.expression('truth', depth)} then {self.expression(kind, depth)}"
            f" else {self.expression(kind, depth)})"
        )

    def step(self, table: str | None, kind: str) -> str:
        """Adds a step and answers its name, which later steps of its scope may use."""
        self.count += 1
        name = f"{kind}_{self.count}"
        value = self.expression(kind)
        if table == "piece" and kind == "money" and self.random.random() < 0.3:
            value = self.random.choice(
                [
                    f"{value} + previous({name}, 1.00 EUR)",
                    f"max(0.00 EUR, {value} - before({name}))",
                    f"{value} - before({name} where earlier.number < piece.number - 1)",
                ]
            )
        lines = ["[[step]]", f'name = "{name}"', f'is = "{value}"', f'unit = "{kind}"']
        lines += [f'for = "{table}"'] if table else []
        if kind == "money":
            lines += [self.shape()]
        self.lines.append("\n".join(lines))
        self.names[kind].append(name)
        return name

    def shape(self) -> str:
        chosen = self.random.random()
        if chosen < 0.3:
            places = self.random.choice([0, 2, 5])
            return f'round = "{self.random.choice(ROUNDINGS)} {places}"'
        if chosen < 0.5:
            return f'at_most = [{{ name = "top", is = "{self.expression("money")}" }}, "flat"]'
        if chosen < 0.6:
            return 'at_least = [{ name = "floor", is = "0.00 EUR" }]'
        return ""

    def guard(self) -> None:
        self.count += 1
        outcome = self.random.choice(["blocked", "not_due"])
        self.lines.append(
            f'[[step]]\nname = "guard_{self.count}"\nfor = "piece"\n'
            f'guard = "{self.expression("truth")}"\ncode = "code_{self.count}"\n'
            f'outcome = "{outcome}"'
        )

    def paid(self) -> None:
        value = self.expression("money")
        limit = "max(0.00 EUR, 1000.00 EUR - before(due))"
        self.lines.append(
            f'[[step]]\nname = "amount"\nfor = "piece"\nis = "{value}"\nunit = "cents"\n'
            f'round = "{self.random.choice(ROUNDINGS)} 2"\n'
            f'[[step]]\nname = "due"\nfor = "piece"\nis = "amount"\nunit = "cents"\n'
            f'at_most = [{{ name = "entitlement", is = "{limit}" }}]\n'
            '[[pay]]\nfor = "piece"\nkind = "subsidy"\nmonth = "month_of(last_day(piece.period))"\n'
            'amount = "due"\n'
        )
        if self.random.random() < 0.4:
            self.lines.append(
                '[[step]]\nname = "total"\nis = "sum(piece.amount where piece.number > 1)"\n'
                'unit = "cents"\n[[pay]]\nkind = "bonus"\namount = "total"\n'
                'month = "month_of(end(agreement.period))"\ndue_on = "end(agreement.period)"\n'
                'when = "total > 0.00 EUR"'
            )


def random_facts(random: Random) -> dict[str, Any]:
    """Facts of one case for any random scheme."""
    start = date(2026, 1, 1) + timedelta(days=random.randrange(240))
    days = random.choice([1, 20, 31, 90, 183, 184, 365])
    months = [date(2026, month, 1) for month in range(1, 13)]
    return {
        "agreement": {
            "start": start.isoformat(),
            "period": _period(start, days),
            "hours": random.choice([20, 40]),
            "share": random.choice(["1/3", "0.5", "70 %", 0]),
            "left_on": random.choice([None, (start + timedelta(days=days // 2)).isoformat()]),
            "bonus": random.choice([None, "0.01", "99.99"]),
        },
        "breaks": [
            {"period": _period(start + timedelta(days=random.randrange(-10, 90)), 14)}
            for _ in range(random.randrange(3))
        ],
        "wages": [
            {
                "month": month.isoformat(),
                "gross": f"{random.randrange(0, 90_000) / 100:.2f}",
                "exact": f"{random.randrange(-90_000, 90_000)}/{random.choice([1, 3, 7])}",
                "days": random.randrange(0, 23),
                "confirmed": random.random() < 0.8,
                "note": random.choice([None, "x"]),
            }
            for month in months
            if random.random() < 0.85
        ],
    }


def _period(start: date, days: int) -> dict[str, str]:
    last = start + timedelta(days=days - 1)
    return {"first_day": start.isoformat(), "last_day": last.isoformat()}
