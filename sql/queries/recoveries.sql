-- name: lock_agreements_to_check
-- Ended agreements of which rows were written since they were last looked at; rows are only added.
-- Whoever computes or pays one holds it too, so that nothing moves while it is looked at.
SELECT
    a.id,
    recovery_rows(a.id) AS rows_seen
FROM agreement AS a
LEFT JOIN recovery_check AS k ON a.id = k.agreement_id
WHERE
    a.id > :after
    AND a.state IN ('completed', 'ended_early')
    AND (k.rows_seen IS NULL OR k.rows_seen < recovery_rows(a.id))
ORDER BY a.id
LIMIT :at_most
FOR NO KEY UPDATE OF a SKIP LOCKED;

-- name: lock_agreement
SELECT
    a.id,
    recovery_rows(a.id) AS rows_seen
FROM agreement AS a
WHERE a.id = :agreement_id AND a.state IN ('completed', 'ended_early')
FOR NO KEY UPDATE OF a;

-- name: list_cases
SELECT
    a.id AS agreement_id,
    a.employer_id,
    a.candidate_id,
    v.scheme_id,
    l.id AS budget_line_id,
    a.state,
    a.end_cause,
    a.starts_on,
    a.period,
    coalesce(by_employer.amount_cents, 0) AS employer_owes_cents,
    coalesce(by_candidate.amount_cents, 0) AS candidate_owes_cents,
    d.id AS dismissal_id,
    d.dismissed_on,
    d.end_cause AS dismissal_cause
FROM agreement AS a
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN budget_line AS l ON v.scheme_id = l.scheme_id
LEFT JOIN receivable AS by_employer
    ON a.id = by_employer.agreement_id AND by_employer.payee = 'employer'
LEFT JOIN receivable AS by_candidate
    ON a.id = by_candidate.agreement_id AND by_candidate.payee = 'candidate'
LEFT JOIN recovery_dismissal AS d ON a.id = d.agreement_id AND d.superseded_at IS NULL
WHERE a.id = any(:agreement_ids::uuid[])
ORDER BY a.id;

-- name: list_months_owed
SELECT
    r.id AS recovery_id,
    r.agreement_id,
    l.id AS budget_line_id,
    r.payee,
    r.cause,
    r.source_id,
    r.state,
    m.month,
    m.kind,
    m.owed_cents,
    m.waived_cents,
    m.settled_cents,
    m.written_off_cents,
    m.pending_cents,
    CASE
        WHEN m.pending_cents > 0
            THEN array(
                SELECT DISTINCT p.reference
                FROM recovery_netting AS k
                INNER JOIN payout_line AS held ON k.payout_line_id = held.id
                INNER JOIN payout AS p ON held.payout_id = p.id
                WHERE
                    k.recovery_id = r.id
                    AND k.month = m.month
                    AND k.kind = m.kind
                    AND held.released_at IS NULL
                    AND p.state NOT IN ('approved', 'exported')
                ORDER BY p.reference
            )
        ELSE '{}'::text[]
    END AS pending_in
FROM recovery AS r
INNER JOIN recovery_month AS m ON r.id = m.recovery_id
INNER JOIN agreement AS a ON r.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN budget_line AS l ON v.scheme_id = l.scheme_id
WHERE r.agreement_id = any(:agreement_ids::uuid[])
ORDER BY r.agreement_id, r.id, m.month, m.kind;

-- name: mark_checked
INSERT INTO recovery_check (agreement_id, rows_seen)
SELECT
    agreement_id,
    rows_seen
FROM unnest(:agreement_ids::uuid[], :rows_seen::bigint[]) AS t (agreement_id, rows_seen)
ON CONFLICT (agreement_id) DO UPDATE SET rows_seen = excluded.rows_seen;

-- name: insert_recovery
INSERT INTO recovery (
    id, reference, agreement_id, payee, employer_id, candidate_id, cause, source_id, state,
    raised_at, raised_by
) VALUES (
    :recovery_id, :reference, :agreement_id, :payee, :employer_id, :candidate_id, :cause,
    :source_id, 'raised', :at, :raised_by
);

