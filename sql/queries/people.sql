-- name: insert_rights
INSERT INTO employer_right (id, account_id, employer_id, right_code, granted_at, granted_by)
SELECT
    r.id,
    :account_id AS account_id,
    :employer_id AS employer_id,
    r.right_code,
    :at AS granted_at,
    :granted_by AS granted_by
FROM unnest(:ids::uuid[], :rights::text[]) AS r (id, right_code);

-- name: record_rights_ended
UPDATE employer_right SET ended_at = :at, ended_by = :ended_by
WHERE
    account_id = :account_id
    AND employer_id = :employer_id
    AND ended_at IS NULL
    AND right_code = any(:rights::text[]);

-- name: list_people
SELECT
    a.id AS account_id,
    a.name,
    a.email,
    a.disabled_at,
    (SELECT max(s.last_seen_at) FROM session AS s WHERE s.account_id = a.id) AS last_seen_at,
    rights_of(a.id) AS rights
FROM account AS a
WHERE a.employer_id = :employer_id
ORDER BY a.disabled_at ASC NULLS FIRST, a.name ASC
LIMIT 200;

-- name: is_of_actors_office
SELECT is_of_actors_office(:employer_id::uuid);
