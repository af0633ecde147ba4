-- name: account_shared
-- Other employers or persons have, had or asked for the same account.
SELECT
    p.instalment_id,
    100 AS score,
    jsonb_build_object('last4', p.iban_last4, 'others', sharing.owner_count) AS evidence
FROM paying_account(:instalment_ids::uuid[], :at) AS p
INNER JOIN bank_account AS own ON p.bank_account_id = own.id
INNER JOIN LATERAL (
    SELECT count(DISTINCT coalesce(b.employer_id, b.candidate_id)) AS owner_count
    FROM bank_account AS b
    WHERE
        b.iban_index = own.iban_index
        AND b.proposed_at <= :at
        AND coalesce(b.employer_id, b.candidate_id)
        <> coalesce(own.employer_id, own.candidate_id)
) AS sharing ON sharing.owner_count > 0;
