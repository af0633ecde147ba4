-- Failed payments: what a bank's reason asks for, and how they are paid again or closed.

-- name: list_reasons
SELECT
    code_list,
    code,
    action
FROM reason_code
WHERE code = any(:codes::text[]);

-- name: insert_holds
INSERT INTO account_hold (id, bank_account_id, attempt_id, reason_code, action, held_at)
SELECT
    id,
    bank_account_id,
    attempt_id,
    reason_code,
    action,
    :at AS held_at
FROM
    unnest(
        :ids::uuid[], :bank_account_ids::uuid[], :attempt_ids::uuid[], :reason_codes::text[],
        :actions::text[]
    ) AS consequence (id, bank_account_id, attempt_id, reason_code, action)
ON CONFLICT ON CONSTRAINT account_hold_once_per_attempt DO NOTHING;

-- name: insert_alarms
INSERT INTO bank_alarm (id, attempt_id, agreement_id, action, reason_code, raised_at)
SELECT
    id,
    attempt_id,
    agreement_id,
    action,
    reason_code,
    :at AS raised_at
FROM
    unnest(
        :ids::uuid[], :attempt_ids::uuid[], :agreement_ids::uuid[], :actions::text[],
        :reason_codes::text[]
    ) AS consequence (id, attempt_id, agreement_id, action, reason_code)
ON CONFLICT ON CONSTRAINT bank_alarm_once_per_attempt DO NOTHING;

-- name: mark_recalls_honoured
UPDATE payment_recall
SET
    closed_at = :at,
    closed_by = :closed_by,
    outcome = 'honoured',
    outcome_reason = :reason
WHERE
    attempt_id = any(:attempt_ids::uuid[])
    AND confirmed_at IS NOT NULL
    AND closed_at IS NULL;

-- name: list_holds
-- Accounts that no line is paid to now, the oldest first.
SELECT
    h.id,
    h.attempt_id,
    o.end_to_end_id,
    o.payee_name,
    b.iban_last4,
    h.reason_code,
    h.action,
    h.held_at
FROM account_hold AS h
INNER JOIN payment_attempt AS o ON h.attempt_id = o.id
INNER JOIN bank_account AS b ON h.bank_account_id = b.id
WHERE h.released_at IS NULL
ORDER BY h.held_at, h.id
LIMIT :at_most;

-- name: mark_hold_released
UPDATE account_hold
SET
    released_at = :at,
    released_by = :released_by,
    release_reason = :reason
WHERE id = :hold_id AND released_at IS NULL;

-- name: list_alarms
-- What waits for a person; an office sees what concerns its own agreements.
SELECT
    m.id,
    m.attempt_id,
    m.agreement_id,
    a.reference AS agreement_reference,
    m.action,
    m.reason_code,
    m.raised_at
FROM bank_alarm AS m
INNER JOIN agreement AS a ON m.agreement_id = a.id
WHERE m.closed_at IS NULL
ORDER BY m.raised_at, m.id
LIMIT :at_most;

-- name: stop_alarms
SELECT count(*) FROM bank_alarm
WHERE action = 'stop_batch' AND closed_at IS NULL;

-- name: mark_alarm_closed
UPDATE bank_alarm
SET
    closed_at = :at,
    closed_by = :closed_by,
    closing_reason = :reason
WHERE id = :alarm_id AND closed_at IS NULL;

-- name: list_failed
-- Payments that failed and are neither paid again nor closed, the oldest first.
SELECT
    o.id,
    o.end_to_end_id,
    o.number,
    o.state,
    o.reason_code,
    jsonb_build_object(
        'en', r.name, 'sq', coalesce(r.name_sq, r.name), 'sr', coalesce(r.name_sr, r.name)
    ) AS reason_name,
    r.action,
    o.state_changed_at,
    o.payee_name,
    a.reference AS agreement_reference,
    o.month,
    o.amount_cents,
    asked.id AS request_id,
    l.payout_id
