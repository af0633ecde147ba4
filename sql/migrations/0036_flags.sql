-- What looks odd about a payment, scored and shown to who approves it; and the sample of payments
-- that somebody looks at again. Flags inform: what stops a payment is a check.
CREATE DOMAIN flag_code AS text CONSTRAINT flag_code_known CHECK (
    value IN (
        'account_shared', 'account_of_staff', 'account_changed', 'account_confirmed_fast',
        'contact_of_staff', 'contact_shared', 'network_shared', 'employer_new',
        'mostly_subsidised', 'officer_concentration', 'linked_employers', 'name_twin',
        'confirmed_fast', 'odd_hours', 'wages_at_cap', 'round_wage', 'just_under_cap',
        'leaver_paid', 'never_absent', 'first_payment', 'amount_jump'
    )
);

-- How much a flag counts: its weight is the score of a payment that shows it in full. A rule holds
-- for the days of `valid`; another follows it, so that an old score can be read.
CREATE TABLE flag_rule (
    id uuid PRIMARY KEY,
    code flag_code NOT NULL,
    valid daterange NOT NULL,
    weight integer NOT NULL,
    is_active boolean NOT NULL,
    parameters jsonb NOT NULL,
    source text NOT NULL,
    CONSTRAINT flag_rule_one_at_a_time EXCLUDE USING gist (code WITH =, valid WITH &&),
    CONSTRAINT flag_rule_valid_some_days CHECK (NOT isempty(valid)),
    CONSTRAINT flag_rule_weight_possible CHECK (weight BETWEEN 1 AND 100),
    CONSTRAINT flag_rule_parameters_named CHECK (jsonb_typeof(parameters) = 'object'),
    CONSTRAINT flag_rule_has_a_source CHECK (btrim(source) <> '')
);

-- What was found of a line when its payout was put up, and by which facts.
CREATE TABLE line_flag (
    payout_line_id uuid NOT NULL REFERENCES payout_line,
    code flag_code NOT NULL,
    score integer NOT NULL,
    evidence jsonb NOT NULL,
    flagged_at timestamptz NOT NULL,
    CONSTRAINT line_flag_once_per_line PRIMARY KEY (payout_line_id, code),
    CONSTRAINT line_flag_score_possible CHECK (score BETWEEN 1 AND 100),
    CONSTRAINT line_flag_evidence_named CHECK (jsonb_typeof(evidence) = 'object')
);

-- From which sum of scores on a line is shown as suspicious, how many of all payments are looked at
-- again, and whether a payout waits for those whose check was overridden or whose account is new.
CREATE TABLE quality_rule (
    id uuid PRIMARY KEY,
    valid daterange NOT NULL,
    flag_threshold integer NOT NULL,
    sample_bp integer NOT NULL,
    waits_for_overrides boolean NOT NULL,
    waits_for_account_changes boolean NOT NULL,
    source text NOT NULL,
    CONSTRAINT quality_rule_one_at_a_time EXCLUDE USING gist (valid WITH &&),
    CONSTRAINT quality_rule_valid_some_days CHECK (NOT isempty(valid)),
    CONSTRAINT quality_rule_threshold_positive CHECK (flag_threshold > 0),
    CONSTRAINT quality_rule_share_possible CHECK (sample_bp BETWEEN 0 AND 10000),
    CONSTRAINT quality_rule_has_a_source CHECK (btrim(source) <> '')
);

-- A line that was drawn to be looked at again, and why; a line may be drawn for several reasons.
CREATE TABLE quality_sample (
    payout_line_id uuid PRIMARY KEY REFERENCES payout_line,
    reasons text[] NOT NULL,
    drawn_at timestamptz NOT NULL,
    CONSTRAINT quality_sample_with_reason CHECK (cardinality(reasons) > 0),
    CONSTRAINT quality_sample_reasons_known CHECK (
        reasons <@ ARRAY['first_case', 'override', 'account_change', 'random']
    )
);

