-- The second computation, from the parts of 0021_expected.sql to what is due, and beside what is
-- put up.

-- ----- Step 4, the amounts, in whole cents before the entitlement. A wage subsidy is a share of
-- the wage of the days that count, at most their part of the monthly maximum; an allowance is their
-- part of the flat amount, as far as they were attended. The retention part is a share of the wages
-- of its months, each at most the wage at which the monthly maximum binds. A piece of which a
-- report is missing, unconfirmed or below the lawful wage comes to nothing, and so does the
-- retention part.
CREATE FUNCTION expected_amount(of_agreements uuid[], through date)
RETURNS TABLE (
    agreement_id uuid,
    kind text,
    number integer,
    month date,
    cents bigint,
    entitled_cents bigint
)
LANGUAGE sql STABLE AS $$
WITH summed AS MATERIALIZED (
    SELECT
        agreement_id,
        kind,
        form,
        number,
        month,
        whole_days,
        amount,
        rate,
        granted_months,
        retention_rate,
        sum(covered) AS covered,
        bool_and(is_in_order) AS is_in_order,
        coalesce(sum(wage), 0) AS wage,
        coalesce(sum(attended), 0) AS attended
    FROM expected_part(of_agreements, through)
    GROUP BY
        agreement_id, kind, form, number, month, whole_days, amount, rate, granted_months,
        retention_rate
),

-- A share of the wage and its maximum are both taken times 100 and in parts of a day count.
counted AS (
    SELECT
        summed.*,
        least(
            rate * wage, 100 * expected_share((amount * covered)::bigint, whole_days)
        ) AS share
    FROM summed
)

SELECT
    agreement_id,
    kind,
    number,
    month,
    CASE
        WHEN form IN ('each_month', 'milestone') THEN amount::bigint
        WHEN NOT is_in_order THEN 0
        WHEN form = 'wage_share' THEN expected_half_up(share, 100 * expected_share(1, 1))
        ELSE expected_half_up(amount * attended, expected_share(whole_days, 1))
    END,
    CASE
        WHEN form IN ('wage_share', 'by_attendance') THEN (amount * granted_months)::bigint
    END
FROM counted
WHERE form <> 'retention'
UNION ALL
SELECT
    agreement_id,
    kind,
    0,
    month,
    CASE
        WHEN bool_and(is_in_order)
            THEN expected_half_up(
                retention_rate * sum(share), 100 * rate * expected_share(1, 1)
            )
        ELSE 0
    END,
    NULL
FROM counted
WHERE form = 'retention'
GROUP BY agreement_id, kind, month, rate, retention_rate
$$;

-- ----- Step 5, what is due: by programme months in their order, as long as the entitlement lasts
-- (so many months at the monthly maximum), in the calendar month in which each ends.
CREATE FUNCTION expected_due(of_agreements uuid[], through date)
RETURNS TABLE (agreement_id uuid, kind text, month date, due_cents bigint)
LANGUAGE sql STABLE AS $$
SELECT
    running.agreement_id,
    running.kind,
    running.month,
    sum(
        least(running.up_to_here, running.entitled_cents)
        - least(running.up_to_here - running.cents, running.entitled_cents)
    )::bigint
FROM (
    SELECT
        agreement_id,
        kind,
        month,
        cents,
        entitled_cents,
        sum(cents) OVER (PARTITION BY agreement_id, kind ORDER BY number) AS up_to_here
    FROM expected_amount(of_agreements, through)
) AS running
GROUP BY running.agreement_id, running.kind, running.month
$$;

-- The instalments that stand, up to a month, beside what is expected: for each agreement, kind of
-- payment and month what the service says is due (ours) and what is due by these rules (theirs);
-- theirs is missing for what is not computed twice. Only months that were computed are compared.
-- Behind the policies the planner expects a row where there are thousands: no nested loops.
CREATE FUNCTION expected_comparison(of_agreements uuid[], through date)
RETURNS TABLE (
    agreement_id uuid, kind text, month date, ours_cents bigint, theirs_cents bigint
)
LANGUAGE sql STABLE SET enable_nestloop = off SET jit = off AS $$
SELECT
    coalesce(ours.agreement_id, theirs.agreement_id),
    coalesce(ours.kind, theirs.kind),
    coalesce(ours.month, theirs.month),
    coalesce(ours.amount_cents, 0),
    CASE
        WHEN ours.reason = 'budget_exhausted' THEN 0 -- due, but its line has no money for it yet
        WHEN ours.is_short THEN ours.amount_cents -- more is due, and waits for money: set aside
        WHEN ours.is_known IS NOT FALSE THEN coalesce(theirs.due_cents, 0)
    END
