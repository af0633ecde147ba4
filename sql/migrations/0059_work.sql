-- Long work that somebody asked for and need not wait for: a worker does it, anybody of the finance
-- office can see how far it is.

CREATE TABLE work (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    month date,
    payout_id uuid REFERENCES payout,
    content_sha256 bytea,
    language text NOT NULL,
    asked_at timestamptz NOT NULL,
    asked_by uuid NOT NULL REFERENCES account,
    state text NOT NULL DEFAULT 'waiting',
    step text,
    done_count integer NOT NULL DEFAULT 0,
    total_count integer,
    attempts integer NOT NULL DEFAULT 0,
    leased_until timestamptz,
    result_id uuid,
    is_repeat boolean NOT NULL DEFAULT FALSE,
    refusal text,
    finished_at timestamptz,
    CONSTRAINT work_kind_known CHECK (
        kind IN ('put_up', 'reopening', 'check_month', 'bank_import', 'bank_export')
    ),
    CONSTRAINT work_kind_names_subject CHECK (
        num_nonnulls(month, payout_id, content_sha256) = 1
        AND (kind IN ('put_up', 'check_month')) = (month IS NOT NULL)
        AND (kind IN ('reopening', 'bank_export')) = (payout_id IS NOT NULL)
        AND (kind = 'bank_import') = (content_sha256 IS NOT NULL)
    ),
    CONSTRAINT work_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT work_language_known CHECK (language IN ('sq', 'sr', 'en')),
    CONSTRAINT work_state_known CHECK (
        state IN ('waiting', 'running', 'done', 'refused', 'failed')
    ),
    CONSTRAINT work_step_known CHECK (
        step IN (
            'reading', 'waiting_for_turn', 'posting', 'gathering', 'checking', 'flagging',
            'computing_twice', 'writing'
        )
    ),
    CONSTRAINT work_counts_up CHECK (done_count >= 0 AND done_count <= total_count),
    CONSTRAINT work_state_tells_end CHECK (
        (state IN ('done', 'refused', 'failed')) = (finished_at IS NOT NULL)
    ),
    CONSTRAINT work_refusal_tells_why CHECK (
        (state IN ('refused', 'failed')) = (refusal IS NOT NULL)
    ),
    CONSTRAINT work_result_when_done CHECK ((state = 'done') = (result_id IS NOT NULL)),
    CONSTRAINT work_leased_while_running CHECK ((state = 'running') = (leased_until IS NOT NULL))
);

-- The same is asked for once at a time, however often somebody presses the button.
CREATE UNIQUE INDEX work_once_at_a_time ON work (kind, month, payout_id, content_sha256)
NULLS NOT DISTINCT WHERE state IN ('waiting', 'running');
CREATE INDEX work_open ON work (asked_at) WHERE state IN ('waiting', 'running');
CREATE INDEX work_by_time ON work (asked_at DESC);

-- The file that a piece of work reads, sealed, until it is over.
CREATE TABLE work_file (
    work_id uuid NOT NULL REFERENCES work,
    number integer NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT work_file_once PRIMARY KEY (work_id, number),
    CONSTRAINT work_file_number_counts CHECK (number >= 1),
    CONSTRAINT work_file_small CHECK (octet_length(sealed) <= 4194304)
);

CREATE FUNCTION guard_work() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := ARRAY[
        'state', 'step', 'done_count', 'total_count', 'attempts', 'leased_until', 'result_id',
        'is_repeat', 'refusal', 'finished_at'
    ];
BEGIN
    IF old.finished_at IS NOT NULL
        OR to_jsonb(new) - moving <> to_jsonb(old) - moving
        OR new.attempts < old.attempts
    THEN
        RAISE EXCEPTION 'work that is over stays over, and is what was asked for'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'work_moves_forward';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER work_moves_forward BEFORE UPDATE ON work
FOR EACH ROW EXECUTE FUNCTION guard_work();
CREATE TRIGGER work_never_deleted BEFORE DELETE ON work
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER work_no_truncate BEFORE TRUNCATE ON work
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT, UPDATE ON work TO ura_app;
GRANT SELECT, INSERT, DELETE ON work_file TO ura_app;

ALTER TABLE work ENABLE ROW LEVEL SECURITY;
CREATE POLICY work_seen ON work FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY work_asked_for ON work FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
    AND asked_by = (SELECT actor_account())
);
CREATE POLICY work_done ON work FOR UPDATE USING (
    (SELECT actor_role()) = 'system' OR asked_by = (SELECT actor_account())
);

ALTER TABLE work_file ENABLE ROW LEVEL SECURITY;
CREATE POLICY work_file_read ON work_file FOR SELECT USING ((SELECT actor_role()) = 'system');
CREATE POLICY work_file_handed_in ON work_file FOR INSERT WITH CHECK (
    EXISTS (
        SELECT 1 FROM work AS w
        WHERE w.id = work_file.work_id AND w.asked_by = (SELECT actor_account())
    )
);
CREATE POLICY work_file_dropped ON work_file FOR DELETE USING (
    (SELECT actor_role()) = 'system'
);
