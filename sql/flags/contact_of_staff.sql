-- name: contact_of_staff
-- Who acts for the employer has the name or the mailbox of somebody who works for an office or for
-- finance.
WITH staff AS MATERIALIZED (
    SELECT
        name_words(a.name) AS words,
        mailbox_of(a.email) AS mailbox,
        a.role
    FROM account AS a
    WHERE a.role <> 'employer'
),

contact AS MATERIALIZED (
    SELECT
        e.id AS employer_id,
        e.representative_name AS name,
        NULL AS mailbox
    FROM employer AS e
    UNION ALL
    SELECT
        a.employer_id,
        a.name,
        mailbox_of(a.email) AS mailbox
    FROM account AS a
    WHERE a.employer_id IS NOT NULL
),

suspect AS MATERIALIZED (
    SELECT
        c.employer_id,
        min(c.name) AS name,
        min(s.role) AS role
    FROM contact AS c
    INNER JOIN staff AS s
        ON
            name_words(c.name) = s.words
            AND cardinality(s.words) > 1
    GROUP BY c.employer_id
    UNION
    SELECT
        c.employer_id,
        min(c.name) AS name,
        min(s.role) AS role
    FROM contact AS c
    INNER JOIN staff AS s ON c.mailbox = s.mailbox
    GROUP BY c.employer_id
)

SELECT
    p.instalment_id,
    100 AS score,
    jsonb_build_object('contact', min(s.name), 'role', min(s.role)) AS evidence
FROM payment_to_flag(:instalment_ids::uuid[]) AS p
INNER JOIN suspect AS s ON p.employer_id = s.employer_id
GROUP BY p.instalment_id;
