"""Three hundred payments in order, with the chance oddities of real life, and thirty schemes.

Written in SQL by the database's owner, rows like those of one agreement that was made by actions;
what is planted is one statement each, in the order of PLANTED.
"""

from service.db import Connection
from service.flags.model import Flag
from service.ids import PayoutId

CLEAN = 300
SCHEMES = 30
# Who works at a planted employer besides its first: employer, first agreement, last agreement.
CREWS = [(223, 401, 404), (224, 405, 406), (225, 407, 410), (226, 411, 415), (230, 416, 417)]

PREPARE = """
SET LOCAL session_replication_role = replica;
CREATE FUNCTION pg_temp.number(n integer, what text) RETURNS integer
LANGUAGE sql RETURN ('x' || left(md5(what || n), 6))::bit(24)::integer;
CREATE FUNCTION pg_temp.chance(n integer, what text, percent integer) RETURNS boolean
LANGUAGE sql RETURN pg_temp.number(n, what) % 100 < percent;
CREATE FUNCTION pg_temp.pick(n integer, what text, choices text[]) RETURNS text
LANGUAGE sql RETURN choices[
    1 + pg_temp.number(n, what) % cardinality(choices)
];
CREATE FUNCTION pg_temp.given_name(n integer) RETURNS text LANGUAGE sql
RETURN pg_temp.pick(n, 'given', '{Arta,Besa,Dren,Elira,Fatos,Genta,Ilir,Jeta,Kaltrina,Liridon,
Mirjeta,Nora,Petrit,Qëndrim,Rita,Shpend,Teuta,Valon,Jelena,Nikola}');
CREATE FUNCTION pg_temp.family_name(n integer) RETURNS text LANGUAGE sql
RETURN pg_temp.pick(n, 'family', '{Krasniqi,Gashi,Berisha,Hoxha,Shala,Bytyqi,Kelmendi,Zeqiri,
Morina,Rexhepi,Thaçi,Halimi,Osmani,Bajrami,Sadiku,Ahmeti,Petrović,Jovanović,Marković,Ilić}');
CREATE TEMPORARY TABLE firm ON COMMIT DROP AS
SELECT n, n % 2 = 0 AS pays_minimum FROM generate_series(1, 100) AS n
UNION ALL SELECT n, TRUE FROM generate_series(201, 232) AS n;
CREATE TEMPORARY TABLE job (n integer, e integer, wage integer) ON COMMIT DROP;
INSERT INTO job SELECT n, (n + 2) / 3, CASE WHEN (n + 2) / 3 % 2 = 0 THEN 50000
    ELSE 40000 + n % 3 * 2000 END FROM generate_series(1, 300) AS n;
INSERT INTO job SELECT 300 + n, 200 + n, 45000 FROM generate_series(1, 30) AS n;
"""
STAFF = """
INSERT INTO account SELECT (jsonb_populate_record(a, jsonb_build_object(
    'id', md5('officer' || n)::uuid, 'email', 'officer.' || n || '@zyra.example',
    'name', pg_temp.given_name(7000 + n) || ' Zyra'
        || translate(n::text, '0123456789', 'abcdefghij')
))).* FROM account AS a, generate_series(1, 20) AS n
WHERE a.id = (SELECT drafted_by FROM agreement WHERE id = $1)
"""
EMPLOYERS = """
INSERT INTO employer SELECT (jsonb_populate_record(e, jsonb_build_object(
    'id', md5('employer' || f.n)::uuid, 'business_number', (700000000 + f.n)::text,
    'legal_name', 'Firma ' || f.n, 'headcount', 12 + f.n % 30,
    'representative_name', pg_temp.given_name(9000 + f.n) || ' ' || pg_temp.family_name(9000 + f.n),
    'municipality_code', m.code,
    'registered_at', CASE WHEN pg_temp.chance(f.n, 'new', 8) THEN timestamptz '2026-04-18 10:00+02'
        ELSE '2026-03-02 10:00+01'::timestamptz
            - make_interval(days => pg_temp.number(f.n, 'since') % 700) END
))).* FROM employer AS e, firm AS f
INNER JOIN (SELECT code, row_number() OVER (ORDER BY code) AS place FROM municipality) AS m
    ON m.place = 1 + f.n % 10
WHERE e.id = (SELECT employer_id FROM agreement WHERE id = $1)
"""
CONTACTS = """
INSERT INTO account SELECT (jsonb_populate_record(a, jsonb_build_object(
    'id', md5('contact' || f.n)::uuid, 'email', 'firma' || f.n || '@mail.example',
    'name', e.representative_name, 'employer_id', e.id
))).* FROM firm AS f INNER JOIN employer AS e ON e.id = md5('employer' || f.n)::uuid
INNER JOIN account AS a ON a.id = (SELECT min(o.id::text)::uuid FROM account AS o
    WHERE o.employer_id = (SELECT employer_id FROM agreement WHERE id = $1))
"""
SIGN_INS = """
INSERT INTO sign_in_attempt (email, address, attempted_at, succeeded)
SELECT 'firma' || n || '@mail.example', CASE WHEN pg_temp.chance(n, 'net', 3) THEN '203.0.113.7'
    ELSE '198.51.' || n % 200 || '.' || n END, timestamptz '2026-11-02 08:00+01', TRUE FROM firm
UNION ALL SELECT 'officer.1@zyra.example', '192.0.2.10', timestamptz '2026-11-02 08:00+01', TRUE
"""
CANDIDATES = """
INSERT INTO candidate SELECT (jsonb_populate_record(c, jsonb_build_object(
    'id', md5('candidate' || j.n)::uuid, 'reference', 'C-' || j.n,
    'given_name', pg_temp.given_name(j.n), 'family_name', pg_temp.family_name(j.n),
    'born_on', date '2001-01-01' + pg_temp.number(j.n, 'born') % 1800,
    'personal_number_index', '\\x' || md5('person' || j.n)
))).* FROM candidate AS c, job AS j
WHERE c.id = (SELECT candidate_id FROM agreement WHERE id = $1)
"""
AGREEMENTS = """
INSERT INTO agreement SELECT (jsonb_populate_record(a, jsonb_build_object(
    'id', md5('agreement' || j.n)::uuid, 'reference', 'A-' || j.n, 'match_id', NULL,
    'candidate_id', md5('candidate' || j.n)::uuid, 'employer_id', md5('employer' || j.e)::uuid,
    'starts_on', '2026-05-01', 'period', '[2026-05-01,2026-11-01)',
    'employment', '[2026-05-01,2027-05-01)', 'gross_wage_cents', j.wage,
    'drafted_at', '2026-04-22 10:00+02', 'started_at', '2026-05-01 08:00+02',
    'drafted_by', md5('officer' || 1 + pg_temp.number(j.n, 'by') % 20)::uuid
))).* FROM agreement AS a, job AS j WHERE a.id = $1
"""
ATTENDANCE = """
INSERT INTO attendance SELECT (jsonb_populate_record(t, jsonb_build_object(
    'id', md5('attendance' || j.n || m)::uuid, 'agreement_id', md5('agreement' || j.n)::uuid,
    'month', make_date(2026, m, 1), 'days_expected', 22,
    'days_worked', CASE WHEN pg_temp.chance(j.n * 100 + m, 'absent', 40) THEN 20 ELSE 22 END,
    'days_paid_leave', 0,
    'gross_wage_cents', CASE WHEN m = 10 AND pg_temp.chance(j.n, 'bonus', 8) THEN
        CASE WHEN pg_temp.chance(j.n, 'round', 10) THEN 60000 ELSE j.wage + 3750 END
        ELSE j.wage END,
    'reported_at', w.day + make_interval(mins => j.n), 'reported_by', md5('contact' || j.e)::uuid,
    'confirmed_at', w.day + make_interval(hours => CASE WHEN w.is_weekend THEN 3 ELSE 24 END,
        mins => j.n / 2), 'confirmed_for', 'office',
    'confirmed_by', md5('officer' || 1)::uuid
))).* FROM attendance AS t, job AS j, generate_series(5, 10) AS m
CROSS JOIN LATERAL (SELECT pg_temp.chance(j.n, 'weekend', 5) AS is_weekend) AS k
CROSS JOIN LATERAL (SELECT CASE WHEN k.is_weekend THEN timestamptz '2026-10-31 08:00+01'
    ELSE timestamptz '2026-11-02 08:00+01' END AS day, k.is_weekend) AS w
WHERE t.agreement_id = $1
"""
ACCOUNTS = """
INSERT INTO bank_account SELECT (jsonb_populate_record(b, jsonb_build_object(
    'id', md5('account' || f.n)::uuid, 'employer_id', md5('employer' || f.n)::uuid,
    'holder_name', 'Firma ' || f.n, 'iban_index', '\\x' || md5('iban' || f.n),
    'proposed_at', '2026-04-20 10:00+02', 'confirmed_at', '2026-04-21 10:00+02',
    'in_force', CASE WHEN f.n = 41 THEN '[2026-09-01 10:00+02,)' ELSE '[2026-04-21 10:00+02,)' END
))).* FROM bank_account AS b, firm AS f
WHERE b.employer_id = (SELECT employer_id FROM agreement WHERE id = $1)
"""
INSTALMENTS = """
INSERT INTO instalment SELECT (jsonb_populate_record(i, jsonb_build_object(
    'id', md5('instalment' || j.n || m)::uuid, 'agreement_id', md5('agreement' || j.n)::uuid,
    'month', make_date(2026, m, 1), 'amount_cents', least(35000, j.wage * 7 / 10)
        - CASE WHEN m = 9 AND pg_temp.chance(j.n, 'less', 4) THEN 15000 ELSE 0 END
))).* FROM instalment AS i, job AS j, generate_series(9, 10) AS m WHERE i.agreement_id = $1
"""
PAYOUTS = """
INSERT INTO payout (id, reference, month, state, line_count, total_cents, digest, submitted_at,
    submitted_by, required_approvals, required_authorisations, approved_at, exported_at,
    exported_by)
SELECT md5('payout' || m)::uuid, 'P-' || m, make_date(2026, m, 1),
    CASE m WHEN 9 THEN 'exported' ELSE 'draft' END, 0, 0, sha256(''), moment,
    md5('officer1')::uuid, CASE m WHEN 9 THEN 1 END, CASE m WHEN 9 THEN 1 END,
    CASE m WHEN 9 THEN moment END, CASE m WHEN 9 THEN moment END,
    CASE m WHEN 9 THEN md5('officer2')::uuid END
FROM (VALUES (9, timestamptz '2026-10-05 10:00+02'), (10, timestamptz '2026-11-05 10:00+01'))
AS p (m, moment)
"""
LINES = """
INSERT INTO payout_line (id, payout_id, instalment_id, bank_account_id, payee_name, due_cents,
    netted_cents, amount_cents)
SELECT md5('line' || j.n || m)::uuid, md5('payout' || m)::uuid, md5('instalment' || j.n || m)::uuid,
    md5('account' || j.e)::uuid, 'Firma ' || j.e, 100, 0, 100
FROM job AS j, generate_series(9, 10) AS m
WHERE m = 10 OR (NOT pg_temp.chance(j.e, 'first', 20) AND j.e NOT IN (41, 208, 211, 212, 230))
"""
FORMER = """
INSERT INTO bank_account SELECT (jsonb_populate_record(b, jsonb_build_object(
    'id', gen_random_uuid(), 'iban_index', '\\x' || md5('former' || n),
    'proposed_at', '2026-02-01', 'confirmed_at', '2026-02-02',
    'in_force', tstzrange('2026-02-02', lower(b.in_force))
))).* FROM unnest(ARRAY[41]) AS n INNER JOIN bank_account AS b ON b.id = md5('account' || n)::uuid
"""


