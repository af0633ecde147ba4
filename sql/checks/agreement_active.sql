-- name: agreement_active
-- The agreement has begun, and a monthly payment falls into its days.
SELECT
    i.id AS instalment_id,
    CASE
        WHEN a.started_at IS NULL OR a.state = 'cancelled' THEN 'failed'
        WHEN
            days_paid_for(a.starts_on, a.period, i.month) <> 'empty'::daterange
            OR NOT (v.payments -> i.kind ->> 'is_monthly')::boolean THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'state', a.state,
        'first_day', a.starts_on,
        'last_day', upper(a.period) - 1,
        'days', days_paid_for(a.starts_on, a.period, i.month)
    ) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
WHERE i.id = any(:instalment_ids::uuid[]);
