-- A month that was asked for: what is to be computed is cut into chunks, and what stands unchanged
-- is counted.
CREATE TABLE month_run (
    id uuid PRIMARY KEY,
    month date NOT NULL,
    state text NOT NULL,
    requested_at timestamptz NOT NULL,
    requested_by uuid REFERENCES account,
    finished_at timestamptz,
    agreement_count integer NOT NULL DEFAULT 0,
    standing_due_count integer NOT NULL DEFAULT 0,
    standing_blocked_count integer NOT NULL DEFAULT 0,
    standing_not_due_count integer NOT NULL DEFAULT 0,
    standing_due_cents bigint NOT NULL DEFAULT 0,
    CONSTRAINT month_run_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT month_run_state_known CHECK (state IN ('running', 'finished', 'cancelled')),
    CONSTRAINT month_run_state_tells_end CHECK (
        (state = 'running') = (finished_at IS NULL)
    )
);

CREATE UNIQUE INDEX month_run_one_at_a_time ON month_run (month) WHERE state = 'running';

-- The work of a run: agreements, each with the first month to compute. A worker holds a chunk by a
-- lease; the token fences out one that was thought dead and comes back.
CREATE TABLE month_chunk (
    run_id uuid NOT NULL REFERENCES month_run,
    number integer NOT NULL,
    agreement_ids uuid[] NOT NULL,
    from_months date[] NOT NULL,
    agreement_count integer NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    lease_token uuid,
    lease_until timestamptz,
    done_at timestamptz,
    due_count integer,
    blocked_count integer,
    not_due_count integer,
    written_count integer,
    due_cents bigint,
    last_error text,
    CONSTRAINT month_chunk_once PRIMARY KEY (run_id, number),
    CONSTRAINT month_chunk_month_for_each CHECK (
        agreement_count > 0
        AND agreement_count = cardinality(agreement_ids)
        AND agreement_count = cardinality(from_months)
    ),
    CONSTRAINT month_chunk_done_with_counts CHECK (
        num_nonnulls(
            done_at, due_count, blocked_count, not_due_count, written_count, due_cents
        ) IN (0, 6)
    )
);

CREATE INDEX month_chunk_open ON month_chunk (run_id, number) WHERE done_at IS NULL;

-- For each active agreement, month and kind of payment exactly one current row: an amount due, or
-- why there is none.
CREATE TABLE instalment (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    month date NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    outcome text NOT NULL,
    amount_cents bigint NOT NULL,
    reason text,
    trace jsonb NOT NULL,
    run_id uuid NOT NULL REFERENCES month_run,
    computed_at timestamptz NOT NULL,
    superseded_at timestamptz,
    CONSTRAINT instalment_once_per_version UNIQUE (agreement_id, month, kind, version),
    CONSTRAINT instalment_kind_word CHECK (kind ~ '^[a-z][a-z_]{0,30}$'),
    CONSTRAINT instalment_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT instalment_outcome_known CHECK (outcome IN ('due', 'blocked', 'not_due')),
    CONSTRAINT instalment_amount_by_outcome CHECK (
        (outcome = 'due' AND amount_cents > 0) OR (outcome <> 'due' AND amount_cents = 0)
    ),
    CONSTRAINT instalment_reason_when_not_due CHECK ((outcome = 'due') = (reason IS NULL))
);

CREATE UNIQUE INDEX instalment_once_per_month ON instalment (agreement_id, month, kind)
WHERE superseded_at IS NULL;
CREATE INDEX instalment_by_month ON instalment (month, outcome) WHERE superseded_at IS NULL;

CREATE FUNCTION guard_instalment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.superseded_at IS NOT NULL
        OR to_jsonb(new) - 'superseded_at' <> to_jsonb(old) - 'superseded_at'
    THEN
        RAISE EXCEPTION 'an instalment is never edited: a new version supersedes it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'instalment_never_edited';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER instalment_never_edited BEFORE UPDATE ON instalment
