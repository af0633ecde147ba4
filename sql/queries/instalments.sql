-- name: insert_run
INSERT INTO month_run (id, month, state, requested_at, requested_by)
VALUES (:run_id, :month, 'running', :at, :requested_by);

-- name: plan_for_many
-- For the rest of the transaction: right after a month was computed or loaded the planner knows
-- nothing of its rows yet, and would go through all of them for each agreement.
SELECT set_config('enable_nestloop', 'off', TRUE);

-- name: insert_chunks
-- What can have changed and nothing else: agreements active in the month it was never computed for
-- (once a run of it has ended, a change tells of others), those with a payment to come in it, and
-- those with a fact that changed since, from its month on; each asked for by `everything`.
WITH wanted AS (
    SELECT
        a.id,
        :month::date AS from_month
    FROM agreement AS a
    WHERE
        a.state IN ('active', 'suspended', 'completed', 'ended_early')
        AND a.period && daterange(:month, (:month::date + interval '1 month')::date)
        AND NOT EXISTS (
            SELECT 1 FROM instalment AS i
            WHERE i.agreement_id = a.id AND i.month = :month AND i.superseded_at IS NULL
        )
        AND NOT EXISTS (
            SELECT 1 FROM month_run AS r WHERE r.month = :month AND r.state = 'finished'
        )
    UNION ALL
    SELECT
        a.id,
        n.month
    FROM instalment_ahead AS n
    INNER JOIN agreement AS a ON n.agreement_id = a.id
    WHERE n.month <= :month AND a.state IN ('active', 'suspended', 'completed', 'ended_early')
    UNION ALL
    SELECT
        a.id,
        c.since
    FROM fact_change AS c
    INNER JOIN agreement AS a ON c.agreement_id = a.id
    WHERE c.since <= :month AND a.state IN ('active', 'suspended', 'completed', 'ended_early')
    UNION ALL
    SELECT
        a.id,
        date_trunc('month', a.starts_on)::date
    FROM agreement AS a
    WHERE
        :everything
        AND a.state IN ('active', 'suspended', 'completed', 'ended_early')
        AND a.starts_on < (:month::date + interval '1 month')::date
),

cut AS (
    SELECT
        id,
        min(from_month) AS from_month,
        ((row_number() OVER (ORDER BY min(from_month), id) - 1) / :chunk_size::bigint) AS number
    FROM wanted
    GROUP BY id
)

INSERT INTO month_chunk (run_id, number, agreement_ids, from_months, agreement_count)
SELECT
    :run_id,
    number,
    array_agg(id ORDER BY id),
    array_agg(from_month ORDER BY id),
    count(*)
FROM cut
GROUP BY number;

-- name: record_run_sized
-- How much there is to compute, and what stands unchanged; with nothing to compute it is over.
UPDATE month_run AS r
SET
    agreement_count = to_compute.agreements,
    standing_due_count = standing.due,
    standing_blocked_count = standing.blocked,
    standing_not_due_count = standing.not_due,
    standing_due_cents = standing.due_cents,
    state = CASE WHEN to_compute.agreements = 0 THEN 'finished' ELSE r.state END,
    finished_at = CASE WHEN to_compute.agreements = 0 THEN :at::timestamptz END
FROM
    (
        SELECT coalesce(sum(c.agreement_count), 0) AS agreements
        FROM month_chunk AS c
        WHERE c.run_id = :run_id
    ) AS to_compute
CROSS JOIN (
    SELECT
        count(*) FILTER (WHERE i.outcome = 'due') AS due,
        count(*) FILTER (WHERE i.outcome = 'blocked') AS blocked,
        count(*) FILTER (WHERE i.outcome = 'not_due') AS not_due,
        coalesce(sum(i.amount_cents), 0) AS due_cents
    FROM instalment AS i
    WHERE
        i.month = :month
        AND i.superseded_at IS NULL
        AND NOT EXISTS (
            SELECT 1 FROM month_chunk AS c
            CROSS JOIN unnest(c.agreement_ids) AS listed (id)
            WHERE c.run_id = :run_id AND listed.id = i.agreement_id
        )
) AS standing
WHERE r.id = :run_id;

