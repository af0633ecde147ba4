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
