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