-- name: insert_changes
INSERT INTO recovery_change (
    id, recovery_id, agreement_id, month, kind, amount_cents, why, facts, recorded_at, recorded_by
)
SELECT
    id,
    recovery_id,
    agreement_id,
    month,
    kind,
    amount_cents,
    why,
    facts,
    :at AS recorded_at,
    :recorded_by AS recorded_by
FROM unnest(
    :ids::uuid[], :recovery_ids::uuid[], :agreement_ids::uuid[], :months::date[], :kinds::text[],
    :amounts_cents::bigint[], :whys::text[], :facts::jsonb[]
) AS t (id, recovery_id, agreement_id, month, kind, amount_cents, why, facts);

-- name: insert_settlements
INSERT INTO recovery_settlement (
    id, recovery_id, agreement_id, month, kind, amount_cents, means, source_id, restores, settled_at
)
SELECT
    id,
    recovery_id,
    agreement_id,
    month,
    kind,
    amount_cents,
    means,
    source_id,
    restores,
    :at AS settled_at
FROM unnest(
    :ids::uuid[], :recovery_ids::uuid[], :agreement_ids::uuid[], :months::date[], :kinds::text[],
    :amounts_cents::bigint[], :means::text[], :source_ids::uuid[], :restores::boolean[]
) AS t (
    id, recovery_id, agreement_id, month, kind, amount_cents, means, source_id, restores
);

-- name: insert_steps
INSERT INTO recovery_step (id, recovery_id, step, state, happened_at, happened_by, said)
SELECT
    id,
    recovery_id,
    step,
    state,
    :at AS happened_at,
    :happened_by AS happened_by,
    said
FROM unnest(
    :ids::uuid[], :recovery_ids::uuid[], :steps::text[], :states::text[], :said::text[]
) AS t (id, recovery_id, step, state, said);

-- name: lock_recovery
SELECT
    id,
    agreement_id,
    payee,
    cause,
    state,
    raised_by,
    notified_at,
    notified_by,
    netting_at,
    invoice_due_on
FROM recovery
WHERE id = :recovery_id
FOR NO KEY UPDATE;

-- name: lock_recoveries_of_payout
SELECT
    r.id,
    r.agreement_id,
    r.payee,
    r.cause,
    r.state,
    r.raised_by,
    r.notified_at,
    r.notified_by,
    r.netting_at,
    r.invoice_due_on
FROM recovery AS r
WHERE
    r.id IN (
        SELECT k.recovery_id
        FROM recovery_netting AS k
        INNER JOIN payout_line AS l ON k.payout_line_id = l.id
        WHERE l.payout_id = :payout_id
    )
ORDER BY r.id
FOR NO KEY UPDATE OF r;

-- name: record_state
UPDATE recovery
SET state = :state
WHERE id = :recovery_id AND state = :before;

-- name: record_notice
UPDATE recovery
SET
    state = 'notified',
    notified_at = :at,
    notified_by = :notified_by
WHERE id = :recovery_id AND state = 'raised';

-- name: record_netting
UPDATE recovery
SET
    state = 'netting',
    netting_at = :at
WHERE
    id = :recovery_id
    AND state IN ('notified', 'appealed', 'settled', 'written_off', 'cancelled');

-- name: record_invoice
-- A recovery that grew is invoiced anew for the rest under the number it has.
UPDATE recovery
SET
    state = 'invoiced',
    invoice_number = coalesce(invoice_number, :invoice_number),
    invoiced_at = coalesce(invoiced_at, :at),
    invoice_due_on = :due_on
WHERE id = :recovery_id AND state = 'netting';

-- name: lock_recoveries_to_move
-- Notices that nobody appealed in time, and nettings that found nothing to net for so many days.
SELECT
    r.id,
    r.agreement_id,
    r.payee,
    r.cause,
    r.state,
    r.raised_by,
    r.notified_at,
    r.notified_by,
    r.netting_at,
    r.invoice_due_on
