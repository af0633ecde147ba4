"""A firm as nouns, and what an officer writes of it."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from service.ids import AccountId, BankAccountId, EmployerId

Text = Annotated[str, msgspec.Meta(max_length=500)]

# Divisions of NACE Rev. 2 (Regulation 1893/2006), which Kosovo's classification follows.
NACE_DIVISIONS = frozenset(
    f"{division:02}"
    for first, last in (
        (1, 3), (5, 9), (10, 33), (35, 35), (36, 39), (41, 43), (45, 47), (49, 53), (55, 56),
        (58, 63), (64, 66), (68, 68), (69, 75), (77, 82), (84, 84), (85, 85), (86, 88), (90, 93),
        (94, 96), (97, 98), (99, 99),
    )
    for division in range(first, last + 1)
)  # fmt: skip


class Firm(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of a firm that may change, each of them fit to be kept."""

    legal_name: str
    sector_nace: str
    headcount: int
    representative_name: str
    municipality_code: str


class Employer(Firm, frozen=True, kw_only=True):
    """A registered firm."""

    id: EmployerId
    business_number: str
    registered_at: datetime
    registered_by: AccountId | None


class Registered(msgspec.Struct, frozen=True):
    """What a registration led to."""

    employer: Employer
    bank_account_id: BankAccountId | None


class FirmForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The facts of a firm as they were typed; the sector is a NACE code, such as 43.21."""

    legal_name: Text
    sector_nace: Text
    headcount: int | None
    representative_name: Text
    municipality_code: Text


class RegistrationForm(FirmForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A registration as it was typed; the account, if any, waits for a second person."""

    business_number: Text
    iban: Text | None = None
    account_holder: Text | None = None


class ChangeForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The facts to change; what is left out stays as it is."""

    legal_name: Text | UnsetType = UNSET
    sector_nace: Text | UnsetType = UNSET
    headcount: int | UnsetType = UNSET
    representative_name: Text | UnsetType = UNSET
    municipality_code: Text | UnsetType = UNSET
