-- What an office sees of the questions to its candidates, and who else is reminded.

-- name: list_waiting_for_office
-- What the candidates of an office have not answered, the longest asked first.
SELECT
    q.id,
    q.purpose,
    q.agreement_id,
    a.reference,
    c.given_name || ' ' || c.family_name AS candidate_name,
    e.legal_name AS employer_name,
    t.month,
    q.months_after,
    q.raised_at,
    q.reach,
    q.mail_count,
    q.last_mailed_at,
    FALSE AS is_answered
FROM candidate_question AS q
INNER JOIN agreement AS a ON q.agreement_id = a.id
INNER JOIN candidate AS c ON q.candidate_id = c.id
INNER JOIN employer AS e ON a.employer_id = e.id
LEFT JOIN attendance AS t ON q.attendance_id = t.id
WHERE
    a.office_id = :office_id
    AND q.closed_at IS NULL
    AND (:reach::text IS NULL OR q.reach = :reach)
    AND (:after::uuid IS NULL OR q.id > :after)
    AND NOT is_answered(q)
ORDER BY q.id
LIMIT :at_most;

-- name: list_of_agreement
SELECT
    q.id,
    q.purpose,
    q.agreement_id,
    a.reference,
    c.given_name || ' ' || c.family_name AS candidate_name,
    e.legal_name AS employer_name,
    t.month,
    q.months_after,
    q.raised_at,
    q.reach,
    q.mail_count,
    q.last_mailed_at,
    is_answered(q) AS is_answered
FROM candidate_question AS q
INNER JOIN agreement AS a ON q.agreement_id = a.id
INNER JOIN candidate AS c ON q.candidate_id = c.id
INNER JOIN employer AS e ON a.employer_id = e.id
LEFT JOIN attendance AS t ON q.attendance_id = t.id
WHERE q.agreement_id = :agreement_id
ORDER BY q.id
LIMIT :at_most;

-- name: list_links
SELECT
    l.id,
    l.code_index IS NOT NULL AS is_code,
    m.state AS mail_state,
    l.issued_at,
    s.name AS issued_by_name,
    l.expires_at,
    seen.opened_at,
    seen.look_count,
    l.used_at,
    l.revoked_at
FROM candidate_link AS l
LEFT JOIN mail AS m ON l.mail_id = m.id
LEFT JOIN account AS s ON l.issued_by = s.id
CROSS JOIN
    LATERAL (
        SELECT
            min(v.happened_at) FILTER (WHERE v.event = 'opened') AS opened_at,
            count(*) FILTER (WHERE v.event = 'looked') AS look_count
        FROM link_event AS v
        WHERE v.link_id = l.id
    ) AS seen
WHERE l.question_id = :question_id
ORDER BY l.issued_at DESC, l.id DESC
LIMIT :at_most;

-- name: list_unsigned_by_employers
-- Drafts that the candidate has signed and the employer has not, a row for each who may sign.
SELECT
    a.id AS agreement_id,
    a.reference,
    a.employer_id,
    n.id AS account_id,
    n.email,
    n.name,
    n.language,
    a.starts_on,
    coalesce(reminded.count, 0) AS reminder_count,
    coalesce(reminded.last_at, s.signed_at) AS last_at
FROM agreement AS a
INNER JOIN agreement_signature AS s ON a.id = s.agreement_id AND s.party = 'candidate'
INNER JOIN account AS n ON a.employer_id = n.employer_id AND n.disabled_at IS NULL
LEFT JOIN LATERAL (
    SELECT
        count(*) AS count,
        max(r.reminded_at) AS last_at
    FROM signing_reminder AS r
    WHERE r.agreement_id = a.id AND r.account_id = n.id
) AS reminded ON TRUE
WHERE
    a.state = 'drafted'
    AND a.drafted_at >= :since
    AND NOT EXISTS (
        SELECT 1 FROM agreement_signature AS g
        WHERE g.agreement_id = a.id AND g.party = 'employer'
    )
ORDER BY a.drafted_at, a.id, n.id
LIMIT :at_most;

-- name: insert_reminder
INSERT INTO signing_reminder (id, agreement_id, account_id, mail_id, reminded_at)
VALUES (:id, :agreement_id, :account_id, :mail_id, :at);

-- name: list_mailed_links
-- What went to the wrong address is taken back.
SELECT l.id
FROM candidate_link AS l
INNER JOIN candidate_question AS q ON l.question_id = q.id
WHERE
    q.candidate_id = :candidate_id
    AND l.token_hash IS NOT NULL
    AND l.used_at IS NULL
    AND l.revoked_at IS NULL
ORDER BY l.id;
