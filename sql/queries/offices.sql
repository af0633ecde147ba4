-- name: list_municipalities
-- All 38 at most; reference data, the same for everybody.
SELECT
    code,
    name_sq,
    name_sr,
    latitude,
    longitude,
    population
FROM municipality
ORDER BY code;

-- name: list_offices
SELECT
    id,
    municipality_code,
    name_sq,
    name_sr
FROM office
ORDER BY municipality_code;
