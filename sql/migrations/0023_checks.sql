-- Named checks before money leaves: what each demands, what each found, and what a person decided
-- against it. A check is a query of its own (sql/checks/); its code is a word of this list.
CREATE DOMAIN check_code AS text CONSTRAINT check_code_known CHECK (
    value IN (
        'identity_found', 'candidate_alive', 'candidate_registered', 'age_eligible',
        'waiting_period_over', 'signed_by_all', 'agreement_active', 'placement_approved',
        'evidence_received', 'days_sufficient', 'wage_at_least_minimum', 'wage_as_agreed',
        'on_tax_payroll', 'not_employed_there_before', 'employer_registered',
        'no_unresolved_recovery', 'account_known', 'account_confirmed', 'account_in_force',
        'account_well_formed', 'account_in_payees_name', 'account_not_shared',
        'account_not_changed_lately', 'account_not_held', 'not_on_hold', 'no_open_duplicate',
        'not_sanctioned', 'no_open_grievance', 'no_other_subsidy', 'within_months',
        'within_amount', 'within_budget', 'state_aid', 'period_ended', 'no_change_waiting',
        'current_version', 'independent_agrees'
    )
);

-- Whether a check blocks, also for want of data, to whom it applies, who must act when it fails,
-- and whether an employer is told the reason or only that the payment is looked at.
-- A rule holds for the days of `valid`; another rule follows it, so that an old run can be read.
CREATE TABLE check_rule (
    id uuid PRIMARY KEY,
    code check_code NOT NULL,
    valid daterange NOT NULL,
    is_blocking boolean NOT NULL,
    no_data_blocks boolean NOT NULL,
    is_overridable boolean NOT NULL,
    payee text,
    is_monthly_only boolean NOT NULL,
    acts text NOT NULL,
    is_told_employer boolean NOT NULL,
    parameters jsonb NOT NULL,
    source text NOT NULL,
    CONSTRAINT check_rule_one_at_a_time EXCLUDE USING gist (code WITH =, valid WITH &&),
    CONSTRAINT check_rule_valid_some_days CHECK (NOT isempty(valid)),
    CONSTRAINT check_rule_payee_known CHECK (payee IN ('employer', 'candidate')),
    CONSTRAINT check_rule_acts_known CHECK (
        acts IN ('employer', 'office', 'payee', 'finance', 'nobody')
    ),
    CONSTRAINT check_rule_parameters_named CHECK (jsonb_typeof(parameters) = 'object'),
    CONSTRAINT check_rule_blocks_to_be_overridden CHECK (is_blocking OR NOT is_overridable)
);

-- One time that the checks were run, over what could be paid up to a month.
CREATE TABLE check_run (
    id uuid PRIMARY KEY,
    month date NOT NULL,
    run_at timestamptz NOT NULL,
    run_on date NOT NULL,
    run_by uuid REFERENCES account,
    CONSTRAINT check_run_month_first_day CHECK (extract(DAY FROM month) = 1)
);

CREATE INDEX check_run_by_time ON check_run (run_at);

-- An instalment in a run, with what decides which checks apply to it.
CREATE TABLE checked_instalment (
    run_id uuid NOT NULL REFERENCES check_run,
    instalment_id uuid NOT NULL REFERENCES instalment,
    agreement_id uuid NOT NULL,
    month date NOT NULL,
    kind text NOT NULL,
    payee text NOT NULL,
    is_monthly boolean NOT NULL,
    CONSTRAINT checked_instalment_once_per_run PRIMARY KEY (run_id, instalment_id)
);

CREATE INDEX checked_instalment_by_instalment ON checked_instalment (instalment_id, run_id);

-- Somebody asks that a failed check does not stop a payment, until a day; another person grants it.
CREATE TABLE check_override (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    month date NOT NULL,
    kind text NOT NULL,
    code check_code NOT NULL,
    reason text NOT NULL,
    asked_at timestamptz NOT NULL,
    asked_by uuid NOT NULL REFERENCES account,
    expires_at timestamptz NOT NULL,
    granted_at timestamptz,
    granted_by uuid REFERENCES account,
    refused_at timestamptz,
    refused_by uuid REFERENCES account,
    CONSTRAINT check_override_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT check_override_with_reason CHECK (length(btrim(reason)) BETWEEN 10 AND 1000),
    CONSTRAINT check_override_two_people CHECK (granted_by <> asked_by),
    CONSTRAINT check_override_expires CHECK (
        expires_at > asked_at AND expires_at <= asked_at + interval '92 days'
    ),
    CONSTRAINT check_override_granted_pair CHECK ((granted_at IS NULL) = (granted_by IS NULL)),
    CONSTRAINT check_override_refused_pair CHECK ((refused_at IS NULL) = (refused_by IS NULL)),
    CONSTRAINT check_override_granted_in_time CHECK (
        granted_at >= asked_at AND granted_at < expires_at
    ),
    CONSTRAINT check_override_decided_once CHECK (num_nonnulls(granted_at, refused_at) <= 1)
);

