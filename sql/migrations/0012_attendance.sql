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
