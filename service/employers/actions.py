"""Registering firms, finding them and changing what is known of them."""

from datetime import datetime

import msgspec

from service import db
from service.actor import Actor
from service.answers import tidy
from service.bank_accounts import actions as bank_accounts
from service.bank_accounts.model import Owner
from service.crypto import Sealer
from service.db import Connection
from service.employers import rules, store
from service.employers.model import ChangeForm, Employer, Registered, RegistrationForm
from service.employers.rules import BusinessNumberTaken
from service.ids import BankAccountId, EmployerId, new_id
from service.lists import Found, Wanted
from service.names import search_patterns
from service.offices.actions import list_municipalities

BY_NAME = Wanted("name", at_most=100, counts=False)


async def register_employer(
    tx: Connection, form: RegistrationForm, *, by: Actor, at: datetime, sealer: Sealer
) -> Registered:
    """Registers a firm and proposes its account; InvalidFields, BusinessNumberTaken."""
    rules.check_registration(form, await _municipality_codes(tx))
    employer = Employer(
        id=EmployerId(new_id()),
        business_number=rules.read_business_number(form.business_number),
        registered_at=at,
        registered_by=by.account,
        **msgspec.structs.asdict(rules.read_firm(form)),
    )
    with db.refusing(employer_once_per_business_number=BusinessNumberTaken):
        await store.insert_employer(tx, employer)
    account_id = await _propose(tx, employer, form, by=by, at=at, sealer=sealer)
    return Registered(employer, account_id)


async def get_employer(tx: Connection, employer_id: EmployerId, *, by: Actor) -> Employer:
    """One firm; an employer sees their own. NotFound, NotAllowed."""
    rules.check_may_see(employer_id, by)
    return await store.get_employer(tx, employer_id)


async def list_employers(
    tx: Connection, wanted: Wanted = BY_NAME, *, name: str | None = None, sector: str | None = None
) -> Found[Employer]:
    """A page of the firms with every word of a name as a part of theirs, by NACE division."""
    patterns = search_patterns(name or "") or None
    return await store.list_employers(tx, wanted, name_patterns=patterns, sector=sector)


async def change_employer(tx: Connection, employer_id: EmployerId, form: ChangeForm) -> Employer:
    """Changes what is named of a firm; NotFound, InvalidFields."""
    employer = await store.lock_employer(tx, employer_id)
    firm = rules.changed(employer, form, await _municipality_codes(tx))
    await store.record_change(tx, employer_id, firm)
    return await store.get_employer(tx, employer_id)


async def _municipality_codes(tx: Connection) -> list[str]:
    return [municipality.code for municipality in await list_municipalities(tx)]


async def _propose(
    tx: Connection,
    employer: Employer,
    form: RegistrationForm,
    *,
    by: Actor,
    at: datetime,
    sealer: Sealer,
) -> BankAccountId | None:
    if not (form.iban or "").strip():
        return None
    proposed = await bank_accounts.propose_account(
        tx,
        Owner.employer(employer.id),
        iban=form.iban or "",
        holder_name=tidy(form.account_holder or "") or employer.legal_name,
        by=by,
        at=at,
        sealer=sealer,
    )
    return proposed.id
