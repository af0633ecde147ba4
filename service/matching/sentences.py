"""What officers read of a score and of a requirement that fails, in the language in use."""

from collections.abc import Callable, Collection, Mapping

from service.candidates.words import education_word, language_word
from service.i18n import _, ngettext
from service.matching.model import Fit, Part, Reason, Requirement


def describe_reason(reason: Reason) -> str:
    """The sentence behind the points of one part of a score."""
    match reason.part:
        case Part.OCCUPATION:
            return _occupation(reason)
        case Part.SKILLS:
            none, some = _("No skills are wished."), _("Has {count} of {of} wished skills.")
            return _of(reason, none, some)
        case Part.LANGUAGES:
            none, some = _("No language is asked."), _("Speaks {count} of {of} asked languages.")
            return _of(reason, none, some)
        case Part.DISTANCE:
            return _("{count} km between home and work.").format(count=reason.count)
        case Part.UNEMPLOYED:
            return ngettext(
                "Without work for {count} month.", "Without work for {count} months.", reason.count
            ).format(count=reason.count)


def _occupation(reason: Reason) -> str:
    if reason.count:
        return _("Looks for exactly this occupation.")
    if reason.points:
        return _("Looks for an occupation of the same group.")
    return _("Looks for other occupations.")


def _of(reason: Reason, none: str, some: str) -> str:
    return some.format(count=reason.count, of=reason.of) if reason.of else none


def describe_failure(requirement: Requirement, fit: Fit) -> str:
    """Why a hard requirement is not met by a pair: what is asked, and what there is."""
    return _FAILURES[requirement](fit)


def _age(fit: Fit) -> str:
    if fit.age_min is None:
        return _("The scheme has no rules for the first day of the placement.")
    return _("Is {age} years old on the first day; the scheme is for {least} to {most}.").format(
        age=fit.age_at_start, least=fit.age_min, most=fit.age_max
    )


def _education(fit: Fit) -> str:
    return _("Asked is: {asked}. Completed is: {held}.").format(
        asked=education_word(fit.education_asked), held=education_word(fit.education_held)
    )


def _languages(fit: Fit) -> str:
    missing = _missing(fit.languages_asked, fit.languages_spoken)
    return _("Does not speak: {missing}.").format(
        missing=", ".join(language_word(code) for code in missing)
    )


def _licences(fit: Fit) -> str:
    missing = _missing(fit.licences_asked, fit.licences_held)
    return _("Has no driving licence of class: {missing}.").format(missing=", ".join(missing))


def _skills(fit: Fit) -> str:
    missing = _missing(fit.skills_demanded, fit.skills_held)
    return _("Lacks demanded skills: {missing}.").format(missing=", ".join(missing))


def _distance(fit: Fit) -> str:
    return _("{distance} km between home and work; travels {most} km at most.").format(
        distance=fit.distance_km, most=fit.travel_km
    )


def _missing(asked: Collection[str], held: Collection[str]) -> list[str]:
    return [one for one in asked if one not in held]


_FAILURES: Mapping[Requirement, Callable[[Fit], str]] = {
    Requirement.PLACEMENT_OPEN: lambda _fit: _("The placement is not open."),
    Requirement.SEAT_LEFT: lambda _fit: _("Every seat of the placement is taken."),
    Requirement.CANDIDATE_REGISTERED: lambda _fit: _("The candidate has left the register."),
    Requirement.CANDIDATE_FREE: lambda _fit: _("The candidate has other work in this time."),
    Requirement.NOT_YET_MATCHED: lambda _fit: _("The two are matched already."),
    Requirement.AGE: _age,
    Requirement.OCCUPATION: lambda _fit: _("Looks for occupations of other groups."),
    Requirement.EDUCATION: _education,
    Requirement.LANGUAGES: _languages,
    Requirement.LICENCES: _licences,
    Requirement.SKILLS: _skills,
    Requirement.DISTANCE: _distance,
}
