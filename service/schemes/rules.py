"""Who moves a scheme version, which move comes after which, and what activation refuses."""

from collections.abc import Sequence
from datetime import date
from hmac import compare_digest

from service.actor import Actor, Role
from service.i18n import N_, _
from service.problems import InvalidFields, NotAllowed, Problem
from service.schemes.model import (
    MOVES,
    Event,
    Finding,
    HeldVersion,
    ReadDocument,
    SchemeVersion,
    State,
)

ACTIVATORS = frozenset({Role.ADMINISTRATOR, Role.FINANCE_AUTHORISER})
PLANNERS = ACTIVATORS | {Role.FINANCE_OFFICER}  # they may try a document out
IN_FORCE = frozenset({State.ACTIVATED, State.SUPERSEDED})


class VersionMovedOn(Problem):
    """The version is not in a state in which this can be done."""

    slug = "scheme-version-moved-on"
    title = N_("This cannot be done with the version as it stands now. Look at it again.")
    status = 409


class NotYourDraft(Problem):
    """A draft is rewritten by its author only."""

    slug = "not-your-draft"
    title = N_("Somebody else drafted this version. Draft one of your own from its document.")
    status = 403


class ActivatesOwnDraft(Problem):
    """Nobody activates what they drafted."""

    slug = "second-person-needed"
    title = N_("You drafted this version, so somebody else activates it.")
    status = 403


class VersionFlawed(Problem):
    """The document does not pass its check; `findings` say where."""

    slug = "scheme-version-flawed"
    title = N_(
        "The document does not pass its check. Mend the lines below, save it and check it again."
    )

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        super().__init__(None, findings=self.findings)


class DocumentChanged(Problem):
    """The document that was shown is not the one that would be activated."""

    slug = "scheme-document-changed"
    title = N_(
        "The document is not the one you were shown. Nothing was activated. Read it again first."
    )
    status = 409


class BeginsTooEarly(Problem):
    """A version replaces the one in force from a later day on."""

    slug = "scheme-version-begins-too-early"
    title = N_(
        "A version that was activated before begins on this day or later. "
        "Give the draft a later first day."
    )
    status = 409


class DaysAlreadyComputed(Problem):
    """What was computed under a version stays under it."""

    slug = "days-already-computed"
    title = N_(
        "Amounts were already computed for agreements that begin on this day or later, under the "
        "version that would be replaced. Give the draft a first day after today."
    )
    status = 409


class OtherScheme(Problem):
    """The document is one of another scheme."""

    slug = "other-scheme"
    title = N_("The document names another scheme. Send it to the scheme that it names.")


class DraftedMeanwhile(Problem):
    """Two people drafted for one scheme at the same moment."""

    slug = "drafted-meanwhile"
    title = N_("Somebody drafted a version of this scheme at the same moment. Send yours again.")
    status = 409


def refuse_unless_author(by: Actor) -> None:
    """NotAllowed unless an administrator asks: they write and check documents."""
    if by.role is not Role.ADMINISTRATOR:
        raise NotAllowed


def refuse_unless_activator(by: Actor) -> None:
    """NotAllowed unless an administrator or the finance authoriser asks."""
    if by.role not in ACTIVATORS:
        raise NotAllowed


def move(state: State, event: Event) -> State:
    """The state after an event, by MOVES; VersionMovedOn when the event cannot happen now."""
    after = MOVES[state].get(event)
    if after is None:
        raise VersionMovedOn(state=str(state))
    return after


def may_move(state: State, event: Event) -> bool:
    """Whether the event can happen now."""
    return event in MOVES[state]


def first_day(document: ReadDocument, asked: date | None) -> date:
    """The first day of a draft: what was asked for, or what the document says of itself.

    InvalidFields when neither says one, or the two differ.
    """
    written = document.settings.valid_from
    if asked is None and written is None:
        raise InvalidFields({"valid_from": _("Say from which day on the version holds.")})
    if asked is not None and written is not None and asked != written:
        sentence = _("The document says {day} in settings.valid_from. Write the same day in both.")
        raise InvalidFields({"valid_from": sentence.format(day=written)})
    day = asked or written
    assert day is not None
    return day


def refuse_other_scheme(document: ReadDocument, code: str) -> None:
    """OtherScheme when the document names another scheme than it was sent to."""
    if document.code != code:
        raise OtherScheme(named=document.code)


def refuse_other_author(version: HeldVersion, by: Actor) -> None:
    """NotYourDraft for anybody but who drafted the version."""
    if version.drafted_by != by.account:
        raise NotYourDraft


def refuse_own(version: HeldVersion, by: Actor) -> None:
    """ActivatesOwnDraft for who drafted the version."""
    if version.drafted_by == by.account:
        raise ActivatesOwnDraft


def refuse_unread(version: HeldVersion, shown_sha256: str) -> None:
    """DocumentChanged unless the document is the one that was shown, by its SHA-256 in digits."""
    if not compare_digest(version.document_sha256.hex().encode(), shown_sha256.encode()):
        raise DocumentChanged


def refuse_flawed(findings: Sequence[Finding] | None) -> None:
    """VersionFlawed when a check found anything."""
    if findings:
        raise VersionFlawed(findings)


def replaced_by(version: HeldVersion, others: Sequence[HeldVersion]) -> HeldVersion | None:
    """The version whose days end where this one's begin, if any.

    BeginsTooEarly when one that was activated begins on this version's first day or later.
    """
    in_force = [one for one in others if one.state in IN_FORCE and one.id != version.id]
    if any(one.valid_from >= version.valid_from for one in in_force):
        raise BeginsTooEarly
    return next((one for one in in_force if one.valid_until is None), None)


def compared_with(version: SchemeVersion, others: Sequence[SchemeVersion]) -> SchemeVersion | None:
    """The version that a reader compares this one with: the one in force before its first day,
    else the one drafted before it."""
    before = [
        one
        for one in others
        if one.state in IN_FORCE and one.id != version.id and one.valid_from < version.valid_from
    ]
    earlier = [one for one in others if one.number < version.number]
    return max(before, key=lambda one: one.valid_from, default=None) or max(
        earlier, key=lambda one: one.number, default=None
    )
