-- A correction is a new row that supersedes the old one: both say what was known, and until when.
CREATE TABLE minimum_wage (
    id uuid PRIMARY KEY,
    period daterange NOT NULL,
    monthly_cents bigint NOT NULL,
    source text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    superseded_at timestamptz,
    CONSTRAINT minimum_wage_positive CHECK (monthly_cents > 0),
    CONSTRAINT minimum_wage_superseded_later CHECK (superseded_at >= recorded_at),
    CONSTRAINT minimum_wage_one_at_a_time EXCLUDE USING gist (period WITH &&)
    WHERE (superseded_at IS NULL)
);

CREATE TRIGGER minimum_wage_never_edited BEFORE UPDATE ON minimum_wage
FOR EACH ROW EXECUTE FUNCTION guard_version();
CREATE TRIGGER minimum_wage_never_deleted BEFORE DELETE ON minimum_wage
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER minimum_wage_no_truncate BEFORE TRUNCATE ON minimum_wage
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Rates belong to no agreement whose lock would put a change before or after a computation: who
-- changes one waits here for the chunks under way, which hold this lock together (hold_rates).
CREATE FUNCTION await_computations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7305806290431447);
    RETURN NULL;
END
$$;

CREATE TRIGGER minimum_wage_awaits_computations BEFORE INSERT OR UPDATE ON minimum_wage
FOR EACH STATEMENT EXECUTE FUNCTION await_computations();

CREATE TABLE scheme (
    id uuid PRIMARY KEY,
    code text NOT NULL,
    name_sq text NOT NULL,
    name_sr text NOT NULL,
    name_en text NOT NULL,
    CONSTRAINT scheme_once_per_code UNIQUE (code),
    CONSTRAINT scheme_code_plain CHECK (code ~ '^[A-Z][A-Z0-9-]{1,29}$')
);

-- A scheme's rules for the agreements of some days: one document with its worked examples, and what
-- other features read of it. `selected_by` names the date of a case that lies in `valid`. A version
-- that came with Ura has no author (is_shipped); a second person activates any other. `payments`
-- has the payee and the label of each kind of payment, and whether it is for each month. Payments
-- may follow until so many months after an agreement's first day; all that is not for a month costs
-- `final_max_cents` at most.
CREATE TABLE scheme_version (
    id uuid PRIMARY KEY,
    scheme_id uuid NOT NULL REFERENCES scheme,
    number integer NOT NULL,
    valid daterange NOT NULL,
    document text NOT NULL,
    document_sha256 bytea NOT NULL,
    selected_by text NOT NULL,
    monthly_max_cents bigint NOT NULL,
    months integer NOT NULL,
    final_max_cents bigint NOT NULL,
    paid_until_months integer NOT NULL,
    payments jsonb NOT NULL,
    age_min integer NOT NULL,
    age_max integer NOT NULL,
    source text NOT NULL,
    is_shipped boolean NOT NULL,
    state text NOT NULL,
    findings jsonb,
    drafted_at timestamptz NOT NULL,
    drafted_by uuid REFERENCES account,
    checked_at timestamptz,
    checked_by uuid REFERENCES account,
    activated_at timestamptz,
    activated_by uuid REFERENCES account,
    superseded_at timestamptz,
    CONSTRAINT scheme_version_once_per_number UNIQUE (scheme_id, number),
    CONSTRAINT scheme_version_state_known CHECK (
        state IN ('drafted', 'checked', 'activated', 'superseded')
    ),
    -- Drafts may overlap; what is or was in force may not.
    CONSTRAINT scheme_version_one_at_a_time EXCLUDE USING gist (
        scheme_id WITH =, valid WITH &&
    ) WHERE (state IN ('activated', 'superseded')),
    CONSTRAINT scheme_version_holds_some_day CHECK (NOT isempty(valid) AND NOT lower_inf(valid)),
    CONSTRAINT scheme_version_document_hashed CHECK (
        document_sha256 = sha256(convert_to(document, 'UTF8'))
    ),
    CONSTRAINT scheme_version_says_what_selects_it CHECK (btrim(selected_by) <> ''),
    CONSTRAINT scheme_version_drafted_by_somebody CHECK (is_shipped = (drafted_by IS NULL)),
    CONSTRAINT scheme_version_checked_before_use CHECK (
        (state = 'drafted') = (checked_at IS NULL)
        AND (checked_by IS NULL OR checked_at IS NOT NULL)
        AND (is_shipped OR checked_at IS NULL OR checked_by IS NOT NULL)
    ),
    CONSTRAINT scheme_version_activated_pair CHECK (
        (state IN ('activated', 'superseded')) = (activated_at IS NOT NULL)
        AND (activated_by IS NULL OR activated_at IS NOT NULL)
        AND (is_shipped OR activated_at IS NULL OR activated_by IS NOT NULL)
    ),
    CONSTRAINT scheme_version_two_people CHECK (activated_by <> drafted_by),
    CONSTRAINT scheme_version_superseded_with_an_end CHECK (
        (state = 'superseded') = (superseded_at IS NOT NULL)
        AND (superseded_at IS NULL OR NOT upper_inf(valid))
    ),
    CONSTRAINT scheme_version_moments_ordered CHECK (
        drafted_at <= checked_at AND checked_at <= activated_at
    ),
    CONSTRAINT scheme_version_findings_while_drafted CHECK (findings IS NULL OR state = 'drafted'),
    CONSTRAINT scheme_version_amount_positive CHECK (monthly_max_cents > 0),
    CONSTRAINT scheme_version_months_possible CHECK (months BETWEEN 1 AND 24),
    CONSTRAINT scheme_version_final_not_negative CHECK (final_max_cents >= 0),
    CONSTRAINT scheme_version_paid_through_its_months CHECK (
        paid_until_months BETWEEN months AND 60
    ),
    CONSTRAINT scheme_version_says_what_it_pays CHECK (
        jsonb_typeof(payments) = 'object' AND payments <> '{}'
    ),
    CONSTRAINT scheme_version_pays_for_months_or_besides CHECK (
        NOT payments @? '$.* ? (!(@.is_monthly == true || @.is_monthly == false))'
    ),
    CONSTRAINT scheme_version_pays_somebody CHECK (
        NOT payments @? '$.* ? (!(@.payee == "employer" || @.payee == "candidate"))'
    ),
    CONSTRAINT scheme_version_ages_ordered CHECK (age_min BETWEEN 15 AND age_max)
);

