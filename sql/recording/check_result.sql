-- What follows the answers of each check (sql/checks/), under the name `answer`: they are kept for
-- the instalments of the run to which the check applies by its rule, each beside the override that
-- was granted for it and has not lapsed. The instalments of the run, written a moment ago and not
-- known to the planner, are looked up one by one.
INSERT INTO check_result (
    run_id, instalment_id, code, outcome, inputs, decided_at, override_id
)
SELECT
    c.run_id,
    answer.instalment_id,
    r.code,
    answer.outcome,
    answer.inputs,
    clock_timestamp(),
    lifting.id
FROM answer
INNER JOIN LATERAL (
    SELECT
        k.run_id,
        k.agreement_id,
        k.month,
        k.kind,
        k.payee,
        k.is_monthly
    FROM checked_instalment AS k
    WHERE k.run_id = :run_id AND k.instalment_id = answer.instalment_id
    ORDER BY k.instalment_id
    LIMIT 1
) AS c ON TRUE
INNER JOIN check_rule AS r
    ON (c.payee = r.payee OR r.payee IS NULL) AND (c.is_monthly OR NOT r.is_monthly_only)
LEFT JOIN LATERAL (
    SELECT o.id
    FROM check_override AS o
    WHERE
        answer.outcome <> 'passed'
        AND o.agreement_id = c.agreement_id
        AND o.month = c.month
        AND o.kind = c.kind
        AND o.code = :code
        AND o.granted_at <= :at
        AND o.expires_at > :at
    ORDER BY o.expires_at DESC
    LIMIT 1
) AS lifting ON TRUE
WHERE r.code = :code AND r.valid @> :on::date;
