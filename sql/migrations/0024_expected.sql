-- What is due, computed a second time: by the rules of Kosovo's schemes as they are announced, in
-- SQL, from the facts. It shares no code with the language of schemes and reads no amount of an
-- instalment. Each step is a function of its own: term, piece, part, amount, due.

-- By which form the payments of a scheme are computed a second time, for agreements that begin on a
-- day or later (the latest holds). Figures are read from the scheme's document by their names; what
-- is paid for a month is a figure that `amount_parameter` names.
CREATE TABLE expected_method (
    id uuid PRIMARY KEY,
    scheme_code text NOT NULL,
    kind text NOT NULL,
    since date NOT NULL,
    form text NOT NULL,
    amount_parameter text NOT NULL,
    is_wage_tested boolean NOT NULL,
    stated_at timestamptz NOT NULL,
    stated_by uuid REFERENCES account,
    CONSTRAINT expected_method_once_per_day UNIQUE (scheme_code, kind, since),
    CONSTRAINT expected_method_code_plain CHECK (scheme_code ~ '^[A-Z][A-Z0-9-]{1,29}$'),
    CONSTRAINT expected_method_kind_word CHECK (kind ~ '^[a-z][a-z_]{0,30}$'),
    CONSTRAINT expected_method_parameter_word CHECK (amount_parameter ~ '^[a-z][a-z_]{0,30}$'),
    CONSTRAINT expected_method_form_known CHECK (
        form IN ('wage_share', 'retention', 'by_attendance', 'each_month', 'milestone')
    )
);

CREATE TRIGGER expected_method_append_only BEFORE UPDATE OR DELETE ON expected_method
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER expected_method_no_truncate BEFORE TRUNCATE ON expected_method
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER expected_method_audited AFTER INSERT OR UPDATE OR DELETE ON expected_method
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- What the second computation says of a payout, from when it was put up: what its lines have due
-- less what they keep back of other months of the same agreement, in cents.
-- Lines of schemes that are not computed twice count as they are, and are counted apart.
CREATE TABLE payout_expected (
    payout_id uuid PRIMARY KEY REFERENCES payout,
    expected_cents bigint NOT NULL,
    line_count bigint NOT NULL,
    without_method_count bigint NOT NULL,
    agreement_count bigint NOT NULL,
    compared_at timestamptz NOT NULL,
    CONSTRAINT payout_expected_not_negative CHECK (
        expected_cents >= 0 AND agreement_count >= 0
        AND without_method_count BETWEEN 0 AND line_count
    )
);

CREATE TRIGGER payout_expected_append_only BEFORE UPDATE OR DELETE ON payout_expected
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_expected_no_truncate BEFORE TRUNCATE ON payout_expected
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- ----- Arithmetic. Shares of days are counted in parts of a day count: 72,201,776,446,800 is the
-- least number that each of 1 to 31 divides, so that every share is whole and nothing is rounded
-- before the end.
CREATE FUNCTION expected_share(part bigint, whole bigint) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN part::numeric * (72201776446800 / whole);

-- Rounded once, half a cent up: money of a public budget is paid in whole cents.
CREATE FUNCTION expected_half_up(upper_part numeric, lower_part numeric) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN div(2 * upper_part + lower_part, 2 * lower_part)::bigint;

-- Mondays to Fridays before a day; 1 January 1900 was a Monday.
CREATE FUNCTION expected_weekdays_before(day date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (day - date '1900-01-01') / 7 * 5 + least((day - date '1900-01-01') % 7, 5);

CREATE FUNCTION expected_days(stretches datemultirange) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT coalesce(sum(upper(s.days) - lower(s.days)), 0) FROM unnest(stretches) AS s (days));

CREATE FUNCTION expected_weekdays(stretches datemultirange) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT
        coalesce(sum(
            expected_weekdays_before(upper(s.days)) - expected_weekdays_before(lower(s.days))
        ), 0)
    FROM unnest(stretches) AS s (days)
);

CREATE FUNCTION expected_months_later(day date, months integer) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (day + make_interval(months => months))::date;

