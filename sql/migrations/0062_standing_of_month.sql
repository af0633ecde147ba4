-- Where one month or one agreement stands, without the payouts of all the others; and checks are
-- looked at for what is open only: whether a payment is paid was asked after all of its checks.

CREATE FUNCTION month_standing(at timestamptz, of_month date, of_agreement uuid) RETURNS TABLE (
    agreement_id uuid, month date, kind text, instalment_id uuid, due_cents bigint, standing text,
    reason text, acts text, since timestamptz, is_told_employer boolean
)
LANGUAGE sql STABLE AS $$
WITH today AS (
    SELECT (month_standing.at AT TIME ZONE 'Europe/Belgrade')::date AS day
),

key AS (
    SELECT
        a.id AS agreement_id,
        m.month::date AS month,
        p.kind
    FROM agreement AS a
    INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
    CROSS JOIN today
    CROSS JOIN LATERAL jsonb_each(v.payments) AS p (kind, facts)
    CROSS JOIN LATERAL generate_series(
        date_trunc('month', lower(a.period)::timestamp),
        least(upper(a.period) - 1, today.day)::timestamp,
        interval '1 month'
    ) AS m (month)
    WHERE
        a.started_at IS NOT NULL
        AND (p.facts ->> 'is_monthly')::boolean
        AND (of_month IS NULL OR m.month::date = of_month)
        AND (of_agreement IS NULL OR a.id = of_agreement)
    UNION
    SELECT
        i.agreement_id,
        i.month,
        i.kind
    FROM instalment AS i
    WHERE
        i.superseded_at IS NULL
        AND (of_month IS NULL OR i.month = of_month)
        AND (of_agreement IS NULL OR i.agreement_id = of_agreement)
    UNION
    SELECT
        n.agreement_id,
        n.month,
        n.kind
    FROM instalment_ahead AS n
    INNER JOIN today ON n.month <= today.day
    WHERE
        n.can_pay
        AND (of_month IS NULL OR n.month = of_month)
        AND (of_agreement IS NULL OR n.agreement_id = of_agreement)
),

line AS (
    SELECT
        i.agreement_id,
        i.month,
        i.kind,
        coalesce(sum(l.due_cents) FILTER (WHERE l.reissues IS NULL), 0) AS put_cents,
        max(t.state_changed_at) FILTER (
            WHERE t.state IN ('rejected', 'cancelled', 'returned') AND NOT t.is_over
        ) AS refused_at,
        max(p.state) FILTER (
            WHERE p.state IN ('submitted', 'approved')
        ) AS waiting_state,
        bool_or(t.state IN ('sent', 'accepted')) AS is_sent,
        bool_or(
            p.state = 'exported' AND l.amount_cents > 0 AND t.state IS NULL
        ) AS is_unwritten,
        min(p.submitted_at) FILTER (
            WHERE p.state <> 'exported' OR t.state IS NULL OR t.state IN ('sent', 'accepted')
        ) AS put_up_at
    FROM payout_line AS l
    INNER JOIN payout AS p ON l.payout_id = p.id
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    LEFT JOIN LATERAL (
        SELECT
            o.state,
            o.state_changed_at,
            EXISTS (
                SELECT 1 FROM payment_closure AS c WHERE c.payout_line_id = l.id
            ) OR EXISTS (
                SELECT 1 FROM payout_line AS again
                WHERE again.reissues = o.id AND again.released_at IS NULL
            ) AS is_over
        FROM payment_attempt AS o
        WHERE o.payout_line_id = l.id
        ORDER BY o.number DESC
        LIMIT 1
    ) AS t ON TRUE
    WHERE
        l.released_at IS NULL
        AND (of_month IS NULL OR i.month = of_month)
        AND (of_agreement IS NULL OR i.agreement_id = of_agreement)
    GROUP BY i.agreement_id, i.month, i.kind
),

netted AS (
    SELECT
        i.agreement_id,
        i.month,
        i.kind,
        sum(n.amount_cents) AS cents
    FROM payout_netting AS n
    INNER JOIN instalment AS i ON n.instalment_id = i.id
    WHERE
        n.released_at IS NULL
        AND (of_month IS NULL OR i.month = of_month)
        AND (of_agreement IS NULL OR i.agreement_id = of_agreement)
    GROUP BY i.agreement_id, i.month, i.kind
),

found AS (
    SELECT
        key.agreement_id,
        key.month,
        key.kind,
        i.id AS instalment_id,
        coalesce(i.amount_cents, 0) AS due_cents,
        i.outcome,
        i.reason,
        i.computed_at,
        i.outcome = 'due'
        AND i.amount_cents > coalesce(line.put_cents, 0) - coalesce(netted.cents, 0) AS is_open,
        line.refused_at,
        line.waiting_state,
        line.is_sent,
        line.is_unwritten,
        line.put_up_at
    FROM key
    LEFT JOIN instalment AS i
        ON
            key.agreement_id = i.agreement_id
            AND key.month = i.month
            AND key.kind = i.kind
            AND i.superseded_at IS NULL
    LEFT JOIN line
        ON
            key.agreement_id = line.agreement_id
            AND key.month = line.month
            AND key.kind = line.kind
    LEFT JOIN netted
        ON
            key.agreement_id = netted.agreement_id
            AND key.month = netted.month
            AND key.kind = netted.kind
)

