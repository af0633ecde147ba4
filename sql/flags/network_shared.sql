-- name: network_shared
-- Who acts for the employer signed in from the same network address as staff, or as somebody of
-- another employer of no linked undertaking.
WITH seen AS MATERIALIZED (
    SELECT DISTINCT
        t.address,
        a.employer_id
    FROM sign_in_attempt AS t
    INNER JOIN account AS a ON t.email = a.email
    WHERE
        t.succeeded
        AND t.attempted_at <= :at
        AND t.attempted_at > :at::timestamptz - make_interval(
            days => flag_parameter('network_shared', 'days', :on)
        )
        AND NOT is_private_address(t.address)
),

shared AS MATERIALIZED (
    SELECT
        one.employer_id,
        count(DISTINCT peer.employer_id) AS other_count,
        bool_or(peer.employer_id IS NULL) AS is_staff
    FROM seen AS one
    INNER JOIN seen AS peer
        ON one.address = peer.address AND one.employer_id IS DISTINCT FROM peer.employer_id
    WHERE
        one.employer_id IS NOT NULL
        AND (
            peer.employer_id IS NULL
            OR undertaking_of(one.employer_id, :on) <> undertaking_of(peer.employer_id, :on)
        )
    GROUP BY one.employer_id
)

SELECT
    p.instalment_id,
    CASE WHEN s.is_staff THEN 100 ELSE 60 END AS score,
    jsonb_build_object('others', s.other_count, 'is_staff', s.is_staff) AS evidence
FROM payment_to_flag(:instalment_ids::uuid[]) AS p
INNER JOIN shared AS s ON p.employer_id = s.employer_id;
