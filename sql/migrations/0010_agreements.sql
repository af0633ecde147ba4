CREATE TABLE agreement (
    id uuid PRIMARY KEY,
    reference text NOT NULL,
    match_id uuid REFERENCES placement_match,
    placement_id uuid NOT NULL REFERENCES placement,
    candidate_id uuid NOT NULL REFERENCES candidate,
    employer_id uuid NOT NULL REFERENCES employer,
    office_id uuid NOT NULL REFERENCES office,
    scheme_version_id uuid NOT NULL REFERENCES scheme_version,
    starts_on date NOT NULL,
    period daterange NOT NULL,
    employment daterange NOT NULL,
    gross_wage_cents bigint NOT NULL,
    weekly_hours integer NOT NULL,
    terms text NOT NULL,
    terms_sha256 bytea NOT NULL,
    state text NOT NULL,
    drafted_at timestamptz NOT NULL,
    drafted_by uuid NOT NULL REFERENCES account,
    started_at timestamptz,
    started_by uuid REFERENCES account,
    ended_at timestamptz,
    ended_by uuid REFERENCES account,
    end_cause text,
    replaces_agreement_id uuid REFERENCES agreement,
    replacement_months integer,
    CONSTRAINT agreement_once_per_reference UNIQUE (reference),
    CONSTRAINT agreement_replaces_for_months CHECK (
        (replaces_agreement_id IS NULL) = (replacement_months IS NULL)
        AND replacement_months BETWEEN 1 AND 24
        AND replaces_agreement_id <> id
    ),
    CONSTRAINT agreement_state_known CHECK (
        state IN (
            'drafted', 'signed', 'active', 'suspended', 'completed', 'ended_early', 'cancelled'
        )
    ),
    CONSTRAINT agreement_terms_hashed CHECK (octet_length(terms_sha256) = 32),
    CONSTRAINT agreement_wage_positive CHECK (gross_wage_cents > 0),
    CONSTRAINT agreement_hours_legal CHECK (weekly_hours BETWEEN 1 AND 40),
    CONSTRAINT agreement_starts_with_period CHECK (
        NOT isempty(period) AND lower(period) = starts_on AND NOT upper_inf(period)
    ),
    CONSTRAINT agreement_subsidy_within_employment CHECK (
        employment @> period AND NOT upper_inf(employment)
    ),
    CONSTRAINT agreement_started_pair CHECK (
        (started_at IS NULL) = (started_by IS NULL)
        AND (state IN ('drafted', 'signed', 'cancelled')) = (started_at IS NULL)
    ),
    -- A nightly job completes an agreement, and a job has no account.
    CONSTRAINT agreement_ended_with_cause CHECK (
        (state IN ('completed', 'ended_early', 'cancelled')) = (ended_at IS NOT NULL)
        AND (ended_at IS NULL) = (end_cause IS NULL)
        AND (state NOT IN ('ended_early', 'cancelled') OR ended_by IS NOT NULL)
        AND (ended_at IS NOT NULL OR ended_by IS NULL)
    ),
    CONSTRAINT agreement_state_tells_cause CHECK (
        (state = 'completed') = coalesce(end_cause = 'completed', FALSE)
        AND (state = 'cancelled') = coalesce(end_cause = 'cancelled_before_start', FALSE)
    ),
    CONSTRAINT agreement_end_cause_known CHECK (
        end_cause IN (
            'completed', 'employer_dismissed', 'employer_closed', 'candidate_left', 'misconduct',
            'mutual', 'cancelled_before_start'
        )
    ),
    CONSTRAINT agreement_no_overlap_per_candidate EXCLUDE USING gist (
        candidate_id WITH =, period WITH &&
    ) WHERE (state <> 'cancelled')
);

CREATE UNIQUE INDEX agreement_replaced_once ON agreement (replaces_agreement_id)
WHERE state <> 'cancelled';

-- A cancelled draft makes room for another.
CREATE UNIQUE INDEX agreement_once_per_match ON agreement (match_id) WHERE state <> 'cancelled';
CREATE INDEX agreement_by_office ON agreement (office_id, starts_on);
CREATE INDEX agreement_by_employer ON agreement (employer_id, starts_on);
CREATE INDEX agreement_by_placement ON agreement (placement_id);
CREATE INDEX agreement_by_period ON agreement USING gist (period);

