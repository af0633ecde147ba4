-- What is shown of where payments stand: what is kept, and what is outdated of it worked out anew.

-- The agreements of a month that stand elsewhere than is kept: noted, or by time alone.
CREATE FUNCTION standing_outdated(at timestamptz, of_month date) RETURNS TABLE (agreement_id uuid)
LANGUAGE sql STABLE AS $$
SELECT unnest(c.agreement_ids)
FROM standing_change AS c
WHERE c.month IN (of_month, '-infinity')
UNION
SELECT k.agreement_id
FROM standing AS k
WHERE k.month = of_month AND k.changes_at <= standing_outdated.at
$$;

-- What of a month or an agreement an actor may see besides the rows that its policy shows: what is
-- outdated, worked out as it is now; for an employer also what is kept, with no reason that says
-- something of a person: such a payment is being looked at. It reads with its owner's rights, since
-- only finance sees payouts.
CREATE FUNCTION standing_besides(at timestamptz, of_month date) RETURNS TABLE (
    agreement_id uuid, month date, kind text, reference text, office_id uuid, instalment_id uuid,
    due_cents bigint, standing text, reason text, acts text, since timestamptz
)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    outdated uuid[] := ARRAY(
        SELECT o.agreement_id FROM public.standing_outdated(at, of_month) AS o
    );
    is_employer boolean := public.actor_role() = 'employer';
BEGIN
    IF cardinality(outdated) = 0 AND NOT is_employer THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH shown AS (
        SELECT s.*
        FROM public.derived_standing(
            standing_besides.at, outdated, array_fill(of_month, ARRAY[cardinality(outdated)])
        ) AS s
        WHERE
            public.actor_sees_all()
            OR s.office_id = public.actor_office()
            OR s.employer_id = public.actor_employer()
        UNION ALL
        SELECT k.*
        FROM public.standing AS k
        WHERE
            is_employer
            AND k.employer_id = public.actor_employer()
            AND k.month = of_month
            AND k.agreement_id <> ALL (outdated)
    )

    SELECT
        s.agreement_id,
        s.month,
        s.kind,
        s.reference,
        s.office_id,
        s.instalment_id,
        s.due_cents,
        s.standing,
        CASE WHEN is_employer AND NOT s.is_told_employer THEN 'under_review' ELSE s.reason END,
        CASE WHEN is_employer AND NOT s.is_told_employer THEN 'office' ELSE s.acts END,
        s.since
    FROM shown AS s
    WHERE public.is_begun(s.instalment_id, s.month, standing_besides.at);
END
$$;

-- What of a month is kept and not outdated, as far as its policy shows it.
CREATE FUNCTION standing_kept(at timestamptz, of_month date) RETURNS TABLE (
    agreement_id uuid, month date, kind text, reference text, office_id uuid, instalment_id uuid,
    due_cents bigint, standing text, reason text, acts text, since timestamptz
)
LANGUAGE sql STABLE AS $$
SELECT
    k.agreement_id,
    k.month,
    k.kind,
    k.reference,
    k.office_id,
    k.instalment_id,
    k.due_cents,
    k.standing,
    k.reason,
    k.acts,
    k.since
FROM standing AS k
WHERE
    k.month = of_month
    AND (k.changes_at IS NULL OR k.changes_at > standing_kept.at)
    AND is_begun(k.instalment_id, of_month, standing_kept.at)
    AND k.agreement_id NOT IN (
        SELECT unnest(c.agreement_ids) FROM standing_change AS c
        WHERE c.month IN (of_month, '-infinity')
    )
$$;

-- Where a month stands, for whoever asks. The conditions stand outside of the two parts, and each
-- part is one table, so that the planner can read both in the order of a page.
CREATE FUNCTION standing_of_month(at timestamptz, of_month date) RETURNS TABLE (
    agreement_id uuid, month date, kind text, reference text, office_id uuid, instalment_id uuid,
    due_cents bigint, standing text, reason text, acts text, since timestamptz
)
LANGUAGE sql STABLE AS $$
SELECT
    s.agreement_id,
    s.month,
    s.kind,
    s.reference,
    s.office_id,
    s.instalment_id,
    s.due_cents,
    s.standing,
    s.reason,
    s.acts,
    s.since
