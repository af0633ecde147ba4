CREATE TABLE municipality (
    code text PRIMARY KEY,
    name_sq text NOT NULL,
    name_sr text NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    population integer NOT NULL,
    CONSTRAINT municipality_code_plain CHECK (code ~ '^[a-z][a-z-]*$'),
    CONSTRAINT municipality_has_people CHECK (population > 0)
);

CREATE TABLE office (
    id uuid PRIMARY KEY,
    municipality_code text NOT NULL REFERENCES municipality,
    name_sq text NOT NULL,
    name_sr text NOT NULL,
    CONSTRAINT office_once_per_municipality UNIQUE (municipality_code)
);
