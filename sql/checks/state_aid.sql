-- name: state_aid
-- No aid of other measures to the same undertaking is on record.
SELECT
    i.id AS instalment_id,
    'no_data' AS outcome,
    jsonb_build_object('source_missing', 'aid_register') AS inputs
FROM instalment AS i
WHERE i.id = any(:instalment_ids::uuid[]);
