-- name: not_employed_there_before
-- The person had no agreement with this employer in the months before, as far as Ura knows.
SELECT
    i.id AS instalment_id,
    CASE WHEN former.reference IS NULL THEN 'passed' ELSE 'failed' END AS outcome,
    jsonb_build_object(
        'starts_on', a.starts_on,
        'months_before', check_parameter('not_employed_there_before', 'months', :on),
        'employed_by', former.reference
    ) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
LEFT JOIN LATERAL (
    SELECT b.reference
    FROM agreement AS b
    WHERE
        b.candidate_id = a.candidate_id
        AND b.employer_id = a.employer_id
        AND b.id <> a.id
        AND b.started_at IS NOT NULL
        AND b.starts_on < a.starts_on
        AND upper(b.employment) + make_interval(
            months => check_parameter('not_employed_there_before', 'months', :on)::integer
        ) > a.starts_on
    ORDER BY b.reference
    LIMIT 1
) AS former ON TRUE
WHERE i.id = any(:instalment_ids::uuid[]);
