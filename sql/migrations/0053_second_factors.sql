-- A second proof of who somebody is, beside the password; when it is asked, and how it is reset.

-- A session waits for a code, or for a factor to be set up, until it is open.
ALTER TABLE session
ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
ADD COLUMN stage text NOT NULL DEFAULT 'open',
ADD COLUMN browser text NOT NULL DEFAULT '',
ADD CONSTRAINT session_named_once UNIQUE (id),
ADD CONSTRAINT session_stage_known CHECK (stage IN ('open', 'code', 'enrolment')),
ADD CONSTRAINT session_browser_short CHECK (length(browser) <= 200);

-- Whether a role must have a second factor from a day on; without a row it need not.
CREATE TABLE second_factor_rule (
    id uuid PRIMARY KEY,
    role text NOT NULL,
    valid_from date NOT NULL,
    is_required boolean NOT NULL,
    source text NOT NULL,
    CONSTRAINT second_factor_rule_role_known CHECK (
        role IN (
            'case_officer', 'employer', 'finance_officer', 'finance_authoriser', 'auditor',
            'administrator'
        )
    ),
    CONSTRAINT second_factor_rule_once_per_day UNIQUE (role, valid_from),
    CONSTRAINT second_factor_rule_has_a_source CHECK (btrim(source) <> '')
);

-- An authenticator app (its secret is sealed) or a passkey (its public key is no secret).
CREATE TABLE second_factor (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    kind text NOT NULL,
    name text NOT NULL,
    secret_sealed bytea,
    credential_id bytea,
    public_key bytea,
    sign_count bigint,
    site text,
    begun_at timestamptz NOT NULL,
    enrolled_at timestamptz,
    ended_at timestamptz,
    ended_by uuid REFERENCES account,
    CONSTRAINT second_factor_kind_known CHECK (kind IN ('totp', 'passkey')),
    CONSTRAINT second_factor_named CHECK (btrim(name) <> '' AND length(name) <= 60),
    CONSTRAINT second_factor_app_has_secret CHECK (
        (kind = 'totp') = (secret_sealed IS NOT NULL)
    ),
    CONSTRAINT second_factor_passkey_has_key CHECK (
        num_nonnulls(credential_id, public_key, sign_count, site)
        = CASE kind WHEN 'passkey' THEN 4 ELSE 0 END
    ),
    CONSTRAINT second_factor_ended_pair CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CONSTRAINT second_factor_once_per_credential UNIQUE (credential_id)
);

CREATE UNIQUE INDEX second_factor_one_app ON second_factor (account_id)
WHERE kind = 'totp' AND enrolled_at IS NOT NULL AND ended_at IS NULL;
CREATE INDEX second_factor_by_account ON second_factor (account_id);

-- A code of an app is good for one sign-in: the half minute it belongs to is used up.
CREATE TABLE totp_step (
    second_factor_id uuid NOT NULL REFERENCES second_factor,
    step bigint NOT NULL,
    used_at timestamptz NOT NULL,
    CONSTRAINT totp_step_used_once PRIMARY KEY (second_factor_id, step)
);

CREATE TABLE recovery_code (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    code_hash bytea NOT NULL,
    made_at timestamptz NOT NULL,
    used_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT recovery_code_once UNIQUE (code_hash),
    CONSTRAINT recovery_code_hashed CHECK (octet_length(code_hash) = 32),
    CONSTRAINT recovery_code_used_or_ended CHECK (num_nonnulls(used_at, ended_at) <= 1)
);

CREATE INDEX recovery_code_by_account ON recovery_code (account_id);

-- What a passkey is asked to sign, once and soon.
CREATE TABLE passkey_challenge (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    purpose text NOT NULL,
    challenge bytea NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT passkey_challenge_purpose_known CHECK (purpose IN ('enrolment', 'sign_in', 'act')),
    CONSTRAINT passkey_challenge_long CHECK (octet_length(challenge) >= 32),
    CONSTRAINT passkey_challenge_ends_after_start CHECK (expires_at > made_at),
    CONSTRAINT passkey_challenge_used_in_time CHECK (used_at <= expires_at)
);

CREATE INDEX passkey_challenge_by_account ON passkey_challenge (account_id, made_at);

-- Somebody proved again who they are, for one act on one thing, and how. A proof lives as long as
-- the request that it came with.
CREATE TABLE act_proof (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    act text NOT NULL,
    subject_id uuid NOT NULL,
    means text NOT NULL,
    proved_at timestamptz NOT NULL,
    CONSTRAINT act_proof_act_known CHECK (
        act IN (
            'approve_payout', 'authorise_payout', 'request_void', 'void_payout',
            'propose_write_off', 'decide_write_off', 'confirm_bank_account',
            'refuse_bank_account', 'end_factor', 'renew_recovery_codes'
        )
    ),
    CONSTRAINT act_proof_means_known CHECK (
        means IN ('password', 'totp', 'passkey', 'recovery_code')
    )
);

CREATE INDEX act_proof_by_account ON act_proof (account_id, act, subject_id);

