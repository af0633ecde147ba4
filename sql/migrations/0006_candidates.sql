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
