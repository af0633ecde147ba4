-- name: contact_shared
-- Another employer, of no linked undertaking, has the same mailbox, or in the same municipality a
-- representative of the same name. The name alone counts for less, since names repeat; for more
-- when both registered within weeks, as shells do.
WITH contact AS MATERIALIZED (
    SELECT
        e.id AS employer_id,
        concat_ws(' ', e.municipality_code, name_words(e.representative_name)) AS same,
        FALSE AS is_mailbox,
        e.registered_at
    FROM employer AS e
    UNION ALL
    SELECT
        a.employer_id,
        mailbox_of(a.email) AS same,
        TRUE AS is_mailbox,
        NULL AS registered_at
    FROM account AS a
    WHERE a.employer_id IS NOT NULL
),

shared AS MATERIALIZED (
    SELECT
        one.employer_id,
        max(
            CASE
                WHEN one.is_mailbox THEN 100
                WHEN
                    one.registered_at
                    BETWEEN peer.registered_at - interval '30 days'
                    AND peer.registered_at + interval '30 days'
                    THEN 70
                ELSE 40
            END
        ) AS strength,
        count(DISTINCT peer.employer_id) AS other_count
    FROM contact AS one
    INNER JOIN contact AS peer
        ON one.same = peer.same AND one.employer_id <> peer.employer_id
    WHERE
        one.employer_id IN (
            SELECT p.employer_id FROM payment_to_flag(:instalment_ids::uuid[]) AS p
        )
        AND undertaking_of(one.employer_id, :on) <> undertaking_of(peer.employer_id, :on)
    GROUP BY one.employer_id
)

SELECT
    p.instalment_id,
    s.strength AS score,
    jsonb_build_object('others', s.other_count) AS evidence
FROM payment_to_flag(:instalment_ids::uuid[]) AS p
INNER JOIN shared AS s ON p.employer_id = s.employer_id;
