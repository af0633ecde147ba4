"""Files as banks write them, made here: every message and version, and the habits seen in them."""

from collections.abc import Callable, Iterable, Mapping

from service.bank.findings import Finding, Severity

ACCOUNT = "XK051000130000041708"
PAYEE = "XK051212012345678906"
ROOTS = {
    "camt.052": ("BkToCstmrAcctRpt", "Rpt"),
    "camt.053": ("BkToCstmrStmt", "Stmt"),
    "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}
CAMT_VERSIONS = [f"{number:02}" for number in range(2, 15)]
PAIN_VERSIONS = [f"{number:02}" for number in range(3, 16)]


def is_quarantined(findings: Iterable[Finding], statement: int | None = None) -> bool:
    """Whether an officer must release a file before it is posted; with a statement's ordinal,
    whether that statement waits, for itself or for its whole message."""
    return any(
        one.severity is Severity.QUARANTINE
        and (statement is None or one.statement is None or one.statement == statement)
        for one in findings
    )


def namespace(kind: str, version: str) -> str:
    """The namespace of a message."""
    return f"urn:iso:std:iso:20022:tech:xsd:{kind}.001.{version}"


def euros(cents: int) -> str:
    """Cents as a bank writes them."""
    return f"{cents // 100}.{cents % 100:02}"


def amount(cents: int, name: str = "Amt") -> str:
    """An amount with its currency."""
    return f'<{name} Ccy="EUR">{euros(cents)}</{name}>'


def balance(code: str, cents: int) -> str:
    """A balance, overdrawn when negative."""
    side = "CRDT" if cents >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{amount(abs(cents))}"
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>2026-11-03</Dt></Dt></Bal>"
    )


def detail(
    name: str, cents: int, *, reason: str = "", version: str = "08", iban: str = PAYEE
) -> str:
    """One payment inside an entry; with a reason it came back."""
    payee = "<Nm>Furra Çeliku</Nm>" if version < "08" else "<Pty><Nm>Furra Çeliku</Nm></Pty>"
    returned = f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if reason else ""
    side = "CRDT" if reason else "DBIT"
    return (
        f"<TxDtls><Refs><EndToEndId>{name}</EndToEndId></Refs>{amount(cents)}"
        f"<CdtDbtInd>{side}</CdtDbtInd>"
        f"<RltdPties><Cdtr>{payee}</Cdtr><CdtrAcct><Id><IBAN>{PAYEE}</IBAN></Id></CdtrAcct>"
        f"</RltdPties><RmtInf><Ustrd>I-1 2026-10</Ustrd></RmtInf>{returned}</TxDtls>"
    )


def entry(
    reference: str,
    cents: int,
    inside: str = "",
    *,
    side: str = "DBIT",
    status: str = "BOOK",
    version: str = "08",
    more: str = "",
) -> str:
    """A booked entry; `inside` are its details, `more` stands before its dates."""
    written = f"<Cd>{status}</Cd>" if version >= "08" else status
    details = f"<NtryDtls>{inside}</NtryDtls>" if inside else ""
    return (
        f"<Ntry>{amount(cents)}<CdtDbtInd>{side}</CdtDbtInd>{more}<Sts>{written}</Sts>"
        f"<BookgDt><Dt>2026-11-03</Dt></BookgDt><ValDt><Dt>2026-11-03</Dt></ValDt>"
        f"<AcctSvcrRef>{reference}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd>"
        f"<SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd>{details}</Ntry>"
    )


def month(version: str = "08") -> str:
    """Two single payments, a block of two, a fee without details and a return: -1,001.50 euros."""
    batch = "<Btch><PmtInfId>P-ONE</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>"
    return "".join(
        [
            entry("D1", 350_00, detail("E-ONE-1", 350_00, version=version), version=version),
            entry("D2", 300_00, detail("E-TWO-1", 300_00, version=version), version=version),
            entry(
                "D3",
                650_00,
                batch
                + detail("E-THREE-1", 325_00, version=version)
                + detail("E-FOUR-1", 325_00, version=version),
                version=version,
            ),
            entry("D4", 1_50, version=version),
            entry(
                "R1",
                300_00,
                detail("E-TWO-1", 300_00, reason="AC04", version=version),
                side="CRDT",
                version=version,
            ),
        ]
    )


