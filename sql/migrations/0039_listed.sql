-- An index for each order in which a list is read, so that a page is found and not searched for.
DROP INDEX candidate_by_office;
CREATE INDEX candidate_by_office ON candidate (office_id, registered_at, id);
CREATE INDEX candidate_by_office_name ON candidate (office_id, folded_name, id);
CREATE INDEX candidate_by_office_birth ON candidate (office_id, born_on, id);
CREATE INDEX candidate_by_folded_name ON candidate (folded_name, id);

CREATE INDEX employer_by_folded_name ON employer (folded_name, id);
CREATE INDEX employer_by_age ON employer (registered_at, id);
CREATE INDEX employer_by_headcount ON employer (headcount, id);

CREATE INDEX placement_of_employer ON placement (employer_id, id);
CREATE INDEX placement_in_state ON placement (state, id);
CREATE INDEX placement_by_start ON placement (lower(period), id);
CREATE INDEX placement_by_wage ON placement (gross_wage_cents, id);

CREATE INDEX agreement_of_office ON agreement (office_id, id);
CREATE INDEX agreement_of_employer ON agreement (employer_id, id);
CREATE INDEX agreement_of_candidate ON agreement (candidate_id, id);
CREATE INDEX agreement_in_state ON agreement (state, id);
CREATE INDEX agreement_of_office_by_start ON agreement (office_id, lower(period), id);
CREATE INDEX agreement_by_start ON agreement (lower(period), id);
CREATE INDEX agreement_of_office_by_end ON agreement (office_id, upper(period), id)
WHERE state IN ('completed', 'ended_early');

CREATE INDEX attendance_waiting ON attendance (month, id)
WHERE superseded_at IS NULL AND confirmed_at IS NULL;

CREATE INDEX attendance_waiting_by_report ON attendance (reported_at, id)
WHERE superseded_at IS NULL AND confirmed_at IS NULL;

CREATE INDEX instalment_by_amount ON instalment (month, amount_cents, id)
WHERE superseded_at IS NULL;

CREATE INDEX payout_by_time ON payout (submitted_at, id);
CREATE INDEX payout_line_by_payee ON payout_line (payout_id, payee_name, id);
CREATE INDEX payout_line_by_amount ON payout_line (payout_id, amount_cents, id);
DROP INDEX payout_line_by_payout;

CREATE INDEX recovery_by_age ON recovery (raised_at, id);

DROP INDEX audit_entry_by_time;
CREATE INDEX audit_entry_by_time ON audit_entry (happened_at, id);
CREATE INDEX audit_entry_by_table ON audit_entry (table_name, happened_at, id);

-- What hangs on an agreement is seen with it. As EXISTS, each of these was answered by reading
-- every agreement once; as one row looked up by its key it costs what the rows of a page cost.
ALTER POLICY agreement_dates_seen ON agreement_dates USING (
    (SELECT actor_sees_all())
    OR (SELECT TRUE FROM agreement AS a WHERE a.id = agreement_dates.agreement_id)
);
ALTER POLICY agreement_signature_seen ON agreement_signature USING (
    (SELECT actor_sees_all())
    OR (SELECT TRUE FROM agreement AS a WHERE a.id = agreement_signature.agreement_id)
);
ALTER POLICY agreement_suspension_seen ON agreement_suspension USING (
    (SELECT actor_sees_all())
    OR (SELECT TRUE FROM agreement AS a WHERE a.id = agreement_suspension.agreement_id)
);
ALTER POLICY agreement_event_seen ON agreement_event USING (
    (SELECT actor_sees_all())
    OR (SELECT TRUE FROM agreement AS a WHERE a.id = agreement_event.agreement_id)
);
ALTER POLICY attendance_seen ON attendance USING (
    (SELECT actor_sees_all())
    OR (SELECT TRUE FROM agreement AS a WHERE a.id = attendance.agreement_id)
);
ALTER POLICY instalment_seen ON instalment USING (
    (SELECT actor_sees_all())
    OR (SELECT TRUE FROM agreement AS a WHERE a.id = instalment.agreement_id)
);
ALTER POLICY instalment_ahead_seen ON instalment_ahead USING (
    (SELECT actor_sees_all())
    OR (SELECT TRUE FROM agreement AS a WHERE a.id = instalment_ahead.agreement_id)
);
ALTER POLICY outcome_seen ON outcome USING (
    (SELECT actor_sees_all())
    OR (SELECT TRUE FROM agreement AS a WHERE a.id = outcome.agreement_id)
);

-- Who of those that the actor may see has every part of a name. The index of names cannot serve
-- under the policies, since LIKE may tell of rows that they hide; here it is asked first, and the
-- policies' own rule after.
CREATE FUNCTION candidates_named(patterns text[]) RETURNS TABLE (id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT c.id
    FROM public.candidate AS c
    WHERE
        c.folded_name LIKE candidates_named.patterns[1]
        AND c.folded_name LIKE ALL (candidates_named.patterns)
        AND (
            public.actor_sees_all()
            OR c.office_id = public.actor_office()
            OR EXISTS (
                SELECT 1 FROM public.placement_match AS m
                WHERE
                    m.candidate_id = c.id
                    AND m.employer_id = public.actor_employer()
                    AND m.introduced_at IS NOT NULL
            )
        )
$$;