CREATE INDEX quality_sample_by_time ON quality_sample (drawn_at);

-- What somebody found who had no part in the payment; the amount is by how much it was wrong,
-- whichever way.
CREATE TABLE quality_review (
    id uuid PRIMARY KEY,
    payout_line_id uuid NOT NULL REFERENCES quality_sample,
    result text NOT NULL,
    error_cents bigint NOT NULL,
    note text NOT NULL,
    reviewed_at timestamptz NOT NULL,
    reviewed_by uuid NOT NULL REFERENCES account,
    CONSTRAINT quality_review_once_per_line UNIQUE (payout_line_id),
    CONSTRAINT quality_review_result_known CHECK (result IN ('correct', 'error')),
    CONSTRAINT quality_review_amount_of_error CHECK (
        error_cents >= 0 AND (result = 'error' OR error_cents = 0)
    ),
    CONSTRAINT quality_review_error_explained CHECK (
        length(note) <= 2000 AND (result = 'correct' OR length(btrim(note)) >= 10)
    )
);

CREATE TRIGGER line_flag_append_only BEFORE UPDATE OR DELETE ON line_flag
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_flag_no_truncate BEFORE TRUNCATE ON line_flag
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quality_sample_append_only BEFORE UPDATE OR DELETE ON quality_sample
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quality_sample_no_truncate BEFORE TRUNCATE ON quality_sample
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quality_review_append_only BEFORE UPDATE OR DELETE ON quality_review
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quality_review_no_truncate BEFORE TRUNCATE ON quality_review
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A rule only ends sooner; another follows it.
CREATE FUNCTION guard_dated_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(new) - 'valid' <> to_jsonb(old) - 'valid'
        OR lower(new.valid) IS DISTINCT FROM lower(old.valid)
        OR NOT new.valid <@ old.valid
    THEN
        RAISE EXCEPTION '% is never edited: end it and write another', tg_table_name
            USING ERRCODE = 'restrict_violation', CONSTRAINT = tg_table_name || '_never_edited';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER flag_rule_never_edited BEFORE UPDATE ON flag_rule
FOR EACH ROW EXECUTE FUNCTION guard_dated_rule();
CREATE TRIGGER flag_rule_never_deleted BEFORE DELETE ON flag_rule
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER flag_rule_no_truncate BEFORE TRUNCATE ON flag_rule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quality_rule_never_edited BEFORE UPDATE ON quality_rule
FOR EACH ROW EXECUTE FUNCTION guard_dated_rule();
CREATE TRIGGER quality_rule_never_deleted BEFORE DELETE ON quality_rule
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quality_rule_no_truncate BEFORE TRUNCATE ON quality_rule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Flags and samples are written with their payout, before anybody sees it.
CREATE FUNCTION guard_drawn_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM written AS w
        INNER JOIN public.payout_line AS l ON w.payout_line_id = l.id
        INNER JOIN public.payout AS p ON l.payout_id = p.id
        WHERE p.state <> 'draft'
    ) THEN
        RAISE EXCEPTION 'the lines of a payout that was put up get no more of %', tg_table_name
            USING ERRCODE = 'restrict_violation', CONSTRAINT = tg_table_name || '_while_draft';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER line_flag_while_draft AFTER INSERT ON line_flag
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION guard_drawn_lines();
CREATE TRIGGER quality_sample_while_draft AFTER INSERT ON quality_sample
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION guard_drawn_lines();

