"""What each state of a match is called."""

from collections.abc import Mapping

from service.i18n import N_
from service.matching.model import State

STATES: Mapping[State, str] = {
    State.PROPOSED: N_("Proposed"),
    State.INTRODUCED: N_("Introduced"),
    State.CANDIDATE_ACCEPTED: N_("The candidate said yes"),
    State.EMPLOYER_ACCEPTED: N_("The employer said yes"),
    State.AGREED: N_("Agreed"),
    State.DECLINED: N_("Declined"),
}
