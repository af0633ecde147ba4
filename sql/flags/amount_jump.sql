-- name: amount_jump
-- Much more is due than for the month before.
SELECT
    p.instalment_id,
    100 AS score,
    jsonb_build_object('before_cents', i.amount_cents, 'amount_cents', p.amount_cents) AS evidence
FROM payment_to_flag(:instalment_ids::uuid[]) AS p
INNER JOIN instalment AS i
    ON
        p.agreement_id = i.agreement_id
        AND p.kind = i.kind
        AND i.month = (p.month - interval '1 month')::date
        AND i.superseded_at IS NULL
        AND i.outcome = 'due'
WHERE
    p.is_monthly
    AND p.amount_cents * 100 >= i.amount_cents * flag_parameter('amount_jump', 'percent', :on)
    AND p.amount_cents - i.amount_cents >= flag_parameter('amount_jump', 'least_cents', :on);
