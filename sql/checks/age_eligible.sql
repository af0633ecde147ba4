-- name: age_eligible
-- The age on the first day of the agreement is within that of its scheme.
SELECT
    i.id AS instalment_id,
    CASE
        WHEN c.id IS NULL THEN 'no_data'
        WHEN age_on(c.born_on, a.starts_on) BETWEEN v.age_min AND v.age_max THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'age', age_on(c.born_on, a.starts_on),
        'age_min', v.age_min,
        'age_max', v.age_max
    ) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
LEFT JOIN candidate AS c ON a.candidate_id = c.id
WHERE i.id = any(:instalment_ids::uuid[]);
