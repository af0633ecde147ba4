-- name: find_rule
SELECT
    months_without_work,
    holds_for_months,
    source
FROM eligibility_rule
WHERE valid @> :on::date;

-- name: list_schemes
SELECT
    v.id AS version_id,
    s.code,
    s.name_sq,
    s.name_sr,
    s.name_en,
    v.age_min,
    v.age_max
FROM scheme_version AS v
INNER JOIN scheme AS s ON v.scheme_id = s.id
WHERE v.state IN ('activated', 'superseded') AND v.valid @> :on::date
ORDER BY s.code
LIMIT 100;

-- name: get_history
-- The waiting period is that of the check before each payment, so that both say the same.
SELECT
    coalesce(
        bool_or(a.state IN ('drafted', 'signed', 'active', 'suspended')), FALSE
    ) AS in_agreement,
    max(
        (
            upper(a.period) + make_interval(
                months => check_parameter('waiting_period_over', 'months', :on::date)::integer
            )
        )::date
    ) FILTER (WHERE a.state = 'completed') AS waits_until
FROM agreement AS a
WHERE a.candidate_id = :candidate_id;

-- name: insert_decisions
INSERT INTO eligibility (
    id,
    candidate_id,
    scheme_version_id,
    decided_at,
    decided_by,
    is_eligible,
    reasons,
    expires_on
)
SELECT
    d.id,
    :candidate_id,
    d.scheme_version_id,
    :at,
    :decided_by,
    d.is_eligible,
    d.reasons::jsonb,
    d.expires_on
FROM unnest(
    :ids::uuid[], :version_ids::uuid[], :eligible::boolean[], :reasons::text[], :expiries::date[]
) AS d (id, scheme_version_id, is_eligible, reasons, expires_on);

-- name: list_decisions
SELECT
    e.id,
    s.code,
    s.name_sq,
    s.name_sr,
    s.name_en,
    e.is_eligible,
    e.reasons,
    e.decided_at,
    a.name AS decided_by_name,
    e.expires_on
FROM eligibility AS e
INNER JOIN scheme_version AS v ON e.scheme_version_id = v.id
INNER JOIN scheme AS s ON v.scheme_id = s.id
INNER JOIN account AS a ON e.decided_by = a.id
WHERE
    e.candidate_id = :candidate_id
    AND e.decided_at = (
        SELECT max(l.decided_at) FROM eligibility AS l WHERE l.candidate_id = :candidate_id
    )
ORDER BY s.code
LIMIT 100;