-- name: lock_chunk
-- A chunk that nobody holds, or whose holder is silent: SKIP LOCKED keeps workers from waiting.
SELECT
    c.run_id,
    c.number,
    r.month,
    c.agreement_ids,
    c.from_months,
    c.agreement_count,
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

-- name: lock_agreements
-- One writer for each agreement: two months computed at once cannot both take the last of its
-- entitlement, and no fact of it changes meanwhile. Rows that refer to it may still be written.
SELECT a.id
FROM agreement AS a
WHERE
    a.id = any(:agreement_ids::uuid[])
    AND a.state IN ('active', 'suspended', 'completed', 'ended_early')
ORDER BY a.id
FOR NO KEY UPDATE OF a;

-- name: get_version_of
SELECT scheme_version_id
FROM agreement
WHERE id = :agreement_id;

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
    r.standing_due_count + r.standing_blocked_count + r.standing_not_due_count AS standing_count,
    coalesce(
        sum(c.agreement_count) FILTER (WHERE c.done_at IS NOT NULL), 0
    )::bigint AS done_count,
    r.standing_due_count + coalesce(sum(c.due_count), 0)::bigint AS due_count,
    r.standing_blocked_count + coalesce(sum(c.blocked_count), 0)::bigint AS blocked_count,
    r.standing_not_due_count + coalesce(sum(c.not_due_count), 0)::bigint AS not_due_count,
    coalesce(sum(c.written_count), 0)::bigint AS written_count,
    r.standing_due_cents + coalesce(sum(c.due_cents), 0)::bigint AS due_cents,
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

-- name: list_due_before
-- What agreements come to in the months before those that are computed, as it stood at a moment.
SELECT
    span.agreement_id,
    i.kind,
    sum(i.amount_cents)::bigint AS due_cents
FROM unnest(:agreement_ids::uuid[], :from_months::date[]) AS span (agreement_id, from_month)
INNER JOIN instalment AS i
    ON
        span.agreement_id = i.agreement_id
        AND span.from_month > i.month
        AND i.computed_at <= :known_at
        AND (i.superseded_at IS NULL OR i.superseded_at > :known_at)
GROUP BY span.agreement_id, i.kind;

-- name: kinds_known
-- The kinds of payment of an agreement that had an instalment for a month at a moment.
SELECT coalesce(array_agg(DISTINCT i.kind ORDER BY i.kind), '{}')
FROM instalment AS i
WHERE
    i.agreement_id = :agreement_id
    AND i.month = :month
    AND i.computed_at <= :known_at
    AND (i.superseded_at IS NULL OR i.superseded_at > :known_at);

-- name: kinds_without_budget
-- Those of them that were due and blocked, because their budget line had too little left.
SELECT coalesce(array_agg(DISTINCT i.kind ORDER BY i.kind), '{}')
FROM instalment AS i
WHERE
    i.agreement_id = :agreement_id
    AND i.month = :month
    AND i.reason = 'budget_exhausted'
    AND i.computed_at <= :known_at
    AND (i.superseded_at IS NULL OR i.superseded_at > :known_at);

-- name: list_current
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
FROM unnest(:agreement_ids::uuid[], :from_months::date[]) AS span (agreement_id, from_month)
INNER JOIN instalment AS i
    ON
        span.agreement_id = i.agreement_id
        AND span.from_month <= i.month
        AND i.superseded_at IS NULL;

-- name: lock_instalments
-- Before superseding: an approval that is under way holds these rows, and is waited for.
SELECT id
FROM instalment
WHERE id = any(:instalment_ids)
ORDER BY id
FOR UPDATE;

