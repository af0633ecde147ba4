-- name: account_confirmed
-- A second person has confirmed an account of the payee.
SELECT
    i.id AS instalment_id,
    CASE
        WHEN known.confirmed_count > 0 THEN 'passed'
        WHEN known.account_count > 0 THEN 'failed'
        ELSE 'no_data'
    END AS outcome,
    jsonb_build_object(
        'accounts', known.account_count, 'confirmed', known.confirmed_count
    ) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN LATERAL (
    SELECT
        count(*) AS account_count,
        count(*) FILTER (WHERE b.confirmed_by <> b.proposed_by) AS confirmed_count
    FROM bank_account AS b
    WHERE
        (
            b.employer_id = payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
            OR b.candidate_id = payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
        )
        AND b.refused_at IS NULL
) AS known ON TRUE
WHERE i.id = any(:instalment_ids::uuid[]);
