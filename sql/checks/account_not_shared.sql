-- name: account_not_shared
-- No other employer or person is paid to the same account.
SELECT
    p.instalment_id,
    CASE
        WHEN p.bank_account_id IS NULL THEN 'no_data'
        WHEN sharing.owner_count = 0 THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'iban_last4', p.iban_last4,
        'other_owners', sharing.owner_count
    ) AS inputs
FROM paying_account(:instalment_ids::uuid[], :at) AS p
LEFT JOIN bank_account AS own ON p.bank_account_id = own.id
INNER JOIN LATERAL (
    SELECT count(DISTINCT coalesce(b.employer_id, b.candidate_id)) AS owner_count
    FROM bank_account AS b
    WHERE
        b.iban_index = own.iban_index
        AND b.in_force @> :at::timestamptz
        AND coalesce(b.employer_id, b.candidate_id)
        <> coalesce(own.employer_id, own.candidate_id)
) AS sharing ON TRUE;
