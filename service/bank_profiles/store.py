"""The queries of bank profiles and bank days."""

from collections.abc import Sequence
from datetime import date, datetime

from service import db
from service.bank_profiles.model import (
    BankDay,
    BankProfile,
    KeptDay,
    OurAccount,
    Specification,
    Transliteration,
)
from service.db import Connection
from service.ids import AccountId, BankProfileId, new_id

SQL = db.load("bank_profiles")


async def get_profile_in_use(tx: Connection) -> BankProfile:
    """The version that orders are written by now."""
    return await db.fetch_one(tx, SQL["get_profile_in_use"], BankProfile)


async def get_profile(tx: Connection, profile_id: BankProfileId) -> BankProfile:
    """One version."""
    return await db.fetch_one(tx, SQL["get_profile"], BankProfile, profile_id=profile_id)


async def lock_profile(tx: Connection, profile_id: BankProfileId) -> BankProfile:
    """One version, held until the transaction ends."""
    return await db.fetch_one(tx, SQL["lock_profile"], BankProfile, profile_id=profile_id)


async def list_profiles(tx: Connection) -> list[BankProfile]:
    """The newest hundred versions."""
    return await db.fetch_all(tx, SQL["list_profiles"], BankProfile)


async def list_our_accounts(tx: Connection) -> list[OurAccount]:
    """The accounts that statements may be of, retired ones too."""
    return await db.fetch_all(tx, SQL["list_our_accounts"], OurAccount)


async def list_transliteration(
    tx: Connection, profile_id: BankProfileId | None
) -> list[Transliteration]:
    """How letters are written for a profile: its own rows and the shared ones."""
    return await db.fetch_all(
        tx, SQL["list_transliteration"], Transliteration, profile_id=profile_id
    )


async def insert_profile(
    tx: Connection,
    profile_id: BankProfileId,
    wanted: Specification,
    *,
    proposed_by: AccountId,
    at: datetime,
) -> None:
    """Keeps a proposal under the next number of its name."""
    await db.execute(
        tx,
        SQL["insert_profile"],
        profile_id=profile_id,
        proposed_by=proposed_by,
        at=at,
        name=wanted.name,
        debtor_name=wanted.debtor_name,
        debtor_iban=wanted.debtor_iban,
        debtor_bic=wanted.debtor_bic,
        version=wanted.version,
        service_level=wanted.service_level,
        charge_bearer=wanted.charge_bearer,
        purpose=wanted.purpose,
        category_purpose=wanted.category_purpose,
        address_form=wanted.address_form,
        is_batch_booked=wanted.is_batch_booked,
        letters=wanted.letters,
        payments_per_file_max=wanted.payments_per_file_max,
        file_cents_max=wanted.file_cents_max,
        payment_cents_max=wanted.payment_cents_max,
        payee_cents_max=wanted.payee_cents_max,
        cut_off=wanted.cut_off,
        days_ahead_max=wanted.days_ahead_max,
    )


async def insert_transliteration(
    tx: Connection, profile_id: BankProfileId, table: Sequence[Transliteration]
) -> int:
    """Keeps the letters that a profile writes in its own way."""
    return await db.execute(
        tx,
        SQL["insert_transliteration"],
        profile_id=profile_id,
        letters=[one.letter for one in table],
        written_as=[one.written_as for one in table],
    )


async def mark_in_use_retired(tx: Connection, *, at: datetime) -> int:
    """Ends the use of the version in use."""
    return await db.execute(tx, SQL["mark_in_use_retired"], at=at)


async def record_confirmation(
    tx: Connection, profile_id: BankProfileId, *, confirmed_by: AccountId, at: datetime
) -> int:
    """Puts a proposal in use; 0 when it is none."""
    return await db.execute(
        tx, SQL["record_confirmation"], profile_id=profile_id, confirmed_by=confirmed_by, at=at
    )


async def record_refusal(
    tx: Connection, profile_id: BankProfileId, *, refused_by: AccountId, at: datetime
) -> int:
    """Turns a proposal down; 0 when it is none."""
    return await db.execute(
        tx, SQL["record_refusal"], profile_id=profile_id, refused_by=refused_by, at=at
    )


async def list_bank_days(tx: Connection, *, first_day: date, last_day: date) -> list[BankDay]:
    """Days from the first to the last that differ from the printed calendar."""
    return await db.fetch_all(
        tx, SQL["list_bank_days"], BankDay, first_day=first_day, last_day=last_day
    )


async def list_kept_days(tx: Connection, *, first_day: date) -> list[KeptDay]:
    """Days from the first on that differ from the printed calendar, with their reasons."""
    return await db.fetch_all(tx, SQL["list_kept_days"], KeptDay, first_day=first_day)


async def record_bank_day(tx: Connection, day: KeptDay) -> int:
    """Says of a day that it is closed or open, whatever was said before."""
    return await db.execute(
        tx,
        SQL["record_bank_day"],
        day_id=new_id(),
        falls_on=day.falls_on,
        is_closed=day.is_closed,
        reason=day.reason,
    )


async def delete_bank_day(tx: Connection, falls_on: date) -> int:
    """Lets the printed calendar hold again for a day; 0 when it did."""
    return await db.execute(tx, SQL["delete_bank_day"], falls_on=falls_on)
