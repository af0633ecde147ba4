-- Single undertakings, and the ceiling of de minimis aid to one.

-- Which firms are one undertaking (Regulation (EU) 2023/2831, article 2(2): linked by votes,
-- control or contract). A group is named after one of its firms, its head; a firm without a row is
-- alone. A row says whose group a firm belongs to from a day on, so that it is in exactly one at a
-- time; its own name ends a link.
CREATE TABLE undertaking_link (
    id uuid PRIMARY KEY,
    employer_id uuid NOT NULL REFERENCES employer,
    head_id uuid NOT NULL REFERENCES employer,
    linked_on date NOT NULL,
    reason text NOT NULL,
    document_reference text NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    refused_at timestamptz,
    refused_by uuid REFERENCES account,
    CONSTRAINT undertaking_link_says_why CHECK (btrim(reason) <> ''),
    CONSTRAINT undertaking_link_has_a_document CHECK (btrim(document_reference) <> ''),
    CONSTRAINT undertaking_link_two_people CHECK (confirmed_by <> proposed_by),
    CONSTRAINT undertaking_link_decided_once CHECK (num_nonnulls(confirmed_at, refused_at) <= 1),
    CONSTRAINT undertaking_link_confirmed_pair CHECK (
        (confirmed_at IS NULL) = (confirmed_by IS NULL)
    ),
    CONSTRAINT undertaking_link_refused_pair CHECK ((refused_at IS NULL) = (refused_by IS NULL))
);

CREATE UNIQUE INDEX undertaking_link_one_proposal ON undertaking_link (employer_id)
WHERE confirmed_at IS NULL AND refused_at IS NULL;
CREATE UNIQUE INDEX undertaking_link_once_per_day ON undertaking_link (employer_id, linked_on)
WHERE confirmed_at IS NOT NULL;
CREATE INDEX undertaking_link_by_head ON undertaking_link (head_id) WHERE confirmed_at IS NOT NULL;

-- The head of the undertaking to which a firm belongs on a day.
CREATE FUNCTION undertaking_of(of_employer uuid, on_day date) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    SELECT coalesce((
        SELECT k.head_id FROM undertaking_link AS k
        WHERE
            k.employer_id = undertaking_of.of_employer
            AND k.confirmed_at IS NOT NULL
            AND k.linked_on <= undertaking_of.on_day
        ORDER BY k.linked_on DESC
        LIMIT 1
    ), undertaking_of.of_employer);
END;

CREATE FUNCTION undertaking_members(of_head uuid, on_day date) RETURNS SETOF uuid
LANGUAGE sql STABLE ROWS 2 SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    SELECT undertaking_members.of_head
    WHERE
        undertaking_of(undertaking_members.of_head, undertaking_members.on_day)
        = undertaking_members.of_head
    UNION
    SELECT k.employer_id FROM undertaking_link AS k
    WHERE
        k.head_id = undertaking_members.of_head
        AND k.confirmed_at IS NOT NULL
        AND undertaking_of(k.employer_id, undertaking_members.on_day)
        = undertaking_members.of_head;
END;

-- A link is decided on once. Groups are flat: nobody joins a firm that is in another's group, nor
-- leaves a group that bears its name while others are in it; and no link is dated before the last.
CREATE FUNCTION guard_undertaking_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    decision text[] := '{confirmed_at,confirmed_by,refused_at,refused_by}';
    rule text;
