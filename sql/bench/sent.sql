-- noqa: disable=AL08
-- A payout of every instalment of the bench, approved and sent to the bank; written by the owner
-- with triggers and checks of keys off, as a loader would. Lines and orders have ids of version 7
-- in the order in which they were written, as in service/ids.py: indexes are filled at their end.
SET LOCAL session_replication_role = replica;

INSERT INTO payout (
    id, reference, month, state, line_count, total_cents, digest, submitted_at, submitted_by,
    required_approvals, required_authorisations, approved_at, exported_at, exported_by
)
SELECT
    '00000000-0000-7000-8000-0000000000d1',
    'BENCH',
    date '2026-10-01',
    'exported',
    count(*),
    sum(i.amount_cents),
    sha256('bench'),
    timestamptz '2026-11-20',
    '00000000-0000-7000-8000-0000000000a1',
    1,
    1,
    timestamptz '2026-11-20',
    timestamptz '2026-11-20',
    '00000000-0000-7000-8000-0000000000a2'
FROM instalment AS i
WHERE i.amount_cents > 0;

INSERT INTO bank_file (
    id, direction, message_type, message_id, payout_id, sha256, byte_count, recorded_at,
    recorded_by
) VALUES (
    '00000000-0000-7000-8000-0000000000d2', 'out', 'pain.001.001.09', 'MBENCH',
    '00000000-0000-7000-8000-0000000000d1', sha256('bench'), 1, '2026-11-20',
    '00000000-0000-7000-8000-0000000000a2'
);

CREATE FUNCTION bench_id(place bigint) RETURNS uuid
LANGUAGE sql VOLATILE
RETURN (
    lpad(to_hex(1795132800000 + bench_id.place / 20), 12, '0') || '7'
    || lpad(to_hex(bench_id.place % 4096), 3, '0') || 'a'
    || substr(replace(gen_random_uuid()::text, '-', ''), 18)
)::uuid;

INSERT INTO payout_line (
    id, payout_id, instalment_id, bank_account_id, payee_name, due_cents, netted_cents,
    amount_cents
)
SELECT
    bench_id(row_number() OVER (ORDER BY i.id)),
    '00000000-0000-7000-8000-0000000000d1',
    i.id,
    '00000000-0000-7000-8000-0000000000d3',
    'Bench',
    i.amount_cents,
    0,
    i.amount_cents
FROM instalment AS i
WHERE i.amount_cents > 0;

INSERT INTO payment_attempt (
    id, payout_line_id, bank_file_id, number, end_to_end_id, payee_name, iban_sealed, iban_index,
    amount_cents, agreement_id, month, kind, budget_line_id, bank_account_id, state,
    state_changed_at
)
SELECT
    bench_id(row_number() OVER (ORDER BY l.id)),
    l.id,
    '00000000-0000-7000-8000-0000000000d2',
    1,
    'E' || lpad(row_number() OVER (ORDER BY l.id)::text, 12, '0') || '-1',
    'Bench',
    ''::bytea,
    ''::bytea,
    l.amount_cents,
    i.agreement_id,
    i.month,
    i.kind,
    budget.id,
    l.bank_account_id,
    'sent',
    timestamptz '2026-11-20'
FROM payout_line AS l
INNER JOIN instalment AS i ON l.instalment_id = i.id
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN budget_line AS budget ON v.scheme_id = budget.scheme_id
ORDER BY l.id;