-- Who left, or was dismissed for misconduct, is replaced by somebody else in the same placement
-- within 30 days, for the months that had not begun. A seat has no other second agreement.
CREATE FUNCTION guard_replacement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    seats integer;
BEGIN
    SELECT p.seats INTO seats
    FROM public.placement AS p WHERE p.id = new.placement_id FOR NO KEY UPDATE;
    IF new.replaces_agreement_id IS NULL AND seats < (
        SELECT count(*) FROM public.agreement AS a
        WHERE a.placement_id = new.placement_id
            AND a.replaces_agreement_id IS NULL
            AND a.state <> 'cancelled'
    ) THEN
        RAISE EXCEPTION 'every seat of the placement had its agreement'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_within_seats';
    END IF;
    IF new.replaces_agreement_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM public.agreement AS r
        INNER JOIN public.scheme_version AS v ON r.scheme_version_id = v.id
        WHERE r.id = new.replaces_agreement_id
            AND r.state = 'ended_early'
            AND r.end_cause IN ('candidate_left', 'misconduct')
            AND r.placement_id = new.placement_id
            AND r.employer_id = new.employer_id
            AND r.candidate_id <> new.candidate_id
            AND new.starts_on >= upper(r.period)
            AND new.starts_on < upper(r.period) + 30
            AND upper(r.period) <= r.starts_on + make_interval(
                months => coalesce(r.replacement_months, v.months) - new.replacement_months
            )
    ) THEN
        RAISE EXCEPTION 'the agreement cannot be replaced by this one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_replacement_fits';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER agreement_replacement_fits AFTER INSERT ON agreement
FOR EACH ROW EXECUTE FUNCTION guard_replacement();

-- What an instalment follows from and no version keeps is agreed once and for all.
CREATE FUNCTION guard_agreement_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (
        new.candidate_id, new.employer_id, new.placement_id, new.scheme_version_id, new.starts_on,
        new.gross_wage_cents, new.weekly_hours, new.replaces_agreement_id, new.replacement_months
    ) IS DISTINCT FROM (
        old.candidate_id, old.employer_id, old.placement_id, old.scheme_version_id, old.starts_on,
        old.gross_wage_cents, old.weekly_hours, old.replaces_agreement_id, old.replacement_months
    ) THEN
        RAISE EXCEPTION 'what was agreed stands: draft another agreement'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'agreement_terms_stand';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER agreement_terms_stand
BEFORE UPDATE OF
candidate_id, employer_id, placement_id, scheme_version_id, starts_on, gross_wage_cents,
weekly_hours, replaces_agreement_id, replacement_months
ON agreement
FOR EACH ROW EXECUTE FUNCTION guard_agreement_terms();

-- The days of an agreement in versions, from when each became known. The agreement itself always
-- says the same as the version that stands.
CREATE TABLE agreement_dates (
    agreement_id uuid NOT NULL REFERENCES agreement,
    version integer NOT NULL,
    period daterange NOT NULL,
    employment daterange NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES account,
    superseded_at timestamptz,
    CONSTRAINT agreement_dates_once_per_version PRIMARY KEY (agreement_id, version),
    CONSTRAINT agreement_dates_superseded_later CHECK (superseded_at >= recorded_at)
);

CREATE UNIQUE INDEX agreement_dates_one_stands ON agreement_dates (agreement_id)
WHERE superseded_at IS NULL;

CREATE TRIGGER agreement_dates_never_edited BEFORE UPDATE ON agreement_dates
FOR EACH ROW EXECUTE FUNCTION guard_version();
CREATE TRIGGER agreement_dates_never_deleted BEFORE DELETE ON agreement_dates
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agreement_dates_no_truncate BEFORE TRUNCATE ON agreement_dates
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- With its owner's rights, so that it judges by what is there and not by what an actor may see.
CREATE FUNCTION guard_agreement_dates() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    changed uuid := CASE tg_table_name
        WHEN 'agreement' THEN to_jsonb(new) ->> 'id'
        ELSE to_jsonb(new) ->> 'agreement_id'
    END;
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM public.agreement AS a
        INNER JOIN public.agreement_dates AS d
            ON
                a.id = d.agreement_id
                AND a.period = d.period
                AND a.employment = d.employment
                AND d.superseded_at IS NULL
        WHERE a.id = changed
    ) THEN
        RAISE EXCEPTION 'the days of an agreement are those of the version that stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_dates_are_its_own';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER agreement_has_its_dates AFTER INSERT OR UPDATE OF period, employment
ON agreement DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION guard_agreement_dates();
CREATE CONSTRAINT TRIGGER agreement_dates_are_its_own AFTER INSERT OR UPDATE
ON agreement_dates DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION guard_agreement_dates();

