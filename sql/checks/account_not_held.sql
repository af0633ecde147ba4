-- name: account_not_held
-- The last payment to the account was not refused or sent back by a bank.
SELECT
    p.instalment_id,
    CASE
        WHEN p.bank_account_id IS NULL THEN 'no_data'
        WHEN last_sent.state IN ('rejected', 'returned') THEN 'failed'
        ELSE 'passed'
    END AS outcome,
    jsonb_build_object(
        'last_payment', last_sent.state,
        'reason_code', last_sent.reason_code
    ) AS inputs
FROM paying_account(:instalment_ids::uuid[], :at) AS p
LEFT JOIN LATERAL (
    SELECT
        t.state,
        t.reason_code
    FROM payout_line AS l
    INNER JOIN payment_attempt AS t ON l.id = t.payout_line_id
    WHERE l.bank_account_id = p.bank_account_id
    ORDER BY t.state_changed_at DESC
    LIMIT 1
) AS last_sent ON TRUE;
