-- Questions to candidates, and the links and codes by which they answer.

-- name: list_unasked_signings
-- Agreements that wait for their candidate's signature, of whom nobody was asked.
SELECT
    'sign_agreement' AS purpose,
    a.id AS agreement_id,
    a.candidate_id,
    NULL::uuid AS attendance_id,
    NULL::integer AS months_after
FROM agreement AS a
WHERE
    a.state = 'drafted'
    AND a.drafted_at >= :since
    AND NOT EXISTS (
        SELECT 1 FROM agreement_signature AS s
        WHERE s.agreement_id = a.id AND s.party = 'candidate'
    )
    AND NOT EXISTS (
        SELECT 1 FROM candidate_question AS q
        WHERE q.agreement_id = a.id AND q.purpose = 'sign_agreement'
    )
ORDER BY a.drafted_at, a.id
LIMIT :at_most;

-- name: list_unasked_months
-- Reports that stand and that nobody has confirmed or contested.
SELECT
    'confirm_month' AS purpose,
    t.agreement_id,
    a.candidate_id,
    t.id AS attendance_id,
    NULL::integer AS months_after
FROM attendance AS t
INNER JOIN agreement AS a ON t.agreement_id = a.id
WHERE
    t.superseded_at IS NULL
    AND t.confirmed_at IS NULL
    AND t.reported_at >= :since
    AND NOT EXISTS (
        SELECT 1 FROM candidate_question AS q
        WHERE q.agreement_id = t.agreement_id AND q.attendance_id = t.id
    )
ORDER BY t.reported_at, t.id
LIMIT :at_most;

-- name: list_unasked_points
-- Points of the follow-up that have come lately, of people who did not say no to being asked.
SELECT
    'follow_up' AS purpose,
    a.id AS agreement_id,
    a.candidate_id,
    NULL::uuid AS attendance_id,
    k.months_after
FROM agreement AS a
CROSS JOIN unnest(:points::integer[]) AS k (months_after)
WHERE
    a.state IN ('completed', 'ended_early')
    AND (upper(a.period) + make_interval(months => k.months_after))::date <= :on::date
    AND (upper(a.period) + make_interval(months => k.months_after))::date > :since::date
    AND NOT EXISTS (
        SELECT 1 FROM outcome AS o
        WHERE o.agreement_id = a.id AND o.months_after = k.months_after
    )
    AND NOT EXISTS (
        SELECT 1 FROM candidate_question AS q
        WHERE q.agreement_id = a.id AND q.months_after = k.months_after
    )
    AND NOT refuses_consent(a.candidate_id, 'follow_up')
ORDER BY a.id, k.months_after
LIMIT :at_most;

-- name: insert_questions
-- Two sweeps at once ask a thing once.
INSERT INTO candidate_question (
    id, purpose, agreement_id, candidate_id, attendance_id, months_after, raised_at, reach
)
SELECT
    raised.id,
    raised.purpose,
    raised.agreement_id,
    raised.candidate_id,
    raised.attendance_id,
    raised.months_after,
    :at,
    'undecided'
FROM
    unnest(
        :ids::uuid[], :purposes::text[], :agreement_ids::uuid[], :candidate_ids::uuid[],
        :attendance_ids::uuid[], :months_after::integer[]
    ) AS raised (id, purpose, agreement_id, candidate_id, attendance_id, months_after)
ON CONFLICT ON CONSTRAINT candidate_question_asked_once DO NOTHING;

-- name: lock_undecided
-- The next question of which nobody has decided how it reaches its candidate.
SELECT id
FROM candidate_question
WHERE reach = 'undecided'
ORDER BY raised_at, id
LIMIT 1
FOR UPDATE SKIP LOCKED;

-- name: lock_question
SELECT id
FROM candidate_question
WHERE id = :question_id
FOR UPDATE;

-- name: lock_mailed_before
-- The next open question, after one, that was last asked by mail before a moment, and not yet as
-- often as may be.
SELECT id
FROM candidate_question
WHERE
    reach = 'mail'
    AND closed_at IS NULL
    AND last_mailed_at <= :before
    AND mail_count
    < CASE purpose WHEN 'sign_agreement' THEN :signing_mails_max::integer ELSE :mails_max END
    AND (:after::uuid IS NULL OR id > :after)
