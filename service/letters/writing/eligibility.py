"""The decision for which schemes somebody may be placed: each rule with its reason, how to appeal.

Nothing that is sealed of a person is a fact of it: not who referred them, nor why they come first.
"""

from service.eligibility.model import Obstacle
from service.eligibility.words import RULES, rule_of, say
from service.i18n import _, language
from service.letters.facts import DecidedFacts, DecidedScheme, Remedy
from service.letters.model import Pair, Paper, Section, Table
from service.letters.words import candidate_lines, long_day, office_name
from service.letters.writing import remedies


def write(facts: DecidedFacts, schemes: list[DecidedScheme], remedy: Remedy) -> Paper:
    """The letter of the decisions of one moment about one person, in the language in use."""
    assert remedy.within_days is not None
    return Paper(
        language=language(),
        title=_("Decision on subsidised employment for {reference}").format(
            reference=facts.candidate_reference
        ),
        mark="",
        sender=[office_name(facts.office_name_sq, facts.office_name_sr)],
        recipient=candidate_lines(facts.candidate_name, facts.candidate_reference),
        sections=[
            Section(
                heading=_("Decision"),
                paragraphs=[
                    _(
                        "The office has decided under which schemes you may be placed in a "
                        "subsidised job."
                    ),
                    _(
                        "It looked at age, time without work and earlier agreements. What else a "
                        "scheme asks is looked at before you are proposed for a placement."
                    ),
                ],
                pairs=[
                    Pair(_("Decided on"), long_day(facts.decided_at)),
                    Pair(_("Decided by"), facts.decided_by_name),
                ],
            ),
            *[_scheme(scheme) for scheme in schemes],
            remedies.section_of(remedy, days=remedy.within_days),
        ],
    )


def _scheme(scheme: DecidedScheme) -> Section:
    result = _("You may not be placed under this scheme. This holds until {day}.")
    if scheme.is_eligible:
        result = _("You may be placed under this scheme. This holds until {day}.")
    name = scheme.name(language())
    found = {rule_of(obstacle.reason): obstacle for obstacle in scheme.reasons}
    return Section(
        heading=name,
        paragraphs=[result.format(day=long_day(scheme.expires_on))],
        table=Table(
            caption=_("{scheme}: each rule and what was found").format(scheme=name),
            head=[_("Rule"), _("Result"), _("Reason")],
            rows=[[_(words), *_found(found.get(rule))] for rule, words in RULES.items()],
            wide=2,
        ),
    )


def _found(obstacle: Obstacle | None) -> list[str]:
    if obstacle is None:
        return [_("Met"), _("Nothing stands in the way.")]
    return [_("Not met"), say(obstacle)]
