"""Which step comes after which, and what each of them asks."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from service.answers import line_complaint, refuse_if_wrong
from service.contacts.model import ContactForm, Purpose
from service.contacts.rules import complaints as contact_complaints
from service.i18n import N_, _
from service.problems import Problem
from service.registrations.model import CONSENTS, FIELDS, Content, Step, Typed

KEPT_FOR = timedelta(days=30)
DRAFTS_MAX = 50
ANSWERS = ("yes", "no")
KEPT_LENGTH_MAX = 3000


class TooManyDrafts(Problem):
    """So many unfinished registrations are not work in hand."""

    slug = "too-many-drafts"
    title = N_(
        "You have 50 unfinished registrations. Finish or discard some of them, then begin another."
    )
    status = 409


class StepsMissing(Problem):
    """A person is registered when every step is in order."""

    slug = "steps-missing"
    title = N_("A step before this one is not finished. Finish it first.")
    status = 409


def check_length(fields: Collection[str], typed: Typed) -> None:
    """InvalidFields for what is far longer than anything a step asks for."""
    refuse_if_wrong(
        {
            field: line_complaint("x" * len(written), longest=KEPT_LENGTH_MAX)
            for field in fields
            if (written := "".join(typed[field]))
        }
    )


def expiry(saved_at: datetime) -> datetime:
    """Until when a draft is kept after it was saved."""
    return saved_at + KEPT_FOR


def next_step(done: Collection[Step]) -> Step:
    """The first step that is not in order yet; the last when all before it are."""
    return next((step for step in Step if step not in done), Step.CHECK)


def check_reachable(step: Step, done: Collection[Step]) -> None:
    """StepsMissing when a step before this one is not in order."""
    before = list(Step)[: list(Step).index(step)]
    if any(one not in done for one in before):
        raise StepsMissing


def merge(content: Content, step: Step, typed: Typed) -> Content:
    """What was typed in one step, over what was known; what follows from it is asked again.

    Whoever changes the person or the work is compared and assessed again.
    """
    known = {field: typed[field] for field in FIELDS[step]}
    changed = any(content.typed.get(field) != value for field, value in known.items())
    undone = {step}
    if changed and step in (Step.PERSON, Step.WORK):
        undone.add(Step.COMPARE)
    done = [one for one in content.done if one not in undone]
    after = content.typed | known
    if Step.COMPARE in undone and step is not Step.COMPARE:
        after["confirmed_not_duplicate"] = ""
    return Content(after, done)


def finish(content: Content, step: Step) -> Content:
    """The content with a step found in order."""
    return Content(content.typed, [one for one in Step if one in {*content.done, step}])


def contact_form(typed: Typed) -> ContactForm:
    """The contact as it was typed."""
    return ContactForm(
        phone=typed["phone"],
        email=typed["email"],
        address=typed["address"],
        contact_language=typed["contact_language"],
    )


def consents(typed: Typed) -> dict[Purpose, bool]:
    """What the person said to each purpose that was asked about."""
    return {
        purpose: typed[field] == "yes"
        for purpose, field in CONSENTS.items()
        if typed[field] in ANSWERS
    }


def own_complaints(step: Step, typed: Typed) -> dict[str, str]:
    """What is wrong with the fields of a step that only a registration in steps asks for."""
    found: Mapping[str, str | None] = {}
    if step is Step.CONTACT:
        found = contact_complaints(contact_form(typed))
    if step is Step.PRIORITY:
        found = _consent_complaints(typed)
    return {field: sentence for field, sentence in found.items() if sentence}


def _consent_complaints(typed: Typed) -> dict[str, str | None]:
    asked = {
        field: None if typed[field] in ANSWERS else _("Ask the person, and choose yes or no.")
        for field in CONSENTS.values()
    }
    priority = CONSENTS[Purpose.PRIORITY]
    if typed[priority] == "no" and typed["characteristics"]:
        asked[priority] = _(
            "Without consent no priority characteristic is kept. Untick them, or ask again."
        )
    return asked
