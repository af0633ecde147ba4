-- Lines are written only while their payout is a draft, and released only when it will not be paid.
CREATE FUNCTION guard_payout_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payout_state text;
BEGIN
    SELECT p.state INTO payout_state FROM payout AS p WHERE p.id = new.payout_id FOR SHARE;
    IF tg_op = 'INSERT' AND payout_state = 'draft' THEN
        RETURN new;
    END IF;
    IF tg_op = 'UPDATE'
        AND (payout_state IN ('rejected', 'withdrawn', 'voided') OR is_unwritten(new.id))
        AND old.released_at IS NULL
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

-- Nettings are written and released with their lines, and stay within one payee of an agreement.
CREATE FUNCTION guard_payout_netting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payout_state text;
BEGIN
    SELECT p.state INTO payout_state
    FROM payout_line AS l
    INNER JOIN payout AS p ON l.payout_id = p.id
    INNER JOIN instalment AS due ON l.instalment_id = due.id
    INNER JOIN instalment AS overpaid ON due.agreement_id = overpaid.agreement_id
    INNER JOIN agreement AS a ON due.agreement_id = a.id
    INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
    WHERE
        l.id = new.payout_line_id
        AND overpaid.id = new.instalment_id
        AND (overpaid.id <> due.id OR l.reissues IS NOT NULL)
        AND payee_of(v.payments, overpaid.kind) = payee_of(v.payments, due.kind)
    FOR SHARE OF p;
    IF tg_op = 'INSERT' AND payout_state = 'draft' THEN
        RETURN new;
    END IF;
    IF tg_op = 'UPDATE'
        AND (
            payout_state IN ('rejected', 'withdrawn', 'voided')
            OR is_unwritten(new.payout_line_id)
        )
        AND old.released_at IS NULL
        AND to_jsonb(new) - 'released_at' = to_jsonb(old) - 'released_at' THEN
        RETURN new;
    END IF;
    RAISE EXCEPTION 'the nettings of a payout that was put up never change'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_netting_frozen';
END
$$;

CREATE TRIGGER payout_netting_frozen BEFORE INSERT OR UPDATE ON payout_netting
FOR EACH ROW EXECUTE FUNCTION guard_payout_netting();
CREATE TRIGGER payout_netting_never_deleted BEFORE DELETE ON payout_netting
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_netting_no_truncate BEFORE TRUNCATE ON payout_netting
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Whoever puts a payout up holds its agreements; this refuses what a bug would pay or net twice:
-- after it, no month it pays has more in payouts than is due, and none it nets has less.
CREATE FUNCTION guard_payout_submitted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Named first: what is put in is then read once, however little a planner knows of new lines.
    paid_agreements uuid[] := ARRAY(
        SELECT DISTINCT pi.agreement_id FROM put_in AS pi WHERE pi.payout_id = new.id
    );
BEGIN
    IF EXISTS (
        SELECT 1
        FROM payout_line AS l
        LEFT JOIN payout_netting AS n ON l.id = n.payout_line_id
        WHERE l.payout_id = new.id
        GROUP BY l.id
        HAVING l.netted_cents <> coalesce(sum(n.amount_cents), 0) + kept_for_recoveries(l.id)
    ) THEN
        RAISE EXCEPTION 'a line keeps back what its nettings come to'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_nettings_add_up';
    END IF;
    IF EXISTS (
        SELECT 1
        FROM (
            SELECT
                pi.agreement_id,
                pi.month,
                pi.kind,
                sum(pi.cents) AS cents,
                bool_or(pi.payout_id = new.id AND pi.cents > 0) AS is_paid
            FROM put_in AS pi
            WHERE pi.agreement_id = any(paid_agreements)
            GROUP BY pi.agreement_id, pi.month, pi.kind
            HAVING bool_or(pi.payout_id = new.id)
        ) AS held
        INNER JOIN instalment AS i
            ON
                held.agreement_id = i.agreement_id
                AND held.month = i.month
                AND held.kind = i.kind
                AND i.superseded_at IS NULL
        WHERE
            CASE
                WHEN held.is_paid THEN held.cents > i.amount_cents
                ELSE held.cents < i.amount_cents
            END
    ) THEN
        RAISE EXCEPTION 'a payout pays no more than is due and nets no more than is overpaid'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_pays_what_is_due';
    END IF;
    IF EXISTS (
        SELECT 1
        FROM payout_line AS l
        INNER JOIN instalment AS i ON l.instalment_id = i.id
        INNER JOIN agreement AS a ON i.agreement_id = a.id
        INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
        INNER JOIN bank_account AS b ON l.bank_account_id = b.id
        WHERE
            l.payout_id = new.id
            AND payee_id(v.payments, i.kind, a.employer_id, a.candidate_id)
            IS DISTINCT FROM coalesce(b.employer_id, b.candidate_id)
    ) THEN
        RAISE EXCEPTION 'a line goes to an account of who is paid by its kind of payment'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_pays_its_payees';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_pays_what_is_due BEFORE UPDATE ON payout
FOR EACH ROW WHEN (old.state = 'draft') EXECUTE FUNCTION guard_payout_submitted();

-- A payout never goes back, and what was put up is what is approved: total and digest stand. What
-- moves it are the acts of people (payout_act), which are there before it moves.
CREATE FUNCTION guard_payout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (
        (old.state = 'draft' AND new.state = 'submitted')
        OR (old.state = 'submitted' AND new.state IN ('approved', 'rejected', 'withdrawn'))
        OR (old.state = 'approved' AND new.state IN ('voided', 'exported'))
    ) THEN
        RAISE EXCEPTION 'a payout does not go from % to %', old.state, new.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_moves_forward';
    END IF;
    IF old.state <> 'draft' AND (
        new.digest, new.total_cents, new.line_count, new.month, new.submitted_at,
        new.submitted_by, new.required_approvals, new.required_authorisations, new.reopens
    ) IS DISTINCT FROM (
        old.digest, old.total_cents, old.line_count, old.month, old.submitted_at,
        old.submitted_by, old.required_approvals, old.required_authorisations, old.reopens
    ) THEN
        RAISE EXCEPTION 'the content of a payout that was put up never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_content_stands';
    END IF;
    IF old.approved_at IS DISTINCT FROM new.approved_at AND new.state <> 'approved' THEN
        RAISE EXCEPTION 'the moment of its approval stands'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_content_stands';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_moves_forward BEFORE UPDATE ON payout
FOR EACH ROW EXECUTE FUNCTION guard_payout();
