"""The texts of a scheme: what their placeholders mean, and what a guard's code says."""

from collections.abc import Mapping

from service.i18n import N_, _, language
from service.schemes.language import typed
from service.schemes.language.checking import PLACEHOLDER
from service.schemes.language.document import Words
from service.schemes.language.kinds import Kind
from service.schemes.language.names import Names, capital, quoted
from service.schemes.language.program import Program, TypedStep
from service.schemes.language.typed import Node

CANNOT = "cannot_compute"
# Codes that schemes share, for guards that carry no text of their own.
CODES: Mapping[str, str] = {
    CANNOT: N_("The amount cannot be computed: a divisor is zero, or a figure has no value yet."),
    "evidence_missing": N_("The employer has not reported the month's attendance and wage."),
    "evidence_unconfirmed": N_(
        "Neither the candidate nor the office has confirmed the month's attendance and wage."
    ),
    "wage_below_minimum": N_(
        "The gross wage that was paid is below the minimum wage of the month."
    ),
    "budget_exhausted": N_(
        "The budget line has too little left for this month. The finance office must raise it."
    ),
    "nothing_due": N_("The scheme comes to nothing for this month."),
    "programme_month_runs": N_("No programme month of this agreement ends in this month."),
    "outside_period": N_("The subsidised period holds no day of this month."),
    "suspended": N_("The agreement was suspended for the whole programme month."),
    "nothing_earned": N_("Nothing was earned in the programme month."),
    "entitlement_used": N_("The whole entitlement of this agreement has been used."),
}


def explain_code(program: Program, code: str) -> str:
    """Why nothing is due, in the language in use: the guard's text, or the code in words.

    Values in the guard's text are named, as no trace is at hand.
    """
    for step in program.steps:
        guard = step.step.guard
        if guard is not None and guard.code == code and guard.text:
            return Texts(program, step).named(said_in(guard.text))
    return code_in_words(code)


def code_in_words(code: str) -> str:
    """A code that no text explains: the words that schemes share, or its own."""
    return _(CODES[code]) if code in CODES else f"{capital(code.replace('_', ' '))}."


def said_in(words: Words) -> str:
    """What a scheme says in the language in use."""
    return words.get(language(), words.get("en", ""))


class Texts:
    """What a placeholder in a step's text means: the names that the step's expression may use."""

    def __init__(self, program: Program, step: TypedStep, names: Names | None = None) -> None:
        self.program, self.step = program, step
        self.names = names or Names(program)

    def node(self, path: str) -> Node:
        """The expression that a placeholder names, resolved as names in expressions are."""
        program = self.program
        table, _dot, column = path.partition(".")
        if column and table in program.tables:
            kind = program.tables[table].kind_of(column)
            return typed.ColumnRef(kind=kind or Kind("text"), table=table, name=column)
        for one in program.chain_of(self.step.table):
            if path in program.tables[one].steps:
                kind = program.tables[one].steps[path]
                return typed.ColumnRef(kind=kind, table=one, name=path)
        step = self.names.steps.get((None, path))
        if step is not None and step.kind is not None:
            return typed.StepRef(kind=step.kind, name=path)
        if path in self.names.facts:
            return typed.FactRef(kind=self.names.facts[path].kind, path=path)
        parameter = program.parameters[path]
        return typed.ParameterRef(kind=parameter.kind, name=path, key=None, on=None)

    def name(self, path: str) -> str:
        """The label of what a placeholder names."""
        if path == "limit":
            return _("no limit")
        match self.node(path):
            case typed.ColumnRef() as node:
                return self.names.column(node.table, node.name, near=self.step.table)
            case typed.StepRef() as node:
                return quoted(self.names.step(self.names.steps[None, node.name]))
            case typed.FactRef() as node:
                return quoted(self.names.fact(node.path))
            case _:
                return quoted(self.names.parameter(path))

    def named(self, text: str) -> str:
        """A text whose placeholders are named, where no values are at hand."""
        return PLACEHOLDER.sub(lambda found: self.name(found[1]), text)
