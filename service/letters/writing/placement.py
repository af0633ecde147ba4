"""The decision on a placement: approved or refused, why, and how to appeal."""

from service.i18n import _, language
from service.letters.facts import PlacementFacts, Remedy
from service.letters.model import Pair, Paper, Section
from service.letters.words import employer_lines, euros, long_day, office_name
from service.letters.writing import remedies
from service.placements.model import State


def write(facts: PlacementFacts, remedy: Remedy) -> Paper:
    """The letter of a decided placement, in the language in use."""
    assert facts.decided_at is not None
    assert remedy.within_days is not None
    is_refused = facts.state == State.REFUSED
    title = _("Placement {reference} is approved")
    if is_refused:
        title = _("Placement {reference} is refused")
    return Paper(
        language=language(),
        title=title.format(reference=facts.reference),
        mark="",
        sender=[office_name(facts.office_name_sq or "", facts.office_name_sr or "")],
        recipient=employer_lines(facts.employer_name, facts.business_number),
        sections=[
            Section(heading=_("Decision"), paragraphs=_decision(facts, is_refused=is_refused)),
            Section(heading=_("The placement"), pairs=_pairs(facts)),
            remedies.section_of(remedy, days=remedy.within_days),
        ],
    )


def _decision(facts: PlacementFacts, *, is_refused: bool) -> list[str]:
    if is_refused:
        return [
            _("The office has refused this placement. No candidates are introduced for it."),
            _("Why: {reason}").format(reason=facts.decision_reason),
        ]
    return [
        _("The office has approved this placement. Candidates are introduced for it."),
        _("Why: it meets the conditions of the scheme {code}.").format(code=facts.scheme_code),
    ]


def _pairs(facts: PlacementFacts) -> list[Pair]:
    assert facts.decided_at is not None
    return [
        Pair(_("Placement"), facts.title),
        Pair(_("Scheme"), facts.scheme_code),
        Pair(_("Seats"), str(facts.seats)),
        Pair(_("Hours a week"), str(facts.weekly_hours)),
        Pair(_("Gross wage a month"), euros(facts.gross_wage_cents)),
        Pair(_("Employment"), f"{long_day(facts.starts_on)} – {long_day(facts.last_day)}"),
        Pair(_("Submitted on"), long_day(facts.submitted_at)),
        Pair(_("Decided on"), long_day(facts.decided_at)),
        Pair(_("Decided by"), facts.decided_by_name or ""),
    ]
