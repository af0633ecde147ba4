-- Where payments stand, derived for the agreements and months that are asked for and for no others,
-- with the moment from which time alone may change it.

-- Where one kind of payment of a month stands: in exactly one of five sets. What is open is looked
-- at before what is under way: the bank refused it and it was not put up again, somebody stopped
-- it, a check stops it by the last run, or it waits.
CREATE FUNCTION payment_standing(
    at timestamptz, of_agreement uuid, of_month date, of_kind text
) RETURNS TABLE (
    instalment_id uuid, due_cents bigint, standing text, reason text, acts text, since timestamptz,
    is_told_employer boolean, changes_at timestamptz
)
LANGUAGE sql STABLE AS $$
SELECT
    f.instalment_id,
    f.due_cents,
    s.standing,
    s.reason,
    s.acts,
    s.since,
    s.is_told_employer,
    least(
        lapsing.at,
        CASE
            WHEN s.reason = 'month_runs' THEN f.next_month::timestamp AT TIME ZONE 'Europe/Belgrade'
        END
    ) AS changes_at
FROM (
    SELECT
        (of_month + interval '1 month')::date AS next_month,
        i.id AS instalment_id,
        coalesce(i.amount_cents, 0) AS due_cents,
        i.outcome,
        i.reason,
        i.computed_at,
        coalesce(i.outcome = 'due' AND i.amount_cents > line.put_cents - netted.cents, FALSE)
            AS is_open,
        line.refused_at,
        line.waiting_state,
        line.is_sent,
        line.is_unwritten,
        line.put_up_at
    FROM (
        SELECT
            coalesce(sum(l.due_cents) FILTER (WHERE l.reissues IS NULL), 0) AS put_cents,
            max(t.state_changed_at) FILTER (
                WHERE t.state IN ('rejected', 'cancelled', 'returned') AND NOT t.is_over
            ) AS refused_at,
            max(p.state) FILTER (WHERE p.state IN ('submitted', 'approved')) AS waiting_state,
            bool_or(t.state IN ('sent', 'accepted')) AS is_sent,
            bool_or(
                p.state = 'exported' AND l.amount_cents > 0 AND t.state IS NULL
            ) AS is_unwritten,
            min(p.submitted_at) FILTER (
                WHERE p.state <> 'exported' OR t.state IS NULL OR t.state IN ('sent', 'accepted')
            ) AS put_up_at
        FROM instalment AS v
        INNER JOIN payout_line AS l ON v.id = l.instalment_id
        INNER JOIN payout AS p ON l.payout_id = p.id
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
            v.agreement_id = of_agreement
            AND v.month = of_month
            AND v.kind = of_kind
            AND l.released_at IS NULL
    ) AS line
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(n.amount_cents), 0) AS cents
        FROM instalment AS v
        INNER JOIN payout_netting AS n ON v.id = n.instalment_id
        WHERE
            v.agreement_id = of_agreement
            AND v.month = of_month
            AND v.kind = of_kind
            AND n.released_at IS NULL
    ) AS netted
    LEFT JOIN instalment AS i
        ON
            i.agreement_id = of_agreement
            AND i.month = of_month
            AND i.kind = of_kind
            AND i.superseded_at IS NULL
) AS f
CROSS JOIN LATERAL (
    SELECT min(h.placed_at) AS placed_at
    FROM hold_in_force AS h
    WHERE
        f.is_open
        AND h.agreement_id = of_agreement
        AND (h.month IS NULL OR (h.month = of_month AND h.kind = of_kind))
) AS held
LEFT JOIN LATERAL (
    SELECT
        u.code,
        u.acts,
        u.since,
        u.is_told_employer
    FROM stopping_check(
        CASE WHEN f.is_open THEN f.instalment_id END, payment_standing.at
    ) AS u
    WHERE f.is_open
) AS stopped ON TRUE
-- An override that begins or lapses by itself is the only thing besides the end of the month.
CROSS JOIN LATERAL (
    SELECT
        min(
            CASE
                WHEN o.granted_at > payment_standing.at THEN o.granted_at
                WHEN o.expires_at > payment_standing.at THEN o.expires_at
            END
        ) AS at
    FROM check_override AS o
    WHERE
        f.is_open
        AND o.agreement_id = of_agreement
        AND o.month = of_month
        AND o.kind = of_kind
        AND o.granted_at IS NOT NULL
) AS lapsing
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
            f.next_month > (payment_standing.at AT TIME ZONE 'Europe/Belgrade')::date,
            'scheduled', 'month_runs', 'nobody', of_month::timestamp AT TIME ZONE 'UTC', TRUE
        ),
        (
            TRUE, 'scheduled', 'waits_to_be_computed', 'finance',
            of_month::timestamp AT TIME ZONE 'UTC', TRUE
        )
    ) AS rule (holds, standing, reason, acts, since, is_told_employer)
    WHERE rule.holds
    LIMIT 1
) AS s
$$;

