-- A person's case offered by one office to another; once accepted, it is the other's, with all that
-- is known, and the former office sees no more than that it handed the case over.
CREATE TABLE handover (
    id uuid PRIMARY KEY,
    candidate_id uuid NOT NULL REFERENCES candidate,
    from_office_id uuid NOT NULL REFERENCES office,
    to_office_id uuid NOT NULL REFERENCES office,
    state text NOT NULL,
    reason text NOT NULL,
    offered_at timestamptz NOT NULL,
    offered_by uuid NOT NULL REFERENCES account,
    answered_at timestamptz,
    answered_by uuid REFERENCES account,
    answer_reason text,
    CONSTRAINT handover_state_known CHECK (
        state IN ('offered', 'accepted', 'declined', 'withdrawn')
    ),
    CONSTRAINT handover_to_another_office CHECK (from_office_id <> to_office_id),
    CONSTRAINT handover_with_reason CHECK (length(btrim(reason)) BETWEEN 5 AND 500),
    CONSTRAINT handover_state_tells_answer CHECK (
        (state = 'offered') = (answered_at IS NULL)
        AND (answered_at IS NULL) = (answered_by IS NULL)
    ),
    CONSTRAINT handover_declined_with_reason CHECK (
        (state = 'declined') = (answer_reason IS NOT NULL)
        AND length(btrim(answer_reason)) BETWEEN 5 AND 500
    ),
    CONSTRAINT handover_two_people CHECK (state <> 'accepted' OR answered_by <> offered_by)
);

CREATE UNIQUE INDEX handover_one_open ON handover (candidate_id) WHERE state = 'offered';
CREATE INDEX handover_by_giving_office ON handover (from_office_id, offered_at);
CREATE INDEX handover_by_receiving_office ON handover (to_office_id, offered_at);

CREATE FUNCTION guard_handover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.state <> 'offered'
        OR to_jsonb(new) - '{state,answered_at,answered_by,answer_reason}'::text[]
        <> to_jsonb(old) - '{state,answered_at,answered_by,answer_reason}'::text[]
    THEN
        RAISE EXCEPTION 'a case offered to another office is answered once'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'handover_answered_once';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER handover_ended_once BEFORE UPDATE ON handover
FOR EACH ROW EXECUTE FUNCTION guard_handover();
CREATE TRIGGER handover_never_deleted BEFORE DELETE ON handover
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER handover_no_truncate BEFORE TRUNCATE ON handover
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER handover_audited AFTER INSERT OR UPDATE OR DELETE ON handover
FOR EACH ROW EXECUTE FUNCTION record_audit();

-- A person's office changes only by a hand-over that the other office has accepted.
CREATE FUNCTION guard_candidate_office() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM public.handover AS h
        WHERE
            h.candidate_id = new.id
            AND h.from_office_id = old.office_id
            AND h.to_office_id = new.office_id
            AND h.state = 'accepted'
    ) THEN
        RAISE EXCEPTION 'a person changes offices by an accepted hand-over only'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'candidate_moves_by_handover';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER candidate_moves_by_handover BEFORE UPDATE OF office_id ON candidate
FOR EACH ROW WHEN (old.office_id <> new.office_id)
EXECUTE FUNCTION guard_candidate_office();

-- The receiving office takes a case: the person, what is sealed, matches and agreements become its
-- own in one step. With its owner's rights, as neither office may write what is not yet or no
-- longer its own; it answers the person's id, or nothing when there was nothing to accept.
CREATE FUNCTION accept_handover(of_handover uuid, at timestamptz) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    taken public.handover;
BEGIN
    UPDATE public.handover AS h
    SET state = 'accepted', answered_at = at, answered_by = public.actor_account()
    WHERE
        h.id = of_handover
        AND h.state = 'offered'
        AND public.actor_role() = 'case_officer'
        AND h.to_office_id = public.actor_office()
    RETURNING h.* INTO taken;
    IF taken.id IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE public.candidate AS c SET office_id = taken.to_office_id
    WHERE c.id = taken.candidate_id;
    UPDATE public.candidate_sensitive AS s SET office_id = taken.to_office_id
    WHERE s.id = taken.candidate_id;
    UPDATE public.placement_match AS m SET office_id = taken.to_office_id
    WHERE m.candidate_id = taken.candidate_id;
    UPDATE public.agreement AS a SET office_id = taken.to_office_id
    WHERE a.candidate_id = taken.candidate_id;
    RETURN taken.candidate_id;
