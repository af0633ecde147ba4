-- name: moment_of_knowledge
-- The moment from which something new about agreements counts as known: now, but not before what is
-- known of them already, and after every instalment that was computed without it. Ask it while
-- holding them: then the order of these moments is the order in which things were done, whatever
-- the clocks of the machines say.
SELECT
    greatest(
        :at,
        (
            SELECT max(i.computed_at) + interval '1 microsecond' FROM instalment AS i
            WHERE i.agreement_id = any(:agreement_ids::uuid[]) AND i.superseded_at IS NULL
        ),
        (
            SELECT max(greatest(t.reported_at, t.confirmed_at)) FROM attendance AS t
            WHERE t.agreement_id = any(:agreement_ids::uuid[]) AND t.superseded_at IS NULL
        ),
        (
            SELECT max(s.recorded_at) FROM agreement_suspension AS s
            WHERE s.agreement_id = any(:agreement_ids::uuid[]) AND s.superseded_at IS NULL
        ),
        (
            SELECT max(d.recorded_at) FROM agreement_dates AS d
            WHERE d.agreement_id = any(:agreement_ids::uuid[]) AND d.superseded_at IS NULL
        )
    );

-- name: list_facts
-- Everything but the evidence that the instalments of agreements follow from, as it was known at a
-- moment, a row for each; and since when it is known.
SELECT
    a.id AS agreement_id,
    b.id AS budget_line_id,
    a.starts_on,
    d.period,
    d.employment,
    a.weekly_hours,
    v.id AS scheme_version_id,
    a.replacement_months,
    breaks.suspended_from,
    breaks.suspended_until,
    greatest(a.started_at, d.recorded_at, breaks.recorded_at) AS known_at,
    (
        SELECT max(i.computed_at) FROM instalment AS i
        WHERE i.agreement_id = a.id AND i.superseded_at IS NULL
    ) AS computed_at
FROM agreement AS a
INNER JOIN agreement_dates AS d
    ON
        a.id = d.agreement_id
        AND d.recorded_at <= :known_at
        AND (d.superseded_at IS NULL OR d.superseded_at > :known_at)
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN budget_line AS b ON v.scheme_id = b.scheme_id
CROSS JOIN
    LATERAL (
        SELECT
            coalesce(array_agg(lower(s.period) ORDER BY s.period), '{}') AS suspended_from,
            coalesce(array_agg(upper(s.period) ORDER BY s.period), '{}') AS suspended_until,
            max(s.recorded_at) AS recorded_at
        FROM agreement_suspension AS s
        WHERE
            s.agreement_id = a.id
            AND s.recorded_at <= :known_at
            AND (s.superseded_at IS NULL OR s.superseded_at > :known_at)
    ) AS breaks
WHERE a.id = any(:agreement_ids::uuid[]) AND a.started_at <= :known_at
ORDER BY a.id;

-- name: list_evidence
-- Attendance and wages of an agreement up to a month, in order, as known at a moment: which of its
-- months a payment follows from is the scheme's to say.
SELECT
    t.agreement_id,
    t.month,
    t.days_expected,
    t.days_worked,
    t.days_paid_leave,
    t.gross_wage_cents,
    coalesce(t.confirmed_at <= :known_at, FALSE) AS confirmed,
    greatest(t.reported_at, t.confirmed_at) AS known_at
FROM
    unnest(
        :agreement_ids::uuid[], :through_months::date[]
    ) AS span (agreement_id, through_month)
INNER JOIN attendance AS t
    ON
        span.agreement_id = t.agreement_id
        AND span.through_month >= t.month
        AND t.reported_at <= :known_at
        AND (t.superseded_at IS NULL OR t.superseded_at > :known_at)
ORDER BY t.agreement_id, t.month;

-- name: take_changes
-- The months to compute of agreements that are held: from the first that a fact has changed, up to
-- the last that was ever computed, so that nothing computed earlier stays behind. What changed is
-- thereby dealt with; a statement of its own, it sees whatever the locks have waited for.
WITH reach AS (
    SELECT
        listed.agreement_id,
        listed.from_month,
        greatest(:month, (
            SELECT max(i.month) FROM instalment AS i
            WHERE i.agreement_id = listed.agreement_id AND i.superseded_at IS NULL
        )) AS through_month
    FROM unnest(:agreement_ids::uuid[], :from_months::date[]) AS listed (agreement_id, from_month)
),

taken AS (
    DELETE FROM fact_change AS c
    USING reach
    WHERE c.agreement_id = reach.agreement_id AND c.since <= reach.through_month
    RETURNING c.agreement_id, c.since
)

SELECT
    reach.agreement_id,
    least(reach.from_month, min(taken.since)) AS from_month,
    reach.through_month
FROM reach
LEFT JOIN taken ON reach.agreement_id = taken.agreement_id
GROUP BY reach.agreement_id, reach.from_month, reach.through_month
ORDER BY reach.agreement_id;

-- name: list_changes
-- The agreements of which a fact has changed that a month or one before it follows from, and that
-- were not computed since.
SELECT
    c.fact,
    count(DISTINCT c.agreement_id) AS agreement_count
FROM fact_change AS c
INNER JOIN agreement AS a ON c.agreement_id = a.id
WHERE c.since <= :month AND a.state IN ('active', 'suspended', 'completed', 'ended_early')
GROUP BY c.fact
ORDER BY c.fact;

-- name: note_budget_waits
SELECT note_budget_wait(:agreement_ids::uuid[], :months::date[]);
