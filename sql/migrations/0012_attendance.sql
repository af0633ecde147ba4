CREATE TABLE attendance (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    month date NOT NULL,
    version integer NOT NULL,
    days_expected integer NOT NULL,
    days_worked integer NOT NULL,
    days_paid_leave integer NOT NULL,
    gross_wage_cents bigint NOT NULL,
    reported_at timestamptz NOT NULL,
    reported_by uuid NOT NULL REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    confirmed_for text,
    superseded_at timestamptz,
    CONSTRAINT attendance_once_per_version UNIQUE (agreement_id, month, version),
    CONSTRAINT attendance_month_first_day CHECK (extract(DAY FROM month) = 1),
    CONSTRAINT attendance_days_possible CHECK (
        days_expected BETWEEN 1 AND 31 AND days_worked >= 0 AND days_paid_leave >= 0
    ),
    CONSTRAINT attendance_days_add_up CHECK (days_worked + days_paid_leave <= days_expected),
    CONSTRAINT attendance_wage_not_negative CHECK (gross_wage_cents >= 0),
    CONSTRAINT attendance_confirmed_by_another CHECK (confirmed_by <> reported_by),
    CONSTRAINT attendance_confirmed_together CHECK (
        num_nonnulls(confirmed_at, confirmed_by, confirmed_for) IN (0, 3)
    ),
    CONSTRAINT attendance_confirmed_for_known CHECK (confirmed_for IN ('candidate', 'office'))
);

CREATE UNIQUE INDEX attendance_once_per_month ON attendance (agreement_id, month)
WHERE superseded_at IS NULL;

-- A report says what it said: it is confirmed once while it stands, and superseded once.
CREATE FUNCTION guard_attendance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := CASE
        WHEN old.confirmed_at IS NULL AND new.superseded_at IS NULL
            THEN ARRAY['confirmed_at', 'confirmed_by', 'confirmed_for']
        ELSE ARRAY['superseded_at']
    END;
BEGIN
    IF old.superseded_at IS NOT NULL
        OR to_jsonb(new) - decision <> to_jsonb(old) - decision
    THEN
        RAISE EXCEPTION 'a report is never edited: another version of it supersedes it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'attendance_never_edited';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER attendance_never_edited BEFORE UPDATE ON attendance
FOR EACH ROW EXECUTE FUNCTION guard_attendance();
CREATE TRIGGER attendance_never_deleted BEFORE DELETE ON attendance
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER attendance_no_truncate BEFORE TRUNCATE ON attendance
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
