-- name: current_version
-- The amount is the one that stands.
SELECT
    i.id AS instalment_id,
    CASE
        WHEN i.superseded_at IS NULL AND i.outcome = 'due' THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'version', i.version,
        'outcome', i.outcome,
        'superseded_at', i.superseded_at
    ) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
WHERE i.id = any(:instalment_ids::uuid[]);
