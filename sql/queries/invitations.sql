-- name: insert_invitation
INSERT INTO invitation (
    id, token_hash, email, name, role, office_id, employer_id, rights, language, invited_at,
    invited_by, expires_at
) VALUES (
    :invitation_id, :token_hash, :email, :name, :role, :office_id, :employer_id, :rights,
    :language, :at, :invited_by, :expires_at
);

-- name: account_exists
SELECT count(*) > 0 AS is_there
FROM account
WHERE email = :email;

-- name: end_former_invitations
-- A newer invitation takes the place of an open one for the same address.
UPDATE invitation SET withdrawn_at = :at, withdrawn_by = :withdrawn_by
WHERE email = :email AND accepted_at IS NULL AND withdrawn_at IS NULL;

-- name: find_invitation
SELECT
    i.id,
    i.email,
    i.name,
    i.role,
    i.office_id,
    i.employer_id,
    i.rights,
    i.language,
    i.invited_at,
    i.invited_by,
    coalesce(a.name, 'Ura') AS invited_by_name,
    i.expires_at,
    i.accepted_at,
    i.withdrawn_at
FROM invitation AS i
LEFT JOIN account AS a ON i.invited_by = a.id
WHERE i.token_hash = :token_hash;

-- name: list_open_invitations
SELECT
    i.id,
    i.email,
    i.name,
    i.role,
    i.office_id,
    i.employer_id,
    i.rights,
    i.language,
    i.invited_at,
    i.invited_by,
    coalesce(a.name, 'Ura') AS invited_by_name,
    i.expires_at,
    i.accepted_at,
    i.withdrawn_at
FROM invitation AS i
LEFT JOIN account AS a ON i.invited_by = a.id
WHERE
    i.accepted_at IS NULL
    AND i.withdrawn_at IS NULL
    AND (:employer_id::uuid IS NULL OR i.employer_id = :employer_id)
ORDER BY i.invited_at DESC
LIMIT 100;

-- name: record_accepted
UPDATE invitation SET accepted_at = :at, account_id = :account_id
WHERE
    id = :invitation_id
    AND accepted_at IS NULL
    AND withdrawn_at IS NULL
    AND expires_at >= :at;

-- name: administrators_working
SELECT count(*)::int AS administrator_count
FROM account
WHERE role = 'administrator' AND disabled_at IS NULL;

-- name: record_withdrawn
UPDATE invitation SET withdrawn_at = :at, withdrawn_by = :withdrawn_by
WHERE
    id = :invitation_id
    AND (:employer_id::uuid IS NULL OR employer_id = :employer_id)
    AND accepted_at IS NULL
    AND withdrawn_at IS NULL;
