"""What a referral must say, and what came of it."""

from datetime import date

from service.answers import line_complaint, read_day, refuse_if_wrong, tidy
from service.candidates.model import ReferralSource
from service.i18n import N_, _
from service.problems import Problem
from service.referrals.model import Confidential, Direction, NewReferral, ReferralForm

LINE_LENGTH_MAX = 120
TEXT_LENGTHS = range(5, 1001)
SERVICES = tuple(one for one in ReferralSource if one is not ReferralSource.SELF)


class ResultMissing(Problem):
    """A referral is closed with what came of it."""

    slug = "result-missing"
    title = N_("Say in 5 to 1000 characters what came of it.")


class ReferralClosed(Problem):
    """A referral is closed once."""

    slug = "referral-closed"
    title = N_("This referral was closed before. Read it to see what came of it.")
    status = 409


def read_referral(form: ReferralForm, *, on: date) -> NewReferral:
    """The referral as it is kept; InvalidFields with a sentence for each wrong field."""
    refuse_if_wrong(
        {
            "direction": None
            if form.direction in set(Direction)
            else _("Choose who sent the person to whom."),
            "made_on": _day_complaint(form.made_on, on),
            "service": None if form.service in SERVICES else _("Choose one of the list."),
            "organisation": line_complaint(form.organisation, longest=LINE_LENGTH_MAX),
            "contact_person": line_complaint(form.contact_person, longest=LINE_LENGTH_MAX)
            if form.contact_person.strip()
            else None,
            "reason": _text_complaint(form.reason),
        }
    )
    return NewReferral(
        direction=Direction(form.direction),
        made_on=date.fromisoformat(form.made_on),
        confidential=Confidential(
            service=ReferralSource(form.service),
            organisation=tidy(form.organisation),
            contact_person=tidy(form.contact_person),
            reason=tidy(form.reason),
        ),
    )


def read_result(text: str) -> str:
    """What came of a referral, tidied; ResultMissing when it says too little or too much."""
    result = tidy(text)
    if len(result) not in TEXT_LENGTHS or not result.isprintable():
        raise ResultMissing
    return result


def _day_complaint(text: str, on: date) -> str | None:
    day = read_day(text)
    if day is None:
        return _("There is no such day. Write it as year, month and day, such as 2026-05-30.")
    return _("This day is in the future. Write when it was made.") if day > on else None


def _text_complaint(text: str) -> str | None:
    said = tidy(text)
    if len(said) not in TEXT_LENGTHS or not said.isprintable():
        return _("Say in 5 to 1000 characters why.")
    return None
