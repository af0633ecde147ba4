-- Where each payment stands, kept so that a page of a large month is found and not worked out. What
-- is kept is never older than it may be: whoever writes something that it follows from notes the
-- agreement and month in the same transaction, and what is noted is worked out at each look until
-- a worker has kept it anew.

CREATE TABLE standing (
    agreement_id uuid NOT NULL,
    month date NOT NULL,
    kind text NOT NULL,
    reference text NOT NULL,
    office_id uuid NOT NULL,
    employer_id uuid NOT NULL,
    instalment_id uuid,
    due_cents bigint NOT NULL,
    standing text NOT NULL,
    reason text,
    acts text NOT NULL,
    since timestamptz,
    is_told_employer boolean NOT NULL,
    changes_at timestamptz,
    CONSTRAINT standing_in_one_set PRIMARY KEY (agreement_id, month, kind),
    CONSTRAINT standing_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT standing_standing_known CHECK (
        standing IN ('paid', 'in_payout', 'scheduled', 'blocked', 'not_due')
    ),
    CONSTRAINT standing_acts_known CHECK (
        acts IN ('employer', 'office', 'payee', 'finance', 'nobody')
    ),
    CONSTRAINT standing_says_why_unless_paid CHECK ((standing = 'paid') = (reason IS NULL)),
    CONSTRAINT standing_blocked_since CHECK (standing <> 'blocked' OR since IS NOT NULL)
);

CREATE INDEX standing_by_urgency ON standing (
    month, (standing <> 'blocked'), coalesce(since, timestamptz 'infinity'), reference, kind
);
CREATE INDEX standing_by_reference ON standing (month, reference, kind);
CREATE INDEX standing_by_due ON standing (month, due_cents, reference, kind);
CREATE INDEX standing_by_set ON standing (month, standing, reason, acts, since);
CREATE INDEX standing_by_reason ON standing (month, reason);
CREATE INDEX standing_of_office ON standing (office_id, month);
CREATE INDEX standing_of_employer ON standing (employer_id, month);
CREATE INDEX standing_changes ON standing (changes_at) WHERE changes_at IS NOT NULL;

-- The rows of a month, an office, a set and a reason, added up.
CREATE TABLE standing_count (
    month date NOT NULL,
    office_id uuid NOT NULL,
    standing text NOT NULL,
    reason text,
    acts text NOT NULL,
    payment_count bigint NOT NULL,
    due_cents bigint NOT NULL,
    CONSTRAINT standing_count_once UNIQUE NULLS NOT DISTINCT (
        month, office_id, standing, reason, acts
    ),
    CONSTRAINT standing_count_of_payments CHECK (payment_count >= 0 AND due_cents >= 0)
);

-- What may stand elsewhere than it is kept: a month of an agreement, or all of it ('-infinity').
-- Each note is a row of its own, so that taking one away never takes another that came later.
CREATE TABLE standing_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agreement_id uuid NOT NULL,
    month date NOT NULL,
    made_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT standing_change_month_first_day CHECK (
        month = '-infinity' OR extract(DAY FROM month) = 1
    )
);

CREATE INDEX standing_change_by_month ON standing_change (month, agreement_id);

-- Everything there is, for the worker to begin with.
INSERT INTO standing_change (agreement_id, month)
SELECT
    a.id,
    '-infinity'
FROM agreement AS a
WHERE a.started_at IS NOT NULL;

