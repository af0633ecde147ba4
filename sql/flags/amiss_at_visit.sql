-- name: amiss_at_visit
-- On a day that is paid for, a case officer did not find the person at the agreed work.
SELECT DISTINCT ON (p.instalment_id)
    p.instalment_id,
    100 AS score,
    jsonb_build_object('visited_on', v.visited_on, 'finding', v.finding) AS evidence
FROM visit AS v
INNER JOIN agreement AS a ON v.agreement_id = a.id
INNER JOIN payment_to_flag(:instalment_ids::uuid[]) AS p ON a.id = p.agreement_id
WHERE
    v.finding IN ('not_present', 'other_work', 'place_closed')
    AND p.is_monthly
    AND days_paid_for(a.starts_on, a.period, p.month) @> v.visited_on
ORDER BY p.instalment_id ASC, v.visited_on DESC;
