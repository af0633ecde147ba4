-- How many people an amount takes, from a day on. Another person confirms what one has proposed;
-- what came with the installation was proposed by nobody.
CREATE TABLE approval_rule (
    id uuid PRIMARY KEY,
    valid_from date NOT NULL,
    basis text NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    refused_at timestamptz,
    refused_by uuid REFERENCES account,
    CONSTRAINT approval_rule_says_why CHECK (btrim(basis) <> ''),
    CONSTRAINT approval_rule_two_people CHECK (confirmed_by <> proposed_by),
    CONSTRAINT approval_rule_decided_once CHECK (num_nonnulls(confirmed_at, refused_at) <= 1),
    CONSTRAINT approval_rule_confirmed_pair CHECK (
        proposed_by IS NULL OR (confirmed_at IS NULL) = (confirmed_by IS NULL)
    ),
    CONSTRAINT approval_rule_refused_pair CHECK ((refused_at IS NULL) = (refused_by IS NULL)),
    CONSTRAINT approval_rule_not_backdated CHECK (
        proposed_by IS NULL
        OR confirmed_at IS NULL
        OR valid_from >= (confirmed_at AT TIME ZONE 'Europe/Belgrade')::date
    )
);

CREATE UNIQUE INDEX approval_rule_once_per_day ON approval_rule (valid_from)
WHERE refused_at IS NULL;

-- Amounts below so many cents, each band from where the one before it ends; the last has no end.
CREATE TABLE approval_band (
    id uuid PRIMARY KEY,
    approval_rule_id uuid NOT NULL REFERENCES approval_rule,
    below_cents bigint,
    approval_count integer NOT NULL,
    authorisation_count integer NOT NULL,
    CONSTRAINT approval_band_once UNIQUE NULLS NOT DISTINCT (approval_rule_id, below_cents),
    CONSTRAINT approval_band_below_positive CHECK (below_cents > 0),
    CONSTRAINT approval_band_takes_somebody CHECK (
        approval_count BETWEEN 1 AND 9 AND authorisation_count BETWEEN 1 AND 9
    )
);

-- A rule is decided on once, as it was proposed, and with a band for every amount.
CREATE FUNCTION guard_approval_rule() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := ARRAY['confirmed_at', 'confirmed_by', 'refused_at', 'refused_by'];
BEGIN
    IF num_nonnulls(old.confirmed_at, old.refused_at) > 0
        OR to_jsonb(new) - decision <> to_jsonb(old) - decision
    THEN
        RAISE EXCEPTION 'a rule of approval never changes: propose another one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approval_rule_stands';
    END IF;
    IF new.confirmed_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM approval_band AS b
        WHERE b.approval_rule_id = new.id AND b.below_cents IS NULL
    ) THEN
        RAISE EXCEPTION 'a rule of approval says for every amount whom it takes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approval_rule_for_every_amount';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER approval_rule_stands BEFORE UPDATE ON approval_rule
FOR EACH ROW EXECUTE FUNCTION guard_approval_rule();
CREATE TRIGGER approval_rule_never_deleted BEFORE DELETE ON approval_rule
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER approval_rule_no_truncate BEFORE TRUNCATE ON approval_rule
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION guard_approval_band() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM approval_rule AS r
        WHERE
            r.id = new.approval_rule_id
            AND num_nonnulls(r.confirmed_at, r.refused_at) > 0
            AND r.proposed_by IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a rule of approval never changes: propose another one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approval_band_of_a_proposal';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER approval_band_of_a_proposal BEFORE INSERT ON approval_band
FOR EACH ROW EXECUTE FUNCTION guard_approval_band();
CREATE TRIGGER approval_band_append_only BEFORE UPDATE OR DELETE ON approval_band
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER approval_band_no_truncate BEFORE TRUNCATE ON approval_band
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Whom an amount takes by the rule that is in force on the business day of a moment.
CREATE FUNCTION people_needed(total_cents bigint, at timestamptz)
RETURNS TABLE (approvals integer, authorisations integer)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        b.approval_count,
        b.authorisation_count
    FROM approval_band AS b
    WHERE
        b.approval_rule_id = (
            SELECT r.id
            FROM approval_rule AS r
            WHERE
                r.confirmed_at IS NOT NULL
                AND r.valid_from <= (people_needed.at AT TIME ZONE 'Europe/Belgrade')::date
            ORDER BY r.valid_from DESC
            LIMIT 1
        )
        AND (b.below_cents IS NULL OR b.below_cents > people_needed.total_cents)
    ORDER BY b.below_cents ASC NULLS LAST
    LIMIT 1;
