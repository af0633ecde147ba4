-- The content of a recovery never changes, and it moves as the table of moves says.
CREATE FUNCTION guard_recovery() RETURNS trigger LANGUAGE plpgsql AS $$
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
        OR (old.state IN ('settled', 'written_off') AND new.state = 'netting')
    ) THEN
        RAISE EXCEPTION 'a recovery does not go from % to %', old.state, new.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_moves';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER recovery_moves BEFORE UPDATE ON recovery
FOR EACH ROW EXECUTE FUNCTION guard_recovery();
CREATE TRIGGER recovery_never_deleted BEFORE DELETE ON recovery
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_no_truncate BEFORE TRUNCATE ON recovery
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER recovery_change_append_only BEFORE UPDATE OR DELETE ON recovery_change
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_change_no_truncate BEFORE TRUNCATE ON recovery_change
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_step_append_only BEFORE UPDATE OR DELETE ON recovery_step
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_step_no_truncate BEFORE TRUNCATE ON recovery_step
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_netting_append_only BEFORE UPDATE OR DELETE ON recovery_netting
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_netting_no_truncate BEFORE TRUNCATE ON recovery_netting
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_settlement_append_only BEFORE UPDATE OR DELETE ON recovery_settlement
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_settlement_no_truncate BEFORE TRUNCATE ON recovery_settlement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What was recorded stands; the second person's word is said once.
CREATE FUNCTION guard_second_word() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    word text[] := tg_argv;
BEGIN
    IF to_jsonb(new) - word <> to_jsonb(old) - word
        OR EXISTS (SELECT 1 FROM unnest(word) AS w (w) WHERE to_jsonb(old) ->> w.w IS NOT NULL)
    THEN
        RAISE EXCEPTION 'what was recorded stands, and is decided on once'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = tg_table_name || '_stands';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER recovery_payment_stands BEFORE UPDATE ON recovery_payment
FOR EACH ROW EXECUTE FUNCTION guard_second_word('confirmed_at', 'confirmed_by', 'refused_at');
CREATE TRIGGER recovery_payment_never_deleted BEFORE DELETE ON recovery_payment
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_payment_no_truncate BEFORE TRUNCATE ON recovery_payment
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_write_off_stands BEFORE UPDATE ON recovery_write_off
FOR EACH ROW EXECUTE FUNCTION guard_second_word('signed_at', 'signed_by', 'refused_at');
CREATE TRIGGER recovery_write_off_never_deleted BEFORE DELETE ON recovery_write_off
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovery_write_off_no_truncate BEFORE TRUNCATE ON recovery_write_off
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Never more than was paid: what recoveries claim of a month is at most what its payee got for it,
-- by the bank or by set-off, and keeps. With its owner's rights: it judges by what is there.
-- Whoever raises holds the agreement, so that two cannot both claim the last of a month.
CREATE FUNCTION guard_recovery_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF new.amount_cents > 0 AND (
        SELECT coalesce(sum(c.amount_cents), 0)
        FROM public.recovery_change AS c
        WHERE c.agreement_id = new.agreement_id AND c.month = new.month AND c.kind = new.kind
    ) > (
        SELECT coalesce(sum(
            CASE
                WHEN t.reason IN ('settled', 'set_off') THEN t.amount_cents
                ELSE -t.amount_cents
            END
        ), 0)
        FROM public.transfer AS t
        WHERE t.agreement_id = new.agreement_id AND t.month = new.month AND t.kind = new.kind
            AND t.reason IN ('settled', 'set_off', 'returned', 'set_off_undone')
    ) THEN
        RAISE EXCEPTION 'a recovery never asks for more than was paid for the month'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_never_beyond_paid';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER recovery_change_never_beyond_paid AFTER INSERT ON recovery_change
FOR EACH ROW EXECUTE FUNCTION guard_recovery_change();

