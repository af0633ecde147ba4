"""Where money stands and what it waits for, as sentences for people."""

import re
from collections.abc import Mapping

from service.checks.model import Check
from service.checks.words import CHECKS
from service.i18n import N_, _
from service.standing.model import Standing

STANDINGS: Mapping[Standing, str] = {
    Standing.PAID: N_("Paid"),
    Standing.IN_PAYOUT: N_("In a payout"),
    Standing.SCHEDULED: N_("Scheduled"),
    Standing.BLOCKED: N_("Blocked"),
    Standing.NOT_DUE: N_("Not due"),
}
CODE = re.compile(r"[a-z][a-z_]{0,40}")
REASONS: Mapping[str, str] = {
    "not_written": N_("The bank takes no payment as it is written here."),
    "bank_refused": N_("The bank refused the payment or sent it back."),
    "on_hold": N_("Somebody has stopped the payment."),
    "under_review": N_("The payment is being looked at."),
    "waits_to_be_put_up": N_("It is due and waits for the next payout."),
    "waits_to_be_computed": N_("The month is over and has not been computed yet."),
    "month_runs": N_("The month is not over."),
    "submitted": N_("It waits for approval."),
    "approved": N_("It is approved and waits to be sent to the bank."),
    "sent": N_("It was sent to the bank."),
    "evidence_missing": N_("The employer has not reported attendance and wage."),
    "evidence_unconfirmed": N_("Nobody has confirmed attendance and wage."),
    "wage_below_minimum": N_("The wage that was paid is below the minimum wage."),
    "programme_month_runs": N_("No programme month ends in this month."),
    "outside_period": N_("The month is outside the subsidised period."),
    "suspended": N_("The agreement was suspended."),
    "nothing_earned": N_("Nothing was earned."),
    "entitlement_used": N_("The whole entitlement has been used."),
    "employment_ended": N_("The employment has ended."),
}


def is_reason(code: str) -> bool:
    """Whether something may be a reason: one of ours, of the checks, or a code of a scheme."""
    return CODE.fullmatch(code) is not None


def reason_in_words(reason: str | None) -> str:
    """The sentence for a reason: what a check did not find, or a rule of the scheme by its code."""
    if reason is None:
        return ""
    if reason in REASONS:
        return _(REASONS[reason])
    if reason in list(Check):
        sentence = _(CHECKS[Check(reason)])
        return _("Not so, or not known: {sentence}").format(sentence=sentence)
    return _("By a rule of the scheme: {code}").format(code=reason)