FROM recovery AS r
INNER JOIN recovery_terms AS t ON r.payee = t.payee AND t.in_force @> :on_day::date
WHERE
    (
        r.state = 'notified'
        AND (r.notified_at AT TIME ZONE 'Europe/Belgrade')::date + t.appeal_days < :on_day::date
    )
    OR (
        r.state = 'netting'
        AND (r.netting_at AT TIME ZONE 'Europe/Belgrade')::date + t.invoice_after_days
        <= :on_day::date
        AND NOT EXISTS (
            SELECT 1
            FROM recovery_netting AS k
            INNER JOIN payout_line AS l ON k.payout_line_id = l.id
            INNER JOIN payout AS p ON l.payout_id = p.id
            WHERE
                k.recovery_id = r.id
                AND l.released_at IS NULL
                AND (
                    p.approved_at IS NULL
                    OR (p.approved_at AT TIME ZONE 'Europe/Belgrade')::date + t.invoice_after_days
                    > :on_day::date
                )
        )
    )
ORDER BY r.id
LIMIT :at_most
FOR NO KEY UPDATE OF r SKIP LOCKED;

-- name: lock_open_recoveries
-- Held while lines are put up that keep something back for them.
SELECT
    r.id,
    r.agreement_id,
    r.payee,
    r.cause,
    r.state,
    r.raised_by,
    r.notified_at,
    r.notified_by,
    r.netting_at,
    r.invoice_due_on
FROM recovery AS r
INNER JOIN bank_account AS b ON r.employer_id = b.employer_id OR r.candidate_id = b.candidate_id
WHERE b.id = any(:bank_account_ids::uuid[]) AND r.state = 'netting'
ORDER BY r.id
FOR NO KEY UPDATE OF r;

-- name: list_open_months
-- What is open and not kept back by another payout; of an overpaid month no more than it is still
-- overpaid.
WITH open_month AS (
    SELECT
        r.id AS recovery_id,
        b.id AS bank_account_id,
        r.payee,
        m.agreement_id,
        m.month,
        m.kind,
        r.cause = 'overpaid' AS restores,
        r.raised_at,
        (
            least(
                m.owed_cents - m.settled_cents - m.written_off_cents,
                CASE r.cause WHEN 'overpaid' THEN overpaid.cents END
            ) - m.pending_cents
        )::bigint AS left_cents
    FROM recovery AS r
    INNER JOIN bank_account AS b
        ON r.employer_id = b.employer_id OR r.candidate_id = b.candidate_id
    INNER JOIN recovery_month AS m ON r.id = m.recovery_id
    INNER JOIN LATERAL (
        SELECT
            coalesce(sum(
                CASE
                    WHEN
                        t.reason IN ('overpaid', 'made_good_voided', 'restored_undone')
                        THEN t.amount_cents
                    ELSE -t.amount_cents
                END
            ), 0) AS cents
        FROM transfer AS t
        WHERE
            t.agreement_id = m.agreement_id
            AND t.month = m.month
            AND t.kind = m.kind
            AND t.reason IN (
                'overpaid', 'overpayment_undone', 'made_good', 'made_good_voided',
                'failure_closed', 'restored', 'restored_undone'
            )
    ) AS overpaid ON TRUE
    WHERE b.id = any(:bank_account_ids::uuid[]) AND r.state = 'netting'
)

SELECT
    recovery_id,
    bank_account_id,
    payee,
    agreement_id,
    month,
    kind,
    restores,
    left_cents
FROM open_month
WHERE left_cents > 0
ORDER BY raised_at, recovery_id, month, kind;

-- name: insert_nettings
INSERT INTO recovery_netting (
    id, payout_line_id, recovery_id, agreement_id, month, kind, amount_cents, restores
)
SELECT
    id,
    payout_line_id,
    recovery_id,
    agreement_id,
    month,
    kind,
    amount_cents,
    restores
FROM unnest(
    :ids::uuid[], :payout_line_ids::uuid[], :recovery_ids::uuid[], :agreement_ids::uuid[],
    :months::date[], :kinds::text[], :amounts_cents::bigint[], :restores::boolean[]
) AS t (
    id, payout_line_id, recovery_id, agreement_id, month, kind, amount_cents, restores
);

-- name: insert_payment
INSERT INTO recovery_payment (
    id, recovery_id, amount_cents, received_on, bank_reference, bank_entry_id, recorded_at,
    recorded_by, confirmed_at, confirmed_by
) VALUES (
    :payment_id, :recovery_id, :amount_cents, :received_on, :bank_reference, :bank_entry_id, :at,
    :recorded_by, :confirmed_at, :confirmed_by
);

