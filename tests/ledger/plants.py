"""What the owner of the database, or a bug below every guard, could do to the money."""

import msgspec


class Plant(msgspec.Struct, frozen=True):
    """A statement of the owner, the invariant that it breaks and the row that must be named."""

    invariant: str
    statement: str
    subject: str
    what: str


TRANSFER = """
    INSERT INTO transfer (
        id, budget_line_id, debit_account_id, credit_account_id, amount_cents, reason, source_type,
        source_id, agreement_id, month, kind, effective_on, recorded_at
    )
    SELECT
        gen_random_uuid(), t.budget_line_id, debit.id, credit.id, {cents}, '{reason}', '{source}',
        t.source_id, t.agreement_id, t.month, t.kind, t.effective_on, {recorded_at}
    FROM transfer AS t
    INNER JOIN ledger_account AS debit
        ON debit.budget_line_id = t.budget_line_id AND debit.kind = '{debit}'
    INNER JOIN ledger_account AS credit
        ON credit.budget_line_id = t.budget_line_id AND credit.kind = '{credit}'
    WHERE t.reason = '{like}'
    LIMIT 1;
"""


NETTING = """
    INSERT INTO payout_netting
    SELECT gen_random_uuid(), line.id, other.instalment_id, 1, NULL
    FROM payout_line AS line
    INNER JOIN payout_line AS other ON line.id < other.id
    LIMIT 1
"""


def transfer(
    reason: str,
    debit: str,
    credit: str,
    *,
    like: str = "exported",
    cents: str = "t.amount_cents",
    recorded_at: str = "clock_timestamp()",
    source: str = "planted",
) -> str:
    return TRANSFER.format(**locals())


def unguarded(table: str, statement: str) -> str:
    return (
        f"ALTER TABLE {table} DISABLE TRIGGER USER; {statement};"
        f" SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} ENABLE TRIGGER USER;"
    )


def kept(statement: str) -> str:
    """The statement after everything is kept as it stands."""
    return (
        "SELECT set_config('ura.role', 'system', TRUE);"
        f" SELECT keep_standing('2026-11-02T09:00Z', 1000); {statement}"
    )


