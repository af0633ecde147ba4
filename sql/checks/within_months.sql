-- name: within_months
-- No more months are due than the scheme, or what is left to a replacement, grants.
SELECT
    i.id AS instalment_id,
    CASE
        WHEN due.month_count <= coalesce(a.replacement_months, v.months) THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'months_due', due.month_count, 'months_granted', coalesce(a.replacement_months, v.months)
    ) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN LATERAL (
    SELECT count(*) AS month_count
    FROM instalment AS o
    WHERE
        o.agreement_id = i.agreement_id
        AND o.kind = i.kind
        AND o.month <= i.month
        AND o.superseded_at IS NULL
        AND o.outcome = 'due'
) AS due ON TRUE
WHERE i.id = any(:instalment_ids::uuid[]);
