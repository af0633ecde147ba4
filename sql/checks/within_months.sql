-- name: within_months
-- No more months are due than the scheme, or what is left to a replacement, grants; where suspended
-- days were given back, no more than the programme months that the longer period has.
SELECT
    i.id AS instalment_id,
    CASE
        WHEN due.month_count <= allowed.months THEN 'passed'
        ELSE 'failed'
    END AS outcome,
    jsonb_build_object(
        'months_due', due.month_count, 'months_granted', allowed.months
    ) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
CROSS JOIN
    LATERAL (
        VALUES (
            greatest(
                coalesce(a.replacement_months, v.months),
                programme_months_of(a.starts_on, a.period)
            )
        )
    ) AS allowed (months)
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
