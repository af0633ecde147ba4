-- name: wages_at_cap
-- All who work there are reported at one wage, and each brings the most that the scheme pays.
WITH asked AS MATERIALIZED (
    SELECT
        p.instalment_id,
        p.employer_id,
        p.month,
        p.kind
    FROM payment_to_flag(:instalment_ids::uuid[]) AS p
    WHERE p.is_monthly
),

firm AS MATERIALIZED (
    SELECT
        a.employer_id,
        i.month,
        i.kind,
        count(*) AS people,
        min(t.gross_wage_cents) AS wage_cents
    FROM instalment AS i
    INNER JOIN agreement AS a ON i.agreement_id = a.id
    INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
    INNER JOIN attendance AS t
        ON i.agreement_id = t.agreement_id AND i.month = t.month AND t.superseded_at IS NULL
    WHERE i.superseded_at IS NULL AND i.month IN (SELECT k.month FROM asked AS k)
    GROUP BY a.employer_id, i.month, i.kind
    HAVING
        min(t.gross_wage_cents) = max(t.gross_wage_cents)
        AND min(i.amount_cents - v.monthly_max_cents) = 0
        AND count(*) >= (SELECT flag_parameter('wages_at_cap', 'people', :on))
)

SELECT
    k.instalment_id,
    100 AS score,
    jsonb_build_object('people', f.people, 'wage_cents', f.wage_cents) AS evidence
FROM asked AS k
INNER JOIN firm AS f ON k.employer_id = f.employer_id AND k.month = f.month AND k.kind = f.kind;