-- Who looks at a payment again had no part in it, and none in a decision about its payout; a case
-- officer is of another office than the agreement.
CREATE FUNCTION may_review(of_line uuid, of_account uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT EXISTS (
    SELECT 1
    FROM public.payout_line AS l
    INNER JOIN public.instalment AS i ON l.instalment_id = i.id
    INNER JOIN public.agreement AS a ON i.agreement_id = a.id
    INNER JOIN public.account AS r ON r.id = may_review.of_account AND r.disabled_at IS NULL
    WHERE
        l.id = may_review.of_line
        AND r.role IN ('case_officer', 'finance_officer', 'finance_authoriser')
        AND (r.role <> 'case_officer' OR r.office_id <> a.office_id)
        AND NOT EXISTS (
            SELECT 1
            FROM public.payout_conflicts(l.payout_id, r.id, 'infinity') AS c
            WHERE c.payout_line_id IS NULL OR c.payout_line_id = l.id
        )
        AND NOT EXISTS (
            SELECT 1 FROM public.payout_act AS t
            WHERE t.payout_id = l.payout_id AND t.account_id = r.id
        )
)
$$;

CREATE FUNCTION guard_quality_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT may_review(new.payout_line_id, new.reviewed_by) THEN
        RAISE EXCEPTION 'who had a part in a payment does not review it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'quality_review_by_no_one_concerned';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER quality_review_by_no_one_concerned BEFORE INSERT ON quality_review
FOR EACH ROW EXECUTE FUNCTION guard_quality_review();

-- Where the rule of the day says so, a payout is not approved while a line that it waits for has
-- not been looked at.
CREATE FUNCTION guard_quality_reviewed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM public.quality_rule AS q
        INNER JOIN public.payout_line AS l ON l.payout_id = new.id
        INNER JOIN public.quality_sample AS s ON l.id = s.payout_line_id
        LEFT JOIN public.quality_review AS r ON l.id = r.payout_line_id
        WHERE
            q.valid @> (new.approved_at AT TIME ZONE 'Europe/Belgrade')::date
            AND r.id IS NULL
            AND (
                (q.waits_for_overrides AND 'override' = any(s.reasons))
                OR (q.waits_for_account_changes AND 'account_change' = any(s.reasons))
            )
    ) THEN
        RAISE EXCEPTION 'a payment that was drawn for review has not been reviewed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_waits_for_reviews';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_waits_for_reviews BEFORE UPDATE ON payout
FOR EACH ROW WHEN (old.state = 'submitted' AND new.state = 'approved')
EXECUTE FUNCTION guard_quality_reviewed();

-- A parameter of the rule of a flag on a day; NULL where it has none.
CREATE FUNCTION flag_parameter(of_code text, name text, on_day date) RETURNS integer
LANGUAGE sql STABLE
RETURN (
    SELECT (r.parameters ->> flag_parameter.name)::integer FROM flag_rule AS r
    WHERE r.code = flag_parameter.of_code AND r.valid @> flag_parameter.on_day
);

-- What the flags ask of an instalment: whose it is, and to whom it is paid.
CREATE FUNCTION payment_to_flag(instalment_ids uuid[]) RETURNS TABLE (
    instalment_id uuid, agreement_id uuid, month date, kind text, amount_cents bigint,
    is_monthly boolean, most_cents bigint, employer_id uuid, candidate_id uuid, payee_id uuid
)
LANGUAGE sql STABLE AS $$
SELECT
    i.id,
    i.agreement_id,
    i.month,
    i.kind,
    i.amount_cents,
    (v.payments -> i.kind ->> 'is_monthly')::boolean,
    v.monthly_max_cents,
    a.employer_id,
    a.candidate_id,
    payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
WHERE i.id = any(payment_to_flag.instalment_ids)
$$;

