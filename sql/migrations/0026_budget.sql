-- Who gives the money of a budget line, and the ceiling of state aid to a single undertaking.

CREATE TABLE donor (
    id uuid PRIMARY KEY,
    code text NOT NULL,
    name text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid REFERENCES account,
    CONSTRAINT donor_once_per_code UNIQUE (code),
    CONSTRAINT donor_code_plain CHECK (code ~ '^[A-Z][A-Z0-9-]{1,29}$'),
    CONSTRAINT donor_named CHECK (btrim(name) <> '')
);

-- What a donor gives to a budget line, by a document, decided by two people. What came with the
-- country's reference data has no author. A reduction is a row of its own: less than nothing, and
-- it names the appropriation that it takes from.
CREATE TABLE appropriation (
    id uuid PRIMARY KEY,
    budget_line_id uuid NOT NULL REFERENCES budget_line,
    donor_id uuid NOT NULL REFERENCES donor,
    period daterange NOT NULL,
    priority integer NOT NULL,
    amount_cents bigint NOT NULL,
    document_reference text NOT NULL,
    reduces uuid,
    is_shipped boolean NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    refused_at timestamptz,
    refused_by uuid REFERENCES account,
    CONSTRAINT appropriation_of_line_and_donor UNIQUE (id, budget_line_id, donor_id),
    CONSTRAINT appropriation_reduces_its_own FOREIGN KEY (reduces, budget_line_id, donor_id)
    REFERENCES appropriation (id, budget_line_id, donor_id),
    CONSTRAINT appropriation_gives_or_takes CHECK (
        CASE WHEN reduces IS NULL THEN amount_cents > 0 ELSE amount_cents < 0 END
    ),
    CONSTRAINT appropriation_period_whole CHECK (
        NOT isempty(period) AND NOT lower_inf(period) AND NOT upper_inf(period)
    ),
    CONSTRAINT appropriation_priority_possible CHECK (priority BETWEEN 1 AND 99),
    CONSTRAINT appropriation_has_a_document CHECK (btrim(document_reference) <> ''),
    CONSTRAINT appropriation_proposed_by_somebody CHECK (is_shipped = (proposed_by IS NULL)),
    CONSTRAINT appropriation_two_people CHECK (confirmed_by <> proposed_by),
    CONSTRAINT appropriation_decided_once CHECK (num_nonnulls(confirmed_at, refused_at) <= 1),
    CONSTRAINT appropriation_confirmed_pair CHECK (
        is_shipped OR (confirmed_at IS NULL) = (confirmed_by IS NULL)
    ),
    CONSTRAINT appropriation_refused_pair CHECK ((refused_at IS NULL) = (refused_by IS NULL))
);

CREATE INDEX appropriation_by_line ON appropriation (budget_line_id);

-- Two ways to divide one amount, laid side by side: how much of each band lies in each source, both
-- in their order. What the shares of a band come to is the band, what those of a source come to is
-- the source, to the cent, whenever bands and sources come to the same.
CREATE FUNCTION overlay_shares(bands bigint[], sources bigint[])
RETURNS TABLE (band integer, source integer, cents bigint)
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    WITH
    b AS (
        SELECT
            t.place,
            sum(t.cents) OVER (ORDER BY t.place) - t.cents AS begins,
            sum(t.cents) OVER (ORDER BY t.place) AS ends
        FROM unnest(bands) WITH ORDINALITY AS t (cents, place)
    ),

    s AS (
        SELECT
            t.place,
            sum(t.cents) OVER (ORDER BY t.place) - t.cents AS begins,
            sum(t.cents) OVER (ORDER BY t.place) AS ends
        FROM unnest(sources) WITH ORDINALITY AS t (cents, place)
    )

    SELECT
        b.place::integer,
        s.place::integer,
        (least(b.ends, s.ends) - greatest(b.begins, s.begins))::bigint
    FROM b
    INNER JOIN s ON least(b.ends, s.ends) > greatest(b.begins, s.begins)
    ORDER BY b.place, s.place;
