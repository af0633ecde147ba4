-- name: within_amount
-- All that is due of an agreement up to a month, of every kind, stays within its scheme: the
-- monthly maximum for each programme month that has begun and was granted, and the maximum of what
-- is paid besides.
WITH bound AS (
    SELECT
        i.id AS instalment_id,
        i.agreement_id,
        i.month,
        v.monthly_max_cents * least(
            coalesce(a.replacement_months, v.months),
            programme_months_begun(a.starts_on, i.month)
        ) + v.final_max_cents AS most_cents
    FROM instalment AS i
    INNER JOIN agreement AS a ON i.agreement_id = a.id
    INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
    WHERE i.id = any(:instalment_ids::uuid[])
)

SELECT
    bound.instalment_id,
    CASE WHEN due.cents <= bound.most_cents THEN 'passed' ELSE 'failed' END AS outcome,
    jsonb_build_object('due_cents', due.cents, 'most_cents', bound.most_cents) AS inputs
FROM bound
INNER JOIN LATERAL (
    SELECT sum(o.amount_cents)::bigint AS cents
    FROM instalment AS o
    WHERE
        o.agreement_id = bound.agreement_id
        AND o.month <= bound.month
        AND o.superseded_at IS NULL
) AS due ON TRUE;
