-- How a person is reached, sealed: one value as long as anybody else's. The language is that of
-- letters and messages.
CREATE TABLE candidate_contact (
    id uuid PRIMARY KEY REFERENCES candidate,
    language text NOT NULL,
    sealed bytea NOT NULL,
    written_at timestamptz NOT NULL,
    written_by uuid NOT NULL REFERENCES account,
    CONSTRAINT candidate_contact_language_known CHECK (language IN ('sq', 'sr', 'en'))
);

-- What a person agreed to or refused, each time it was said; the latest row of a purpose holds.
CREATE TABLE candidate_consent (
    id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL REFERENCES candidate,
    purpose text NOT NULL,
    is_given boolean NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES account,
    CONSTRAINT candidate_consent_purpose_known CHECK (
        purpose IN ('introductions', 'messages', 'follow_up', 'priority')
    )
);

CREATE INDEX candidate_consent_by_candidate ON candidate_consent (
    candidate_id, purpose, recorded_at
);

CREATE TRIGGER candidate_consent_append_only BEFORE UPDATE OR DELETE ON candidate_consent
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER candidate_consent_no_truncate BEFORE TRUNCATE ON candidate_consent
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER candidate_consent_audited AFTER INSERT OR UPDATE OR DELETE ON candidate_consent
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER candidate_contact_audited AFTER INSERT OR UPDATE OR DELETE ON candidate_contact
FOR EACH ROW EXECUTE FUNCTION record_audit('sealed');

-- Whether a person last said no to a purpose. With its owner's rights: an employer's acts ask too.
CREATE FUNCTION refuses_consent(of_candidate uuid, to_purpose text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT NOT coalesce(
    (
        SELECT k.is_given FROM public.candidate_consent AS k
        WHERE
            k.candidate_id = refuses_consent.of_candidate
            AND k.purpose = refuses_consent.to_purpose
        ORDER BY k.recorded_at DESC, k.id DESC
        LIMIT 1
    ),
    TRUE
)
$$;

-- Nobody is shown to an employer who said that this may not be.
CREATE FUNCTION guard_introduction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF refuses_consent(new.candidate_id, 'introductions') THEN
        RAISE EXCEPTION 'the candidate does not want to be shown to employers'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'placement_match_introduced_with_consent';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER placement_match_introduced_with_consent BEFORE UPDATE OF state ON placement_match
FOR EACH ROW WHEN (new.state = 'introduced' AND old.state = 'proposed')
EXECUTE FUNCTION guard_introduction();

GRANT SELECT, INSERT, UPDATE ON candidate_contact TO ura_app;
GRANT SELECT, INSERT ON candidate_consent TO ura_app;

ALTER TABLE candidate_contact ENABLE ROW LEVEL SECURITY;
CREATE POLICY candidate_contact_of_office ON candidate_contact USING (
    EXISTS (
        SELECT 1 FROM candidate AS c
        WHERE c.id = candidate_contact.id AND c.office_id = (SELECT actor_office())
    )
);

ALTER TABLE candidate_consent ENABLE ROW LEVEL SECURITY;
CREATE POLICY candidate_consent_seen ON candidate_consent FOR SELECT USING (
    (SELECT actor_role()) IN ('auditor', 'system')
    OR EXISTS (
        SELECT 1 FROM candidate AS c
        WHERE c.id = candidate_consent.candidate_id AND c.office_id = (SELECT actor_office())
    )
);
CREATE POLICY candidate_consent_recorded ON candidate_consent FOR INSERT WITH CHECK (
    recorded_by = (SELECT actor_account())
    AND EXISTS (
        SELECT 1 FROM candidate AS c
        WHERE c.id = candidate_consent.candidate_id AND c.office_id = (SELECT actor_office())
    )
);