CREATE INDEX check_override_by_month ON check_override (agreement_id, month, kind, code);
CREATE INDEX check_override_open ON check_override (asked_at)
WHERE granted_at IS NULL AND refused_at IS NULL;

-- Which run first found that an override had lapsed, and went on without it.
CREATE TABLE check_override_lapse (
    override_id uuid PRIMARY KEY REFERENCES check_override,
    run_id uuid NOT NULL REFERENCES check_run
);

-- What one check found of one instalment in one run, by which facts; a granted override that was
-- in force then stands beside it.
CREATE TABLE check_result (
    run_id uuid NOT NULL,
    instalment_id uuid NOT NULL,
    code check_code NOT NULL,
    outcome text NOT NULL,
    inputs jsonb NOT NULL,
    decided_at timestamptz NOT NULL,
    override_id uuid REFERENCES check_override,
    CONSTRAINT check_result_once_per_run PRIMARY KEY (run_id, instalment_id, code),
    CONSTRAINT check_result_outcome_known CHECK (outcome IN ('passed', 'failed', 'no_data')),
    CONSTRAINT check_result_override_of_no_pass CHECK (
        override_id IS NULL OR outcome <> 'passed'
    )
);

-- A payment that somebody has stopped: one kind of a month, all of an agreement, or of an employer.
CREATE TABLE instalment_hold (
    id uuid PRIMARY KEY,
    agreement_id uuid REFERENCES agreement,
    month date,
    kind text,
    employer_id uuid REFERENCES employer,
    reason text NOT NULL,
    placed_at timestamptz NOT NULL,
    placed_by uuid NOT NULL REFERENCES account,
    released_at timestamptz,
    released_by uuid REFERENCES account,
    release_reason text,
    CONSTRAINT instalment_hold_one_scope CHECK (
        num_nonnulls(agreement_id, employer_id) = 1
        AND (month IS NULL) = (kind IS NULL)
        AND (month IS NULL OR agreement_id IS NOT NULL)
    ),
    CONSTRAINT instalment_hold_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT instalment_hold_with_reason CHECK (length(btrim(reason)) BETWEEN 10 AND 1000),
    CONSTRAINT instalment_hold_released_together CHECK (
        num_nonnulls(released_at, released_by, release_reason) IN (0, 3)
        AND length(btrim(release_reason)) BETWEEN 10 AND 1000
    ),
    CONSTRAINT instalment_hold_two_people CHECK (released_by <> placed_by),
    CONSTRAINT instalment_hold_released_later CHECK (released_at >= placed_at)
);

CREATE UNIQUE INDEX instalment_hold_once ON instalment_hold
(agreement_id, month, kind, employer_id) NULLS NOT DISTINCT
WHERE released_at IS NULL;

-- The run whose results a payout's lines rest on.
ALTER TABLE payout ADD COLUMN check_run_id uuid REFERENCES check_run;

CREATE TRIGGER check_run_append_only BEFORE UPDATE OR DELETE ON check_run
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER check_run_no_truncate BEFORE TRUNCATE ON check_run
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checked_instalment_append_only BEFORE UPDATE OR DELETE ON checked_instalment
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checked_instalment_no_truncate BEFORE TRUNCATE ON checked_instalment
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER check_result_append_only BEFORE UPDATE OR DELETE ON check_result
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER check_result_no_truncate BEFORE TRUNCATE ON check_result
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER check_override_lapse_append_only BEFORE UPDATE OR DELETE ON check_override_lapse
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER check_override_lapse_no_truncate BEFORE TRUNCATE ON check_override_lapse
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A rule only ends sooner, and not before the last run that went by it.
CREATE FUNCTION guard_check_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(new) - 'valid' <> to_jsonb(old) - 'valid'
        OR lower(new.valid) IS DISTINCT FROM lower(old.valid)
        OR NOT new.valid <@ old.valid
        OR EXISTS (SELECT 1 FROM check_run AS r WHERE r.run_on >= upper(new.valid))
    THEN
        RAISE EXCEPTION 'a rule of a check is never edited: end it and write another'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'check_rule_never_edited';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER check_rule_never_edited BEFORE UPDATE ON check_rule