CREATE TABLE agreement_signature (
    agreement_id uuid NOT NULL REFERENCES agreement,
    party text NOT NULL,
    signed_name text NOT NULL,
    signed_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES account,
    terms_sha256 bytea NOT NULL,
    CONSTRAINT agreement_signature_once_per_party PRIMARY KEY (agreement_id, party),
    CONSTRAINT agreement_signature_party_known CHECK (
        party IN ('candidate', 'employer', 'office')
    ),
    CONSTRAINT agreement_signature_named CHECK (btrim(signed_name) <> '')
);

CREATE TRIGGER agreement_signature_append_only BEFORE UPDATE OR DELETE ON agreement_signature
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agreement_signature_no_truncate BEFORE TRUNCATE ON agreement_signature
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A start without all three signatures under the very text of the agreement cannot be written.
CREATE FUNCTION guard_agreement_start() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.started_at IS NOT NULL AND (
        SELECT count(*) FROM agreement_signature AS s
        WHERE s.agreement_id = new.id AND s.terms_sha256 = new.terms_sha256
    ) < 3 THEN
        RAISE EXCEPTION 'an agreement starts only when all three parties have signed it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_starts_signed_by_all';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER agreement_starts_signed_by_all
AFTER INSERT OR UPDATE OF started_at, terms_sha256 ON agreement
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION guard_agreement_start();

-- An agreement as a line of a list, of those that the actor may see.
CREATE VIEW agreement_listed WITH (security_invoker = TRUE) AS
SELECT
    a.id,
    a.reference,
    a.state,
    a.office_id,
    a.employer_id,
    c.given_name || ' ' || c.family_name AS candidate_name,
    e.legal_name AS employer_name,
    p.title,
    s.code AS scheme_code,
    a.period,
    array(
        SELECT g.party FROM agreement_signature AS g WHERE g.agreement_id = a.id ORDER BY g.party
    ) AS signed_parties
FROM agreement AS a
INNER JOIN candidate AS c ON a.candidate_id = c.id
INNER JOIN employer AS e ON a.employer_id = e.id
INNER JOIN placement AS p ON a.placement_id = p.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN scheme AS s ON v.scheme_id = s.id;

-- Days without work. An end that becomes known later is a new row that supersedes the open one.
CREATE TABLE agreement_suspension (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    period daterange NOT NULL,
    reason text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES account,
    superseded_at timestamptz,
    CONSTRAINT agreement_suspension_not_empty CHECK (NOT isempty(period)),
    CONSTRAINT agreement_suspension_with_reason CHECK (btrim(reason) <> ''),
    CONSTRAINT agreement_suspension_superseded_later CHECK (superseded_at >= recorded_at),
    CONSTRAINT agreement_suspension_no_overlap EXCLUDE USING gist (
        agreement_id WITH =, period WITH &&
    ) WHERE (superseded_at IS NULL)
);

CREATE INDEX agreement_suspension_by_agreement ON agreement_suspension (agreement_id);

CREATE TRIGGER agreement_suspension_never_edited BEFORE UPDATE ON agreement_suspension
FOR EACH ROW EXECUTE FUNCTION guard_version();
CREATE TRIGGER agreement_suspension_never_deleted BEFORE DELETE ON agreement_suspension
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agreement_suspension_no_truncate BEFORE TRUNCATE ON agreement_suspension
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Each move of an agreement: what happened, when, by whose account (none: a job), and why.
CREATE TABLE agreement_event (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    event text NOT NULL,
    happened_at timestamptz NOT NULL,
    happened_by uuid REFERENCES account,
    reason text,
    CONSTRAINT agreement_event_known CHECK (
        event IN (
            'signed', 'started', 'interrupted', 'suspended', 'resumed', 'extended',
            'employment_changed', 'ended_early', 'completed', 'cancelled'
        )
    ),
    CONSTRAINT agreement_event_by_somebody CHECK (
        event = 'completed' OR happened_by IS NOT NULL
    ),
    CONSTRAINT agreement_event_with_reason CHECK (
        event IN ('signed', 'started', 'resumed', 'completed')
        OR coalesce(btrim(reason), '') <> ''
    )
);

CREATE INDEX agreement_event_by_agreement ON agreement_event (agreement_id, id);

CREATE TRIGGER agreement_event_append_only BEFORE UPDATE OR DELETE ON agreement_event
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agreement_event_no_truncate BEFORE TRUNCATE ON agreement_event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
