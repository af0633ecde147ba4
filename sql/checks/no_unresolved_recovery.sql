-- name: no_unresolved_recovery
-- The employer that is paid has no invoice overdue for money it owes back. What is told, appealed
-- or being netted is no reason to stop: stopping it would stop the netting too. What goes to a
-- young person is not stopped by what the employer owes.
WITH overdue AS (
    SELECT
        r.employer_id,
        min(r.invoice_due_on) AS due_on,
        count(DISTINCT r.id) AS recovery_count,
        sum(m.owed_cents - m.settled_cents - m.written_off_cents) AS cents
    FROM recovery AS r
    INNER JOIN recovery_month AS m ON r.id = m.recovery_id
    WHERE r.state = 'invoiced' AND r.invoice_due_on < :on
    GROUP BY r.employer_id
    HAVING sum(m.owed_cents - m.settled_cents - m.written_off_cents) > 0
)

SELECT
    i.id AS instalment_id,
    CASE WHEN overdue.cents IS NULL THEN 'passed' ELSE 'failed' END AS outcome,
    jsonb_build_object(
        'overdue_cents', coalesce(overdue.cents, 0),
        'recoveries', coalesce(overdue.recovery_count, 0),
        'due_on', overdue.due_on
    ) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
LEFT JOIN overdue
    ON payee_id(v.payments, i.kind, a.employer_id, NULL) = overdue.employer_id
WHERE i.id = any(:instalment_ids::uuid[]);
