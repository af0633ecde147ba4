-- A person sent to the office by a social, health or other service, or sent on to one: whose
-- service, who and why is one sealed value, for case officers of the person's office only.
CREATE TABLE referral (
    id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL REFERENCES candidate,
    direction text NOT NULL,
    made_on date NOT NULL,
    sealed bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES account,
    closed_at timestamptz,
    closed_by uuid REFERENCES account,
    CONSTRAINT referral_direction_known CHECK (direction IN ('received', 'sent')),
    CONSTRAINT referral_made_before_recorded CHECK (
        made_on <= (recorded_at AT TIME ZONE 'Europe/Belgrade')::date
    ),
    CONSTRAINT referral_closed_pair CHECK ((closed_at IS NULL) = (closed_by IS NULL)),
    CONSTRAINT referral_sealed_alike CHECK (octet_length(sealed) = 10269)
);

CREATE INDEX referral_by_candidate ON referral (candidate_id, recorded_at);

-- It is closed once, with what came of it sealed over what was known; nothing else changes.
CREATE FUNCTION guard_referral() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.closed_at IS NOT NULL OR new.closed_at IS NULL
        OR (new.id, new.candidate_id, new.direction, new.made_on, new.recorded_at, new.recorded_by)
        IS DISTINCT FROM
        (old.id, old.candidate_id, old.direction, old.made_on, old.recorded_at, old.recorded_by)
    THEN
        RAISE EXCEPTION 'a referral is closed once and never edited'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'referral_closed_once';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER referral_ended_once BEFORE UPDATE ON referral
FOR EACH ROW EXECUTE FUNCTION guard_referral();
CREATE TRIGGER referral_never_deleted BEFORE DELETE ON referral
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER referral_no_truncate BEFORE TRUNCATE ON referral
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- The trail tells that something was recorded, and not of whom.
CREATE TRIGGER referral_audited AFTER INSERT OR UPDATE OR DELETE ON referral
FOR EACH ROW EXECUTE FUNCTION record_audit('sealed', 'candidate_id', 'direction', 'made_on');

GRANT SELECT, INSERT, UPDATE ON referral TO ura_app;

ALTER TABLE referral ENABLE ROW LEVEL SECURITY;
CREATE POLICY referral_of_office ON referral FOR SELECT USING (
    EXISTS (
        SELECT 1 FROM candidate AS c
        WHERE c.id = referral.candidate_id AND c.office_id = (SELECT actor_office())
    )
);
CREATE POLICY referral_recorded ON referral FOR INSERT WITH CHECK (
    recorded_by = (SELECT actor_account())
    AND EXISTS (
        SELECT 1 FROM candidate AS c
        WHERE c.id = referral.candidate_id AND c.office_id = (SELECT actor_office())
    )
);
CREATE POLICY referral_closed ON referral FOR UPDATE USING (
    EXISTS (
        SELECT 1 FROM candidate AS c
        WHERE c.id = referral.candidate_id AND c.office_id = (SELECT actor_office())
    )
);
