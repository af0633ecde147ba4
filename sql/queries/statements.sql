-- What banks tell: files, statements, entries, and the history of the orders they speak of.

-- name: take_turn
-- One file is posted at a time, so that what one has read the next one knows.
SELECT pg_advisory_xact_lock(:key) IS NULL AS taken;

-- name: take_free_turn
-- Whether it was free, or had been taken by this transaction.
SELECT pg_try_advisory_xact_lock(:key) AS taken;

-- name: list_known_keys
SELECT entry_key FROM bank_entry
WHERE entry_key = any(:entry_keys);

-- name: list_waiting_blocks
-- Entries for whole blocks that did not add up when they were read, and that nobody has resolved.
SELECT
    e.id,
    e.block_id,
    e.amount_cents,
    e.booked_on
FROM bank_entry AS e
WHERE
    e.effect = 'unmatched'
    AND e.booking = 'booked'
    AND e.kind = 'debit'
    AND e.end_to_end_id IS NULL
    AND e.block_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM suspense_standing AS s WHERE s.bank_entry_id = e.id)
ORDER BY e.booked_on, e.id
LIMIT 1000;

-- name: insert_statements
INSERT INTO bank_statement (
    id, bank_file_id, place, account, message_kind, statement_id, sequence, first_day, last_day,
    opening_cents, booked_cents, closing_cents, new_cents, recorded_at
)
SELECT
    told.id,
    :file_id AS bank_file_id,
    told.place,
    told.account,
    told.message_kind,
    told.statement_id,
    told.sequence,
    told.first_day,
    told.last_day,
    told.opening_cents,
    told.booked_cents,
    told.closing_cents,
    told.new_cents,
    :at AS recorded_at
FROM unnest(
    :ids::uuid[], :places::int[], :accounts::text[], :message_kinds::text[],
    :statement_ids::text[], :sequences::bigint[], :first_days::date[], :last_days::date[],
    :opening_cents::bigint[], :booked_cents::bigint[], :closing_cents::bigint[],
    :new_cents::bigint[]
) AS told (
    id, place, account, message_kind, statement_id, sequence, first_day, last_day, opening_cents,
    booked_cents, closing_cents, new_cents
);

-- name: insert_entries
WITH written AS (
    INSERT INTO bank_entry (
        id, bank_file_id, bank_statement_id, entry_key, kind, booking, attempt_id, end_to_end_id,
        block_id, servicer_reference, amount_cents, booked_on, reason_code, effect, from_state,
        recorded_at, recorded_by
    )
    SELECT
        entry.id,
        :file_id AS bank_file_id,
        alike.bank_statement_id,
        entry.entry_key,
        alike.kind,
        alike.booking,
        entry.attempt_id,
        entry.end_to_end_id,
        entry.block_id,
        entry.servicer_reference,
        entry.amount_cents,
        alike.booked_on,
        alike.reason_code,
        alike.effect,
        alike.from_state,
        :at AS recorded_at,
        :recorded_by AS recorded_by
    FROM
        unnest(
            :ids::uuid[], :alike::int[], :entry_keys::bytea[], :attempt_ids::uuid[], :names::text[],
            :block_ids::text[], :servicer_references::text[], :amounts_cents::bigint[]
        )
            AS entry (
                id, alike, entry_key, attempt_id, end_to_end_id, block_id, servicer_reference,
                amount_cents
            )
    INNER JOIN unnest(
        :statement_ids::uuid[], :kinds::text[], :bookings::text[], :days::date[],
        :reason_codes::text[], :effects::text[], :from_states::text[]
    ) WITH ORDINALITY AS alike (
        bank_statement_id, kind, booking, booked_on, reason_code, effect, from_state, number
    ) ON coalesce(entry.alike, 1) = alike.number
    RETURNING id
)

SELECT count(*) AS number FROM written;

-- name: insert_events
WITH written AS (
    INSERT INTO attempt_event (
        id, attempt_id, bank_entry_id, suspense_resolution_id, said, from_state, to_state,
        reason_code, happened_at, recorded_by
    )
    SELECT
        event.id,
        event.attempt_id,
        event.bank_entry_id,
        :resolution_id AS suspense_resolution_id,
        alike.said,
        alike.from_state,
        alike.to_state,
        alike.reason_code,
        :at AS happened_at,
        :recorded_by AS recorded_by
    FROM
        unnest(
            :ids::uuid[], :alike::int[], :attempt_ids::uuid[], :entry_ids::uuid[]
        ) AS event (id, alike, attempt_id, bank_entry_id)
    INNER JOIN
        unnest(
            :said::text[], :from_states::text[], :to_states::text[], :reason_codes::text[]
        ) WITH ORDINALITY AS alike (said, from_state, to_state, reason_code, number)
        ON coalesce(event.alike, 1) = alike.number
    RETURNING id
)

SELECT count(*) AS number FROM written;

-- name: insert_findings
INSERT INTO bank_file_finding (id, bank_file_id, statement_place, code, severity, detail)
SELECT
    id,
    :file_id AS bank_file_id,
    statement_place,
    code,
    severity,
    detail
