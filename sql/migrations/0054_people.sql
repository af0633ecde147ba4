-- Who comes in by invitation, and what each person of an employer may do for it.

-- A chief may do everything for the firm, the others what their right says.
CREATE TABLE employer_right (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    employer_id uuid NOT NULL REFERENCES employer,
    right_code text NOT NULL,
    granted_at timestamptz NOT NULL,
    granted_by uuid REFERENCES account,
    ended_at timestamptz,
    ended_by uuid REFERENCES account,
    CONSTRAINT employer_right_code_known CHECK (
        right_code IN ('chief', 'reporter', 'signatory', 'accountant')
    ),
    CONSTRAINT employer_right_ended_pair CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);

CREATE UNIQUE INDEX employer_right_once ON employer_right (account_id, right_code)
WHERE ended_at IS NULL;
CREATE INDEX employer_right_by_employer ON employer_right (employer_id);

-- Whoever acted for an employer before there were rights had all of them.
INSERT INTO employer_right (id, account_id, employer_id, right_code, granted_at)
SELECT
    gen_random_uuid() AS id,
    a.id AS account_id,
    a.employer_id,
    'chief' AS right_code,
    a.created_at AS granted_at
FROM account AS a
WHERE a.employer_id IS NOT NULL;

-- A link, of which only the hash is kept, by which one person opens one account, once.
CREATE TABLE invitation (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    office_id uuid REFERENCES office,
    employer_id uuid REFERENCES employer,
    rights text[] NOT NULL,
    language text NOT NULL,
    invited_at timestamptz NOT NULL,
    invited_by uuid REFERENCES account,
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    account_id uuid REFERENCES account,
    withdrawn_at timestamptz,
    withdrawn_by uuid REFERENCES account,
    CONSTRAINT invitation_token_once UNIQUE (token_hash),
    CONSTRAINT invitation_token_hashed CHECK (octet_length(token_hash) = 32),
    CONSTRAINT invitation_email_folded CHECK (email = lower(email)),
    CONSTRAINT invitation_role_known CHECK (
        role IN (
            'case_officer', 'employer', 'finance_officer', 'finance_authoriser', 'auditor',
            'administrator'
        )
    ),
    CONSTRAINT invitation_language_known CHECK (language IN ('sq', 'sr', 'en')),
    CONSTRAINT invitation_case_officer_has_office CHECK (
        (role = 'case_officer') = (office_id IS NOT NULL)
    ),
    CONSTRAINT invitation_employer_has_employer CHECK (
        (role = 'employer') = (employer_id IS NOT NULL)
    ),
    CONSTRAINT invitation_rights_known CHECK (
        rights <@ ARRAY['chief', 'reporter', 'signatory', 'accountant']
    ),
    CONSTRAINT invitation_employer_has_rights CHECK (
        (role = 'employer') = (cardinality(rights) > 0)
    ),
    CONSTRAINT invitation_ends_after_start CHECK (expires_at > invited_at),
    CONSTRAINT invitation_accepted_in_time CHECK (accepted_at <= expires_at),
    CONSTRAINT invitation_accepted_pair CHECK ((accepted_at IS NULL) = (account_id IS NULL)),
    -- The first administrator is invited by whoever installs Ura, who has no account.
    CONSTRAINT invitation_by_somebody CHECK (invited_by IS NOT NULL OR role = 'administrator'),
    CONSTRAINT invitation_withdrawn_pair CHECK (
        (withdrawn_at IS NULL) = (withdrawn_by IS NULL) OR invited_by IS NULL
    ),
    CONSTRAINT invitation_ended_once_only CHECK (num_nonnulls(accepted_at, withdrawn_at) <= 1)
);

CREATE UNIQUE INDEX invitation_one_open ON invitation (email)
WHERE accepted_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX invitation_by_employer ON invitation (employer_id);

CREATE FUNCTION guard_invitation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moves text[] := ARRAY['accepted_at', 'account_id', 'withdrawn_at', 'withdrawn_by'];
BEGIN
    IF num_nonnulls(old.accepted_at, old.withdrawn_at) > 0
        OR to_jsonb(new) - moves <> to_jsonb(old) - moves
    THEN
        RAISE EXCEPTION 'an invitation is used once, as it was written'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invitation_stands';
    END IF;
    IF new.account_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM account AS a
        WHERE
            a.id = new.account_id
            AND a.email = new.email
            AND a.role = new.role
            AND a.office_id IS NOT DISTINCT FROM new.office_id
            AND a.employer_id IS NOT DISTINCT FROM new.employer_id
    ) THEN
        RAISE EXCEPTION 'an invitation opens the account that it describes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invitation_opens_its_account';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER invitation_stands BEFORE UPDATE ON invitation
