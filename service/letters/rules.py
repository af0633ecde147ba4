"""Who may have which letter made, in which language, and what there is to write about."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from service.actor import Actor, Role
from service.i18n import LANGUAGES, N_, _
from service.letters.model import Kind, Paper, Subject
from service.period import InvalidMonth, parse_month
from service.problems import InvalidFields, NotAllowed, NotFound, Problem

OFFICIAL_LANGUAGE = "sq"
FINANCE = frozenset({Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER})
MAKERS: Mapping[Kind, frozenset[Role]] = {
    Kind.AGREEMENT: frozenset({Role.CASE_OFFICER, Role.EMPLOYER}),
    Kind.PLACEMENT: frozenset({Role.CASE_OFFICER, Role.EMPLOYER}),
    Kind.APPEAL: FINANCE | {Role.EMPLOYER},
    Kind.RECOVERY: FINANCE | {Role.EMPLOYER},
    Kind.STATEMENT: FINANCE | {Role.EMPLOYER, Role.CASE_OFFICER},
    Kind.ELIGIBILITY: frozenset({Role.CASE_OFFICER}),
}


class NotDecidedYet(Problem):
    """There is no letter about a decision that was not taken."""

    slug = "letter-not-decided-yet"
    title = N_("This is not decided yet, so there is no letter about it. Come back afterwards.")
    status = 409


class NothingInMonth(Problem):
    """Nothing was paid to a payee, or computed for it, in a month."""

    slug = "letter-nothing-in-month"
    title = N_("Nothing was computed or paid for this payee in this month. Choose another month.")
    status = 409


class NoRemedyInForce(Problem):
    """Nobody has said where such a decision can be appealed."""

    slug = "letter-no-remedy"
    title = N_(
        "No rule says where this decision can be appealed. Ask an administrator to load the "
        "country's rules."
    )
    status = 409


def check_may_make(by: Actor, kind: Kind) -> None:
    """NotAllowed for whom such a letter is not to make."""
    if by.role not in MAKERS[kind]:
        raise NotAllowed


def read_subject(kind: str, subject: str, month: str) -> Subject:
    """What a letter is asked about; NotFound for what is none, InvalidFields for a month."""
    try:
        asked, subject_id = Kind(kind), UUID(subject)
    except ValueError:
        raise NotFound from None
    if asked is not Kind.STATEMENT:
        return Subject(asked, subject_id)
    try:
        return Subject(asked, subject_id, parse_month(month))
    except InvalidMonth as wrong:
        raise InvalidFields({"month": wrong.sentence()}) from wrong


def choose_language(chosen: str | None, spoken: Sequence[str]) -> str:
    """The chosen language, else the first of the reader's that Ura writes, else Albanian.

    InvalidFields for a choice that Ura does not write.
    """
    if chosen:
        if chosen not in LANGUAGES:
            raise InvalidFields({"language": _("Choose one of the languages.")})
        return chosen
    return next((code for code in spoken if code in LANGUAGES), OFFICIAL_LANGUAGE)


def content_of(subject: Subject, paper: Paper) -> str:
    """All that makes two letters the same: what they are about, and every word they say."""
    return msgspec.json.encode([subject, paper]).decode()
