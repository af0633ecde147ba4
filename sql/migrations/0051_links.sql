-- What is asked of candidates, who have no account: by a link in a mail or a code on paper, each
-- for one person and one thing. Whoever holds one acts as that candidate and sees that thing only.

CREATE FUNCTION actor_candidate() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN actor_role() = 'candidate'
        THEN nullif(current_setting('ura.candidate_id', TRUE), '')::uuid
END;

-- The agreement that the candidate's link is about, and the link itself.
CREATE FUNCTION actor_agreement() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN actor_role() = 'candidate'
        THEN nullif(current_setting('ura.agreement_id', TRUE), '')::uuid
END;

CREATE FUNCTION actor_link() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN actor_role() = 'candidate' THEN nullif(current_setting('ura.link_id', TRUE), '')::uuid
END;

-- One thing that a candidate is asked: to sign, to say whether a month is right, where they stand.
-- `reach` says how: by mail, or on paper where there is no address or no wish for mails. A job
-- closes what is answered, so that only what is open has to be looked through.
CREATE TABLE candidate_question (
    id uuid PRIMARY KEY,
    purpose text NOT NULL,
    agreement_id uuid NOT NULL REFERENCES agreement,
    candidate_id uuid NOT NULL REFERENCES candidate,
    attendance_id uuid REFERENCES attendance,
    months_after integer,
    raised_at timestamptz NOT NULL,
    reach text NOT NULL,
    mail_count integer NOT NULL DEFAULT 0,
    last_mailed_at timestamptz,
    closed_at timestamptz,
    CONSTRAINT candidate_question_purpose_known CHECK (
        purpose IN ('sign_agreement', 'confirm_month', 'follow_up')
    ),
    CONSTRAINT candidate_question_reach_known CHECK (reach IN ('undecided', 'mail', 'paper')),
    CONSTRAINT candidate_question_about_one_thing CHECK (
        (purpose = 'confirm_month') = (attendance_id IS NOT NULL)
        AND (purpose = 'follow_up') = (months_after IS NOT NULL)
    ),
    CONSTRAINT candidate_question_at_a_point CHECK (months_after IN (0, 3, 6, 12)),
    CONSTRAINT candidate_question_mails_counted CHECK (
        mail_count >= 0 AND (mail_count = 0) = (last_mailed_at IS NULL)
    ),
    CONSTRAINT candidate_question_asked_once UNIQUE NULLS NOT DISTINCT (
        agreement_id, purpose, attendance_id, months_after
    )
);

CREATE INDEX candidate_question_undecided ON candidate_question (raised_at)
WHERE reach = 'undecided';
CREATE INDEX candidate_question_mailed ON candidate_question (id)
WHERE reach = 'mail' AND closed_at IS NULL;
CREATE INDEX candidate_question_open ON candidate_question (agreement_id) WHERE closed_at IS NULL;

-- A link is opened by its token, which stands in a mail, or by a short code, which stands on paper
-- and asks for the date of birth besides; both are kept as hashes. It serves once.
CREATE TABLE candidate_link (
    id uuid PRIMARY KEY,
    question_id uuid NOT NULL REFERENCES candidate_question,
    token_hash bytea,
    code_index bytea,
    mail_id uuid REFERENCES mail,
    issued_at timestamptz NOT NULL,
    issued_by uuid REFERENCES account,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz,
    revoked_by uuid REFERENCES account,
    CONSTRAINT candidate_link_once_per_token UNIQUE (token_hash),
    CONSTRAINT candidate_link_once_per_code UNIQUE (code_index),
    CONSTRAINT candidate_link_one_secret CHECK (num_nonnulls(token_hash, code_index) = 1),
    CONSTRAINT candidate_link_secret_hashed CHECK (
        octet_length(coalesce(token_hash, code_index)) = 32
    ),
    CONSTRAINT candidate_link_token_is_mailed CHECK (
        (token_hash IS NOT NULL) = (mail_id IS NOT NULL)
    ),
    CONSTRAINT candidate_link_code_printed_by_somebody CHECK (
        code_index IS NULL OR issued_by IS NOT NULL
    ),
    CONSTRAINT candidate_link_expires_later CHECK (expires_at > issued_at),
    CONSTRAINT candidate_link_revoked_pair CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
    CONSTRAINT candidate_link_used_or_revoked CHECK (num_nonnulls(used_at, revoked_at) <= 1)
);

CREATE INDEX candidate_link_by_question ON candidate_link (question_id);
CREATE INDEX candidate_link_by_mail ON candidate_link (mail_id);

-- The browser that opened a link, for a short while.
CREATE TABLE link_session (
    token_hash bytea PRIMARY KEY,
    link_id uuid NOT NULL REFERENCES candidate_link,
    started_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT link_session_token_hashed CHECK (octet_length(token_hash) = 32),
    CONSTRAINT link_session_ends_after_start CHECK (expires_at > started_at)
);

