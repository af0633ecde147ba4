-- Ura as it is: every table, constraint, guard and policy. How it got there is in migrations/.

-- ===== actors

-- Who is acting is said once per transaction (service/db.py); every policy below asks these.

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE FUNCTION actor_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('ura.role', TRUE), '');

CREATE FUNCTION actor_account() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('ura.account_id', TRUE), '')::uuid;

CREATE FUNCTION actor_office() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('ura.office_id', TRUE), '')::uuid;

CREATE FUNCTION actor_employer() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('ura.employer_id', TRUE), '')::uuid;

CREATE FUNCTION actor_sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(
    actor_role() IN ('finance_officer', 'finance_authoriser', 'auditor', 'system'), FALSE
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: write a new row that corrects the old one', tg_table_name
        USING ERRCODE = 'restrict_violation', CONSTRAINT = tg_table_name || '_append_only';
END
$$;

-- For what is known in versions: a row says from recorded_at to superseded_at what it always said.
CREATE FUNCTION guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.superseded_at IS NOT NULL
        OR to_jsonb(new) - 'superseded_at' <> to_jsonb(old) - 'superseded_at'
    THEN
        RAISE EXCEPTION '% is never edited: a new version supersedes the old one', tg_table_name
            USING ERRCODE = 'restrict_violation', CONSTRAINT = tg_table_name || '_never_edited';
    END IF;
    RETURN new;
END
$$;

-- ===== audit

CREATE TABLE audit_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    happened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_role text,
    actor_account uuid,
    table_name text NOT NULL,
    row_id uuid NOT NULL,
    action text NOT NULL,
    before jsonb,
    after jsonb,
    CONSTRAINT audit_entry_action_known CHECK (action IN ('insert', 'update', 'delete')),
    CONSTRAINT audit_entry_says_what CHECK (before IS NOT NULL OR after IS NOT NULL)
);

CREATE INDEX audit_entry_by_row ON audit_entry (table_name, row_id, id);
CREATE INDEX audit_entry_by_time ON audit_entry (happened_at);

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Writes with its owner's rights, so the application needs (and has) no right to write here itself.
-- Its arguments name columns that are never copied, such as a password's hash.
CREATE FUNCTION record_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    hidden text[] := coalesce(tg_argv, '{}');
    old_row jsonb := CASE WHEN tg_op <> 'INSERT' THEN to_jsonb(old) - hidden END;
    new_row jsonb := CASE WHEN tg_op <> 'DELETE' THEN to_jsonb(new) - hidden END;
    changed_before jsonb := old_row;
    changed_after jsonb := new_row;
BEGIN
    IF tg_op = 'UPDATE' THEN
        SELECT jsonb_object_agg(e.key, e.value) INTO changed_before
        FROM jsonb_each(old_row) AS e WHERE e.value IS DISTINCT FROM new_row -> e.key;
        SELECT jsonb_object_agg(e.key, e.value) INTO changed_after
        FROM jsonb_each(new_row) AS e WHERE e.value IS DISTINCT FROM old_row -> e.key;
        IF changed_after IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO public.audit_entry (
        actor_role, actor_account, table_name, row_id, action, before, after
    ) VALUES (
        public.actor_role(), public.actor_account(), tg_table_name,
        (coalesce(new_row, old_row) ->> 'id')::uuid, lower(tg_op), changed_before, changed_after
    );
    RETURN NULL;
END
$$;

-- ===== offices

CREATE TABLE municipality (
    code text PRIMARY KEY,
    name_sq text NOT NULL,
    name_sr text NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    population integer NOT NULL,
    CONSTRAINT municipality_code_plain CHECK (code ~ '^[a-z][a-z-]*$'),
    CONSTRAINT municipality_has_people CHECK (population > 0)
);

CREATE TABLE office (
    id uuid PRIMARY KEY,
    municipality_code text NOT NULL REFERENCES municipality,
    name_sq text NOT NULL,
    name_sr text NOT NULL,
    CONSTRAINT office_once_per_municipality UNIQUE (municipality_code)
);

-- ===== employers

CREATE TABLE employer (
    id uuid PRIMARY KEY,
    business_number text NOT NULL,
    legal_name text NOT NULL,
    folded_name text NOT NULL,
    sector_nace text NOT NULL,
    headcount integer NOT NULL,
    representative_name text NOT NULL,
    municipality_code text NOT NULL REFERENCES municipality,
    registered_at timestamptz NOT NULL,
    registered_by uuid,
    CONSTRAINT employer_once_per_business_number UNIQUE (business_number),
    CONSTRAINT employer_business_number_form CHECK (business_number ~ '^[0-9]{9}$'),
    CONSTRAINT employer_sector_form CHECK (sector_nace ~ '^[0-9]{2}(\.[0-9]{1,2})?$'),
    CONSTRAINT employer_headcount_not_negative CHECK (headcount >= 0)
);

CREATE INDEX employer_by_name ON employer USING gin (folded_name gin_trgm_ops);

-- ===== accounts

CREATE TABLE account (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    office_id uuid REFERENCES office,
    employer_id uuid REFERENCES employer,
    language text NOT NULL DEFAULT 'sq',
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL,
    disabled_at timestamptz,
    CONSTRAINT account_once_per_email UNIQUE (email),
    CONSTRAINT account_email_folded CHECK (email = lower(email)),
    CONSTRAINT account_role_known CHECK (
        role IN (
            'case_officer', 'employer', 'finance_officer', 'finance_authoriser', 'auditor',
            'administrator'
        )
    ),
    CONSTRAINT account_language_known CHECK (language IN ('sq', 'sr', 'en')),
    CONSTRAINT account_case_officer_has_office CHECK (
        (role = 'case_officer') = (office_id IS NOT NULL)
    ),
    CONSTRAINT account_employer_has_employer CHECK (
        (role = 'employer') = (employer_id IS NOT NULL)
    )
);

ALTER TABLE employer ADD CONSTRAINT employer_registered_by_fkey
FOREIGN KEY (registered_by) REFERENCES account;

CREATE TABLE session (
    token_hash bytea PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    started_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    address text NOT NULL,
    CONSTRAINT session_token_hashed CHECK (octet_length(token_hash) = 32),
    CONSTRAINT session_ends_after_start CHECK (expires_at > started_at)
);

CREATE INDEX session_by_account ON session (account_id);

CREATE TABLE api_token (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL,
    account_id uuid NOT NULL REFERENCES account,
    name text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT api_token_unique UNIQUE (token_hash),
    CONSTRAINT api_token_hashed CHECK (octet_length(token_hash) = 32),
    CONSTRAINT api_token_has_scope CHECK (cardinality(scopes) > 0),
    CONSTRAINT api_token_ends_after_start CHECK (expires_at > created_at)
);

CREATE TABLE sign_in_attempt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    address text NOT NULL,
    attempted_at timestamptz NOT NULL,
    succeeded boolean NOT NULL
);

CREATE INDEX sign_in_attempt_by_email ON sign_in_attempt (email, attempted_at);
CREATE INDEX sign_in_attempt_by_address ON sign_in_attempt (address, attempted_at);

-- ===== candidates

CREATE TABLE occupation (
    isco_code text PRIMARY KEY,
    name_sq text NOT NULL,
    name_sr text NOT NULL,
    name_en text NOT NULL,
    CONSTRAINT occupation_isco_form CHECK (isco_code ~ '^[0-9]{4}$')
);

CREATE TABLE candidate (
    id uuid PRIMARY KEY,
    reference text NOT NULL,
    office_id uuid NOT NULL REFERENCES office,
    given_name text NOT NULL,
    family_name text NOT NULL,
    folded_name text NOT NULL,
    born_on date NOT NULL,
    sex text NOT NULL,
    personal_number_sealed bytea NOT NULL,
    personal_number_index bytea NOT NULL,
    municipality_code text NOT NULL REFERENCES municipality,
    education text NOT NULL,
    occupations text[] NOT NULL,
    skills text[] NOT NULL,
    languages text[] NOT NULL,
    driving_licences text[] NOT NULL,
    unemployed_since date NOT NULL,
    travel_km integer NOT NULL,
    registered_at timestamptz NOT NULL,
    registered_by uuid NOT NULL REFERENCES account,
    withdrawn_at timestamptz,
    withdrawn_by uuid REFERENCES account,
    CONSTRAINT candidate_once_per_reference UNIQUE (reference),
    CONSTRAINT candidate_once_per_personal_number UNIQUE (personal_number_index),
    CONSTRAINT candidate_sex_known CHECK (sex IN ('female', 'male')),
    CONSTRAINT candidate_education_known CHECK (
        education IN (
            'none', 'primary', 'lower_secondary', 'upper_secondary', 'vocational', 'bachelor',
            'master'
        )
    ),
    CONSTRAINT candidate_named CHECK (given_name <> '' AND family_name <> ''),
    CONSTRAINT candidate_unemployed_after_birth CHECK (unemployed_since > born_on),
    CONSTRAINT candidate_travel_possible CHECK (travel_km BETWEEN 0 AND 300),
    CONSTRAINT candidate_withdrawn_pair CHECK (
        (withdrawn_at IS NULL) = (withdrawn_by IS NULL)
    )
);

CREATE INDEX candidate_by_office ON candidate (office_id, registered_at);
CREATE INDEX candidate_by_name ON candidate USING gin (folded_name gin_trgm_ops);

-- Priority characteristics and referral source: one sealed value a person, and per office a keyed
-- index of each characteristic, so that officers can look up what the table itself does not say.
CREATE TABLE candidate_sensitive (
    id uuid PRIMARY KEY REFERENCES candidate,
    office_id uuid NOT NULL REFERENCES office,
    sealed bytea NOT NULL,
    blind_indexes bytea[] NOT NULL,
    written_at timestamptz NOT NULL,
    written_by uuid NOT NULL REFERENCES account
);

CREATE INDEX candidate_sensitive_by_index ON candidate_sensitive USING gin (blind_indexes);

CREATE TABLE sensitive_read (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    candidate_id uuid NOT NULL REFERENCES candidate,
    office_id uuid NOT NULL REFERENCES office,
    read_by uuid NOT NULL REFERENCES account,
    read_at timestamptz NOT NULL,
    purpose text NOT NULL,
    CONSTRAINT sensitive_read_has_purpose CHECK (length(btrim(purpose)) BETWEEN 5 AND 500)
);

CREATE INDEX sensitive_read_by_candidate ON sensitive_read (candidate_id, read_at);

CREATE TRIGGER sensitive_read_append_only BEFORE UPDATE OR DELETE ON sensitive_read
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sensitive_read_no_truncate BEFORE TRUNCATE ON sensitive_read
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A bank account of an employer or of a candidate. It is proposed by one person, confirmed by
-- another, and pays only while in_force holds the moment; a change starts after a cooling-off.
CREATE TABLE bank_account (
    id uuid PRIMARY KEY,
    employer_id uuid REFERENCES employer,
    candidate_id uuid REFERENCES candidate,
    holder_name text NOT NULL,
    iban_sealed bytea NOT NULL,
    iban_index bytea NOT NULL,
    iban_last4 text NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    refused_at timestamptz,
    refused_by uuid REFERENCES account,
    in_force tstzrange,
    CONSTRAINT bank_account_one_owner CHECK (num_nonnulls(employer_id, candidate_id) = 1),
    CONSTRAINT bank_account_two_people CHECK (confirmed_by <> proposed_by),
    CONSTRAINT bank_account_confirmed_pair CHECK (
        (confirmed_at IS NULL) = (confirmed_by IS NULL)
        AND (confirmed_at IS NULL) = (in_force IS NULL)
    ),
    CONSTRAINT bank_account_refused_pair CHECK ((refused_at IS NULL) = (refused_by IS NULL)),
    CONSTRAINT bank_account_decided_once CHECK (num_nonnulls(confirmed_at, refused_at) <= 1),
    CONSTRAINT bank_account_in_force_after_confirmation CHECK (lower(in_force) >= confirmed_at),
    CONSTRAINT bank_account_one_at_a_time EXCLUDE USING gist (
        coalesce(employer_id, candidate_id) WITH =, in_force WITH &&
    )
);

CREATE INDEX bank_account_by_employer ON bank_account (employer_id);
CREATE INDEX bank_account_by_candidate ON bank_account (candidate_id);
CREATE UNIQUE INDEX bank_account_one_proposal ON bank_account (coalesce(employer_id, candidate_id))
WHERE confirmed_at IS NULL AND refused_at IS NULL;
CREATE INDEX bank_account_by_iban ON bank_account (iban_index);

-- What was proposed stands: a decision is added, and an account in force may only end sooner.
CREATE FUNCTION guard_bank_account() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := CASE
        WHEN num_nonnulls(old.confirmed_at, old.refused_at) = 0
            THEN ARRAY['confirmed_at', 'confirmed_by', 'refused_at', 'refused_by', 'in_force']
        ELSE ARRAY['in_force']
    END;
BEGIN
    IF to_jsonb(new) - decision <> to_jsonb(old) - decision
        OR (old.in_force IS NOT NULL AND NOT new.in_force <@ old.in_force)
    THEN
        RAISE EXCEPTION 'a bank account never changes: propose another one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'bank_account_stands';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER bank_account_stands BEFORE UPDATE ON bank_account
FOR EACH ROW EXECUTE FUNCTION guard_bank_account();

-- ===== schemes

-- A correction is a new row that supersedes the old one: both say what was known, and until when.
CREATE TABLE minimum_wage (
    id uuid PRIMARY KEY,
    period daterange NOT NULL,
    monthly_cents bigint NOT NULL,
    source text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    superseded_at timestamptz,
    CONSTRAINT minimum_wage_positive CHECK (monthly_cents > 0),
    CONSTRAINT minimum_wage_superseded_later CHECK (superseded_at >= recorded_at),
    CONSTRAINT minimum_wage_one_at_a_time EXCLUDE USING gist (period WITH &&)
    WHERE (superseded_at IS NULL)
);

CREATE TRIGGER minimum_wage_never_edited BEFORE UPDATE ON minimum_wage
FOR EACH ROW EXECUTE FUNCTION guard_version();
CREATE TRIGGER minimum_wage_never_deleted BEFORE DELETE ON minimum_wage
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER minimum_wage_no_truncate BEFORE TRUNCATE ON minimum_wage
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Rates belong to no agreement whose lock would put a change before or after a computation: who
-- changes one waits here for the chunks under way, which hold this lock together (hold_rates).
CREATE FUNCTION await_computations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7305806290431447);
    RETURN NULL;
END
$$;

CREATE TRIGGER minimum_wage_awaits_computations BEFORE INSERT OR UPDATE ON minimum_wage
FOR EACH STATEMENT EXECUTE FUNCTION await_computations();

CREATE TABLE scheme (
    id uuid PRIMARY KEY,
    code text NOT NULL,
    name_sq text NOT NULL,
    name_sr text NOT NULL,
    name_en text NOT NULL,
    CONSTRAINT scheme_once_per_code UNIQUE (code),
    CONSTRAINT scheme_code_plain CHECK (code ~ '^[A-Z][A-Z0-9-]{1,29}$')
);

-- A scheme's rules for the agreements of some days: one document with its worked examples, and what
-- other features read of it. `selected_by` names the date of a case that lies in `valid`. A version
-- that came with Ura has no author (is_shipped); a second person activates any other. `payments`
-- has the payee and the label of each kind of payment, and whether it is for each month. Payments
-- may follow until so many months after an agreement's first day; all that is not for a month costs
-- `final_max_cents` at most.
CREATE TABLE scheme_version (
    id uuid PRIMARY KEY,
    scheme_id uuid NOT NULL REFERENCES scheme,
    number integer NOT NULL,
    valid daterange NOT NULL,
    document text NOT NULL,
    document_sha256 bytea NOT NULL,
    selected_by text NOT NULL,
    monthly_max_cents bigint NOT NULL,
    months integer NOT NULL,
    final_max_cents bigint NOT NULL,
    paid_until_months integer NOT NULL,
    payments jsonb NOT NULL,
    age_min integer NOT NULL,
    age_max integer NOT NULL,
    source text NOT NULL,
    is_shipped boolean NOT NULL,
    state text NOT NULL,
    findings jsonb,
    drafted_at timestamptz NOT NULL,
    drafted_by uuid REFERENCES account,
    checked_at timestamptz,
    checked_by uuid REFERENCES account,
    activated_at timestamptz,
    activated_by uuid REFERENCES account,
    superseded_at timestamptz,
    CONSTRAINT scheme_version_once_per_number UNIQUE (scheme_id, number),
    CONSTRAINT scheme_version_state_known CHECK (
        state IN ('drafted', 'checked', 'activated', 'superseded')
    ),
    -- Drafts may overlap; what is or was in force may not.
    CONSTRAINT scheme_version_one_at_a_time EXCLUDE USING gist (
        scheme_id WITH =, valid WITH &&
    ) WHERE (state IN ('activated', 'superseded')),
    CONSTRAINT scheme_version_holds_some_day CHECK (NOT isempty(valid) AND NOT lower_inf(valid)),
    CONSTRAINT scheme_version_document_hashed CHECK (
        document_sha256 = sha256(convert_to(document, 'UTF8'))
    ),
    CONSTRAINT scheme_version_says_what_selects_it CHECK (btrim(selected_by) <> ''),
    CONSTRAINT scheme_version_drafted_by_somebody CHECK (is_shipped = (drafted_by IS NULL)),
    CONSTRAINT scheme_version_checked_before_use CHECK (
        (state = 'drafted') = (checked_at IS NULL)
        AND (checked_by IS NULL OR checked_at IS NOT NULL)
        AND (is_shipped OR checked_at IS NULL OR checked_by IS NOT NULL)
    ),
    CONSTRAINT scheme_version_activated_pair CHECK (
        (state IN ('activated', 'superseded')) = (activated_at IS NOT NULL)
        AND (activated_by IS NULL OR activated_at IS NOT NULL)
        AND (is_shipped OR activated_at IS NULL OR activated_by IS NOT NULL)
    ),
    CONSTRAINT scheme_version_two_people CHECK (activated_by <> drafted_by),
    CONSTRAINT scheme_version_superseded_with_an_end CHECK (
        (state = 'superseded') = (superseded_at IS NOT NULL)
        AND (superseded_at IS NULL OR NOT upper_inf(valid))
    ),
    CONSTRAINT scheme_version_moments_ordered CHECK (
        drafted_at <= checked_at AND checked_at <= activated_at
    ),
    CONSTRAINT scheme_version_findings_while_drafted CHECK (findings IS NULL OR state = 'drafted'),
    CONSTRAINT scheme_version_amount_positive CHECK (monthly_max_cents > 0),
    CONSTRAINT scheme_version_months_possible CHECK (months BETWEEN 1 AND 24),
    CONSTRAINT scheme_version_final_not_negative CHECK (final_max_cents >= 0),
    CONSTRAINT scheme_version_paid_through_its_months CHECK (
        paid_until_months BETWEEN months AND 60
    ),
    CONSTRAINT scheme_version_says_what_it_pays CHECK (
        jsonb_typeof(payments) = 'object' AND payments <> '{}'
    ),
    CONSTRAINT scheme_version_pays_for_months_or_besides CHECK (
        NOT payments @? '$.* ? (!(@.is_monthly == true || @.is_monthly == false))'
    ),
    CONSTRAINT scheme_version_pays_somebody CHECK (
        NOT payments @? '$.* ? (!(@.payee == "employer" || @.payee == "candidate"))'
    ),
    CONSTRAINT scheme_version_ages_ordered CHECK (age_min BETWEEN 15 AND age_max)
);

-- Who is paid what is due under a version for a kind of payment: everything that pays asks here.
CREATE FUNCTION payee_of(payments jsonb, kind text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN payments -> kind ->> 'payee';
CREATE FUNCTION payee_id(payments jsonb, kind text, employer_id uuid, candidate_id uuid)
RETURNS uuid
LANGUAGE sql IMMUTABLE
RETURN CASE payee_of(payments, kind)
    WHEN 'employer' THEN employer_id
    WHEN 'candidate' THEN candidate_id
END;

-- Whether an amount was computed under a version for an agreement that begins on a day or later.
-- With its owner's rights: who activates a version sees no agreements.
CREATE FUNCTION is_computed_from(of_version uuid, since date) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM public.agreement AS a
        INNER JOIN public.instalment AS i ON a.id = i.agreement_id
        WHERE a.scheme_version_id = of_version AND a.starts_on >= since
    );
END
$$;

-- Drafted and checked may alternate, as its author rewrites the document. Once a version is active,
-- all that can happen to it is that another cuts its days, where nothing was computed yet.
CREATE FUNCTION guard_scheme_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved text[] := '{state,findings,checked_at,checked_by,activated_at,activated_by}';
    rule text;
BEGIN
    IF tg_op = 'DELETE' THEN
        IF old.state IN ('drafted', 'checked') THEN
            RETURN old;
        END IF;
        rule := 'scheme_version_never_deleted';
    ELSIF old.state IN ('activated', 'superseded') THEN
        IF to_jsonb(new) = to_jsonb(old) THEN
            RETURN new;
        ELSIF old.state = 'superseded' OR new.state <> 'superseded'
            OR to_jsonb(new) - '{state,valid,superseded_at}'::text[]
            <> to_jsonb(old) - '{state,valid,superseded_at}'::text[]
            OR lower(new.valid) <> lower(old.valid) OR NOT new.valid <@ old.valid
        THEN
            rule := 'scheme_version_never_edited';
        ELSIF is_computed_from(old.id, upper(new.valid)) THEN
            rule := 'scheme_version_cut_where_unused';
        END IF;
    ELSIF (new.id, new.scheme_id, new.number, new.is_shipped, new.drafted_by)
        IS DISTINCT FROM (old.id, old.scheme_id, old.number, old.is_shipped, old.drafted_by)
    THEN
        rule := 'scheme_version_never_edited';
    ELSIF (new.state = 'superseded') OR (old.state = 'drafted' AND new.state = 'activated') THEN
        rule := 'scheme_version_moves_in_order';
    ELSIF to_jsonb(new) - moved <> to_jsonb(old) - moved THEN
        IF new.state <> 'drafted' THEN
            rule := 'scheme_version_checked_as_written';
        ELSIF actor_account() IS DISTINCT FROM old.drafted_by THEN
            rule := 'scheme_version_rewritten_by_author';
        END IF;
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION 'a scheme version cannot be changed like this: draft another version'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = rule;
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER scheme_version_guarded BEFORE UPDATE OR DELETE ON scheme_version
FOR EACH ROW EXECUTE FUNCTION guard_scheme_version();

-- A version as a line of a list, of those that the actor may see, with its people by name.
CREATE VIEW scheme_version_listed WITH (security_invoker = TRUE) AS
SELECT
    v.id,
    v.scheme_id,
    s.code,
    s.name_sq,
    s.name_sr,
    s.name_en,
    v.number,
    v.state,
    lower(v.valid) AS valid_from,
    upper(v.valid) - 1 AS valid_until,
    v.selected_by,
    v.monthly_max_cents,
    v.months,
    v.final_max_cents,
    v.paid_until_months,
    v.payments,
    v.age_min,
    v.age_max,
    v.source,
    v.is_shipped,
    encode(v.document_sha256, 'hex') AS document_sha256,
    v.drafted_at,
    v.drafted_by,
    drafter.name AS drafted_by_name,
    v.checked_at,
    checker.name AS checked_by_name,
    v.activated_at,
    activator.name AS activated_by_name,
    v.superseded_at
FROM scheme_version AS v
INNER JOIN scheme AS s ON v.scheme_id = s.id
LEFT JOIN account AS drafter ON v.drafted_by = drafter.id
LEFT JOIN account AS checker ON v.checked_by = checker.id
LEFT JOIN account AS activator ON v.activated_by = activator.id;

-- ===== placements

CREATE TABLE placement (
    id uuid PRIMARY KEY,
    reference text NOT NULL,
    employer_id uuid NOT NULL REFERENCES employer,
    scheme_id uuid NOT NULL REFERENCES scheme,
    title text NOT NULL,
    occupation_code text NOT NULL REFERENCES occupation,
    tasks text NOT NULL,
    mentor_name text NOT NULL,
    training_plan text NOT NULL,
    weekly_hours integer NOT NULL,
    gross_wage_cents bigint NOT NULL,
    municipality_code text NOT NULL REFERENCES municipality,
    seats integer NOT NULL,
    period daterange NOT NULL,
    education_min text NOT NULL,
    languages text[] NOT NULL,
    driving_licences text[] NOT NULL,
    skills text[] NOT NULL,
    skills_demanded text[] NOT NULL,
    state text NOT NULL,
    submitted_at timestamptz NOT NULL,
    submitted_by uuid NOT NULL REFERENCES account,
    decided_at timestamptz,
    decided_by uuid REFERENCES account,
    decision_reason text,
    closed_at timestamptz,
    closed_by uuid REFERENCES account,
    CONSTRAINT placement_once_per_reference UNIQUE (reference),
    CONSTRAINT placement_state_known CHECK (
        state IN ('submitted', 'approved', 'refused', 'closed')
    ),
    CONSTRAINT placement_once_per_employer UNIQUE (id, employer_id),
    CONSTRAINT placement_education_known CHECK (
        education_min IN (
            'none', 'primary', 'lower_secondary', 'upper_secondary', 'vocational', 'bachelor',
            'master'
        )
    ),
    CONSTRAINT placement_two_people CHECK (decided_by <> submitted_by),
    CONSTRAINT placement_decided_pair CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
    CONSTRAINT placement_closed_pair CHECK ((closed_at IS NULL) = (closed_by IS NULL)),
    CONSTRAINT placement_state_tells_milestones CHECK (
        (state = 'submitted') = (decided_at IS NULL)
        AND (state = 'closed') = (closed_at IS NOT NULL)
    ),
    CONSTRAINT placement_refused_with_reason CHECK (
        state <> 'refused' OR (decision_reason IS NOT NULL AND btrim(decision_reason) <> '')
    ),
    CONSTRAINT placement_hours_legal CHECK (weekly_hours BETWEEN 1 AND 40),
    CONSTRAINT placement_wage_positive CHECK (gross_wage_cents > 0),
    CONSTRAINT placement_has_seats CHECK (seats BETWEEN 1 AND 500),
    CONSTRAINT placement_described CHECK (
        title <> '' AND tasks <> '' AND mentor_name <> '' AND training_plan <> ''
    ),
    CONSTRAINT placement_period_bounded CHECK (
        NOT isempty(period) AND NOT lower_inf(period) AND NOT upper_inf(period)
    )
);

CREATE INDEX placement_by_employer ON placement (employer_id, submitted_at);
CREATE INDEX placement_by_state ON placement (state, submitted_at);

-- The month's minimum is for full time, 40 hours; part time is held to its share of it.
CREATE FUNCTION guard_minimum_wage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    least_cents numeric;
BEGIN
    SELECT max(m.monthly_cents)::numeric * new.weekly_hours / 40 INTO least_cents
    FROM minimum_wage AS m
    WHERE m.period @> lower(new.period) AND m.superseded_at IS NULL;
    IF new.gross_wage_cents < coalesce(least_cents, 0) THEN
        RAISE EXCEPTION 'the wage is below the minimum wage of its first month'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'placement_pays_minimum_wage';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER placement_pays_minimum_wage
BEFORE INSERT OR UPDATE OF gross_wage_cents, weekly_hours, period ON placement
FOR EACH ROW EXECUTE FUNCTION guard_minimum_wage();

-- ===== matching

CREATE TABLE placement_match (
    id uuid PRIMARY KEY,
    placement_id uuid NOT NULL REFERENCES placement,
    candidate_id uuid NOT NULL REFERENCES candidate,
    office_id uuid NOT NULL REFERENCES office,
    employer_id uuid NOT NULL REFERENCES employer,
    state text NOT NULL,
    score integer NOT NULL,
    reasons jsonb NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES account,
    introduced_at timestamptz,
    introduced_by uuid REFERENCES account,
    candidate_accepted_at timestamptz,
    candidate_accepted_by uuid REFERENCES account,
    employer_accepted_at timestamptz,
    employer_accepted_by uuid REFERENCES account,
    declined_at timestamptz,
    declined_by uuid REFERENCES account,
    declined_side text,
    decline_reason text,
    CONSTRAINT placement_match_state_known CHECK (
        state IN (
            'proposed', 'introduced', 'candidate_accepted', 'employer_accepted', 'agreed',
            'declined'
        )
    ),
    CONSTRAINT placement_match_score_range CHECK (score BETWEEN 0 AND 100),
    CONSTRAINT placement_match_introduced_pair CHECK (
        (introduced_at IS NULL) = (introduced_by IS NULL)
    ),
    CONSTRAINT placement_match_candidate_pair CHECK (
        (candidate_accepted_at IS NULL) = (candidate_accepted_by IS NULL)
    ),
    CONSTRAINT placement_match_employer_pair CHECK (
        (employer_accepted_at IS NULL) = (employer_accepted_by IS NULL)
    ),
    CONSTRAINT placement_match_declined_with_reason CHECK (
        num_nonnulls(declined_at, declined_by, declined_side, decline_reason) IN (0, 4)
        AND btrim(decline_reason) <> ''
        AND (state = 'declined') = (declined_at IS NOT NULL)
    ),
    CONSTRAINT placement_match_side_known CHECK (declined_side IN ('candidate', 'employer')),
    CONSTRAINT placement_match_state_tells_milestones CHECK (
        (state <> 'agreed' OR num_nonnulls(candidate_accepted_at, employer_accepted_at) = 2)
        AND (state <> 'candidate_accepted' OR candidate_accepted_at IS NOT NULL)
        AND (state <> 'employer_accepted' OR employer_accepted_at IS NOT NULL)
        AND (state IN ('proposed', 'declined') OR introduced_at IS NOT NULL)
    ),
    CONSTRAINT placement_match_employer_of_placement
    FOREIGN KEY (placement_id, employer_id) REFERENCES placement (id, employer_id)
);

CREATE UNIQUE INDEX placement_match_once_live ON placement_match (placement_id, candidate_id)
WHERE state <> 'declined';
CREATE INDEX placement_match_by_candidate ON placement_match (candidate_id);
CREATE INDEX placement_match_by_employer ON placement_match (employer_id, proposed_at);

-- ===== agreements

CREATE TABLE agreement (
    id uuid PRIMARY KEY,
    reference text NOT NULL,
    match_id uuid REFERENCES placement_match,
    placement_id uuid NOT NULL REFERENCES placement,
    candidate_id uuid NOT NULL REFERENCES candidate,
    employer_id uuid NOT NULL REFERENCES employer,
    office_id uuid NOT NULL REFERENCES office,
    scheme_version_id uuid NOT NULL REFERENCES scheme_version,
    starts_on date NOT NULL,
    period daterange NOT NULL,
    employment daterange NOT NULL,
    gross_wage_cents bigint NOT NULL,
    weekly_hours integer NOT NULL,
    terms text NOT NULL,
    terms_sha256 bytea NOT NULL,
    state text NOT NULL,
    drafted_at timestamptz NOT NULL,
    drafted_by uuid NOT NULL REFERENCES account,
    started_at timestamptz,
    started_by uuid REFERENCES account,
    ended_at timestamptz,
    ended_by uuid REFERENCES account,
    end_cause text,
    replaces_agreement_id uuid REFERENCES agreement,
    replacement_months integer,
    CONSTRAINT agreement_once_per_reference UNIQUE (reference),
    CONSTRAINT agreement_replaces_for_months CHECK (
        (replaces_agreement_id IS NULL) = (replacement_months IS NULL)
        AND replacement_months BETWEEN 1 AND 24
        AND replaces_agreement_id <> id
    ),
    CONSTRAINT agreement_state_known CHECK (
        state IN (
            'drafted', 'signed', 'active', 'suspended', 'completed', 'ended_early', 'cancelled'
        )
    ),
    CONSTRAINT agreement_terms_hashed CHECK (octet_length(terms_sha256) = 32),
    CONSTRAINT agreement_wage_positive CHECK (gross_wage_cents > 0),
    CONSTRAINT agreement_hours_legal CHECK (weekly_hours BETWEEN 1 AND 40),
    CONSTRAINT agreement_starts_with_period CHECK (
        NOT isempty(period) AND lower(period) = starts_on AND NOT upper_inf(period)
    ),
    CONSTRAINT agreement_subsidy_within_employment CHECK (
        employment @> period AND NOT upper_inf(employment)
    ),
    CONSTRAINT agreement_started_pair CHECK (
        (started_at IS NULL) = (started_by IS NULL)
        AND (state IN ('drafted', 'signed', 'cancelled')) = (started_at IS NULL)
    ),
    -- A nightly job completes an agreement, and a job has no account.
    CONSTRAINT agreement_ended_with_cause CHECK (
        (state IN ('completed', 'ended_early', 'cancelled')) = (ended_at IS NOT NULL)
        AND (ended_at IS NULL) = (end_cause IS NULL)
        AND (state NOT IN ('ended_early', 'cancelled') OR ended_by IS NOT NULL)
        AND (ended_at IS NOT NULL OR ended_by IS NULL)
    ),
    CONSTRAINT agreement_state_tells_cause CHECK (
        (state = 'completed') = coalesce(end_cause = 'completed', FALSE)
        AND (state = 'cancelled') = coalesce(end_cause = 'cancelled_before_start', FALSE)
    ),
    CONSTRAINT agreement_end_cause_known CHECK (
        end_cause IN (
            'completed', 'employer_dismissed', 'employer_closed', 'candidate_left', 'misconduct',
            'mutual', 'cancelled_before_start'
        )
    ),
    CONSTRAINT agreement_no_overlap_per_candidate EXCLUDE USING gist (
        candidate_id WITH =, period WITH &&
    ) WHERE (state <> 'cancelled')
);

CREATE UNIQUE INDEX agreement_replaced_once ON agreement (replaces_agreement_id)
WHERE state <> 'cancelled';

-- A cancelled draft makes room for another.
CREATE UNIQUE INDEX agreement_once_per_match ON agreement (match_id) WHERE state <> 'cancelled';
CREATE INDEX agreement_by_office ON agreement (office_id, starts_on);
CREATE INDEX agreement_by_employer ON agreement (employer_id, starts_on);
CREATE INDEX agreement_by_placement ON agreement (placement_id);
CREATE INDEX agreement_by_period ON agreement USING gist (period);

-- Who left, or was dismissed for misconduct, is replaced by somebody else in the same placement
-- within 30 days, for the months that had not begun. A seat has no other second agreement.
CREATE FUNCTION guard_replacement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    seats integer;
BEGIN
    SELECT p.seats INTO seats
    FROM public.placement AS p WHERE p.id = new.placement_id FOR NO KEY UPDATE;
    IF new.replaces_agreement_id IS NULL AND seats < (
        SELECT count(*) FROM public.agreement AS a
        WHERE a.placement_id = new.placement_id
            AND a.replaces_agreement_id IS NULL
            AND a.state <> 'cancelled'
    ) THEN
        RAISE EXCEPTION 'every seat of the placement had its agreement'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_within_seats';
    END IF;
    IF new.replaces_agreement_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM public.agreement AS r
        INNER JOIN public.scheme_version AS v ON r.scheme_version_id = v.id
        WHERE r.id = new.replaces_agreement_id
            AND r.state = 'ended_early'
            AND r.end_cause IN ('candidate_left', 'misconduct')
            AND r.placement_id = new.placement_id
            AND r.employer_id = new.employer_id
            AND r.candidate_id <> new.candidate_id
            AND new.starts_on >= upper(r.period)
            AND new.starts_on < upper(r.period) + 30
            AND upper(r.period) <= r.starts_on + make_interval(
                months => coalesce(r.replacement_months, v.months) - new.replacement_months
            )
    ) THEN
        RAISE EXCEPTION 'the agreement cannot be replaced by this one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_replacement_fits';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER agreement_replacement_fits AFTER INSERT ON agreement
FOR EACH ROW EXECUTE FUNCTION guard_replacement();

-- What an instalment follows from and no version keeps is agreed once and for all.
CREATE FUNCTION guard_agreement_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (
        new.candidate_id, new.employer_id, new.placement_id, new.scheme_version_id, new.starts_on,
        new.gross_wage_cents, new.weekly_hours, new.replaces_agreement_id, new.replacement_months
    ) IS DISTINCT FROM (
        old.candidate_id, old.employer_id, old.placement_id, old.scheme_version_id, old.starts_on,
        old.gross_wage_cents, old.weekly_hours, old.replaces_agreement_id, old.replacement_months
    ) THEN
        RAISE EXCEPTION 'what was agreed stands: draft another agreement'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'agreement_terms_stand';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER agreement_terms_stand
BEFORE UPDATE OF
candidate_id, employer_id, placement_id, scheme_version_id, starts_on, gross_wage_cents,
weekly_hours, replaces_agreement_id, replacement_months
ON agreement
FOR EACH ROW EXECUTE FUNCTION guard_agreement_terms();

-- The days of an agreement in versions, from when each became known. The agreement itself always
-- says the same as the version that stands.
CREATE TABLE agreement_dates (
    agreement_id uuid NOT NULL REFERENCES agreement,
    version integer NOT NULL,
    period daterange NOT NULL,
    employment daterange NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES account,
    superseded_at timestamptz,
    CONSTRAINT agreement_dates_once_per_version PRIMARY KEY (agreement_id, version),
    CONSTRAINT agreement_dates_superseded_later CHECK (superseded_at >= recorded_at)
);

CREATE UNIQUE INDEX agreement_dates_one_stands ON agreement_dates (agreement_id)
WHERE superseded_at IS NULL;

CREATE TRIGGER agreement_dates_never_edited BEFORE UPDATE ON agreement_dates
FOR EACH ROW EXECUTE FUNCTION guard_version();
CREATE TRIGGER agreement_dates_never_deleted BEFORE DELETE ON agreement_dates
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agreement_dates_no_truncate BEFORE TRUNCATE ON agreement_dates
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- With its owner's rights, so that it judges by what is there and not by what an actor may see.
CREATE FUNCTION guard_agreement_dates() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    changed uuid := CASE tg_table_name
        WHEN 'agreement' THEN to_jsonb(new) ->> 'id'
        ELSE to_jsonb(new) ->> 'agreement_id'
    END;
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM public.agreement AS a
        INNER JOIN public.agreement_dates AS d
            ON
                a.id = d.agreement_id
                AND a.period = d.period
                AND a.employment = d.employment
                AND d.superseded_at IS NULL
        WHERE a.id = changed
    ) THEN
        RAISE EXCEPTION 'the days of an agreement are those of the version that stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_dates_are_its_own';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER agreement_has_its_dates AFTER INSERT OR UPDATE OF period, employment
ON agreement DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION guard_agreement_dates();
CREATE CONSTRAINT TRIGGER agreement_dates_are_its_own AFTER INSERT OR UPDATE
ON agreement_dates DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION guard_agreement_dates();

CREATE TABLE agreement_signature (
    agreement_id uuid NOT NULL REFERENCES agreement,
    party text NOT NULL,
    signed_name text NOT NULL,
    signed_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES account,
    terms_sha256 bytea NOT NULL,
    CONSTRAINT agreement_signature_once_per_party PRIMARY KEY (agreement_id, party),
    CONSTRAINT agreement_signature_party_known CHECK (
        party IN ('candidate', 'employer', 'office')
    ),
    CONSTRAINT agreement_signature_named CHECK (btrim(signed_name) <> '')
);

CREATE TRIGGER agreement_signature_append_only BEFORE UPDATE OR DELETE ON agreement_signature
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agreement_signature_no_truncate BEFORE TRUNCATE ON agreement_signature
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A start without all three signatures under the very text of the agreement cannot be written.
CREATE FUNCTION guard_agreement_start() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.started_at IS NOT NULL AND (
        SELECT count(*) FROM agreement_signature AS s
        WHERE s.agreement_id = new.id AND s.terms_sha256 = new.terms_sha256
    ) < 3 THEN
        RAISE EXCEPTION 'an agreement starts only when all three parties have signed it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_starts_signed_by_all';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER agreement_starts_signed_by_all
AFTER INSERT OR UPDATE OF started_at, terms_sha256 ON agreement
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION guard_agreement_start();

-- An agreement as a line of a list, of those that the actor may see.
CREATE VIEW agreement_listed WITH (security_invoker = TRUE) AS
SELECT
    a.id,
    a.reference,
    a.state,
    a.office_id,
    a.employer_id,
    c.given_name || ' ' || c.family_name AS candidate_name,
    e.legal_name AS employer_name,
    p.title,
    s.code AS scheme_code,
    a.period,
    array(
        SELECT g.party FROM agreement_signature AS g WHERE g.agreement_id = a.id ORDER BY g.party
    ) AS signed_parties
FROM agreement AS a
INNER JOIN candidate AS c ON a.candidate_id = c.id
INNER JOIN employer AS e ON a.employer_id = e.id
INNER JOIN placement AS p ON a.placement_id = p.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN scheme AS s ON v.scheme_id = s.id;

-- Days without work. An end that becomes known later is a new row that supersedes the open one.
CREATE TABLE agreement_suspension (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    period daterange NOT NULL,
    reason text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES account,
    superseded_at timestamptz,
    CONSTRAINT agreement_suspension_not_empty CHECK (NOT isempty(period)),
    CONSTRAINT agreement_suspension_with_reason CHECK (btrim(reason) <> ''),
    CONSTRAINT agreement_suspension_superseded_later CHECK (superseded_at >= recorded_at),
    CONSTRAINT agreement_suspension_no_overlap EXCLUDE USING gist (
        agreement_id WITH =, period WITH &&
    ) WHERE (superseded_at IS NULL)
);

CREATE INDEX agreement_suspension_by_agreement ON agreement_suspension (agreement_id);

CREATE TRIGGER agreement_suspension_never_edited BEFORE UPDATE ON agreement_suspension
FOR EACH ROW EXECUTE FUNCTION guard_version();
CREATE TRIGGER agreement_suspension_never_deleted BEFORE DELETE ON agreement_suspension
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agreement_suspension_no_truncate BEFORE TRUNCATE ON agreement_suspension
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Each move of an agreement: what happened, when, by whose account (none: a job), and why.
CREATE TABLE agreement_event (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    event text NOT NULL,
    happened_at timestamptz NOT NULL,
    happened_by uuid REFERENCES account,
    reason text,
    CONSTRAINT agreement_event_known CHECK (
        event IN (
            'signed', 'started', 'interrupted', 'suspended', 'resumed', 'extended',
            'employment_changed', 'ended_early', 'completed', 'cancelled'
        )
    ),
    CONSTRAINT agreement_event_by_somebody CHECK (
        event = 'completed' OR happened_by IS NOT NULL
    ),
    CONSTRAINT agreement_event_with_reason CHECK (
        event IN ('signed', 'started', 'resumed', 'completed')
        OR coalesce(btrim(reason), '') <> ''
    )
);

CREATE INDEX agreement_event_by_agreement ON agreement_event (agreement_id, id);

CREATE TRIGGER agreement_event_append_only BEFORE UPDATE OR DELETE ON agreement_event
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agreement_event_no_truncate BEFORE TRUNCATE ON agreement_event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- ===== fit

-- What matching asks of placements, candidates, matches and agreements together.

-- Counts with its owner's rights: an office sees only its own matches, but seats are everybody's.
-- Who left, or was dismissed for misconduct, may be replaced, and so leaves the seat.
CREATE FUNCTION seats_taken(of_placement uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
    SELECT count(*)::integer FROM public.placement_match AS m
    WHERE m.placement_id = of_placement AND m.state = 'agreed'
        AND NOT EXISTS (
            SELECT 1 FROM public.agreement AS a
            WHERE a.match_id = m.id AND a.state = 'ended_early'
                AND a.end_cause IN ('candidate_left', 'misconduct')
        )
$$;

-- Whether a person has no employment under an agreement, and no seat agreed elsewhere that waits
-- for its agreement, on any of these days. With its owner's rights: other offices count too.
CREATE FUNCTION is_free(of_candidate uuid, during daterange, besides_placement uuid)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
    SELECT NOT EXISTS (
        SELECT 1 FROM public.agreement AS a
        WHERE a.candidate_id = of_candidate AND a.state <> 'cancelled' AND a.employment && during
    )
    AND NOT EXISTS (
        SELECT 1 FROM public.placement_match AS m
        INNER JOIN public.placement AS p ON m.placement_id = p.id
        WHERE m.candidate_id = of_candidate AND m.state = 'agreed'
            AND p.id <> besides_placement AND p.period && during
            AND NOT EXISTS (
                SELECT 1 FROM public.agreement AS a
                WHERE a.match_id = m.id AND a.state <> 'cancelled'
            )
    )
$$;

-- Locks the placement, then the candidate, so that two matches cannot both find the last seat free
-- or the same person free.
CREATE FUNCTION guard_agreed_match() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    seats integer;
    days daterange;
BEGIN
    SELECT p.seats, p.period INTO seats, days
    FROM public.placement AS p WHERE p.id = new.placement_id FOR NO KEY UPDATE;
    PERFORM 1 FROM public.candidate AS c WHERE c.id = new.candidate_id FOR NO KEY UPDATE;
    IF public.seats_taken(new.placement_id) >= seats THEN
        RAISE EXCEPTION 'every seat of the placement is taken'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'placement_match_within_seats';
    END IF;
    IF NOT public.is_free(new.candidate_id, days, new.placement_id) THEN
        RAISE EXCEPTION 'the candidate is taken on days of the placement'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'placement_match_candidate_free';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER placement_match_agreed_at_once BEFORE INSERT ON placement_match
FOR EACH ROW WHEN (new.state = 'agreed') EXECUTE FUNCTION guard_agreed_match();
CREATE TRIGGER placement_match_agreed BEFORE UPDATE OF state ON placement_match
FOR EACH ROW WHEN (new.state = 'agreed' AND old.state <> 'agreed')
EXECUTE FUNCTION guard_agreed_match();

-- Full years on a day; who is born on 29 February is a year older on 1 March.
CREATE FUNCTION age_on(born_on date, on_day date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN extract(YEAR FROM age(on_day::timestamp, born_on::timestamp))::integer;

CREATE FUNCTION education_rank(education text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_position(
    ARRAY[
        'none', 'primary', 'lower_secondary', 'upper_secondary', 'vocational', 'bachelor', 'master'
    ],
    education
);

-- Great-circle distance by the haversine formula on a sphere of 6371 km, in whole kilometres.
CREATE FUNCTION distance_km(
    lat_a double precision, lon_a double precision, lat_b double precision, lon_b double precision
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN round(2 * 6371 * asin(least(1, sqrt(
    sin(radians(lat_b - lat_a) / 2) ^ 2
    + cos(radians(lat_a)) * cos(radians(lat_b)) * sin(radians(lon_b - lon_a) / 2) ^ 2
))))::integer;

-- Every pair of placement and candidate that the actor may see: the facts that are scored, and each
-- hard requirement as a yes or no. The ranking and "why not" read this one list, so they agree.
CREATE VIEW placement_fit WITH (security_invoker = TRUE) AS
SELECT
    p.id AS placement_id,
    p.employer_id,
    c.id AS candidate_id,
    c.office_id,
    p.occupation_code,
    c.occupations,
    p.skills AS skills_wished,
    p.skills_demanded,
    c.skills AS skills_held,
    p.languages AS languages_asked,
    c.languages AS languages_spoken,
    p.driving_licences AS licences_asked,
    c.driving_licences AS licences_held,
    p.education_min AS education_asked,
    c.education AS education_held,
    c.unemployed_since,
    c.travel_km,
    distance_km(pm.latitude, pm.longitude, cm.latitude, cm.longitude) AS distance_km,
    age_on(c.born_on, lower(p.period)) AS age_at_start,
    v.age_min,
    v.age_max,
    p.state = 'approved' AS placement_open,
    c.withdrawn_at IS NULL AS candidate_registered,
    coalesce(
        age_on(c.born_on, lower(p.period)) BETWEEN v.age_min AND v.age_max, FALSE
    ) AS age_fits,
    education_rank(c.education) >= education_rank(p.education_min) AS education_fits,
    c.languages @> p.languages AS languages_fit,
    c.driving_licences @> p.driving_licences AS licences_fit,
    c.skills @> p.skills_demanded AS skills_fit,
    left(p.occupation_code, 3) IN (
        SELECT left(sought.code, 3) FROM unnest(c.occupations) AS sought (code)
    ) AS occupation_fits,
    distance_km(pm.latitude, pm.longitude, cm.latitude, cm.longitude)
    <= c.travel_km AS distance_fits,
    is_free(c.id, p.period, p.id) AS candidate_free,
    NOT EXISTS (
        SELECT 1 FROM placement_match AS m
        WHERE m.placement_id = p.id AND m.candidate_id = c.id AND m.state <> 'declined'
    ) AS not_yet_matched,
    seats_taken(p.id) < p.seats AS seat_left
FROM placement AS p
CROSS JOIN candidate AS c
INNER JOIN municipality AS pm ON p.municipality_code = pm.code
INNER JOIN municipality AS cm ON c.municipality_code = cm.code
LEFT JOIN scheme_version AS v
    ON
        p.scheme_id = v.scheme_id
        AND v.valid @> lower(p.period)
        AND v.state IN ('activated', 'superseded');

-- ===== attendance

CREATE TABLE attendance (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    month date NOT NULL,
    version integer NOT NULL,
    days_expected integer NOT NULL,
    days_worked integer NOT NULL,
    days_paid_leave integer NOT NULL,
    gross_wage_cents bigint NOT NULL,
    reported_at timestamptz NOT NULL,
    reported_by uuid NOT NULL REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    confirmed_for text,
    superseded_at timestamptz,
    CONSTRAINT attendance_once_per_version UNIQUE (agreement_id, month, version),
    CONSTRAINT attendance_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT attendance_days_possible CHECK (
        days_expected BETWEEN 1 AND 31 AND days_worked >= 0 AND days_paid_leave >= 0
    ),
    CONSTRAINT attendance_days_add_up CHECK (days_worked + days_paid_leave <= days_expected),
    CONSTRAINT attendance_wage_not_negative CHECK (gross_wage_cents >= 0),
    CONSTRAINT attendance_confirmed_by_another CHECK (confirmed_by <> reported_by),
    CONSTRAINT attendance_confirmed_together CHECK (
        num_nonnulls(confirmed_at, confirmed_by, confirmed_for) IN (0, 3)
    ),
    CONSTRAINT attendance_confirmed_for_known CHECK (confirmed_for IN ('candidate', 'office'))
);

CREATE UNIQUE INDEX attendance_once_per_month ON attendance (agreement_id, month)
WHERE superseded_at IS NULL;

-- A report says what it said: it is confirmed once while it stands, and superseded once.
CREATE FUNCTION guard_attendance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := CASE
        WHEN old.confirmed_at IS NULL AND new.superseded_at IS NULL
            THEN ARRAY['confirmed_at', 'confirmed_by', 'confirmed_for']
        ELSE ARRAY['superseded_at']
    END;
BEGIN
    IF old.superseded_at IS NOT NULL
        OR to_jsonb(new) - decision <> to_jsonb(old) - decision
    THEN
        RAISE EXCEPTION 'a report is never edited: another version of it supersedes it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'attendance_never_edited';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER attendance_never_edited BEFORE UPDATE ON attendance
FOR EACH ROW EXECUTE FUNCTION guard_attendance();
CREATE TRIGGER attendance_never_deleted BEFORE DELETE ON attendance
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER attendance_no_truncate BEFORE TRUNCATE ON attendance
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- ===== instalments

-- A month that was asked for: what is to be computed is cut into chunks, and what stands unchanged
-- is counted.
CREATE TABLE month_run (
    id uuid PRIMARY KEY,
    month date NOT NULL,
    state text NOT NULL,
    requested_at timestamptz NOT NULL,
    requested_by uuid REFERENCES account,
    finished_at timestamptz,
    agreement_count integer NOT NULL DEFAULT 0,
    standing_due_count integer NOT NULL DEFAULT 0,
    standing_blocked_count integer NOT NULL DEFAULT 0,
    standing_not_due_count integer NOT NULL DEFAULT 0,
    standing_due_cents bigint NOT NULL DEFAULT 0,
    CONSTRAINT month_run_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT month_run_state_known CHECK (state IN ('running', 'finished', 'cancelled')),
    CONSTRAINT month_run_state_tells_end CHECK (
        (state = 'running') = (finished_at IS NULL)
    )
);

CREATE UNIQUE INDEX month_run_one_at_a_time ON month_run (month) WHERE state = 'running';

-- The work of a run: agreements, each with the first month to compute. A worker holds a chunk by a
-- lease; the token fences out one that was thought dead and comes back.
CREATE TABLE month_chunk (
    run_id uuid NOT NULL REFERENCES month_run,
    number integer NOT NULL,
    agreement_ids uuid[] NOT NULL,
    from_months date[] NOT NULL,
    agreement_count integer NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    lease_token uuid,
    lease_until timestamptz,
    done_at timestamptz,
    due_count integer,
    blocked_count integer,
    not_due_count integer,
    written_count integer,
    due_cents bigint,
    last_error text,
    CONSTRAINT month_chunk_once PRIMARY KEY (run_id, number),
    CONSTRAINT month_chunk_month_for_each CHECK (
        agreement_count > 0
        AND agreement_count = cardinality(agreement_ids)
        AND agreement_count = cardinality(from_months)
    ),
    CONSTRAINT month_chunk_done_with_counts CHECK (
        num_nonnulls(
            done_at, due_count, blocked_count, not_due_count, written_count, due_cents
        ) IN (0, 6)
    )
);

CREATE INDEX month_chunk_open ON month_chunk (run_id, number) WHERE done_at IS NULL;

-- For each active agreement, month and kind of payment exactly one current row: an amount due, or
-- why there is none.
CREATE TABLE instalment (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    month date NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    outcome text NOT NULL,
    amount_cents bigint NOT NULL,
    reason text,
    trace jsonb NOT NULL,
    run_id uuid NOT NULL REFERENCES month_run,
    computed_at timestamptz NOT NULL,
    superseded_at timestamptz,
    CONSTRAINT instalment_once_per_version UNIQUE (agreement_id, month, kind, version),
    CONSTRAINT instalment_kind_word CHECK (kind ~ '^[a-z][a-z_]{0,30}$'),
    CONSTRAINT instalment_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT instalment_outcome_known CHECK (outcome IN ('due', 'blocked', 'not_due')),
    CONSTRAINT instalment_amount_by_outcome CHECK (
        (outcome = 'due' AND amount_cents > 0) OR (outcome <> 'due' AND amount_cents = 0)
    ),
    CONSTRAINT instalment_reason_when_not_due CHECK ((outcome = 'due') = (reason IS NULL))
);

CREATE UNIQUE INDEX instalment_once_per_month ON instalment (agreement_id, month, kind)
WHERE superseded_at IS NULL;
CREATE INDEX instalment_by_month ON instalment (month, outcome) WHERE superseded_at IS NULL;

CREATE FUNCTION guard_instalment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.superseded_at IS NOT NULL
        OR to_jsonb(new) - 'superseded_at' <> to_jsonb(old) - 'superseded_at'
    THEN
        RAISE EXCEPTION 'an instalment is never edited: a new version supersedes it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'instalment_never_edited';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER instalment_never_edited BEFORE UPDATE ON instalment
FOR EACH ROW EXECUTE FUNCTION guard_instalment();
CREATE TRIGGER instalment_never_deleted BEFORE DELETE ON instalment
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER instalment_no_truncate BEFORE TRUNCATE ON instalment
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Months to come into which a payment of an agreement falls by its scheme, as computed last, once
-- the subsidised period is over: a run takes it again in these and in none between. By what is
-- known the payment may still come about, or is ruled out (`can_pay`).
CREATE TABLE instalment_ahead (
    agreement_id uuid NOT NULL REFERENCES agreement,
    month date NOT NULL,
    kind text NOT NULL,
    can_pay boolean NOT NULL,
    CONSTRAINT instalment_ahead_once_per_month PRIMARY KEY (agreement_id, month, kind),
    CONSTRAINT instalment_ahead_month_first_day CHECK (extract(DAY FROM month) = 1)
);

CREATE INDEX instalment_ahead_by_month ON instalment_ahead (month);

-- What has changed and not been computed since: from which month on instalments of an agreement may
-- come out differently. Triggers note it with their owner's rights, so no writer of a fact can
-- forget it; they decide nothing. Who computes an agreement takes its rows away, under its lock.
-- The agreement is one that a fact refers to already, so it is not looked up again.
CREATE TABLE fact_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agreement_id uuid NOT NULL,
    since date NOT NULL,
    fact text NOT NULL,
    known_at timestamptz NOT NULL,
    CONSTRAINT fact_change_month_first_day CHECK (extract(DAY FROM since) = 1),
    CONSTRAINT fact_change_fact_known CHECK (
        fact IN ('start', 'dates', 'suspension', 'attendance', 'minimum_wage', 'budget')
    )
);

CREATE INDEX fact_change_by_agreement ON fact_change (agreement_id, since);

CREATE FUNCTION note_agreements() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.fact_change (agreement_id, since, fact, known_at)
    SELECT w.id, date_trunc('month', lower(w.period)), 'start', w.started_at
    FROM written AS w
    WHERE w.started_at IS NOT NULL;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_started_agreements() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.fact_change (agreement_id, since, fact, known_at)
    SELECT w.id, date_trunc('month', lower(w.period)), 'start', w.started_at
    FROM written AS w
    INNER JOIN replaced AS r ON w.id = r.id
    WHERE w.started_at IS NOT NULL AND r.started_at IS NULL;
    RETURN NULL;
END
$$;

-- Days that move change the months from the earlier of two ends on, in which a piece is cut short.
CREATE FUNCTION note_agreement_dates() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.fact_change (agreement_id, since, fact, known_at)
    SELECT
        w.agreement_id,
        date_trunc('month', least(
            CASE WHEN w.period <> was.period
                THEN least(upper(w.period), upper(was.period)) - 1 END,
            CASE WHEN w.employment <> was.employment
                THEN least(upper(w.employment), upper(was.employment)) - 1 END
        )),
        'dates',
        w.recorded_at
    FROM written AS w
    INNER JOIN public.agreement_dates AS was
        ON w.agreement_id = was.agreement_id AND was.version = w.version - 1
    WHERE w.period <> was.period OR w.employment <> was.employment;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_suspensions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.fact_change (agreement_id, since, fact, known_at)
    SELECT
        w.agreement_id,
        date_trunc('month', lower(w.period)),
        'suspension',
        coalesce(w.superseded_at, w.recorded_at)
    FROM written AS w;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_attendance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.fact_change (agreement_id, since, fact, known_at)
    SELECT
        w.agreement_id,
        w.month,
        'attendance',
        coalesce(w.superseded_at, greatest(w.reported_at, w.confirmed_at))
    FROM written AS w;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_minimum_wages() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.fact_change (agreement_id, since, fact, known_at)
    SELECT
        a.id,
        min(greatest(
            date_trunc('month', lower(a.period)), date_trunc('month', lower(w.period))
        )),
        'minimum_wage',
        max(coalesce(w.superseded_at, w.recorded_at))
    FROM written AS w
    INNER JOIN public.agreement AS a ON a.started_at IS NOT NULL
    INNER JOIN public.scheme_version AS v
        ON
            a.scheme_version_id = v.id
            AND w.period && daterange(
                date_trunc('month', lower(a.period))::date,
                greatest(
                    upper(a.period),
                    (a.starts_on + make_interval(months => v.paid_until_months))::date
                )
            )
    GROUP BY a.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER agreement_noted AFTER INSERT ON agreement
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_agreements();
CREATE TRIGGER agreement_start_noted AFTER UPDATE ON agreement
REFERENCING OLD TABLE AS replaced NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_started_agreements();
CREATE TRIGGER agreement_dates_noted AFTER INSERT ON agreement_dates
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_agreement_dates();
CREATE TRIGGER agreement_suspension_noted AFTER INSERT ON agreement_suspension
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_suspensions();
CREATE TRIGGER agreement_suspension_change_noted AFTER UPDATE ON agreement_suspension
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_suspensions();
CREATE TRIGGER attendance_noted AFTER INSERT ON attendance
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_attendance();
CREATE TRIGGER attendance_change_noted AFTER UPDATE ON attendance
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_attendance();
CREATE TRIGGER minimum_wage_noted AFTER INSERT ON minimum_wage
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_minimum_wages();
CREATE TRIGGER minimum_wage_change_noted AFTER UPDATE ON minimum_wage
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_minimum_wages();

-- A fact cannot have been known before an instalment that was computed without it.
CREATE FUNCTION guard_fact_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM written AS w
        INNER JOIN public.instalment AS i
            ON
                w.agreement_id = i.agreement_id
                AND w.since <= i.month
                AND w.known_at <= i.computed_at
        WHERE i.superseded_at IS NULL
    ) THEN
        RAISE EXCEPTION 'an instalment was computed without this fact, and later than it says'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'fact_change_known_in_order';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER fact_change_known_in_order AFTER INSERT ON fact_change
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION guard_fact_change();

-- The account in force at a moment of whom each instalment is paid to; NULL where there is none.
CREATE FUNCTION paying_account(instalment_ids uuid[], at timestamptz) RETURNS TABLE (
    instalment_id uuid, payee text, owner_name text, bank_account_id uuid, holder_name text,
    iban_last4 text, in_force_since timestamptz
)
LANGUAGE sql STABLE AS $$
SELECT
    i.id AS instalment_id,
    payee_of(v.payments, i.kind) AS payee,
    coalesce(e.legal_name, c.given_name || ' ' || c.family_name) AS owner_name,
    paying.id AS bank_account_id,
    paying.holder_name,
    paying.iban_last4,
    lower(paying.in_force) AS in_force_since
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
LEFT JOIN employer AS e ON payee_id(v.payments, i.kind, a.employer_id, NULL) = e.id
LEFT JOIN candidate AS c ON payee_id(v.payments, i.kind, NULL, a.candidate_id) = c.id
LEFT JOIN LATERAL (
    SELECT
        b.id,
        b.holder_name,
        b.iban_last4,
        b.in_force
    FROM bank_account AS b
    WHERE
        (
            b.employer_id = payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
            OR b.candidate_id = payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
        )
        AND b.in_force @> paying_account.at
    ORDER BY b.id
    LIMIT 1
) AS paying ON TRUE
WHERE i.id = any(paying_account.instalment_ids)
$$;

-- The words that tell people and firms apart: lower case, without diacritics, longer than two
-- letters unless there are no others.
CREATE FUNCTION name_words(name text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT
    coalesce(
        array_agg(DISTINCT w.word) FILTER (WHERE length(w.word) > 2),
        array_agg(DISTINCT w.word) FILTER (WHERE w.word <> ''),
        '{}'
    )
FROM regexp_split_to_table(
    regexp_replace(
        normalize(replace(replace(lower(name_words.name), 'đ', 'dj'), 'ı', 'i'), NFD),
        '[\u0300-\u036f]', '', 'g'
    ),
    '[\s.-]+'
) AS w (word)
$$;

-- Whether two names share so many of the second's words, or all of them where it has fewer.
CREATE FUNCTION shares_words(name text, of_name text, least_words integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN shares_words.name = shares_words.of_name
OR (
    SELECT
        count(*) >= least(
            shares_words.least_words, cardinality(name_words(shares_words.of_name))
        )
    FROM unnest(name_words(shares_words.name)) AS w (word)
    WHERE w.word = any(name_words(shares_words.of_name))
);

-- ===== ledger

CREATE TABLE budget_line (
    id uuid PRIMARY KEY,
    scheme_id uuid NOT NULL REFERENCES scheme,
    name text NOT NULL,
    CONSTRAINT budget_line_once_per_scheme UNIQUE (scheme_id)
);

CREATE TABLE ledger_account (
    id uuid PRIMARY KEY,
    budget_line_id uuid NOT NULL REFERENCES budget_line,
    kind text NOT NULL,
    CONSTRAINT ledger_account_once_per_kind UNIQUE (budget_line_id, kind),
    CONSTRAINT ledger_account_of_line UNIQUE (id, budget_line_id),
    CONSTRAINT ledger_account_kind_known CHECK (
        kind IN (
            'treasury', 'appropriation', 'committed', 'calculated', 'approved', 'in_transit',
            'paid', 'returned', 'recoverable', 'receivable', 'recovered', 'written_off'
        )
    )
);

-- One debit, one credit, a positive amount, a reason. Money flows from credit to debit.
CREATE TABLE transfer (
    id uuid PRIMARY KEY,
    budget_line_id uuid NOT NULL,
    debit_account_id uuid NOT NULL,
    credit_account_id uuid NOT NULL,
    amount_cents bigint NOT NULL,
    reason text NOT NULL,
    source_type text NOT NULL,
    source_id uuid NOT NULL,
    agreement_id uuid,
    month date,
    kind text,
    effective_on date NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT transfer_once_per_source UNIQUE (source_type, source_id, reason),
    CONSTRAINT transfer_amount_positive CHECK (amount_cents > 0),
    CONSTRAINT transfer_kind_with_month CHECK ((month IS NULL) = (kind IS NULL)),
    CONSTRAINT transfer_two_accounts CHECK (debit_account_id <> credit_account_id),
    CONSTRAINT transfer_reason_known CHECK (
        reason IN (
            'appropriated', 'appropriation_reduced', 'committed', 'commitment_released',
            'calculated', 'calculation_superseded', 'overpaid', 'overpayment_undone', 'netted',
            'made_good', 'approved', 'exported', 'settled', 'rejected', 'returned', 'cancelled',
            'rejection_undone', 'reissued', 'reissue_undone', 'failure_closed',
            'approval_voided', 'netting_voided', 'made_good_voided', 'recovery_raised',
            'recovery_reduced', 'set_off', 'set_off_undone', 'repaid', 'repaid_undone', 'restored',
            'restored_undone', 'written_off', 'written_off_undone'
        )
    )
);

CREATE INDEX transfer_by_debit ON transfer (debit_account_id) INCLUDE (amount_cents);
CREATE INDEX transfer_by_credit ON transfer (credit_account_id) INCLUDE (amount_cents);
CREATE INDEX transfer_by_agreement ON transfer (agreement_id, month);

-- What an agreement's commitment still holds, and what the agreement was paid beyond what is due.
CREATE FUNCTION commitment_held(of_agreement uuid) RETURNS bigint
LANGUAGE sql STABLE
RETURN (
    SELECT
        coalesce(sum(
            CASE
                WHEN
                    t.reason IN (
                        'committed', 'calculation_superseded', 'overpaid', 'netted',
                        'made_good_voided'
                    )
                    THEN t.amount_cents
                WHEN
                    t.reason IN (
                        'calculated', 'commitment_released', 'overpayment_undone', 'made_good',
                        'netting_voided'
                    )
                    THEN -t.amount_cents
            END
        ), 0)::bigint
    FROM transfer AS t
    WHERE t.agreement_id = commitment_held.of_agreement
);
CREATE FUNCTION overpaid_to(of_agreement uuid) RETURNS bigint
LANGUAGE sql STABLE
RETURN (
    SELECT
        coalesce(sum(
            CASE
                WHEN
                    t.reason IN ('overpaid', 'made_good_voided', 'restored_undone')
                    THEN t.amount_cents
                ELSE -t.amount_cents
            END
        ), 0)::bigint
    FROM transfer AS t
    WHERE
        t.agreement_id = overpaid_to.of_agreement
        AND t.reason IN (
            'overpaid', 'overpayment_undone', 'made_good', 'made_good_voided', 'failure_closed',
            'restored', 'restored_undone'
        )
);

-- Both accounts are of the transfer's line, and its agreement is there. Looked up once for all rows
-- of an INSERT, by index: a month posts hundreds of thousands, and foreign keys took most of the
-- time. It is as good as they are, because accounts are never changed or deleted either.
CREATE FUNCTION guard_keys_of_transfers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    unknown text;
BEGIN
    SELECT
        CASE
            WHEN d.id IS NULL THEN 'transfer_debit_in_line'
            WHEN c.id IS NULL THEN 'transfer_credit_in_line'
            ELSE 'transfer_of_agreement'
        END INTO unknown
    FROM written AS w
    LEFT JOIN public.ledger_account AS d
        ON w.debit_account_id = d.id AND w.budget_line_id = d.budget_line_id
    LEFT JOIN public.ledger_account AS c
        ON w.credit_account_id = c.id AND w.budget_line_id = c.budget_line_id
    LEFT JOIN public.agreement AS a ON w.agreement_id = a.id
    WHERE d.id IS NULL OR c.id IS NULL OR (a.id IS NULL AND w.agreement_id IS NOT NULL)
    LIMIT 1;
    IF found THEN
        RAISE EXCEPTION 'a transfer is between two accounts of its line, for an agreement of ours'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = unknown;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER transfer_keys_known AFTER INSERT ON transfer
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION guard_keys_of_transfers();
CREATE TRIGGER ledger_account_append_only BEFORE UPDATE OR DELETE ON ledger_account
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_account_no_truncate BEFORE TRUNCATE ON ledger_account
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfer_append_only BEFORE UPDATE OR DELETE ON transfer
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfer_no_truncate BEFORE TRUNCATE ON transfer
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What a line keeps back for a recovery, also of another agreement of the same payee, by the month
-- and kind that it is owed for. It stands as long as its line; `restores` says that the month was
-- paid beyond what is due, so that what comes back counts as never put in.
CREATE TABLE recovery_netting (
    id uuid PRIMARY KEY,
    payout_line_id uuid NOT NULL,
    recovery_id uuid NOT NULL,
    agreement_id uuid NOT NULL REFERENCES agreement,
    month date NOT NULL,
    kind text NOT NULL,
    amount_cents bigint NOT NULL,
    restores boolean NOT NULL,
    CONSTRAINT recovery_netting_once_per_line UNIQUE (payout_line_id, recovery_id, month, kind),
    CONSTRAINT recovery_netting_amount_positive CHECK (amount_cents > 0)
);

CREATE INDEX recovery_netting_by_month ON recovery_netting (agreement_id, month, kind);
CREATE INDEX recovery_netting_by_recovery ON recovery_netting (recovery_id);

-- What of a recovery was repaid or given up otherwise, by the month and kind that it is owed for.
CREATE TABLE recovery_settlement (
    id uuid PRIMARY KEY,
    recovery_id uuid NOT NULL,
    agreement_id uuid NOT NULL REFERENCES agreement,
    month date NOT NULL,
    kind text NOT NULL,
    amount_cents bigint NOT NULL,
    means text NOT NULL,
    source_id uuid NOT NULL,
    restores boolean NOT NULL,
    settled_at timestamptz NOT NULL,
    CONSTRAINT recovery_settlement_once_per_source UNIQUE (source_id, means, month, kind),
    CONSTRAINT recovery_settlement_amount_positive CHECK (amount_cents > 0),
    CONSTRAINT recovery_settlement_means_known CHECK (
        means IN ('repaid', 'written_off', 'written_off_undone')
    )
);

CREATE INDEX recovery_settlement_by_month ON recovery_settlement (agreement_id, month, kind);
CREATE INDEX recovery_settlement_by_recovery ON recovery_settlement (recovery_id);

-- What a line keeps back for recoveries in all, in cents.
CREATE FUNCTION kept_for_recoveries(of_line uuid) RETURNS bigint
LANGUAGE sql STABLE
RETURN (
    SELECT coalesce(sum(k.amount_cents), 0)::bigint
    FROM recovery_netting AS k
    WHERE k.payout_line_id = kept_for_recoveries.of_line
);

-- ===== payouts

CREATE TABLE payout (
    id uuid PRIMARY KEY,
    reference text NOT NULL,
    month date NOT NULL,
    state text NOT NULL,
    line_count integer NOT NULL,
    total_cents bigint NOT NULL,
    digest bytea NOT NULL,
    submitted_at timestamptz NOT NULL,
    submitted_by uuid NOT NULL REFERENCES account,
    required_approvals integer,
    required_authorisations integer,
    reopens uuid REFERENCES payout,
    approved_at timestamptz,
    exported_at timestamptz,
    exported_by uuid REFERENCES account,
    CONSTRAINT payout_once_per_reference UNIQUE (reference),
    CONSTRAINT payout_reopened_once UNIQUE (reopens),
    CONSTRAINT payout_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT payout_state_known CHECK (
        state IN (
            'draft', 'submitted', 'approved', 'rejected', 'withdrawn', 'voided', 'exported'
        )
    ),
    CONSTRAINT payout_digest_sha256 CHECK (octet_length(digest) = 32),
    CONSTRAINT payout_exporter_not_preparer CHECK (exported_by <> submitted_by),
    -- How many people it takes is fixed with the content, by the rule in force on that day.
    CONSTRAINT payout_knows_how_many CHECK (
        num_nonnulls(required_approvals, required_authorisations)
        = CASE WHEN state = 'draft' THEN 0 ELSE 2 END
    ),
    CONSTRAINT payout_takes_somebody CHECK (
        required_approvals >= 1 AND required_authorisations >= 1
    ),
    CONSTRAINT payout_approved_in_time CHECK (
        (state IN ('approved', 'voided', 'exported')) = (approved_at IS NOT NULL)
    ),
    CONSTRAINT payout_exported_pair CHECK (
        (exported_at IS NULL) = (exported_by IS NULL)
        AND (state = 'exported') = (exported_at IS NOT NULL)
    )
);

CREATE UNIQUE INDEX payout_one_open_per_month ON payout (month)
WHERE state IN ('draft', 'submitted');

CREATE TABLE payout_line (
    id uuid PRIMARY KEY,
    payout_id uuid NOT NULL REFERENCES payout,
    instalment_id uuid NOT NULL REFERENCES instalment,
    bank_account_id uuid NOT NULL REFERENCES bank_account,
    payee_name text NOT NULL,
    due_cents bigint NOT NULL,
    netted_cents bigint NOT NULL,
    amount_cents bigint NOT NULL,
    released_at timestamptz,
    reissues uuid,
    CONSTRAINT payout_line_due_positive CHECK (due_cents > 0),
    CONSTRAINT payout_line_netted_within_due CHECK (netted_cents BETWEEN 0 AND due_cents),
    CONSTRAINT payout_line_pays_the_rest CHECK (amount_cents = due_cents - netted_cents)
);

-- What pays a failed payment again (`reissues`) is no new claim on the instalment.
CREATE UNIQUE INDEX payout_line_once_per_instalment ON payout_line (instalment_id)
WHERE released_at IS NULL AND reissues IS NULL;
-- Only what reissues is in it: else a planner without statistics reads all other lines by it.
CREATE UNIQUE INDEX payout_line_once_per_failure ON payout_line (reissues)
WHERE released_at IS NULL AND reissues IS NOT NULL;
CREATE INDEX payout_line_by_instalment ON payout_line (instalment_id);
CREATE INDEX payout_line_by_payout ON payout_line (payout_id);
CREATE INDEX payout_line_by_account ON payout_line (bank_account_id);

-- What a line keeps back, because another month of the same agreement was paid beyond what is due
-- to the same payee.
CREATE TABLE payout_netting (
    id uuid PRIMARY KEY,
    payout_line_id uuid NOT NULL REFERENCES payout_line,
    instalment_id uuid NOT NULL REFERENCES instalment,
    amount_cents bigint NOT NULL,
    released_at timestamptz,
    CONSTRAINT payout_netting_once_per_line UNIQUE (payout_line_id, instalment_id),
    CONSTRAINT payout_netting_amount_positive CHECK (amount_cents > 0)
);

CREATE INDEX payout_netting_by_instalment ON payout_netting (instalment_id)
WHERE released_at IS NULL;

-- A failed payment that is not due any more and is not paid again: the money that came back makes
-- good what the payee, on paper, was paid too much (guard_payment_closure).
CREATE TABLE payment_closure (
    id uuid PRIMARY KEY,
    payout_line_id uuid NOT NULL REFERENCES payout_line,
    amount_cents bigint NOT NULL,
    reason text NOT NULL,
    closed_at timestamptz NOT NULL,
    closed_by uuid NOT NULL REFERENCES account,
    CONSTRAINT payment_closure_once_per_line UNIQUE (payout_line_id),
    CONSTRAINT payment_closure_amount_positive CHECK (amount_cents > 0),
    CONSTRAINT payment_closure_with_reason CHECK (btrim(reason) <> '')
);

-- What unreleased lines and nettings have put into payouts for each agreement, month and kind. What
-- pays a failed payment again was put in with it; what is closed is out again, and what came back
-- of an overpaid month, by whatever way, counts as never put in.
CREATE VIEW put_in WITH (security_invoker = TRUE) AS
SELECT
    i.agreement_id,
    i.month,
    i.kind,
    l.payout_id,
    p.state,
    l.due_cents AS cents
FROM payout_line AS l
INNER JOIN payout AS p ON l.payout_id = p.id
INNER JOIN instalment AS i ON l.instalment_id = i.id
WHERE l.released_at IS NULL AND l.reissues IS NULL
UNION ALL
SELECT
    i.agreement_id,
    i.month,
    i.kind,
    l.payout_id,
    p.state,
    -c.amount_cents AS cents
FROM payment_closure AS c
INNER JOIN payout_line AS l ON c.payout_line_id = l.id
INNER JOIN payout AS p ON l.payout_id = p.id
INNER JOIN instalment AS i ON l.instalment_id = i.id
UNION ALL
SELECT
    i.agreement_id,
    i.month,
    i.kind,
    l.payout_id,
    p.state,
    -n.amount_cents AS cents
FROM payout_netting AS n
INNER JOIN payout_line AS l ON n.payout_line_id = l.id
INNER JOIN payout AS p ON l.payout_id = p.id
INNER JOIN instalment AS i ON n.instalment_id = i.id
WHERE n.released_at IS NULL
UNION ALL
SELECT
    k.agreement_id,
    k.month,
    k.kind,
    l.payout_id,
    p.state,
    -k.amount_cents AS cents
FROM recovery_netting AS k
INNER JOIN payout_line AS l ON k.payout_line_id = l.id
INNER JOIN payout AS p ON l.payout_id = p.id
WHERE k.restores AND l.released_at IS NULL
UNION ALL
SELECT
    s.agreement_id,
    s.month,
    s.kind,
    NULL AS payout_id,
    'approved' AS state,
    -s.amount_cents AS cents
FROM recovery_settlement AS s
WHERE s.restores AND s.means = 'repaid';

-- What stands for each agreement, month and kind of payment. It can cost no more when it is closed:
-- nothing is due, or all that is due is in approved payouts. What is not paid for each month, such
-- as a retention part, has a maximum of its own (`final_max_cents` of the scheme version).
CREATE VIEW instalment_standing WITH (security_invoker = TRUE) AS
SELECT
    i.agreement_id,
    i.month,
    i.amount_cents,
    (v.payments -> i.kind ->> 'is_monthly')::boolean AS is_monthly,
    i.outcome = 'not_due' OR (i.outcome = 'due' AND i.amount_cents <= approved.cents) AS is_closed
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN LATERAL (
    SELECT coalesce(sum(pi.cents), 0) AS cents
    FROM put_in AS pi
    WHERE
        pi.agreement_id = i.agreement_id
        AND pi.month = i.month
        AND pi.kind = i.kind
        AND pi.state IN ('approved', 'exported')
) AS approved ON TRUE
WHERE i.superseded_at IS NULL;

-- Whether an agreement may come to cost more besides its months: while anything of it is open, or
-- is to come and not ruled out, or is not known as the last month of the period is not computed.
CREATE FUNCTION is_final_open(of_agreement uuid) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
    SELECT 1 FROM instalment_standing AS s
    WHERE s.agreement_id = is_final_open.of_agreement AND NOT s.is_monthly AND NOT s.is_closed
) OR EXISTS (
    SELECT 1 FROM instalment_ahead AS n
    WHERE n.agreement_id = is_final_open.of_agreement AND n.can_pay
) OR NOT EXISTS (
    SELECT 1
    FROM instalment AS i
    INNER JOIN agreement AS a ON i.agreement_id = a.id
    WHERE
        a.id = is_final_open.of_agreement
        AND i.month = date_trunc('month', upper(a.period) - 1)::date
        AND i.superseded_at IS NULL
);

-- What a payee of an ended agreement was paid beyond all that is due to it: no later month will
-- keep it back. It stands since the agreement has ended and the first of its overpaid months was
-- computed so; not while a payment to the same payee may still follow.
CREATE VIEW receivable WITH (security_invoker = TRUE) AS
WITH leg AS (
    SELECT
        t.agreement_id,
        t.kind,
        t.amount_cents AS cents
    FROM transfer AS t
    INNER JOIN ledger_account AS la ON t.credit_account_id = la.id
    WHERE la.kind = 'recoverable'
    UNION ALL
    SELECT
        t.agreement_id,
        t.kind,
        -t.amount_cents AS cents
    FROM transfer AS t
    INNER JOIN ledger_account AS la ON t.debit_account_id = la.id
    WHERE la.kind = 'recoverable'
),

overpaid AS (
    SELECT
        leg.agreement_id,
        payee_of(v.payments, leg.kind) AS payee,
        sum(leg.cents) AS cents
    FROM leg
    INNER JOIN agreement AS a ON leg.agreement_id = a.id
    INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
    GROUP BY leg.agreement_id, payee_of(v.payments, leg.kind)
    HAVING sum(leg.cents) > 0
)

SELECT
    a.id AS agreement_id,
    overpaid.payee,
    (overpaid.cents - coming.cents)::bigint AS amount_cents,
    greatest(a.ended_at, known.computed_at) AS since
FROM overpaid
INNER JOIN agreement AS a ON overpaid.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN LATERAL (
    SELECT
        coalesce(sum(
            CASE
                WHEN
                    t.reason IN (
                        'calculated', 'reissued', 'approval_voided', 'netting_voided',
                        'set_off_undone'
                    )
                    THEN t.amount_cents
                ELSE -t.amount_cents
            END
        ), 0) AS cents
    FROM transfer AS t
    WHERE
        t.agreement_id = a.id
        AND payee_of(v.payments, t.kind) = overpaid.payee
        AND t.reason IN (
            'calculated', 'calculation_superseded', 'approved', 'netted', 'reissued',
            'reissue_undone', 'approval_voided', 'netting_voided', 'set_off', 'set_off_undone'
        )
) AS coming ON overpaid.cents > coming.cents
INNER JOIN LATERAL (
    SELECT min(i.computed_at) AS computed_at
    FROM instalment AS i
    INNER JOIN LATERAL (
        SELECT sum(pi.cents) AS cents
        FROM put_in AS pi
        WHERE
            pi.agreement_id = i.agreement_id
            AND pi.month = i.month
            AND pi.kind = i.kind
            AND pi.state IN ('approved', 'exported')
    ) AS approved ON i.amount_cents < approved.cents
    WHERE
        i.agreement_id = a.id
        AND i.superseded_at IS NULL
        AND payee_of(v.payments, i.kind) = overpaid.payee
) AS known ON TRUE
WHERE
    a.state IN ('completed', 'ended_early', 'cancelled')
    AND NOT EXISTS (
        SELECT 1 FROM instalment_ahead AS n
        WHERE
            n.agreement_id = a.id
            AND n.can_pay
            AND payee_of(v.payments, n.kind) = overpaid.payee
    );

-- What a payout comes to at a moment: SHA-256 over its lines in order, each with the instalment it
-- pays, what it keeps back for which, and the fingerprint of the account then in force. Whether its
-- instalments still stand is asked apart: none superseded after the signature changes what it said.
CREATE FUNCTION payout_digest(payout_id uuid, at timestamptz) RETURNS bytea
LANGUAGE sql STABLE
RETURN (
    SELECT
        sha256(
            convert_to(
                coalesce(
                    string_agg(
                        jsonb_build_array(
                            l.id, i.id, i.version, l.due_cents, l.netted_cents,
                            l.amount_cents, i.amount_cents, netted.facts, kept.facts, l.payee_name,
                            l.bank_account_id, encode(paying.iban_index, 'hex'), l.reissues
                        )::text,
                        E'\n' ORDER BY l.id
                    ),
                    ''
                ),
                'UTF8'
            )
        )
    FROM payout_line AS l
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    INNER JOIN bank_account AS put_up ON l.bank_account_id = put_up.id
    LEFT JOIN LATERAL (
        SELECT
            jsonb_agg(
                jsonb_build_array(n.id, o.id, o.version, o.amount_cents, n.amount_cents)
                ORDER BY n.id
            ) AS facts
        FROM payout_netting AS n
        INNER JOIN instalment AS o ON n.instalment_id = o.id
        WHERE n.payout_line_id = l.id
    ) AS netted ON TRUE
    LEFT JOIN LATERAL (
        SELECT
            jsonb_agg(
                jsonb_build_array(k.id, k.recovery_id, k.month, k.kind, k.amount_cents, k.restores)
                ORDER BY k.id
            ) AS facts
        FROM recovery_netting AS k
        WHERE k.payout_line_id = l.id
    ) AS kept ON TRUE
    LEFT JOIN LATERAL (
        SELECT b.iban_index
        FROM bank_account AS b
        WHERE
            (b.employer_id = put_up.employer_id OR b.candidate_id = put_up.candidate_id)
            AND b.in_force @> payout_digest.at
        ORDER BY b.id
        LIMIT 1
    ) AS paying ON TRUE
    WHERE l.payout_id = payout_digest.payout_id
);

-- ===== bank

-- How a bank wants its orders, from which account; one version of it is in use at a time.
CREATE TABLE bank_profile (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    number integer NOT NULL,
    debtor_name text NOT NULL,
    debtor_iban text NOT NULL,
    debtor_bic text NOT NULL,
    version text NOT NULL,
    service_level text,
    charge_bearer text NOT NULL,
    purpose text NOT NULL,
    category_purpose text NOT NULL,
    address_form text NOT NULL,
    is_batch_booked boolean NOT NULL,
    letters text NOT NULL,
    payments_per_file_max integer NOT NULL,
    file_cents_max bigint NOT NULL,
    payment_cents_max bigint NOT NULL,
    payee_cents_max bigint,
    cut_off time NOT NULL,
    days_ahead_max integer NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    refused_at timestamptz,
    refused_by uuid REFERENCES account,
    retired_at timestamptz,
    settles_by text NOT NULL DEFAULT 'camt.053',
    alone_up_to_cents bigint NOT NULL DEFAULT 10000,
    CONSTRAINT bank_profile_once_per_number UNIQUE (name, number),
    CONSTRAINT bank_profile_two_people CHECK (confirmed_by <> proposed_by),
    CONSTRAINT bank_profile_confirmed_or_refused CHECK (num_nonnulls(confirmed_at, refused_at) < 2),
    CONSTRAINT bank_profile_confirmed_by_person CHECK (
        (confirmed_at IS NULL) = (confirmed_by IS NULL) OR proposed_by IS NULL
    ),
    CONSTRAINT bank_profile_refused_pair CHECK ((refused_at IS NULL) = (refused_by IS NULL)),
    CONSTRAINT bank_profile_retired_after_use CHECK (
        retired_at IS NULL OR confirmed_at IS NOT NULL
    ),
    CONSTRAINT bank_profile_version_known CHECK (
        version IN ('pain.001.001.03', 'pain.001.001.09')
    ),
    CONSTRAINT bank_profile_settles_by_known CHECK (settles_by IN ('camt.052', 'camt.053')),
    CONSTRAINT bank_profile_alone_not_negative CHECK (alone_up_to_cents >= 0),
    CONSTRAINT bank_profile_charge_bearer_known CHECK (
        charge_bearer IN ('SHAR', 'SLEV', 'DEBT', 'CRED')
    ),
    CONSTRAINT bank_profile_address_form_known CHECK (
        address_form IN ('none', 'structured', 'hybrid')
    ),
    CONSTRAINT bank_profile_code_form CHECK (
        purpose ~ '^[A-Z]{4}$'
        AND category_purpose ~ '^[A-Z]{4}$'
        AND coalesce(service_level, 'SEPA') ~ '^[A-Z]{4}$'
    ),
    -- These would print on a bank statement that somebody is out of work, or get a salary's care.
    CONSTRAINT bank_profile_tells_nothing CHECK (
        purpose NOT IN ('SALA', 'BENE', 'SUBS') AND category_purpose NOT IN ('SALA', 'BENE', 'SUBS')
    ),
    CONSTRAINT bank_profile_limits_positive CHECK (
        payments_per_file_max > 0
        AND payment_cents_max BETWEEN 1 AND 99999999999
        AND file_cents_max >= payment_cents_max
        AND coalesce(payee_cents_max, 1) > 0
        AND days_ahead_max > 0
    ),
    CONSTRAINT bank_profile_has_letters CHECK (letters <> '')
);

-- Orders go out from one account; what a retired one still gets back is read all the same.
CREATE UNIQUE INDEX bank_profile_one_in_use ON bank_profile ((TRUE))
WHERE confirmed_at IS NOT NULL AND retired_at IS NULL;
CREATE UNIQUE INDEX bank_profile_one_proposed ON bank_profile ((TRUE))
WHERE confirmed_at IS NULL AND refused_at IS NULL;

-- Single days on which banks are closed, or open, against the printed calendar: some feasts follow
-- the moon and are announced late.
CREATE TABLE bank_day (
    id uuid PRIMARY KEY,
    falls_on date NOT NULL,
    is_closed boolean NOT NULL,
    reason text NOT NULL,
    CONSTRAINT bank_day_once UNIQUE (falls_on),
    CONSTRAINT bank_day_with_reason CHECK (btrim(reason) <> '')
);

-- Every file that went to or came from a bank: the very bytes (sealed) and their SHA-256. Those of
-- a file that went out stand in the pieces it was written in (bank_file_chunk).
CREATE TABLE bank_file (
    id uuid PRIMARY KEY,
    direction text NOT NULL,
    message_type text NOT NULL,
    message_id text NOT NULL,
    payout_id uuid REFERENCES payout,
    sealed bytea,
    sha256 bytea NOT NULL,
    byte_count integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES account,
    CONSTRAINT bank_file_once_per_content UNIQUE (direction, sha256),
    CONSTRAINT bank_file_sha256_length CHECK (octet_length(sha256) = 32),
    CONSTRAINT bank_file_direction_known CHECK (direction IN ('out', 'in')),
    CONSTRAINT bank_file_out_has_payout CHECK ((direction = 'out') = (payout_id IS NOT NULL)),
    CONSTRAINT bank_file_out_in_pieces CHECK ((direction = 'out') = (sealed IS NULL))
);

CREATE INDEX bank_file_by_payout ON bank_file (payout_id);

CREATE UNIQUE INDEX bank_file_once_per_message_out ON bank_file (message_id)
WHERE direction = 'out';

CREATE TRIGGER bank_file_append_only BEFORE UPDATE OR DELETE ON bank_file
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_file_no_truncate BEFORE TRUNCATE ON bank_file
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One order to the bank for one payout line: who, which account and how much, as they were sent.
CREATE TABLE payment_attempt (
    id uuid PRIMARY KEY,
    payout_line_id uuid NOT NULL REFERENCES payout_line,
    bank_file_id uuid NOT NULL REFERENCES bank_file DEFERRABLE INITIALLY DEFERRED,
    number integer NOT NULL,
    end_to_end_id text NOT NULL,
    payee_name text NOT NULL,
    iban_sealed bytea NOT NULL,
    iban_index bytea NOT NULL,
    amount_cents bigint NOT NULL,
    state text NOT NULL,
    reason_code text,
    state_changed_at timestamptz NOT NULL,
    reissues uuid REFERENCES payment_attempt,
    CONSTRAINT payment_attempt_once_per_number UNIQUE (payout_line_id, number),
    CONSTRAINT payment_attempt_once_per_end_to_end_id UNIQUE (end_to_end_id),
    CONSTRAINT payment_attempt_end_to_end_id_form CHECK (end_to_end_id ~ '^[A-Z0-9-]{1,35}$'),
    CONSTRAINT payment_attempt_amount_positive CHECK (amount_cents > 0),
    CONSTRAINT payment_attempt_state_known CHECK (
        state IN ('sent', 'accepted', 'rejected', 'cancelled', 'settled', 'returned')
    ),
    CONSTRAINT payment_attempt_failed_with_code CHECK (
        state NOT IN ('rejected', 'cancelled', 'returned') OR reason_code IS NOT NULL
    ),
    CONSTRAINT payment_attempt_number_counts CHECK (
        number >= 1 AND (number > 1) = (reissues IS NOT NULL)
    ),
    CONSTRAINT payment_attempt_reissued_once UNIQUE (reissues)
)
-- Room for the states to come beside what was sent, so that a move touches no index.
WITH (fillfactor = 45);

-- A payment that failed is paid again as a line of a later payout (guard_reissue).
ALTER TABLE payout_line ADD CONSTRAINT payout_line_reissues_attempt
FOREIGN KEY (reissues) REFERENCES payment_attempt;

CREATE INDEX payment_attempt_by_file ON payment_attempt (bank_file_id);

CREATE FUNCTION refuse_other_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was sent to the bank never changes'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_attempt_content_stands';
END
$$;

CREATE FUNCTION refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a payment does not go from % to %', old.state, new.state
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_attempt_moves_forward';
END
$$;

CREATE FUNCTION guard_late_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF
        EXISTS (
            SELECT 1 FROM payout_line AS l
            WHERE l.reissues = new.id AND l.released_at IS NULL
        )
        OR EXISTS (
            SELECT 1 FROM payment_closure AS c WHERE c.payout_line_id = new.payout_line_id
        )
    THEN
        RAISE EXCEPTION 'a payment that is paid again or closed does not settle as well'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_attempt_not_paid_twice';
    END IF;
    RETURN new;
END
$$;

-- The conditions stand at the triggers, where they cost next to nothing: a statement of a month
-- moves each order, and nearly none is refused. Every column but the three of the state is named.
CREATE TRIGGER payment_attempt_content_stands BEFORE UPDATE ON payment_attempt
FOR EACH ROW WHEN (
    (
        old.id, old.payout_line_id, old.bank_file_id, old.number, old.end_to_end_id,
        old.payee_name, old.iban_sealed, old.iban_index, old.amount_cents, old.reissues
    ) IS DISTINCT FROM (
        new.id, new.payout_line_id, new.bank_file_id, new.number, new.end_to_end_id,
        new.payee_name, new.iban_sealed, new.iban_index, new.amount_cents, new.reissues
    )
) EXECUTE FUNCTION refuse_other_order();
CREATE TRIGGER payment_attempt_moves_forward BEFORE UPDATE ON payment_attempt
FOR EACH ROW WHEN (
    NOT CASE old.state
        WHEN 'sent' THEN new.state IN ('accepted', 'rejected', 'cancelled', 'settled')
        WHEN 'accepted' THEN new.state IN ('rejected', 'cancelled', 'settled')
        WHEN 'rejected' THEN new.state IN ('cancelled', 'settled')
        WHEN 'cancelled' THEN new.state = 'settled'
        WHEN 'settled' THEN new.state = 'returned'
        ELSE FALSE
    END
) EXECUTE FUNCTION refuse_move();
CREATE TRIGGER payment_attempt_not_paid_twice BEFORE UPDATE ON payment_attempt
FOR EACH ROW WHEN (old.state IN ('rejected', 'cancelled') AND new.state = 'settled')
EXECUTE FUNCTION guard_late_payment();
CREATE TRIGGER payment_attempt_never_deleted BEFORE DELETE ON payment_attempt
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_attempt_no_truncate BEFORE TRUNCATE ON payment_attempt
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One statement of an account of ours as a file told it; `new_cents` are the entries that no file
-- before it held. Whether statements follow each other is asked in `statement_chain`.
CREATE TABLE bank_statement (
    id uuid PRIMARY KEY,
    bank_file_id uuid NOT NULL REFERENCES bank_file,
    place integer NOT NULL,
    account text NOT NULL,
    message_kind text NOT NULL,
    statement_id text NOT NULL,
    sequence bigint,
    first_day date,
    last_day date,
    opening_cents bigint,
    booked_cents bigint NOT NULL,
    closing_cents bigint,
    new_cents bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT bank_statement_once_per_place UNIQUE (bank_file_id, place),
    CONSTRAINT bank_statement_message_kind_known CHECK (
        message_kind IN ('camt.052', 'camt.053', 'camt.054')
    )
);

CREATE INDEX bank_statement_by_account ON bank_statement (account, message_kind, sequence);

CREATE TRIGGER bank_statement_append_only BEFORE UPDATE OR DELETE ON bank_statement
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_statement_no_truncate BEFORE TRUNCATE ON bank_statement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One status or entry read from a bank file. Only a booked one moves money; a pending or notified
-- one informs. attempt_id is empty while it matches nothing, or stands for a whole block.
CREATE TABLE bank_entry (
    id uuid PRIMARY KEY,
    bank_file_id uuid NOT NULL,
    bank_statement_id uuid,
    entry_key bytea NOT NULL,
    kind text NOT NULL,
    booking text NOT NULL,
    attempt_id uuid,
    end_to_end_id text,
    block_id text,
    servicer_reference text,
    amount_cents bigint,
    booked_on date,
    reason_code text,
    effect text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT bank_entry_once UNIQUE (entry_key),
    CONSTRAINT bank_entry_kind_known CHECK (kind IN ('status', 'debit', 'credit')),
    CONSTRAINT bank_entry_booking_known CHECK (
        booking IN ('status', 'pending', 'notified', 'booked')
    ),
    CONSTRAINT bank_entry_status_is_no_booking CHECK ((kind = 'status') = (booking = 'status')),
    CONSTRAINT bank_entry_effect_known CHECK (
        effect IN (
            'accepted', 'rejected', 'cancelled', 'settled', 'returned', 'confirmed', 'batch',
            'none', 'unmatched'
        )
    ),
    CONSTRAINT bank_entry_unmatched_has_no_attempt CHECK (
        CASE
            WHEN attempt_id IS NULL THEN effect IN ('none', 'unmatched', 'batch')
            ELSE effect NOT IN ('unmatched', 'batch')
        END
    ),
    CONSTRAINT bank_entry_booked_has_amount CHECK (
        booking <> 'booked' OR (amount_cents IS NOT NULL AND bank_statement_id IS NOT NULL)
    ),
    CONSTRAINT bank_entry_moves_by_booking CHECK (
        booking = 'booked' OR effect NOT IN ('settled', 'returned', 'confirmed', 'batch')
    )
);

CREATE INDEX bank_entry_by_file ON bank_entry (bank_file_id, effect);
CREATE INDEX bank_entry_by_attempt ON bank_entry (attempt_id) WHERE booking = 'booked';
-- What waits for a person: money that moved on our account and did nothing to an order of ours.
CREATE INDEX bank_entry_unexplained ON bank_entry (booked_on, id)
WHERE effect = 'unmatched' AND booking = 'booked';

-- A statement of a month writes a row for each order, and so does everything that follows from it.
-- So the keys of such rows are looked up once for all rows of an INSERT, by index; a foreign key
-- does so row by row, which took most of the time of an import. It is as good as one: no row of
-- these tables, nor of those that they point to, is ever changed or deleted.
CREATE FUNCTION guard_keys_of_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    unknown text;
BEGIN
    SELECT
        CASE
            WHEN f.id IS NULL THEN 'bank_entry_of_file'
            WHEN s.id IS NULL AND w.bank_statement_id IS NOT NULL THEN 'bank_entry_of_statement'
            ELSE 'bank_entry_of_order'
        END INTO unknown
    FROM written AS w
    LEFT JOIN public.bank_file AS f ON w.bank_file_id = f.id
    LEFT JOIN public.bank_statement AS s
        ON w.bank_statement_id = s.id AND w.bank_file_id = s.bank_file_id
    LEFT JOIN public.payment_attempt AS o ON w.attempt_id = o.id
    WHERE
        f.id IS NULL
        OR (s.id IS NULL AND w.bank_statement_id IS NOT NULL)
        OR (o.id IS NULL AND w.attempt_id IS NOT NULL)
    LIMIT 1;
    IF found THEN
        RAISE EXCEPTION 'an entry is of a file, a statement in it and an order that are there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = unknown;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER bank_entry_keys_known AFTER INSERT ON bank_entry
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION guard_keys_of_entries();
CREATE TRIGGER bank_entry_append_only BEFORE UPDATE OR DELETE ON bank_entry
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_entry_no_truncate BEFORE TRUNCATE ON bank_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Why a file, or one statement of it, is odd. Only `quarantine` keeps it from being posted.
CREATE TABLE bank_file_finding (
    id uuid PRIMARY KEY,
    bank_file_id uuid NOT NULL REFERENCES bank_file,
    statement_place integer,
    code text NOT NULL,
    severity text NOT NULL,
    detail text NOT NULL,
    CONSTRAINT bank_file_finding_severity_known CHECK (severity IN ('label', 'quarantine'))
);

CREATE INDEX bank_file_finding_by_file ON bank_file_finding (bank_file_id);

CREATE TRIGGER bank_file_finding_append_only BEFORE UPDATE OR DELETE ON bank_file_finding
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_file_finding_no_truncate BEFORE TRUNCATE ON bank_file_finding
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A person has looked at a quarantined file, or one statement of it, and has it posted after all.
CREATE TABLE bank_file_release (
    id uuid PRIMARY KEY,
    bank_file_id uuid NOT NULL REFERENCES bank_file,
    statement_place integer,
    reason text NOT NULL,
    released_at timestamptz NOT NULL,
    released_by uuid NOT NULL REFERENCES account,
    CONSTRAINT bank_file_release_once UNIQUE NULLS NOT DISTINCT (bank_file_id, statement_place),
    CONSTRAINT bank_file_release_with_reason CHECK (btrim(reason) <> '')
);

CREATE TRIGGER bank_file_release_append_only BEFORE UPDATE OR DELETE ON bank_file_release
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_file_release_no_truncate BEFORE TRUNCATE ON bank_file_release
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A file that was refused whole: nothing of it is kept but that it came.
CREATE TABLE import_refusal (
    id uuid PRIMARY KEY,
    sha256 bytea NOT NULL,
    byte_count bigint NOT NULL,
    problem text NOT NULL,
    reason text NOT NULL,
    refused_at timestamptz NOT NULL,
    refused_by uuid NOT NULL REFERENCES account,
    CONSTRAINT import_refusal_sha256_length CHECK (octet_length(sha256) = 32)
);

CREATE TRIGGER import_refusal_append_only BEFORE UPDATE OR DELETE ON import_refusal
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER import_refusal_no_truncate BEFORE TRUNCATE ON import_refusal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The chain of statements of each account: what does not follow from the statement before it. Most
-- banks count anew each year; the balances of reports within a day need not join.
CREATE VIEW statement_chain WITH (security_invoker = TRUE) AS
WITH told AS (
    SELECT DISTINCT ON (s.account, s.message_kind, s.statement_id, s.sequence, s.first_day)
        s.id,
        s.bank_file_id,
        s.account,
        s.message_kind,
        s.statement_id,
        s.sequence,
        s.first_day,
        s.last_day,
        s.opening_cents,
        s.closing_cents
    FROM bank_statement AS s
    WHERE s.message_kind <> 'camt.054'
    ORDER BY s.account, s.message_kind, s.statement_id, s.sequence, s.first_day, s.id
),

ordered AS (
    SELECT
        t.id,
        t.bank_file_id,
        t.account,
        t.message_kind,
        t.statement_id,
        t.sequence,
        t.first_day,
        t.last_day,
        t.opening_cents,
        t.closing_cents,
        lag(t.sequence) OVER of_account AS sequence_before,
        lag(t.closing_cents) OVER of_account AS closing_before_cents
    FROM told AS t
    WINDOW
        of_account AS (
            PARTITION BY t.account, t.message_kind
            ORDER BY t.first_day NULLS FIRST, t.sequence NULLS FIRST, t.id
        )
)

SELECT
    o.id,
    o.bank_file_id,
    o.account,
    o.message_kind,
    o.statement_id,
    o.sequence,
    o.first_day,
    o.last_day,
    o.opening_cents,
    o.closing_cents,
    CASE
        WHEN o.sequence = o.sequence_before THEN 'repeated'
        WHEN o.sequence > 1 AND o.sequence <> o.sequence_before + 1 THEN 'gap'
        WHEN
            o.message_kind = 'camt.053' AND o.opening_cents <> o.closing_before_cents
            THEN 'balance'
    END AS broken
FROM ordered AS o;

-- ===== outcomes

CREATE TABLE outcome (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    months_after integer NOT NULL,
    employed boolean NOT NULL,
    same_employer boolean NOT NULL,
    observed_on date NOT NULL,
    source text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES account,
    CONSTRAINT outcome_once_per_point UNIQUE (agreement_id, months_after),
    CONSTRAINT outcome_point_known CHECK (months_after IN (0, 3, 6, 12)),
    CONSTRAINT outcome_same_employer_is_employed CHECK (employed OR NOT same_employer),
    CONSTRAINT outcome_source_known CHECK (source IN ('payroll', 'employer', 'candidate', 'visit'))
);

-- ===== installation

-- One row: which key seals this database, so that a wrong key is refused at start and not at use.

CREATE TABLE installation (
    id boolean PRIMARY KEY DEFAULT TRUE,
    key_check bytea NOT NULL,
    CONSTRAINT installation_one_row CHECK (id)
);

-- ===== audited

CREATE TRIGGER account_audited AFTER INSERT OR UPDATE OR DELETE ON account
FOR EACH ROW EXECUTE FUNCTION record_audit('password_hash');
CREATE TRIGGER api_token_audited AFTER INSERT OR UPDATE OR DELETE ON api_token
FOR EACH ROW EXECUTE FUNCTION record_audit('token_hash');
CREATE TRIGGER employer_audited AFTER INSERT OR UPDATE OR DELETE ON employer
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER bank_account_audited AFTER INSERT OR UPDATE OR DELETE ON bank_account
FOR EACH ROW EXECUTE FUNCTION record_audit('iban_sealed', 'iban_index');
CREATE TRIGGER candidate_audited AFTER INSERT OR UPDATE OR DELETE ON candidate
FOR EACH ROW EXECUTE FUNCTION record_audit('personal_number_sealed', 'personal_number_index');
CREATE TRIGGER candidate_sensitive_audited AFTER INSERT OR UPDATE OR DELETE ON candidate_sensitive
FOR EACH ROW EXECUTE FUNCTION record_audit('sealed', 'blind_indexes');
CREATE TRIGGER minimum_wage_audited AFTER INSERT OR UPDATE OR DELETE ON minimum_wage
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER scheme_audited AFTER INSERT OR UPDATE OR DELETE ON scheme
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER scheme_version_audited AFTER INSERT OR UPDATE OR DELETE ON scheme_version
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER placement_audited AFTER INSERT OR UPDATE OR DELETE ON placement
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER placement_match_audited AFTER INSERT OR UPDATE OR DELETE ON placement_match
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER agreement_audited AFTER INSERT OR UPDATE OR DELETE ON agreement
FOR EACH ROW EXECUTE FUNCTION record_audit('terms');
CREATE TRIGGER agreement_suspension_audited
AFTER INSERT OR UPDATE OR DELETE ON agreement_suspension
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER attendance_audited AFTER INSERT OR UPDATE OR DELETE ON attendance
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER month_run_audited AFTER INSERT OR UPDATE OR DELETE ON month_run
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER payout_audited AFTER INSERT OR UPDATE OR DELETE ON payout
FOR EACH ROW EXECUTE FUNCTION record_audit();
-- Orders move by the hundred thousand at once: what changed of them is written in one statement.
CREATE FUNCTION record_attempt_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.audit_entry (
        actor_role, actor_account, table_name, row_id, action, before, after
    )
    SELECT
        public.actor_role(),
        public.actor_account(),
        tg_table_name,
        n.id,
        'update',
        jsonb_build_object(
            'state', o.state,
            'reason_code', o.reason_code,
            'state_changed_at', o.state_changed_at
        ),
        jsonb_build_object(
            'state', n.state,
            'reason_code', n.reason_code,
            'state_changed_at', n.state_changed_at
        )
    FROM new_row AS n
    INNER JOIN old_row AS o ON n.id = o.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER payment_attempt_audited AFTER UPDATE ON payment_attempt
REFERENCING OLD TABLE AS old_row NEW TABLE AS new_row
FOR EACH STATEMENT EXECUTE FUNCTION record_attempt_audit();
CREATE TRIGGER bank_profile_audited AFTER INSERT OR UPDATE OR DELETE ON bank_profile
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER bank_day_audited AFTER INSERT OR UPDATE OR DELETE ON bank_day
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER outcome_audited AFTER INSERT OR UPDATE OR DELETE ON outcome
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- ===== policies

-- The second wall: the application's role owns nothing, and sees and writes only what these allow.

GRANT USAGE ON SCHEMA public TO ura_app;
GRANT SELECT, INSERT, UPDATE ON
account, api_token, employer, bank_account, candidate, candidate_sensitive, placement,
placement_match, agreement, agreement_dates, agreement_suspension, attendance, month_run,
month_chunk, instalment, payout, payout_line, payout_netting, payment_attempt, outcome
TO ura_app;
GRANT SELECT, DELETE ON fact_change TO ura_app;
GRANT SELECT, INSERT, DELETE ON instalment_ahead TO ura_app;
GRANT SELECT, INSERT ON
sensitive_read, agreement_signature, agreement_event, transfer, bank_file, bank_entry
TO ura_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON session, sign_in_attempt TO ura_app;
GRANT SELECT ON
agreement_listed, placement_fit, put_in, instalment_standing, receivable, scheme_version_listed,
municipality, office, occupation, minimum_wage, bank_profile, bank_day, installation, audit_entry
TO ura_app;
GRANT SELECT, INSERT, UPDATE ON scheme_version TO ura_app;
GRANT SELECT, INSERT ON scheme, budget_line, ledger_account TO ura_app;
-- A row lock needs the right to update; the budget line is locked while commitments are summed.
GRANT UPDATE (name) ON budget_line TO ura_app;

ALTER TABLE scheme ENABLE ROW LEVEL SECURITY;
CREATE POLICY scheme_seen ON scheme FOR SELECT USING (TRUE);
CREATE POLICY scheme_opened ON scheme FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator'
);

-- What is in force is everybody's to read; drafts are for those who write, activate or audit them.
ALTER TABLE scheme_version ENABLE ROW LEVEL SECURITY;
CREATE POLICY scheme_version_seen ON scheme_version FOR SELECT USING (
    state IN ('activated', 'superseded')
    OR (SELECT actor_sees_all())
    OR (SELECT actor_role()) = 'administrator'
);
CREATE POLICY scheme_version_drafted ON scheme_version FOR INSERT WITH CHECK (
    state = 'drafted'
    AND drafted_by = (SELECT actor_account())
    AND (SELECT actor_role()) = 'administrator'
);
CREATE POLICY scheme_version_moved ON scheme_version FOR UPDATE USING (
    (SELECT actor_role()) IN ('administrator', 'finance_authoriser')
) WITH CHECK (
    (SELECT actor_role()) = 'administrator'
    OR ((SELECT actor_role()) = 'finance_authoriser' AND state IN ('activated', 'superseded'))
);

-- Every scheme has a line, opened with it; the line is locked while commitments are summed.
ALTER TABLE budget_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY budget_line_seen ON budget_line FOR SELECT USING (TRUE);
CREATE POLICY budget_line_opened ON budget_line FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator'
);
CREATE POLICY budget_line_locked ON budget_line FOR UPDATE USING (TRUE);

ALTER TABLE ledger_account ENABLE ROW LEVEL SECURITY;
CREATE POLICY ledger_account_seen ON ledger_account FOR SELECT USING (TRUE);
CREATE POLICY ledger_account_opened ON ledger_account FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator'
);

ALTER TABLE candidate ENABLE ROW LEVEL SECURITY;
CREATE POLICY candidate_seen ON candidate FOR SELECT USING (
    (SELECT actor_sees_all())
    OR office_id = (SELECT actor_office())
    OR EXISTS (
        SELECT 1 FROM placement_match AS m
        WHERE
            m.candidate_id = candidate.id
            AND m.employer_id = (SELECT actor_employer())
            AND m.introduced_at IS NOT NULL
    )
);
CREATE POLICY candidate_registered_by_office ON candidate FOR INSERT WITH CHECK (
    office_id = (SELECT actor_office())
);
CREATE POLICY candidate_changed_by_office ON candidate FOR UPDATE USING (
    office_id = (SELECT actor_office())
);

ALTER TABLE candidate_sensitive ENABLE ROW LEVEL SECURITY;
CREATE POLICY candidate_sensitive_own_office ON candidate_sensitive USING (
    office_id = (SELECT actor_office())
);

ALTER TABLE sensitive_read ENABLE ROW LEVEL SECURITY;
CREATE POLICY sensitive_read_seen ON sensitive_read FOR SELECT USING (
    (SELECT actor_role()) = 'auditor' OR office_id = (SELECT actor_office())
);
CREATE POLICY sensitive_read_by_reader ON sensitive_read FOR INSERT WITH CHECK (
    office_id = (SELECT actor_office()) AND read_by = (SELECT actor_account())
);

ALTER TABLE bank_account ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_account_seen ON bank_account FOR SELECT USING (
    (SELECT actor_sees_all())
    OR employer_id = (SELECT actor_employer())
    OR (employer_id IS NOT NULL AND (SELECT actor_role()) = 'case_officer')
    OR (
        (SELECT actor_role()) = 'case_officer'
        AND EXISTS (SELECT 1 FROM candidate AS c WHERE c.id = bank_account.candidate_id)
    )
);
CREATE POLICY bank_account_proposed ON bank_account FOR INSERT WITH CHECK (
    proposed_by = (SELECT actor_account())
    AND (
        employer_id = (SELECT actor_employer())
        OR (SELECT actor_role()) IN ('case_officer', 'finance_officer')
    )
    AND (
        candidate_id IS NULL
        OR EXISTS (SELECT 1 FROM candidate AS c WHERE c.id = bank_account.candidate_id)
    )
);
CREATE POLICY bank_account_decided ON bank_account FOR UPDATE USING (
    (SELECT actor_role()) IN ('case_officer', 'finance_officer', 'finance_authoriser')
);

ALTER TABLE placement ENABLE ROW LEVEL SECURITY;
CREATE POLICY placement_seen ON placement FOR SELECT USING (
    (SELECT actor_sees_all())
    OR (SELECT actor_role()) = 'case_officer'
    OR employer_id = (SELECT actor_employer())
);
CREATE POLICY placement_posted ON placement FOR INSERT WITH CHECK (
    employer_id = (SELECT actor_employer())
);
CREATE POLICY placement_decided ON placement FOR UPDATE USING (
    (SELECT actor_role()) = 'case_officer' OR employer_id = (SELECT actor_employer())
);

ALTER TABLE placement_match ENABLE ROW LEVEL SECURITY;
CREATE POLICY placement_match_seen ON placement_match FOR SELECT USING (
    (SELECT actor_sees_all())
    OR office_id = (SELECT actor_office())
    OR (employer_id = (SELECT actor_employer()) AND introduced_at IS NOT NULL)
);
CREATE POLICY placement_match_proposed ON placement_match FOR INSERT WITH CHECK (
    office_id = (SELECT actor_office())
);
CREATE POLICY placement_match_moved ON placement_match FOR UPDATE USING (
    office_id = (SELECT actor_office()) OR employer_id = (SELECT actor_employer())
);

ALTER TABLE agreement ENABLE ROW LEVEL SECURITY;
CREATE POLICY agreement_seen ON agreement FOR SELECT USING (
    (SELECT actor_sees_all())
    OR office_id = (SELECT actor_office())
    OR employer_id = (SELECT actor_employer())
);
CREATE POLICY agreement_drafted ON agreement FOR INSERT WITH CHECK (
    office_id = (SELECT actor_office())
);
CREATE POLICY agreement_moved ON agreement FOR UPDATE USING (
    office_id = (SELECT actor_office()) OR employer_id = (SELECT actor_employer())
    OR (SELECT actor_role()) = 'system'
);

-- Who puts a payout up or voids one holds its agreements meanwhile, and changes none.
CREATE POLICY agreement_held_for_payout ON agreement FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
) WITH CHECK (FALSE);

ALTER TABLE agreement_dates ENABLE ROW LEVEL SECURITY;
CREATE POLICY agreement_dates_seen ON agreement_dates FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_dates.agreement_id)
);
CREATE POLICY agreement_dates_written ON agreement_dates FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'case_officer' AND recorded_by = (SELECT actor_account())
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_dates.agreement_id)
);
CREATE POLICY agreement_dates_superseded ON agreement_dates FOR UPDATE USING (
    (SELECT actor_role()) = 'case_officer'
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_dates.agreement_id)
);

ALTER TABLE agreement_signature ENABLE ROW LEVEL SECURITY;
CREATE POLICY agreement_signature_seen ON agreement_signature FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_signature.agreement_id)
);
CREATE POLICY agreement_signature_own ON agreement_signature FOR INSERT WITH CHECK (
    recorded_by = (SELECT actor_account())
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_signature.agreement_id)
    AND ((party = 'employer') = ((SELECT actor_role()) = 'employer'))
);

ALTER TABLE agreement_suspension ENABLE ROW LEVEL SECURITY;
CREATE POLICY agreement_suspension_seen ON agreement_suspension FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_suspension.agreement_id)
);
CREATE POLICY agreement_suspension_written ON agreement_suspension FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'case_officer'
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_suspension.agreement_id)
);
CREATE POLICY agreement_suspension_closed ON agreement_suspension FOR UPDATE USING (
    (SELECT actor_role()) = 'case_officer'
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_suspension.agreement_id)
);

ALTER TABLE agreement_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY agreement_event_seen ON agreement_event FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_event.agreement_id)
);
CREATE POLICY agreement_event_written ON agreement_event FOR INSERT WITH CHECK (
    happened_by IS NOT DISTINCT FROM (SELECT actor_account())
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = agreement_event.agreement_id)
);

ALTER TABLE attendance ENABLE ROW LEVEL SECURITY;
CREATE POLICY attendance_seen ON attendance FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = attendance.agreement_id)
);
CREATE POLICY attendance_reported ON attendance FOR INSERT WITH CHECK (
    reported_by = (SELECT actor_account()) AND (SELECT actor_role()) IN ('employer', 'case_officer')
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = attendance.agreement_id)
);
-- An employer supersedes its reports; only a case officer confirms one.
CREATE POLICY attendance_confirmed ON attendance FOR UPDATE USING (
    (SELECT actor_role()) IN ('employer', 'case_officer')
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = attendance.agreement_id)
) WITH CHECK (
    superseded_at IS NOT NULL
    OR (confirmed_by = (SELECT actor_account()) AND (SELECT actor_role()) = 'case_officer')
);

ALTER TABLE instalment ENABLE ROW LEVEL SECURITY;
CREATE POLICY instalment_seen ON instalment FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = instalment.agreement_id)
);
CREATE POLICY instalment_computed ON instalment FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'system'
);
-- Finance officers may lock the rows they put up or approve; guard_instalment lets nobody edit.
CREATE POLICY instalment_superseded ON instalment FOR UPDATE USING (
    (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser')
);

ALTER TABLE instalment_ahead ENABLE ROW LEVEL SECURITY;
CREATE POLICY instalment_ahead_seen ON instalment_ahead FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = instalment_ahead.agreement_id)
);
CREATE POLICY instalment_ahead_computed ON instalment_ahead FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'system'
);
CREATE POLICY instalment_ahead_computed_again ON instalment_ahead FOR DELETE USING (
    (SELECT actor_role()) = 'system'
);

ALTER TABLE fact_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY fact_change_seen ON fact_change FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY fact_change_computed ON fact_change FOR DELETE USING (
    (SELECT actor_role()) = 'system'
);

ALTER TABLE transfer ENABLE ROW LEVEL SECURITY;
CREATE POLICY transfer_seen ON transfer FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'case_officer'
);
CREATE POLICY transfer_written ON transfer FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser', 'case_officer')
);

ALTER TABLE payout ENABLE ROW LEVEL SECURITY;
CREATE POLICY payout_seen ON payout FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY payout_prepared ON payout FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer' AND submitted_by = (SELECT actor_account())
);
CREATE POLICY payout_moved ON payout FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE payout_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY payout_line_seen ON payout_line FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY payout_line_written ON payout_line FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer'
);
CREATE POLICY payout_line_released ON payout_line FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE payout_netting ENABLE ROW LEVEL SECURITY;
CREATE POLICY payout_netting_seen ON payout_netting FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY payout_netting_written ON payout_netting FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer'
);
CREATE POLICY payout_netting_released ON payout_netting FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE bank_file ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_file_seen ON bank_file FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY bank_file_written ON bank_file FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE payment_attempt ENABLE ROW LEVEL SECURITY;
CREATE POLICY payment_attempt_seen ON payment_attempt FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY payment_attempt_sent ON payment_attempt FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);
CREATE POLICY payment_attempt_answered ON payment_attempt FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE bank_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_entry_seen ON bank_entry FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY bank_entry_read ON bank_entry FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE outcome ENABLE ROW LEVEL SECURITY;
CREATE POLICY outcome_seen ON outcome FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = outcome.agreement_id)
);
CREATE POLICY outcome_recorded ON outcome FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('case_officer', 'system')
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = outcome.agreement_id)
);

ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_entry_seen ON audit_entry FOR SELECT USING (
    (SELECT actor_role()) IN ('auditor', 'system')
);

-- ===== approval rules

-- How many people an amount takes, from a day on. Another person confirms what one has proposed;
-- what came with the installation was proposed by nobody.
CREATE TABLE approval_rule (
    id uuid PRIMARY KEY,
    valid_from date NOT NULL,
    basis text NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    refused_at timestamptz,
    refused_by uuid REFERENCES account,
    CONSTRAINT approval_rule_says_why CHECK (btrim(basis) <> ''),
    CONSTRAINT approval_rule_two_people CHECK (confirmed_by <> proposed_by),
    CONSTRAINT approval_rule_decided_once CHECK (num_nonnulls(confirmed_at, refused_at) <= 1),
    CONSTRAINT approval_rule_confirmed_pair CHECK (
        proposed_by IS NULL OR (confirmed_at IS NULL) = (confirmed_by IS NULL)
    ),
    CONSTRAINT approval_rule_refused_pair CHECK ((refused_at IS NULL) = (refused_by IS NULL)),
    CONSTRAINT approval_rule_not_backdated CHECK (
        proposed_by IS NULL
        OR confirmed_at IS NULL
        OR valid_from >= (confirmed_at AT TIME ZONE 'Europe/Belgrade')::date
    )
);

CREATE UNIQUE INDEX approval_rule_once_per_day ON approval_rule (valid_from)
WHERE refused_at IS NULL;

-- Amounts below so many cents, each band from where the one before it ends; the last has no end.
CREATE TABLE approval_band (
    id uuid PRIMARY KEY,
    approval_rule_id uuid NOT NULL REFERENCES approval_rule,
    below_cents bigint,
    approval_count integer NOT NULL,
    authorisation_count integer NOT NULL,
    CONSTRAINT approval_band_once UNIQUE NULLS NOT DISTINCT (approval_rule_id, below_cents),
    CONSTRAINT approval_band_below_positive CHECK (below_cents > 0),
    CONSTRAINT approval_band_takes_somebody CHECK (
        approval_count BETWEEN 1 AND 9 AND authorisation_count BETWEEN 1 AND 9
    )
);

-- A rule is decided on once, as it was proposed, and with a band for every amount.
CREATE FUNCTION guard_approval_rule() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := ARRAY['confirmed_at', 'confirmed_by', 'refused_at', 'refused_by'];
BEGIN
    IF num_nonnulls(old.confirmed_at, old.refused_at) > 0
        OR to_jsonb(new) - decision <> to_jsonb(old) - decision
    THEN
        RAISE EXCEPTION 'a rule of approval never changes: propose another one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approval_rule_stands';
    END IF;
    IF new.confirmed_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM approval_band AS b
        WHERE b.approval_rule_id = new.id AND b.below_cents IS NULL
    ) THEN
        RAISE EXCEPTION 'a rule of approval says for every amount whom it takes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approval_rule_for_every_amount';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER approval_rule_stands BEFORE UPDATE ON approval_rule
FOR EACH ROW EXECUTE FUNCTION guard_approval_rule();
CREATE TRIGGER approval_rule_never_deleted BEFORE DELETE ON approval_rule
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER approval_rule_no_truncate BEFORE TRUNCATE ON approval_rule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION guard_approval_band() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM approval_rule AS r
        WHERE
            r.id = new.approval_rule_id
            AND num_nonnulls(r.confirmed_at, r.refused_at) > 0
            AND r.proposed_by IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a rule of approval never changes: propose another one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approval_band_of_a_proposal';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER approval_band_of_a_proposal BEFORE INSERT ON approval_band
FOR EACH ROW EXECUTE FUNCTION guard_approval_band();
CREATE TRIGGER approval_band_append_only BEFORE UPDATE OR DELETE ON approval_band
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER approval_band_no_truncate BEFORE TRUNCATE ON approval_band
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Whom an amount takes by the rule that is in force on the business day of a moment.
CREATE FUNCTION people_needed(total_cents bigint, at timestamptz)
RETURNS TABLE (approvals integer, authorisations integer)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        b.approval_count,
        b.authorisation_count
    FROM approval_band AS b
    WHERE
        b.approval_rule_id = (
            SELECT r.id
            FROM approval_rule AS r
            WHERE
                r.confirmed_at IS NOT NULL
                AND r.valid_from <= (people_needed.at AT TIME ZONE 'Europe/Belgrade')::date
            ORDER BY r.valid_from DESC
            LIMIT 1
        )
        AND (b.below_cents IS NULL OR b.below_cents > people_needed.total_cents)
    ORDER BY b.below_cents ASC NULLS LAST
    LIMIT 1;
END;

-- Days on which nothing is put up, acted on or sent, or one of these; two people set it.
CREATE TABLE freeze_period (
    id uuid PRIMARY KEY,
    period daterange NOT NULL,
    stops text[] NOT NULL,
    reason text NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    lifted_at timestamptz,
    lifted_by uuid REFERENCES account,
    CONSTRAINT freeze_period_has_days CHECK (
        NOT isempty(period) AND NOT lower_inf(period) AND NOT upper_inf(period)
    ),
    CONSTRAINT freeze_period_stops_something CHECK (cardinality(stops) > 0),
    CONSTRAINT freeze_period_stops_known CHECK (stops <@ ARRAY['put_up', 'acts', 'export']),
    CONSTRAINT freeze_period_says_why CHECK (btrim(reason) <> ''),
    CONSTRAINT freeze_period_two_people CHECK (confirmed_by <> proposed_by),
    CONSTRAINT freeze_period_confirmed_pair CHECK (
        (confirmed_at IS NULL) = (confirmed_by IS NULL)
    ),
    CONSTRAINT freeze_period_lifted_pair CHECK ((lifted_at IS NULL) = (lifted_by IS NULL)),
    CONSTRAINT freeze_period_lifted_by_another CHECK (
        confirmed_at IS NULL OR lifted_by <> proposed_by
    )
);

-- A freeze is confirmed once and lifted once, and says what it always said.
CREATE FUNCTION guard_freeze_period() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := CASE
        WHEN old.confirmed_at IS NULL
            THEN ARRAY['confirmed_at', 'confirmed_by', 'lifted_at', 'lifted_by']
        ELSE ARRAY['lifted_at', 'lifted_by']
    END;
BEGIN
    IF old.lifted_at IS NOT NULL OR to_jsonb(new) - decision <> to_jsonb(old) - decision THEN
        RAISE EXCEPTION 'a freeze never changes: lift it and propose another one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'freeze_period_stands';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER freeze_period_stands BEFORE UPDATE ON freeze_period
FOR EACH ROW EXECUTE FUNCTION guard_freeze_period();
CREATE TRIGGER freeze_period_never_deleted BEFORE DELETE ON freeze_period
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER freeze_period_no_truncate BEFORE TRUNCATE ON freeze_period
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION is_frozen(what text, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
    SELECT 1 FROM freeze_period AS f
    WHERE
        is_frozen.what = any(f.stops)
        AND f.period @> (is_frozen.at AT TIME ZONE 'Europe/Belgrade')::date
        AND f.confirmed_at IS NOT NULL
        AND f.lifted_at IS NULL
);

CREATE TRIGGER approval_rule_audited AFTER INSERT OR UPDATE OR DELETE ON approval_rule
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER approval_band_audited AFTER INSERT OR UPDATE OR DELETE ON approval_band
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER freeze_period_audited AFTER INSERT OR UPDATE OR DELETE ON freeze_period
FOR EACH ROW EXECUTE FUNCTION record_audit();

GRANT SELECT, INSERT ON approval_band TO ura_app;
GRANT SELECT, INSERT, UPDATE ON approval_rule, freeze_period TO ura_app;

ALTER TABLE approval_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY approval_rule_seen ON approval_rule FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'administrator'
);
CREATE POLICY approval_rule_proposed ON approval_rule FOR INSERT WITH CHECK (
    proposed_by = (SELECT actor_account()) AND (SELECT actor_role()) = 'administrator'
    AND num_nonnulls(confirmed_at, refused_at) = 0
);
CREATE POLICY approval_rule_decided ON approval_rule FOR UPDATE USING (
    (SELECT actor_role()) = 'administrator'
) WITH CHECK (
    (SELECT actor_account()) IN (confirmed_by, refused_by)
);

ALTER TABLE approval_band ENABLE ROW LEVEL SECURITY;
CREATE POLICY approval_band_seen ON approval_band FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'administrator'
);
CREATE POLICY approval_band_proposed ON approval_band FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator'
);

ALTER TABLE freeze_period ENABLE ROW LEVEL SECURITY;
CREATE POLICY freeze_period_seen ON freeze_period FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'administrator'
);
CREATE POLICY freeze_period_proposed ON freeze_period FOR INSERT WITH CHECK (
    proposed_by = (SELECT actor_account()) AND (SELECT actor_role()) = 'administrator'
    AND num_nonnulls(confirmed_at, lifted_at) = 0
);
CREATE POLICY freeze_period_decided ON freeze_period FOR UPDATE USING (
    (SELECT actor_role()) = 'administrator'
) WITH CHECK (
    (SELECT actor_account()) IN (confirmed_by, lifted_by)
);

-- ===== payout acts

-- What people did with a payout, each on the content that they were shown.
CREATE TABLE payout_act (
    id uuid PRIMARY KEY,
    payout_id uuid NOT NULL REFERENCES payout,
    account_id uuid NOT NULL REFERENCES account,
    kind text NOT NULL,
    digest bytea NOT NULL,
    code text,
    reason text,
    acted_at timestamptz NOT NULL,
    CONSTRAINT payout_act_kind_known CHECK (
        kind IN (
            'approval', 'authorisation', 'rejection', 'withdrawal', 'void_request', 'void',
            'void_refusal', 'reopening'
        )
    ),
    CONSTRAINT payout_act_code_known CHECK (
        code IN (
            'wrong_amount', 'wrong_payee', 'wrong_account', 'missing_evidence', 'paid_before',
            'suspected_fraud', 'no_budget', 'changed_since', 'other'
        )
    ),
    CONSTRAINT payout_act_rejected_with_code CHECK ((kind = 'rejection') = (code IS NOT NULL)),
    CONSTRAINT payout_act_says_why CHECK (
        kind IN ('approval', 'authorisation', 'void', 'reopening')
        OR coalesce(btrim(reason), '') <> ''
    )
);

-- Nobody acts twice on one payout. To put a month up anew is no decision about the old payout.
CREATE UNIQUE INDEX payout_act_once_per_person ON payout_act (payout_id, account_id)
WHERE kind <> 'reopening';
CREATE UNIQUE INDEX payout_act_reopened_once ON payout_act (payout_id)
WHERE kind = 'reopening';

CREATE TRIGGER payout_act_append_only BEFORE UPDATE OR DELETE ON payout_act
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_act_no_truncate BEFORE TRUNCATE ON payout_act
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Where somebody had a part in what a payout pays, up to a moment: the duty, and the line it is of.
-- With its owner's rights, so that it judges by what is there and not by what an actor may see.
CREATE FUNCTION payout_conflicts(of_payout uuid, of_account uuid, until timestamptz)
RETURNS TABLE (duty text, payout_line_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    RETURN QUERY WITH line AS (
        SELECT
            l.id,
            l.bank_account_id,
            i.id AS instalment_id
        FROM public.payout_line AS l
        INNER JOIN public.instalment AS i ON l.instalment_id = i.id
        WHERE l.payout_id = of_payout
    ),

    -- What is kept back for another month was prepared by who prepared that month.
    month AS (
        SELECT
            l.id,
            i.agreement_id,
            i.month,
            i.kind,
            i.run_id
        FROM line AS l
        LEFT JOIN public.payout_netting AS n ON l.id = n.payout_line_id
        INNER JOIN public.instalment AS i ON i.id IN (l.instalment_id, n.instalment_id)
    )

    SELECT 'put_up' AS duty, NULL::uuid AS payout_line_id
    FROM public.payout AS p
    WHERE p.id = of_payout AND p.submitted_by = of_account
    UNION ALL
    SELECT 'attendance', m.id
    FROM public.attendance AS t
    INNER JOIN month AS m ON t.agreement_id = m.agreement_id AND t.month = m.month
    WHERE
        (t.reported_by = of_account AND t.reported_at <= until)
        OR (t.confirmed_by = of_account AND t.confirmed_at <= until)
    UNION ALL
    SELECT 'computation', m.id
    FROM public.month_run AS r
    INNER JOIN month AS m ON r.id = m.run_id
    WHERE r.requested_by = of_account
    UNION ALL
    SELECT 'override', m.id
    FROM public.check_override AS o
    INNER JOIN month AS m
        ON o.agreement_id = m.agreement_id AND o.month = m.month AND o.kind = m.kind
    WHERE
        (o.asked_by = of_account AND o.asked_at <= until)
        OR (o.granted_by = of_account AND o.granted_at <= until)
    UNION ALL
    SELECT 'hold', m.id
    FROM public.instalment_hold AS h
    INNER JOIN public.agreement AS a ON h.agreement_id = a.id OR h.employer_id = a.employer_id
    INNER JOIN month AS m ON a.id = m.agreement_id
    WHERE
        h.released_by = of_account
        AND h.released_at <= until
        AND (h.month IS NULL OR (h.month = m.month AND h.kind = m.kind))
    UNION ALL
    SELECT 'account', l.id
    FROM public.bank_account AS b
    INNER JOIN line AS l ON b.id = l.bank_account_id
    WHERE b.proposed_by = of_account OR b.confirmed_by = of_account
    UNION ALL
    SELECT 'case', m.id
    FROM (
        SELECT a.id AS agreement_id
        FROM public.agreement AS a
        WHERE of_account IN (a.drafted_by, a.started_by)
        UNION
        SELECT a.id
        FROM public.agreement AS a
        INNER JOIN public.placement_match AS p ON a.match_id = p.id
        WHERE of_account IN (p.proposed_by, p.introduced_by)
        UNION
        SELECT s.agreement_id
        FROM public.agreement_signature AS s
        WHERE s.recorded_by = of_account
        UNION
        SELECT e.agreement_id
        FROM public.agreement_event AS e
        WHERE e.happened_by = of_account AND e.happened_at <= until
        UNION
        SELECT d.agreement_id
        FROM public.agreement_dates AS d
        WHERE d.recorded_by = of_account AND d.recorded_at <= until
        UNION
        SELECT s.agreement_id
        FROM public.agreement_suspension AS s
        WHERE s.recorded_by = of_account AND s.recorded_at <= until
    ) AS handled
    INNER JOIN month AS m ON handled.agreement_id = m.agreement_id;
END
$$;

-- Whether a request to void an approved payout waits for somebody to confirm or refuse it.
CREATE FUNCTION is_void_requested(of_payout uuid) RETURNS boolean
LANGUAGE sql STABLE
RETURN (
    SELECT
        count(*) FILTER (WHERE act.kind = 'void_request')
        > count(*) FILTER (WHERE act.kind = 'void_refusal')
    FROM payout_act AS act
    WHERE act.payout_id = is_void_requested.of_payout
);

-- The rule that an act would break, by the name of its constraint; none when it breaks none. The
-- payout, what its lines pay or net, and their accounts stay held until the commit.
CREATE FUNCTION rule_broken_by(act payout_act) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    put_up payout;
    acting text;
    approvals integer;
    authorisations integer;
BEGIN
    SELECT p.* INTO put_up FROM payout AS p WHERE p.id = act.payout_id FOR UPDATE;
    SELECT a.role INTO acting FROM account AS a
    WHERE a.id = act.account_id AND a.disabled_at IS NULL;
    SELECT
        count(*) FILTER (WHERE a.kind = 'approval'),
        count(*) FILTER (WHERE a.kind = 'authorisation')
    INTO approvals, authorisations
    FROM payout_act AS a
    WHERE a.payout_id = act.payout_id;
    IF put_up.state IS NULL OR NOT (CASE
        WHEN act.kind IN ('void_request', 'void', 'void_refusal') THEN put_up.state = 'approved'
        WHEN act.kind = 'reopening' THEN put_up.state IN ('rejected', 'withdrawn', 'voided')
        ELSE put_up.state = 'submitted'
    END) THEN
        RETURN 'payout_act_in_its_state';
    END IF;
    IF acting IS NULL OR NOT (CASE
        WHEN act.kind IN ('approval', 'withdrawal', 'reopening') THEN acting = 'finance_officer'
        WHEN act.kind = 'authorisation' THEN acting = 'finance_authoriser'
        ELSE acting IN ('finance_officer', 'finance_authoriser')
    END) THEN
        RETURN 'payout_act_by_its_role';
    END IF;
    IF is_frozen('acts', act.acted_at) THEN
        RETURN 'payout_act_not_frozen';
    END IF;
    IF act.kind = 'withdrawal' AND act.account_id <> put_up.submitted_by THEN
        RETURN 'payout_act_withdrawn_by_submitter';
    END IF;
    IF act.kind NOT IN ('withdrawal', 'reopening') AND EXISTS (
        SELECT 1 FROM payout_conflicts(act.payout_id, act.account_id, 'infinity') AS c
    ) THEN
        RETURN 'payout_act_by_no_one_concerned';
    END IF;
    IF NOT (CASE act.kind
        WHEN 'approval' THEN approvals < put_up.required_approvals
        WHEN 'authorisation'
            THEN approvals = put_up.required_approvals AND authorisations < put_up.required_authorisations
        WHEN 'void_request' THEN NOT is_void_requested(act.payout_id)
        WHEN 'void' THEN is_void_requested(act.payout_id)
        WHEN 'void_refusal' THEN is_void_requested(act.payout_id)
        ELSE TRUE
    END) THEN
        RETURN 'payout_act_in_order';
    END IF;
    IF act.digest <> put_up.digest THEN
        RETURN 'payout_act_on_what_was_put_up';
    END IF;
    IF act.kind IN ('approval', 'authorisation') AND NOT stands(act.payout_id, act.acted_at) THEN
        RETURN 'payout_act_on_what_stands';
    END IF;
    RETURN NULL;
END
$$;

-- Whether the content of a payout is still what was put up; it is held from here on.
CREATE FUNCTION stands(of_payout uuid, at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM i.id
    FROM instalment AS i
    WHERE
        i.id IN (
            SELECT l.instalment_id FROM payout_line AS l
            WHERE l.payout_id = of_payout
            UNION ALL
            SELECT n.instalment_id
            FROM payout_netting AS n
            INNER JOIN payout_line AS l ON n.payout_line_id = l.id
            WHERE l.payout_id = of_payout
        )
    ORDER BY i.id
    FOR SHARE OF i;
    PERFORM b.id
    FROM bank_account AS b
    WHERE b.id IN (SELECT l.bank_account_id FROM payout_line AS l WHERE l.payout_id = of_payout)
    ORDER BY b.id
    FOR SHARE OF b;
    RETURN NOT EXISTS (
        SELECT 1
        FROM payout_line AS l
        LEFT JOIN payout_netting AS n ON l.id = n.payout_line_id
        INNER JOIN instalment AS i ON i.id IN (l.instalment_id, n.instalment_id)
        WHERE
            l.payout_id = of_payout
            AND (
                i.superseded_at IS NOT NULL
                OR EXISTS (
                    SELECT 1 FROM hold_in_force AS h
                    WHERE
                        h.agreement_id = i.agreement_id
                        AND (h.month IS NULL OR (h.month = i.month AND h.kind = i.kind))
                )
            )
    ) AND EXISTS (
        SELECT 1 FROM payout AS p
        WHERE p.id = of_payout AND p.digest = payout_digest(p.id, stands.at)
    );
END
$$;

-- Who places a hold waits for whoever is just deciding on a payout that pays what it stops: either
-- the hold is there when it is decided, or the decision was made before. With its owner's rights,
-- as not everybody who may hold a payment sees payouts.
CREATE FUNCTION await_decisions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM p.id
    FROM public.payout AS p
    WHERE
        p.state = 'submitted'
        AND EXISTS (
            SELECT 1
            FROM public.payout_line AS l
            INNER JOIN public.instalment AS i ON l.instalment_id = i.id
            INNER JOIN public.agreement AS a ON i.agreement_id = a.id
            WHERE
                l.payout_id = p.id
                AND (a.id = new.agreement_id OR a.employer_id = new.employer_id)
        )
    ORDER BY p.id
    FOR NO KEY UPDATE OF p;
    RETURN new;
END
$$;

CREATE FUNCTION guard_payout_act() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text := rule_broken_by(new);
BEGIN
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'an act on a payout breaks the rule %', broken
            USING ERRCODE = 'restrict_violation', CONSTRAINT = broken;
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_act_keeps_the_rules BEFORE INSERT ON payout_act
FOR EACH ROW EXECUTE FUNCTION guard_payout_act();

-- A payout begins as a draft, and moves when the acts that it takes are there.
CREATE FUNCTION guard_payout_move() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
BEGIN
    IF tg_op = 'INSERT' THEN
        broken := CASE WHEN new.state <> 'draft' THEN 'payout_begins_as_draft' END;
    ELSIF new.state = 'submitted' THEN
        broken := CASE
            WHEN (new.required_approvals, new.required_authorisations) IS DISTINCT FROM (
                SELECT (n.approvals, n.authorisations)
                FROM people_needed(new.total_cents, new.submitted_at) AS n
            ) THEN 'payout_takes_whom_the_rule_says'
            WHEN is_frozen('put_up', new.submitted_at) THEN 'payout_not_put_up_while_frozen'
            WHEN new.reopens IS NOT NULL AND NOT EXISTS (
                SELECT 1
                FROM payout AS p
                WHERE
                    p.id = new.reopens
                    AND p.month = new.month
                    AND p.state IN ('rejected', 'withdrawn', 'voided')
            ) THEN 'payout_reopens_what_is_closed'
        END;
    ELSIF new.state = 'approved' THEN
        broken := CASE WHEN (
            SELECT
                count(*) FILTER (WHERE act.kind = 'approval') <> new.required_approvals
                OR count(*) FILTER (WHERE act.kind = 'authorisation')
                <> new.required_authorisations
                OR NOT coalesce(bool_and(act.digest = new.digest), FALSE)
            FROM payout_act AS act
            WHERE act.payout_id = new.id
        ) THEN 'payout_approved_by_all' END;
    ELSIF new.state = 'exported' THEN
        broken := CASE
            WHEN is_frozen('export', new.exported_at) THEN 'payout_not_sent_while_frozen'
            WHEN is_void_requested(new.id) THEN 'payout_not_sent_while_void_is_asked'
        END;
    ELSE
        broken := CASE WHEN NOT EXISTS (
            SELECT 1 FROM payout_act AS act
            WHERE
                act.payout_id = new.id
                AND act.kind = CASE new.state
                    WHEN 'rejected' THEN 'rejection'
                    WHEN 'withdrawn' THEN 'withdrawal'
                    WHEN 'voided' THEN 'void'
                END
        ) THEN 'payout_closed_by_its_act' END;
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'a payout breaks the rule %', broken
            USING ERRCODE = 'restrict_violation', CONSTRAINT = broken;
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_moves_when_acted_on BEFORE INSERT OR UPDATE ON payout
FOR EACH ROW EXECUTE FUNCTION guard_payout_move();

CREATE TRIGGER payout_act_audited AFTER INSERT OR UPDATE OR DELETE ON payout_act
FOR EACH ROW EXECUTE FUNCTION record_audit();

GRANT SELECT, INSERT ON payout_act TO ura_app;

ALTER TABLE payout_act ENABLE ROW LEVEL SECURITY;
CREATE POLICY payout_act_seen ON payout_act FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY payout_act_own ON payout_act FOR INSERT WITH CHECK (
    account_id = (SELECT actor_account())
    AND (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

-- ===== checks

-- Named checks before money leaves: what each demands, what each found, and what a person decided
-- against it. A check is a query of its own (sql/checks/); its code is a word of this list.
CREATE DOMAIN check_code AS text CONSTRAINT check_code_known CHECK (
    value IN (
        'identity_found', 'candidate_alive', 'candidate_registered', 'age_eligible',
        'waiting_period_over', 'signed_by_all', 'agreement_active', 'placement_approved',
        'evidence_received', 'days_sufficient', 'wage_at_least_minimum', 'wage_as_agreed',
        'on_tax_payroll', 'not_employed_there_before', 'employer_registered',
        'no_unresolved_recovery', 'account_known', 'account_confirmed', 'account_in_force',
        'account_well_formed', 'account_in_payees_name', 'account_not_shared',
        'account_not_changed_lately', 'account_not_held', 'not_on_hold', 'no_open_duplicate',
        'not_sanctioned', 'no_open_grievance', 'no_other_subsidy', 'within_months',
        'within_amount', 'within_budget', 'state_aid', 'period_ended', 'no_change_waiting',
        'current_version', 'independent_agrees'
    )
);

-- Whether a check blocks, also for want of data, to whom it applies, who must act when it fails,
-- and whether an employer is told the reason or only that the payment is looked at.
-- A rule holds for the days of `valid`; another rule follows it, so that an old run can be read.
CREATE TABLE check_rule (
    id uuid PRIMARY KEY,
    code check_code NOT NULL,
    valid daterange NOT NULL,
    is_blocking boolean NOT NULL,
    no_data_blocks boolean NOT NULL,
    is_overridable boolean NOT NULL,
    payee text,
    is_monthly_only boolean NOT NULL,
    acts text NOT NULL,
    is_told_employer boolean NOT NULL,
    parameters jsonb NOT NULL,
    source text NOT NULL,
    CONSTRAINT check_rule_one_at_a_time EXCLUDE USING gist (code WITH =, valid WITH &&),
    CONSTRAINT check_rule_valid_some_days CHECK (NOT isempty(valid)),
    CONSTRAINT check_rule_payee_known CHECK (payee IN ('employer', 'candidate')),
    CONSTRAINT check_rule_acts_known CHECK (
        acts IN ('employer', 'office', 'payee', 'finance', 'nobody')
    ),
    CONSTRAINT check_rule_parameters_named CHECK (jsonb_typeof(parameters) = 'object'),
    CONSTRAINT check_rule_blocks_to_be_overridden CHECK (is_blocking OR NOT is_overridable)
);

-- One time that the checks were run, over what could be paid up to a month.
CREATE TABLE check_run (
    id uuid PRIMARY KEY,
    month date NOT NULL,
    run_at timestamptz NOT NULL,
    run_on date NOT NULL,
    run_by uuid REFERENCES account,
    CONSTRAINT check_run_month_first_day CHECK (extract(DAY FROM month) = 1)
);

CREATE INDEX check_run_by_time ON check_run (run_at);

-- An instalment in a run, with what decides which checks apply to it.
CREATE TABLE checked_instalment (
    run_id uuid NOT NULL REFERENCES check_run,
    instalment_id uuid NOT NULL REFERENCES instalment,
    agreement_id uuid NOT NULL,
    month date NOT NULL,
    kind text NOT NULL,
    payee text NOT NULL,
    is_monthly boolean NOT NULL,
    CONSTRAINT checked_instalment_once_per_run PRIMARY KEY (run_id, instalment_id)
);

CREATE INDEX checked_instalment_by_instalment ON checked_instalment (instalment_id, run_id);

-- Somebody asks that a failed check does not stop a payment, until a day; another person grants it.
CREATE TABLE check_override (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    month date NOT NULL,
    kind text NOT NULL,
    code check_code NOT NULL,
    reason text NOT NULL,
    asked_at timestamptz NOT NULL,
    asked_by uuid NOT NULL REFERENCES account,
    expires_at timestamptz NOT NULL,
    granted_at timestamptz,
    granted_by uuid REFERENCES account,
    refused_at timestamptz,
    refused_by uuid REFERENCES account,
    CONSTRAINT check_override_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT check_override_with_reason CHECK (length(btrim(reason)) BETWEEN 10 AND 1000),
    CONSTRAINT check_override_two_people CHECK (granted_by <> asked_by),
    CONSTRAINT check_override_expires CHECK (
        expires_at > asked_at AND expires_at <= asked_at + interval '92 days'
    ),
    CONSTRAINT check_override_granted_pair CHECK ((granted_at IS NULL) = (granted_by IS NULL)),
    CONSTRAINT check_override_refused_pair CHECK ((refused_at IS NULL) = (refused_by IS NULL)),
    CONSTRAINT check_override_granted_in_time CHECK (
        granted_at >= asked_at AND granted_at < expires_at
    ),
    CONSTRAINT check_override_decided_once CHECK (num_nonnulls(granted_at, refused_at) <= 1)
);

CREATE INDEX check_override_by_month ON check_override (agreement_id, month, kind, code);
CREATE INDEX check_override_open ON check_override (asked_at)
WHERE granted_at IS NULL AND refused_at IS NULL;

-- Which run first found that an override had lapsed, and went on without it.
CREATE TABLE check_override_lapse (
    override_id uuid PRIMARY KEY REFERENCES check_override,
    run_id uuid NOT NULL REFERENCES check_run
);

-- What one check found of one instalment in one run, by which facts; a granted override that was
-- in force then stands beside it.
CREATE TABLE check_result (
    run_id uuid NOT NULL,
    instalment_id uuid NOT NULL,
    code check_code NOT NULL,
    outcome text NOT NULL,
    inputs jsonb NOT NULL,
    decided_at timestamptz NOT NULL,
    override_id uuid REFERENCES check_override,
    CONSTRAINT check_result_once_per_run PRIMARY KEY (run_id, instalment_id, code),
    CONSTRAINT check_result_outcome_known CHECK (outcome IN ('passed', 'failed', 'no_data')),
    CONSTRAINT check_result_override_of_no_pass CHECK (
        override_id IS NULL OR outcome <> 'passed'
    )
);

-- A payment that somebody has stopped: one kind of a month, all of an agreement, or of an employer.
CREATE TABLE instalment_hold (
    id uuid PRIMARY KEY,
    agreement_id uuid REFERENCES agreement,
    month date,
    kind text,
    employer_id uuid REFERENCES employer,
    reason text NOT NULL,
    placed_at timestamptz NOT NULL,
    placed_by uuid NOT NULL REFERENCES account,
    released_at timestamptz,
    released_by uuid REFERENCES account,
    release_reason text,
    CONSTRAINT instalment_hold_one_scope CHECK (
        num_nonnulls(agreement_id, employer_id) = 1
        AND (month IS NULL) = (kind IS NULL)
        AND (month IS NULL OR agreement_id IS NOT NULL)
    ),
    CONSTRAINT instalment_hold_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT instalment_hold_with_reason CHECK (length(btrim(reason)) BETWEEN 10 AND 1000),
    CONSTRAINT instalment_hold_released_together CHECK (
        num_nonnulls(released_at, released_by, release_reason) IN (0, 3)
        AND length(btrim(release_reason)) BETWEEN 10 AND 1000
    ),
    CONSTRAINT instalment_hold_two_people CHECK (released_by <> placed_by),
    CONSTRAINT instalment_hold_released_later CHECK (released_at >= placed_at)
);

CREATE UNIQUE INDEX instalment_hold_once ON instalment_hold
(agreement_id, month, kind, employer_id) NULLS NOT DISTINCT
WHERE released_at IS NULL;

-- The run whose results a payout's lines rest on.
ALTER TABLE payout ADD COLUMN check_run_id uuid REFERENCES check_run;

CREATE TRIGGER check_run_append_only BEFORE UPDATE OR DELETE ON check_run
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER check_run_no_truncate BEFORE TRUNCATE ON check_run
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checked_instalment_append_only BEFORE UPDATE OR DELETE ON checked_instalment
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checked_instalment_no_truncate BEFORE TRUNCATE ON checked_instalment
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER check_result_append_only BEFORE UPDATE OR DELETE ON check_result
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER check_result_no_truncate BEFORE TRUNCATE ON check_result
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER check_override_lapse_append_only BEFORE UPDATE OR DELETE ON check_override_lapse
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER check_override_lapse_no_truncate BEFORE TRUNCATE ON check_override_lapse
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A rule only ends sooner, and not before the last run that went by it.
CREATE FUNCTION guard_check_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(new) - 'valid' <> to_jsonb(old) - 'valid'
        OR lower(new.valid) IS DISTINCT FROM lower(old.valid)
        OR NOT new.valid <@ old.valid
        OR EXISTS (SELECT 1 FROM check_run AS r WHERE r.run_on >= upper(new.valid))
    THEN
        RAISE EXCEPTION 'a rule of a check is never edited: end it and write another'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'check_rule_never_edited';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER check_rule_never_edited BEFORE UPDATE ON check_rule
FOR EACH ROW EXECUTE FUNCTION guard_check_rule();
CREATE TRIGGER check_rule_never_deleted BEFORE DELETE ON check_rule
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER check_rule_no_truncate BEFORE TRUNCATE ON check_rule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A result belongs to an instalment of its run: asked for all of a statement at once, since there
-- are some thirty for each instalment.
CREATE FUNCTION guard_check_results() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM written AS w
        LEFT JOIN public.checked_instalment AS c
            ON w.run_id = c.run_id AND w.instalment_id = c.instalment_id
        WHERE c.run_id IS NULL
    ) THEN
        RAISE EXCEPTION 'a result belongs to an instalment of its run'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'check_result_of_its_run';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER check_result_of_its_run AFTER INSERT ON check_result
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION guard_check_results();

-- Neither who asks nor who grants is a case officer of the agreement, and a hard stop is never
-- overridden. What was asked stands; it is decided on once.
CREATE FUNCTION guard_check_override() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF tg_op = 'UPDATE' AND (
        num_nonnulls(old.granted_at, old.refused_at) > 0
        OR to_jsonb(new) - '{granted_at,granted_by,refused_at,refused_by}'::text[]
        <> to_jsonb(old) - '{granted_at,granted_by,refused_at,refused_by}'::text[]
    ) THEN
        RAISE EXCEPTION 'an override that was decided on stands: ask for another'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'check_override_never_edited';
    END IF;
    IF EXISTS (
        SELECT 1 FROM public.agreement AS a
        WHERE a.id = new.agreement_id
            AND (
                new.asked_by IN (a.drafted_by, a.started_by)
                OR new.granted_by IN (a.drafted_by, a.started_by)
            )
    ) THEN
        RAISE EXCEPTION 'who has handled an agreement overrides none of its checks'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'check_override_not_own_case';
    END IF;
    IF new.refused_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM public.check_rule AS r
        WHERE r.code = new.code AND r.is_overridable
            AND r.valid @> (coalesce(new.granted_at, new.asked_at) AT TIME ZONE 'UTC')::date
    ) THEN
        RAISE EXCEPTION 'this check can never be overridden'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'check_override_of_no_hard_stop';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER check_override_guarded BEFORE INSERT OR UPDATE ON check_override
FOR EACH ROW EXECUTE FUNCTION guard_check_override();
CREATE TRIGGER check_override_never_deleted BEFORE DELETE ON check_override
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER check_override_no_truncate BEFORE TRUNCATE ON check_override
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A hold says what it said, and is released once.
CREATE FUNCTION guard_instalment_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.released_at IS NOT NULL
        OR to_jsonb(new) - '{released_at,released_by,release_reason}'::text[]
        <> to_jsonb(old) - '{released_at,released_by,release_reason}'::text[]
    THEN
        RAISE EXCEPTION 'a hold is never edited: release it and place another'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'instalment_hold_never_edited';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER instalment_hold_never_edited BEFORE UPDATE ON instalment_hold
FOR EACH ROW EXECUTE FUNCTION guard_instalment_hold();
CREATE TRIGGER instalment_hold_never_deleted BEFORE DELETE ON instalment_hold
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER instalment_hold_no_truncate BEFORE TRUNCATE ON instalment_hold
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER instalment_hold_awaits_decisions BEFORE INSERT ON instalment_hold
FOR EACH ROW EXECUTE FUNCTION await_decisions();

-- A parameter of the rule of a check on a day, such as a number of days; NULL where it has none.
CREATE FUNCTION check_parameter(of_code text, name text, on_day date) RETURNS text
LANGUAGE sql STABLE
RETURN (
    SELECT r.parameters ->> check_parameter.name FROM check_rule AS r
    WHERE r.code = check_parameter.of_code AND r.valid @> check_parameter.on_day
);

-- What is stopped now: one kind of a month of an agreement, or (month and kind empty) all of it, by
-- itself or with its employer.
CREATE VIEW hold_in_force WITH (security_invoker = TRUE) AS
SELECT
    h.id AS hold_id,
    h.agreement_id,
    h.month,
    h.kind,
    h.placed_at
FROM instalment_hold AS h
WHERE h.released_at IS NULL AND h.agreement_id IS NOT NULL
UNION ALL
SELECT
    h.id AS hold_id,
    a.id AS agreement_id,
    NULL AS month,
    NULL AS kind,
    h.placed_at
FROM instalment_hold AS h
INNER JOIN agreement AS a ON h.employer_id = a.employer_id
WHERE h.released_at IS NULL;

CREATE FUNCTION is_on_hold(of_agreement uuid, of_month date, of_kind text) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
    SELECT 1
    FROM hold_in_force AS h
    WHERE
        h.agreement_id = is_on_hold.of_agreement
        AND (
            h.month IS NULL
            OR (h.month = is_on_hold.of_month AND h.kind = is_on_hold.of_kind)
        )
);

-- What stops instalments of a run at a moment: each blocking check that failed, or had no data
-- where that blocks, and has no override still in force; and each check that applies and gave no
-- result, since a missing result counts as failed. Results are counted once for all instalments;
-- only where one stops or is missing it is asked which.
CREATE FUNCTION unmet_checks(of_run uuid, at timestamptz)
RETURNS TABLE (instalment_id uuid, code text, outcome text)
LANGUAGE sql STABLE AS $$
WITH rule AS MATERIALIZED (
    SELECT r.*
    FROM check_run AS n
    INNER JOIN check_rule AS r ON r.valid @> n.run_on
    WHERE n.id = unmet_checks.of_run
),

counted AS MATERIALIZED (
    SELECT
        f.instalment_id,
        count(*) AS result_count,
        count(*) FILTER (
            WHERE
            f.outcome <> 'passed'
            AND f.code = any(array(SELECT r.code::text FROM rule AS r WHERE r.is_blocking))
        ) AS suspect_count
    FROM check_result AS f
    WHERE f.run_id = unmet_checks.of_run
    GROUP BY f.instalment_id
),

expected AS MATERIALIZED (
    SELECT
        p.payee,
        m.is_monthly,
        count(*) AS result_count
    FROM (VALUES ('employer'), ('candidate')) AS p (payee)
    CROSS JOIN (VALUES (TRUE), (FALSE)) AS m (is_monthly)
    INNER JOIN rule AS r
        ON (r.payee IS NULL OR r.payee = p.payee) AND (m.is_monthly OR NOT r.is_monthly_only)
    GROUP BY p.payee, m.is_monthly
),

suspect AS MATERIALIZED (
    SELECT
        c.instalment_id,
        c.payee,
        c.is_monthly
    FROM checked_instalment AS c
    LEFT JOIN expected AS e ON c.payee = e.payee AND c.is_monthly = e.is_monthly
    LEFT JOIN counted AS d ON c.instalment_id = d.instalment_id
    WHERE
        c.run_id = unmet_checks.of_run
        AND (
            e.result_count IS NULL
            OR d.result_count IS DISTINCT FROM e.result_count
            OR d.suspect_count > 0
        )
)

SELECT
    s.instalment_id,
    coalesce(r.code::text, 'current_version') AS code,
    coalesce(f.outcome, 'missing') AS outcome
FROM suspect AS s
LEFT JOIN rule AS r
    ON (r.payee IS NULL OR r.payee = s.payee) AND (s.is_monthly OR NOT r.is_monthly_only)
LEFT JOIN check_result AS f
    ON
        f.run_id = unmet_checks.of_run
        AND s.instalment_id = f.instalment_id
        AND r.code = f.code
LEFT JOIN check_override AS o
    ON
        f.override_id = o.id
        AND o.granted_at <= unmet_checks.at
        AND o.expires_at > unmet_checks.at
WHERE
    o.id IS NULL
    AND (
        f.outcome IS NULL
        OR (r.is_blocking AND f.outcome = 'failed')
        OR (r.is_blocking AND r.no_data_blocks AND f.outcome = 'no_data')
    )
$$;

-- Whether every line of a payout rests on a result of every check that applies to it, each passed
-- or overridden at that moment, and none is on hold. Asked when it is put up and at its approval.
CREATE FUNCTION payout_checks_complete(of_payout uuid, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE
RETURN (
    SELECT
        p.check_run_id IS NOT NULL
        AND NOT EXISTS (
            SELECT 1
            FROM payout_line AS l
            LEFT JOIN checked_instalment AS c
                ON c.run_id = p.check_run_id AND l.instalment_id = c.instalment_id
            WHERE l.payout_id = p.id AND c.run_id IS NULL
        )
        AND NOT EXISTS (
            SELECT 1
            FROM hold_in_force AS h
            INNER JOIN instalment AS i
                ON
                    h.agreement_id = i.agreement_id
                    AND (h.month IS NULL OR (h.month = i.month AND h.kind = i.kind))
            INNER JOIN payout_line AS l ON i.id = l.instalment_id AND l.payout_id = p.id
        )
        AND NOT EXISTS (
            SELECT 1
            FROM unmet_checks(p.check_run_id, payout_checks_complete.at) AS u
            INNER JOIN payout_line AS l
                ON u.instalment_id = l.instalment_id AND l.payout_id = p.id
        )
    FROM payout AS p
    WHERE p.id = payout_checks_complete.of_payout
);

CREATE FUNCTION guard_payout_checked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT payout_checks_complete(new.id, coalesce(new.approved_at, new.submitted_at)) THEN
        RAISE EXCEPTION 'every line of a payout has passed every check that applies to it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_rests_on_checks';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_rests_on_checks BEFORE UPDATE ON payout
FOR EACH ROW WHEN (old.state <> new.state AND new.state IN ('submitted', 'approved'))
EXECUTE FUNCTION guard_payout_checked();

CREATE TRIGGER check_rule_audited AFTER INSERT OR UPDATE OR DELETE ON check_rule
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER check_override_audited AFTER INSERT OR UPDATE OR DELETE ON check_override
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER instalment_hold_audited AFTER INSERT OR UPDATE OR DELETE ON instalment_hold
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- ===== expected

-- What is due, computed a second time: by the rules of Kosovo's schemes as they are announced, in
-- SQL, from the facts. It shares no code with the language of schemes and reads no amount of an
-- instalment. Each step is a function of its own: term, piece, part, amount, due.

-- By which form the payments of a scheme are computed a second time, for agreements that begin on a
-- day or later (the latest holds). Figures are read from the scheme's document by their names; what
-- is paid for a month is a figure that `amount_parameter` names.
CREATE TABLE expected_method (
    id uuid PRIMARY KEY,
    scheme_code text NOT NULL,
    kind text NOT NULL,
    since date NOT NULL,
    form text NOT NULL,
    amount_parameter text NOT NULL,
    is_wage_tested boolean NOT NULL,
    stated_at timestamptz NOT NULL,
    stated_by uuid REFERENCES account,
    CONSTRAINT expected_method_once_per_day UNIQUE (scheme_code, kind, since),
    CONSTRAINT expected_method_code_plain CHECK (scheme_code ~ '^[A-Z][A-Z0-9-]{1,29}$'),
    CONSTRAINT expected_method_kind_word CHECK (kind ~ '^[a-z][a-z_]{0,30}$'),
    CONSTRAINT expected_method_parameter_word CHECK (amount_parameter ~ '^[a-z][a-z_]{0,30}$'),
    CONSTRAINT expected_method_form_known CHECK (
        form IN ('wage_share', 'retention', 'by_attendance', 'each_month', 'milestone')
    )
);

CREATE TRIGGER expected_method_append_only BEFORE UPDATE OR DELETE ON expected_method
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER expected_method_no_truncate BEFORE TRUNCATE ON expected_method
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER expected_method_audited AFTER INSERT OR UPDATE OR DELETE ON expected_method
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- What the second computation says of a payout, from when it was put up: what its lines have due
-- less what they keep back of other months of the same agreement, in cents.
-- Lines of schemes that are not computed twice count as they are, and are counted apart.
CREATE TABLE payout_expected (
    payout_id uuid PRIMARY KEY REFERENCES payout,
    expected_cents bigint NOT NULL,
    line_count bigint NOT NULL,
    without_method_count bigint NOT NULL,
    agreement_count bigint NOT NULL,
    compared_at timestamptz NOT NULL,
    CONSTRAINT payout_expected_not_negative CHECK (
        expected_cents >= 0 AND agreement_count >= 0
        AND without_method_count BETWEEN 0 AND line_count
    )
);

CREATE TRIGGER payout_expected_append_only BEFORE UPDATE OR DELETE ON payout_expected
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_expected_no_truncate BEFORE TRUNCATE ON payout_expected
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- ----- Arithmetic. Shares of days are counted in parts of a day count: 72,201,776,446,800 is the
-- least number that each of 1 to 31 divides, so that every share is whole and nothing is rounded
-- before the end.
CREATE FUNCTION expected_share(part bigint, whole bigint) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN part::numeric * (72201776446800 / whole);

-- Rounded once, half a cent up: money of a public budget is paid in whole cents.
CREATE FUNCTION expected_half_up(upper_part numeric, lower_part numeric) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN div(2 * upper_part + lower_part, 2 * lower_part)::bigint;

-- Mondays to Fridays before a day; 1 January 1900 was a Monday.
CREATE FUNCTION expected_weekdays_before(day date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (day - date '1900-01-01') / 7 * 5 + least((day - date '1900-01-01') % 7, 5);

CREATE FUNCTION expected_days(stretches datemultirange) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT coalesce(sum(upper(s.days) - lower(s.days)), 0) FROM unnest(stretches) AS s (days));

CREATE FUNCTION expected_weekdays(stretches datemultirange) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT
        coalesce(sum(
            expected_weekdays_before(upper(s.days)) - expected_weekdays_before(lower(s.days))
        ), 0)
    FROM unnest(stretches) AS s (days)
);

CREATE FUNCTION expected_months_later(day date, months integer) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (day + make_interval(months => months))::date;

CREATE FUNCTION expected_month(day date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN day - extract(DAY FROM day)::integer + 1;

-- ----- Figures: the plain ones of a document, from the days it gives them; in cents, in percent,
-- or a count. One that is written in another way is not found, and its scheme has no method then.
CREATE VIEW expected_figure WITH (security_invoker = TRUE) AS
WITH stated AS (
    SELECT
        v.id AS scheme_version_id,
        substring(block.body FROM '\mname\s*=\s*"([a-z_]+)"') AS figure_name,
        (figure.words[1])::date AS since,
        figure.words[2]::numeric * CASE figure.words[3] WHEN 'EUR' THEN 100 ELSE 1 END AS amount
    FROM scheme_version AS v
    CROSS JOIN LATERAL regexp_split_to_table(v.document, '\n\[\[') AS block (body)
    CROSS JOIN
        LATERAL regexp_matches(
            block.body,
            '(?:\mfrom\s*=\s*(\d{4}-\d\d-\d\d)\s*,\s*)?'
            '\mis\s*=\s*"(\d+(?:\.\d+)?) ?(%|EUR|months?|)"',
            'g'
        ) AS figure (words)
    WHERE block.body LIKE 'parameter]]%'
)

SELECT
    stated.scheme_version_id,
    stated.figure_name,
    stated.amount,
    daterange(
        coalesce(stated.since, '-infinity'),
        lead(stated.since) OVER (
            PARTITION BY stated.scheme_version_id, stated.figure_name
            ORDER BY stated.since NULLS FIRST
        )
    ) AS holds
FROM stated;

-- The rows of a document's table of milestones: so many months after the first day, so many cents.
CREATE VIEW expected_milestone WITH (security_invoker = TRUE) AS
SELECT
    v.id AS scheme_version_id,
    figure.words[1]::integer AS months,
    figure.words[2]::numeric * 100 AS amount
FROM scheme_version AS v
CROSS JOIN LATERAL regexp_split_to_table(v.document, '\n\[\[') AS block (body)
CROSS JOIN
    LATERAL regexp_matches(
        block.body,
        '\mafter\s*=\s*"(\d+) months?"\s*,\s*amount\s*=\s*"(\d+(?:\.\d+)?) EUR"',
        'g'
    ) AS figure (words)
WHERE block.body ~ '^table\]\]\s+name\s*=\s*"milestone"';

-- ----- Step 1, the terms: for each agreement that was computed and each kind of payment what was
-- agreed and what is announced, as both were known when the agreement was computed last. Later
-- facts wait for the next computation, in the one as in the other.
CREATE FUNCTION expected_term(of_agreements uuid[], through date)
RETURNS TABLE (
    agreement_id uuid,
    scheme_version_id uuid,
    kind text,
    form text,
    is_wage_tested boolean,
    starts_on date,
    period daterange,
    employment daterange,
    suspended datemultirange,
    weekly_hours integer,
    known_at timestamptz,
    through_month date,
    amount numeric,
    rate numeric,
    months integer,
    granted_months integer,
    retention_rate numeric,
    retention_until integer,
    is_known boolean
)
LANGUAGE sql STABLE AS $$
WITH figure AS MATERIALIZED (
    SELECT scheme_version_id, figure_name, holds, amount FROM expected_figure
),

computed AS MATERIALIZED (
    SELECT
        i.agreement_id,
        max(i.computed_at) AS known_at,
        least(max(i.month), through) AS through_month
    FROM unnest(of_agreements) AS wanted (id)
    INNER JOIN instalment AS i ON wanted.id = i.agreement_id AND i.superseded_at IS NULL
    GROUP BY i.agreement_id
),

suspension AS MATERIALIZED (
    SELECT
        s.agreement_id,
        range_agg(s.period) AS days
    FROM computed
    INNER JOIN agreement_suspension AS s
        ON
            computed.agreement_id = s.agreement_id
            AND s.recorded_at <= computed.known_at
            AND (s.superseded_at IS NULL OR s.superseded_at > computed.known_at)
    GROUP BY s.agreement_id
)

SELECT
    a.id,
    v.id,
    paid.kind,
    m.form,
    m.is_wage_tested,
    a.starts_on,
    d.period,
    d.employment,
    suspension.days,
    a.weekly_hours,
    computed.known_at,
    computed.through_month,
    amount.amount,
    rate.amount,
    months.amount::integer,
    coalesce(a.replacement_months, months.amount::integer),
    retention_rate.amount,
    retention_until.amount::integer,
    coalesce(
        CASE m.form
            WHEN 'milestone' THEN EXISTS (
                SELECT 1 FROM expected_milestone AS e WHERE e.scheme_version_id = v.id
            )
            WHEN 'each_month' THEN amount.amount IS NOT NULL
            WHEN 'by_attendance' THEN num_nulls(amount.amount, months.amount) = 0
            WHEN 'wage_share' THEN
                num_nulls(amount.amount, months.amount) = 0 AND rate.amount > 0
            WHEN 'retention' THEN
                num_nulls(
                    amount.amount, months.amount, retention_rate.amount, retention_until.amount
                ) = 0
                AND rate.amount > 0
        END,
        FALSE
    )
FROM computed
INNER JOIN agreement AS a ON computed.agreement_id = a.id
INNER JOIN agreement_dates AS d
    ON
        computed.agreement_id = d.agreement_id
        AND d.recorded_at <= computed.known_at
        AND (d.superseded_at IS NULL OR d.superseded_at > computed.known_at)
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN scheme AS s ON v.scheme_id = s.id
CROSS JOIN LATERAL jsonb_object_keys(v.payments) AS paid (kind)
LEFT JOIN suspension ON a.id = suspension.agreement_id
LEFT JOIN expected_method AS m
    ON
        s.code = m.scheme_code
        AND paid.kind = m.kind
        AND a.starts_on >= m.since
        AND NOT EXISTS (
            SELECT 1 FROM expected_method AS later
            WHERE
                later.scheme_code = m.scheme_code
                AND later.kind = m.kind
                AND later.since > m.since
                AND later.since <= a.starts_on
        )
LEFT JOIN figure AS amount
    ON v.id = amount.scheme_version_id AND m.amount_parameter = amount.figure_name
    AND amount.holds @> a.starts_on
LEFT JOIN figure AS rate
    ON v.id = rate.scheme_version_id AND rate.figure_name = 'rate' AND rate.holds @> a.starts_on
LEFT JOIN figure AS months
    ON v.id = months.scheme_version_id AND months.figure_name = 'months' AND months.holds @> a.starts_on
LEFT JOIN figure AS retention_rate
    ON v.id = retention_rate.scheme_version_id AND retention_rate.figure_name = 'retention_rate'
    AND retention_rate.holds @> a.starts_on
LEFT JOIN figure AS retention_until
    ON v.id = retention_until.scheme_version_id AND retention_until.figure_name = 'retention_until'
    AND retention_until.holds @> a.starts_on
$$;

-- ----- Step 2, the pieces: programme months are counted from the first day of the agreement, each
-- from that day of a month to the day before the next, cut where the period ends. The retention
-- part looks at the same months of the time after the subsidised ones, and pays them as one: when
-- its last day has come, and only to who was employed on all of its days. A milestone is reached
-- after so many months, by who is employed on the last of these days.
-- (OFFSET 0 keeps the planner from computing a day once for each time that it is used.)
CREATE FUNCTION expected_piece(of_agreements uuid[], through date)
RETURNS TABLE (
    agreement_id uuid,
    kind text,
    form text,
    number integer,
    month date,
    days daterange,
    whole_days integer,
    is_wage_tested boolean,
    employment daterange,
    suspended datemultirange,
    weekly_hours integer,
    known_at timestamptz,
    amount numeric,
    rate numeric,
    granted_months integer,
    retention_rate numeric
)
LANGUAGE sql STABLE AS $$
WITH term AS MATERIALIZED (
    SELECT
        t.*,
        CASE
            WHEN t.form = 'retention'
                THEN greatest(expected_months_later(t.starts_on, t.months), upper(t.period))
            ELSE t.starts_on
        END AS since,
        CASE
            WHEN t.form = 'retention'
                THEN expected_months_later(t.starts_on, t.retention_until)
            ELSE upper(t.period)
        END AS until
    FROM expected_term(of_agreements, through) AS t
    WHERE t.is_known
),

piece AS (
    SELECT
        term.*,
        n.number,
        greatest(whole.first_day, term.since) AS first_day,
        least(whole.until, term.until) AS end_day,
        whole.until - whole.first_day AS whole_days,
        term.amount AS piece_amount
    FROM term
    CROSS JOIN LATERAL generate_series(
        0, (least(term.until, expected_months_later(term.through_month, 2)) - term.starts_on) / 28
    ) AS n (number)
    CROSS JOIN LATERAL (
        SELECT
            expected_months_later(term.starts_on, n.number) AS first_day,
            expected_months_later(term.starts_on, n.number + 1) AS until
        OFFSET 0
    ) AS whole
    WHERE
        term.form IN ('wage_share', 'by_attendance', 'each_month')
        OR (
            term.form = 'retention'
            AND term.since < term.until
            AND expected_month(term.until - 1) <= term.through_month
            AND term.employment @> daterange(least(term.since, term.until), term.until)
        )
    UNION ALL
    SELECT
        term.*,
        e.months,
        reached.day,
        reached.day + 1,
        1,
        e.amount
    FROM term
    INNER JOIN expected_milestone AS e ON term.scheme_version_id = e.scheme_version_id
    CROSS JOIN LATERAL (
        SELECT expected_months_later(term.starts_on, e.months) - 1 AS day
        OFFSET 0
    ) AS reached
    WHERE term.form = 'milestone' AND term.employment @> reached.day
)

SELECT
    p.agreement_id,
    p.kind,
    p.form,
    p.number,
    paid.month,
    daterange(p.first_day, p.end_day),
    p.whole_days,
    p.is_wage_tested,
    p.employment,
    p.suspended,
    p.weekly_hours,
    p.known_at,
    p.piece_amount,
    p.rate,
    p.granted_months,
    p.retention_rate
FROM piece AS p
CROSS JOIN LATERAL (
    SELECT
        expected_month(CASE WHEN p.form = 'retention' THEN p.until ELSE p.end_day END - 1)
            AS month
    OFFSET 0
) AS paid
WHERE p.first_day < p.end_day AND paid.month <= p.through_month
$$;

-- ----- Step 3, the parts: evidence comes by calendar month, as payroll does. Of each part the days
-- without suspension, what was reported of its month, and the least lawful wage: the minimum
-- wage for the weekly hours, for the days at work (by calendar days or by weekdays, whichever asks
-- less of the employer) and for the attendance, rounded down.
CREATE FUNCTION expected_part(of_agreements uuid[], through date)
RETURNS TABLE (
    agreement_id uuid,
    kind text,
    form text,
    number integer,
    month date,
    whole_days integer,
    amount numeric,
    rate numeric,
    granted_months integer,
    retention_rate numeric,
    covered bigint,
    is_in_order boolean,
    wage numeric,
    attended numeric
)
LANGUAGE sql STABLE AS $$
SELECT
    p.agreement_id,
    p.kind,
    p.form,
    p.number,
    p.month,
    p.whole_days,
    p.amount,
    p.rate,
    p.granted_months,
    p.retention_rate,
    counted.covered,
    counted.covered = 0 OR coalesce(
        t.confirmed_at <= p.known_at
        AND (
            NOT p.is_wage_tested
            OR t.gross_wage_cents >= least(
                div(
                    lawful.cents * counted.at_work,
                    40 * t.days_expected * (cut.until - cut.month)
                ),
                div(
                    lawful.cents * counted.weekdays_at_work,
                    40 * t.days_expected * (
                        expected_weekdays_before(cut.until) - expected_weekdays_before(cut.month)
                    )
                )
            )
        ),
        FALSE
    ),
    expected_share(
        t.gross_wage_cents * counted.covered,
        nullif(upper(cut.employed) - lower(cut.employed), 0)
    ),
    expected_share((t.days_worked + t.days_paid_leave) * counted.covered, t.days_expected)
FROM expected_piece(of_agreements, through) AS p
CROSS JOIN LATERAL generate_series(
    expected_month(lower(p.days))::timestamp, upper(p.days) - 1, interval '1 month'
) AS calendar (month)
CROSS JOIN LATERAL (
    SELECT
        whole.month,
        whole.until,
        p.days * daterange(whole.month, whole.until) AS days,
        p.employment * daterange(whole.month, whole.until) AS employed
    FROM (
        SELECT
            calendar.month::date AS month,
            expected_months_later(calendar.month::date, 1) AS until
        OFFSET 0
    ) AS whole
    OFFSET 0
) AS cut
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN p.suspended IS NULL THEN (upper(cut.days) - lower(cut.days))::bigint
            ELSE expected_days(datemultirange(cut.days) - p.suspended)
        END AS covered,
        CASE
            WHEN p.suspended IS NULL THEN (upper(cut.employed) - lower(cut.employed))::bigint
            ELSE expected_days(datemultirange(cut.employed) - p.suspended)
        END AS at_work,
        CASE
            WHEN p.suspended IS NULL
                THEN (
                    expected_weekdays_before(upper(cut.employed))
                    - expected_weekdays_before(lower(cut.employed))
                )::bigint
            ELSE expected_weekdays(datemultirange(cut.employed) - p.suspended)
        END AS weekdays_at_work
    OFFSET 0
) AS counted
LEFT JOIN attendance AS t
    ON
        p.agreement_id = t.agreement_id
        AND cut.month = t.month
        AND t.reported_at <= p.known_at
        AND (t.superseded_at IS NULL OR t.superseded_at > p.known_at)
LEFT JOIN minimum_wage AS w
    ON
        w.period @> cut.month
        AND w.recorded_at <= p.known_at
        AND (w.superseded_at IS NULL OR w.superseded_at > p.known_at)
CROSS JOIN LATERAL (
    SELECT
        coalesce(w.monthly_cents, 0)::numeric * p.weekly_hours
        * (t.days_worked + t.days_paid_leave) AS cents
    OFFSET 0
) AS lawful
$$;

-- ===== expected due

-- The second computation, from the parts of 0021_expected.sql to what is due, and beside what is
-- put up.

-- ----- Step 4, the amounts, in whole cents before the entitlement. A wage subsidy is a share of
-- the wage of the days that count, at most their part of the monthly maximum; an allowance is their
-- part of the flat amount, as far as they were attended. The retention part is a share of the wages
-- of its months, each at most the wage at which the monthly maximum binds. A piece of which a
-- report is missing, unconfirmed or below the lawful wage comes to nothing, and so does the
-- retention part.
CREATE FUNCTION expected_amount(of_agreements uuid[], through date)
RETURNS TABLE (
    agreement_id uuid,
    kind text,
    number integer,
    month date,
    cents bigint,
    entitled_cents bigint
)
LANGUAGE sql STABLE AS $$
WITH summed AS MATERIALIZED (
    SELECT
        agreement_id,
        kind,
        form,
        number,
        month,
        whole_days,
        amount,
        rate,
        granted_months,
        retention_rate,
        sum(covered) AS covered,
        bool_and(is_in_order) AS is_in_order,
        coalesce(sum(wage), 0) AS wage,
        coalesce(sum(attended), 0) AS attended
    FROM expected_part(of_agreements, through)
    GROUP BY
        agreement_id, kind, form, number, month, whole_days, amount, rate, granted_months,
        retention_rate
),

-- A share of the wage and its maximum are both taken times 100 and in parts of a day count.
counted AS (
    SELECT
        summed.*,
        least(
            rate * wage, 100 * expected_share((amount * covered)::bigint, whole_days)
        ) AS share
    FROM summed
)

SELECT
    agreement_id,
    kind,
    number,
    month,
    CASE
        WHEN form IN ('each_month', 'milestone') THEN amount::bigint
        WHEN NOT is_in_order THEN 0
        WHEN form = 'wage_share' THEN expected_half_up(share, 100 * expected_share(1, 1))
        ELSE expected_half_up(amount * attended, expected_share(whole_days, 1))
    END,
    CASE
        WHEN form IN ('wage_share', 'by_attendance') THEN (amount * granted_months)::bigint
    END
FROM counted
WHERE form <> 'retention'
UNION ALL
SELECT
    agreement_id,
    kind,
    0,
    month,
    CASE
        WHEN bool_and(is_in_order)
            THEN expected_half_up(
                retention_rate * sum(share), 100 * rate * expected_share(1, 1)
            )
        ELSE 0
    END,
    NULL
FROM counted
WHERE form = 'retention'
GROUP BY agreement_id, kind, month, rate, retention_rate
$$;

-- ----- Step 5, what is due: by programme months in their order, as long as the entitlement lasts
-- (so many months at the monthly maximum), in the calendar month in which each ends.
CREATE FUNCTION expected_due(of_agreements uuid[], through date)
RETURNS TABLE (agreement_id uuid, kind text, month date, due_cents bigint)
LANGUAGE sql STABLE AS $$
SELECT
    running.agreement_id,
    running.kind,
    running.month,
    sum(
        least(running.up_to_here, running.entitled_cents)
        - least(running.up_to_here - running.cents, running.entitled_cents)
    )::bigint
FROM (
    SELECT
        agreement_id,
        kind,
        month,
        cents,
        entitled_cents,
        sum(cents) OVER (PARTITION BY agreement_id, kind ORDER BY number) AS up_to_here
    FROM expected_amount(of_agreements, through)
) AS running
GROUP BY running.agreement_id, running.kind, running.month
$$;

-- The instalments that stand, up to a month, beside what is expected: for each agreement, kind of
-- payment and month what the service says is due (ours) and what is due by these rules (theirs);
-- theirs is missing for what is not computed twice. Only months that were computed are compared.
-- Behind the policies the planner expects a row where there are thousands: no nested loops.
CREATE FUNCTION expected_comparison(of_agreements uuid[], through date)
RETURNS TABLE (
    agreement_id uuid, kind text, month date, ours_cents bigint, theirs_cents bigint
)
LANGUAGE sql STABLE SET enable_nestloop = off SET jit = off AS $$
SELECT
    coalesce(ours.agreement_id, theirs.agreement_id),
    coalesce(ours.kind, theirs.kind),
    coalesce(ours.month, theirs.month),
    coalesce(ours.amount_cents, 0),
    CASE
        WHEN ours.reason = 'budget_exhausted' THEN 0 -- due, but its line has no money for it yet
        WHEN ours.is_short THEN ours.amount_cents -- more is due, and waits for money: set aside
        WHEN ours.is_known IS NOT FALSE THEN coalesce(theirs.due_cents, 0)
    END
FROM (
    SELECT
        i.agreement_id,
        i.kind,
        i.month,
        i.amount_cents,
        i.reason,
        coalesce(t.is_known, FALSE) AS is_known,
        EXISTS (
            SELECT 1 FROM fact_change AS f
            WHERE f.agreement_id = i.agreement_id AND f.fact = 'budget' AND f.since <= i.month
        ) AS is_short
    FROM unnest(of_agreements) AS wanted (id)
    INNER JOIN instalment AS i
        ON wanted.id = i.agreement_id AND i.superseded_at IS NULL AND i.month <= through
    LEFT JOIN expected_term(of_agreements, through) AS t
        ON i.agreement_id = t.agreement_id AND i.kind = t.kind
) AS ours
FULL JOIN expected_due(of_agreements, through) AS theirs
    ON
        ours.agreement_id = theirs.agreement_id
        AND ours.kind = theirs.kind
        AND ours.month = theirs.month
$$;

-- What a payout does not pay of its lines for the sake of a ceiling (state_aid_reduction).
CREATE FUNCTION expected_reductions(of_payout uuid)
RETURNS TABLE (instalment_id uuid, cents bigint)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT l.instalment_id, r.full_cents - r.allowed_cents
    FROM state_aid_reduction AS r
    INNER JOIN payout_line AS l ON r.payout_line_id = l.id
    WHERE l.payout_id = of_payout;
END
$$;

-- The same for a payout that is being put up: its agreements, and all that were computed for its
-- month, but those on hold that it does not pay. In a month that it pays, ours is what all payouts
-- will hold of it, and what a ceiling lets it not pay. Open is what it should pay of a month that
-- it pays, and below zero what it may keep back of any other, but not of one that waits in a payout
-- nobody has decided on.
CREATE FUNCTION expected_of_payout(of_payout uuid, through date)
RETURNS TABLE (
    agreement_id uuid,
    payee text,
    kind text,
    month date,
    ours_cents bigint,
    theirs_cents bigint,
    is_paid boolean,
    put_in_cents bigint,
    open_cents bigint
)
LANGUAGE sql STABLE SET enable_nestloop = off SET jit = off AS $$
WITH held AS MATERIALIZED (
    SELECT
        pi.agreement_id,
        pi.kind,
        pi.month,
        coalesce(
            sum(pi.cents) FILTER (WHERE pi.payout_id IS DISTINCT FROM of_payout), 0
        )::bigint AS before,
        coalesce(sum(pi.cents) FILTER (WHERE pi.payout_id = of_payout AND pi.cents > 0), 0)::bigint
            AS paid,
        bool_or(pi.state = 'submitted' AND pi.payout_id IS DISTINCT FROM of_payout) AS is_undecided
    FROM put_in AS pi
    GROUP BY pi.agreement_id, pi.kind, pi.month
),

moved AS MATERIALIZED (
    SELECT
        i.agreement_id,
        i.kind,
        i.month,
        sum(moved_cents.netted)::bigint AS netted,
        sum(moved_cents.reduced)::bigint AS reduced
    FROM (
        SELECT
            n.instalment_id,
            n.amount_cents AS netted,
            0 AS reduced
        FROM payout_line AS l
        INNER JOIN payout_netting AS n ON l.id = n.payout_line_id
        WHERE l.payout_id = of_payout
        UNION ALL
        SELECT
            r.instalment_id,
            0,
            r.cents
        FROM expected_reductions(of_payout) AS r
    ) AS moved_cents
    INNER JOIN instalment AS i ON moved_cents.instalment_id = i.id
    GROUP BY i.agreement_id, i.kind, i.month
),

-- What failed and is paid again by this payout was put in before: it comes on top of what is due.
again AS MATERIALIZED (
    SELECT
        i.agreement_id,
        i.kind,
        i.month,
        sum(l.due_cents)::bigint AS cents
    FROM payout_line AS l
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    WHERE l.payout_id = of_payout AND l.reissues IS NOT NULL
    GROUP BY i.agreement_id, i.kind, i.month
),

-- What failed and waits never reached its payee, so it is not kept back from other months.
waiting AS MATERIALIZED (
    SELECT
        i.agreement_id,
        i.kind,
        i.month,
        sum(o.amount_cents)::bigint AS cents
    FROM payment_attempt AS o
    INNER JOIN payout_line AS l ON o.payout_line_id = l.id
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    WHERE
        o.state IN ('rejected', 'cancelled', 'returned')
        AND NOT EXISTS (SELECT 1 FROM payment_closure AS c WHERE c.payout_line_id = l.id)
        AND NOT EXISTS (
            SELECT 1 FROM payout_line AS paying
            WHERE paying.reissues = o.id AND paying.released_at IS NULL
        )
    GROUP BY i.agreement_id, i.kind, i.month
)

SELECT
    c.agreement_id,
    payee_of(v.payments, c.kind),
    c.kind,
    c.month,
    CASE
        WHEN held.paid > 0 AND c.ours_cents = c.theirs_cents
            THEN held.before + held.paid + coalesce(moved.reduced, 0)
        ELSE c.ours_cents
    END,
    c.theirs_cents,
    coalesce(held.paid > 0, FALSE) OR again.cents IS NOT NULL,
    coalesce(held.paid, 0) + coalesce(again.cents, 0) - coalesce(moved.netted, 0),
    coalesce(again.cents, 0)
    + CASE
        WHEN held.paid > 0
            THEN
                coalesce(c.theirs_cents, c.ours_cents) - held.before - coalesce(moved.reduced, 0)
        WHEN held.is_undecided THEN 0
        ELSE
            least(
                0,
                coalesce(c.theirs_cents, c.ours_cents) - coalesce(held.before, 0)
                + coalesce(waiting.cents, 0)
            )
    END
FROM expected_comparison(
    array(
        SELECT held.agreement_id FROM held
        WHERE held.paid > 0
        UNION
        SELECT again.agreement_id FROM again
        UNION
        (
            SELECT i.agreement_id FROM instalment AS i
            WHERE i.month = through AND i.superseded_at IS NULL
            EXCEPT
            SELECT stopped.id FROM agreement AS stopped
            INNER JOIN instalment_hold AS h
                ON stopped.id = h.agreement_id OR stopped.employer_id = h.employer_id
            WHERE h.released_at IS NULL
        )
    ),
    through
) AS c
INNER JOIN agreement AS a ON c.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
LEFT JOIN held
    ON c.agreement_id = held.agreement_id AND c.kind = held.kind AND c.month = held.month
LEFT JOIN moved
    ON c.agreement_id = moved.agreement_id AND c.kind = moved.kind AND c.month = moved.month
LEFT JOIN again
    ON c.agreement_id = again.agreement_id AND c.kind = again.kind AND c.month = again.month
LEFT JOIN waiting
    ON c.agreement_id = waiting.agreement_id AND c.kind = waiting.kind AND c.month = waiting.month
$$;

-- The same for single instalments, as a check tells it: passed, failed, or no data where a kind of
-- payment is not computed twice; with both amounts.
CREATE FUNCTION expected_outcome(of_instalments uuid[])
RETURNS TABLE (instalment_id uuid, outcome text, inputs jsonb)
LANGUAGE sql STABLE SET enable_nestloop = off SET jit = off AS $$
WITH asked AS MATERIALIZED (
    SELECT
        i.id,
        i.agreement_id,
        i.kind,
        i.month,
        i.amount_cents
    FROM unnest(of_instalments) AS wanted (id)
    INNER JOIN instalment AS i ON wanted.id = i.id
)

SELECT
    asked.id,
    CASE
        WHEN c.theirs_cents IS NULL THEN 'no_data'
        WHEN c.theirs_cents = asked.amount_cents THEN 'passed'
        ELSE 'failed'
    END,
    jsonb_build_object('ours_cents', asked.amount_cents, 'theirs_cents', c.theirs_cents)
FROM asked
LEFT JOIN expected_comparison(
    array(SELECT DISTINCT asked.agreement_id FROM asked), (SELECT max(asked.month) FROM asked)
) AS c
    ON
        asked.agreement_id = c.agreement_id AND asked.kind = c.kind AND asked.month = c.month
$$;

-- A payout leaves the hands of who puts it up only with a second figure that is the same.
CREATE FUNCTION guard_payout_expected() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM payout_expected AS e
        WHERE
            e.payout_id = new.id
            AND e.expected_cents = (
                SELECT coalesce(sum(pi.cents), 0) FROM put_in AS pi
                WHERE pi.payout_id = new.id AND pi.cents > 0
            ) + (
                SELECT coalesce(sum(l.due_cents), 0) FROM payout_line AS l
                WHERE l.payout_id = new.id AND l.reissues IS NOT NULL
            ) - (
                SELECT coalesce(sum(n.amount_cents), 0)
                FROM payout_line AS l
                INNER JOIN payout_netting AS n ON l.id = n.payout_line_id
                WHERE l.payout_id = new.id
            )
    ) THEN
        RAISE EXCEPTION 'a payout is put up only when it was computed twice, to the same cent'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_computed_twice';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_worked_out_twice BEFORE UPDATE ON payout
FOR EACH ROW WHEN (old.state = 'draft') EXECUTE FUNCTION guard_payout_expected();

-- ----- Who may see and write.
GRANT SELECT, INSERT ON expected_method, payout_expected TO ura_app;
GRANT SELECT ON expected_figure, expected_milestone TO ura_app;

ALTER TABLE expected_method ENABLE ROW LEVEL SECURITY;
CREATE POLICY expected_method_seen ON expected_method FOR SELECT USING (TRUE);
CREATE POLICY expected_method_stated ON expected_method FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator' AND stated_by = (SELECT actor_account())
);

ALTER TABLE payout_expected ENABLE ROW LEVEL SECURITY;
CREATE POLICY payout_expected_seen ON payout_expected FOR SELECT USING (
    (SELECT actor_sees_all())
);
CREATE POLICY payout_expected_written ON payout_expected FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer'
);

-- ===== budget

-- Who gives the money of a budget line, and the ceiling of state aid to a single undertaking.

CREATE TABLE donor (
    id uuid PRIMARY KEY,
    code text NOT NULL,
    name text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid REFERENCES account,
    CONSTRAINT donor_once_per_code UNIQUE (code),
    CONSTRAINT donor_code_plain CHECK (code ~ '^[A-Z][A-Z0-9-]{1,29}$'),
    CONSTRAINT donor_named CHECK (btrim(name) <> '')
);

-- What a donor gives to a budget line, by a document, decided by two people. What came with the
-- country's reference data has no author. A reduction is a row of its own: less than nothing, and
-- it names the appropriation that it takes from.
CREATE TABLE appropriation (
    id uuid PRIMARY KEY,
    budget_line_id uuid NOT NULL REFERENCES budget_line,
    donor_id uuid NOT NULL REFERENCES donor,
    period daterange NOT NULL,
    priority integer NOT NULL,
    amount_cents bigint NOT NULL,
    document_reference text NOT NULL,
    reduces uuid,
    is_shipped boolean NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    refused_at timestamptz,
    refused_by uuid REFERENCES account,
    CONSTRAINT appropriation_of_line_and_donor UNIQUE (id, budget_line_id, donor_id),
    CONSTRAINT appropriation_reduces_its_own FOREIGN KEY (reduces, budget_line_id, donor_id)
    REFERENCES appropriation (id, budget_line_id, donor_id),
    CONSTRAINT appropriation_gives_or_takes CHECK (
        CASE WHEN reduces IS NULL THEN amount_cents > 0 ELSE amount_cents < 0 END
    ),
    CONSTRAINT appropriation_period_whole CHECK (
        NOT isempty(period) AND NOT lower_inf(period) AND NOT upper_inf(period)
    ),
    CONSTRAINT appropriation_priority_possible CHECK (priority BETWEEN 1 AND 99),
    CONSTRAINT appropriation_has_a_document CHECK (btrim(document_reference) <> ''),
    CONSTRAINT appropriation_proposed_by_somebody CHECK (is_shipped = (proposed_by IS NULL)),
    CONSTRAINT appropriation_two_people CHECK (confirmed_by <> proposed_by),
    CONSTRAINT appropriation_decided_once CHECK (num_nonnulls(confirmed_at, refused_at) <= 1),
    CONSTRAINT appropriation_confirmed_pair CHECK (
        is_shipped OR (confirmed_at IS NULL) = (confirmed_by IS NULL)
    ),
    CONSTRAINT appropriation_refused_pair CHECK ((refused_at IS NULL) = (refused_by IS NULL))
);

CREATE INDEX appropriation_by_line ON appropriation (budget_line_id);

-- Two ways to divide one amount, laid side by side: how much of each band lies in each source, both
-- in their order. What the shares of a band come to is the band, what those of a source come to is
-- the source, to the cent, whenever bands and sources come to the same.
CREATE FUNCTION overlay_shares(bands bigint[], sources bigint[])
RETURNS TABLE (band integer, source integer, cents bigint)
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    WITH
    b AS (
        SELECT
            t.place,
            sum(t.cents) OVER (ORDER BY t.place) - t.cents AS begins,
            sum(t.cents) OVER (ORDER BY t.place) AS ends
        FROM unnest(bands) WITH ORDINALITY AS t (cents, place)
    ),

    s AS (
        SELECT
            t.place,
            sum(t.cents) OVER (ORDER BY t.place) - t.cents AS begins,
            sum(t.cents) OVER (ORDER BY t.place) AS ends
        FROM unnest(sources) WITH ORDINALITY AS t (cents, place)
    )

    SELECT
        b.place::integer,
        s.place::integer,
        (least(b.ends, s.ends) - greatest(b.begins, s.begins))::bigint
    FROM b
    INNER JOIN s ON least(b.ends, s.ends) > greatest(b.begins, s.begins)
    ORDER BY b.place, s.place;
END;

-- The sources of a line in the order in which it draws on them: by the first day of their period,
-- their priority and their age; each with what is left of it after reductions.
CREATE VIEW appropriation_source WITH (security_invoker = TRUE) AS
SELECT
    a.id,
    a.budget_line_id,
    a.donor_id,
    row_number() OVER (
        PARTITION BY a.budget_line_id ORDER BY lower(a.period), a.priority, a.id
    ) AS place,
    (
        a.amount_cents + coalesce((
            SELECT sum(r.amount_cents) FROM appropriation AS r
            WHERE r.reduces = a.id AND r.confirmed_at IS NOT NULL
        ), 0)
    )::bigint AS amount_cents
FROM appropriation AS a
WHERE a.reduces IS NULL AND a.confirmed_at IS NOT NULL;

-- What stands on the accounts of each line, by where it lies. Money that has come furthest is laid
-- on the source that is drawn on first; what is free lies on the last. What is owed back was paid
-- before and is there to be spent again, so it widens the first sources and is shown below zero.
CREATE VIEW donor_standing WITH (security_invoker = TRUE) AS
WITH leg AS (
    SELECT
        debit_account_id AS account_id,
        amount_cents
    FROM transfer
    UNION ALL
    SELECT
        credit_account_id AS account_id,
        -amount_cents AS amount_cents
    FROM transfer
),

balance AS (
    SELECT
        la.budget_line_id,
        la.kind,
        sum(leg.amount_cents)::bigint AS cents
    FROM ledger_account AS la
    INNER JOIN leg ON la.id = leg.account_id
    WHERE la.kind <> 'treasury'
    GROUP BY la.budget_line_id, la.kind
),

source AS (
    SELECT
        s.budget_line_id,
        array_agg(s.id ORDER BY s.place) AS ids,
        array_agg(s.amount_cents ORDER BY s.place) AS amounts
    FROM appropriation_source AS s
    GROUP BY s.budget_line_id
),

band AS (
    SELECT
        b.budget_line_id,
        array_agg(b.kind ORDER BY far.place NULLS FIRST) FILTER (WHERE b.cents > 0) AS kinds,
        array_agg(b.cents ORDER BY far.place NULLS FIRST) FILTER (WHERE b.cents > 0) AS amounts,
        coalesce(-sum(b.cents) FILTER (WHERE b.cents < 0), 0)::bigint AS owed_cents
    FROM balance AS b
    LEFT JOIN (
        VALUES
        ('paid', 1),
        ('returned', 2),
        ('in_transit', 3),
        ('approved', 4),
        ('calculated', 5),
        ('committed', 6),
        ('appropriation', 7)
    ) AS far (kind, place)
        ON b.kind = far.kind
    GROUP BY b.budget_line_id
),

owed AS (
    SELECT
        s.budget_line_id,
        o.source,
        o.cents
    FROM source AS s
    INNER JOIN band AS b ON s.budget_line_id = b.budget_line_id
    CROSS JOIN LATERAL overlay_shares(ARRAY[b.owed_cents], s.amounts) AS o
),

widened AS (
    SELECT
        s.budget_line_id,
        s.ids,
        array_agg(given.cents + coalesce(owed.cents, 0) ORDER BY given.place) AS amounts
    FROM source AS s
    CROSS JOIN LATERAL unnest(s.amounts) WITH ORDINALITY AS given (cents, place)
    LEFT JOIN owed ON s.budget_line_id = owed.budget_line_id AND given.place = owed.source
    GROUP BY s.budget_line_id, s.ids
)

SELECT
    w.budget_line_id,
    w.ids[laid.source] AS appropriation_id,
    b.kinds[laid.band] AS kind,
    laid.cents
FROM widened AS w
INNER JOIN band AS b ON w.budget_line_id = b.budget_line_id
CROSS JOIN LATERAL overlay_shares(b.amounts, w.amounts) AS laid
UNION ALL
SELECT
    s.budget_line_id,
    s.ids[owed.source] AS appropriation_id,
    'recoverable' AS kind,
    -owed.cents AS cents
FROM owed
INNER JOIN source AS s ON owed.budget_line_id = s.budget_line_id;

-- An appropriation is decided on once and never edited. A reduction takes no more than is free of
-- what it reduces; a new one takes its place behind all that the line has drawn on, so that what
-- was said to be paid from one donor's money is never said to be another's afterwards. With its
-- owner's rights: it must see the whole line.
CREATE FUNCTION guard_appropriation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    decision text[] := '{confirmed_at,confirmed_by,refused_at,refused_by}';
BEGIN
    IF num_nonnulls(old.confirmed_at, old.refused_at) > 0
        OR to_jsonb(new) - decision <> to_jsonb(old) - decision
    THEN
        RAISE EXCEPTION 'an appropriation is decided on once and never edited'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'appropriation_never_edited';
    END IF;
    IF new.confirmed_at IS NULL THEN
        RETURN new;
    END IF;
    PERFORM 1 FROM public.budget_line AS l WHERE l.id = new.budget_line_id FOR UPDATE;
    IF new.reduces IS NOT NULL AND -new.amount_cents > coalesce((
        SELECT sum(s.cents) FROM public.donor_standing AS s
        WHERE s.appropriation_id = new.reduces AND s.kind = 'appropriation'
    ), 0) THEN
        RAISE EXCEPTION 'less is free of this appropriation than the reduction takes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'appropriation_not_below_use';
    END IF;
    IF new.reduces IS NULL AND EXISTS (
        SELECT 1
        FROM public.donor_standing AS s
        INNER JOIN public.appropriation AS a ON s.appropriation_id = a.id
        WHERE
            s.budget_line_id = new.budget_line_id
            AND s.kind <> 'appropriation'
            AND s.cents > 0
            AND (lower(a.period), a.priority, a.id)
            > (lower(new.period), new.priority, new.id)
    ) THEN
        RAISE EXCEPTION 'the line has drawn on an appropriation that would come after this one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'appropriation_keeps_its_place';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER appropriation_never_edited BEFORE UPDATE ON appropriation
FOR EACH ROW EXECUTE FUNCTION guard_appropriation();
CREATE TRIGGER appropriation_never_deleted BEFORE DELETE ON appropriation
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER appropriation_no_truncate BEFORE TRUNCATE ON appropriation
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER donor_append_only BEFORE UPDATE OR DELETE ON donor
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER donor_no_truncate BEFORE TRUNCATE ON donor
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What of a line's money is neither approved for payment nor gone, in cents.
CREATE FUNCTION line_unspent(of_line uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    WITH account AS (
        SELECT la.id
        FROM ledger_account AS la
        WHERE
            la.budget_line_id = line_unspent.of_line
            AND la.kind IN ('appropriation', 'committed', 'calculated')
    ),

    leg AS (
        SELECT t.amount_cents
        FROM transfer AS t
        INNER JOIN account AS a ON t.debit_account_id = a.id
        UNION ALL
        SELECT -t.amount_cents AS amount_cents
        FROM transfer AS t
        INNER JOIN account AS a ON t.credit_account_id = a.id
    )

    SELECT coalesce(sum(leg.amount_cents), 0)::bigint
    FROM leg;
END;

-- Nobody commits or takes away more than is free on a line, whatever the code would do.
CREATE FUNCTION guard_line_covered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM 1 FROM public.budget_line AS l
    WHERE l.id IN (
        SELECT w.budget_line_id FROM written AS w
        WHERE w.reason IN ('committed', 'appropriation_reduced')
    )
    ORDER BY l.id
    FOR UPDATE;
    IF NOT found THEN
        RETURN NULL;
    END IF;
    IF EXISTS (
        SELECT 1
        FROM public.ledger_account AS la
        WHERE
            la.kind = 'appropriation'
            AND la.budget_line_id IN (
                SELECT w.budget_line_id FROM written AS w
                WHERE w.reason IN ('committed', 'appropriation_reduced')
            )
            AND (
                SELECT coalesce(sum(t.amount_cents), 0) FROM public.transfer AS t
                WHERE t.debit_account_id = la.id
            ) < (
                SELECT coalesce(sum(t.amount_cents), 0) FROM public.transfer AS t
                WHERE t.credit_account_id = la.id
            )
    ) THEN
        RAISE EXCEPTION 'more would be committed than is appropriated'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'transfer_within_appropriation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER transfer_within_appropriation AFTER INSERT ON transfer
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION guard_line_covered();

-- A payout that is put up, with all others that wait, never passes what a line has left.
CREATE FUNCTION guard_payout_budget() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM 1 FROM public.budget_line AS b
    WHERE b.id IN (
        SELECT own.id
        FROM public.payout_line AS l
        INNER JOIN public.instalment AS i ON l.instalment_id = i.id
        INNER JOIN public.agreement AS a ON i.agreement_id = a.id
        INNER JOIN public.scheme_version AS v ON a.scheme_version_id = v.id
        INNER JOIN public.budget_line AS own ON v.scheme_id = own.scheme_id
        WHERE l.payout_id = new.id
    )
    ORDER BY b.id
    FOR UPDATE;
    IF EXISTS (
        SELECT 1
        FROM public.put_in AS pi
        INNER JOIN public.agreement AS a ON pi.agreement_id = a.id
        INNER JOIN public.scheme_version AS v ON a.scheme_version_id = v.id
        INNER JOIN public.budget_line AS b ON v.scheme_id = b.scheme_id
        WHERE pi.state IN ('draft', 'submitted')
        GROUP BY b.id
        HAVING sum(pi.cents) > line_unspent(b.id) AND bool_or(pi.payout_id = new.id)
    ) THEN
        RAISE EXCEPTION 'a payout pays no more than its budget lines have left'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_within_appropriation';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_within_appropriation BEFORE UPDATE ON payout
FOR EACH ROW WHEN (old.state = 'draft') EXECUTE FUNCTION guard_payout_budget();

-- An agreement whose amount found its line empty is computed again with the next run of a month.
CREATE FUNCTION note_budget_wait(agreement_ids uuid[], months date[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.fact_change (agreement_id, since, fact, known_at)
    SELECT
        w.agreement_id,
        w.month,
        'budget',
        coalesce(max(i.computed_at), clock_timestamp()) + interval '1 microsecond'
    FROM unnest(agreement_ids, months) AS w (agreement_id, month)
    LEFT JOIN public.instalment AS i
        ON w.agreement_id = i.agreement_id AND i.superseded_at IS NULL
    GROUP BY w.agreement_id, w.month;
END
$$;

GRANT SELECT, INSERT ON donor TO ura_app;
GRANT SELECT, INSERT, UPDATE ON appropriation TO ura_app;
GRANT SELECT ON appropriation_source, donor_standing TO ura_app;

ALTER TABLE donor ENABLE ROW LEVEL SECURITY;
CREATE POLICY donor_seen ON donor FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY donor_written ON donor FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer' AND recorded_by = (SELECT actor_account())
);

ALTER TABLE appropriation ENABLE ROW LEVEL SECURITY;
CREATE POLICY appropriation_seen ON appropriation FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY appropriation_proposed ON appropriation FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer'
    AND proposed_by = (SELECT actor_account())
    AND num_nonnulls(confirmed_at, refused_at) = 0
);
CREATE POLICY appropriation_decided ON appropriation FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
) WITH CHECK (
    coalesce(confirmed_by, refused_by) = (SELECT actor_account())
);

CREATE TRIGGER donor_audited AFTER INSERT OR UPDATE OR DELETE ON donor
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER appropriation_audited AFTER INSERT OR UPDATE OR DELETE ON appropriation
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- ===== undertakings

-- Single undertakings, and the ceiling of de minimis aid to one.

-- Which firms are one undertaking (Regulation (EU) 2023/2831, article 2(2): linked by votes,
-- control or contract). A group is named after one of its firms, its head; a firm without a row is
-- alone. A row says whose group a firm belongs to from a day on, so that it is in exactly one at a
-- time; its own name ends a link.
CREATE TABLE undertaking_link (
    id uuid PRIMARY KEY,
    employer_id uuid NOT NULL REFERENCES employer,
    head_id uuid NOT NULL REFERENCES employer,
    linked_on date NOT NULL,
    reason text NOT NULL,
    document_reference text NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    refused_at timestamptz,
    refused_by uuid REFERENCES account,
    CONSTRAINT undertaking_link_says_why CHECK (btrim(reason) <> ''),
    CONSTRAINT undertaking_link_has_a_document CHECK (btrim(document_reference) <> ''),
    CONSTRAINT undertaking_link_two_people CHECK (confirmed_by <> proposed_by),
    CONSTRAINT undertaking_link_decided_once CHECK (num_nonnulls(confirmed_at, refused_at) <= 1),
    CONSTRAINT undertaking_link_confirmed_pair CHECK (
        (confirmed_at IS NULL) = (confirmed_by IS NULL)
    ),
    CONSTRAINT undertaking_link_refused_pair CHECK ((refused_at IS NULL) = (refused_by IS NULL))
);

CREATE UNIQUE INDEX undertaking_link_one_proposal ON undertaking_link (employer_id)
WHERE confirmed_at IS NULL AND refused_at IS NULL;
CREATE UNIQUE INDEX undertaking_link_once_per_day ON undertaking_link (employer_id, linked_on)
WHERE confirmed_at IS NOT NULL;
CREATE INDEX undertaking_link_by_head ON undertaking_link (head_id) WHERE confirmed_at IS NOT NULL;

-- The head of the undertaking to which a firm belongs on a day.
CREATE FUNCTION undertaking_of(of_employer uuid, on_day date) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    SELECT coalesce((
        SELECT k.head_id FROM undertaking_link AS k
        WHERE
            k.employer_id = undertaking_of.of_employer
            AND k.confirmed_at IS NOT NULL
            AND k.linked_on <= undertaking_of.on_day
        ORDER BY k.linked_on DESC
        LIMIT 1
    ), undertaking_of.of_employer);
END;

CREATE FUNCTION undertaking_members(of_head uuid, on_day date) RETURNS SETOF uuid
LANGUAGE sql STABLE ROWS 2 SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    SELECT undertaking_members.of_head
    WHERE
        undertaking_of(undertaking_members.of_head, undertaking_members.on_day)
        = undertaking_members.of_head
    UNION
    SELECT k.employer_id FROM undertaking_link AS k
    WHERE
        k.head_id = undertaking_members.of_head
        AND k.confirmed_at IS NOT NULL
        AND undertaking_of(k.employer_id, undertaking_members.on_day)
        = undertaking_members.of_head;
END;

-- A link is decided on once. Groups are flat: nobody joins a firm that is in another's group, nor
-- leaves a group that bears its name while others are in it; and no link is dated before the last.
CREATE FUNCTION guard_undertaking_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    decision text[] := '{confirmed_at,confirmed_by,refused_at,refused_by}';
    rule text;
BEGIN
    IF num_nonnulls(old.confirmed_at, old.refused_at) > 0
        OR to_jsonb(new) - decision <> to_jsonb(old) - decision
    THEN
        rule := 'undertaking_link_never_edited';
    ELSIF new.confirmed_at IS NOT NULL THEN
        -- Whoever adds up the aid of an undertaking holds this lock together with others.
        PERFORM pg_advisory_xact_lock(7305806290431448);
        IF undertaking_of(new.head_id, 'infinity') <> new.head_id AND new.head_id <> new.employer_id
            OR EXISTS (
                SELECT 1 FROM undertaking_members(new.employer_id, 'infinity') AS m (id)
                WHERE m.id <> new.employer_id
            )
        THEN
            rule := 'undertaking_link_flat';
        ELSIF EXISTS (
            SELECT 1 FROM public.undertaking_link AS k
            WHERE
                k.employer_id = new.employer_id
                AND k.confirmed_at IS NOT NULL
                AND k.linked_on >= new.linked_on
        ) THEN
            rule := 'undertaking_link_in_order';
        END IF;
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION 'a link of two firms cannot be changed or confirmed like this'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = rule;
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER undertaking_link_never_edited BEFORE UPDATE ON undertaking_link
FOR EACH ROW EXECUTE FUNCTION guard_undertaking_link();
CREATE TRIGGER undertaking_link_never_deleted BEFORE DELETE ON undertaking_link
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER undertaking_link_no_truncate BEFORE TRUNCATE ON undertaking_link
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The ceiling in force on a day: so many cents in so many rolling years, and what becomes of an
-- instalment that would pass it: it is blocked, or reduced to what is left.
CREATE TABLE state_aid_rule (
    id uuid PRIMARY KEY,
    valid daterange NOT NULL,
    ceiling_cents bigint NOT NULL,
    years integer NOT NULL,
    excess_policy text NOT NULL,
    source text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    superseded_at timestamptz,
    CONSTRAINT state_aid_rule_one_at_a_time EXCLUDE USING gist (valid WITH &&)
    WHERE (superseded_at IS NULL),
    CONSTRAINT state_aid_rule_ceiling_positive CHECK (ceiling_cents > 0),
    CONSTRAINT state_aid_rule_years_possible CHECK (years BETWEEN 1 AND 10),
    CONSTRAINT state_aid_rule_policy_known CHECK (excess_policy IN ('block', 'reduce')),
    CONSTRAINT state_aid_rule_has_a_source CHECK (btrim(source) <> '')
);

CREATE TRIGGER state_aid_rule_never_edited BEFORE UPDATE ON state_aid_rule
FOR EACH ROW EXECUTE FUNCTION guard_version();
CREATE TRIGGER state_aid_rule_never_deleted BEFORE DELETE ON state_aid_rule
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER state_aid_rule_no_truncate BEFORE TRUNCATE ON state_aid_rule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Aid of others that a firm declares, by a document. It is cancelled, never edited.
CREATE TABLE state_aid_declaration (
    id uuid PRIMARY KEY,
    employer_id uuid NOT NULL REFERENCES employer,
    granted_on date NOT NULL,
    granted_by text NOT NULL,
    amount_cents bigint NOT NULL,
    document_reference text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES account,
    cancelled_at timestamptz,
    cancelled_by uuid REFERENCES account,
    cancellation_reason text,
    CONSTRAINT state_aid_declaration_amount_positive CHECK (amount_cents > 0),
    CONSTRAINT state_aid_declaration_names_the_giver CHECK (btrim(granted_by) <> ''),
    CONSTRAINT state_aid_declaration_has_a_document CHECK (btrim(document_reference) <> ''),
    CONSTRAINT state_aid_declaration_cancelled_with_reason CHECK (
        num_nonnulls(cancelled_at, cancelled_by, cancellation_reason) IN (0, 3)
    )
);

CREATE INDEX state_aid_declaration_by_employer ON state_aid_declaration (employer_id);

CREATE FUNCTION guard_state_aid_declaration() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := '{cancelled_at,cancelled_by,cancellation_reason}';
BEGIN
    IF old.cancelled_at IS NOT NULL OR to_jsonb(new) - decision <> to_jsonb(old) - decision THEN
        RAISE EXCEPTION 'declared aid is cancelled once and never edited'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'state_aid_declaration_never_edited';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER state_aid_declaration_never_edited BEFORE UPDATE ON state_aid_declaration
FOR EACH ROW EXECUTE FUNCTION guard_state_aid_declaration();
CREATE TRIGGER state_aid_declaration_never_deleted BEFORE DELETE ON state_aid_declaration
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER state_aid_declaration_no_truncate BEFORE TRUNCATE ON state_aid_declaration
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- All aid to firms: what payouts hold for them, since the day of its approval, and until then since
-- the day it was put up; and what they declared. What a candidate is paid is no aid to the firm.
-- Only functions with their owner's rights and the view below read it.
CREATE VIEW state_aid_granted AS
SELECT
    l.id,
    a.employer_id,
    (coalesce(p.approved_at, p.submitted_at) AT TIME ZONE 'Europe/Belgrade')::date AS granted_on,
    p.submitted_at AS known_at,
    l.amount_cents,
    p.reference AS payout_reference,
    NULL::text AS granted_by,
    NULL::text AS document_reference
FROM payout_line AS l
INNER JOIN payout AS p ON l.payout_id = p.id
INNER JOIN instalment AS i ON l.instalment_id = i.id
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
WHERE
    l.released_at IS NULL
    AND l.reissues IS NULL -- paid again, not granted again
    AND l.amount_cents > 0
    AND payee_of(v.payments, i.kind) = 'employer'
UNION ALL
SELECT
    d.id,
    d.employer_id,
    d.granted_on,
    d.recorded_at AS known_at,
    d.amount_cents,
    NULL AS payout_reference,
    d.granted_by,
    d.document_reference
FROM state_aid_declaration AS d
WHERE d.cancelled_at IS NULL;

CREATE VIEW state_aid AS
SELECT
    g.id,
    g.employer_id,
    g.granted_on,
    g.known_at,
    g.amount_cents,
    g.payout_reference,
    g.granted_by,
    g.document_reference
FROM state_aid_granted AS g
WHERE (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'case_officer';

-- What each of some undertakings was granted in the years up to a day, in cents, by all firms that
-- are in it on that day: who joins brings along what it was granted, who leaves takes it away
-- (article 3(8) and 3(9) of the same Regulation, where nothing else is known of who benefits). All
-- at once, so that a payout of a thousand firms reads what was granted once.
CREATE FUNCTION state_aid_used_by(heads uuid[], on_day date, in_years integer)
RETURNS TABLE (head_id uuid, cents bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    WITH member AS MATERIALIZED (
        SELECT
            h.id AS head_id,
            h.id AS employer_id
        FROM unnest(state_aid_used_by.heads) AS h (id)
        WHERE undertaking_of(h.id, state_aid_used_by.on_day) = h.id
        UNION
        SELECT
            k.head_id,
            k.employer_id
        FROM undertaking_link AS k
        WHERE
            k.head_id = any(state_aid_used_by.heads)
            AND k.confirmed_at IS NOT NULL
            AND undertaking_of(k.employer_id, state_aid_used_by.on_day) = k.head_id
    ),

    granted AS MATERIALIZED (
        SELECT
            g.employer_id,
            sum(g.amount_cents) AS cents
        FROM state_aid_granted AS g
        WHERE
            g.employer_id = any(array(SELECT m.employer_id FROM member AS m))
            AND g.granted_on > (
                state_aid_used_by.on_day - make_interval(years => state_aid_used_by.in_years)
            )::date
            AND g.granted_on <= state_aid_used_by.on_day
        GROUP BY g.employer_id
    )

    SELECT
        m.head_id,
        coalesce(sum(g.cents), 0)::bigint
    FROM member AS m
    LEFT JOIN granted AS g ON m.employer_id = g.employer_id
    GROUP BY m.head_id;
END;

-- Holds the undertakings of some instalments until the transaction ends, in one order for all: who
-- adds up what one was granted waits for whoever does the same, and no firm changes its group.
CREATE FUNCTION hold_undertakings(instalment_ids uuid[], on_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7305806290431448);
    PERFORM 1 FROM public.employer AS e
    WHERE e.id IN (
        SELECT undertaking_of(a.employer_id, on_day)
        FROM public.instalment AS i
        INNER JOIN public.agreement AS a ON i.agreement_id = a.id
        WHERE i.id = any(instalment_ids)
    )
    ORDER BY e.id
    FOR NO KEY UPDATE;
END
$$;

-- What a payout reduced to keep an undertaking within its ceiling, and by which figures.
CREATE TABLE state_aid_reduction (
    id uuid PRIMARY KEY,
    payout_line_id uuid NOT NULL REFERENCES payout_line,
    head_id uuid NOT NULL REFERENCES employer,
    full_cents bigint NOT NULL,
    allowed_cents bigint NOT NULL,
    used_cents bigint NOT NULL,
    ceiling_cents bigint NOT NULL,
    reduced_at timestamptz NOT NULL,
    CONSTRAINT state_aid_reduction_once_per_line UNIQUE (payout_line_id),
    CONSTRAINT state_aid_reduction_lowers CHECK (
        allowed_cents > 0 AND allowed_cents < full_cents
    )
);

CREATE TRIGGER state_aid_reduction_append_only BEFORE UPDATE OR DELETE ON state_aid_reduction
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER state_aid_reduction_no_truncate BEFORE TRUNCATE ON state_aid_reduction
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- No payout is put up by which an undertaking would pass its ceiling, whatever the code would do.
CREATE FUNCTION guard_payout_state_aid() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    on_day date := (new.submitted_at AT TIME ZONE 'Europe/Belgrade')::date;
BEGIN
    PERFORM hold_undertakings(
        ARRAY(SELECT l.instalment_id FROM public.payout_line AS l WHERE l.payout_id = new.id),
        on_day
    );
    IF EXISTS (
        SELECT 1
        FROM public.state_aid_rule AS r
        CROSS JOIN LATERAL state_aid_used_by(ARRAY(
            SELECT DISTINCT undertaking_of(a.employer_id, on_day)
            FROM public.payout_line AS l
            INNER JOIN public.instalment AS i ON l.instalment_id = i.id
            INNER JOIN public.agreement AS a ON i.agreement_id = a.id
            INNER JOIN public.scheme_version AS v ON a.scheme_version_id = v.id
            WHERE
                l.payout_id = new.id
                AND l.amount_cents > 0
                AND payee_of(v.payments, i.kind) = 'employer'
        ), on_day, r.years) AS used
        WHERE r.valid @> on_day AND r.superseded_at IS NULL AND used.cents > r.ceiling_cents
    ) THEN
        RAISE EXCEPTION 'an undertaking would be granted more than the ceiling of de minimis aid'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_within_state_aid';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_within_state_aid BEFORE UPDATE ON payout
FOR EACH ROW WHEN (old.state = 'draft') EXECUTE FUNCTION guard_payout_state_aid();

GRANT SELECT, INSERT, UPDATE ON undertaking_link, state_aid_declaration TO ura_app;
GRANT SELECT, INSERT ON state_aid_reduction TO ura_app;
GRANT SELECT ON state_aid_rule, state_aid TO ura_app;

ALTER TABLE undertaking_link ENABLE ROW LEVEL SECURITY;
CREATE POLICY undertaking_link_seen ON undertaking_link FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'case_officer'
);
CREATE POLICY undertaking_link_proposed ON undertaking_link FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('case_officer', 'finance_officer')
    AND proposed_by = (SELECT actor_account())
    AND num_nonnulls(confirmed_at, refused_at) = 0
);
CREATE POLICY undertaking_link_decided ON undertaking_link FOR UPDATE USING (
    (SELECT actor_role()) IN ('case_officer', 'finance_officer')
) WITH CHECK (
    coalesce(confirmed_by, refused_by) = (SELECT actor_account())
);

ALTER TABLE state_aid_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY state_aid_rule_seen ON state_aid_rule FOR SELECT USING (TRUE);

ALTER TABLE state_aid_declaration ENABLE ROW LEVEL SECURITY;
CREATE POLICY state_aid_declaration_seen ON state_aid_declaration FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'case_officer'
);
CREATE POLICY state_aid_declaration_recorded ON state_aid_declaration FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('case_officer', 'finance_officer')
    AND recorded_by = (SELECT actor_account())
);
CREATE POLICY state_aid_declaration_cancelled ON state_aid_declaration FOR UPDATE USING (
    (SELECT actor_role()) IN ('case_officer', 'finance_officer')
) WITH CHECK (cancelled_by = (SELECT actor_account()));

ALTER TABLE state_aid_reduction ENABLE ROW LEVEL SECURITY;
CREATE POLICY state_aid_reduction_seen ON state_aid_reduction FOR SELECT USING (
    (SELECT actor_sees_all())
);
CREATE POLICY state_aid_reduction_written ON state_aid_reduction FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer'
);

CREATE TRIGGER undertaking_link_audited AFTER INSERT OR UPDATE OR DELETE ON undertaking_link
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER state_aid_rule_audited AFTER INSERT OR UPDATE OR DELETE ON state_aid_rule
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER state_aid_declaration_audited
AFTER INSERT OR UPDATE OR DELETE ON state_aid_declaration
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- ===== assurance

-- Seals over what was written, and what the nightly check of the books found.

-- The ledger and the audit trail, sealed minute by minute: a root hashes the rows of its time
-- and the root before it. One who keeps a root elsewhere can tell that nothing under it was
-- changed, even by the owner of the database.
CREATE TABLE seal (
    id uuid PRIMARY KEY,
    number bigint NOT NULL,
    -- After the seal before it, until here.
    up_to timestamptz NOT NULL,
    -- Closed when every transaction is over that could still write under it.
    horizon bigint NOT NULL,
    row_count bigint,
    root bytea,
    sealed_at timestamptz,
    CONSTRAINT seal_once_per_number UNIQUE (number),
    CONSTRAINT seal_number_positive CHECK (number > 0),
    CONSTRAINT seal_root_sha256 CHECK (octet_length(root) = 32),
    CONSTRAINT seal_closed_whole CHECK (num_nonnulls(row_count, root, sealed_at) IN (0, 3)),
    CONSTRAINT seal_holds_something CHECK (row_count > 0)
);

CREATE UNIQUE INDEX seal_one_open ON seal ((TRUE)) WHERE root IS NULL;
CREATE INDEX transfer_by_time ON transfer (recorded_at);

-- What lies under a seal, each row hashed by itself, in one order for ever.
CREATE FUNCTION sealed_rows(after_time timestamptz, until_time timestamptz)
RETURNS TABLE (row_count bigint, digest bytea)
LANGUAGE sql STABLE SET timezone = 'UTC' AS $$
WITH written AS (
    SELECT
        'transfer' AS of_table,
        t.id::text AS row_key,
        to_jsonb(t)::text AS content
    FROM transfer AS t
    WHERE t.recorded_at > sealed_rows.after_time AND t.recorded_at <= sealed_rows.until_time
    UNION ALL
    SELECT
        'audit_entry' AS of_table,
        lpad(e.id::text, 20, '0') AS row_key,
        to_jsonb(e)::text AS content
    FROM audit_entry AS e
    WHERE e.happened_at > sealed_rows.after_time AND e.happened_at <= sealed_rows.until_time
)

SELECT
    count(*) AS row_count,
    sha256(
        coalesce(
            string_agg(
                sha256(convert_to(w.of_table || w.row_key || w.content, 'UTF8')), ''::bytea
                ORDER BY w.of_table, w.row_key COLLATE "C"
            ),
            ''
        )
    ) AS digest
FROM written AS w;
$$;

CREATE FUNCTION seal_root(before bytea, digest bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE
RETURN sha256(coalesce(seal_root.before, ''::bytea) || seal_root.digest);

-- A seal is opened, then closed with its root, and nothing else.
CREATE FUNCTION guard_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.root IS NULL AND new.root IS NOT NULL
        AND (old.id, old.number, old.up_to, old.horizon)
        = (new.id, new.number, new.up_to, new.horizon) THEN
        RETURN new;
    END IF;
    RAISE EXCEPTION 'a seal that was set never changes'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'seal_stands';
END
$$;

CREATE TRIGGER seal_stands BEFORE UPDATE ON seal
FOR EACH ROW EXECUTE FUNCTION guard_seal();
CREATE TRIGGER seal_never_deleted BEFORE DELETE ON seal
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON seal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One run of all invariants, by night or when somebody asked: how many rows broke one, and which.
CREATE TABLE books_check (
    id uuid PRIMARY KEY,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    asked_by uuid REFERENCES account,
    broken_count integer NOT NULL,
    broken jsonb NOT NULL,
    CONSTRAINT books_check_in_time CHECK (finished_at >= started_at),
    CONSTRAINT books_check_counts_all CHECK (broken_count >= jsonb_array_length(broken))
);

CREATE INDEX books_check_by_time ON books_check (started_at);

CREATE TRIGGER books_check_append_only BEFORE UPDATE OR DELETE ON books_check
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER books_check_no_truncate BEFORE TRUNCATE ON books_check
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The ledger seen from below: what stands on each account for an agreement, month and kind, and for
-- whom. Money without a month is what is set aside for the whole agreement.
CREATE VIEW subledger WITH (security_invoker = TRUE) AS
SELECT
    leg.agreement_id,
    leg.month,
    leg.kind,
    a.employer_id,
    a.candidate_id,
    leg.of_account,
    sum(leg.cents)::bigint AS cents
FROM (
    SELECT
        t.agreement_id,
        CASE WHEN la.kind <> 'committed' THEN t.month END AS month,
        CASE WHEN la.kind <> 'committed' THEN t.kind END AS kind,
        la.kind AS of_account,
        t.amount_cents AS cents
    FROM transfer AS t
    INNER JOIN ledger_account AS la ON t.debit_account_id = la.id
    WHERE t.agreement_id IS NOT NULL
    UNION ALL
    SELECT
        t.agreement_id,
        CASE WHEN la.kind <> 'committed' THEN t.month END AS month,
        CASE WHEN la.kind <> 'committed' THEN t.kind END AS kind,
        la.kind AS of_account,
        -t.amount_cents AS cents
    FROM transfer AS t
    INNER JOIN ledger_account AS la ON t.credit_account_id = la.id
    WHERE t.agreement_id IS NOT NULL
) AS leg
INNER JOIN agreement AS a ON leg.agreement_id = a.id
WHERE leg.of_account NOT IN ('treasury', 'appropriation')
GROUP BY leg.agreement_id, leg.month, leg.kind, a.employer_id, a.candidate_id, leg.of_account
HAVING sum(leg.cents) <> 0;

GRANT SELECT, INSERT, UPDATE ON seal TO ura_app;
GRANT SELECT, INSERT ON books_check TO ura_app;
GRANT SELECT ON subledger TO ura_app;

ALTER TABLE seal ENABLE ROW LEVEL SECURITY;
CREATE POLICY seal_seen ON seal FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY seal_opened ON seal FOR INSERT WITH CHECK ((SELECT actor_role()) = 'system');
CREATE POLICY seal_closed ON seal FOR UPDATE USING ((SELECT actor_role()) = 'system');

ALTER TABLE books_check ENABLE ROW LEVEL SECURITY;
CREATE POLICY books_check_seen ON books_check FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY books_check_made ON books_check FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('system', 'auditor')
);

-- ===== standing

-- Where the money of each month stands; and what an actor may see and write of checks and holds.

-- The first check, in the order of their rules, that stops an instalment by its last run, and since
-- which run it has done so.
CREATE FUNCTION stopping_check(of_instalment uuid, at timestamptz) RETURNS TABLE (
    code text, acts text, since timestamptz, is_told_employer boolean
)
LANGUAGE sql STABLE AS $$
SELECT
    r.code::text,
    r.acts,
    coalesce(before.run_at, last.run_at) AS since,
    r.is_told_employer
FROM (
    SELECT
        c.run_id,
        c.payee,
        c.is_monthly,
        n.run_on,
        n.run_at
    FROM checked_instalment AS c
    INNER JOIN check_run AS n ON c.run_id = n.id
    WHERE c.instalment_id = stopping_check.of_instalment
    ORDER BY c.run_id DESC
    LIMIT 1
) AS last
INNER JOIN check_rule AS r
    ON
        r.valid @> last.run_on
        AND (r.payee IS NULL OR r.payee = last.payee)
        AND (last.is_monthly OR NOT r.is_monthly_only)
LEFT JOIN check_result AS f
    ON
        last.run_id = f.run_id
        AND f.instalment_id = stopping_check.of_instalment
        AND r.code = f.code
LEFT JOIN check_override AS o
    ON
        f.override_id = o.id
        AND o.granted_at <= stopping_check.at
        AND o.expires_at > stopping_check.at
LEFT JOIN LATERAL (
    SELECT min(n.run_at) AS run_at
    FROM check_result AS g
    INNER JOIN checked_instalment AS c
        ON g.run_id = c.run_id AND g.instalment_id = c.instalment_id
    INNER JOIN check_run AS n ON c.run_id = n.id
    WHERE
        c.instalment_id = stopping_check.of_instalment
        AND g.code = r.code
        AND g.outcome <> 'passed'
) AS before ON TRUE
WHERE
    o.id IS NULL
    AND (
        f.outcome IS NULL
        OR (r.is_blocking AND f.outcome = 'failed')
        OR (r.is_blocking AND r.no_data_blocks AND f.outcome = 'no_data')
        -- It stops nothing by itself: what is beyond the ceiling is reduced, or waits.
        OR (r.code = 'state_aid' AND f.outcome = 'failed')
    )
ORDER BY r.id
LIMIT 1
$$;

-- Where each month of an agreement that has begun stands, for each kind of payment: every month of
-- its days for what is paid monthly, and what was computed or falls due besides; in exactly one of
-- five sets. What is open is looked at before what is under way: the bank refused it and it was not
-- put up again, somebody stopped it, a check stops it by the last run, or it waits.
CREATE FUNCTION month_standing(at timestamptz) RETURNS TABLE (
    agreement_id uuid, month date, kind text, instalment_id uuid, due_cents bigint, standing text,
    reason text, acts text, since timestamptz, is_told_employer boolean
)
LANGUAGE sql STABLE AS $$
WITH today AS (
    SELECT (month_standing.at AT TIME ZONE 'Europe/Belgrade')::date AS day
),

key AS (
    SELECT
        a.id AS agreement_id,
        m.month::date AS month,
        p.kind
    FROM agreement AS a
    INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
    CROSS JOIN today
    CROSS JOIN LATERAL jsonb_each(v.payments) AS p (kind, facts)
    CROSS JOIN LATERAL generate_series(
        date_trunc('month', lower(a.period)::timestamp),
        least(upper(a.period) - 1, today.day)::timestamp,
        interval '1 month'
    ) AS m (month)
    WHERE a.started_at IS NOT NULL AND (p.facts ->> 'is_monthly')::boolean
    UNION
    SELECT
        i.agreement_id,
        i.month,
        i.kind
    FROM instalment AS i
    WHERE i.superseded_at IS NULL
    UNION
    SELECT
        n.agreement_id,
        n.month,
        n.kind
    FROM instalment_ahead AS n
    INNER JOIN today ON n.month <= today.day
    WHERE n.can_pay
),

line AS (
    SELECT
        i.agreement_id,
        i.month,
        i.kind,
        coalesce(sum(l.due_cents) FILTER (WHERE l.reissues IS NULL), 0) AS put_cents,
        max(t.state_changed_at) FILTER (
            WHERE t.state IN ('rejected', 'cancelled', 'returned') AND NOT t.is_over
        ) AS refused_at,
        max(p.state) FILTER (
            WHERE p.state IN ('submitted', 'approved')
        ) AS waiting_state,
        bool_or(t.state IN ('sent', 'accepted')) AS is_sent,
        bool_or(
            p.state = 'exported' AND l.amount_cents > 0 AND t.state IS NULL
        ) AS is_unwritten,
        min(p.submitted_at) FILTER (
            WHERE p.state <> 'exported' OR t.state IS NULL OR t.state IN ('sent', 'accepted')
        ) AS put_up_at
    FROM payout_line AS l
    INNER JOIN payout AS p ON l.payout_id = p.id
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    LEFT JOIN LATERAL (
        SELECT
            o.state,
            o.state_changed_at,
            EXISTS (
                SELECT 1 FROM payment_closure AS c WHERE c.payout_line_id = l.id
            ) OR EXISTS (
                SELECT 1 FROM payout_line AS again
                WHERE again.reissues = o.id AND again.released_at IS NULL
            ) AS is_over
        FROM payment_attempt AS o
        WHERE o.payout_line_id = l.id
        ORDER BY o.number DESC
        LIMIT 1
    ) AS t ON TRUE
    WHERE l.released_at IS NULL
    GROUP BY i.agreement_id, i.month, i.kind
),

netted AS (
    SELECT
        i.agreement_id,
        i.month,
        i.kind,
        sum(n.amount_cents) AS cents
    FROM payout_netting AS n
    INNER JOIN instalment AS i ON n.instalment_id = i.id
    WHERE n.released_at IS NULL
    GROUP BY i.agreement_id, i.month, i.kind
),

found AS (
    SELECT
        key.agreement_id,
        key.month,
        key.kind,
        i.id AS instalment_id,
        coalesce(i.amount_cents, 0) AS due_cents,
        i.outcome,
        i.reason,
        i.computed_at,
        i.outcome = 'due'
        AND i.amount_cents > coalesce(line.put_cents, 0) - coalesce(netted.cents, 0) AS is_open,
        line.refused_at,
        line.waiting_state,
        line.is_sent,
        line.is_unwritten,
        line.put_up_at
    FROM key
    LEFT JOIN instalment AS i
        ON
            key.agreement_id = i.agreement_id
            AND key.month = i.month
            AND key.kind = i.kind
            AND i.superseded_at IS NULL
    LEFT JOIN line
        ON
            key.agreement_id = line.agreement_id
            AND key.month = line.month
            AND key.kind = line.kind
    LEFT JOIN netted
        ON
            key.agreement_id = netted.agreement_id
            AND key.month = netted.month
            AND key.kind = netted.kind
)

SELECT
    f.agreement_id,
    f.month,
    f.kind,
    f.instalment_id,
    f.due_cents,
    s.standing,
    s.reason,
    s.acts,
    s.since,
    s.is_told_employer
FROM found AS f
CROSS JOIN today
LEFT JOIN LATERAL (
    SELECT min(h.placed_at) AS placed_at
    FROM hold_in_force AS h
    WHERE
        f.is_open
        AND h.agreement_id = f.agreement_id
        AND (h.month IS NULL OR (h.month = f.month AND h.kind = f.kind))
) AS held ON TRUE
LEFT JOIN LATERAL (
    SELECT
        u.code,
        u.acts,
        u.since,
        u.is_told_employer
    FROM stopping_check(f.instalment_id, month_standing.at) AS u
    WHERE f.is_open
) AS stopped ON TRUE
CROSS JOIN LATERAL (
    SELECT *
    FROM (
        VALUES
        (
            f.outcome = 'due' AND f.refused_at IS NOT NULL,
            'blocked', 'bank_refused', 'payee', f.refused_at, TRUE
        ),
        (f.is_unwritten, 'blocked', 'not_written', 'finance', f.put_up_at, TRUE),
        (
            f.is_open AND held.placed_at IS NOT NULL,
            'blocked', 'on_hold', 'finance', held.placed_at, FALSE
        ),
        (
            f.is_open AND stopped.code IS NOT NULL,
            'blocked', stopped.code, stopped.acts, stopped.since, stopped.is_told_employer
        ),
        (f.is_open, 'scheduled', 'waits_to_be_put_up', 'finance', f.computed_at, TRUE),
        (f.waiting_state IS NOT NULL, 'in_payout', f.waiting_state, 'finance', f.put_up_at, TRUE),
        (f.is_sent, 'in_payout', 'sent', 'nobody', f.put_up_at, TRUE),
        (f.outcome = 'due', 'paid', NULL, 'nobody', NULL, TRUE),
        (
            f.outcome = 'blocked', 'blocked', f.reason,
            CASE f.reason WHEN 'evidence_unconfirmed' THEN 'office' ELSE 'employer' END,
            f.computed_at, TRUE
        ),
        (f.outcome = 'not_due', 'not_due', f.reason, 'nobody', f.computed_at, TRUE),
        (
            f.month + interval '1 month' > today.day,
            'scheduled', 'month_runs', 'nobody', f.month::timestamptz, TRUE
        ),
        (TRUE, 'scheduled', 'waits_to_be_computed', 'finance', f.month::timestamptz, TRUE)
    ) AS rule (holds, standing, reason, acts, since, is_told_employer)
    WHERE rule.holds
    LIMIT 1
) AS s
$$;

-- What of it an actor may see. It reads with its owner's rights, since only finance sees payouts;
-- an office sees its own agreements, and an employer its own, with no reason that says something
-- of a person: such a payment is being looked at.
CREATE FUNCTION standing_seen(at timestamptz, of_month date, of_agreement uuid) RETURNS TABLE (
    agreement_id uuid, month date, kind text, instalment_id uuid, due_cents bigint, standing text,
    reason text, acts text, since timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT
        s.agreement_id,
        s.month,
        s.kind,
        s.instalment_id,
        s.due_cents,
        s.standing,
        CASE WHEN t.is_told THEN s.reason ELSE 'under_review' END,
        CASE WHEN t.is_told THEN s.acts ELSE 'office' END,
        s.since
    FROM public.month_standing(standing_seen.at) AS s
    INNER JOIN public.agreement AS a ON s.agreement_id = a.id
    INNER JOIN public.scheme_version AS v ON a.scheme_version_id = v.id
    CROSS JOIN LATERAL (
        SELECT
            public.actor_role() <> 'employer'
            OR (
                s.is_told_employer
                AND (s.acts <> 'payee' OR public.payee_of(v.payments, s.kind) = 'employer')
            ) AS is_told
    ) AS t
    WHERE
        (standing_seen.of_month IS NULL OR s.month = standing_seen.of_month)
        AND (standing_seen.of_agreement IS NULL OR s.agreement_id = standing_seen.of_agreement)
        AND (
            public.actor_sees_all()
            OR a.office_id = public.actor_office()
            OR a.employer_id = public.actor_employer()
        )
$$;

GRANT SELECT ON check_rule, hold_in_force TO ura_app;
GRANT SELECT, INSERT ON
check_run, checked_instalment, check_result, check_override_lapse TO ura_app;
GRANT SELECT, INSERT, UPDATE ON check_override, instalment_hold TO ura_app;

ALTER TABLE check_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY check_rule_seen ON check_rule FOR SELECT USING (TRUE);

ALTER TABLE check_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY check_run_seen ON check_run FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'case_officer'
);
CREATE POLICY check_run_by_finance ON check_run FOR INSERT WITH CHECK (
    ((SELECT actor_role()) = 'finance_officer' AND run_by = (SELECT actor_account()))
    OR ((SELECT actor_role()) = 'system' AND run_by IS NULL)
);

ALTER TABLE checked_instalment ENABLE ROW LEVEL SECURITY;
CREATE POLICY checked_instalment_seen ON checked_instalment FOR SELECT USING (
    (SELECT actor_sees_all())
    OR (
        (SELECT actor_role()) = 'case_officer'
        AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = checked_instalment.agreement_id)
    )
);
CREATE POLICY checked_instalment_written ON checked_instalment FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'system')
);

ALTER TABLE check_result ENABLE ROW LEVEL SECURITY;
CREATE POLICY check_result_seen ON check_result FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (
        SELECT 1 FROM checked_instalment AS c
        WHERE c.run_id = check_result.run_id AND c.instalment_id = check_result.instalment_id
    )
);
CREATE POLICY check_result_written ON check_result FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'system')
);

ALTER TABLE check_override ENABLE ROW LEVEL SECURITY;
CREATE POLICY check_override_seen ON check_override FOR SELECT USING (
    (SELECT actor_sees_all())
    OR (
        (SELECT actor_role()) = 'case_officer'
        AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = check_override.agreement_id)
    )
);
CREATE POLICY check_override_asked ON check_override FOR INSERT WITH CHECK (
    asked_by = (SELECT actor_account())
    AND num_nonnulls(granted_at, refused_at) = 0
    AND (SELECT actor_role()) IN ('case_officer', 'finance_officer')
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = check_override.agreement_id)
);
CREATE POLICY check_override_decided ON check_override FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
) WITH CHECK (coalesce(granted_by, refused_by) = (SELECT actor_account()));

ALTER TABLE check_override_lapse ENABLE ROW LEVEL SECURITY;
CREATE POLICY check_override_lapse_seen ON check_override_lapse FOR SELECT USING (
    EXISTS (SELECT 1 FROM check_override AS o WHERE o.id = check_override_lapse.override_id)
);
CREATE POLICY check_override_lapse_noted ON check_override_lapse FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'system')
);

ALTER TABLE instalment_hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY instalment_hold_seen ON instalment_hold FOR SELECT USING (
    (SELECT actor_sees_all())
    OR (
        (SELECT actor_role()) = 'case_officer'
        AND (
            employer_id IS NOT NULL
            OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = instalment_hold.agreement_id)
        )
    )
);
CREATE POLICY instalment_hold_placed ON instalment_hold FOR INSERT WITH CHECK (
    placed_by = (SELECT actor_account())
    AND released_at IS NULL
    AND (
        (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
        OR (
            (SELECT actor_role()) = 'case_officer'
            AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = instalment_hold.agreement_id)
        )
    )
);
CREATE POLICY instalment_hold_released ON instalment_hold FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
) WITH CHECK (released_by = (SELECT actor_account()));

-- ===== bank profile

-- What goes to the bank: letters it takes, files in pieces, who fetched them, lines left behind.

-- How a letter that a bank does not take is written instead; what is not here is refused. A row of
-- a profile counts before the shared one.
CREATE TABLE transliteration (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    bank_profile_id uuid REFERENCES bank_profile,
    letter text NOT NULL,
    written_as text NOT NULL,
    CONSTRAINT transliteration_once_per_letter UNIQUE NULLS NOT DISTINCT (bank_profile_id, letter),
    CONSTRAINT transliteration_one_letter CHECK (char_length(letter) = 1),
    CONSTRAINT transliteration_short CHECK (char_length(written_as) BETWEEN 1 AND 4)
);

-- House rule for Albanian and Serbian, then the letters of the neighbours and of Western Europe.
INSERT INTO transliteration (letter, written_as)
SELECT
    spelled.letter,
    spelling.written_as
FROM (
    VALUES
    ('ëèéêēĕėęěẽẻ', 'e'), ('ËÈÉÊĒĔĖĘĚẼẺ', 'E'), ('çćčĉċ', 'c'), ('ÇĆČĈĊ', 'C'),
    ('šśŝşș', 's'), ('ŠŚŜŞȘ', 'S'), ('žźż', 'z'), ('ŽŹŻ', 'Z'), ('đð', 'dj'), ('ĐÐ', 'Dj'),
    ('àáâãäåāăąǎ', 'a'), ('ÀÁÂÃÄÅĀĂĄǍ', 'A'), ('ìíîïĩīĭįıǐ', 'i'), ('ÌÍÎÏĨĪĬĮİǏ', 'I'),
    ('òóôõöōŏőǒø', 'o'), ('ÒÓÔÕÖŌŎŐǑØ', 'O'), ('ùúûüũūŭůűųǔ', 'u'), ('ÙÚÛÜŨŪŬŮŰŲǓ', 'U'),
    ('ýÿŷ', 'y'), ('ÝŸŶ', 'Y'), ('ñńņňǹ', 'n'), ('ÑŃŅŇǸ', 'N'), ('ďḍ', 'd'), ('ĎḌ', 'D'),
    ('ğĝġģ', 'g'), ('ĞĜĠĢ', 'G'), ('ĥ', 'h'), ('Ĥ', 'H'), ('ĵ', 'j'), ('Ĵ', 'J'),
    ('ķ', 'k'), ('Ķ', 'K'), ('łĺļľ', 'l'), ('ŁĹĻĽ', 'L'), ('ŕŗř', 'r'), ('ŔŖŘ', 'R'),
    ('ţťț', 't'), ('ŢŤȚ', 'T'), ('ŵ', 'w'), ('Ŵ', 'W'), ('ß', 'ss'), ('æ', 'ae'), ('Æ', 'Ae'),
    ('œ', 'oe'), ('Œ', 'Oe'), ('þ', 'th'), ('Þ', 'Th'), ('’‘ʼ´`', ''''), ('–—‐‑', '-'), ('&', '+')
) AS spelling (letters, written_as)
CROSS JOIN LATERAL regexp_split_to_table(spelling.letters, '') AS spelled (letter);

-- One file of a payout: which profile it was written by, and what it must come to. A payout has
-- several when a limit or a channel of the bank divides it.
CREATE TABLE bank_order (
    bank_file_id uuid PRIMARY KEY REFERENCES bank_file DEFERRABLE INITIALLY DEFERRED,
    payout_id uuid NOT NULL REFERENCES payout,
    ordinal integer NOT NULL,
    bank_profile_id uuid NOT NULL REFERENCES bank_profile,
    is_urgent boolean NOT NULL,
    payment_count integer NOT NULL,
    total_cents bigint NOT NULL,
    execute_on date NOT NULL,
    CONSTRAINT bank_order_once_per_ordinal UNIQUE (payout_id, ordinal),
    CONSTRAINT bank_order_ordinal_counts CHECK (ordinal >= 1),
    CONSTRAINT bank_order_has_payments CHECK (payment_count > 0 AND total_cents > 0)
);

-- The bytes of a file that went out, each piece sealed for its file and place.
CREATE TABLE bank_file_chunk (
    bank_file_id uuid NOT NULL REFERENCES bank_file DEFERRABLE INITIALLY DEFERRED,
    number integer NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT bank_file_chunk_once PRIMARY KEY (bank_file_id, number),
    CONSTRAINT bank_file_chunk_number_counts CHECK (number >= 1),
    CONSTRAINT bank_file_chunk_small CHECK (octet_length(sealed) <= 4194304)
);

-- Who took a file out of Ura, when, and by which door.
CREATE TABLE bank_download (
    id uuid PRIMARY KEY,
    bank_file_id uuid NOT NULL REFERENCES bank_file,
    door text NOT NULL,
    downloaded_at timestamptz NOT NULL,
    downloaded_by uuid NOT NULL REFERENCES account,
    CONSTRAINT bank_download_door_known CHECK (door IN ('api', 'page', 'command'))
);

CREATE INDEX bank_download_by_file ON bank_download (bank_file_id);

-- An approved line that no file for the bank can hold as it stands. Its money stays approved until
-- the line is released, to be put up again when what is wrong has been put right.
CREATE TABLE unwritten_line (
    payout_line_id uuid PRIMARY KEY REFERENCES payout_line,
    payout_id uuid NOT NULL REFERENCES payout,
    reason text NOT NULL,
    detail text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES account,
    released_at timestamptz,
    released_by uuid REFERENCES account,
    CONSTRAINT unwritten_line_reason_known CHECK (
        reason IN ('letters', 'length', 'town', 'iban', 'amount')
    ),
    CONSTRAINT unwritten_line_released_pair CHECK ((released_at IS NULL) = (released_by IS NULL))
);

CREATE INDEX unwritten_line_by_payout ON unwritten_line (payout_id);

CREATE FUNCTION is_unwritten(of_line uuid) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
    SELECT 1 FROM unwritten_line AS u WHERE u.payout_line_id = is_unwritten.of_line
);

-- A line is written for the bank or it is not: never both, and a release happens once.
CREATE FUNCTION guard_unwritten_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_op = 'UPDATE' THEN
        IF old.released_at IS NULL
            AND to_jsonb(new) - ARRAY['released_at', 'released_by']
            = to_jsonb(old) - ARRAY['released_at', 'released_by'] THEN
            RETURN new;
        END IF;
        RAISE EXCEPTION 'a line left out of a file is released once and never changes else'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'unwritten_line_stands';
    END IF;
    IF EXISTS (
        SELECT 1 FROM payment_attempt AS o WHERE o.payout_line_id = new.payout_line_id
    ) THEN
        RAISE EXCEPTION 'a line that was sent is written'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'unwritten_line_not_sent';
    END IF;
    RETURN new;
END
$$;

CREATE FUNCTION guard_attempt_of_unwritten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF is_unwritten(new.payout_line_id) THEN
        RAISE EXCEPTION 'a line that could not be written is not sent'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'unwritten_line_not_sent';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER unwritten_line_stands BEFORE INSERT OR UPDATE ON unwritten_line
FOR EACH ROW EXECUTE FUNCTION guard_unwritten_line();
CREATE TRIGGER payment_attempt_of_written BEFORE INSERT ON payment_attempt
FOR EACH ROW EXECUTE FUNCTION guard_attempt_of_unwritten();
CREATE TRIGGER unwritten_line_never_deleted BEFORE DELETE ON unwritten_line
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER unwritten_line_no_truncate BEFORE TRUNCATE ON unwritten_line
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_order_append_only BEFORE UPDATE OR DELETE ON bank_order
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_order_no_truncate BEFORE TRUNCATE ON bank_order
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_file_chunk_append_only BEFORE UPDATE OR DELETE ON bank_file_chunk
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_file_chunk_no_truncate BEFORE TRUNCATE ON bank_file_chunk
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_download_append_only BEFORE UPDATE OR DELETE ON bank_download
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_download_no_truncate BEFORE TRUNCATE ON bank_download
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transliteration_append_only BEFORE UPDATE OR DELETE ON transliteration
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transliteration_no_truncate BEFORE TRUNCATE ON transliteration
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What was proposed is what is confirmed: a version of a profile changes only in where it stands.
CREATE FUNCTION guard_bank_profile() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moves text[] := ARRAY[
        'confirmed_at', 'confirmed_by', 'refused_at', 'refused_by', 'retired_at'
    ];
BEGIN
    IF to_jsonb(new) - moves <> to_jsonb(old) - moves
        OR old.refused_at IS NOT NULL
        OR old.retired_at IS NOT NULL
        OR (old.confirmed_at IS NOT NULL AND new.confirmed_at IS DISTINCT FROM old.confirmed_at)
    THEN
        RAISE EXCEPTION 'a version of a bank profile never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'bank_profile_stands';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER bank_profile_stands BEFORE UPDATE ON bank_profile
FOR EACH ROW EXECUTE FUNCTION guard_bank_profile();

GRANT SELECT, INSERT ON
transliteration, bank_order, bank_file_chunk, bank_download
TO ura_app;
GRANT SELECT, INSERT, UPDATE ON bank_profile, unwritten_line TO ura_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON bank_day TO ura_app;

ALTER TABLE bank_profile ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_profile_seen ON bank_profile FOR SELECT USING (TRUE);
CREATE POLICY bank_profile_proposed ON bank_profile FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator' AND proposed_by = (SELECT actor_account())
);
CREATE POLICY bank_profile_decided ON bank_profile FOR UPDATE USING (
    (SELECT actor_role()) IN ('administrator', 'finance_authoriser')
);

ALTER TABLE transliteration ENABLE ROW LEVEL SECURITY;
CREATE POLICY transliteration_seen ON transliteration FOR SELECT USING (TRUE);
CREATE POLICY transliteration_proposed ON transliteration FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator' AND bank_profile_id IS NOT NULL
);

ALTER TABLE bank_day ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_day_seen ON bank_day FOR SELECT USING (TRUE);
CREATE POLICY bank_day_kept ON bank_day FOR ALL USING (
    (SELECT actor_role()) IN ('administrator', 'finance_officer', 'finance_authoriser')
);

ALTER TABLE bank_order ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_order_seen ON bank_order FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY bank_order_written ON bank_order FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE bank_file_chunk ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_file_chunk_seen ON bank_file_chunk FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY bank_file_chunk_written ON bank_file_chunk FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE bank_download ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_download_seen ON bank_download FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY bank_download_noted ON bank_download FOR INSERT WITH CHECK (
    downloaded_by = (SELECT actor_account())
);

ALTER TABLE unwritten_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY unwritten_line_seen ON unwritten_line FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY unwritten_line_noted ON unwritten_line FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
    AND recorded_by = (SELECT actor_account())
);
CREATE POLICY unwritten_line_let_go ON unwritten_line FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

-- ===== bank loop

-- What banks' reason codes mean for us: data, so that a new code needs no release. A code that is
-- not here is for a person. Codes: ISO 20022 external code sets; names in our own words.
CREATE TABLE reason_code (
    code_list text NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    action text NOT NULL,
    CONSTRAINT reason_code_pk PRIMARY KEY (code_list, code),
    CONSTRAINT reason_code_list_known CHECK (code_list IN ('status', 'return')),
    CONSTRAINT reason_code_action_known CHECK (
        action IN (
            'change_account', 'contact_payee', 'stop_batch', 'freeze', 'correct',
            'stop_placement', 'close_recall', 'operator', 'person'
        )
    )
);

-- What was said of an order, by whom and what it did: the history of its state, never edited.
CREATE TABLE attempt_event (
    id uuid PRIMARY KEY,
    attempt_id uuid NOT NULL,
    bank_entry_id uuid,
    suspense_resolution_id uuid,
    said text NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    reason_code text,
    happened_at timestamptz NOT NULL,
    recorded_by uuid,
    CONSTRAINT attempt_event_said_known CHECK (
        said IN (
            'accepted', 'rejected', 'cancelled', 'settled', 'returned', 'confirmed', 'batch',
            'none', 'unmatched'
        )
    ),
    CONSTRAINT attempt_event_has_cause CHECK (
        num_nonnulls(bank_entry_id, suspense_resolution_id) > 0
    )
);

CREATE INDEX attempt_event_by_attempt ON attempt_event (attempt_id, happened_at);

-- Its keys are looked up as those of entries are (guard_keys_of_entries).
CREATE FUNCTION guard_keys_of_events() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    unknown text;
BEGIN
    SELECT
        CASE
            WHEN o.id IS NULL THEN 'attempt_event_of_order'
            WHEN e.id IS NULL AND w.bank_entry_id IS NOT NULL THEN 'attempt_event_of_entry'
            ELSE 'attempt_event_by_account'
        END INTO unknown
    FROM written AS w
    LEFT JOIN public.payment_attempt AS o ON w.attempt_id = o.id
    LEFT JOIN public.bank_entry AS e ON w.bank_entry_id = e.id
    LEFT JOIN public.account AS a ON w.recorded_by = a.id
    WHERE
        o.id IS NULL
        OR (e.id IS NULL AND w.bank_entry_id IS NOT NULL)
        OR (a.id IS NULL AND w.recorded_by IS NOT NULL)
    LIMIT 1;
    IF found THEN
        RAISE EXCEPTION 'what is said of an order names an order, entry and account that are there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = unknown;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER attempt_event_keys_known AFTER INSERT ON attempt_event
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION guard_keys_of_events();
CREATE TRIGGER attempt_event_append_only BEFORE UPDATE OR DELETE ON attempt_event
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER attempt_event_no_truncate BEFORE TRUNCATE ON attempt_event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- An account that a bank refused: no line is paid to it until somebody releases it. A new account
-- of the payee is not held.
CREATE TABLE account_hold (
    id uuid PRIMARY KEY,
    bank_account_id uuid NOT NULL REFERENCES bank_account,
    attempt_id uuid NOT NULL REFERENCES payment_attempt,
    reason_code text NOT NULL,
    action text NOT NULL,
    held_at timestamptz NOT NULL,
    released_at timestamptz,
    released_by uuid REFERENCES account,
    release_reason text,
    CONSTRAINT account_hold_once_per_attempt UNIQUE (attempt_id),
    CONSTRAINT account_hold_action_known CHECK (action IN ('change_account', 'contact_payee')),
    CONSTRAINT account_hold_released_with_reason CHECK (
        num_nonnulls(released_at, released_by, release_reason) IN (0, 3)
        AND btrim(release_reason) <> ''
    )
);

CREATE INDEX account_hold_open ON account_hold (bank_account_id) WHERE released_at IS NULL;

-- What a reason code asks of a person: no funds, a possible duplicate, a payee who died.
CREATE TABLE bank_alarm (
    id uuid PRIMARY KEY,
    attempt_id uuid NOT NULL REFERENCES payment_attempt,
    agreement_id uuid NOT NULL REFERENCES agreement,
    action text NOT NULL,
    reason_code text NOT NULL,
    raised_at timestamptz NOT NULL,
    closed_at timestamptz,
    closed_by uuid REFERENCES account,
    closing_reason text,
    CONSTRAINT bank_alarm_once_per_attempt UNIQUE (attempt_id, action),
    CONSTRAINT bank_alarm_action_known CHECK (
        action IN ('stop_batch', 'freeze', 'stop_placement', 'correct', 'operator', 'person')
    ),
    CONSTRAINT bank_alarm_closed_with_reason CHECK (
        num_nonnulls(closed_at, closed_by, closing_reason) IN (0, 3)
        AND btrim(closing_reason) <> ''
    )
);

CREATE INDEX bank_alarm_open ON bank_alarm (action, raised_at) WHERE closed_at IS NULL;

-- A hold or an alarm is only ever ended, and once.
CREATE FUNCTION guard_ended_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ending text[] := tg_argv;
BEGIN
    IF to_jsonb(new) - ending <> to_jsonb(old) - ending
        OR to_jsonb(old) ->> ending[1] IS NOT NULL
    THEN
        RAISE EXCEPTION '% is ended once and otherwise stands', tg_table_name
            USING ERRCODE = 'restrict_violation', CONSTRAINT = tg_table_name || '_ended_once';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER account_hold_ended_once BEFORE UPDATE ON account_hold
FOR EACH ROW EXECUTE FUNCTION guard_ended_once('released_at', 'released_by', 'release_reason');
CREATE TRIGGER account_hold_never_deleted BEFORE DELETE ON account_hold
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER account_hold_no_truncate BEFORE TRUNCATE ON account_hold
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_alarm_ended_once BEFORE UPDATE ON bank_alarm
FOR EACH ROW EXECUTE FUNCTION guard_ended_once('closed_at', 'closed_by', 'closing_reason');
CREATE TRIGGER bank_alarm_never_deleted BEFORE DELETE ON bank_alarm
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_alarm_no_truncate BEFORE TRUNCATE ON bank_alarm
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A failed payment that somebody wants paid again: the next payout takes it as a line, which passes
-- checks and approval like any other. Open until it is withdrawn.
CREATE TABLE reissue_request (
    id uuid PRIMARY KEY,
    attempt_id uuid NOT NULL REFERENCES payment_attempt,
    reason text NOT NULL,
    requested_at timestamptz NOT NULL,
    requested_by uuid NOT NULL REFERENCES account,
    withdrawn_at timestamptz,
    withdrawn_by uuid REFERENCES account,
    withdrawal_reason text,
    CONSTRAINT reissue_request_with_reason CHECK (btrim(reason) <> ''),
    CONSTRAINT reissue_request_withdrawn_with_reason CHECK (
        num_nonnulls(withdrawn_at, withdrawn_by, withdrawal_reason) IN (0, 3)
        AND btrim(withdrawal_reason) <> ''
    )
);

CREATE UNIQUE INDEX reissue_request_one_open ON reissue_request (attempt_id)
WHERE withdrawn_at IS NULL;

CREATE FUNCTION guard_reissue_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM payment_attempt AS o
        WHERE
            o.id = new.attempt_id
            AND o.state IN ('rejected', 'cancelled', 'returned')
            AND NOT EXISTS (
                SELECT 1 FROM payment_closure AS c WHERE c.payout_line_id = o.payout_line_id
            )
    ) THEN
        RAISE EXCEPTION 'only a payment that failed and is not closed is paid again'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reissue_request_of_failed';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER reissue_request_of_failed BEFORE INSERT ON reissue_request
FOR EACH ROW EXECUTE FUNCTION guard_reissue_request();
CREATE TRIGGER reissue_request_ended_once BEFORE UPDATE ON reissue_request
FOR EACH ROW
EXECUTE FUNCTION guard_ended_once('withdrawn_at', 'withdrawn_by', 'withdrawal_reason');
CREATE TRIGGER reissue_request_never_deleted BEFORE DELETE ON reissue_request
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reissue_request_no_truncate BEFORE TRUNCATE ON reissue_request
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A line that pays a failure again pays that failure: its amount, its payee, its month and kind.
CREATE FUNCTION guard_reissue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM payment_attempt AS o
        INNER JOIN payout_line AS l ON o.payout_line_id = l.id
        INNER JOIN instalment AS paid ON l.instalment_id = paid.id
        INNER JOIN instalment AS i
            ON
                paid.agreement_id = i.agreement_id
                AND paid.month = i.month
                AND paid.kind = i.kind
        INNER JOIN bank_account AS before ON l.bank_account_id = before.id
        INNER JOIN bank_account AS b
            ON
                coalesce(before.employer_id, before.candidate_id)
                = coalesce(b.employer_id, b.candidate_id)
        INNER JOIN reissue_request AS r ON o.id = r.attempt_id AND r.withdrawn_at IS NULL
        WHERE
            o.id = new.reissues
            AND o.state IN ('rejected', 'cancelled', 'returned')
            AND o.amount_cents = new.due_cents
            AND i.id = new.instalment_id
            AND b.id = new.bank_account_id
            AND NOT EXISTS (SELECT 1 FROM payment_closure AS c WHERE c.payout_line_id = l.id)
            AND NOT EXISTS (
                SELECT 1 FROM bank_alarm AS m
                WHERE m.attempt_id = o.id AND m.action = 'freeze' AND m.closed_at IS NULL
            )
    ) THEN
        RAISE EXCEPTION 'a line pays again only what failed, to the same payee, by request'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_line_reissues_failure';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_line_reissues_failure BEFORE INSERT ON payout_line
FOR EACH ROW WHEN (new.reissues IS NOT NULL) EXECUTE FUNCTION guard_reissue();

-- Nothing is put up or approved for an account that a bank refused. The same number is the same
-- account, under whatever row it was proposed.
CREATE FUNCTION guard_held_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM account_hold AS h
        INNER JOIN bank_account AS refused ON h.bank_account_id = refused.id
        INNER JOIN bank_account AS b ON refused.iban_index = b.iban_index
        INNER JOIN payout_line AS l ON b.id = l.bank_account_id
        WHERE h.released_at IS NULL AND l.payout_id = new.id
    ) THEN
        RAISE EXCEPTION 'no line goes to an account that a bank refused'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_pays_no_held_account';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_pays_no_held_account BEFORE UPDATE OF state ON payout
FOR EACH ROW WHEN (new.state IN ('submitted', 'approved') AND old.state <> new.state)
EXECUTE FUNCTION guard_held_accounts();

-- An order points back to the one that its line pays again, and counts on from it.
CREATE FUNCTION guard_reissuing_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.reissues IS DISTINCT FROM (
        SELECT l.reissues FROM payout_line AS l WHERE l.id = new.payout_line_id
    ) OR (
        -- Asked only where there is one before: the first has number 1 (number_counts).
        new.reissues IS NOT NULL
        AND new.number IS DISTINCT FROM (
            SELECT o.number + 1 FROM payment_attempt AS o WHERE o.id = new.reissues
        )
    ) THEN
        RAISE EXCEPTION 'an order reissues what its line reissues'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_attempt_reissues_of_line';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payment_attempt_reissues_of_line BEFORE INSERT ON payment_attempt
FOR EACH ROW EXECUTE FUNCTION guard_reissuing_attempt();

CREATE FUNCTION guard_payment_closure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM payment_attempt AS o
        WHERE
            o.payout_line_id = new.payout_line_id
            AND o.state IN ('rejected', 'cancelled', 'returned')
            AND o.amount_cents = new.amount_cents
            AND NOT EXISTS (
                SELECT 1 FROM payout_line AS l
                WHERE l.reissues = o.id AND l.released_at IS NULL
            )
            AND NOT EXISTS (
                SELECT 1 FROM reissue_request AS r
                WHERE r.attempt_id = o.id AND r.withdrawn_at IS NULL
            )
    ) THEN
        RAISE EXCEPTION 'only a payment that failed and is not paid again is closed, as a whole'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_closure_of_failed';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payment_closure_of_failed BEFORE INSERT ON payment_closure
FOR EACH ROW EXECUTE FUNCTION guard_payment_closure();
CREATE TRIGGER payment_closure_append_only BEFORE UPDATE OR DELETE ON payment_closure
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_closure_no_truncate BEFORE TRUNCATE ON payment_closure
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- We ask the bank to give a payment back: two people. Closed by what the bank answers.
CREATE TABLE payment_recall (
    id uuid PRIMARY KEY,
    attempt_id uuid NOT NULL REFERENCES payment_attempt,
    reason text NOT NULL,
    asked_at timestamptz NOT NULL,
    asked_by uuid NOT NULL REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    closed_at timestamptz,
    closed_by uuid REFERENCES account,
    outcome text,
    outcome_reason text,
    CONSTRAINT payment_recall_with_reason CHECK (btrim(reason) <> ''),
    CONSTRAINT payment_recall_two_people CHECK (confirmed_by <> asked_by),
    CONSTRAINT payment_recall_confirmed_pair CHECK (
        (confirmed_at IS NULL) = (confirmed_by IS NULL)
    ),
    CONSTRAINT payment_recall_outcome_known CHECK (
        outcome IN ('honoured', 'refused', 'withdrawn')
    ),
    CONSTRAINT payment_recall_closed_with_outcome CHECK (
        num_nonnulls(closed_at, closed_by, outcome, outcome_reason) IN (0, 4)
        AND (outcome = 'withdrawn' OR outcome IS NULL OR confirmed_at IS NOT NULL)
    )
);

CREATE UNIQUE INDEX payment_recall_one_open ON payment_recall (attempt_id)
WHERE closed_at IS NULL;

CREATE FUNCTION guard_payment_recall() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closing text[] := ARRAY['closed_at', 'closed_by', 'outcome', 'outcome_reason'];
    confirming text[] := ARRAY['confirmed_at', 'confirmed_by'];
BEGIN
    IF old.closed_at IS NOT NULL
        OR to_jsonb(new) - closing - confirming <> to_jsonb(old) - closing - confirming
        OR (
            old.confirmed_at IS NOT NULL
            AND (new.confirmed_at, new.confirmed_by) IS DISTINCT FROM
            (old.confirmed_at, old.confirmed_by)
        )
    THEN
        RAISE EXCEPTION 'a recall is confirmed once and closed once'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_recall_moves_forward';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payment_recall_moves_forward BEFORE UPDATE ON payment_recall
FOR EACH ROW EXECUTE FUNCTION guard_payment_recall();
CREATE TRIGGER payment_recall_never_deleted BEFORE DELETE ON payment_recall
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_recall_no_truncate BEFORE TRUNCATE ON payment_recall
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT, UPDATE ON
account_hold, bank_alarm, reissue_request, payment_recall
TO ura_app;
GRANT SELECT, INSERT ON
attempt_event, payment_closure, bank_statement, bank_file_finding, bank_file_release,
import_refusal
TO ura_app;
GRANT SELECT ON reason_code, statement_chain TO ura_app;

ALTER TABLE reason_code ENABLE ROW LEVEL SECURITY;
CREATE POLICY reason_code_seen ON reason_code FOR SELECT USING (TRUE);

ALTER TABLE attempt_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY attempt_event_seen ON attempt_event FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY attempt_event_written ON attempt_event FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE account_hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY account_hold_seen ON account_hold FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY account_hold_written ON account_hold FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);
CREATE POLICY account_hold_ended ON account_hold FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE bank_alarm ENABLE ROW LEVEL SECURITY;
-- An office sees what concerns its own agreements: above all that a payee has died.
CREATE POLICY bank_alarm_seen ON bank_alarm FOR SELECT USING (
    (SELECT actor_sees_all())
    OR (
        action = 'stop_placement'
        AND agreement_id IN (
            SELECT a.id FROM agreement AS a WHERE a.office_id = (SELECT actor_office())
        )
    )
);
CREATE POLICY bank_alarm_written ON bank_alarm FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);
CREATE POLICY bank_alarm_ended ON bank_alarm FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE reissue_request ENABLE ROW LEVEL SECURITY;
CREATE POLICY reissue_request_seen ON reissue_request FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY reissue_request_written ON reissue_request FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
    AND requested_by = (SELECT actor_account())
);
CREATE POLICY reissue_request_ended ON reissue_request FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE payment_closure ENABLE ROW LEVEL SECURITY;
CREATE POLICY payment_closure_seen ON payment_closure FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY payment_closure_written ON payment_closure FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
    AND closed_by = (SELECT actor_account())
);

ALTER TABLE payment_recall ENABLE ROW LEVEL SECURITY;
CREATE POLICY payment_recall_seen ON payment_recall FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY payment_recall_written ON payment_recall FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
    AND asked_by = (SELECT actor_account())
);
CREATE POLICY payment_recall_ended ON payment_recall FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE bank_statement ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_statement_seen ON bank_statement FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY bank_statement_written ON bank_statement FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE bank_file_finding ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_file_finding_seen ON bank_file_finding FOR SELECT USING (
    (SELECT actor_sees_all())
);
CREATE POLICY bank_file_finding_written ON bank_file_finding FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE bank_file_release ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_file_release_seen ON bank_file_release FOR SELECT USING (
    (SELECT actor_sees_all())
);
CREATE POLICY bank_file_release_written ON bank_file_release FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
    AND released_by = (SELECT actor_account())
);

ALTER TABLE import_refusal ENABLE ROW LEVEL SECURITY;
CREATE POLICY import_refusal_seen ON import_refusal FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY import_refusal_written ON import_refusal FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
    AND refused_by = (SELECT actor_account())
);

CREATE TRIGGER account_hold_audited AFTER INSERT OR UPDATE OR DELETE ON account_hold
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER bank_alarm_audited AFTER INSERT OR UPDATE OR DELETE ON bank_alarm
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER reissue_request_audited AFTER INSERT OR UPDATE OR DELETE ON reissue_request
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER payment_recall_audited AFTER INSERT OR UPDATE OR DELETE ON payment_recall
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER payment_closure_audited AFTER INSERT OR UPDATE OR DELETE ON payment_closure
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER bank_file_release_audited AFTER INSERT OR UPDATE OR DELETE ON bank_file_release
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- ===== suspense

-- What a person (or, for a whole block that adds up, the reading itself) says an unmatched entry
-- is. Never edited: an `undo` row takes another back.
CREATE TABLE suspense_resolution (
    id uuid PRIMARY KEY,
    bank_entry_id uuid NOT NULL REFERENCES bank_entry,
    kind text NOT NULL,
    category text,
    reason text NOT NULL,
    undoes uuid REFERENCES suspense_resolution,
    needs_second boolean NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES account,
    CONSTRAINT suspense_resolution_kind_known CHECK (
        kind IN ('match', 'split', 'explain', 'batch', 'undo')
    ),
    CONSTRAINT suspense_resolution_category_known CHECK (
        category IN (
            'bank_fee', 'interest', 'treasury_funding', 'bank_correction', 'repaid_by_payee',
            'foreign', 'other'
        )
    ),
    CONSTRAINT suspense_resolution_explains_by_category CHECK (
        (kind = 'explain') = (category IS NOT NULL)
    ),
    CONSTRAINT suspense_resolution_undoes_one CHECK ((kind = 'undo') = (undoes IS NOT NULL)),
    CONSTRAINT suspense_resolution_with_reason CHECK (btrim(reason) <> ''),
    CONSTRAINT suspense_resolution_undone_once UNIQUE (undoes)
);

CREATE INDEX suspense_resolution_by_entry ON suspense_resolution (bank_entry_id);

-- The orders that an entry is matched to, with what each has of it.
CREATE TABLE suspense_part (
    id uuid PRIMARY KEY,
    suspense_resolution_id uuid NOT NULL REFERENCES suspense_resolution,
    attempt_id uuid NOT NULL REFERENCES payment_attempt,
    amount_cents bigint NOT NULL,
    CONSTRAINT suspense_part_once UNIQUE (suspense_resolution_id, attempt_id),
    CONSTRAINT suspense_part_amount_positive CHECK (amount_cents > 0)
);

CREATE INDEX suspense_part_by_attempt ON suspense_part (attempt_id);

-- A second person's word on what needs one.
CREATE TABLE suspense_confirmation (
    id uuid PRIMARY KEY,
    suspense_resolution_id uuid NOT NULL REFERENCES suspense_resolution,
    is_granted boolean NOT NULL,
    decided_at timestamptz NOT NULL,
    decided_by uuid NOT NULL REFERENCES account,
    CONSTRAINT suspense_confirmation_once UNIQUE (suspense_resolution_id)
);

-- What holds of each entry now: the newest resolution that was neither refused nor undone.
CREATE VIEW suspense_standing WITH (security_invoker = TRUE) AS
SELECT
    r.id,
    r.bank_entry_id,
    r.kind,
    r.needs_second AND c.id IS NULL AS is_waiting
FROM suspense_resolution AS r
LEFT JOIN suspense_confirmation AS c ON r.id = c.suspense_resolution_id
LEFT JOIN suspense_resolution AS u ON r.id = u.undoes
WHERE r.kind <> 'undo' AND u.id IS NULL AND coalesce(c.is_granted, TRUE);

-- The entry is held, so that of two who resolve it at once the second is refused.
CREATE FUNCTION guard_suspense_resolution() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    entry public.bank_entry;
BEGIN
    SELECT e.* INTO entry FROM public.bank_entry AS e
    WHERE e.id = new.bank_entry_id FOR UPDATE;
    IF entry.effect <> 'unmatched' OR entry.booking <> 'booked' THEN
        RAISE EXCEPTION 'only what was booked and matches nothing is resolved'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'suspense_resolution_of_unmatched';
    END IF;
    IF new.kind <> 'undo' AND EXISTS (
        SELECT 1 FROM public.suspense_standing AS s WHERE s.bank_entry_id = entry.id
    ) THEN
        RAISE EXCEPTION 'the entry is resolved already'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'suspense_resolution_one_standing';
    END IF;
    IF new.kind = 'undo' AND NOT EXISTS (
        SELECT 1 FROM public.suspense_standing AS s
        WHERE s.id = new.undoes AND s.bank_entry_id = entry.id AND s.kind = 'explain'
    ) THEN
        RAISE EXCEPTION 'only a standing explanation of the same entry is taken back'
            USING
                ERRCODE = 'restrict_violation',
                CONSTRAINT = 'suspense_resolution_undoes_standing';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER suspense_resolution_one_standing BEFORE INSERT ON suspense_resolution
FOR EACH ROW EXECUTE FUNCTION guard_suspense_resolution();

CREATE FUNCTION guard_suspense_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.kind IN ('match', 'split') AND NOT EXISTS (
        SELECT 1
        FROM bank_entry AS e
        INNER JOIN suspense_part AS p ON p.suspense_resolution_id = new.id
        WHERE e.id = new.bank_entry_id
        GROUP BY e.id, e.amount_cents
        HAVING
            sum(p.amount_cents) = e.amount_cents
            AND (new.kind = 'match') = (count(*) = 1)
    ) THEN
        RAISE EXCEPTION 'the parts of an entry add up to it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'suspense_parts_add_up';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER suspense_resolution_parts_add_up AFTER INSERT ON suspense_resolution
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION guard_suspense_parts();

CREATE FUNCTION guard_suspense_confirmation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM suspense_resolution AS r
        WHERE
            r.id = new.suspense_resolution_id
            AND r.needs_second
            AND r.proposed_by <> new.decided_by
    ) THEN
        RAISE EXCEPTION 'somebody else than who proposed it confirms'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'suspense_two_people';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER suspense_confirmation_two_people BEFORE INSERT ON suspense_confirmation
FOR EACH ROW EXECUTE FUNCTION guard_suspense_confirmation();

CREATE TRIGGER suspense_resolution_append_only BEFORE UPDATE OR DELETE ON suspense_resolution
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER suspense_resolution_no_truncate BEFORE TRUNCATE ON suspense_resolution
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER suspense_part_append_only BEFORE UPDATE OR DELETE ON suspense_part
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER suspense_part_no_truncate BEFORE TRUNCATE ON suspense_part
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER suspense_confirmation_append_only BEFORE UPDATE OR DELETE ON suspense_confirmation
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER suspense_confirmation_no_truncate BEFORE TRUNCATE ON suspense_confirmation
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE attempt_event ADD CONSTRAINT attempt_event_by_resolution
FOREIGN KEY (suspense_resolution_id) REFERENCES suspense_resolution;

-- Which entries have paid an order (debit) or sent it back (credit): by name, as part of a block or
-- because a person said so. There is at most one of each.
CREATE VIEW payment_booking WITH (security_invoker = TRUE) AS
SELECT
    e.attempt_id,
    e.kind
FROM bank_entry AS e
WHERE e.booking = 'booked' AND e.attempt_id IS NOT NULL
UNION ALL
SELECT
    v.attempt_id,
    'debit' AS kind
FROM attempt_event AS v
WHERE v.said = 'batch'
UNION ALL
SELECT
    p.attempt_id,
    e.kind
FROM suspense_part AS p
INNER JOIN suspense_standing AS s ON p.suspense_resolution_id = s.id
INNER JOIN bank_entry AS e ON s.bank_entry_id = e.id
WHERE NOT s.is_waiting;

GRANT SELECT, INSERT ON suspense_resolution, suspense_part, suspense_confirmation TO ura_app;
GRANT SELECT ON suspense_standing, payment_booking TO ura_app;

ALTER TABLE suspense_resolution ENABLE ROW LEVEL SECURITY;
CREATE POLICY suspense_resolution_seen ON suspense_resolution FOR SELECT USING (
    (SELECT actor_sees_all())
);
CREATE POLICY suspense_resolution_written ON suspense_resolution FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
    AND proposed_by = (SELECT actor_account())
);

ALTER TABLE suspense_part ENABLE ROW LEVEL SECURITY;
CREATE POLICY suspense_part_seen ON suspense_part FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY suspense_part_written ON suspense_part FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE suspense_confirmation ENABLE ROW LEVEL SECURITY;
CREATE POLICY suspense_confirmation_seen ON suspense_confirmation FOR SELECT USING (
    (SELECT actor_sees_all())
);
CREATE POLICY suspense_confirmation_written ON suspense_confirmation FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
    AND decided_by = (SELECT actor_account())
);

CREATE TRIGGER suspense_resolution_audited AFTER INSERT OR UPDATE OR DELETE ON suspense_resolution
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- ===== recoveries

-- What obliges an employer to pay back, apart from what was paid beyond what is due: dated, for one
-- scheme or (without one) for every scheme that has no rule of its own for the same cause.
CREATE TABLE recovery_rule (
    id uuid PRIMARY KEY,
    scheme_id uuid REFERENCES scheme,
    cause text NOT NULL,
    end_cause text NOT NULL,
    within_months integer NOT NULL,
    last_instalments integer,
    share_bp integer NOT NULL,
    in_force daterange NOT NULL,
    source text NOT NULL,
    CONSTRAINT recovery_rule_cause_known CHECK (cause IN ('early_end', 'dismissal_after')),
    CONSTRAINT recovery_rule_end_cause_known CHECK (
        end_cause IN (
            'employer_dismissed', 'employer_closed', 'candidate_left', 'misconduct', 'mutual'
        )
    ),
    CONSTRAINT recovery_rule_within_months_positive CHECK (within_months BETWEEN 1 AND 24),
    CONSTRAINT recovery_rule_instalments_positive CHECK (last_instalments > 0),
    CONSTRAINT recovery_rule_share CHECK (share_bp BETWEEN 1 AND 10000),
    CONSTRAINT recovery_rule_with_source CHECK (btrim(source) <> ''),
    CONSTRAINT recovery_rule_one_in_force EXCLUDE USING gist (
        coalesce(scheme_id, '00000000-0000-0000-0000-000000000000'::uuid) WITH =,
        cause WITH =,
        end_cause WITH =,
        in_force WITH &&
    )
);

-- How recoveries are collected from a kind of payee, dated: the share of a payment that may be kept
-- back and what of it must be left, days and limits.
CREATE TABLE recovery_terms (
    id uuid PRIMARY KEY,
    payee text NOT NULL,
    in_force daterange NOT NULL,
    netting_share_bp integer NOT NULL,
    floor_cents bigint NOT NULL,
    appeal_days integer NOT NULL,
    invoice_after_days integer NOT NULL,
    invoice_due_days integer NOT NULL,
    small_cents bigint NOT NULL,
    source text NOT NULL,
    CONSTRAINT recovery_terms_payee_known CHECK (payee IN ('employer', 'candidate')),
    CONSTRAINT recovery_terms_share CHECK (netting_share_bp BETWEEN 0 AND 10000),
    CONSTRAINT recovery_terms_floor CHECK (floor_cents >= 0 AND small_cents >= 0),
    CONSTRAINT recovery_terms_days CHECK (
        appeal_days BETWEEN 0 AND 365
        AND invoice_after_days BETWEEN 0 AND 365
        AND invoice_due_days BETWEEN 1 AND 365
    ),
    CONSTRAINT recovery_terms_with_source CHECK (btrim(source) <> ''),
    CONSTRAINT recovery_terms_one_in_force EXCLUDE USING gist (payee WITH =, in_force WITH &&)
);

-- That somebody was dismissed after the subsidised months, and why; withdrawn if it was a mistake.
CREATE TABLE recovery_dismissal (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    dismissed_on date NOT NULL,
    end_cause text NOT NULL,
    reason text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES account,
    superseded_at timestamptz,
    CONSTRAINT recovery_dismissal_end_cause_known CHECK (
        end_cause IN (
            'employer_dismissed', 'employer_closed', 'candidate_left', 'misconduct', 'mutual'
        )
    ),
    CONSTRAINT recovery_dismissal_with_reason CHECK (btrim(reason) <> ''),
    CONSTRAINT recovery_dismissal_superseded_later CHECK (superseded_at >= recorded_at)
);

CREATE UNIQUE INDEX recovery_dismissal_one_stands ON recovery_dismissal (agreement_id)
WHERE superseded_at IS NULL;

CREATE TRIGGER recovery_dismissal_never_edited BEFORE UPDATE ON recovery_dismissal
FOR EACH ROW EXECUTE FUNCTION guard_version();
CREATE TRIGGER recovery_dismissal_never_deleted BEFORE DELETE ON recovery_dismissal
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_dismissal_no_truncate BEFORE TRUNCATE ON recovery_dismissal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One debt of one payee for one cause: never two for the same. What it comes to is in its changes.
CREATE TABLE recovery (
    id uuid PRIMARY KEY,
    reference text NOT NULL,
    agreement_id uuid NOT NULL REFERENCES agreement,
    payee text NOT NULL,
    employer_id uuid REFERENCES employer,
    candidate_id uuid REFERENCES candidate,
    cause text NOT NULL,
    source_id uuid NOT NULL,
    state text NOT NULL,
    raised_at timestamptz NOT NULL,
    raised_by uuid REFERENCES account,
    notified_at timestamptz,
    notified_by uuid REFERENCES account,
    netting_at timestamptz,
    invoice_number text,
    invoiced_at timestamptz,
    invoice_due_on date,
    CONSTRAINT recovery_once_per_reference UNIQUE (reference),
    CONSTRAINT recovery_once_per_cause UNIQUE (agreement_id, payee, cause, source_id),
    CONSTRAINT recovery_once_per_invoice UNIQUE (invoice_number),
    CONSTRAINT recovery_payee_known CHECK (payee IN ('employer', 'candidate')),
    CONSTRAINT recovery_of_its_payee CHECK (
        (payee = 'employer') = (employer_id IS NOT NULL)
        AND (payee = 'candidate') = (candidate_id IS NOT NULL)
    ),
    CONSTRAINT recovery_cause_known CHECK (cause IN ('overpaid', 'early_end', 'dismissal_after')),
    CONSTRAINT recovery_state_known CHECK (
        state IN (
            'raised', 'notified', 'appealed', 'netting', 'invoiced', 'settled', 'written_off',
            'cancelled'
        )
    ),
    CONSTRAINT recovery_notified_pair CHECK ((notified_at IS NULL) = (notified_by IS NULL)),
    CONSTRAINT recovery_told_before_collected CHECK (
        state NOT IN ('notified', 'appealed', 'netting', 'invoiced') OR notified_at IS NOT NULL
    ),
    CONSTRAINT recovery_invoice_whole CHECK (
        num_nonnulls(invoice_number, invoiced_at, invoice_due_on) IN (0, 3)
        AND (state <> 'invoiced' OR invoiced_at IS NOT NULL)
    )
);

CREATE INDEX recovery_by_employer ON recovery (employer_id, state);
CREATE INDEX recovery_by_candidate ON recovery (candidate_id, state);
CREATE INDEX recovery_by_state ON recovery (state, raised_at);

ALTER TABLE recovery_netting
ADD CONSTRAINT recovery_netting_of_line FOREIGN KEY (payout_line_id) REFERENCES payout_line,
ADD CONSTRAINT recovery_netting_of_recovery FOREIGN KEY (recovery_id) REFERENCES recovery;
ALTER TABLE recovery_settlement
ADD CONSTRAINT recovery_settlement_of_recovery FOREIGN KEY (recovery_id) REFERENCES recovery;

-- By how much a recovery grows or shrinks, for which month and kind, why, and by which facts.
CREATE TABLE recovery_change (
    id uuid PRIMARY KEY,
    recovery_id uuid NOT NULL REFERENCES recovery,
    agreement_id uuid NOT NULL REFERENCES agreement,
    month date NOT NULL,
    kind text NOT NULL,
    amount_cents bigint NOT NULL,
    why text NOT NULL,
    facts jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid REFERENCES account,
    CONSTRAINT recovery_change_of_something CHECK (amount_cents <> 0),
    CONSTRAINT recovery_change_why_known CHECK (why IN ('facts', 'returned', 'waived', 'unwaived')),
    CONSTRAINT recovery_change_waived_is_less CHECK (
        (why <> 'waived' OR amount_cents < 0) AND (why <> 'unwaived' OR amount_cents > 0)
    )
);

CREATE INDEX recovery_change_by_recovery ON recovery_change (recovery_id);
CREATE INDEX recovery_change_by_month ON recovery_change (agreement_id, month, kind);

-- Every step of a recovery: what, which state came of it, when, by whom (none: a job), and words.
CREATE TABLE recovery_step (
    id uuid PRIMARY KEY,
    recovery_id uuid NOT NULL REFERENCES recovery,
    step text NOT NULL,
    state text NOT NULL,
    happened_at timestamptz NOT NULL,
    happened_by uuid REFERENCES account,
    said text,
    CONSTRAINT recovery_step_step_known CHECK (
        step IN (
            'raised', 'grown', 'shrunk', 'notified', 'appealed', 'appeal_upheld', 'appeal_partly',
            'appeal_dismissed', 'netting_begun', 'netted', 'netting_undone', 'invoiced', 'repaid',
            'write_off_proposed', 'write_off_refused', 'written_off', 'settled', 'cancelled'
        )
    ),
    CONSTRAINT recovery_step_state_known CHECK (
        state IN (
            'raised', 'notified', 'appealed', 'netting', 'invoiced', 'settled', 'written_off',
            'cancelled'
        )
    )
);

CREATE INDEX recovery_step_by_recovery ON recovery_step (recovery_id, happened_at);

-- Money that came in for a recovery: matched to an entry of the bank, or recorded by one person and
-- confirmed by another.
CREATE TABLE recovery_payment (
    id uuid PRIMARY KEY,
    recovery_id uuid NOT NULL REFERENCES recovery,
    amount_cents bigint NOT NULL,
    received_on date NOT NULL,
    bank_reference text NOT NULL,
    bank_entry_id uuid REFERENCES bank_entry,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    refused_at timestamptz,
    CONSTRAINT recovery_payment_once_per_reference UNIQUE (recovery_id, bank_reference),
    CONSTRAINT recovery_payment_amount_positive CHECK (amount_cents > 0),
    CONSTRAINT recovery_payment_with_reference CHECK (btrim(bank_reference) <> ''),
    CONSTRAINT recovery_payment_confirmed_pair CHECK (
        (confirmed_at IS NULL) = (confirmed_by IS NULL)
        AND num_nonnulls(confirmed_at, refused_at) < 2
    ),
    CONSTRAINT recovery_payment_two_people CHECK (
        bank_entry_id IS NOT NULL OR confirmed_by <> recorded_by
    )
);

CREATE INDEX recovery_payment_by_entry ON recovery_payment (bank_entry_id);

-- What is given up of a recovery: proposed by one person, signed by another.
CREATE TABLE recovery_write_off (
    id uuid PRIMARY KEY,
    recovery_id uuid NOT NULL REFERENCES recovery,
    amount_cents bigint NOT NULL,
    reason text NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES account,
    signed_at timestamptz,
    signed_by uuid REFERENCES account,
    refused_at timestamptz,
    CONSTRAINT recovery_write_off_amount_positive CHECK (amount_cents > 0),
    CONSTRAINT recovery_write_off_with_reason CHECK (btrim(reason) <> ''),
    CONSTRAINT recovery_write_off_signed_pair CHECK (
        (signed_at IS NULL) = (signed_by IS NULL) AND num_nonnulls(signed_at, refused_at) < 2
    ),
    CONSTRAINT recovery_write_off_two_people CHECK (signed_by <> proposed_by)
);

CREATE UNIQUE INDEX recovery_write_off_one_open ON recovery_write_off (recovery_id)
WHERE num_nonnulls(signed_at, refused_at) = 0;

-- Which rows of an ended agreement were there when it was last looked whether it owes something.
CREATE TABLE recovery_check (
    agreement_id uuid PRIMARY KEY REFERENCES agreement,
    rows_seen bigint NOT NULL
);

-- How many rows say what an agreement owes back. They are only added: the count tells a change.
CREATE FUNCTION recovery_rows(of_agreement uuid) RETURNS bigint
LANGUAGE sql STABLE
RETURN (
    SELECT count(*) FROM transfer AS t WHERE t.agreement_id = recovery_rows.of_agreement
) + (
    SELECT count(*) FROM instalment AS i WHERE i.agreement_id = recovery_rows.of_agreement
) + (
    SELECT count(*) + count(d.superseded_at)
    FROM recovery_dismissal AS d
    WHERE d.agreement_id = recovery_rows.of_agreement
);

-- Whether what a line keeps back is approved, or waits; nothing once the line was released. With
-- its owner's rights: an employer sees what was netted of its own debts, and no payouts.
CREATE FUNCTION recovery_netting_approved(of_line uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    RETURN (
        SELECT p.state IN ('approved', 'exported')
        FROM public.payout_line AS l
        INNER JOIN public.payout AS p ON l.payout_id = p.id
        WHERE l.id = of_line AND l.released_at IS NULL
    );
END
$$;

-- What a recovery comes to, month by month: owed in all, waived of that, settled, given up, and
-- kept back by lines that wait for approval.
CREATE VIEW recovery_month WITH (security_invoker = TRUE) AS
WITH part AS (
    SELECT
        recovery_id,
        agreement_id,
        month,
        kind,
        amount_cents AS owed,
        CASE WHEN why IN ('waived', 'unwaived') THEN -amount_cents ELSE 0 END AS waived,
        0 AS settled,
        0 AS written_off,
        0 AS pending
    FROM recovery_change
    UNION ALL
    SELECT
        recovery_id,
        agreement_id,
        month,
        kind,
        0 AS owed,
        0 AS waived,
        CASE WHEN means = 'repaid' THEN amount_cents ELSE 0 END AS settled,
        CASE means
            WHEN 'written_off' THEN amount_cents
            WHEN 'written_off_undone' THEN -amount_cents
            ELSE 0
        END AS written_off,
        0 AS pending
    FROM recovery_settlement
    UNION ALL
    SELECT
        k.recovery_id,
        k.agreement_id,
        k.month,
        k.kind,
        0 AS owed,
        0 AS waived,
        CASE WHEN stands.is_approved THEN k.amount_cents ELSE 0 END AS settled,
        0 AS written_off,
        CASE WHEN stands.is_approved THEN 0 ELSE k.amount_cents END AS pending
    FROM recovery_netting AS k
    CROSS JOIN LATERAL recovery_netting_approved(k.payout_line_id) AS stands (is_approved)
    WHERE stands.is_approved IS NOT NULL
)

SELECT
    recovery_id,
    agreement_id,
    month,
    kind,
    sum(owed)::bigint AS owed_cents,
    sum(waived)::bigint AS waived_cents,
    sum(settled)::bigint AS settled_cents,
    sum(written_off)::bigint AS written_off_cents,
    sum(pending)::bigint AS pending_cents
FROM part
GROUP BY recovery_id, agreement_id, month, kind;

-- ===== recovery guards

-- The content of a recovery never changes, and it moves as the table of moves says.
CREATE FUNCTION guard_recovery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (
        new.id, new.reference, new.agreement_id, new.payee, new.employer_id, new.candidate_id,
        new.cause, new.source_id, new.raised_at, new.raised_by
    ) IS DISTINCT FROM (
        old.id, old.reference, old.agreement_id, old.payee, old.employer_id, old.candidate_id,
        old.cause, old.source_id, old.raised_at, old.raised_by
    ) THEN
        RAISE EXCEPTION 'what a recovery was raised for never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_content_stands';
    END IF;
    IF old.invoice_number IS NOT NULL AND (
        new.invoice_number, new.invoiced_at
    ) IS DISTINCT FROM (old.invoice_number, old.invoiced_at) THEN
        RAISE EXCEPTION 'an invoice keeps its number'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_invoice_stands';
    END IF;
    IF new.state <> old.state AND NOT (
        new.state IN ('settled', 'written_off', 'cancelled')
        OR (new.state = 'raised' AND old.state <> 'appealed')
        OR (old.state = 'raised' AND new.state = 'notified')
        OR (old.state = 'notified' AND new.state IN ('appealed', 'netting'))
        OR (old.state = 'appealed' AND new.state = 'netting')
        OR (old.state = 'netting' AND new.state = 'invoiced')
        OR (old.state IN ('settled', 'written_off') AND new.state = 'netting')
    ) THEN
        RAISE EXCEPTION 'a recovery does not go from % to %', old.state, new.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_moves';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER recovery_moves BEFORE UPDATE ON recovery
FOR EACH ROW EXECUTE FUNCTION guard_recovery();
CREATE TRIGGER recovery_never_deleted BEFORE DELETE ON recovery
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_no_truncate BEFORE TRUNCATE ON recovery
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER recovery_change_append_only BEFORE UPDATE OR DELETE ON recovery_change
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_change_no_truncate BEFORE TRUNCATE ON recovery_change
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_step_append_only BEFORE UPDATE OR DELETE ON recovery_step
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_step_no_truncate BEFORE TRUNCATE ON recovery_step
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_netting_append_only BEFORE UPDATE OR DELETE ON recovery_netting
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_netting_no_truncate BEFORE TRUNCATE ON recovery_netting
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_settlement_append_only BEFORE UPDATE OR DELETE ON recovery_settlement
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_settlement_no_truncate BEFORE TRUNCATE ON recovery_settlement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What was recorded stands; the second person's word is said once.
CREATE FUNCTION guard_second_word() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    word text[] := tg_argv;
BEGIN
    IF to_jsonb(new) - word <> to_jsonb(old) - word
        OR EXISTS (SELECT 1 FROM unnest(word) AS w (w) WHERE to_jsonb(old) ->> w.w IS NOT NULL)
    THEN
        RAISE EXCEPTION 'what was recorded stands, and is decided on once'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = tg_table_name || '_stands';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER recovery_payment_stands BEFORE UPDATE ON recovery_payment
FOR EACH ROW EXECUTE FUNCTION guard_second_word('confirmed_at', 'confirmed_by', 'refused_at');
CREATE TRIGGER recovery_payment_never_deleted BEFORE DELETE ON recovery_payment
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_payment_no_truncate BEFORE TRUNCATE ON recovery_payment
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_write_off_stands BEFORE UPDATE ON recovery_write_off
FOR EACH ROW EXECUTE FUNCTION guard_second_word('signed_at', 'signed_by', 'refused_at');
CREATE TRIGGER recovery_write_off_never_deleted BEFORE DELETE ON recovery_write_off
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_write_off_no_truncate BEFORE TRUNCATE ON recovery_write_off
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Never more than was paid: what recoveries claim of a month is at most what its payee got for it,
-- by the bank or by set-off, and keeps. With its owner's rights: it judges by what is there.
-- Whoever raises holds the agreement, so that two cannot both claim the last of a month.
CREATE FUNCTION guard_recovery_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF new.amount_cents > 0 AND (
        SELECT coalesce(sum(c.amount_cents), 0)
        FROM public.recovery_change AS c
        WHERE c.agreement_id = new.agreement_id AND c.month = new.month AND c.kind = new.kind
    ) > (
        SELECT coalesce(sum(
            CASE
                WHEN t.reason IN ('settled', 'set_off') THEN t.amount_cents
                ELSE -t.amount_cents
            END
        ), 0)
        FROM public.transfer AS t
        WHERE t.agreement_id = new.agreement_id AND t.month = new.month AND t.kind = new.kind
            AND t.reason IN ('settled', 'set_off', 'returned', 'set_off_undone')
    ) THEN
        RAISE EXCEPTION 'a recovery never asks for more than was paid for the month'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_never_beyond_paid';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER recovery_change_never_beyond_paid AFTER INSERT ON recovery_change
FOR EACH ROW EXECUTE FUNCTION guard_recovery_change();

-- Never more than is owed: what is settled, given up or kept back of a month of a recovery is at
-- most what is owed for it. The recovery is held, so that two ways of settling wait for each other.
CREATE FUNCTION guard_recovery_owed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM 1 FROM public.recovery AS r WHERE r.id = new.recovery_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM public.recovery_month AS m
        WHERE m.recovery_id = new.recovery_id AND (
            m.owed_cents < m.settled_cents + m.written_off_cents + m.pending_cents
            OR least(m.waived_cents, m.written_off_cents) < 0
        )
    ) THEN
        RAISE EXCEPTION 'no more of a recovery is settled than is owed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_never_beyond_owed';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER recovery_netting_never_beyond_owed AFTER INSERT ON recovery_netting
FOR EACH ROW EXECUTE FUNCTION guard_recovery_owed();
CREATE TRIGGER recovery_settlement_never_beyond_owed AFTER INSERT ON recovery_settlement
FOR EACH ROW EXECUTE FUNCTION guard_recovery_owed();

-- A line keeps back for recoveries of its own payee only, those that are being netted, and no more
-- than the share of what is left after its own months; written only while its payout is a draft.
CREATE FUNCTION guard_recovery_netting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM public.payout_line AS l
        INNER JOIN public.payout AS p ON l.payout_id = p.id
        INNER JOIN public.bank_account AS b ON l.bank_account_id = b.id
        INNER JOIN public.recovery AS r ON r.id = new.recovery_id
        INNER JOIN public.recovery_terms AS t
            ON r.payee = t.payee
            AND t.in_force @> (p.submitted_at AT TIME ZONE 'Europe/Belgrade')::date
        WHERE
            l.id = new.payout_line_id
            AND p.state = 'draft'
            AND r.state = 'netting'
            AND r.agreement_id = new.agreement_id
            AND new.restores = (r.cause = 'overpaid')
            AND (r.employer_id = b.employer_id OR r.candidate_id = b.candidate_id)
            AND public.kept_for_recoveries(l.id)
            <= (l.amount_cents + public.kept_for_recoveries(l.id)) * t.netting_share_bp / 10000
            AND l.amount_cents >= t.floor_cents
    ) THEN
        RAISE EXCEPTION 'a line keeps back a share for its own payee''s recoveries, while a draft'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_netting_within_share';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER recovery_netting_within_share AFTER INSERT ON recovery_netting
FOR EACH ROW EXECUTE FUNCTION guard_recovery_netting();

-- A recovery that shrank or grew since a line was put up for it, or is appealed now, cannot be
-- netted by that line any more.
CREATE FUNCTION guard_payout_recoveries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM public.recovery_month AS m
        INNER JOIN public.recovery AS r ON m.recovery_id = r.id
        WHERE
            (
                m.owed_cents < m.settled_cents + m.written_off_cents
                OR r.state NOT IN ('netting', 'invoiced')
            )
            AND m.recovery_id IN (
                SELECT k.recovery_id
                FROM public.recovery_netting AS k
                INNER JOIN public.payout_line AS l ON k.payout_line_id = l.id
                WHERE l.payout_id = new.id
            )
    ) THEN
        RAISE EXCEPTION 'a payout nets no more of a recovery than is owed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_nets_what_is_owed';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER payout_nets_what_is_owed AFTER UPDATE ON payout
FOR EACH ROW WHEN (new.state = 'approved' AND old.state <> 'approved')
EXECUTE FUNCTION guard_payout_recoveries();

CREATE TRIGGER recovery_audited AFTER INSERT OR UPDATE OR DELETE ON recovery
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER recovery_payment_audited AFTER INSERT OR UPDATE OR DELETE ON recovery_payment
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER recovery_write_off_audited AFTER INSERT OR UPDATE OR DELETE ON recovery_write_off
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER recovery_rule_audited AFTER INSERT OR UPDATE OR DELETE ON recovery_rule
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER recovery_terms_audited AFTER INSERT OR UPDATE OR DELETE ON recovery_terms
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER recovery_dismissal_audited AFTER INSERT OR UPDATE OR DELETE ON recovery_dismissal
FOR EACH ROW EXECUTE FUNCTION record_audit();

GRANT SELECT ON recovery_rule, recovery_terms, recovery_month TO ura_app;
GRANT SELECT, INSERT ON
recovery_change, recovery_step, recovery_netting, recovery_settlement
TO ura_app;
GRANT SELECT, INSERT, UPDATE ON
recovery, recovery_payment, recovery_write_off, recovery_dismissal, recovery_check
TO ura_app;

ALTER TABLE recovery_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_rule_seen ON recovery_rule FOR SELECT USING (TRUE);
ALTER TABLE recovery_terms ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_terms_seen ON recovery_terms FOR SELECT USING (TRUE);

-- Case officers record dismissals of their office's agreements.
ALTER TABLE recovery_dismissal ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_dismissal_seen ON recovery_dismissal FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = recovery_dismissal.agreement_id)
);
CREATE POLICY recovery_dismissal_recorded ON recovery_dismissal FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'case_officer' AND recorded_by = (SELECT actor_account())
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = recovery_dismissal.agreement_id)
);
CREATE POLICY recovery_dismissal_withdrawn ON recovery_dismissal FOR UPDATE USING (
    (SELECT actor_role()) = 'case_officer'
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = recovery_dismissal.agreement_id)
);

-- An employer sees what is asked of it once it was told, and may appeal.
ALTER TABLE recovery ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_seen ON recovery FOR SELECT USING (
    (SELECT actor_sees_all())
    OR (employer_id = (SELECT actor_employer()) AND notified_at IS NOT NULL)
);
CREATE POLICY recovery_raised ON recovery FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser')
    AND raised_by IS NOT DISTINCT FROM (SELECT actor_account())
);
CREATE POLICY recovery_moved ON recovery FOR UPDATE USING (
    (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser')
);
CREATE POLICY recovery_appealed ON recovery FOR UPDATE USING (
    employer_id = (SELECT actor_employer()) AND state = 'notified'
) WITH CHECK (state = 'appealed');

ALTER TABLE recovery_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_change_seen ON recovery_change FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM recovery AS r WHERE r.id = recovery_change.recovery_id)
);
CREATE POLICY recovery_change_written ON recovery_change FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser')
    AND recorded_by IS NOT DISTINCT FROM (SELECT actor_account())
);
ALTER TABLE recovery_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_step_seen ON recovery_step FOR SELECT USING (
    (SELECT actor_sees_all())
    OR (
        step NOT IN ('write_off_proposed', 'write_off_refused')
        AND EXISTS (SELECT 1 FROM recovery AS r WHERE r.id = recovery_step.recovery_id)
    )
);
CREATE POLICY recovery_step_written ON recovery_step FOR INSERT WITH CHECK (
    happened_by IS NOT DISTINCT FROM (SELECT actor_account())
    AND (
        (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser')
        OR (
            step = 'appealed'
            AND EXISTS (SELECT 1 FROM recovery AS r WHERE r.id = recovery_step.recovery_id)
        )
    )
);
ALTER TABLE recovery_netting ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_netting_seen ON recovery_netting FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM recovery AS r WHERE r.id = recovery_netting.recovery_id)
);
CREATE POLICY recovery_netting_written ON recovery_netting FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer'
);
ALTER TABLE recovery_settlement ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_settlement_seen ON recovery_settlement FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM recovery AS r WHERE r.id = recovery_settlement.recovery_id)
);
CREATE POLICY recovery_settlement_written ON recovery_settlement FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser')
);
ALTER TABLE recovery_payment ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_payment_seen ON recovery_payment FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM recovery AS r WHERE r.id = recovery_payment.recovery_id)
);
CREATE POLICY recovery_payment_recorded ON recovery_payment FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
    AND recorded_by = (SELECT actor_account())
);
CREATE POLICY recovery_payment_confirmed ON recovery_payment FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);
ALTER TABLE recovery_write_off ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_write_off_seen ON recovery_write_off FOR SELECT USING (
    (SELECT actor_sees_all())
);
CREATE POLICY recovery_write_off_proposed ON recovery_write_off FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer' AND proposed_by = (SELECT actor_account())
);
CREATE POLICY recovery_write_off_signed ON recovery_write_off FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);
ALTER TABLE recovery_check ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_check_seen ON recovery_check FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY recovery_check_noted ON recovery_check FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser')
);
CREATE POLICY recovery_check_noted_again ON recovery_check FOR UPDATE USING (
    (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser')
);
-- Who settles a recovery holds its agreement, so that what is owed cannot change meanwhile.
CREATE POLICY agreement_held_for_recovery ON agreement FOR UPDATE USING (
    (SELECT actor_role()) = 'finance_authoriser'
) WITH CHECK (FALSE);

-- ===== payout guards

-- Lines are written only while their payout is a draft, and released only when it will not be paid.
CREATE FUNCTION guard_payout_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payout_state text;
BEGIN
    SELECT p.state INTO payout_state FROM payout AS p WHERE p.id = new.payout_id FOR SHARE;
    IF tg_op = 'INSERT' AND payout_state = 'draft' THEN
        RETURN new;
    END IF;
    IF tg_op = 'UPDATE'
        AND (payout_state IN ('rejected', 'withdrawn', 'voided') OR is_unwritten(new.id))
        AND old.released_at IS NULL
        AND to_jsonb(new) - 'released_at' = to_jsonb(old) - 'released_at' THEN
        RETURN new;
    END IF;
    RAISE EXCEPTION 'the lines of a payout that was put up never change'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_line_frozen';
END
$$;

CREATE TRIGGER payout_line_frozen BEFORE INSERT OR UPDATE ON payout_line
FOR EACH ROW EXECUTE FUNCTION guard_payout_line();
CREATE TRIGGER payout_line_never_deleted BEFORE DELETE ON payout_line
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_line_no_truncate BEFORE TRUNCATE ON payout_line
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Nettings are written and released with their lines, and stay within one payee of an agreement.
CREATE FUNCTION guard_payout_netting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payout_state text;
BEGIN
    SELECT p.state INTO payout_state
    FROM payout_line AS l
    INNER JOIN payout AS p ON l.payout_id = p.id
    INNER JOIN instalment AS due ON l.instalment_id = due.id
    INNER JOIN instalment AS overpaid ON due.agreement_id = overpaid.agreement_id
    INNER JOIN agreement AS a ON due.agreement_id = a.id
    INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
    WHERE
        l.id = new.payout_line_id
        AND overpaid.id = new.instalment_id
        AND (overpaid.id <> due.id OR l.reissues IS NOT NULL)
        AND payee_of(v.payments, overpaid.kind) = payee_of(v.payments, due.kind)
    FOR SHARE OF p;
    IF tg_op = 'INSERT' AND payout_state = 'draft' THEN
        RETURN new;
    END IF;
    IF tg_op = 'UPDATE'
        AND (
            payout_state IN ('rejected', 'withdrawn', 'voided')
            OR is_unwritten(new.payout_line_id)
        )
        AND old.released_at IS NULL
        AND to_jsonb(new) - 'released_at' = to_jsonb(old) - 'released_at' THEN
        RETURN new;
    END IF;
    RAISE EXCEPTION 'the nettings of a payout that was put up never change'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_netting_frozen';
END
$$;

CREATE TRIGGER payout_netting_frozen BEFORE INSERT OR UPDATE ON payout_netting
FOR EACH ROW EXECUTE FUNCTION guard_payout_netting();
CREATE TRIGGER payout_netting_never_deleted BEFORE DELETE ON payout_netting
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_netting_no_truncate BEFORE TRUNCATE ON payout_netting
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Whoever puts a payout up holds its agreements; this refuses what a bug would pay or net twice:
-- after it, no month it pays has more in payouts than is due, and none it nets has less.
CREATE FUNCTION guard_payout_submitted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Named first: what is put in is then read once, however little a planner knows of new lines.
    paid_agreements uuid[] := ARRAY(
        SELECT DISTINCT pi.agreement_id FROM put_in AS pi WHERE pi.payout_id = new.id
    );
BEGIN
    IF EXISTS (
        SELECT 1
        FROM payout_line AS l
        LEFT JOIN payout_netting AS n ON l.id = n.payout_line_id
        WHERE l.payout_id = new.id
        GROUP BY l.id
        HAVING l.netted_cents <> coalesce(sum(n.amount_cents), 0) + kept_for_recoveries(l.id)
    ) THEN
        RAISE EXCEPTION 'a line keeps back what its nettings come to'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_nettings_add_up';
    END IF;
    IF EXISTS (
        SELECT 1
        FROM (
            SELECT
                pi.agreement_id,
                pi.month,
                pi.kind,
                sum(pi.cents) AS cents,
                bool_or(pi.payout_id = new.id AND pi.cents > 0) AS is_paid
            FROM put_in AS pi
            WHERE pi.agreement_id = any(paid_agreements)
            GROUP BY pi.agreement_id, pi.month, pi.kind
            HAVING bool_or(pi.payout_id = new.id)
        ) AS held
        INNER JOIN instalment AS i
            ON
                held.agreement_id = i.agreement_id
                AND held.month = i.month
                AND held.kind = i.kind
                AND i.superseded_at IS NULL
        WHERE
            CASE
                WHEN held.is_paid THEN held.cents > i.amount_cents
                ELSE held.cents < i.amount_cents
            END
    ) THEN
        RAISE EXCEPTION 'a payout pays no more than is due and nets no more than is overpaid'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_pays_what_is_due';
    END IF;
    IF EXISTS (
        SELECT 1
        FROM payout_line AS l
        INNER JOIN instalment AS i ON l.instalment_id = i.id
        INNER JOIN agreement AS a ON i.agreement_id = a.id
        INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
        INNER JOIN bank_account AS b ON l.bank_account_id = b.id
        WHERE
            l.payout_id = new.id
            AND payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
            IS DISTINCT FROM coalesce(b.employer_id, b.candidate_id)
    ) THEN
        RAISE EXCEPTION 'a line goes to an account of who is paid by its kind of payment'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_pays_its_payees';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_pays_what_is_due BEFORE UPDATE ON payout
FOR EACH ROW WHEN (old.state = 'draft') EXECUTE FUNCTION guard_payout_submitted();

-- A payout never goes back, and what was put up is what is approved: total and digest stand. What
-- moves it are the acts of people (payout_act), which are there before it moves.
CREATE FUNCTION guard_payout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (
        (old.state = 'draft' AND new.state = 'submitted')
        OR (old.state = 'submitted' AND new.state IN ('approved', 'rejected', 'withdrawn'))
        OR (old.state = 'approved' AND new.state IN ('voided', 'exported'))
    ) THEN
        RAISE EXCEPTION 'a payout does not go from % to %', old.state, new.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_moves_forward';
    END IF;
    IF old.state <> 'draft' AND (
        new.digest, new.total_cents, new.line_count, new.month, new.submitted_at,
        new.submitted_by, new.required_approvals, new.required_authorisations, new.reopens
    ) IS DISTINCT FROM (
        old.digest, old.total_cents, old.line_count, old.month, old.submitted_at,
        old.submitted_by, old.required_approvals, old.required_authorisations, old.reopens
    ) THEN
        RAISE EXCEPTION 'the content of a payout that was put up never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_content_stands';
    END IF;
    IF old.approved_at IS DISTINCT FROM new.approved_at AND new.state <> 'approved' THEN
        RAISE EXCEPTION 'the moment of its approval stands'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_content_stands';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_moves_forward BEFORE UPDATE ON payout
FOR EACH ROW EXECUTE FUNCTION guard_payout();

-- ===== flags

-- What looks odd about a payment, scored and shown to who approves it; and the sample of payments
-- that somebody looks at again. Flags inform: what stops a payment is a check.
CREATE DOMAIN flag_code AS text CONSTRAINT flag_code_known CHECK (
    value IN (
        'account_shared', 'account_of_staff', 'account_changed', 'account_confirmed_fast',
        'contact_of_staff', 'contact_shared', 'network_shared', 'employer_new',
        'mostly_subsidised', 'officer_concentration', 'linked_employers', 'name_twin',
        'confirmed_fast', 'odd_hours', 'wages_at_cap', 'round_wage', 'just_under_cap',
        'leaver_paid', 'never_absent', 'first_payment', 'amount_jump'
    )
);

-- How much a flag counts: its weight is the score of a payment that shows it in full. A rule holds
-- for the days of `valid`; another follows it, so that an old score can be read.
CREATE TABLE flag_rule (
    id uuid PRIMARY KEY,
    code flag_code NOT NULL,
    valid daterange NOT NULL,
    weight integer NOT NULL,
    is_active boolean NOT NULL,
    parameters jsonb NOT NULL,
    source text NOT NULL,
    CONSTRAINT flag_rule_one_at_a_time EXCLUDE USING gist (code WITH =, valid WITH &&),
    CONSTRAINT flag_rule_valid_some_days CHECK (NOT isempty(valid)),
    CONSTRAINT flag_rule_weight_possible CHECK (weight BETWEEN 1 AND 100),
    CONSTRAINT flag_rule_parameters_named CHECK (jsonb_typeof(parameters) = 'object'),
    CONSTRAINT flag_rule_has_a_source CHECK (btrim(source) <> '')
);

-- What was found of a line when its payout was put up, and by which facts.
CREATE TABLE line_flag (
    payout_line_id uuid NOT NULL REFERENCES payout_line,
    code flag_code NOT NULL,
    score integer NOT NULL,
    evidence jsonb NOT NULL,
    flagged_at timestamptz NOT NULL,
    CONSTRAINT line_flag_once_per_line PRIMARY KEY (payout_line_id, code),
    CONSTRAINT line_flag_score_possible CHECK (score BETWEEN 1 AND 100),
    CONSTRAINT line_flag_evidence_named CHECK (jsonb_typeof(evidence) = 'object')
);

-- From which sum of scores on a line is shown as suspicious, how many of all payments are looked at
-- again, and whether a payout waits for those whose check was overridden or whose account is new.
CREATE TABLE quality_rule (
    id uuid PRIMARY KEY,
    valid daterange NOT NULL,
    flag_threshold integer NOT NULL,
    sample_bp integer NOT NULL,
    waits_for_overrides boolean NOT NULL,
    waits_for_account_changes boolean NOT NULL,
    source text NOT NULL,
    CONSTRAINT quality_rule_one_at_a_time EXCLUDE USING gist (valid WITH &&),
    CONSTRAINT quality_rule_valid_some_days CHECK (NOT isempty(valid)),
    CONSTRAINT quality_rule_threshold_positive CHECK (flag_threshold > 0),
    CONSTRAINT quality_rule_share_possible CHECK (sample_bp BETWEEN 0 AND 10000),
    CONSTRAINT quality_rule_has_a_source CHECK (btrim(source) <> '')
);

-- A line that was drawn to be looked at again, and why; a line may be drawn for several reasons.
CREATE TABLE quality_sample (
    payout_line_id uuid PRIMARY KEY REFERENCES payout_line,
    reasons text[] NOT NULL,
    drawn_at timestamptz NOT NULL,
    CONSTRAINT quality_sample_with_reason CHECK (cardinality(reasons) > 0),
    CONSTRAINT quality_sample_reasons_known CHECK (
        reasons <@ ARRAY['first_case', 'override', 'account_change', 'random']
    )
);

CREATE INDEX quality_sample_by_time ON quality_sample (drawn_at);

-- What somebody found who had no part in the payment; the amount is by how much it was wrong,
-- whichever way.
CREATE TABLE quality_review (
    id uuid PRIMARY KEY,
    payout_line_id uuid NOT NULL REFERENCES quality_sample,
    result text NOT NULL,
    error_cents bigint NOT NULL,
    note text NOT NULL,
    reviewed_at timestamptz NOT NULL,
    reviewed_by uuid NOT NULL REFERENCES account,
    CONSTRAINT quality_review_once_per_line UNIQUE (payout_line_id),
    CONSTRAINT quality_review_result_known CHECK (result IN ('correct', 'error')),
    CONSTRAINT quality_review_amount_of_error CHECK (
        error_cents >= 0 AND (result = 'error' OR error_cents = 0)
    ),
    CONSTRAINT quality_review_error_explained CHECK (
        length(note) <= 2000 AND (result = 'correct' OR length(btrim(note)) >= 10)
    )
);

CREATE TRIGGER line_flag_append_only BEFORE UPDATE OR DELETE ON line_flag
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_flag_no_truncate BEFORE TRUNCATE ON line_flag
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quality_sample_append_only BEFORE UPDATE OR DELETE ON quality_sample
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quality_sample_no_truncate BEFORE TRUNCATE ON quality_sample
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quality_review_append_only BEFORE UPDATE OR DELETE ON quality_review
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quality_review_no_truncate BEFORE TRUNCATE ON quality_review
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A rule only ends sooner; another follows it.
CREATE FUNCTION guard_dated_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(new) - 'valid' <> to_jsonb(old) - 'valid'
        OR lower(new.valid) IS DISTINCT FROM lower(old.valid)
        OR NOT new.valid <@ old.valid
    THEN
        RAISE EXCEPTION '% is never edited: end it and write another', tg_table_name
            USING ERRCODE = 'restrict_violation', CONSTRAINT = tg_table_name || '_never_edited';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER flag_rule_never_edited BEFORE UPDATE ON flag_rule
FOR EACH ROW EXECUTE FUNCTION guard_dated_rule();
CREATE TRIGGER flag_rule_never_deleted BEFORE DELETE ON flag_rule
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER flag_rule_no_truncate BEFORE TRUNCATE ON flag_rule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quality_rule_never_edited BEFORE UPDATE ON quality_rule
FOR EACH ROW EXECUTE FUNCTION guard_dated_rule();
CREATE TRIGGER quality_rule_never_deleted BEFORE DELETE ON quality_rule
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quality_rule_no_truncate BEFORE TRUNCATE ON quality_rule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Flags and samples are written with their payout, before anybody sees it.
CREATE FUNCTION guard_drawn_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM written AS w
        INNER JOIN public.payout_line AS l ON w.payout_line_id = l.id
        INNER JOIN public.payout AS p ON l.payout_id = p.id
        WHERE p.state <> 'draft'
    ) THEN
        RAISE EXCEPTION 'the lines of a payout that was put up get no more of %', tg_table_name
            USING ERRCODE = 'restrict_violation', CONSTRAINT = tg_table_name || '_while_draft';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER line_flag_while_draft AFTER INSERT ON line_flag
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION guard_drawn_lines();
CREATE TRIGGER quality_sample_while_draft AFTER INSERT ON quality_sample
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION guard_drawn_lines();

-- Who looks at a payment again had no part in it, and none in a decision about its payout; a case
-- officer is of another office than the agreement.
CREATE FUNCTION may_review(of_line uuid, of_account uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT EXISTS (
    SELECT 1
    FROM public.payout_line AS l
    INNER JOIN public.instalment AS i ON l.instalment_id = i.id
    INNER JOIN public.agreement AS a ON i.agreement_id = a.id
    INNER JOIN public.account AS r ON r.id = may_review.of_account AND r.disabled_at IS NULL
    WHERE
        l.id = may_review.of_line
        AND r.role IN ('case_officer', 'finance_officer', 'finance_authoriser')
        AND (r.role <> 'case_officer' OR r.office_id <> a.office_id)
        AND NOT EXISTS (
            SELECT 1
            FROM public.payout_conflicts(l.payout_id, r.id, 'infinity') AS c
            WHERE c.payout_line_id IS NULL OR c.payout_line_id = l.id
        )
        AND NOT EXISTS (
            SELECT 1 FROM public.payout_act AS t
            WHERE t.payout_id = l.payout_id AND t.account_id = r.id
        )
)
$$;

CREATE FUNCTION guard_quality_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT may_review(new.payout_line_id, new.reviewed_by) THEN
        RAISE EXCEPTION 'who had a part in a payment does not review it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'quality_review_by_no_one_concerned';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER quality_review_by_no_one_concerned BEFORE INSERT ON quality_review
FOR EACH ROW EXECUTE FUNCTION guard_quality_review();

-- Where the rule of the day says so, a payout is not approved while a line that it waits for has
-- not been looked at.
CREATE FUNCTION guard_quality_reviewed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM public.quality_rule AS q
        INNER JOIN public.payout_line AS l ON l.payout_id = new.id
        INNER JOIN public.quality_sample AS s ON l.id = s.payout_line_id
        LEFT JOIN public.quality_review AS r ON l.id = r.payout_line_id
        WHERE
            q.valid @> (new.approved_at AT TIME ZONE 'Europe/Belgrade')::date
            AND r.id IS NULL
            AND (
                (q.waits_for_overrides AND 'override' = any(s.reasons))
                OR (q.waits_for_account_changes AND 'account_change' = any(s.reasons))
            )
    ) THEN
        RAISE EXCEPTION 'a payment that was drawn for review has not been reviewed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_waits_for_reviews';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_waits_for_reviews BEFORE UPDATE ON payout
FOR EACH ROW WHEN (old.state = 'submitted' AND new.state = 'approved')
EXECUTE FUNCTION guard_quality_reviewed();

-- A parameter of the rule of a flag on a day; NULL where it has none.
CREATE FUNCTION flag_parameter(of_code text, name text, on_day date) RETURNS integer
LANGUAGE sql STABLE
RETURN (
    SELECT (r.parameters ->> flag_parameter.name)::integer FROM flag_rule AS r
    WHERE r.code = flag_parameter.of_code AND r.valid @> flag_parameter.on_day
);

-- What the flags ask of an instalment: whose it is, and to whom it is paid.
CREATE FUNCTION payment_to_flag(instalment_ids uuid[]) RETURNS TABLE (
    instalment_id uuid, agreement_id uuid, month date, kind text, amount_cents bigint,
    is_monthly boolean, most_cents bigint, employer_id uuid, candidate_id uuid, payee_id uuid
)
LANGUAGE sql STABLE AS $$
SELECT
    i.id,
    i.agreement_id,
    i.month,
    i.kind,
    i.amount_cents,
    (v.payments -> i.kind ->> 'is_monthly')::boolean,
    v.monthly_max_cents,
    a.employer_id,
    a.candidate_id,
    payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
WHERE i.id = any(payment_to_flag.instalment_ids)
$$;

-- The mailbox behind an address: what follows a plus sign only sorts mail.
CREATE FUNCTION mailbox_of(email text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(lower(mailbox_of.email), '\+[^@]*@', '@');

-- How a name sounds in Albanian and Serbian, whichever way it is spelt: letters that are mixed up
-- become one, doubles one, a silent ë at the end falls; the order of the words does not matter.
CREATE FUNCTION name_sound(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT string_agg(w.word, ' ' ORDER BY w.word)
FROM (
    SELECT
        regexp_replace(
            regexp_replace(
                translate(
                    regexp_replace(
                        regexp_replace(
                            regexp_replace(
                                regexp_replace(f.word, 'e$', ''),
                                'dzh|dz|xh|gj|dj|x', 'j', 'g'
                            ),
                            'ch|tj|ts|q', 'c', 'g'
                        ),
                        '(s|z|t|d|l|n|r)[hj]', '\1', 'g'
                    ),
                    'ywk', 'ivc'
                ),
                '(.)\1+', '\1', 'g'
            ),
            'h', '', 'g'
        ) AS word
    FROM unnest(name_words(name_sound.name)) AS f (word)
) AS w
$$;

-- An address that tells nothing about who used it: of the machine itself or of a private network.
CREATE FUNCTION is_private_address(address text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN is_private_address.address !~ '^[0-9a-f:.]+$'
OR is_private_address.address
~ '^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2[0-9]|3[01])\.|::1$|f[cd]|fe80)';

-- Whether a moment is at night, on a weekend or on a day when banks are closed, where people work.
CREATE FUNCTION odd_hour(moment timestamptz) RETURNS text
LANGUAGE sql STABLE
RETURN CASE
    WHEN extract(HOUR FROM odd_hour.moment AT TIME ZONE 'Europe/Belgrade') NOT BETWEEN 6 AND 21
        THEN 'night'
    WHEN
        extract(ISODOW FROM odd_hour.moment AT TIME ZONE 'Europe/Belgrade') > 5
        OR EXISTS (
            SELECT 1 FROM bank_day AS d
            WHERE
                d.falls_on = (odd_hour.moment AT TIME ZONE 'Europe/Belgrade')::date
                AND d.is_closed
        )
        THEN 'day_off'
END;

-- The accounts that took the place of another of the same payee, and to which nothing has gone that
-- was approved before this moment. All at once, since a payout has thousands of lines.
CREATE FUNCTION accounts_first_after_change(at timestamptz) RETURNS TABLE (id uuid)
LANGUAGE sql STABLE AS $$
SELECT own.id
FROM bank_account AS own
INNER JOIN (
    SELECT
        coalesce(b.employer_id, b.candidate_id) AS payee_id,
        min(lower(b.in_force)) AS since
    FROM bank_account AS b
    WHERE b.in_force IS NOT NULL
    GROUP BY coalesce(b.employer_id, b.candidate_id)
) AS first_one
    ON
        coalesce(own.employer_id, own.candidate_id) = first_one.payee_id
        AND lower(own.in_force) > first_one.since
WHERE
    own.id NOT IN (
        SELECT l.bank_account_id
        FROM payout AS p
        INNER JOIN payout_line AS l ON p.id = l.payout_id
        WHERE p.approved_at < accounts_first_after_change.at AND p.state <> 'voided'
    )
$$;

-- Whether a case officer had a first case drawn, in a line that was not released.
CREATE FUNCTION had_first_case(of_officer uuid) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
    SELECT 1
    FROM quality_sample AS s
    INNER JOIN payout_line AS l ON s.payout_line_id = l.id
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    INNER JOIN agreement AS a ON i.agreement_id = a.id
    WHERE
        a.drafted_by = had_first_case.of_officer
        AND l.released_at IS NULL
        AND 'first_case' = any(s.reasons)
);

-- Whether a line falls into a share (1/10 000) of all lines by SHA-256 over its payout's id and its
-- own: the first four bytes, as a part of 2^32.
CREATE FUNCTION drawn_by_hash(of_payout uuid, of_line uuid, share_bp integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    'x' || left(
        encode(
            sha256(
                convert_to(drawn_by_hash.of_payout::text || drawn_by_hash.of_line::text, 'UTF8')
            ),
            'hex'
        ),
        8
    )
)::bit(32)::bigint * 10000 < drawn_by_hash.share_bp * 4294967296;

-- What somebody may look at again: finance sees every drawn line, a case officer those of other
-- offices. It reads with its owner's rights, since an office sees no payouts and no others' cases;
-- it says nothing of bank accounts.
CREATE FUNCTION quality_cases(of_line uuid, at_most integer) RETURNS TABLE (
    payout_line_id uuid, payout_reference text, reasons text[], drawn_at timestamptz,
    agreement_reference text, employer_name text, candidate_name text, month date,
    due_cents bigint, amount_cents bigint, agreed_wage_cents bigint, paid_wage_cents bigint,
    days_expected integer, days_worked integer, days_paid_leave integer, override_reasons text[],
    may_review boolean, result text, error_cents bigint, note text, reviewed_at timestamptz,
    reviewed_by_name text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT
    s.payout_line_id,
    p.reference,
    s.reasons,
    s.drawn_at,
    a.reference,
    e.legal_name,
    c.given_name || ' ' || c.family_name,
    i.month,
    l.due_cents,
    l.amount_cents,
    a.gross_wage_cents,
    t.gross_wage_cents,
    t.days_expected,
    t.days_worked,
    t.days_paid_leave,
    array(
        SELECT DISTINCT o.reason
        FROM public.check_result AS f
        INNER JOIN public.check_override AS o ON f.override_id = o.id
        WHERE f.run_id = p.check_run_id AND f.instalment_id = i.id
        ORDER BY o.reason
    ),
    public.may_review(l.id, public.actor_account()),
    r.result,
    r.error_cents,
    r.note,
    r.reviewed_at,
    reviewer.name
FROM public.quality_sample AS s
INNER JOIN public.payout_line AS l ON s.payout_line_id = l.id
INNER JOIN public.payout AS p ON l.payout_id = p.id
INNER JOIN public.instalment AS i ON l.instalment_id = i.id
INNER JOIN public.agreement AS a ON i.agreement_id = a.id
INNER JOIN public.employer AS e ON a.employer_id = e.id
INNER JOIN public.candidate AS c ON a.candidate_id = c.id
LEFT JOIN public.attendance AS t
    ON i.agreement_id = t.agreement_id AND i.month = t.month AND t.superseded_at IS NULL
LEFT JOIN public.quality_review AS r ON s.payout_line_id = r.payout_line_id
LEFT JOIN public.account AS reviewer ON r.reviewed_by = reviewer.id
WHERE
    l.released_at IS NULL
    AND (quality_cases.of_line IS NULL OR s.payout_line_id = quality_cases.of_line)
    AND (
        public.actor_sees_all()
        OR (public.actor_role() = 'case_officer' AND a.office_id <> public.actor_office())
    )
ORDER BY r.id IS NOT NULL, s.drawn_at, s.payout_line_id
LIMIT quality_cases.at_most
$$;

GRANT SELECT ON flag_rule, quality_rule TO ura_app;
GRANT SELECT, INSERT ON line_flag, quality_sample, quality_review TO ura_app;

ALTER TABLE flag_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY flag_rule_seen ON flag_rule FOR SELECT USING (
    (SELECT actor_sees_all())
);

ALTER TABLE quality_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY quality_rule_seen ON quality_rule FOR SELECT USING (TRUE);

ALTER TABLE line_flag ENABLE ROW LEVEL SECURITY;
CREATE POLICY line_flag_seen ON line_flag FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY line_flag_written ON line_flag FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer'
);

ALTER TABLE quality_sample ENABLE ROW LEVEL SECURITY;
CREATE POLICY quality_sample_seen ON quality_sample FOR SELECT USING (
    (SELECT actor_sees_all())
);
CREATE POLICY quality_sample_drawn ON quality_sample FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer'
);

ALTER TABLE quality_review ENABLE ROW LEVEL SECURITY;
CREATE POLICY quality_review_seen ON quality_review FOR SELECT USING (
    (SELECT actor_sees_all()) OR reviewed_by = (SELECT actor_account())
);
CREATE POLICY quality_review_recorded ON quality_review FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('case_officer', 'finance_officer', 'finance_authoriser')
    AND reviewed_by = (SELECT actor_account())
);

CREATE TRIGGER flag_rule_audited AFTER INSERT OR UPDATE OR DELETE ON flag_rule
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER quality_rule_audited AFTER INSERT OR UPDATE OR DELETE ON quality_rule
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER quality_review_audited AFTER INSERT OR UPDATE OR DELETE ON quality_review
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- ===== evidence

-- What a monthly payment covers: its days, and the evidence it rests on.

-- How many programme months, counted from the first day, have begun by the end of a month.
CREATE FUNCTION programme_months_begun(starts_on date, month date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    (
        extract(YEAR FROM programme_months_begun.month)
        - extract(YEAR FROM programme_months_begun.starts_on)
    ) * 12
    + extract(MONTH FROM programme_months_begun.month)
    - extract(MONTH FROM programme_months_begun.starts_on)
    + 1
)::integer;

-- The days that a monthly payment covers: of the programme month that ends in the calendar month,
-- or of two where an early end follows it; programme months are counted from the first day. An
-- expression, and no query, so that it is computed in place.
CREATE FUNCTION days_paid_for(starts_on date, period daterange, month date) RETURNS daterange
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN days_paid_for.period * daterange(
    (
        days_paid_for.starts_on + make_interval(
            months => programme_months_begun(days_paid_for.starts_on, days_paid_for.month)
            - CASE WHEN extract(DAY FROM days_paid_for.starts_on) = 1 THEN 1 ELSE 2 END
        )
    )::date,
    CASE
        WHEN
            upper(days_paid_for.period) > days_paid_for.month
            AND upper(days_paid_for.period)
            <= (days_paid_for.month + interval '1 month')::date
            THEN upper(days_paid_for.period)
        ELSE (
            days_paid_for.starts_on + make_interval(
                months => programme_months_begun(days_paid_for.starts_on, days_paid_for.month)
                - CASE WHEN extract(DAY FROM days_paid_for.starts_on) = 1 THEN 0 ELSE 1 END
            )
        )::date
    END
);

-- How many programme months a period has, the last perhaps in part.
CREATE FUNCTION programme_months_of(starts_on date, period daterange) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    programme_months_begun(programme_months_of.starts_on, upper(programme_months_of.period) - 1)
    - CASE
        WHEN
            (
                programme_months_of.starts_on + make_interval(
                    months => programme_months_begun(
                        programme_months_of.starts_on, upper(programme_months_of.period) - 1
                    ) - 1
                )
            )::date >= upper(programme_months_of.period)
            THEN 1
        ELSE 0
    END
);

-- Where two programme months end in one calendar month, the first day of the second, whose days an
-- early end cut off.
CREATE FUNCTION second_ending_since(starts_on date, period daterange, month date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    CASE
        WHEN
            extract(DAY FROM second_ending_since.starts_on) <> 1
            AND upper(second_ending_since.period)
            <= (second_ending_since.month + interval '1 month')::date
            AND upper(second_ending_since.period) > (
                second_ending_since.starts_on + make_interval(
                    months => programme_months_begun(
                        second_ending_since.starts_on, second_ending_since.month
                    ) - 1
                )
            )::date
            THEN (
                second_ending_since.starts_on + make_interval(
                    months => programme_months_begun(
                        second_ending_since.starts_on, second_ending_since.month
                    ) - 1
                )
            )::date
    END
);

-- Mondays to Fridays from Monday 1 January 1900 until before a day.
CREATE FUNCTION weekdays_before(of_day date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (weekdays_before.of_day - date '1900-01-01') / 7 * 5
+ least((weekdays_before.of_day - date '1900-01-01') % 7, 5);

-- The smaller share of a calendar month, by days or by weekdays, that days of it in a row make up.
CREATE FUNCTION share_of_range(days daterange, month date) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN least(
    (upper(share_of_range.days) - lower(share_of_range.days))::numeric
    / ((share_of_range.month + interval '1 month')::date - share_of_range.month),
    (
        weekdays_before(upper(share_of_range.days)) - weekdays_before(lower(share_of_range.days))
    )::numeric
    / (
        weekdays_before((share_of_range.month + interval '1 month')::date)
        - weekdays_before(share_of_range.month)
    )
);

-- The same of days that need not be in a row.
CREATE FUNCTION share_of_month(days datemultirange, month date) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT
        least(
            coalesce(sum(upper(d.piece) - lower(d.piece)), 0)::numeric
            / (m.ends_on - share_of_month.month),
            coalesce(sum(weekdays_before(upper(d.piece)) - weekdays_before(lower(d.piece))), 0)
            ::numeric / (weekdays_before(m.ends_on) - weekdays_before(share_of_month.month))
        )
    FROM (SELECT (share_of_month.month + interval '1 month')::date AS ends_on) AS m
    LEFT JOIN LATERAL unnest(share_of_month.days) AS d (piece) ON TRUE
    GROUP BY m.ends_on
);

-- Whether a stretch has a day that is in none of some others.
CREATE FUNCTION has_other_days(stretch daterange, others datemultirange) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN NOT isempty(has_other_days.stretch)
AND (has_other_days.others IS NULL OR NOT has_other_days.others @> has_other_days.stretch);

-- For each calendar month with a day that a monthly payment covers and that was not suspended: what
-- was reported of it, and the share of the month that was employed without suspension. A programme
-- month lies in two calendar months at most. Where two of them end in the calendar month, each may
-- be paid without the other, and says which evidence it rests on (`for_first`, `for_second`).
CREATE FUNCTION evidence_of(instalment_ids uuid[]) RETURNS TABLE (
    instalment_id uuid, scheme_version_id uuid, weekly_hours integer, agreed_cents bigint,
    month date, attendance_id uuid, is_confirmed boolean, days_expected integer,
    days_present integer, gross_wage_cents bigint, employed_share numeric, for_first boolean,
    for_second boolean
)
LANGUAGE sql STABLE AS $$
SELECT
    i.id AS instalment_id,
    a.scheme_version_id,
    a.weekly_hours,
    a.gross_wage_cents AS agreed_cents,
    c.month,
    t.id AS attendance_id,
    coalesce(t.confirmed_at IS NOT NULL, FALSE) AS is_confirmed,
    t.days_expected,
    t.days_worked + t.days_paid_leave AS days_present,
    t.gross_wage_cents,
    CASE
        WHEN s.days IS NULL AND a.employment @> c.days THEN 1
        WHEN s.days IS NULL THEN share_of_range(a.employment * c.days, c.month)
        ELSE share_of_month(
            datemultirange(a.employment * c.days) - coalesce(s.days, '{}'::datemultirange),
            c.month
        )
    END AS employed_share,
    p.second_since IS NULL OR has_other_days(
        daterange(lower(p.days), p.second_since) * c.days, s.days
    ) AS for_first,
    p.second_since IS NULL OR has_other_days(
        daterange(p.second_since, upper(p.days)) * c.days, s.days
    ) AS for_second
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
LEFT JOIN (
    SELECT
        o.agreement_id,
        range_agg(o.period) AS days
    FROM agreement_suspension AS o
    WHERE o.superseded_at IS NULL
    GROUP BY o.agreement_id
) AS s ON a.id = s.agreement_id
CROSS JOIN LATERAL (
    VALUES
    (
        i.month,
        daterange(i.month, (i.month + interval '1 month')::date)
    ),
    (
        (i.month - interval '1 month')::date,
        daterange((i.month - interval '1 month')::date, i.month)
    )
) AS c (month, days)
CROSS JOIN LATERAL (
    VALUES (
        days_paid_for(a.starts_on, a.period, i.month),
        second_ending_since(a.starts_on, a.period, i.month)
    )
) AS p (days, second_since)
LEFT JOIN attendance AS t
    ON a.id = t.agreement_id AND c.month = t.month AND t.superseded_at IS NULL
WHERE
    i.id = any(evidence_of.instalment_ids)
    AND has_other_days(p.days * c.days, s.days)
$$;

-- ===== download

-- Who took which list as a file, written before its first byte leaves. What of a list's filters is
-- personal is not kept: only that it was given.
CREATE TABLE download (
    id uuid PRIMARY KEY,
    list_name text NOT NULL,
    filters jsonb NOT NULL,
    kind text NOT NULL,
    row_count integer NOT NULL,
    downloaded_at timestamptz NOT NULL,
    downloaded_by uuid NOT NULL REFERENCES account,
    CONSTRAINT download_list_named CHECK (list_name ~ '^[a-z_]{3,40}$'),
    CONSTRAINT download_filters_by_name CHECK (jsonb_typeof(filters) = 'object'),
    CONSTRAINT download_kind_known CHECK (kind IN ('csv', 'xlsx')),
    CONSTRAINT download_row_count_not_negative CHECK (row_count >= 0)
);

CREATE INDEX download_by_time ON download (downloaded_at, id);
CREATE INDEX download_by_rows ON download (row_count, id);
CREATE INDEX download_by_list ON download (list_name, downloaded_at, id);

CREATE TRIGGER download_append_only BEFORE UPDATE OR DELETE ON download
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER download_no_truncate BEFORE TRUNCATE ON download
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER download_audited AFTER INSERT OR UPDATE OR DELETE ON download
FOR EACH ROW EXECUTE FUNCTION record_audit();

GRANT SELECT, INSERT ON download TO ura_app;

ALTER TABLE download ENABLE ROW LEVEL SECURITY;
CREATE POLICY download_seen ON download FOR SELECT USING (
    (SELECT actor_role()) IN ('auditor', 'system') OR downloaded_by = (SELECT actor_account())
);
CREATE POLICY download_by_taker ON download FOR INSERT WITH CHECK (
    downloaded_by = (SELECT actor_account())
);

-- ===== listed

-- An index for each order in which a list is read, so that a page is found and not searched for.
DROP INDEX candidate_by_office;
CREATE INDEX candidate_by_office ON candidate (office_id, registered_at, id);
CREATE INDEX candidate_by_office_name ON candidate (office_id, folded_name, id);
CREATE INDEX candidate_by_office_birth ON candidate (office_id, born_on, id);
CREATE INDEX candidate_by_folded_name ON candidate (folded_name, id);

CREATE INDEX employer_by_folded_name ON employer (folded_name, id);
CREATE INDEX employer_by_age ON employer (registered_at, id);
CREATE INDEX employer_by_headcount ON employer (headcount, id);

CREATE INDEX placement_of_employer ON placement (employer_id, id);
CREATE INDEX placement_in_state ON placement (state, id);
CREATE INDEX placement_by_start ON placement (lower(period), id);
CREATE INDEX placement_by_wage ON placement (gross_wage_cents, id);

CREATE INDEX agreement_of_office ON agreement (office_id, id);
CREATE INDEX agreement_of_employer ON agreement (employer_id, id);
CREATE INDEX agreement_of_candidate ON agreement (candidate_id, id);
CREATE INDEX agreement_in_state ON agreement (state, id);
CREATE INDEX agreement_of_office_by_start ON agreement (office_id, lower(period), id);
CREATE INDEX agreement_by_start ON agreement (lower(period), id);
CREATE INDEX agreement_of_office_by_end ON agreement (office_id, upper(period), id)
WHERE state IN ('completed', 'ended_early');

CREATE INDEX attendance_waiting ON attendance (month, id)
WHERE superseded_at IS NULL AND confirmed_at IS NULL;

CREATE INDEX attendance_waiting_by_report ON attendance (reported_at, id)
WHERE superseded_at IS NULL AND confirmed_at IS NULL;

CREATE INDEX instalment_by_amount ON instalment (month, amount_cents, id)
WHERE superseded_at IS NULL;

CREATE INDEX payout_by_time ON payout (submitted_at, id);
CREATE INDEX payout_line_by_payee ON payout_line (payout_id, payee_name, id);
CREATE INDEX payout_line_by_amount ON payout_line (payout_id, amount_cents, id);
DROP INDEX payout_line_by_payout;

CREATE INDEX recovery_by_age ON recovery (raised_at, id);

DROP INDEX audit_entry_by_time;
CREATE INDEX audit_entry_by_time ON audit_entry (happened_at, id);
CREATE INDEX audit_entry_by_table ON audit_entry (table_name, happened_at, id);

-- What hangs on an agreement is seen with it. As EXISTS, each of these was answered by reading
-- every agreement once; as one row looked up by its key it costs what the rows of a page cost.
ALTER POLICY agreement_dates_seen ON agreement_dates USING (
    (SELECT actor_sees_all())
    OR (SELECT TRUE FROM agreement AS a WHERE a.id = agreement_dates.agreement_id)
);
ALTER POLICY agreement_signature_seen ON agreement_signature USING (
    (SELECT actor_sees_all())
    OR (SELECT TRUE FROM agreement AS a WHERE a.id = agreement_signature.agreement_id)
);
ALTER POLICY agreement_suspension_seen ON agreement_suspension USING (
    (SELECT actor_sees_all())
    OR (SELECT TRUE FROM agreement AS a WHERE a.id = agreement_suspension.agreement_id)
);
ALTER POLICY agreement_event_seen ON agreement_event USING (
    (SELECT actor_sees_all())
    OR (SELECT TRUE FROM agreement AS a WHERE a.id = agreement_event.agreement_id)
);
ALTER POLICY attendance_seen ON attendance USING (
    (SELECT actor_sees_all())
    OR (SELECT TRUE FROM agreement AS a WHERE a.id = attendance.agreement_id)
);
ALTER POLICY instalment_seen ON instalment USING (
    (SELECT actor_sees_all())
    OR (SELECT TRUE FROM agreement AS a WHERE a.id = instalment.agreement_id)
);
ALTER POLICY instalment_ahead_seen ON instalment_ahead USING (
    (SELECT actor_sees_all())
    OR (SELECT TRUE FROM agreement AS a WHERE a.id = instalment_ahead.agreement_id)
);
ALTER POLICY outcome_seen ON outcome USING (
    (SELECT actor_sees_all())
    OR (SELECT TRUE FROM agreement AS a WHERE a.id = outcome.agreement_id)
);

-- Who of those that the actor may see has every part of a name. The index of names cannot serve
-- under the policies, since LIKE may tell of rows that they hide; here it is asked first, and the
-- policies' own rule after.
CREATE FUNCTION candidates_named(patterns text[]) RETURNS TABLE (id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT c.id
    FROM public.candidate AS c
    WHERE
        c.folded_name LIKE candidates_named.patterns[1]
        AND c.folded_name LIKE ALL (candidates_named.patterns)
        AND (
            public.actor_sees_all()
            OR c.office_id = public.actor_office()
            OR EXISTS (
                SELECT 1 FROM public.placement_match AS m
                WHERE
                    m.candidate_id = c.id
                    AND m.employer_id = public.actor_employer()
                    AND m.introduced_at IS NOT NULL
            )
        )
$$;

-- ===== recovery undone

-- Never more than was paid, judged by what a statement adds in all: what is not waived any more and
-- what at once takes it off are one change.
CREATE FUNCTION guard_recovery_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM added AS n
        GROUP BY n.agreement_id, n.month, n.kind
        HAVING sum(n.amount_cents) > 0 AND (
            SELECT coalesce(sum(c.amount_cents), 0)
            FROM public.recovery_change AS c
            WHERE c.agreement_id = n.agreement_id AND c.month = n.month AND c.kind = n.kind
        ) > (
            SELECT coalesce(sum(
                CASE
                    WHEN t.reason IN ('settled', 'set_off') THEN t.amount_cents
                    ELSE -t.amount_cents
                END
            ), 0)
            FROM public.transfer AS t
            WHERE t.agreement_id = n.agreement_id AND t.month = n.month AND t.kind = n.kind
                AND t.reason IN ('settled', 'set_off', 'returned', 'set_off_undone')
        )
    ) THEN
        RAISE EXCEPTION 'a recovery never asks for more than was paid for the month'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_never_beyond_paid';
    END IF;
    RETURN NULL;
END
$$;

DROP TRIGGER recovery_change_never_beyond_paid ON recovery_change;
DROP FUNCTION guard_recovery_change();
CREATE TRIGGER recovery_change_never_beyond_paid AFTER INSERT ON recovery_change
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION guard_recovery_changes();

-- What a voided payout had netted is owed again also after an appeal waived all that was open.
CREATE OR REPLACE FUNCTION guard_recovery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (
        new.id, new.reference, new.agreement_id, new.payee, new.employer_id, new.candidate_id,
        new.cause, new.source_id, new.raised_at, new.raised_by
    ) IS DISTINCT FROM (
        old.id, old.reference, old.agreement_id, old.payee, old.employer_id, old.candidate_id,
        old.cause, old.source_id, old.raised_at, old.raised_by
    ) THEN
        RAISE EXCEPTION 'what a recovery was raised for never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_content_stands';
    END IF;
    IF old.invoice_number IS NOT NULL AND (
        new.invoice_number, new.invoiced_at
    ) IS DISTINCT FROM (old.invoice_number, old.invoiced_at) THEN
        RAISE EXCEPTION 'an invoice keeps its number'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_invoice_stands';
    END IF;
    IF new.state <> old.state AND NOT (
        new.state IN ('settled', 'written_off', 'cancelled')
        OR (new.state = 'raised' AND old.state <> 'appealed')
        OR (old.state = 'raised' AND new.state = 'notified')
        OR (old.state = 'notified' AND new.state IN ('appealed', 'netting'))
        OR (old.state = 'appealed' AND new.state = 'netting')
        OR (old.state = 'netting' AND new.state = 'invoiced')
        OR (old.state IN ('settled', 'written_off', 'cancelled') AND new.state = 'netting')
    ) THEN
        RAISE EXCEPTION 'a recovery does not go from % to %', old.state, new.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_moves';
    END IF;
    RETURN new;
END
$$;

-- A payout makes good no more of an overpaid month than it is overpaid by: what came back for it
-- since the payout was put up, by a recovery or another payout, is not kept back once more.
CREATE OR REPLACE FUNCTION guard_payout_recoveries() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM public.recovery_month AS m
        INNER JOIN public.recovery AS r ON m.recovery_id = r.id
        WHERE
            (
                m.owed_cents < m.settled_cents + m.written_off_cents
                OR r.state NOT IN ('netting', 'invoiced')
            )
            AND m.recovery_id IN (
                SELECT k.recovery_id
                FROM public.recovery_netting AS k
                INNER JOIN public.payout_line AS l ON k.payout_line_id = l.id
                WHERE l.payout_id = new.id
            )
    ) OR EXISTS (
        SELECT 1
        FROM (
            SELECT i.agreement_id, i.month, i.kind, n.amount_cents AS cents
            FROM public.payout_line AS l
            INNER JOIN public.payout_netting AS n ON n.payout_line_id = l.id
            INNER JOIN public.instalment AS i ON n.instalment_id = i.id
            WHERE l.payout_id = new.id AND n.released_at IS NULL
            UNION ALL
            SELECT k.agreement_id, k.month, k.kind, k.amount_cents AS cents
            FROM public.payout_line AS l
            INNER JOIN public.recovery_netting AS k ON k.payout_line_id = l.id
            WHERE l.payout_id = new.id AND k.restores
        ) AS kept
        GROUP BY kept.agreement_id, kept.month, kept.kind
        HAVING sum(kept.cents) > (
            SELECT coalesce(sum(
                CASE
                    WHEN t.reason IN ('overpaid', 'made_good_voided', 'restored_undone')
                        THEN t.amount_cents
                    ELSE -t.amount_cents
                END
            ), 0)
            FROM public.transfer AS t
            WHERE
                t.agreement_id = kept.agreement_id
                AND t.month = kept.month
                AND t.kind = kept.kind
                AND t.reason IN (
                    'overpaid', 'overpayment_undone', 'made_good', 'made_good_voided',
                    'failure_closed', 'restored', 'restored_undone'
                )
        )
    ) THEN
        RAISE EXCEPTION 'a payout nets no more of a recovery or a month than is owed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_nets_what_is_owed';
    END IF;
    RETURN NULL;
END
$$;

-- Money that came in and matched nothing may be what somebody owes back: the recoveries that an
-- entry settles, with what each has of it.
ALTER TABLE suspense_resolution DROP CONSTRAINT suspense_resolution_kind_known;
ALTER TABLE suspense_resolution ADD CONSTRAINT suspense_resolution_kind_known CHECK (
    kind IN ('match', 'split', 'explain', 'batch', 'recover', 'undo')
);

CREATE TABLE suspense_recovery (
    id uuid PRIMARY KEY,
    suspense_resolution_id uuid NOT NULL REFERENCES suspense_resolution,
    recovery_id uuid NOT NULL REFERENCES recovery,
    amount_cents bigint NOT NULL,
    CONSTRAINT suspense_recovery_once UNIQUE (suspense_resolution_id, recovery_id),
    CONSTRAINT suspense_recovery_amount_positive CHECK (amount_cents > 0)
);

CREATE INDEX suspense_recovery_by_recovery ON suspense_recovery (recovery_id);

CREATE OR REPLACE FUNCTION guard_suspense_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.kind IN ('match', 'split') AND NOT EXISTS (
        SELECT 1
        FROM bank_entry AS e
        INNER JOIN suspense_part AS p ON p.suspense_resolution_id = new.id
        WHERE e.id = new.bank_entry_id
        GROUP BY e.id, e.amount_cents
        HAVING
            sum(p.amount_cents) = e.amount_cents
            AND (new.kind = 'match') = (count(*) = 1)
    ) OR new.kind = 'recover' AND NOT EXISTS (
        SELECT 1
        FROM bank_entry AS e
        INNER JOIN suspense_recovery AS p ON p.suspense_resolution_id = new.id
        WHERE e.id = new.bank_entry_id AND e.kind = 'credit'
        GROUP BY e.id, e.amount_cents
        HAVING sum(p.amount_cents) = e.amount_cents
    ) THEN
        RAISE EXCEPTION 'the parts of an entry add up to it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'suspense_parts_add_up';
    END IF;
    RETURN NULL;
END
$$;

-- Without a second person for itself a repayment rests on an entry of the bank, as much of it as
-- was said to be for this recovery, and confirmed where that takes two.
CREATE FUNCTION guard_recovery_payment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM public.suspense_standing AS s
        INNER JOIN public.suspense_recovery AS p ON s.id = p.suspense_resolution_id
        WHERE
            s.bank_entry_id = new.bank_entry_id
            AND NOT s.is_waiting
            AND p.recovery_id = new.recovery_id
            AND p.amount_cents = new.amount_cents
    ) THEN
        RAISE EXCEPTION 'an entry of the bank settles what it was said to settle'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_payment_of_its_entry';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER recovery_payment_of_its_entry AFTER INSERT ON recovery_payment
FOR EACH ROW WHEN (new.bank_entry_id IS NOT NULL)
EXECUTE FUNCTION guard_recovery_payment();

CREATE TRIGGER suspense_recovery_append_only BEFORE UPDATE OR DELETE ON suspense_recovery
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER suspense_recovery_no_truncate BEFORE TRUNCATE ON suspense_recovery
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON suspense_recovery TO ura_app;

ALTER TABLE suspense_recovery ENABLE ROW LEVEL SECURITY;
CREATE POLICY suspense_recovery_seen ON suspense_recovery FOR SELECT USING (
    (SELECT actor_sees_all())
);
CREATE POLICY suspense_recovery_written ON suspense_recovery FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

-- ===== registrations

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

-- ===== contacts

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

-- ===== eligibility

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

-- ===== find

-- Finding anybody without sending them to the wrong office: who is of another office is told by
-- initials, year of birth and office only, by functions that read with their owner's rights.
CREATE INDEX candidate_by_likeness ON candidate (born_on, folded_name)
INCLUDE (id, office_id, withdrawn_at);
CREATE INDEX candidate_of_office_by_likeness ON candidate (office_id, born_on, folded_name)
INCLUDE (id, withdrawn_at);

-- `Arta Krasniqi` as `A. K.`.
CREATE FUNCTION initials(given_name text, family_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN left(initials.given_name, 1) || '. ' || left(initials.family_name, 1) || '.';

-- Who is meant by a name in full, a personal number or a reference, as whoever asks may know them.
-- The patterns come the longest first, so that the index is asked for the rarest. Of other offices
-- nobody is told by a part of a name alone: `elsewhere` is for two words or more, or a number.
CREATE FUNCTION people_found(
    patterns text[], number_index bytea, of_reference text, elsewhere boolean, at_most integer
) RETURNS TABLE (
    candidate_id uuid, reference text, full_name text, born_on date, birth_year integer,
    office_name_sq text, office_name_sr text, has_left boolean, is_seen boolean
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT
    CASE WHEN f.is_seen THEN f.id END,
    CASE WHEN f.is_seen THEN f.reference END,
    CASE
        WHEN f.is_seen THEN f.given_name || ' ' || f.family_name
        ELSE public.initials(f.given_name, f.family_name)
    END,
    CASE WHEN f.is_seen THEN f.born_on END,
    extract(YEAR FROM f.born_on)::integer,
    o.name_sq,
    o.name_sr,
    f.withdrawn_at IS NOT NULL,
    f.is_seen
FROM (
    SELECT
        c.id,
        c.reference,
        c.given_name,
        c.family_name,
        c.born_on,
        c.office_id,
        c.withdrawn_at,
        public.actor_role() = 'auditor' OR c.office_id = public.actor_office() AS is_seen
    FROM public.candidate AS c
    WHERE
        public.actor_role() IN ('case_officer', 'auditor')
        AND (
            (
                c.folded_name LIKE people_found.patterns[1]
                AND c.folded_name LIKE all(people_found.patterns)
            )
            OR c.personal_number_index = people_found.number_index
            OR c.reference = people_found.of_reference
        )
        AND (
            people_found.elsewhere
            OR public.actor_role() = 'auditor'
            OR c.office_id = public.actor_office()
        )
    ORDER BY coalesce(c.office_id = public.actor_office(), FALSE) DESC, c.id DESC
    LIMIT people_found.at_most
) AS f
INNER JOIN public.office AS o ON f.office_id = o.id
ORDER BY f.is_seen DESC, f.id DESC
$$;

-- Who of other offices may be the person in front of an officer: the same personal number, or a
-- name alike and born on the same day.
CREATE FUNCTION people_alike_elsewhere(
    of_name text, of_birth date, number_index bytea, percent_min integer
) RETURNS TABLE (
    initials text, birth_year integer, office_name_sq text, office_name_sr text,
    same_personal_number boolean
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT
    public.initials(c.given_name, c.family_name),
    extract(YEAR FROM c.born_on)::integer,
    o.name_sq,
    o.name_sr,
    coalesce(c.personal_number_index = people_alike_elsewhere.number_index, FALSE)
FROM public.candidate AS c
INNER JOIN public.office AS o ON c.office_id = o.id
WHERE
    public.actor_role() = 'case_officer'
    AND c.office_id <> public.actor_office()
    AND (
        c.personal_number_index = people_alike_elsewhere.number_index
        OR (
            c.born_on = people_alike_elsewhere.of_birth
            AND public.similarity(c.folded_name, people_alike_elsewhere.of_name) * 100
            >= people_alike_elsewhere.percent_min
        )
    )
ORDER BY 5 DESC, c.id DESC
LIMIT 20
$$;

-- Two people whom an officer compared and found to be two.
CREATE TABLE twin_decision (
    id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL REFERENCES candidate,
    other_id uuid NOT NULL REFERENCES candidate,
    decided_at timestamptz NOT NULL,
    decided_by uuid NOT NULL REFERENCES account,
    reason text NOT NULL,
    CONSTRAINT twin_decision_of_a_pair CHECK (candidate_id < other_id),
    CONSTRAINT twin_decision_once_per_pair UNIQUE (candidate_id, other_id),
    CONSTRAINT twin_decision_with_reason CHECK (length(btrim(reason)) BETWEEN 5 AND 500)
);

CREATE TRIGGER twin_decision_append_only BEFORE UPDATE OR DELETE ON twin_decision
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER twin_decision_no_truncate BEFORE TRUNCATE ON twin_decision
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER twin_decision_audited AFTER INSERT OR UPDATE OR DELETE ON twin_decision
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- People of the actor's office of whom another has the same name and day of birth, wherever that
-- one is registered, and of whom nobody has said that they are two.
CREATE FUNCTION twins_to_decide(at_most integer) RETURNS TABLE (
    candidate_id uuid, reference text, full_name text, born_on date, registered_at timestamptz,
    other_id uuid, other_reference text, other_name text, other_registered_at timestamptz,
    office_name_sq text, office_name_sr text, is_own boolean
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
-- The pairs come from the indexes alone: an office has thousands of people, and few twins.
WITH pair AS MATERIALIZED (
    SELECT
        c.id AS candidate_id,
        t.id AS other_id
    FROM public.candidate AS c
    INNER JOIN public.candidate AS t ON c.born_on = t.born_on AND c.folded_name = t.folded_name
    WHERE
        public.actor_role() = 'case_officer'
        AND c.office_id = public.actor_office()
        AND c.withdrawn_at IS NULL
        AND t.withdrawn_at IS NULL
        AND c.id <> t.id
        AND (c.id < t.id OR t.office_id <> c.office_id)
)

SELECT
    c.id,
    c.reference,
    c.given_name || ' ' || c.family_name,
    c.born_on,
    c.registered_at,
    t.id,
    CASE WHEN t.office_id = c.office_id THEN t.reference END,
    CASE
        WHEN t.office_id = c.office_id THEN t.given_name || ' ' || t.family_name
        ELSE public.initials(t.given_name, t.family_name)
    END,
    t.registered_at,
    o.name_sq,
    o.name_sr,
    t.office_id = c.office_id
FROM pair AS p
INNER JOIN public.candidate AS c ON p.candidate_id = c.id
INNER JOIN public.candidate AS t ON p.other_id = t.id
INNER JOIN public.office AS o ON t.office_id = o.id
WHERE
    NOT EXISTS (
        SELECT 1 FROM public.twin_decision AS d
        WHERE d.candidate_id = least(c.id, t.id) AND d.other_id = greatest(c.id, t.id)
    )
ORDER BY greatest(c.registered_at, t.registered_at), c.id, t.id
LIMIT twins_to_decide.at_most
$$;

-- Each time that an officer was told of people of other offices: how many, and by what.
CREATE TABLE elsewhere_look (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    looked_at timestamptz NOT NULL,
    looked_by uuid NOT NULL REFERENCES account,
    office_id uuid NOT NULL REFERENCES office,
    sought_by text NOT NULL,
    found_count integer NOT NULL,
    CONSTRAINT elsewhere_look_sought_by_known CHECK (
        sought_by IN ('name', 'personal_number', 'reference', 'registration')
    ),
    CONSTRAINT elsewhere_look_found_somebody CHECK (found_count > 0)
);

CREATE INDEX elsewhere_look_by_account ON elsewhere_look (looked_by, looked_at);

CREATE TRIGGER elsewhere_look_append_only BEFORE UPDATE OR DELETE ON elsewhere_look
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER elsewhere_look_no_truncate BEFORE TRUNCATE ON elsewhere_look
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON twin_decision, elsewhere_look TO ura_app;

ALTER TABLE twin_decision ENABLE ROW LEVEL SECURITY;
CREATE POLICY twin_decision_seen ON twin_decision FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (
        SELECT 1 FROM candidate AS c
        WHERE
            c.id IN (twin_decision.candidate_id, twin_decision.other_id)
            AND c.office_id = (SELECT actor_office())
    )
);
CREATE POLICY twin_decision_by_an_office ON twin_decision FOR INSERT WITH CHECK (
    decided_by = (SELECT actor_account())
    AND EXISTS (
        SELECT 1 FROM candidate AS c
        WHERE
            c.id IN (twin_decision.candidate_id, twin_decision.other_id)
            AND c.office_id = (SELECT actor_office())
    )
);

ALTER TABLE elsewhere_look ENABLE ROW LEVEL SECURITY;
CREATE POLICY elsewhere_look_seen ON elsewhere_look FOR SELECT USING (
    (SELECT actor_role()) IN ('auditor', 'system')
);
CREATE POLICY elsewhere_look_by_looker ON elsewhere_look FOR INSERT WITH CHECK (
    looked_by = (SELECT actor_account()) AND office_id = (SELECT actor_office())
);

-- Whose names have these parts: ids only, for queries whose own tables say what may be seen.
CREATE FUNCTION people_named(patterns text[]) RETURNS TABLE (candidate_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT c.id
FROM public.candidate AS c
WHERE
    c.folded_name LIKE people_named.patterns[1]
    AND c.folded_name LIKE all(people_named.patterns)
LIMIT 5000
$$;

-- ===== visits

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

-- ===== referrals

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

-- ===== handovers

-- A person's case offered by one office to another; once accepted, it is the other's, with all that
-- is known, and the former office sees no more than that it handed the case over.
CREATE TABLE handover (
    id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL REFERENCES candidate,
    from_office_id uuid NOT NULL REFERENCES office,
    to_office_id uuid NOT NULL REFERENCES office,
    state text NOT NULL,
    reason text NOT NULL,
    offered_at timestamptz NOT NULL,
    offered_by uuid NOT NULL REFERENCES account,
    answered_at timestamptz,
    answered_by uuid REFERENCES account,
    answer_reason text,
    CONSTRAINT handover_state_known CHECK (
        state IN ('offered', 'accepted', 'declined', 'withdrawn')
    ),
    CONSTRAINT handover_to_another_office CHECK (from_office_id <> to_office_id),
    CONSTRAINT handover_with_reason CHECK (length(btrim(reason)) BETWEEN 5 AND 500),
    CONSTRAINT handover_state_tells_answer CHECK (
        (state = 'offered') = (answered_at IS NULL)
        AND (answered_at IS NULL) = (answered_by IS NULL)
    ),
    CONSTRAINT handover_declined_with_reason CHECK (
        (state = 'declined') = (answer_reason IS NOT NULL)
        AND length(btrim(answer_reason)) BETWEEN 5 AND 500
    ),
    CONSTRAINT handover_two_people CHECK (state <> 'accepted' OR answered_by <> offered_by)
);

CREATE UNIQUE INDEX handover_one_open ON handover (candidate_id) WHERE state = 'offered';
CREATE INDEX handover_by_giving_office ON handover (from_office_id, offered_at);
CREATE INDEX handover_by_receiving_office ON handover (to_office_id, offered_at);

CREATE FUNCTION guard_handover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.state <> 'offered'
        OR to_jsonb(new) - '{state,answered_at,answered_by,answer_reason}'::text[]
        <> to_jsonb(old) - '{state,answered_at,answered_by,answer_reason}'::text[]
    THEN
        RAISE EXCEPTION 'a case offered to another office is answered once'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'handover_answered_once';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER handover_ended_once BEFORE UPDATE ON handover
FOR EACH ROW EXECUTE FUNCTION guard_handover();
CREATE TRIGGER handover_never_deleted BEFORE DELETE ON handover
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER handover_no_truncate BEFORE TRUNCATE ON handover
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER handover_audited AFTER INSERT OR UPDATE OR DELETE ON handover
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- A person's office changes only by a hand-over that the other office has accepted.
CREATE FUNCTION guard_candidate_office() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM public.handover AS h
        WHERE
            h.candidate_id = new.id
            AND h.from_office_id = old.office_id
            AND h.to_office_id = new.office_id
            AND h.state = 'accepted'
    ) THEN
        RAISE EXCEPTION 'a person changes offices by an accepted hand-over only'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'candidate_moves_by_handover';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER candidate_moves_by_handover BEFORE UPDATE OF office_id ON candidate
FOR EACH ROW WHEN (old.office_id <> new.office_id)
EXECUTE FUNCTION guard_candidate_office();

-- The receiving office takes a case: the person, what is sealed, matches and agreements become its
-- own in one step. With its owner's rights, as neither office may write what is not yet or no
-- longer its own; it answers the person's id, or nothing when there was nothing to accept.
CREATE FUNCTION accept_handover(of_handover uuid, at timestamptz) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    taken public.handover;
BEGIN
    UPDATE public.handover AS h
    SET state = 'accepted', answered_at = at, answered_by = public.actor_account()
    WHERE
        h.id = of_handover
        AND h.state = 'offered'
        AND public.actor_role() = 'case_officer'
        AND h.to_office_id = public.actor_office()
    RETURNING h.* INTO taken;
    IF taken.id IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE public.candidate AS c SET office_id = taken.to_office_id
    WHERE c.id = taken.candidate_id;
    UPDATE public.candidate_sensitive AS s SET office_id = taken.to_office_id
    WHERE s.id = taken.candidate_id;
    UPDATE public.placement_match AS m SET office_id = taken.to_office_id
    WHERE m.candidate_id = taken.candidate_id;
    UPDATE public.agreement AS a SET office_id = taken.to_office_id
    WHERE a.candidate_id = taken.candidate_id;
    RETURN taken.candidate_id;
END
$$;

-- Hand-overs of the actor's office, either way. Who is no longer, or not yet, of the office is told
-- by name while the offer stands, as both offices must know of whom they speak, then by initials.
CREATE FUNCTION handovers_seen(of_handover uuid, only_open boolean, at_most integer)
RETURNS TABLE (
    id uuid, state text, is_incoming boolean, candidate_id uuid, candidate_reference text,
    candidate_name text, birth_year integer, from_office_sq text, from_office_sr text,
    to_office_sq text, to_office_sr text, reason text, offered_at timestamptz,
    offered_by_name text, answered_at timestamptz, answered_by_name text, answer_reason text,
    open_agreements text[]
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT
    h.id,
    h.state,
    h.to_office_id = public.actor_office(),
    CASE WHEN c.office_id = public.actor_office() THEN c.id END,
    CASE WHEN h.state = 'offered' OR c.office_id = public.actor_office() THEN c.reference END,
    CASE
        WHEN h.state = 'offered' OR c.office_id = public.actor_office()
            THEN c.given_name || ' ' || c.family_name
        ELSE public.initials(c.given_name, c.family_name)
    END,
    extract(YEAR FROM c.born_on)::integer,
    f.name_sq,
    f.name_sr,
    t.name_sq,
    t.name_sr,
    h.reason,
    h.offered_at,
    p.name,
    h.answered_at,
    q.name,
    h.answer_reason,
    array(
        SELECT a.reference FROM public.agreement AS a
        WHERE
            a.candidate_id = h.candidate_id
            AND a.state IN ('drafted', 'signed', 'active', 'suspended')
            AND (h.state = 'offered' OR c.office_id = public.actor_office())
        ORDER BY a.reference
    )
FROM public.handover AS h
INNER JOIN public.candidate AS c ON h.candidate_id = c.id
INNER JOIN public.office AS f ON h.from_office_id = f.id
INNER JOIN public.office AS t ON h.to_office_id = t.id
INNER JOIN public.account AS p ON h.offered_by = p.id
LEFT JOIN public.account AS q ON h.answered_by = q.id
WHERE
    public.actor_role() = 'case_officer'
    AND public.actor_office() IN (h.from_office_id, h.to_office_id)
    AND (handovers_seen.of_handover IS NULL OR h.id = handovers_seen.of_handover)
    AND (NOT handovers_seen.only_open OR h.state = 'offered')
ORDER BY h.state = 'offered' DESC, h.offered_at DESC, h.id DESC
LIMIT handovers_seen.at_most
$$;

GRANT SELECT, INSERT, UPDATE ON handover TO ura_app;

ALTER TABLE handover ENABLE ROW LEVEL SECURITY;
CREATE POLICY handover_seen ON handover FOR SELECT USING (
    (SELECT actor_role()) IN ('auditor', 'system')
    OR (SELECT actor_office()) IN (from_office_id, to_office_id)
);
CREATE POLICY handover_offered ON handover FOR INSERT WITH CHECK (
    offered_by = (SELECT actor_account())
    AND from_office_id = (SELECT actor_office())
    AND EXISTS (
        SELECT 1 FROM candidate AS c
        WHERE c.id = handover.candidate_id AND c.office_id = handover.from_office_id
    )
);
-- It is accepted by accept_handover() only, which is nobody's to write around.
CREATE POLICY handover_answered ON handover FOR UPDATE USING (
    (SELECT actor_office()) IN (from_office_id, to_office_id)
) WITH CHECK (
    (state = 'withdrawn' AND from_office_id = (SELECT actor_office()))
    OR (state = 'declined' AND to_office_id = (SELECT actor_office()))
);

-- ===== todo

-- What the to-do list asks for each time that somebody opens the first page.
CREATE INDEX placement_match_by_office ON placement_match (office_id, state, proposed_at);
CREATE INDEX attendance_unconfirmed ON attendance (agreement_id)
WHERE superseded_at IS NULL AND confirmed_at IS NULL;
CREATE INDEX agreement_drafted ON agreement (office_id, drafted_at) WHERE state = 'drafted';

-- Drawn payments that nobody has looked at again: all for finance, those of other offices for a
-- case officer. Who may review which, the page of each says.
CREATE FUNCTION reviews_open(at_most integer) RETURNS TABLE (
    payout_line_id uuid, agreement_reference text, drawn_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
WITH unreviewed AS MATERIALIZED (
    SELECT
        s.payout_line_id,
        s.drawn_at
    FROM public.quality_sample AS s
    WHERE
        NOT EXISTS (
            SELECT 1 FROM public.quality_review AS r WHERE r.payout_line_id = s.payout_line_id
        )
    ORDER BY s.drawn_at, s.payout_line_id
    LIMIT 1000
)

SELECT
    u.payout_line_id,
    k.reference,
    u.drawn_at
FROM unreviewed AS u
-- One by one: the planner cannot know how many the role lets through, and tries all of each other.
CROSS JOIN LATERAL (
    SELECT
        a.reference,
        a.office_id
    FROM public.payout_line AS l
    INNER JOIN public.instalment AS i ON l.instalment_id = i.id
    INNER JOIN public.agreement AS a ON i.agreement_id = a.id
    WHERE l.id = u.payout_line_id AND l.released_at IS NULL
    OFFSET 0
) AS k
WHERE
    public.actor_role() IN ('finance_officer', 'finance_authoriser')
    OR (public.actor_role() = 'case_officer' AND k.office_id <> public.actor_office())
ORDER BY u.drawn_at, u.payout_line_id
LIMIT reviews_open.at_most
$$;

-- ===== employer standing

-- What a case officer weighs before a placement is approved. With its owner's rights, since the
-- employer's agreements are with other offices too: it tells counts, and nothing of anybody.
CREATE FUNCTION employer_standing(of_placement uuid, on_day date) RETURNS TABLE (
    least_wage_cents bigint, headcount integer, subsidised_count integer, dismissed_count integer,
    open_recovery_count integer
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT
    (
        SELECT ceil(max(w.monthly_cents)::numeric * p.weekly_hours / 40)::bigint
        FROM public.minimum_wage AS w
        WHERE w.period @> lower(p.period) AND w.superseded_at IS NULL
    ),
    e.headcount,
    (
        SELECT count(*)::integer FROM public.agreement AS a
        WHERE
            a.employer_id = p.employer_id
            AND a.state IN ('active', 'suspended')
            AND a.period @> employer_standing.on_day
    ),
    (
        SELECT count(*)::integer FROM public.agreement AS a
        WHERE a.employer_id = p.employer_id AND a.end_cause = 'employer_dismissed'
    ),
    (
        SELECT count(*)::integer FROM public.recovery AS r
        WHERE
            r.employer_id = p.employer_id
            AND r.state NOT IN ('settled', 'written_off', 'cancelled')
    )
FROM public.placement AS p
INNER JOIN public.employer AS e ON p.employer_id = e.id
WHERE p.id = employer_standing.of_placement AND public.actor_role() = 'case_officer'
$$;

-- ===== mail

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

-- ===== links

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

-- ===== link policies

-- Who sees and writes what is asked of candidates; and what a candidate sees by a link: the one
-- agreement that it is about, and nothing of anybody else.

-- Before a link is opened nobody is known: these three answer for one secret at a time.
CREATE FUNCTION link_of_token(of_hash bytea) RETURNS TABLE (
    id uuid, expires_at timestamptz, used_at timestamptz, revoked_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT
    l.id,
    l.expires_at,
    l.used_at,
    l.revoked_at
FROM public.candidate_link AS l
WHERE l.token_hash = link_of_token.of_hash
$$;

CREATE FUNCTION link_of_code(of_index bytea, born_on date) RETURNS TABLE (
    id uuid, expires_at timestamptz, used_at timestamptz, revoked_at timestamptz,
    is_born_then boolean
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT
    l.id,
    l.expires_at,
    l.used_at,
    l.revoked_at,
    c.born_on = link_of_code.born_on AS is_born_then
FROM public.candidate_link AS l
INNER JOIN public.candidate_question AS q ON l.question_id = q.id
INNER JOIN public.candidate AS c ON q.candidate_id = c.id
WHERE l.code_index = link_of_code.of_index
$$;

CREATE FUNCTION link_holder(of_session bytea, at timestamptz) RETURNS TABLE (
    link_id uuid, question_id uuid, candidate_id uuid, agreement_id uuid, languages text[]
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT
    l.id AS link_id,
    q.id AS question_id,
    q.candidate_id,
    q.agreement_id,
    array_remove(ARRAY[k.language] || c.languages, NULL) AS languages
FROM public.link_session AS s
INNER JOIN public.candidate_link AS l ON s.link_id = l.id
INNER JOIN public.candidate_question AS q ON l.question_id = q.id
INNER JOIN public.candidate AS c ON q.candidate_id = c.id
LEFT JOIN public.candidate_contact AS k ON c.id = k.id
WHERE
    s.token_hash = link_holder.of_session
    AND s.expires_at > link_holder.at
    AND l.expires_at > link_holder.at
    AND l.used_at IS NULL
    AND l.revoked_at IS NULL
$$;

GRANT SELECT, INSERT, UPDATE ON candidate_question, candidate_link, attendance_contest TO ura_app;
GRANT SELECT, INSERT ON link_event, signing_reminder TO ura_app;
GRANT SELECT, INSERT, DELETE ON link_session, link_attempt TO ura_app;

ALTER TABLE candidate_question ENABLE ROW LEVEL SECURITY;
CREATE POLICY candidate_question_seen ON candidate_question FOR SELECT USING (
    (SELECT actor_role()) IN ('auditor', 'system')
    OR (
        (SELECT actor_role()) IN ('case_officer', 'candidate')
        AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = candidate_question.agreement_id)
    )
);
CREATE POLICY candidate_question_raised ON candidate_question FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('case_officer', 'system')
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = candidate_question.agreement_id)
);
CREATE POLICY candidate_question_moved ON candidate_question FOR UPDATE USING (
    (SELECT actor_role()) = 'system'
    OR (
        (SELECT actor_role()) = 'case_officer'
        AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = candidate_question.agreement_id)
    )
);

ALTER TABLE candidate_link ENABLE ROW LEVEL SECURITY;
CREATE POLICY candidate_link_seen ON candidate_link FOR SELECT USING (
    (SELECT actor_role()) IN ('auditor', 'system')
    OR id = (SELECT actor_link())
    OR (
        (SELECT actor_role()) = 'case_officer'
        AND EXISTS (SELECT 1 FROM candidate_question AS q WHERE q.id = candidate_link.question_id)
    )
);
CREATE POLICY candidate_link_issued ON candidate_link FOR INSERT WITH CHECK (
    issued_by IS NOT DISTINCT FROM (SELECT actor_account())
    AND (SELECT actor_role()) IN ('case_officer', 'system')
    AND EXISTS (SELECT 1 FROM candidate_question AS q WHERE q.id = candidate_link.question_id)
);
CREATE POLICY candidate_link_used ON candidate_link FOR UPDATE USING (
    id = (SELECT actor_link())
) WITH CHECK (id = (SELECT actor_link()) AND used_at IS NOT NULL);
CREATE POLICY candidate_link_revoked ON candidate_link FOR UPDATE USING (
    (SELECT actor_role()) = 'case_officer'
    AND EXISTS (SELECT 1 FROM candidate_question AS q WHERE q.id = candidate_link.question_id)
) WITH CHECK (
    (SELECT actor_role()) = 'case_officer'
    AND revoked_by = (SELECT actor_account())
    AND used_at IS NULL
);

ALTER TABLE link_session ENABLE ROW LEVEL SECURITY;
CREATE POLICY link_session_of_browser ON link_session USING (
    (SELECT actor_role()) IN ('anonymous', 'system') OR link_id = (SELECT actor_link())
);

ALTER TABLE link_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY link_event_seen ON link_event FOR SELECT USING (
    EXISTS (SELECT 1 FROM candidate_link AS l WHERE l.id = link_event.link_id)
);
CREATE POLICY link_event_written ON link_event FOR INSERT WITH CHECK (
    link_id = (SELECT actor_link())
    OR (
        (SELECT actor_role()) = 'anonymous'
        AND event IN ('opened', 'refused', 'wrong_birth_date')
    )
);

ALTER TABLE link_attempt ENABLE ROW LEVEL SECURITY;
CREATE POLICY link_attempt_before_known ON link_attempt USING (
    (SELECT actor_role()) IN ('anonymous', 'system')
);

ALTER TABLE signing_reminder ENABLE ROW LEVEL SECURITY;
CREATE POLICY signing_reminder_seen ON signing_reminder FOR SELECT USING (
    (SELECT actor_role()) IN ('auditor', 'system')
    OR (
        (SELECT actor_role()) = 'case_officer'
        AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = signing_reminder.agreement_id)
    )
);
CREATE POLICY signing_reminder_sent ON signing_reminder FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'system'
);

-- A contest is told the employer as well, who has to correct the report.
ALTER TABLE attendance_contest ENABLE ROW LEVEL SECURITY;
CREATE POLICY attendance_contest_seen ON attendance_contest FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM attendance AS t WHERE t.id = attendance_contest.attendance_id)
);
CREATE POLICY attendance_contest_by_candidate ON attendance_contest FOR INSERT WITH CHECK (
    by_link = (SELECT actor_link())
    AND settled_at IS NULL
    AND EXISTS (SELECT 1 FROM attendance AS t WHERE t.id = attendance_contest.attendance_id)
);
CREATE POLICY attendance_contest_settled ON attendance_contest FOR UPDATE USING (
    (SELECT actor_role()) = 'case_officer'
    AND EXISTS (SELECT 1 FROM attendance AS t WHERE t.id = attendance_contest.attendance_id)
) WITH CHECK (settled_by = (SELECT actor_account()));

-- An office sees whether the mail with a link went out.
CREATE POLICY mail_of_link_seen ON mail FOR SELECT USING (
    (SELECT actor_role()) = 'case_officer'
    AND EXISTS (SELECT 1 FROM candidate_link AS l WHERE l.mail_id = mail.id)
);

-- The job that sends links asks where to; it writes no contact.
CREATE POLICY candidate_contact_for_mails ON candidate_contact FOR SELECT USING (
    (SELECT actor_role()) = 'system'
);

-- What a candidate sees: the agreement of the link, the placement it fills, and oneself.
CREATE POLICY candidate_seen_by_self ON candidate FOR SELECT USING (
    id = (SELECT actor_candidate())
);
CREATE POLICY agreement_seen_by_candidate ON agreement FOR SELECT USING (
    id = (SELECT actor_agreement()) AND candidate_id = (SELECT actor_candidate())
);
CREATE POLICY placement_seen_by_candidate ON placement FOR SELECT USING (
    (SELECT actor_role()) = 'candidate'
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.placement_id = placement.id)
);

-- What a candidate writes: a signature, a confirmation, an answer. The agreement is held meanwhile,
-- and never changed by a candidate.
CREATE POLICY agreement_held_by_candidate ON agreement FOR UPDATE USING (
    id = (SELECT actor_agreement()) AND candidate_id = (SELECT actor_candidate())
) WITH CHECK (FALSE);
CREATE POLICY agreement_signature_by_candidate ON agreement_signature FOR INSERT WITH CHECK (
    party = 'candidate'
    AND by_link = (SELECT actor_link())
    AND agreement_id = (SELECT actor_agreement())
);
CREATE POLICY attendance_confirmed_by_candidate ON attendance FOR UPDATE USING (
    agreement_id = (SELECT actor_agreement())
) WITH CHECK (
    confirmed_by_link = (SELECT actor_link()) AND superseded_at IS NULL
);
-- Nor does any other policy let a candidate change a report in another way.
CREATE POLICY attendance_only_confirmed_by_candidate ON attendance AS RESTRICTIVE FOR UPDATE
USING (TRUE) WITH CHECK (
    (SELECT actor_role()) <> 'candidate'
    OR (confirmed_by_link = (SELECT actor_link()) AND superseded_at IS NULL)
);
CREATE POLICY outcome_answered_by_candidate ON outcome FOR INSERT WITH CHECK (
    by_link = (SELECT actor_link()) AND agreement_id = (SELECT actor_agreement())
);

-- ===== second factors

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

-- ===== people

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

-- ===== administration

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

-- ===== reference change

-- Reference data that money depends on: one administrator proposes, another confirms, and then the
-- rule that held ends and the new one begins. The application itself cannot write these tables.
CREATE TABLE reference_change (
    id uuid PRIMARY KEY,
    table_name text NOT NULL,
    row_values jsonb NOT NULL,
    valid_from date,
    basis text NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    refused_at timestamptz,
    refused_by uuid REFERENCES account,
    CONSTRAINT reference_change_table_known CHECK (
        table_name IN (
            'check_rule', 'flag_rule', 'quality_rule', 'state_aid_rule', 'minimum_wage',
            'recovery_terms', 'recovery_rule', 'reason_code', 'second_factor_rule',
            'duty_conflict'
        )
    ),
    CONSTRAINT reference_change_values_named CHECK (jsonb_typeof(row_values) = 'object'),
    CONSTRAINT reference_change_dated CHECK (
        (valid_from IS NULL) = (table_name IN ('reason_code', 'duty_conflict'))
    ),
    CONSTRAINT reference_change_says_why CHECK (length(btrim(basis)) BETWEEN 5 AND 500),
    CONSTRAINT reference_change_two_people CHECK (confirmed_by <> proposed_by),
    CONSTRAINT reference_change_decided_once CHECK (
        num_nonnulls(confirmed_at, refused_at) <= 1
    ),
    CONSTRAINT reference_change_confirmed_pair CHECK (
        (confirmed_at IS NULL) = (confirmed_by IS NULL)
    ),
    CONSTRAINT reference_change_refused_pair CHECK ((refused_at IS NULL) = (refused_by IS NULL)),
    CONSTRAINT reference_change_not_backdated CHECK (
        confirmed_at IS NULL
        OR valid_from IS NULL
        OR valid_from >= (confirmed_at AT TIME ZONE 'Europe/Belgrade')::date
    )
);

CREATE INDEX reference_change_by_table ON reference_change (table_name, proposed_at);

CREATE TRIGGER reference_change_ended_once BEFORE UPDATE ON reference_change
FOR EACH ROW EXECUTE FUNCTION guard_once();
CREATE TRIGGER reference_change_never_deleted BEFORE DELETE ON reference_change
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reference_change_no_truncate BEFORE TRUNCATE ON reference_change
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The rows that hold or will, by table, each with the days for which it does.
CREATE VIEW reference_row WITH (security_invoker = TRUE) AS
SELECT
    'check_rule' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    lower(r.valid) AS valid_from,
    upper(r.valid) AS valid_until
FROM check_rule AS r
UNION ALL
SELECT
    'flag_rule' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    lower(r.valid) AS valid_from,
    upper(r.valid) AS valid_until
FROM flag_rule AS r
UNION ALL
SELECT
    'quality_rule' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    lower(r.valid) AS valid_from,
    upper(r.valid) AS valid_until
FROM quality_rule AS r
UNION ALL
SELECT
    'state_aid_rule' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    lower(r.valid) AS valid_from,
    upper(r.valid) AS valid_until
FROM state_aid_rule AS r
WHERE r.superseded_at IS NULL
UNION ALL
SELECT
    'minimum_wage' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    lower(r.period) AS valid_from,
    upper(r.period) AS valid_until
FROM minimum_wage AS r
WHERE r.superseded_at IS NULL
UNION ALL
SELECT
    'recovery_terms' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    lower(r.in_force) AS valid_from,
    upper(r.in_force) AS valid_until
FROM recovery_terms AS r
UNION ALL
SELECT
    'recovery_rule' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    lower(r.in_force) AS valid_from,
    upper(r.in_force) AS valid_until
FROM recovery_rule AS r
UNION ALL
SELECT
    'reason_code' AS table_name,
    md5(r.code_list || r.code)::uuid AS id,
    to_jsonb(r) AS row_values,
    NULL AS valid_from,
    NULL AS valid_until
FROM reason_code AS r
UNION ALL
SELECT
    'second_factor_rule' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    r.valid_from,
    lead(r.valid_from) OVER (PARTITION BY r.role ORDER BY r.valid_from) AS valid_until
FROM second_factor_rule AS r
UNION ALL
SELECT
    'duty_conflict' AS table_name,
    r.id,
    to_jsonb(r) AS row_values,
    NULL AS valid_from,
    NULL AS valid_until
FROM duty_conflict AS r;

-- The row that holds on the day on which a change begins, of the same code, payee or cause.
CREATE FUNCTION row_before(change reference_change) RETURNS reference_row
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    SELECT r
    FROM reference_row AS r
    WHERE
        r.table_name = change.table_name
        AND r.valid_from <= change.valid_from
        AND (r.valid_until IS NULL OR r.valid_until > change.valid_from)
        AND NOT EXISTS (
            SELECT 1
            FROM unnest(ARRAY['code', 'payee', 'cause', 'end_cause', 'scheme_id']) AS k (name)
            WHERE
                (change.table_name, k.name) <> ('check_rule', 'payee')
                AND nullif(r.row_values -> k.name, 'null')
                IS DISTINCT FROM nullif(change.row_values -> k.name, 'null')
        )
    ORDER BY r.valid_from DESC
    LIMIT 1;
END;

-- A change comes into force once: the new row has its id. The row before ends where it begins, and
-- what the change does not name stays as it was.
CREATE FUNCTION put_reference_in_force(change_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    change public.reference_change;
    before public.reference_row;
    days daterange;
    old_days daterange;
    old_row jsonb;
    new_row jsonb;
BEGIN
    SELECT * INTO STRICT change FROM public.reference_change AS c
    WHERE c.id = put_reference_in_force.change_id FOR UPDATE;
    IF change.confirmed_at IS NULL THEN
        RAISE EXCEPTION 'a second administrator confirms a change first'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reference_change_confirmed_first';
    END IF;
    before := public.row_before(change);
    old_days := daterange(before.valid_from, change.valid_from);
    days := daterange(change.valid_from, before.valid_until);
    new_row := coalesce(before.row_values, '{}') || change.row_values || jsonb_build_object(
        'id', change.id, 'source', change.basis, 'valid', days, 'in_force', days, 'period', days,
        'valid_from', change.valid_from, 'recorded_at', clock_timestamp(), 'superseded_at', NULL
    );
    old_row := before.row_values || jsonb_build_object(
        'id', gen_random_uuid(), 'valid', old_days, 'period', old_days,
        'recorded_at', clock_timestamp()
    );
    CASE change.table_name
        WHEN 'check_rule' THEN
            UPDATE public.check_rule SET valid = old_days WHERE id = before.id;
            INSERT INTO public.check_rule
            SELECT * FROM jsonb_populate_record(NULL::public.check_rule, new_row);
        WHEN 'flag_rule' THEN
            UPDATE public.flag_rule SET valid = old_days WHERE id = before.id;
            INSERT INTO public.flag_rule
            SELECT * FROM jsonb_populate_record(NULL::public.flag_rule, new_row);
        WHEN 'quality_rule' THEN
            UPDATE public.quality_rule SET valid = old_days WHERE id = before.id;
            INSERT INTO public.quality_rule
            SELECT * FROM jsonb_populate_record(NULL::public.quality_rule, new_row);
        WHEN 'recovery_terms' THEN
            UPDATE public.recovery_terms SET in_force = old_days WHERE id = before.id;
            INSERT INTO public.recovery_terms
            SELECT * FROM jsonb_populate_record(NULL::public.recovery_terms, new_row);
        WHEN 'recovery_rule' THEN
            UPDATE public.recovery_rule SET in_force = old_days WHERE id = before.id;
            INSERT INTO public.recovery_rule
            SELECT * FROM jsonb_populate_record(NULL::public.recovery_rule, new_row);
        WHEN 'state_aid_rule' THEN
            UPDATE public.state_aid_rule SET superseded_at = clock_timestamp()
            WHERE id = before.id;
            INSERT INTO public.state_aid_rule
            SELECT * FROM jsonb_populate_record(NULL::public.state_aid_rule, old_row)
            WHERE before.id IS NOT NULL AND NOT isempty(old_days);
            INSERT INTO public.state_aid_rule
            SELECT * FROM jsonb_populate_record(NULL::public.state_aid_rule, new_row);
        WHEN 'minimum_wage' THEN
            UPDATE public.minimum_wage SET superseded_at = clock_timestamp()
            WHERE id = before.id;
            INSERT INTO public.minimum_wage
            SELECT * FROM jsonb_populate_record(NULL::public.minimum_wage, old_row)
            WHERE before.id IS NOT NULL AND NOT isempty(old_days);
            INSERT INTO public.minimum_wage
            SELECT * FROM jsonb_populate_record(NULL::public.minimum_wage, new_row);
        WHEN 'second_factor_rule' THEN
            INSERT INTO public.second_factor_rule
            SELECT * FROM jsonb_populate_record(NULL::public.second_factor_rule, new_row);
        WHEN 'reason_code' THEN
            INSERT INTO public.reason_code
            SELECT * FROM jsonb_populate_record(NULL::public.reason_code, new_row)
            ON CONFLICT (code_list, code)
            DO UPDATE SET name = excluded.name, action = excluded.action;
        WHEN 'duty_conflict' THEN
            INSERT INTO public.duty_conflict
            SELECT * FROM jsonb_populate_record(NULL::public.duty_conflict, new_row)
            ON CONFLICT (role_before, role_after)
            DO UPDATE SET months = excluded.months, source = excluded.source;
    END CASE;
END
$$;

CREATE TRIGGER reference_change_audited AFTER INSERT OR UPDATE OR DELETE ON reference_change
FOR EACH ROW EXECUTE FUNCTION record_audit();

GRANT SELECT, INSERT, UPDATE ON reference_change TO ura_app;
GRANT SELECT ON reference_row TO ura_app;

-- Who proposes a weight sees the weights.
CREATE POLICY flag_rule_kept ON flag_rule FOR SELECT USING (
    (SELECT actor_role()) = 'administrator'
);

ALTER TABLE reference_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY reference_change_seen ON reference_change FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'administrator'
);
CREATE POLICY reference_change_proposed ON reference_change FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator' AND proposed_by = (SELECT actor_account())
    AND num_nonnulls(confirmed_at, refused_at) = 0
);
CREATE POLICY reference_change_decided ON reference_change FOR UPDATE USING (
    (SELECT actor_role()) = 'administrator'
) WITH CHECK ((SELECT actor_account()) IN (confirmed_by, refused_by));

-- ===== payment calendar

-- On which days the money of a month is due to move.

-- Days of the month after the earned one: the last on which evidence counts for its payout, and
-- those by which the payout is put up and paid. `valid` is that of the earned month's first day.
CREATE TABLE payment_calendar (
    id uuid PRIMARY KEY,
    valid daterange NOT NULL,
    reporting_closes_day integer NOT NULL,
    put_up_day integer NOT NULL,
    payment_day integer NOT NULL,
    source text NOT NULL,
    CONSTRAINT payment_calendar_one_at_a_time EXCLUDE USING gist (valid WITH &&),
    CONSTRAINT payment_calendar_valid_some_days CHECK (NOT isempty(valid)),
    CONSTRAINT payment_calendar_days_in_order CHECK (
        reporting_closes_day >= 1
        AND reporting_closes_day <= put_up_day
        AND put_up_day <= payment_day
        AND payment_day <= 28
    ),
    CONSTRAINT payment_calendar_has_a_source CHECK (btrim(source) <> '')
);

CREATE TRIGGER payment_calendar_never_edited BEFORE UPDATE ON payment_calendar
FOR EACH ROW EXECUTE FUNCTION guard_dated_rule();
CREATE TRIGGER payment_calendar_never_deleted BEFORE DELETE ON payment_calendar
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_calendar_no_truncate BEFORE TRUNCATE ON payment_calendar
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_calendar_audited AFTER INSERT OR UPDATE OR DELETE ON payment_calendar
FOR EACH ROW EXECUTE FUNCTION record_audit();

GRANT SELECT ON payment_calendar TO ura_app;

ALTER TABLE payment_calendar ENABLE ROW LEVEL SECURITY;
CREATE POLICY payment_calendar_seen ON payment_calendar FOR SELECT USING (TRUE);

-- ===== comparison

-- A payout beside the one before it, and what its checks kept out of it.

-- Agreement by agreement, what a payout pays unlike an earlier one, and the cause of it: who began
-- or ended, what was blocked or left out by a check, more or fewer payments, what is kept back.
CREATE FUNCTION payout_changes(this_id uuid, earlier_id uuid) RETURNS TABLE (
    agreement_id uuid, employer_id uuid, cause text, difference_cents bigint
)
LANGUAGE sql STABLE AS $$
WITH side AS (
    SELECT
        i.agreement_id,
        count(*) FILTER (WHERE l.payout_id = this_id) AS now_count,
        count(*) FILTER (WHERE l.payout_id = earlier_id) AS before_count,
        coalesce(sum(l.amount_cents) FILTER (WHERE l.payout_id = this_id), 0) AS now_cents,
        coalesce(sum(l.amount_cents) FILTER (WHERE l.payout_id = earlier_id), 0) AS before_cents,
        coalesce(sum(l.netted_cents) FILTER (WHERE l.payout_id = this_id), 0) AS now_netted,
        coalesce(sum(l.netted_cents) FILTER (WHERE l.payout_id = earlier_id), 0) AS before_netted
    FROM payout_line AS l
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    WHERE l.payout_id IN (this_id, earlier_id)
    GROUP BY i.agreement_id
)

SELECT
    a.id,
    a.employer_id,
    CASE
        WHEN s.before_count = 0 AND EXISTS (
            SELECT 1
            FROM payout_line AS l
            INNER JOIN payout AS o ON l.payout_id = o.id
            INNER JOIN instalment AS i ON l.instalment_id = i.id
            WHERE
                i.agreement_id = a.id
                AND o.approved_at < p.submitted_at
                AND o.state <> 'voided'
        ) THEN 'back'
        WHEN s.before_count = 0 THEN 'began'
        WHEN s.now_count = 0 AND upper(a.period) <= p.month THEN 'ended'
        WHEN s.now_count = 0 AND EXISTS (
            SELECT 1 FROM checked_instalment AS c
            WHERE c.run_id = p.check_run_id AND c.agreement_id = a.id
        ) THEN 'left_out'
        WHEN s.now_count = 0 AND EXISTS (
            SELECT 1 FROM instalment AS i
            WHERE
                i.agreement_id = a.id
                AND i.month = p.month
                AND i.superseded_at IS NULL
                AND i.outcome = 'blocked'
        ) THEN 'blocked'
        WHEN s.now_count = 0 THEN 'not_due'
        WHEN s.now_netted <> s.before_netted THEN 'kept_back'
        WHEN s.now_count > s.before_count THEN 'more_payments'
        WHEN s.now_count < s.before_count THEN 'fewer_payments'
        WHEN s.now_cents > s.before_cents THEN 'higher'
        ELSE 'lower'
    END AS cause,
    (s.now_cents - s.before_cents)::bigint AS difference_cents
FROM side AS s
INNER JOIN agreement AS a ON s.agreement_id = a.id
INNER JOIN payout AS p ON p.id = this_id
WHERE s.now_cents <> s.before_cents OR s.now_count <> s.before_count
$$;

-- What the checks of a payout were run over and it does not pay, each with the first check that
-- stopped it then; without one where it waited for another reason.
CREATE FUNCTION payout_left_out(of_payout uuid) RETURNS TABLE (
    instalment_id uuid, agreement_id uuid, code text, acts text
)
LANGUAGE sql STABLE AS $$
SELECT
    c.instalment_id,
    c.agreement_id,
    stopped.code,
    stopped.acts
FROM payout AS p
INNER JOIN check_run AS n ON p.check_run_id = n.id
INNER JOIN checked_instalment AS c ON n.id = c.run_id
LEFT JOIN LATERAL (
    SELECT
        r.code::text AS code,
        r.acts
    FROM check_result AS f
    INNER JOIN check_rule AS r ON f.code = r.code AND r.valid @> n.run_on
    WHERE
        f.run_id = n.id
        AND f.instalment_id = c.instalment_id
        AND f.override_id IS NULL
        AND (
            (r.is_blocking AND f.outcome = 'failed')
            OR (r.is_blocking AND r.no_data_blocks AND f.outcome = 'no_data')
            OR (r.code = 'state_aid' AND f.outcome = 'failed')
        )
    ORDER BY r.id
    LIMIT 1
) AS stopped ON TRUE
WHERE
    p.id = of_payout
    AND NOT EXISTS (
        SELECT 1 FROM payout_line AS l
        WHERE l.payout_id = p.id AND l.instalment_id = c.instalment_id
    )
$$;

-- ===== work

-- Long work that somebody asked for and need not wait for: a worker does it, anybody of the finance
-- office can see how far it is.

CREATE TABLE work (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    month date,
    payout_id uuid REFERENCES payout,
    content_sha256 bytea,
    language text NOT NULL,
    asked_at timestamptz NOT NULL,
    asked_by uuid NOT NULL REFERENCES account,
    state text NOT NULL DEFAULT 'waiting',
    step text,
    done_count integer NOT NULL DEFAULT 0,
    total_count integer,
    attempts integer NOT NULL DEFAULT 0,
    leased_until timestamptz,
    result_id uuid,
    is_repeat boolean NOT NULL DEFAULT FALSE,
    refusal text,
    finished_at timestamptz,
    CONSTRAINT work_kind_known CHECK (
        kind IN ('put_up', 'reopening', 'check_month', 'bank_import', 'bank_export')
    ),
    CONSTRAINT work_kind_names_subject CHECK (
        num_nonnulls(month, payout_id, content_sha256) = 1
        AND (kind IN ('put_up', 'check_month')) = (month IS NOT NULL)
        AND (kind IN ('reopening', 'bank_export')) = (payout_id IS NOT NULL)
        AND (kind = 'bank_import') = (content_sha256 IS NOT NULL)
    ),
    CONSTRAINT work_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT work_language_known CHECK (language IN ('sq', 'sr', 'en')),
    CONSTRAINT work_state_known CHECK (
        state IN ('waiting', 'running', 'done', 'refused', 'failed')
    ),
    CONSTRAINT work_step_known CHECK (
        step IN (
            'reading', 'waiting_for_turn', 'posting', 'gathering', 'checking', 'flagging',
            'computing_twice', 'writing'
        )
    ),
    CONSTRAINT work_counts_up CHECK (done_count >= 0 AND done_count <= total_count),
    CONSTRAINT work_state_tells_end CHECK (
        (state IN ('done', 'refused', 'failed')) = (finished_at IS NOT NULL)
    ),
    CONSTRAINT work_refusal_tells_why CHECK (
        (state IN ('refused', 'failed')) = (refusal IS NOT NULL)
    ),
    CONSTRAINT work_result_when_done CHECK ((state = 'done') = (result_id IS NOT NULL)),
    CONSTRAINT work_leased_while_running CHECK ((state = 'running') = (leased_until IS NOT NULL))
);

-- The same is asked for once at a time, however often somebody presses the button.
CREATE UNIQUE INDEX work_once_at_a_time ON work (kind, month, payout_id, content_sha256)
NULLS NOT DISTINCT WHERE state IN ('waiting', 'running');
CREATE INDEX work_open ON work (asked_at) WHERE state IN ('waiting', 'running');
CREATE INDEX work_by_time ON work (asked_at DESC);

-- The file that a piece of work reads, sealed, until it is over.
CREATE TABLE work_file (
    work_id uuid NOT NULL REFERENCES work,
    number integer NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT work_file_once PRIMARY KEY (work_id, number),
    CONSTRAINT work_file_number_counts CHECK (number >= 1),
    CONSTRAINT work_file_small CHECK (octet_length(sealed) <= 4194304)
);

CREATE FUNCTION guard_work() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := ARRAY[
        'state', 'step', 'done_count', 'total_count', 'attempts', 'leased_until', 'result_id',
        'is_repeat', 'refusal', 'finished_at'
    ];
BEGIN
    IF old.finished_at IS NOT NULL
        OR to_jsonb(new) - moving <> to_jsonb(old) - moving
        OR new.attempts < old.attempts
    THEN
        RAISE EXCEPTION 'work that is over stays over, and is what was asked for'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'work_moves_forward';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER work_moves_forward BEFORE UPDATE ON work
FOR EACH ROW EXECUTE FUNCTION guard_work();
CREATE TRIGGER work_never_deleted BEFORE DELETE ON work
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER work_no_truncate BEFORE TRUNCATE ON work
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT, UPDATE ON work TO ura_app;
GRANT SELECT, INSERT, DELETE ON work_file TO ura_app;

ALTER TABLE work ENABLE ROW LEVEL SECURITY;
CREATE POLICY work_seen ON work FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY work_asked_for ON work FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
    AND asked_by = (SELECT actor_account())
);
CREATE POLICY work_done ON work FOR UPDATE USING (
    (SELECT actor_role()) = 'system' OR asked_by = (SELECT actor_account())
);

ALTER TABLE work_file ENABLE ROW LEVEL SECURITY;
CREATE POLICY work_file_read ON work_file FOR SELECT USING ((SELECT actor_role()) = 'system');
CREATE POLICY work_file_handed_in ON work_file FOR INSERT WITH CHECK (
    EXISTS (
        SELECT 1 FROM work AS w
        WHERE w.id = work_file.work_id AND w.asked_by = (SELECT actor_account())
    )
);
CREATE POLICY work_file_dropped ON work_file FOR DELETE USING (
    (SELECT actor_role()) = 'system'
);

-- ===== audit look

-- Personal data in the audit trail is masked until an auditor says what for; each look stays.
CREATE TABLE audit_look (
    id uuid PRIMARY KEY,
    table_name text NOT NULL,
    row_id uuid NOT NULL,
    purpose text NOT NULL,
    looked_at timestamptz NOT NULL,
    looked_by uuid NOT NULL REFERENCES account,
    CONSTRAINT audit_look_has_purpose CHECK (length(btrim(purpose)) BETWEEN 5 AND 500)
);

CREATE INDEX audit_look_by_row ON audit_look (table_name, row_id, looked_at);

CREATE TRIGGER audit_look_append_only BEFORE UPDATE OR DELETE ON audit_look
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_look_no_truncate BEFORE TRUNCATE ON audit_look
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON audit_look TO ura_app;

ALTER TABLE audit_look ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_look_seen ON audit_look FOR SELECT USING ((SELECT actor_role()) = 'auditor');
CREATE POLICY audit_look_noted ON audit_look FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'auditor' AND looked_by = (SELECT actor_account())
);

-- ===== unmet checks

-- The same answer as before, by as many looks into an index as there are results. A run that was
-- just written is unknown to the planner, which expected one row of it and compared every result
-- with every other: minutes for a few hundred payments.
CREATE OR REPLACE FUNCTION unmet_checks(of_run uuid, at timestamptz)
RETURNS TABLE (instalment_id uuid, code text, outcome text)
LANGUAGE sql STABLE AS $$
WITH rule AS MATERIALIZED (
    SELECT r.*
    FROM check_run AS n
    INNER JOIN check_rule AS r ON r.valid @> n.run_on
    WHERE n.id = unmet_checks.of_run
),

expected AS MATERIALIZED (
    SELECT
        p.payee,
        m.is_monthly,
        count(*) AS result_count
    FROM (VALUES ('employer'), ('candidate')) AS p (payee)
    CROSS JOIN (VALUES (TRUE), (FALSE)) AS m (is_monthly)
    INNER JOIN rule AS r
        ON (r.payee IS NULL OR r.payee = p.payee) AND (m.is_monthly OR NOT r.is_monthly_only)
    GROUP BY p.payee, m.is_monthly
),

suspect AS MATERIALIZED (
    SELECT
        c.instalment_id,
        c.payee,
        c.is_monthly
    FROM checked_instalment AS c
    LEFT JOIN expected AS e ON c.payee = e.payee AND c.is_monthly = e.is_monthly
    CROSS JOIN LATERAL (
        SELECT
            count(*) AS result_count,
            count(*) FILTER (
                WHERE
                f.outcome <> 'passed'
                AND f.code = any(array(SELECT r.code::text FROM rule AS r WHERE r.is_blocking))
            ) AS suspect_count
        FROM check_result AS f
        WHERE f.run_id = unmet_checks.of_run AND f.instalment_id = c.instalment_id
    ) AS d
    WHERE
        c.run_id = unmet_checks.of_run
        AND (
            e.result_count IS NULL
            OR d.result_count IS DISTINCT FROM e.result_count
            OR d.suspect_count > 0
        )
)

SELECT
    s.instalment_id,
    coalesce(r.code::text, 'current_version') AS code,
    coalesce(f.outcome, 'missing') AS outcome
FROM suspect AS s
LEFT JOIN rule AS r
    ON (r.payee IS NULL OR r.payee = s.payee) AND (s.is_monthly OR NOT r.is_monthly_only)
LEFT JOIN LATERAL (
    SELECT
        g.outcome,
        g.override_id
    FROM check_result AS g
    WHERE
        g.run_id = unmet_checks.of_run
        AND g.instalment_id = s.instalment_id
        AND g.code = r.code
    LIMIT 1
) AS f ON TRUE
LEFT JOIN check_override AS o
    ON
        f.override_id = o.id
        AND o.granted_at <= unmet_checks.at
        AND o.expires_at > unmet_checks.at
WHERE
    o.id IS NULL
    AND (
        f.outcome IS NULL
        OR (r.is_blocking AND f.outcome = 'failed')
        OR (r.is_blocking AND r.no_data_blocks AND f.outcome = 'no_data')
    )
$$;

-- ===== standing of month

-- Where one month or one agreement stands, without the payouts of all the others; and checks are
-- looked at for what is open only: whether a payment is paid was asked after all of its checks.

CREATE FUNCTION month_standing(at timestamptz, of_month date, of_agreement uuid) RETURNS TABLE (
    agreement_id uuid, month date, kind text, instalment_id uuid, due_cents bigint, standing text,
    reason text, acts text, since timestamptz, is_told_employer boolean
)
LANGUAGE sql STABLE AS $$
WITH today AS (
    SELECT (month_standing.at AT TIME ZONE 'Europe/Belgrade')::date AS day
),

key AS (
    SELECT
        a.id AS agreement_id,
        m.month::date AS month,
        p.kind
    FROM agreement AS a
    INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
    CROSS JOIN today
    CROSS JOIN LATERAL jsonb_each(v.payments) AS p (kind, facts)
    CROSS JOIN LATERAL generate_series(
        date_trunc('month', lower(a.period)::timestamp),
        least(upper(a.period) - 1, today.day)::timestamp,
        interval '1 month'
    ) AS m (month)
    WHERE
        a.started_at IS NOT NULL
        AND (p.facts ->> 'is_monthly')::boolean
        AND (of_month IS NULL OR m.month::date = of_month)
        AND (of_agreement IS NULL OR a.id = of_agreement)
    UNION
    SELECT
        i.agreement_id,
        i.month,
        i.kind
    FROM instalment AS i
    WHERE
        i.superseded_at IS NULL
        AND (of_month IS NULL OR i.month = of_month)
        AND (of_agreement IS NULL OR i.agreement_id = of_agreement)
    UNION
    SELECT
        n.agreement_id,
        n.month,
        n.kind
    FROM instalment_ahead AS n
    INNER JOIN today ON n.month <= today.day
    WHERE
        n.can_pay
        AND (of_month IS NULL OR n.month = of_month)
        AND (of_agreement IS NULL OR n.agreement_id = of_agreement)
),

line AS (
    SELECT
        i.agreement_id,
        i.month,
        i.kind,
        coalesce(sum(l.due_cents) FILTER (WHERE l.reissues IS NULL), 0) AS put_cents,
        max(t.state_changed_at) FILTER (
            WHERE t.state IN ('rejected', 'cancelled', 'returned') AND NOT t.is_over
        ) AS refused_at,
        max(p.state) FILTER (
            WHERE p.state IN ('submitted', 'approved')
        ) AS waiting_state,
        bool_or(t.state IN ('sent', 'accepted')) AS is_sent,
        bool_or(
            p.state = 'exported' AND l.amount_cents > 0 AND t.state IS NULL
        ) AS is_unwritten,
        min(p.submitted_at) FILTER (
            WHERE p.state <> 'exported' OR t.state IS NULL OR t.state IN ('sent', 'accepted')
        ) AS put_up_at
    FROM payout_line AS l
    INNER JOIN payout AS p ON l.payout_id = p.id
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    LEFT JOIN LATERAL (
        SELECT
            o.state,
            o.state_changed_at,
            EXISTS (
                SELECT 1 FROM payment_closure AS c WHERE c.payout_line_id = l.id
            ) OR EXISTS (
                SELECT 1 FROM payout_line AS again
                WHERE again.reissues = o.id AND again.released_at IS NULL
            ) AS is_over
        FROM payment_attempt AS o
        WHERE o.payout_line_id = l.id
        ORDER BY o.number DESC
        LIMIT 1
    ) AS t ON TRUE
    WHERE
        l.released_at IS NULL
        AND (of_month IS NULL OR i.month = of_month)
        AND (of_agreement IS NULL OR i.agreement_id = of_agreement)
    GROUP BY i.agreement_id, i.month, i.kind
),

netted AS (
    SELECT
        i.agreement_id,
        i.month,
        i.kind,
        sum(n.amount_cents) AS cents
    FROM payout_netting AS n
    INNER JOIN instalment AS i ON n.instalment_id = i.id
    WHERE
        n.released_at IS NULL
        AND (of_month IS NULL OR i.month = of_month)
        AND (of_agreement IS NULL OR i.agreement_id = of_agreement)
    GROUP BY i.agreement_id, i.month, i.kind
),

found AS (
    SELECT
        key.agreement_id,
        key.month,
        key.kind,
        i.id AS instalment_id,
        coalesce(i.amount_cents, 0) AS due_cents,
        i.outcome,
        i.reason,
        i.computed_at,
        i.outcome = 'due'
        AND i.amount_cents > coalesce(line.put_cents, 0) - coalesce(netted.cents, 0) AS is_open,
        line.refused_at,
        line.waiting_state,
        line.is_sent,
        line.is_unwritten,
        line.put_up_at
    FROM key
    LEFT JOIN instalment AS i
        ON
            key.agreement_id = i.agreement_id
            AND key.month = i.month
            AND key.kind = i.kind
            AND i.superseded_at IS NULL
    LEFT JOIN line
        ON
            key.agreement_id = line.agreement_id
            AND key.month = line.month
            AND key.kind = line.kind
    LEFT JOIN netted
        ON
            key.agreement_id = netted.agreement_id
            AND key.month = netted.month
            AND key.kind = netted.kind
)

SELECT
    f.agreement_id,
    f.month,
    f.kind,
    f.instalment_id,
    f.due_cents,
    s.standing,
    s.reason,
    s.acts,
    s.since,
    s.is_told_employer
FROM found AS f
CROSS JOIN today
LEFT JOIN LATERAL (
    SELECT min(h.placed_at) AS placed_at
    FROM hold_in_force AS h
    WHERE
        f.is_open
        AND h.agreement_id = f.agreement_id
        AND (h.month IS NULL OR (h.month = f.month AND h.kind = f.kind))
) AS held ON TRUE
LEFT JOIN LATERAL (
    SELECT
        u.code,
        u.acts,
        u.since,
        u.is_told_employer
    FROM stopping_check(
        CASE WHEN f.is_open THEN f.instalment_id END, month_standing.at
    ) AS u
    WHERE f.is_open
) AS stopped ON TRUE
CROSS JOIN LATERAL (
    SELECT *
    FROM (
        VALUES
        (
            f.outcome = 'due' AND f.refused_at IS NOT NULL,
            'blocked', 'bank_refused', 'payee', f.refused_at, TRUE
        ),
        (f.is_unwritten, 'blocked', 'not_written', 'finance', f.put_up_at, TRUE),
        (
            f.is_open AND held.placed_at IS NOT NULL,
            'blocked', 'on_hold', 'finance', held.placed_at, FALSE
        ),
        (
            f.is_open AND stopped.code IS NOT NULL,
            'blocked', stopped.code, stopped.acts, stopped.since, stopped.is_told_employer
        ),
        (f.is_open, 'scheduled', 'waits_to_be_put_up', 'finance', f.computed_at, TRUE),
        (f.waiting_state IS NOT NULL, 'in_payout', f.waiting_state, 'finance', f.put_up_at, TRUE),
        (f.is_sent, 'in_payout', 'sent', 'nobody', f.put_up_at, TRUE),
        (f.outcome = 'due', 'paid', NULL, 'nobody', NULL, TRUE),
        (
            f.outcome = 'blocked', 'blocked', f.reason,
            CASE f.reason WHEN 'evidence_unconfirmed' THEN 'office' ELSE 'employer' END,
            f.computed_at, TRUE
        ),
        (f.outcome = 'not_due', 'not_due', f.reason, 'nobody', f.computed_at, TRUE),
        (
            f.month + interval '1 month' > today.day,
            'scheduled', 'month_runs', 'nobody', f.month::timestamptz, TRUE
        ),
        (TRUE, 'scheduled', 'waits_to_be_computed', 'finance', f.month::timestamptz, TRUE)
    ) AS rule (holds, standing, reason, acts, since, is_told_employer)
    WHERE rule.holds
    LIMIT 1
) AS s
$$;

-- All months of all agreements, for the invariants.
CREATE OR REPLACE FUNCTION month_standing(at timestamptz) RETURNS TABLE (
    agreement_id uuid, month date, kind text, instalment_id uuid, due_cents bigint, standing text,
    reason text, acts text, since timestamptz, is_told_employer boolean
)
LANGUAGE sql STABLE AS $$
SELECT
    s.agreement_id,
    s.month,
    s.kind,
    s.instalment_id,
    s.due_cents,
    s.standing,
    s.reason,
    s.acts,
    s.since,
    s.is_told_employer
FROM month_standing(month_standing.at, NULL, NULL) AS s
$$;

CREATE OR REPLACE FUNCTION standing_seen(at timestamptz, of_month date, of_agreement uuid)
RETURNS TABLE (
    agreement_id uuid, month date, kind text, instalment_id uuid, due_cents bigint, standing text,
    reason text, acts text, since timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT
        s.agreement_id,
        s.month,
        s.kind,
        s.instalment_id,
        s.due_cents,
        s.standing,
        CASE WHEN t.is_told THEN s.reason ELSE 'under_review' END,
        CASE WHEN t.is_told THEN s.acts ELSE 'office' END,
        s.since
    FROM public.month_standing(
        standing_seen.at, standing_seen.of_month, standing_seen.of_agreement
    ) AS s
    INNER JOIN public.agreement AS a ON s.agreement_id = a.id
    INNER JOIN public.scheme_version AS v ON a.scheme_version_id = v.id
    CROSS JOIN LATERAL (
        SELECT
            public.actor_role() <> 'employer'
            OR (
                s.is_told_employer
                AND (s.acts <> 'payee' OR public.payee_of(v.payments, s.kind) = 'employer')
            ) AS is_told
    ) AS t
    WHERE
        public.actor_sees_all()
        OR a.office_id = public.actor_office()
        OR a.employer_id = public.actor_employer()
$$;

-- ===== letters

-- Where and within how many days a decision can be appealed. For recoveries the days are those of
-- recovery_terms, which also decide whether an appeal is taken.
CREATE TABLE legal_remedy (
    id uuid PRIMARY KEY,
    appeal_against text NOT NULL,
    in_force daterange NOT NULL,
    within_days integer,
    body_sq text NOT NULL,
    body_sr text NOT NULL,
    body_en text NOT NULL,
    citation text NOT NULL,
    source text NOT NULL,
    CONSTRAINT legal_remedy_appeal_against_known CHECK (
        appeal_against IN ('placement', 'recovery', 'appeal')
    ),
    CONSTRAINT legal_remedy_days_unless_by_terms CHECK (
        (appeal_against = 'recovery') = (within_days IS NULL) AND within_days BETWEEN 1 AND 365
    ),
    CONSTRAINT legal_remedy_names_a_body CHECK (
        btrim(body_sq) <> '' AND btrim(body_sr) <> '' AND btrim(body_en) <> ''
        AND btrim(source) <> ''
    ),
    CONSTRAINT legal_remedy_one_in_force EXCLUDE USING gist (
        appeal_against WITH =, in_force WITH &&
    )
);

-- A letter as it went out: what it says (`paper_sealed`) and the very bytes of its PDF. Whatever
-- becomes of the facts, of the layout or of the typesetter, this is what was read. The same facts
-- in the same language make no second letter: `content_index` is keyed, and says nothing else.
CREATE TABLE letter (
    id uuid PRIMARY KEY,
    reference text NOT NULL,
    kind text NOT NULL,
    language text NOT NULL,
    about text NOT NULL,
    agreement_id uuid REFERENCES agreement,
    placement_id uuid REFERENCES placement,
    recovery_id uuid REFERENCES recovery,
    month date,
    addressee text NOT NULL,
    employer_id uuid REFERENCES employer,
    candidate_id uuid REFERENCES candidate,
    office_id uuid REFERENCES office,
    is_draft boolean NOT NULL,
    content_index bytea NOT NULL,
    paper_sealed bytea NOT NULL,
    pdf_sealed bytea NOT NULL,
    sha256 bytea NOT NULL,
    made_at timestamptz NOT NULL,
    made_by uuid NOT NULL REFERENCES account,
    CONSTRAINT letter_once_per_reference UNIQUE (reference),
    CONSTRAINT letter_once_per_content UNIQUE (content_index),
    CONSTRAINT letter_kind_known CHECK (
        kind IN ('agreement', 'placement', 'appeal', 'statement', 'recovery')
    ),
    CONSTRAINT letter_language_known CHECK (language IN ('sq', 'sr', 'en')),
    CONSTRAINT letter_addressee_known CHECK (addressee IN ('employer', 'candidate', 'parties')),
    CONSTRAINT letter_about_one_thing CHECK (
        num_nonnulls(agreement_id, placement_id, recovery_id, month) = 1
        AND CASE kind
            WHEN 'agreement' THEN agreement_id IS NOT NULL
            WHEN 'placement' THEN placement_id IS NOT NULL
            WHEN 'statement' THEN month IS NOT NULL
            ELSE recovery_id IS NOT NULL
        END
    ),
    -- Whom a letter is not addressed to does not read it, so a young person's own money is not told
    -- to the employer.
    CONSTRAINT letter_to_its_addressee CHECK (
        (addressee <> 'candidate') = (employer_id IS NOT NULL)
        AND (addressee <> 'employer') = (candidate_id IS NOT NULL)
        AND (addressee = 'parties') = (kind = 'agreement')
        AND (kind <> 'placement' OR addressee = 'employer')
    ),
    CONSTRAINT letter_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT letter_sha256_length CHECK (
        octet_length(sha256) = 32 AND octet_length(content_index) = 32
    ),
    CONSTRAINT letter_decided_is_no_draft CHECK (
        NOT is_draft OR kind IN ('agreement', 'recovery')
    )
);

CREATE INDEX letter_by_employer ON letter (employer_id, id);
CREATE INDEX letter_by_candidate ON letter (candidate_id, id);
CREATE INDEX letter_by_office ON letter (office_id, id);
CREATE INDEX letter_by_kind ON letter (kind, id);
CREATE INDEX letter_by_subject ON letter (
    coalesce(agreement_id, placement_id, recovery_id, employer_id, candidate_id), kind, month
);

-- Who read a letter or took it out of Ura, when, and by which door.
CREATE TABLE letter_reading (
    id uuid PRIMARY KEY,
    letter_id uuid NOT NULL REFERENCES letter,
    door text NOT NULL,
    read_at timestamptz NOT NULL,
    read_by uuid NOT NULL REFERENCES account,
    CONSTRAINT letter_reading_door_known CHECK (door IN ('page', 'pdf', 'api'))
);

CREATE INDEX letter_reading_by_letter ON letter_reading (letter_id, read_at);

CREATE TRIGGER letter_append_only BEFORE UPDATE OR DELETE ON letter
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER letter_no_truncate BEFORE TRUNCATE ON letter
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER letter_reading_append_only BEFORE UPDATE OR DELETE ON letter_reading
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER letter_reading_no_truncate BEFORE TRUNCATE ON letter_reading
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER letter_audited AFTER INSERT OR UPDATE OR DELETE ON letter
FOR EACH ROW EXECUTE FUNCTION record_audit('content_index', 'paper_sealed', 'pdf_sealed');
CREATE TRIGGER legal_remedy_audited AFTER INSERT OR UPDATE OR DELETE ON legal_remedy
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- Whether the actor may know what a payee is paid: the payee itself, the office of a young person,
-- and who sees all money.
CREATE FUNCTION may_know_payee(of_payee uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT
        public.actor_sees_all()
        OR (
            public.actor_role() = 'employer' AND may_know_payee.of_payee = public.actor_employer()
        )
        OR (
            public.actor_role() = 'case_officer'
            AND EXISTS (
                SELECT 1
                FROM public.candidate AS c
                WHERE
                    c.id = may_know_payee.of_payee AND c.office_id = public.actor_office()
            )
        )
$$;

-- The languages of those who act for an employer, the first of them first.
CREATE FUNCTION account_languages(of_employer uuid) RETURNS text[]
LANGUAGE sql STABLE
RETURN (
    SELECT coalesce(array_agg(a.language ORDER BY a.created_at, a.id), '{}')
    FROM account AS a
    WHERE a.employer_id = account_languages.of_employer AND a.disabled_at IS NULL
);

-- What the payouts of a month pay to one payee, once they are approved, and what became of it at
-- the bank. With its owner's rights, since only finance sees payouts; of the account nothing but
-- its last digits.
CREATE FUNCTION paid_lines(of_payee uuid, of_month date) RETURNS TABLE (
    line_id uuid, payout_reference text, approved_at timestamptz, scheme_version_id uuid,
    agreement_reference text, candidate_name text, month date, kind text, trace jsonb,
    computed_cents bigint, due_cents bigint, netted_cents bigint, amount_cents bigint,
    iban_last4 text, is_reissue boolean, is_unwritten boolean, attempt_state text,
    sent_at timestamptz, booked_on date, returned_on date
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT
        l.id,
        p.reference,
        p.approved_at,
        a.scheme_version_id,
        a.reference,
        c.given_name || ' ' || c.family_name,
        i.month,
        i.kind,
        i.trace,
        i.amount_cents,
        l.due_cents,
        l.netted_cents,
        l.amount_cents,
        b.iban_last4,
        l.reissues IS NOT NULL,
        public.is_unwritten(l.id),
        t.state,
        f.recorded_at,
        booked.settled_on,
        booked.returned_on
    FROM public.payout AS p
    INNER JOIN public.payout_line AS l ON p.id = l.payout_id
    INNER JOIN public.bank_account AS b ON l.bank_account_id = b.id
    INNER JOIN public.instalment AS i ON l.instalment_id = i.id
    INNER JOIN public.agreement AS a ON i.agreement_id = a.id
    INNER JOIN public.candidate AS c ON a.candidate_id = c.id
    LEFT JOIN LATERAL (
        SELECT
            o.id,
            o.state,
            o.bank_file_id
        FROM public.payment_attempt AS o
        WHERE o.payout_line_id = l.id
        ORDER BY o.number DESC
        LIMIT 1
    ) AS t ON TRUE
    LEFT JOIN public.bank_file AS f ON t.bank_file_id = f.id
    LEFT JOIN LATERAL (
        SELECT
            min(n.booked_on) FILTER (WHERE n.effect = 'settled') AS settled_on,
            max(n.booked_on) FILTER (WHERE n.effect = 'returned') AS returned_on
        FROM public.bank_entry AS n
        WHERE n.attempt_id = t.id AND n.booking = 'booked'
    ) AS booked ON TRUE
    WHERE
        p.month = paid_lines.of_month
        AND p.state IN ('approved', 'exported')
        AND l.released_at IS NULL
        AND coalesce(b.employer_id, b.candidate_id) = paid_lines.of_payee
        AND public.may_know_payee(paid_lines.of_payee)
    ORDER BY c.family_name, c.given_name, a.reference, i.month, i.kind, l.id
$$;

-- What these lines kept back: for another month of the same agreement that was paid too much, or
-- for a recovery.
CREATE FUNCTION kept_back_lines(of_payee uuid, of_month date) RETURNS TABLE (
    line_id uuid, month date, amount_cents bigint, recovery_reference text, recovery_cause text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT
        l.line_id,
        k.month,
        k.amount_cents,
        k.reference,
        k.cause
    FROM public.paid_lines(kept_back_lines.of_payee, kept_back_lines.of_month) AS l
    INNER JOIN (
        SELECT
            n.payout_line_id,
            i.month,
            n.amount_cents,
            NULL AS reference,
            NULL AS cause
        FROM public.payout_netting AS n
        INNER JOIN public.instalment AS i ON n.instalment_id = i.id
        WHERE n.released_at IS NULL
        UNION ALL
        SELECT
            n.payout_line_id,
            n.month,
            n.amount_cents,
            r.reference,
            r.cause
        FROM public.recovery_netting AS n
        INNER JOIN public.recovery AS r ON n.recovery_id = r.id
    ) AS k ON l.line_id = k.payout_line_id
    ORDER BY l.line_id, k.month, k.reference
$$;

-- What of a month stands and is in no approved payout: with the reason why nothing is due, or due
-- and not yet approved.
CREATE FUNCTION unpaid_instalments(of_payee uuid, of_month date) RETURNS TABLE (
    scheme_version_id uuid, agreement_reference text, candidate_name text, kind text, outcome text,
    amount_cents bigint, reason text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT
        a.scheme_version_id,
        a.reference,
        c.given_name || ' ' || c.family_name,
        i.kind,
        i.outcome,
        i.amount_cents,
        i.reason
    FROM public.agreement AS a
    INNER JOIN public.instalment AS i ON a.id = i.agreement_id
    INNER JOIN public.scheme_version AS v ON a.scheme_version_id = v.id
    INNER JOIN public.candidate AS c ON a.candidate_id = c.id
    WHERE
        (
            a.employer_id = unpaid_instalments.of_payee
            OR a.candidate_id = unpaid_instalments.of_payee
        )
        AND i.month = unpaid_instalments.of_month
        AND i.superseded_at IS NULL
        AND public.payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
        = unpaid_instalments.of_payee
        AND NOT EXISTS (
            SELECT 1
            FROM public.payout_line AS l
            INNER JOIN public.payout AS p ON l.payout_id = p.id
            INNER JOIN public.instalment AS o ON l.instalment_id = o.id
            WHERE
                o.agreement_id = i.agreement_id
                AND o.month = i.month
                AND o.kind = i.kind
                AND l.released_at IS NULL
                AND p.state IN ('approved', 'exported')
        )
        AND public.may_know_payee(unpaid_instalments.of_payee)
    ORDER BY c.family_name, c.given_name, a.reference, i.kind
$$;

-- A letter as lists show it, as far as the actor may see it; the candidate's name for whom the
-- candidate is to be seen by.
CREATE VIEW letter_listed WITH (security_invoker = TRUE) AS
SELECT
    l.id,
    l.reference,
    l.kind,
    l.language,
    l.about,
    l.addressee,
    e.legal_name AS employer_name,
    c.given_name || ' ' || c.family_name AS candidate_name,
    l.is_draft,
    l.sha256,
    l.made_at,
    l.made_by,
    m.name AS made_by_name,
    l.content_index,
    l.office_id,
    l.employer_id,
    l.month,
    coalesce(l.agreement_id, l.placement_id, l.recovery_id, l.employer_id, l.candidate_id)
        AS subject_id
FROM letter AS l
INNER JOIN account AS m ON l.made_by = m.id
LEFT JOIN employer AS e ON l.employer_id = e.id
LEFT JOIN candidate AS c ON l.candidate_id = c.id;

GRANT SELECT ON legal_remedy, letter_listed TO ura_app;
GRANT SELECT, INSERT ON letter, letter_reading TO ura_app;

ALTER TABLE legal_remedy ENABLE ROW LEVEL SECURITY;
CREATE POLICY legal_remedy_seen ON legal_remedy FOR SELECT USING (TRUE);

-- Auditors see every letter, finance all that is about agreements and money; an employer sees what
-- is addressed to it, once it has been told; an office those of its young people, who have no
-- account of their own, and the decisions on placements, which every office sees.
ALTER TABLE letter ENABLE ROW LEVEL SECURITY;
CREATE POLICY letter_seen ON letter FOR SELECT USING (
    (SELECT actor_role()) IN ('auditor', 'system')
    OR (
        (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
        AND kind <> 'placement'
    )
    OR (employer_id = (SELECT actor_employer()) AND NOT (kind = 'recovery' AND is_draft))
    OR (
        (SELECT actor_role()) = 'case_officer'
        AND (
            kind = 'placement'
            OR (
                NOT (kind = 'recovery' AND is_draft)
                AND (
                    office_id = (SELECT actor_office())
                    OR EXISTS (
                        SELECT 1
                        FROM candidate AS c
                        WHERE
                            c.id = letter.candidate_id AND c.office_id = (SELECT actor_office())
                    )
                )
            )
        )
    )
);
CREATE POLICY letter_made ON letter FOR INSERT WITH CHECK (
    made_by = (SELECT actor_account())
    AND (
        (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
        OR (
            (SELECT actor_role()) = 'case_officer'
            AND (
                kind = 'placement'
                OR (kind IN ('agreement', 'statement') AND office_id = (SELECT actor_office()))
            )
        )
        OR ((SELECT actor_role()) = 'employer' AND employer_id = (SELECT actor_employer()))
    )
);

-- An employer sees its own people's readings, not who looked in an office.
ALTER TABLE letter_reading ENABLE ROW LEVEL SECURITY;
CREATE POLICY letter_reading_seen ON letter_reading FOR SELECT USING (
    read_by = (SELECT actor_account())
    OR (
        (SELECT actor_role()) <> 'employer'
        AND EXISTS (SELECT 1 FROM letter AS l WHERE l.id = letter_reading.letter_id)
    )
);
CREATE POLICY letter_reading_noted ON letter_reading FOR INSERT WITH CHECK (
    read_by = (SELECT actor_account())
    AND EXISTS (SELECT 1 FROM letter AS l WHERE l.id = letter_reading.letter_id)
);

-- ===== read by auditors

-- The lists of offices as auditors read them, of every office: in the order of their index.
CREATE INDEX agreement_by_end ON agreement (upper(period), id)
WHERE state IN ('completed', 'ended_early');

-- ===== contested lines

-- What a candidate contests after it was put up is not paid either.

-- The lines of payouts that rest on a report which its candidate contests, where the check of
-- evidence by which the line was put up does not know of it. Begins at the few contests that stand,
-- however many lines there are. Nothing waits for a decision that is being taken: what is contested
-- in that moment is approved, and then kept from the bank.
CREATE VIEW contested_line WITH (security_invoker = TRUE) AS
SELECT
    l.payout_id,
    l.id AS line_id,
    min(t.month) AS contested_month
FROM attendance_contest AS k
INNER JOIN attendance AS t ON k.attendance_id = t.id AND t.superseded_at IS NULL
INNER JOIN instalment AS i
    ON
        t.agreement_id = i.agreement_id
        AND i.month IN (t.month, (t.month + interval '1 month')::date)
INNER JOIN payout_line AS l ON i.id = l.instalment_id AND l.released_at IS NULL
INNER JOIN payout AS p ON l.payout_id = p.id
INNER JOIN check_result AS f
    ON
        p.check_run_id = f.run_id
        AND l.instalment_id = f.instalment_id
        AND f.code = 'evidence_received'
INNER JOIN LATERAL evidence_of(ARRAY[i.id]) AS d ON t.id = d.attendance_id
WHERE
    k.settled_at IS NULL
    AND NOT coalesce(f.inputs -> 'contested' ? t.month::text, FALSE)
GROUP BY l.payout_id, l.id;

GRANT SELECT ON contested_line TO ura_app;

CREATE FUNCTION guard_payout_contested() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM contested_line AS c WHERE c.payout_id = new.id) THEN
        RAISE EXCEPTION 'a candidate contests what a line of the payout rests on'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_pays_nothing_contested';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_pays_nothing_contested BEFORE UPDATE ON payout
FOR EACH ROW WHEN (old.state <> new.state AND new.state = 'approved')
EXECUTE FUNCTION guard_payout_contested();

-- After the approval such a line stays out of the files for the bank, like one that cannot be
-- written, until it is released and put up anew.
ALTER TABLE unwritten_line
DROP CONSTRAINT unwritten_line_reason_known,
ADD CONSTRAINT unwritten_line_reason_known CHECK (
    reason IN ('letters', 'length', 'town', 'iban', 'amount', 'contested')
);

CREATE FUNCTION guard_attempts_contested() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM contested_line AS c
        INNER JOIN written AS w ON c.line_id = w.payout_line_id
    ) THEN
        RAISE EXCEPTION 'what a candidate contests is not sent to the bank'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_attempt_not_contested';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER payment_attempt_not_contested AFTER INSERT ON payment_attempt
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION guard_attempts_contested();

-- ===== eligibility letter

-- The letter of a decision for which schemes somebody may be placed: to the candidate alone, from
-- their office. It says nothing that is sealed.
ALTER TABLE legal_remedy
DROP CONSTRAINT legal_remedy_appeal_against_known,
ADD CONSTRAINT legal_remedy_appeal_against_known CHECK (
    appeal_against IN ('placement', 'recovery', 'appeal', 'eligibility')
);

-- The decision about one scheme stands for all of its moment.
ALTER TABLE letter
ADD COLUMN eligibility_id uuid REFERENCES eligibility,
DROP CONSTRAINT letter_kind_known,
DROP CONSTRAINT letter_about_one_thing,
DROP CONSTRAINT letter_to_its_addressee,
ADD CONSTRAINT letter_kind_known CHECK (
    kind IN ('agreement', 'placement', 'appeal', 'statement', 'recovery', 'eligibility')
),
ADD CONSTRAINT letter_about_one_thing CHECK (
    num_nonnulls(agreement_id, placement_id, recovery_id, eligibility_id, month) = 1
    AND CASE kind
        WHEN 'agreement' THEN agreement_id IS NOT NULL
        WHEN 'placement' THEN placement_id IS NOT NULL
        WHEN 'statement' THEN month IS NOT NULL
        WHEN 'eligibility' THEN eligibility_id IS NOT NULL
        ELSE recovery_id IS NOT NULL
    END
),
ADD CONSTRAINT letter_to_its_addressee CHECK (
    (addressee <> 'candidate') = (employer_id IS NOT NULL)
    AND (addressee <> 'employer') = (candidate_id IS NOT NULL)
    AND (addressee = 'parties') = (kind = 'agreement')
    AND (kind <> 'placement' OR addressee = 'employer')
    AND (kind <> 'eligibility' OR addressee = 'candidate')
);

DROP INDEX letter_by_subject;
CREATE INDEX letter_by_subject ON letter (
    coalesce(
        agreement_id, placement_id, recovery_id, eligibility_id, employer_id, candidate_id
    ),
    kind,
    month
);

CREATE OR REPLACE VIEW letter_listed WITH (security_invoker = TRUE) AS
SELECT
    l.id,
    l.reference,
    l.kind,
    l.language,
    l.about,
    l.addressee,
    e.legal_name AS employer_name,
    c.given_name || ' ' || c.family_name AS candidate_name,
    l.is_draft,
    l.sha256,
    l.made_at,
    l.made_by,
    m.name AS made_by_name,
    l.content_index,
    l.office_id,
    l.employer_id,
    l.month,
    coalesce(
        l.agreement_id, l.placement_id, l.recovery_id, l.eligibility_id, l.employer_id,
        l.candidate_id
    ) AS subject_id
FROM letter AS l
INNER JOIN account AS m ON l.made_by = m.id
LEFT JOIN employer AS e ON l.employer_id = e.id
LEFT JOIN candidate AS c ON l.candidate_id = c.id;

-- As before; and finance, which pays, has no part in who may be placed.
ALTER POLICY letter_seen ON letter USING (
    (SELECT actor_role()) IN ('auditor', 'system')
    OR (
        (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
        AND kind NOT IN ('placement', 'eligibility')
    )
    OR (employer_id = (SELECT actor_employer()) AND NOT (kind = 'recovery' AND is_draft))
    OR (
        (SELECT actor_role()) = 'case_officer'
        AND (
            kind = 'placement'
            OR (
                NOT (kind = 'recovery' AND is_draft)
                AND (
                    office_id = (SELECT actor_office())
                    OR EXISTS (
                        SELECT 1
                        FROM candidate AS c
                        WHERE
                            c.id = letter.candidate_id AND c.office_id = (SELECT actor_office())
                    )
                )
            )
        )
    )
);
ALTER POLICY letter_made ON letter WITH CHECK (
    made_by = (SELECT actor_account())
    AND (
        (
            (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
            AND kind <> 'eligibility'
        )
        OR (
            (SELECT actor_role()) = 'case_officer'
            AND (
                kind = 'placement'
                OR (
                    kind IN ('agreement', 'statement', 'eligibility')
                    AND office_id = (SELECT actor_office())
                )
            )
        )
        OR ((SELECT actor_role()) = 'employer' AND employer_id = (SELECT actor_employer()))
    )
);

-- ===== posting

-- A bank's statement of a month, posted with less work for each of its hundred thousand rows. What
-- is refused and what is written down stay the same.

-- Judged at every move of an order; to count within a pattern took as long as the move.
ALTER TABLE payment_attempt DROP CONSTRAINT payment_attempt_end_to_end_id_form;
ALTER TABLE payment_attempt ADD CONSTRAINT payment_attempt_end_to_end_id_form CHECK (
    length(end_to_end_id) BETWEEN 1 AND 35 AND end_to_end_id !~ '[^A-Z0-9-]'
);

-- Of all rows of an INSERT there are a few files and statements, which are looked up once each.
CREATE OR REPLACE FUNCTION guard_keys_of_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    unknown text;
BEGIN
    SELECT CASE WHEN f.id IS NULL THEN 'bank_entry_of_file' ELSE 'bank_entry_of_statement' END
    INTO unknown
    FROM (SELECT DISTINCT w.bank_file_id, w.bank_statement_id FROM written AS w) AS k
    LEFT JOIN public.bank_file AS f ON k.bank_file_id = f.id
    LEFT JOIN public.bank_statement AS s
        ON k.bank_statement_id = s.id AND k.bank_file_id = s.bank_file_id
    WHERE f.id IS NULL OR (s.id IS NULL AND k.bank_statement_id IS NOT NULL)
    LIMIT 1;
    IF NOT found THEN
        SELECT 'bank_entry_of_order' INTO unknown
        FROM written AS w
        LEFT JOIN public.payment_attempt AS o ON w.attempt_id = o.id
        WHERE o.id IS NULL AND w.attempt_id IS NOT NULL
        LIMIT 1;
    END IF;
    IF found THEN
        RAISE EXCEPTION 'an entry is of a file, a statement in it and an order that are there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = unknown;
    END IF;
    RETURN NULL;
END
$$;

-- An entry of the same order has had that order looked up.
CREATE OR REPLACE FUNCTION guard_keys_of_events() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    unknown text;
BEGIN
    SELECT
        CASE WHEN a.id IS NULL AND k.recorded_by IS NOT NULL
            THEN 'attempt_event_by_account'
            ELSE 'attempt_event_by_resolution'
        END INTO unknown
    FROM (SELECT DISTINCT w.recorded_by, w.suspense_resolution_id FROM written AS w) AS k
    LEFT JOIN public.account AS a ON k.recorded_by = a.id
    LEFT JOIN public.suspense_resolution AS r ON k.suspense_resolution_id = r.id
    WHERE
        (a.id IS NULL AND k.recorded_by IS NOT NULL)
        OR (r.id IS NULL AND k.suspense_resolution_id IS NOT NULL)
    LIMIT 1;
    IF NOT found THEN
        SELECT
            CASE
                WHEN EXISTS (SELECT 1 FROM public.payment_attempt AS o WHERE o.id = w.attempt_id)
                    THEN 'attempt_event_of_entry'
                ELSE 'attempt_event_of_order'
            END INTO unknown
        FROM written AS w
        LEFT JOIN public.bank_entry AS e ON w.bank_entry_id = e.id
        WHERE
            (e.id IS NULL AND w.bank_entry_id IS NOT NULL)
            OR (
                e.attempt_id IS DISTINCT FROM w.attempt_id
                AND NOT EXISTS (SELECT 1 FROM public.payment_attempt AS o WHERE o.id = w.attempt_id)
            )
        LIMIT 1;
    END IF;
    IF found THEN
        RAISE EXCEPTION 'what is said of an order names an order, cause and account that are there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = unknown;
    END IF;
    RETURN NULL;
END
$$;

-- Its trigger looks it up, once for a statement. No resolution is changed or deleted, either.
ALTER TABLE attempt_event DROP CONSTRAINT attempt_event_by_resolution;

CREATE OR REPLACE FUNCTION guard_keys_of_transfers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    unknown text;
BEGIN
    SELECT CASE WHEN d.id IS NULL THEN 'transfer_debit_in_line' ELSE 'transfer_credit_in_line' END
    INTO unknown
    FROM (
        SELECT DISTINCT
            w.budget_line_id,
            w.debit_account_id,
            w.credit_account_id
        FROM written AS w
    ) AS k
    LEFT JOIN public.ledger_account AS d
        ON k.debit_account_id = d.id AND k.budget_line_id = d.budget_line_id
    LEFT JOIN public.ledger_account AS c
        ON k.credit_account_id = c.id AND k.budget_line_id = c.budget_line_id
    WHERE d.id IS NULL OR c.id IS NULL
    LIMIT 1;
    IF NOT found THEN
        SELECT 'transfer_of_agreement' INTO unknown
        FROM written AS w
        LEFT JOIN public.agreement AS a ON w.agreement_id = a.id
        WHERE a.id IS NULL AND w.agreement_id IS NOT NULL
        LIMIT 1;
    END IF;
    IF found THEN
        RAISE EXCEPTION 'a transfer is between two accounts of its line, for an agreement of ours'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = unknown;
    END IF;
    RETURN NULL;
END
$$;

-- Thousands of orders move alike: then what is written of their move is put into words once, and no
-- row is sought for another. Elsewhere they are joined, never by loops: a plan made for few rows
-- would be kept for many.
CREATE OR REPLACE FUNCTION record_attempt_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public SET enable_nestloop = off AS $$
DECLARE
    acting text := public.actor_role();
    by_account uuid := public.actor_account();
    old_words jsonb;
    new_words jsonb;
BEGIN
    SELECT jsonb_build_object(
        'state', min(o.state),
        'reason_code', min(o.reason_code),
        'state_changed_at', min(o.state_changed_at)
    ) INTO old_words
    FROM old_row AS o
    HAVING
        min(o.state) = max(o.state)
        AND min(o.state_changed_at) = max(o.state_changed_at)
        AND (
            count(o.reason_code) = 0
            OR (count(o.reason_code) = count(*) AND min(o.reason_code) = max(o.reason_code))
        );
    SELECT jsonb_build_object(
        'state', min(n.state),
        'reason_code', min(n.reason_code),
        'state_changed_at', min(n.state_changed_at)
    ) INTO new_words
    FROM new_row AS n
    HAVING
        min(n.state) = max(n.state)
        AND min(n.state_changed_at) = max(n.state_changed_at)
        AND (
            count(n.reason_code) = 0
            OR (count(n.reason_code) = count(*) AND min(n.reason_code) = max(n.reason_code))
        );
    IF old_words IS NOT NULL AND new_words IS NOT NULL THEN
        INSERT INTO public.audit_entry (
            actor_role, actor_account, table_name, row_id, action, before, after
        )
        SELECT
            acting,
            by_account,
            tg_table_name,
            n.id,
            'update',
            old_words,
            new_words
        FROM new_row AS n;
        RETURN NULL;
    END IF;
    INSERT INTO public.audit_entry (
        actor_role, actor_account, table_name, row_id, action, before, after
    )
    SELECT
        acting,
        by_account,
        tg_table_name,
        n.id,
        'update',
        jsonb_build_object(
            'state', o.state,
            'reason_code', o.reason_code,
            'state_changed_at', o.state_changed_at
        ),
        jsonb_build_object(
            'state', n.state,
            'reason_code', n.reason_code,
            'state_changed_at', n.state_changed_at
        )
    FROM new_row AS n
    INNER JOIN old_row AS o ON n.id = o.id;
    RETURN NULL;
END
$$;

-- ===== standing derived

-- Where payments stand, derived for the agreements and months that are asked for and for no others,
-- with the moment from which time alone may change it.

-- Where one kind of payment of a month stands: in exactly one of five sets. What is open is looked
-- at before what is under way: the bank refused it and it was not put up again, somebody stopped
-- it, a check stops it by the last run, or it waits.
CREATE FUNCTION payment_standing(
    at timestamptz, of_agreement uuid, of_month date, of_kind text
) RETURNS TABLE (
    instalment_id uuid, due_cents bigint, standing text, reason text, acts text, since timestamptz,
    is_told_employer boolean, changes_at timestamptz
)
LANGUAGE sql STABLE AS $$
SELECT
    f.instalment_id,
    f.due_cents,
    CASE
        WHEN s.word IN ('bank_refused', 'not_written', 'on_hold', 'stopped') THEN 'blocked'
        WHEN s.word IN ('waits_to_be_put_up', 'month_runs', 'waits_to_be_computed')
            THEN 'scheduled'
        WHEN s.word IN ('put_up', 'sent') THEN 'in_payout'
        ELSE s.word
    END AS standing,
    CASE
        WHEN s.word = 'stopped' THEN stopped.code
        WHEN s.word = 'put_up' THEN f.waiting_state
        WHEN s.word IN ('blocked', 'not_due') THEN f.reason
        WHEN s.word <> 'paid' THEN s.word
    END AS reason,
    CASE
        WHEN s.word = 'stopped' THEN stopped.acts
        WHEN s.word = 'bank_refused' THEN 'payee'
        WHEN s.word = 'blocked' AND f.reason = 'evidence_unconfirmed' THEN 'office'
        WHEN s.word = 'blocked' THEN 'employer'
        WHEN s.word IN ('sent', 'paid', 'not_due', 'month_runs') THEN 'nobody'
        ELSE 'finance'
    END AS acts,
    CASE
        WHEN s.word = 'stopped' THEN stopped.since
        WHEN s.word = 'bank_refused' THEN f.refused_at
        WHEN s.word = 'on_hold' THEN held.placed_at
        WHEN s.word IN ('not_written', 'put_up', 'sent') THEN f.put_up_at
        WHEN s.word IN ('waits_to_be_put_up', 'blocked', 'not_due') THEN f.computed_at
        WHEN s.word <> 'paid' THEN of_month::timestamp AT TIME ZONE 'UTC'
    END AS since,
    CASE s.word
        WHEN 'stopped' THEN stopped.is_told_employer
        ELSE s.word <> 'on_hold'
    END AS is_told_employer,
    least(
        lapsing.at,
        CASE
            WHEN s.word = 'month_runs' THEN f.next_month::timestamp AT TIME ZONE 'Europe/Belgrade'
        END
    ) AS changes_at
FROM (
    SELECT
        (of_month + interval '1 month')::date AS next_month,
        i.id AS instalment_id,
        coalesce(i.amount_cents, 0) AS due_cents,
        i.outcome,
        i.reason,
        i.computed_at,
        coalesce(i.outcome = 'due' AND i.amount_cents > line.put_cents - netted.cents, FALSE)
            AS is_open,
        line.refused_at,
        line.waiting_state,
        line.is_sent,
        line.is_unwritten,
        line.put_up_at
    FROM (
        SELECT
            array_agg(v.id) AS ids,
            array_agg(v.id) FILTER (WHERE v.superseded_at IS NULL) AS stands
        FROM instalment AS v
        WHERE v.agreement_id = of_agreement AND v.month = of_month AND v.kind = of_kind
    ) AS version
    CROSS JOIN LATERAL (
        SELECT
            coalesce(sum(l.due_cents) FILTER (WHERE l.reissues IS NULL), 0) AS put_cents,
            max(t.state_changed_at) FILTER (
                WHERE t.state IN ('rejected', 'cancelled', 'returned') AND NOT t.is_over
            ) AS refused_at,
            max(p.state) FILTER (WHERE p.state IN ('submitted', 'approved')) AS waiting_state,
            bool_or(t.state IN ('sent', 'accepted')) AS is_sent,
            bool_or(
                p.state = 'exported' AND l.amount_cents > 0 AND t.state IS NULL
            ) AS is_unwritten,
            min(p.submitted_at) FILTER (
                WHERE p.state <> 'exported' OR t.state IS NULL OR t.state IN ('sent', 'accepted')
            ) AS put_up_at
        FROM payout_line AS l
        INNER JOIN payout AS p ON l.payout_id = p.id
        LEFT JOIN LATERAL (
            SELECT
                o.state,
                o.state_changed_at,
                EXISTS (
                    SELECT 1 FROM payment_closure AS c WHERE c.payout_line_id = l.id
                ) OR EXISTS (
                    SELECT 1 FROM payout_line AS again
                    WHERE again.reissues = o.id AND again.released_at IS NULL
                ) AS is_over
            FROM payment_attempt AS o
            WHERE o.payout_line_id = l.id
            ORDER BY o.number DESC
            LIMIT 1
        ) AS t ON TRUE
        WHERE l.instalment_id = any(version.ids) AND l.released_at IS NULL
    ) AS line
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(n.amount_cents), 0) AS cents
        FROM payout_netting AS n
        WHERE n.instalment_id = any(version.ids) AND n.released_at IS NULL
    ) AS netted
    LEFT JOIN instalment AS i ON version.stands[1] = i.id
) AS f
CROSS JOIN LATERAL (
    SELECT min(h.placed_at) AS placed_at
    FROM hold_in_force AS h
    WHERE
        f.is_open
        AND h.agreement_id = of_agreement
        AND (h.month IS NULL OR (h.month = of_month AND h.kind = of_kind))
) AS held
LEFT JOIN LATERAL (
    SELECT
        u.code,
        u.acts,
        u.since,
        u.is_told_employer
    FROM stopping_check(
        CASE WHEN f.is_open THEN f.instalment_id END, payment_standing.at
    ) AS u
    WHERE f.is_open
) AS stopped ON TRUE
-- An override that begins or lapses by itself is the only thing besides the end of the month.
CROSS JOIN LATERAL (
    SELECT
        min(
            CASE
                WHEN o.granted_at > payment_standing.at THEN o.granted_at
                WHEN o.expires_at > payment_standing.at THEN o.expires_at
            END
        ) AS at
    FROM check_override AS o
    WHERE
        f.is_open
        AND o.agreement_id = of_agreement
        AND o.month = of_month
        AND o.kind = of_kind
        AND o.granted_at IS NOT NULL
) AS lapsing
-- The first that holds; as a fence, so that it is asked once for all that follows from it.
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN f.outcome = 'due' AND f.refused_at IS NOT NULL THEN 'bank_refused'
            WHEN f.is_unwritten THEN 'not_written'
            WHEN f.is_open AND held.placed_at IS NOT NULL THEN 'on_hold'
            WHEN f.is_open AND stopped.code IS NOT NULL THEN 'stopped'
            WHEN f.is_open THEN 'waits_to_be_put_up'
            WHEN f.waiting_state IS NOT NULL THEN 'put_up'
            WHEN f.is_sent THEN 'sent'
            WHEN f.outcome = 'due' THEN 'paid'
            WHEN f.outcome IS NOT NULL THEN f.outcome
            WHEN f.next_month > (payment_standing.at AT TIME ZONE 'Europe/Belgrade')::date
                THEN 'month_runs'
            ELSE 'waits_to_be_computed'
        END AS word
    OFFSET 0
) AS s
$$;

-- Where the payments of these agreements stand in these months, one of each for the other; the
-- month '-infinity' asks for all of an agreement's. Months that have not begun are answered too.
-- What an employer is told goes by the payee as well: of a person's own account it is told nothing.
CREATE FUNCTION derived_standing(at timestamptz, of_agreements uuid[], of_months date[])
RETURNS TABLE (
    agreement_id uuid, month date, kind text, reference text, office_id uuid, employer_id uuid,
    instalment_id uuid, due_cents bigint, standing text, reason text, acts text, since timestamptz,
    is_told_employer boolean, changes_at timestamptz
)
LANGUAGE sql STABLE AS $$
WITH asked AS (
    SELECT
        u.agreement_id,
        u.month
    FROM unnest(of_agreements, of_months) AS u (agreement_id, month)
),

pair AS (
    SELECT
        k.agreement_id,
        k.month
    FROM asked AS k
    WHERE k.month > '-infinity'
    UNION
    SELECT
        a.id AS agreement_id,
        m.month::date AS month
    FROM asked AS k
    INNER JOIN agreement AS a ON k.agreement_id = a.id
    CROSS JOIN LATERAL generate_series(
        date_trunc('month', lower(a.period)::timestamp),
        (upper(a.period) - 1)::timestamp,
        interval '1 month'
    ) AS m (month)
    WHERE k.month = '-infinity'
    UNION
    SELECT
        i.agreement_id,
        i.month
    FROM asked AS k
    INNER JOIN instalment AS i ON k.agreement_id = i.agreement_id AND i.superseded_at IS NULL
    WHERE k.month = '-infinity'
    UNION
    SELECT
        n.agreement_id,
        n.month
    FROM asked AS k
    INNER JOIN instalment_ahead AS n ON k.agreement_id = n.agreement_id
    WHERE k.month = '-infinity'
)

SELECT
    pair.agreement_id,
    pair.month,
    p.kind,
    a.reference,
    a.office_id,
    a.employer_id,
    s.instalment_id,
    s.due_cents,
    s.standing,
    s.reason,
    s.acts,
    s.since,
    s.is_told_employer AND (s.acts <> 'payee' OR payee_of(v.payments, p.kind) = 'employer')
        AS is_told_employer,
    min(s.changes_at) OVER (PARTITION BY pair.agreement_id, pair.month) AS changes_at
FROM pair
INNER JOIN agreement AS a ON pair.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
-- What is paid monthly in every month of the days, and what was computed or falls due besides.
CROSS JOIN LATERAL (
    SELECT f.kind
    FROM jsonb_each(v.payments) AS f (kind, facts)
    WHERE
        a.started_at IS NOT NULL
        AND (f.facts ->> 'is_monthly')::boolean
        AND daterange(pair.month, (pair.month + interval '1 month')::date) && a.period
    UNION
    SELECT i.kind
    FROM instalment AS i
    WHERE
        i.agreement_id = pair.agreement_id
        AND i.month = pair.month
        AND i.superseded_at IS NULL
    UNION
    SELECT n.kind
    FROM instalment_ahead AS n
    WHERE n.agreement_id = pair.agreement_id AND n.month = pair.month AND n.can_pay
) AS p
CROSS JOIN LATERAL payment_standing(
    derived_standing.at, pair.agreement_id, pair.month, p.kind
) AS s
$$;

-- A month shows once it has begun, unless something of it was computed before.
CREATE FUNCTION is_begun(instalment_id uuid, month date, at timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN instalment_id IS NOT NULL OR month <= (at AT TIME ZONE 'Europe/Belgrade')::date;

-- What of an agreement an actor may see, worked out; of all agreements of a month likewise.
CREATE OR REPLACE FUNCTION standing_seen(at timestamptz, of_month date, of_agreement uuid)
RETURNS TABLE (
    agreement_id uuid, month date, kind text, instalment_id uuid, due_cents bigint, standing text,
    reason text, acts text, since timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT
        s.agreement_id,
        s.month,
        s.kind,
        s.instalment_id,
        s.due_cents,
        s.standing,
        CASE WHEN t.is_told THEN s.reason ELSE 'under_review' END,
        CASE WHEN t.is_told THEN s.acts ELSE 'office' END,
        s.since
    FROM (
        SELECT
            array_agg(a.id) AS agreement_ids,
            array_agg(coalesce(of_month, '-infinity')) AS months
        FROM public.agreement AS a
        WHERE
            (of_agreement IS NULL OR a.id = of_agreement)
            AND (
                public.actor_sees_all()
                OR a.office_id = public.actor_office()
                OR a.employer_id = public.actor_employer()
            )
    ) AS seen
    CROSS JOIN LATERAL public.derived_standing(
        standing_seen.at, seen.agreement_ids, seen.months
    ) AS s
    CROSS JOIN LATERAL (
        SELECT public.actor_role() <> 'employer' OR s.is_told_employer AS is_told
    ) AS t
    WHERE public.is_begun(s.instalment_id, s.month, standing_seen.at)
$$;

-- ===== standing kept

-- Where each payment stands, kept so that a page of a large month is found and not worked out. What
-- is kept is never older than it may be: whoever writes something that it follows from notes the
-- agreement and month in the same transaction, and what is noted is worked out at each look until
-- a worker has kept it anew.

CREATE TABLE standing (
    agreement_id uuid NOT NULL,
    month date NOT NULL,
    kind text NOT NULL,
    reference text NOT NULL,
    office_id uuid NOT NULL,
    employer_id uuid NOT NULL,
    instalment_id uuid,
    due_cents bigint NOT NULL,
    standing text NOT NULL,
    reason text,
    acts text NOT NULL,
    since timestamptz,
    is_told_employer boolean NOT NULL,
    changes_at timestamptz,
    CONSTRAINT standing_in_one_set PRIMARY KEY (agreement_id, month, kind),
    CONSTRAINT standing_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT standing_standing_known CHECK (
        standing IN ('paid', 'in_payout', 'scheduled', 'blocked', 'not_due')
    ),
    CONSTRAINT standing_acts_known CHECK (
        acts IN ('employer', 'office', 'payee', 'finance', 'nobody')
    ),
    CONSTRAINT standing_says_why_unless_paid CHECK ((standing = 'paid') = (reason IS NULL)),
    CONSTRAINT standing_blocked_since CHECK (standing <> 'blocked' OR since IS NOT NULL)
);

CREATE INDEX standing_by_urgency ON standing (
    month, (standing <> 'blocked'), coalesce(since, timestamptz 'infinity'), reference, kind
);
CREATE INDEX standing_by_reference ON standing (month, reference, kind);
CREATE INDEX standing_by_due ON standing (month, due_cents, reference, kind);
CREATE INDEX standing_of_set ON standing (
    month,
    standing,
    (standing <> 'blocked'),
    coalesce(since, timestamptz 'infinity'),
    reference,
    kind
);
CREATE INDEX standing_for_reason ON standing (
    month, reason, (standing <> 'blocked'), coalesce(since, timestamptz 'infinity'), reference, kind
);
CREATE INDEX standing_of_office ON standing (office_id, month);
CREATE INDEX standing_of_employer ON standing (employer_id, month);
CREATE INDEX standing_changes ON standing (changes_at) WHERE changes_at IS NOT NULL;
CREATE INDEX standing_changes_in_month ON standing (month, changes_at)
WHERE changes_at IS NOT NULL;

-- The rows of a month, an office, a set and a reason, added up.
CREATE TABLE standing_count (
    month date NOT NULL,
    office_id uuid NOT NULL,
    standing text NOT NULL,
    reason text,
    acts text NOT NULL,
    payment_count bigint NOT NULL,
    due_cents bigint NOT NULL,
    CONSTRAINT standing_count_once UNIQUE NULLS NOT DISTINCT (
        month, office_id, standing, reason, acts
    ),
    CONSTRAINT standing_count_of_payments CHECK (payment_count >= 0 AND due_cents >= 0)
);

-- What may stand elsewhere than it is kept: a month of some agreements, or all months of them
-- ('-infinity'). Each note is a row of its own, so that taking one away never takes another that
-- came later; one row tells of many agreements, so that a statement of the bank is noted at once.
CREATE TABLE standing_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    month date NOT NULL,
    agreement_ids uuid[] NOT NULL,
    made_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT standing_change_month_first_day CHECK (
        month = '-infinity' OR extract(DAY FROM month) = 1
    ),
    CONSTRAINT standing_change_of_some CHECK (cardinality(agreement_ids) BETWEEN 1 AND 200)
);

CREATE INDEX standing_change_by_month ON standing_change (month);
CREATE INDEX standing_change_by_making ON standing_change (made_in);

-- Nobody else sees what a transaction has noted before it ends, so once in it is enough.
CREATE FUNCTION note_standing(of_agreements uuid[], of_months date[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.standing_change (month, agreement_ids)
    SELECT
        k.month,
        array_agg(k.agreement_id)
    FROM (
        SELECT
            n.month,
            n.agreement_id,
            row_number() OVER (PARTITION BY n.month) / 200 AS part
        FROM (
            SELECT
                u.month,
                u.agreement_id
            FROM unnest(of_agreements, of_months) AS u (agreement_id, month)
            EXCEPT
            SELECT
                c.month,
                unnest(c.agreement_ids)
            FROM public.standing_change AS c
            WHERE c.made_in = pg_current_xact_id()
        ) AS n
    ) AS k
    GROUP BY k.month, k.part;
END
$$;
REVOKE EXECUTE ON FUNCTION note_standing FROM public;

-- Everything there is, for the worker to begin with.
SELECT note_standing(array_agg(a.id), array_agg(date '-infinity')) FROM agreement AS a;

-- Keeps anew what so many notes tell of, the oldest first, and what has changed by time alone; of
-- how many months that was, or of agreements with all of theirs. What a note tells of is committed
-- when it is seen here, and one worker does it at a time, so nothing older is ever kept over
-- something newer. 0 when another worker is at it.
CREATE FUNCTION keep_standing(at timestamptz, at_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
-- One plan for any number of months: it looks them up one by one.
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    of_agreements uuid[];
    of_months date[];
BEGIN
    IF public.actor_role() IS DISTINCT FROM 'system' THEN
        RAISE EXCEPTION 'only the system keeps where payments stand'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtextextended('standing', 0)) THEN
        RETURN 0;
    END IF;
    WITH taken AS (
        DELETE FROM public.standing_change AS c
        WHERE c.id IN (
            SELECT o.id FROM public.standing_change AS o ORDER BY o.id LIMIT at_most
        )
        RETURNING c.month, c.agreement_ids
    )

    SELECT
        array_agg(k.agreement_id),
        array_agg(k.month)
    INTO of_agreements, of_months
    FROM (
        SELECT
            unnest(t.agreement_ids) AS agreement_id,
            t.month
        FROM taken AS t
        UNION
        SELECT
            l.agreement_id,
            l.month
        FROM (
            SELECT
                s.agreement_id,
                s.month
            FROM public.standing AS s
            WHERE s.changes_at <= keep_standing.at
            ORDER BY s.changes_at
            LIMIT at_most * 100
        ) AS l
    ) AS k;
    IF of_agreements IS NULL THEN
        RETURN 0;
    END IF;

    WITH derived AS MATERIALIZED (
        SELECT d.* FROM public.derived_standing(keep_standing.at, of_agreements, of_months) AS d
    ),

    kept AS MATERIALIZED (
        SELECT DISTINCT k.*
        FROM unnest(of_agreements, of_months) AS o (agreement_id, month)
        INNER JOIN public.standing AS k
            ON o.agreement_id = k.agreement_id AND o.month IN (k.month, '-infinity')
    ),

    gone AS (
        DELETE FROM public.standing AS s
        USING kept AS k
        WHERE
            (s.agreement_id, s.month, s.kind) = (k.agreement_id, k.month, k.kind)
            AND NOT EXISTS (
                SELECT 1 FROM derived AS d
                WHERE (d.agreement_id, d.month, d.kind) = (k.agreement_id, k.month, k.kind)
            )
    ),

    written AS (
        INSERT INTO public.standing AS s
        SELECT d.* FROM derived AS d
        EXCEPT
        SELECT k.* FROM kept AS k
        ON CONFLICT ON CONSTRAINT standing_in_one_set DO UPDATE SET
            reference = excluded.reference,
            office_id = excluded.office_id,
            employer_id = excluded.employer_id,
            instalment_id = excluded.instalment_id,
            due_cents = excluded.due_cents,
            standing = excluded.standing,
            reason = excluded.reason,
            acts = excluded.acts,
            since = excluded.since,
            is_told_employer = excluded.is_told_employer,
            changes_at = excluded.changes_at
    ),

    moved AS (
        SELECT
            p.month,
            p.office_id,
            p.standing,
            p.reason,
            p.acts,
            sum(p.payment_count) AS payment_count,
            sum(p.due_cents) AS due_cents
        FROM (
            SELECT d.month, d.office_id, d.standing, d.reason, d.acts, 1 AS payment_count, d.due_cents
            FROM derived AS d
            UNION ALL
            SELECT k.month, k.office_id, k.standing, k.reason, k.acts, -1, -k.due_cents
            FROM kept AS k
        ) AS p
        GROUP BY p.month, p.office_id, p.standing, p.reason, p.acts
        HAVING sum(p.payment_count) <> 0 OR sum(p.due_cents) <> 0
    ),

    counted AS (
        UPDATE public.standing_count AS n
        SET
            payment_count = n.payment_count + m.payment_count,
            due_cents = n.due_cents + m.due_cents
        FROM moved AS m
        WHERE
            (n.month, n.office_id, n.standing, n.acts)
            = (m.month, m.office_id, m.standing, m.acts)
            AND n.reason IS NOT DISTINCT FROM m.reason
        RETURNING n.month, n.office_id, n.standing, n.reason, n.acts
    )

    INSERT INTO public.standing_count
    SELECT m.* FROM moved AS m
    WHERE NOT EXISTS (
        SELECT 1 FROM counted AS c
        WHERE
            (c.month, c.office_id, c.standing, c.acts)
            = (m.month, m.office_id, m.standing, m.acts)
            AND c.reason IS NOT DISTINCT FROM m.reason
    );
    RETURN cardinality(of_agreements);
END
$$;

-- The application reads; it cannot keep anything that was not worked out.
GRANT SELECT ON standing, standing_count, standing_change TO ura_app;

ALTER TABLE standing ENABLE ROW LEVEL SECURITY;
CREATE POLICY standing_seen ON standing FOR SELECT USING (
    (SELECT actor_sees_all()) OR office_id = (SELECT actor_office())
);

ALTER TABLE standing_count ENABLE ROW LEVEL SECURITY;
CREATE POLICY standing_count_seen ON standing_count FOR SELECT USING (
    (SELECT actor_sees_all()) OR office_id = (SELECT actor_office())
);

-- It names no person; who may see nothing of a month learns at most that something of it changed.
ALTER TABLE standing_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY standing_change_seen ON standing_change FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'case_officer'
);

-- ===== standing shown

-- What is shown of where payments stand: what is kept, and what is outdated of it worked out anew.

-- The agreements of a month that stand elsewhere than is kept: noted, or by time alone.
CREATE FUNCTION standing_outdated(at timestamptz, of_month date) RETURNS TABLE (agreement_id uuid)
LANGUAGE sql STABLE AS $$
SELECT unnest(c.agreement_ids)
FROM standing_change AS c
WHERE c.month IN (of_month, '-infinity')
UNION
SELECT k.agreement_id
FROM standing AS k
WHERE k.month = of_month AND k.changes_at <= standing_outdated.at
$$;

-- What of a month or an agreement an actor may see besides the rows that its policy shows: what is
-- outdated, worked out as it is now; for an employer also what is kept, with no reason that says
-- something of a person: such a payment is being looked at. It reads with its owner's rights, since
-- only finance sees payouts.
CREATE FUNCTION standing_besides(at timestamptz, of_month date) RETURNS TABLE (
    agreement_id uuid, month date, kind text, reference text, office_id uuid, instalment_id uuid,
    due_cents bigint, standing text, reason text, acts text, since timestamptz
)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    outdated uuid[] := ARRAY(
        SELECT o.agreement_id FROM public.standing_outdated(at, of_month) AS o
    );
    is_employer boolean := public.actor_role() = 'employer';
BEGIN
    IF cardinality(outdated) = 0 AND NOT is_employer THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH shown AS (
        SELECT s.*
        FROM public.derived_standing(
            standing_besides.at, outdated, array_fill(of_month, ARRAY[cardinality(outdated)])
        ) AS s
        WHERE
            public.actor_sees_all()
            OR s.office_id = public.actor_office()
            OR s.employer_id = public.actor_employer()
        UNION ALL
        SELECT k.*
        FROM public.standing AS k
        WHERE
            is_employer
            AND k.employer_id = public.actor_employer()
            AND k.month = of_month
            AND k.agreement_id <> ALL (outdated)
    )

    SELECT
        s.agreement_id,
        s.month,
        s.kind,
        s.reference,
        s.office_id,
        s.instalment_id,
        s.due_cents,
        s.standing,
        CASE WHEN is_employer AND NOT s.is_told_employer THEN 'under_review' ELSE s.reason END,
        CASE WHEN is_employer AND NOT s.is_told_employer THEN 'office' ELSE s.acts END,
        s.since
    FROM shown AS s
    WHERE public.is_begun(s.instalment_id, s.month, standing_besides.at);
END
$$;

-- What of a month is kept and not outdated, as far as its policy shows it.
CREATE FUNCTION standing_kept(at timestamptz, of_month date) RETURNS TABLE (
    agreement_id uuid, month date, kind text, reference text, office_id uuid, instalment_id uuid,
    due_cents bigint, standing text, reason text, acts text, since timestamptz
)
LANGUAGE sql STABLE AS $$
SELECT
    k.agreement_id,
    k.month,
    k.kind,
    k.reference,
    k.office_id,
    k.instalment_id,
    k.due_cents,
    k.standing,
    k.reason,
    k.acts,
    k.since
FROM standing AS k
WHERE
    k.month = of_month
    AND (k.changes_at IS NULL OR k.changes_at > standing_kept.at)
    AND is_begun(k.instalment_id, of_month, standing_kept.at)
    AND k.agreement_id NOT IN (
        SELECT unnest(c.agreement_ids) FROM standing_change AS c
        WHERE c.month IN (of_month, '-infinity')
    )
$$;

-- Where a month stands, for whoever asks. The conditions stand outside of the two parts, and each
-- part is one table, so that the planner can read both in the order of a page.
CREATE FUNCTION standing_of_month(at timestamptz, of_month date) RETURNS TABLE (
    agreement_id uuid, month date, kind text, reference text, office_id uuid, instalment_id uuid,
    due_cents bigint, standing text, reason text, acts text, since timestamptz
)
LANGUAGE sql STABLE AS $$
SELECT
    s.agreement_id,
    s.month,
    s.kind,
    s.reference,
    s.office_id,
    s.instalment_id,
    s.due_cents,
    s.standing,
    s.reason,
    s.acts,
    s.since
FROM (
    SELECT
        k.agreement_id,
        k.month,
        k.kind,
        k.reference,
        k.office_id,
        k.instalment_id,
        k.due_cents,
        k.standing,
        k.reason,
        k.acts,
        k.since,
        k.changes_at,
        TRUE AS is_kept
    FROM standing AS k
    UNION ALL
    SELECT
        b.agreement_id,
        b.month,
        b.kind,
        b.reference,
        b.office_id,
        b.instalment_id,
        b.due_cents,
        b.standing,
        b.reason,
        b.acts,
        b.since,
        NULL AS changes_at,
        FALSE AS is_kept
    FROM standing_besides(standing_of_month.at, of_month) AS b
) AS s
WHERE
    s.month = of_month
    AND (s.changes_at IS NULL OR s.changes_at > standing_of_month.at)
    AND is_begun(s.instalment_id, of_month, standing_of_month.at)
    AND (
        NOT s.is_kept
        OR s.agreement_id NOT IN (
            SELECT unnest(c.agreement_ids) FROM standing_change AS c
            WHERE c.month IN (of_month, '-infinity')
        )
    )
$$;

-- The same added up: what is counted, less what of it is outdated, and what is besides.
CREATE FUNCTION standing_counted(at timestamptz, of_month date) RETURNS TABLE (
    standing text, reason text, acts text, payment_count bigint, due_cents bigint
)
LANGUAGE sql STABLE AS $$
SELECT
    part.standing,
    part.reason,
    part.acts,
    sum(part.payment_count)::bigint AS payment_count,
    sum(part.due_cents)::bigint AS due_cents
FROM (
    SELECT
        n.standing,
        n.reason,
        n.acts,
        n.payment_count,
        n.due_cents
    FROM standing_count AS n
    WHERE
        n.month = of_month
        AND (
            n.reason IS DISTINCT FROM 'month_runs'
            OR is_begun(NULL, of_month, standing_counted.at)
        )
    UNION ALL
    SELECT
        k.standing,
        k.reason,
        k.acts,
        -1 AS payment_count,
        -k.due_cents AS due_cents
    FROM standing_outdated(standing_counted.at, of_month) AS o
    INNER JOIN standing AS k ON o.agreement_id = k.agreement_id AND k.month = of_month
    WHERE is_begun(k.instalment_id, of_month, standing_counted.at)
    UNION ALL
    SELECT
        b.standing,
        b.reason,
        b.acts,
        1 AS payment_count,
        b.due_cents
    FROM standing_besides(standing_counted.at, of_month) AS b
) AS part
GROUP BY part.standing, part.reason, part.acts
HAVING sum(part.payment_count) > 0
$$;

-- All months of all agreements, for the invariants: as kept, or as worked out now.
CREATE OR REPLACE FUNCTION month_standing(at timestamptz) RETURNS TABLE (
    agreement_id uuid, month date, kind text, instalment_id uuid, due_cents bigint, standing text,
    reason text, acts text, since timestamptz, is_told_employer boolean
)
LANGUAGE sql STABLE AS $$
WITH outdated AS MATERIALIZED (
    SELECT
        unnest(c.agreement_ids) AS agreement_id,
        c.month
    FROM standing_change AS c
    UNION
    SELECT
        k.agreement_id,
        k.month
    FROM standing AS k
    WHERE k.changes_at <= month_standing.at
),

shown AS (
    SELECT k.*
    FROM standing AS k
    -- Hashed, however few the planner expects.
    WHERE
        (k.agreement_id, k.month) NOT IN (SELECT o.agreement_id, o.month FROM outdated AS o)
        AND k.agreement_id NOT IN (
            SELECT o.agreement_id FROM outdated AS o WHERE o.month = '-infinity'
        )
    UNION ALL
    SELECT d.*
    FROM (
        SELECT
            array_agg(o.agreement_id) AS agreement_ids,
            array_agg(o.month) AS months
        FROM outdated AS o
    ) AS every
    CROSS JOIN LATERAL derived_standing(
        month_standing.at, every.agreement_ids, every.months
    ) AS d
)

SELECT
    s.agreement_id,
    s.month,
    s.kind,
    s.instalment_id,
    s.due_cents,
    s.standing,
    s.reason,
    s.acts,
    s.since,
    s.is_told_employer
FROM shown AS s
WHERE is_begun(s.instalment_id, s.month, month_standing.at)
$$;

DROP FUNCTION month_standing(timestamptz, date, uuid);

-- ===== standing noted

-- What a payment's standing follows from, and who notes that it was written: triggers, with their
-- owner's rights, so that no writer can forget it. They decide nothing.

-- By the days, the office and the reference of an agreement; and whether it has begun at all.
CREATE FUNCTION note_standing_of_agreements() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(w.id), array_agg(date '-infinity'))
    FROM written AS w
    WHERE w.started_at IS NOT NULL;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_standing_of_changed_agreements() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(w.id), array_agg(date '-infinity'))
    FROM written AS w
    INNER JOIN replaced AS r ON w.id = r.id
    WHERE
        (w.period, w.office_id, w.reference, w.started_at IS NULL)
        IS DISTINCT FROM (r.period, r.office_id, r.reference, r.started_at IS NULL);
    RETURN NULL;
END
$$;

-- By what names its agreement and month itself.
CREATE FUNCTION note_standing_of_months() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(w.agreement_id), array_agg(w.month))
    FROM written AS w;
    RETURN NULL;
END
$$;

-- By what is put up of an instalment, and what pays a failed payment of another again.
CREATE FUNCTION note_standing_of_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(i.agreement_id), array_agg(i.month))
    FROM written AS w
    INNER JOIN public.instalment AS i ON w.instalment_id = i.id;
    PERFORM public.note_standing(array_agg(i.agreement_id), array_agg(i.month))
    FROM written AS w
    INNER JOIN public.payment_attempt AS o ON w.reissues = o.id
    INNER JOIN public.payout_line AS l ON o.payout_line_id = l.id
    INNER JOIN public.instalment AS i ON l.instalment_id = i.id;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_standing_of_instalments() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(i.agreement_id), array_agg(i.month))
    FROM written AS w
    INNER JOIN public.instalment AS i ON w.instalment_id = i.id;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_standing_of_payouts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(i.agreement_id), array_agg(i.month))
    FROM written AS w
    INNER JOIN replaced AS r ON w.id = r.id
    INNER JOIN public.payout_line AS l ON w.id = l.payout_id
    INNER JOIN public.instalment AS i ON l.instalment_id = i.id
    WHERE (w.state, w.submitted_at) IS DISTINCT FROM (r.state, r.submitted_at);
    RETURN NULL;
END
$$;

-- By what becomes of the order to the bank, and whether anybody still waits for it.
CREATE FUNCTION note_standing_of_orders() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(i.agreement_id), array_agg(i.month))
    FROM written AS w
    INNER JOIN public.payout_line AS l ON w.payout_line_id = l.id
    INNER JOIN public.instalment AS i ON l.instalment_id = i.id;
    RETURN NULL;
END
$$;

-- By who stopped it: one month of an agreement, all of it, or all agreements of an employer.
CREATE FUNCTION note_standing_of_holds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(
        array_agg(w.agreement_id), array_agg(coalesce(w.month, '-infinity'))
    )
    FROM written AS w
    WHERE w.agreement_id IS NOT NULL;
    PERFORM public.note_standing(array_agg(a.id), array_agg(date '-infinity'))
    FROM written AS w
    INNER JOIN public.agreement AS a ON w.employer_id = a.employer_id;
    RETURN NULL;
END
$$;

-- By what a check demands: it bears on every run that went by it.
CREATE FUNCTION note_standing_of_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(a.id), array_agg(date '-infinity'))
    FROM public.agreement AS a
    WHERE a.started_at IS NOT NULL;
    RETURN NULL;
END
$$;

-- By what a check found; an instalment of a run and its results are mostly noted at once.
CREATE FUNCTION note_standing_of_results() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(c.agreement_id), array_agg(c.month))
    FROM written AS w
    INNER JOIN public.checked_instalment AS c
        ON w.run_id = c.run_id AND w.instalment_id = c.instalment_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER agreement_standing_noted AFTER INSERT ON agreement
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_agreements();
CREATE TRIGGER agreement_standing_change_noted AFTER UPDATE ON agreement
REFERENCING OLD TABLE AS replaced NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_changed_agreements();

CREATE TRIGGER instalment_standing_noted AFTER INSERT ON instalment
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_months();
CREATE TRIGGER instalment_standing_change_noted AFTER UPDATE ON instalment
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_months();

CREATE TRIGGER instalment_ahead_standing_noted AFTER INSERT ON instalment_ahead
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_months();
CREATE TRIGGER instalment_ahead_standing_change_noted AFTER UPDATE ON instalment_ahead
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_months();
CREATE TRIGGER instalment_ahead_standing_end_noted AFTER DELETE ON instalment_ahead
REFERENCING OLD TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_months();

CREATE TRIGGER payout_standing_change_noted AFTER UPDATE ON payout
REFERENCING OLD TABLE AS replaced NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_payouts();

CREATE TRIGGER payout_line_standing_noted AFTER INSERT ON payout_line
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_lines();
CREATE TRIGGER payout_line_standing_change_noted AFTER UPDATE ON payout_line
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_lines();

CREATE TRIGGER payout_netting_standing_noted AFTER INSERT ON payout_netting
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_instalments();
CREATE TRIGGER payout_netting_standing_change_noted AFTER UPDATE ON payout_netting
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_instalments();

CREATE TRIGGER payment_attempt_standing_noted AFTER INSERT ON payment_attempt
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_orders();
CREATE TRIGGER payment_attempt_standing_change_noted AFTER UPDATE ON payment_attempt
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_orders();
CREATE TRIGGER payment_closure_standing_noted AFTER INSERT ON payment_closure
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_orders();

CREATE TRIGGER instalment_hold_standing_noted AFTER INSERT ON instalment_hold
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_holds();
CREATE TRIGGER instalment_hold_standing_change_noted AFTER UPDATE ON instalment_hold
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_holds();

CREATE TRIGGER check_rule_standing_noted AFTER INSERT ON check_rule
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_rules();
CREATE TRIGGER check_rule_standing_change_noted AFTER UPDATE ON check_rule
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_rules();
CREATE TRIGGER checked_instalment_standing_noted AFTER INSERT ON checked_instalment
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_months();
CREATE TRIGGER check_result_standing_noted AFTER INSERT ON check_result
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_results();
CREATE TRIGGER check_override_standing_noted AFTER INSERT ON check_override
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_months();
CREATE TRIGGER check_override_standing_change_noted AFTER UPDATE ON check_override
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_months();

-- ===== standing of money

-- Where a payment stands follows its money: a transfer names the agreement and the month of an
-- order that was paid or came back, so nothing is looked up for a month of a hundred thousand. What
-- is refused or dropped, of which there is little, is noted by its order; an acceptance changes
-- nothing that is told.
CREATE FUNCTION note_standing_of_money() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(w.agreement_id), array_agg(w.month))
    FROM written AS w
    WHERE w.source_type = 'payment_attempt' AND w.reason IN ('settled', 'returned');
    RETURN NULL;
END
$$;

CREATE FUNCTION note_standing_of_refusals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(i.agreement_id), array_agg(i.month))
    FROM written AS w
    INNER JOIN public.payout_line AS l ON w.payout_line_id = l.id
    INNER JOIN public.instalment AS i ON l.instalment_id = i.id
    WHERE w.state IN ('rejected', 'cancelled');
    RETURN NULL;
END
$$;

CREATE TRIGGER transfer_standing_noted AFTER INSERT ON transfer
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_money();
DROP TRIGGER payment_attempt_standing_change_noted ON payment_attempt;
CREATE TRIGGER payment_attempt_standing_change_noted AFTER UPDATE ON payment_attempt
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_refusals();

-- ===== orders say what they pay

-- An order for the bank says which payment it makes: of which agreement, month and kind, from which
-- budget line, to which account. Whoever follows its money reads the order alone; a statement of a
-- month names a hundred thousand of them.
ALTER TABLE payment_attempt
ADD COLUMN agreement_id uuid,
ADD COLUMN month date,
ADD COLUMN kind text,
ADD COLUMN budget_line_id uuid,
ADD COLUMN bank_account_id uuid;

ALTER TABLE payment_attempt DISABLE TRIGGER USER;
UPDATE payment_attempt AS o
SET
    agreement_id = i.agreement_id,
    month = i.month,
    kind = i.kind,
    budget_line_id = budget.id,
    bank_account_id = l.bank_account_id
FROM payout_line AS l
INNER JOIN instalment AS i ON l.instalment_id = i.id
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN budget_line AS budget ON v.scheme_id = budget.scheme_id
WHERE o.payout_line_id = l.id;
ALTER TABLE payment_attempt ENABLE TRIGGER USER;

ALTER TABLE payment_attempt
ALTER COLUMN agreement_id SET NOT NULL,
ALTER COLUMN month SET NOT NULL,
ALTER COLUMN kind SET NOT NULL,
ALTER COLUMN budget_line_id SET NOT NULL,
ALTER COLUMN bank_account_id SET NOT NULL;

DROP TRIGGER payment_attempt_content_stands ON payment_attempt;
CREATE TRIGGER payment_attempt_content_stands BEFORE UPDATE ON payment_attempt
FOR EACH ROW WHEN (
    (
        old.id, old.payout_line_id, old.bank_file_id, old.number, old.end_to_end_id,
        old.payee_name, old.iban_sealed, old.iban_index, old.amount_cents, old.reissues,
        old.agreement_id, old.month, old.kind, old.budget_line_id, old.bank_account_id
    ) IS DISTINCT FROM (
        new.id, new.payout_line_id, new.bank_file_id, new.number, new.end_to_end_id,
        new.payee_name, new.iban_sealed, new.iban_index, new.amount_cents, new.reissues,
        new.agreement_id, new.month, new.kind, new.budget_line_id, new.bank_account_id
    )
) EXECUTE FUNCTION refuse_other_order();

-- As good as foreign keys: neither an order nor what its line says of these ever changes.
CREATE FUNCTION guard_orders_of_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM written AS w
        LEFT JOIN public.payout_line AS l ON w.payout_line_id = l.id
        LEFT JOIN public.instalment AS i ON l.instalment_id = i.id
        LEFT JOIN public.agreement AS a ON i.agreement_id = a.id
        LEFT JOIN public.scheme_version AS v ON a.scheme_version_id = v.id
        LEFT JOIN public.budget_line AS budget ON v.scheme_id = budget.scheme_id
        WHERE
            (w.agreement_id, w.month, w.kind, w.budget_line_id, w.bank_account_id)
            IS DISTINCT FROM
            (i.agreement_id, i.month, i.kind, budget.id, l.bank_account_id)
    ) THEN
        RAISE EXCEPTION 'an order pays the month of the agreement that its line pays'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_attempt_pays_its_line';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER payment_attempt_pays_its_line AFTER INSERT ON payment_attempt
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION guard_orders_of_lines();

CREATE OR REPLACE FUNCTION note_standing_of_refusals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(w.agreement_id), array_agg(w.month))
    FROM written AS w
    WHERE w.state IN ('rejected', 'cancelled');
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION note_standing_of_lines() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(i.agreement_id), array_agg(i.month))
    FROM written AS w
    INNER JOIN public.instalment AS i ON w.instalment_id = i.id;
    PERFORM public.note_standing(array_agg(o.agreement_id), array_agg(o.month))
    FROM written AS w
    INNER JOIN public.payment_attempt AS o ON w.reissues = o.id;
    RETURN NULL;
END
$$;

-- ===== history of orders

-- An entry that names an order is what its history says of it: what the bank said, where the order
-- stood then, and who handed it in. It was told twice. `attempt_event` keeps what no such entry
-- says: the payment of a whole block, and what a person matched.
ALTER TABLE bank_entry ADD COLUMN from_state text, ADD COLUMN recorded_by uuid;

ALTER TABLE bank_entry DISABLE TRIGGER USER;
ALTER TABLE attempt_event DISABLE TRIGGER USER;
UPDATE bank_entry AS e SET recorded_by = f.recorded_by
FROM bank_file AS f
WHERE e.bank_file_id = f.id;
UPDATE bank_entry AS e
SET
    from_state = v.from_state,
    recorded_by = coalesce(v.recorded_by, e.recorded_by)
FROM attempt_event AS v
WHERE v.bank_entry_id = e.id AND v.attempt_id = e.attempt_id;
DELETE FROM attempt_event AS v
USING bank_entry AS e
WHERE v.bank_entry_id = e.id AND v.attempt_id = e.attempt_id;
ALTER TABLE bank_entry ENABLE TRIGGER USER;
ALTER TABLE attempt_event ENABLE TRIGGER USER;

ALTER TABLE bank_entry
ALTER COLUMN recorded_by SET NOT NULL,
ADD CONSTRAINT bank_entry_from_state_of_order CHECK (
    (attempt_id IS NULL) = (from_state IS NULL)
),
ADD CONSTRAINT bank_entry_from_state_known CHECK (
    from_state IN ('sent', 'accepted', 'rejected', 'cancelled', 'settled', 'returned')
);

DROP INDEX bank_entry_by_attempt;
CREATE INDEX bank_entry_by_attempt ON bank_entry (attempt_id) WHERE attempt_id IS NOT NULL;

-- All that was said of orders, by whom and what it did. A word that moves an order names the state
-- that it moves it to; any other leaves it where it stood.
CREATE VIEW attempt_history WITH (security_invoker = TRUE) AS
SELECT
    e.id,
    e.attempt_id,
    e.id AS bank_entry_id,
    NULL::uuid AS suspense_resolution_id,
    e.effect AS said,
    e.from_state,
    CASE
        WHEN e.effect IN ('accepted', 'rejected', 'cancelled', 'settled', 'returned') THEN e.effect
        ELSE e.from_state
    END AS to_state,
    e.reason_code,
    e.recorded_at AS happened_at,
    e.recorded_by
FROM bank_entry AS e
WHERE e.attempt_id IS NOT NULL
UNION ALL
SELECT
    v.id,
    v.attempt_id,
    v.bank_entry_id,
    v.suspense_resolution_id,
    v.said,
    v.from_state,
    v.to_state,
    v.reason_code,
    v.happened_at,
    v.recorded_by
FROM attempt_event AS v;

GRANT SELECT ON attempt_history TO ura_app;

-- Of all rows of an INSERT there are a few files, statements and people, looked up once each.
CREATE OR REPLACE FUNCTION guard_keys_of_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    unknown text;
BEGIN
    SELECT
        CASE
            WHEN f.id IS NULL THEN 'bank_entry_of_file'
            WHEN a.id IS NULL THEN 'bank_entry_by_account'
            ELSE 'bank_entry_of_statement'
        END INTO unknown
    FROM (
        SELECT DISTINCT
            w.bank_file_id,
            w.bank_statement_id,
            w.recorded_by
        FROM written AS w
    ) AS k
    LEFT JOIN public.bank_file AS f ON k.bank_file_id = f.id
    LEFT JOIN public.account AS a ON k.recorded_by = a.id
    LEFT JOIN public.bank_statement AS s
        ON k.bank_statement_id = s.id AND k.bank_file_id = s.bank_file_id
    WHERE f.id IS NULL OR a.id IS NULL OR (s.id IS NULL AND k.bank_statement_id IS NOT NULL)
    LIMIT 1;
    IF NOT found THEN
        SELECT 'bank_entry_of_order' INTO unknown
        FROM written AS w
        LEFT JOIN public.payment_attempt AS o ON w.attempt_id = o.id
        WHERE o.id IS NULL AND w.attempt_id IS NOT NULL
        LIMIT 1;
    END IF;
    IF found THEN
        RAISE EXCEPTION 'an entry is of a file, a statement in it and an order that are there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = unknown;
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION guard_keys_of_events() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    unknown text;
BEGIN
    SELECT
        CASE
            WHEN a.id IS NULL AND k.recorded_by IS NOT NULL THEN 'attempt_event_by_account'
            WHEN e.id IS NULL AND k.bank_entry_id IS NOT NULL THEN 'attempt_event_of_entry'
            ELSE 'attempt_event_by_resolution'
        END INTO unknown
    FROM (
        SELECT DISTINCT
            w.recorded_by,
            w.bank_entry_id,
            w.suspense_resolution_id
        FROM written AS w
    ) AS k
    LEFT JOIN public.account AS a ON k.recorded_by = a.id
    LEFT JOIN public.bank_entry AS e ON k.bank_entry_id = e.id
    LEFT JOIN public.suspense_resolution AS r ON k.suspense_resolution_id = r.id
    WHERE
        (a.id IS NULL AND k.recorded_by IS NOT NULL)
        OR (e.id IS NULL AND k.bank_entry_id IS NOT NULL)
        OR (r.id IS NULL AND k.suspense_resolution_id IS NOT NULL)
    LIMIT 1;
    IF NOT found THEN
        SELECT 'attempt_event_of_order' INTO unknown
        FROM written AS w
        LEFT JOIN public.payment_attempt AS o ON w.attempt_id = o.id
        WHERE o.id IS NULL
        LIMIT 1;
    END IF;
    IF found THEN
        RAISE EXCEPTION 'what is said of an order names an order, cause and account that are there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = unknown;
    END IF;
    RETURN NULL;
END
$$;

-- ===== files packed

-- The files of banks are XML and pack to a tenth or less; what was kept before stays as it is.
ALTER TABLE bank_file
ADD COLUMN packing text NOT NULL DEFAULT 'none',
ADD CONSTRAINT bank_file_packing_known CHECK (packing IN ('none', 'zlib')),
ADD CONSTRAINT bank_file_out_not_packed CHECK (direction = 'in' OR packing = 'none');

-- ===== noted once

-- Money that settles is noted once in a transaction that posts a hundred thousand transfers, so
-- nothing is gained by looking for it among what that transaction has noted.
CREATE FUNCTION note_standing_anew(of_agreements uuid[], of_months date[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    INSERT INTO public.standing_change (month, agreement_ids)
    SELECT
        k.month,
        array_agg(k.agreement_id)
    FROM (
        SELECT
            n.month,
            n.agreement_id,
            row_number() OVER (PARTITION BY n.month) / 200 AS part
        FROM (
            SELECT DISTINCT
                u.month,
                u.agreement_id
            FROM unnest(
                note_standing_anew.of_agreements, note_standing_anew.of_months
            ) AS u (agreement_id, month)
        ) AS n
    ) AS k
    GROUP BY k.month, k.part;
END;
REVOKE EXECUTE ON FUNCTION note_standing_anew FROM public;

CREATE OR REPLACE FUNCTION note_standing_of_money() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing_anew(array_agg(w.agreement_id), array_agg(w.month))
    FROM written AS w
    WHERE w.source_type = 'payment_attempt' AND w.reason IN ('settled', 'returned');
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION note_standing(of_agreements uuid[], of_months date[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing_anew(array_agg(n.agreement_id), array_agg(n.month))
    FROM (
        SELECT
            u.month,
            u.agreement_id
        FROM unnest(of_agreements, of_months) AS u (agreement_id, month)
        EXCEPT
        SELECT
            c.month,
            unnest(c.agreement_ids)
        FROM public.standing_change AS c
        WHERE c.made_in = pg_current_xact_id()
    ) AS n;
END
$$;

-- ===== reasons named

-- Why a bank refused a payment is told to an officer in the language that the officer reads; a code
-- that somebody added without one is told in English.
ALTER TABLE reason_code ADD COLUMN name_sq text, ADD COLUMN name_sr text;
