-- name: insert_run
-- The run, and its agreements in the order of their ids, cut into ranges of `chunk_size`: those
-- active in the month, and those that were when it was computed last but ended before it since.
WITH cut AS (
    SELECT
        a.id,
        ((row_number() OVER (ORDER BY a.id) - 1) / :chunk_size::bigint)::integer AS number
    FROM agreement AS a
    WHERE
        a.state IN ('active', 'suspended', 'completed', 'ended_early')
        AND (
            a.period && daterange(:month, (:month::date + interval '1 month')::date)
            OR EXISTS (
                SELECT 1 FROM instalment AS i
                WHERE i.agreement_id = a.id AND i.month = :month AND i.superseded_at IS NULL
            )
        )
),

run AS (
    INSERT INTO month_run (id, month, state, requested_at, requested_by, agreement_count)
    SELECT
        :run_id,
        :month,
        'running',
        :at,
        :requested_by,
        count(*)
    FROM cut
    RETURNING id
)

INSERT INTO month_chunk (run_id, number, first_agreement, last_agreement)
SELECT
    run.id,
    cut.number,
    (array_agg(cut.id ORDER BY cut.id))[1] AS first_agreement,
    (array_agg(cut.id ORDER BY cut.id DESC))[1] AS last_agreement
FROM cut
CROSS JOIN run
GROUP BY run.id, cut.number;

-- name: lock_chunk
-- A chunk that nobody holds, or whose holder is silent: SKIP LOCKED keeps workers from waiting.
SELECT
    c.run_id,
    c.number,
    r.month,
    c.first_agreement,
    c.last_agreement,
    gen_random_uuid()::text AS lease_token,
    c.attempts + 1 AS attempts
FROM month_chunk AS c
INNER JOIN month_run AS r ON c.run_id = r.id
WHERE
    c.done_at IS NULL
    AND r.state = 'running'
    AND (c.lease_until IS NULL OR c.lease_until < clock_timestamp())
ORDER BY c.attempts, c.run_id, c.number
LIMIT 1
FOR UPDATE OF c SKIP LOCKED;

-- name: mark_leased
UPDATE month_chunk
SET
    lease_token = :lease_token::text::uuid,
    lease_until = clock_timestamp() + :lease,
    attempts = attempts + 1
WHERE run_id = :run_id AND number = :number;

-- name: mark_failed
-- The next attempt waits twice as long as the last; what went wrong stays to be read.
UPDATE month_chunk
SET
    last_error = :last_error,
    lease_token = NULL,
    lease_until = clock_timestamp() + :wait
WHERE
    run_id = :run_id
    AND number = :number
    AND lease_token = :lease_token::text::uuid
    AND done_at IS NULL;

-- name: limit_waiting
-- For the rest of the transaction: rather fail and be tried again than hold others up.
SELECT
    set_config('lock_timeout', '10s', TRUE) AS lock_timeout,
    set_config('statement_timeout', '60s', TRUE) AS statement_timeout;

-- name: lock_leased_chunk
-- Held while it is computed: SKIP LOCKED passes it over even when the work outlasts the lease.
SELECT c.number
FROM month_chunk AS c
INNER JOIN month_run AS r ON c.run_id = r.id
WHERE
    c.run_id = :run_id
    AND c.number = :number
    AND c.lease_token = :lease_token::text::uuid
    AND c.done_at IS NULL
    AND r.state = 'running'
FOR UPDATE OF c;

-- name: lock_agreements_of_chunk
-- One writer for each agreement: two months computed at once cannot both take the last of its
-- entitlement, nor can it end meanwhile. Rows that refer to it may still be written.
SELECT a.id
FROM agreement AS a
WHERE
    a.id BETWEEN :first_agreement AND :last_agreement
    AND a.state IN ('active', 'suspended', 'completed', 'ended_early')
    AND (
        a.period && daterange(:month, (:month::date + interval '1 month')::date)
        OR EXISTS (
            SELECT 1 FROM instalment AS i
            WHERE i.agreement_id = a.id AND i.month = :month AND i.superseded_at IS NULL
        )
    )
ORDER BY a.id
FOR NO KEY UPDATE OF a;

