"""What each kind of waiting work is called, where its list is, and where each thing is."""

from collections.abc import Mapping

import msgspec

from service.i18n import N_
from service.todo.model import Kind


class Place(msgspec.Struct, frozen=True):
    """The words of a kind, the address of its list, and of one thing: its key follows."""

    words: str
    list_path: str
    item_path: str


PLACES: Mapping[Kind, Place] = {
    Kind.DRAFTS: Place(N_("Unfinished registrations"), "/candidates/new", "/candidates/drafts/{}"),
    Kind.AGREEMENTS_UNSIGNED: Place(
        N_("Begins within a week and the employer has not signed: call"),
        "/agreements?state=drafted",
        "/agreements/{}",
    ),
    Kind.AGREEMENTS_TO_SIGN: Place(
        N_("Agreements for the candidate or the office to sign"),
        "/agreements?state=drafted",
        "/agreements/{}",
    ),
    Kind.AGREEMENTS_TO_START: Place(
        N_("Agreements whose first day has come: has the candidate begun?"),
        "/agreements?state=signed",
        "/agreements/{}",
    ),
    Kind.ATTENDANCE_TO_CONFIRM: Place(
        N_("Attendance and wages to confirm"), "/attendance", "/attendance"
    ),
    Kind.REPORTS_CONTESTED: Place(
        N_("Reports that candidates say are wrong"),
        "/attendance/contested",
        "/attendance/contested",
    ),
    Kind.QUESTIONS_ON_PAPER: Place(
        N_("Candidates without e-mail: print a code for them"),
        "/questions?reach=paper",
        "/questions/{}",
    ),
    Kind.PLACEMENTS_TO_DECIDE: Place(
        N_("Placements to approve or refuse"), "/placements?state=submitted", "/placements/{}"
    ),
    Kind.MATCHES_TO_INTRODUCE: Place(
        N_("Proposed and not yet introduced"), "/matches?state=proposed", "/matches?state=proposed"
    ),
    Kind.INTRODUCTIONS_OPEN: Place(N_("Introductions without a result"), "/matches", "/matches"),
    Kind.MATCHES_TO_DRAFT: Place(
        N_("Agreed: draft the agreement"),
        "/matches?state=agreed",
        "/agreements/new?match_id={}",
    ),
    Kind.ELIGIBILITY_EXPIRING: Place(
        N_("Eligibility that expires or has expired"), "/candidates", "/candidates/{}"
    ),
    Kind.TWINS: Place(N_("Possible duplicates"), "/candidates/twins", "/candidates/{}"),
    Kind.HANDOVERS_OFFERED: Place(
        N_("Cases that other offices offer you"), "/handovers", "/handovers"
    ),
    Kind.OUTCOMES_DUE: Place(N_("Questions due after the programme"), "/outcomes", "/outcomes/{}"),
    Kind.REVIEWS_OPEN: Place(
        N_("Payments drawn for a quality review"), "/quality", "/quality/cases/{}"
    ),
    Kind.BANK_ACCOUNTS_TO_DECIDE: Place(
        N_("Bank accounts to confirm or refuse"), "/bank-accounts", "/bank-accounts"
    ),
    Kind.ALARMS: Place(N_("Bank alarms"), "/bank/failures/alarms", "/bank/failures/alarms"),
    Kind.VISITS_WANTED: Place(
        N_("Places of work to visit"), "/visits", "/visits/new?agreement_id={}"
    ),
    Kind.VISITS_DUE: Place(N_("Visits to make or to record"), "/visits", "/visits/{}"),
    Kind.EMPLOYER_AGREEMENTS: Place(
        N_("Agreements to sign"), "/agreements?state=drafted", "/agreements/{}"
    ),
    Kind.EMPLOYER_INTRODUCTIONS: Place(
        N_("Introduced candidates to answer"), "/matches", "/matches"
    ),
    Kind.EMPLOYER_MONTHS: Place(N_("Months to report"), "/attendance", "/attendance/{}"),
    Kind.EMPLOYER_CONTESTED: Place(
        N_("Your reports that candidates say are wrong"),
        "/attendance/contested",
        "/attendance/contested",
    ),
    Kind.EMPLOYER_RECOVERIES: Place(N_("Money to pay back"), "/recoveries", "/recoveries/{}"),
    Kind.EMPLOYER_ACCOUNT: Place(
        N_("Without a bank account nothing can be paid to you"), "/bank-accounts", "/bank-accounts"
    ),
    Kind.MONTHS_TO_COMPUTE: Place(N_("Months to compute"), "/months", "/months"),
    Kind.MONTHS_TO_PUT_UP: Place(
        N_("Computed months to put up for approval"), "/payouts", "/months/{}"
    ),
    Kind.PAYOUTS_TO_APPROVE: Place(N_("Payouts to approve"), "/payouts", "/payouts/{}"),
    Kind.PAYOUTS_TO_AUTHORISE: Place(N_("Payouts to authorise"), "/payouts", "/payouts/{}"),
    Kind.PAYOUTS_TO_EXPORT: Place(
        N_("Approved payouts to send to the bank"), "/bank", "/bank/payouts/{}"
    ),
    Kind.QUARANTINED: Place(N_("Bank files in quarantine"), "/bank", "/bank/files/{}"),
    Kind.SUSPENSE: Place(N_("Money that matches nothing"), "/bank/suspense", "/bank/suspense/{}"),
    Kind.FAILED: Place(N_("Failed payments"), "/bank/failures", "/bank/failures/attempts/{}"),
    Kind.OVERRIDES_TO_GRANT: Place(
        N_("Overrides to grant or refuse"), "/checks/overrides", "/checks/overrides"
    ),
    Kind.RECOVERIES_TO_NOTIFY: Place(
        N_("Recoveries to tell the payee of"), "/recoveries", "/recoveries/{}"
    ),
    Kind.APPEALS: Place(N_("Appeals to decide"), "/recoveries", "/recoveries/{}"),
    Kind.WRITE_OFFS_TO_SIGN: Place(N_("Write-offs to sign"), "/recoveries", "/recoveries/{}"),
    Kind.REPAYMENTS_TO_CONFIRM: Place(N_("Repayments to confirm"), "/recoveries", "/recoveries/{}"),
    Kind.LINKS_TO_CONFIRM: Place(
        N_("Links between undertakings to confirm"), "/undertakings", "/undertakings"
    ),
    Kind.VERSIONS_TO_ACTIVATE: Place(
        N_("Scheme versions to put in force"), "/schemes", "/schemes/{}"
    ),
    Kind.RULES_TO_CONFIRM: Place(N_("Rules of approval to confirm"), "/approvals", "/approvals"),
    Kind.FREEZES_TO_CONFIRM: Place(N_("Freezes to confirm"), "/approvals", "/approvals"),
    Kind.PROFILES_TO_CONFIRM: Place(
        N_("Bank profiles to confirm"), "/bank-profiles", "/bank-profiles"
    ),
}
