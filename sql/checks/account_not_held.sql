-- name: account_not_held
-- No line goes to an account that a bank refused, until a new one is in force or somebody released
-- it. The same number is the same account, under whatever row it was proposed.
SELECT
    p.instalment_id,
    CASE
        WHEN p.bank_account_id IS NULL THEN 'no_data'
        WHEN held.holds IS NULL THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object('holds', coalesce(held.holds, '[]')) AS inputs
FROM paying_account(:instalment_ids::uuid[], :at) AS p
LEFT JOIN LATERAL (
    SELECT
        jsonb_agg(
            jsonb_build_object('code', h.reason_code, 'since', h.held_at) ORDER BY h.held_at, h.id
        ) AS holds
    FROM bank_account AS b
    INNER JOIN bank_account AS refused ON b.iban_index = refused.iban_index
    INNER JOIN account_hold AS h ON refused.id = h.bank_account_id AND h.released_at IS NULL
    WHERE b.id = p.bank_account_id
) AS held ON TRUE;