FOR EACH ROW EXECUTE FUNCTION guard_invitation();
CREATE TRIGGER invitation_never_deleted BEFORE DELETE ON invitation
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER invitation_no_truncate BEFORE TRUNCATE ON invitation
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION rights_of(account_id uuid) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
RETURN coalesce(
    (
        SELECT array_agg(r.right_code ORDER BY r.right_code) FROM employer_right AS r
        WHERE r.account_id = rights_of.account_id AND r.ended_at IS NULL
    ),
    '{}'
);

-- Whether who acts may do this for an employer; a chief may do everything.
CREATE FUNCTION actor_has_right(right_code text) RETURNS boolean
LANGUAGE sql STABLE
RETURN actor_role() IS DISTINCT FROM 'employer'
OR rights_of(actor_account()) && ARRAY['chief', actor_has_right.right_code];

-- The people who can sign in for an employer and may do everything, but for one of them. The lock
-- makes two who go at the same moment go one after the other.
CREATE FUNCTION has_another_chief(employer_id uuid, but_not uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(has_another_chief.employer_id::text, 0));
    RETURN EXISTS (
        SELECT 1 FROM public.employer_right AS r
        INNER JOIN public.account AS a ON r.account_id = a.id
        WHERE
            r.employer_id = has_another_chief.employer_id
            AND r.account_id <> has_another_chief.but_not
            AND r.right_code = 'chief'
            AND r.ended_at IS NULL
            AND a.disabled_at IS NULL
    );
END
$$;

CREATE FUNCTION guard_employer_right() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.ended_at IS NOT NULL
        OR to_jsonb(new) - ARRAY['ended_at', 'ended_by']
        <> to_jsonb(old) - ARRAY['ended_at', 'ended_by']
    THEN
        RAISE EXCEPTION 'a right ends once and never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'employer_right_stands';
    END IF;
    IF old.right_code = 'chief' AND NOT has_another_chief(old.employer_id, old.account_id) THEN
        RAISE EXCEPTION 'an employer keeps one who may do everything'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'employer_keeps_a_chief';
    END IF;
    RETURN new;
END
$$;

CREATE FUNCTION guard_employer_right_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM account AS a
        WHERE a.id = new.account_id AND a.employer_id = new.employer_id
    ) THEN
        RAISE EXCEPTION 'only an employer''s own people have rights for it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'employer_right_of_own_people';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER employer_right_of_own_people BEFORE INSERT ON employer_right
FOR EACH ROW EXECUTE FUNCTION guard_employer_right_given();
CREATE TRIGGER employer_right_stands BEFORE UPDATE ON employer_right
FOR EACH ROW EXECUTE FUNCTION guard_employer_right();
CREATE TRIGGER employer_right_never_deleted BEFORE DELETE ON employer_right
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER employer_right_no_truncate BEFORE TRUNCATE ON employer_right
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER employer_right_audited AFTER INSERT OR UPDATE OR DELETE ON employer_right
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER invitation_audited AFTER INSERT OR UPDATE OR DELETE ON invitation
FOR EACH ROW EXECUTE FUNCTION record_audit('token_hash');

GRANT SELECT, INSERT, UPDATE ON employer_right, invitation TO ura_app;

-- A firm belongs to the office of its municipality.
CREATE FUNCTION is_of_actors_office(employer_id uuid) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
    SELECT 1 FROM employer AS e
    INNER JOIN office AS o ON e.municipality_code = o.municipality_code
    WHERE e.id = is_of_actors_office.employer_id AND o.id = actor_office()
);

