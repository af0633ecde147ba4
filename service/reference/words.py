"""How a value of a reference row is said on a page."""

from collections.abc import Mapping

from service.actor import Role
from service.checks.model import Check
from service.checks.words import ACTS, CHECKS
from service.i18n import N_, _, language
from service.money import format_euros
from service.reference.model import Answers, Field
from service.words import ROLES

WORDS: Mapping[str, str] = {
    "block": N_("the payment waits"),
    "reduce": N_("the payment is reduced"),
    "candidate": N_("the young person"),
    "early_end": N_("the work ended before its term"),
    "dismissal_after": N_("dismissed soon after the subsidy"),
    "employer_dismissed": N_("the employer dismissed without cause"),
    "employer_closed": N_("the employer closed"),
    "candidate_left": N_("the young person left"),
    "misconduct": N_("misconduct"),
    "mutual": N_("both agreed"),
    "status": N_("refusals before payment"),
    "return": N_("returns after payment"),
    "change_account": N_("the payee gives another account"),
    "contact_payee": N_("the payee is asked"),
    "stop_batch": N_("the whole file stops"),
    "freeze": N_("the payment is frozen as a possible duplicate"),
    "correct": N_("we correct the order"),
    "stop_placement": N_("the placement is stopped"),
    "close_recall": N_("the recall is closed"),
    "operator": N_("who runs Ura mends it"),
    "person": N_("a finance officer decides"),
}


def said(field: Field, value: object) -> str:
    """A value in the reader's language."""
    if value is None:
        return "–"
    match field.answers:
        case Answers.YES_NO:
            return _("yes") if value else _("no")
        case Answers.EUROS:
            assert isinstance(value, int)
            return format_euros(value, language())
        case Answers.PERCENT:
            assert isinstance(value, int)
            return f"{value / 100:g} %"
        case Answers.PARAMETERS:
            assert isinstance(value, Mapping)
            return ", ".join(f"{name} = {one}" for name, one in sorted(value.items())) or "–"
        case Answers.WHOLE | Answers.WORD | Answers.TEXT:
            return _word(field.name, str(value))


def _word(name: str, value: str) -> str:
    if name.startswith("role"):
        return _(ROLES[Role(value)])
    if name == "code" and value in set(Check):
        return f"{_(CHECKS[Check(value)])} ({value})"
    if name == "acts":
        return _(dict(ACTS)[value])  # type: ignore[index] # by its word, as it is stored
    if value == "employer":
        return _(ROLES[Role.EMPLOYER])
    return _(WORDS[value]) if value in WORDS else value
