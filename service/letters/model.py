"""The nouns of letters: what they are about, to whom, what stands on the paper, and who read it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from service.i18n import N_
from service.ids import AccountId, CandidateId, EmployerId, LetterId, OfficeId
from service.period import Month


class Kind(StrEnum):
    """What a letter is."""

    AGREEMENT = "agreement"
    PLACEMENT = "placement"
    APPEAL = "appeal"
    STATEMENT = "statement"
    RECOVERY = "recovery"
    ELIGIBILITY = "eligibility"


class Addressee(StrEnum):
    """To whom a letter goes; an agreement goes to all its parties."""

    EMPLOYER = "employer"
    CANDIDATE = "candidate"
    PARTIES = "parties"


class Decision(StrEnum):
    """What may be appealed, each with its own days and body."""

    PLACEMENT = "placement"
    RECOVERY = "recovery"
    APPEAL = "appeal"
    ELIGIBILITY = "eligibility"


class Door(StrEnum):
    """How somebody came to read a letter."""

    PAGE = "page"
    PDF = "pdf"
    API = "api"


KIND_WORDS: Mapping[Kind, str] = {
    Kind.AGREEMENT: N_("Agreement on a subsidised employment"),
    Kind.PLACEMENT: N_("Decision on a placement"),
    Kind.APPEAL: N_("Decision on an appeal"),
    Kind.STATEMENT: N_("Payment statement"),
    Kind.RECOVERY: N_("Notice of recovery"),
    Kind.ELIGIBILITY: N_("Decision on eligibility"),
}
DOOR_WORDS: Mapping[Door, str] = {
    Door.PAGE: N_("read on the page"),
    Door.PDF: N_("PDF taken from the page"),
    Door.API: N_("by the programming interface"),
}


class Subject(msgspec.Struct, frozen=True):
    """What a letter is about: `id` is of an agreement, placement, recovery or payee, or of one of
    the decisions on eligibility of a moment; the month is that of a statement."""

    kind: Kind
    id: UUID
    month: Month | None = None


class Pair(msgspec.Struct, frozen=True):
    """A label and what it labels."""

    label: str
    value: str


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table: its last columns, so many as `numbers`, are amounts; `total` is its last row.

    The column `wide`, counted from 0, takes the room that the others leave.
    """

    caption: str
    head: list[str]
    rows: list[list[str]]
    numbers: int = 0
    wide: int = 0
    total: list[str] = []


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading and what follows: sentences, pairs, a table, a list, a text word for word."""

    heading: str
    level: int = 2
    paragraphs: list[str] = []
    pairs: list[Pair] = []
    table: Table | None = None
    items: list[str] = []
    verbatim: str = ""
    verbatim_language: str = ""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """All that a letter says, in one language; `mark` is what a draft is marked with."""

    language: str
    title: str
    mark: str
    sender: list[str]
    recipient: list[str]
    sections: list[Section]


class Addressed(msgspec.Struct, frozen=True, kw_only=True):
    """A letter before it is kept: what it is about, who may read it, and what it says."""

    subject: Subject
    about: str
    addressee: Addressee
    employer_id: EmployerId | None
    candidate_id: CandidateId | None
    office_id: OfficeId | None
    is_draft: bool
    paper: Paper


class NewLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter to keep, with its sealed paper and PDF; an index of what it says finds it again."""

    id: LetterId
    reference: str
    addressed: Addressed
    content_index: bytes
    paper_sealed: bytes
    pdf_sealed: bytes
    sha256: bytes


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that was made, as lists show it; `about` is the reference or month of its subject.

    The candidate's name is there for whom the candidate is to be seen by.
    """

    id: LetterId
    reference: str
    kind: Kind
    language: str
    about: str
    addressee: Addressee
    employer_name: str | None
    candidate_name: str | None
    is_draft: bool
    sha256: bytes
    made_at: datetime
    made_by: AccountId
    made_by_name: str

    @property
    def recipient(self) -> str:
        """The names it went to."""
        return ", ".join(name for name in (self.candidate_name, self.employer_name) if name)

    @property
    def file_name(self) -> str:
        """A name for the file that says nothing of anybody."""
        return f"{self.reference}.pdf"


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A letter to be printed and kept, unless one that says the same was `kept` before."""

    id: LetterId
    reference: str
    addressed: Addressed
    content_index: bytes
    kept: Letter | None


class Sealed(msgspec.Struct, frozen=True):
    """What is sealed of a letter."""

    paper_sealed: bytes
    pdf_sealed: bytes
    sha256: bytes
    made_at: datetime


class Reading(msgspec.Struct, frozen=True):
    """Somebody read a letter or took it out of Ura."""

    door: Door
    read_at: datetime
    read_by_name: str
