CREATE TABLE month_run (
    id uuid PRIMARY KEY,
    month date NOT NULL,
    state text NOT NULL,
    requested_at timestamptz NOT NULL,
    requested_by uuid REFERENCES account,
    finished_at timestamptz,
    agreement_count integer NOT NULL,
    CONSTRAINT month_run_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT month_run_state_known CHECK (state IN ('running', 'finished', 'cancelled')),
    CONSTRAINT month_run_state_tells_end CHECK (
        (state = 'running') = (finished_at IS NULL)
    )
);

CREATE UNIQUE INDEX month_run_one_at_a_time ON month_run (month) WHERE state = 'running';

-- The work of a run: agreements from first_agreement to last_agreement. A worker holds a chunk by a
-- lease; the token fences out one that was thought dead and comes back.
CREATE TABLE month_chunk (
    run_id uuid NOT NULL REFERENCES month_run,
    number integer NOT NULL,
    first_agreement uuid NOT NULL,
    last_agreement uuid NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    lease_token uuid,
    lease_until timestamptz,
    done_at timestamptz,
    due_count integer,
    blocked_count integer,
    not_due_count integer,
    written_count integer,
    due_cents bigint,
    last_error text,
    CONSTRAINT month_chunk_once PRIMARY KEY (run_id, number),
    CONSTRAINT month_chunk_ordered CHECK (first_agreement <= last_agreement),
    CONSTRAINT month_chunk_done_with_counts CHECK (
        num_nonnulls(
            done_at, due_count, blocked_count, not_due_count, written_count, due_cents
        ) IN (0, 6)
    )
);

CREATE INDEX month_chunk_open ON month_chunk (run_id, number) WHERE done_at IS NULL;

-- For each active agreement, month and kind of payment exactly one current row: an amount due, or
-- why there is none.
CREATE TABLE instalment (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    month date NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    outcome text NOT NULL,
    amount_cents bigint NOT NULL,
    reason text,
    trace jsonb NOT NULL,
    run_id uuid NOT NULL REFERENCES month_run,
    computed_at timestamptz NOT NULL,
    superseded_at timestamptz,
    CONSTRAINT instalment_once_per_version UNIQUE (agreement_id, month, kind, version),
    CONSTRAINT instalment_kind_word CHECK (kind ~ '^[a-z][a-z_]{0,30}$'),
    CONSTRAINT instalment_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT instalment_outcome_known CHECK (outcome IN ('due', 'blocked', 'not_due')),
    CONSTRAINT instalment_amount_by_outcome CHECK (
        (outcome = 'due' AND amount_cents > 0) OR (outcome <> 'due' AND amount_cents = 0)
    ),
    CONSTRAINT instalment_reason_when_not_due CHECK ((outcome = 'due') = (reason IS NULL))
);

CREATE UNIQUE INDEX instalment_once_per_month ON instalment (agreement_id, month, kind)
WHERE superseded_at IS NULL;
CREATE INDEX instalment_by_month ON instalment (month, outcome) WHERE superseded_at IS NULL;

CREATE FUNCTION guard_instalment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.superseded_at IS NOT NULL
        OR to_jsonb(new) - 'superseded_at' <> to_jsonb(old) - 'superseded_at'
    THEN
        RAISE EXCEPTION 'an instalment is never edited: a new version supersedes it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'instalment_never_edited';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER instalment_never_edited BEFORE UPDATE ON instalment
FOR EACH ROW EXECUTE FUNCTION guard_instalment();
CREATE TRIGGER instalment_never_deleted BEFORE DELETE ON instalment
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER instalment_no_truncate BEFORE TRUNCATE ON instalment
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
