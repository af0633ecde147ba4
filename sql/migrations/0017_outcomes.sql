CREATE TABLE outcome (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    months_after integer NOT NULL,
    employed boolean NOT NULL,
    same_employer boolean NOT NULL,
    observed_on date NOT NULL,
    source text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES account,
    CONSTRAINT outcome_once_per_point UNIQUE (agreement_id, months_after),
    CONSTRAINT outcome_point_known CHECK (months_after IN (0, 3, 6, 12)),
    CONSTRAINT outcome_same_employer_is_employed CHECK (employed OR NOT same_employer),
    CONSTRAINT outcome_source_known CHECK (source IN ('payroll', 'employer', 'candidate', 'visit'))
);
