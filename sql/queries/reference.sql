-- name: list_rows
-- What holds on a day and what will, a table at a time.
SELECT
    r.id,
    r.row_values,
    r.valid_from,
    r.valid_until
FROM reference_row AS r
WHERE
    r.table_name = :table_name
    AND (r.valid_until IS NULL OR r.valid_until > :on_day)
ORDER BY
    r.row_values ->> 'code', r.row_values ->> 'role', r.row_values ->> 'role_before',
    r.row_values ->> 'payee', r.row_values ->> 'cause', r.valid_from
LIMIT 500;

-- name: get_row
SELECT
    r.id,
    r.row_values,
    r.valid_from,
    r.valid_until
FROM reference_row AS r
WHERE r.table_name = :table_name AND r.id = :row_id;

-- name: insert_change
INSERT INTO reference_change (
    id, table_name, row_values, valid_from, basis, proposed_at, proposed_by
) VALUES (
    :change_id, :table_name, :row_values, :valid_from, :basis, :at, :proposed_by
);

-- name: list_changes
SELECT
    c.id,
    c.table_name,
    c.row_values,
    c.valid_from,
    c.basis,
    c.proposed_at,
    c.proposed_by,
    p.name AS proposed_by_name,
    c.confirmed_at,
    d.name AS confirmed_by_name,
    c.refused_at,
    f.name AS refused_by_name
FROM reference_change AS c
INNER JOIN account AS p ON c.proposed_by = p.id
LEFT JOIN account AS d ON c.confirmed_by = d.id
LEFT JOIN account AS f ON c.refused_by = f.id
WHERE :table_name::text IS NULL OR c.table_name = :table_name
ORDER BY num_nonnulls(c.confirmed_at, c.refused_at) ASC, c.proposed_at DESC
LIMIT 50;

-- name: lock_change
SELECT
    c.id,
    c.table_name,
    c.row_values,
    c.valid_from,
    c.basis,
    c.proposed_at,
    c.proposed_by,
    p.name AS proposed_by_name,
    c.confirmed_at,
    d.name AS confirmed_by_name,
    c.refused_at,
    f.name AS refused_by_name
FROM reference_change AS c
INNER JOIN account AS p ON c.proposed_by = p.id
LEFT JOIN account AS d ON c.confirmed_by = d.id
LEFT JOIN account AS f ON c.refused_by = f.id
WHERE c.id = :change_id
FOR UPDATE OF c;

-- name: record_change_confirmed
UPDATE reference_change SET confirmed_at = :at, confirmed_by = :confirmed_by
WHERE id = :change_id AND confirmed_at IS NULL AND refused_at IS NULL;

-- name: record_change_refused
UPDATE reference_change SET refused_at = :at, refused_by = :refused_by
WHERE id = :change_id AND confirmed_at IS NULL AND refused_at IS NULL;

-- name: put_reference_in_force
SELECT put_reference_in_force(:change_id::uuid);
