-- name: first_payment
-- Nothing that was approved has gone to this payee before.
WITH paid AS MATERIALIZED (
    SELECT DISTINCT coalesce(b.employer_id, b.candidate_id) AS payee_id
    FROM payout AS o
    INNER JOIN payout_line AS l ON o.id = l.payout_id
    INNER JOIN bank_account AS b ON l.bank_account_id = b.id
    WHERE o.approved_at < :at AND o.state <> 'voided'
)

SELECT
    p.instalment_id,
    100 AS score,
    jsonb_build_object() AS evidence
FROM payment_to_flag(:instalment_ids::uuid[]) AS p
WHERE p.payee_id NOT IN (SELECT d.payee_id FROM paid AS d);
