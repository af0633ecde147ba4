-- In which programme months an office visits the place of work, and how many agreements (1/10 000)
-- it visits unannounced besides.
CREATE TABLE visit_rule (
    id uuid PRIMARY KEY,
    valid daterange NOT NULL,
    programme_months integer[] NOT NULL,
    unannounced_bp integer NOT NULL,
    source text NOT NULL,
    CONSTRAINT visit_rule_one_at_a_time EXCLUDE USING gist (valid WITH &&),
    CONSTRAINT visit_rule_valid_some_days CHECK (NOT isempty(valid)),
    CONSTRAINT visit_rule_months_possible CHECK (
        1 <= all(programme_months) AND 24 >= all(programme_months)
    ),
    CONSTRAINT visit_rule_share_possible CHECK (unannounced_bp BETWEEN 0 AND 10000),
    CONSTRAINT visit_rule_has_a_source CHECK (btrim(source) <> '')
);

CREATE TRIGGER visit_rule_never_edited BEFORE UPDATE ON visit_rule
FOR EACH ROW EXECUTE FUNCTION guard_dated_rule();
CREATE TRIGGER visit_rule_never_deleted BEFORE DELETE ON visit_rule
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER visit_rule_no_truncate BEFORE TRUNCATE ON visit_rule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER visit_rule_audited AFTER INSERT OR UPDATE OR DELETE ON visit_rule
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- A visit of the place of work: planned, then done with what was found, or called off.
CREATE TABLE visit (
    id uuid PRIMARY KEY,
    reference text NOT NULL,
    agreement_id uuid NOT NULL REFERENCES agreement,
    state text NOT NULL,
    is_announced boolean NOT NULL,
    planned_on date NOT NULL,
    planned_at timestamptz NOT NULL,
    planned_by uuid NOT NULL REFERENCES account,
    visited_on date,
    finding text,
    note text,
    recorded_at timestamptz,
    recorded_by uuid REFERENCES account,
    called_off_at timestamptz,
    called_off_by uuid REFERENCES account,
    call_off_reason text,
    CONSTRAINT visit_once_per_reference UNIQUE (reference),
    CONSTRAINT visit_state_known CHECK (state IN ('planned', 'done', 'called_off')),
    CONSTRAINT visit_finding_known CHECK (
        finding IN ('present', 'absent_with_reason', 'not_present', 'other_work', 'place_closed')
    ),
    CONSTRAINT visit_done_with_finding CHECK (
        num_nonnulls(visited_on, finding, note, recorded_at, recorded_by)
        = CASE state WHEN 'done' THEN 5 ELSE 0 END
    ),
    CONSTRAINT visit_called_off_with_reason CHECK (
        num_nonnulls(called_off_at, called_off_by, call_off_reason)
        = CASE state WHEN 'called_off' THEN 3 ELSE 0 END
        AND btrim(call_off_reason) <> ''
    ),
    CONSTRAINT visit_recorded_afterwards CHECK (
        visited_on <= (recorded_at AT TIME ZONE 'Europe/Belgrade')::date
    ),
    CONSTRAINT visit_finding_explained CHECK (
        finding = 'present' OR length(btrim(note)) BETWEEN 10 AND 2000
    )
);

CREATE UNIQUE INDEX visit_one_planned ON visit (agreement_id) WHERE state = 'planned';
CREATE INDEX visit_by_agreement ON visit (agreement_id, visited_on);
CREATE INDEX visit_amiss ON visit (agreement_id)
WHERE finding IN ('not_present', 'other_work', 'place_closed');

-- What was found stands: a visit is planned, then done or called off, once.
CREATE FUNCTION guard_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.state <> 'planned'
        OR (new.id, new.reference, new.agreement_id, new.is_announced, new.planned_at,
            new.planned_by, new.planned_on)
        IS DISTINCT FROM (old.id, old.reference, old.agreement_id, old.is_announced, old.planned_at,
            old.planned_by, old.planned_on)
    THEN
        RAISE EXCEPTION 'a visit is done or called off once: plan another'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'visit_stands';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER visit_stands BEFORE UPDATE ON visit
