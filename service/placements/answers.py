"""What an employer typed of a placement, read field by field: a sentence for each wrong one."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from service.answers import line_complaint, name_complaint, read_day, refuse_if_wrong, tidy
from service.candidates.answers import SKILL_LENGTH_MAX, SKILLS_MAX
from service.candidates.model import DRIVING_LICENCES, LANGUAGES, Education
from service.i18n import _, language
from service.money import Cents, format_euros
from service.period import Period, add_months
from service.placements.forms import PlacementForm
from service.placements.model import Offer, PostingFacts
from service.placements.rules import FULL_TIME_HOURS, least_wage_cents

# A placement that says nothing of the work and the learning helps no one choose (row 19 of the
# checklist of the programme: tasks, mentor, training plan, wage, hours, place).
DESCRIPTION_LENGTH_MIN = 20
DESCRIPTION_LENGTH_MAX = 4000
SEATS_MAX = 500
MONTHS_MAX = 36
MONTHS_AHEAD_MAX = 24
WAGE_CENTS_MAX = 10_000_00
TITLE_LENGTH_MAX = 120


def read_offer(form: PlacementForm, facts: PostingFacts, *, on: date) -> Offer:
    """The offer as it can be saved on a day; InvalidFields with a sentence for each wrong field."""
    refuse_if_wrong(
        {
            "scheme_code": _scheme_complaint(form, facts),
            "title": line_complaint(form.title, longest=TITLE_LENGTH_MAX),
            "occupation_code": _known_complaint(facts.occupation_known),
            "tasks": _description_complaint(form.tasks),
            "mentor_name": name_complaint(form.mentor_name),
            "training_plan": _description_complaint(form.training_plan),
            "weekly_hours": _range_complaint(form.weekly_hours, FULL_TIME_HOURS),
            "gross_wage_cents": _wage_complaint(form, facts.minimum_wage_cents),
            "municipality_code": _known_complaint(facts.municipality_known),
            "seats": _range_complaint(form.seats, SEATS_MAX),
            "starts_on": _start_complaint(form.starts_on, on),
            "last_day": _end_complaint(form, facts.scheme_months, on),
            **_requirement_complaints(form),
        }
    )
    return _offer(form)


def _requirement_complaints(form: PlacementForm) -> dict[str, str | None]:
    return {
        "education_min": _choices_complaint([form.education_min], list(Education)),
        "languages": _choices_complaint(form.languages, LANGUAGES),
        "driving_licences": _choices_complaint(form.driving_licences, DRIVING_LICENCES),
        "skills": _skills_complaint(form.skills),
        "skills_demanded": _skills_complaint(form.skills_demanded),
    }


def _scheme_complaint(form: PlacementForm, facts: PostingFacts) -> str | None:
    if facts.scheme_id is None:
        return _("There is no such scheme. Choose one.")
    if facts.scheme_months is None and read_day(form.starts_on):
        return _("This scheme has no rules for the first day. Choose another scheme or first day.")
    return None


def _known_complaint(known: bool) -> str | None:
    return None if known else _("Choose one of the list.")


def _description_complaint(text: str) -> str | None:
    length = len(text.strip())
    if not DESCRIPTION_LENGTH_MIN <= length <= DESCRIPTION_LENGTH_MAX:
        return _("Describe this in {least} to {most} characters; now there are {length}.").format(
            least=DESCRIPTION_LENGTH_MIN, most=DESCRIPTION_LENGTH_MAX, length=length
        )
    if not all(letter.isprintable() or letter in "\r\n\t" for letter in text):
        return _("This holds characters that cannot be printed. Type it again.")
    return None


def _range_complaint(number: int | None, most: int) -> str | None:
    if number is None or not 1 <= number <= most:
        return _("Write a whole number from 1 to {most}.").format(most=most)
    return None


def _wage_complaint(form: PlacementForm, minimum_wage_cents: Cents | None) -> str | None:
    wage, hours = form.gross_wage_cents, form.weekly_hours
    if wage is None or not 0 < wage <= WAGE_CENTS_MAX:
        return _("Write the gross wage of a month in euros, such as 500.00, up to {most}.").format(
            most=format_euros(WAGE_CENTS_MAX, language())
        )
    if minimum_wage_cents is None or hours is None or not 1 <= hours <= FULL_TIME_HOURS:
        return None
    least = least_wage_cents(minimum_wage_cents, hours)
    if wage < least:
        return _(
            "For {hours} hours a week the minimum wage in the first month is {least}."
            " Raise the wage."
        ).format(hours=hours, least=format_euros(least, language()))
    return None


def _start_complaint(text: str, on: date) -> str | None:
    day = read_day(text)
    if day is None:
        return _("There is no such day. Write it as year, month and day, such as 2027-03-01.")
    if day < on:
        return _("This day has passed. Write the day on which the work can begin.")
    if day > add_months(on, MONTHS_AHEAD_MAX):
        return _("This is more than {months} months ahead. Post the placement later.").format(
            months=MONTHS_AHEAD_MAX
        )
    return None


def _end_complaint(form: PlacementForm, scheme_months: int | None, on: date) -> str | None:
    start, last = read_day(form.starts_on), read_day(form.last_day)
    if last is None:
        return _("There is no such day. Write it as year, month and day, such as 2027-08-31.")
    if start is None or _start_complaint(form.starts_on, on):
        return None  # compared once the first day is right
    if last < start:
        return _("The last day is before the first. Compare the two days.")
    if last >= add_months(start, MONTHS_MAX):
        return _("A placement lasts {months} months at most.").format(months=MONTHS_MAX)
    earliest = add_months(start, scheme_months or 0) - timedelta(days=1)
    if last < earliest:
        return _(
            "The scheme pays for {months} months, so the placement lasts at least as long."
            " Write {day} or later."
        ).format(months=scheme_months, day=earliest.isoformat())
    return None


def _choices_complaint(values: Sequence[str], choices: Collection[str]) -> str | None:
    return None if set(values) <= set(choices) else _("Choose from the list only.")


def _skills_complaint(skills: list[str]) -> str | None:
    if len(skills) > SKILLS_MAX:
        return _("Write {most} skills at most.").format(most=SKILLS_MAX)
    found = (line_complaint(skill, longest=SKILL_LENGTH_MAX) for skill in skills)
    return next((complaint for complaint in found if complaint), None)


def _offer(form: PlacementForm) -> Offer:
    assert form.weekly_hours is not None
    assert form.gross_wage_cents is not None
    assert form.seats is not None
    start, last = date.fromisoformat(form.starts_on), date.fromisoformat(form.last_day)
    demanded = _skills(form.skills_demanded)
    return Offer(
        scheme_code=form.scheme_code,
        title=tidy(form.title),
        occupation_code=form.occupation_code,
        tasks=form.tasks.strip(),
        mentor_name=tidy(form.mentor_name),
        training_plan=form.training_plan.strip(),
        weekly_hours=form.weekly_hours,
        gross_wage_cents=Cents(form.gross_wage_cents),
        municipality_code=form.municipality_code,
        seats=form.seats,
        period=Period(start, last + timedelta(days=1)),
        education_min=Education(form.education_min),
        languages=sorted(set(form.languages)),
        driving_licences=sorted(set(form.driving_licences)),
        skills=[skill for skill in _skills(form.skills) if skill not in demanded],
        skills_demanded=demanded,
    )


def _skills(written: list[str]) -> list[str]:
    """Once each, written as the candidates' skills are: tidy and in lower case."""
    return list(dict.fromkeys(tidy(skill).lower() for skill in written))