-- name: record_chunk_done
-- Fenced: a worker whose lease went to another writes nothing, and its transaction is undone.
UPDATE month_chunk AS c
SET
    done_at = :at,
    last_error = NULL,
    due_count = :due_count,
    blocked_count = :blocked_count,
    not_due_count = :not_due_count,
    written_count = :written_count,
    due_cents = :due_cents
FROM month_run AS r
WHERE
    c.run_id = :run_id
    AND c.number = :number
    AND c.lease_token = :lease_token::text::uuid
    AND c.done_at IS NULL
    AND r.id = c.run_id
    AND r.state = 'running';

-- name: record_runs_finished
UPDATE month_run AS r
SET
    state = 'finished',
    finished_at = :at
WHERE
    r.state = 'running'
    AND NOT EXISTS (
        SELECT 1 FROM month_chunk AS c
        WHERE c.run_id = r.id AND c.done_at IS NULL
    );

-- name: record_run_cancelled
UPDATE month_run
SET
    state = 'cancelled',
    finished_at = :at
WHERE month = :month AND state = 'running';

-- name: find_progress
SELECT
    r.id,
    r.month,
    r.state,
    r.agreement_count,
    coalesce(sum(c.due_count + c.blocked_count + c.not_due_count), 0)::bigint AS done_count,
    coalesce(sum(c.due_count), 0)::bigint AS due_count,
    coalesce(sum(c.blocked_count), 0)::bigint AS blocked_count,
    coalesce(sum(c.not_due_count), 0)::bigint AS not_due_count,
    coalesce(sum(c.written_count), 0)::bigint AS written_count,
    coalesce(sum(c.due_cents), 0)::bigint AS due_cents,
    greatest(0, extract(
        EPOCH FROM coalesce(r.finished_at, :at) - r.requested_at
    ))::double precision AS seconds,
    max(c.last_error) AS last_error,
    coalesce(
        max(c.attempts) FILTER (WHERE c.last_error IS NOT NULL), 0
    ) AS attempts_failed
FROM month_run AS r
LEFT JOIN month_chunk AS c ON r.id = c.run_id
WHERE r.month = :month
GROUP BY r.id
ORDER BY r.requested_at DESC, r.id DESC
LIMIT 1;

-- name: list_facts
-- Everything but the evidence that the instalments of agreements follow from, a row for each.
SELECT
    a.id AS agreement_id,
    b.id AS budget_line_id,
    a.starts_on,
    a.period,
    a.employment,
    a.weekly_hours,
    v.kind,
    v.rate_bp,
    v.monthly_max_cents,
    v.months,
    array(
        SELECT lower(s.period) FROM agreement_suspension AS s
        WHERE s.agreement_id = a.id
        ORDER BY lower(s.period)
    ) AS suspended_from,
    array(
        SELECT upper(s.period) FROM agreement_suspension AS s
        WHERE s.agreement_id = a.id
        ORDER BY lower(s.period)
    ) AS suspended_until,
    (
        SELECT coalesce(sum(o.amount_cents), 0)::bigint FROM instalment AS o
        WHERE o.agreement_id = a.id AND o.month <> :month AND o.superseded_at IS NULL
    ) AS due_elsewhere_cents
FROM agreement AS a
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN budget_line AS b ON v.scheme_id = b.scheme_id
WHERE a.id = any(:agreement_ids::uuid[])
ORDER BY a.id;

-- name: list_evidence_of_chunk
SELECT
    t.agreement_id,
    t.month,
    t.days_expected,
    t.days_worked,
    t.days_paid_leave,
    t.gross_wage_cents,
    t.confirmed_at IS NOT NULL AS confirmed
FROM attendance AS t
WHERE
    t.agreement_id BETWEEN :first_agreement AND :last_agreement
    AND t.month BETWEEN (:month::date - interval '1 month')::date AND :month
    AND t.superseded_at IS NULL;

-- name: list_current_of_chunk
SELECT
    i.agreement_id,
    i.month,
    i.kind,
    i.id,
    i.version,
    i.outcome,
    i.amount_cents,
    i.reason,
    i.trace
