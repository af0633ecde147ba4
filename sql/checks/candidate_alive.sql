-- name: candidate_alive
-- No civil registry is connected that would tell of a death.
SELECT
    i.id AS instalment_id,
    'no_data' AS outcome,
    jsonb_build_object('source_missing', 'civil_registry') AS inputs
FROM instalment AS i
WHERE i.id = any(:instalment_ids::uuid[]);
