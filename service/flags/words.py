"""What each flag found, as a sentence for people, with its evidence in it."""

from collections.abc import Mapping
from typing import Any

from service.actor import Role
from service.flags.model import Flag
from service.i18n import N_, _, language
from service.money import format_euros
from service.visits.model import FINDING_WORDS, Finding

FLAGS: Mapping[Flag, str] = {
    Flag.ACCOUNT_SHARED: N_("Account …{last4} is also that of others. Other payees: {others}."),
    Flag.ACCOUNT_OF_STAFF: N_(
        "The holder of the account, {holder}, has the name of one of the staff ({role})."
    ),
    Flag.ACCOUNT_CHANGED: N_(
        "Account …{last4} is new, and nothing was paid to it yet. In force since {since}, "
        "days: {days}."
    ),
    Flag.ACCOUNT_CONFIRMED_FAST: N_(
        "Account …{last4} was confirmed very soon after it was proposed. Seconds: {seconds}."
    ),
    Flag.CONTACT_OF_STAFF: N_(
        "Who acts for the employer, {contact}, has the name or mailbox of one of the staff "
        "({role})."
    ),
    Flag.CONTACT_SHARED: N_(
        "Other employers have the same mailbox or representative. Employers: {others}."
    ),
    Flag.NETWORK_SHARED: N_(
        "Other employers signed in from the same network address. Employers: {others}."
    ),
    Flag.EMPLOYER_NEW: N_(
        "The employer was registered on {registered_on}, shortly before the agreement. "
        "Days: {days}."
    ),
    Flag.MOSTLY_SUBSIDISED: N_(
        "Subsidised people at the employer: {subsidised}, of a headcount of {headcount}."
    ),
    Flag.OFFICER_CONCENTRATION: N_(
        "{officer} drafted every agreement of this employer: {cases}, of {officer_cases} in all."
    ),
    Flag.LINKED_EMPLOYERS: N_(
        "The young person was subsidised before at a linked employer, under {agreement}. "
        "Agreements: {agreements}."
    ),
    Flag.NAME_TWIN: N_(
        "Somebody of the same day of birth and a name that sounds alike has an agreement too: "
        "{candidate}. People: {candidates}."
    ),
    Flag.CONFIRMED_FAST: N_(
        "The month was confirmed very soon after it was reported. Seconds: {seconds}."
    ),
    Flag.ODD_HOURS: N_(
        "The month or the account was confirmed at night or on a day off, on {moment}."
    ),
    Flag.WAGES_AT_CAP: N_(
        "Everybody at the employer is reported at {wage}, which brings the most that is paid. "
        "People: {people}."
    ),
    Flag.ROUND_WAGE: N_("The reported wage is a round sum, {wage}; {agreed} was agreed."),
    Flag.JUST_UNDER_CAP: N_("The amount, {amount}, is just under the most that is paid, {most}."),
    Flag.LEAVER_PAID: N_(
        "The employment ended before {left_on}, and days after it are reported or paid. "
        "Days reported: {days}."
    ),
    Flag.NEVER_ABSENT: N_(
        "Nobody at the employer missed a day or took leave. People: {people}, months: {months}."
    ),
    Flag.FIRST_PAYMENT: N_("Nothing was paid to this payee before."),
    Flag.AMOUNT_JUMP: N_("Much more than the month before: {amount} after {before}."),
    Flag.AMISS_AT_VISIT: N_("A case officer was there on {visited_on} and found: {finding}."),
}
FROM_AN_OFFICE = N_("The employer signed in from a network address of staff.")
ROLES: Mapping[Role, str] = {
    Role.CASE_OFFICER: N_("case officer"),
    Role.FINANCE_OFFICER: N_("finance officer"),
    Role.FINANCE_AUTHORISER: N_("finance authoriser"),
    Role.AUDITOR: N_("auditor"),
    Role.ADMINISTRATOR: N_("administrator"),
}


def say(code: Flag, evidence: Mapping[str, Any]) -> str:
    """What a flag found, in the language in use; amounts of the evidence are in cents."""
    if code is Flag.NETWORK_SHARED and evidence["is_staff"]:
        return _(FROM_AN_OFFICE)
    facts = {name.removesuffix("_cents"): _shown(name, value) for name, value in evidence.items()}
    return _(FLAGS[code]).format(**facts)


def _shown(name: str, value: Any) -> str:
    if name.endswith("_cents"):
        return format_euros(value, language())
    if name == "finding":
        return _(FINDING_WORDS[Finding(value)])
    return _(ROLES[Role(value)]) if name == "role" else str(value)
