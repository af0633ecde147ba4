-- name: no_other_subsidy
-- No other agreement of the person is subsidised on the days that are paid for.
SELECT
    i.id AS instalment_id,
    CASE WHEN other.reference IS NULL THEN 'passed' ELSE 'failed' END AS outcome,
    jsonb_build_object(
        'days', days_paid_for(a.starts_on, a.period, i.month), 'also_under', other.reference
    ) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
LEFT JOIN LATERAL (
    SELECT b.reference
    FROM agreement AS b
    WHERE
        b.candidate_id = a.candidate_id
        AND b.id <> a.id
        AND b.state <> 'cancelled'
        AND b.period && days_paid_for(a.starts_on, a.period, i.month)
    ORDER BY b.reference
    LIMIT 1
) AS other ON TRUE
WHERE i.id = any(:instalment_ids::uuid[]);