BEGIN
    IF num_nonnulls(old.confirmed_at, old.refused_at) > 0
        OR to_jsonb(new) - decision <> to_jsonb(old) - decision
    THEN
        rule := 'undertaking_link_never_edited';
    ELSIF new.confirmed_at IS NOT NULL THEN
        -- Whoever adds up the aid of an undertaking holds this lock together with others.
        PERFORM pg_advisory_xact_lock(7305806290431448);
        IF undertaking_of(new.head_id, 'infinity') <> new.head_id AND new.head_id <> new.employer_id
            OR EXISTS (
                SELECT 1 FROM undertaking_members(new.employer_id, 'infinity') AS m (id)
                WHERE m.id <> new.employer_id
            )
        THEN
            rule := 'undertaking_link_flat';
        ELSIF EXISTS (
            SELECT 1 FROM public.undertaking_link AS k
            WHERE
                k.employer_id = new.employer_id
                AND k.confirmed_at IS NOT NULL
                AND k.linked_on >= new.linked_on
        ) THEN
            rule := 'undertaking_link_in_order';
        END IF;
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION 'a link of two firms cannot be changed or confirmed like this'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = rule;
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER undertaking_link_never_edited BEFORE UPDATE ON undertaking_link
FOR EACH ROW EXECUTE FUNCTION guard_undertaking_link();
CREATE TRIGGER undertaking_link_never_deleted BEFORE DELETE ON undertaking_link
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER undertaking_link_no_truncate BEFORE TRUNCATE ON undertaking_link
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The ceiling in force on a day: so many cents in so many rolling years, and what becomes of an
-- instalment that would pass it: it is blocked, or reduced to what is left.
CREATE TABLE state_aid_rule (
    id uuid PRIMARY KEY,
    valid daterange NOT NULL,
    ceiling_cents bigint NOT NULL,
    years integer NOT NULL,
    excess_policy text NOT NULL,
    source text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    superseded_at timestamptz,
    CONSTRAINT state_aid_rule_one_at_a_time EXCLUDE USING gist (valid WITH &&)
    WHERE (superseded_at IS NULL),
    CONSTRAINT state_aid_rule_ceiling_positive CHECK (ceiling_cents > 0),
    CONSTRAINT state_aid_rule_years_possible CHECK (years BETWEEN 1 AND 10),
    CONSTRAINT state_aid_rule_policy_known CHECK (excess_policy IN ('block', 'reduce')),
    CONSTRAINT state_aid_rule_has_a_source CHECK (btrim(source) <> '')
);

CREATE TRIGGER state_aid_rule_never_edited BEFORE UPDATE ON state_aid_rule
FOR EACH ROW EXECUTE FUNCTION guard_version();
CREATE TRIGGER state_aid_rule_never_deleted BEFORE DELETE ON state_aid_rule
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER state_aid_rule_no_truncate BEFORE TRUNCATE ON state_aid_rule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Aid of others that a firm declares, by a document. It is cancelled, never edited.
CREATE TABLE state_aid_declaration (
    id uuid PRIMARY KEY,
    employer_id uuid NOT NULL REFERENCES employer,
    granted_on date NOT NULL,
    granted_by text NOT NULL,
    amount_cents bigint NOT NULL,
    document_reference text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES account,
    cancelled_at timestamptz,
    cancelled_by uuid REFERENCES account,
    cancellation_reason text,
    CONSTRAINT state_aid_declaration_amount_positive CHECK (amount_cents > 0),
    CONSTRAINT state_aid_declaration_names_the_giver CHECK (btrim(granted_by) <> ''),
    CONSTRAINT state_aid_declaration_has_a_document CHECK (btrim(document_reference) <> ''),
    CONSTRAINT state_aid_declaration_cancelled_with_reason CHECK (
        num_nonnulls(cancelled_at, cancelled_by, cancellation_reason) IN (0, 3)
    )
);

CREATE INDEX state_aid_declaration_by_employer ON state_aid_declaration (employer_id);

CREATE FUNCTION guard_state_aid_declaration() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := '{cancelled_at,cancelled_by,cancellation_reason}';
BEGIN
    IF old.cancelled_at IS NOT NULL OR to_jsonb(new) - decision <> to_jsonb(old) - decision THEN
        RAISE EXCEPTION 'declared aid is cancelled once and never edited'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'state_aid_declaration_never_edited';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER state_aid_declaration_never_edited BEFORE UPDATE ON state_aid_declaration
FOR EACH ROW EXECUTE FUNCTION guard_state_aid_declaration();
CREATE TRIGGER state_aid_declaration_never_deleted BEFORE DELETE ON state_aid_declaration
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER state_aid_declaration_no_truncate BEFORE TRUNCATE ON state_aid_declaration
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- All aid to firms: what payouts hold for them, since the day of its approval, and until then since
-- the day it was put up; and what they declared. What a candidate is paid is no aid to the firm.
-- Only functions with their owner's rights and the view below read it.
CREATE VIEW state_aid_granted AS
SELECT
    l.id,
    a.employer_id,
    (coalesce(p.approved_at, p.submitted_at) AT TIME ZONE 'Europe/Belgrade')::date AS granted_on,
    p.submitted_at AS known_at,
    l.amount_cents,
    p.reference AS payout_reference,
    NULL::text AS granted_by,
    NULL::text AS document_reference
