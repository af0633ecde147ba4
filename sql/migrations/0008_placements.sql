CREATE TABLE placement (
    id uuid PRIMARY KEY,
    reference text NOT NULL,
    employer_id uuid NOT NULL REFERENCES employer,
    scheme_id uuid NOT NULL REFERENCES scheme,
    title text NOT NULL,
    occupation_code text NOT NULL REFERENCES occupation,
    tasks text NOT NULL,
    mentor_name text NOT NULL,
    training_plan text NOT NULL,
    weekly_hours integer NOT NULL,
    gross_wage_cents bigint NOT NULL,
    municipality_code text NOT NULL REFERENCES municipality,
    seats integer NOT NULL,
    period daterange NOT NULL,
    education_min text NOT NULL,
    languages text[] NOT NULL,
    driving_licences text[] NOT NULL,
    skills text[] NOT NULL,
    skills_demanded text[] NOT NULL,
    state text NOT NULL,
    submitted_at timestamptz NOT NULL,
    submitted_by uuid NOT NULL REFERENCES account,
    decided_at timestamptz,
    decided_by uuid REFERENCES account,
    decision_reason text,
    closed_at timestamptz,
    closed_by uuid REFERENCES account,
    CONSTRAINT placement_once_per_reference UNIQUE (reference),
    CONSTRAINT placement_state_known CHECK (
        state IN ('submitted', 'approved', 'refused', 'closed')
    ),
    CONSTRAINT placement_once_per_employer UNIQUE (id, employer_id),
    CONSTRAINT placement_education_known CHECK (
        education_min IN (
            'none', 'primary', 'lower_secondary', 'upper_secondary', 'vocational', 'bachelor',
            'master'
        )
    ),
    CONSTRAINT placement_two_people CHECK (decided_by <> submitted_by),
    CONSTRAINT placement_decided_pair CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
    CONSTRAINT placement_closed_pair CHECK ((closed_at IS NULL) = (closed_by IS NULL)),
    CONSTRAINT placement_state_tells_milestones CHECK (
        (state = 'submitted') = (decided_at IS NULL)
        AND (state = 'closed') = (closed_at IS NOT NULL)
    ),
    CONSTRAINT placement_refused_with_reason CHECK (
        state <> 'refused' OR (decision_reason IS NOT NULL AND btrim(decision_reason) <> '')
    ),
    CONSTRAINT placement_hours_legal CHECK (weekly_hours BETWEEN 1 AND 40),
    CONSTRAINT placement_wage_positive CHECK (gross_wage_cents > 0),
    CONSTRAINT placement_has_seats CHECK (seats BETWEEN 1 AND 500),
    CONSTRAINT placement_described CHECK (
        title <> '' AND tasks <> '' AND mentor_name <> '' AND training_plan <> ''
    ),
    CONSTRAINT placement_period_bounded CHECK (
        NOT isempty(period) AND NOT lower_inf(period) AND NOT upper_inf(period)
    )
);

CREATE INDEX placement_by_employer ON placement (employer_id, submitted_at);
CREATE INDEX placement_by_state ON placement (state, submitted_at);

-- The month's minimum is for full time, 40 hours; part time is held to its share of it.
CREATE FUNCTION guard_minimum_wage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    least_cents numeric;
BEGIN
    SELECT max(m.monthly_cents)::numeric * new.weekly_hours / 40 INTO least_cents
    FROM minimum_wage AS m
    WHERE m.period @> lower(new.period) AND m.superseded_at IS NULL;
    IF new.gross_wage_cents < coalesce(least_cents, 0) THEN
        RAISE EXCEPTION 'the wage is below the minimum wage of its first month'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'placement_pays_minimum_wage';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER placement_pays_minimum_wage
BEFORE INSERT OR UPDATE OF gross_wage_cents, weekly_hours, period ON placement
FOR EACH ROW EXECUTE FUNCTION guard_minimum_wage();
