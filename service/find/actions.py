"""Finding anybody and anything, as far as whoever asks may see it."""

from datetime import datetime

from service.actor import Actor, Role
from service.candidates import actions as candidates
from service.candidates.model import SoughtBy
from service.crypto import Sealer
from service.db import Connection
from service.find import rules, store
from service.find.model import (
    Found,
    FoundAgreement,
    FoundEmployer,
    FoundPayment,
    FoundPayout,
    FoundPerson,
    FoundPlacement,
    Kind,
    Sought,
)

OF_A_KIND = 20
HAS_REGISTER = frozenset({Role.CASE_OFFICER, Role.AUDITOR})
SEES_EMPLOYERS = frozenset(
    {Role.CASE_OFFICER, Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR}
)
SEES_THE_BANK = frozenset({Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER, Role.AUDITOR})
SEES_AGREEMENTS = SEES_EMPLOYERS | {Role.EMPLOYER}


async def find(tx: Connection, text: str, *, by: Actor, at: datetime, sealer: Sealer) -> Found:
    """Everything that fits what was typed, twenty of a kind at most; NothingToFind.

    That an officer was told of people of other offices is noted, without what was typed.
    """
    sought = rules.understand(text)
    people = await _people(tx, sought, by=by, sealer=sealer)
    elsewhere = [one for one in people if not one.is_seen]
    if elsewhere:
        await candidates.note_look(
            tx, len(elsewhere), sought_by=SoughtBy(sought.kind), by=by, at=at
        )
    return Found(
        people=people,
        employers=await _employers(tx, sought, by=by),
        agreements=await _agreements(tx, sought, by=by),
        placements=await _placements(tx, sought),
        payouts=await _payouts(tx, sought),
        payments=await _payments(tx, sought, by=by),
    )


async def _people(
    tx: Connection, sought: Sought, *, by: Actor, sealer: Sealer
) -> list[FoundPerson]:
    if by.role not in HAS_REGISTER or sought.kind in {Kind.BUSINESS_NUMBER, Kind.PAYMENT}:
        return []
    is_number = sought.kind is Kind.PERSONAL_NUMBER
    return await store.list_people(
        tx,
        patterns=sought.patterns,
        number_index=sealer.blind_index("personal_number", sought.number) if is_number else None,
        reference=sought.reference or None,
        elsewhere=sought.tells_of_others,
        at_most=OF_A_KIND,
    )


async def _employers(tx: Connection, sought: Sought, *, by: Actor) -> list[FoundEmployer]:
    by_number = sought.kind is Kind.BUSINESS_NUMBER
    if by.role not in SEES_EMPLOYERS or not (by_number or sought.patterns):
        return []
    return await store.list_employers(
        tx,
        patterns=sought.patterns,
        business_number=sought.number if by_number else None,
        at_most=OF_A_KIND,
    )


async def _agreements(tx: Connection, sought: Sought, *, by: Actor) -> list[FoundAgreement]:
    if by.role not in SEES_AGREEMENTS:
        return []
    if sought.kind is Kind.REFERENCE:
        return await store.list_agreements_by_reference(
            tx, reference=sought.reference, at_most=OF_A_KIND
        )
    if sought.kind is Kind.NAME and by.role is not Role.CASE_OFFICER:
        return await store.list_agreements_by_name(
            tx, patterns=sought.patterns, employer_id=by.employer_id, at_most=OF_A_KIND
        )
    return []


async def _placements(tx: Connection, sought: Sought) -> list[FoundPlacement]:
    if sought.kind is not Kind.REFERENCE:
        return []
    return await store.list_placements(tx, reference=sought.reference, at_most=OF_A_KIND)


async def _payouts(tx: Connection, sought: Sought) -> list[FoundPayout]:
    if sought.kind is not Kind.REFERENCE:
        return []
    return await store.list_payouts(tx, reference=sought.reference, at_most=OF_A_KIND)


async def _payments(tx: Connection, sought: Sought, *, by: Actor) -> list[FoundPayment]:
    if by.role not in SEES_THE_BANK or sought.kind is not Kind.PAYMENT:
        return []
    return await store.list_payments(tx, end_to_end_id=sought.reference, at_most=OF_A_KIND)