FROM payment_attempt AS o
INNER JOIN payout_line AS l ON o.payout_line_id = l.id
INNER JOIN agreement AS a ON o.agreement_id = a.id
LEFT JOIN reason_code AS r
    ON
        o.reason_code = r.code
        AND CASE o.state WHEN 'returned' THEN 'return' ELSE 'status' END = r.code_list
LEFT JOIN reissue_request AS asked ON o.id = asked.attempt_id AND asked.withdrawn_at IS NULL
WHERE
    o.state IN ('rejected', 'cancelled', 'returned')
    AND NOT EXISTS (
        SELECT 1 FROM payout_line AS again
        WHERE again.reissues = o.id AND again.released_at IS NULL
    )
    AND NOT EXISTS (SELECT 1 FROM payment_closure AS c WHERE c.payout_line_id = l.id)
ORDER BY o.state_changed_at, o.id
LIMIT :at_most;

-- name: list_failed_attempts_to_pay_again
-- What of agreements' months until one failed and is neither paid again nor closed, each with the
-- instalment that stands now and the account now in force. `is_requested`: somebody asked, and
-- nothing freezes it.
SELECT
    o.id AS attempt_id,
    i.agreement_id,
    i.month,
    standing.id AS instalment_id,
    payee_of(v.payments, i.kind) AS payee,
    paying.id AS bank_account_id,
    paying.holder_name AS payee_name,
    o.amount_cents,
    EXISTS (
        SELECT 1 FROM reissue_request AS r
        WHERE r.attempt_id = o.id AND r.withdrawn_at IS NULL
    ) AND NOT EXISTS (
        SELECT 1 FROM bank_alarm AS m
        WHERE m.attempt_id = o.id AND m.action = 'freeze' AND m.closed_at IS NULL
    ) AS is_requested
FROM payment_attempt AS o
INNER JOIN payout_line AS l ON o.payout_line_id = l.id
INNER JOIN instalment AS i ON l.instalment_id = i.id
INNER JOIN instalment AS standing
    ON
        i.agreement_id = standing.agreement_id
        AND i.month = standing.month
        AND i.kind = standing.kind
        AND standing.superseded_at IS NULL
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
LEFT JOIN LATERAL (
    SELECT
        b.id,
        b.holder_name
    FROM bank_account AS b
    WHERE
        coalesce(b.employer_id, b.candidate_id)
        = payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
        AND b.in_force @> :at::timestamptz
    ORDER BY b.id
    LIMIT 1
) AS paying ON TRUE
WHERE
    i.agreement_id = any(:agreement_ids::uuid[])
    AND i.month <= :month
    AND o.state IN ('rejected', 'cancelled', 'returned')
    AND NOT EXISTS (
        SELECT 1 FROM payout_line AS again
        WHERE again.reissues = o.id AND again.released_at IS NULL
    )
    AND NOT EXISTS (SELECT 1 FROM payment_closure AS c WHERE c.payout_line_id = l.id)
ORDER BY i.agreement_id, i.month, o.id;

-- name: get_payment
-- One order with all that a person asks of it: whom, what for, how it went and what may follow.
SELECT
    o.id,
    o.end_to_end_id,
    o.number,
    o.state,
    o.reason_code,
    jsonb_build_object(
        'en', r.name, 'sq', coalesce(r.name_sq, r.name), 'sr', coalesce(r.name_sr, r.name)
    ) AS reason_name,
    o.state_changed_at,
    o.payee_name,
    b.iban_last4,
    o.amount_cents,
    o.agreement_id,
    a.reference AS agreement_reference,
    o.month,
    v.payments -> o.kind -> 'label' AS kind_label,
    l.payout_id,
    p.reference AS payout_reference,
    o.bank_file_id,
    f.recorded_at AS sent_at,
    o.reissues,
    (
        SELECT again.payout_id FROM payout_line AS again
        WHERE again.reissues = o.id AND again.released_at IS NULL
    ) AS paid_again_by,
    o.payout_line_id IN (SELECT c.payout_line_id FROM payment_closure AS c) AS is_closed,
    asked.id AS request_id,
    o.id IN (
        SELECT c.attempt_id FROM payment_recall AS c
        WHERE c.closed_at IS NULL
    ) AS is_recalled