async def build(owner: Connection, agreement_id: object) -> PayoutId:
    """The payments in order and the planted ones, as lines of a draft payout; its id."""
    await owner.execute(PREPARE)
    for employer, first, last in CREWS:
        await owner.execute(
            "INSERT INTO job SELECT n, $1::integer, CASE WHEN $1 IN (224, 230) THEN 50000"
            " ELSE 45000 END FROM generate_series($2::integer, $3::integer) AS n",
            employer, first, last,
        )  # fmt: skip
    await owner.execute("UPDATE job SET wage = 50000 WHERE e IN (224, 228, 229, 230)")
    for statement in (STAFF, EMPLOYERS, CONTACTS, CANDIDATES, AGREEMENTS, ATTENDANCE, ACCOUNTS):
        await owner.execute(statement, agreement_id)
    await owner.execute(INSTALMENTS, agreement_id)
    for statement in (SIGN_INS, PAYOUTS, LINES, FORMER):
        await owner.execute(statement)
    return PayoutId(await owner.fetchval("SELECT md5('payout' || 10)::uuid"))


def employer(number: int) -> str:
    """The id of an employer, in SQL."""
    return f"md5('employer' || {number})::uuid"


def account(change: str, number: int) -> str:
    """A change of the account of a planted employer."""
    return f"UPDATE bank_account SET {change} WHERE id = md5('account' || {number})::uuid"