-- Who is paid what is due under a version for a kind of payment: everything that pays asks here.
CREATE FUNCTION payee_of(payments jsonb, kind text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN payments -> kind ->> 'payee';
CREATE FUNCTION payee_id(payments jsonb, kind text, employer_id uuid, candidate_id uuid)
RETURNS uuid
LANGUAGE sql IMMUTABLE
RETURN CASE payee_of(payments, kind)
    WHEN 'employer' THEN employer_id
    WHEN 'candidate' THEN candidate_id
END;

-- Whether an amount was computed under a version for an agreement that begins on a day or later.
-- With its owner's rights: who activates a version sees no agreements.
CREATE FUNCTION is_computed_from(of_version uuid, since date) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM public.agreement AS a
        INNER JOIN public.instalment AS i ON a.id = i.agreement_id
        WHERE a.scheme_version_id = of_version AND a.starts_on >= since
    );
END
$$;

-- Drafted and checked may alternate, as its author rewrites the document. Once a version is active,
-- all that can happen to it is that another cuts its days, where nothing was computed yet.
CREATE FUNCTION guard_scheme_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved text[] := '{state,findings,checked_at,checked_by,activated_at,activated_by}';
    rule text;
BEGIN
    IF tg_op = 'DELETE' THEN
        IF old.state IN ('drafted', 'checked') THEN
            RETURN old;
        END IF;
        rule := 'scheme_version_never_deleted';
    ELSIF old.state IN ('activated', 'superseded') THEN
        IF to_jsonb(new) = to_jsonb(old) THEN
            RETURN new;
        ELSIF old.state = 'superseded' OR new.state <> 'superseded'
            OR to_jsonb(new) - '{state,valid,superseded_at}'::text[]
            <> to_jsonb(old) - '{state,valid,superseded_at}'::text[]
            OR lower(new.valid) <> lower(old.valid) OR NOT new.valid <@ old.valid
        THEN
            rule := 'scheme_version_never_edited';
        ELSIF is_computed_from(old.id, upper(new.valid)) THEN
            rule := 'scheme_version_cut_where_unused';
        END IF;
    ELSIF (new.id, new.scheme_id, new.number, new.is_shipped, new.drafted_by)
        IS DISTINCT FROM (old.id, old.scheme_id, old.number, old.is_shipped, old.drafted_by)
    THEN
        rule := 'scheme_version_never_edited';
    ELSIF (new.state = 'superseded') OR (old.state = 'drafted' AND new.state = 'activated') THEN
        rule := 'scheme_version_moves_in_order';
    ELSIF to_jsonb(new) - moved <> to_jsonb(old) - moved THEN
        IF new.state <> 'drafted' THEN
            rule := 'scheme_version_checked_as_written';
        ELSIF actor_account() IS DISTINCT FROM old.drafted_by THEN
            rule := 'scheme_version_rewritten_by_author';
        END IF;
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION 'a scheme version cannot be changed like this: draft another version'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = rule;
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER scheme_version_guarded BEFORE UPDATE OR DELETE ON scheme_version
FOR EACH ROW EXECUTE FUNCTION guard_scheme_version();

-- A version as a line of a list, of those that the actor may see, with its people by name.
CREATE VIEW scheme_version_listed WITH (security_invoker = TRUE) AS
SELECT
    v.id,
    v.scheme_id,
    s.code,
    s.name_sq,
    s.name_sr,
    s.name_en,
    v.number,
    v.state,
    lower(v.valid) AS valid_from,
    upper(v.valid) - 1 AS valid_until,
    v.selected_by,
    v.monthly_max_cents,
    v.months,
    v.final_max_cents,
    v.paid_until_months,
    v.payments,
    v.age_min,
    v.age_max,
    v.source,
    v.is_shipped,
    encode(v.document_sha256, 'hex') AS document_sha256,
    v.drafted_at,
    v.drafted_by,
    drafter.name AS drafted_by_name,
    v.checked_at,
    checker.name AS checked_by_name,
    v.activated_at,
    activator.name AS activated_by_name,
    v.superseded_at
FROM scheme_version AS v
INNER JOIN scheme AS s ON v.scheme_id = s.id
LEFT JOIN account AS drafter ON v.drafted_by = drafter.id
LEFT JOIN account AS checker ON v.checked_by = checker.id
LEFT JOIN account AS activator ON v.activated_by = activator.id;