FOR EACH ROW EXECUTE FUNCTION guard_visit();
CREATE TRIGGER visit_never_deleted BEFORE DELETE ON visit
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER visit_no_truncate BEFORE TRUNCATE ON visit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER visit_audited AFTER INSERT OR UPDATE OR DELETE ON visit
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- Running agreements that the actor may see and that want a visit by the rule of the day: nobody
-- was there since a programme month of the rule began, or it was drawn to be visited unannounced.
CREATE FUNCTION visits_wanted(of_office uuid, on_day date) RETURNS TABLE (
    agreement_id uuid, is_announced boolean, since date
)
LANGUAGE sql STABLE AS $$
SELECT
    a.id,
    TRUE,
    began.since
FROM agreement AS a
INNER JOIN visit_rule AS r ON r.valid @> visits_wanted.on_day
INNER JOIN LATERAL (
    SELECT max((a.starts_on + make_interval(months => m.number - 1))::date) AS since
    FROM unnest(r.programme_months) AS m (number)
    WHERE (a.starts_on + make_interval(months => m.number - 1))::date <= visits_wanted.on_day
) AS began ON began.since IS NOT NULL
WHERE
    a.office_id = visits_wanted.of_office
    AND a.state = 'active'
    AND NOT EXISTS (
        SELECT 1 FROM visit AS v
        WHERE
            v.agreement_id = a.id
            AND (v.state = 'planned' OR (v.state = 'done' AND v.visited_on >= began.since))
    )
UNION ALL
SELECT
    a.id,
    FALSE,
    (a.starts_on + make_interval(months => 1))::date
FROM agreement AS a
INNER JOIN visit_rule AS r ON r.valid @> visits_wanted.on_day
WHERE
    a.office_id = visits_wanted.of_office
    AND a.state = 'active'
    AND (a.starts_on + make_interval(months => 1))::date <= visits_wanted.on_day
    AND drawn_by_hash(a.id, a.id, r.unannounced_bp)
    AND NOT EXISTS (
        SELECT 1 FROM visit AS v
        WHERE
            v.agreement_id = a.id
            AND (v.state = 'planned' OR (v.state = 'done' AND NOT v.is_announced))
    )
$$;

-- A finding is a flag of the payment of its days, and draws the payment to be looked at again.
ALTER DOMAIN flag_code DROP CONSTRAINT flag_code_known;
ALTER DOMAIN flag_code ADD CONSTRAINT flag_code_known CHECK (
    value IN (
        'account_shared', 'account_of_staff', 'account_changed', 'account_confirmed_fast',
        'contact_of_staff', 'contact_shared', 'network_shared', 'employer_new',
        'mostly_subsidised', 'officer_concentration', 'linked_employers', 'name_twin',
        'confirmed_fast', 'odd_hours', 'wages_at_cap', 'round_wage', 'just_under_cap',
        'leaver_paid', 'never_absent', 'first_payment', 'amount_jump', 'amiss_at_visit'
    )
);
ALTER TABLE quality_sample DROP CONSTRAINT quality_sample_reasons_known;
ALTER TABLE quality_sample ADD CONSTRAINT quality_sample_reasons_known CHECK (
    reasons <@ ARRAY['first_case', 'override', 'account_change', 'random', 'visit']
);

GRANT SELECT ON visit_rule TO ura_app;
GRANT SELECT, INSERT, UPDATE ON visit TO ura_app;

ALTER TABLE visit_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY visit_rule_seen ON visit_rule FOR SELECT USING (TRUE);

-- An employer sees no visits: some come unannounced.
ALTER TABLE visit ENABLE ROW LEVEL SECURITY;
CREATE POLICY visit_seen ON visit FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (
        SELECT 1 FROM agreement AS a
        WHERE a.id = visit.agreement_id AND a.office_id = (SELECT actor_office())
    )
);
CREATE POLICY visit_planned ON visit FOR INSERT WITH CHECK (
    planned_by = (SELECT actor_account())
    AND EXISTS (
        SELECT 1 FROM agreement AS a
        WHERE a.id = visit.agreement_id AND a.office_id = (SELECT actor_office())
    )
);
CREATE POLICY visit_moved ON visit FOR UPDATE USING (
    EXISTS (
        SELECT 1 FROM agreement AS a
        WHERE a.id = visit.agreement_id AND a.office_id = (SELECT actor_office())
    )
);
