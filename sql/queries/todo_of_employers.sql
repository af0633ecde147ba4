-- What waits for an employer, as in todo.sql.

-- name: list_agreements_to_sign_for_employer
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        a.id::text AS item_key,
        a.reference || ', ' || c.given_name || ' ' || c.family_name AS subject,
        a.drafted_at AS since
    FROM agreement AS a
    INNER JOIN candidate AS c ON a.candidate_id = c.id
    WHERE
        a.employer_id = :employer_id
        AND a.state = 'drafted'
        AND NOT EXISTS (
            SELECT 1 FROM agreement_signature AS s
            WHERE s.agreement_id = a.id AND s.party = 'employer'
        )
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_introductions_for_employer
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        m.id::text AS item_key,
        c.given_name || ' ' || c.family_name || ', ' || p.title AS subject,
        m.introduced_at AS since
    FROM placement_match AS m
    INNER JOIN candidate AS c ON m.candidate_id = c.id
    INNER JOIN placement AS p ON m.placement_id = p.id
    WHERE
        m.employer_id = :employer_id AND m.state IN ('introduced', 'candidate_accepted')
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_recoveries_for_employer
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        r.id::text AS item_key,
        r.reference AS subject,
        coalesce(r.invoiced_at, r.notified_at) AS since
    FROM recovery AS r
    WHERE r.employer_id = :employer_id AND r.state IN ('notified', 'invoiced')
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;

-- name: list_accounts_missing
-- Without an account nothing can be paid.
SELECT
    w.item_key,
    w.subject,
    w.since,
    count(*) OVER () AS all_count
FROM (
    SELECT
        e.id::text AS item_key,
        e.legal_name AS subject,
        min(a.drafted_at) AS since
    FROM employer AS e
    INNER JOIN agreement AS a ON e.id = a.employer_id
    WHERE
        e.id = :employer_id
        AND a.state IN ('drafted', 'signed', 'active', 'suspended')
        AND NOT EXISTS (
            SELECT 1 FROM bank_account AS b
            WHERE
                b.employer_id = e.id
                AND (
                    b.in_force @> :at::timestamptz
                    OR (b.confirmed_at IS NULL AND b.refused_at IS NULL)
                    OR lower(b.in_force) > :at::timestamptz
                )
        )
    GROUP BY e.id
    ORDER BY since
    LIMIT 1000
) AS w
ORDER BY w.since, w.item_key
LIMIT 5;