def worked(change: str, number: int) -> str:
    """A change of what a planted employer reported for October."""
    return (
        f"UPDATE attendance SET {change} WHERE month = '2026-10-01'"
        f" AND agreement_id = md5('agreement' || {number + 100})::uuid"
    )


def of_employer(change: str, number: int) -> str:
    """A change of a planted employer."""
    return f"UPDATE employer SET {change} WHERE id = {employer(number)}"


def contact(change: str, number: int) -> str:
    """A change of who acts for an employer."""
    return f"UPDATE account SET {change} WHERE id = md5('contact' || {number})::uuid"


def agreed(change: str, number: int) -> str:
    """A change of the agreement of a planted employer."""
    return f"UPDATE agreement SET {change} WHERE id = md5('agreement' || {number + 100})::uuid"


def another(number: int, **facts: str) -> str:
    """Another account like that of a planted employer; facts in SQL."""
    pairs = ", ".join(f"'{name}', {value}" for name, value in facts.items())
    return (
        "INSERT INTO bank_account SELECT (jsonb_populate_record(b, jsonb_build_object('id',"
        f" gen_random_uuid(), {pairs}))).* FROM bank_account AS b"
        f" WHERE b.id = md5('account' || {number})::uuid"
    )


def person(number: int, **facts: str) -> str:
    """A change of the young person at a planted employer; facts in SQL."""
    pairs = ", ".join(f"{name} = {value}" for name, value in facts.items())
    return f"UPDATE candidate SET {pairs} WHERE id = md5('candidate' || {number + 100})::uuid"


