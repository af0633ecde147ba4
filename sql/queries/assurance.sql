-- name: find_open_seal
-- Ripe when no transaction runs that got its number before this seal did.
SELECT
    id,
    up_to,
    pg_snapshot_xmin(pg_current_snapshot())::text::bigint > horizon AS is_ripe
FROM seal
WHERE root IS NULL;

-- name: insert_seal
-- The time is read before this transaction gets its number: whoever wrote under it got one before.
WITH last AS (
    SELECT
        coalesce(max(number), 0) AS number,
        coalesce(max(up_to), '-infinity') AS up_to
    FROM seal
),

now_read AS MATERIALIZED (
    SELECT clock_timestamp() AS up_to
)

INSERT INTO seal (id, number, up_to, horizon)
SELECT
    :seal_id AS id,
    last.number + 1 AS number,
    now_read.up_to,
    pg_current_xact_id()::text::bigint AS horizon
FROM last
CROSS JOIN now_read
WHERE
    EXISTS (
        SELECT 1 FROM transfer AS t
        WHERE t.recorded_at > last.up_to AND t.recorded_at <= now_read.up_to
    )
    OR EXISTS (
        SELECT 1 FROM audit_entry AS e
        WHERE e.happened_at > last.up_to AND e.happened_at <= now_read.up_to
    )
ON CONFLICT DO NOTHING;

-- name: record_root
UPDATE seal AS s
SET
    row_count = held.row_count,
    root = seal_root(before.root, held.digest),
    sealed_at = clock_timestamp()
FROM seal AS this
LEFT JOIN seal AS before ON this.number = before.number + 1
CROSS JOIN LATERAL sealed_rows(coalesce(before.up_to, '-infinity'), this.up_to) AS held
WHERE s.id = :seal_id AND this.id = s.id AND s.root IS NULL;

-- name: list_seals
SELECT
    id,
    number,
    up_to,
    row_count,
    root,
    sealed_at
FROM seal
WHERE root IS NOT NULL
ORDER BY number DESC
LIMIT :at_most;

-- name: insert_check
INSERT INTO books_check (id, started_at, finished_at, asked_by, broken_count, broken)
VALUES (:check_id, :started_at, :finished_at, :asked_by, :broken_count, :broken);

-- name: list_checks
SELECT
    c.id,
    c.started_at,
    c.finished_at,
    a.name AS asked_by_name,
    c.broken_count,
    c.broken
FROM books_check AS c
LEFT JOIN account AS a ON c.asked_by = a.id
ORDER BY c.started_at DESC, c.id DESC
LIMIT :at_most;

-- name: list_ledger_rows
SELECT
    s.agreement_id,
    a.reference AS agreement_reference,
    e.legal_name AS employer_name,
    s.month,
    s.kind,
    jsonb_object_agg(s.of_account, s.cents) AS balances
FROM subledger AS s
INNER JOIN agreement AS a ON s.agreement_id = a.id
INNER JOIN employer AS e ON s.employer_id = e.id
WHERE
    (:agreement_id::uuid IS NULL OR s.agreement_id = :agreement_id)
    AND (:employer_id::uuid IS NULL OR s.employer_id = :employer_id)
    AND (:candidate_id::uuid IS NULL OR s.candidate_id = :candidate_id)
    AND (:month::date IS NULL OR s.month = :month)
GROUP BY s.agreement_id, a.reference, e.legal_name, s.month, s.kind
ORDER BY s.month DESC NULLS FIRST, a.reference ASC, s.kind ASC
LIMIT :at_most;
