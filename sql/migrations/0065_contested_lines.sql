-- What a candidate contests after it was put up is not paid either.

-- The lines of payouts that rest on a report which its candidate contests, where the check of
-- evidence by which the line was put up does not know of it. Begins at the few contests that stand,
-- however many lines there are. Nothing waits for a decision that is being taken: what is contested
-- in that moment is approved, and then kept from the bank.
CREATE VIEW contested_line WITH (security_invoker = TRUE) AS
SELECT
    l.payout_id,
    l.id AS line_id,
    min(t.month) AS contested_month
FROM attendance_contest AS k
INNER JOIN attendance AS t ON k.attendance_id = t.id AND t.superseded_at IS NULL
INNER JOIN instalment AS i
    ON
        t.agreement_id = i.agreement_id
        AND i.month IN (t.month, (t.month + interval '1 month')::date)
INNER JOIN payout_line AS l ON i.id = l.instalment_id AND l.released_at IS NULL
INNER JOIN payout AS p ON l.payout_id = p.id
INNER JOIN check_result AS f
    ON
        p.check_run_id = f.run_id
        AND l.instalment_id = f.instalment_id
        AND f.code = 'evidence_received'
INNER JOIN LATERAL evidence_of(ARRAY[i.id]) AS d ON t.id = d.attendance_id
WHERE
    k.settled_at IS NULL
    AND NOT coalesce(f.inputs -> 'contested' ? t.month::text, FALSE)
GROUP BY l.payout_id, l.id;

GRANT SELECT ON contested_line TO ura_app;

CREATE FUNCTION guard_payout_contested() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM contested_line AS c WHERE c.payout_id = new.id) THEN
        RAISE EXCEPTION 'a candidate contests what a line of the payout rests on'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_pays_nothing_contested';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_pays_nothing_contested BEFORE UPDATE ON payout
FOR EACH ROW WHEN (old.state <> new.state AND new.state = 'approved')
EXECUTE FUNCTION guard_payout_contested();

-- After the approval such a line stays out of the files for the bank, like one that cannot be
-- written, until it is released and put up anew.
ALTER TABLE unwritten_line
DROP CONSTRAINT unwritten_line_reason_known,
ADD CONSTRAINT unwritten_line_reason_known CHECK (
    reason IN ('letters', 'length', 'town', 'iban', 'amount', 'contested')
);

CREATE FUNCTION guard_attempts_contested() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM contested_line AS c
        INNER JOIN written AS w ON c.line_id = w.payout_line_id
    ) THEN
        RAISE EXCEPTION 'what a candidate contests is not sent to the bank'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_attempt_not_contested';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER payment_attempt_not_contested AFTER INSERT ON payment_attempt
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION guard_attempts_contested();
