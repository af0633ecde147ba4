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
    CONSTRAINT payment_attempt_once_per_number UNIQUE (payout_line_id, number),
    CONSTRAINT payment_attempt_once_per_end_to_end_id UNIQUE (end_to_end_id),
    CONSTRAINT payment_attempt_end_to_end_id_form CHECK (end_to_end_id ~ '^[A-Z0-9-]{1,35}$'),
    CONSTRAINT payment_attempt_amount_positive CHECK (amount_cents > 0),
    CONSTRAINT payment_attempt_state_known CHECK (
        state IN ('sent', 'accepted', 'rejected', 'settled', 'returned')
    ),
    CONSTRAINT payment_attempt_failed_with_code CHECK (
        state NOT IN ('rejected', 'returned') OR reason_code IS NOT NULL
    )
);

CREATE INDEX payment_attempt_by_file ON payment_attempt (bank_file_id, state);

CREATE FUNCTION guard_payment_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(new) - ARRAY['state', 'reason_code', 'state_changed_at']
        <> to_jsonb(old) - ARRAY['state', 'reason_code', 'state_changed_at']
    THEN
        RAISE EXCEPTION 'what was sent to the bank never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_attempt_content_stands';
    END IF;
    IF NOT (
        (old.state = 'sent' AND new.state IN ('accepted', 'rejected', 'settled'))
        OR (old.state = 'accepted' AND new.state IN ('rejected', 'settled'))
        OR (old.state = 'settled' AND new.state = 'returned')
    ) THEN
        RAISE EXCEPTION 'a payment does not go from % to %', old.state, new.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_attempt_moves_forward';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payment_attempt_moves_forward BEFORE UPDATE ON payment_attempt
FOR EACH ROW EXECUTE FUNCTION guard_payment_attempt();
CREATE TRIGGER payment_attempt_never_deleted BEFORE DELETE ON payment_attempt
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_attempt_no_truncate BEFORE TRUNCATE ON payment_attempt
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One status or booked entry read from a bank file; attempt_id is empty while it matches nothing.
CREATE TABLE bank_entry (
    id uuid PRIMARY KEY,
    bank_file_id uuid NOT NULL REFERENCES bank_file,
    entry_key bytea NOT NULL,
    kind text NOT NULL,
    attempt_id uuid REFERENCES payment_attempt,
    end_to_end_id text,
    amount_cents bigint,
    booked_on date,
    reason_code text,
    effect text NOT NULL,
    CONSTRAINT bank_entry_once UNIQUE (entry_key),
    CONSTRAINT bank_entry_kind_known CHECK (kind IN ('status', 'debit', 'credit')),
    CONSTRAINT bank_entry_effect_known CHECK (
        effect IN ('accepted', 'rejected', 'settled', 'returned', 'none', 'unmatched')
    ),
    CONSTRAINT bank_entry_unmatched_has_no_attempt CHECK (
        (effect = 'unmatched') = (attempt_id IS NULL)
    )
);

CREATE INDEX bank_entry_by_file ON bank_entry (bank_file_id, effect);
-- What waits for a person: money that moved on our account and did nothing to an order of ours.
CREATE INDEX bank_entry_unexplained ON bank_entry (bank_file_id)
WHERE effect = 'unmatched' OR (effect = 'none' AND kind <> 'status');

CREATE TRIGGER bank_entry_append_only BEFORE UPDATE OR DELETE ON bank_entry
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_entry_no_truncate BEFORE TRUNCATE ON bank_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