END;

-- The sources of a line in the order in which it draws on them: by the first day of their period,
-- their priority and their age; each with what is left of it after reductions.
CREATE VIEW appropriation_source WITH (security_invoker = TRUE) AS
SELECT
    a.id,
    a.budget_line_id,
    a.donor_id,
    row_number() OVER (
        PARTITION BY a.budget_line_id ORDER BY lower(a.period), a.priority, a.id
    ) AS place,
    (
        a.amount_cents + coalesce((
            SELECT sum(r.amount_cents) FROM appropriation AS r
            WHERE r.reduces = a.id AND r.confirmed_at IS NOT NULL
        ), 0)
    )::bigint AS amount_cents
FROM appropriation AS a
WHERE a.reduces IS NULL AND a.confirmed_at IS NOT NULL;

-- What stands on the accounts of each line, by where it lies. Money that has come furthest is laid
-- on the source that is drawn on first; what is free lies on the last. What is owed back was paid
-- before and is there to be spent again, so it widens the first sources and is shown below zero.
CREATE VIEW donor_standing WITH (security_invoker = TRUE) AS
WITH leg AS (
    SELECT
        debit_account_id AS account_id,
        amount_cents
    FROM transfer
    UNION ALL
    SELECT
        credit_account_id AS account_id,
        -amount_cents AS amount_cents
    FROM transfer
),

balance AS (
    SELECT
        la.budget_line_id,
        la.kind,
        sum(leg.amount_cents)::bigint AS cents
    FROM ledger_account AS la
    INNER JOIN leg ON la.id = leg.account_id
    WHERE la.kind <> 'treasury'
    GROUP BY la.budget_line_id, la.kind
),

source AS (
    SELECT
        s.budget_line_id,
        array_agg(s.id ORDER BY s.place) AS ids,
        array_agg(s.amount_cents ORDER BY s.place) AS amounts
    FROM appropriation_source AS s
    GROUP BY s.budget_line_id
),

band AS (
    SELECT
        b.budget_line_id,
        array_agg(b.kind ORDER BY far.place NULLS FIRST) FILTER (WHERE b.cents > 0) AS kinds,
        array_agg(b.cents ORDER BY far.place NULLS FIRST) FILTER (WHERE b.cents > 0) AS amounts,
        coalesce(-sum(b.cents) FILTER (WHERE b.cents < 0), 0)::bigint AS owed_cents
    FROM balance AS b
    LEFT JOIN (
        VALUES
        ('paid', 1),
        ('returned', 2),
        ('in_transit', 3),
        ('approved', 4),
        ('calculated', 5),
        ('committed', 6),
        ('appropriation', 7)
    ) AS far (kind, place)
        ON b.kind = far.kind
    GROUP BY b.budget_line_id
),

owed AS (
    SELECT
        s.budget_line_id,
        o.source,
        o.cents
    FROM source AS s
    INNER JOIN band AS b ON s.budget_line_id = b.budget_line_id
    CROSS JOIN LATERAL overlay_shares(ARRAY[b.owed_cents], s.amounts) AS o
),

widened AS (
    SELECT
        s.budget_line_id,
        s.ids,
        array_agg(given.cents + coalesce(owed.cents, 0) ORDER BY given.place) AS amounts
    FROM source AS s
    CROSS JOIN LATERAL unnest(s.amounts) WITH ORDINALITY AS given (cents, place)
    LEFT JOIN owed ON s.budget_line_id = owed.budget_line_id AND given.place = owed.source
    GROUP BY s.budget_line_id, s.ids
)

SELECT
    w.budget_line_id,
    w.ids[laid.source] AS appropriation_id,
    b.kinds[laid.band] AS kind,
    laid.cents
FROM widened AS w
INNER JOIN band AS b ON w.budget_line_id = b.budget_line_id
CROSS JOIN LATERAL overlay_shares(b.amounts, w.amounts) AS laid
UNION ALL
SELECT
    s.budget_line_id,
    s.ids[owed.source] AS appropriation_id,
    'recoverable' AS kind,
    -owed.cents AS cents
