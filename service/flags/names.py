"""What each flag is called, in a few words."""

from collections.abc import Mapping

from service.flags.model import Flag
from service.i18n import N_

NAMES: Mapping[Flag, str] = {
    Flag.ACCOUNT_SHARED: N_("Account of several payees"),
    Flag.ACCOUNT_OF_STAFF: N_("Account in the name of staff"),
    Flag.ACCOUNT_CHANGED: N_("New bank account"),
    Flag.ACCOUNT_CONFIRMED_FAST: N_("Account confirmed in a hurry"),
    Flag.CONTACT_OF_STAFF: N_("Employer's contact is staff"),
    Flag.CONTACT_SHARED: N_("Contact of several employers"),
    Flag.NETWORK_SHARED: N_("Network address of several employers"),
    Flag.EMPLOYER_NEW: N_("Employer registered shortly before"),
    Flag.MOSTLY_SUBSIDISED: N_("Mostly subsidised staff"),
    Flag.OFFICER_CONCENTRATION: N_("One case officer, one employer"),
    Flag.LINKED_EMPLOYERS: N_("In turn at linked employers"),
    Flag.NAME_TWIN: N_("Person under two spellings"),
    Flag.CONFIRMED_FAST: N_("Month confirmed in a hurry"),
    Flag.ODD_HOURS: N_("Confirmed at an odd hour"),
    Flag.WAGES_AT_CAP: N_("All wages at the cap"),
    Flag.ROUND_WAGE: N_("Round wage, more than agreed"),
    Flag.JUST_UNDER_CAP: N_("Just under the cap"),
    Flag.LEAVER_PAID: N_("Paid after leaving"),
    Flag.NEVER_ABSENT: N_("Never absent"),
    Flag.FIRST_PAYMENT: N_("First payment to the payee"),
    Flag.AMOUNT_JUMP: N_("Jump against the month before"),
    Flag.AMISS_AT_VISIT: N_("Something amiss at a visit"),
}
