-- name: signed_by_all
-- Candidate, employer and office have signed the very text of the agreement.
SELECT
    i.id AS instalment_id,
    CASE WHEN coalesce(signed.party_count, 0) = 3 THEN 'passed' ELSE 'failed' END AS outcome,
    jsonb_build_object(
        'parties', signed.parties, 'last_signed_at', signed.last_signed_at
    ) AS inputs
FROM instalment AS i
INNER JOIN agreement AS a ON i.agreement_id = a.id
INNER JOIN LATERAL (
    SELECT
        count(*) AS party_count,
        array_agg(s.party ORDER BY s.party) AS parties,
        max(s.signed_at) AS last_signed_at
    FROM agreement_signature AS s
    WHERE s.agreement_id = a.id AND s.terms_sha256 = a.terms_sha256
) AS signed ON TRUE
WHERE i.id = any(:instalment_ids::uuid[]);