FOR EACH ROW EXECUTE FUNCTION guard_instalment();
CREATE TRIGGER instalment_never_deleted BEFORE DELETE ON instalment
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER instalment_no_truncate BEFORE TRUNCATE ON instalment
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Months to come into which a payment of an agreement falls by its scheme, as computed last, once
-- the subsidised period is over: a run takes it again in these and in none between. By what is
-- known the payment may still come about, or is ruled out (`can_pay`).
CREATE TABLE instalment_ahead (
    agreement_id uuid NOT NULL REFERENCES agreement,
    month date NOT NULL,
    kind text NOT NULL,
    can_pay boolean NOT NULL,
    CONSTRAINT instalment_ahead_once_per_month PRIMARY KEY (agreement_id, month, kind),
    CONSTRAINT instalment_ahead_month_first_day CHECK (extract(DAY FROM month) = 1)
);

CREATE INDEX instalment_ahead_by_month ON instalment_ahead (month);

-- What has changed and not been computed since: from which month on instalments of an agreement may
-- come out differently. Triggers note it with their owner's rights, so no writer of a fact can
-- forget it; they decide nothing. Who computes an agreement takes its rows away, under its lock.
-- The agreement is one that a fact refers to already, so it is not looked up again.
CREATE TABLE fact_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agreement_id uuid NOT NULL,
    since date NOT NULL,
    fact text NOT NULL,
    known_at timestamptz NOT NULL,
    CONSTRAINT fact_change_month_first_day CHECK (extract(DAY FROM since) = 1),
    CONSTRAINT fact_change_fact_known CHECK (
        fact IN ('start', 'dates', 'suspension', 'attendance', 'minimum_wage', 'budget')
    )
);

CREATE INDEX fact_change_by_agreement ON fact_change (agreement_id, since);

CREATE FUNCTION note_agreements() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.fact_change (agreement_id, since, fact, known_at)
    SELECT w.id, date_trunc('month', lower(w.period)), 'start', w.started_at
    FROM written AS w
    WHERE w.started_at IS NOT NULL;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_started_agreements() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.fact_change (agreement_id, since, fact, known_at)
    SELECT w.id, date_trunc('month', lower(w.period)), 'start', w.started_at
    FROM written AS w
    INNER JOIN replaced AS r ON w.id = r.id
    WHERE w.started_at IS NOT NULL AND r.started_at IS NULL;
    RETURN NULL;
END
$$;

-- Days that move change the months from the earlier of two ends on, in which a piece is cut short.
CREATE FUNCTION note_agreement_dates() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.fact_change (agreement_id, since, fact, known_at)
    SELECT
        w.agreement_id,
        date_trunc('month', least(
            CASE WHEN w.period <> was.period
                THEN least(upper(w.period), upper(was.period)) - 1 END,
            CASE WHEN w.employment <> was.employment
                THEN least(upper(w.employment), upper(was.employment)) - 1 END
        )),
        'dates',
        w.recorded_at
    FROM written AS w
    INNER JOIN public.agreement_dates AS was
        ON w.agreement_id = was.agreement_id AND was.version = w.version - 1
    WHERE w.period <> was.period OR w.employment <> was.employment;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_suspensions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.fact_change (agreement_id, since, fact, known_at)
    SELECT
        w.agreement_id,
        date_trunc('month', lower(w.period)),
        'suspension',
        coalesce(w.superseded_at, w.recorded_at)
    FROM written AS w;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_attendance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.fact_change (agreement_id, since, fact, known_at)
    SELECT
        w.agreement_id,
        w.month,
        'attendance',
        coalesce(w.superseded_at, greatest(w.reported_at, w.confirmed_at))
    FROM written AS w;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_minimum_wages() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.fact_change (agreement_id, since, fact, known_at)
    SELECT
        a.id,
        min(greatest(
            date_trunc('month', lower(a.period)), date_trunc('month', lower(w.period))
        )),
        'minimum_wage',
        max(coalesce(w.superseded_at, w.recorded_at))
    FROM written AS w
    INNER JOIN public.agreement AS a ON a.started_at IS NOT NULL
    INNER JOIN public.scheme_version AS v
        ON
            a.scheme_version_id = v.id
            AND w.period && daterange(
                date_trunc('month', lower(a.period))::date,
                greatest(
                    upper(a.period),
                    (a.starts_on + make_interval(months => v.paid_until_months))::date
                )
            )
    GROUP BY a.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER agreement_noted AFTER INSERT ON agreement
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_agreements();
CREATE TRIGGER agreement_start_noted AFTER UPDATE ON agreement
REFERENCING OLD TABLE AS replaced NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_started_agreements();
CREATE TRIGGER agreement_dates_noted AFTER INSERT ON agreement_dates
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_agreement_dates();
CREATE TRIGGER agreement_suspension_noted AFTER INSERT ON agreement_suspension
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_suspensions();
CREATE TRIGGER agreement_suspension_change_noted AFTER UPDATE ON agreement_suspension
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_suspensions();
CREATE TRIGGER attendance_noted AFTER INSERT ON attendance
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_attendance();
CREATE TRIGGER attendance_change_noted AFTER UPDATE ON attendance
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_attendance();
CREATE TRIGGER minimum_wage_noted AFTER INSERT ON minimum_wage
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_minimum_wages();
CREATE TRIGGER minimum_wage_change_noted AFTER UPDATE ON minimum_wage
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_minimum_wages();