-- Nobody else sees what a transaction has noted before it ends, so once in it is enough.
CREATE FUNCTION note_standing(of_agreements uuid[], of_months date[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.standing_change (agreement_id, month)
    SELECT DISTINCT
        u.agreement_id,
        u.month
    FROM unnest(of_agreements, of_months) AS u (agreement_id, month)
    WHERE NOT EXISTS (
        SELECT 1 FROM public.standing_change AS c
        WHERE
            c.month = u.month
            AND c.agreement_id = u.agreement_id
            AND c.made_in = pg_current_xact_id()
    );
END
$$;
REVOKE EXECUTE ON FUNCTION note_standing FROM public;

-- The agreements of a month that stand elsewhere than is kept: noted, or by time alone.
CREATE FUNCTION standing_outdated(at timestamptz, of_month date) RETURNS TABLE (agreement_id uuid)
LANGUAGE sql STABLE AS $$
SELECT c.agreement_id
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
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public AS $$
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
    AND NOT EXISTS (
        SELECT 1 FROM standing_change AS c
        WHERE c.month IN (of_month, '-infinity') AND c.agreement_id = k.agreement_id
    )
$$;

-- Where a month stands, for whoever asks.
CREATE FUNCTION standing_of_month(at timestamptz, of_month date) RETURNS TABLE (
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
FROM standing_kept(standing_of_month.at, of_month) AS k
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
    b.since
FROM standing_besides(standing_of_month.at, of_month) AS b
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
        c.agreement_id,
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
    WHERE NOT EXISTS (
        SELECT 1 FROM outdated AS o
        WHERE o.agreement_id = k.agreement_id AND o.month IN (k.month, '-infinity')
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

-- Keeps anew what was noted longest ago, and what has changed by time alone; how many notes and
-- months those were. What a note tells of is committed when it is seen here, and one worker does it
-- at a time, so nothing older is ever kept over something newer. 0 when another worker is at it.
CREATE FUNCTION keep_standing(at timestamptz, at_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    of_agreements uuid[];
    of_months date[];
BEGIN
    IF public.actor_role() IS DISTINCT FROM 'system' THEN
        RAISE EXCEPTION 'only the system keeps where payments stand'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtextextended('standing', 0)) THEN
        RETURN 0;
    END IF;
    WITH taken AS (
        DELETE FROM public.standing_change AS c
        WHERE c.id IN (
            SELECT o.id FROM public.standing_change AS o ORDER BY o.id LIMIT at_most
        )
        RETURNING c.agreement_id, c.month
    )

    SELECT
        array_agg(k.agreement_id),
        array_agg(k.month)
    INTO of_agreements, of_months
    FROM (
        SELECT
            t.agreement_id,
            t.month
        FROM taken AS t
        UNION
        SELECT
            l.agreement_id,
            l.month
        FROM (
            SELECT
                s.agreement_id,
                s.month
            FROM public.standing AS s
            WHERE s.changes_at <= keep_standing.at
            ORDER BY s.changes_at
            LIMIT at_most
        ) AS l
    ) AS k;
    IF of_agreements IS NULL THEN
        RETURN 0;
    END IF;

    WITH derived AS MATERIALIZED (
        SELECT d.* FROM public.derived_standing(keep_standing.at, of_agreements, of_months) AS d
    ),

    kept AS MATERIALIZED (
        SELECT DISTINCT k.*
        FROM unnest(of_agreements, of_months) AS o (agreement_id, month)
        INNER JOIN public.standing AS k
            ON o.agreement_id = k.agreement_id AND o.month IN (k.month, '-infinity')
    ),

    gone AS (
        DELETE FROM public.standing AS s
        USING kept AS k
        WHERE
            (s.agreement_id, s.month, s.kind) = (k.agreement_id, k.month, k.kind)
            AND NOT EXISTS (
                SELECT 1 FROM derived AS d
                WHERE (d.agreement_id, d.month, d.kind) = (k.agreement_id, k.month, k.kind)
            )
    ),

    written AS (
        INSERT INTO public.standing AS s
        SELECT d.* FROM derived AS d
        EXCEPT
        SELECT k.* FROM kept AS k
        ON CONFLICT ON CONSTRAINT standing_in_one_set DO UPDATE SET
            reference = excluded.reference,
            office_id = excluded.office_id,
            employer_id = excluded.employer_id,
            instalment_id = excluded.instalment_id,
            due_cents = excluded.due_cents,
            standing = excluded.standing,
            reason = excluded.reason,
            acts = excluded.acts,
            since = excluded.since,
            is_told_employer = excluded.is_told_employer,
            changes_at = excluded.changes_at
    ),

    moved AS (
        SELECT
            p.month,
            p.office_id,
            p.standing,
            p.reason,
            p.acts,
            sum(p.payment_count) AS payment_count,
            sum(p.due_cents) AS due_cents
        FROM (
            SELECT d.month, d.office_id, d.standing, d.reason, d.acts, 1 AS payment_count, d.due_cents
            FROM derived AS d
            UNION ALL
            SELECT k.month, k.office_id, k.standing, k.reason, k.acts, -1, -k.due_cents
            FROM kept AS k
        ) AS p
        GROUP BY p.month, p.office_id, p.standing, p.reason, p.acts
        HAVING sum(p.payment_count) <> 0 OR sum(p.due_cents) <> 0
    ),

    counted AS (
        UPDATE public.standing_count AS n
        SET
            payment_count = n.payment_count + m.payment_count,
            due_cents = n.due_cents + m.due_cents
        FROM moved AS m
        WHERE
            (n.month, n.office_id, n.standing, n.acts)
            = (m.month, m.office_id, m.standing, m.acts)
            AND n.reason IS NOT DISTINCT FROM m.reason
        RETURNING n.month, n.office_id, n.standing, n.reason, n.acts
    )

    INSERT INTO public.standing_count
    SELECT m.* FROM moved AS m
    WHERE NOT EXISTS (
        SELECT 1 FROM counted AS c
        WHERE
            (c.month, c.office_id, c.standing, c.acts)
            = (m.month, m.office_id, m.standing, m.acts)
            AND c.reason IS NOT DISTINCT FROM m.reason
    );
    RETURN cardinality(of_agreements);
END
$$;

-- The application reads; it cannot keep anything that was not worked out.
GRANT SELECT ON standing, standing_count, standing_change TO ura_app;

ALTER TABLE standing ENABLE ROW LEVEL SECURITY;
CREATE POLICY standing_seen ON standing FOR SELECT USING (
    (SELECT actor_sees_all()) OR office_id = (SELECT actor_office())
);

ALTER TABLE standing_count ENABLE ROW LEVEL SECURITY;
CREATE POLICY standing_count_seen ON standing_count FOR SELECT USING (
    (SELECT actor_sees_all()) OR office_id = (SELECT actor_office())
);

-- It names no person; who may see nothing of a month learns at most that something of it changed.
ALTER TABLE standing_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY standing_change_seen ON standing_change FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'case_officer'
);
