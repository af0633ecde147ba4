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
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    RETURN QUERY WITH line AS (
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
            i.kind,
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
    SELECT 'override', m.id
    FROM public.check_override AS o
    INNER JOIN month AS m
        ON o.agreement_id = m.agreement_id AND o.month = m.month AND o.kind = m.kind
    WHERE
        (o.asked_by = of_account AND o.asked_at <= until)
        OR (o.granted_by = of_account AND o.granted_at <= until)
    UNION ALL
    SELECT 'hold', m.id
    FROM public.instalment_hold AS h
    INNER JOIN public.agreement AS a ON h.agreement_id = a.id OR h.employer_id = a.employer_id
    INNER JOIN month AS m ON a.id = m.agreement_id
    WHERE
        h.released_by = of_account
        AND h.released_at <= until
        AND (h.month IS NULL OR (h.month = m.month AND h.kind = m.kind))
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
    INNER JOIN month AS m ON handled.agreement_id = m.agreement_id;
END
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
        WHERE
            l.payout_id = of_payout
            AND (
                i.superseded_at IS NOT NULL
                OR EXISTS (
                    SELECT 1 FROM hold_in_force AS h
                    WHERE
                        h.agreement_id = i.agreement_id
                        AND (h.month IS NULL OR (h.month = i.month AND h.kind = i.kind))
                )
            )
    ) AND EXISTS (
        SELECT 1 FROM payout AS p
        WHERE p.id = of_payout AND p.digest = payout_digest(p.id, stands.at)
    );
END
$$;

-- Who places a hold waits for whoever is just deciding on a payout that pays what it stops: either
-- the hold is there when it is decided, or the decision was made before. With its owner's rights,
-- as not everybody who may hold a payment sees payouts.
CREATE FUNCTION await_decisions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM p.id
    FROM public.payout AS p
    WHERE
        p.state = 'submitted'
        AND EXISTS (
            SELECT 1
            FROM public.payout_line AS l
            INNER JOIN public.instalment AS i ON l.instalment_id = i.id
            INNER JOIN public.agreement AS a ON i.agreement_id = a.id
            WHERE
                l.payout_id = p.id
                AND (a.id = new.agreement_id OR a.employer_id = new.employer_id)
        )
    ORDER BY p.id
    FOR NO KEY UPDATE OF p;
    RETURN new;
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

GRANT SELECT, INSERT ON payout_act TO ura_app;

ALTER TABLE payout_act ENABLE ROW LEVEL SECURITY;
CREATE POLICY payout_act_seen ON payout_act FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY payout_act_own ON payout_act FOR INSERT WITH CHECK (
    account_id = (SELECT actor_account())
    AND (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);
