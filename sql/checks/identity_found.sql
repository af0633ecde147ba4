-- name: identity_found
-- The young person is registered under a personal number.
SELECT
    i.id AS instalment_id,
    CASE
        WHEN c.id IS NULL THEN 'no_data'
        WHEN octet_length(c.personal_number_index) = 32 THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'candidate', c.reference,
        'has_personal_number', c.personal_number_index IS NOT NULL
    ) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
LEFT JOIN candidate AS c ON a.candidate_id = c.id
WHERE i.id = any(:instalment_ids::uuid[]);
