-- What every scheme asks of a person besides the ages of its own document, and for how long an
-- office's decision holds; dated, as policies change.
CREATE TABLE eligibility_rule (
    id uuid PRIMARY KEY,
    valid daterange NOT NULL,
    months_without_work integer NOT NULL,
    holds_for_months integer NOT NULL,
    source text NOT NULL,
    CONSTRAINT eligibility_rule_one_at_a_time EXCLUDE USING gist (valid WITH &&),
    CONSTRAINT eligibility_rule_valid_some_days CHECK (NOT isempty(valid)),
    CONSTRAINT eligibility_rule_months_possible CHECK (
        months_without_work BETWEEN 0 AND 36 AND holds_for_months BETWEEN 1 AND 36
    ),
    CONSTRAINT eligibility_rule_has_a_source CHECK (btrim(source) <> '')
);

CREATE TRIGGER eligibility_rule_never_edited BEFORE UPDATE ON eligibility_rule
FOR EACH ROW EXECUTE FUNCTION guard_dated_rule();
CREATE TRIGGER eligibility_rule_never_deleted BEFORE DELETE ON eligibility_rule
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER eligibility_rule_no_truncate BEFORE TRUNCATE ON eligibility_rule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER eligibility_rule_audited AFTER INSERT OR UPDATE OR DELETE ON eligibility_rule
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- An office's decision about a person and a scheme's version, with its reasons; another follows it.
CREATE TABLE eligibility (
    id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL REFERENCES candidate,
    scheme_version_id uuid NOT NULL REFERENCES scheme_version,
    decided_at timestamptz NOT NULL,
    decided_by uuid NOT NULL REFERENCES account,
    is_eligible boolean NOT NULL,
    reasons jsonb NOT NULL,
    expires_on date NOT NULL,
    CONSTRAINT eligibility_reasons_listed CHECK (jsonb_typeof(reasons) = 'array'),
    CONSTRAINT eligibility_refused_with_reason CHECK (is_eligible = (reasons = '[]')),
    CONSTRAINT eligibility_expires_later CHECK (
        expires_on > (decided_at AT TIME ZONE 'Europe/Belgrade')::date
    )
);

CREATE INDEX eligibility_by_candidate ON eligibility (
    candidate_id, scheme_version_id, decided_at
);

CREATE TRIGGER eligibility_append_only BEFORE UPDATE OR DELETE ON eligibility
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER eligibility_no_truncate BEFORE TRUNCATE ON eligibility
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER eligibility_audited AFTER INSERT OR UPDATE OR DELETE ON eligibility
FOR EACH ROW EXECUTE FUNCTION record_audit();

GRANT SELECT ON eligibility_rule TO ura_app;
GRANT SELECT, INSERT ON eligibility TO ura_app;

ALTER TABLE eligibility_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY eligibility_rule_seen ON eligibility_rule FOR SELECT USING (TRUE);

ALTER TABLE eligibility ENABLE ROW LEVEL SECURITY;
CREATE POLICY eligibility_seen ON eligibility FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (
        SELECT 1 FROM candidate AS c
        WHERE c.id = eligibility.candidate_id AND c.office_id = (SELECT actor_office())
    )
);
CREATE POLICY eligibility_decided ON eligibility FOR INSERT WITH CHECK (
    decided_by = (SELECT actor_account())
    AND EXISTS (
        SELECT 1 FROM candidate AS c
        WHERE c.id = eligibility.candidate_id AND c.office_id = (SELECT actor_office())
    )
);
