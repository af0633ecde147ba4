"""For each check a statement of the owner after which it fails; $1 is the agreement's id."""

from service.checks.model import Check

CANDIDATE = "WHERE id = (SELECT candidate_id FROM agreement WHERE id = $1)"
EMPLOYER = "WHERE id = (SELECT employer_id FROM agreement WHERE id = $1)"
ACCOUNT = "WHERE employer_id = (SELECT employer_id FROM agreement WHERE id = $1)"


def twin(**facts: str) -> str:
    """Another agreement of the same two, with other facts."""
    pairs = ", ".join(f"'{name}', '{value}'" for name, value in facts.items())
    return (
        "INSERT INTO agreement SELECT (jsonb_populate_record(a, jsonb_build_object("
        f"'id', gen_random_uuid(), 'reference', 'A-TWIN', 'match_id', NULL, {pairs}))).* "
        "FROM agreement AS a WHERE a.id = $1"
    )


def account_like(**facts: str) -> str:
    """Another account like that of the employer, with other facts; values are SQL."""
    pairs = ", ".join(f"'{name}', {value}" for name, value in facts.items())
    return (
        "INSERT INTO bank_account SELECT (jsonb_populate_record(b, jsonb_build_object("
        f"'id', gen_random_uuid(), {pairs}))).* FROM bank_account AS b {ACCOUNT}"
    )


BREAKS = {
    Check.IDENTITY_FOUND: f"UPDATE candidate SET personal_number_index = '' {CANDIDATE}",
    Check.CANDIDATE_REGISTERED: "UPDATE candidate SET withdrawn_at = '2026-09-01',"
    f" withdrawn_by = registered_by {CANDIDATE}",
    Check.AGE_ELIGIBLE: f"UPDATE candidate SET born_on = '1990-01-01' {CANDIDATE}",
    Check.WAITING_PERIOD_OVER: twin(
        starts_on="2025-09-01",
        period="[2025-09-01,2026-03-01)",
        employment="[2025-09-01,2026-03-01)",
        state="completed",
        end_cause="completed",
        ended_at="2026-03-01",
    ),
    Check.NOT_EMPLOYED_THERE_BEFORE: twin(
        starts_on="2026-03-01",
        period="[2026-03-01,2026-06-01)",
        employment="[2026-03-01,2026-06-01)",
    ),
    Check.NO_OTHER_SUBSIDY: twin(starts_on="2026-10-01"),
    Check.SIGNED_BY_ALL: "DELETE FROM agreement_signature"
    " WHERE agreement_id = $1 AND party = 'candidate'",
    Check.AGREEMENT_ACTIVE: "UPDATE agreement SET starts_on = '2026-11-01',"
    " period = '[2026-11-01,2027-04-01)' WHERE id = $1",
    Check.PLACEMENT_APPROVED: "UPDATE placement SET state = 'submitted', decided_at = NULL,"
    " decided_by = NULL WHERE id = (SELECT placement_id FROM agreement WHERE id = $1)",
    Check.EVIDENCE_RECEIVED: "UPDATE attendance SET confirmed_at = NULL, confirmed_by = NULL,"
    " confirmed_for = NULL WHERE agreement_id = $1",
    Check.DAYS_SUFFICIENT: "UPDATE attendance SET days_worked = 0 WHERE agreement_id = $1",
    Check.WAGE_AT_LEAST_MINIMUM: "UPDATE attendance SET gross_wage_cents = 49999"
    " WHERE agreement_id = $1",
    Check.WAGE_AS_AGREED: "UPDATE attendance SET gross_wage_cents = 49999 WHERE agreement_id = $1",
    Check.EMPLOYER_REGISTERED: f"UPDATE employer SET business_number = 'none' {EMPLOYER}",
    Check.ACCOUNT_KNOWN: "UPDATE bank_account SET confirmed_at = NULL, confirmed_by = NULL,"
    f" in_force = NULL, refused_at = now(), refused_by = proposed_by {ACCOUNT}",
    Check.ACCOUNT_CONFIRMED: "UPDATE bank_account SET confirmed_at = NULL, confirmed_by = NULL,"
    f" in_force = NULL {ACCOUNT}",
    Check.ACCOUNT_IN_FORCE: f"UPDATE bank_account SET in_force = '[2026-11-05,)' {ACCOUNT}",
    Check.ACCOUNT_WELL_FORMED: f"UPDATE bank_account SET iban_last4 = '?' {ACCOUNT}",
    Check.ACCOUNT_IN_PAYEES_NAME: f"UPDATE bank_account SET holder_name = 'Somebody' {ACCOUNT}",
    Check.ACCOUNT_NOT_SHARED: account_like(employer_id="gen_random_uuid()"),
    Check.ACCOUNT_NOT_CHANGED_LATELY: account_like(
        confirmed_at="'2026-01-01'",
        in_force="tstzrange('2026-01-01', lower(b.in_force))",
    ),
    Check.NOT_ON_HOLD: "INSERT INTO instalment_hold (id, agreement_id, reason, placed_at,"
    " placed_by) SELECT gen_random_uuid(), id, 'A doubt about it', now(), drafted_by"
    " FROM agreement WHERE id = $1",
    Check.ACCOUNT_NOT_HELD: "INSERT INTO account_hold (id, bank_account_id, attempt_id,"
    " reason_code, action, held_at) SELECT gen_random_uuid(), id, gen_random_uuid(), 'AC04',"
    f" 'change_account', now() FROM bank_account {ACCOUNT}",
    Check.WITHIN_MONTHS: "INSERT INTO instalment SELECT (jsonb_populate_record(i,"
    " jsonb_build_object('id', gen_random_uuid(), 'month',"
    " (date '2025-01-01' + make_interval(months => n))::date))).*"
    " FROM instalment AS i, generate_series(1, 6) AS n WHERE i.agreement_id = $1",
    Check.WITHIN_AMOUNT: "UPDATE instalment SET amount_cents = 95001 WHERE agreement_id = $1",
    Check.WITHIN_BUDGET: "DELETE FROM transfer WHERE agreement_id = $1 AND reason = 'calculated'",
    Check.PERIOD_ENDED: "UPDATE instalment SET month = '2026-11-01' WHERE agreement_id = $1",
    Check.NO_CHANGE_WAITING: "INSERT INTO fact_change (agreement_id, since, fact, known_at)"
    " VALUES ($1, '2026-10-01', 'attendance', now())",
    Check.INDEPENDENT_AGREES: "UPDATE instalment SET amount_cents = 34999 WHERE agreement_id = $1",
    Check.CURRENT_VERSION: "UPDATE instalment SET superseded_at = now() WHERE agreement_id = $1",
}
# No fact is kept that would tell, or another test shows them.
WITHOUT_FACTS = {
    Check.CANDIDATE_ALIVE,
    Check.ON_TAX_PAYROLL,
    Check.NOT_SANCTIONED,
    Check.NO_OPEN_GRIEVANCE,
}
SHOWN_ELSEWHERE = {Check.NO_OPEN_DUPLICATE, Check.NO_UNRESOLVED_RECOVERY, Check.STATE_AID}
