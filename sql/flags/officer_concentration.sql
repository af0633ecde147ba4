-- name: officer_concentration
-- One case officer has all agreements of the employer, and little else besides.
WITH drafted AS MATERIALIZED (
    SELECT
        a.drafted_by,
        a.employer_id,
        count(*) AS cases
    FROM agreement AS a
    WHERE a.state <> 'cancelled' AND a.drafted_at > :at::timestamptz - interval '1 year'
    GROUP BY a.drafted_by, a.employer_id
),

weighed AS MATERIALIZED (
    SELECT
        d.employer_id,
        d.drafted_by,
        d.cases,
        sum(d.cases) OVER (PARTITION BY d.drafted_by)::bigint AS officer_cases,
        sum(d.cases) OVER (PARTITION BY d.employer_id)::bigint AS employer_cases
    FROM drafted AS d
)

SELECT
    p.instalment_id,
    100 AS score,
    jsonb_build_object(
        'officer', o.name,
        'cases', w.cases,
        'officer_cases', w.officer_cases,
        'employer_cases', w.employer_cases
    ) AS evidence
FROM payment_to_flag(:instalment_ids::uuid[]) AS p
INNER JOIN agreement AS a ON p.agreement_id = a.id
INNER JOIN weighed AS w ON p.employer_id = w.employer_id AND a.drafted_by = w.drafted_by
INNER JOIN account AS o ON w.drafted_by = o.id
WHERE
    w.cases >= flag_parameter('officer_concentration', 'cases', :on)
    AND w.cases = w.employer_cases
    AND w.cases * 100 >= w.officer_cases * flag_parameter('officer_concentration', 'percent', :on);
