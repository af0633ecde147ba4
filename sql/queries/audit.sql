-- name: list_entries
-- by newest: e.happened_at::timestamptz, e.id::bigint
-- by id: e.id::bigint
SELECT
    e.id,
    e.happened_at,
    e.actor_role,
    e.actor_account,
    a.name AS actor_name,
    e.table_name,
    e.row_id,
    e.action,
    e.before,
    e.after
FROM audit_entry AS e
LEFT JOIN account AS a ON e.actor_account = a.id
WHERE
    (:table_name::text IS NULL OR e.table_name = :table_name)
    AND (:row_id::uuid IS NULL OR e.row_id = :row_id)
    AND (
        :from_day::date IS NULL
        OR e.happened_at >= :from_day::timestamp AT TIME ZONE 'Europe/Belgrade'
    )
    AND (
        :to_day::date IS NULL
        OR e.happened_at < (:to_day::date + 1)::timestamp AT TIME ZONE 'Europe/Belgrade'
    )
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;

-- name: list_history
-- All that was written of one row, the oldest first: together they say what it was at any moment.
SELECT
    e.id,
    e.happened_at,
    e.actor_role,
    e.actor_account,
    a.name AS actor_name,
    e.table_name,
    e.row_id,
    e.action,
    e.before,
    e.after
FROM audit_entry AS e
LEFT JOIN account AS a ON e.actor_account = a.id
WHERE e.table_name = :table_name AND e.row_id = :row_id
ORDER BY e.id
LIMIT :at_most;

-- name: insert_look
INSERT INTO audit_look (id, table_name, row_id, purpose, looked_at, looked_by)
VALUES (:look_id, :table_name, :row_id, :purpose, :at, :looked_by);

-- name: list_looks
SELECT
    l.purpose,
    l.looked_at,
    a.name AS looked_by_name
FROM audit_look AS l
INNER JOIN account AS a ON l.looked_by = a.id
WHERE l.table_name = :table_name AND l.row_id = :row_id
ORDER BY l.looked_at DESC
LIMIT :at_most;

-- name: list_names
-- The people whose ids an entry holds.
SELECT
    a.id,
    a.name
FROM account AS a
WHERE a.id = any(:account_ids::uuid[]);
