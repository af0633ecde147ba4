"""A bank account of an employer or a candidate: proposed, then confirmed by another or refused."""

from datetime import datetime
from typing import Annotated, Self

import msgspec

from service.ids import AccountId, BankAccountId, CandidateId, EmployerId

Text = Annotated[str, msgspec.Meta(max_length=200)]


class Owner(msgspec.Struct, frozen=True):
    """Whose account it is: one employer or one candidate, never both."""

    employer_id: EmployerId | None = None
    candidate_id: CandidateId | None = None

    @classmethod
    def employer(cls, employer_id: EmployerId) -> Self:
        """An employer as owner."""
        return cls(employer_id=employer_id)

    @classmethod
    def candidate(cls, candidate_id: CandidateId) -> Self:
        """A candidate as owner."""
        return cls(candidate_id=candidate_id)


class OwnerName(msgspec.Struct, frozen=True):
    """How the owner is called, to compare with the holder of the account."""

    name: str
    is_person: bool


class ProposalForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account as somebody wrote it down; the owner is one of employer and candidate."""

    employer_id: EmployerId | None = None
    candidate_id: CandidateId | None = None
    iban: Text
    holder_name: Text


class BankAccount(msgspec.Struct, frozen=True):
    """An account with its milestones; `in_force_until` is empty while nothing follows it."""

    id: BankAccountId
    employer_id: EmployerId | None
    candidate_id: CandidateId | None
    holder_name: str
    iban_last4: str
    proposed_at: datetime
    proposed_by: AccountId
    confirmed_at: datetime | None
    confirmed_by: AccountId | None
    refused_at: datetime | None
    in_force_from: datetime | None
    in_force_until: datetime | None

    @property
    def owner(self) -> Owner:
        """Whose it is."""
        return Owner(self.employer_id, self.candidate_id)


class Waiting(msgspec.Struct, frozen=True):
    """A proposal that waits for a second person, as it is stored."""

    id: BankAccountId
    employer_id: EmployerId | None
    candidate_id: CandidateId | None
    owner_name: str
    holder_name: str
    iban_sealed: bytes
    proposed_at: datetime
    proposed_by: AccountId
    replaces_last4: str | None
    other_owners: int


class Proposal(msgspec.Struct, frozen=True):
    """A proposal with what the second person compares: the whole IBAN, and what looks odd."""

    id: BankAccountId
    employer_id: EmployerId | None
    candidate_id: CandidateId | None
    owner_name: str
    holder_name: str
    iban: str
    proposed_at: datetime
    proposed_by: AccountId
    replaces_last4: str | None
    flags: list[str]


class AccountInForce(msgspec.Struct, frozen=True):
    """The account that pays now: sealed, with the keyed fingerprint of its IBAN."""

    id: BankAccountId
    holder_name: str
    iban_sealed: bytes
    iban_index: bytes
    iban_last4: str
