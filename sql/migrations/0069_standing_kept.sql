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
CREATE INDEX standing_of_set ON standing (
    month,
    standing,
    (standing <> 'blocked'),
    coalesce(since, timestamptz 'infinity'),
    reference,
    kind
);
CREATE INDEX standing_for_reason ON standing (
    month, reason, (standing <> 'blocked'), coalesce(since, timestamptz 'infinity'), reference, kind
);
CREATE INDEX standing_of_office ON standing (office_id, month);
CREATE INDEX standing_of_employer ON standing (employer_id, month);
CREATE INDEX standing_changes ON standing (changes_at) WHERE changes_at IS NOT NULL;
CREATE INDEX standing_changes_in_month ON standing (month, changes_at)
WHERE changes_at IS NOT NULL;

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

-- What may stand elsewhere than it is kept: a month of some agreements, or all months of them
-- ('-infinity'). Each note is a row of its own, so that taking one away never takes another that
-- came later; one row tells of many agreements, so that a statement of the bank is noted at once.
CREATE TABLE standing_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    month date NOT NULL,
    agreement_ids uuid[] NOT NULL,
    made_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT standing_change_month_first_day CHECK (
        month = '-infinity' OR extract(DAY FROM month) = 1
    ),
    CONSTRAINT standing_change_of_some CHECK (cardinality(agreement_ids) BETWEEN 1 AND 200)
);

CREATE INDEX standing_change_by_month ON standing_change (month);
CREATE INDEX standing_change_by_making ON standing_change (made_in);

-- Nobody else sees what a transaction has noted before it ends, so once in it is enough.
CREATE FUNCTION note_standing(of_agreements uuid[], of_months date[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.standing_change (month, agreement_ids)
    SELECT
        k.month,
        array_agg(k.agreement_id)
    FROM (
        SELECT
            n.month,
            n.agreement_id,
            row_number() OVER (PARTITION BY n.month) / 200 AS part
        FROM (
            SELECT
                u.month,
                u.agreement_id
            FROM unnest(of_agreements, of_months) AS u (agreement_id, month)
            EXCEPT
            SELECT
                c.month,
                unnest(c.agreement_ids)
            FROM public.standing_change AS c
            WHERE c.made_in = pg_current_xact_id()
        ) AS n
    ) AS k
    GROUP BY k.month, k.part;
END
$$;
REVOKE EXECUTE ON FUNCTION note_standing FROM public;

-- Everything there is, for the worker to begin with.
SELECT note_standing(array_agg(a.id), array_agg(date '-infinity')) FROM agreement AS a;

-- Keeps anew what so many notes tell of, the oldest first, and what has changed by time alone; of
-- how many months that was, or of agreements with all of theirs. What a note tells of is committed
-- when it is seen here, and one worker does it at a time, so nothing older is ever kept over
-- something newer. 0 when another worker is at it.
CREATE FUNCTION keep_standing(at timestamptz, at_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
-- One plan for any number of months: it looks them up one by one.
SET plan_cache_mode = force_generic_plan AS $$
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
        RETURNING c.month, c.agreement_ids
    )

    SELECT
        array_agg(k.agreement_id),
        array_agg(k.month)
    INTO of_agreements, of_months
    FROM (
        SELECT
            unnest(t.agreement_ids) AS agreement_id,
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
            LIMIT at_most * 100
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
