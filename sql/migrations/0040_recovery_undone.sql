-- Never more than was paid, judged by what a statement adds in all: what is not waived any more and
-- what at once takes it off are one change.
CREATE FUNCTION guard_recovery_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM added AS n
        GROUP BY n.agreement_id, n.month, n.kind
        HAVING sum(n.amount_cents) > 0 AND (
            SELECT coalesce(sum(c.amount_cents), 0)
            FROM public.recovery_change AS c
            WHERE c.agreement_id = n.agreement_id AND c.month = n.month AND c.kind = n.kind
        ) > (
            SELECT coalesce(sum(
                CASE
                    WHEN t.reason IN ('settled', 'set_off') THEN t.amount_cents
                    ELSE -t.amount_cents
                END
            ), 0)
            FROM public.transfer AS t
            WHERE t.agreement_id = n.agreement_id AND t.month = n.month AND t.kind = n.kind
                AND t.reason IN ('settled', 'set_off', 'returned', 'set_off_undone')
        )
    ) THEN
        RAISE EXCEPTION 'a recovery never asks for more than was paid for the month'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_never_beyond_paid';
    END IF;
    RETURN NULL;
END
$$;

DROP TRIGGER recovery_change_never_beyond_paid ON recovery_change;
DROP FUNCTION guard_recovery_change();
CREATE TRIGGER recovery_change_never_beyond_paid AFTER INSERT ON recovery_change
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION guard_recovery_changes();

-- What a voided payout had netted is owed again also after an appeal waived all that was open.
CREATE OR REPLACE FUNCTION guard_recovery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (
        new.id, new.reference, new.agreement_id, new.payee, new.employer_id, new.candidate_id,
        new.cause, new.source_id, new.raised_at, new.raised_by
    ) IS DISTINCT FROM (
        old.id, old.reference, old.agreement_id, old.payee, old.employer_id, old.candidate_id,
        old.cause, old.source_id, old.raised_at, old.raised_by
    ) THEN
        RAISE EXCEPTION 'what a recovery was raised for never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_content_stands';
    END IF;
    IF old.invoice_number IS NOT NULL AND (
        new.invoice_number, new.invoiced_at
    ) IS DISTINCT FROM (old.invoice_number, old.invoiced_at) THEN
        RAISE EXCEPTION 'an invoice keeps its number'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_invoice_stands';
    END IF;
    IF new.state <> old.state AND NOT (
        new.state IN ('settled', 'written_off', 'cancelled')
        OR (new.state = 'raised' AND old.state <> 'appealed')
        OR (old.state = 'raised' AND new.state = 'notified')
        OR (old.state = 'notified' AND new.state IN ('appealed', 'netting'))
        OR (old.state = 'appealed' AND new.state = 'netting')
        OR (old.state = 'netting' AND new.state = 'invoiced')
        OR (old.state IN ('settled', 'written_off', 'cancelled') AND new.state = 'netting')
    ) THEN
        RAISE EXCEPTION 'a recovery does not go from % to %', old.state, new.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_moves';
    END IF;
    RETURN new;
END
$$;

-- A payout makes good no more of an overpaid month than it is overpaid by: what came back for it
-- since the payout was put up, by a recovery or another payout, is not kept back once more.
CREATE OR REPLACE FUNCTION guard_payout_recoveries() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM public.recovery_month AS m
        INNER JOIN public.recovery AS r ON m.recovery_id = r.id
        WHERE
            (
                m.owed_cents < m.settled_cents + m.written_off_cents
                OR r.state NOT IN ('netting', 'invoiced')
            )
            AND m.recovery_id IN (
                SELECT k.recovery_id
                FROM public.recovery_netting AS k
                INNER JOIN public.payout_line AS l ON k.payout_line_id = l.id
                WHERE l.payout_id = new.id
            )
    ) OR EXISTS (
        SELECT 1
        FROM (
            SELECT i.agreement_id, i.month, i.kind, n.amount_cents AS cents
            FROM public.payout_line AS l
            INNER JOIN public.payout_netting AS n ON n.payout_line_id = l.id
            INNER JOIN public.instalment AS i ON n.instalment_id = i.id
            WHERE l.payout_id = new.id AND n.released_at IS NULL
            UNION ALL
            SELECT k.agreement_id, k.month, k.kind, k.amount_cents AS cents
            FROM public.payout_line AS l
            INNER JOIN public.recovery_netting AS k ON k.payout_line_id = l.id
            WHERE l.payout_id = new.id AND k.restores
        ) AS kept
        GROUP BY kept.agreement_id, kept.month, kept.kind
        HAVING sum(kept.cents) > (
            SELECT coalesce(sum(
                CASE
                    WHEN t.reason IN ('overpaid', 'made_good_voided', 'restored_undone')
                        THEN t.amount_cents
                    ELSE -t.amount_cents
                END
            ), 0)
            FROM public.transfer AS t
            WHERE
                t.agreement_id = kept.agreement_id
                AND t.month = kept.month
                AND t.kind = kept.kind
                AND t.reason IN (
                    'overpaid', 'overpayment_undone', 'made_good', 'made_good_voided',
                    'failure_closed', 'restored', 'restored_undone'
                )
        )
    ) THEN
        RAISE EXCEPTION 'a payout nets no more of a recovery or a month than is owed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_nets_what_is_owed';
    END IF;
    RETURN NULL;
