"""A scheme as prose: what selects it, its figures and their sources, its steps, its payments."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from service.i18n import N_, _, language
from service.schemes.language import phrases, typed
from service.schemes.language.figures import day, figure, listed
from service.schemes.language.kinds import Kind
from service.schemes.language.names import capital, ended, quoted
from service.schemes.language.program import (
    Maker,
    Program,
    TypedFact,
    TypedLimit,
    TypedParameter,
    TypedPay,
    TypedStep,
    TypedValue,
)
from service.schemes.language.texts import explain_code
from service.schemes.language.tree import Value
from service.schemes.language.wording import PHRASE, Wording

ONE_DAY = timedelta(days=1)
OUTCOMES = {
    "blocked": N_("it is required that {condition}; otherwise the amount is blocked: {why}"),
    "not_due": N_("it is required that {condition}; otherwise nothing is due: {why}"),
}
IN_FORCE = {
    (True, True): N_("from {since} to {last}: {rule}"),
    (True, False): N_("from {since} on: {rule}"),
    (False, True): N_("up to {last}: {rule}"),
}


def explain_rule(program: Program) -> list[str]:
    """The rule in sentences, in the language in use, in the order of its document."""
    return [ended(capital(sentence)) for sentence in _Prose(program).sentences()]


class _Prose:
    def __init__(self, program: Program) -> None:
        self.program, self.words = program, Wording(program)
        self.names = self.words.names
        self.currency = program.document.currency

    def sentences(self) -> Iterator[str]:
        document = self.program.document
        name = document.name.get(language(), document.name.get("en", document.code))
        yield _("{name} ({code}), amounts in {currency}.").format(
            name=name, code=document.code, currency=document.currency
        )
        yield _("Source: {source}").format(source=document.source)
        yield _("Figures and steps are those in force on this day: {day}.").format(
            day=self.words.value(self.program.selected_by)
        )
        yield from self._facts()
        for parameter in self.program.parameters.values():
            yield self._parameter(parameter)
        yield from self._listed()
        for step in self.program.steps:
            yield self._step(step)
        for pay in self.program.pays:
            yield self._pay(pay)

    # ----- what is given

    def _facts(self) -> Iterator[str]:
        single = [self._fact(one) for one in self.program.facts if one.fact.table is None]
        if single:
            yield _("It is computed from these facts: {facts}.").format(facts=self._all(single))
        tables = {one.fact.table: one for one in self.program.facts if one.fact.table is not None}
        for table in tables:
            columns = [self._fact(one) for one in self.program.facts if one.fact.table == table]
            yield _("It is computed from the rows of {table}, each with: {facts}.").format(
                table=quoted(self.names.table(str(table))), facts=self._all(columns)
            )

    def _fact(self, fact: TypedFact) -> str:
        name = self.names.fact(fact.fact.path)
        if fact.has_default and fact.default is not None:
            default = self._figure(fact.fact.kind, fact.default, fact.fact.written)
            return _("{fact} ({default} if it is not given)").format(fact=name, default=default)
        if fact.fact.kind.optional:
            return _("{fact} (may be missing)").format(fact=name)
        return name

    def _all(self, words: Sequence[str]) -> str:
        return listed(words, last=_("and"))

    def _figure(self, kind: Kind, value: Value, written: str = "") -> str:
        return figure(kind, value, self.currency, written)

    def _parameter(self, parameter: TypedParameter) -> str:
        name = quoted(self.names.parameter(parameter.name))
        values = "; ".join(self._value(parameter, one) for one in parameter.values)
        return _("{parameter}: {values}.").format(parameter=name, values=values)

    def _value(self, parameter: TypedParameter, value: TypedValue) -> str:
        written = self.names.parameters[parameter.name].written
        said = self._figure(parameter.kind, value.value, written)
        if parameter.key_kind is not None:
            bound = value.key if value.over is None else value.over
            key = self.words.constant(typed.Const(kind=parameter.key_kind, value=bound))
            words = _("{value} for {key}") if value.over is None else _("{value} from {key} up")
            said = words.format(value=said, key=key)
        if value.since is not None:
            said = _("{value} from {day} on").format(value=said, day=day(value.since))
        return f"{said} ({value.source})" if value.source else said

    def _listed(self) -> Iterator[str]:
        for table, rows in self.program.listed.items():
            columns = self.program.tables[table].columns
            for number, row in enumerate(rows, 1):
                cells = [
                    f"{self.names.label(table, name)} {self._figure(columns[name], value)}"
                    for name, value in row.items()
                ]
                yield _("{table} {number}: {cells}.").format(
                    table=quoted(self.names.table(table)), number=number, cells=self._all(cells)
                )

    # ----- steps

    def _step(self, step: TypedStep) -> str:
        with self.words.near(step.table):
            rule = self._for_each(step.table, self._rule(step))
        since, until = step.step.since, step.step.until
        if since is None and until is None:
            return rule
        return _(IN_FORCE[since is not None, until is not None]).format(
            since=day(since or date.min), last=day((until or date.max) - ONE_DAY), rule=rule
        )

    def _for_each(self, table: str | None, rule: str) -> str:
        if table is None:
            return rule
        name = quoted(self.names.table(table))
        return _("for each {table}: {rule}").format(table=name, rule=rule)

    def _rule(self, step: TypedStep) -> str:
        if step.maker is not None:
            return _("{table} is {rows}.").format(
                table=quoted(self.names.table(step.name)), rows=self._made(step.maker)
            )
        if step.condition is not None:
            return _(OUTCOMES[step.outcome]).format(
                condition=self.words.clause(step.condition),
                why=explain_code(self.program, step.code),
            )
        assert step.value is not None
        assert step.kind is not None
        name = quoted(self.names.step(step))
        if step.kind.name == "truth":
            condition = self.words.clause(step.value)
            return _("{step} holds if {condition}.").format(step=name, condition=condition)
        parts = [self.words.value(step.value), *self._shaped(step)]
        return _("{step} is {value}.").format(step=name, value=", ".join(parts))

    def _made(self, maker: Maker) -> str:
        """What the rows of a table are: each calendar month, each of some rows."""
        words, last = self.words, _("and")
        if maker.of is not None:
            (column,) = maker.arguments
            assert isinstance(column, typed.Column)
            value = words.each(column) if maker.function != "select" else ""
            said = _(phrases.SELECTIONS[maker.function])
            return said.format(rows=words.rows(column), value=value)
        first, *others = [words.value(one, PHRASE) for one in maker.arguments]
        if maker.function == "split_by_month" and not others:
            return _(phrases.MONTHS_ONLY).format(first)
        if maker.function == "split" and not others:
            return first
        said = _(phrases.MAKERS[maker.function])
        if maker.function == "distinct":
            return said.format(listed([first, *others], last=last))
        return said.format(first, *([listed(others, last=last)] if others else []))

    def _shaped(self, step: TypedStep) -> Iterator[str]:
        """How a value is rounded or limited."""
        if step.rounding is not None:
            yield phrases.rounded(step.rounding)
        for limit in step.at_most:
            yield _("at most {limit}").format(limit=self._limit(limit))
        for limit in step.at_least:
            yield _("at least {limit}").format(limit=self._limit(limit))

    def _limit(self, limit: TypedLimit) -> str:
        name, value = quoted(self.names.limit(limit)), self.words.value(limit.value)
        return name if name.casefold() == value.casefold() else f"{name} ({value})"

    # ----- payments

    def _pay(self, pay: TypedPay) -> str:
        step = self.names.steps[pay.table, pay.amount]
        amount, kind = quoted(self.names.step(step)), quoted(self.names.pay(pay))
        parts = [_("{amount} is paid as {kind}").format(amount=amount, kind=kind), self._month(pay)]
        if pay.due_on is not None:
            parts.append(_("due on {day}").format(day=self.words.value(pay.due_on)))
        if pay.when is not None:
            parts.append(_("only if {condition}").format(condition=self.words.clause(pay.when)))
        return self._for_each(pay.table, f"{', '.join(parts)}.")

    def _month(self, pay: TypedPay) -> str:
        node = pay.month
        if isinstance(node, typed.Applied) and node.function == "month_of":
            (node,) = node.arguments
        elif self.names.unit(node).startswith("month"):
            return _("for {month}").format(month=self.words.value(node))
        return _("for the month of {day}").format(day=self.words.value(node))