MONTH_CENTS = -1_001_50
MONTH_ENTRIES = 5
MONTH_PAYMENTS = 6


def statement(
    kind: str,
    inside: str,
    *,
    booked: int = MONTH_CENTS,
    opening: int = 2_000_00,
    number: int = 7,
    account: str = ACCOUNT,
) -> str:
    """One statement; notifications have no balances."""
    name = ROOTS[kind][1]
    balances = (
        "" if kind == "camt.054" else balance("OPBD", opening) + balance("CLBD", opening + booked)
    )
    return (
        f"<{name}><Id>S-{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>"
        "<CreDtTm>2026-11-03T20:00:00+01:00</CreDtTm>"
        f"<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}{inside}</{name}>"
    )


def message(kind: str, version: str, *statements: str) -> str:
    """A whole camt message."""
    root = ROOTS[kind][0]
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{namespace(kind, version)}">'
        f"<{root}><GrpHdr><MsgId>M-{kind}-{version}</MsgId><CreDtTm>2026-11-03T20:00:00</CreDtTm>"
        f"</GrpHdr>{''.join(statements)}</{root}></Document>"
    )


def account_file(kind: str = "camt.053", version: str = "08") -> bytes:
    """A month as one statement of a message."""
    return message(kind, version, statement(kind, month(version))).encode()


def payment_status(name: str, code: str, reason: str = "") -> str:
    """A bank's word on one payment."""
    because = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
    return (
        f"<TxInfAndSts><OrgnlInstrId>{name}</OrgnlInstrId><OrgnlEndToEndId>{name}"
        f"</OrgnlEndToEndId><TxSts>{code}</TxSts>{because}</TxInfAndSts>"
    )


def status_file(version: str = "10", payments: str = "", group: str = "PART") -> bytes:
    """A report on an order of four payments, of which one was refused."""
    counts = "".join(
        f"<NbOfTxsPerSts><DtldNbOfTxs>{count}</DtldNbOfTxs><DtldSts>{code}</DtldSts></NbOfTxsPerSts>"
        for count, code in ((3, "ACSC"), (1, "RJCT"))
    )
    payments = payments or (
        payment_status("E-ONE-1", "ACSC") + payment_status("E-TWO-1", "RJCT", "AC04")
    )
    return (
        f'<Document xmlns="{namespace("pain.002", version)}"><CstmrPmtStsRpt><GrpHdr>'
        f"<MsgId>STS-{version}</MsgId><CreDtTm>2026-11-03T07:30:00</CreDtTm></GrpHdr>"
        "<OrgnlGrpInfAndSts><OrgnlMsgId>M-ONE</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09"
        f"</OrgnlMsgNmId><GrpSts>{group}</GrpSts>{counts}</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>"
        f"<OrgnlPmtInfId>P-ONE</OrgnlPmtInfId>{payments}</OrgnlPmtInfAndSts></CstmrPmtStsRpt>"
        "</Document>"
    ).encode()


def _out_of_order(content: str) -> str:
    """The account and the closing balance after the entries."""
    account = content[content.index("<Acct>") : content.index("</Acct>") + len("</Acct>")]
    closing = balance("CLBD", 2_000_00 + MONTH_CENTS)
    bare = content.replace(account, "", 1).replace(closing, "")
    return bare.replace("</Stmt>", f"{closing}{account}</Stmt>")


def _unknown_codes(content: str) -> str:
    return content.replace("<Cd>ICDT</Cd>", "<Cd>XXXX</Cd>").replace("AC04", "ZZ99")


