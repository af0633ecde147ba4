"""Facts for a scheme from JSON, checked against what it declares, and that described as a schema.

Amounts are written in whole units with decimals ("425.00"), shares as "70 %" or "0.7", days as
"2026-03-17", months as "2026-03", periods by their first and last day.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from service.period import Period
from service.schemes.language.functions import FOREVER
from service.schemes.language.kinds import Kind
from service.schemes.language.program import Program, TypedFact

WRITTEN_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,12})?")
WRITTEN_RATIO = re.compile(r"(-?\d{1,18})/(\d{1,18})")
DIGITS_MAX = 18
WRITTEN_MONTH = re.compile(r"\d{4}-\d{2}")


class Facts(msgspec.Struct, frozen=True):
    """Single facts by path and lists of facts by table; amounts in cents, exact."""

    single: Mapping[str, Any]
    tables: Mapping[str, list[dict[str, Any]]]


class FactFlaw(ValueError):
    """A fact that is missing, unknown or of the wrong kind; the sentence says where."""


def bind(program: Program, raw: object) -> Facts:
    """The facts of a case; FactFlaw names the first that does not fit and what was expected."""
    if not isinstance(raw, Mapping):
        raise FactFlaw("expected an object with the facts of one case")
    _refuse_unknown(program, raw)
    single: dict[str, Any] = {}
    tables: dict[str, list[dict[str, Any]]] = {}
    for fact in program.facts:
        table = fact.fact.table
        if table is None:
            single[fact.fact.path] = _value(fact, _dig(raw, fact.fact.path), fact.fact.path)
        elif table not in tables:
            columns = [one for one in program.facts if one.fact.table == table]
            tables[table] = list(_rows(columns, raw.get(table, []), table))
    return Facts(single, tables)


def _dig(raw: Mapping[str, Any], path: str) -> Any:
    found: Any = raw
    for word in path.split("."):
        found = found.get(word, msgspec.UNSET) if isinstance(found, Mapping) else msgspec.UNSET
    return found


def _rows(columns: list[TypedFact], raw: Any, table: str) -> Iterator[dict[str, Any]]:
    if not isinstance(raw, list):
        raise FactFlaw(f"{table}: expected a list")
    for number, one in enumerate(raw, 1):
        if not isinstance(one, Mapping):
            raise FactFlaw(f"{table}, row {number}: expected an object")
        row: dict[str, Any] = {"number": Fraction(number)}
        for fact in columns:
            name = fact.fact.path.split(".")[1]
            place = f"{table}, row {number}, {name}"
            row[name] = _value(fact, one.get(name, msgspec.UNSET), place)
        yield row


def _refuse_unknown(program: Program, raw: Mapping[str, Any]) -> None:
    known: dict[str, set[str]] = {}
    for fact in program.facts:
        first, _, second = fact.fact.path.partition(".")
        known.setdefault(first, set()).add(second)
    for name, said in raw.items():
        if name not in known:
            raise FactFlaw(f"{name}: this scheme uses no such fact; it uses {', '.join(known)}")
        for one in said if isinstance(said, list) else [said]:
            unknown = sorted(set(one) - known[name]) if isinstance(one, Mapping) else []
            if unknown and known[name] != {""}:
                expected = ", ".join(sorted(known[name]))
                raise FactFlaw(f"{name}: {unknown[0]!r} is no fact here; expected {expected}")


def _value(fact: TypedFact, raw: Any, place: str) -> Any:
    if raw is msgspec.UNSET and fact.has_default:
        return fact.default
    if raw is None and fact.has_default and not fact.fact.kind.optional:
        return fact.default
    if raw is None or raw is msgspec.UNSET:
        if fact.fact.kind.optional:
            return None
        raise FactFlaw(f"{place}: this fact is missing; expected {fact.fact.kind}")
    try:
        return value_of(fact.fact.kind, raw, is_month=fact.fact.written.startswith("month"))
    except FactFlaw as error:
        raise FactFlaw(f"{place}: {error}") from None


def value_of(kind: Kind, raw: Any, *, is_month: bool = False) -> Any:
    """One value as it is reckoned with; FactFlaw says what was expected."""
    match kind.name:
        case "quantity":
            return _quantity(kind, raw)
        case "date":
            return _day(raw, is_month=is_month)
        case "period":
            return _period(raw)
        case "truth":
            return _of(bool, raw, "true or false")
        case _:
            return _of(str, raw, "a text")


def _of(wanted: type, raw: Any, said: str) -> Any:
    if type(raw) is wanted:
        return raw
    raise FactFlaw(f"expected {said}, found {raw!r}")


def _quantity(kind: Kind, raw: Any) -> Fraction:
    value = _number(raw)
    if value is None:
        such = 'such as "425.00"' if "money" in dict(kind.units) else 'such as 7 or "0.7"'
        raise FactFlaw(f"expected {kind}, {such}, found {raw!r}")
    if dict(kind.units).get("money"):
        value *= 100
    if kind.whole and value.denominator != 1:
        raise FactFlaw(f"expected {kind}, found {raw!r}, which has a fraction of it")
    return value


def _number(raw: Any) -> Fraction | None:
    match raw:
        case bool():
            return None
        case int():
            return Fraction(raw) if abs(raw) < 10**DIGITS_MAX else None
        case Decimal():
            return Fraction(raw) if _is_moderate(raw) else None
        case str():
            return _written(raw.strip())
        case _:
            return None


def _is_moderate(value: Decimal) -> bool:
    """Whether a decimal has digits that people write: 1e999999999 would take all memory."""
    return value.is_finite() and value.adjusted() < DIGITS_MAX and int(value.as_tuple()[2]) > -30


def _written(text: str) -> Fraction | None:
    percent = text.endswith("%")
    text = text.removesuffix("%").strip()
    ratio = WRITTEN_RATIO.fullmatch(text)
    if ratio is not None and int(ratio[2]):
        value = Fraction(int(ratio[1]), int(ratio[2]))
    elif WRITTEN_NUMBER.fullmatch(text):
        value = Fraction(text)
    else:
        return None
    return value / 100 if percent else value


def _day(raw: Any, *, is_month: bool) -> date:
    if type(raw) is date:
        return raw.replace(day=1) if is_month else raw
    if isinstance(raw, str):
        written = f"{raw}-01" if is_month and WRITTEN_MONTH.fullmatch(raw) else raw
        try:
            day = date.fromisoformat(written)
        except ValueError:
            pass
        else:
            return day.replace(day=1) if is_month else day
    such = "a month such as 2026-03" if is_month else "a day such as 2026-03-17"
    raise FactFlaw(f"expected {such}, found {raw!r}")


def _period(raw: Any) -> Period:
    if (
        not isinstance(raw, Mapping)
        or set(raw) - {"first_day", "last_day"}
        or "first_day" not in raw
    ):
        raise FactFlaw(f"expected a period with first_day and last_day, found {raw!r}")
    first = _day(raw["first_day"], is_month=False)
    if raw.get("last_day") is None:
        return Period(first, FOREVER)
    end = _day(raw["last_day"], is_month=False) + timedelta(days=1)
    if end < first:
        raise FactFlaw(f"a period ends on {raw['last_day']}, before it begins on {first}")
    return Period(first, end)


def schema(program: Program) -> dict[str, Any]:
    """The facts of a scheme as a JSON Schema (draft 2020-12)."""
    properties: dict[str, Any] = {}
    needed: list[str] = []
    for fact in program.facts:
        about = _described(fact)
        first, _, second = fact.fact.path.partition(".")
        needs = not (fact.has_default or fact.fact.kind.optional)
        if not second:
            properties[first] = about
            needed += [first] if needs else []
            continue
        whole = properties.setdefault(first, _container(is_list=fact.fact.table is not None))
        inner = whole["items"] if fact.fact.table else whole
        inner["properties"][second] = about
        if needs:
            inner["required"].append(second)
            needed += [first] if fact.fact.table is None and first not in needed else []
    document = program.document
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Facts of {document.code}: {document.name.get('en', '')}",
        "type": "object",
        "properties": properties,
        "required": needed,
        "additionalProperties": False,
    }


def _container(*, is_list: bool) -> dict[str, Any]:
    inner: dict[str, Any] = {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": False,
    }
    return {"type": "array", "items": inner} if is_list else inner


def _described(fact: TypedFact) -> dict[str, Any]:
    kind = fact.fact.kind
    about: dict[str, Any] = dict(_form(kind, is_month=fact.fact.written.startswith("month")))
    if kind.optional:
        about = {"anyOf": [about, {"type": "null"}]}
    said = [fact.fact.about] if fact.fact.about else []
    return {**about, "description": " ".join([*said, f"({fact.fact.written})"])}


def _form(kind: Kind, *, is_month: bool) -> Mapping[str, Any]:
    day = {"type": "string", "format": "date"}
    if kind.name == "period":
        properties = {"first_day": day, "last_day": {"anyOf": [day, {"type": "null"}]}}
        return {"type": "object", "properties": properties, "required": ["first_day"]}
    if kind.is_quantity:
        pattern = r"^-?[0-9]+(\.[0-9]+)?( ?%)?$|^-?[0-9]+/[0-9]+$"
        return {"anyOf": [{"type": "string", "pattern": pattern}, {"type": "number"}]}
    if is_month:
        return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$"}
    return {"date": day, "truth": {"type": "boolean"}}.get(kind.name, {"type": "string"})
