-- How many people an amount takes, from a day on. Another person confirms what one has proposed;
-- what came with the installation was proposed by nobody.
CREATE TABLE approval_rule (
    id uuid PRIMARY KEY,
    valid_from date NOT NULL,
    basis text NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    refused_at timestamptz,
    refused_by uuid REFERENCES account,
    CONSTRAINT approval_rule_says_why CHECK (btrim(basis) <> ''),
    CONSTRAINT approval_rule_two_people CHECK (confirmed_by <> proposed_by),
    CONSTRAINT approval_rule_decided_once CHECK (num_nonnulls(confirmed_at, refused_at) <= 1),
    CONSTRAINT approval_rule_confirmed_pair CHECK (
        proposed_by IS NULL OR (confirmed_at IS NULL) = (confirmed_by IS NULL)
    ),
    CONSTRAINT approval_rule_refused_pair CHECK ((refused_at IS NULL) = (refused_by IS NULL)),
    CONSTRAINT approval_rule_not_backdated CHECK (
        proposed_by IS NULL
        OR confirmed_at IS NULL
        OR valid_from >= (confirmed_at AT TIME ZONE 'Europe/Belgrade')::date
    )
);

CREATE UNIQUE INDEX approval_rule_once_per_day ON approval_rule (valid_from)
WHERE refused_at IS NULL;

-- Amounts below so many cents, each band from where the one before it ends; the last has no end.
CREATE TABLE approval_band (
    id uuid PRIMARY KEY,
    approval_rule_id uuid NOT NULL REFERENCES approval_rule,
    below_cents bigint,
    approval_count integer NOT NULL,
    authorisation_count integer NOT NULL,
    CONSTRAINT approval_band_once UNIQUE NULLS NOT DISTINCT (approval_rule_id, below_cents),
    CONSTRAINT approval_band_below_positive CHECK (below_cents > 0),
    CONSTRAINT approval_band_takes_somebody CHECK (
        approval_count BETWEEN 1 AND 9 AND authorisation_count BETWEEN 1 AND 9
    )
);

-- A rule is decided on once, as it was proposed, and with a band for every amount.
CREATE FUNCTION guard_approval_rule() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := ARRAY['confirmed_at', 'confirmed_by', 'refused_at', 'refused_by'];
BEGIN
    IF num_nonnulls(old.confirmed_at, old.refused_at) > 0
        OR to_jsonb(new) - decision <> to_jsonb(old) - decision
    THEN
        RAISE EXCEPTION 'a rule of approval never changes: propose another one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approval_rule_stands';
    END IF;
    IF new.confirmed_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM approval_band AS b
        WHERE b.approval_rule_id = new.id AND b.below_cents IS NULL
    ) THEN
        RAISE EXCEPTION 'a rule of approval says for every amount whom it takes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approval_rule_for_every_amount';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER approval_rule_stands BEFORE UPDATE ON approval_rule
FOR EACH ROW EXECUTE FUNCTION guard_approval_rule();
CREATE TRIGGER approval_rule_never_deleted BEFORE DELETE ON approval_rule
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER approval_rule_no_truncate BEFORE TRUNCATE ON approval_rule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION guard_approval_band() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM approval_rule AS r
        WHERE
            r.id = new.approval_rule_id
            AND num_nonnulls(r.confirmed_at, r.refused_at) > 0
            AND r.proposed_by IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a rule of approval never changes: propose another one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approval_band_of_a_proposal';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER approval_band_of_a_proposal BEFORE INSERT ON approval_band
FOR EACH ROW EXECUTE FUNCTION guard_approval_band();
CREATE TRIGGER approval_band_append_only BEFORE UPDATE OR DELETE ON approval_band
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER approval_band_no_truncate BEFORE TRUNCATE ON approval_band
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Whom an amount takes by the rule that is in force on the business day of a moment.
CREATE FUNCTION people_needed(total_cents bigint, at timestamptz)
RETURNS TABLE (approvals integer, authorisations integer)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        b.approval_count,
        b.authorisation_count
    FROM approval_band AS b
    WHERE
        b.approval_rule_id = (
            SELECT r.id
            FROM approval_rule AS r
            WHERE
                r.confirmed_at IS NOT NULL
                AND r.valid_from <= (people_needed.at AT TIME ZONE 'Europe/Belgrade')::date
            ORDER BY r.valid_from DESC
            LIMIT 1
        )
        AND (b.below_cents IS NULL OR b.below_cents > people_needed.total_cents)
    ORDER BY b.below_cents ASC NULLS LAST
    LIMIT 1;
END;

