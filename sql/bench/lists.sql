-- noqa: disable=PRS,AL08,ST05,RF02,RF03,LT01,LT05,LT09
-- What lists show, laid beside the agreements of seed.sql: {count} candidates with a placement for
-- every third, firms, offices of which one has a fifth of all, two instalments for each agreement, a
-- payout of half of them, and entries, recoveries and changes besides. By the owner, with triggers
-- and checks of keys off, as a loader would.
SET LOCAL session_replication_role = replica;

INSERT INTO employer (
    id, business_number, legal_name, folded_name, sector_nace, headcount, representative_name,
    municipality_code, registered_at
)
SELECT
    uuid_in(md5('employer ' || n)::cstring),
    (810000000 + n)::text,
    k.word || ' ' || n,
    lower(k.word) || ' ' || n,
    (10 + n % 50)::text,
    1 + (n * 7919) % 400,
    'Some One',
    'prishtine',
    timestamptz '2024-01-01' + n * interval '1 hour'
FROM generate_series(0, greatest(9, {count} / 25) - 1) AS n
CROSS JOIN LATERAL (
    SELECT (ARRAY['Ndertimi', 'Tregtia', 'Gradnja', 'Mobileria', 'Teknika', 'Furra'])[1 + n % 6] AS word
) AS k;

CREATE TEMPORARY TABLE spread ON COMMIT DROP AS
SELECT
    a.id,
    n.n,
    o.id AS office_id,
    o.municipality_code,
    uuid_in(md5('employer ' || (n.n / 3) % greatest(9, {count} / 25))::cstring) AS employer_id
FROM agreement AS a
CROSS JOIN LATERAL (SELECT substr(a.reference, 3)::bigint AS n) AS n
INNER JOIN (
    SELECT
        id,
        municipality_code,
        row_number() OVER (ORDER BY municipality_code = 'prishtine' DESC, municipality_code) - 1 AS place,
        count(*) OVER () AS office_count
    FROM office
) AS o
    ON o.place = CASE WHEN n.n % 5 = 0 THEN 0 ELSE (n.n / 5) % o.office_count END;

UPDATE agreement AS a
SET
    office_id = s.office_id,
    employer_id = s.employer_id,
    placement_id = uuid_in(md5('placement ' || s.n / 3)::cstring),
    starts_on = CASE WHEN s.n % 4 = 0 THEN date '2025-09-01' + (s.n % 90)::integer ELSE a.starts_on END,
    period = CASE
        WHEN s.n % 4 = 0
            THEN daterange(
                date '2025-09-01' + (s.n % 90)::integer,
                (date '2025-09-01' + (s.n % 90)::integer + interval '6 months')::date
            )
        ELSE a.period
    END,
    employment = CASE
        WHEN s.n % 4 = 0
            THEN daterange(
                date '2025-09-01' + (s.n % 90)::integer,
                (date '2025-09-01' + (s.n % 90)::integer + interval '12 months')::date
            )
        ELSE a.employment
    END,
    state = CASE
        WHEN s.n % 4 = 0 THEN 'completed'
        WHEN s.n % 100 = 1 THEN 'drafted'
        ELSE 'active'
    END,
    started_at = CASE WHEN s.n % 100 = 1 AND s.n % 4 <> 0 THEN NULL ELSE a.started_at END,
    started_by = CASE WHEN s.n % 100 = 1 AND s.n % 4 <> 0 THEN NULL ELSE a.started_by END,
    ended_at = CASE WHEN s.n % 4 = 0 THEN timestamptz '2026-06-01' END,
    end_cause = CASE WHEN s.n % 4 = 0 THEN 'completed' END
FROM spread AS s
WHERE s.id = a.id;

INSERT INTO candidate (
    id, reference, office_id, given_name, family_name, folded_name, born_on, sex,
    personal_number_sealed, personal_number_index, municipality_code, education, occupations, skills,
    languages, driving_licences, unemployed_since, travel_km, registered_at, registered_by
)
SELECT
    uuid_in(md5('candidate ' || s.n)::cstring),
    'C-' || s.n,
    s.office_id,
    k.given_name,
    k.family_name,
    lower(translate(k.given_name || ' ' || k.family_name, 'ÇçËëŠšŽžČčĆć', 'CcEeSsZzCcCc')),
    date '1997-01-01' + ((s.n * 7919) % 3600)::integer,
    CASE WHEN s.n % 2 = 0 THEN 'female' ELSE 'male' END,
    '\x00',
    sha256(('number ' || s.n)::bytea),
    s.municipality_code,
    'vocational',
    '{5223}',
    '{}',
    '{sq}',
    '{}',
    date '2025-01-01',
    20,
    timestamptz '2025-01-01' + (s.n * 7919 % 500000) * interval '1 minute',
    '00000000-0000-7000-8000-0000000000a2'
