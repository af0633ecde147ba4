-- What the to-do list asks for each time that somebody opens the first page.
CREATE INDEX placement_match_by_office ON placement_match (office_id, state, proposed_at);
CREATE INDEX attendance_unconfirmed ON attendance (agreement_id)
WHERE superseded_at IS NULL AND confirmed_at IS NULL;
CREATE INDEX agreement_drafted ON agreement (office_id, drafted_at) WHERE state = 'drafted';

-- Drawn payments that nobody has looked at again: all for finance, those of other offices for a
-- case officer. Who may review which, the page of each says.
CREATE FUNCTION reviews_open(at_most integer) RETURNS TABLE (
    payout_line_id uuid, agreement_reference text, drawn_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
WITH unreviewed AS MATERIALIZED (
    SELECT
        s.payout_line_id,
        s.drawn_at
    FROM public.quality_sample AS s
    WHERE
        NOT EXISTS (
            SELECT 1 FROM public.quality_review AS r WHERE r.payout_line_id = s.payout_line_id
        )
    ORDER BY s.drawn_at, s.payout_line_id
    LIMIT 1000
)

SELECT
    u.payout_line_id,
    k.reference,
    u.drawn_at
FROM unreviewed AS u
-- One by one: the planner cannot know how many the role lets through, and tries all of each other.
CROSS JOIN LATERAL (
    SELECT
        a.reference,
        a.office_id
    FROM public.payout_line AS l
    INNER JOIN public.instalment AS i ON l.instalment_id = i.id
    INNER JOIN public.agreement AS a ON i.agreement_id = a.id
    WHERE l.id = u.payout_line_id AND l.released_at IS NULL
    OFFSET 0
) AS k
WHERE
    public.actor_role() IN ('finance_officer', 'finance_authoriser')
    OR (public.actor_role() = 'case_officer' AND k.office_id <> public.actor_office())
ORDER BY u.drawn_at, u.payout_line_id
LIMIT reviews_open.at_most
$$;
