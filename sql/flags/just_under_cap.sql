-- name: just_under_cap
-- The amount stays a little below the most that the scheme pays, where nobody looks for it.
SELECT
    p.instalment_id,
    100 AS score,
    jsonb_build_object('amount_cents', p.amount_cents, 'most_cents', p.most_cents) AS evidence
FROM payment_to_flag(:instalment_ids::uuid[]) AS p
WHERE
    p.is_monthly
    AND p.amount_cents < p.most_cents
    AND p.amount_cents * 100
    >= p.most_cents * (100 - flag_parameter('just_under_cap', 'percent', :on));