FROM spread AS s
CROSS JOIN LATERAL (
    SELECT
        (ARRAY['Arta', 'Blerim', 'Çlirim', 'Dafina', 'Elona', 'Fatos', 'Gëzim', 'Hana', 'Ilir', 'Jeta', 'Milica', 'Stefan'])[1 + s.n % 12] AS given_name,
        (ARRAY['Krasniqi', 'Gashi', 'Berisha', 'Çelik', 'Hoxha', 'Shala', 'Morina', 'Kelmendi', 'Đorđević', 'Jovanović', 'Bytyqi', 'Rexhepi', 'Thaçi'])[1 + (s.n / 12) % 13]
        || CASE WHEN s.n % 3 = 0 THEN '' ELSE '-' || chr(65 + (s.n % 26)::integer) || 'ani' END AS family_name
) AS k;

INSERT INTO placement (
    id, reference, employer_id, scheme_id, title, occupation_code, tasks, mentor_name, training_plan,
    weekly_hours, gross_wage_cents, municipality_code, seats, period, education_min, languages,
    driving_licences, skills, skills_demanded, state, submitted_at, submitted_by, decided_at,
    decided_by
)
SELECT
    uuid_in(md5('placement ' || n)::cstring),
    'P-' || n,
    uuid_in(md5('employer ' || n % greatest(9, {count} / 25))::cstring),
    s.id,
    'Sales assistant',
    '5223',
    'Selling',
    'Some One',
    'By the mentor',
    40,
    50000 + (n * 7919) % 40000,
    'prishtine',
    5,
    daterange(date '2026-09-01' + n % 60, date '2027-08-31'),
    'none',
    '{}',
    '{}',
    '{}',
    '{}',
    CASE WHEN n % 20 = 0 THEN 'submitted' ELSE 'approved' END,
    timestamptz '2026-08-01',
    '00000000-0000-7000-8000-0000000000a1',
    CASE WHEN n % 20 = 0 THEN NULL ELSE timestamptz '2026-08-10' END,
    CASE WHEN n % 20 = 0 THEN NULL ELSE '00000000-0000-7000-8000-0000000000a2'::uuid END
FROM generate_series(0, {count} / 3) AS n
CROSS JOIN (SELECT id FROM scheme WHERE code = 'WS-70') AS s;

INSERT INTO month_run (id, month, state, requested_at, finished_at)
SELECT uuid_in(md5('run ' || month)::cstring), month, 'finished', '2026-11-02', '2026-11-02'
FROM (VALUES (date '2026-09-01'), (date '2026-10-01')) AS m (month);

INSERT INTO instalment (
    id, agreement_id, month, kind, version, outcome, amount_cents, reason, trace, run_id, computed_at
)
SELECT
    uuid_in(md5('instalment ' || m.month || s.n)::cstring),
    s.id,
    m.month,
    'subsidy',
    1,
    k.outcome,
    CASE WHEN k.outcome = 'due' THEN 10000 + (s.n * 7919) % 25000 ELSE 0 END,
    CASE k.outcome WHEN 'blocked' THEN 'evidence_missing' WHEN 'not_due' THEN 'suspended' END,
    '[]',
    uuid_in(md5('run ' || m.month)::cstring),
    '2026-11-02'
FROM spread AS s
CROSS JOIN (VALUES (date '2026-09-01'), (date '2026-10-01')) AS m (month)
CROSS JOIN LATERAL (
    SELECT CASE s.n % 25 WHEN 0 THEN 'blocked' WHEN 1 THEN 'not_due' ELSE 'due' END AS outcome
) AS k;