FROM unnest(
    :ids::uuid[], :places::int[], :codes::text[], :severities::text[], :details::text[]
) AS found (id, statement_place, code, severity, detail);

-- name: list_findings
SELECT
    statement_place,
    code,
    severity,
    detail
FROM bank_file_finding
WHERE bank_file_id = :file_id
ORDER BY severity DESC, statement_place ASC NULLS FIRST, code ASC
LIMIT :at_most;

-- name: list_releases
SELECT
    r.statement_place,
    r.reason,
    r.released_at,
    releaser.name AS released_by_name
FROM bank_file_release AS r
INNER JOIN account AS releaser ON r.released_by = releaser.id
WHERE r.bank_file_id = :file_id
ORDER BY r.released_at;

-- name: insert_release
INSERT INTO bank_file_release (
    id, bank_file_id, statement_place, reason, released_at, released_by
) VALUES (
    :release_id, :file_id, :statement_place, :reason, :at, :released_by
);

-- name: insert_refusal
INSERT INTO import_refusal (id, sha256, byte_count, problem, reason, refused_at, refused_by)
VALUES (:refusal_id, :sha256, :byte_count, :problem, :reason, :at, :refused_by);

-- name: list_refusals
SELECT
    r.sha256,
    r.byte_count,
    r.problem,
    r.reason,
    r.refused_at,
    refuser.name AS refused_by_name
FROM import_refusal AS r
INNER JOIN account AS refuser ON r.refused_by = refuser.id
ORDER BY r.refused_at DESC, r.id DESC
LIMIT :at_most;

-- name: list_quarantined
-- Files of which something waits for an officer: a finding whose place nobody has released.
SELECT DISTINCT ON (f.recorded_at, f.id)
    f.id AS file_id,
    f.message_type,
    f.recorded_at,
    q.statement_place,
    q.code,
    q.detail
FROM bank_file_finding AS q
INNER JOIN bank_file AS f ON q.bank_file_id = f.id
WHERE
    q.severity = 'quarantine'
    AND NOT EXISTS (
        SELECT 1 FROM bank_file_release AS r
        WHERE
            r.bank_file_id = f.id
            AND (r.statement_place IS NULL OR r.statement_place = q.statement_place)
    )
ORDER BY f.recorded_at DESC, f.id ASC, q.statement_place ASC NULLS FIRST
LIMIT :at_most;

-- name: list_posted_places
SELECT place FROM bank_statement
WHERE bank_file_id = :file_id
ORDER BY place;

-- name: list_broken_chain
-- Statements that do not follow from the one before: a gap, a number twice, another balance.
SELECT
    c.bank_file_id AS file_id,
    c.account,
    c.message_kind,
    c.statement_id,
    c.sequence,
    c.first_day,
    c.last_day,
    c.opening_cents,
    c.broken
FROM statement_chain AS c
WHERE c.broken IS NOT NULL
ORDER BY c.first_day DESC NULLS LAST, c.id DESC
LIMIT :at_most;

-- name: find_last_closing
-- What an account of ours was closed with in the last statement of a day.
SELECT closing_cents
FROM bank_statement
WHERE
    account = :account
    AND message_kind = 'camt.053'
    AND closing_cents IS NOT NULL
ORDER BY last_day DESC NULLS LAST, id DESC
LIMIT 1;

-- name: list_history
-- What was said of one order, oldest first, and in which file.
SELECT
    v.said,
    v.from_state,
    v.to_state,
    v.reason_code,
    v.happened_at,
    coalesce(e.booked_on, r.booked_on) AS booked_on,
    coalesce(e.bank_file_id, r.bank_file_id) AS file_id,
    actor.name AS recorded_by_name
FROM attempt_history AS v
LEFT JOIN bank_entry AS e ON v.bank_entry_id = e.id
LEFT JOIN suspense_resolution AS s ON v.suspense_resolution_id = s.id
LEFT JOIN bank_entry AS r ON s.bank_entry_id = r.id
LEFT JOIN account AS actor ON v.recorded_by = actor.id
WHERE v.attempt_id = :attempt_id
ORDER BY v.happened_at, v.id
LIMIT 1000;

-- name: list_statements_before
-- Of each statement of a file the last one known before it, of the same account and message.
WITH told AS (
    SELECT
        place,
        account,
        message_kind,
        statement_id,
        sequence,
        first_day
    FROM unnest(
        :places::int[], :accounts::text[], :kinds::text[], :statement_ids::text[],
        :sequences::bigint[], :first_days::date[]
    ) AS t (place, account, message_kind, statement_id, sequence, first_day)
)

SELECT DISTINCT ON (t.place)
    t.place,
    s.sequence,
    s.first_day,
    s.closing_cents
FROM told AS t
INNER JOIN bank_statement AS s
    ON
        t.account = s.account
        AND t.message_kind = s.message_kind
        AND t.statement_id <> s.statement_id
        AND (coalesce(s.first_day, '-infinity'), coalesce(s.sequence, -1))
        <= (coalesce(t.first_day, '-infinity'), coalesce(t.sequence, -1))
ORDER BY
    t.place ASC, s.first_day DESC NULLS LAST, s.sequence DESC NULLS LAST, s.id DESC;