def earlier(number: int, at_employer: int) -> str:
    """An agreement that the young person at an employer had before, at another."""
    return (
        "INSERT INTO agreement SELECT (jsonb_populate_record(a, jsonb_build_object('id',"
        f" gen_random_uuid(), 'reference', 'A-BEFORE', 'employer_id', {employer(at_employer)},"
        " 'starts_on', '2025-10-01', 'period', '[2025-10-01,2026-04-01)',"
        " 'employment', '[2025-10-01,2026-04-01)'))).* FROM agreement AS a"
        f" WHERE a.id = md5('agreement' || {number + 100})::uuid"
    )


FORMERLY = {
    "proposed_at": "'2026-01-01'",
    "confirmed_at": "'2026-01-02'",
    "in_force": "'[2026-01-02,2026-04-01)'",
}
ASKED = {"confirmed_at": "NULL", "confirmed_by": "NULL", "in_force": "NULL"}
LINK = (
    "INSERT INTO undertaking_link (id, employer_id, head_id, linked_on, reason, document_reference,"
    " proposed_at, proposed_by, confirmed_at, confirmed_by) SELECT gen_random_uuid(),"
    f" {employer(222)}, {employer(231)}, '2025-01-01', 'One owner', 'D-1', now(),"
    " md5('officer1')::uuid, now(), md5('officer2')::uuid"
)
NOBODY_THERE = (
    "INSERT INTO visit (id, reference, agreement_id, state, is_announced, planned_on, planned_at,"
    " planned_by, visited_on, finding, note, recorded_at, recorded_by) SELECT gen_random_uuid(),"
    " 'V-1', md5('agreement' || 327)::uuid, 'done', FALSE, '2026-10-12', '2026-10-09 10:00+02',"
    " md5('officer3')::uuid, '2026-10-12', 'not_present', 'Nobody knew the person.',"
    " '2026-10-12 15:00+02', md5('officer3')::uuid"
)
BY_ONE = "drafted_by = md5('officer' || 99)::uuid"
# Employer 201 and following: what is wrong there, and the statements that plant it.
PLANTED: list[tuple[Flag, list[str]]] = [
    (Flag.ACCOUNT_SHARED, [account("iban_index = sha256('one')", 201),
                           another(231, iban_index="'\\x' || encode(sha256('one'), 'hex')",
                                   **ASKED)]),
    (Flag.ACCOUNT_SHARED, [account("iban_index = sha256('two')", 202),
                           another(231, iban_index="'\\x' || encode(sha256('two'), 'hex')",
                                   employer_id="NULL", candidate_id="md5('candidate1')::uuid")]),
    (Flag.ACCOUNT_OF_STAFF, [account("holder_name = (SELECT name FROM account"
                                     " WHERE id = md5('officer3')::uuid)", 203)]),
    (Flag.ACCOUNT_OF_STAFF, ["UPDATE account SET name = 'Đorđe Çelik'"
                             " WHERE id = md5('officer4')::uuid",
                             account("holder_name = 'CELIK DJORDJE'", 204)]),
    (Flag.CONTACT_OF_STAFF, [of_employer("representative_name = (SELECT name FROM account"
                                         " WHERE id = md5('officer5')::uuid)", 205)]),
    (Flag.CONTACT_OF_STAFF, [contact("email = 'officer.6+firma@zyra.example'", 206)]),
    (Flag.CONTACT_SHARED, [contact("email = 'zana+1@mail.example'", 207),
                           contact("email = 'zana+2@mail.example'", 231)]),
    (Flag.CONTACT_SHARED, [of_employer("representative_name = 'Zana Tahiri', registered_at ="
                                       " '2026-04-18', municipality_code = 'peje'", 208),
                           of_employer("representative_name = 'ZANA TAHIRI', registered_at ="
                                       " '2026-04-16', municipality_code = 'peje'", 231)]),
    (Flag.NETWORK_SHARED, ["UPDATE sign_in_attempt SET address = '192.0.2.10'"
                           " WHERE email = 'firma209@mail.example'"]),
    (Flag.NETWORK_SHARED, ["UPDATE sign_in_attempt SET address = '198.51.100.77' WHERE email IN"
                           " ('firma210@mail.example', 'firma232@mail.example')",
                           of_employer("registered_at = '2026-04-18'", 210)]),
    (Flag.ACCOUNT_CHANGED, [another(211, iban_index="'\\x01'", **FORMERLY),
                            account("in_force = '[2026-11-02,)'", 211)]),
    (Flag.ACCOUNT_CHANGED, [another(212, iban_index="'\\x02'", **FORMERLY),
                            account("in_force = '[2026-09-20,)'", 212)]),
    (Flag.ACCOUNT_CONFIRMED_FAST, [account("proposed_at = '2026-10-15 10:00:00+02', confirmed_at ="
                                           " '2026-10-15 10:00:05+02', in_force ="
                                           " '[2026-10-15 10:00:05+02,)'", 213)]),
    (Flag.CONFIRMED_FAST, [worked("confirmed_at = reported_at + interval '3 seconds'", 214)]),
    (Flag.CONFIRMED_FAST, [worked("confirmed_at = reported_at + interval '20 seconds'", 215)]),
    (Flag.ODD_HOURS, [worked("confirmed_at = '2026-11-03 02:30+01'", 216)]),
    (Flag.ODD_HOURS, [worked("reported_at = '2026-11-01 11:00:00+01',"
                             " confirmed_at = '2026-11-01 11:00:09+01'", 217)]),
    (Flag.LEAVER_PAID, [agreed("period = '[2026-05-01,2026-10-10)',"
                               " employment = '[2026-05-01,2026-10-10)'", 218)]),
    (Flag.LEAVER_PAID, [agreed("period = '[2026-05-01,2026-10-01)',"
                               " employment = '[2026-05-01,2026-10-01)'", 219)]),
    (Flag.NAME_TWIN, [person(220, given_name="'Arta'", family_name="'Krasniqi'",
                             born_on="'1999-03-03'"),
                      person(301, given_name="'Artta'", family_name="'Krasnići'",
                             born_on="'1999-03-03'")]),
    (Flag.NAME_TWIN, [person(221, given_name="'Gjon'", family_name="'Đorđević'",
                             born_on="'1999-04-04'"),
                      person(302, given_name="'Djordjevic'", family_name="'Đon'",
                             born_on="'1999-04-04'")]),
    (Flag.LINKED_EMPLOYERS, [LINK, earlier(222, 231)]),
    (Flag.NEVER_ABSENT, ["UPDATE attendance SET days_worked = 22 WHERE agreement_id IN (SELECT id"
                         f" FROM agreement WHERE employer_id = {employer(223)})"]),
    (Flag.MOSTLY_SUBSIDISED, [of_employer("headcount = 3", 224)]),
    (Flag.MOSTLY_SUBSIDISED, [of_employer("headcount = 2", 225), "UPDATE agreement SET"
                              f" {BY_ONE} WHERE employer_id = {employer(225)}"]),
    (Flag.OFFICER_CONCENTRATION, ["UPDATE agreement SET drafted_by = md5('officer' || 98)::uuid"
                                  f" WHERE employer_id = {employer(226)}"]),
    (Flag.JUST_UNDER_CAP, ["UPDATE instalment SET amount_cents = 34950"
                           " WHERE id = md5('instalment' || 327 || 10)::uuid", NOBODY_THERE]),
    (Flag.ROUND_WAGE, [worked("gross_wage_cents = 60000", 228)]),
    (Flag.AMOUNT_JUMP, ["UPDATE instalment SET amount_cents = 15000"
                        " WHERE id = md5('instalment' || 329 || 9)::uuid"]),
    (Flag.WAGES_AT_CAP, [of_employer("registered_at = '2026-04-18'", 230)]),
]  # fmt: skip


async def plant(owner: Connection) -> None:
    """Plants the thirty schemes."""
    await owner.execute(
        "INSERT INTO account SELECT (jsonb_populate_record(a, jsonb_build_object('id',"
        " md5('officer' || n)::uuid, 'email', 'o' || n || '@zyra.example', 'name', 'O ' || n))).*"
        " FROM unnest(ARRAY[98, 99]) AS n INNER JOIN account AS a ON a.id = md5('officer1')::uuid"
    )
    for _, statements in PLANTED:
        for statement in statements:
            await owner.execute(statement)