-- Every look at what a link shows, and every use of it.
CREATE TABLE link_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    link_id uuid NOT NULL REFERENCES candidate_link,
    event text NOT NULL,
    happened_at timestamptz NOT NULL,
    CONSTRAINT link_event_known CHECK (
        event IN ('opened', 'looked', 'used', 'refused', 'wrong_birth_date')
    )
);

CREATE INDEX link_event_by_link ON link_event (link_id, happened_at);

-- Codes that were tried, so that guessing becomes slow.
CREATE TABLE link_attempt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code_index bytea NOT NULL,
    address text NOT NULL,
    attempted_at timestamptz NOT NULL,
    succeeded boolean NOT NULL
);

CREATE INDEX link_attempt_by_code ON link_attempt (code_index, attempted_at);
CREATE INDEX link_attempt_by_address ON link_attempt (address, attempted_at);

-- When an employer was reminded that an agreement waits for its signature only.
CREATE TABLE signing_reminder (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    account_id uuid NOT NULL REFERENCES account,
    mail_id uuid NOT NULL REFERENCES mail,
    reminded_at timestamptz NOT NULL
);

CREATE INDEX signing_reminder_by_agreement ON signing_reminder (agreement_id, reminded_at);

-- What a candidate says is wrong with a report; until somebody has settled it, the report is not
-- confirmed, and a month that rests on it is not paid.
CREATE TABLE attendance_contest (
    id uuid PRIMARY KEY,
    attendance_id uuid NOT NULL REFERENCES attendance,
    contested_at timestamptz NOT NULL,
    by_link uuid NOT NULL REFERENCES candidate_link,
    days_worked integer,
    wage_cents bigint,
    note text NOT NULL,
    settled_at timestamptz,
    settled_by uuid REFERENCES account,
    finding text,
    CONSTRAINT attendance_contest_once_per_link UNIQUE (by_link),
    CONSTRAINT attendance_contest_days_possible CHECK (days_worked BETWEEN 0 AND 31),
    CONSTRAINT attendance_contest_wage_not_negative CHECK (wage_cents >= 0),
    CONSTRAINT attendance_contest_says_what CHECK (
        num_nonnulls(days_worked, wage_cents) > 0 OR length(btrim(note)) >= 5
    ),
    CONSTRAINT attendance_contest_settled_together CHECK (
        num_nonnulls(settled_at, settled_by, finding) IN (0, 3)
    ),
    CONSTRAINT attendance_contest_settled_with_finding CHECK (
        length(btrim(finding)) BETWEEN 5 AND 500
    )
);

CREATE UNIQUE INDEX attendance_contest_one_stands ON attendance_contest (attendance_id)
WHERE settled_at IS NULL;

-- Who signed, confirmed or answered is an account, or the candidate by a link.
ALTER TABLE agreement_signature
ALTER COLUMN recorded_by DROP NOT NULL,
ADD COLUMN by_link uuid REFERENCES candidate_link,
ADD CONSTRAINT agreement_signature_once_per_link UNIQUE (by_link),
ADD CONSTRAINT agreement_signature_by_somebody CHECK (
    num_nonnulls(recorded_by, by_link) = 1 AND (by_link IS NULL OR party = 'candidate')
);

ALTER TABLE outcome
ALTER COLUMN recorded_by DROP NOT NULL,
ADD COLUMN by_link uuid REFERENCES candidate_link,
ADD CONSTRAINT outcome_once_per_link UNIQUE (by_link),
ADD CONSTRAINT outcome_by_somebody CHECK (
    num_nonnulls(recorded_by, by_link) = 1 AND (by_link IS NULL OR source = 'candidate')
);

ALTER TABLE attendance
ADD COLUMN confirmed_by_link uuid REFERENCES candidate_link,
DROP CONSTRAINT attendance_confirmed_together,
ADD CONSTRAINT attendance_confirmed_once_per_link UNIQUE (confirmed_by_link),
ADD CONSTRAINT attendance_confirmed_together CHECK (
    num_nonnulls(confirmed_by, confirmed_by_link) = num_nonnulls(confirmed_at)
    AND num_nonnulls(confirmed_for) = num_nonnulls(confirmed_at)
    AND (confirmed_by_link IS NULL OR confirmed_for = 'candidate')
);

CREATE INDEX attendance_unconfirmed_lately ON attendance (reported_at)
WHERE superseded_at IS NULL AND confirmed_at IS NULL;
CREATE INDEX agreement_drafted_lately ON agreement (drafted_at) WHERE state = 'drafted';

-- With its owner's rights, so that it judges by every contest there is.
CREATE OR REPLACE FUNCTION guard_attendance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    decision text[] := CASE
        WHEN old.confirmed_at IS NULL AND new.superseded_at IS NULL
            THEN ARRAY['confirmed_at', 'confirmed_by', 'confirmed_for', 'confirmed_by_link']
        ELSE ARRAY['superseded_at']
    END;
BEGIN
    IF old.superseded_at IS NOT NULL
        OR to_jsonb(new) - decision <> to_jsonb(old) - decision
    THEN
        RAISE EXCEPTION 'a report is never edited: another version of it supersedes it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'attendance_never_edited';
    END IF;
    IF old.confirmed_at IS NULL AND new.confirmed_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM public.attendance_contest AS c
        WHERE c.attendance_id = new.id AND c.settled_at IS NULL
    ) THEN
        RAISE EXCEPTION 'the candidate says that the report is wrong'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'attendance_not_contested';
    END IF;
    RETURN new;