-- A fact cannot have been known before an instalment that was computed without it.
CREATE FUNCTION guard_fact_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM written AS w
        INNER JOIN public.instalment AS i
            ON
                w.agreement_id = i.agreement_id
                AND w.since <= i.month
                AND w.known_at <= i.computed_at
        WHERE i.superseded_at IS NULL
    ) THEN
        RAISE EXCEPTION 'an instalment was computed without this fact, and later than it says'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'fact_change_known_in_order';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER fact_change_known_in_order AFTER INSERT ON fact_change
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION guard_fact_change();

-- How many programme months, counted from the first day, have begun by the end of a month.
CREATE FUNCTION programme_months_begun(starts_on date, month date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    (
        extract(YEAR FROM programme_months_begun.month)
        - extract(YEAR FROM programme_months_begun.starts_on)
    ) * 12
    + extract(MONTH FROM programme_months_begun.month)
    - extract(MONTH FROM programme_months_begun.starts_on)
    + 1
)::integer;

-- The days that a monthly payment covers: of the programme month that ends in the calendar month,
-- or of two where an early end follows it; programme months are counted from the first day. An
-- expression, and no query, so that it is computed in place.
CREATE FUNCTION days_paid_for(starts_on date, period daterange, month date) RETURNS daterange
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN days_paid_for.period * daterange(
    (
        days_paid_for.starts_on + make_interval(
            months => programme_months_begun(days_paid_for.starts_on, days_paid_for.month)
            - CASE WHEN extract(DAY FROM days_paid_for.starts_on) = 1 THEN 1 ELSE 2 END
        )
    )::date,
    CASE
        WHEN
            upper(days_paid_for.period) > days_paid_for.month
            AND upper(days_paid_for.period)
            <= (days_paid_for.month + interval '1 month')::date
            THEN upper(days_paid_for.period)
        ELSE (
            days_paid_for.starts_on + make_interval(
                months => programme_months_begun(days_paid_for.starts_on, days_paid_for.month)
                - CASE WHEN extract(DAY FROM days_paid_for.starts_on) = 1 THEN 0 ELSE 1 END
            )
        )::date
    END
);

-- How many programme months a period has, the last perhaps in part.
CREATE FUNCTION programme_months_of(starts_on date, period daterange) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    programme_months_begun(programme_months_of.starts_on, upper(programme_months_of.period) - 1)
    - CASE
        WHEN
            (
                programme_months_of.starts_on + make_interval(
                    months => programme_months_begun(
                        programme_months_of.starts_on, upper(programme_months_of.period) - 1
                    ) - 1
                )
            )::date >= upper(programme_months_of.period)
            THEN 1
        ELSE 0
    END
);

