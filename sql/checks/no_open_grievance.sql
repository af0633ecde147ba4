-- name: no_open_grievance
-- Ura keeps no register of complaints.
SELECT
    i.id AS instalment_id,
    'no_data' AS outcome,
    jsonb_build_object('source_missing', 'grievances') AS inputs
FROM instalment AS i
WHERE i.id = any(:instalment_ids::uuid[]);
