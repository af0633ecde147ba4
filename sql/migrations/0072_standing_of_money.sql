-- Where a payment stands follows its money: a transfer names the agreement and the month of an
-- order that was paid or came back, so nothing is looked up for a month of a hundred thousand. What
-- is refused or dropped, of which there is little, is noted by its order; an acceptance changes
-- nothing that is told.
CREATE FUNCTION note_standing_of_money() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(w.agreement_id), array_agg(w.month))
    FROM written AS w
    WHERE w.source_type = 'payment_attempt' AND w.reason IN ('settled', 'returned');
    RETURN NULL;
END
$$;

CREATE FUNCTION note_standing_of_refusals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(i.agreement_id), array_agg(i.month))
    FROM written AS w
    INNER JOIN public.payout_line AS l ON w.payout_line_id = l.id
    INNER JOIN public.instalment AS i ON l.instalment_id = i.id
    WHERE w.state IN ('rejected', 'cancelled');
    RETURN NULL;
END
$$;

CREATE TRIGGER transfer_standing_noted AFTER INSERT ON transfer
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_money();
DROP TRIGGER payment_attempt_standing_change_noted ON payment_attempt;
CREATE TRIGGER payment_attempt_standing_change_noted AFTER UPDATE ON payment_attempt
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION note_standing_of_refusals();