CREATE FUNCTION expected_month(day date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN day - extract(DAY FROM day)::integer + 1;

-- ----- Figures: the plain ones of a document, from the days it gives them; in cents, in percent,
-- or a count. One that is written in another way is not found, and its scheme has no method then.
CREATE VIEW expected_figure WITH (security_invoker = TRUE) AS
WITH stated AS (
    SELECT
        v.id AS scheme_version_id,
        substring(block.body FROM '\mname\s*=\s*"([a-z_]+)"') AS figure_name,
        (figure.words[1])::date AS since,
        figure.words[2]::numeric * CASE figure.words[3] WHEN 'EUR' THEN 100 ELSE 1 END AS amount
    FROM scheme_version AS v
    CROSS JOIN LATERAL regexp_split_to_table(v.document, '\n\[\[') AS block (body)
    CROSS JOIN
        LATERAL regexp_matches(
            block.body,
            '(?:\mfrom\s*=\s*(\d{4}-\d\d-\d\d)\s*,\s*)?'
            '\mis\s*=\s*"(\d+(?:\.\d+)?) ?(%|EUR|months?|)"',
            'g'
        ) AS figure (words)
    WHERE block.body LIKE 'parameter]]%'
)

SELECT
    stated.scheme_version_id,
    stated.figure_name,
    stated.amount,
    daterange(
        coalesce(stated.since, '-infinity'),
        lead(stated.since) OVER (
            PARTITION BY stated.scheme_version_id, stated.figure_name
            ORDER BY stated.since NULLS FIRST
        )
    ) AS holds
FROM stated;

-- The rows of a document's table of milestones: so many months after the first day, so many cents.
CREATE VIEW expected_milestone WITH (security_invoker = TRUE) AS
SELECT
    v.id AS scheme_version_id,
    figure.words[1]::integer AS months,
    figure.words[2]::numeric * 100 AS amount
FROM scheme_version AS v
CROSS JOIN LATERAL regexp_split_to_table(v.document, '\n\[\[') AS block (body)
CROSS JOIN
    LATERAL regexp_matches(
        block.body,
        '\mafter\s*=\s*"(\d+) months?"\s*,\s*amount\s*=\s*"(\d+(?:\.\d+)?) EUR"',
        'g'
    ) AS figure (words)
WHERE block.body ~ '^table\]\]\s+name\s*=\s*"milestone"';

-- ----- Step 1, the terms: for each agreement that was computed and each kind of payment what was
-- agreed and what is announced, as both were known when the agreement was computed last. Later
-- facts wait for the next computation, in the one as in the other.
CREATE FUNCTION expected_term(of_agreements uuid[], through date)
RETURNS TABLE (
    agreement_id uuid,
    scheme_version_id uuid,
    kind text,
    form text,
    is_wage_tested boolean,
    starts_on date,
    period daterange,
    employment daterange,
    suspended datemultirange,
    weekly_hours integer,
    known_at timestamptz,
    through_month date,
    amount numeric,
    rate numeric,
    months integer,
    granted_months integer,
    retention_rate numeric,
    retention_until integer,
    is_known boolean
)
LANGUAGE sql STABLE AS $$
WITH figure AS MATERIALIZED (
    SELECT scheme_version_id, figure_name, holds, amount FROM expected_figure
),

computed AS MATERIALIZED (
    SELECT
        i.agreement_id,
        max(i.computed_at) AS known_at,
        least(max(i.month), through) AS through_month
    FROM unnest(of_agreements) AS wanted (id)
    INNER JOIN instalment AS i ON wanted.id = i.agreement_id AND i.superseded_at IS NULL
    GROUP BY i.agreement_id
),

suspension AS MATERIALIZED (
    SELECT
        s.agreement_id,
        range_agg(s.period) AS days
    FROM computed
    INNER JOIN agreement_suspension AS s
        ON
            computed.agreement_id = s.agreement_id
            AND s.recorded_at <= computed.known_at
            AND (s.superseded_at IS NULL OR s.superseded_at > computed.known_at)
    GROUP BY s.agreement_id
)

SELECT
    a.id,
    v.id,
    paid.kind,
    m.form,
    m.is_wage_tested,
    a.starts_on,
    d.period,
    d.employment,
    suspension.days,
    a.weekly_hours,
    computed.known_at,
    computed.through_month,
    amount.amount,
    rate.amount,
    months.amount::integer,
    coalesce(a.replacement_months, months.amount::integer),
    retention_rate.amount,
    retention_until.amount::integer,
    coalesce(
        CASE m.form
            WHEN 'milestone' THEN EXISTS (
                SELECT 1 FROM expected_milestone AS e WHERE e.scheme_version_id = v.id
            )
            WHEN 'each_month' THEN amount.amount IS NOT NULL
            WHEN 'by_attendance' THEN num_nulls(amount.amount, months.amount) = 0
            WHEN 'wage_share' THEN
                num_nulls(amount.amount, months.amount) = 0 AND rate.amount > 0
            WHEN 'retention' THEN
                num_nulls(
                    amount.amount, months.amount, retention_rate.amount, retention_until.amount
                ) = 0
                AND rate.amount > 0
        END,
        FALSE
    )
FROM computed
INNER JOIN agreement AS a ON computed.agreement_id = a.id
INNER JOIN agreement_dates AS d
    ON
        computed.agreement_id = d.agreement_id
        AND d.recorded_at <= computed.known_at
        AND (d.superseded_at IS NULL OR d.superseded_at > computed.known_at)
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN scheme AS s ON v.scheme_id = s.id
CROSS JOIN LATERAL jsonb_object_keys(v.payments) AS paid (kind)
LEFT JOIN suspension ON a.id = suspension.agreement_id
LEFT JOIN expected_method AS m
    ON
        s.code = m.scheme_code
        AND paid.kind = m.kind
        AND a.starts_on >= m.since
        AND NOT EXISTS (
            SELECT 1 FROM expected_method AS later
            WHERE
                later.scheme_code = m.scheme_code
                AND later.kind = m.kind
                AND later.since > m.since
                AND later.since <= a.starts_on
        )
LEFT JOIN figure AS amount
    ON v.id = amount.scheme_version_id AND m.amount_parameter = amount.figure_name
    AND amount.holds @> a.starts_on
LEFT JOIN figure AS rate
    ON v.id = rate.scheme_version_id AND rate.figure_name = 'rate' AND rate.holds @> a.starts_on
LEFT JOIN figure AS months
    ON v.id = months.scheme_version_id AND months.figure_name = 'months' AND months.holds @> a.starts_on
LEFT JOIN figure AS retention_rate
    ON v.id = retention_rate.scheme_version_id AND retention_rate.figure_name = 'retention_rate'
    AND retention_rate.holds @> a.starts_on
LEFT JOIN figure AS retention_until
    ON v.id = retention_until.scheme_version_id AND retention_until.figure_name = 'retention_until'
    AND retention_until.holds @> a.starts_on
$$;

-- ----- Step 2, the pieces: programme months are counted from the first day of the agreement, each
-- from that day of a month to the day before the next, cut where the period ends. The retention
-- part looks at the same months of the time after the subsidised ones, and pays them as one: when
-- its last day has come, and only to who was employed on all of its days. A milestone is reached
-- after so many months, by who is employed on the last of these days.
-- (OFFSET 0 keeps the planner from computing a day once for each time that it is used.)
CREATE FUNCTION expected_piece(of_agreements uuid[], through date)
RETURNS TABLE (
    agreement_id uuid,
    kind text,
    form text,
    number integer,
    month date,
    days daterange,
    whole_days integer,
    is_wage_tested boolean,
    employment daterange,
    suspended datemultirange,
    weekly_hours integer,
    known_at timestamptz,
    amount numeric,
    rate numeric,
    granted_months integer,
    retention_rate numeric
)
LANGUAGE sql STABLE AS $$
WITH term AS MATERIALIZED (
    SELECT
        t.*,
        CASE
            WHEN t.form = 'retention'
                THEN greatest(expected_months_later(t.starts_on, t.months), upper(t.period))
            ELSE t.starts_on
        END AS since,
        CASE
            WHEN t.form = 'retention'
                THEN expected_months_later(t.starts_on, t.retention_until)
            ELSE upper(t.period)
        END AS until
    FROM expected_term(of_agreements, through) AS t
    WHERE t.is_known
),

piece AS (
    SELECT
        term.*,
        n.number,
        greatest(whole.first_day, term.since) AS first_day,
        least(whole.until, term.until) AS end_day,
        whole.until - whole.first_day AS whole_days,
        term.amount AS piece_amount
    FROM term
    CROSS JOIN LATERAL generate_series(
        0, (least(term.until, expected_months_later(term.through_month, 2)) - term.starts_on) / 28
    ) AS n (number)
    CROSS JOIN LATERAL (
        SELECT
            expected_months_later(term.starts_on, n.number) AS first_day,
            expected_months_later(term.starts_on, n.number + 1) AS until
        OFFSET 0
    ) AS whole
    WHERE
        term.form IN ('wage_share', 'by_attendance', 'each_month')
        OR (
            term.form = 'retention'
            AND term.since < term.until
            AND expected_month(term.until - 1) <= term.through_month
            AND term.employment @> daterange(least(term.since, term.until), term.until)
        )
    UNION ALL
    SELECT
        term.*,
        e.months,
        reached.day,
        reached.day + 1,
        1,
        e.amount
    FROM term
    INNER JOIN expected_milestone AS e ON term.scheme_version_id = e.scheme_version_id
    CROSS JOIN LATERAL (
        SELECT expected_months_later(term.starts_on, e.months) - 1 AS day
        OFFSET 0
    ) AS reached
    WHERE term.form = 'milestone' AND term.employment @> reached.day
)

SELECT
    p.agreement_id,
    p.kind,
    p.form,
    p.number,
    paid.month,
    daterange(p.first_day, p.end_day),
    p.whole_days,
    p.is_wage_tested,
    p.employment,
    p.suspended,
    p.weekly_hours,
    p.known_at,
    p.piece_amount,
    p.rate,
    p.granted_months,
    p.retention_rate
FROM piece AS p
CROSS JOIN LATERAL (
    SELECT
        expected_month(CASE WHEN p.form = 'retention' THEN p.until ELSE p.end_day END - 1)
            AS month
    OFFSET 0
) AS paid
WHERE p.first_day < p.end_day AND paid.month <= p.through_month
$$;

-- ----- Step 3, the parts: evidence comes by calendar month, as payroll does. Of each part the days
-- without suspension, what was reported of its month, and the least lawful wage: the minimum
-- wage for the weekly hours, for the days at work (by calendar days or by weekdays, whichever asks
-- less of the employer) and for the attendance, rounded down.
CREATE FUNCTION expected_part(of_agreements uuid[], through date)
RETURNS TABLE (
    agreement_id uuid,
    kind text,
    form text,
    number integer,
    month date,
    whole_days integer,
    amount numeric,
    rate numeric,
    granted_months integer,
    retention_rate numeric,
    covered bigint,
    is_in_order boolean,
    wage numeric,
    attended numeric
)
LANGUAGE sql STABLE AS $$
SELECT
    p.agreement_id,
    p.kind,
    p.form,
    p.number,
    p.month,
    p.whole_days,
    p.amount,
    p.rate,
    p.granted_months,
    p.retention_rate,
    counted.covered,
    counted.covered = 0 OR coalesce(
        t.confirmed_at <= p.known_at
        AND (
            NOT p.is_wage_tested
            OR t.gross_wage_cents >= least(
                div(
                    lawful.cents * counted.at_work,
                    40 * t.days_expected * (cut.until - cut.month)
                ),
                div(
                    lawful.cents * counted.weekdays_at_work,
                    40 * t.days_expected * (
                        expected_weekdays_before(cut.until) - expected_weekdays_before(cut.month)
                    )
                )
            )
        ),
        FALSE
    ),
    expected_share(
        t.gross_wage_cents * counted.covered,
        nullif(upper(cut.employed) - lower(cut.employed), 0)
    ),
    expected_share((t.days_worked + t.days_paid_leave) * counted.covered, t.days_expected)
FROM expected_piece(of_agreements, through) AS p
CROSS JOIN LATERAL generate_series(
    expected_month(lower(p.days))::timestamp, upper(p.days) - 1, interval '1 month'
) AS calendar (month)
CROSS JOIN LATERAL (
    SELECT
        whole.month,
        whole.until,
        p.days * daterange(whole.month, whole.until) AS days,
        p.employment * daterange(whole.month, whole.until) AS employed
    FROM (
        SELECT
            calendar.month::date AS month,
            expected_months_later(calendar.month::date, 1) AS until
        OFFSET 0
    ) AS whole
    OFFSET 0
) AS cut
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN p.suspended IS NULL THEN (upper(cut.days) - lower(cut.days))::bigint
            ELSE expected_days(datemultirange(cut.days) - p.suspended)
        END AS covered,
        CASE
            WHEN p.suspended IS NULL THEN (upper(cut.employed) - lower(cut.employed))::bigint
            ELSE expected_days(datemultirange(cut.employed) - p.suspended)
        END AS at_work,
        CASE
            WHEN p.suspended IS NULL
                THEN (
                    expected_weekdays_before(upper(cut.employed))
                    - expected_weekdays_before(lower(cut.employed))
                )::bigint
            ELSE expected_weekdays(datemultirange(cut.employed) - p.suspended)
        END AS weekdays_at_work
    OFFSET 0
) AS counted
LEFT JOIN attendance AS t
    ON
        p.agreement_id = t.agreement_id
        AND cut.month = t.month
        AND t.reported_at <= p.known_at
        AND (t.superseded_at IS NULL OR t.superseded_at > p.known_at)
LEFT JOIN minimum_wage AS w
    ON
        w.period @> cut.month
        AND w.recorded_at <= p.known_at
        AND (w.superseded_at IS NULL OR w.superseded_at > p.known_at)
CROSS JOIN LATERAL (
    SELECT
        coalesce(w.monthly_cents, 0)::numeric * p.weekly_hours
        * (t.days_worked + t.days_paid_leave) AS cents
    OFFSET 0
) AS lawful
$$;