FROM payout_line AS l
INNER JOIN payout AS p ON l.payout_id = p.id
INNER JOIN instalment AS i ON l.instalment_id = i.id
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
WHERE
    l.released_at IS NULL
    AND l.reissues IS NULL -- paid again, not granted again
    AND l.amount_cents > 0
    AND payee_of(v.payments, i.kind) = 'employer'
UNION ALL
SELECT
    d.id,
    d.employer_id,
    d.granted_on,
    d.recorded_at AS known_at,
    d.amount_cents,
    NULL AS payout_reference,
    d.granted_by,
    d.document_reference
FROM state_aid_declaration AS d
WHERE d.cancelled_at IS NULL;

CREATE VIEW state_aid AS
SELECT
    g.id,
    g.employer_id,
    g.granted_on,
    g.known_at,
    g.amount_cents,
    g.payout_reference,
    g.granted_by,
    g.document_reference
FROM state_aid_granted AS g
WHERE (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'case_officer';

-- What each of some undertakings was granted in the years up to a day, in cents, by all firms that
-- are in it on that day: who joins brings along what it was granted, who leaves takes it away
-- (article 3(8) and 3(9) of the same Regulation, where nothing else is known of who benefits). All
-- at once, so that a payout of a thousand firms reads what was granted once.
CREATE FUNCTION state_aid_used_by(heads uuid[], on_day date, in_years integer)
RETURNS TABLE (head_id uuid, cents bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    WITH member AS MATERIALIZED (
        SELECT
            h.id AS head_id,
            h.id AS employer_id
        FROM unnest(state_aid_used_by.heads) AS h (id)
        WHERE undertaking_of(h.id, state_aid_used_by.on_day) = h.id
        UNION
        SELECT
            k.head_id,
            k.employer_id
        FROM undertaking_link AS k
        WHERE
            k.head_id = any(state_aid_used_by.heads)
            AND k.confirmed_at IS NOT NULL
            AND undertaking_of(k.employer_id, state_aid_used_by.on_day) = k.head_id
    ),

    granted AS MATERIALIZED (
        SELECT
            g.employer_id,
            sum(g.amount_cents) AS cents
        FROM state_aid_granted AS g
        WHERE
            g.employer_id = any(array(SELECT m.employer_id FROM member AS m))
            AND g.granted_on > (
                state_aid_used_by.on_day - make_interval(years => state_aid_used_by.in_years)
            )::date
            AND g.granted_on <= state_aid_used_by.on_day
        GROUP BY g.employer_id
    )

    SELECT
        m.head_id,
        coalesce(sum(g.cents), 0)::bigint
    FROM member AS m
    LEFT JOIN granted AS g ON m.employer_id = g.employer_id
    GROUP BY m.head_id;
END;

-- Holds the undertakings of some instalments until the transaction ends, in one order for all: who
-- adds up what one was granted waits for whoever does the same, and no firm changes its group.
CREATE FUNCTION hold_undertakings(instalment_ids uuid[], on_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7305806290431448);
    PERFORM 1 FROM public.employer AS e
    WHERE e.id IN (
        SELECT undertaking_of(a.employer_id, on_day)
        FROM public.instalment AS i
        INNER JOIN public.agreement AS a ON i.agreement_id = a.id
        WHERE i.id = any(instalment_ids)
    )
    ORDER BY e.id
    FOR NO KEY UPDATE;
END
$$;

-- What a payout reduced to keep an undertaking within its ceiling, and by which figures.
CREATE TABLE state_aid_reduction (
    id uuid PRIMARY KEY,
    payout_line_id uuid NOT NULL REFERENCES payout_line,
    head_id uuid NOT NULL REFERENCES employer,
    full_cents bigint NOT NULL,
    allowed_cents bigint NOT NULL,
    used_cents bigint NOT NULL,
    ceiling_cents bigint NOT NULL,
    reduced_at timestamptz NOT NULL,
    CONSTRAINT state_aid_reduction_once_per_line UNIQUE (payout_line_id),
    CONSTRAINT state_aid_reduction_lowers CHECK (
        allowed_cents > 0 AND allowed_cents < full_cents
    )
);

CREATE TRIGGER state_aid_reduction_append_only BEFORE UPDATE OR DELETE ON state_aid_reduction
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER state_aid_reduction_no_truncate BEFORE TRUNCATE ON state_aid_reduction
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- No payout is put up by which an undertaking would pass its ceiling, whatever the code would do.
CREATE FUNCTION guard_payout_state_aid() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    on_day date := (new.submitted_at AT TIME ZONE 'Europe/Belgrade')::date;
BEGIN
    PERFORM hold_undertakings(
        ARRAY(SELECT l.instalment_id FROM public.payout_line AS l WHERE l.payout_id = new.id),
        on_day
    );
    IF EXISTS (
        SELECT 1
        FROM public.state_aid_rule AS r
        CROSS JOIN LATERAL state_aid_used_by(ARRAY(
            SELECT DISTINCT undertaking_of(a.employer_id, on_day)
            FROM public.payout_line AS l
            INNER JOIN public.instalment AS i ON l.instalment_id = i.id
            INNER JOIN public.agreement AS a ON i.agreement_id = a.id
            INNER JOIN public.scheme_version AS v ON a.scheme_version_id = v.id
            WHERE
                l.payout_id = new.id
                AND l.amount_cents > 0
                AND payee_of(v.payments, i.kind) = 'employer'
        ), on_day, r.years) AS used
        WHERE r.valid @> on_day AND r.superseded_at IS NULL AND used.cents > r.ceiling_cents
    ) THEN
        RAISE EXCEPTION 'an undertaking would be granted more than the ceiling of de minimis aid'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_within_state_aid';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_within_state_aid BEFORE UPDATE ON payout
FOR EACH ROW WHEN (old.state = 'draft') EXECUTE FUNCTION guard_payout_state_aid();

GRANT SELECT, INSERT, UPDATE ON undertaking_link, state_aid_declaration TO ura_app;
GRANT SELECT, INSERT ON state_aid_reduction TO ura_app;
GRANT SELECT ON state_aid_rule, state_aid TO ura_app;

ALTER TABLE undertaking_link ENABLE ROW LEVEL SECURITY;
CREATE POLICY undertaking_link_seen ON undertaking_link FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'case_officer'
);
CREATE POLICY undertaking_link_proposed ON undertaking_link FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('case_officer', 'finance_officer')
    AND proposed_by = (SELECT actor_account())
    AND num_nonnulls(confirmed_at, refused_at) = 0
);
CREATE POLICY undertaking_link_decided ON undertaking_link FOR UPDATE USING (
    (SELECT actor_role()) IN ('case_officer', 'finance_officer')
) WITH CHECK (
    coalesce(confirmed_by, refused_by) = (SELECT actor_account())
);

