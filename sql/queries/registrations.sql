-- name: insert_draft
INSERT INTO registration_draft (
    id, office_id, account_id, sealed, started_at, saved_at, expires_at
) VALUES (
    :draft_id, :office_id, :account_id, :sealed, :at, :at, :expires_at
);

-- name: find_draft
SELECT
    id,
    sealed,
    saved_at,
    expires_at
FROM registration_draft
WHERE id = :draft_id AND account_id = :account_id AND expires_at > :at;

-- name: lock_draft
-- Held while a step is saved or the person is registered, so that a form sent twice counts once.
SELECT
    id,
    sealed,
    saved_at,
    expires_at
FROM registration_draft
WHERE id = :draft_id AND account_id = :account_id AND expires_at > :at
FOR UPDATE;

-- name: list_drafts
SELECT
    id,
    sealed,
    saved_at,
    expires_at
FROM registration_draft
WHERE account_id = :account_id AND expires_at > :at
ORDER BY saved_at, id
LIMIT :at_most;

-- name: record_draft
UPDATE registration_draft
SET
    sealed = :sealed,
    saved_at = :at,
    expires_at = :expires_at
WHERE id = :draft_id;

-- name: delete_draft
DELETE FROM registration_draft
WHERE id = :draft_id;

-- name: delete_expired
-- A batch of the sweep; what somebody holds is left to the next.
DELETE FROM registration_draft
WHERE
    id IN (
        SELECT d.id FROM registration_draft AS d
        WHERE d.expires_at <= :at
        ORDER BY d.expires_at
        LIMIT :at_most
        FOR UPDATE SKIP LOCKED
    );
