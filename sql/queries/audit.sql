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

-- name: list_sensitive_readings
-- Who opened what is sealed of a person, and what for.
-- by newest: r.id::bigint
SELECT
    r.id,
    r.read_at,
    a.name AS read_by_name,
    o.name_sq AS office_name_sq,
    o.name_sr AS office_name_sr,
    r.candidate_id,
    c.reference AS candidate_reference,
    r.purpose
FROM sensitive_read AS r
INNER JOIN account AS a ON r.read_by = a.id
INNER JOIN office AS o ON r.office_id = o.id
INNER JOIN candidate AS c ON r.candidate_id = c.id
WHERE
    (
        :reader_patterns::text[] IS NULL
        OR replace(translate(lower(a.name), 'ëçčćšž', 'ecccsz'), 'đ', 'dj')
        LIKE all(:reader_patterns::text[])
    )
    AND (:candidate_reference::text IS NULL OR c.reference = :candidate_reference)
    AND (:purpose::text IS NULL OR position(lower(:purpose) IN lower(r.purpose)) > 0)
    AND (
        :from_day::date IS NULL
        OR r.read_at >= :from_day::timestamp AT TIME ZONE 'Europe/Belgrade'
    )
    AND (
        :to_day::date IS NULL
        OR r.read_at < (:to_day::date + 1)::timestamp AT TIME ZONE 'Europe/Belgrade'
    )
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;

-- name: list_elsewhere_looks
-- Who was told of people of other offices, how many and by what.
-- by newest: l.id::bigint
SELECT
    l.id,
    l.looked_at,
    a.name AS looked_by_name,
    o.name_sq AS office_name_sq,
    o.name_sr AS office_name_sr,
    l.sought_by,
    l.found_count
FROM elsewhere_look AS l
INNER JOIN account AS a ON l.looked_by = a.id
INNER JOIN office AS o ON l.office_id = o.id
WHERE
    (
        :reader_patterns::text[] IS NULL
        OR replace(translate(lower(a.name), 'ëçčćšž', 'ecccsz'), 'đ', 'dj')
        LIKE all(:reader_patterns::text[])
    )
    AND (:sought_by::text IS NULL OR l.sought_by = :sought_by)
    AND (
        :from_day::date IS NULL
        OR l.looked_at >= :from_day::timestamp AT TIME ZONE 'Europe/Belgrade'
    )
    AND (
        :to_day::date IS NULL
        OR l.looked_at < (:to_day::date + 1)::timestamp AT TIME ZONE 'Europe/Belgrade'
    )
    AND :beyond
ORDER BY :by::text
LIMIT :at_most;
