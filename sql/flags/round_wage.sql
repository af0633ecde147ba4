-- name: round_wage
-- The wage that was reported is a round sum, and not the one agreed.
SELECT
    p.instalment_id,
    100 AS score,
    jsonb_build_object(
        'wage_cents', t.gross_wage_cents, 'agreed_cents', a.gross_wage_cents
    ) AS evidence
FROM payment_to_flag(:instalment_ids::uuid[]) AS p
INNER JOIN agreement AS a ON p.agreement_id = a.id
INNER JOIN attendance AS t
    ON p.agreement_id = t.agreement_id AND p.month = t.month AND t.superseded_at IS NULL
WHERE
    p.is_monthly
    AND t.gross_wage_cents > a.gross_wage_cents
    AND t.gross_wage_cents % flag_parameter('round_wage', 'step_cents', :on) = 0;
