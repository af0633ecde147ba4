-- name: list_municipalities
SELECT
    code,
    name_sq,
    name_sr,
    latitude,
    longitude,
    population
FROM municipality
ORDER BY code
LIMIT 500;

-- name: list_offices
SELECT
    id,
    municipality_code,
    name_sq,
    name_sr
FROM office
ORDER BY municipality_code
LIMIT 500;