END
$$;

CREATE FUNCTION guard_contest() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF tg_op = 'INSERT' THEN
        IF NOT EXISTS (
            SELECT 1 FROM public.attendance AS t
            WHERE t.id = new.attendance_id AND t.superseded_at IS NULL
        ) THEN
            RAISE EXCEPTION 'the report was corrected meanwhile'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'attendance_contest_of_standing';
        END IF;
    ELSIF old.settled_at IS NOT NULL
        OR to_jsonb(new) - '{settled_at,settled_by,finding}'::text[]
        <> to_jsonb(old) - '{settled_at,settled_by,finding}'::text[]
    THEN
        RAISE EXCEPTION 'what a candidate said stands, and is settled once'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'attendance_contest_settled_once';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER attendance_contest_of_standing BEFORE INSERT ON attendance_contest
FOR EACH ROW EXECUTE FUNCTION guard_contest();
CREATE TRIGGER attendance_contest_settled_once BEFORE UPDATE ON attendance_contest
FOR EACH ROW EXECUTE FUNCTION guard_contest();
CREATE TRIGGER attendance_contest_never_deleted BEFORE DELETE ON attendance_contest
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER attendance_contest_no_truncate BEFORE TRUNCATE ON attendance_contest
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A question is about its agreement's own candidate and month.
CREATE FUNCTION guard_candidate_question() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF tg_op = 'UPDATE' THEN
        IF to_jsonb(new) - '{reach,mail_count,last_mailed_at,closed_at}'::text[]
            <> to_jsonb(old) - '{reach,mail_count,last_mailed_at,closed_at}'::text[]
        THEN
            RAISE EXCEPTION 'what was asked stands: ask another question'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'candidate_question_stands';
        END IF;
    ELSIF NOT EXISTS (
        SELECT 1 FROM public.agreement AS a
        WHERE a.id = new.agreement_id AND a.candidate_id = new.candidate_id
    ) OR (new.attendance_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM public.attendance AS t
        WHERE t.id = new.attendance_id AND t.agreement_id = new.agreement_id
    )) THEN
        RAISE EXCEPTION 'a question is about one agreement of one candidate'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'candidate_question_of_its_agreement';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER candidate_question_of_its_agreement BEFORE INSERT ON candidate_question
FOR EACH ROW EXECUTE FUNCTION guard_candidate_question();
CREATE TRIGGER candidate_question_stands BEFORE UPDATE ON candidate_question
FOR EACH ROW EXECUTE FUNCTION guard_candidate_question();

-- A link is used once or revoked once, and otherwise never changes.
CREATE FUNCTION guard_candidate_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF num_nonnulls(old.used_at, old.revoked_at) > 0
        OR to_jsonb(new) - '{used_at,revoked_at,revoked_by}'::text[]
        <> to_jsonb(old) - '{used_at,revoked_at,revoked_by}'::text[]
    THEN
        RAISE EXCEPTION 'a link serves once: issue another one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'candidate_link_serves_once';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER candidate_link_serves_once BEFORE UPDATE ON candidate_link
FOR EACH ROW EXECUTE FUNCTION guard_candidate_link();
CREATE TRIGGER link_event_append_only BEFORE UPDATE OR DELETE ON link_event
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER link_event_no_truncate BEFORE TRUNCATE ON link_event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER candidate_link_audited AFTER INSERT OR UPDATE OR DELETE ON candidate_link
FOR EACH ROW EXECUTE FUNCTION record_audit('token_hash', 'code_index');
CREATE TRIGGER attendance_contest_audited AFTER INSERT OR UPDATE OR DELETE ON attendance_contest
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- Whether a question is answered, or needs no answer any more, whoever gave it and how.
CREATE FUNCTION is_answered(question candidate_question) RETURNS boolean
LANGUAGE sql STABLE AS $$
SELECT CASE question.purpose
    WHEN 'sign_agreement' THEN NOT EXISTS (
        SELECT 1 FROM agreement AS a
        WHERE
            a.id = question.agreement_id
            AND a.state = 'drafted'
            AND NOT EXISTS (
                SELECT 1 FROM agreement_signature AS s
                WHERE s.agreement_id = a.id AND s.party = 'candidate'
            )
    )
    WHEN 'confirm_month' THEN NOT EXISTS (
        SELECT 1 FROM attendance AS t
        WHERE
            t.id = question.attendance_id
            AND t.confirmed_at IS NULL
            AND t.superseded_at IS NULL
            AND NOT EXISTS (
                SELECT 1 FROM attendance_contest AS c
                WHERE c.attendance_id = t.id AND c.settled_at IS NULL
            )
    )
    ELSE EXISTS (
        SELECT 1 FROM outcome AS o
        WHERE o.agreement_id = question.agreement_id AND o.months_after = question.months_after
    )
END
$$;
