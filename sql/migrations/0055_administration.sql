-- Accounts and offices as administrators keep them: no role, office or firm is left to nobody, and
-- no person moves between duties that are kept apart.

CREATE TABLE duty_conflict (
    id uuid PRIMARY KEY,
    role_before text NOT NULL,
    role_after text NOT NULL,
    months integer NOT NULL,
    source text NOT NULL,
    CONSTRAINT duty_conflict_before_known CHECK (
        role_before IN (
            'case_officer', 'employer', 'finance_officer', 'finance_authoriser', 'auditor',
            'administrator'
        )
    ),
    CONSTRAINT duty_conflict_after_known CHECK (
        role_after IN (
            'case_officer', 'employer', 'finance_officer', 'finance_authoriser', 'auditor',
            'administrator'
        )
    ),
    CONSTRAINT duty_conflict_once UNIQUE (role_before, role_after),
    CONSTRAINT duty_conflict_of_two CHECK (role_before <> role_after),
    CONSTRAINT duty_conflict_months_possible CHECK (months BETWEEN 1 AND 120),
    CONSTRAINT duty_conflict_has_a_source CHECK (btrim(source) <> '')
);

-- What an account was before: roles change, what was done under them does not.
CREATE TABLE account_role_change (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    role_before text NOT NULL,
    office_before uuid REFERENCES office,
    role_after text NOT NULL,
    office_after uuid REFERENCES office,
    reason text NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by uuid NOT NULL REFERENCES account,
    CONSTRAINT account_role_change_before_known CHECK (
        role_before IN (
            'case_officer', 'employer', 'finance_officer', 'finance_authoriser', 'auditor',
            'administrator'
        )
    ),
    CONSTRAINT account_role_change_after_known CHECK (
        role_after IN (
            'case_officer', 'employer', 'finance_officer', 'finance_authoriser', 'auditor',
            'administrator'
        )
    ),
    CONSTRAINT account_role_change_says_why CHECK (length(btrim(reason)) BETWEEN 5 AND 500),
    CONSTRAINT account_role_change_not_ones_own CHECK (changed_by <> account_id)
);

CREATE INDEX account_role_change_by_account ON account_role_change (account_id, changed_at);

CREATE TABLE password_reset (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL,
    account_id uuid NOT NULL REFERENCES account,
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT password_reset_token_once UNIQUE (token_hash),
    CONSTRAINT password_reset_token_hashed CHECK (octet_length(token_hash) = 32),
    CONSTRAINT password_reset_ends_soon CHECK (
        expires_at > asked_at AND expires_at <= asked_at + interval '1 hour'
    ),
    CONSTRAINT password_reset_used_in_time CHECK (used_at <= expires_at),
    CONSTRAINT password_reset_used_or_ended CHECK (num_nonnulls(used_at, ended_at) <= 1)
);

CREATE UNIQUE INDEX password_reset_one_open ON password_reset (account_id)
WHERE used_at IS NULL AND ended_at IS NULL;

ALTER TABLE office
ADD COLUMN opened_at timestamptz,
ADD COLUMN opened_by uuid REFERENCES account,
ADD COLUMN closed_at timestamptz,
ADD COLUMN closed_by uuid REFERENCES account,
ADD CONSTRAINT office_named CHECK (
    length(btrim(name_sq)) BETWEEN 3 AND 120 AND length(btrim(name_sr)) BETWEEN 3 AND 120
),
ADD CONSTRAINT office_opened_pair CHECK ((opened_at IS NULL) = (opened_by IS NULL)),
ADD CONSTRAINT office_closed_pair CHECK ((closed_at IS NULL) = (closed_by IS NULL)),
DROP CONSTRAINT office_once_per_municipality;

CREATE UNIQUE INDEX office_once_per_municipality ON office (municipality_code)
WHERE closed_at IS NULL;

-- What an office still has to do: it closes when there is none of it.
CREATE FUNCTION open_cases_of_office(office_id uuid)
RETURNS TABLE (kind text, case_id uuid, reference text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    SELECT
        'agreement' AS kind,
        a.id AS case_id,
        a.reference
    FROM agreement AS a
    WHERE
        a.office_id = open_cases_of_office.office_id
        AND a.state NOT IN ('completed', 'ended_early', 'cancelled')
    UNION ALL
    SELECT
        'candidate' AS kind,
        c.id AS case_id,
        c.reference
    FROM candidate AS c
    WHERE c.office_id = open_cases_of_office.office_id AND c.withdrawn_at IS NULL
    UNION ALL
    SELECT
        'account' AS kind,
        a.id AS case_id,
        a.name AS reference
    FROM account AS a
    WHERE a.office_id = open_cases_of_office.office_id AND a.disabled_at IS NULL;
END;

CREATE FUNCTION guard_office() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.closed_at IS NOT NULL
        OR to_jsonb(new) - ARRAY['name_sq', 'name_sr', 'closed_at', 'closed_by']
        <> to_jsonb(old) - ARRAY['name_sq', 'name_sr', 'closed_at', 'closed_by']
    THEN
        RAISE EXCEPTION 'a closed office stays as it was'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'office_stands';
    END IF;
    IF new.closed_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM open_cases_of_office(new.id) AS c WHERE c.kind <> 'account'
    ) THEN
        RAISE EXCEPTION 'an office closes when it has no open case'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'office_closes_without_cases';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER office_stands BEFORE UPDATE ON office
