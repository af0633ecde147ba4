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
