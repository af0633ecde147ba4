-- A bank's statement of a month, posted with less work for each of its hundred thousand rows. What
-- is refused and what is written down stay the same.

-- Judged at every move of an order; to count within a pattern took as long as the move.
ALTER TABLE payment_attempt DROP CONSTRAINT payment_attempt_end_to_end_id_form;
ALTER TABLE payment_attempt ADD CONSTRAINT payment_attempt_end_to_end_id_form CHECK (
    length(end_to_end_id) BETWEEN 1 AND 35 AND end_to_end_id !~ '[^A-Z0-9-]'
);

-- Of all rows of an INSERT there are a few files and statements, which are looked up once each.
CREATE OR REPLACE FUNCTION guard_keys_of_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    unknown text;
BEGIN
    SELECT CASE WHEN f.id IS NULL THEN 'bank_entry_of_file' ELSE 'bank_entry_of_statement' END
    INTO unknown
    FROM (SELECT DISTINCT w.bank_file_id, w.bank_statement_id FROM written AS w) AS k
    LEFT JOIN public.bank_file AS f ON k.bank_file_id = f.id
    LEFT JOIN public.bank_statement AS s
        ON k.bank_statement_id = s.id AND k.bank_file_id = s.bank_file_id
    WHERE f.id IS NULL OR (s.id IS NULL AND k.bank_statement_id IS NOT NULL)
    LIMIT 1;
    IF NOT found THEN
        SELECT 'bank_entry_of_order' INTO unknown
        FROM written AS w
        LEFT JOIN public.payment_attempt AS o ON w.attempt_id = o.id
        WHERE o.id IS NULL AND w.attempt_id IS NOT NULL
        LIMIT 1;
    END IF;
    IF found THEN
        RAISE EXCEPTION 'an entry is of a file, a statement in it and an order that are there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = unknown;
    END IF;
    RETURN NULL;
END
$$;

-- An entry of the same order has had that order looked up.
CREATE OR REPLACE FUNCTION guard_keys_of_events() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    unknown text;
BEGIN
    SELECT
        CASE WHEN a.id IS NULL AND k.recorded_by IS NOT NULL
            THEN 'attempt_event_by_account'
            ELSE 'attempt_event_by_resolution'
        END INTO unknown
    FROM (SELECT DISTINCT w.recorded_by, w.suspense_resolution_id FROM written AS w) AS k
    LEFT JOIN public.account AS a ON k.recorded_by = a.id
    LEFT JOIN public.suspense_resolution AS r ON k.suspense_resolution_id = r.id
    WHERE
        (a.id IS NULL AND k.recorded_by IS NOT NULL)
        OR (r.id IS NULL AND k.suspense_resolution_id IS NOT NULL)
    LIMIT 1;
    IF NOT found THEN
        SELECT
            CASE
                WHEN EXISTS (SELECT 1 FROM public.payment_attempt AS o WHERE o.id = w.attempt_id)
                    THEN 'attempt_event_of_entry'
                ELSE 'attempt_event_of_order'
            END INTO unknown
        FROM written AS w
        LEFT JOIN public.bank_entry AS e ON w.bank_entry_id = e.id
        WHERE
            (e.id IS NULL AND w.bank_entry_id IS NOT NULL)
            OR (
                e.attempt_id IS DISTINCT FROM w.attempt_id
                AND NOT EXISTS (SELECT 1 FROM public.payment_attempt AS o WHERE o.id = w.attempt_id)
            )
        LIMIT 1;
    END IF;
    IF found THEN
        RAISE EXCEPTION 'what is said of an order names an order, cause and account that are there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = unknown;
    END IF;
    RETURN NULL;
END
$$;

-- Its trigger looks it up, once for a statement. No resolution is changed or deleted, either.
ALTER TABLE attempt_event DROP CONSTRAINT attempt_event_by_resolution;

CREATE OR REPLACE FUNCTION guard_keys_of_transfers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    unknown text;
BEGIN
    SELECT CASE WHEN d.id IS NULL THEN 'transfer_debit_in_line' ELSE 'transfer_credit_in_line' END
    INTO unknown
    FROM (
        SELECT DISTINCT
            w.budget_line_id,
            w.debit_account_id,
            w.credit_account_id
        FROM written AS w
    ) AS k
    LEFT JOIN public.ledger_account AS d
        ON k.debit_account_id = d.id AND k.budget_line_id = d.budget_line_id
    LEFT JOIN public.ledger_account AS c
        ON k.credit_account_id = c.id AND k.budget_line_id = c.budget_line_id
    WHERE d.id IS NULL OR c.id IS NULL
    LIMIT 1;
    IF NOT found THEN
        SELECT 'transfer_of_agreement' INTO unknown
        FROM written AS w
        LEFT JOIN public.agreement AS a ON w.agreement_id = a.id
        WHERE a.id IS NULL AND w.agreement_id IS NOT NULL
        LIMIT 1;
    END IF;
    IF found THEN
        RAISE EXCEPTION 'a transfer is between two accounts of its line, for an agreement of ours'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = unknown;
    END IF;
    RETURN NULL;
END
$$;

-- Thousands of orders move alike: then what is written of their move is put into words once, and no
-- row is sought for another. Elsewhere they are joined, never by loops: a plan made for few rows
-- would be kept for many.
CREATE OR REPLACE FUNCTION record_attempt_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public SET enable_nestloop = off AS $$
DECLARE
    acting text := public.actor_role();
    by_account uuid := public.actor_account();
    old_words jsonb;
    new_words jsonb;
BEGIN
    SELECT jsonb_build_object(
        'state', min(o.state),
        'reason_code', min(o.reason_code),
        'state_changed_at', min(o.state_changed_at)
    ) INTO old_words
    FROM old_row AS o
    HAVING
        min(o.state) = max(o.state)
        AND min(o.state_changed_at) = max(o.state_changed_at)
        AND (
            count(o.reason_code) = 0
            OR (count(o.reason_code) = count(*) AND min(o.reason_code) = max(o.reason_code))
        );
    SELECT jsonb_build_object(
        'state', min(n.state),
        'reason_code', min(n.reason_code),
        'state_changed_at', min(n.state_changed_at)
    ) INTO new_words
    FROM new_row AS n
    HAVING
        min(n.state) = max(n.state)
        AND min(n.state_changed_at) = max(n.state_changed_at)
        AND (
            count(n.reason_code) = 0
            OR (count(n.reason_code) = count(*) AND min(n.reason_code) = max(n.reason_code))
        );
    IF old_words IS NOT NULL AND new_words IS NOT NULL THEN
        INSERT INTO public.audit_entry (
            actor_role, actor_account, table_name, row_id, action, before, after
        )
        SELECT
            acting,
            by_account,
            tg_table_name,
            n.id,
            'update',
            old_words,
            new_words
        FROM new_row AS n;
        RETURN NULL;
    END IF;
    INSERT INTO public.audit_entry (
        actor_role, actor_account, table_name, row_id, action, before, after
    )
    SELECT
        acting,
        by_account,
        tg_table_name,
        n.id,
        'update',
        jsonb_build_object(
            'state', o.state,
            'reason_code', o.reason_code,
            'state_changed_at', o.state_changed_at
        ),
        jsonb_build_object(
            'state', n.state,
            'reason_code', n.reason_code,
            'state_changed_at', n.state_changed_at
        )
    FROM new_row AS n
    INNER JOIN old_row AS o ON n.id = o.id;
    RETURN NULL;
END
$$;
