"""Files as a bank writes them, about any payments and in any words."""

from collections.abc import Iterable

SAYS = {"accepted": "ACSP", "rejected": "RJCT"}


def status_report(number: int, order: str, words: Iterable[tuple[str, str]]) -> bytes:
    """A pain.002 that says of each payment, by its name, that it is accepted or rejected."""
    told = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>{SAYS[word]}</TxSts>"
        + ("<StsRsnInf><Rsn><Cd>MS03</Cd></Rsn></StsRsnInf>" if word == "rejected" else "")
        + "</TxInfAndSts>"
        for name, word in words
    )
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>REPORT-{number}</MsgId><CreDtTm>2026-11-03T10:00:00</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{order}</OrgnlMsgId>"
        "<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId></OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>B</OrgnlPmtInfId>{told}</OrgnlPmtInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    ).encode()


def statement(
    number: int, account: str, words: Iterable[tuple[str, str, int]], *, opening: int
) -> tuple[bytes, int]:
    """A camt.053 on which payments were booked or came back; and its closing balance in cents."""
    closing, told = opening, ""
    for name, word, cents in words:
        back = word == "returned"
        closing += cents if back else -cents
        told += (
            f'<Ntry><Amt Ccy="EUR">{_euros(cents)}</Amt>'
            f"<CdtDbtInd>{'CRDT' if back else 'DBIT'}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
            "<BookgDt><Dt>2026-11-04</Dt></BookgDt><ValDt><Dt>2026-11-04</Dt></ValDt>"
            f"<AcctSvcrRef>{word[0].upper()}{name[1:]}</AcctSvcrRef>"
            f"<NtryDtls><TxDtls><Refs><EndToEndId>{name}</EndToEndId></Refs>"
            f'<Amt Ccy="EUR">{_euros(cents)}</Amt>'
            + ("<RtrInf><Rsn><Cd>MS03</Cd></Rsn></RtrInf>" if back else "")
            + "</TxDtls></NtryDtls></Ntry>"
        )
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>STATEMENT-{number}</MsgId><CreDtTm>2026-11-04T20:00:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>{number}</Id><CreDtTm>2026-11-04T20:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{_balance('OPBD', opening)}{_balance('CLBD', closing)}{told}</Stmt>"
        "</BkToCstmrStmt></Document>"
    ).encode(), closing


def _balance(kind: str, cents: int) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{_euros(abs(cents))}</Amt>'
        f"<CdtDbtInd>{'CRDT' if cents >= 0 else 'DBIT'}</CdtDbtInd>"
        "<Dt><Dt>2026-11-04</Dt></Dt></Bal>"
    )


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
