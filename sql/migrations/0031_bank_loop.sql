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
