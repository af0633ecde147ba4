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
