"""How a decision can be appealed: to whom, within how many days, by which law."""

from datetime import date

from service.i18n import _, language
from service.letters.facts import Remedy
from service.letters.model import Pair, Section
from service.letters.words import long_day


def section_of(remedy: Remedy, *, days: int, last_day: date | None = None) -> Section:
    """The section that ends a decision; with the last day of an appeal where it is known."""
    sentence = _("You may appeal to {body}, within {days} days of the day you were told.").format(
        body=remedy.body(language()), days=days
    )
    known = [] if last_day is None else [Pair(_("Last day to appeal"), long_day(last_day))]
    return Section(
        heading=_("How to appeal"),
        paragraphs=[sentence],
        pairs=[*known, Pair(_("Legal basis"), remedy.citation)],
    )