ALTER TABLE invitation ENABLE ROW LEVEL SECURITY;
-- A stranger finds one by the hash of its token alone.
CREATE POLICY invitation_seen ON invitation FOR SELECT USING (
    (SELECT actor_role()) IN ('administrator', 'auditor', 'anonymous')
    OR (employer_id = (SELECT actor_employer()) AND (SELECT actor_has_right('chief')))
    OR ((SELECT actor_role()) = 'case_officer' AND is_of_actors_office(employer_id))
);
CREATE POLICY invitation_of_first ON invitation USING (
    (SELECT actor_role()) = 'system' AND invited_by IS NULL AND accepted_at IS NULL
);
CREATE POLICY invitation_written ON invitation FOR INSERT WITH CHECK (
    invited_by = (SELECT actor_account())
    AND num_nonnulls(accepted_at, withdrawn_at) = 0
    AND (
        (SELECT actor_role()) = 'administrator'
        OR (employer_id = (SELECT actor_employer()) AND (SELECT actor_has_right('chief')))
        OR ((SELECT actor_role()) = 'case_officer' AND is_of_actors_office(employer_id))
    )
);
CREATE POLICY invitation_ended ON invitation FOR UPDATE USING (
    (SELECT actor_role()) = 'administrator'
    OR (employer_id = (SELECT actor_employer()) AND (SELECT actor_has_right('chief')))
    OR ((SELECT actor_role()) = 'case_officer' AND is_of_actors_office(employer_id))
    OR (SELECT actor_role()) = 'anonymous'
) WITH CHECK (
    withdrawn_by = (SELECT actor_account())
    OR ((SELECT actor_role()) = 'anonymous' AND accepted_at IS NOT NULL)
);

ALTER TABLE employer_right ENABLE ROW LEVEL SECURITY;
CREATE POLICY employer_right_seen ON employer_right FOR SELECT USING (
    (SELECT actor_sees_all())
    OR employer_id = (SELECT actor_employer())
    OR (SELECT actor_role()) IN ('case_officer', 'administrator')
);
-- A stranger gets what the invitation of the account says, a system what it makes up.
CREATE POLICY employer_right_granted ON employer_right FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'system'
    OR (
        granted_by = (SELECT actor_account())
        AND (
            (SELECT actor_role()) = 'administrator'
            OR (employer_id = (SELECT actor_employer()) AND (SELECT actor_has_right('chief')))
            OR ((SELECT actor_role()) = 'case_officer' AND is_of_actors_office(employer_id))
        )
    )
    OR (
        (SELECT actor_role()) = 'anonymous'
        AND EXISTS (
            SELECT 1 FROM invitation AS i
            WHERE
                i.account_id = employer_right.account_id
                AND i.employer_id = employer_right.employer_id
                AND i.invited_by = employer_right.granted_by
                AND employer_right.right_code = any(i.rights)
        )
    )
);
CREATE POLICY employer_right_ended ON employer_right FOR UPDATE USING (
    (employer_id = (SELECT actor_employer()) AND (SELECT actor_has_right('chief')))
    OR ((SELECT actor_role()) = 'case_officer' AND is_of_actors_office(employer_id))
    OR (SELECT actor_role()) = 'administrator'
) WITH CHECK (ended_by = (SELECT actor_account()));

-- What an employer's people do takes the right to it, whatever else allows it.
CREATE POLICY attendance_reported_with_right ON attendance AS RESTRICTIVE FOR INSERT
WITH CHECK ((SELECT actor_has_right('reporter')));
CREATE POLICY agreement_signed_with_right ON agreement_signature AS RESTRICTIVE FOR INSERT
WITH CHECK ((SELECT actor_has_right('signatory')));
CREATE POLICY bank_account_proposed_with_right ON bank_account AS RESTRICTIVE FOR INSERT
WITH CHECK ((SELECT actor_has_right('accountant')));
CREATE POLICY bank_account_seen_with_right ON bank_account AS RESTRICTIVE FOR SELECT
USING ((SELECT actor_has_right('accountant')));
CREATE POLICY instalment_seen_with_right ON instalment AS RESTRICTIVE FOR SELECT
USING ((SELECT actor_has_right('accountant')));
CREATE POLICY placement_posted_with_right ON placement AS RESTRICTIVE FOR INSERT
WITH CHECK ((SELECT actor_has_right('chief')));
CREATE POLICY placement_moved_with_right ON placement AS RESTRICTIVE FOR UPDATE
USING ((SELECT actor_has_right('chief')));
CREATE POLICY placement_match_moved_with_right ON placement_match AS RESTRICTIVE FOR UPDATE
USING ((SELECT actor_has_right('chief')));
