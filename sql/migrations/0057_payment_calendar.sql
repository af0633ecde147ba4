-- On which days the money of a month is due to move.

-- Days of the month after the earned one: the last on which evidence counts for its payout, and
-- those by which the payout is put up and paid. `valid` is that of the earned month's first day.
CREATE TABLE payment_calendar (
    id uuid PRIMARY KEY,
    valid daterange NOT NULL,
    reporting_closes_day integer NOT NULL,
    put_up_day integer NOT NULL,
    payment_day integer NOT NULL,
    source text NOT NULL,
    CONSTRAINT payment_calendar_one_at_a_time EXCLUDE USING gist (valid WITH &&),
    CONSTRAINT payment_calendar_valid_some_days CHECK (NOT isempty(valid)),
    CONSTRAINT payment_calendar_days_in_order CHECK (
        reporting_closes_day >= 1
        AND reporting_closes_day <= put_up_day
        AND put_up_day <= payment_day
        AND payment_day <= 28
    ),
    CONSTRAINT payment_calendar_has_a_source CHECK (btrim(source) <> '')
);

CREATE TRIGGER payment_calendar_never_edited BEFORE UPDATE ON payment_calendar
FOR EACH ROW EXECUTE FUNCTION guard_dated_rule();
CREATE TRIGGER payment_calendar_never_deleted BEFORE DELETE ON payment_calendar
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_calendar_no_truncate BEFORE TRUNCATE ON payment_calendar
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_calendar_audited AFTER INSERT OR UPDATE OR DELETE ON payment_calendar
FOR EACH ROW EXECUTE FUNCTION record_audit();

GRANT SELECT ON payment_calendar TO ura_app;

ALTER TABLE payment_calendar ENABLE ROW LEVEL SECURITY;
CREATE POLICY payment_calendar_seen ON payment_calendar FOR SELECT USING (TRUE);
