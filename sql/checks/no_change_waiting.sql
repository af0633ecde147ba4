-- name: no_change_waiting
-- Nothing that the amount follows from has changed since it was computed.
SELECT
    i.id AS instalment_id,
    CASE WHEN waiting.facts IS NULL THEN 'passed' ELSE 'failed' END AS outcome,
    jsonb_build_object('changed', waiting.facts, 'known_since', waiting.known_at) AS inputs
FROM instalment AS i
LEFT JOIN LATERAL (
    SELECT
        array_agg(DISTINCT f.fact) AS facts,
        min(f.known_at) AS known_at
    FROM fact_change AS f
    WHERE f.agreement_id = i.agreement_id AND f.since <= i.month
) AS waiting ON TRUE
WHERE i.id = any(:instalment_ids::uuid[]);
