"""Reads a scheme document from its text: every part into its struct, every flaw with its line."""

import re
import tomllib
from typing import Any

from service.schemes.language.document import (
    Document,
    Example,
    Fact,
    Flaw,
    Guard,
    Limit,
    Parameter,
    ParameterValue,
    Pay,
    Step,
    Table,
)
from service.schemes.language.kinds import Kind, parse_kind
from service.schemes.language.rounding import Rounding, parse_rounding
from service.schemes.language.source import Part, Source
from service.schemes.language.tree import Expression, Literal

SIZE_MAX = 400_000
FACT_PATH = re.compile(r"[a-z][a-z_0-9]*(?:(?:\[\])?\.[a-z][a-z_0-9]*)?")
OUTCOMES = ("blocked", "not_due")
HEAD_KEYS = (
    *("scheme", "name", "country", "currency", "source", "selected_by", "settings", "facts"),
    *("parameter", "table", "step", "pay", "example"),
)
NOWHERE = Literal(at=0, value=None)


def read(text: str) -> tuple[Document | None, list[Flaw]]:
    """The document, or None and what is wrong with how it is written, by line."""
    if len(text) > SIZE_MAX:
        return None, [Flaw(1, "", f"a document has {SIZE_MAX} letters at most")]
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        message = f"this is not TOML: {str(error).split(' (at')[0]}"
        return None, [Flaw(int(line[1]) if line else text.count("\n") + 1, "", message)]
    except RecursionError:
        return None, [Flaw(1, "", "this is not TOML that can be read: it is nested too deeply")]
    source = Source(text, raw)
    document = _document(source)
    return (None, sorted(set(source.flaws))) if source.flaws else (document, [])


def _document(source: Source) -> Document:
    head = Part(source, source.raw, 1, "")
    head.only(*HEAD_KEYS)
    settings = source.raw.get("settings", {})
    if not isinstance(settings, dict):
        head.flaw("settings: expected keys and values", "settings")
    return Document(
        code=head.text("scheme"),
        name=head.words("name", needed=True),
        currency=head.text("currency"),
        source=head.text("source"),
        country=head.text("country", default=""),
        selected_by=head.expression("selected_by") or NOWHERE,
        facts=tuple(_facts(source)),
        parameters=tuple(_parameter(part) for part in source.parts("parameter")),
        tables=tuple(_table(part) for part in source.parts("table")),
        steps=tuple(_step(part) for part in source.parts("step")),
        pays=tuple(_pay(part) for part in source.parts("pay")),
        examples=tuple(_example(part) for part in source.parts("example")),
        settings=settings,
        text=source.text,
    )


def _facts(source: Source) -> list[Fact]:
    raw = source.raw.get("facts", {})
    start = next(iter(source.headers("facts")), 1)
    if not isinstance(raw, dict) or not raw:
        source.flaws.append(Flaw(start, "facts", "expected [facts] with a kind for each fact"))
        return []
    return [fact for path, said in raw.items() if (fact := _fact(source, path, said, start))]


def _fact(source: Source, path: str, said: Any, start: int) -> Fact | None:
    part = Part(source, said if isinstance(said, dict) else {"kind": said}, start, f"fact {path}")
    part.line = source.line_of(path, start)
    if not FACT_PATH.fullmatch(path):
        part.flaw('expected a quoted path such as "agreement.start" or "wages[].gross"')
        return None
    part.only("kind", "about", "default", "label")
    kind = part.kind("kind")
    default = part.expression("default", needed=False)
    if kind is None:
        return None
    written = str(part.raw.get("kind"))
    table = path.split("[].")[0] if "[]" in path else None
    about = part.text("about", default="")
    plain = path.replace("[]", "")
    label = part.words("label")
    return Fact(plain, table, kind, default, about, part.line, written, label)


def _parameter(part: Part) -> Parameter:
    part.only("name", "kind", "is", "source", "values", "label")
    values = part.raw.get("values", [])
    if ("is" in part.raw) == bool(values) or not isinstance(values, list):
        part.flaw("expected either 'is' with one value or 'values' with dated ones")
        values = []
    found = [_parameter_value(Part(part.source, raw, part.line, part.name)) for raw in values]
    if "is" in part.raw:
        single = part.expression("is") or NOWHERE
        found = [ParameterValue(None, None, None, single, part.text("source", default=""))]
    return Parameter(
        name=part.word("name"),
        kind=part.kind("kind") or Kind("unknown"),
        values=tuple(found),
        label=part.words("label"),
        line=part.line,
        written=str(part.raw.get("kind")),
    )