-- Never more than is owed: what is settled, given up or kept back of a month of a recovery is at
-- most what is owed for it. The recovery is held, so that two ways of settling wait for each other.
CREATE FUNCTION guard_recovery_owed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM 1 FROM public.recovery AS r WHERE r.id = new.recovery_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM public.recovery_month AS m
        WHERE m.recovery_id = new.recovery_id AND (
            m.owed_cents < m.settled_cents + m.written_off_cents + m.pending_cents
            OR least(m.waived_cents, m.written_off_cents) < 0
        )
    ) THEN
        RAISE EXCEPTION 'no more of a recovery is settled than is owed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_never_beyond_owed';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER recovery_netting_never_beyond_owed AFTER INSERT ON recovery_netting
FOR EACH ROW EXECUTE FUNCTION guard_recovery_owed();
CREATE TRIGGER recovery_settlement_never_beyond_owed AFTER INSERT ON recovery_settlement
FOR EACH ROW EXECUTE FUNCTION guard_recovery_owed();

-- A line keeps back for recoveries of its own payee only, those that are being netted, and no more
-- than the share of what is left after its own months; written only while its payout is a draft.
CREATE FUNCTION guard_recovery_netting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM public.payout_line AS l
        INNER JOIN public.payout AS p ON l.payout_id = p.id
        INNER JOIN public.bank_account AS b ON l.bank_account_id = b.id
        INNER JOIN public.recovery AS r ON r.id = new.recovery_id
        INNER JOIN public.recovery_terms AS t
            ON r.payee = t.payee
            AND t.in_force @> (p.submitted_at AT TIME ZONE 'Europe/Belgrade')::date
        WHERE
            l.id = new.payout_line_id
            AND p.state = 'draft'
            AND r.state = 'netting'
            AND r.agreement_id = new.agreement_id
            AND new.restores = (r.cause = 'overpaid')
            AND (r.employer_id = b.employer_id OR r.candidate_id = b.candidate_id)
            AND public.kept_for_recoveries(l.id)
            <= (l.amount_cents + public.kept_for_recoveries(l.id)) * t.netting_share_bp / 10000
            AND l.amount_cents >= t.floor_cents
    ) THEN
        RAISE EXCEPTION 'a line keeps back a share for its own payee''s recoveries, while a draft'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'recovery_netting_within_share';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER recovery_netting_within_share AFTER INSERT ON recovery_netting
FOR EACH ROW EXECUTE FUNCTION guard_recovery_netting();

-- A recovery that shrank or grew since a line was put up for it, or is appealed now, cannot be
-- netted by that line any more.
CREATE FUNCTION guard_payout_recoveries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
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
    ) THEN
        RAISE EXCEPTION 'a payout nets no more of a recovery than is owed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payout_nets_what_is_owed';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER payout_nets_what_is_owed AFTER UPDATE ON payout
FOR EACH ROW WHEN (new.state = 'approved' AND old.state <> 'approved')
EXECUTE FUNCTION guard_payout_recoveries();

CREATE TRIGGER recovery_audited AFTER INSERT OR UPDATE OR DELETE ON recovery
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER recovery_payment_audited AFTER INSERT OR UPDATE OR DELETE ON recovery_payment
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER recovery_write_off_audited AFTER INSERT OR UPDATE OR DELETE ON recovery_write_off
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER recovery_rule_audited AFTER INSERT OR UPDATE OR DELETE ON recovery_rule
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER recovery_terms_audited AFTER INSERT OR UPDATE OR DELETE ON recovery_terms
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER recovery_dismissal_audited AFTER INSERT OR UPDATE OR DELETE ON recovery_dismissal
FOR EACH ROW EXECUTE FUNCTION record_audit();

GRANT SELECT ON recovery_rule, recovery_terms, recovery_month TO ura_app;
GRANT SELECT, INSERT ON
recovery_change, recovery_step, recovery_netting, recovery_settlement
TO ura_app;
GRANT SELECT, INSERT, UPDATE ON
recovery, recovery_payment, recovery_write_off, recovery_dismissal, recovery_check
TO ura_app;

ALTER TABLE recovery_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_rule_seen ON recovery_rule FOR SELECT USING (TRUE);
ALTER TABLE recovery_terms ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_terms_seen ON recovery_terms FOR SELECT USING (TRUE);