FOR EACH ROW EXECUTE FUNCTION guard_check_rule();
CREATE TRIGGER check_rule_never_deleted BEFORE DELETE ON check_rule
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER check_rule_no_truncate BEFORE TRUNCATE ON check_rule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A result belongs to an instalment of its run: asked for all of a statement at once, since there
-- are some thirty for each instalment.
CREATE FUNCTION guard_check_results() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM written AS w
        LEFT JOIN public.checked_instalment AS c
            ON w.run_id = c.run_id AND w.instalment_id = c.instalment_id
        WHERE c.run_id IS NULL
    ) THEN
        RAISE EXCEPTION 'a result belongs to an instalment of its run'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'check_result_of_its_run';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER check_result_of_its_run AFTER INSERT ON check_result
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION guard_check_results();

-- Neither who asks nor who grants is a case officer of the agreement, and a hard stop is never
-- overridden. What was asked stands; it is decided on once.
CREATE FUNCTION guard_check_override() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF tg_op = 'UPDATE' AND (
        num_nonnulls(old.granted_at, old.refused_at) > 0
        OR to_jsonb(new) - '{granted_at,granted_by,refused_at,refused_by}'::text[]
        <> to_jsonb(old) - '{granted_at,granted_by,refused_at,refused_by}'::text[]
    ) THEN
        RAISE EXCEPTION 'an override that was decided on stands: ask for another'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'check_override_never_edited';
    END IF;
    IF EXISTS (
        SELECT 1 FROM public.agreement AS a
        WHERE a.id = new.agreement_id
            AND (
                new.asked_by IN (a.drafted_by, a.started_by)
                OR new.granted_by IN (a.drafted_by, a.started_by)
            )
    ) THEN
        RAISE EXCEPTION 'who has handled an agreement overrides none of its checks'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'check_override_not_own_case';
    END IF;
    IF new.refused_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM public.check_rule AS r
        WHERE r.code = new.code AND r.is_overridable
            AND r.valid @> (coalesce(new.granted_at, new.asked_at) AT TIME ZONE 'UTC')::date
    ) THEN
        RAISE EXCEPTION 'this check can never be overridden'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'check_override_of_no_hard_stop';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER check_override_guarded BEFORE INSERT OR UPDATE ON check_override
FOR EACH ROW EXECUTE FUNCTION guard_check_override();
CREATE TRIGGER check_override_never_deleted BEFORE DELETE ON check_override
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER check_override_no_truncate BEFORE TRUNCATE ON check_override
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A hold says what it said, and is released once.
CREATE FUNCTION guard_instalment_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.released_at IS NOT NULL
        OR to_jsonb(new) - '{released_at,released_by,release_reason}'::text[]
        <> to_jsonb(old) - '{released_at,released_by,release_reason}'::text[]
    THEN
        RAISE EXCEPTION 'a hold is never edited: release it and place another'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'instalment_hold_never_edited';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER instalment_hold_never_edited BEFORE UPDATE ON instalment_hold
FOR EACH ROW EXECUTE FUNCTION guard_instalment_hold();
CREATE TRIGGER instalment_hold_never_deleted BEFORE DELETE ON instalment_hold
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER instalment_hold_no_truncate BEFORE TRUNCATE ON instalment_hold
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER instalment_hold_awaits_decisions BEFORE INSERT ON instalment_hold
FOR EACH ROW EXECUTE FUNCTION await_decisions();

-- A parameter of the rule of a check on a day, such as a number of days; NULL where it has none.
CREATE FUNCTION check_parameter(of_code text, name text, on_day date) RETURNS text
LANGUAGE sql STABLE
RETURN (
    SELECT r.parameters ->> check_parameter.name FROM check_rule AS r
    WHERE r.code = check_parameter.of_code AND r.valid @> check_parameter.on_day
);

-- What is stopped now: one kind of a month of an agreement, or (month and kind empty) all of it, by
-- itself or with its employer.
CREATE VIEW hold_in_force WITH (security_invoker = TRUE) AS
SELECT
    h.id AS hold_id,
    h.agreement_id,
    h.month,
    h.kind,
    h.placed_at
