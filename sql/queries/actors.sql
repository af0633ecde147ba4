-- name: say_who_acts
-- For this transaction only: outside one, nothing is set and the policies show no rows.
SELECT
    set_config('ura.role', :role, TRUE),
    set_config('ura.account_id', :account_id, TRUE),
    set_config('ura.office_id', :office_id, TRUE),
    set_config('ura.employer_id', :employer_id, TRUE),
    set_config('ura.candidate_id', :candidate_id, TRUE),
    set_config('ura.agreement_id', :agreement_id, TRUE),
    set_config('ura.link_id', :link_id, TRUE);