PLANTS = [
    Plant(
        "I3",
        unguarded("appropriation", "UPDATE appropriation SET amount_cents = amount_cents + 1"),
        "appropriation",
        what="a donor who gave more than the ledger says",
    ),
    Plant(
        "I3",
        transfer("appropriation_reduced", "treasury", "appropriation", like="committed", cents="1"),
        "appropriation",
        what="money taken from a line by nobody's decision",
    ),
    Plant(
        "I3",
        unguarded("state_aid_rule", "UPDATE state_aid_rule SET ceiling_cents = 1"),
        "undertaking",
        what="an undertaking beyond its ceiling",
    ),
    Plant(
        "I1", transfer("settled", "treasury", "appropriation"), "transfer", what="wrong accounts"
    ),
    Plant(
        "I1",
        "ALTER TABLE transfer DROP CONSTRAINT transfer_amount_positive;"
        + transfer("settled", "paid", "in_transit", cents="-1"),
        "transfer",
        what="an amount below zero",
    ),
    Plant(
        "I1",
        unguarded("transfer", "UPDATE transfer SET agreement_id = NULL WHERE reason = 'exported'"),
        "transfer",
        what="money without an agreement",
    ),
    Plant(
        "I2",
        "UPDATE payment_attempt SET state = 'settled';",
        "agreement",
        what="settled without a booking",
    ),
    Plant(
        "I2",
        transfer("settled", "paid", "in_transit"),
        "agreement",
        what="booked without a settlement",
    ),
    Plant(
        "I3",
        transfer("appropriated", "treasury", "appropriation", cents="999999999999"),
        "budget_line",
        what="committed beyond the appropriation",
    ),
    Plant(
        "I3",
        transfer("calculated", "calculated", "committed", cents="700000"),
        "agreement",
        what="calculated beyond the commitment of an agreement that others could cover",
    ),
    Plant(
        "I3",
        transfer("settled", "paid", "in_transit", recorded_at="'2026-01-01'"),
        "agreement",
        what="paid before it was exported, though enough is exported now",
    ),
    Plant(
        "I4",
        "DROP INDEX instalment_once_per_month; INSERT INTO instalment"
        " SELECT gen_random_uuid(), agreement_id, month, kind, version + 1, outcome, amount_cents,"
        " reason, trace, run_id, computed_at FROM instalment LIMIT 1;",
        "agreement",
        what="two current instalments",
    ),
    Plant(
        "I4",
        unguarded("transfer", "DELETE FROM transfer WHERE reason = 'calculated'"),
        "agreement",
        what="a calculation that is not in the ledger any more",
    ),
    Plant(
        "I4",
        unguarded("instalment", "UPDATE instalment SET amount_cents = amount_cents - 1"),
        "agreement",
        what="an amount that was changed afterwards",
    ),
    Plant(
        "I3",
        transfer("made_good", "recoverable", "committed"),
        "agreement",
        what="more made good than was overpaid",
    ),
    Plant(
        "I4",
        transfer("overpaid", "committed", "recoverable"),
        "agreement",
        what="recoverable without being overpaid",
    ),
    Plant(
        "I4",
        "UPDATE instalment SET superseded_at = now();",
        "agreement",
        what="paid months of which nothing stands any more",
    ),
    Plant(
        "I4",
        unguarded(
            "payout_line",
            "UPDATE payout_line SET due_cents = due_cents + 1, amount_cents = amount_cents + 1",
        ),
        "agreement",
        what="more put into a payout than was ever due",
    ),
    Plant(
        "I4",
        unguarded("payout_netting", NETTING),
        "agreement",
        what="kept back for a month that was not overpaid",
    ),
    Plant(
        "I5",
        transfer("settled", "paid", "in_transit")
        + transfer("settled", "paid", "in_transit", source="again")
        + "UPDATE payment_attempt SET state = 'settled';",
        "payment_attempt",
        what="settled twice",
    ),
    Plant(
        "I5",
        unguarded(
            "payment_attempt", "UPDATE payment_attempt SET state = 'returned', reason_code = 'AC04'"
        ),
        "payment_attempt",
        what="returned, never settled",
    ),
    Plant(
        "I5",
        unguarded("transfer", "DELETE FROM transfer WHERE reason = 'exported'"),
        "payment_attempt",
        what="sent without leaving the ledger",
    ),
    Plant(
        "I6",
        unguarded("payment_attempt", "UPDATE payment_attempt SET amount_cents = 1"),
        "payment_attempt",
        what="another amount than approved",
    ),
    Plant(
        "I6",
        unguarded(
            "payment_attempt", "UPDATE payment_attempt SET month = month - interval '1 month'"
        ),
        "payment_attempt",
        what="another month than approved",
    ),
    Plant(
        "I6",
        unguarded("payment_attempt", "UPDATE payment_attempt SET iban_index = sha256('x')"),
        "payment_attempt",
        what="another account than approved",
    ),
    Plant(
        "I6",
        unguarded(
            "payout",
            "UPDATE payout SET state = 'approved', exported_at = NULL, exported_by = NULL",
        ),
        "payment_attempt",
        what="an order for a payout that was not sent",
    ),
    Plant(
        "I6",
        unguarded("payment_attempt", "DELETE FROM payment_attempt WHERE amount_cents = 35000"),
        "payout",
        what="an order is missing from the file",
    ),
    Plant(
        "I7",
        unguarded(
            "scheme_version",
            "UPDATE scheme_version SET payments"
            " = jsonb_set(payments, '{subsidy,payee}', '\"candidate\"')",
        ),
        "payout",
        what="a line to an account of another than its payee",
    ),
    Plant(
        "I7", unguarded("payout", "UPDATE payout SET digest = sha256('x')"), "payout", what="digest"
    ),
    Plant(
        "I7",
        unguarded("payout_line", "UPDATE payout_line SET payee_name = 'Somebody else'"),
        "payout",
        what="payee",
    ),
    Plant(
        "I7",
        unguarded("payout", "UPDATE payout SET total_cents = total_cents + 1"),
        "payout",
        what="total",
    ),
    Plant(
        "I7",
        unguarded(
            "payout_act",
            "UPDATE payout_act SET account_id = (SELECT submitted_by FROM payout)"
            " WHERE kind = 'approval'",
        ),
        "payout",
        what="one person",
    ),
    Plant(
        "I7",
        unguarded(
            "bank_account",
            "UPDATE bank_account SET proposed_by ="
            " (SELECT account_id FROM payout_act WHERE kind = 'approval')",
        ),
        "payout",
        what="the approver proposed the account",
    ),
    Plant(
        "I7",
        unguarded("payout_act", "DELETE FROM payout_act WHERE kind = 'authorisation'"),
        "payout",
        what="an authorisation that is missing",
    ),
    Plant(
        "I7",
        unguarded(
            "payout_act", "UPDATE payout_act SET digest = sha256('x') WHERE kind = 'approval'"
        ),
        "payout",
        what="an approval of other content",
    ),
    Plant(
        "I7",
        unguarded(
            "attendance",
            "UPDATE attendance SET confirmed_by ="
            " (SELECT account_id FROM payout_act WHERE kind = 'authorisation')",
        ),
        "payout",
        what="an authorisation by who confirmed the attendance",
    ),
    Plant(
        "I7",
        unguarded("payout_netting", NETTING),
        "payout",
        what="a netting that its line knows nothing of",
    ),
    Plant(
        "I8",
        "ALTER TABLE transfer DISABLE TRIGGER transfer_append_only;",
        "trigger transfer_append_only",
        what="a guard asleep",
    ),
    Plant(
        "I8",
        "DROP TRIGGER payout_line_frozen ON payout_line;",
        "trigger payout_line_frozen",
        what="a guard gone",
    ),
    Plant(
        "I8",
        "DROP TRIGGER payout_pays_what_is_due ON payout;",
        "trigger payout_pays_what_is_due",
        what="nobody checks what is put up",
    ),
    Plant(
        "I8",
        "DROP TRIGGER payout_act_keeps_the_rules ON payout_act;",
        "trigger payout_act_keeps_the_rules",
        what="nobody checks who acts",
    ),
    Plant(
        "I8",
        "GRANT DELETE ON payout_netting TO ura_app;",
        "table payout_netting",
        what="a right to forget what was kept back",
    ),
    Plant("I8", "GRANT UPDATE ON transfer TO ura_app;", "table transfer", what="a right too many"),
    Plant(
        "I8",
        "GRANT DELETE ON payment_attempt TO ura_app;",
        "table payment_attempt",
        what="a right to delete",
    ),
    Plant(
        "I8",
        unguarded("payout", "UPDATE payout SET approved_at = approved_at + interval '1 day'"),
        "payout",
        what="a payout changed behind the audit trail",
    ),
    Plant(
        "I8",
        unguarded("payment_attempt", "UPDATE payment_attempt SET state = 'accepted'"),
        "payment_attempt",
        what="an order changed behind the audit trail",
    ),
    Plant(
        "I8",
        "DROP TRIGGER attendance_noted ON attendance;",
        "trigger attendance_noted",
        what="a report that nobody would compute",
    ),
    Plant(
        "I8",
        "GRANT UPDATE ON minimum_wage TO ura_app;",
        "table minimum_wage",
        what="a right to rewrite what was known",
    ),
    Plant(
        "I9",
        "ALTER TABLE agreement DROP CONSTRAINT agreement_no_overlap_per_candidate;"
        + unguarded(
            "agreement",
            "UPDATE agreement SET candidate_id = (SELECT id FROM candidate ORDER BY id LIMIT 1)",
        ),
        "candidate",
        what="one person in two subsidised jobs",
    ),
    Plant(
        "I9",
        "INSERT INTO instalment SELECT gen_random_uuid(), agreement_id, month + interval '1 month',"
        " kind, version, outcome, amount_cents, reason, trace, run_id, computed_at"
        " FROM instalment WHERE superseded_at IS NULL AND outcome = 'due' LIMIT 1;",
        "agreement",
        what="one programme month in two months",
    ),
    Plant(
        "I10",
        unguarded(
            "instalment", "UPDATE instalment SET month = '2025-01-01' WHERE superseded_at IS NULL"
        ),
        "agreement",
        what="a month before the agreement began",
    ),
    Plant(
        "I13",
        unguarded(
            "bank_account",
            "UPDATE bank_account SET in_force = tstzrange(confirmed_at + interval '1 day', NULL)"
            " WHERE in_force IS NOT NULL",
        ),
        "payout_line",
        what="an account that was not in force yet",
    ),
    Plant(
        "I14",
        "ALTER TABLE candidate DISABLE ROW LEVEL SECURITY;",
        "relation candidate",
        what="a wall taken down",
    ),
    Plant(
        "I14",
        "ALTER VIEW put_in RESET (security_invoker);",
        "relation put_in",
        what="a view past the policies",
    ),
    Plant(
        "I15",
        kept("UPDATE standing SET due_cents = due_cents + 1;"),
        "agreement",
        what="kept otherwise than it stands",
    ),
    Plant(
        "I15",
        kept(unguarded("payment_attempt", "UPDATE payment_attempt SET state = 'settled'")),
        "agreement",
        what="written without a note",
    ),
    Plant(
        "I15",
        kept("UPDATE standing_count SET payment_count = payment_count + 1;"),
        "month",
        what="counted otherwise than it is kept",
    ),
]
