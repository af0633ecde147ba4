-- noqa: disable=RF02,RF03,AL08
-- (a column has one origin in each step of the chain)
-- The peer `set-based`: one hand-written statement that does for October 2026 and the 70 % scheme
-- what the workers do: amount, reason, trace, keys and ledger. It knows that nobody is suspended
-- and that every programme month lies in two calendar months; its traces are the workers' own.
WITH wage_floor AS (
    SELECT
        m.month,
        w.monthly_cents
    FROM (VALUES (date '2026-09-01'), (date '2026-10-01')) AS m (month)
    INNER JOIN minimum_wage AS w ON w.period @> m.month AND w.superseded_at IS NULL
),

day_count AS (
    SELECT
        s.first_day,
        (
            SELECT count(*) FROM
                generate_series(
                    s.first_day, timestamp '2026-09-30', '1 day'
                ) AS d (d)
            WHERE extract(ISODOW FROM d.d) < 6
        ) AS weekdays
    FROM (SELECT DISTINCT starts_on AS first_day FROM agreement) AS s
),

piece AS (
    SELECT
        a.id AS agreement_id,
        b.id AS budget_line_id,
        a.starts_on AS first_day,
        (a.starts_on + interval '1 month')::date AS next_day,
        (date '2026-10-01' - a.starts_on)::bigint AS days_1,
        ((a.starts_on + interval '1 month')::date - date '2026-10-01')::bigint AS days_2,
        c.weekdays,
        t1.gross_wage_cents AS gross_1,
        t2.gross_wage_cents AS gross_2,
        t1.days_expected::bigint AS expected_1,
        t2.days_expected::bigint AS expected_2,
        (t1.days_worked + t1.days_paid_leave)::bigint AS present_1,
        (t2.days_worked + t2.days_paid_leave)::bigint AS present_2,
        t1.confirmed_at IS NOT NULL AS confirmed_1,
        t2.confirmed_at IS NOT NULL AS confirmed_2,
        w1.monthly_cents AS floor_1,
        w2.monthly_cents AS floor_2,
        a.weekly_hours
    FROM agreement AS a
    INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
    INNER JOIN budget_line AS b ON v.scheme_id = b.scheme_id
    INNER JOIN day_count AS c ON a.starts_on = c.first_day
    INNER JOIN attendance AS t1
        ON a.id = t1.agreement_id AND t1.month = date '2026-09-01' AND t1.superseded_at IS NULL
    INNER JOIN attendance AS t2
        ON a.id = t2.agreement_id AND t2.month = date '2026-10-01' AND t2.superseded_at IS NULL
    INNER JOIN wage_floor AS w1 ON w1.month = date '2026-09-01'
    INNER JOIN wage_floor AS w2 ON w2.month = date '2026-10-01'
    WHERE a.state IN ('active', 'suspended', 'completed', 'ended_early')
),

share AS (
    SELECT
        piece.*,
        days_1 + days_2 AS covered,
        -- the smaller part of September by calendar days (of 30) and by weekdays (of 22)
        least(days_1 * 22, weekdays * 30) AS employed_n,
        days_1 * 22 <= weekdays * 30 AS by_days,
        -- wage = gross_1 + gross_2 * days_2 / 31; times 31 to stay whole
        gross_1 * 31 + gross_2 * days_2 AS wage_31
    FROM piece
),

least_wage AS (
    SELECT
        share.*,
        floor_1 * weekly_hours * employed_n * present_1 / (40 * 660 * expected_1) AS least_1,
        floor_2 * weekly_hours * present_2 / (40 * expected_2) AS least_2,
        wage_31 * 7 > 35000 * 310 AS is_capped
    FROM share
),

computed AS (
    SELECT
        least_wage.*,
        CASE
            WHEN NOT (confirmed_1 AND confirmed_2) THEN 'evidence_unconfirmed'
            WHEN gross_1 < least_1 OR gross_2 < least_2 THEN 'wage_below_minimum'
        END AS reason,
        CASE WHEN is_capped THEN 35000 ELSE (wage_31 * 14 + 310) / 620 END AS amount_cents
    FROM least_wage
),