FROM (
    SELECT
        i.agreement_id,
        i.kind,
        i.month,
        i.amount_cents,
        i.reason,
        coalesce(t.is_known, FALSE) AS is_known,
        EXISTS (
            SELECT 1 FROM fact_change AS f
            WHERE f.agreement_id = i.agreement_id AND f.fact = 'budget' AND f.since <= i.month
        ) AS is_short
    FROM unnest(of_agreements) AS wanted (id)
    INNER JOIN instalment AS i
        ON wanted.id = i.agreement_id AND i.superseded_at IS NULL AND i.month <= through
    LEFT JOIN expected_term(of_agreements, through) AS t
        ON i.agreement_id = t.agreement_id AND i.kind = t.kind
) AS ours
FULL JOIN expected_due(of_agreements, through) AS theirs
    ON
        ours.agreement_id = theirs.agreement_id
        AND ours.kind = theirs.kind
        AND ours.month = theirs.month
$$;

-- What a payout does not pay of its lines for the sake of a ceiling (state_aid_reduction).
CREATE FUNCTION expected_reductions(of_payout uuid)
RETURNS TABLE (instalment_id uuid, cents bigint)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT l.instalment_id, r.full_cents - r.allowed_cents
    FROM state_aid_reduction AS r
    INNER JOIN payout_line AS l ON r.payout_line_id = l.id
    WHERE l.payout_id = of_payout;
END
$$;

-- The same for a payout that is being put up: its agreements, and all that were computed for its
-- month, but those on hold that it does not pay. In a month that it pays, ours is what all payouts
-- will hold of it, and what a ceiling lets it not pay. Open is what it should pay of a month that
-- it pays, and below zero what it may keep back of any other, but not of one that waits in a payout
-- nobody has decided on.
CREATE FUNCTION expected_of_payout(of_payout uuid, through date)
RETURNS TABLE (
    agreement_id uuid,
    payee text,
    kind text,
    month date,
    ours_cents bigint,
    theirs_cents bigint,
    is_paid boolean,
    put_in_cents bigint,
    open_cents bigint
)
LANGUAGE sql STABLE SET enable_nestloop = off SET jit = off AS $$
WITH held AS MATERIALIZED (
    SELECT
        pi.agreement_id,
        pi.kind,
        pi.month,
        coalesce(
            sum(pi.cents) FILTER (WHERE pi.payout_id IS DISTINCT FROM of_payout), 0
        )::bigint AS before,
        coalesce(sum(pi.cents) FILTER (WHERE pi.payout_id = of_payout AND pi.cents > 0), 0)::bigint
            AS paid,
        bool_or(pi.state = 'submitted' AND pi.payout_id IS DISTINCT FROM of_payout) AS is_undecided
    FROM put_in AS pi
    GROUP BY pi.agreement_id, pi.kind, pi.month
),

moved AS MATERIALIZED (
    SELECT
        i.agreement_id,
        i.kind,
        i.month,
        sum(moved_cents.netted)::bigint AS netted,
        sum(moved_cents.reduced)::bigint AS reduced
    FROM (
        SELECT
            n.instalment_id,
            n.amount_cents AS netted,
            0 AS reduced
        FROM payout_line AS l
        INNER JOIN payout_netting AS n ON l.id = n.payout_line_id
        WHERE l.payout_id = of_payout
        UNION ALL
        SELECT
            r.instalment_id,
            0,
            r.cents
        FROM expected_reductions(of_payout) AS r
    ) AS moved_cents
    INNER JOIN instalment AS i ON moved_cents.instalment_id = i.id
    GROUP BY i.agreement_id, i.kind, i.month
),

-- What failed and is paid again by this payout was put in before: it comes on top of what is due.
again AS MATERIALIZED (
    SELECT
        i.agreement_id,
        i.kind,
        i.month,
        sum(l.due_cents)::bigint AS cents
    FROM payout_line AS l
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    WHERE l.payout_id = of_payout AND l.reissues IS NOT NULL
    GROUP BY i.agreement_id, i.kind, i.month
),

-- What failed and waits never reached its payee, so it is not kept back from other months.
waiting AS MATERIALIZED (
    SELECT
        i.agreement_id,
        i.kind,
        i.month,
        sum(o.amount_cents)::bigint AS cents
    FROM payment_attempt AS o
    INNER JOIN payout_line AS l ON o.payout_line_id = l.id
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    WHERE
        o.state IN ('rejected', 'cancelled', 'returned')
        AND NOT EXISTS (SELECT 1 FROM payment_closure AS c WHERE c.payout_line_id = l.id)
        AND NOT EXISTS (
            SELECT 1 FROM payout_line AS paying
            WHERE paying.reissues = o.id AND paying.released_at IS NULL
        )
    GROUP BY i.agreement_id, i.kind, i.month
)