ORDER BY id
LIMIT 1
FOR UPDATE SKIP LOCKED;

-- name: get_question
SELECT
    q.id,
    q.purpose,
    q.agreement_id,
    q.candidate_id,
    q.attendance_id,
    q.months_after,
    q.reach,
    q.mail_count,
    q.last_mailed_at,
    a.reference,
    a.starts_on,
    t.month,
    c.given_name,
    c.languages AS candidate_languages,
    o.name_sq AS office_name_sq,
    o.name_sr AS office_name_sr,
    refuses_consent(q.candidate_id, 'messages') AS refuses_mail,
    is_answered(q) AS is_answered
FROM candidate_question AS q
INNER JOIN agreement AS a ON q.agreement_id = a.id
INNER JOIN candidate AS c ON q.candidate_id = c.id
INNER JOIN office AS o ON a.office_id = o.id
LEFT JOIN attendance AS t ON q.attendance_id = t.id
WHERE q.id = :question_id;

-- name: record_closed
-- What is answered, or was asked so long ago that nobody waits any more.
UPDATE candidate_question AS q
SET closed_at = :at
WHERE
    q.closed_at IS NULL
    AND q.reach <> 'undecided'
    AND (q.raised_at < :given_up_before OR is_answered(q));

-- name: find_signing_question
SELECT id
FROM candidate_question
WHERE agreement_id = :agreement_id AND purpose = 'sign_agreement';

-- name: mark_on_paper
UPDATE candidate_question SET reach = 'paper'
WHERE id = :question_id AND reach <> 'paper';

-- name: mark_mailed
UPDATE candidate_question
SET reach = 'mail', mail_count = mail_count + 1, last_mailed_at = :at
WHERE id = :question_id;

-- name: insert_link
INSERT INTO candidate_link (
    id, question_id, token_hash, code_index, mail_id, issued_at, issued_by, expires_at
) VALUES (
    :id, :question_id, :token_hash, :code_index, :mail_id, :issued_at, :issued_by, :expires_at
);

-- name: find_link_of_token
SELECT
    id,
    expires_at,
    used_at,
    revoked_at
FROM link_of_token(:token_hash);

-- name: find_link_of_code
SELECT
    id,
    expires_at,
    used_at,
    revoked_at,
    is_born_then
FROM link_of_code(:code_index, :born_on);

-- name: find_holder
SELECT
    link_id,
    question_id,
    candidate_id,
    agreement_id,
    languages
FROM link_holder(:token_hash, :at);

-- name: insert_session
INSERT INTO link_session (token_hash, link_id, started_at, expires_at)
VALUES (:token_hash, :link_id, :at, :expires_at);

-- name: delete_sessions
-- A link that was used has nothing more to show.
DELETE FROM link_session
WHERE link_id = :link_id;

-- name: insert_event
INSERT INTO link_event (link_id, event, happened_at)
VALUES (:link_id, :event, :at);

-- name: failures_since
SELECT
    count(*) FILTER (WHERE code_index = :code_index) AS for_email,
    max(attempted_at) FILTER (WHERE code_index = :code_index) AS last_for_email,
    count(*) FILTER (WHERE address = :address) AS for_address,
    max(attempted_at) FILTER (WHERE address = :address) AS last_for_address
FROM link_attempt
WHERE
    (code_index = :code_index OR address = :address)
    AND attempted_at > :since
    AND NOT succeeded;

-- name: insert_attempt
INSERT INTO link_attempt (code_index, address, attempted_at, succeeded)
VALUES (:code_index, :address, :at, :succeeded);

-- name: delete_attempts_before
DELETE FROM link_attempt
WHERE attempted_at < :before;

-- name: delete_sessions_before
DELETE FROM link_session
WHERE expires_at < :before;

-- name: lock_link
SELECT
    id,
    question_id,
    expires_at,
    used_at,
    revoked_at
FROM candidate_link
WHERE id = :link_id
FOR UPDATE;

-- name: record_used
UPDATE candidate_link SET used_at = :at
WHERE id = :link_id AND used_at IS NULL AND revoked_at IS NULL;

-- name: record_revoked
UPDATE candidate_link SET revoked_at = :at, revoked_by = :account_id
WHERE id = :link_id AND used_at IS NULL AND revoked_at IS NULL;