END
$$;

-- Money that came in and matched nothing may be what somebody owes back: the recoveries that an
-- entry settles, with what each has of it.
ALTER TABLE suspense_resolution DROP CONSTRAINT suspense_resolution_kind_known;
ALTER TABLE suspense_resolution ADD CONSTRAINT suspense_resolution_kind_known CHECK (
    kind IN ('match', 'split', 'explain', 'batch', 'recover', 'undo')
);

CREATE TABLE suspense_recovery (
    id uuid PRIMARY KEY,
    suspense_resolution_id uuid NOT NULL REFERENCES suspense_resolution,
    recovery_id uuid NOT NULL REFERENCES recovery,
    amount_cents bigint NOT NULL,
    CONSTRAINT suspense_recovery_once UNIQUE (suspense_resolution_id, recovery_id),
    CONSTRAINT suspense_recovery_amount_positive CHECK (amount_cents > 0)
);

CREATE INDEX suspense_recovery_by_recovery ON suspense_recovery (recovery_id);

CREATE OR REPLACE FUNCTION guard_suspense_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.kind IN ('match', 'split') AND NOT EXISTS (
        SELECT 1
        FROM bank_entry AS e
        INNER JOIN suspense_part AS p ON p.suspense_resolution_id = new.id
        WHERE e.id = new.bank_entry_id
        GROUP BY e.id, e.amount_cents
        HAVING
            sum(p.amount_cents) = e.amount_cents
            AND (new.kind = 'match') = (count(*) = 1)
    ) OR new.kind = 'recover' AND NOT EXISTS (
        SELECT 1
        FROM bank_entry AS e
        INNER JOIN suspense_recovery AS p ON p.suspense_resolution_id = new.id
        WHERE e.id = new.bank_entry_id AND e.kind = 'credit'
        GROUP BY e.id, e.amount_cents
        HAVING sum(p.amount_cents) = e.amount_cents
    ) THEN
        RAISE EXCEPTION 'the parts of an entry add up to it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'suspense_parts_add_up';
    END IF;
    RETURN NULL;
END
$$;

-- Without a second person for itself a repayment rests on an entry of the bank, as much of it as
-- was said to be for this recovery, and confirmed where that takes two.
CREATE FUNCTION guard_recovery_payment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM public.suspense_standing AS s
        INNER JOIN public.suspense_recovery AS p ON s.id = p.suspense_resolution_id
        WHERE
            s.bank_entry_id = new.bank_entry_id
            AND NOT s.is_waiting
            AND p.recovery_id = new.recovery_id
            AND p.amount_cents = new.amount_cents
    ) THEN
        RAISE EXCEPTION 'an entry of the bank settles what it was said to settle'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_payment_of_its_entry';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER recovery_payment_of_its_entry AFTER INSERT ON recovery_payment
FOR EACH ROW WHEN (new.bank_entry_id IS NOT NULL)
EXECUTE FUNCTION guard_recovery_payment();

CREATE TRIGGER suspense_recovery_append_only BEFORE UPDATE OR DELETE ON suspense_recovery
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER suspense_recovery_no_truncate BEFORE TRUNCATE ON suspense_recovery
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON suspense_recovery TO ura_app;

ALTER TABLE suspense_recovery ENABLE ROW LEVEL SECURITY;
CREATE POLICY suspense_recovery_seen ON suspense_recovery FOR SELECT USING (
    (SELECT actor_sees_all())
);
CREATE POLICY suspense_recovery_written ON suspense_recovery FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);
