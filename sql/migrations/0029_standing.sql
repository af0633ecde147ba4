-- Where the money of each month stands; and what an actor may see and write of checks and holds.

-- The first check, in the order of their rules, that stops an instalment by its last run, and since
-- which run it has done so.
CREATE FUNCTION stopping_check(of_instalment uuid, at timestamptz) RETURNS TABLE (
    code text, acts text, since timestamptz, is_told_employer boolean
)
LANGUAGE sql STABLE AS $$
SELECT
    r.code::text,
    r.acts,
    coalesce(before.run_at, last.run_at) AS since,
    r.is_told_employer
FROM (
    SELECT
        c.run_id,
        c.payee,
        c.is_monthly,
        n.run_on,
        n.run_at
    FROM checked_instalment AS c
    INNER JOIN check_run AS n ON c.run_id = n.id
    WHERE c.instalment_id = stopping_check.of_instalment
    ORDER BY c.run_id DESC
    LIMIT 1
) AS last
INNER JOIN check_rule AS r
    ON
        r.valid @> last.run_on
        AND (r.payee IS NULL OR r.payee = last.payee)
        AND (last.is_monthly OR NOT r.is_monthly_only)
LEFT JOIN check_result AS f
    ON
        last.run_id = f.run_id
        AND f.instalment_id = stopping_check.of_instalment
        AND r.code = f.code
LEFT JOIN check_override AS o
    ON
        f.override_id = o.id
        AND o.granted_at <= stopping_check.at
        AND o.expires_at > stopping_check.at
LEFT JOIN LATERAL (
    SELECT min(n.run_at) AS run_at
    FROM check_result AS g
    INNER JOIN checked_instalment AS c
        ON g.run_id = c.run_id AND g.instalment_id = c.instalment_id
    INNER JOIN check_run AS n ON c.run_id = n.id
    WHERE
        c.instalment_id = stopping_check.of_instalment
        AND g.code = r.code
        AND g.outcome <> 'passed'
) AS before ON TRUE
WHERE
    o.id IS NULL
    AND (
        f.outcome IS NULL
        OR (r.is_blocking AND f.outcome = 'failed')
        OR (r.is_blocking AND r.no_data_blocks AND f.outcome = 'no_data')
        -- It stops nothing by itself: what is beyond the ceiling is reduced, or waits.
        OR (r.code = 'state_aid' AND f.outcome = 'failed')
    )
ORDER BY r.id
LIMIT 1
$$;

-- Where each month of an agreement that has begun stands, for each kind of payment: every month of
-- its days for what is paid monthly, and what was computed or falls due besides; in exactly one of
-- five sets. What is open is looked at before what is under way: the bank refused it and it was not
-- put up again, somebody stopped it, a check stops it by the last run, or it waits.
CREATE FUNCTION month_standing(at timestamptz) RETURNS TABLE (
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
    WHERE a.started_at IS NOT NULL AND (p.facts ->> 'is_monthly')::boolean
    UNION
    SELECT
        i.agreement_id,
        i.month,
        i.kind
    FROM instalment AS i
    WHERE i.superseded_at IS NULL
    UNION
    SELECT
        n.agreement_id,
        n.month,
        n.kind
    FROM instalment_ahead AS n
    INNER JOIN today ON n.month <= today.day
    WHERE n.can_pay
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
    WHERE l.released_at IS NULL
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
    WHERE n.released_at IS NULL
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
    FROM stopping_check(f.instalment_id, month_standing.at) AS u
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

-- What of it an actor may see. It reads with its owner's rights, since only finance sees payouts;
-- an office sees its own agreements, and an employer its own, with no reason that says something
-- of a person: such a payment is being looked at.
CREATE FUNCTION standing_seen(at timestamptz, of_month date, of_agreement uuid) RETURNS TABLE (
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
    FROM public.month_standing(standing_seen.at) AS s
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
        (standing_seen.of_month IS NULL OR s.month = standing_seen.of_month)
        AND (standing_seen.of_agreement IS NULL OR s.agreement_id = standing_seen.of_agreement)
        AND (
            public.actor_sees_all()
            OR a.office_id = public.actor_office()
            OR a.employer_id = public.actor_employer()
        )
$$;

GRANT SELECT ON check_rule, hold_in_force TO ura_app;
GRANT SELECT, INSERT ON
check_run, checked_instalment, check_result, check_override_lapse TO ura_app;
GRANT SELECT, INSERT, UPDATE ON check_override, instalment_hold TO ura_app;

ALTER TABLE check_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY check_rule_seen ON check_rule FOR SELECT USING (TRUE);

ALTER TABLE check_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY check_run_seen ON check_run FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'case_officer'
);
CREATE POLICY check_run_by_finance ON check_run FOR INSERT WITH CHECK (
    ((SELECT actor_role()) = 'finance_officer' AND run_by = (SELECT actor_account()))
    OR ((SELECT actor_role()) = 'system' AND run_by IS NULL)
);

ALTER TABLE checked_instalment ENABLE ROW LEVEL SECURITY;
CREATE POLICY checked_instalment_seen ON checked_instalment FOR SELECT USING (
    (SELECT actor_sees_all())
    OR (
        (SELECT actor_role()) = 'case_officer'
        AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = checked_instalment.agreement_id)
    )
);
CREATE POLICY checked_instalment_written ON checked_instalment FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'system')
);

ALTER TABLE check_result ENABLE ROW LEVEL SECURITY;
CREATE POLICY check_result_seen ON check_result FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (
        SELECT 1 FROM checked_instalment AS c
        WHERE c.run_id = check_result.run_id AND c.instalment_id = check_result.instalment_id
    )
);
CREATE POLICY check_result_written ON check_result FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'system')
);

ALTER TABLE check_override ENABLE ROW LEVEL SECURITY;
CREATE POLICY check_override_seen ON check_override FOR SELECT USING (
    (SELECT actor_sees_all())
    OR (
        (SELECT actor_role()) = 'case_officer'
        AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = check_override.agreement_id)
    )
);
CREATE POLICY check_override_asked ON check_override FOR INSERT WITH CHECK (
    asked_by = (SELECT actor_account())
    AND num_nonnulls(granted_at, refused_at) = 0
    AND (SELECT actor_role()) IN ('case_officer', 'finance_officer')
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = check_override.agreement_id)
);
CREATE POLICY check_override_decided ON check_override FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
) WITH CHECK (coalesce(granted_by, refused_by) = (SELECT actor_account()));

ALTER TABLE check_override_lapse ENABLE ROW LEVEL SECURITY;
CREATE POLICY check_override_lapse_seen ON check_override_lapse FOR SELECT USING (
    EXISTS (SELECT 1 FROM check_override AS o WHERE o.id = check_override_lapse.override_id)
);
CREATE POLICY check_override_lapse_noted ON check_override_lapse FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'system')
);

ALTER TABLE instalment_hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY instalment_hold_seen ON instalment_hold FOR SELECT USING (
    (SELECT actor_sees_all())
    OR (
        (SELECT actor_role()) = 'case_officer'
        AND (
            employer_id IS NOT NULL
            OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = instalment_hold.agreement_id)
        )
    )
);
CREATE POLICY instalment_hold_placed ON instalment_hold FOR INSERT WITH CHECK (
    placed_by = (SELECT actor_account())
    AND released_at IS NULL
    AND (
        (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
        OR (
            (SELECT actor_role()) = 'case_officer'
            AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = instalment_hold.agreement_id)
        )
    )
);
CREATE POLICY instalment_hold_released ON instalment_hold FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
) WITH CHECK (released_by = (SELECT actor_account()));
