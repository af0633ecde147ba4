CREATE TABLE payout (
    id uuid PRIMARY KEY,
    reference text NOT NULL,
    month date NOT NULL,
    state text NOT NULL,
    line_count integer NOT NULL,
    total_cents bigint NOT NULL,
    digest bytea NOT NULL,
    submitted_at timestamptz NOT NULL,
    submitted_by uuid NOT NULL REFERENCES account,
    approved_at timestamptz,
    approved_by uuid REFERENCES account,
    rejected_at timestamptz,
    rejected_by uuid REFERENCES account,
    rejection_reason text,
    exported_at timestamptz,
    exported_by uuid REFERENCES account,
    CONSTRAINT payout_once_per_reference UNIQUE (reference),
    CONSTRAINT payout_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT payout_state_known CHECK (
        state IN ('draft', 'submitted', 'approved', 'rejected', 'exported')
    ),
    CONSTRAINT payout_digest_sha256 CHECK (octet_length(digest) = 32),
    CONSTRAINT payout_two_people CHECK (approved_by <> submitted_by),
    CONSTRAINT payout_approved_pair CHECK (
        (approved_at IS NULL) = (approved_by IS NULL)
        AND (state IN ('approved', 'exported')) = (approved_at IS NOT NULL)
    ),
    CONSTRAINT payout_rejected_with_reason CHECK (
        num_nonnulls(rejected_at, rejected_by, rejection_reason) IN (0, 3)
        AND (state = 'rejected') = (rejected_at IS NOT NULL)
    ),
    CONSTRAINT payout_exported_pair CHECK (
        (exported_at IS NULL) = (exported_by IS NULL)
        AND (state = 'exported') = (exported_at IS NOT NULL)
    )
);

CREATE UNIQUE INDEX payout_one_open_per_month ON payout (month)
WHERE state IN ('draft', 'submitted');

CREATE TABLE payout_line (
    id uuid PRIMARY KEY,
    payout_id uuid NOT NULL REFERENCES payout,
    instalment_id uuid NOT NULL REFERENCES instalment,
    bank_account_id uuid NOT NULL REFERENCES bank_account,
    payee_name text NOT NULL,
    amount_cents bigint NOT NULL,
    released_at timestamptz,
    CONSTRAINT payout_line_amount_positive CHECK (amount_cents > 0)
);

CREATE UNIQUE INDEX payout_line_once_per_instalment ON payout_line (instalment_id)
WHERE released_at IS NULL;
CREATE INDEX payout_line_by_payout ON payout_line (payout_id);
CREATE INDEX payout_line_by_account ON payout_line (bank_account_id);

-- Lines are written only while their payout is a draft, and released only when it was rejected.
CREATE FUNCTION guard_payout_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payout_state text;
BEGIN
    SELECT p.state INTO payout_state FROM payout AS p WHERE p.id = new.payout_id FOR SHARE;
    IF tg_op = 'INSERT' AND payout_state = 'draft' THEN
        RETURN new;
    END IF;
    IF tg_op = 'UPDATE' AND payout_state = 'rejected' AND old.released_at IS NULL
        AND to_jsonb(new) - 'released_at' = to_jsonb(old) - 'released_at' THEN
        RETURN new;
    END IF;
    RAISE EXCEPTION 'the lines of a payout that was put up never change'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_line_frozen';
END
$$;

CREATE TRIGGER payout_line_frozen BEFORE INSERT OR UPDATE ON payout_line
FOR EACH ROW EXECUTE FUNCTION guard_payout_line();
CREATE TRIGGER payout_line_never_deleted BEFORE DELETE ON payout_line
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_line_no_truncate BEFORE TRUNCATE ON payout_line
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A payout never goes back, and what was put up is what is approved: total and digest stand.
CREATE FUNCTION guard_payout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (
        (old.state = 'draft' AND new.state = 'submitted')
        OR (old.state = 'submitted' AND new.state IN ('approved', 'rejected'))
        OR (old.state = 'approved' AND new.state = 'exported')
    ) THEN
        RAISE EXCEPTION 'a payout does not go from % to %', old.state, new.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_moves_forward';
    END IF;
    IF old.state <> 'draft' AND (
        new.digest, new.total_cents, new.line_count, new.month, new.submitted_by
    ) IS DISTINCT FROM (
        old.digest, old.total_cents, old.line_count, old.month, old.submitted_by
    ) THEN
        RAISE EXCEPTION 'the content of a payout that was put up never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_content_stands';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_moves_forward BEFORE UPDATE ON payout
FOR EACH ROW EXECUTE FUNCTION guard_payout();

-- What a payout comes to at a moment: SHA-256 over its lines in order, each with the instalment it
-- pays, whether that is still current, and the fingerprint of the account then in force.
CREATE FUNCTION payout_digest(payout_id uuid, at timestamptz) RETURNS bytea
LANGUAGE sql STABLE
RETURN (
    SELECT
        sha256(
            convert_to(
                coalesce(
                    string_agg(
                        jsonb_build_array(
                            l.id, i.id, i.version, l.amount_cents, i.amount_cents,
                            i.superseded_at IS NULL, l.payee_name, l.bank_account_id,
                            encode(paying.iban_index, 'hex')
                        )::text,
                        E'\n' ORDER BY l.id
                    ),
                    ''
                ),
                'UTF8'
            )
        )
    FROM payout_line AS l
    INNER JOIN instalment AS i ON l.instalment_id = i.id
    INNER JOIN bank_account AS put_up ON l.bank_account_id = put_up.id
    LEFT JOIN LATERAL (
        SELECT b.iban_index
        FROM bank_account AS b
        WHERE
            (b.employer_id = put_up.employer_id OR b.candidate_id = put_up.candidate_id)
            AND b.in_force @> payout_digest.at
        ORDER BY b.id
        LIMIT 1
    ) AS paying ON TRUE
    WHERE l.payout_id = payout_digest.payout_id
);