ALTER TABLE state_aid_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY state_aid_rule_seen ON state_aid_rule FOR SELECT USING (TRUE);

ALTER TABLE state_aid_declaration ENABLE ROW LEVEL SECURITY;
CREATE POLICY state_aid_declaration_seen ON state_aid_declaration FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'case_officer'
);
CREATE POLICY state_aid_declaration_recorded ON state_aid_declaration FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('case_officer', 'finance_officer')
    AND recorded_by = (SELECT actor_account())
);
CREATE POLICY state_aid_declaration_cancelled ON state_aid_declaration FOR UPDATE USING (
    (SELECT actor_role()) IN ('case_officer', 'finance_officer')
) WITH CHECK (cancelled_by = (SELECT actor_account()));

ALTER TABLE state_aid_reduction ENABLE ROW LEVEL SECURITY;
CREATE POLICY state_aid_reduction_seen ON state_aid_reduction FOR SELECT USING (
    (SELECT actor_sees_all())
);
CREATE POLICY state_aid_reduction_written ON state_aid_reduction FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer'
);

CREATE TRIGGER undertaking_link_audited AFTER INSERT OR UPDATE OR DELETE ON undertaking_link
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER state_aid_rule_audited AFTER INSERT OR UPDATE OR DELETE ON state_aid_rule
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER state_aid_declaration_audited
AFTER INSERT OR UPDATE OR DELETE ON state_aid_declaration
FOR EACH ROW EXECUTE FUNCTION record_audit();
