-- An entry that names an order is what its history says of it: what the bank said, where the order
-- stood then, and who handed it in. It was told twice. `attempt_event` keeps what no such entry
-- says: the payment of a whole block, and what a person matched.
ALTER TABLE bank_entry ADD COLUMN from_state text, ADD COLUMN recorded_by uuid;

ALTER TABLE bank_entry DISABLE TRIGGER USER;
ALTER TABLE attempt_event DISABLE TRIGGER USER;
UPDATE bank_entry AS e SET recorded_by = f.recorded_by
FROM bank_file AS f
WHERE e.bank_file_id = f.id;
UPDATE bank_entry AS e
SET
    from_state = v.from_state,
    recorded_by = coalesce(v.recorded_by, e.recorded_by)
FROM attempt_event AS v
WHERE v.bank_entry_id = e.id AND v.attempt_id = e.attempt_id;
DELETE FROM attempt_event AS v
USING bank_entry AS e
WHERE v.bank_entry_id = e.id AND v.attempt_id = e.attempt_id;
ALTER TABLE bank_entry ENABLE TRIGGER USER;
ALTER TABLE attempt_event ENABLE TRIGGER USER;

ALTER TABLE bank_entry
ALTER COLUMN recorded_by SET NOT NULL,
ADD CONSTRAINT bank_entry_from_state_of_order CHECK (
    (attempt_id IS NULL) = (from_state IS NULL)
),
ADD CONSTRAINT bank_entry_from_state_known CHECK (
    from_state IN ('sent', 'accepted', 'rejected', 'cancelled', 'settled', 'returned')
);

DROP INDEX bank_entry_by_attempt;
CREATE INDEX bank_entry_by_attempt ON bank_entry (attempt_id) WHERE attempt_id IS NOT NULL;

-- All that was said of orders, by whom and what it did. A word that moves an order names the state
-- that it moves it to; any other leaves it where it stood.
CREATE VIEW attempt_history WITH (security_invoker = TRUE) AS
SELECT
    e.id,
    e.attempt_id,
    e.id AS bank_entry_id,
    NULL::uuid AS suspense_resolution_id,
    e.effect AS said,
    e.from_state,
    CASE
        WHEN e.effect IN ('accepted', 'rejected', 'cancelled', 'settled', 'returned') THEN e.effect
        ELSE e.from_state
    END AS to_state,
    e.reason_code,
    e.recorded_at AS happened_at,
    e.recorded_by
FROM bank_entry AS e
WHERE e.attempt_id IS NOT NULL
UNION ALL
SELECT
    v.id,
    v.attempt_id,
    v.bank_entry_id,
    v.suspense_resolution_id,
    v.said,
    v.from_state,
    v.to_state,
    v.reason_code,
    v.happened_at,
    v.recorded_by
FROM attempt_event AS v;

GRANT SELECT ON attempt_history TO ura_app;

-- Of all rows of an INSERT there are a few files, statements and people, looked up once each.
CREATE OR REPLACE FUNCTION guard_keys_of_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    unknown text;
BEGIN
    SELECT
        CASE
            WHEN f.id IS NULL THEN 'bank_entry_of_file'
            WHEN a.id IS NULL THEN 'bank_entry_by_account'
            ELSE 'bank_entry_of_statement'
        END INTO unknown
    FROM (
        SELECT DISTINCT
            w.bank_file_id,
            w.bank_statement_id,
            w.recorded_by
        FROM written AS w
    ) AS k
    LEFT JOIN public.bank_file AS f ON k.bank_file_id = f.id
    LEFT JOIN public.account AS a ON k.recorded_by = a.id
    LEFT JOIN public.bank_statement AS s
        ON k.bank_statement_id = s.id AND k.bank_file_id = s.bank_file_id
    WHERE f.id IS NULL OR a.id IS NULL OR (s.id IS NULL AND k.bank_statement_id IS NOT NULL)
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

CREATE OR REPLACE FUNCTION guard_keys_of_events() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    unknown text;
BEGIN
    SELECT
        CASE
            WHEN a.id IS NULL AND k.recorded_by IS NOT NULL THEN 'attempt_event_by_account'
            WHEN e.id IS NULL AND k.bank_entry_id IS NOT NULL THEN 'attempt_event_of_entry'
            ELSE 'attempt_event_by_resolution'
        END INTO unknown
    FROM (
        SELECT DISTINCT
            w.recorded_by,
            w.bank_entry_id,
            w.suspense_resolution_id
        FROM written AS w
    ) AS k
    LEFT JOIN public.account AS a ON k.recorded_by = a.id
    LEFT JOIN public.bank_entry AS e ON k.bank_entry_id = e.id
    LEFT JOIN public.suspense_resolution AS r ON k.suspense_resolution_id = r.id
    WHERE
        (a.id IS NULL AND k.recorded_by IS NOT NULL)
        OR (e.id IS NULL AND k.bank_entry_id IS NOT NULL)
        OR (r.id IS NULL AND k.suspense_resolution_id IS NOT NULL)
    LIMIT 1;
    IF NOT found THEN
        SELECT 'attempt_event_of_order' INTO unknown
        FROM written AS w
        LEFT JOIN public.payment_attempt AS o ON w.attempt_id = o.id
        WHERE o.id IS NULL
        LIMIT 1;
    END IF;
    IF found THEN
        RAISE EXCEPTION 'what is said of an order names an order, cause and account that are there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = unknown;
    END IF;
    RETURN NULL;
END
$$;
