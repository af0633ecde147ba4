-- What waits for a case officer, by kind: how many, and the five that have waited longest. Beyond a
-- thousand nobody counts.

-- name: list_agreements_to_sign
-- The candidate signs here in person, and the office when both others have.
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        a.id::text AS item_key,
        a.reference || ', ' || c.given_name || ' ' || c.family_name AS subject,
        greatest(a.drafted_at, g.signed_at) AS since
    FROM agreement AS a
    INNER JOIN candidate AS c ON a.candidate_id = c.id
    INNER JOIN LATERAL (
        SELECT
            max(s.signed_at) AS signed_at,
            coalesce(array_agg(s.party), '{}') AS parties
        FROM agreement_signature AS s WHERE s.agreement_id = a.id
    ) AS g ON TRUE
    WHERE
        a.office_id = :office_id
        AND a.state = 'drafted'
        AND (NOT 'candidate' = any(g.parties) OR 'employer' = any(g.parties))
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_agreements_unsigned
-- Nobody begins to work before all have signed, so these are to be called.
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        a.id::text AS item_key,
        a.reference || ', ' || e.legal_name AS subject,
        a.drafted_at AS since
    FROM agreement AS a
    INNER JOIN employer AS e ON a.employer_id = e.id
    WHERE
        a.office_id = :office_id
        AND a.state = 'drafted'
        AND a.starts_on <= :on::date + 7
        AND NOT EXISTS (
            SELECT 1 FROM agreement_signature AS s
            WHERE s.agreement_id = a.id AND s.party = 'employer'
        )
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_agreements_to_start
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        a.id::text AS item_key,
        a.reference || ', ' || c.given_name || ' ' || c.family_name AS subject,
        a.starts_on::timestamp AT TIME ZONE 'Europe/Belgrade' AS since
    FROM agreement AS a
    INNER JOIN candidate AS c ON a.candidate_id = c.id
    WHERE a.office_id = :office_id AND a.state = 'signed' AND a.starts_on <= :on::date
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_attendance_to_confirm
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        t.id::text AS item_key,
        a.reference || ', ' || to_char(t.month, 'YYYY-MM') AS subject,
        t.reported_at AS since
    FROM attendance AS t
    INNER JOIN agreement AS a ON t.agreement_id = a.id
    WHERE
        a.office_id = :office_id
        AND t.superseded_at IS NULL
        AND t.confirmed_at IS NULL
        AND NOT EXISTS (
            SELECT 1 FROM attendance_contest AS k
            WHERE k.attendance_id = t.id AND k.settled_at IS NULL
        )
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_reports_contested
-- For the office, which settles them, or for the employer, which corrects them.
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        k.id::text AS item_key,
        a.reference || ', ' || to_char(t.month, 'YYYY-MM') AS subject,
        k.contested_at AS since
    FROM attendance_contest AS k
    INNER JOIN attendance AS t ON k.attendance_id = t.id
    INNER JOIN agreement AS a ON t.agreement_id = a.id
    WHERE
        k.settled_at IS NULL
        AND t.superseded_at IS NULL
        AND (a.office_id = :office_id::uuid OR a.employer_id = :employer_id::uuid)
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_questions_on_paper
-- What candidates without an address are asked: somebody has to print a code for them.
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        q.id::text AS item_key,
        a.reference || ', ' || c.given_name || ' ' || c.family_name AS subject,
        q.raised_at AS since
    FROM candidate_question AS q
    INNER JOIN agreement AS a ON q.agreement_id = a.id
    INNER JOIN candidate AS c ON q.candidate_id = c.id
    WHERE
        a.office_id = :office_id
        AND q.closed_at IS NULL
        AND q.reach = 'paper'
        AND NOT is_answered(q)
        AND NOT EXISTS (
            SELECT 1 FROM candidate_link AS l
            WHERE l.question_id = q.id AND l.expires_at > :at AND l.revoked_at IS NULL
        )
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_placements_to_decide
-- Those of the place that the office serves.
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        p.id::text AS item_key,
        p.title || ', ' || e.legal_name AS subject,
        p.submitted_at AS since
    FROM placement AS p
    INNER JOIN employer AS e ON p.employer_id = e.id
    INNER JOIN office AS o ON p.municipality_code = o.municipality_code
    WHERE o.id = :office_id AND p.state = 'submitted'
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_matches_to_introduce
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        m.id::text AS item_key,
        c.given_name || ' ' || c.family_name || ', ' || p.title AS subject,
        m.proposed_at AS since
    FROM placement_match AS m
    INNER JOIN candidate AS c ON m.candidate_id = c.id
    INNER JOIN placement AS p ON m.placement_id = p.id
    WHERE m.office_id = :office_id AND m.state = 'proposed'
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_introductions_open
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        m.id::text AS item_key,
        c.given_name || ' ' || c.family_name || ', ' || e.legal_name AS subject,
        m.introduced_at AS since
    FROM placement_match AS m
    INNER JOIN candidate AS c ON m.candidate_id = c.id
    INNER JOIN employer AS e ON m.employer_id = e.id
    WHERE
        m.office_id = :office_id
        AND m.state IN ('introduced', 'candidate_accepted', 'employer_accepted')
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_matches_to_draft
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        m.id::text AS item_key,
        c.given_name || ' ' || c.family_name || ', ' || e.legal_name AS subject,
        greatest(m.candidate_accepted_at, m.employer_accepted_at) AS since
    FROM placement_match AS m
    INNER JOIN candidate AS c ON m.candidate_id = c.id
    INNER JOIN employer AS e ON m.employer_id = e.id
    WHERE
        m.office_id = :office_id
        AND m.state = 'agreed'
        AND NOT EXISTS (
            SELECT 1 FROM agreement AS a WHERE a.match_id = m.id AND a.state <> 'cancelled'
        )
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_eligibility_expiring
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        c.id::text AS item_key,
        c.reference || ', ' || c.given_name || ' ' || c.family_name AS subject,
        min(e.expires_on)::timestamp AT TIME ZONE 'Europe/Belgrade' AS since
    FROM candidate AS c
    INNER JOIN eligibility AS e ON c.id = e.candidate_id
    WHERE
        c.office_id = :office_id
        AND c.withdrawn_at IS NULL
        AND e.decided_at = (
            SELECT max(l.decided_at) FROM eligibility AS l WHERE l.candidate_id = c.id
        )
        AND NOT EXISTS (
            SELECT 1 FROM agreement AS a
            WHERE
                a.candidate_id = c.id AND a.state IN ('drafted', 'signed', 'active', 'suspended')
        )
    GROUP BY c.id
    HAVING min(e.expires_on) <= :on::date + 14
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_twins
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        t.candidate_id::text AS item_key,
        t.reference || ', ' || t.full_name AS subject,
        greatest(t.registered_at, t.other_registered_at) AS since
    FROM twins_to_decide(1000) AS t
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_handovers_offered
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        h.id::text AS item_key,
        h.candidate_name AS subject,
        h.offered_at AS since
    FROM handovers_seen(NULL, TRUE, 1000) AS h
    WHERE h.is_incoming
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_outcomes_due
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        a.id::text AS item_key,
        a.reference || ', ' || c.given_name || ' ' || c.family_name AS subject,
        (upper(a.period) + make_interval(months => k.months_after))
        AT TIME ZONE 'Europe/Belgrade' AS since
    FROM agreement AS a
    INNER JOIN candidate AS c ON a.candidate_id = c.id
    CROSS JOIN (VALUES (0), (3), (6), (12)) AS k (months_after)
    WHERE
        a.office_id = :office_id
        AND a.state IN ('completed', 'ended_early')
        AND (upper(a.period) + make_interval(months => k.months_after))::date <= :on::date
        AND NOT EXISTS (
            SELECT 1 FROM outcome AS o
            WHERE o.agreement_id = a.id AND o.months_after = k.months_after
        )
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_reviews_open
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        r.payout_line_id::text AS item_key,
        r.agreement_reference AS subject,
        r.drawn_at AS since
    FROM reviews_open(1000) AS r
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_bank_accounts_to_decide
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        b.id::text AS item_key,
        coalesce(e.legal_name, c.given_name || ' ' || c.family_name) AS subject,
        b.proposed_at AS since
    FROM bank_account AS b
    LEFT JOIN employer AS e ON b.employer_id = e.id
    LEFT JOIN candidate AS c ON b.candidate_id = c.id
    WHERE
        b.confirmed_at IS NULL AND b.refused_at IS NULL AND b.proposed_by <> :account_id
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_alarms
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        m.id::text AS item_key,
        a.reference || ', ' || m.reason_code AS subject,
        m.raised_at AS since
    FROM bank_alarm AS m
    INNER JOIN agreement AS a ON m.agreement_id = a.id
    WHERE m.closed_at IS NULL
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_visits_wanted
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        w.agreement_id::text AS item_key,
        a.reference || ', ' || e.legal_name AS subject,
        w.since::timestamp AT TIME ZONE 'Europe/Belgrade' AS since
    FROM visits_wanted(:office_id, :on::date) AS w
    INNER JOIN agreement AS a ON w.agreement_id = a.id
    INNER JOIN employer AS e ON a.employer_id = e.id
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_visits_due
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        v.id::text AS item_key,
        v.reference || ', ' || e.legal_name AS subject,
        v.planned_on::timestamp AT TIME ZONE 'Europe/Belgrade' AS since
    FROM visit AS v
    INNER JOIN agreement AS a ON v.agreement_id = a.id
    INNER JOIN employer AS e ON a.employer_id = e.id
    WHERE a.office_id = :office_id AND v.state = 'planned' AND v.planned_on <= :on::date
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;
