CREATE TABLE employer (
    id uuid PRIMARY KEY,
    business_number text NOT NULL,
    legal_name text NOT NULL,
    folded_name text NOT NULL,
    sector_nace text NOT NULL,
    headcount integer NOT NULL,
    representative_name text NOT NULL,
    municipality_code text NOT NULL REFERENCES municipality,
    registered_at timestamptz NOT NULL,
    registered_by uuid,
    CONSTRAINT employer_once_per_business_number UNIQUE (business_number),
    CONSTRAINT employer_business_number_form CHECK (business_number ~ '^[0-9]{9}$'),
    CONSTRAINT employer_sector_form CHECK (sector_nace ~ '^[0-9]{2}(\.[0-9]{1,2})?$'),
    CONSTRAINT employer_headcount_not_negative CHECK (headcount >= 0)
);

CREATE INDEX employer_by_name ON employer USING gin (folded_name gin_trgm_ops);
