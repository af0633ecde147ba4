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