FROM owed
INNER JOIN source AS s ON owed.budget_line_id = s.budget_line_id;

-- An appropriation is decided on once and never edited. A reduction takes no more than is free of
-- what it reduces; a new one takes its place behind all that the line has drawn on, so that what
-- was said to be paid from one donor's money is never said to be another's afterwards. With its
-- owner's rights: it must see the whole line.
CREATE FUNCTION guard_appropriation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    decision text[] := '{confirmed_at,confirmed_by,refused_at,refused_by}';
BEGIN
    IF num_nonnulls(old.confirmed_at, old.refused_at) > 0
        OR to_jsonb(new) - decision <> to_jsonb(old) - decision
    THEN
        RAISE EXCEPTION 'an appropriation is decided on once and never edited'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'appropriation_never_edited';
    END IF;
    IF new.confirmed_at IS NULL THEN
        RETURN new;
    END IF;
    PERFORM 1 FROM public.budget_line AS l WHERE l.id = new.budget_line_id FOR UPDATE;
    IF new.reduces IS NOT NULL AND -new.amount_cents > coalesce((
        SELECT sum(s.cents) FROM public.donor_standing AS s
        WHERE s.appropriation_id = new.reduces AND s.kind = 'appropriation'
    ), 0) THEN
        RAISE EXCEPTION 'less is free of this appropriation than the reduction takes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'appropriation_not_below_use';
    END IF;
    IF new.reduces IS NULL AND EXISTS (
        SELECT 1
        FROM public.donor_standing AS s
        INNER JOIN public.appropriation AS a ON s.appropriation_id = a.id
        WHERE
            s.budget_line_id = new.budget_line_id
            AND s.kind <> 'appropriation'
            AND s.cents > 0
            AND (lower(a.period), a.priority, a.id)
            > (lower(new.period), new.priority, new.id)
    ) THEN
        RAISE EXCEPTION 'the line has drawn on an appropriation that would come after this one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'appropriation_keeps_its_place';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER appropriation_never_edited BEFORE UPDATE ON appropriation
