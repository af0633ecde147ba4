"""What a mail about a question says of it, in its reader's language."""

import msgspec

from service.clock import format_moment
from service.i18n import _, use_language
from service.links.model import Printed, Purpose, Question
from service.period import format_month_name


def office_name(question: Question, language: str) -> str:
    """The office that asks."""
    return question.office_name_sr if language == "sr" else question.office_name_sq


def facts_of(question: Question, *, language: str, link: str) -> dict[str, str]:
    """The facts of a mail: a name, an office, a link, and what the question is about."""
    facts = {"name": question.given_name, "office": office_name(question, language), "link": link}
    if question.purpose is Purpose.SIGN_AGREEMENT:
        facts["reference"] = question.reference
    if question.month is not None:
        facts["month"] = format_month_name(question.month, language)
    return facts


class Paper(msgspec.Struct, frozen=True):
    """A paper with a code, in its candidate's language; `steps` are sentence and what is typed."""

    language: str
    greeting: str
    about: str
    steps: list[tuple[str, str]]
    until: str
    alone: str
    questions: str


def paper_of(printed: Printed, *, language: str, public_url: str) -> Paper:
    """What stands on the paper that an office gives to a candidate."""
    question = printed.question
    with use_language(language):
        return Paper(
            language=language,
            greeting=_("Dear {name},").format(name=question.given_name),
            about=_about(question, language),
            steps=[
                (_("Open this page:"), f"{public_url}/answer/code"),
                (_("Type this code:"), printed.code),
                (_("Type your date of birth."), ""),
            ],
            until=_("The code is valid until {until}.").format(
                until=format_moment(printed.expires_at, language)
            ),
            alone=_("It is for you alone. Do not pass it on."),
            questions=_("Questions? Ask the employment office: {office}.").format(
                office=office_name(question, language)
            ),
        )


def _about(question: Question, language: str) -> str:
    match question.purpose:
        case Purpose.SIGN_AGREEMENT:
            ready = _("Your agreement {reference} is ready to be signed")
            return f"{ready.format(reference=question.reference)}."
        case Purpose.CONFIRM_MONTH:
            assert question.month is not None, "a month is asked about by its report"
            month = format_month_name(question.month, language)
            return _("Did you work in {month}, and were you paid?").format(month=month)
        case Purpose.FOLLOW_UP:
            return _("Where do you work now?")
