-- A registration that is not finished: what an officer typed so far, sealed, for that officer only.
-- What nobody goes on with for 30 days is swept away (jobs/registrations.py).
CREATE TABLE registration_draft (
    id uuid PRIMARY KEY,
    office_id uuid NOT NULL REFERENCES office,
    account_id uuid NOT NULL REFERENCES account,
    sealed bytea NOT NULL,
    started_at timestamptz NOT NULL,
    saved_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT registration_draft_saved_after_start CHECK (saved_at >= started_at),
    CONSTRAINT registration_draft_kept_thirty_days CHECK (
        expires_at = saved_at + interval '720 hours'
    )
);

CREATE INDEX registration_draft_by_account ON registration_draft (account_id, saved_at);
CREATE INDEX registration_draft_by_expiry ON registration_draft (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON registration_draft TO ura_app;

ALTER TABLE registration_draft ENABLE ROW LEVEL SECURITY;
CREATE POLICY registration_draft_own ON registration_draft USING (
    account_id = (SELECT actor_account()) AND office_id = (SELECT actor_office())
);
CREATE POLICY registration_draft_swept_seen ON registration_draft FOR SELECT USING (
    (SELECT actor_role()) = 'system'
);
CREATE POLICY registration_draft_swept ON registration_draft FOR DELETE USING (
    (SELECT actor_role()) = 'system'
);
CREATE POLICY registration_draft_swept_locked ON registration_draft FOR UPDATE USING (
    (SELECT actor_role()) = 'system'
) WITH CHECK (FALSE);
