-- name: not_on_hold
-- Nobody has stopped the payment, its agreement or its employer.
WITH held AS (
    SELECT
        o.id,
        min(h.placed_at) AS placed_at
    FROM hold_in_force AS h
    INNER JOIN instalment AS o
        ON
            h.agreement_id = o.agreement_id
            AND (h.month IS NULL OR (h.month = o.month AND h.kind = o.kind))
    GROUP BY o.id
)

SELECT
    i.id AS instalment_id,
    CASE WHEN held.placed_at IS NULL THEN 'passed' ELSE 'failed' END AS outcome,
    jsonb_build_object('held_since', held.placed_at) AS inputs
FROM instalment AS i
LEFT JOIN held ON i.id = held.id
WHERE i.id = any(:instalment_ids::uuid[]);
