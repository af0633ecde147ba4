"""The trace of an instalment as sentences, and the reasons why nothing is due."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.facts.model import Fact
from service.i18n import N_, _
from service.instalments.model import Outcome, PaymentKind, ReasonCode
from service.schemes.language.names import capital, in_words
from service.schemes.language.program import Program
from service.schemes.language.sentences import explain_trace
from service.schemes.language.texts import code_in_words, explain_code, said_in

FACTS: Mapping[Fact, str] = {
    Fact.START: N_("Work that has begun"),
    Fact.DATES: N_("Days of an agreement"),
    Fact.SUSPENSION: N_("Suspended days"),
    Fact.ATTENDANCE: N_("Attendance and wages"),
    Fact.MINIMUM_WAGE: N_("The minimum wage"),
    Fact.BUDGET: N_("Waiting for the budget line"),
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.DUE: N_("Due"),
    Outcome.BLOCKED: N_("Blocked"),
    Outcome.NOT_DUE: N_("Not due"),
}


def explain(program: Program, kind: PaymentKind, trace: Sequence[Any]) -> list[str]:
    """A sentence for each step of a trace that people should see, in the language in use.

    A month into which no payment falls has no trace, and none for what a scheme does not pay.
    """
    if not trace or kind not in {pay.kind for pay in program.pays}:
        return []
    return [sentence.text for sentence in explain_trace(program, kind, trace)]


def kind_in_words(program: Program, kind: PaymentKind) -> str:
    """What the scheme calls a kind of payment, in the language in use, else its name in words."""
    labels = {pay.kind: pay.label for pay in program.document.pays}
    return said_in(labels.get(kind, {})) or capital(in_words(kind))


def explain_fact(fact: Fact) -> str:
    """What has changed, in the language in use."""
    return _(FACTS[fact])


def explain_reason(reason: ReasonCode, program: Program | None = None) -> str:
    """Why nothing is due, in the language in use: in the scheme's words where it is at hand."""
    return explain_code(program, reason) if program is not None else code_in_words(reason)


def explain_outcome(outcome: Outcome) -> str:
    """The outcome in a word, in the language in use."""
    return _(OUTCOMES[outcome])
