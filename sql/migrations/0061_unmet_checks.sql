-- The same answer as before, by as many looks into an index as there are results. A run that was
-- just written is unknown to the planner, which expected one row of it and compared every result
-- with every other: minutes for a few hundred payments.
CREATE OR REPLACE FUNCTION unmet_checks(of_run uuid, at timestamptz)
RETURNS TABLE (instalment_id uuid, code text, outcome text)
LANGUAGE sql STABLE AS $$
WITH rule AS MATERIALIZED (
    SELECT r.*
    FROM check_run AS n
    INNER JOIN check_rule AS r ON r.valid @> n.run_on
    WHERE n.id = unmet_checks.of_run
),

expected AS MATERIALIZED (
    SELECT
        p.payee,
        m.is_monthly,
        count(*) AS result_count
    FROM (VALUES ('employer'), ('candidate')) AS p (payee)
    CROSS JOIN (VALUES (TRUE), (FALSE)) AS m (is_monthly)
    INNER JOIN rule AS r
        ON (r.payee IS NULL OR r.payee = p.payee) AND (m.is_monthly OR NOT r.is_monthly_only)
    GROUP BY p.payee, m.is_monthly
),

suspect AS MATERIALIZED (
    SELECT
        c.instalment_id,
        c.payee,
        c.is_monthly
    FROM checked_instalment AS c
    LEFT JOIN expected AS e ON c.payee = e.payee AND c.is_monthly = e.is_monthly
    CROSS JOIN LATERAL (
        SELECT
            count(*) AS result_count,
            count(*) FILTER (
                WHERE
                f.outcome <> 'passed'
                AND f.code = any(array(SELECT r.code::text FROM rule AS r WHERE r.is_blocking))
            ) AS suspect_count
        FROM check_result AS f
        WHERE f.run_id = unmet_checks.of_run AND f.instalment_id = c.instalment_id
    ) AS d
    WHERE
        c.run_id = unmet_checks.of_run
        AND (
            e.result_count IS NULL
            OR d.result_count IS DISTINCT FROM e.result_count
            OR d.suspect_count > 0
        )
)

SELECT
    s.instalment_id,
    coalesce(r.code::text, 'current_version') AS code,
    coalesce(f.outcome, 'missing') AS outcome
FROM suspect AS s
LEFT JOIN rule AS r
    ON (r.payee IS NULL OR r.payee = s.payee) AND (s.is_monthly OR NOT r.is_monthly_only)
LEFT JOIN LATERAL (
    SELECT
        g.outcome,
        g.override_id
    FROM check_result AS g
    WHERE
        g.run_id = unmet_checks.of_run
        AND g.instalment_id = s.instalment_id
        AND g.code = r.code
    LIMIT 1
) AS f ON TRUE
LEFT JOIN check_override AS o
    ON
        f.override_id = o.id
        AND o.granted_at <= unmet_checks.at
        AND o.expires_at > unmet_checks.at
WHERE
    o.id IS NULL
    AND (
        f.outcome IS NULL
        OR (r.is_blocking AND f.outcome = 'failed')
        OR (r.is_blocking AND r.no_data_blocks AND f.outcome = 'no_data')
    )
$$;