-- Case officers record dismissals of their office's agreements.
ALTER TABLE recovery_dismissal ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_dismissal_seen ON recovery_dismissal FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = recovery_dismissal.agreement_id)
);
CREATE POLICY recovery_dismissal_recorded ON recovery_dismissal FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'case_officer' AND recorded_by = (SELECT actor_account())
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = recovery_dismissal.agreement_id)
);
CREATE POLICY recovery_dismissal_withdrawn ON recovery_dismissal FOR UPDATE USING (
    (SELECT actor_role()) = 'case_officer'
    AND EXISTS (SELECT 1 FROM agreement AS a WHERE a.id = recovery_dismissal.agreement_id)
);

-- An employer sees what is asked of it once it was told, and may appeal.
ALTER TABLE recovery ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_seen ON recovery FOR SELECT USING (
    (SELECT actor_sees_all())
    OR (employer_id = (SELECT actor_employer()) AND notified_at IS NOT NULL)
);
CREATE POLICY recovery_raised ON recovery FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser')
    AND raised_by IS NOT DISTINCT FROM (SELECT actor_account())
);
CREATE POLICY recovery_moved ON recovery FOR UPDATE USING (
    (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser')
);
CREATE POLICY recovery_appealed ON recovery FOR UPDATE USING (
    employer_id = (SELECT actor_employer()) AND state = 'notified'
) WITH CHECK (state = 'appealed');

ALTER TABLE recovery_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_change_seen ON recovery_change FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM recovery AS r WHERE r.id = recovery_change.recovery_id)
);
CREATE POLICY recovery_change_written ON recovery_change FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser')
    AND recorded_by IS NOT DISTINCT FROM (SELECT actor_account())
);
ALTER TABLE recovery_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_step_seen ON recovery_step FOR SELECT USING (
    (SELECT actor_sees_all())
    OR (
        step NOT IN ('write_off_proposed', 'write_off_refused')
        AND EXISTS (SELECT 1 FROM recovery AS r WHERE r.id = recovery_step.recovery_id)
    )
);
CREATE POLICY recovery_step_written ON recovery_step FOR INSERT WITH CHECK (
    happened_by IS NOT DISTINCT FROM (SELECT actor_account())
    AND (
        (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser')
        OR (
            step = 'appealed'
            AND EXISTS (SELECT 1 FROM recovery AS r WHERE r.id = recovery_step.recovery_id)
        )
    )
);
ALTER TABLE recovery_netting ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_netting_seen ON recovery_netting FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM recovery AS r WHERE r.id = recovery_netting.recovery_id)
);
CREATE POLICY recovery_netting_written ON recovery_netting FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer'
);
ALTER TABLE recovery_settlement ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_settlement_seen ON recovery_settlement FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM recovery AS r WHERE r.id = recovery_settlement.recovery_id)
);
CREATE POLICY recovery_settlement_written ON recovery_settlement FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser')
);
ALTER TABLE recovery_payment ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_payment_seen ON recovery_payment FOR SELECT USING (
    (SELECT actor_sees_all())
    OR EXISTS (SELECT 1 FROM recovery AS r WHERE r.id = recovery_payment.recovery_id)
);
CREATE POLICY recovery_payment_recorded ON recovery_payment FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
    AND recorded_by = (SELECT actor_account())
);
CREATE POLICY recovery_payment_confirmed ON recovery_payment FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);
ALTER TABLE recovery_write_off ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_write_off_seen ON recovery_write_off FOR SELECT USING (
    (SELECT actor_sees_all())
);
CREATE POLICY recovery_write_off_proposed ON recovery_write_off FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'finance_officer' AND proposed_by = (SELECT actor_account())
);
CREATE POLICY recovery_write_off_signed ON recovery_write_off FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);
ALTER TABLE recovery_check ENABLE ROW LEVEL SECURITY;
CREATE POLICY recovery_check_seen ON recovery_check FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY recovery_check_noted ON recovery_check FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser')
);
CREATE POLICY recovery_check_noted_again ON recovery_check FOR UPDATE USING (
    (SELECT actor_role()) IN ('system', 'finance_officer', 'finance_authoriser')
);
-- Who settles a recovery holds its agreement, so that what is owed cannot change meanwhile.
CREATE POLICY agreement_held_for_recovery ON agreement FOR UPDATE USING (
    (SELECT actor_role()) = 'finance_authoriser'
) WITH CHECK (FALSE);