INSERT INTO bank_account (
    id, employer_id, holder_name, iban_sealed, iban_index, iban_last4, proposed_at, proposed_by,
    confirmed_at, confirmed_by, in_force
)
SELECT
    uuid_in(md5('account ' || e.id)::cstring),
    e.id,
    e.legal_name,
    '\x00',
    sha256(e.id::text::bytea),
    '1234',
    '2026-01-01',
    '00000000-0000-7000-8000-0000000000a1',
    '2026-01-02',
    '00000000-0000-7000-8000-0000000000a2',
    '[2026-01-03,)'
FROM employer AS e;

INSERT INTO payout (
    id, reference, month, state, line_count, total_cents, digest, submitted_at, submitted_by,
    required_approvals, required_authorisations, approved_at, exported_at, exported_by
)
SELECT
    uuid_in(md5('payout ' || n)::cstring),
    'P-BENCH' || n,
    (date '2026-10-01' - n * interval '1 month')::date,
    'exported',
    1,
    1000000 + n,
    sha256('digest'),
    timestamptz '2026-11-02' - n * interval '1 month',
    '00000000-0000-7000-8000-0000000000a1',
    1,
    1,
    timestamptz '2026-11-03' - n * interval '1 month',
    timestamptz '2026-11-04' - n * interval '1 month',
    '00000000-0000-7000-8000-0000000000a2'
FROM generate_series(0, 119) AS n;

INSERT INTO payout_line (
    id, payout_id, instalment_id, bank_account_id, payee_name, due_cents, netted_cents, amount_cents
)
SELECT
    uuid_in(md5('line ' || i.id)::cstring),
    uuid_in(md5('payout ' || CASE WHEN i.month = '2026-10-01' THEN 0 ELSE 1 END)::cstring),
    i.id,
    uuid_in(md5('account ' || a.employer_id)::cstring),
    e.legal_name,
    i.amount_cents,
    0,
    i.amount_cents
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN employer AS e ON a.employer_id = e.id
INNER JOIN spread AS s ON a.id = s.id
WHERE i.outcome = 'due' AND s.n % 2 = 0;

INSERT INTO bank_entry (
    id, bank_file_id, bank_statement_id, entry_key, kind, booking, servicer_reference, amount_cents,
    booked_on, effect, recorded_at, recorded_by
)
SELECT
    uuid_in(md5('entry ' || n)::cstring),
    gen_random_uuid(),
    gen_random_uuid(),
    sha256(('entry ' || n)::bytea),
    CASE WHEN n % 3 = 0 THEN 'debit' ELSE 'credit' END,
    'booked',
    'BANK-' || n,
    100 + (n * 7919) % 90000,
    date '2026-08-01' + (n % 90)::integer,
    'unmatched',
    '2026-11-01',
    '00000000-0000-7000-8000-0000000000a2'
FROM generate_series(1, greatest(10, {count} / 50)) AS n;

INSERT INTO recovery (
    id, reference, agreement_id, payee, employer_id, cause, source_id, state, raised_at
)
SELECT
    uuid_in(md5('recovery ' || s.n)::cstring),
    'R-' || s.n,
    s.id,
    'employer',
    s.employer_id,
    'overpaid',
    s.id,
    CASE WHEN s.n % 40 = 0 THEN 'raised' ELSE 'settled' END,
    timestamptz '2026-01-01' + (s.n % 400000) * interval '1 minute'
FROM spread AS s
WHERE s.n % 20 = 0;

INSERT INTO recovery_change (
    id, recovery_id, agreement_id, month, kind, amount_cents, why, facts, recorded_at
)
SELECT
    gen_random_uuid(), id, agreement_id, '2026-03-01', 'subsidy', 10000, 'facts', '{}', raised_at
FROM recovery;

INSERT INTO audit_entry (
    happened_at, actor_role, actor_account, table_name, row_id, action, before, after
)
SELECT
    timestamptz '2026-01-01' + n * interval '20 seconds',
    'case_officer',
    '00000000-0000-7000-8000-0000000000a2',
    (ARRAY['agreement', 'attendance', 'candidate', 'payment_attempt', 'attendance'])[1 + n % 5],
    uuid_in(md5('agreement ' || n / 5)::cstring),
    'update',
    '{"state": "drafted"}',
    '{"state": "active"}'
FROM generate_series(1, 3 * {count}) AS n;

-- The triggers that note where payments may stand elsewhere slept as well.
SELECT note_standing(array_agg(id), array_agg(date '-infinity')) FROM agreement;
