"""Questions to candidates and the links that lead to them, as nouns."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec

from service.i18n import N_
from service.ids import (
    AccountId,
    AgreementId,
    AttendanceId,
    CandidateId,
    CandidateLinkId,
    EmployerId,
    MailId,
    QuestionId,
)
from service.mail.model import MailKind, MailState


class Purpose(StrEnum):
    """What a candidate is asked."""

    SIGN_AGREEMENT = "sign_agreement"
    CONFIRM_MONTH = "confirm_month"
    FOLLOW_UP = "follow_up"


class Reach(StrEnum):
    """How a candidate is reached: by mail, or by a code on paper without address or wish."""

    UNDECIDED = "undecided"
    MAIL = "mail"
    PAPER = "paper"


class LinkEvent(StrEnum):
    """What happened to a link; each leaves a row."""

    OPENED = "opened"
    LOOKED = "looked"
    USED = "used"
    REFUSED = "refused"
    WRONG_BIRTH_DATE = "wrong_birth_date"


PURPOSE_WORDS: Mapping[Purpose, str] = {
    Purpose.SIGN_AGREEMENT: N_("Sign the agreement"),
    Purpose.CONFIRM_MONTH: N_("Say whether the month is right"),
    Purpose.FOLLOW_UP: N_("Say where they stand"),
}
REACH_WORDS: Mapping[Reach, str] = {
    Reach.UNDECIDED: N_("Not asked yet"),
    Reach.MAIL: N_("By e-mail"),
    Reach.PAPER: N_("On paper"),
}
LIFE: Mapping[Purpose, timedelta] = {
    Purpose.SIGN_AGREEMENT: timedelta(days=30),
    Purpose.CONFIRM_MONTH: timedelta(days=30),
    Purpose.FOLLOW_UP: timedelta(days=45),
}
MAIL_KINDS: Mapping[Purpose, tuple[MailKind, MailKind]] = {  # the first mail, and a reminder
    Purpose.SIGN_AGREEMENT: (MailKind.SIGN_AGREEMENT, MailKind.SIGN_REMINDER),
    Purpose.CONFIRM_MONTH: (MailKind.CONFIRM_MONTH, MailKind.CONFIRM_REMINDER),
    Purpose.FOLLOW_UP: (MailKind.FOLLOW_UP, MailKind.FOLLOW_UP_REMINDER),
}
SESSION_LIFE = timedelta(hours=1)
MAILS_MAX = 3
SIGNING_MAILS_MAX = 5
BETWEEN_MAILS = timedelta(days=3)
BETWEEN_LAST_MAILS = timedelta(hours=20)  # when work begins within LAST_DAYS
LAST_DAYS = 3


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a candidate has to be asked and was not yet."""

    purpose: Purpose
    agreement_id: AgreementId
    candidate_id: CandidateId
    attendance_id: AttendanceId | None
    months_after: int | None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a candidate is asked, with what a mail about it says."""

    id: QuestionId
    purpose: Purpose
    agreement_id: AgreementId
    candidate_id: CandidateId
    attendance_id: AttendanceId | None
    months_after: int | None
    reach: Reach
    mail_count: int
    last_mailed_at: datetime | None
    reference: str
    starts_on: date
    month: date | None
    given_name: str
    candidate_languages: list[str]
    office_name_sq: str
    office_name_sr: str
    refuses_mail: bool
    is_answered: bool


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question in an office's list, with the newest link that leads to it."""

    id: QuestionId
    purpose: Purpose
    agreement_id: AgreementId
    reference: str
    candidate_name: str
    employer_name: str
    month: date | None
    months_after: int | None
    raised_at: datetime
    reach: Reach
    mail_count: int
    last_mailed_at: datetime | None
    is_answered: bool


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A link as the office sees it: never its secret."""

    id: CandidateLinkId
    is_code: bool
    mail_state: MailState | None
    issued_at: datetime
    issued_by_name: str | None
    expires_at: datetime
    opened_at: datetime | None
    look_count: int
    used_at: datetime | None
    revoked_at: datetime | None


class NewLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link to write down: the hash of its token or the index of its code."""

    id: CandidateLinkId
    question_id: QuestionId
    token_hash: bytes | None
    code_index: bytes | None
    mail_id: MailId | None
    issued_at: datetime
    issued_by: AccountId | None
    expires_at: datetime


class Presented(msgspec.Struct, frozen=True):
    """A link that somebody opens by its token."""

    id: CandidateLinkId
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class PresentedCode(msgspec.Struct, frozen=True):
    """A link that somebody opens by its code, and whether the date of birth fits."""

    id: CandidateLinkId
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    is_born_then: bool

    def presented(self) -> Presented:
        """The link alone."""
        return Presented(self.id, self.expires_at, self.used_at, self.revoked_at)


class Holder(msgspec.Struct, frozen=True):
    """Whom a live link speaks for, about what, and in which languages, the wished one first."""

    link_id: CandidateLinkId
    question_id: QuestionId
    candidate_id: CandidateId
    agreement_id: AgreementId
    languages: list[str]


class HeldLink(msgspec.Struct, frozen=True):
    """A link that is being used or revoked."""

    id: CandidateLinkId
    question_id: QuestionId
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class Printed(msgspec.Struct, frozen=True):
    """What goes on the paper: the code, shown this once, and until when it serves."""

    code: str
    question: Question
    expires_at: datetime


class UnsignedByEmployer(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement that waits for its employer, and one of those who can sign for it."""

    agreement_id: AgreementId
    reference: str
    employer_id: EmployerId
    account_id: AccountId
    email: str
    name: str
    language: str
    starts_on: date
    reminder_count: int
    last_at: datetime
