"""What a mail about a question says of it, in its reader's language."""

from datetime import date

from babel.dates import format_date

from service.links.model import Purpose, Question


def month_words(month: date, language: str) -> str:
    """A month as people write it: `October 2026`, `tetor 2026`, `oktobar 2026`."""
    locale = {"sr": "sr_Latn"}.get(language, language)
    return format_date(month, "LLLL y", locale=locale)


def office_name(question: Question, language: str) -> str:
    """The office that asks."""
    return question.office_name_sr if language == "sr" else question.office_name_sq


def facts_of(question: Question, *, language: str, link: str) -> dict[str, str]:
    """The facts of a mail: a name, an office, a link, and what the question is about."""
    facts = {"name": question.given_name, "office": office_name(question, language), "link": link}
    if question.purpose is Purpose.SIGN_AGREEMENT:
        facts["reference"] = question.reference
    if question.month is not None:
        facts["month"] = month_words(question.month, language)
    return facts
