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
            'paid', 'returned', 'recoverable'
        )
    )
);

-- One debit, one credit, a positive amount, a reason. Money flows from credit to debit.
CREATE TABLE transfer (
    id uuid PRIMARY KEY,
    budget_line_id uuid NOT NULL REFERENCES budget_line,
    debit_account_id uuid NOT NULL,
    credit_account_id uuid NOT NULL,
    amount_cents bigint NOT NULL,
    reason text NOT NULL,
    source_type text NOT NULL,
    source_id uuid NOT NULL,
    agreement_id uuid REFERENCES agreement,
    month date,
    kind text,
    effective_on date NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT transfer_once_per_source UNIQUE (source_type, source_id, reason),
    CONSTRAINT transfer_amount_positive CHECK (amount_cents > 0),
    CONSTRAINT transfer_kind_with_month CHECK ((month IS NULL) = (kind IS NULL)),
    CONSTRAINT transfer_two_accounts CHECK (debit_account_id <> credit_account_id),
    CONSTRAINT transfer_debit_in_line FOREIGN KEY (debit_account_id, budget_line_id)
    REFERENCES ledger_account (id, budget_line_id),
    CONSTRAINT transfer_credit_in_line FOREIGN KEY (credit_account_id, budget_line_id)
    REFERENCES ledger_account (id, budget_line_id),
    CONSTRAINT transfer_reason_known CHECK (
        reason IN (
            'appropriated', 'appropriation_reduced', 'committed', 'commitment_released',
            'calculated', 'calculation_superseded', 'overpaid', 'overpayment_undone', 'netted',
            'made_good', 'approved', 'exported', 'settled', 'rejected', 'returned',
            'approval_voided', 'netting_voided', 'made_good_voided'
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
                WHEN t.reason IN ('overpaid', 'made_good_voided') THEN t.amount_cents
                ELSE -t.amount_cents
            END
        ), 0)::bigint
    FROM transfer AS t
    WHERE
        t.agreement_id = overpaid_to.of_agreement
        AND t.reason IN ('overpaid', 'overpayment_undone', 'made_good', 'made_good_voided')
);

CREATE TRIGGER transfer_append_only BEFORE UPDATE OR DELETE ON transfer
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfer_no_truncate BEFORE TRUNCATE ON transfer
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
