"""Causes of a difference, as words for people."""

from collections.abc import Mapping

from service.comparison.model import Cause
from service.i18n import N_

CAUSES: Mapping[Cause, str] = {
    Cause.BEGAN: N_("paid for the first time"),
    Cause.BACK: N_("paid again, not last time"),
    Cause.ENDED: N_("the subsidised period has ended"),
    Cause.LEFT_OUT: N_("due, but left out by a check"),
    Cause.BLOCKED: N_("blocked by the scheme, such as for want of evidence"),
    Cause.NOT_DUE: N_("nothing is due this time"),
    Cause.KEPT_BACK: N_("more or less is kept back"),
    Cause.MORE_PAYMENTS: N_("more payments, such as for earlier months"),
    Cause.FEWER_PAYMENTS: N_("fewer payments"),
    Cause.HIGHER: N_("higher amount, by wage or days"),
    Cause.LOWER: N_("lower amount, by wage or days"),
}