def _parameter_value(part: Part) -> ParameterValue:
    part.only("from", "key", "over", "is", "source")
    return ParameterValue(
        since=part.day("from"),
        key=part.expression("key", needed=False),
        over=part.expression("over", needed=False),
        value=part.expression("is") or NOWHERE,
        source=part.text("source", default=""),
    )


def _table(part: Part) -> Table:
    part.only("name", "columns", "rows", "label")
    columns: dict[str, Kind] = {}
    raw_columns, raw_rows = part.raw.get("columns"), part.raw.get("rows")
    if not isinstance(raw_columns, dict) or not isinstance(raw_rows, list):
        part.flaw("expected 'columns' with a kind each, and 'rows'")
        return Table(part.word("name"), {}, (), part.line)
    for name, said in raw_columns.items():
        try:
            columns[name] = parse_kind(str(said))
        except ValueError as error:
            part.flaw(f"column {name}: {error}", "columns")
    rows = []
    for raw in raw_rows:
        row = Part(part.source, raw, part.line, part.name)
        row.only(*columns)
        rows.append({name: row.expression(name) or NOWHERE for name in columns})
    return Table(part.word("name"), columns, tuple(rows), part.line, part.words("label"))


def _step(part: Part) -> Step:
    part.only(
        *("name", "for", "rows", "is", "guard", "code", "outcome", "unit", "round"),
        *("at_most", "at_least", "from", "until", "label", "text"),
    )
    given = [key for key in ("rows", "is", "guard") if key in part.raw]
    if len(given) != 1:
        part.flaw("expected exactly one of 'is', 'rows' or 'guard'")
    forms = {key: part.expression(key) for key in given}
    shapes = [key for key in ("round", "at_most", "at_least") if key in part.raw]
    if len(shapes) > 1 or (shapes and "is" not in forms):
        part.flaw(f"{' and '.join(shapes)}: a step rounds or limits a value, one thing at a time")
    return Step(
        name=part.word("name"),
        table=part.word("for") if "for" in part.raw else None,
        line=part.line,
        kind=part.kind("unit") if "is" in forms else None,
        written=str(part.raw.get("unit", "")),
        rows=forms.get("rows"),
        guard=_guard(part, forms["guard"]) if forms.get("guard") is not None else None,
        value=forms.get("is"),
        rounding=_rounding(part),
        at_most=_limits(part, "at_most"),
        at_least=_limits(part, "at_least"),
        since=part.day("from"),
        until=part.day("until"),
        label=part.words("label"),
        text=part.words("text"),
    )


def _guard(part: Part, condition: Expression | None) -> Guard:
    code, outcome = part.word("code"), part.text("outcome", default="blocked")
    if outcome not in OUTCOMES:
        part.flaw(f"outcome {outcome!r}: expected one of {', '.join(OUTCOMES)}", "outcome")
    return Guard(condition or NOWHERE, code, outcome, part.words("text"))


def _rounding(part: Part) -> Rounding | None:
    if "round" not in part.raw:
        return None
    try:
        return parse_rounding(part.text("round"))
    except ValueError as error:
        part.flaw(f"round: {error}", "round")
        return None


def _limits(part: Part, key: str) -> tuple[Limit, ...]:
    raw = part.raw.get(key, [])
    if isinstance(raw, dict | str):
        raw = [raw]
    limits = []
    for one in raw if isinstance(raw, list) else []:
        said = {"name": one, "is": one} if isinstance(one, str) else one
        limit = Part(part.source, said, part.line, part.name)
        limit.only("name", "is", "label")
        value = limit.expression("is")
        limits.append(Limit(limit.word("name"), value or NOWHERE, limit.words("label")))
    return tuple(limits)


def _pay(part: Part) -> Pay:
    part.only("for", "kind", "month", "amount", "due_on", "when", "label")
    return Pay(
        table=part.word("for") if "for" in part.raw else None,
        kind=part.word("kind"),
        month=part.expression("month") or NOWHERE,
        amount=part.word("amount"),
        due_on=part.expression("due_on", needed=False),
        when=part.expression("when", needed=False),
        label=part.words("label"),
        line=part.line,
    )


def _example(part: Part) -> Example:
    part.only("name", "source", "facts", "expect")
    facts, expect = part.raw.get("facts", {}), part.raw.get("expect", {})
    if not isinstance(facts, dict) or not isinstance(expect, dict) or not expect:
        part.flaw("expected 'facts' and what to 'expect'")
        facts, expect = {}, {}
    return Example(part.text("name"), part.text("source", default=""), facts, expect, part.line)
