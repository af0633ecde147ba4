-- name: list_scheme_versions
SELECT
    v.id,
    v.scheme_id,
    s.code,
    s.name_sq,
    s.name_sr,
    s.name_en,
    v.number,
    lower(v.valid) AS valid_from,
    upper(v.valid) - 1 AS valid_until,
    v.kind,
    v.rate_bp,
    v.monthly_max_cents,
    v.months,
    v.payee,
    v.age_min,
    v.age_max,
    v.source
FROM scheme_version AS v
INNER JOIN scheme AS s ON v.scheme_id = s.id
ORDER BY s.code ASC, v.number DESC
LIMIT :at_most;

-- name: list_minimum_wages
SELECT
    lower(period) AS valid_from,
    upper(period) - 1 AS valid_until,
    monthly_cents,
    source
FROM minimum_wage
WHERE superseded_at IS NULL
ORDER BY period DESC
LIMIT :at_most;

-- name: list_minimum_wages_during
SELECT
    period * :days AS period,
    monthly_cents,
    recorded_at
FROM minimum_wage
WHERE
    period && :days
    AND recorded_at <= :known_at
    AND (superseded_at IS NULL OR superseded_at > :known_at)
ORDER BY period;

-- name: hold_rates
-- With everybody who computes; who changes a rate waits (await_computations in sql/schema.sql).
SELECT pg_advisory_xact_lock_shared(7305806290431447);
