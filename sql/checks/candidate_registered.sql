-- name: candidate_registered
-- Nobody is paid for who had withdrawn before the month began.
SELECT
    i.id AS instalment_id,
    CASE
        WHEN c.id IS NULL THEN 'no_data'
        WHEN c.withdrawn_at IS NULL OR c.withdrawn_at >= i.month THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'registered_at', c.registered_at,
        'withdrawn_at', c.withdrawn_at
    ) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
LEFT JOIN candidate AS c ON a.candidate_id = c.id
WHERE i.id = any(:instalment_ids::uuid[]);