FROM instalment_hold AS h
WHERE h.released_at IS NULL AND h.agreement_id IS NOT NULL
UNION ALL
SELECT
    h.id AS hold_id,
    a.id AS agreement_id,
    NULL AS month,
    NULL AS kind,
    h.placed_at
FROM instalment_hold AS h
INNER JOIN agreement AS a ON h.employer_id = a.employer_id
WHERE h.released_at IS NULL;

CREATE FUNCTION is_on_hold(of_agreement uuid, of_month date, of_kind text) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
    SELECT 1
    FROM hold_in_force AS h
    WHERE
        h.agreement_id = is_on_hold.of_agreement
        AND (
            h.month IS NULL
            OR (h.month = is_on_hold.of_month AND h.kind = is_on_hold.of_kind)
        )
);

-- What stops instalments of a run at a moment: each blocking check that failed, or had no data
-- where that blocks, and has no override still in force; and each check that applies and gave no
-- result, since a missing result counts as failed. Results are counted once for all instalments;
-- only where one stops or is missing it is asked which.
CREATE FUNCTION unmet_checks(of_run uuid, at timestamptz)
RETURNS TABLE (instalment_id uuid, code text, outcome text)
LANGUAGE sql STABLE AS $$
WITH rule AS MATERIALIZED (
    SELECT r.*
    FROM check_run AS n
    INNER JOIN check_rule AS r ON r.valid @> n.run_on
    WHERE n.id = unmet_checks.of_run
),

counted AS MATERIALIZED (
    SELECT
        f.instalment_id,
        count(*) AS result_count,
        count(*) FILTER (
            WHERE
            f.outcome <> 'passed'
            AND f.code = any(array(SELECT r.code::text FROM rule AS r WHERE r.is_blocking))
        ) AS suspect_count
    FROM check_result AS f
    WHERE f.run_id = unmet_checks.of_run
    GROUP BY f.instalment_id
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
    LEFT JOIN counted AS d ON c.instalment_id = d.instalment_id
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
LEFT JOIN check_result AS f
    ON
        f.run_id = unmet_checks.of_run
        AND s.instalment_id = f.instalment_id
        AND r.code = f.code
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

-- Whether every line of a payout rests on a result of every check that applies to it, each passed
-- or overridden at that moment, and none is on hold. Asked when it is put up and at its approval.
CREATE FUNCTION payout_checks_complete(of_payout uuid, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE
RETURN (
    SELECT
        p.check_run_id IS NOT NULL
        AND NOT EXISTS (
            SELECT 1
            FROM payout_line AS l
            LEFT JOIN checked_instalment AS c
                ON c.run_id = p.check_run_id AND l.instalment_id = c.instalment_id
            WHERE l.payout_id = p.id AND c.run_id IS NULL
        )
        AND NOT EXISTS (
            SELECT 1
            FROM hold_in_force AS h
            INNER JOIN instalment AS i
                ON
                    h.agreement_id = i.agreement_id
                    AND (h.month IS NULL OR (h.month = i.month AND h.kind = i.kind))
            INNER JOIN payout_line AS l ON i.id = l.instalment_id AND l.payout_id = p.id
        )
        AND NOT EXISTS (
            SELECT 1
            FROM unmet_checks(p.check_run_id, payout_checks_complete.at) AS u
            INNER JOIN payout_line AS l
                ON u.instalment_id = l.instalment_id AND l.payout_id = p.id
        )
    FROM payout AS p
    WHERE p.id = payout_checks_complete.of_payout
);

CREATE FUNCTION guard_payout_checked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT payout_checks_complete(new.id, coalesce(new.approved_at, new.submitted_at)) THEN
        RAISE EXCEPTION 'every line of a payout has passed every check that applies to it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_rests_on_checks';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_rests_on_checks BEFORE UPDATE ON payout
FOR EACH ROW WHEN (old.state <> new.state AND new.state IN ('submitted', 'approved'))
EXECUTE FUNCTION guard_payout_checked();

CREATE TRIGGER check_rule_audited AFTER INSERT OR UPDATE OR DELETE ON check_rule
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER check_override_audited AFTER INSERT OR UPDATE OR DELETE ON check_override
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER instalment_hold_audited AFTER INSERT OR UPDATE OR DELETE ON instalment_hold
FOR EACH ROW EXECUTE FUNCTION record_audit();
