"""The demo country as tables: columns and records ready to copy, with what is secret sealed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import msgspec
from msgspec.structs import asdict

from service.actor import Right, Role
from service.candidates import sensitive as sealed_facts
from service.candidates.model import Characteristic, ReferralSource, Sensitive
from service.contacts.actions import SEALED_BYTES as CONTACT_BYTES
from service.contacts.model import Reached
from service.crypto import Sealer
from service.demo import model
from service.demo.model import Country
from service.i18n import N_
from service.ids import CandidateId, OfficeId
from service.period import Period

Record = dict[str, object]
# The printed passwords suffice: nobody has a phone in an invented country.
FACTOR_IDS = {
    Role.FINANCE_OFFICER: UUID("01900000-0000-7000-8000-00000000d0d1"),
    Role.FINANCE_AUTHORISER: UUID("01900000-0000-7000-8000-00000000d0d2"),
}
WHY_WITHOUT = N_("The demo country: the printed passwords are to suffice.")


class BudgetAccounts(msgspec.Struct, frozen=True):
    """The budget line of a scheme and the two accounts between which money is set aside."""

    scheme_id: Any
    budget_line_id: Any
    appropriation_id: Any
    committed_id: Any
    left_cents: int


class Table(msgspec.Struct, frozen=True):
    """The records of one table, in the order of its columns."""

    name: str
    columns: Sequence[str]
    records: Sequence[Sequence[object]]


def tables(
    country: Country,
    *,
    password_hashes: Mapping[str, str],
    budget: Sequence[BudgetAccounts],
    sealer: Sealer,
) -> Iterator[Table]:
    """Every table in an order in which each row finds the rows it refers to."""
    staff = [person for person in country.people if person.employer_id is None]
    others = [person for person in country.people if person.employer_id is not None]
    lines = {line.scheme_id: line for line in budget}
    yield _table("account", (_account(person, password_hashes) for person in staff))
    yield _table("employer", map(asdict, country.employers))
    yield _table("account", (_account(person, password_hashes) for person in others))
    yield _table("employer_right", map(_chief, others))
    yield _table("second_factor_rule", map(_without_factor, FACTOR_IDS.items()))
    yield _table("candidate", (_candidate(row, sealer) for row in country.candidates))
    yield _table("candidate_sensitive", (_sensitive(row, sealer) for row in country.sensitive))
    yield _table("bank_account", (_bank_account(row, sealer) for row in country.bank_accounts))
    yield _table("placement", map(asdict, country.placements))
    yield _table("placement_match", map(asdict, country.matches))
    yield _table("agreement", map(asdict, country.agreements))
    yield _table("agreement_dates", map(asdict, country.dates))
    yield _table("agreement_signature", map(asdict, country.signatures))
    yield _table("agreement_suspension", map(asdict, country.suspensions))
    yield _table("agreement_event", map(asdict, country.happenings))
    yield _table("attendance", map(asdict, country.attendance))
    yield _table("outcome", map(asdict, country.outcomes))
    yield _table("candidate_contact", (_contact(row, sealer) for row in country.contacts))
    yield _table("candidate_consent", map(asdict, country.consents))
    yield _table("eligibility", map(asdict, country.eligibility))
    yield _table("visit", map(asdict, country.visits))
    yield _table("handover", map(asdict, country.handovers))
    yield _table("sensitive_read", map(asdict, country.readings))
    yield _table("elsewhere_look", map(asdict, country.looks))
    yield _table(
        "transfer", (_commitment(row, lines[row.scheme_id]) for row in country.commitments)
    )


def _table(name: str, records: Iterable[Record]) -> Table:
    listed = list(records)
    columns = list(listed[0]) if listed else []
    return Table(name, columns, [[_stored(value) for value in row.values()] for row in listed])


def _stored(value: object) -> object:
    """Periods become ranges; everything else travels as it is."""
    if isinstance(value, Period):
        return asyncpg.Range(value.start, value.end)
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], date):
        return asyncpg.Range(value[0], value[1])
    return value


def _account(person: model.Employment, password_hashes: Mapping[str, str]) -> Record:
    return asdict(person) | {"password_hash": password_hashes[person.role]}


def _chief(person: model.Employment) -> Record:
    """The one person of each firm of the demo country may do everything for it."""
    return {
        "id": uuid5(person.id, "chief"),
        "account_id": person.id,
        "employer_id": person.employer_id,
        "right_code": Right.CHIEF,
        "granted_at": person.created_at,
    }


def _without_factor(rule: tuple[Role, UUID]) -> Record:
    return {
        "id": rule[1],
        "role": rule[0],
        "valid_from": date(2024, 1, 2),
        "is_required": False,
        "source": WHY_WITHOUT,
    }


def _candidate(row: model.Candidate, sealer: Sealer) -> Record:
    record = asdict(row)
    number = record.pop("personal_number")
    return record | {
        "personal_number_sealed": sealer.seal(
            number.encode(), table="candidate", column="personal_number_sealed", row_id=row.id
        ),
        "personal_number_index": sealer.blind_index("personal_number", number),
    }


def _sensitive(row: model.Sensitive, sealer: Sealer) -> Record:
    facts = Sensitive(
        [Characteristic(one) for one in row.characteristics], ReferralSource(row.referral_source)
    )
    return {
        "id": row.id,
        "office_id": row.office_id,
        "sealed": sealed_facts.seal(sealer, CandidateId(row.id), facts),
        "blind_indexes": sealed_facts.blind_indexes(sealer, OfficeId(row.office_id), facts),
        "written_at": row.written_at,
        "written_by": row.written_by,
    }


def _bank_account(row: model.BankAccount, sealer: Sealer) -> Record:
    record = asdict(row)
    iban = record.pop("iban")
    return record | {
        "iban_sealed": sealer.seal(
            iban.encode(), table="bank_account", column="iban_sealed", row_id=row.id
        ),
        "iban_index": sealer.blind_index("iban", iban),
        "iban_last4": iban[-4:],
    }


def _contact(row: model.Contact, sealer: Sealer) -> Record:
    reached = Reached(phone=row.phone, email=row.email, address="")
    return {
        "id": row.id,
        "language": row.language,
        "sealed": sealer.seal(
            msgspec.json.encode(reached).ljust(CONTACT_BYTES),
            table="candidate_contact",
            column="sealed",
            row_id=row.id,
        ),
        "written_at": row.written_at,
        "written_by": row.written_by,
    }


def _commitment(row: model.Commitment, line: BudgetAccounts) -> Record:
    return {
        "id": row.id,
        "budget_line_id": line.budget_line_id,
        "debit_account_id": line.committed_id,
        "credit_account_id": line.appropriation_id,
        "amount_cents": row.amount_cents,
        "reason": "committed",
        "source_type": "agreement",
        "source_id": row.agreement_id,
        "agreement_id": row.agreement_id,
        "effective_on": row.effective_on,
        "recorded_at": row.recorded_at,
    }