-- Days on which nothing is put up, acted on or sent, or one of these; two people set it.
CREATE TABLE freeze_period (
    id uuid PRIMARY KEY,
    period daterange NOT NULL,
    stops text[] NOT NULL,
    reason text NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    lifted_at timestamptz,
    lifted_by uuid REFERENCES account,
    CONSTRAINT freeze_period_has_days CHECK (
        NOT isempty(period) AND NOT lower_inf(period) AND NOT upper_inf(period)
    ),
    CONSTRAINT freeze_period_stops_something CHECK (cardinality(stops) > 0),
    CONSTRAINT freeze_period_stops_known CHECK (stops <@ ARRAY['put_up', 'acts', 'export']),
    CONSTRAINT freeze_period_says_why CHECK (btrim(reason) <> ''),
    CONSTRAINT freeze_period_two_people CHECK (confirmed_by <> proposed_by),
    CONSTRAINT freeze_period_confirmed_pair CHECK (
        (confirmed_at IS NULL) = (confirmed_by IS NULL)
    ),
    CONSTRAINT freeze_period_lifted_pair CHECK ((lifted_at IS NULL) = (lifted_by IS NULL)),
    CONSTRAINT freeze_period_lifted_by_another CHECK (
        confirmed_at IS NULL OR lifted_by <> proposed_by
    )
);

-- A freeze is confirmed once and lifted once, and says what it always said.
CREATE FUNCTION guard_freeze_period() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := CASE
        WHEN old.confirmed_at IS NULL
            THEN ARRAY['confirmed_at', 'confirmed_by', 'lifted_at', 'lifted_by']
        ELSE ARRAY['lifted_at', 'lifted_by']
    END;
BEGIN
    IF old.lifted_at IS NOT NULL OR to_jsonb(new) - decision <> to_jsonb(old) - decision THEN
        RAISE EXCEPTION 'a freeze never changes: lift it and propose another one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'freeze_period_stands';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER freeze_period_stands BEFORE UPDATE ON freeze_period
FOR EACH ROW EXECUTE FUNCTION guard_freeze_period();
CREATE TRIGGER freeze_period_never_deleted BEFORE DELETE ON freeze_period
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER freeze_period_no_truncate BEFORE TRUNCATE ON freeze_period
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION is_frozen(what text, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
    SELECT 1 FROM freeze_period AS f
    WHERE
        is_frozen.what = any(f.stops)
        AND f.period @> (is_frozen.at AT TIME ZONE 'Europe/Belgrade')::date
        AND f.confirmed_at IS NOT NULL
        AND f.lifted_at IS NULL
);

CREATE TRIGGER approval_rule_audited AFTER INSERT OR UPDATE OR DELETE ON approval_rule
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER approval_band_audited AFTER INSERT OR UPDATE OR DELETE ON approval_band
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER freeze_period_audited AFTER INSERT OR UPDATE OR DELETE ON freeze_period
FOR EACH ROW EXECUTE FUNCTION record_audit();

GRANT SELECT, INSERT ON approval_band TO ura_app;
GRANT SELECT, INSERT, UPDATE ON approval_rule, freeze_period TO ura_app;

ALTER TABLE approval_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY approval_rule_seen ON approval_rule FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'administrator'
);
CREATE POLICY approval_rule_proposed ON approval_rule FOR INSERT WITH CHECK (
    proposed_by = (SELECT actor_account()) AND (SELECT actor_role()) = 'administrator'
    AND num_nonnulls(confirmed_at, refused_at) = 0
);
CREATE POLICY approval_rule_decided ON approval_rule FOR UPDATE USING (
    (SELECT actor_role()) = 'administrator'
) WITH CHECK (
    (SELECT actor_account()) IN (confirmed_by, refused_by)
);

ALTER TABLE approval_band ENABLE ROW LEVEL SECURITY;
CREATE POLICY approval_band_seen ON approval_band FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'administrator'
);
CREATE POLICY approval_band_proposed ON approval_band FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator'
);

ALTER TABLE freeze_period ENABLE ROW LEVEL SECURITY;
CREATE POLICY freeze_period_seen ON freeze_period FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'administrator'
);
CREATE POLICY freeze_period_proposed ON freeze_period FOR INSERT WITH CHECK (
    proposed_by = (SELECT actor_account()) AND (SELECT actor_role()) = 'administrator'
    AND num_nonnulls(confirmed_at, lifted_at) = 0
);
CREATE POLICY freeze_period_decided ON freeze_period FOR UPDATE USING (
    (SELECT actor_role()) = 'administrator'
) WITH CHECK (
    (SELECT actor_account()) IN (confirmed_by, lifted_by)
);