END;

-- Days on which nothing is put up, acted on or sent, or one of these; two people set it.
CREATE TABLE freeze_period (
    id uuid PRIMARY KEY,
    days daterange NOT NULL,
    stops text[] NOT NULL,
    reason text NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES account,
    confirmed_at timestamptz,
    confirmed_by uuid REFERENCES account,
    lifted_at timestamptz,
    lifted_by uuid REFERENCES account,
    CONSTRAINT freeze_period_has_days CHECK (
        NOT isempty(days) AND NOT lower_inf(days) AND NOT upper_inf(days)
    ),
    CONSTRAINT freeze_period_stops_something CHECK (cardinality(stops) > 0),
    CONSTRAINT freeze_period_stops_known CHECK (stops <@ ARRAY['put_up', 'acts', 'export']),
    CONSTRAINT freeze_period_says_why CHECK (btrim(reason) <> ''),
    CONSTRAINT freeze_period_two_people CHECK (confirmed_by <> proposed_by),
    CONSTRAINT freeze_period_confirmed_pair CHECK (
        (confirmed_at IS NULL) = (confirmed_by IS NULL)
    ),
    CONSTRAINT freeze_period_lifted_pair CHECK ((lifted_at IS NULL) = (lifted_by IS NULL)),
    CONSTRAINT freeze_period_lifted_by_another CHECK (
        confirmed_at IS NULL OR lifted_by <> proposed_by
    )
);

-- A freeze is confirmed once and lifted once, and says what it always said.
CREATE FUNCTION guard_freeze_period() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision text[] := CASE
        WHEN old.confirmed_at IS NULL
            THEN ARRAY['confirmed_at', 'confirmed_by', 'lifted_at', 'lifted_by']
        ELSE ARRAY['lifted_at', 'lifted_by']
    END;
BEGIN
    IF old.lifted_at IS NOT NULL OR to_jsonb(new) - decision <> to_jsonb(old) - decision THEN
        RAISE EXCEPTION 'a freeze never changes: lift it and propose another one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'freeze_period_stands';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER freeze_period_stands BEFORE UPDATE ON freeze_period
FOR EACH ROW EXECUTE FUNCTION guard_freeze_period();
CREATE TRIGGER freeze_period_never_deleted BEFORE DELETE ON freeze_period
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER freeze_period_no_truncate BEFORE TRUNCATE ON freeze_period
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION is_frozen(what text, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
    SELECT 1 FROM freeze_period AS f
    WHERE
        is_frozen.what = any(f.stops)
        AND f.days @> (is_frozen.at AT TIME ZONE 'Europe/Belgrade')::date
        AND f.confirmed_at IS NOT NULL
        AND f.lifted_at IS NULL
);

-- What people did with a payout, each on the content that they were shown.
CREATE TABLE payout_act (
    id uuid PRIMARY KEY,
    payout_id uuid NOT NULL REFERENCES payout,
    account_id uuid NOT NULL REFERENCES account,
    kind text NOT NULL,
    digest bytea NOT NULL,
    code text,
    reason text,
    acted_at timestamptz NOT NULL,
    CONSTRAINT payout_act_kind_known CHECK (
        kind IN (
            'approval', 'authorisation', 'rejection', 'withdrawal', 'void_request', 'void',
            'void_refusal', 'reopening'
        )
    ),
    CONSTRAINT payout_act_code_known CHECK (
        code IN (
            'wrong_amount', 'wrong_payee', 'wrong_account', 'missing_evidence', 'paid_before',
            'suspected_fraud', 'no_budget', 'changed_since', 'other'
        )
    ),
    CONSTRAINT payout_act_rejected_with_code CHECK ((kind = 'rejection') = (code IS NOT NULL)),
    CONSTRAINT payout_act_says_why CHECK (
        kind IN ('approval', 'authorisation', 'void', 'reopening')
        OR coalesce(btrim(reason), '') <> ''
    )
);

-- Nobody acts twice on one payout. To put a month up anew is no decision about the old payout.
CREATE UNIQUE INDEX payout_act_once_per_person ON payout_act (payout_id, account_id)
WHERE kind <> 'reopening';
CREATE UNIQUE INDEX payout_act_reopened_once ON payout_act (payout_id)
WHERE kind = 'reopening';

