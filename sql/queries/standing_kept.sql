-- Invariant I15 of what is kept to be shown; no money moves by it.

-- name: list_months_kept_otherwise
-- I15: where a payment is kept to stand is where it is worked out to stand, wherever nothing is
-- noted to have changed; so a writer that notes nothing shows.
WITH outdated AS MATERIALIZED (
    SELECT
        unnest(c.agreement_ids) AS agreement_id,
        c.month
    FROM standing_change AS c
    UNION
    SELECT
        k.agreement_id,
        k.month
    FROM standing AS k
    WHERE k.changes_at <= now()
),

fresh AS MATERIALIZED (
    SELECT
        a.id AS agreement_id,
        array_remove(array_agg(o.month), NULL) AS outdated
    FROM agreement AS a
    LEFT JOIN outdated AS o ON a.id = o.agreement_id
    GROUP BY a.id
    HAVING count(*) FILTER (WHERE o.month = '-infinity') = 0
),

asked AS (
    SELECT
        array_agg(f.agreement_id) AS agreement_ids,
        array_agg(date '-infinity') AS months
    FROM fresh AS f
)

SELECT
    'I15' AS invariant,
    'agreement ' || f.agreement_id AS subject,
    concat_ws(
        ' ', coalesce(k.month, d.month), coalesce(k.kind, d.kind), 'kept', k.standing, k.reason,
        'stands', d.standing, d.reason
    ) AS found
FROM standing AS k
FULL JOIN (
    asked CROSS JOIN LATERAL derived_standing(now(), asked.agreement_ids, asked.months) AS d
)
    ON k.agreement_id = d.agreement_id AND k.month = d.month AND k.kind = d.kind
INNER JOIN fresh AS f ON coalesce(k.agreement_id, d.agreement_id) = f.agreement_id
WHERE
    coalesce(k.month, d.month) <> all(f.outdated)
    AND k IS DISTINCT FROM d
    -- Kept by a clock that is ahead of this one: the month was over there.
    AND NOT coalesce(k.reason = 'waits_to_be_computed' AND d.reason = 'month_runs', FALSE)
ORDER BY subject, found
LIMIT 100;

-- name: list_standing_miscounted
-- I15: what is counted of a month, office, set and reason is what is kept of it.
WITH kept AS (
    SELECT
        s.month,
        s.office_id,
        s.standing,
        coalesce(s.reason, '') AS reason,
        s.acts,
        count(*) AS payment_count,
        sum(s.due_cents) AS due_cents
    FROM standing AS s
    GROUP BY s.month, s.office_id, s.standing, s.reason, s.acts
)

SELECT
    'I15' AS invariant,
    'month ' || coalesce(n.month, k.month) AS subject,
    concat_ws(
        ' ', coalesce(n.standing, k.standing), coalesce(n.reason, k.reason), 'counted',
        n.payment_count, n.due_cents, 'kept', k.payment_count, k.due_cents
    ) AS found
FROM standing_count AS n
FULL JOIN kept AS k
    ON
        n.month = k.month
        AND n.office_id = k.office_id
        AND n.standing = k.standing
        AND coalesce(n.reason, '') = k.reason
        AND n.acts = k.acts
WHERE
    coalesce(n.payment_count, 0) <> coalesce(k.payment_count, 0)
    OR coalesce(n.due_cents, 0) <> coalesce(k.due_cents, 0)
ORDER BY subject, found
LIMIT 100;
