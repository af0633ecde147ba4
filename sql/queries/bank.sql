-- name: find_payout_named
SELECT id FROM payout
WHERE reference = :reference;

-- name: lock_payout_to_export
-- Held, so that of two exports at once the second finds the file of the first.
SELECT
    (
        SELECT count(*) FROM payout_line AS l
        WHERE l.payout_id = p.id AND l.amount_cents > 0
    ) AS payment_count,
    p.total_cents,
    p.approved_at
FROM payout AS p
WHERE p.id = :payout_id
FOR UPDATE OF p;

-- name: list_approved_payouts
-- One whose lines are all netted to nothing has no order for the bank.
SELECT
    p.id,
    p.reference,
    p.month,
    (
        SELECT count(*) FROM payout_line AS l
        WHERE l.payout_id = p.id AND l.amount_cents > 0
    ) AS payment_count,
    p.total_cents,
    p.approved_at
FROM payout AS p
WHERE p.state = 'approved' AND p.total_cents > 0
ORDER BY p.approved_at
LIMIT 100;

-- name: list_approved_lines
-- To the account approved, whatever is in force by now; what is netted to nothing is no order. A
-- payee whose lines come to more than the channel for small payments takes is paid by the other.
SELECT
    l.id,
    l.instalment_id,
    i.agreement_id,
    i.month,
    i.kind,
    v.scheme_id,
    budget.id AS budget_line_id,
    l.payee_name,
    town.name_sq AS town,
    l.bank_account_id,
    b.iban_sealed,
    b.iban_index,
    l.amount_cents,
    coalesce(
        sum(l.amount_cents) OVER (PARTITION BY b.iban_index) > :payee_cents_max::bigint, FALSE
    ) AS is_urgent,
    l.reissues,
    coalesce(failed.number, 0) + 1 AS attempt_number
FROM payout_line AS l
INNER JOIN instalment AS i ON l.instalment_id = i.id
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN budget_line AS budget ON v.scheme_id = budget.scheme_id
INNER JOIN bank_account AS b ON l.bank_account_id = b.id
LEFT JOIN employer AS e ON b.employer_id = e.id
LEFT JOIN candidate AS c ON b.candidate_id = c.id
INNER JOIN municipality AS town ON coalesce(e.municipality_code, c.municipality_code) = town.code
LEFT JOIN payment_attempt AS failed ON l.reissues = failed.id
WHERE l.payout_id = :payout_id AND l.amount_cents > 0
ORDER BY is_urgent, l.id;

-- name: list_files_of_payout
SELECT
    f.id,
    f.direction,
    f.message_type,
    f.message_id,
    f.payout_id,
    f.sha256,
    f.byte_count,
    f.recorded_at,
    f.recorded_by
FROM bank_file AS f
INNER JOIN bank_order AS o ON f.id = o.bank_file_id
WHERE f.payout_id = :payout_id
ORDER BY o.ordinal;

-- name: list_orders_of_payout
SELECT
    o.bank_file_id,
    o.payout_id,
    p.reference AS payout_reference,
    o.ordinal,
    o.is_urgent,
    o.payment_count,
    o.total_cents,
    o.execute_on
FROM bank_order AS o
INNER JOIN payout AS p ON o.payout_id = p.id
WHERE o.payout_id = :payout_id
ORDER BY o.ordinal;

-- name: list_unwritten
SELECT
    u.payout_line_id,
    u.payout_id,
    p.reference AS payout_reference,
    i.month,
    l.payee_name,
    l.amount_cents,
    u.reason,
    u.detail,
    u.recorded_at,
    u.released_at
FROM unwritten_line AS u
INNER JOIN payout AS p ON u.payout_id = p.id
INNER JOIN payout_line AS l ON u.payout_line_id = l.id
INNER JOIN instalment AS i ON l.instalment_id = i.id
WHERE u.payout_id = :payout_id
ORDER BY l.payee_name, u.payout_line_id;

-- name: list_unwritten_waiting
SELECT
    u.payout_line_id,
    u.payout_id,
    p.reference AS payout_reference,
    i.month,
    l.payee_name,
    l.amount_cents,
    u.reason,
    u.detail,
    u.recorded_at,
    u.released_at
