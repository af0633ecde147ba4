-- What the programme led to, by municipality and sex, with totals by sex and over all (where the
-- column is empty). The cohort is everybody who registered from :from_day to :to_day, the days of
-- Kosovo; they are followed until :to_day, so the same two days give the same report for ever,
-- unless what is recorded of those days changes. Nobody counts twice: a person with several
-- agreements is counted by the first that started.
--
-- Nothing sensitive is read here: no priority characteristic, no referral source. Small counts are
-- shown as they are; whoever publishes them outside suppresses what is below five.
--
-- registered   in the cohort, also those who left the register later
-- matched      of the registered: proposed for a placement at least once by :to_day
-- placed       of the registered: under a started agreement that begins by :to_day (placement rate)
-- at_risk      of the placed: the subsidised period as agreed, or as extended, is over by :to_day
-- completed    of those at risk: the agreement ran to its end (completion rate)

-- name: list_funnel
WITH first_start AS (
    SELECT DISTINCT ON (a.candidate_id)
        a.candidate_id,
        a.state,
        greatest(
            upper(a.period),
            (
                a.starts_on
                + make_interval(months => coalesce(a.replacement_months, v.months))
            )::date
        ) AS planned_end
    FROM agreement AS a
    INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
    WHERE a.started_at IS NOT NULL AND a.starts_on <= :to_day::date
    ORDER BY a.candidate_id, a.starts_on
)

SELECT
    c.municipality_code,
    c.sex,
    count(*) AS registered,
    count(*) FILTER (
        WHERE EXISTS (
            SELECT 1 FROM placement_match AS m
            WHERE
                m.candidate_id = c.id
                AND (m.proposed_at AT TIME ZONE 'Europe/Belgrade')::date <= :to_day::date
        )
    ) AS matched,
    count(s.candidate_id) AS placed,
    count(*) FILTER (WHERE s.planned_end <= :to_day::date) AS at_risk,
    count(*) FILTER (
        WHERE s.planned_end <= :to_day::date AND s.state = 'completed'
    ) AS completed
FROM candidate AS c
LEFT JOIN first_start AS s ON c.id = s.candidate_id
WHERE
    (c.registered_at AT TIME ZONE 'Europe/Belgrade')::date
    BETWEEN :from_day::date AND :to_day::date
GROUP BY GROUPING SETS ((c.municipality_code, c.sex), (c.sex), ())
ORDER BY c.municipality_code NULLS FIRST, c.sex NULLS FIRST;

-- Retention k months after the subsidy: employed by anybody k months after the first day without
-- it, as recorded by :to_day. Who was not looked up counts as not retained; `observed` says how
-- many were. The point has passed when that day is :to_day or earlier.
--
-- completers       completed agreements whose point has passed
-- observed         of these: an outcome is recorded
-- retained         of these: employed
-- same_employer    of these: employed where the placement was
-- starts           all starts whose point has passed, also those that ended early
-- starts_retained  of these: employed

-- name: list_retention
WITH first_start AS (
    SELECT DISTINCT ON (a.candidate_id)
        a.id,
        a.candidate_id,
        a.state,
        upper(a.period) AS ended_on
    FROM agreement AS a
    WHERE a.started_at IS NOT NULL AND a.starts_on <= :to_day::date
    ORDER BY a.candidate_id, a.starts_on
)

SELECT
    c.municipality_code,
    c.sex,
    k.months_after,
    count(*) FILTER (WHERE s.state = 'completed') AS completers,
    count(o.id) FILTER (WHERE s.state = 'completed') AS observed,
    count(*) FILTER (WHERE s.state = 'completed' AND o.employed) AS retained,
    count(*) FILTER (WHERE s.state = 'completed' AND o.same_employer) AS same_employer,
    count(*) AS starts,
    count(*) FILTER (WHERE o.employed) AS starts_retained
FROM candidate AS c
INNER JOIN first_start AS s ON c.id = s.candidate_id
CROSS JOIN unnest(:points::integer[]) AS k (months_after)
LEFT JOIN outcome AS o
    ON s.id = o.agreement_id AND k.months_after = o.months_after AND o.observed_on <= :to_day::date
WHERE
    (c.registered_at AT TIME ZONE 'Europe/Belgrade')::date
    BETWEEN :from_day::date AND :to_day::date
    AND (s.ended_on + make_interval(months => k.months_after))::date <= :to_day::date
GROUP BY k.months_after, GROUPING SETS ((c.municipality_code, c.sex), (c.sex), ())
ORDER BY c.municipality_code NULLS FIRST, c.sex NULLS FIRST, k.months_after;