SELECT
    f.agreement_id,
    f.month,
    f.kind,
    f.instalment_id,
    f.due_cents,
    s.standing,
    s.reason,
    s.acts,
    s.since,
    s.is_told_employer
FROM found AS f
CROSS JOIN today
LEFT JOIN LATERAL (
    SELECT min(h.placed_at) AS placed_at
    FROM hold_in_force AS h
    WHERE
        f.is_open
        AND h.agreement_id = f.agreement_id
        AND (h.month IS NULL OR (h.month = f.month AND h.kind = f.kind))
) AS held ON TRUE
LEFT JOIN LATERAL (
    SELECT
        u.code,
        u.acts,
        u.since,
        u.is_told_employer
    FROM stopping_check(
        CASE WHEN f.is_open THEN f.instalment_id END, month_standing.at
    ) AS u
    WHERE f.is_open
) AS stopped ON TRUE
CROSS JOIN LATERAL (
    SELECT *
    FROM (
        VALUES
        (
            f.outcome = 'due' AND f.refused_at IS NOT NULL,
            'blocked', 'bank_refused', 'payee', f.refused_at, TRUE
        ),
        (f.is_unwritten, 'blocked', 'not_written', 'finance', f.put_up_at, TRUE),
        (
            f.is_open AND held.placed_at IS NOT NULL,
            'blocked', 'on_hold', 'finance', held.placed_at, FALSE
        ),
        (
            f.is_open AND stopped.code IS NOT NULL,
            'blocked', stopped.code, stopped.acts, stopped.since, stopped.is_told_employer
        ),
        (f.is_open, 'scheduled', 'waits_to_be_put_up', 'finance', f.computed_at, TRUE),
        (f.waiting_state IS NOT NULL, 'in_payout', f.waiting_state, 'finance', f.put_up_at, TRUE),
        (f.is_sent, 'in_payout', 'sent', 'nobody', f.put_up_at, TRUE),
        (f.outcome = 'due', 'paid', NULL, 'nobody', NULL, TRUE),
        (
            f.outcome = 'blocked', 'blocked', f.reason,
            CASE f.reason WHEN 'evidence_unconfirmed' THEN 'office' ELSE 'employer' END,
            f.computed_at, TRUE
        ),
        (f.outcome = 'not_due', 'not_due', f.reason, 'nobody', f.computed_at, TRUE),
        (
            f.month + interval '1 month' > today.day,
            'scheduled', 'month_runs', 'nobody', f.month::timestamptz, TRUE
        ),
        (TRUE, 'scheduled', 'waits_to_be_computed', 'finance', f.month::timestamptz, TRUE)
    ) AS rule (holds, standing, reason, acts, since, is_told_employer)
    WHERE rule.holds
    LIMIT 1
) AS s
$$;

-- All months of all agreements, for the invariants.
CREATE OR REPLACE FUNCTION month_standing(at timestamptz) RETURNS TABLE (
    agreement_id uuid, month date, kind text, instalment_id uuid, due_cents bigint, standing text,
    reason text, acts text, since timestamptz, is_told_employer boolean
)
LANGUAGE sql STABLE AS $$
SELECT
    s.agreement_id,
    s.month,
    s.kind,
    s.instalment_id,
    s.due_cents,
    s.standing,
    s.reason,
    s.acts,
    s.since,
    s.is_told_employer
FROM month_standing(month_standing.at, NULL, NULL) AS s
$$;

CREATE OR REPLACE FUNCTION standing_seen(at timestamptz, of_month date, of_agreement uuid)
RETURNS TABLE (
    agreement_id uuid, month date, kind text, instalment_id uuid, due_cents bigint, standing text,
    reason text, acts text, since timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT
        s.agreement_id,
        s.month,
        s.kind,
        s.instalment_id,
        s.due_cents,
        s.standing,
        CASE WHEN t.is_told THEN s.reason ELSE 'under_review' END,
        CASE WHEN t.is_told THEN s.acts ELSE 'office' END,
        s.since
    FROM public.month_standing(
        standing_seen.at, standing_seen.of_month, standing_seen.of_agreement
    ) AS s
    INNER JOIN public.agreement AS a ON s.agreement_id = a.id
    INNER JOIN public.scheme_version AS v ON a.scheme_version_id = v.id
    CROSS JOIN LATERAL (
        SELECT
            public.actor_role() <> 'employer'
            OR (
                s.is_told_employer
                AND (s.acts <> 'payee' OR public.payee_of(v.payments, s.kind) = 'employer')
            ) AS is_told
    ) AS t
    WHERE
        public.actor_sees_all()
        OR a.office_id = public.actor_office()
        OR a.employer_id = public.actor_employer()
$$;
