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
SELECT
    s.payout_line_id,
    a.reference,
    s.drawn_at
FROM public.quality_sample AS s
INNER JOIN public.payout_line AS l ON s.payout_line_id = l.id
INNER JOIN public.instalment AS i ON l.instalment_id = i.id
INNER JOIN public.agreement AS a ON i.agreement_id = a.id
WHERE
    l.released_at IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM public.quality_review AS r WHERE r.payout_line_id = s.payout_line_id
    )
    AND (
        public.actor_role() IN ('finance_officer', 'finance_authoriser')
        OR (public.actor_role() = 'case_officer' AND a.office_id <> public.actor_office())
    )
ORDER BY s.drawn_at, s.payout_line_id
LIMIT reviews_open.at_most
$$;
