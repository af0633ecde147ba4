-- Invariants I8 (seals), I10, I12, I13 and I14. Each query answers the rows that break its rule.

-- name: list_broken_seals
-- I8: under each seal lies what lay there when it was set, and the chain of roots is unbroken.
SELECT
    'I8' AS invariant,
    'seal ' || this.number AS subject,
    concat_ws(' ', 'sealed', this.row_count, 'rows, found', held.row_count, 'or another content')
        AS found
FROM seal AS this
LEFT JOIN seal AS before ON this.number = before.number + 1
CROSS JOIN LATERAL sealed_rows(coalesce(before.up_to, '-infinity'), this.up_to) AS held
WHERE
    this.root IS NOT NULL
    AND (
        this.root IS DISTINCT FROM seal_root(before.root, held.digest)
        OR this.row_count <> held.row_count
        OR (before.id IS NULL) <> (this.number = 1)
    )
ORDER BY this.number
LIMIT 100;

-- name: list_months_outside_agreements
-- I10: what is due monthly is for a month in which the agreement ran, and what is due besides for
-- one in which its scheme still pays.
SELECT
    'I10' AS invariant,
    'agreement ' || i.agreement_id AS subject,
    concat_ws(' ', i.month::text, i.kind, i.amount_cents, 'runs', a.period::text) AS found
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
WHERE
    i.superseded_at IS NULL
    AND i.outcome = 'due'
    AND NOT EXISTS (
        SELECT 1 FROM fact_change AS c
        WHERE c.agreement_id = i.agreement_id AND c.since <= i.month
    )
    AND CASE
        WHEN (v.payments -> i.kind ->> 'is_monthly')::boolean
            THEN NOT a.period && daterange(i.month, (i.month + interval '1 month')::date)
        ELSE i.month < date_trunc('month', lower(a.period))::date
    END
ORDER BY subject
LIMIT 100;

-- name: list_agreements_paid_too_long
-- I10: an agreement is paid for no more programme months than its scheme pays; counted in calendar
-- months there may be one more, where it began in the middle of one, and as many as the period has
-- where suspended days were given back.
SELECT
    'I10' AS invariant,
    'agreement ' || i.agreement_id AS subject,
    concat_ws(' ', count(DISTINCT i.month), 'months of', v.months, i.kind) AS found
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
WHERE
    i.superseded_at IS NULL
    AND i.outcome = 'due'
    AND (v.payments -> i.kind ->> 'is_monthly')::boolean
GROUP BY i.agreement_id, i.kind, v.months, a.starts_on, a.period
HAVING
    count(DISTINCT i.month) > greatest(v.months + 1, programme_months_of(a.starts_on, a.period))
ORDER BY subject
LIMIT 100;

-- name: list_work_left_lying
-- I12: no part of a month is held long after its lease ran out while its run is going on.
SELECT
    'I12' AS invariant,
    concat_ws(' ', 'month_chunk', c.run_id, c.number) AS subject,
    concat_ws(' ', 'leased until', c.lease_until) AS found
FROM month_chunk AS c
INNER JOIN month_run AS r ON c.run_id = r.id
WHERE
    c.done_at IS NULL
    AND r.state = 'running'
    AND c.lease_until < statement_timestamp() - interval '1 day'
ORDER BY subject
LIMIT 100;

-- name: list_accounts_used_too_early
-- I13: a payout pays to accounts that were confirmed and in force when it was put up and approved,
-- and an order's account is the one approved.
SELECT
    'I13' AS invariant,
    'payout_line ' || l.id AS subject,
    concat_ws(' ', 'in force', b.in_force::text, 'approved', p.approved_at) AS found
FROM payout_line AS l
INNER JOIN payout AS p ON l.payout_id = p.id
INNER JOIN bank_account AS b ON l.bank_account_id = b.id
WHERE
    p.approved_at IS NOT NULL
    AND (
        b.confirmed_at IS NULL
        OR NOT coalesce(b.in_force @> p.submitted_at, FALSE)
        OR NOT coalesce(b.in_force @> p.approved_at, FALSE)
        OR EXISTS (
            SELECT 1 FROM payment_attempt AS o
            WHERE o.payout_line_id = l.id AND o.iban_index <> b.iban_index
        )
    )
ORDER BY subject
LIMIT 100;

-- name: list_open_walls
-- I14: the second wall stands: rows of people and of money have their policies, a view through
-- which the application looks does so with the reader's own rights, and it may pass none of them.
-- One view asks for the reader's role itself: an office sees the aid of a firm, not the payouts
-- behind it.
SELECT
    'I14' AS invariant,
    'relation ' || c.relname AS subject,
    CASE c.relkind WHEN 'v' THEN 'a view with its owner''s rights' ELSE 'no policies' END AS found
FROM pg_class AS c
WHERE
    c.relnamespace = 'public'::regnamespace
    AND c.relname <> 'state_aid'
    AND has_table_privilege('ura_app', c.oid, 'SELECT')
    AND CASE
        WHEN c.relkind = 'v'
            THEN coalesce(array_to_string(c.reloptions, ','), '') NOT LIKE '%security_invoker=true%'
        WHEN c.relkind = 'r'
            THEN
                NOT c.relrowsecurity
                AND EXISTS (
                    SELECT 1 FROM pg_policy AS p
                    WHERE p.polrelid = c.oid
                )
        ELSE FALSE
    END
UNION ALL
SELECT
    'I14' AS invariant,
    'role ' || r.rolname AS subject,
    'passes the policies' AS found
FROM pg_roles AS r
WHERE r.rolname = 'ura_app' AND (r.rolsuper OR r.rolbypassrls)
ORDER BY subject
LIMIT 100;
