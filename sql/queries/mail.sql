-- E-mails: written with what they tell of, sent by the relay, seen by administrators.

-- name: insert_mail
INSERT INTO mail (id, kind, to_sealed, language, facts_sealed, written_at, next_try_at)
VALUES (:id, :kind, :to_sealed, :language, :facts_sealed, :written_at, :written_at);

-- name: lock_next_mail
-- The one that waits longest and that nobody is sending: SKIP LOCKED keeps relays from waiting.
SELECT
    m.id,
    m.kind,
    m.to_sealed,
    m.language,
    m.facts_sealed,
    m.written_at,
    m.state,
    m.attempts + 1 AS attempts,
    gen_random_uuid() AS lease_token
FROM mail AS m
WHERE
    m.state IN ('pending', 'failed')
    AND m.next_try_at <= :at
    AND (m.lease_until IS NULL OR m.lease_until < :at)
ORDER BY m.next_try_at, m.id
LIMIT 1
FOR UPDATE OF m SKIP LOCKED;

-- name: mark_leased
UPDATE mail
SET
    lease_token = :lease_token,
    lease_until = :lease_until,
    attempts = attempts + 1
WHERE id = :mail_id;

-- name: record_sent
-- Fenced: a relay that took longer than its lease says nothing of what another one sends.
UPDATE mail
SET
    state = 'sent',
    sent_at = :at,
    next_try_at = NULL,
    lease_token = NULL,
    lease_until = NULL
WHERE id = :mail_id AND lease_token = :lease_token AND state IN ('pending', 'failed');

-- name: record_failed
UPDATE mail
SET
    state = 'failed',
    next_try_at = :next_try_at,
    last_trouble = :trouble,
    last_code = :code,
    lease_token = NULL,
    lease_until = NULL
WHERE id = :mail_id AND lease_token = :lease_token AND state IN ('pending', 'failed');

-- name: record_given_up
UPDATE mail
SET
    state = 'given_up',
    given_up_at = :at,
    next_try_at = NULL,
    last_trouble = :trouble,
    last_code = :code,
    lease_token = NULL,
    lease_until = NULL
WHERE id = :mail_id AND lease_token = :lease_token AND state IN ('pending', 'failed');

-- name: lock_mail
SELECT
    id,
    state
FROM mail
WHERE id = :mail_id
FOR UPDATE;

-- name: record_asked_again
-- Its attempts are counted anew.
UPDATE mail
SET
    state = 'pending',
    attempts = 0,
    next_try_at = :at,
    given_up_at = NULL
WHERE id = :mail_id AND state = 'given_up';

-- name: list_mails
-- The newest first; those before one, for the next page.
SELECT
    id,
    kind,
    to_sealed,
    language,
    written_at,
    state,
    attempts,
    next_try_at,
    last_trouble,
    last_code,
    sent_at,
    given_up_at
FROM mail
WHERE
    (:state::text IS NULL OR state = :state)
    AND (:before::uuid IS NULL OR id < :before)
ORDER BY id DESC
LIMIT :at_most;

-- name: get_mail
SELECT
    id,
    kind,
    to_sealed,
    language,
    facts_sealed,
    written_at
FROM mail
WHERE id = :mail_id;

-- name: count_by_state
SELECT
    state,
    count(*) AS mails
FROM mail
GROUP BY state;
