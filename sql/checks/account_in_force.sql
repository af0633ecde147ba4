-- name: account_in_force
-- The account that is paid to is in force now, its cooling-off over.
SELECT
    p.instalment_id,
    CASE WHEN p.bank_account_id IS NULL THEN 'failed' ELSE 'passed' END AS outcome,
    jsonb_build_object('iban_last4', p.iban_last4, 'in_force_since', p.in_force_since) AS inputs
FROM paying_account(:instalment_ids::uuid[], :at) AS p;
