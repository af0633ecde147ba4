-- What matching asks of placements, candidates, matches and agreements together.

-- Counts with its owner's rights: an office sees only its own matches, but seats are everybody's.
-- Who left, or was dismissed for misconduct, may be replaced, and so leaves the seat.
CREATE FUNCTION seats_taken(of_placement uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
    SELECT count(*)::integer FROM public.placement_match AS m
    WHERE m.placement_id = of_placement AND m.state = 'agreed'
        AND NOT EXISTS (
            SELECT 1 FROM public.agreement AS a
            WHERE a.match_id = m.id AND a.state = 'ended_early'
                AND a.end_cause IN ('candidate_left', 'misconduct')
        )
$$;

-- Whether a person has no employment under an agreement, and no seat agreed elsewhere that waits
-- for its agreement, on any of these days. With its owner's rights: other offices count too.
CREATE FUNCTION is_free(of_candidate uuid, during daterange, besides_placement uuid)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
    SELECT NOT EXISTS (
        SELECT 1 FROM public.agreement AS a
        WHERE a.candidate_id = of_candidate AND a.state <> 'cancelled' AND a.employment && during
    )
    AND NOT EXISTS (
        SELECT 1 FROM public.placement_match AS m
        INNER JOIN public.placement AS p ON m.placement_id = p.id
        WHERE m.candidate_id = of_candidate AND m.state = 'agreed'
            AND p.id <> besides_placement AND p.period && during
            AND NOT EXISTS (
                SELECT 1 FROM public.agreement AS a
                WHERE a.match_id = m.id AND a.state <> 'cancelled'
            )
    )
$$;

-- Locks the placement, then the candidate, so that two matches cannot both find the last seat free
-- or the same person free.
CREATE FUNCTION guard_agreed_match() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    seats integer;
    days daterange;
BEGIN
    SELECT p.seats, p.period INTO seats, days
    FROM public.placement AS p WHERE p.id = new.placement_id FOR NO KEY UPDATE;
    PERFORM 1 FROM public.candidate AS c WHERE c.id = new.candidate_id FOR NO KEY UPDATE;
    IF public.seats_taken(new.placement_id) >= seats THEN
        RAISE EXCEPTION 'every seat of the placement is taken'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'placement_match_within_seats';
    END IF;
    IF NOT public.is_free(new.candidate_id, days, new.placement_id) THEN
        RAISE EXCEPTION 'the candidate is taken on days of the placement'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'placement_match_candidate_free';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER placement_match_agreed_at_once BEFORE INSERT ON placement_match
FOR EACH ROW WHEN (new.state = 'agreed') EXECUTE FUNCTION guard_agreed_match();
CREATE TRIGGER placement_match_agreed BEFORE UPDATE OF state ON placement_match
FOR EACH ROW WHEN (new.state = 'agreed' AND old.state <> 'agreed')
EXECUTE FUNCTION guard_agreed_match();

-- Full years on a day; who is born on 29 February is a year older on 1 March.
CREATE FUNCTION age_on(born_on date, on_day date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN extract(YEAR FROM age(on_day::timestamp, born_on::timestamp))::integer;

CREATE FUNCTION education_rank(education text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_position(
    ARRAY[
        'none', 'primary', 'lower_secondary', 'upper_secondary', 'vocational', 'bachelor', 'master'
    ],
    education
);

-- Great-circle distance by the haversine formula on a sphere of 6371 km, in whole kilometres.
CREATE FUNCTION distance_km(
    lat_a double precision, lon_a double precision, lat_b double precision, lon_b double precision
) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN round(2 * 6371 * asin(least(1, sqrt(
    sin(radians(lat_b - lat_a) / 2) ^ 2
    + cos(radians(lat_a)) * cos(radians(lat_b)) * sin(radians(lon_b - lon_a) / 2) ^ 2
))))::integer;

-- Every pair of placement and candidate that the actor may see: the facts that are scored, and each
-- hard requirement as a yes or no. The ranking and "why not" read this one list, so they agree.
CREATE VIEW placement_fit WITH (security_invoker = TRUE) AS
SELECT
    p.id AS placement_id,
    p.employer_id,
    c.id AS candidate_id,
    c.office_id,
    p.occupation_code,
    c.occupations,
    p.skills AS skills_wished,
    p.skills_demanded,
    c.skills AS skills_held,
    p.languages AS languages_asked,
    c.languages AS languages_spoken,
    p.driving_licences AS licences_asked,
    c.driving_licences AS licences_held,
    p.education_min AS education_asked,
    c.education AS education_held,
    c.unemployed_since,
    c.travel_km,
    distance_km(pm.latitude, pm.longitude, cm.latitude, cm.longitude) AS distance_km,
    age_on(c.born_on, lower(p.period)) AS age_at_start,
    v.age_min,
    v.age_max,
    p.state = 'approved' AS placement_open,
    c.withdrawn_at IS NULL AS candidate_registered,
    coalesce(
        age_on(c.born_on, lower(p.period)) BETWEEN v.age_min AND v.age_max, FALSE
    ) AS age_fits,
    education_rank(c.education) >= education_rank(p.education_min) AS education_fits,
    c.languages @> p.languages AS languages_fit,
    c.driving_licences @> p.driving_licences AS licences_fit,
    c.skills @> p.skills_demanded AS skills_fit,
    left(p.occupation_code, 3) IN (
        SELECT left(sought.code, 3) FROM unnest(c.occupations) AS sought (code)
    ) AS occupation_fits,
    distance_km(pm.latitude, pm.longitude, cm.latitude, cm.longitude)
    <= c.travel_km AS distance_fits,
    is_free(c.id, p.period, p.id) AS candidate_free,
    NOT EXISTS (
        SELECT 1 FROM placement_match AS m
        WHERE m.placement_id = p.id AND m.candidate_id = c.id AND m.state <> 'declined'
    ) AS not_yet_matched,
    seats_taken(p.id) < p.seats AS seat_left
FROM placement AS p
CROSS JOIN candidate AS c
INNER JOIN municipality AS pm ON p.municipality_code = pm.code
INNER JOIN municipality AS cm ON c.municipality_code = cm.code
LEFT JOIN scheme_version AS v
    ON
        p.scheme_id = v.scheme_id
        AND v.valid @> lower(p.period)
        AND v.state IN ('activated', 'superseded');
