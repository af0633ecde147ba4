"""What facts, parameters, tables and steps are called for people, in the language in use."""

from collections import Counter
from collections.abc import Iterator, Mapping

from service.i18n import N_, _, language
from service.schemes.language import typed
from service.schemes.language.document import Words
from service.schemes.language.program import Program, TypedLimit, TypedPay, TypedStep
from service.schemes.language.typed import Node

# Names that schemes share, for where a document gives no label. A path comes before its last word.
KNOWN: Mapping[str, str] = {
    "agreement.start": N_("start of the agreement"),
    "agreement.end": N_("end of the agreement"),
    "agreement.period": N_("subsidised period"),
    "agreement.employment": N_("period of employment"),
    "employment": N_("period of employment"),
    "weekly_hours": N_("weekly hours"),
    "hours": N_("hours"),
    "suspensions": N_("suspensions"),
    "breaks": N_("interruptions"),
    "evidence": N_("monthly evidence"),
    "gross": N_("gross wage"),
    "wage": N_("wage"),
    "wages": N_("wages"),
    "days_expected": N_("working days expected"),
    "days_worked": N_("days worked"),
    "days_paid_leave": N_("days of paid leave"),
    "confirmed": N_("confirmation"),
    "minimum_wages": N_("minimum wages"),
    "monthly": N_("monthly amount"),
    "month": N_("month"),
    "part": N_("part of a month"),
    "period": N_("period"),
    "piece": N_("piece of the period"),
    "week": N_("week"),
    "year": N_("year"),
    "milestone": N_("milestone"),
    "rate": N_("rate"),
    "share": N_("share"),
    "base": N_("base"),
    "total": N_("total"),
    "amount": N_("amount"),
    "due": N_("amount due"),
    "covered": N_("days that count"),
    "employed": N_("days employed"),
    "capped": N_("capped amount"),
    "monthly_max": N_("monthly maximum"),
    "entitlement": N_("entitlement"),
    "months": N_("months"),
    "subsidy": N_("subsidy"),
    "retention": N_("retention bonus"),
    "percent": N_("percent"),
    "born": N_("date of birth"),
    "other_aid": N_("other aid"),
}
# Columns that rows are made with; what they hold is said of their table.
MADE: Mapping[str, str] = {
    "number": N_("the number of {table}"),
    "period": N_("the period of {table}"),
    "whole": N_("the whole length of {table}"),
    "month": N_("the calendar month of {table}"),
    "day": N_("the day of {table}"),
}

MONTHS = {"programme_months": N_("programme month"), "months": N_("calendar month")}


def quoted(name: str) -> str:
    """A name inside a sentence."""
    return f"«{name}»"


