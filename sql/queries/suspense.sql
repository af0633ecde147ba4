-- Money that moved on our account and matched nothing, and what people said of it.

-- name: list_entries
-- What waits, or waits for a second person; end_to_end_id is as the bank gave it.
-- by oldest: coalesce(e.booked_on, date '0001-01-01')::date, e.id::uuid
-- by amount: e.amount_cents::bigint, e.id::uuid
SELECT
    e.id,
    e.bank_file_id AS file_id,
    e.kind,
    e.booked_on,
    e.amount_cents,
    e.end_to_end_id,
    e.block_id,
    e.servicer_reference,
    e.reason_code,
    o.id AS named_attempt_id,
    o.state AS named_state,
    s.id AS resolution_id,
    s.kind AS resolution_kind,
    greatest(:today::date - coalesce(e.booked_on, e.recorded_at::date), 0) AS age_days
FROM bank_entry AS e
LEFT JOIN suspense_standing AS s ON e.id = s.bank_entry_id
LEFT JOIN payment_attempt AS o ON e.end_to_end_id = o.end_to_end_id
WHERE
    e.effect = 'unmatched'
    AND e.booking = 'booked'
    AND (s.id IS NULL OR s.is_waiting)
    AND (:kind::text IS NULL OR e.kind = :kind)
    AND (
        :older_than_days::integer IS NULL
        OR :today::date - coalesce(e.booked_on, e.recorded_at::date) >= :older_than_days
    )
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;

-- name: list_candidates
-- Orders that an entry could be: open ones of its amount for a debit, paid ones for a credit. It is
-- a proposal only: a person decides.
SELECT
    o.id,
    o.end_to_end_id,
    o.payee_name,
    o.amount_cents,
    o.state,
    o.month,
    a.reference AS agreement_reference
FROM bank_entry AS e
INNER JOIN payment_attempt AS o ON e.amount_cents = o.amount_cents
INNER JOIN agreement AS a ON o.agreement_id = a.id
WHERE
    e.id = :entry_id
    AND CASE e.kind
        WHEN 'debit' THEN o.state IN ('sent', 'accepted')
        ELSE o.state = 'settled'
    END
ORDER BY o.id DESC
LIMIT :at_most;

-- name: get_entry
-- All that is kept of what the bank said of an entry, with the order of ours that it names.
SELECT
    e.id,
    e.entry_key,
    e.kind,
    e.amount_cents,
    e.booked_on,
    e.end_to_end_id,
    e.block_id,
    e.servicer_reference,
    e.reason_code,
    e.bank_file_id AS file_id,
    e.recorded_at,
    o.id AS named_attempt_id,
    o.state AS named_state,
    o.amount_cents AS named_cents,
    p.alone_up_to_cents
FROM bank_entry AS e
CROSS JOIN bank_profile AS p
LEFT JOIN payment_attempt AS o ON e.end_to_end_id = o.end_to_end_id
WHERE
    e.id = :entry_id
    AND e.effect = 'unmatched'
    AND e.booking = 'booked'
    AND p.confirmed_at IS NOT NULL
    AND p.retired_at IS NULL;

-- name: list_names
-- The end-to-end ids of some orders.
SELECT
    id,
    end_to_end_id
FROM payment_attempt
WHERE id = any(:attempt_ids::uuid[]);

-- name: list_attempts_named
SELECT
    id,
    end_to_end_id
FROM payment_attempt
WHERE end_to_end_id = any(:names::text[]);

-- name: insert_resolution
INSERT INTO suspense_resolution (
    id, bank_entry_id, kind, category, reason, undoes, needs_second, proposed_at, proposed_by
) VALUES (
    :resolution_id, :entry_id, :kind, :category, :reason, :undoes, :needs_second, :at, :proposed_by
);

-- name: insert_parts
INSERT INTO suspense_part (id, suspense_resolution_id, attempt_id, amount_cents)
SELECT
    id,
    :resolution_id AS suspense_resolution_id,
    attempt_id,
    amount_cents
FROM unnest(:ids::uuid[], :attempt_ids::uuid[], :amounts_cents::bigint[]) AS part (
    id, attempt_id, amount_cents
);

-- name: insert_confirmation
INSERT INTO suspense_confirmation (
    id, suspense_resolution_id, is_granted, decided_at, decided_by
) VALUES (:confirmation_id, :resolution_id, :is_granted, :at, :decided_by);

-- name: get_resolution
SELECT
    id,
    bank_entry_id AS entry_id,
    kind,
    needs_second,
    proposed_by
FROM suspense_resolution
WHERE id = :resolution_id;

-- name: list_parts
SELECT
    attempt_id,
    amount_cents
FROM suspense_part
WHERE suspense_resolution_id = :resolution_id
ORDER BY attempt_id;

-- name: list_resolutions
-- All that was ever said of entries, the newest first.
SELECT
    r.id,
    r.bank_entry_id AS entry_id,
    e.bank_file_id AS file_id,
    e.kind AS entry_kind,
    e.amount_cents,
    e.booked_on,
    r.kind,
    r.category,
    r.reason,
    r.needs_second,
    r.proposed_at,
    proposer.name AS proposed_by_name,
    c.is_granted,
    decider.name AS decided_by_name,
    u.id IS NOT NULL AS is_undone
FROM suspense_resolution AS r
INNER JOIN bank_entry AS e ON r.bank_entry_id = e.id
INNER JOIN account AS proposer ON r.proposed_by = proposer.id
LEFT JOIN suspense_confirmation AS c ON r.id = c.suspense_resolution_id
LEFT JOIN account AS decider ON c.decided_by = decider.id
LEFT JOIN suspense_resolution AS u ON r.id = u.undoes
ORDER BY r.proposed_at DESC, r.id DESC
LIMIT :at_most;

-- name: list_recoveries_to_settle
-- Recoveries that are open, those of the amount of an entry first. It is a proposal only.
SELECT
    r.id,
    r.reference,
    coalesce(e.legal_name, c.given_name || ' ' || c.family_name, '') AS payee_name,
    sums.open_cents
FROM recovery AS r
INNER JOIN bank_entry AS b ON b.kind = 'credit'
LEFT JOIN employer AS e ON r.employer_id = e.id
LEFT JOIN candidate AS c ON r.candidate_id = c.id
INNER JOIN LATERAL (
    SELECT sum(m.owed_cents - m.settled_cents - m.written_off_cents)::bigint AS open_cents
    FROM recovery_month AS m
    WHERE m.recovery_id = r.id
) AS sums ON sums.open_cents > 0
WHERE b.id = :entry_id
ORDER BY sums.open_cents = b.amount_cents DESC, r.raised_at DESC, r.id DESC
LIMIT :at_most;

-- name: list_recoveries_by_reference
SELECT
    id,
    reference
FROM recovery
WHERE reference = any(:names::text[])
ORDER BY id;

-- name: insert_recovery_parts
INSERT INTO suspense_recovery (id, suspense_resolution_id, recovery_id, amount_cents)
SELECT
    id,
    :resolution_id AS suspense_resolution_id,
    recovery_id,
    amount_cents
FROM unnest(:ids::uuid[], :recovery_ids::uuid[], :amounts_cents::bigint[]) AS part (
    id, recovery_id, amount_cents
);

-- name: list_recovery_parts
SELECT
    recovery_id,
    amount_cents
FROM suspense_recovery
WHERE suspense_resolution_id = :resolution_id
ORDER BY recovery_id;
