-- name: account_not_held
-- No line goes to an account that a bank refused, until a new one is in force or somebody released
-- it. The same number is the same account, under whatever row it was proposed.
SELECT
    i.id AS instalment_id,
    CASE WHEN held.holds IS NULL THEN 'passed' ELSE 'failed' END AS outcome,
    jsonb_build_object('holds', coalesce(held.holds, '[]')) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
LEFT JOIN LATERAL (
    SELECT
        jsonb_agg(
            jsonb_build_object('code', h.reason_code, 'since', h.held_at) ORDER BY h.held_at, h.id
        ) AS holds
    FROM bank_account AS b
    INNER JOIN bank_account AS refused ON b.iban_index = refused.iban_index
    INNER JOIN account_hold AS h ON refused.id = h.bank_account_id AND h.released_at IS NULL
    WHERE
        coalesce(b.employer_id, b.candidate_id)
        = payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
        AND b.in_force @> :at::timestamptz
) AS held ON TRUE
WHERE i.id = any(:instalment_ids::uuid[]);
