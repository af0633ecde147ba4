-- name: waiting_period_over
-- So many months lie between a completed agreement of the person and the next.
SELECT
    i.id AS instalment_id,
    CASE WHEN former.reference IS NULL THEN 'passed' ELSE 'failed' END AS outcome,
    jsonb_build_object(
        'starts_on', a.starts_on,
        'waiting_months', check_parameter('waiting_period_over', 'months', :on),
        'completed_before', former.reference
    ) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
LEFT JOIN LATERAL (
    SELECT b.reference
    FROM agreement AS b
    WHERE
        b.candidate_id = a.candidate_id
        AND b.id <> a.id
        AND b.state = 'completed'
        AND upper(b.period) <= a.starts_on
        AND upper(b.period) + make_interval(
            months => check_parameter('waiting_period_over', 'months', :on)::integer
        ) > a.starts_on
    ORDER BY b.reference
    LIMIT 1
) AS former ON TRUE
WHERE i.id = any(:instalment_ids::uuid[]);
