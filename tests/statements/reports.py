"""Files as a bank writes them, in few words: status reports and account reports of all kinds."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

OUR_ACCOUNT = "XK051000130000041708"
SHAPES = {"camt.052": ("BkToCstmrAcctRpt", "Rpt"), "camt.053": ("BkToCstmrStmt", "Stmt")}
SHAPES["camt.054"] = ("BkToCstmrDbtCdtNtfctn", "Ntfctn")


class Told(msgspec.Struct, frozen=True):
    """One entry: its reference, its amount in cents (above zero: money that came), the order."""

    reference: str
    cents: int
    name: str = ""
    block: str = ""
    reason: str = ""
    booking: str = "BOOK"
    day: str = "2026-11-03"


def status_report(message: str, order: str, verdicts: dict[str, str], *, group: str = "") -> bytes:
    """A pain.002: for each payment its status code, or the reason for which it was refused."""
    payments = "".join(_verdict(name, code) for name, code in verdicts.items())
    whole = f"<GrpSts>{group}</GrpSts>" if group else ""
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-11-03T08:00:00</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{order}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09"
        f"</OrgnlMsgNmId>{whole}</OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>P{order[1:]}</OrgnlPmtInfId>{payments}"
        "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()


def _verdict(name: str, code: str) -> str:
    accepted = code.startswith("AC") and len(code) == 4 and code in {"ACCP", "ACSC", "ACSP"}
    status = code if accepted or code == "CANC" else "RJCT"
    reason = "" if status == code else f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>"
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>{status}</TxSts>{reason}"
        "</TxInfAndSts>"
    )


def account_report(
    kind: str,
    message: str,
    told: Iterable[Told],
    *,
    opening: int = 1_000_000_00,
    number: int | None = None,
    account: str = OUR_ACCOUNT,
    off_by: int = 0,
) -> bytes:
    """A camt file with one statement whose balances join its booked entries (`off_by` cents)."""
    entries = list(told)
    root, element = SHAPES[kind]
    booked = sum(one.cents for one in entries if one.booking == "BOOK")
    balances = ""
    if kind != "camt.054":
        balances = _balance("OPBD", opening) + _balance("CLBD", opening + booked + off_by)
    counted = "" if number is None else f"<ElctrncSeqNb>{number}</ElctrncSeqNb>"
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{kind}.001.08"><{root}>'
        f"<GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-11-03T20:00:00</CreDtTm></GrpHdr>"
        f"<{element}><Id>{message}</Id>{counted}<CreDtTm>2026-11-03T20:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}"
        f"{''.join(map(_entry, entries))}</{element}></{root}></Document>"
    ).encode()


def _balance(code: str, cents: int) -> str:
    side = "CRDT" if cents >= 0 else "DBIT"
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{_euros(cents)}'
        f"</Amt><CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>2026-11-03</Dt></Dt></Bal>"
    )


def _entry(one: Told) -> str:
    side = "CRDT" if one.cents >= 0 else "DBIT"
    sub = "RRTN" if one.reason else "DMCT"
    batch = f"<NtryDtls><Btch><PmtInfId>{one.block}</PmtInfId></Btch></NtryDtls>"
    returned = f"<RtrInf><Rsn><Cd>{one.reason}</Cd></Rsn></RtrInf>" if one.reason else ""
    single = (
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{one.name or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f'<Amt Ccy="EUR">{_euros(one.cents)}</Amt><CdtDbtInd>{side}</CdtDbtInd>{returned}'
        "</TxDtls></NtryDtls>"
    )
    return (
        f'<Ntry><Amt Ccy="EUR">{_euros(one.cents)}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Sts><Cd>{one.booking}</Cd></Sts><BookgDt><Dt>{one.day}</Dt></BookgDt>"
        f"<ValDt><Dt>{one.day}</Dt></ValDt><AcctSvcrRef>{one.reference}</AcctSvcrRef>"
        f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn>"
        f"</BkTxCd>{batch if one.block else single}</Ntry>"
    )


def _euros(cents: int) -> str:
    return str(Decimal(abs(cents)) / 100)