-- name: record_superseded
UPDATE instalment AS i SET superseded_at = ended.superseded_at
FROM unnest(:instalment_ids::uuid[], :moments::timestamptz[]) AS ended (id, superseded_at)
WHERE i.id = ended.id AND i.superseded_at IS NULL;

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
    fresh.computed_at
FROM unnest(
    :ids::uuid[],
    :agreement_ids::uuid[],
    :months::date[],
    :kinds::text[],
    :versions::integer[],
    :outcomes::text[],
    :amounts_cents::bigint[],
    :reasons::text[],
    :traces::text[],
    :moments::timestamptz[]
) AS fresh (
    id, agreement_id, month, kind, version, outcome, amount_cents, reason, trace, computed_at
);

-- name: drop_ahead
DELETE FROM instalment_ahead AS n
WHERE
    n.agreement_id = any(:computed_ids::uuid[])
    AND NOT EXISTS (
        SELECT 1
        FROM
            unnest(
                :agreement_ids::uuid[], :months::date[], :kinds::text[], :can_pay::boolean[]
            ) AS expected (agreement_id, month, kind, can_pay)
        WHERE
            expected.agreement_id = n.agreement_id
            AND expected.month = n.month
            AND expected.kind = n.kind
            AND expected.can_pay = n.can_pay
    );

-- name: insert_ahead
INSERT INTO instalment_ahead (agreement_id, month, kind, can_pay)
SELECT
    expected.agreement_id,
    expected.month,
    expected.kind,
    expected.can_pay
FROM
    unnest(
        :agreement_ids::uuid[], :months::date[], :kinds::text[], :can_pay::boolean[]
    ) AS expected (agreement_id, month, kind, can_pay)
ON CONFLICT ON CONSTRAINT instalment_ahead_once_per_month DO NOTHING;

-- name: list_instalments_of_month
-- by reference: a.reference::text, i.kind::text
-- by amount: i.amount_cents::bigint, i.id::uuid
SELECT
    i.id,
    i.agreement_id,
    a.reference AS agreement_reference,
    i.kind,
    v.payments -> i.kind -> 'label' AS kind_label,
    i.version,
    i.outcome,
    i.amount_cents,
    i.reason
FROM instalment AS i
LEFT JOIN agreement AS a ON i.agreement_id = a.id
LEFT JOIN scheme_version AS v ON a.scheme_version_id = v.id
WHERE
    i.month = :month
    AND i.superseded_at IS NULL
    AND (:outcome::text IS NULL OR i.outcome = :outcome)
    AND (:reason::text IS NULL OR i.reason = :reason)
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;

-- name: list_instalments_of_agreement
SELECT
    i.id,
    i.agreement_id,
    a.reference AS agreement_reference,
    i.month,
    i.kind,
    v.payments -> i.kind -> 'label' AS kind_label,
    i.version,
    i.outcome,
    i.amount_cents,
    i.reason,
    i.trace,
    i.computed_at,
    i.superseded_at
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
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
    v.payments -> i.kind -> 'label' AS kind_label,
    i.version,
    i.outcome,
    i.amount_cents,
    i.reason,
    i.trace,
    i.computed_at,
    i.superseded_at
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
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
-- Active agreements of a month, or with a payment to come that falls into it, that have no
-- instalment and no reason why not: it waits to be computed, or they started after it was.
SELECT count(*)
FROM (
    SELECT a.id
    FROM agreement AS a
    WHERE
        a.state IN ('active', 'suspended', 'completed', 'ended_early')
        AND a.period && daterange(:month, (:month::date + interval '1 month')::date)
        AND NOT EXISTS (
            SELECT 1 FROM instalment AS i
            WHERE i.agreement_id = a.id AND i.month = :month AND i.superseded_at IS NULL
        )
    UNION
    SELECT n.agreement_id AS id
    FROM instalment_ahead AS n
    WHERE n.month = :month
) AS uncomputed;