FROM instalment AS i
WHERE
    i.agreement_id BETWEEN :first_agreement AND :last_agreement
    AND i.month = :month
    AND i.superseded_at IS NULL;

-- name: lock_instalments
-- Before superseding: an approval that is under way holds these rows, and is waited for.
SELECT id
FROM instalment
WHERE id = any(:instalment_ids)
ORDER BY id
FOR UPDATE;

-- name: record_superseded
UPDATE instalment SET superseded_at = :at
WHERE id = any(:instalment_ids) AND superseded_at IS NULL;

-- name: insert_instalments
INSERT INTO instalment (
    id, agreement_id, month, kind, version, outcome, amount_cents, reason, trace, run_id,
    computed_at
)
SELECT
    fresh.id,
    fresh.agreement_id,
    fresh.month,
    fresh.kind,
    fresh.version,
    fresh.outcome,
    fresh.amount_cents,
    fresh.reason,
    fresh.trace::jsonb,
    :run_id,
    :at
FROM unnest(
    :ids::uuid[],
    :agreement_ids::uuid[],
    :months::date[],
    :kinds::text[],
    :versions::integer[],
    :outcomes::text[],
    :amounts_cents::bigint[],
    :reasons::text[],
    :traces::text[]
) AS fresh (id, agreement_id, month, kind, version, outcome, amount_cents, reason, trace);

-- name: list_instalments_of_month
-- `after` is the reference and kind of the last row of the page before: A-7K3M92QFA0/subsidy.
SELECT
    i.id,
    i.agreement_id,
    a.reference AS agreement_reference,
    i.kind,
    i.version,
    i.outcome,
    i.amount_cents,
    i.reason
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
WHERE
    i.month = :month
    AND i.superseded_at IS NULL
    AND (:outcome::text IS NULL OR i.outcome = :outcome)
    AND (
        :after::text IS NULL
        OR (a.reference, i.kind) > (split_part(:after, '/', 1), split_part(:after, '/', 2))
    )
ORDER BY a.reference, i.kind
LIMIT :at_most;

-- name: list_instalments_of_agreement
SELECT
    i.id,
    i.agreement_id,
    a.reference AS agreement_reference,
    i.month,
    i.kind,
    i.version,
    i.outcome,
    i.amount_cents,
    i.reason,
    i.trace,
    i.computed_at,
    i.superseded_at
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
WHERE i.agreement_id = :agreement_id
ORDER BY i.month, i.kind, i.version
LIMIT 200;

-- name: get_instalment
SELECT
    i.id,
    i.agreement_id,
    a.reference AS agreement_reference,
    i.month,
    i.kind,
    i.version,
    i.outcome,
    i.amount_cents,
    i.reason,
    i.trace,
    i.computed_at,
    i.superseded_at
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
WHERE i.id = :instalment_id;

-- name: list_reason_counts
SELECT
    outcome,
    reason,
    count(*) AS count,
    sum(amount_cents)::bigint AS amount_cents
FROM instalment
WHERE month = :month AND superseded_at IS NULL
GROUP BY outcome, reason
ORDER BY outcome, count(*) DESC;

-- name: list_months
SELECT
    month,
    count(*) FILTER (WHERE outcome = 'due') AS due_count,
    count(*) FILTER (WHERE outcome = 'blocked') AS blocked_count,
    count(*) FILTER (WHERE outcome = 'not_due') AS not_due_count,
    sum(amount_cents)::bigint AS due_cents
FROM instalment
WHERE superseded_at IS NULL
GROUP BY month
ORDER BY month DESC
LIMIT 60;

-- name: uncomputed_agreements
-- Active agreements of a month that have no instalment and no reason why not: it waits to be
-- computed, or they started after it was.
SELECT count(*)
FROM agreement AS a
WHERE
    a.state IN ('active', 'suspended', 'completed', 'ended_early')
    AND a.period && daterange(:month, (:month::date + interval '1 month')::date)
    AND NOT EXISTS (
        SELECT 1 FROM instalment AS i
        WHERE i.agreement_id = a.id AND i.month = :month AND i.superseded_at IS NULL
    );