FROM (
    SELECT
        k.agreement_id,
        k.month,
        k.kind,
        k.reference,
        k.office_id,
        k.instalment_id,
        k.due_cents,
        k.standing,
        k.reason,
        k.acts,
        k.since,
        k.changes_at,
        TRUE AS is_kept
    FROM standing AS k
    UNION ALL
    SELECT
        b.agreement_id,
        b.month,
        b.kind,
        b.reference,
        b.office_id,
        b.instalment_id,
        b.due_cents,
        b.standing,
        b.reason,
        b.acts,
        b.since,
        NULL AS changes_at,
        FALSE AS is_kept
    FROM standing_besides(standing_of_month.at, of_month) AS b
) AS s
WHERE
    s.month = of_month
    AND (s.changes_at IS NULL OR s.changes_at > standing_of_month.at)
    AND is_begun(s.instalment_id, of_month, standing_of_month.at)
    AND (
        NOT s.is_kept
        OR s.agreement_id NOT IN (
            SELECT unnest(c.agreement_ids) FROM standing_change AS c
            WHERE c.month IN (of_month, '-infinity')
        )
    )
$$;

-- The same added up: what is counted, less what of it is outdated, and what is besides.
CREATE FUNCTION standing_counted(at timestamptz, of_month date) RETURNS TABLE (
    standing text, reason text, acts text, payment_count bigint, due_cents bigint
)
LANGUAGE sql STABLE AS $$
SELECT
    part.standing,
    part.reason,
    part.acts,
    sum(part.payment_count)::bigint AS payment_count,
    sum(part.due_cents)::bigint AS due_cents
FROM (
    SELECT
        n.standing,
        n.reason,
        n.acts,
        n.payment_count,
        n.due_cents
    FROM standing_count AS n
    WHERE
        n.month = of_month
        AND (
            n.reason IS DISTINCT FROM 'month_runs'
            OR is_begun(NULL, of_month, standing_counted.at)
        )
    UNION ALL
    SELECT
        k.standing,
        k.reason,
        k.acts,
        -1 AS payment_count,
        -k.due_cents AS due_cents
    FROM standing_outdated(standing_counted.at, of_month) AS o
    INNER JOIN standing AS k ON o.agreement_id = k.agreement_id AND k.month = of_month
    WHERE is_begun(k.instalment_id, of_month, standing_counted.at)
    UNION ALL
    SELECT
        b.standing,
        b.reason,
        b.acts,
        1 AS payment_count,
        b.due_cents
    FROM standing_besides(standing_counted.at, of_month) AS b
) AS part
GROUP BY part.standing, part.reason, part.acts
HAVING sum(part.payment_count) > 0
$$;

-- All months of all agreements, for the invariants: as kept, or as worked out now.
CREATE OR REPLACE FUNCTION month_standing(at timestamptz) RETURNS TABLE (
    agreement_id uuid, month date, kind text, instalment_id uuid, due_cents bigint, standing text,
    reason text, acts text, since timestamptz, is_told_employer boolean
)
LANGUAGE sql STABLE AS $$
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
    WHERE k.changes_at <= month_standing.at
),

shown AS (
    SELECT k.*
    FROM standing AS k
    -- Hashed, however few the planner expects.
    WHERE
        (k.agreement_id, k.month) NOT IN (SELECT o.agreement_id, o.month FROM outdated AS o)
        AND k.agreement_id NOT IN (
            SELECT o.agreement_id FROM outdated AS o WHERE o.month = '-infinity'
        )
    UNION ALL
    SELECT d.*
    FROM (
        SELECT
            array_agg(o.agreement_id) AS agreement_ids,
            array_agg(o.month) AS months
        FROM outdated AS o
    ) AS every
    CROSS JOIN LATERAL derived_standing(
        month_standing.at, every.agreement_ids, every.months
    ) AS d
)

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
FROM shown AS s
WHERE is_begun(s.instalment_id, s.month, month_standing.at)
$$;

DROP FUNCTION month_standing(timestamptz, date, uuid);
