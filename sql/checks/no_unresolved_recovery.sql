-- name: no_unresolved_recovery
-- The employer owes nothing back for an agreement that has ended.
WITH owing AS (
    SELECT
        b.employer_id,
        sum(r.amount_cents) AS cents
    FROM receivable AS r
    INNER JOIN agreement AS b ON r.agreement_id = b.id
    WHERE r.payee = 'employer' AND r.amount_cents > 0
    GROUP BY b.employer_id
)

SELECT
    i.id AS instalment_id,
    CASE WHEN owing.cents IS NULL THEN 'passed' ELSE 'failed' END AS outcome,
    jsonb_build_object('owed_cents', coalesce(owing.cents, 0)) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
LEFT JOIN owing ON a.employer_id = owing.employer_id
WHERE i.id = any(:instalment_ids::uuid[]);
