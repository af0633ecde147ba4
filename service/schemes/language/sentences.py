"""A trace as sentences: what was computed, from what, which limit applied, and why a row ended."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from service.i18n import _
from service.period import Period
from service.schemes.language import typed
from service.schemes.language.checking import PLACEHOLDER
from service.schemes.language.evaluation import Row
from service.schemes.language.facts import Facts
from service.schemes.language.figures import ABOUT, day, figure, month, period
from service.schemes.language.kinds import Kind
from service.schemes.language.names import Names, capital, ended, quoted
from service.schemes.language.phrases import rounded
from service.schemes.language.program import Program, TypedLimit, TypedStep
from service.schemes.language.telling import UNKNOWN, Filled, Retold, Unsayable
from service.schemes.language.texts import CANNOT, CODES, Texts, code_in_words, said_in
from service.schemes.language.traces import Line, unfold


class Sentence(msgspec.Struct, frozen=True):
    """One line of an explanation, in the row whose numbers `rows` gives, outermost first.

    Without a step it is the heading of a row of an outermost table, or says why a row ended.
    """

    text: str
    step: str | None
    table: str | None
    rows: tuple[int, ...]


def explain_trace(
    program: Program, kind: str, trace: Sequence[Any], facts: Facts | None = None
) -> list[Sentence]:
    """A sentence for every step that people should see, in the order they were computed.

    `trace` is that of a payment of a kind, as computed or as it comes back from JSON. Facts are no
    part of a trace: sentences name them, or with `facts` say their values. Steps without label and
    text are technical and left out, save what is due and a guard that ended the row.
    """
    telling = _Telling(program, kind, trace, facts)
    return [said for line, said in telling.all() if line is None or telling.is_for_people(line)]


def explain_lines(
    program: Program, kind: str, trace: Sequence[Any], facts: Facts | None = None
) -> list[tuple[Line, str]]:
    """Every step of the trace with a sentence, technical steps too."""
    found = _Telling(program, kind, trace, facts).all()
    return [(line, said.text) for line, said in found if line is not None and line.step is not None]


class _Telling:
    """Goes through a trace once and says each line."""

    def __init__(
        self, program: Program, kind: str, trace: Sequence[Any], facts: Facts | None
    ) -> None:
        self.program, self.names = program, Names(program)
        self.lines = unfold(program, kind, trace)
        self.selecting = date.fromisoformat(trace[0][0])
        self.retold = Retold(program, self.selecting, facts)
        self.pay = next(pay for pay in program.pays if pay.kind == kind)

    def is_for_people(self, line: Line) -> bool:
        """Whether a line is more than technical."""
        step = line.step
        if step is None or step.step.label or step.step.text:
            return step is None or step.condition is None or bool(step.step.label) or not line.value
        ended = step.condition is not None and not line.value
        return ended or self._is_due(step)

    def _is_due(self, step: TypedStep) -> bool:
        return (step.table, step.name) == (self.pay.table, self.pay.amount)

    def all(self) -> list[tuple[Line | None, Sentence]]:
        """Each line with its sentence; those without a line say that a row was cut short."""
        found: list[tuple[Line | None, Sentence]] = []
        root: Line | None = None
        ended = False
        for line in self.lines:
            if line.step is None and len(line.rows) == 1:
                found += self._cut(root, ended=ended)
                root, ended = line, False
                self.retold.rows.clear()
            self.retold.hear(line)
            if line.step is not None:
                ended = ended or (line.step.condition is not None and not line.value)
                found.append((line, self._sentence(line, self._line(line))))
            elif len(line.rows) == 1:
                found.append((line, self._sentence(line, self._heading(line))))
        return [*found, *self._cut(root, ended=ended)]

    def _sentence(self, line: Line, text: str) -> Sentence:
        inside = line.table is not None and self.program.tables[line.table].parent is not None
        if inside:
            row = self.retold.rows[line.table or "", line.rows]
            text = f"{self._row(row) or capital(self.names.table(row.table))} — {text}"
        return Sentence(text, line.step.name if line.step else None, line.table, line.rows)

    def _cut(self, root: Line | None, *, ended: bool) -> list[tuple[None, Sentence]]:
        if root is None or ended:
            return []
        blocks = [block for block in self.program.blocks if block.table == self.pay.table]
        steps = [
            one for block in blocks for one in block.steps if one.step.holds_on(self.selecting)
        ]
        if not self.retold.is_cut(root.rows, steps):
            return []
        return [(None, Sentence(_(CODES[CANNOT]), None, root.table, root.rows))]

    # ----- rows

    def _heading(self, line: Line) -> str:
        row = self.retold.rows[line.table or "", line.rows]
        name = f"{capital(self.names.table(row.table))} {line.rows[-1]}"
        said = self._row(row)
        return f"{name}: {said}" if said else name

    def _row(self, row: Row) -> str:
        """What a row is for: its month, its days, or its day."""
        about = self.program.tables[row.table]
        whole, own = row.values.get("whole"), row.values.get("period")
        for name, kind in about.columns.items():
            value = row.values.get(name)
            if isinstance(value, Period) and (name == "period" or own is None):
                return (
                    period(value)
                    if "month" not in about.columns or own != whole
                    else (month(value.start))
                )
            if kind.name == "date" and isinstance(value, date):
                is_month = self.names.written(row.table, name).startswith("month")
                return month(value) if is_month else day(value)
        return ""

    # ----- steps

    def _line(self, line: Line) -> str:
        assert line.step is not None
        step, rows = line.step, self.retold.in_hand(line)
        if step.condition is not None:
            return self._guard(line, rows)
        if step.step.text:
            said = self._filled(line, said_in(step.step.text), rows)
            tells = "{limit}" in said_in(step.step.text)
            return said if tells else " ".join([said, *self._limits(line, rows)])
        return " ".join([self._generic(line, rows), *self._limits(line, rows)])

    def _guard(self, line: Line, rows: Mapping[str, Row]) -> str:
        assert line.step is not None
        guard = line.step.step.guard
        assert guard is not None
        if line.value:
            return _("{condition}: fulfilled.").format(
                condition=capital(self.names.step(line.step))
            )
        if guard.text:
            return self._filled(line, said_in(guard.text), rows)
        return code_in_words(guard.code)

    def _filled(self, line: Line, text: str, rows: Mapping[str, Row]) -> str:
        """A text of the scheme with its values; a value that is not known is named."""
        assert line.step is not None
        step, texts = line.step, Texts(self.program, line.step, self.names)

        def value(path: str) -> str:
            if path == "limit":
                limits = [one for one in (*step.at_most, *step.at_least) if one.name == line.bound]
                return quoted(self.names.limit(limits[0])) if limits else _("no limit")
            node = texts.node(path)
            found = self.retold.find(node, rows)
            if found is UNKNOWN:
                return texts.name(path)
            return self._figure(node.kind, found, self.names.unit(node))

        said = PLACEHOLDER.sub(lambda found: value(found[1]), text)
        return said.replace(f"= {ABOUT}", ABOUT)

    def _figure(self, kind: Kind, value: Any, written: str = "") -> str:
        return figure(kind, value, self.program.document.currency, written)

    def _generic(self, line: Line, rows: Mapping[str, Row]) -> str:
        step = line.step
        assert step is not None
        assert step.kind is not None
        assert step.value is not None
        is_plain_due = self._is_due(step) and not step.step.label
        label = _("Due") if is_plain_due else capital(self.names.step(step))
        value = self._figure(step.kind, line.value, step.step.written)
        exact = self.retold.find(step.value, rows)
        formula = self._formula(step, rows)
        if step.rounding is not None:
            exact_said = self._figure(step.kind, exact) if exact is not UNKNOWN else ""
            reckoning = _equal(formula, exact_said if exact != line.value else "")
            how = rounded(step.rounding)
            return ended(
                f"{label}: {reckoning}, {how}: {value}."
                if reckoning
                else f"{label}, {how}: {value}."
            )
        is_limited = bool(step.at_most or step.at_least)
        if line.bound is not None and (exact is UNKNOWN or self._is_due(step)):
            formula = ""
        elif is_limited and exact is not UNKNOWN:  # what it would be without its limits
            value = self._figure(step.kind, exact, step.step.written)
        return ended(f"{label}: {_equal(formula, value)}.")

    def _formula(self, step: TypedStep, rows: Mapping[str, Row]) -> str:
        """The step's expression with the values it met, or nothing."""
        assert step.value is not None
        is_name = isinstance(step.value, typed.FactRef | typed.StepRef | typed.ColumnRef)
        if is_name or step.kind is None or step.kind.name not in {"quantity", "date"}:
            return ""
        try:
            return Filled(self.names, self.retold, rows).value(step.value)
        except Unsayable:
            return ""

    def _limits(self, line: Line, rows: Mapping[str, Row]) -> list[str]:
        assert line.step is not None
        caps = [self._limit(line, one, rows, is_cap=True) for one in line.step.at_most]
        return [*caps, *(self._limit(line, one, rows, is_cap=False) for one in line.step.at_least)]

    def _limit(
        self, line: Line, limit: TypedLimit, rows: Mapping[str, Row], *, is_cap: bool
    ) -> str:
        """Whether a limit applies, and what it is where that is known."""
        edge = self.retold.find(limit.value, rows)
        is_bound = line.bound == limit.name
        edge = line.value if edge is UNKNOWN and is_bound else edge
        known = [self._figure(limit.value.kind, edge)] if edge is not UNKNOWN else []
        name = " ".join([quoted(self.names.limit(limit)), *known])
        if is_bound:
            return _("{limit} applies.").format(limit=name)
        if is_cap:
            return _("{limit} is not exceeded.").format(limit=name)
        return _("{limit} is reached.").format(limit=name)


def _equal(formula: str, value: str) -> str:
    """`70 % × €500.00 = €350.00`; a formula that is just the value stands alone."""
    if not formula or not value or formula == value:
        return formula or value
    return f"{formula} {value}" if value.startswith(ABOUT) else f"{formula} = {value}"
