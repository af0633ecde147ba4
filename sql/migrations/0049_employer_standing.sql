-- What a case officer weighs before a placement is approved. With its owner's rights, since the
-- employer's agreements are with other offices too: it tells counts, and nothing of anybody.
CREATE FUNCTION employer_standing(of_placement uuid, on_day date) RETURNS TABLE (
    least_wage_cents bigint, headcount integer, subsidised_count integer, dismissed_count integer,
    open_recovery_count integer
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT
    (
        SELECT ceil(max(w.monthly_cents)::numeric * p.weekly_hours / 40)::bigint
        FROM public.minimum_wage AS w
        WHERE w.period @> lower(p.period) AND w.superseded_at IS NULL
    ),
    e.headcount,
    (
        SELECT count(*)::integer FROM public.agreement AS a
        WHERE
            a.employer_id = p.employer_id
            AND a.state IN ('active', 'suspended')
            AND a.period @> employer_standing.on_day
    ),
    (
        SELECT count(*)::integer FROM public.agreement AS a
        WHERE a.employer_id = p.employer_id AND a.end_cause = 'employer_dismissed'
    ),
    (
        SELECT count(*)::integer FROM public.recovery AS r
        WHERE
            r.employer_id = p.employer_id
            AND r.state NOT IN ('settled', 'written_off', 'cancelled')
    )
FROM public.placement AS p
INNER JOIN public.employer AS e ON p.employer_id = e.id
WHERE p.id = employer_standing.of_placement AND public.actor_role() = 'case_officer'
$$;