def capital(text: str) -> str:
    """A sentence with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def ended(text: str) -> str:
    """A sentence with one full stop at its end, where its last word may bring one of its own."""
    return text.removesuffix(".").removesuffix(".") + "." if text.endswith(".") else text


def in_words(path: str) -> str:
    """A name of the document as words: those that schemes share are translated."""
    known = KNOWN.get(path) or KNOWN.get(path.rpartition(".")[2])
    return _(known) if known else path.replace("_", " ").replace(".", " ")


class Names:
    """The labels of one program; names of two things that read the same carry their table."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.facts = {one.fact.path: one.fact for one in program.facts}
        self.parameters = {one.name: one for one in program.document.parameters}
        self.steps = {(step.table, step.name): step for step in program.steps}
        self.makers = {step.name: step for step in program.steps if step.maker is not None}
        self.listed = {table.name: table for table in program.document.tables}
        self._counts: dict[str, Counter[str]] = {}

    def table(self, name: str) -> str:
        """What one of a table's rows is called."""
        maker, listed = self.makers.get(name), self.listed.get(name)
        if maker is not None:
            return _said(maker.step.label) or self._made(maker) or in_words(name)
        return (_said(listed.label) if listed else "") or in_words(name)

    def _made(self, step: TypedStep) -> str:
        """What kind of month a table named plainly `month` holds."""
        if step.name != "month" or step.maker is None:
            return ""
        return _(MONTHS.get(step.maker.function, ""))

    def parameter(self, name: str) -> str:
        """The label of a parameter."""
        return _said(self.program.parameters[name].label) or in_words(name)

    def fact(self, path: str) -> str:
        """The label of a fact; what it is about, where that is all the document says."""
        fact = self.facts[path]
        about = fact.about if language() == "en" else ""
        return _said(fact.label) or about or in_words(path)

    def step(self, step: TypedStep) -> str:
        """The label of a step."""
        return _said(step.step.label) or in_words(step.name)

    def pay(self, pay: TypedPay) -> str:
        """What a payment is called."""
        return _said(pay.label) or in_words(pay.kind)

    def limit(self, limit: TypedLimit) -> str:
        """The label of a cap or a floor, or that of the parameter or step it is named for."""
        if limit.label:
            return _said(limit.label)
        if limit.name in self.program.parameters:
            return self.parameter(limit.name)
        step = self.steps.get((None, limit.name))
        return self.step(step) if step is not None else in_words(limit.name)

    def column(self, table: str, name: str, near: str | None = None) -> str:
        """A column as a phrase: made ones by their table, others by label.

        Labels that two things share carry their table, save in sentences about that table (`near`).
        """
        made = self._is_made(table, name)
        if made and name in MADE:
            return _(MADE[name]).format(table=quoted(self.table(table)))
        label = self.label(table, name)
        if table == near or self._shared()[label.casefold()] < 2:
            return quoted(label)
        return _("{column} of {table}").format(
            column=quoted(label), table=quoted(self.table(table))
        )

    def written(self, table: str | None, name: str) -> str:
        """The unit as the document writes it: a share and a month are shown their own way."""
        step = self.steps.get((table, name))
        if step is not None:
            return step.step.written
        fact = self.facts.get(f"{table}.{name}" if table else name)
        if fact is not None:
            return fact.written
        if table is not None and self._is_made(table, name):
            return "month" if name == "month" else ""
        base = self._base(table)
        return self.written(base, name) if base else ""

    def unit(self, node: Node) -> str:
        """The unit of what an expression names, as the document writes it."""
        match node:
            case typed.FactRef():
                return self.facts[node.path].written
            case typed.StepRef():
                return self.written(None, node.name)
            case typed.ColumnRef() | typed.EarlierRef():
                return self.written(node.table, node.name)
            case typed.ParameterRef():
                return self.parameters[node.name].written
            case typed.Applied(function="month_of"):
                return "month"
            case typed.Aggregate(function="first" | "last" | "least" | "greatest"):
                return self.unit(node.column.value)
            case _:
                return ""

    def _is_made(self, table: str, name: str) -> bool:
        maker = self.makers.get(table)
        made = maker is not None and maker.maker is not None and maker.maker.of is None
        return name == "number" or (made and name in self.program.tables[table].columns)

    def _base(self, table: str | None) -> str | None:
        """The table whose rows another selects."""
        maker = self.makers.get(table or "")
        return maker.maker.of if maker is not None and maker.maker is not None else None

    def label(self, table: str, name: str) -> str:
        """The label of a column alone."""
        step = self.steps.get((table, name))
        if step is not None:
            return self.step(step)
        path, base = f"{table}.{name}", self._base(table)
        if path in self.facts:
            return self.fact(path)
        return self.label(base, name) if base else in_words(name)

    def _shared(self) -> Counter[str]:
        """How often each name is used, in the language in use."""
        if language() not in self._counts:
            self._counts[language()] = Counter(map(str.casefold, self._all()))
        return self._counts[language()]

    def _all(self) -> Iterator[str]:
        for table, about in self.program.tables.items():
            for name in {**about.columns, **about.steps}:
                if not (self._is_made(table, name) and name in MADE):
                    yield self.label(table, name)
        yield from {self.step(one) for one in self.program.steps if one.table is None and one.value}
        yield from (self.fact(path) for path, fact in self.facts.items() if fact.table is None)
        yield from (self.parameter(name) for name in self.program.parameters)


def _said(words: Words) -> str:
    return words.get(language(), words.get("en", ""))
