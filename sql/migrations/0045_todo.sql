-- What the to-do list asks for each time that somebody opens the first page.
CREATE INDEX placement_match_by_office ON placement_match (office_id, state, proposed_at);
CREATE INDEX attendance_unconfirmed ON attendance (agreement_id)
WHERE superseded_at IS NULL AND confirmed_at IS NULL;
CREATE INDEX agreement_drafted ON agreement (office_id, drafted_at) WHERE state = 'drafted';
CREATE INDEX check_override_open ON check_override (asked_at)
WHERE granted_at IS NULL AND refused_at IS NULL;
