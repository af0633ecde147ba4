-- noqa: disable=PRS,AL08,ST05,RF03,LT05
-- Agreements for the bench of a month: {count} of them, each begun on some day of the month before,
-- signed, committed, and reported for both months; one in a hundred is not confirmed. Written by the
-- owner with triggers and checks of keys off, as a loader would.
SET LOCAL session_replication_role = replica;

INSERT INTO employer (
    id, business_number, legal_name, folded_name, sector_nace, headcount, representative_name,
    municipality_code, registered_at
) VALUES (
    '00000000-0000-7000-8000-0000000000e1', '811111111', 'Bench', 'bench', '10', 9000, 'Some One',
    'prishtine', '2026-01-01'
);

INSERT INTO account (id, email, name, role, password_hash, created_at) VALUES
(
    '00000000-0000-7000-8000-0000000000a1', 'one@example.org', 'One', 'finance_officer', '', '2026-01-01'
),
(
    '00000000-0000-7000-8000-0000000000a2', 'two@example.org', 'Two', 'finance_officer', '',
    '2026-01-01'
);

INSERT INTO agreement (
    id, reference, placement_id, candidate_id, employer_id, office_id, scheme_version_id,
    starts_on, period, employment, gross_wage_cents, weekly_hours, terms, terms_sha256, state,
    drafted_at, drafted_by, started_at, started_by
)
SELECT
    uuid_in(md5('agreement ' || n)::cstring),
    'A-' || n,
    '00000000-0000-7000-8000-0000000000b1',
    uuid_in(md5('candidate ' || n)::cstring),
    '00000000-0000-7000-8000-0000000000e1',
    o.id,
    v.id,
    begun.first_day,
    daterange(begun.first_day, (begun.first_day + interval '6 months')::date),
    daterange(begun.first_day, (begun.first_day + interval '12 months')::date),
    50000 + ((n::bigint * 7919) % 40000)::integer,
    40,
    'terms',
    sha256('terms'),
    'active',
    '2026-08-01',
    '00000000-0000-7000-8000-0000000000a2',
    '2026-09-01',
    '00000000-0000-7000-8000-0000000000a2'
FROM generate_series(1, {count}) AS n
CROSS JOIN
    LATERAL (SELECT (date '2026-09-02' + (n % 27)::integer) AS first_day) AS begun
CROSS JOIN (SELECT id FROM office WHERE municipality_code = 'prishtine') AS o
CROSS JOIN (
    SELECT v.id
    FROM scheme_version AS v
    INNER JOIN scheme AS s ON v.scheme_id = s.id
    WHERE s.code = 'WS-70' AND v.state = 'activated'
    LIMIT 1
) AS v;

INSERT INTO agreement_dates (
    agreement_id, version, period, employment, recorded_at, recorded_by
)
SELECT
    id,
    1,
    period,
    employment,
    drafted_at,
    drafted_by
FROM agreement;

INSERT INTO attendance (
    id, agreement_id, month, version, days_expected, days_worked, days_paid_leave,
    gross_wage_cents, reported_at, reported_by, confirmed_at, confirmed_by, confirmed_for
)
SELECT
    gen_random_uuid(),
    a.id,
    m.month,
    1,
    22,
    22 - (a.gross_wage_cents % 3)::integer,
    least(1, a.gross_wage_cents % 3)::integer,
    a.gross_wage_cents,
    '2026-11-01',
    '00000000-0000-7000-8000-0000000000a1',
    CASE WHEN sure.confirmed THEN timestamptz '2026-11-02' END,
    CASE WHEN sure.confirmed THEN '00000000-0000-7000-8000-0000000000a2'::uuid END,
    CASE WHEN sure.confirmed THEN 'office' END
FROM agreement AS a
CROSS JOIN (VALUES (date '2026-09-01'), (date '2026-10-01')) AS m (month)
CROSS JOIN LATERAL (SELECT right(a.reference, 2) <> '00' AS confirmed) AS sure;

INSERT INTO transfer (
    id, budget_line_id, debit_account_id, credit_account_id, amount_cents, reason, source_type,
    source_id, effective_on, recorded_at
)
SELECT
    gen_random_uuid(),
    b.id,
    d.id,
    c.id,
    1000000000000,
    'appropriated',
    'budget_line',
    gen_random_uuid(),
    date '2026-01-01',
    timestamptz '2026-01-01'
FROM budget_line AS b
INNER JOIN ledger_account AS d ON b.id = d.budget_line_id AND d.kind = 'appropriation'
INNER JOIN ledger_account AS c ON b.id = c.budget_line_id AND c.kind = 'treasury';

INSERT INTO transfer (
    id, budget_line_id, debit_account_id, credit_account_id, amount_cents, reason, source_type,
    source_id, agreement_id, effective_on
)
SELECT
    gen_random_uuid(),
    b.id,
    d.id,
    c.id,
    v.months * v.monthly_max_cents,
    'committed',
    'agreement',
    a.id,
    a.id,
    date '2026-09-01'
FROM agreement AS a
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN budget_line AS b ON v.scheme_id = b.scheme_id
INNER JOIN ledger_account AS d ON b.id = d.budget_line_id AND d.kind = 'committed'
INNER JOIN ledger_account AS c ON b.id = c.budget_line_id AND c.kind = 'appropriation';
