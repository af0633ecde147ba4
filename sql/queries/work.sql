-- name: insert_work
INSERT INTO work (
    id, kind, month, payout_id, content_sha256, language, asked_at, asked_by
) VALUES (
    :work_id, :kind, :month, :payout_id, :content_sha256, :language, :at, :asked_by
)
ON CONFLICT DO NOTHING;

-- name: find_open
-- The same piece of work, while it waits or runs.
SELECT w.id
FROM work AS w
WHERE
    w.kind = :kind
    AND w.month IS NOT DISTINCT FROM :month::date
    AND w.payout_id IS NOT DISTINCT FROM :payout_id::uuid
    AND w.content_sha256 IS NOT DISTINCT FROM :content_sha256::bytea
    AND w.state IN ('waiting', 'running');

-- name: insert_file
INSERT INTO work_file (work_id, number, sealed)
SELECT
    :work_id,
    part.number,
    part.sealed
FROM unnest(:numbers::integer[], :parts::bytea[]) AS part (number, sealed);

-- name: list_file
SELECT
    number,
    sealed
FROM work_file
WHERE work_id = :work_id
ORDER BY number;

-- name: drop_files
-- The files of work that is over.
DELETE FROM work_file AS f
USING work AS w
WHERE f.work_id = w.id AND w.finished_at IS NOT NULL;

-- name: get_work
SELECT
    w.id,
    w.kind,
    w.month,
    w.payout_id,
    p.reference AS payout_reference,
    w.language,
    w.asked_at,
    w.asked_by,
    a.name AS asked_by_name,
    w.state,
    w.step,
    w.done_count,
    w.total_count,
    w.attempts,
    w.result_id,
    w.is_repeat,
    w.refusal,
    w.finished_at
FROM work AS w
INNER JOIN account AS a ON w.asked_by = a.id
LEFT JOIN payout AS p ON w.payout_id = p.id
WHERE w.id = :work_id;

-- name: list_work
SELECT
    w.id,
    w.kind,
    w.month,
    w.payout_id,
    p.reference AS payout_reference,
    w.language,
    w.asked_at,
    w.asked_by,
    a.name AS asked_by_name,
    w.state,
    w.step,
    w.done_count,
    w.total_count,
    w.attempts,
    w.result_id,
    w.is_repeat,
    w.refusal,
    w.finished_at
FROM work AS w
INNER JOIN account AS a ON w.asked_by = a.id
LEFT JOIN payout AS p ON w.payout_id = p.id
WHERE :also_finished OR w.state IN ('waiting', 'running')
ORDER BY w.asked_at DESC, w.id DESC
LIMIT :at_most;

-- name: lock_next
-- The oldest that waits, or whose worker has not been heard of since its lease ended.
SELECT
    id,
    attempts
FROM work
WHERE
    state = 'waiting'
    OR (state = 'running' AND leased_until < clock_timestamp())
ORDER BY asked_at, id
LIMIT 1
FOR UPDATE SKIP LOCKED;

-- name: mark_leased
UPDATE work
SET
    state = 'running',
    attempts = attempts + 1,
    leased_until = clock_timestamp() + :lease
WHERE id = :work_id;

-- name: mark_progress
-- By the worker whose attempt it is; 0 when it is another's by now, or over.
UPDATE work
SET
    step = :step,
    done_count = :done_count,
    total_count = :total_count,
    leased_until = clock_timestamp() + :lease
WHERE id = :work_id AND state = 'running' AND attempts = :attempts;

-- name: record_done
-- In the transaction of what was done, so that both are there or neither.
UPDATE work
SET
    state = 'done',
    leased_until = NULL,
    result_id = :result_id,
    is_repeat = :is_repeat,
    finished_at = :at
WHERE id = :work_id AND state = 'running' AND attempts = :attempts;

-- name: record_refused
UPDATE work
SET
    state = 'refused',
    leased_until = NULL,
    refusal = :refusal,
    finished_at = :at
WHERE id = :work_id AND state = 'running' AND attempts = :attempts;

-- name: record_failed
UPDATE work
SET
    state = 'failed',
    leased_until = NULL,
    refusal = :refusal,
    finished_at = :at
WHERE id = :work_id AND state = 'running' AND attempts = :attempts;

-- name: mark_put_back
-- To be tried again once the lease has run out.
UPDATE work
SET leased_until = clock_timestamp() + :wait
WHERE id = :work_id AND state = 'running' AND attempts = :attempts;
