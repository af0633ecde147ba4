-- name: create_bookkeeping
CREATE TABLE IF NOT EXISTS migration (
    number integer PRIMARY KEY,
    name text NOT NULL,
    sha256 bytea NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- name: try_migration_lock
SELECT pg_try_advisory_lock(:lock) AS taken;

-- name: bookkeeping_exists
SELECT to_regclass('migration') IS NOT NULL AS found;

-- name: list_applied
SELECT
    number,
    sha256
FROM migration
ORDER BY number;

-- name: insert_applied
INSERT INTO migration (number, name, sha256)
VALUES (:number, :name, :sha256);

-- name: role_exists
SELECT count(*) > 0 AS found
FROM pg_roles
WHERE rolname = :role;

-- name: insert_key_check
INSERT INTO installation (key_check)
VALUES (:key_check)
ON CONFLICT DO NOTHING;

-- name: get_key_check
SELECT key_check
FROM installation;
