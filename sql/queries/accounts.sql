-- name: insert_account
INSERT INTO account (
    id, email, name, role, office_id, employer_id, language, password_hash, created_at
) VALUES (
    :account_id, :email, :name, :role, :office_id, :employer_id, :language, :password_hash, :at
);

-- name: find_account_by_email
SELECT
    id,
    email,
    name,
    role,
    office_id,
    employer_id,
    language,
    password_hash,
    disabled_at
FROM account
WHERE email = :email;

-- name: get_account
SELECT
    id,
    email,
    name,
    role,
    office_id,
    employer_id,
    language,
    password_hash,
    disabled_at
FROM account
WHERE id = :account_id;

-- name: list_accounts
SELECT
    id,
    email,
    name,
    role,
    office_id,
    employer_id,
    language,
    disabled_at
FROM account
ORDER BY role, email
LIMIT 1000;

-- name: record_disabled
UPDATE account SET disabled_at = :at
WHERE id = :account_id AND disabled_at IS NULL;

-- name: mark_password_hash
-- argon2's parameters grow with the years; a hash is renewed when its owner signs in.
UPDATE account SET password_hash = :password_hash
WHERE id = :account_id;

-- name: failures_since
SELECT
    count(*) FILTER (WHERE email = :email)::int AS for_email,
    max(attempted_at) FILTER (WHERE email = :email) AS last_for_email,
    count(*) FILTER (WHERE address = :address)::int AS for_address,
    max(attempted_at) FILTER (WHERE address = :address) AS last_for_address
FROM sign_in_attempt
WHERE
    attempted_at > :since
    AND NOT succeeded
    AND (email = :email OR address = :address);

-- name: insert_attempt
INSERT INTO sign_in_attempt (email, address, attempted_at, succeeded)
VALUES (:email, :address, :at, :succeeded);

-- name: delete_failures
-- Whoever knows the password ends the count of wrong ones for the account, not for the address.
DELETE FROM sign_in_attempt
WHERE email = :email AND NOT succeeded;

-- name: insert_session
INSERT INTO session (token_hash, account_id, started_at, last_seen_at, expires_at, address)
VALUES (:token_hash, :account_id, :at, :at, :expires_at, :address);

-- name: find_session
SELECT
    account_id,
    last_seen_at,
    expires_at
FROM session
WHERE token_hash = :token_hash;

-- name: mark_session_seen
UPDATE session SET last_seen_at = :at
WHERE token_hash = :token_hash AND last_seen_at < :before;

-- name: delete_session
DELETE FROM session
WHERE token_hash = :token_hash;

-- name: delete_sessions_of_account
DELETE FROM session
WHERE account_id = :account_id;

-- name: insert_token
INSERT INTO api_token (id, token_hash, account_id, name, scopes, created_at, expires_at)
VALUES (:token_id, :token_hash, :account_id, :name, :scopes, :at, :expires_at);

-- name: find_token
SELECT
    id,
    account_id,
    name,
    scopes,
    expires_at,
    revoked_at
FROM api_token
WHERE token_hash = :token_hash;

-- name: list_tokens_of_account
SELECT
    id,
    account_id,
    name,
    scopes,
    expires_at,
    revoked_at
FROM api_token
WHERE account_id = :account_id
ORDER BY created_at
LIMIT 1000;

-- name: record_token_revoked
UPDATE api_token SET revoked_at = :at
WHERE id = :token_id AND account_id = :account_id AND revoked_at IS NULL;

-- name: record_tokens_revoked_of_account
UPDATE api_token SET revoked_at = :at
WHERE account_id = :account_id AND revoked_at IS NULL;
