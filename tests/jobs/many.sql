-- A month's worth of agreements for the tests of the workers: :count of them, active in October 2026,
-- each signed, committed and reported. Written by the owner with triggers and checks of keys off.
SET LOCAL session_replication_role = replica;

INSERT INTO employer (
    id, business_number, legal_name, folded_name, sector_nace, headcount, representative_name,
    municipality_code, registered_at
) VALUES (
    '00000000-0000-7000-8000-0000000000e1', '811111111', 'Many', 'many', '10', 9000, 'Some One',
    'prishtine', '2026-01-01'
);

INSERT INTO account (id, email, name, role, password_hash, created_at)
VALUES
(
    '00000000-0000-7000-8000-0000000000a1', 'one@example.org', 'One', 'finance_officer', '',
    '2026-01-01'
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
    gen_random_uuid(),
    'A-' || n,
    '00000000-0000-7000-8000-0000000000b1',
    gen_random_uuid(),
    '00000000-0000-7000-8000-0000000000e1',
    (SELECT o.id FROM office AS o WHERE o.municipality_code = 'prishtine'),
    v.id,
    date '2026-09-10',
    daterange('2026-09-10', '2027-03-10'),
    daterange('2026-09-10', '2027-09-10'),
    50000 + n,
    40,
    'terms',
    sha256('terms'),
    'active',
    '2026-09-01',
    '00000000-0000-7000-8000-0000000000a1',
    '2026-09-10',
    '00000000-0000-7000-8000-0000000000a1'
FROM generate_series(1, {count}) AS n
INNER JOIN scheme_version AS v ON TRUE
INNER JOIN scheme AS s ON v.scheme_id = s.id
WHERE
    s.code = CASE WHEN n % 2 = 0 THEN 'WS-70' ELSE 'SP-FLAT' END
    AND v.valid @> date '2026-09-10'
    AND v.state IN ('activated', 'superseded');

INSERT INTO agreement_dates (
    agreement_id, version, period, employment, recorded_at, recorded_by
)
SELECT
    a.id,
    1,
    a.period,
    a.employment,
    a.drafted_at,
    a.drafted_by
FROM agreement AS a;

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
    20 + (a.gross_wage_cents % 3)::integer,
    0,
    a.gross_wage_cents,
    '2026-11-01',
    '00000000-0000-7000-8000-0000000000a1',
    -- Every hundredth has nobody's word but the employer's: a blocked month among the others.
    CASE WHEN a.gross_wage_cents % 100 > 0 THEN timestamptz '2026-11-02' END,
    CASE WHEN a.gross_wage_cents % 100 > 0 THEN '00000000-0000-7000-8000-0000000000a2'::uuid END,
    CASE WHEN a.gross_wage_cents % 100 > 0 THEN 'office' END
FROM agreement AS a
CROSS JOIN (VALUES (date '2026-09-01'), (date '2026-10-01')) AS m (month);

-- Enough money for all of them, before any is set aside.
INSERT INTO appropriation (
    id, budget_line_id, donor_id, period, priority, amount_cents, document_reference, is_shipped,
    proposed_at, confirmed_at
)
SELECT
    gen_random_uuid(),
    b.id,
    donor.id,
    '[2026-09-01,2027-01-01)',
    9,
    100000000000,
    'many',
    TRUE,
    timestamptz '2026-09-01',
    timestamptz '2026-09-01'
FROM budget_line AS b
INNER JOIN donor ON donor.code = 'BUDGET';

INSERT INTO appropriation (
    id, budget_line_id, donor_id, period, priority, amount_cents, document_reference, is_shipped,
    proposed_at, confirmed_at
)
SELECT
    gen_random_uuid(),
    b.id,
    donor.id,
    '[2026-09-01,2027-01-01)',
    8,
    10000000000,
    'more',
    TRUE,
    timestamptz '2026-09-01',
    timestamptz '2026-09-01'
FROM budget_line AS b
INNER JOIN donor ON donor.code = 'BUDGET';

INSERT INTO transfer (
    id, budget_line_id, debit_account_id, credit_account_id, amount_cents, reason, source_type,
    source_id, effective_on
)
SELECT
    gen_random_uuid(),
    b.id,
    d.id,
    c.id,
    100000000000,
    'appropriated',
    'appropriation',
    given.id,
    date '2026-09-01'
FROM budget_line AS b
INNER JOIN appropriation AS given
    ON b.id = given.budget_line_id AND given.document_reference = 'many'
INNER JOIN ledger_account AS d ON b.id = d.budget_line_id AND d.kind = 'appropriation'
INNER JOIN ledger_account AS c ON b.id = c.budget_line_id AND c.kind = 'treasury';

INSERT INTO transfer (
    id, budget_line_id, debit_account_id, credit_account_id, amount_cents, reason, source_type,
    source_id, effective_on, recorded_at
)
SELECT
    gen_random_uuid(),
    b.id,
    d.id,
    c.id,
    10000000000,
    'appropriated',
    'appropriation',
    given.id,
    date '2026-01-01',
    timestamptz '2026-01-01'
FROM budget_line AS b
INNER JOIN appropriation AS given
    ON b.id = given.budget_line_id AND given.document_reference = 'more'
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
    v.months * v.monthly_max_cents + v.final_max_cents,
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

-- The triggers that note where payments may stand elsewhere slept as well.
SELECT note_standing(array_agg(id), array_agg(date '-infinity')) FROM agreement;