fresh AS (
    SELECT
        gen_random_uuid() AS id,
        agreement_id,
        budget_line_id,
        CASE WHEN reason IS NULL THEN 'due' ELSE 'blocked' END AS outcome,
        CASE WHEN reason IS NULL THEN amount_cents ELSE 0 END AS amount_cents,
        reason,
        jsonb_build_array(
            jsonb_build_array(first_day),
            jsonb_build_array(
                1,
                jsonb_build_array(first_day, next_day - 1),
                jsonb_build_array(first_day, next_day - 1)
            )
            || jsonb_build_array(
                jsonb_build_array(
                    jsonb_build_array(
                        1,
                        jsonb_build_array(first_day, '2026-09-30'),
                        '["2026-09-01", "2026-09-30"]'::jsonb,
                        '2026-09-01',
                        days_1,
                        gross_1,
                        confirmed_1
                    )
                    || CASE
                        WHEN reason IS DISTINCT FROM 'evidence_unconfirmed'
                            THEN jsonb_build_array(
                                expected_1,
                                present_1,
                                bench_ratio(present_1, expected_1),
                                CASE
                                    WHEN by_days THEN bench_ratio(days_1, 30)
                                    ELSE bench_ratio(weekdays, 22)
                                END,
                                least_1
                            )
                        ELSE '[]'
                    END
                    || CASE
                        WHEN reason IS NULL THEN jsonb_build_array(days_1, gross_1) ELSE '[]'
                    END,
                    jsonb_build_array(
                        2,
                        jsonb_build_array('2026-10-01', next_day - 1),
                        '["2026-10-01", "2026-10-31"]'::jsonb,
                        '2026-10-01',
                        days_2,
                        gross_2,
                        confirmed_2
                    )
                    || CASE
                        WHEN reason IS DISTINCT FROM 'evidence_unconfirmed'
                            THEN jsonb_build_array(
                                expected_2, present_2, bench_ratio(present_2, expected_2), 1,
                                least_2
                            )
                        ELSE '[]'
                    END
                    || CASE
                        WHEN reason IS NULL
                            THEN jsonb_build_array(31, bench_ratio(gross_2 * days_2, 31))
                        ELSE '[]'
                    END
                ),
                covered,
                TRUE,
                TRUE,
                reason IS DISTINCT FROM 'evidence_unconfirmed'
            )
            || CASE
                WHEN reason IS DISTINCT FROM 'evidence_unconfirmed'
                    THEN jsonb_build_array(reason IS NULL)
                ELSE '[]'
            END
            || CASE
                WHEN reason IS NULL
                    THEN jsonb_build_array(
                        bench_ratio(wage_31, 31),
                        bench_ratio(wage_31 * 7, 310),
                        CASE
                            WHEN is_capped THEN '35000'::jsonb
                            ELSE bench_ratio(wage_31 * 7, 310)
                        END,
                        CASE
                            WHEN is_capped AND (wage_31 * 14 + 310) / 620 <> 35000
                                THEN 'monthly_max'
                        END,
                        amount_cents,
                        TRUE,
                        amount_cents,
                        NULL,
                        TRUE
                    )
                ELSE '[]'
            END
        ) AS trace
    FROM computed
),

written AS (
    INSERT INTO instalment (
        id, agreement_id, month, kind, version, outcome, amount_cents, reason, trace, run_id,
        computed_at
    )
    SELECT
        id,
        agreement_id,
        date '2026-10-01',
        'subsidy',
        1,
        outcome,
        amount_cents,
        reason,
        trace,
        '00000000-0000-7000-8000-0000000000f1',
        now()
    FROM fresh
    RETURNING id
)

INSERT INTO transfer (
    id, budget_line_id, debit_account_id, credit_account_id, amount_cents, reason, source_type,
    source_id, agreement_id, month, kind, effective_on
)
SELECT
    gen_random_uuid(),
    fresh.budget_line_id,
    debit.id,
    credit.id,
    fresh.amount_cents,
    'calculated',
    'instalment',
    fresh.id,
    fresh.agreement_id,
    date '2026-10-01',
    'subsidy',
    date '2026-10-31'
FROM fresh
INNER JOIN ledger_account AS debit
    ON fresh.budget_line_id = debit.budget_line_id AND debit.kind = 'calculated'
INNER JOIN ledger_account AS credit
    ON fresh.budget_line_id = credit.budget_line_id AND credit.kind = 'committed'
WHERE fresh.amount_cents > 0;
