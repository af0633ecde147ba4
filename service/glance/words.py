"""Places, steps and their states as words for people."""

from collections.abc import Mapping

from service.glance.model import Place
from service.i18n import N_
from service.payment_calendar.model import Step, StepState

PLACES: Mapping[Place, str] = {
    Place.PAID: N_("Paid"),
    Place.AT_BANK: N_("At the bank"),
    Place.IN_PAYOUT: N_("In a payout"),
    Place.WAITS: N_("Waits to be put up"),
    Place.RETURNED: N_("Sent back by the bank"),
    Place.HELD: N_("Stopped by somebody"),
    Place.BLOCKED: N_("Blocked"),
    Place.NOT_DUE: N_("Not due"),
}
STEPS: Mapping[Step, str] = {
    Step.REPORTING: N_("Attendance and wages reported and confirmed"),
    Step.PUT_UP: N_("Put up for approval"),
    Step.PAYMENT: N_("Paid"),
}
STEP_STATES: Mapping[StepState, str] = {
    StepState.DONE: N_("Done"),
    StepState.OPEN: N_("Open"),
    StepState.LATE: N_("Late"),
}
TAGS: Mapping[StepState, str] = {
    StepState.DONE: "green",
    StepState.OPEN: "blue",
    StepState.LATE: "red",
}
