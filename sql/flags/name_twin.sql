-- name: name_twin
-- Somebody else born on the same day, whose name sounds the same, has an agreement too.
WITH asked AS MATERIALIZED (
    SELECT
        p.instalment_id,
        p.candidate_id,
        c.born_on,
        a.period
    FROM payment_to_flag(:instalment_ids::uuid[]) AS p
    INNER JOIN agreement AS a ON p.agreement_id = a.id
    INNER JOIN candidate AS c ON p.candidate_id = c.id
),

sounding AS MATERIALIZED (
    SELECT
        c.id,
        c.reference,
        c.born_on,
        name_sound(c.given_name || ' ' || c.family_name) AS sound
    FROM candidate AS c
    WHERE
        c.born_on IN (
            SELECT k.born_on FROM candidate AS k
            WHERE k.born_on IN (SELECT asked.born_on FROM asked)
            GROUP BY k.born_on
            HAVING count(*) > 1
        )
),

twin AS MATERIALIZED (
    SELECT
        one.id,
        other.id AS other_id,
        other.reference
    FROM sounding AS one
    INNER JOIN sounding AS other
        ON one.born_on = other.born_on AND one.sound = other.sound AND one.id <> other.id
)

SELECT
    k.instalment_id,
    CASE WHEN bool_or(k.period && b.period) THEN 100 ELSE 60 END AS score,
    jsonb_build_object(
        'candidate', min(t.reference), 'candidates', count(DISTINCT t.other_id)
    ) AS evidence
FROM asked AS k
INNER JOIN twin AS t ON k.candidate_id = t.id
INNER JOIN agreement AS b ON t.other_id = b.candidate_id AND b.state <> 'cancelled'
GROUP BY k.instalment_id;
