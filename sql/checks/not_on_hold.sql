-- name: not_on_hold
-- Nobody has stopped the payment, its agreement or its employer.
SELECT
    i.id AS instalment_id,
    CASE WHEN held.placed_at IS NULL THEN 'passed' ELSE 'failed' END AS outcome,
    jsonb_build_object('held_since', held.placed_at) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN LATERAL (
    SELECT min(h.placed_at) AS placed_at
    FROM instalment_hold AS h
    WHERE
        h.released_at IS NULL
        AND (h.agreement_id = a.id OR h.employer_id = a.employer_id)
        AND (h.month IS NULL OR (h.month = i.month AND h.kind = i.kind))
) AS held ON TRUE
WHERE i.id = any(:instalment_ids::uuid[]);
