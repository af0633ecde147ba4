"""Keys that are looked up once for a whole statement hold as foreign keys would."""

import asyncpg
import pytest

from service.db import connect_owner
from tests.conftest import MakeConfig

NOBODY = "'00000000-0000-7000-8000-00000000dead'"
TRANSFER = (
    "INSERT INTO transfer (id, budget_line_id, debit_account_id, credit_account_id, amount_cents,"
    " reason, source_type, source_id, agreement_id, effective_on)"
    " SELECT gen_random_uuid(), {line}, {debit}, {credit}, 1, 'committed', 'agreement',"
    " gen_random_uuid(), {agreement}::uuid, '2026-11-02' FROM ledger_account AS d"
    " JOIN ledger_account AS c ON d.budget_line_id = c.budget_line_id AND c.kind = 'treasury'"
    " JOIN ledger_account AS x ON d.budget_line_id <> x.budget_line_id AND x.kind = 'treasury'"
    " WHERE d.kind = 'appropriation' LIMIT 1"
)
OF_THE_LINE = {
    "line": "d.budget_line_id",
    "debit": "d.id",
    "credit": "c.id",
    "agreement": "NULL",
}
SOMEBODY, THE_FILE, THE_ENTRY = (
    f"'00000000-0000-7000-8000-0000000000{n}'" for n in ("a1", "f1", "e1")
)
# An account, a file and an entry of it that are there; written with the triggers asleep.
THERE = (
    "INSERT INTO account (id, email, name, role, password_hash, created_at)"
    f" VALUES ({SOMEBODY}, 'somebody@ura.example', 'Somebody', 'finance_officer', '', now())",
    "INSERT INTO bank_file (id, direction, message_type, message_id, sealed, sha256, byte_count,"
    f" recorded_at, recorded_by) VALUES ({THE_FILE}, 'in', 'camt.053', 'M', '', sha256(''), 1,"
    f" now(), {SOMEBODY})",
    "INSERT INTO bank_entry (id, bank_file_id, entry_key, kind, booking, effect, recorded_at,"
    f" recorded_by) VALUES ({THE_ENTRY}, {THE_FILE}, 'x', 'debit', 'pending', 'none', now(),"
    f" {SOMEBODY})",
)
ENTRY = (
    "INSERT INTO bank_entry (id, bank_file_id, bank_statement_id, entry_key, kind, booking,"
    " attempt_id, from_state, effect, recorded_at, recorded_by) VALUES (gen_random_uuid(), {file},"
    " {statement}, '', 'debit', 'pending', {order}, {stood}, 'none', now(), {by})"
)
OF_THE_FILE = {
    "file": THE_FILE,
    "statement": "NULL",
    "order": "NULL",
    "stood": "NULL",
    "by": SOMEBODY,
}
EVENT = (
    "INSERT INTO attempt_event (id, attempt_id, bank_entry_id, suspense_resolution_id, said,"
    " from_state, to_state, happened_at, recorded_by) VALUES"
    f" (gen_random_uuid(), {NOBODY}, {{entry}}, {{resolution}}, 'none', 'sent', 'sent', now(),"
    " {by})"
)
OF_THE_ENTRY = {"entry": THE_ENTRY, "resolution": "NULL", "by": SOMEBODY}


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (TRANSFER.format(**OF_THE_LINE | {"line": NOBODY}), "transfer_debit_in_line"),
        (TRANSFER.format(**OF_THE_LINE | {"debit": "x.id"}), "transfer_debit_in_line"),
        (TRANSFER.format(**OF_THE_LINE | {"credit": "x.id"}), "transfer_credit_in_line"),
        (
            TRANSFER.format(**OF_THE_LINE | {"agreement": NOBODY}),
            "transfer_of_agreement",
        ),
        (ENTRY.format(**OF_THE_FILE | {"file": NOBODY}), "bank_entry_of_file"),
        (ENTRY.format(**OF_THE_FILE | {"statement": NOBODY}), "bank_entry_of_statement"),
        (ENTRY.format(**OF_THE_FILE | {"by": NOBODY}), "bank_entry_by_account"),
        (
            ENTRY.format(**OF_THE_FILE | {"order": NOBODY, "stood": "'sent'"}),
            "bank_entry_of_order",
        ),
        (EVENT.format(**OF_THE_ENTRY), "attempt_event_of_order"),
        (EVENT.format(**OF_THE_ENTRY | {"entry": NOBODY}), "attempt_event_of_entry"),
        (EVENT.format(**OF_THE_ENTRY | {"by": NOBODY}), "attempt_event_by_account"),
        (EVENT.format(**OF_THE_ENTRY | {"resolution": NOBODY}), "attempt_event_by_resolution"),
    ],
)
async def test_a_key_to_nothing_is_refused(
    new_database: MakeConfig, statement: str, constraint: str
) -> None:
    owner = await connect_owner(await new_database())
    async with owner.transaction():
        await owner.execute("SET LOCAL session_replication_role = replica")
        for one in THERE:
            await owner.execute(one)

    with pytest.raises(asyncpg.ForeignKeyViolationError) as refused:
        await owner.execute(statement)

    await owner.close()
    assert refused.value.constraint_name == constraint


async def test_an_account_that_transfers_point_to_stays_as_it_is(new_database: MakeConfig) -> None:
    owner = await connect_owner(await new_database())

    for deed in ("UPDATE ledger_account SET kind = kind", "DELETE FROM ledger_account"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await owner.execute(deed)

    await owner.close()


async def test_every_column_of_an_order_but_its_state_is_guarded(
    new_database: MakeConfig,
) -> None:
    owner = await connect_owner(await new_database())
    condition = await owner.fetchval(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger"
        " WHERE tgname = 'payment_attempt_content_stands'"
    )

    columns = await owner.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'payment_attempt'::regclass"
        " AND attnum > 0 AND NOT attisdropped"
    )

    await owner.close()
    free = {one["attname"] for one in columns if f"new.{one['attname']}" not in condition}
    assert free == {"state", "reason_code", "state_changed_at"}
