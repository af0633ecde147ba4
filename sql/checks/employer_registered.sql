-- name: employer_registered
-- The employer is registered under a business number.
SELECT
    i.id AS instalment_id,
    CASE
        WHEN e.id IS NULL THEN 'no_data'
        WHEN e.business_number ~ '^[0-9]{9}$' THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'business_number', e.business_number,
        'registered_at', e.registered_at
    ) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
LEFT JOIN employer AS e ON a.employer_id = e.id
WHERE i.id = any(:instalment_ids::uuid[]);
