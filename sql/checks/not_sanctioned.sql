-- name: not_sanctioned
-- No list of sanctions is connected.
SELECT
    i.id AS instalment_id,
    'no_data' AS outcome,
    jsonb_build_object('source_missing', 'sanctions_list') AS inputs
FROM instalment AS i
WHERE i.id = any(:instalment_ids::uuid[]);
