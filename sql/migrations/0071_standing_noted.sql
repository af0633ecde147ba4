-- What a payment's standing follows from, and who notes that it was written: triggers, with their
-- owner's rights, so that no writer can forget it. They decide nothing.

-- By the days, the office and the reference of an agreement; and whether it has begun at all.
CREATE FUNCTION note_standing_of_agreements() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(w.id), array_agg(date '-infinity'))
    FROM written AS w
    WHERE w.started_at IS NOT NULL;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_standing_of_changed_agreements() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(w.id), array_agg(date '-infinity'))
    FROM written AS w
    INNER JOIN replaced AS r ON w.id = r.id
    WHERE
        (w.period, w.office_id, w.reference, w.started_at IS NULL)
        IS DISTINCT FROM (r.period, r.office_id, r.reference, r.started_at IS NULL);
    RETURN NULL;
END
$$;

-- By what names its agreement and month itself.
CREATE FUNCTION note_standing_of_months() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(w.agreement_id), array_agg(w.month))
    FROM written AS w;
    RETURN NULL;
END
$$;

-- By what is put up of an instalment, and what pays a failed payment of another again.
CREATE FUNCTION note_standing_of_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(i.agreement_id), array_agg(i.month))
    FROM written AS w
    INNER JOIN public.instalment AS i ON w.instalment_id = i.id;
    PERFORM public.note_standing(array_agg(i.agreement_id), array_agg(i.month))
    FROM written AS w
    INNER JOIN public.payment_attempt AS o ON w.reissues = o.id
    INNER JOIN public.payout_line AS l ON o.payout_line_id = l.id
    INNER JOIN public.instalment AS i ON l.instalment_id = i.id;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_standing_of_instalments() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(i.agreement_id), array_agg(i.month))
    FROM written AS w
    INNER JOIN public.instalment AS i ON w.instalment_id = i.id;
    RETURN NULL;
END
$$;

CREATE FUNCTION note_standing_of_payouts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(i.agreement_id), array_agg(i.month))
    FROM written AS w
    INNER JOIN replaced AS r ON w.id = r.id
    INNER JOIN public.payout_line AS l ON w.id = l.payout_id
    INNER JOIN public.instalment AS i ON l.instalment_id = i.id
    WHERE (w.state, w.submitted_at) IS DISTINCT FROM (r.state, r.submitted_at);
    RETURN NULL;
END
$$;

-- By what becomes of the order to the bank, and whether anybody still waits for it.
CREATE FUNCTION note_standing_of_orders() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(i.agreement_id), array_agg(i.month))
    FROM written AS w
    INNER JOIN public.payout_line AS l ON w.payout_line_id = l.id
    INNER JOIN public.instalment AS i ON l.instalment_id = i.id;
    RETURN NULL;
END
$$;

-- By who stopped it: one month of an agreement, all of it, or all agreements of an employer.
CREATE FUNCTION note_standing_of_holds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(
        array_agg(w.agreement_id), array_agg(coalesce(w.month, '-infinity'))
    )
    FROM written AS w
    WHERE w.agreement_id IS NOT NULL;
    PERFORM public.note_standing(array_agg(a.id), array_agg(date '-infinity'))
    FROM written AS w
    INNER JOIN public.agreement AS a ON w.employer_id = a.employer_id;
    RETURN NULL;
END
$$;

-- By what a check demands: it bears on every run that went by it.
CREATE FUNCTION note_standing_of_rules() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(a.id), array_agg(date '-infinity'))
    FROM public.agreement AS a
    WHERE a.started_at IS NOT NULL;
    RETURN NULL;
END
$$;

-- By what a check found; an instalment of a run and its results are mostly noted at once.
CREATE FUNCTION note_standing_of_results() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(c.agreement_id), array_agg(c.month))
    FROM written AS w
    INNER JOIN public.checked_instalment AS c
        ON w.run_id = c.run_id AND w.instalment_id = c.instalment_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER agreement_standing_noted AFTER INSERT ON agreement
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_agreements();
CREATE TRIGGER agreement_standing_change_noted AFTER UPDATE ON agreement
REFERENCING OLD TABLE AS replaced NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_changed_agreements();

CREATE TRIGGER instalment_standing_noted AFTER INSERT ON instalment
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_months();
CREATE TRIGGER instalment_standing_change_noted AFTER UPDATE ON instalment
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_months();

CREATE TRIGGER instalment_ahead_standing_noted AFTER INSERT ON instalment_ahead
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_months();
CREATE TRIGGER instalment_ahead_standing_change_noted AFTER UPDATE ON instalment_ahead
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_months();
CREATE TRIGGER instalment_ahead_standing_end_noted AFTER DELETE ON instalment_ahead
REFERENCING OLD TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_months();

CREATE TRIGGER payout_standing_change_noted AFTER UPDATE ON payout
REFERENCING OLD TABLE AS replaced NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_payouts();

CREATE TRIGGER payout_line_standing_noted AFTER INSERT ON payout_line
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_lines();
CREATE TRIGGER payout_line_standing_change_noted AFTER UPDATE ON payout_line
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_lines();

CREATE TRIGGER payout_netting_standing_noted AFTER INSERT ON payout_netting
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_instalments();
CREATE TRIGGER payout_netting_standing_change_noted AFTER UPDATE ON payout_netting
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_instalments();

CREATE TRIGGER payment_attempt_standing_noted AFTER INSERT ON payment_attempt
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_orders();
CREATE TRIGGER payment_attempt_standing_change_noted AFTER UPDATE ON payment_attempt
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_orders();
CREATE TRIGGER payment_closure_standing_noted AFTER INSERT ON payment_closure
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_orders();

CREATE TRIGGER instalment_hold_standing_noted AFTER INSERT ON instalment_hold
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_holds();
CREATE TRIGGER instalment_hold_standing_change_noted AFTER UPDATE ON instalment_hold
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_holds();

CREATE TRIGGER check_rule_standing_noted AFTER INSERT ON check_rule
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_rules();
CREATE TRIGGER check_rule_standing_change_noted AFTER UPDATE ON check_rule
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_rules();
CREATE TRIGGER checked_instalment_standing_noted AFTER INSERT ON checked_instalment
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_months();
CREATE TRIGGER check_result_standing_noted AFTER INSERT ON check_result
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_results();
CREATE TRIGGER check_override_standing_noted AFTER INSERT ON check_override
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_months();
CREATE TRIGGER check_override_standing_change_noted AFTER UPDATE ON check_override
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_months();
