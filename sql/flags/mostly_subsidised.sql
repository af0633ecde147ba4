-- name: mostly_subsidised
-- As many subsidised people work there in the month as the firm has staff in all, or more: they may
-- stand in for others, or the firm may be a shell. The headcount is the one on record; its history
-- is not kept.
SELECT
    p.instalment_id,
    100 AS score,
    jsonb_build_object('subsidised', staffed.person_count, 'headcount', e.headcount) AS evidence
FROM payment_to_flag(:instalment_ids::uuid[]) AS p
INNER JOIN employer AS e ON p.employer_id = e.id
INNER JOIN LATERAL (
    SELECT count(DISTINCT a.candidate_id) AS person_count
    FROM agreement AS a
    WHERE
        a.employer_id = p.employer_id
        AND a.state NOT IN ('drafted', 'cancelled')
        AND a.period && daterange(p.month, (p.month + interval '1 month')::date)
) AS staffed ON TRUE
WHERE
    staffed.person_count >= flag_parameter('mostly_subsidised', 'people', :on)
    AND staffed.person_count * 100
    >= e.headcount * flag_parameter('mostly_subsidised', 'percent', :on);
