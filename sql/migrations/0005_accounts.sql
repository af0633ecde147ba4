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
