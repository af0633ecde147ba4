"""Each kind of write from which it follows where a payment stands, by the trigger that notes it."""

COPIED = "SELECT (jsonb_populate_record(o, {changes})).* FROM {table} AS o LIMIT 1"
HOLD = (
    "INSERT INTO instalment_hold (id, {scope}, reason, placed_at, placed_by)"
    " SELECT gen_random_uuid(), {of}, 'It is doubted.', now(), a.drafted_by"
    " FROM agreement AS a WHERE a.started_at IS NOT NULL LIMIT 1"
)
NETTING = (
    "INSERT INTO payout_netting SELECT gen_random_uuid(), l.id, l.instalment_id, 1, NULL"
    " FROM payout_line AS l LIMIT 1"
)
AHEAD = (
    "INSERT INTO instalment_ahead SELECT a.id, '2027-01-01', 'bonus', TRUE"
    " FROM agreement AS a LIMIT 1"
)
OVERRIDE = (
    "INSERT INTO check_override (id, agreement_id, month, kind, code, reason, asked_at, asked_by,"
    " expires_at) SELECT gen_random_uuid(), i.agreement_id, i.month, i.kind, 'wage_as_agreed',"
    " 'It is in order.', now(), p.submitted_by, now() + interval '1 day'"
    " FROM instalment AS i CROSS JOIN payout AS p LIMIT 1"
)


def copy(table: str, **changes: str) -> str:
    """A row of a table once more, with other values in some columns, each an expression."""
    built = ", ".join(f"'{column}', {value}" for column, value in changes.items())
    return f"INSERT INTO {table} " + COPIED.format(
        table=table, changes=f"jsonb_build_object({built})"
    )


WRITES: list[tuple[str, str, str]] = [
    (
        "agreement",
        "standing_noted",
        copy(
            "agreement",
            id="gen_random_uuid()",
            reference="'A-COPY'",
            match_id="NULL",
            starts_on="'2030-01-01'",
            period="'[2030-01-01,2030-06-01)'",
            employment="'[2030-01-01,2031-01-01)'",
        ),
    ),
    ("agreement", "standing_change_noted", "UPDATE agreement SET reference = reference || '-X'"),
    (
        "instalment",
        "standing_noted",
        copy("instalment", id="gen_random_uuid()", version="99", superseded_at="now()"),
    ),
    ("instalment", "standing_change_noted", "UPDATE instalment SET superseded_at = now()"),
    ("instalment_ahead", "standing_noted", AHEAD),
    (
        "instalment_ahead",
        "standing_change_noted",
        f"{AHEAD}; UPDATE instalment_ahead SET can_pay = FALSE",
    ),
    ("instalment_ahead", "standing_end_noted", f"{AHEAD}; DELETE FROM instalment_ahead"),
    ("payout", "standing_change_noted", "UPDATE payout SET submitted_at = now()"),
    (
        "payout_line",
        "standing_noted",
        copy("payout_line", id="gen_random_uuid()", released_at="now()"),
    ),
    ("payout_line", "standing_change_noted", "UPDATE payout_line SET released_at = now()"),
    ("payout_netting", "standing_noted", NETTING),
    (
        "payout_netting",
        "standing_change_noted",
        f"{NETTING}; UPDATE payout_netting SET released_at = now()",
    ),
    (
        "payment_attempt",
        "standing_noted",
        copy(
            "payment_attempt",
            id="gen_random_uuid()",
            number="2",
            end_to_end_id="'COPY'",
            reissues="o.id",
        ),
    ),
    (
        "payment_attempt",
        "standing_change_noted",
        "UPDATE payment_attempt SET state = 'rejected', reason_code = 'MS03'",
    ),
    (
        "payment_attempt",
        "standing_change_noted",
        "UPDATE payment_attempt SET state = 'cancelled', reason_code = 'MS03'",
    ),
    *(
        (
            "transfer",
            "standing_noted",
            copy(
                "transfer",
                id="gen_random_uuid()",
                source_type="'payment_attempt'",
                source_id="gen_random_uuid()",
                reason=f"'{reason}'",
                agreement_id="(SELECT i.agreement_id FROM instalment AS i LIMIT 1)",
                month="'2026-10-01'",
                kind="'subsidy'",
            ),
        )
        for reason in ("settled", "returned")
    ),
    (
        "payment_closure",
        "standing_noted",
        "INSERT INTO payment_closure SELECT gen_random_uuid(), l.id, 1, 'why', now(),"
        " p.submitted_by FROM payout_line AS l INNER JOIN payout AS p ON l.payout_id = p.id"
        " LIMIT 1",
    ),
    ("instalment_hold", "standing_noted", HOLD.format(scope="agreement_id", of="a.id")),
    ("instalment_hold", "standing_noted", HOLD.format(scope="employer_id", of="a.employer_id")),
    (
        "instalment_hold",
        "standing_change_noted",
        HOLD.format(scope="employer_id", of="a.employer_id")
        + "; UPDATE instalment_hold SET reason = 'It is not in order.'",
    ),
    (
        "check_rule",
        "standing_noted",
        copy("check_rule", id="gen_random_uuid()", valid="'[1990-01-01,1990-02-01)'"),
    ),
    ("check_rule", "standing_change_noted", "UPDATE check_rule SET source = source"),
    (
        "checked_instalment",
        "standing_noted",
        "CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT * FROM checked_instalment;"
        " DELETE FROM checked_instalment; INSERT INTO checked_instalment SELECT * FROM kept",
    ),
    (
        "check_result",
        "standing_noted",
        "CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT * FROM check_result;"
        " DELETE FROM check_result; INSERT INTO check_result SELECT * FROM kept",
    ),
    ("check_override", "standing_noted", OVERRIDE),
    (
        "check_override",
        "standing_change_noted",
        f"{OVERRIDE}; UPDATE check_override SET reason = 'It is well in order.'",
    ),
]
