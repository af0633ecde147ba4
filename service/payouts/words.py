"""What payouts, their lines and the acts on them are called."""

from collections.abc import Mapping

from service.approvals.model import ActKind, RejectionCode
from service.i18n import N_
from service.payouts.model import LeftOutReason, PayoutState, StaleReason

STATES: Mapping[PayoutState, str] = {
    PayoutState.DRAFT: N_("Being put up"),
    PayoutState.SUBMITTED: N_("Waits for approval"),
    PayoutState.APPROVED: N_("Approved"),
    PayoutState.REJECTED: N_("Rejected"),
    PayoutState.WITHDRAWN: N_("Taken back"),
    PayoutState.VOIDED: N_("Voided"),
    PayoutState.EXPORTED: N_("Sent to the bank"),
}
STATE_TAGS: Mapping[PayoutState, str] = {
    PayoutState.DRAFT: "grey",
    PayoutState.SUBMITTED: "yellow",
    PayoutState.APPROVED: "blue",
    PayoutState.REJECTED: "red",
    PayoutState.WITHDRAWN: "grey",
    PayoutState.VOIDED: "red",
    PayoutState.EXPORTED: "green",
}
LEFT_OUT: Mapping[LeftOutReason, str] = {
    LeftOutReason.NO_ACCOUNT: N_("No bank account is known. Ask the payee for one."),
    LeftOutReason.UNCONFIRMED: N_("The bank account waits for a second person to confirm it."),
    LeftOutReason.COOLING_OFF: N_("The new bank account is confirmed but not yet in force."),
}
STALE: Mapping[StaleReason, str] = {
    StaleReason.SUPERSEDED: N_("The month was computed again with another result."),
    StaleReason.ACCOUNT_GONE: N_("The payee has no bank account in force any more."),
    StaleReason.ACCOUNT_CHANGED: N_("The payee has another bank account now."),
    StaleReason.ON_HOLD: N_("Somebody has stopped this payment since."),
    StaleReason.CONTESTED: N_("The candidate has said since that the reported month is wrong."),
}
ACTS: Mapping[ActKind, str] = {
    ActKind.APPROVAL: N_("Approved"),
    ActKind.AUTHORISATION: N_("Authorised"),
    ActKind.REJECTION: N_("Rejected"),
    ActKind.WITHDRAWAL: N_("Taken back"),
    ActKind.VOID_REQUEST: N_("Asked to void it"),
    ActKind.VOID: N_("Voided"),
    ActKind.VOID_REFUSAL: N_("Refused to void it"),
    ActKind.REOPENING: N_("Put up anew"),
}
CODES: Mapping[RejectionCode, str] = {
    RejectionCode.WRONG_AMOUNT: N_("An amount is wrong"),
    RejectionCode.WRONG_PAYEE: N_("A payee is wrong"),
    RejectionCode.WRONG_ACCOUNT: N_("A bank account is wrong"),
    RejectionCode.MISSING_EVIDENCE: N_("Evidence is missing"),
    RejectionCode.PAID_BEFORE: N_("Something was paid before"),
    RejectionCode.SUSPECTED_FRAUD: N_("Fraud is suspected"),
    RejectionCode.NO_BUDGET: N_("The budget does not cover it"),
    RejectionCode.CHANGED_SINCE: N_("Lines have changed since it was put up"),
    RejectionCode.OTHER: N_("Something else"),
}
