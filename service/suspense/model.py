"""The nouns of suspense: an entry that waits, and what a person said it is."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from service.ids import AccountId, AttemptId, BankFileId
from service.money import Cents


class ResolutionKind(StrEnum):
    """What is said of an entry: it is one order, several, none of ours, a whole block; or that what
    was said before is taken back."""

    MATCH = "match"
    SPLIT = "split"
    EXPLAIN = "explain"
    BATCH = "batch"
    UNDO = "undo"


class Category(StrEnum):
    """What money is that is no payment of ours."""

    BANK_FEE = "bank_fee"
    INTEREST = "interest"
    TREASURY_FUNDING = "treasury_funding"
    BANK_CORRECTION = "bank_correction"
    REPAID_BY_PAYEE = "repaid_by_payee"
    FOREIGN = "foreign"
    OTHER = "other"