-- The mailbox behind an address: what follows a plus sign only sorts mail.
CREATE FUNCTION mailbox_of(email text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(lower(mailbox_of.email), '\+[^@]*@', '@');

-- How a name sounds in Albanian and Serbian, whichever way it is spelt: letters that are mixed up
-- become one, doubles one, a silent ë at the end falls; the order of the words does not matter.
CREATE FUNCTION name_sound(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT string_agg(w.word, ' ' ORDER BY w.word)
FROM (
    SELECT
        regexp_replace(
            regexp_replace(
                translate(
                    regexp_replace(
                        regexp_replace(
                            regexp_replace(
                                regexp_replace(f.word, 'e$', ''),
                                'dzh|dz|xh|gj|dj|x', 'j', 'g'
                            ),
                            'ch|tj|ts|q', 'c', 'g'
                        ),
                        '(s|z|t|d|l|n|r)[hj]', '\1', 'g'
                    ),
                    'ywk', 'ivc'
                ),
                '(.)\1+', '\1', 'g'
            ),
            'h', '', 'g'
        ) AS word
    FROM unnest(name_words(name_sound.name)) AS f (word)
) AS w
$$;

-- An address that tells nothing about who used it: of the machine itself or of a private network.
CREATE FUNCTION is_private_address(address text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN is_private_address.address !~ '^[0-9a-f:.]+$'
OR is_private_address.address
~ '^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2[0-9]|3[01])\.|::1$|f[cd]|fe80)';

-- Whether a moment is at night, on a weekend or on a day when banks are closed, where people work.
CREATE FUNCTION odd_hour(moment timestamptz) RETURNS text
LANGUAGE sql STABLE
RETURN CASE
    WHEN extract(HOUR FROM odd_hour.moment AT TIME ZONE 'Europe/Belgrade') NOT BETWEEN 6 AND 21
        THEN 'night'
    WHEN
        extract(ISODOW FROM odd_hour.moment AT TIME ZONE 'Europe/Belgrade') > 5
        OR EXISTS (
            SELECT 1 FROM bank_day AS d
            WHERE
                d.falls_on = (odd_hour.moment AT TIME ZONE 'Europe/Belgrade')::date
                AND d.is_closed
        )
        THEN 'day_off'
END;

-- Whether a payee has another account than it was paid to or had in force before, and nothing that
-- was approved before this moment has gone to the new one.
CREATE FUNCTION is_first_after_change(of_account uuid, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
    SELECT 1
    FROM bank_account AS own
    INNER JOIN bank_account AS former
        ON own.employer_id = former.employer_id OR own.candidate_id = former.candidate_id
    WHERE
        own.id = is_first_after_change.of_account
        AND former.id <> own.id
        AND lower(former.in_force) < lower(own.in_force)
) AND NOT EXISTS (
    SELECT 1
    FROM payout_line AS l
    INNER JOIN payout AS p ON l.payout_id = p.id
    WHERE
        l.bank_account_id = is_first_after_change.of_account
        AND p.approved_at < is_first_after_change.at
        AND p.state <> 'voided'
);

-- Whether a case officer had a first case drawn, in a line that was not released.
CREATE FUNCTION had_first_case(of_officer uuid) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
    SELECT 1
    FROM quality_sample AS s
    INNER JOIN payout_line AS l ON s.payout_line_id = l.id
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    INNER JOIN agreement AS a ON i.agreement_id = a.id
    WHERE
        a.drafted_by = had_first_case.of_officer
        AND l.released_at IS NULL
        AND 'first_case' = any(s.reasons)
);

-- Whether a line falls into a share (1/10 000) of all lines by SHA-256 over its payout's id and its
-- own: the first four bytes, as a part of 2^32.
CREATE FUNCTION drawn_by_hash(of_payout uuid, of_line uuid, share_bp integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    'x' || left(
        encode(
            sha256(
                convert_to(drawn_by_hash.of_payout::text || drawn_by_hash.of_line::text, 'UTF8')
            ),
            'hex'
        ),
        8
    )
)::bit(32)::bigint * 10000 < drawn_by_hash.share_bp * 4294967296;

-- What somebody may look at again: finance sees every drawn line, a case officer those of other
-- offices. It reads with its owner's rights, since an office sees no payouts and no others' cases;
-- it says nothing of bank accounts.
CREATE FUNCTION quality_cases(of_line uuid, at_most integer) RETURNS TABLE (
    payout_line_id uuid, payout_reference text, reasons text[], drawn_at timestamptz,
    agreement_reference text, employer_name text, candidate_name text, month date,
    due_cents bigint, amount_cents bigint, agreed_wage_cents bigint, paid_wage_cents bigint,
    days_expected integer, days_worked integer, days_paid_leave integer, override_reasons text[],
    may_review boolean, result text, error_cents bigint, note text, reviewed_at timestamptz,
    reviewed_by_name text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT
    s.payout_line_id,
    p.reference,
    s.reasons,
    s.drawn_at,
    a.reference,
    e.legal_name,
    c.given_name || ' ' || c.family_name,
    i.month,
    l.due_cents,
    l.amount_cents,
    a.gross_wage_cents,
    t.gross_wage_cents,
    t.days_expected,
    t.days_worked,
    t.days_paid_leave,
    array(
        SELECT DISTINCT o.reason
        FROM public.check_result AS f
        INNER JOIN public.check_override AS o ON f.override_id = o.id
        WHERE f.run_id = p.check_run_id AND f.instalment_id = i.id
        ORDER BY o.reason
    ),
    public.may_review(l.id, public.actor_account()),
    r.result,
    r.error_cents,
    r.note,
    r.reviewed_at,
    reviewer.name
FROM public.quality_sample AS s
INNER JOIN public.payout_line AS l ON s.payout_line_id = l.id
INNER JOIN public.payout AS p ON l.payout_id = p.id
INNER JOIN public.instalment AS i ON l.instalment_id = i.id
INNER JOIN public.agreement AS a ON i.agreement_id = a.id
INNER JOIN public.employer AS e ON a.employer_id = e.id
INNER JOIN public.candidate AS c ON a.candidate_id = c.id
LEFT JOIN public.attendance AS t
    ON i.agreement_id = t.agreement_id AND i.month = t.month AND t.superseded_at IS NULL
LEFT JOIN public.quality_review AS r ON s.payout_line_id = r.payout_line_id
LEFT JOIN public.account AS reviewer ON r.reviewed_by = reviewer.id
WHERE
    l.released_at IS NULL
    AND (quality_cases.of_line IS NULL OR s.payout_line_id = quality_cases.of_line)
    AND (
        public.actor_sees_all()
        OR (public.actor_role() = 'case_officer' AND a.office_id <> public.actor_office())
    )
ORDER BY r.id IS NOT NULL, s.drawn_at, s.payout_line_id
LIMIT quality_cases.at_most
$$;

GRANT SELECT ON flag_rule, quality_rule TO ura_app;
GRANT SELECT, INSERT ON line_flag, quality_sample, quality_review TO ura_app;

ALTER TABLE flag_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY flag_rule_seen ON flag_rule FOR SELECT USING (
    (SELECT actor_sees_all())
);

ALTER TABLE quality_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY quality_rule_seen ON quality_rule FOR SELECT USING (TRUE);

ALTER TABLE line_flag ENABLE ROW LEVEL SECURITY;
CREATE POLICY line_flag_seen ON line_flag FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY line_flag_written ON line_flag FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer'
);

ALTER TABLE quality_sample ENABLE ROW LEVEL SECURITY;
CREATE POLICY quality_sample_seen ON quality_sample FOR SELECT USING (
    (SELECT actor_sees_all())
);
CREATE POLICY quality_sample_drawn ON quality_sample FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer'
);

ALTER TABLE quality_review ENABLE ROW LEVEL SECURITY;
CREATE POLICY quality_review_seen ON quality_review FOR SELECT USING (
    (SELECT actor_sees_all()) OR reviewed_by = (SELECT actor_account())
);
CREATE POLICY quality_review_recorded ON quality_review FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('case_officer', 'finance_officer', 'finance_authoriser')
    AND reviewed_by = (SELECT actor_account())
);

CREATE TRIGGER flag_rule_audited AFTER INSERT OR UPDATE OR DELETE ON flag_rule
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER quality_rule_audited AFTER INSERT OR UPDATE OR DELETE ON quality_rule
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER quality_review_audited AFTER INSERT OR UPDATE OR DELETE ON quality_review
FOR EACH ROW EXECUTE FUNCTION record_audit();
