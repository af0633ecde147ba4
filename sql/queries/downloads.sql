-- name: insert_download
INSERT INTO download (
    id, list_name, filters, kind, row_count, downloaded_at, downloaded_by
) VALUES (
    :download_id, :list_name, :filters, :kind, :row_count, :at, :account_id
);

-- name: list_downloads
-- by newest: d.downloaded_at::timestamptz, d.id::uuid
-- by rows: d.row_count::integer, d.id::uuid
SELECT
    d.id,
    d.downloaded_at,
    a.name AS downloaded_by_name,
    a.role AS downloaded_by_role,
    d.list_name,
    d.filters,
    d.kind,
    d.row_count
FROM download AS d
LEFT JOIN account AS a ON d.downloaded_by = a.id
WHERE (:list_name::text IS NULL OR d.list_name = :list_name) AND :beyond
ORDER BY :by::text
LIMIT :at_most;