# What banks do and people may still read at once: no finding but a note.
HARMLESS: Mapping[str, Callable[[str], bytes]] = {
    "elements out of order": lambda text: _out_of_order(text).encode(),
    "remittance of 204 characters": lambda text: text.replace("I-1 2026-10", "x" * 204).encode(),
    "empty statement id": lambda text: text.replace("<Id>S-7</Id>", "<Id/>").encode(),
    "wrong UETR": lambda text: text.replace(
        "<EndToEndId>", "<UETR>not-a-uetr</UETR><EndToEndId>"
    ).encode(),
    "country CH1": lambda text: text.replace(
        "<Nm>Furra Çeliku</Nm>", "<Nm>Furra</Nm><PstlAdr><Ctry>CH1</Ctry></PstlAdr>"
    ).encode(),
    "five decimals of nothing": lambda text: text.replace(">350.00<", ">350.00000<").encode(),
    "unknown codes": lambda text: _unknown_codes(text).encode(),
    "one decimal": lambda text: text.replace(">1.50<", ">1.5<").encode(),
    "UTF-8 with mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16"),
    "ISO-8859-1": lambda text: text.replace("UTF-8", "ISO-8859-1").encode("iso-8859-1"),
    "windows-1252": lambda text: text.replace("UTF-8", "windows-1252").encode("cp1252"),
    "white space before": lambda text: b"\r\n  " + text.encode(),
    "NUL and control-Z after": lambda text: text.encode() + b"\r\n\x1a\x00",
    "pretty printed": lambda text: text.replace("><", ">\r\n   <").encode(),
    "prefixed": lambda text: (
        text.replace("xmlns=", "xmlns:n=")
        .replace("</", "\x00")
        .replace("<?", "\x01")
        .replace("<", "<n:")
        .replace("\x00", "</n:")
        .replace("\x01", "<?")
        .encode()
    ),
    "comments and instructions": lambda text: text.replace(
        "<Ntry>", "<!-- booked --><?bank x?><Ntry>"
    ).encode(),
    "text in CDATA": lambda text: text.replace("E-ONE-1", "<![CDATA[E-ONE-1]]>").encode(),
}
# What banks do and a person must look at first.
ODD: Mapping[str, tuple[str, Callable[[str], bytes]]] = {
    "more than two decimals": ("amount", lambda text: text.replace(">1.50<", ">1.50125<").encode()),
    "a comma": ("amount", lambda text: text.replace(">350.00<", ">350,00<").encode()),
    "thousands": ("amount", lambda text: text.replace(">650.00<", ">1,650.00<").encode()),
    "no balances": (
        "balance_missing",
        lambda text: text.replace("OPBD", "OPAV").replace("CLBD", "CLAV").encode(),
    ),
    "does not add up": ("does_not_add_up", lambda text: text.replace(">1.50<", ">1.51<").encode()),
    "other currency": ("currency", lambda text: text.replace("EUR", "CHF").encode()),
    "no account": (
        "account_missing",
        lambda text: (
            text.replace("<Acct>", "<RltdAcct>").replace("</Acct>", "</RltdAcct>").encode()
        ),
    ),
    "Latin letters called UTF-8": ("encoding_guessed", lambda text: text.encode("iso-8859-1")),
    "UTF-8 called UTF-16": (
        "encoding_guessed",
        lambda text: text.replace("UTF-8", "UTF-16").encode(),
    ),
    "details that differ": (
        "details_differ",
        lambda text: text.replace(">325.00<", ">324.00<", 1).encode(),
    ),
    "count of a block differs": (
        "count_differs",
        lambda text: text.replace("<NbOfTxs>2<", "<NbOfTxs>3<").encode(),
    ),
    "unknown element": (
        "unknown_element",
        lambda text: text.replace("<Ntry>", "<Ntrx/><Ntry>", 1).encode(),
    ),
    "account again at the end": (
        "repeated_element",
        lambda text: text.replace(
            "</Stmt>", "<Acct><Id><IBAN>XK05</IBAN></Id></Acct></Stmt>"
        ).encode(),
    ),
    "amount twice": (
        "repeated_element",
        lambda text: text.replace(amount(1_50), amount(1_50) * 2).encode(),
    ),
    "unknown booking": (
        "unknown_booking",
        lambda text: text.replace("<Cd>BOOK</Cd>", "<Cd>KOOB</Cd>", 1).encode(),
    ),
    "day that is none": (
        "day",
        lambda text: text.replace("<BookgDt><Dt>2026-11-03", "<BookgDt><Dt>2026-13-03", 1).encode(),
    ),
    "sum of the summary": (
        "sum_differs",
        lambda text: text.replace(
            "</Acct>",
            "</Acct><TxsSummry><TtlDbtNtries><Sum>1.00</Sum></TtlDbtNtries></TxsSummry>",
        ).encode(),
    ),
}
