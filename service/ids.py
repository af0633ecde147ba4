"""Identifiers: one type per kind of row, and the short references people write down."""

import os
import time
from typing import NewType
from uuid import UUID

from asyncpg.pgproto import pgproto

AccountId = NewType("AccountId", UUID)
OfficeId = NewType("OfficeId", UUID)
CandidateId = NewType("CandidateId", UUID)
EmployerId = NewType("EmployerId", UUID)
BankAccountId = NewType("BankAccountId", UUID)
DraftId = NewType("DraftId", UUID)
VisitId = NewType("VisitId", UUID)
ReferralId = NewType("ReferralId", UUID)
HandoverId = NewType("HandoverId", UUID)
SchemeId = NewType("SchemeId", UUID)
SchemeVersionId = NewType("SchemeVersionId", UUID)
PlacementId = NewType("PlacementId", UUID)
MatchId = NewType("MatchId", UUID)
AgreementId = NewType("AgreementId", UUID)
SuspensionId = NewType("SuspensionId", UUID)
AttendanceId = NewType("AttendanceId", UUID)
RunId = NewType("RunId", UUID)
InstalmentId = NewType("InstalmentId", UUID)
CheckRunId = NewType("CheckRunId", UUID)
CheckOverrideId = NewType("CheckOverrideId", UUID)
HoldId = NewType("HoldId", UUID)
PayoutId = NewType("PayoutId", UUID)
PayoutLineId = NewType("PayoutLineId", UUID)
PayoutNettingId = NewType("PayoutNettingId", UUID)
ReviewId = NewType("ReviewId", UUID)
RecoveryId = NewType("RecoveryId", UUID)
RecoveryPaymentId = NewType("RecoveryPaymentId", UUID)
WriteOffId = NewType("WriteOffId", UUID)
DismissalId = NewType("DismissalId", UUID)
BankEntryId = NewType("BankEntryId", UUID)
PayoutActId = NewType("PayoutActId", UUID)
ApprovalRuleId = NewType("ApprovalRuleId", UUID)
FreezePeriodId = NewType("FreezePeriodId", UUID)
BankFileId = NewType("BankFileId", UUID)
BankProfileId = NewType("BankProfileId", UUID)
AttemptId = NewType("AttemptId", UUID)
EntryId = NewType("EntryId", UUID)
ResolutionId = NewType("ResolutionId", UUID)
AccountHoldId = NewType("AccountHoldId", UUID)
AlarmId = NewType("AlarmId", UUID)
ReissueRequestId = NewType("ReissueRequestId", UUID)
RecallId = NewType("RecallId", UUID)
BudgetLineId = NewType("BudgetLineId", UUID)
DonorId = NewType("DonorId", UUID)
AppropriationId = NewType("AppropriationId", UUID)
LinkId = NewType("LinkId", UUID)
DeclarationId = NewType("DeclarationId", UUID)
LedgerAccountId = NewType("LedgerAccountId", UUID)
TransferId = NewType("TransferId", UUID)
OutcomeId = NewType("OutcomeId", UUID)
EligibilityId = NewType("EligibilityId", UUID)
LetterId = NewType("LetterId", UUID)
SealId = NewType("SealId", UUID)
BooksCheckId = NewType("BooksCheckId", UUID)
TokenId = NewType("TokenId", UUID)
DownloadId = NewType("DownloadId", UUID)
SessionId = NewType("SessionId", UUID)
PasswordResetId = NewType("PasswordResetId", UUID)
SecondFactorId = NewType("SecondFactorId", UUID)
RecoveryCodeId = NewType("RecoveryCodeId", UUID)
ChallengeId = NewType("ChallengeId", UUID)
ProofId = NewType("ProofId", UUID)
FactorResetId = NewType("FactorResetId", UUID)
InvitationId = NewType("InvitationId", UUID)
EmployerRightId = NewType("EmployerRightId", UUID)
RoleChangeId = NewType("RoleChangeId", UUID)
ReferenceChangeId = NewType("ReferenceChangeId", UUID)
MailId = NewType("MailId", UUID)
QuestionId = NewType("QuestionId", UUID)
CandidateLinkId = NewType("CandidateLinkId", UUID)
ContestId = NewType("ContestId", UUID)
WorkId = NewType("WorkId", UUID)
LookId = NewType("LookId", UUID)

# What RFC 9562 fixes of a byte of noise: version 7 above, the variant.
AS_VERSION = bytes(noise & 0x0F | 0x70 for noise in range(256))
AS_VARIANT = bytes(noise & 0x3F | 0x80 for noise in range(256))
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_LETTERS = 10


def new_id() -> UUID:
    """A UUID of version 7 that sorts by when it was made, to a quarter of a microsecond.

    After the milliseconds come 12 bits of their fraction (RFC 9562, 6.2, method 3), so what one
    process makes one after the other stays in that order.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    high = milliseconds << 16 | 0x7000 | (nanoseconds << 12) // 1_000_000
    low = 0b10 << 62 | int.from_bytes(os.urandom(8), "big") & (1 << 62) - 1
    return UUID(int=high << 64 | low)


def new_ids(count: int) -> list[UUID]:
    """So many at once, in ascending order: one moment serves all, their noise is drawn in one go,
    and an index takes them at its end. Of the driver's own kind, which it sends as it is."""
    moment = (time.time_ns() // 1_000_000).to_bytes(6, "big")
    noise = bytearray(os.urandom(10 * count))
    noise[::10] = noise[::10].translate(AS_VERSION)
    noise[2::10] = noise[2::10].translate(AS_VARIANT)
    drawn = sorted(bytes(noise[at : at + 10]) for at in range(0, len(noise), 10))
    return [pgproto.UUID(moment + one) for one in drawn]


def base32(number: int, letters: int) -> str:
    """The last `letters` digits of a number in Crockford's alphabet: no I, L, O or U to misread."""
    return "".join(CROCKFORD[number >> 5 * place & 31] for place in reversed(range(letters)))


def reference(prefix: str, row_id: UUID) -> str:
    """The short name of a row for letters and forms, such as `A-7K3M92QFA0`: 50 random bits."""
    return f"{prefix}-{base32(row_id.int, REFERENCE_LETTERS)}"
