-- name: account_known
-- The payee has handed in a bank account that nobody refused.
SELECT
    i.id AS instalment_id,
    CASE WHEN known.account_count > 0 THEN 'passed' ELSE 'failed' END AS outcome,
    jsonb_build_object('accounts', known.account_count) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN LATERAL (
    SELECT count(*) AS account_count
    FROM bank_account AS b
    WHERE
        (
            b.employer_id = payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
            OR b.candidate_id = payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
        )
        AND b.refused_at IS NULL
) AS known ON TRUE
WHERE i.id = any(:instalment_ids::uuid[]);
