-- E-mails, written in the transaction of what they tell of and sent by a job. Who gets one and what
-- it says are sealed: the link of a mail opens a page.

CREATE TABLE mail (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    to_sealed bytea NOT NULL,
    language text NOT NULL,
    facts_sealed bytea NOT NULL,
    written_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'pending',
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz,
    lease_token uuid,
    lease_until timestamptz,
    last_trouble text,
    last_code integer,
    sent_at timestamptz,
    given_up_at timestamptz,
    CONSTRAINT mail_kind_known CHECK (
        kind IN (
            'invitation', 'password_reset', 'sign_agreement', 'sign_reminder', 'employer_to_sign',
            'confirm_month', 'confirm_reminder', 'follow_up', 'follow_up_reminder'
        )
    ),
    CONSTRAINT mail_language_known CHECK (language IN ('sq', 'sr', 'en')),
    CONSTRAINT mail_state_known CHECK (state IN ('pending', 'sent', 'failed', 'given_up')),
    CONSTRAINT mail_trouble_known CHECK (
        last_trouble IN (
            'refused_for_good', 'refused_for_now', 'not_signed_in', 'no_connection', 'timed_out',
            'not_written'
        )
    ),
    CONSTRAINT mail_attempts_counted CHECK (attempts >= 0),
    CONSTRAINT mail_code_of_smtp CHECK (last_code BETWEEN 200 AND 599),
    CONSTRAINT mail_waits_for_a_moment CHECK (
        (state IN ('pending', 'failed')) = (next_try_at IS NOT NULL)
    ),
    CONSTRAINT mail_failed_says_why CHECK (
        state NOT IN ('failed', 'given_up') OR last_trouble IS NOT NULL
    ),
    CONSTRAINT mail_sent_at_a_moment CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
    CONSTRAINT mail_given_up_at_a_moment CHECK ((state = 'given_up') = (given_up_at IS NOT NULL)),
    CONSTRAINT mail_lease_pair CHECK ((lease_token IS NULL) = (lease_until IS NULL)),
    CONSTRAINT mail_lease_ends CHECK (state IN ('pending', 'failed') OR lease_token IS NULL)
);

CREATE INDEX mail_waiting ON mail (next_try_at) WHERE state IN ('pending', 'failed');
CREATE INDEX mail_by_state ON mail (state, id);

-- What was written stands, and what was sent was sent.
CREATE FUNCTION guard_mail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (new.id, new.kind, new.to_sealed, new.language, new.facts_sealed, new.written_at)
        IS DISTINCT FROM
        (old.id, old.kind, old.to_sealed, old.language, old.facts_sealed, old.written_at)
        OR old.state = 'sent'
    THEN
        RAISE EXCEPTION 'a mail is never edited: write another one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'mail_stands';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER mail_stands BEFORE UPDATE ON mail
FOR EACH ROW EXECUTE FUNCTION guard_mail();
CREATE TRIGGER mail_audited AFTER INSERT OR UPDATE OR DELETE ON mail
FOR EACH ROW EXECUTE FUNCTION record_audit(
    'to_sealed', 'facts_sealed', 'lease_token', 'lease_until'
);

GRANT SELECT, INSERT, UPDATE ON mail TO ura_app;

-- Anybody's act may write a mail; only the relay and administrators see what became of it.
ALTER TABLE mail ENABLE ROW LEVEL SECURITY;
CREATE POLICY mail_seen ON mail FOR SELECT USING (
    (SELECT actor_role()) IN ('system', 'administrator')
);
CREATE POLICY mail_written ON mail FOR INSERT WITH CHECK (
    actor_role() IS NOT NULL AND state = 'pending' AND attempts = 0
);
CREATE POLICY mail_moved ON mail FOR UPDATE USING (
    (SELECT actor_role()) IN ('system', 'administrator')
) WITH CHECK (
    (SELECT actor_role()) = 'system'
    OR ((SELECT actor_role()) = 'administrator' AND state = 'pending')
);
