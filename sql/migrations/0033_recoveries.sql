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
