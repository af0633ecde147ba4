-- name: period_ended
-- The month is over.
SELECT
    i.id AS instalment_id,
    CASE
        WHEN (i.month + interval '1 month')::date <= :on THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'month_ends_on', (i.month + interval '1 month')::date - 1,
        'on', :on::date
    ) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
WHERE i.id = any(:instalment_ids::uuid[]);