FROM unwritten_line AS u
INNER JOIN payout AS p ON u.payout_id = p.id
INNER JOIN payout_line AS l ON u.payout_line_id = l.id
INNER JOIN instalment AS i ON l.instalment_id = i.id
WHERE u.released_at IS NULL
ORDER BY u.recorded_at, l.payee_name, u.payout_line_id
LIMIT 200;

-- name: insert_unwritten
INSERT INTO unwritten_line (
    payout_line_id, payout_id, reason, detail, recorded_at, recorded_by
)
SELECT
    left_out.line_id AS payout_line_id,
    :payout_id AS payout_id,
    left_out.reason,
    left_out.detail,
    :at AS recorded_at,
    :recorded_by AS recorded_by
FROM unnest(
    :line_ids::uuid[], :reasons::text[], :details::text[]
) AS left_out (line_id, reason, detail);

-- name: mark_unwritten_released
UPDATE unwritten_line
SET
    released_at = :at,
    released_by = :released_by
WHERE payout_id = :payout_id AND released_at IS NULL;

-- name: insert_order
INSERT INTO bank_order (
    bank_file_id, payout_id, ordinal, bank_profile_id, is_urgent, payment_count, total_cents,
    execute_on
) VALUES (
    :file_id, :payout_id, :ordinal, :profile_id, :is_urgent, :payment_count, :total_cents,
    :execute_on
);

-- name: insert_chunk
INSERT INTO bank_file_chunk (bank_file_id, number, sealed)
VALUES (:file_id, :number, :sealed);

-- name: list_chunks
SELECT sealed FROM bank_file_chunk
WHERE bank_file_id = :file_id
ORDER BY number;

-- name: insert_download
INSERT INTO bank_download (id, bank_file_id, door, downloaded_at, downloaded_by)
VALUES (:download_id, :file_id, :door, :at, :downloaded_by);

-- name: list_downloads
SELECT
    d.downloaded_at,
    who.name AS downloaded_by_name,
    d.door
FROM bank_download AS d
INNER JOIN account AS who ON d.downloaded_by = who.id
WHERE d.bank_file_id = :file_id
ORDER BY d.downloaded_at DESC, d.id DESC
LIMIT 100;

-- name: find_file_by_content
SELECT
    id,
    direction,
    message_type,
    message_id,
    payout_id,
    sha256,
    byte_count,
    recorded_at,
    recorded_by
FROM bank_file
WHERE direction = :direction AND sha256 = :sha256;

-- name: get_file
SELECT
    id,
    direction,
    message_type,
    message_id,
    payout_id,
    sha256,
    byte_count,
    recorded_at,
    recorded_by
FROM bank_file
WHERE id = :file_id;

-- name: get_sealed_content
SELECT
    sealed,
    packing
FROM bank_file
WHERE id = :file_id;

-- name: list_files
SELECT
    id,
    direction,
    message_type,
    message_id,
    payout_id,
    sha256,
    byte_count,
    recorded_at,
    recorded_by
FROM bank_file
ORDER BY recorded_at DESC, id DESC
LIMIT :at_most;

-- name: list_counts
-- Orders of an outgoing file by where they stand, entries of an incoming one by what they did.
SELECT
    o.bank_file_id AS file_id,
    o.state AS word,
    count(*) AS number,
    sum(o.amount_cents)::bigint AS amount_cents
FROM payment_attempt AS o
WHERE o.bank_file_id = any(:file_ids)
GROUP BY o.bank_file_id, o.state
UNION ALL
SELECT
    e.bank_file_id AS file_id,
    e.effect AS word,
    count(*) AS number,
    coalesce(sum(e.amount_cents), 0)::bigint AS amount_cents
FROM bank_entry AS e
WHERE e.bank_file_id = any(:file_ids)
GROUP BY e.bank_file_id, e.effect
ORDER BY file_id, word;

-- name: insert_file
-- The same content a second time writes nothing, even when two send it at once.
INSERT INTO bank_file (
    id, direction, message_type, message_id, payout_id, sealed, packing, sha256, byte_count,
    recorded_at, recorded_by
) VALUES (
    :file_id, :direction, :message_type, :message_id, :payout_id, :sealed, :packing, :sha256,
    :byte_count, :at, :recorded_by
)
ON CONFLICT ON CONSTRAINT bank_file_once_per_content DO NOTHING;