END
$$;

-- Hand-overs of the actor's office, either way. Who is no longer, or not yet, of the office is told
-- by name while the offer stands, as both offices must know of whom they speak, then by initials.
CREATE FUNCTION handovers_seen(of_handover uuid, only_open boolean, at_most integer)
RETURNS TABLE (
    id uuid, state text, is_incoming boolean, candidate_id uuid, candidate_reference text,
    candidate_name text, birth_year integer, from_office_sq text, from_office_sr text,
    to_office_sq text, to_office_sr text, reason text, offered_at timestamptz,
    offered_by_name text, answered_at timestamptz, answered_by_name text, answer_reason text,
    open_agreements text[]
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT
    h.id,
    h.state,
    h.to_office_id = public.actor_office(),
    CASE WHEN c.office_id = public.actor_office() THEN c.id END,
    CASE WHEN h.state = 'offered' OR c.office_id = public.actor_office() THEN c.reference END,
    CASE
        WHEN h.state = 'offered' OR c.office_id = public.actor_office()
            THEN c.given_name || ' ' || c.family_name
        ELSE public.initials(c.given_name, c.family_name)
    END,
    extract(YEAR FROM c.born_on)::integer,
    f.name_sq,
    f.name_sr,
    t.name_sq,
    t.name_sr,
    h.reason,
    h.offered_at,
    p.name,
    h.answered_at,
    q.name,
    h.answer_reason,
    array(
        SELECT a.reference FROM public.agreement AS a
        WHERE
            a.candidate_id = h.candidate_id
            AND a.state IN ('drafted', 'signed', 'active', 'suspended')
            AND (h.state = 'offered' OR c.office_id = public.actor_office())
        ORDER BY a.reference
    )
FROM public.handover AS h
INNER JOIN public.candidate AS c ON h.candidate_id = c.id
INNER JOIN public.office AS f ON h.from_office_id = f.id
INNER JOIN public.office AS t ON h.to_office_id = t.id
INNER JOIN public.account AS p ON h.offered_by = p.id
LEFT JOIN public.account AS q ON h.answered_by = q.id
WHERE
    public.actor_role() = 'case_officer'
    AND public.actor_office() IN (h.from_office_id, h.to_office_id)
    AND (handovers_seen.of_handover IS NULL OR h.id = handovers_seen.of_handover)
    AND (NOT handovers_seen.only_open OR h.state = 'offered')
ORDER BY h.state = 'offered' DESC, h.offered_at DESC, h.id DESC
LIMIT handovers_seen.at_most
$$;

GRANT SELECT, INSERT, UPDATE ON handover TO ura_app;

ALTER TABLE handover ENABLE ROW LEVEL SECURITY;
CREATE POLICY handover_seen ON handover FOR SELECT USING (
    (SELECT actor_role()) IN ('auditor', 'system')
    OR (SELECT actor_office()) IN (from_office_id, to_office_id)
);
CREATE POLICY handover_offered ON handover FOR INSERT WITH CHECK (
    offered_by = (SELECT actor_account())
    AND from_office_id = (SELECT actor_office())
    AND EXISTS (
        SELECT 1 FROM candidate AS c
        WHERE c.id = handover.candidate_id AND c.office_id = handover.from_office_id
    )
);
-- It is accepted by accept_handover() only, which is nobody's to write around.
CREATE POLICY handover_answered ON handover FOR UPDATE USING (
    (SELECT actor_office()) IN (from_office_id, to_office_id)
) WITH CHECK (
    (state = 'withdrawn' AND from_office_id = (SELECT actor_office()))
    OR (state = 'declined' AND to_office_id = (SELECT actor_office()))
);
