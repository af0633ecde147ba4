-- name: first_payment
-- Nothing that was approved has gone to this payee before.
SELECT
    p.instalment_id,
    100 AS score,
    jsonb_build_object() AS evidence
FROM payment_to_flag(:instalment_ids::uuid[]) AS p
WHERE
    NOT EXISTS (
        SELECT 1
        FROM bank_account AS b
        INNER JOIN payout_line AS l ON b.id = l.bank_account_id
        INNER JOIN payout AS o ON l.payout_id = o.id
        WHERE
            (b.employer_id = p.payee_id OR b.candidate_id = p.payee_id)
            AND o.approved_at < :at
            AND o.state <> 'voided'
    );
