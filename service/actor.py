"""Who is acting: a role that says what may be done, and the office or employer that bounds it."""

from enum import StrEnum

import msgspec

from service.ids import (
    AccountId,
    AgreementId,
    CandidateId,
    CandidateLinkId,
    EmployerId,
    OfficeId,
)


class Role(StrEnum):
    """What an account is for; `system` is the jobs, `anonymous` anybody before signing in.

    A `candidate` has no account: whoever holds a link acts as the candidate it was made for.
    """

    CASE_OFFICER = "case_officer"
    EMPLOYER = "employer"
    FINANCE_OFFICER = "finance_officer"
    FINANCE_AUTHORISER = "finance_authoriser"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    CANDIDATE = "candidate"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


class Scope(StrEnum):
    """What an API token may be used for; `money` is payouts and bank files."""

    READ = "read"
    WRITE = "write"
    MONEY = "money"


class Right(StrEnum):
    """What one of an employer's people may do for it; a chief may do everything."""

    CHIEF = "chief"
    REPORTER = "reporter"
    SIGNATORY = "signatory"
    ACCOUNTANT = "accountant"


class Actor(msgspec.Struct, frozen=True):
    """The person or job behind one transaction.

    Whose role asks for a second factor and who has none has no scope until one is set up.
    """

    role: Role
    account_id: AccountId | None = None
    name: str = ""
    office_id: OfficeId | None = None
    employer_id: EmployerId | None = None
    candidate_id: CandidateId | None = None
    agreement_id: AgreementId | None = None
    link_id: CandidateLinkId | None = None
    language: str = "en"
    scopes: frozenset[Scope] = frozenset(Scope)
    rights: frozenset[Right] = frozenset(Right)
    must_enrol: bool = False

    def has_right(self, right: Right) -> bool:
        """Whether this person may do something for their firm; rights bind employers only."""
        return self.role is not Role.EMPLOYER or bool(self.rights & {right, Right.CHIEF})

    @property
    def account(self) -> AccountId:
        """The account of a person; a job has none, so asking is a bug."""
        assert self.account_id is not None, f"{self.role} acts without an account"
        return self.account_id

    @property
    def office(self) -> OfficeId:
        """The office of a case officer."""
        assert self.office_id is not None, f"{self.role} has no office"
        return self.office_id

    @property
    def employer(self) -> EmployerId:
        """The employer of a representative."""
        assert self.employer_id is not None, f"{self.role} has no employer"
        return self.employer_id

    @property
    def link(self) -> CandidateLinkId:
        """The link by which a candidate acts."""
        assert self.link_id is not None, f"{self.role} holds no link"
        return self.link_id


SYSTEM = Actor(role=Role.SYSTEM, name="system")
ANONYMOUS = Actor(role=Role.ANONYMOUS, scopes=frozenset())
