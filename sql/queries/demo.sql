-- name: people_registered
SELECT
    (SELECT count(*) FROM candidate)
    + (SELECT count(*) FROM employer)
    + (SELECT count(*) FROM account WHERE email LIKE '%@ura.example') AS people;

-- name: occupation_codes
SELECT coalesce(array_agg(isco_code ORDER BY isco_code), '{}') AS codes
FROM occupation;

-- name: list_minimum_wages
SELECT
    lower(period) AS since,
    monthly_cents
FROM minimum_wage
WHERE superseded_at IS NULL
ORDER BY lower(period)
LIMIT 1000;

-- name: list_scheme_terms
SELECT
    v.id,
    v.scheme_id,
    s.code,
    v.number,
    v.document,
    v.monthly_max_cents,
    v.months,
    v.payments,
    v.final_max_cents,
    v.age_min,
    v.age_max,
    v.source
FROM scheme_version AS v
INNER JOIN scheme AS s ON v.scheme_id = s.id
WHERE
    v.valid @> :on::date
    AND v.state IN ('activated', 'superseded')
    AND s.code = any(:codes)
ORDER BY s.code;

-- name: list_budget_accounts
SELECT
    b.scheme_id,
    b.id AS budget_line_id,
    a.id AS appropriation_id,
    c.id AS committed_id,
    (
        coalesce((SELECT sum(t.amount_cents) FROM transfer AS t WHERE t.debit_account_id = a.id), 0)
        - coalesce(
            (SELECT sum(t.amount_cents) FROM transfer AS t WHERE t.credit_account_id = a.id), 0
        )
    )::bigint AS left_cents
FROM budget_line AS b
INNER JOIN ledger_account AS a ON b.id = a.budget_line_id AND a.kind = 'appropriation'
INNER JOIN ledger_account AS c ON b.id = c.budget_line_id AND c.kind = 'committed'
ORDER BY b.id
LIMIT 100;