-- Where two programme months end in one calendar month, the first day of the second, whose days an
-- early end cut off.
CREATE FUNCTION second_ending_since(starts_on date, period daterange, month date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    CASE
        WHEN
            extract(DAY FROM second_ending_since.starts_on) <> 1
            AND upper(second_ending_since.period)
            <= (second_ending_since.month + interval '1 month')::date
            AND upper(second_ending_since.period) > (
                second_ending_since.starts_on + make_interval(
                    months => programme_months_begun(
                        second_ending_since.starts_on, second_ending_since.month
                    ) - 1
                )
            )::date
            THEN (
                second_ending_since.starts_on + make_interval(
                    months => programme_months_begun(
                        second_ending_since.starts_on, second_ending_since.month
                    ) - 1
                )
            )::date
    END
);

-- Mondays to Fridays from Monday 1 January 1900 until before a day.
CREATE FUNCTION weekdays_before(of_day date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (weekdays_before.of_day - date '1900-01-01') / 7 * 5
+ least((weekdays_before.of_day - date '1900-01-01') % 7, 5);

-- The smaller share of a calendar month, by days or by weekdays, that days of it in a row make up.
CREATE FUNCTION share_of_range(days daterange, month date) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN least(
    (upper(share_of_range.days) - lower(share_of_range.days))::numeric
    / ((share_of_range.month + interval '1 month')::date - share_of_range.month),
    (
        weekdays_before(upper(share_of_range.days)) - weekdays_before(lower(share_of_range.days))
    )::numeric
    / (
        weekdays_before((share_of_range.month + interval '1 month')::date)
        - weekdays_before(share_of_range.month)
    )
);

-- The same of days that need not be in a row.
CREATE FUNCTION share_of_month(days datemultirange, month date) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT
        least(
            coalesce(sum(upper(d.piece) - lower(d.piece)), 0)::numeric
            / (m.ends_on - share_of_month.month),
            coalesce(sum(weekdays_before(upper(d.piece)) - weekdays_before(lower(d.piece))), 0)
            ::numeric / (weekdays_before(m.ends_on) - weekdays_before(share_of_month.month))
        )
    FROM (SELECT (share_of_month.month + interval '1 month')::date AS ends_on) AS m
    LEFT JOIN LATERAL unnest(share_of_month.days) AS d (piece) ON TRUE
    GROUP BY m.ends_on
);

-- Whether a stretch has a day that is in none of some others.
CREATE FUNCTION has_other_days(stretch daterange, others datemultirange) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN NOT isempty(has_other_days.stretch)
AND (has_other_days.others IS NULL OR NOT has_other_days.others @> has_other_days.stretch);

