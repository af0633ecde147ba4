"""What each check says when it holds, and what the money waits for, as sentences for people."""

from collections.abc import Mapping

from service.checks.model import Acts, Check, Outcome, OverrideState
from service.i18n import N_

CHECKS: Mapping[Check, str] = {
    Check.IDENTITY_FOUND: N_("The young person is registered under a personal number."),
    Check.CANDIDATE_ALIVE: N_("The young person is alive, by the civil registry."),
    Check.CANDIDATE_REGISTERED: N_("The young person had not withdrawn before the month."),
    Check.AGE_ELIGIBLE: N_("The age at the start is within that of the scheme."),
    Check.WAITING_PERIOD_OVER: N_("Enough time lies since an earlier completed measure."),
    Check.SIGNED_BY_ALL: N_("Candidate, employer and office have signed the agreement."),
    Check.AGREEMENT_ACTIVE: N_("The agreement was active in the month."),
    Check.PLACEMENT_APPROVED: N_("The placement was approved."),
    Check.EVIDENCE_RECEIVED: N_("Attendance and wage are reported and confirmed."),
    Check.DAYS_SUFFICIENT: N_("Days were worked, and no more than expected."),
    Check.WAGE_AT_LEAST_MINIMUM: N_("The wage is not below the minimum wage."),
    Check.WAGE_AS_AGREED: N_("The wage is that of the agreement."),
    Check.ON_TAX_PAYROLL: N_("The wage was declared to the tax administration."),
    Check.NOT_EMPLOYED_THERE_BEFORE: N_("The young person was not employed there before."),
    Check.EMPLOYER_REGISTERED: N_("The employer is registered under a business number."),
    Check.NO_UNRESOLVED_RECOVERY: N_("The employer owes nothing back."),
    Check.ACCOUNT_KNOWN: N_("The payee has handed in a bank account."),
    Check.ACCOUNT_CONFIRMED: N_("A second person has confirmed the bank account."),
    Check.ACCOUNT_IN_FORCE: N_("The bank account is in force."),
    Check.ACCOUNT_WELL_FORMED: N_("The account number is whole."),
    Check.ACCOUNT_IN_PAYEES_NAME: N_("The bank account is in the payee's name."),
    Check.ACCOUNT_NOT_SHARED: N_("Nobody else is paid to the same bank account."),
    Check.ACCOUNT_NOT_CHANGED_LATELY: N_("The bank account was not changed in the last days."),
    Check.ACCOUNT_NOT_HELD: N_("The bank did not refuse the last payment to the account."),
    Check.NOT_ON_HOLD: N_("Nobody has stopped the payment."),
    Check.NO_OPEN_DUPLICATE: N_("Nobody of the same name and day of birth works at the same time."),
    Check.NOT_SANCTIONED: N_("Nobody concerned is on a list of sanctions."),
    Check.NO_OPEN_GRIEVANCE: N_("No complaint is open that stops the payment."),
    Check.NO_OTHER_SUBSIDY: N_("No other subsidy is paid for the person on the same days."),
    Check.WITHIN_MONTHS: N_("The months are within those granted."),
    Check.WITHIN_AMOUNT: N_("The amount is within the maximum of the scheme."),
    Check.WITHIN_BUDGET: N_("The money was set aside from the budget line."),
    Check.STATE_AID: N_("The aid to the undertaking is within the ceiling of state aid."),
    Check.PERIOD_ENDED: N_("The month is over."),
    Check.NO_CHANGE_WAITING: N_("Nothing has changed since the amount was computed."),
    Check.CURRENT_VERSION: N_("The amount is the one that stands."),
    Check.INDEPENDENT_AGREES: N_("A second computation comes to the same amount."),
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.PASSED: N_("Passed"),
    Outcome.FAILED: N_("Failed"),
    Outcome.NO_DATA: N_("No data"),
}
ACTS: Mapping[Acts, str] = {
    Acts.EMPLOYER: N_("the employer"),
    Acts.OFFICE: N_("the employment office"),
    Acts.PAYEE: N_("the payee"),
    Acts.FINANCE: N_("the finance office"),
    Acts.NOBODY: N_("nobody"),
}
OVERRIDE_STATES: Mapping[OverrideState, str] = {
    OverrideState.ASKED: N_("Waits for a second person"),
    OverrideState.GRANTED: N_("Granted"),
    OverrideState.REFUSED: N_("Refused"),
    OverrideState.LAPSED: N_("Lapsed"),
}
