"""A recovery in words: how each part of its amount came about, and the letter that says so."""

from collections.abc import Mapping
from typing import Any

from service.i18n import N_, _, language
from service.money import format_euros
from service.period import format_month
from service.recoveries.model import CAUSE_WORDS, Why
from service.recoveries.rules import IN_FULL_BP
from service.recoveries.shown import ChangeShown, Dossier

PERCENT_BP = IN_FULL_BP // 100
BEYOND = N_("Due for this month: {due}. Paid: {got}. Beyond what is due: {beyond}.")
OBLIGED_LAST = N_(
    "{share} % of {base}, one of the last {count} instalments paid before the end. Rule: {rule}."
)
OBLIGED_ALL = N_("{share} % of {base}, paid for this month. Rule: {rule}.")
RETURNED = N_("The bank returned the payment: what the payee did not keep is not asked back.")
WAIVED = N_("An appeal was upheld.")
UNWAIVED = N_("What was waived is not owed any more by later facts.")
DUE_AGAIN = N_("Later facts say that this was due.")


def explain(change: ChangeShown) -> str:
    """Why a month of a recovery became more or less, in the reader's language."""
    if change.why is Why.RETURNED:
        return _(RETURNED)
    if change.why is Why.WAIVED:
        return _(WAIVED)
    if change.why is Why.UNWAIVED:
        return _(UNWAIVED)
    return _by_facts(change.facts)


def _by_facts(facts: Mapping[str, Any]) -> str:
    if "beyond_cents" in facts:
        return _(BEYOND).format(
            due=_euros(facts["due_cents"]),
            got=_euros(facts["got_cents"]),
            beyond=_euros(facts["beyond_cents"]),
        )
    if "base_cents" in facts:
        words = OBLIGED_LAST if facts["last_instalments"] else OBLIGED_ALL
        return _(words).format(
            share=facts["share_bp"] // PERCENT_BP,
            base=_euros(facts["base_cents"]),
            count=facts["last_instalments"],
            rule=facts["rule"],
        )
    return _(DUE_AGAIN)


def letter_of(dossier: Dossier) -> str:
    """The words of the letter to propose: what is owed, why, month by month, and the appeal."""
    recovery = dossier.recovery
    lines = [
        _("Recovery {reference}, agreement {agreement}").format(
            reference=recovery.reference, agreement=recovery.agreement_reference
        ),
        f"{_(CAUSE_WORDS[recovery.cause])}: {_euros(recovery.open_cents)}",
        *(
            f"{format_month(one.month)}: {_euros(one.amount_cents)}. {explain(one)}"
            for one in dossier.changes
        ),
        _("You may appeal. Otherwise it is kept back from later payments, or invoiced."),
    ]
    return "\n".join(lines)


def _euros(cents: int) -> str:
    return format_euros(cents, language())