-- For each calendar month with a day that a monthly payment covers and that was not suspended: what
-- was reported of it, and the share of the month that was employed without suspension. A programme
-- month lies in two calendar months at most. Where two of them end in the calendar month, each may be
-- paid without the other, and says which evidence it rests on (`for_first`, `for_second`).
CREATE FUNCTION evidence_of(instalment_ids uuid[]) RETURNS TABLE (
    instalment_id uuid, scheme_version_id uuid, weekly_hours integer, agreed_cents bigint,
    month date, attendance_id uuid, is_confirmed boolean, days_expected integer,
    days_present integer, gross_wage_cents bigint, employed_share numeric, for_first boolean,
    for_second boolean
)
LANGUAGE sql STABLE AS $$
SELECT
    i.id AS instalment_id,
    a.scheme_version_id,
    a.weekly_hours,
    a.gross_wage_cents AS agreed_cents,
    c.month,
    t.id AS attendance_id,
    coalesce(t.confirmed_at IS NOT NULL, FALSE) AS is_confirmed,
    t.days_expected,
    t.days_worked + t.days_paid_leave AS days_present,
    t.gross_wage_cents,
    CASE
        WHEN s.days IS NULL AND a.employment @> c.days THEN 1
        WHEN s.days IS NULL THEN share_of_range(a.employment * c.days, c.month)
        ELSE share_of_month(
            datemultirange(a.employment * c.days) - coalesce(s.days, '{}'::datemultirange),
            c.month
        )
    END AS employed_share,
    p.second_since IS NULL OR has_other_days(
        daterange(lower(p.days), p.second_since) * c.days, s.days
    ) AS for_first,
    p.second_since IS NULL OR has_other_days(
        daterange(p.second_since, upper(p.days)) * c.days, s.days
    ) AS for_second
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
LEFT JOIN (
    SELECT
        o.agreement_id,
        range_agg(o.period) AS days
    FROM agreement_suspension AS o
    WHERE o.superseded_at IS NULL
    GROUP BY o.agreement_id
) AS s ON a.id = s.agreement_id
CROSS JOIN LATERAL (
    VALUES
    (
        i.month,
        daterange(i.month, (i.month + interval '1 month')::date)
    ),
    (
        (i.month - interval '1 month')::date,
        daterange((i.month - interval '1 month')::date, i.month)
    )
) AS c (month, days)
CROSS JOIN LATERAL (
    VALUES (
        days_paid_for(a.starts_on, a.period, i.month),
        second_ending_since(a.starts_on, a.period, i.month)
    )
) AS p (days, second_since)
LEFT JOIN attendance AS t
    ON a.id = t.agreement_id AND c.month = t.month AND t.superseded_at IS NULL
WHERE
    i.id = any(evidence_of.instalment_ids)
    AND has_other_days(p.days * c.days, s.days)
$$;

-- The account in force at a moment of whom each instalment is paid to; NULL where there is none.
CREATE FUNCTION paying_account(instalment_ids uuid[], at timestamptz) RETURNS TABLE (
    instalment_id uuid, payee text, owner_name text, bank_account_id uuid, holder_name text,
    iban_last4 text, in_force_since timestamptz
)
LANGUAGE sql STABLE AS $$
SELECT
    i.id AS instalment_id,
    payee_of(v.payments, i.kind) AS payee,
    coalesce(e.legal_name, c.given_name || ' ' || c.family_name) AS owner_name,
    paying.id AS bank_account_id,
    paying.holder_name,
    paying.iban_last4,
    lower(paying.in_force) AS in_force_since
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
LEFT JOIN employer AS e ON payee_id(v.payments, i.kind, a.employer_id, NULL) = e.id
LEFT JOIN candidate AS c ON payee_id(v.payments, i.kind, NULL, a.candidate_id) = c.id
LEFT JOIN LATERAL (
    SELECT
        b.id,
        b.holder_name,
        b.iban_last4,
        b.in_force
    FROM bank_account AS b
    WHERE
        (
            b.employer_id = payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
            OR b.candidate_id = payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
        )
        AND b.in_force @> paying_account.at
    ORDER BY b.id
    LIMIT 1
) AS paying ON TRUE
WHERE i.id = any(paying_account.instalment_ids)
$$;

-- The words that tell people and firms apart: lower case, without diacritics, longer than two
-- letters unless there are no others.
CREATE FUNCTION name_words(name text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT
    coalesce(
        array_agg(DISTINCT w.word) FILTER (WHERE length(w.word) > 2),
        array_agg(DISTINCT w.word) FILTER (WHERE w.word <> ''),
        '{}'
    )
FROM regexp_split_to_table(
    regexp_replace(
        normalize(replace(replace(lower(name_words.name), 'đ', 'dj'), 'ı', 'i'), NFD),
        '[\u0300-\u036f]', '', 'g'
    ),
    '[\s.-]+'
) AS w (word)
$$;

-- Whether two names share so many of the second's words, or all of them where it has fewer.
CREATE FUNCTION shares_words(name text, of_name text, least_words integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN shares_words.name = shares_words.of_name
OR (
    SELECT
        count(*) >= least(
            shares_words.least_words, cardinality(name_words(shares_words.of_name))
        )
    FROM unnest(name_words(shares_words.name)) AS w (word)
    WHERE w.word = any(name_words(shares_words.of_name))
);