CREATE TRIGGER payout_act_append_only BEFORE UPDATE OR DELETE ON payout_act
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_act_no_truncate BEFORE TRUNCATE ON payout_act
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Where somebody had a part in what a payout pays, up to a moment: the duty, and the line it is of.
-- With its owner's rights, so that it judges by what is there and not by what an actor may see.
CREATE FUNCTION payout_conflicts(of_payout uuid, of_account uuid, until timestamptz)
RETURNS TABLE (duty text, payout_line_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
    WITH line AS (
        SELECT
            l.id,
            l.bank_account_id,
            i.id AS instalment_id
        FROM public.payout_line AS l
        INNER JOIN public.instalment AS i ON l.instalment_id = i.id
        WHERE l.payout_id = of_payout
    ),

    -- What is kept back for another month was prepared by who prepared that month.
    month AS (
        SELECT
            l.id,
            i.agreement_id,
            i.month,
            i.run_id
        FROM line AS l
        LEFT JOIN public.payout_netting AS n ON l.id = n.payout_line_id
        INNER JOIN public.instalment AS i ON i.id IN (l.instalment_id, n.instalment_id)
    )

    SELECT 'put_up' AS duty, NULL::uuid AS payout_line_id
    FROM public.payout AS p
    WHERE p.id = of_payout AND p.submitted_by = of_account
    UNION ALL
    SELECT 'attendance', m.id
    FROM public.attendance AS t
    INNER JOIN month AS m ON t.agreement_id = m.agreement_id AND t.month = m.month
    WHERE
        (t.reported_by = of_account AND t.reported_at <= until)
        OR (t.confirmed_by = of_account AND t.confirmed_at <= until)
    UNION ALL
    SELECT 'computation', m.id
    FROM public.month_run AS r
    INNER JOIN month AS m ON r.id = m.run_id
    WHERE r.requested_by = of_account
    UNION ALL
    SELECT 'account', l.id
    FROM public.bank_account AS b
    INNER JOIN line AS l ON b.id = l.bank_account_id
    WHERE b.proposed_by = of_account OR b.confirmed_by = of_account
    UNION ALL
    SELECT 'case', m.id
    FROM (
        SELECT a.id AS agreement_id
        FROM public.agreement AS a
        WHERE of_account IN (a.drafted_by, a.started_by)
        UNION
        SELECT a.id
        FROM public.agreement AS a
        INNER JOIN public.placement_match AS p ON a.match_id = p.id
        WHERE of_account IN (p.proposed_by, p.introduced_by)
        UNION
        SELECT s.agreement_id
        FROM public.agreement_signature AS s
        WHERE s.recorded_by = of_account
        UNION
        SELECT e.agreement_id
        FROM public.agreement_event AS e
        WHERE e.happened_by = of_account AND e.happened_at <= until
        UNION
        SELECT d.agreement_id
        FROM public.agreement_dates AS d
        WHERE d.recorded_by = of_account AND d.recorded_at <= until
        UNION
        SELECT s.agreement_id
        FROM public.agreement_suspension AS s
        WHERE s.recorded_by = of_account AND s.recorded_at <= until
    ) AS handled
    INNER JOIN month AS m ON handled.agreement_id = m.agreement_id
$$;

-- Whether a request to void an approved payout waits for somebody to confirm or refuse it.
CREATE FUNCTION is_void_requested(of_payout uuid) RETURNS boolean
LANGUAGE sql STABLE
RETURN (
    SELECT
        count(*) FILTER (WHERE act.kind = 'void_request')
        > count(*) FILTER (WHERE act.kind = 'void_refusal')
    FROM payout_act AS act
    WHERE act.payout_id = is_void_requested.of_payout
);

-- The rule that an act would break, by the name of its constraint; none when it breaks none. The
-- payout, what its lines pay or net, and their accounts stay held until the commit.
CREATE FUNCTION rule_broken_by(act payout_act) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    put_up payout;
    acting text;
    approvals integer;
    authorisations integer;
BEGIN
    SELECT p.* INTO put_up FROM payout AS p WHERE p.id = act.payout_id FOR UPDATE;
    SELECT a.role INTO acting FROM account AS a
    WHERE a.id = act.account_id AND a.disabled_at IS NULL;
    SELECT
        count(*) FILTER (WHERE a.kind = 'approval'),
        count(*) FILTER (WHERE a.kind = 'authorisation')
    INTO approvals, authorisations
    FROM payout_act AS a
    WHERE a.payout_id = act.payout_id;
    IF put_up.state IS NULL OR NOT (CASE
        WHEN act.kind IN ('void_request', 'void', 'void_refusal') THEN put_up.state = 'approved'
        WHEN act.kind = 'reopening' THEN put_up.state IN ('rejected', 'withdrawn', 'voided')
        ELSE put_up.state = 'submitted'
    END) THEN
        RETURN 'payout_act_in_its_state';
    END IF;
    IF acting IS NULL OR NOT (CASE
        WHEN act.kind IN ('approval', 'withdrawal', 'reopening') THEN acting = 'finance_officer'
        WHEN act.kind = 'authorisation' THEN acting = 'finance_authoriser'
        ELSE acting IN ('finance_officer', 'finance_authoriser')
    END) THEN
        RETURN 'payout_act_by_its_role';
    END IF;
    IF is_frozen('acts', act.acted_at) THEN
        RETURN 'payout_act_not_frozen';
    END IF;
    IF act.kind = 'withdrawal' AND act.account_id <> put_up.submitted_by THEN
        RETURN 'payout_act_withdrawn_by_submitter';
    END IF;
    IF act.kind NOT IN ('withdrawal', 'reopening') AND EXISTS (
        SELECT 1 FROM payout_conflicts(act.payout_id, act.account_id, 'infinity') AS c
    ) THEN
        RETURN 'payout_act_by_no_one_concerned';
    END IF;
    IF NOT (CASE act.kind
        WHEN 'approval' THEN approvals < put_up.required_approvals
        WHEN 'authorisation'
            THEN approvals = put_up.required_approvals AND authorisations < put_up.required_authorisations
        WHEN 'void_request' THEN NOT is_void_requested(act.payout_id)
        WHEN 'void' THEN is_void_requested(act.payout_id)
        WHEN 'void_refusal' THEN is_void_requested(act.payout_id)
        ELSE TRUE
    END) THEN
        RETURN 'payout_act_in_order';
    END IF;
    IF act.digest <> put_up.digest THEN
        RETURN 'payout_act_on_what_was_put_up';
    END IF;
    IF act.kind IN ('approval', 'authorisation') AND NOT stands(act.payout_id, act.acted_at) THEN
        RETURN 'payout_act_on_what_stands';
    END IF;
    RETURN NULL;
END
$$;

-- Whether the content of a payout is still what was put up; it is held from here on.
CREATE FUNCTION stands(of_payout uuid, at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM i.id
    FROM instalment AS i
    WHERE
        i.id IN (
            SELECT l.instalment_id FROM payout_line AS l
            WHERE l.payout_id = of_payout
            UNION ALL
            SELECT n.instalment_id
            FROM payout_netting AS n
            INNER JOIN payout_line AS l ON n.payout_line_id = l.id
            WHERE l.payout_id = of_payout
        )
    ORDER BY i.id
    FOR SHARE OF i;
    PERFORM b.id
    FROM bank_account AS b
    WHERE b.id IN (SELECT l.bank_account_id FROM payout_line AS l WHERE l.payout_id = of_payout)
    ORDER BY b.id
    FOR SHARE OF b;
    RETURN NOT EXISTS (
        SELECT 1
        FROM payout_line AS l
        LEFT JOIN payout_netting AS n ON l.id = n.payout_line_id
        INNER JOIN instalment AS i ON i.id IN (l.instalment_id, n.instalment_id)
        WHERE l.payout_id = of_payout AND i.superseded_at IS NOT NULL
    ) AND EXISTS (
        SELECT 1 FROM payout AS p
        WHERE p.id = of_payout AND p.digest = payout_digest(p.id, stands.at)
    );
END
$$;

CREATE FUNCTION guard_payout_act() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text := rule_broken_by(new);
BEGIN
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'an act on a payout breaks the rule %', broken
            USING ERRCODE = 'restrict_violation', CONSTRAINT = broken;
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_act_keeps_the_rules BEFORE INSERT ON payout_act
FOR EACH ROW EXECUTE FUNCTION guard_payout_act();

-- A payout begins as a draft, and moves when the acts that it takes are there.
CREATE FUNCTION guard_payout_move() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
BEGIN
    IF tg_op = 'INSERT' THEN
        broken := CASE WHEN new.state <> 'draft' THEN 'payout_begins_as_draft' END;
    ELSIF new.state = 'submitted' THEN
        broken := CASE
            WHEN (new.required_approvals, new.required_authorisations) IS DISTINCT FROM (
                SELECT (n.approvals, n.authorisations)
                FROM people_needed(new.total_cents, new.submitted_at) AS n
            ) THEN 'payout_takes_whom_the_rule_says'
            WHEN is_frozen('put_up', new.submitted_at) THEN 'payout_not_put_up_while_frozen'
            WHEN new.reopens IS NOT NULL AND NOT EXISTS (
                SELECT 1
                FROM payout AS p
                WHERE
                    p.id = new.reopens
                    AND p.month = new.month
                    AND p.state IN ('rejected', 'withdrawn', 'voided')
            ) THEN 'payout_reopens_what_is_closed'
        END;
    ELSIF new.state = 'approved' THEN
        broken := CASE WHEN (
            SELECT
                count(*) FILTER (WHERE act.kind = 'approval') <> new.required_approvals
                OR count(*) FILTER (WHERE act.kind = 'authorisation')
                <> new.required_authorisations
                OR NOT coalesce(bool_and(act.digest = new.digest), FALSE)
            FROM payout_act AS act
            WHERE act.payout_id = new.id
        ) THEN 'payout_approved_by_all' END;
    ELSIF new.state = 'exported' THEN
        broken := CASE
            WHEN is_frozen('export', new.exported_at) THEN 'payout_not_sent_while_frozen'
            WHEN is_void_requested(new.id) THEN 'payout_not_sent_while_void_is_asked'
        END;
    ELSE
        broken := CASE WHEN NOT EXISTS (
            SELECT 1 FROM payout_act AS act
            WHERE
                act.payout_id = new.id
                AND act.kind = CASE new.state
                    WHEN 'rejected' THEN 'rejection'
                    WHEN 'withdrawn' THEN 'withdrawal'
                    WHEN 'voided' THEN 'void'
                END
        ) THEN 'payout_closed_by_its_act' END;
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'a payout breaks the rule %', broken
            USING ERRCODE = 'restrict_violation', CONSTRAINT = broken;
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER payout_moves_when_acted_on BEFORE INSERT OR UPDATE ON payout
FOR EACH ROW EXECUTE FUNCTION guard_payout_move();

CREATE TRIGGER payout_act_audited AFTER INSERT OR UPDATE OR DELETE ON payout_act
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER approval_rule_audited AFTER INSERT OR UPDATE OR DELETE ON approval_rule
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER approval_band_audited AFTER INSERT OR UPDATE OR DELETE ON approval_band
FOR EACH ROW EXECUTE FUNCTION record_audit();
CREATE TRIGGER freeze_period_audited AFTER INSERT OR UPDATE OR DELETE ON freeze_period
FOR EACH ROW EXECUTE FUNCTION record_audit();

GRANT SELECT, INSERT ON payout_act, approval_band TO ura_app;
GRANT SELECT, INSERT, UPDATE ON approval_rule, freeze_period TO ura_app;

ALTER TABLE payout_act ENABLE ROW LEVEL SECURITY;
CREATE POLICY payout_act_seen ON payout_act FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY payout_act_own ON payout_act FOR INSERT WITH CHECK (
    account_id = (SELECT actor_account())
    AND (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE approval_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY approval_rule_seen ON approval_rule FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'administrator'
);
CREATE POLICY approval_rule_proposed ON approval_rule FOR INSERT WITH CHECK (
    proposed_by = (SELECT actor_account()) AND (SELECT actor_role()) = 'administrator'
    AND num_nonnulls(confirmed_at, refused_at) = 0
);
CREATE POLICY approval_rule_decided ON approval_rule FOR UPDATE USING (
    (SELECT actor_role()) = 'administrator'
) WITH CHECK (
    (SELECT actor_account()) IN (confirmed_by, refused_by)
);

ALTER TABLE approval_band ENABLE ROW LEVEL SECURITY;
CREATE POLICY approval_band_seen ON approval_band FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'administrator'
);
CREATE POLICY approval_band_proposed ON approval_band FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator'
);

ALTER TABLE freeze_period ENABLE ROW LEVEL SECURITY;
CREATE POLICY freeze_period_seen ON freeze_period FOR SELECT USING (
    (SELECT actor_sees_all()) OR (SELECT actor_role()) = 'administrator'
);
CREATE POLICY freeze_period_proposed ON freeze_period FOR INSERT WITH CHECK (
    proposed_by = (SELECT actor_account()) AND (SELECT actor_role()) = 'administrator'
    AND num_nonnulls(confirmed_at, lifted_at) = 0
);
CREATE POLICY freeze_period_decided ON freeze_period FOR UPDATE USING (
    (SELECT actor_role()) = 'administrator'
) WITH CHECK (
    (SELECT actor_account()) IN (confirmed_by, lifted_by)
);
