-- An order for the bank says which payment it makes: of which agreement, month and kind, from which
-- budget line, to which account. Whoever follows its money reads the order alone; a statement of a
-- month names a hundred thousand of them.
ALTER TABLE payment_attempt
ADD COLUMN agreement_id uuid,
ADD COLUMN month date,
ADD COLUMN kind text,
ADD COLUMN budget_line_id uuid,
ADD COLUMN bank_account_id uuid;

ALTER TABLE payment_attempt DISABLE TRIGGER USER;
UPDATE payment_attempt AS o
SET
    agreement_id = i.agreement_id,
    month = i.month,
    kind = i.kind,
    budget_line_id = budget.id,
    bank_account_id = l.bank_account_id
FROM payout_line AS l
INNER JOIN instalment AS i ON l.instalment_id = i.id
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN scheme_version AS v ON a.scheme_version_id = v.id
INNER JOIN budget_line AS budget ON v.scheme_id = budget.scheme_id
WHERE o.payout_line_id = l.id;
ALTER TABLE payment_attempt ENABLE TRIGGER USER;

ALTER TABLE payment_attempt
ALTER COLUMN agreement_id SET NOT NULL,
ALTER COLUMN month SET NOT NULL,
ALTER COLUMN kind SET NOT NULL,
ALTER COLUMN budget_line_id SET NOT NULL,
ALTER COLUMN bank_account_id SET NOT NULL;

DROP TRIGGER payment_attempt_content_stands ON payment_attempt;
CREATE TRIGGER payment_attempt_content_stands BEFORE UPDATE ON payment_attempt
FOR EACH ROW WHEN (
    (
        old.id, old.payout_line_id, old.bank_file_id, old.number, old.end_to_end_id,
        old.payee_name, old.iban_sealed, old.iban_index, old.amount_cents, old.reissues,
        old.agreement_id, old.month, old.kind, old.budget_line_id, old.bank_account_id
    ) IS DISTINCT FROM (
        new.id, new.payout_line_id, new.bank_file_id, new.number, new.end_to_end_id,
        new.payee_name, new.iban_sealed, new.iban_index, new.amount_cents, new.reissues,
        new.agreement_id, new.month, new.kind, new.budget_line_id, new.bank_account_id
    )
) EXECUTE FUNCTION refuse_other_order();

-- As good as foreign keys: neither an order nor what its line says of these ever changes.
CREATE FUNCTION guard_orders_of_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM written AS w
        LEFT JOIN public.payout_line AS l ON w.payout_line_id = l.id
        LEFT JOIN public.instalment AS i ON l.instalment_id = i.id
        LEFT JOIN public.agreement AS a ON i.agreement_id = a.id
        LEFT JOIN public.scheme_version AS v ON a.scheme_version_id = v.id
        LEFT JOIN public.budget_line AS budget ON v.scheme_id = budget.scheme_id
        WHERE
            (w.agreement_id, w.month, w.kind, w.budget_line_id, w.bank_account_id)
            IS DISTINCT FROM
            (i.agreement_id, i.month, i.kind, budget.id, l.bank_account_id)
    ) THEN
        RAISE EXCEPTION 'an order pays the month of the agreement that its line pays'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payment_attempt_pays_its_line';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER payment_attempt_pays_its_line AFTER INSERT ON payment_attempt
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION guard_orders_of_lines();

CREATE OR REPLACE FUNCTION note_standing_of_refusals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(w.agreement_id), array_agg(w.month))
    FROM written AS w
    WHERE w.state IN ('rejected', 'cancelled');
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION note_standing_of_lines() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing(array_agg(i.agreement_id), array_agg(i.month))
    FROM written AS w
    INNER JOIN public.instalment AS i ON w.instalment_id = i.id;
    PERFORM public.note_standing(array_agg(o.agreement_id), array_agg(o.month))
    FROM written AS w
    INNER JOIN public.payment_attempt AS o ON w.reissues = o.id;
    RETURN NULL;
END
$$;