-- The kinds of payment that an agreement that has begun has in a month: what is paid monthly in
-- every month of its days, and what was computed or falls due besides.
CREATE FUNCTION kinds_of_month(of_agreement uuid, of_month date) RETURNS TABLE (kind text)
LANGUAGE sql STABLE AS $$
SELECT p.kind
FROM agreement AS a
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
CROSS JOIN LATERAL jsonb_each(v.payments) AS p (kind, facts)
WHERE
    a.id = of_agreement
    AND a.started_at IS NOT NULL
    AND (p.facts ->> 'is_monthly')::boolean
    AND daterange(of_month, (of_month + interval '1 month')::date) && a.period
UNION
SELECT i.kind
FROM instalment AS i
WHERE i.agreement_id = of_agreement AND i.month = of_month AND i.superseded_at IS NULL
UNION
SELECT n.kind
FROM instalment_ahead AS n
WHERE n.agreement_id = of_agreement AND n.month = of_month AND n.can_pay
$$;

-- Where the payments of these agreements stand in these months, one of each for the other; the
-- month '-infinity' asks for all of an agreement's. Months that have not begun are answered too.
-- What an employer is told goes by the payee as well: of a person's own account it is told nothing.
CREATE FUNCTION derived_standing(at timestamptz, of_agreements uuid[], of_months date[])
RETURNS TABLE (
    agreement_id uuid, month date, kind text, reference text, office_id uuid, employer_id uuid,
    instalment_id uuid, due_cents bigint, standing text, reason text, acts text, since timestamptz,
    is_told_employer boolean, changes_at timestamptz
)
LANGUAGE sql STABLE AS $$
WITH asked AS (
    SELECT
        u.agreement_id,
        u.month
    FROM unnest(of_agreements, of_months) AS u (agreement_id, month)
),

pair AS (
    SELECT
        k.agreement_id,
        k.month
    FROM asked AS k
    WHERE k.month > '-infinity'
    UNION
    SELECT
        a.id AS agreement_id,
        m.month::date AS month
    FROM asked AS k
    INNER JOIN agreement AS a ON k.agreement_id = a.id
    CROSS JOIN LATERAL generate_series(
        date_trunc('month', lower(a.period)::timestamp),
        (upper(a.period) - 1)::timestamp,
        interval '1 month'
    ) AS m (month)
    WHERE k.month = '-infinity'
    UNION
    SELECT
        i.agreement_id,
        i.month
    FROM asked AS k
    INNER JOIN instalment AS i ON k.agreement_id = i.agreement_id AND i.superseded_at IS NULL
    WHERE k.month = '-infinity'
    UNION
    SELECT
        n.agreement_id,
        n.month
    FROM asked AS k
    INNER JOIN instalment_ahead AS n ON k.agreement_id = n.agreement_id
    WHERE k.month = '-infinity'
)

SELECT
    pair.agreement_id,
    pair.month,
    p.kind,
    a.reference,
    a.office_id,
    a.employer_id,
    s.instalment_id,
    s.due_cents,
    s.standing,
    s.reason,
    s.acts,
    s.since,
    s.is_told_employer AND (s.acts <> 'payee' OR payee_of(v.payments, p.kind) = 'employer')
        AS is_told_employer,
    min(s.changes_at) OVER (PARTITION BY pair.agreement_id, pair.month) AS changes_at
FROM pair
INNER JOIN agreement AS a ON pair.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
CROSS JOIN LATERAL kinds_of_month(pair.agreement_id, pair.month) AS p
CROSS JOIN LATERAL payment_standing(
    derived_standing.at, pair.agreement_id, pair.month, p.kind
) AS s
$$;

-- A month shows once it has begun, unless something of it was computed before.
CREATE FUNCTION is_begun(instalment_id uuid, month date, at timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN instalment_id IS NOT NULL OR month <= (at AT TIME ZONE 'Europe/Belgrade')::date;

-- What of an agreement an actor may see, worked out; of all agreements of a month likewise.
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
    FROM (
        SELECT
            array_agg(a.id) AS agreement_ids,
            array_agg(coalesce(of_month, '-infinity')) AS months
        FROM public.agreement AS a
        WHERE
            (of_agreement IS NULL OR a.id = of_agreement)
            AND (
                public.actor_sees_all()
                OR a.office_id = public.actor_office()
                OR a.employer_id = public.actor_employer()
            )
    ) AS seen
    CROSS JOIN LATERAL public.derived_standing(
        standing_seen.at, seen.agreement_ids, seen.months
    ) AS s
    CROSS JOIN LATERAL (
        SELECT public.actor_role() <> 'employer' OR s.is_told_employer AS is_told
    ) AS t
    WHERE public.is_begun(s.instalment_id, s.month, standing_seen.at)
$$;
