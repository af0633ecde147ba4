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
    CASE
        WHEN s.word IN ('bank_refused', 'not_written', 'on_hold', 'stopped') THEN 'blocked'
        WHEN s.word IN ('waits_to_be_put_up', 'month_runs', 'waits_to_be_computed')
            THEN 'scheduled'
        WHEN s.word IN ('put_up', 'sent') THEN 'in_payout'
        ELSE s.word
    END AS standing,
    CASE
        WHEN s.word = 'stopped' THEN stopped.code
        WHEN s.word = 'put_up' THEN f.waiting_state
        WHEN s.word IN ('blocked', 'not_due') THEN f.reason
        WHEN s.word <> 'paid' THEN s.word
    END AS reason,
    CASE
        WHEN s.word = 'stopped' THEN stopped.acts
        WHEN s.word = 'bank_refused' THEN 'payee'
        WHEN s.word = 'blocked' AND f.reason = 'evidence_unconfirmed' THEN 'office'
        WHEN s.word = 'blocked' THEN 'employer'
        WHEN s.word IN ('sent', 'paid', 'not_due', 'month_runs') THEN 'nobody'
        ELSE 'finance'
    END AS acts,
    CASE
        WHEN s.word = 'stopped' THEN stopped.since
        WHEN s.word = 'bank_refused' THEN f.refused_at
        WHEN s.word = 'on_hold' THEN held.placed_at
        WHEN s.word IN ('not_written', 'put_up', 'sent') THEN f.put_up_at
        WHEN s.word IN ('waits_to_be_put_up', 'blocked', 'not_due') THEN f.computed_at
        WHEN s.word <> 'paid' THEN of_month::timestamp AT TIME ZONE 'UTC'
    END AS since,
    CASE s.word
        WHEN 'stopped' THEN stopped.is_told_employer
        ELSE s.word <> 'on_hold'
    END AS is_told_employer,
    least(
        lapsing.at,
        CASE
            WHEN s.word = 'month_runs' THEN f.next_month::timestamp AT TIME ZONE 'Europe/Belgrade'
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
            array_agg(v.id) AS ids,
            array_agg(v.id) FILTER (WHERE v.superseded_at IS NULL) AS stands
        FROM instalment AS v
        WHERE v.agreement_id = of_agreement AND v.month = of_month AND v.kind = of_kind
    ) AS version
    CROSS JOIN LATERAL (
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
        FROM payout_line AS l
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
        WHERE l.instalment_id = any(version.ids) AND l.released_at IS NULL
    ) AS line
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(n.amount_cents), 0) AS cents
        FROM payout_netting AS n
        WHERE n.instalment_id = any(version.ids) AND n.released_at IS NULL
    ) AS netted
    LEFT JOIN instalment AS i ON version.stands[1] = i.id
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
-- The first that holds; as a fence, so that it is asked once for all that follows from it.
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN f.outcome = 'due' AND f.refused_at IS NOT NULL THEN 'bank_refused'
            WHEN f.is_unwritten THEN 'not_written'
            WHEN f.is_open AND held.placed_at IS NOT NULL THEN 'on_hold'
            WHEN f.is_open AND stopped.code IS NOT NULL THEN 'stopped'
            WHEN f.is_open THEN 'waits_to_be_put_up'
            WHEN f.waiting_state IS NOT NULL THEN 'put_up'
            WHEN f.is_sent THEN 'sent'
            WHEN f.outcome = 'due' THEN 'paid'
            WHEN f.outcome IS NOT NULL THEN f.outcome
            WHEN f.next_month > (payment_standing.at AT TIME ZONE 'Europe/Belgrade')::date
                THEN 'month_runs'
            ELSE 'waits_to_be_computed'
        END AS word
    OFFSET 0
) AS s
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
-- What is paid monthly in every month of the days, and what was computed or falls due besides.
CROSS JOIN LATERAL (
    SELECT f.kind
    FROM jsonb_each(v.payments) AS f (kind, facts)
    WHERE
        a.started_at IS NOT NULL
        AND (f.facts ->> 'is_monthly')::boolean
        AND daterange(pair.month, (pair.month + interval '1 month')::date) && a.period
    UNION
    SELECT i.kind
    FROM instalment AS i
    WHERE
        i.agreement_id = pair.agreement_id
        AND i.month = pair.month
        AND i.superseded_at IS NULL
    UNION
    SELECT n.kind
    FROM instalment_ahead AS n
    WHERE n.agreement_id = pair.agreement_id AND n.month = pair.month AND n.can_pay
) AS p
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