-- Who lost all factors gets in again when two administrators, neither of them that person, say so.
CREATE TABLE factor_reset (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    reason text NOT NULL,
    asked_at timestamptz NOT NULL,
    asked_by uuid NOT NULL REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    refused_at timestamptz,
    refused_by uuid REFERENCES account,
    CONSTRAINT factor_reset_says_why CHECK (length(btrim(reason)) BETWEEN 5 AND 500),
    CONSTRAINT factor_reset_two_people CHECK (confirmed_by <> asked_by),
    CONSTRAINT factor_reset_not_ones_own CHECK (
        account_id <> asked_by AND account_id IS DISTINCT FROM confirmed_by
    ),
    CONSTRAINT factor_reset_decided_once CHECK (num_nonnulls(confirmed_at, refused_at) <= 1),
    CONSTRAINT factor_reset_confirmed_pair CHECK (
        (confirmed_at IS NULL) = (confirmed_by IS NULL)
    ),
    CONSTRAINT factor_reset_refused_pair CHECK ((refused_at IS NULL) = (refused_by IS NULL))
);

CREATE UNIQUE INDEX factor_reset_one_waiting ON factor_reset (account_id)
WHERE confirmed_at IS NULL AND refused_at IS NULL;

-- A factor is set up once and ended once; a passkey counts up, or somebody has copied it.
CREATE FUNCTION guard_second_factor() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moves text[] := ARRAY['sign_count', 'enrolled_at', 'ended_at', 'ended_by'];
BEGIN
    IF old.ended_at IS NOT NULL
        OR to_jsonb(new) - moves <> to_jsonb(old) - moves
        OR (old.enrolled_at IS NOT NULL AND new.enrolled_at IS DISTINCT FROM old.enrolled_at)
    THEN
        RAISE EXCEPTION 'a second factor never changes: end it and set another up'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'second_factor_stands';
    END IF;
    IF new.sign_count < old.sign_count THEN
        RAISE EXCEPTION 'a passkey counts its signatures up'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'second_factor_counts_up';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER second_factor_stands BEFORE UPDATE ON second_factor
FOR EACH ROW EXECUTE FUNCTION guard_second_factor();
CREATE TRIGGER second_factor_never_deleted BEFORE DELETE ON second_factor
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER second_factor_no_truncate BEFORE TRUNCATE ON second_factor
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER totp_step_append_only BEFORE UPDATE OR DELETE ON totp_step
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER totp_step_no_truncate BEFORE TRUNCATE ON totp_step
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER second_factor_rule_append_only BEFORE UPDATE OR DELETE ON second_factor_rule
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER second_factor_rule_no_truncate BEFORE TRUNCATE ON second_factor_rule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A recovery code, a challenge, a reset: each is used or decided once.
CREATE FUNCTION guard_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moves text[] := ARRAY[
        'used_at', 'ended_at', 'confirmed_at', 'confirmed_by', 'refused_at', 'refused_by'
    ];
    before jsonb := to_jsonb(old);
BEGIN
    IF coalesce(
        before ->> 'used_at', before ->> 'ended_at', before ->> 'confirmed_at',
        before ->> 'refused_at'
    ) IS NOT NULL OR to_jsonb(new) - moves <> before - moves
    THEN
        RAISE EXCEPTION '% is used or decided once, as it is', tg_table_name
            USING ERRCODE = 'restrict_violation', CONSTRAINT = tg_table_name || '_ended_once';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER recovery_code_ended_once BEFORE UPDATE ON recovery_code
