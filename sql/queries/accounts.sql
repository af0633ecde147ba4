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
    disabled_at,
    rights_of(id) AS rights
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
    disabled_at,
    rights_of(id) AS rights
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
INSERT INTO session (
    token_hash, account_id, started_at, last_seen_at, expires_at, address, browser, stage
) VALUES (
    :token_hash, :account_id, :at, :at, :expires_at, :address, :browser, :stage
);

-- name: find_session
SELECT
    account_id,
    last_seen_at,
    expires_at,
    stage
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

-- name: list_own_sessions
SELECT
    id,
    started_at,
    last_seen_at,
    address,
    browser,
    token_hash = :token_hash AS is_this_one
FROM session
WHERE account_id = :account_id AND stage <> 'code' AND expires_at > :at
ORDER BY last_seen_at DESC
LIMIT 100;

-- name: delete_own_session
DELETE FROM session
WHERE id = :session_id AND account_id = :account_id AND token_hash <> :token_hash;

-- name: delete_other_sessions
DELETE FROM session
WHERE account_id = :account_id AND token_hash <> :token_hash;

-- name: record_session_open
-- Whoever has set up the factor that was missing goes on in the same session.
UPDATE session SET stage = 'open'
WHERE token_hash = :token_hash AND stage = 'enrolment';

-- name: record_language
UPDATE account SET language = :language
WHERE id = :account_id;

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

-- name: lock_account
SELECT
    id,
    email,
    name,
    role,
    office_id,
    employer_id,
    language,
    password_hash,
    disabled_at,
    rights_of(id) AS rights
FROM account
WHERE id = :account_id
FOR NO KEY UPDATE;

-- name: record_enabled
-- Whoever comes back signs in with the password they had, or asks for another.
UPDATE account SET disabled_at = NULL
WHERE id = :account_id AND disabled_at IS NOT NULL;

-- name: record_role
UPDATE account SET role = :role, office_id = :office_id
WHERE id = :account_id;

-- name: insert_role_change
INSERT INTO account_role_change (
    id, account_id, role_before, office_before, role_after, office_after, reason, changed_at,
    changed_by
) VALUES (
    :change_id, :account_id, :role_before, :office_before, :role_after, :office_after, :reason,
    :at, :changed_by
);

-- name: list_role_changes
SELECT
    c.role_before,
    c.role_after,
    c.reason,
    c.changed_at,
    a.name AS changed_by_name
FROM account_role_change AS c
INNER JOIN account AS a ON c.changed_by = a.id
WHERE c.account_id = :account_id
ORDER BY c.changed_at DESC
LIMIT 100;

-- name: list_duty_conflicts
SELECT
    role_before,
    role_after,
    months,
    source
FROM duty_conflict
WHERE role_after = :role_after
ORDER BY role_before
LIMIT 100;

-- name: search_accounts
-- By parts of a name without diacritics or of an address; a page follows another by its last row.
SELECT
    a.id,
    a.email,
    a.name,
    a.role,
    a.office_id,
    o.name_sq AS office_name_sq,
    o.name_sr AS office_name_sr,
    a.employer_id,
    e.legal_name AS employer_name,
    a.language,
    a.created_at,
    a.disabled_at,
    s.last_seen_at,
    s.session_count,
    has_second_factor(a.id) AS has_second_factor,
    rights_of(a.id) AS rights
FROM account AS a
LEFT JOIN office AS o ON a.office_id = o.id
LEFT JOIN employer AS e ON a.employer_id = e.id
INNER JOIN LATERAL (
    SELECT
        max(s.last_seen_at) AS last_seen_at,
        count(*)::int AS session_count
    FROM session AS s
    WHERE s.account_id = a.id
) AS s ON TRUE
WHERE
    (
        :after::uuid IS NULL
        OR a.email > (SELECT b.email FROM account AS b WHERE b.id = :after)
    )
    AND (:role::text IS NULL OR a.role = :role)
    AND (:is_disabled::boolean IS NULL OR (a.disabled_at IS NOT NULL) = :is_disabled)
    AND (
        replace(translate(lower(a.name), 'ëçčćšž', 'ecccsz'), 'đ', 'dj') || ' ' || a.email
    ) LIKE all(:patterns::text[])
ORDER BY a.email
LIMIT :at_most;

-- name: get_kept_account
SELECT
    a.id,
    a.email,
    a.name,
    a.role,
    a.office_id,
    o.name_sq AS office_name_sq,
    o.name_sr AS office_name_sr,
    a.employer_id,
    e.legal_name AS employer_name,
    a.language,
    a.created_at,
    a.disabled_at,
    s.last_seen_at,
    s.session_count,
    has_second_factor(a.id) AS has_second_factor,
    rights_of(a.id) AS rights
FROM account AS a
LEFT JOIN office AS o ON a.office_id = o.id
LEFT JOIN employer AS e ON a.employer_id = e.id
INNER JOIN LATERAL (
    SELECT
        max(s.last_seen_at) AS last_seen_at,
        count(*)::int AS session_count
    FROM session AS s
    WHERE s.account_id = a.id
) AS s ON TRUE
WHERE a.id = :account_id;

-- name: end_password_resets
UPDATE password_reset SET ended_at = :at
WHERE account_id = :account_id AND used_at IS NULL AND ended_at IS NULL;

-- name: password_resets_since
SELECT count(*)::int AS reset_count
FROM password_reset
WHERE account_id = :account_id AND asked_at > :since;

-- name: insert_password_reset
INSERT INTO password_reset (id, token_hash, account_id, asked_at, expires_at)
VALUES (:reset_id, :token_hash, :account_id, :at, :expires_at);

-- name: find_password_reset
SELECT
    r.id,
    r.account_id,
    a.email,
    a.name,
    r.asked_at,
    r.expires_at,
    r.used_at,
    r.ended_at
FROM password_reset AS r
INNER JOIN account AS a ON r.account_id = a.id
WHERE r.token_hash = :token_hash AND a.disabled_at IS NULL;

-- name: record_password_reset_used
UPDATE password_reset SET used_at = :at
WHERE id = :reset_id AND used_at IS NULL AND ended_at IS NULL AND expires_at >= :at;
