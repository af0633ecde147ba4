-- name: lock_agreements_to_pay
-- Nothing is computed for them meanwhile; of two who put up at once the second sees the first's.
SELECT a.id
FROM agreement AS a
WHERE
    a.id IN (
        SELECT i.agreement_id
        FROM instalment AS i
        LEFT JOIN payout_line AS l
            ON i.id = l.instalment_id AND l.released_at IS NULL AND l.reissues IS NULL
        WHERE
            i.superseded_at IS NULL
            AND i.month <= :month
            AND (i.amount_cents > 0 OR i.version > 1)
            AND l.id IS NULL
        UNION
        SELECT o.agreement_id
        FROM reissue_request AS r
        INNER JOIN payment_attempt AS o ON r.attempt_id = o.id
        WHERE r.withdrawn_at IS NULL AND o.month <= :month
    )
ORDER BY a.id
FOR NO KEY UPDATE OF a;

-- name: list_deltas
-- What is due now less what is in payouts, where these differ. A month that is in a payout nobody
-- has decided on waits; an instalment with a line of its own has been put up. Lines and
-- accounts are looked up row by row: behind the policies the planner expects one, and tries all.
SELECT
    i.agreement_id,
    i.month,
    i.id AS instalment_id,
    (i.amount_cents - into_payouts.cents)::bigint AS delta_cents,
    payee_of(v.payments, i.kind) AS payee,
    paying.id AS bank_account_id,
    paying.holder_name AS payee_name
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN LATERAL (
    SELECT
        coalesce(sum(pi.cents), 0) AS cents,
        coalesce(bool_or(pi.state = 'submitted'), FALSE) AS is_undecided
    FROM put_in AS pi
    WHERE pi.agreement_id = i.agreement_id AND pi.month = i.month AND pi.kind = i.kind
) AS into_payouts ON NOT into_payouts.is_undecided
LEFT JOIN LATERAL (
    SELECT
        b.id,
        b.holder_name
    FROM bank_account AS b
    WHERE
        (
            b.employer_id = payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
            OR b.candidate_id = payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
        )
        AND b.in_force @> :at::timestamptz
    ORDER BY b.id
    LIMIT 1
) AS paying ON TRUE
WHERE
    i.agreement_id = any(:agreement_ids::uuid[])
    AND i.superseded_at IS NULL
    AND i.month <= :month
    AND (
        SELECT l.id FROM payout_line AS l
        WHERE l.instalment_id = i.id AND l.released_at IS NULL AND l.reissues IS NULL
    ) IS NULL
    AND i.amount_cents <> into_payouts.cents
ORDER BY i.agreement_id, i.month, i.kind;

-- name: list_left_out
-- What is due and cannot be paid, because the payee has no account in force, and why. Who has one
-- is sorted out for all at once before anything is looked at more closely.
WITH waiting AS MATERIALIZED (
    SELECT
        i.id,
        i.agreement_id,
        i.month,
        i.kind,
        i.amount_cents,
        a.reference,
        v.payments,
        payee_id(v.payments, i.kind, a.employer_id, a.candidate_id) AS payee_id
    FROM instalment AS i
    INNER JOIN agreement AS a ON i.agreement_id = a.id
    INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
    WHERE
        i.superseded_at IS NULL
        AND i.outcome = 'due'
        AND i.month <= :month
        AND NOT EXISTS (
            SELECT 1 FROM payout_line AS l
            WHERE l.instalment_id = i.id AND l.released_at IS NULL AND l.reissues IS NULL
        )
),

known AS (
    SELECT
        coalesce(b.employer_id, b.candidate_id) AS payee_id,
        count(*) FILTER (WHERE b.in_force @> :at::timestamptz) AS in_force_count,
        bool_or(lower(b.in_force) > :at) AS is_to_come,
        bool_or(num_nonnulls(b.confirmed_at, b.refused_at) = 0) AS is_proposed
    FROM bank_account AS b
    GROUP BY coalesce(b.employer_id, b.candidate_id)
)

SELECT
    w.id AS instalment_id,
    w.reference AS agreement_reference,
    w.month,
    w.payments -> w.kind -> 'label' AS kind_label,
    coalesce(e.legal_name, c.given_name || ' ' || c.family_name) AS payee_name,
    (w.amount_cents - into_payouts.cents)::bigint AS amount_cents,
    CASE
        WHEN known.is_to_come THEN 'cooling_off'
        WHEN known.is_proposed THEN 'unconfirmed'
        ELSE 'no_account'
    END AS reason
FROM waiting AS w
LEFT JOIN employer AS e ON w.payee_id = e.id
LEFT JOIN candidate AS c ON w.payee_id = c.id
LEFT JOIN known ON w.payee_id = known.payee_id
INNER JOIN LATERAL (
    SELECT coalesce(sum(pi.cents), 0) AS cents
    FROM put_in AS pi
    WHERE pi.agreement_id = w.agreement_id AND pi.month = w.month AND pi.kind = w.kind
) AS into_payouts ON w.amount_cents > into_payouts.cents
WHERE coalesce(known.in_force_count, 0) = 0
ORDER BY payee_name, w.month, w.id
LIMIT :at_most;

-- name: insert_payout
INSERT INTO payout (
    id, reference, month, state, line_count, total_cents, digest, submitted_at, submitted_by,
    check_run_id, reopens
) VALUES (
    :payout_id, :reference, :month, 'draft', 0, 0, sha256(''), :at, :submitted_by, :check_run_id,
    :reopens
);

-- name: insert_payout_lines
INSERT INTO payout_line (
    id, payout_id, instalment_id, bank_account_id, payee_name, due_cents, netted_cents,
    amount_cents, reissues
)
SELECT
    id,
    :payout_id AS payout_id,
    instalment_id,
    bank_account_id,
    payee_name,
    due_cents,
    netted_cents,
    due_cents - netted_cents AS amount_cents,
    reissues
FROM unnest(
    :ids::uuid[], :instalment_ids::uuid[], :bank_account_ids::uuid[], :payee_names::text[],
    :dues_cents::bigint[], :netted_cents::bigint[], :reissues::uuid[]
) AS line (id, instalment_id, bank_account_id, payee_name, due_cents, netted_cents, reissues);

-- name: insert_nettings
INSERT INTO payout_netting (id, payout_line_id, instalment_id, amount_cents)
SELECT
    id,
    payout_line_id,
    instalment_id,
    amount_cents
FROM unnest(
    :ids::uuid[], :payout_line_ids::uuid[], :instalment_ids::uuid[], :amounts_cents::bigint[]
) AS netting (id, payout_line_id, instalment_id, amount_cents);

-- name: record_submission
UPDATE payout AS p
SET
    state = 'submitted',
    line_count = :line_count,
    total_cents = :total_cents,
    digest = payout_digest(p.id, p.submitted_at),
    (required_approvals, required_authorisations) = (
        SELECT
            n.approvals,
            n.authorisations
        FROM people_needed(:total_cents, p.submitted_at) AS n
    )
WHERE p.id = :payout_id AND p.state = 'draft';
