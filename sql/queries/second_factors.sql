-- name: has_second_factor
SELECT has_second_factor(:account_id::uuid);

-- name: needs_second_factor
SELECT needs_second_factor(:role::text, :on_day::date);

-- name: list_factors
SELECT
    id,
    kind,
    name,
    begun_at,
    enrolled_at
FROM second_factor
WHERE account_id = :account_id AND enrolled_at IS NOT NULL AND ended_at IS NULL
ORDER BY enrolled_at
LIMIT 50;

-- name: find_app
-- The app in use, or the one that was begun last.
SELECT
    id,
    secret_sealed,
    begun_at,
    enrolled_at
FROM second_factor
WHERE account_id = :account_id AND kind = 'totp' AND ended_at IS NULL
ORDER BY enrolled_at ASC NULLS LAST, begun_at DESC
LIMIT 1;

-- name: list_passkeys
SELECT
    id,
    credential_id,
    public_key,
    sign_count,
    site
FROM second_factor
WHERE
    account_id = :account_id
    AND kind = 'passkey'
    AND site = :site
    AND enrolled_at IS NOT NULL
    AND ended_at IS NULL
ORDER BY begun_at
LIMIT 50;

-- name: insert_app
INSERT INTO second_factor (id, account_id, kind, name, secret_sealed, begun_at)
VALUES (:factor_id, :account_id, 'totp', :name, :secret_sealed, :at);

-- name: insert_passkey
INSERT INTO second_factor (
    id, account_id, kind, name, credential_id, public_key, sign_count, site, begun_at, enrolled_at
) VALUES (
    :factor_id, :account_id, 'passkey', :name, :credential_id, :public_key, :sign_count, :site,
    :at, :at
);

-- name: record_enrolled
UPDATE second_factor SET enrolled_at = :at
WHERE id = :factor_id AND account_id = :account_id AND enrolled_at IS NULL AND ended_at IS NULL;

-- name: record_factor_ended
UPDATE second_factor SET ended_at = :at, ended_by = :ended_by
WHERE id = :factor_id AND account_id = :account_id AND ended_at IS NULL;

-- name: record_factors_ended
UPDATE second_factor SET ended_at = :at, ended_by = :ended_by
WHERE account_id = :account_id AND ended_at IS NULL;

-- name: mark_sign_count
UPDATE second_factor SET sign_count = :sign_count
WHERE id = :factor_id AND ended_at IS NULL;

-- name: insert_step
INSERT INTO totp_step (second_factor_id, step, used_at)
VALUES (:factor_id, :step, :at)
ON CONFLICT ON CONSTRAINT totp_step_used_once DO NOTHING;

-- name: insert_recovery_codes
INSERT INTO recovery_code (id, account_id, code_hash, made_at)
SELECT
    c.id,
    :account_id AS account_id,
    c.code_hash,
    :at AS made_at
FROM unnest(:ids::uuid[], :hashes::bytea[]) AS c (id, code_hash);

-- name: record_recovery_code_used
UPDATE recovery_code SET used_at = :at
WHERE
    account_id = :account_id
    AND code_hash = :code_hash
    AND used_at IS NULL
    AND ended_at IS NULL;

-- name: record_recovery_codes_ended
UPDATE recovery_code SET ended_at = :at
WHERE account_id = :account_id AND used_at IS NULL AND ended_at IS NULL;

-- name: recovery_codes_left
SELECT count(*)::int AS code_count
FROM recovery_code
WHERE account_id = :account_id AND used_at IS NULL AND ended_at IS NULL;

-- name: insert_challenge
INSERT INTO passkey_challenge (id, account_id, purpose, challenge, made_at, expires_at)
VALUES (:challenge_id, :account_id, :purpose, :challenge, :at, :expires_at);

-- name: find_challenge
SELECT
    id,
    challenge
FROM passkey_challenge
WHERE
    account_id = :account_id
    AND purpose = :purpose
    AND challenge = :challenge
    AND used_at IS NULL
    AND expires_at >= :at;

-- name: record_challenge_used
UPDATE passkey_challenge SET used_at = :at
WHERE id = :challenge_id AND used_at IS NULL;

-- name: insert_proof
INSERT INTO act_proof (id, account_id, act, subject_id, means, proved_at)
VALUES (:proof_id, :account_id, :act, :subject_id, :means, :at);

-- name: list_rules
-- The rule of each role that has one, as it holds on a day.
SELECT DISTINCT ON (role)
    role,
    is_required,
    source
FROM second_factor_rule
WHERE valid_from <= :on_day
ORDER BY role ASC, valid_from DESC
LIMIT 20;

-- name: insert_reset
INSERT INTO factor_reset (id, account_id, reason, asked_at, asked_by)
VALUES (:reset_id, :account_id, :reason, :at, :asked_by);

-- name: list_resets
SELECT
    r.id,
    r.account_id,
    a.name AS account_name,
    r.reason,
    r.asked_at,
    r.asked_by,
    p.name AS asked_by_name,
    r.confirmed_at,
    c.name AS confirmed_by_name,
    r.refused_at,
    f.name AS refused_by_name
FROM factor_reset AS r
INNER JOIN account AS a ON r.account_id = a.id
INNER JOIN account AS p ON r.asked_by = p.id
LEFT JOIN account AS c ON r.confirmed_by = c.id
LEFT JOIN account AS f ON r.refused_by = f.id
ORDER BY r.asked_at DESC
LIMIT 50;

-- name: lock_reset
SELECT
    r.id,
    r.account_id,
    a.name AS account_name,
    r.reason,
    r.asked_at,
    r.asked_by,
    p.name AS asked_by_name,
    r.confirmed_at,
    c.name AS confirmed_by_name,
    r.refused_at,
    f.name AS refused_by_name
FROM factor_reset AS r
INNER JOIN account AS a ON r.account_id = a.id
INNER JOIN account AS p ON r.asked_by = p.id
LEFT JOIN account AS c ON r.confirmed_by = c.id
LEFT JOIN account AS f ON r.refused_by = f.id
WHERE r.id = :reset_id
FOR UPDATE OF r;

-- name: record_reset_confirmed
UPDATE factor_reset SET confirmed_at = :at, confirmed_by = :confirmed_by
WHERE id = :reset_id AND confirmed_at IS NULL AND refused_at IS NULL;

-- name: record_reset_refused
UPDATE factor_reset SET refused_at = :at, refused_by = :refused_by
WHERE id = :reset_id AND confirmed_at IS NULL AND refused_at IS NULL;