-- name: insert_attempts
INSERT INTO payment_attempt (
    id, payout_line_id, bank_file_id, number, end_to_end_id, payee_name, iban_sealed, iban_index,
    amount_cents, agreement_id, month, kind, budget_line_id, bank_account_id, state,
    state_changed_at, reissues
)
SELECT
    line.id,
    line.payout_line_id,
    :file_id AS bank_file_id,
    line.number,
    line.end_to_end_id,
    line.payee_name,
    line.iban_sealed,
    line.iban_index,
    line.amount_cents,
    line.agreement_id,
    line.month,
    line.kind,
    line.budget_line_id,
    line.bank_account_id,
    'sent' AS state,
    :at AS state_changed_at,
    line.reissues
FROM unnest(
    :ids::uuid[], :payout_line_ids::uuid[], :numbers::int[], :end_to_end_ids::text[],
    :payee_names::text[], :ibans_sealed::bytea[], :iban_indexes::bytea[], :amounts_cents::bigint[],
    :agreement_ids::uuid[], :months::date[], :kinds::text[], :budget_line_ids::uuid[],
    :bank_account_ids::uuid[], :reissues::uuid[]
) AS line (
    id, payout_line_id, number, end_to_end_id, payee_name, iban_sealed, iban_index, amount_cents,
    agreement_id, month, kind, budget_line_id, bank_account_id, reissues
);

-- name: list_sent_names
-- Of all orders in the files that a status report answers, or whose blocks an entry stands for.
SELECT o.end_to_end_id AS name
FROM payment_attempt AS o
INNER JOIN bank_file AS f ON o.bank_file_id = f.id
WHERE f.direction = 'out' AND f.message_id = any(:message_ids::text[])
ORDER BY o.id;

-- name: lock_attempts
-- In one order for all, so that two files that name the same payments wait for each other. The
-- planner cannot foretell how many rows a lock lets through, so nothing here that may be long is
-- joined to another: the rest is looked up by key, or asked for by IN, which is hashed.
WITH held AS MATERIALIZED (
    SELECT
        o.id,
        o.end_to_end_id,
        o.state,
        o.amount_cents,
        o.payout_line_id,
        o.bank_file_id,
        o.agreement_id,
        o.month,
        o.kind,
        o.budget_line_id,
        o.bank_account_id
    FROM payment_attempt AS o
    WHERE o.end_to_end_id = any(:names::text[])
    ORDER BY o.id
    FOR UPDATE OF o
),

seen AS MATERIALIZED (
    SELECT
        b.attempt_id,
        b.kind
    FROM payment_booking AS b
    WHERE b.attempt_id = any(array(SELECT h.id FROM held AS h))
)

SELECT
    o.id,
    o.end_to_end_id,
    o.state,
    o.amount_cents,
    o.agreement_id,
    o.month,
    o.kind,
    o.budget_line_id,
    o.bank_account_id,
    'P' || substr(f.message_id, 2) AS block_id,
    o.id IN (SELECT s.attempt_id FROM seen AS s WHERE s.kind = 'debit') AS is_debit_seen,
    o.id IN (SELECT s.attempt_id FROM seen AS s WHERE s.kind = 'credit') AS is_credit_seen,
    o.id IN (
        SELECT again.reissues FROM payout_line AS again
        WHERE again.reissues IS NOT NULL AND again.released_at IS NULL
    ) OR o.payout_line_id IN (SELECT c.payout_line_id FROM payment_closure AS c) AS is_spent
FROM held AS o
INNER JOIN bank_file AS f ON o.bank_file_id = f.id;

-- name: record_states
-- Guarded by payment_attempt_moves_forward, which knows every move.
WITH written AS (
    UPDATE payment_attempt AS o
    SET
        state = :state,
        reason_code = alike.reason_code,
        state_changed_at = :at
    FROM unnest(:ids::uuid[], :alike::int[]) AS moved (id, alike)
    INNER JOIN unnest(:reason_codes::text[]) WITH ORDINALITY AS alike (reason_code, number)
        ON coalesce(moved.alike, 1) = alike.number
    WHERE o.id = moved.id
    RETURNING o.id
)

SELECT count(*) AS number FROM written;
