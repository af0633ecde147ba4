-- name: wages_at_cap
-- All who work there are reported at one wage, and each brings the most that the scheme pays.
SELECT
    p.instalment_id,
    100 AS score,
    jsonb_build_object('people', w.people, 'wage_cents', w.wage_cents) AS evidence
FROM payment_to_flag(:instalment_ids::uuid[]) AS p
INNER JOIN LATERAL (
    SELECT
        count(*) AS people,
        min(t.gross_wage_cents) AS wage_cents
    FROM agreement AS a
    INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
    INNER JOIN instalment AS i
        ON a.id = i.agreement_id AND p.month = i.month AND i.superseded_at IS NULL
    INNER JOIN attendance AS t
        ON i.agreement_id = t.agreement_id AND i.month = t.month AND t.superseded_at IS NULL
    WHERE a.employer_id = p.employer_id AND i.kind = p.kind
    HAVING
        min(t.gross_wage_cents) = max(t.gross_wage_cents)
        AND min(i.amount_cents - v.monthly_max_cents) = 0
) AS w ON w.people >= flag_parameter('wages_at_cap', 'people', :on)
WHERE p.is_monthly;
