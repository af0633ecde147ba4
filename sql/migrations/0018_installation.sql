-- One row: which key seals this database, so that a wrong key is refused at start and not at use.

CREATE TABLE installation (
    id boolean PRIMARY KEY DEFAULT TRUE,
    key_check bytea NOT NULL,
    CONSTRAINT installation_one_row CHECK (id)
);