-- name: lock_payment
SELECT
    id,
    recovery_id,
    amount_cents,
    recorded_by,
    num_nonnulls(confirmed_at, refused_at) > 0 AS is_decided
FROM recovery_payment
WHERE id = :payment_id
FOR NO KEY UPDATE;

-- name: record_payment_confirmed
UPDATE recovery_payment
SET
    confirmed_at = :at,
    confirmed_by = :confirmed_by
WHERE id = :payment_id AND num_nonnulls(confirmed_at, refused_at) = 0;

-- name: record_payment_refused
UPDATE recovery_payment
SET refused_at = :at
WHERE id = :payment_id AND num_nonnulls(confirmed_at, refused_at) = 0;

-- name: insert_write_off
INSERT INTO recovery_write_off (
    id, recovery_id, amount_cents, reason, proposed_at, proposed_by
) VALUES (
    :write_off_id, :recovery_id, :amount_cents, :reason, :at, :proposed_by
);

-- name: lock_write_off
SELECT
    id,
    recovery_id,
    amount_cents,
    proposed_by AS recorded_by,
    num_nonnulls(signed_at, refused_at) > 0 AS is_decided
FROM recovery_write_off
WHERE id = :write_off_id
FOR NO KEY UPDATE;

-- name: record_write_off_signed
UPDATE recovery_write_off
SET
    signed_at = :at,
    signed_by = :signed_by
WHERE id = :write_off_id AND num_nonnulls(signed_at, refused_at) = 0;

-- name: record_write_off_refused
UPDATE recovery_write_off
SET refused_at = :at
WHERE id = :write_off_id AND num_nonnulls(signed_at, refused_at) = 0;

-- name: insert_dismissal
INSERT INTO recovery_dismissal (
    id, agreement_id, dismissed_on, end_cause, reason, recorded_at, recorded_by
)
SELECT
    :dismissal_id AS id,
    a.id AS agreement_id,
    :dismissed_on AS dismissed_on,
    :end_cause AS end_cause,
    :reason AS reason,
    :at AS recorded_at,
    :recorded_by AS recorded_by
FROM agreement AS a
WHERE a.id = :agreement_id AND a.state = 'completed' AND upper(a.period) <= :dismissed_on;

-- name: mark_dismissal_superseded
UPDATE recovery_dismissal
SET superseded_at = :at
WHERE agreement_id = :agreement_id AND superseded_at IS NULL;

-- name: lock_kept_lines
-- What a payout nets; the instalments of the months that owe are held: none is superseded.
SELECT
    k.id,
    k.recovery_id,
    p.reference AS payout_reference,
    k.agreement_id,
    k.month,
    k.kind,
    owing_line.id AS budget_line_id,
    i.agreement_id AS paying_agreement_id,
    i.month AS paying_month,
    i.kind AS paying_kind,
    paying_line.id AS paying_budget_line_id,
    k.amount_cents,
    k.restores
FROM recovery_netting AS k
INNER JOIN payout_line AS l ON k.payout_line_id = l.id
INNER JOIN payout AS p ON l.payout_id = p.id
INNER JOIN instalment AS i ON l.instalment_id = i.id
INNER JOIN agreement AS paying ON i.agreement_id = paying.id
INNER JOIN scheme_version AS paying_version ON paying.scheme_version_id = paying_version.id
INNER JOIN budget_line AS paying_line ON paying_version.scheme_id = paying_line.scheme_id
INNER JOIN agreement AS owing ON k.agreement_id = owing.id
INNER JOIN scheme_version AS owing_version ON owing.scheme_version_id = owing_version.id
INNER JOIN budget_line AS owing_line ON owing_version.scheme_id = owing_line.scheme_id
INNER JOIN instalment AS owed
    ON
        k.agreement_id = owed.agreement_id
        AND k.month = owed.month
        AND k.kind = owed.kind
        AND owed.superseded_at IS NULL
WHERE l.payout_id = :payout_id
ORDER BY k.id
FOR SHARE OF owed;
