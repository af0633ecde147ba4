-- name: independent_agrees
-- No second computation is at hand.
SELECT
    i.id AS instalment_id,
    'no_data' AS outcome,
    jsonb_build_object('source_missing', 'second_computation') AS inputs
FROM instalment AS i
WHERE i.id = any(:instalment_ids::uuid[]);
