-- name: insert_handover
INSERT INTO handover (
    id, candidate_id, from_office_id, to_office_id, state, reason, offered_at, offered_by
) VALUES (
    :handover_id, :candidate_id, :from_office_id, :to_office_id, 'offered', :reason, :at,
    :offered_by
);

-- name: lock_handover
SELECT
    state,
    candidate_id,
    from_office_id,
    to_office_id
FROM handover
WHERE id = :handover_id
FOR UPDATE;

-- name: record_answer
UPDATE handover
SET
    state = :state,
    answered_at = :at,
    answered_by = :answered_by,
    answer_reason = :reason
WHERE id = :handover_id AND state = 'offered';

-- name: take_case
-- All that is known of the person changes offices in one step; see accept_handover.
SELECT accept_handover(:handover_id, :at) AS candidate_id;

-- name: list_handovers_for_office
SELECT
    id,
    state,
    is_incoming,
    candidate_id,
    candidate_reference,
    candidate_name,
    birth_year,
    from_office_sq,
    from_office_sr,
    to_office_sq,
    to_office_sr,
    reason,
    offered_at,
    offered_by_name,
    answered_at,
    answered_by_name,
    answer_reason,
    open_agreements
FROM handovers_seen(NULL, FALSE, :at_most)
ORDER BY state = 'offered' DESC, offered_at DESC, id DESC
LIMIT :at_most;

-- name: find_open
SELECT
    h.id,
    o.name_sq AS to_office_sq,
    o.name_sr AS to_office_sr,
    h.offered_at
FROM handover AS h
INNER JOIN office AS o ON h.to_office_id = o.id
WHERE h.candidate_id = :candidate_id AND h.state = 'offered';
