-- name: list_months_in_no_one_set
-- I15: every month of an agreement that has begun, up to this one, stands in exactly one of paid,
-- in a payout, scheduled, blocked and not due. What is expected is counted from the days of the
-- agreements month by month.
WITH RECURSIVE month_of_days AS (
    SELECT
        d.agreement_id,
        lower(d.period) - (extract(DAY FROM lower(d.period))::integer - 1) AS month,
        upper(d.period) AS days_end
    FROM agreement_dates AS d
    INNER JOIN agreement AS a ON d.agreement_id = a.id
    WHERE d.superseded_at IS NULL AND a.started_at IS NOT NULL
    UNION ALL
    SELECT
        m.agreement_id,
        (m.month + interval '1 month')::date AS month,
        m.days_end
    FROM month_of_days AS m
    WHERE (m.month + interval '1 month')::date < m.days_end
),

expected AS (
    SELECT
        m.agreement_id,
        m.month,
        k.kind
    FROM month_of_days AS m
    INNER JOIN agreement AS a ON m.agreement_id = a.id
    INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
    CROSS JOIN LATERAL jsonb_object_keys(v.payments) AS k (kind)
    WHERE
        m.month <= (now() AT TIME ZONE 'Europe/Belgrade')::date
        AND v.payments -> k.kind @> '{"is_monthly": true}'
),

stood AS (
    SELECT
        s.agreement_id,
        s.month,
        s.kind,
        count(*) AS set_count,
        bool_and(
            s.standing IN ('paid', 'in_payout', 'scheduled', 'blocked', 'not_due')
            AND (s.standing <> 'blocked' OR num_nonnulls(s.reason, s.acts, s.since) = 3)
        ) AS is_told
    FROM month_standing(now()) AS s
    GROUP BY s.agreement_id, s.month, s.kind
)

SELECT
    'I15' AS invariant,
    'agreement ' || coalesce(e.agreement_id, s.agreement_id) AS subject,
    concat_ws(' ', coalesce(e.month, s.month)::text, e.kind, 'in', s.set_count, 'sets') AS found
FROM expected AS e
FULL JOIN stood AS s
    ON e.agreement_id = s.agreement_id AND e.month = s.month AND e.kind = s.kind
WHERE s.set_count IS DISTINCT FROM 1 OR NOT s.is_told
ORDER BY subject, found
LIMIT 100;

-- name: list_months_standing_elsewhere
-- I15: what was computed stands somewhere, what stands was computed or falls into an agreement's
-- days or later months, and where it stands is what the ledger says: nothing that is paid is still
-- under way, and nothing that is under way as a whole waits to be put up. (What is not due any more
-- may be: a failed payment that nobody has closed yet.)
WITH moved AS (
    SELECT
        l.agreement_id,
        l.month,
        l.kind,
        coalesce(sum(l.cents) FILTER (WHERE l.of_account IN ('approved', 'in_transit')), 0)
            AS under_way_cents,
        coalesce(sum(l.cents) FILTER (WHERE l.of_account = 'paid'), 0) AS paid_cents
    FROM subledger AS l
    WHERE l.month IS NOT NULL
    GROUP BY l.agreement_id, l.month, l.kind
),

computed AS (
    SELECT DISTINCT
        i.agreement_id,
        i.month,
        i.kind
    FROM instalment AS i
)

SELECT
    'I15' AS invariant,
    'agreement ' || coalesce(s.agreement_id, c.agreement_id) AS subject,
    concat_ws(
        ' ', coalesce(s.month, c.month)::text, coalesce(s.kind, c.kind),
        coalesce(s.standing, 'nowhere'), 'under way', m.under_way_cents, 'paid', m.paid_cents
    ) AS found
FROM month_standing(now()) AS s
FULL JOIN computed AS c
    ON s.agreement_id = c.agreement_id AND s.month = c.month AND s.kind = c.kind
LEFT JOIN agreement AS a ON s.agreement_id = a.id
LEFT JOIN instalment_ahead AS n
    ON s.agreement_id = n.agreement_id AND s.month = n.month AND s.kind = n.kind
LEFT JOIN moved AS m
    ON s.agreement_id = m.agreement_id AND s.month = m.month AND s.kind = m.kind
WHERE
    s.agreement_id IS NULL
    OR (
        num_nonnulls(c.agreement_id, n.agreement_id) = 0
        AND NOT a.period && daterange(s.month, (s.month + interval '1 month')::date)
    )
    OR (s.standing = 'paid' AND m.under_way_cents > 0)
    OR (
        s.standing = 'scheduled'
        AND m.under_way_cents > 0
        AND m.under_way_cents + m.paid_cents >= s.due_cents
    )
ORDER BY subject, found
LIMIT 100;
