-- name: never_absent
-- For months on end nobody at the employer missed a day, and nobody took leave.
WITH worked AS MATERIALIZED (
    SELECT
        a.employer_id,
        a.id AS agreement_id,
        count(*) AS months,
        bool_and(t.days_worked = t.days_expected) AS is_never_absent
    FROM agreement AS a
    INNER JOIN attendance AS t ON a.id = t.agreement_id AND t.superseded_at IS NULL
    WHERE
        a.employer_id IN (
            SELECT p.employer_id FROM payment_to_flag(:instalment_ids::uuid[]) AS p
        )
        AND t.reported_at <= :at
    GROUP BY a.employer_id, a.id
    HAVING count(*) >= flag_parameter('never_absent', 'months', :on)
),

firm AS MATERIALIZED (
    SELECT
        w.employer_id,
        count(*) AS people,
        min(w.months) AS months
    FROM worked AS w
    GROUP BY w.employer_id
    HAVING
        bool_and(w.is_never_absent)
        AND count(*) >= flag_parameter('never_absent', 'people', :on)
)

SELECT
    p.instalment_id,
    100 AS score,
    jsonb_build_object('people', f.people, 'months', f.months) AS evidence
FROM payment_to_flag(:instalment_ids::uuid[]) AS p
INNER JOIN firm AS f ON p.employer_id = f.employer_id;
