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
    CONSTRAINT scheme_once_per_code UNIQUE (code)
);

-- The start of the agreement selects the version; a version's money rules never change once used.
CREATE TABLE scheme_version (
    id uuid PRIMARY KEY,
    scheme_id uuid NOT NULL REFERENCES scheme,
    number integer NOT NULL,
    valid daterange NOT NULL,
    kind text NOT NULL,
    rate_bp integer,
    monthly_max_cents bigint NOT NULL,
    months integer NOT NULL,
    payee text NOT NULL,
    age_min integer NOT NULL,
    age_max integer NOT NULL,
    source text NOT NULL,
    CONSTRAINT scheme_version_once_per_number UNIQUE (scheme_id, number),
    CONSTRAINT scheme_version_one_at_a_time EXCLUDE USING gist (
        scheme_id WITH =, valid WITH &&
    ),
    CONSTRAINT scheme_version_kind_known CHECK (kind IN ('wage_share', 'flat')),
    CONSTRAINT scheme_version_rate_by_kind CHECK (
        (kind = 'wage_share') = (rate_bp IS NOT NULL)
    ),
    CONSTRAINT scheme_version_rate_is_share CHECK (rate_bp BETWEEN 1 AND 10000),
    CONSTRAINT scheme_version_amount_positive CHECK (monthly_max_cents > 0),
    CONSTRAINT scheme_version_months_possible CHECK (months BETWEEN 1 AND 24),
    CONSTRAINT scheme_version_payee_known CHECK (payee IN ('employer', 'candidate')),
    CONSTRAINT scheme_version_ages_ordered CHECK (age_min BETWEEN 15 AND age_max)
);