FOR EACH ROW EXECUTE FUNCTION guard_office();

-- Whoever could still do a person's work without them. The lock makes two who go at the same
-- moment go one after the other.
CREATE FUNCTION account_rule_broken_by(before account, after account) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    is_leaving boolean := before.disabled_at IS NULL AND (
        after.disabled_at IS NOT NULL
        OR (after.role, after.office_id) IS DISTINCT FROM (before.role, before.office_id)
    );
BEGIN
    IF before.role <> after.role AND EXISTS (
        SELECT 1 FROM public.duty_conflict AS c
        WHERE
            c.role_after = after.role
            AND (
                c.role_before = before.role
                OR EXISTS (
                    SELECT 1 FROM public.account_role_change AS h
                    WHERE
                        h.account_id = before.id
                        AND h.role_before = c.role_before
                        AND h.changed_at
                        > statement_timestamp() - make_interval(months => c.months)
                )
            )
    ) THEN
        RETURN 'account_role_compatible';
    END IF;
    IF (before.role = 'employer') <> (after.role = 'employer')
        OR after.employer_id IS DISTINCT FROM before.employer_id
    THEN
        RETURN 'account_stays_with_its_firm';
    END IF;
    IF NOT is_leaving THEN
        RETURN NULL;
    END IF;
    IF before.role = 'employer' THEN
        RETURN CASE
            WHEN
                'chief' = any(public.rights_of(before.id))
                AND NOT public.has_another_chief(before.employer_id, before.id)
                THEN 'employer_keeps_a_chief'
        END;
    END IF;
    PERFORM pg_advisory_xact_lock(
        hashtextextended(before.role || coalesce(before.office_id::text, ''), 0)
    );
    RETURN CASE
        WHEN before.role = 'case_officer' AND EXISTS (
            SELECT 1 FROM public.office AS o
            WHERE o.id = before.office_id AND o.closed_at IS NOT NULL
        ) THEN NULL
        WHEN NOT EXISTS (
            SELECT 1 FROM public.account AS a
            WHERE
                a.id <> before.id
                AND a.role = before.role
                AND a.office_id IS NOT DISTINCT FROM before.office_id
                AND a.disabled_at IS NULL
        ) THEN CASE before.role WHEN 'case_officer' THEN 'office_keeps_an_officer'
            ELSE 'role_keeps_an_account' END
    END;
END
$$;

CREATE FUNCTION guard_account() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text := account_rule_broken_by(old, new);
BEGIN
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'an account breaks the rule %', broken
            USING ERRCODE = 'restrict_violation', CONSTRAINT = broken;
    END IF;
    RETURN new;
END
$$;

-- It binds people. The system has no account to take rights with, and no job of it changes one.
CREATE TRIGGER account_keeps_the_rules BEFORE UPDATE OF role, office_id, employer_id, disabled_at
ON account FOR EACH ROW WHEN (actor_role() IS DISTINCT FROM 'system')
EXECUTE FUNCTION guard_account();
CREATE TRIGGER account_never_deleted BEFORE DELETE ON account
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER account_no_truncate BEFORE TRUNCATE ON account
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER account_role_change_append_only BEFORE UPDATE OR DELETE ON account_role_change
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER account_role_change_no_truncate BEFORE TRUNCATE ON account_role_change
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER password_reset_ended_once BEFORE UPDATE ON password_reset
FOR EACH ROW EXECUTE FUNCTION guard_once();

CREATE TRIGGER office_audited AFTER INSERT OR UPDATE OR DELETE ON office
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER account_role_change_audited AFTER INSERT OR UPDATE OR DELETE ON account_role_change
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER password_reset_audited AFTER INSERT OR UPDATE OR DELETE ON password_reset
FOR EACH ROW EXECUTE FUNCTION record_audit('token_hash');
CREATE TRIGGER duty_conflict_audited AFTER INSERT OR UPDATE OR DELETE ON duty_conflict
FOR EACH ROW EXECUTE FUNCTION record_audit();

GRANT INSERT, UPDATE ON office TO ura_app;
GRANT SELECT ON duty_conflict TO ura_app;
GRANT SELECT, INSERT ON account_role_change TO ura_app;
GRANT SELECT, INSERT, UPDATE ON password_reset TO ura_app;

ALTER TABLE office ENABLE ROW LEVEL SECURITY;
CREATE POLICY office_seen ON office FOR SELECT USING (TRUE);
CREATE POLICY office_opened ON office FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator' AND opened_by = (SELECT actor_account())
);
CREATE POLICY office_changed ON office FOR UPDATE USING (
    (SELECT actor_role()) = 'administrator'
);

ALTER TABLE duty_conflict ENABLE ROW LEVEL SECURITY;
CREATE POLICY duty_conflict_seen ON duty_conflict FOR SELECT USING (TRUE);

ALTER TABLE account_role_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY account_role_change_seen ON account_role_change FOR SELECT USING (
    (SELECT actor_role()) IN ('administrator', 'auditor')
);
CREATE POLICY account_role_change_written ON account_role_change FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator' AND changed_by = (SELECT actor_account())
);

ALTER TABLE password_reset ENABLE ROW LEVEL SECURITY;
-- Whoever asks is a stranger still; a link is found by the hash of its token alone.
CREATE POLICY password_reset_by_strangers ON password_reset USING (
    (SELECT actor_role()) = 'anonymous'
);