FOR EACH ROW EXECUTE FUNCTION guard_once();
CREATE TRIGGER passkey_challenge_ended_once BEFORE UPDATE ON passkey_challenge
FOR EACH ROW EXECUTE FUNCTION guard_once();
CREATE TRIGGER factor_reset_ended_once BEFORE UPDATE ON factor_reset
FOR EACH ROW EXECUTE FUNCTION guard_once();
CREATE TRIGGER act_proof_append_only BEFORE UPDATE OR DELETE ON act_proof
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER act_proof_no_truncate BEFORE TRUNCATE ON act_proof
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER factor_reset_never_deleted BEFORE DELETE ON factor_reset
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER factor_reset_no_truncate BEFORE TRUNCATE ON factor_reset
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION has_second_factor(account_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
RETURN EXISTS (
    SELECT 1 FROM second_factor AS f
    WHERE
        f.account_id = has_second_factor.account_id
        AND f.enrolled_at IS NOT NULL
        AND f.ended_at IS NULL
);

CREATE FUNCTION needs_second_factor(role text, on_day date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
RETURN coalesce(
    (
        SELECT r.is_required FROM second_factor_rule AS r
        WHERE r.role = needs_second_factor.role AND r.valid_from <= needs_second_factor.on_day
        ORDER BY r.valid_from DESC
        LIMIT 1
    ),
    FALSE
);

-- Who decides on a payout has a second factor, where the role must have one.
CREATE FUNCTION guard_payout_act_proved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF public.needs_second_factor(
        (SELECT a.role FROM public.account AS a WHERE a.id = new.account_id),
        (new.acted_at AT TIME ZONE 'Europe/Belgrade')::date
    ) AND NOT public.has_second_factor(new.account_id) THEN
        RAISE EXCEPTION 'who decides on a payout has a second factor'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_act_with_second_factor';
    END IF;
    RETURN new;
END
$$;

-- By its name it is asked before the other rules of an act.
CREATE TRIGGER payout_act_asks_second_factor BEFORE INSERT ON payout_act
FOR EACH ROW EXECUTE FUNCTION guard_payout_act_proved();

CREATE TRIGGER second_factor_audited AFTER INSERT OR UPDATE OR DELETE ON second_factor
FOR EACH ROW EXECUTE FUNCTION record_audit(
    'secret_sealed', 'credential_id', 'public_key', 'sign_count'
);
CREATE TRIGGER second_factor_rule_audited AFTER INSERT OR UPDATE OR DELETE ON second_factor_rule
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER recovery_code_audited AFTER INSERT OR UPDATE OR DELETE ON recovery_code
FOR EACH ROW EXECUTE FUNCTION record_audit('code_hash');
CREATE TRIGGER act_proof_audited AFTER INSERT OR UPDATE OR DELETE ON act_proof
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER factor_reset_audited AFTER INSERT OR UPDATE OR DELETE ON factor_reset
FOR EACH ROW EXECUTE FUNCTION record_audit();

GRANT SELECT ON second_factor_rule TO ura_app;
GRANT SELECT, INSERT ON totp_step, act_proof TO ura_app;
GRANT SELECT, INSERT, UPDATE ON
second_factor, recovery_code, passkey_challenge, factor_reset
TO ura_app;

ALTER TABLE second_factor_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY second_factor_rule_seen ON second_factor_rule FOR SELECT USING (TRUE);

ALTER TABLE second_factor ENABLE ROW LEVEL SECURITY;
CREATE POLICY second_factor_seen ON second_factor FOR SELECT USING (
    account_id = (SELECT actor_account())
    OR (SELECT actor_role()) IN ('administrator', 'auditor')
);
CREATE POLICY second_factor_own ON second_factor FOR INSERT WITH CHECK (
    account_id = (SELECT actor_account())
);
-- An administrator only ends the factors of a person whose reset two have agreed on.
CREATE POLICY second_factor_moved ON second_factor FOR UPDATE USING (
    account_id = (SELECT actor_account()) OR (SELECT actor_role()) = 'administrator'
) WITH CHECK (
    account_id = (SELECT actor_account())
    OR (
        ended_by = (SELECT actor_account())
        AND EXISTS (
            SELECT 1 FROM factor_reset AS r
            WHERE
                r.account_id = second_factor.account_id
                AND r.confirmed_at = second_factor.ended_at
        )
    )
);

ALTER TABLE totp_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY totp_step_own ON totp_step USING (
    EXISTS (
        SELECT 1 FROM second_factor AS f
        WHERE f.id = totp_step.second_factor_id AND f.account_id = (SELECT actor_account())
    )
);

ALTER TABLE recovery_code ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_code_own ON recovery_code USING (account_id = (SELECT actor_account()));
CREATE POLICY recovery_code_reset ON recovery_code FOR UPDATE USING (
    (SELECT actor_role()) = 'administrator'
) WITH CHECK (
    used_at IS NULL
    AND EXISTS (
        SELECT 1 FROM factor_reset AS r
        WHERE r.account_id = recovery_code.account_id AND r.confirmed_at = recovery_code.ended_at
    )
);
CREATE POLICY recovery_code_counted ON recovery_code FOR SELECT USING (
    (SELECT actor_role()) = 'administrator'
);

ALTER TABLE passkey_challenge ENABLE ROW LEVEL SECURITY;
CREATE POLICY passkey_challenge_own ON passkey_challenge USING (
    account_id = (SELECT actor_account())
);

ALTER TABLE act_proof ENABLE ROW LEVEL SECURITY;
CREATE POLICY act_proof_own ON act_proof USING (account_id = (SELECT actor_account()));
CREATE POLICY act_proof_seen ON act_proof FOR SELECT USING ((SELECT actor_role()) = 'auditor');

ALTER TABLE factor_reset ENABLE ROW LEVEL SECURITY;
CREATE POLICY factor_reset_seen ON factor_reset FOR SELECT USING (
    (SELECT actor_role()) IN ('administrator', 'auditor')
);
CREATE POLICY factor_reset_asked ON factor_reset FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator' AND asked_by = (SELECT actor_account())
    AND num_nonnulls(confirmed_at, refused_at) = 0
);
CREATE POLICY factor_reset_decided ON factor_reset FOR UPDATE USING (
    (SELECT actor_role()) = 'administrator'
) WITH CHECK ((SELECT actor_account()) IN (confirmed_by, refused_by));