FOR EACH ROW EXECUTE FUNCTION guard_appropriation();
CREATE TRIGGER appropriation_never_deleted BEFORE DELETE ON appropriation
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER appropriation_no_truncate BEFORE TRUNCATE ON appropriation
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER donor_append_only BEFORE UPDATE OR DELETE ON donor
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER donor_no_truncate BEFORE TRUNCATE ON donor
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What of a line's money is neither approved for payment nor gone, in cents.
CREATE FUNCTION line_unspent(of_line uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    WITH account AS (
        SELECT la.id
        FROM ledger_account AS la
        WHERE
            la.budget_line_id = line_unspent.of_line
            AND la.kind IN ('appropriation', 'committed', 'calculated')
    ),

    leg AS (
        SELECT t.amount_cents
        FROM transfer AS t
        INNER JOIN account AS a ON t.debit_account_id = a.id
        UNION ALL
        SELECT -t.amount_cents AS amount_cents
        FROM transfer AS t
        INNER JOIN account AS a ON t.credit_account_id = a.id
    )

    SELECT coalesce(sum(leg.amount_cents), 0)::bigint
    FROM leg;
END;

-- Nobody commits or takes away more than is free on a line, whatever the code would do.
CREATE FUNCTION guard_line_covered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM 1 FROM public.budget_line AS l
    WHERE l.id IN (
        SELECT w.budget_line_id FROM written AS w
        WHERE w.reason IN ('committed', 'appropriation_reduced')
    )
    ORDER BY l.id
    FOR UPDATE;
    IF NOT found THEN
        RETURN NULL;
    END IF;
    IF EXISTS (
        SELECT 1
        FROM public.ledger_account AS la
        WHERE
            la.kind = 'appropriation'
            AND la.budget_line_id IN (
                SELECT w.budget_line_id FROM written AS w
                WHERE w.reason IN ('committed', 'appropriation_reduced')
            )
            AND (
                SELECT coalesce(sum(t.amount_cents), 0) FROM public.transfer AS t
                WHERE t.debit_account_id = la.id
            ) < (
                SELECT coalesce(sum(t.amount_cents), 0) FROM public.transfer AS t
                WHERE t.credit_account_id = la.id
            )
    ) THEN
        RAISE EXCEPTION 'more would be committed than is appropriated'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'transfer_within_appropriation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER transfer_within_appropriation AFTER INSERT ON transfer
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION guard_line_covered();

-- A payout that is put up, with all others that wait, never passes what a line has left.
CREATE FUNCTION guard_payout_budget() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM 1 FROM public.budget_line AS b
    WHERE b.id IN (
        SELECT own.id
        FROM public.payout_line AS l
        INNER JOIN public.instalment AS i ON l.instalment_id = i.id
        INNER JOIN public.agreement AS a ON i.agreement_id = a.id
        INNER JOIN public.scheme_version AS v ON a.scheme_version_id = v.id
        INNER JOIN public.budget_line AS own ON v.scheme_id = own.scheme_id
        WHERE l.payout_id = new.id
    )
    ORDER BY b.id
    FOR UPDATE;
    IF EXISTS (
        SELECT 1
        FROM public.put_in AS pi
        INNER JOIN public.agreement AS a ON pi.agreement_id = a.id
        INNER JOIN public.scheme_version AS v ON a.scheme_version_id = v.id
        INNER JOIN public.budget_line AS b ON v.scheme_id = b.scheme_id
        WHERE pi.state IN ('draft', 'submitted')
        GROUP BY b.id
        HAVING sum(pi.cents) > line_unspent(b.id) AND bool_or(pi.payout_id = new.id)
    ) THEN
        RAISE EXCEPTION 'a payout pays no more than its budget lines have left'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_within_appropriation';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_within_appropriation BEFORE UPDATE ON payout
FOR EACH ROW WHEN (old.state = 'draft') EXECUTE FUNCTION guard_payout_budget();

-- An agreement whose amount found its line empty is computed again with the next run of a month.
CREATE FUNCTION note_budget_wait(agreement_ids uuid[], months date[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.fact_change (agreement_id, since, fact, known_at)
    SELECT
        w.agreement_id,
        w.month,
        'budget',
        coalesce(max(i.computed_at), clock_timestamp()) + interval '1 microsecond'
    FROM unnest(agreement_ids, months) AS w (agreement_id, month)
    LEFT JOIN public.instalment AS i
        ON w.agreement_id = i.agreement_id AND i.superseded_at IS NULL
    GROUP BY w.agreement_id, w.month;
END
$$;

GRANT SELECT, INSERT ON donor TO ura_app;
GRANT SELECT, INSERT, UPDATE ON appropriation TO ura_app;
GRANT SELECT ON appropriation_source, donor_standing TO ura_app;

ALTER TABLE donor ENABLE ROW LEVEL SECURITY;
CREATE POLICY donor_seen ON donor FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY donor_written ON donor FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer' AND recorded_by = (SELECT actor_account())
);

ALTER TABLE appropriation ENABLE ROW LEVEL SECURITY;
CREATE POLICY appropriation_seen ON appropriation FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY appropriation_proposed ON appropriation FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer'
    AND proposed_by = (SELECT actor_account())
    AND num_nonnulls(confirmed_at, refused_at) = 0
);
CREATE POLICY appropriation_decided ON appropriation FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
) WITH CHECK (
    coalesce(confirmed_by, refused_by) = (SELECT actor_account())
);

CREATE TRIGGER donor_audited AFTER INSERT OR UPDATE OR DELETE ON donor
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER appropriation_audited AFTER INSERT OR UPDATE OR DELETE ON appropriation
FOR EACH ROW EXECUTE FUNCTION record_audit();
