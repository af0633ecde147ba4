"""A run as JSON: instalments with their traces in words and figures, and every value on the way."""

from datetime import date
from fractions import Fraction
from typing import Any

from service.period import Period
from service.schemes.language.engine import Run
from service.schemes.language.evaluation import Row
from service.schemes.language.examples import shown
from service.schemes.language.kinds import Kind
from service.schemes.language.program import Program
from service.schemes.language.results import Paid
from service.schemes.language.traces import Line, unfold

NUMBER = Kind("quantity")


def report(program: Program, run: Run, language: str) -> dict[str, Any]:
    """What a scheme came to for one set of facts; amounts in whole units, as texts."""
    kinds = {step.name: step.kind for step in program.steps if step.table is None and step.kind}
    return {
        "scheme": program.document.code,
        "currency": program.document.currency,
        "instalments": [_instalment(program, one, language) for one in run.paid],
        "total": _money(sum(one.amount_cents for one in run.paid)),
        "stop": None if run.stop is None else {"outcome": run.stop.outcome, "code": run.stop.code},
        "values": {name: written(kinds[name], value) for name, value in run.values.items()},
        "tables": {
            name: [_row(program, row) for row in rows]
            for name, rows in run.tables.items()
            if not program.tables[name].is_fact or program.tables[name].steps
        },
    }


def _money(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def _instalment(program: Program, paid: Paid, language: str) -> dict[str, Any]:
    outcome = "due" if paid.amount_cents else "not_due"
    return {
        "month": f"{paid.month:%Y-%m}",
        "kind": paid.kind,
        "amount": _money(paid.amount_cents),
        "amount_cents": paid.amount_cents,
        "due_on": paid.due_on.isoformat() if paid.due_on else None,
        "outcome": paid.stop.outcome if paid.stop else outcome,
        "reason": paid.stop.code if paid.stop else None,
        "trace": [
            _line(line, language) for line in unfold(program, paid.kind, paid.trace) if line.step
        ],
    }


def _line(line: Line, language: str) -> dict[str, Any]:
    assert line.step is not None
    kind = line.step.kind or Kind("truth")
    about: dict[str, Any] = {"step": line.step.name}
    if line.table is not None:
        about |= {"table": line.table, "row": ".".join(map(str, line.rows))}
    about |= {
        "label": line.step.step.label.get(language, line.step.name),
        "value": written(kind, line.value),
    }
    return about | ({"bound": line.bound} if line.step.at_most or line.step.at_least else {})


def _row(program: Program, row: Row) -> dict[str, Any]:
    about = program.tables[row.table]
    values = {
        name: written(about.kind_of(name) or NUMBER, value) for name, value in row.values.items()
    }
    stop = {"outcome": row.stop.outcome, "code": row.stop.code} if row.stop else None
    return {**values, "stop": stop} if stop else values


def written(kind: Kind, value: Any) -> Any:
    """A value for JSON: amounts and fractions as exact texts, whole numbers as numbers."""
    match value:
        case Fraction():
            if kind.whole and not dict(kind.units).get("money"):
                return int(value)
            return shown(kind, value)
        case Period():
            return {"first_day": value.start.isoformat(), "last_day": value.last_day.isoformat()}
        case date():
            return value.isoformat()
        case _:
            return value