FROM payment_attempt AS o
INNER JOIN payout_line AS l ON o.payout_line_id = l.id
INNER JOIN payout AS p ON l.payout_id = p.id
INNER JOIN bank_file AS f ON o.bank_file_id = f.id
INNER JOIN bank_account AS b ON o.bank_account_id = b.id
INNER JOIN agreement AS a ON o.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
LEFT JOIN reason_code AS r
    ON
        o.reason_code = r.code
        AND CASE o.state WHEN 'returned' THEN 'return' ELSE 'status' END = r.code_list
LEFT JOIN reissue_request AS asked ON o.id = asked.attempt_id AND asked.withdrawn_at IS NULL
WHERE o.id = :attempt_id;

-- name: lock_attempt
-- Held while something is decided about it, with what its month is paid too much on paper.
SELECT
    o.id,
    o.state,
    o.amount_cents,
    o.payout_line_id,
    o.agreement_id,
    o.month,
    o.kind,
    o.budget_line_id,
    (
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
            t.agreement_id = o.agreement_id
            AND t.month = o.month
            AND t.kind = o.kind
            AND t.reason IN (
                'overpaid', 'overpayment_undone', 'made_good', 'made_good_voided',
                'failure_closed', 'restored', 'restored_undone'
            )
    ) AS overpaid_cents
FROM payment_attempt AS o
WHERE o.id = :attempt_id
FOR UPDATE OF o;

-- name: insert_request
INSERT INTO reissue_request (id, attempt_id, reason, requested_at, requested_by)
VALUES (:request_id, :attempt_id, :reason, :at, :requested_by);

-- name: mark_request_withdrawn
UPDATE reissue_request AS r
SET
    withdrawn_at = :at,
    withdrawn_by = :withdrawn_by,
    withdrawal_reason = :reason
WHERE
    r.id = :request_id
    AND r.withdrawn_at IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM payout_line AS l
        WHERE l.reissues = r.attempt_id AND l.released_at IS NULL
    );

-- name: insert_closure
INSERT INTO payment_closure (id, payout_line_id, amount_cents, reason, closed_at, closed_by)
VALUES (:closure_id, :payout_line_id, :amount_cents, :reason, :at, :closed_by);

-- name: insert_recall
INSERT INTO payment_recall (id, attempt_id, reason, asked_at, asked_by)
VALUES (:recall_id, :attempt_id, :reason, :at, :asked_by);

-- name: lock_recall
SELECT
    id,
    attempt_id,
    asked_by,
    confirmed_by,
    closed_at
FROM payment_recall
WHERE id = :recall_id
FOR UPDATE;

-- name: mark_recall_confirmed
UPDATE payment_recall
SET
    confirmed_at = :at,
    confirmed_by = :confirmed_by
WHERE id = :recall_id AND confirmed_at IS NULL AND closed_at IS NULL;

-- name: mark_recall_closed
UPDATE payment_recall
SET
    closed_at = :at,
    closed_by = :closed_by,
    outcome = :outcome,
    outcome_reason = :reason
WHERE id = :recall_id AND closed_at IS NULL;

-- name: list_recalls
SELECT
    r.id,
    r.attempt_id,
    o.end_to_end_id,
    o.payee_name,
    o.amount_cents,
    o.state,
    r.reason,
    r.asked_at,
    asker.name AS asked_by_name,
    r.confirmed_at,
    r.closed_at,
    r.outcome,
    r.outcome_reason
FROM payment_recall AS r
INNER JOIN payment_attempt AS o ON r.attempt_id = o.id
INNER JOIN account AS asker ON r.asked_by = asker.id
ORDER BY r.closed_at DESC NULLS FIRST, r.asked_at DESC, r.id DESC
LIMIT :at_most;