SELECT
    c.agreement_id,
    payee_of(v.payments, c.kind),
    c.kind,
    c.month,
    CASE
        WHEN held.paid > 0 AND c.ours_cents = c.theirs_cents
            THEN held.before + held.paid + coalesce(moved.reduced, 0)
        ELSE c.ours_cents
    END,
    c.theirs_cents,
    coalesce(held.paid > 0, FALSE) OR again.cents IS NOT NULL,
    coalesce(held.paid, 0) + coalesce(again.cents, 0) - coalesce(moved.netted, 0),
    coalesce(again.cents, 0)
    + CASE
        WHEN held.paid > 0
            THEN
                coalesce(c.theirs_cents, c.ours_cents) - held.before - coalesce(moved.reduced, 0)
        WHEN held.is_undecided THEN 0
        ELSE
            least(
                0,
                coalesce(c.theirs_cents, c.ours_cents) - coalesce(held.before, 0)
                + coalesce(waiting.cents, 0)
            )
    END
FROM expected_comparison(
    array(
        SELECT held.agreement_id FROM held
        WHERE held.paid > 0
        UNION
        SELECT again.agreement_id FROM again
        UNION
        (
            SELECT i.agreement_id FROM instalment AS i
            WHERE i.month = through AND i.superseded_at IS NULL
            EXCEPT
            SELECT stopped.id FROM agreement AS stopped
            INNER JOIN instalment_hold AS h
                ON stopped.id = h.agreement_id OR stopped.employer_id = h.employer_id
            WHERE h.released_at IS NULL
        )
    ),
    through
) AS c
INNER JOIN agreement AS a ON c.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
LEFT JOIN held
    ON c.agreement_id = held.agreement_id AND c.kind = held.kind AND c.month = held.month
LEFT JOIN moved
    ON c.agreement_id = moved.agreement_id AND c.kind = moved.kind AND c.month = moved.month
LEFT JOIN again
    ON c.agreement_id = again.agreement_id AND c.kind = again.kind AND c.month = again.month
LEFT JOIN waiting
    ON c.agreement_id = waiting.agreement_id AND c.kind = waiting.kind AND c.month = waiting.month
$$;

-- The same for single instalments, as a check tells it: passed, failed, or no data where a kind of
-- payment is not computed twice; with both amounts.
CREATE FUNCTION expected_outcome(of_instalments uuid[])
RETURNS TABLE (instalment_id uuid, outcome text, inputs jsonb)
LANGUAGE sql STABLE SET enable_nestloop = off SET jit = off AS $$
WITH asked AS MATERIALIZED (
    SELECT
        i.id,
        i.agreement_id,
        i.kind,
        i.month,
        i.amount_cents
    FROM unnest(of_instalments) AS wanted (id)
    INNER JOIN instalment AS i ON wanted.id = i.id
)

SELECT
    asked.id,
    CASE
        WHEN c.theirs_cents IS NULL THEN 'no_data'
        WHEN c.theirs_cents = asked.amount_cents THEN 'passed'
        ELSE 'failed'
    END,
    jsonb_build_object('ours_cents', asked.amount_cents, 'theirs_cents', c.theirs_cents)
FROM asked
LEFT JOIN expected_comparison(
    array(SELECT DISTINCT asked.agreement_id FROM asked), (SELECT max(asked.month) FROM asked)
) AS c
    ON
        asked.agreement_id = c.agreement_id AND asked.kind = c.kind AND asked.month = c.month
$$;

-- A payout leaves the hands of who puts it up only with a second figure that is the same.
CREATE FUNCTION guard_payout_expected() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM payout_expected AS e
        WHERE
            e.payout_id = new.id
            AND e.expected_cents = (
                SELECT coalesce(sum(pi.cents), 0) FROM put_in AS pi
                WHERE pi.payout_id = new.id AND pi.cents > 0
            ) + (
                SELECT coalesce(sum(l.due_cents), 0) FROM payout_line AS l
                WHERE l.payout_id = new.id AND l.reissues IS NOT NULL
            ) - (
                SELECT coalesce(sum(n.amount_cents), 0)
                FROM payout_line AS l
                INNER JOIN payout_netting AS n ON l.id = n.payout_line_id
                WHERE l.payout_id = new.id
            )
    ) THEN
        RAISE EXCEPTION 'a payout is put up only when it was computed twice, to the same cent'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_computed_twice';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_worked_out_twice BEFORE UPDATE ON payout
FOR EACH ROW WHEN (old.state = 'draft') EXECUTE FUNCTION guard_payout_expected();

-- ----- Who may see and write.
GRANT SELECT, INSERT ON expected_method, payout_expected TO ura_app;
GRANT SELECT ON expected_figure, expected_milestone TO ura_app;

ALTER TABLE expected_method ENABLE ROW LEVEL SECURITY;
CREATE POLICY expected_method_seen ON expected_method FOR SELECT USING (TRUE);
CREATE POLICY expected_method_stated ON expected_method FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator' AND stated_by = (SELECT actor_account())
);

ALTER TABLE payout_expected ENABLE ROW LEVEL SECURITY;
CREATE POLICY payout_expected_seen ON payout_expected FOR SELECT USING (
    (SELECT actor_sees_all())
);
CREATE POLICY payout_expected_written ON payout_expected FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer'
);
