"""What is read of each message; the same paths serve all versions, for names hardly changed."""

from collections.abc import Mapping

from service.bank.messages import MessageKind
from service.bank.reading.scanning import Shape, Unit

PARTIES = (
    " ".join(f"RltdPties/{party}/{path}" for party in ("Cdtr", "Dbtr") for path in ("Nm", "Pty/Nm"))
    + " "
    + " ".join(
        f"RltdPties/{party}Acct/Id/{path}"
        for party in ("Cdtr", "Dbtr")
        for path in ("IBAN", "Othr/Id")
    )
)
CODES = "BkTxCd/Domn/Cd BkTxCd/Domn/Fmly/Cd BkTxCd/Domn/Fmly/SubFmlyCd BkTxCd/Prtry/Cd"

DETAIL = Unit(
    paths=f"""Refs/MsgId Refs/AcctSvcrRef Refs/PmtInfId Refs/InstrId Refs/EndToEndId Refs/UETR
        Amt CdtDbtInd AmtDtls/TxAmt/Amt {CODES} {PARTIES} RtrInf RtrInf/Rsn/Cd RtrInf/Rsn/Prtry""",
    joined="RmtInf/Ustrd RmtInf/Strd/CdtrRefInf/Ref",
    others="""Avlbty Chrgs Intrst RltdAgts LclInstrm PmtTpInf Purp RltdRmtInf RltdDts RltdPric
        RltdQties FinInstrmId Tax CorpActn SfkpgAcct CshDpst CardTx AddtlTxInf SplmtryData
        Refs/TxId Refs/MndtId Refs/ChqNb Refs/ClrSysRef Refs/Prtry Refs/AcctOwnrTxId
        Refs/AcctSvcrTxId Refs/MktInfrstrctrTxId Refs/PrcgId""",
    closed="Refs",
)
BATCH = Unit(
    paths="MsgId PmtInfId NbOfTxs TtlAmt CdtDbtInd",
)
ENTRY = Unit(
    paths=f"""NtryRef Amt CdtDbtInd RvslInd Sts Sts/Cd Sts/Prtry BookgDt/Dt BookgDt/DtTm ValDt/Dt
        ValDt/DtTm AcctSvcrRef {CODES}""",
    others="""Avlbty ComssnWvrInd AddtlInfInd AmtDtls Chrgs TechInptChanl Intrst CardTx
        AddtlNtryInf""",
    closed="NtryDtls",
    units={"NtryDtls/Btch": BATCH, "NtryDtls/TxDtls": DETAIL},
)
ACCOUNT = Unit(paths="Id/IBAN Id/Othr/Id Ccy", others="Tp Nm Ownr Svcr Prxy")
BALANCE = Unit(
    paths="""Tp/CdOrPrtry/Cd Tp/CdOrPrtry/Prtry Tp/SubTp/Cd Amt CdtDbtInd Dt/Dt Dt/DtTm""",
    others="CdtLine Avlbty",
)


def _statement(pages: str) -> Unit:
    return Unit(
        paths=f"""Id {pages}/PgNb {pages}/LastPgInd ElctrncSeqNb LglSeqNb CreDtTm FrToDt/FrDt
            FrToDt/ToDt FrToDt/FrDtTm FrToDt/ToDtTm
            TxsSummry/TtlNtries/NbOfNtries TxsSummry/TtlCdtNtries/NbOfNtries
            TxsSummry/TtlCdtNtries/Sum TxsSummry/TtlDbtNtries/NbOfNtries
            TxsSummry/TtlDbtNtries/Sum""",
        others="""RptgSeq CpyDplctInd RptgSrc RltdAcct Intrst AddtlStmtInf AddtlRptInf
            AddtlNtfctnInf""",
        units={"Acct": ACCOUNT, "Bal": BALANCE, "Ntry": ENTRY},
    )


def _account_message(root: str, name: str, pages: str) -> Shape:
    return Shape(
        root,
        Unit(
            paths="GrpHdr/MsgId GrpHdr/CreDtTm",
            others="SplmtryData",
            units={name: _statement(pages)},
        ),
    )


COUNT = Unit(paths="DtldNbOfTxs DtldSts", others="DtldCtrlSum")
PAYMENT_STATUS = Unit(
    paths="OrgnlEndToEndId OrgnlInstrId TxSts OrgnlTxRef/Amt/InstdAmt",
    firsts="StsRsnInf/Rsn/Cd StsRsnInf/Rsn/Prtry",
    others="""StsId OrgnlUETR ChrgsInf AccptncDtTm PrcgDt FctvIntrBkSttlmDt AcctSvcrRef ClrSysRef
        TrckrData PmtCmpltnDt SplmtryData""",
)
BLOCK_STATUS = Unit(
    paths="OrgnlPmtInfId PmtInfSts",
    firsts="StsRsnInf/Rsn/Cd StsRsnInf/Rsn/Prtry",
    others="OrgnlNbOfTxs OrgnlCtrlSum",
    units={"NbOfTxsPerSts": COUNT, "TxInfAndSts": PAYMENT_STATUS},
)
GROUP_STATUS = Unit(
    paths="OrgnlMsgId OrgnlMsgNmId GrpSts",
    firsts="StsRsnInf/Rsn/Cd StsRsnInf/Rsn/Prtry",
    others="OrgnlCreDtTm OrgnlNbOfTxs OrgnlCtrlSum",
    units={"NbOfTxsPerSts": COUNT},
)
STATUS_REPORT = Shape(
    "CstmrPmtStsRpt",
    Unit(
        paths="GrpHdr/MsgId GrpHdr/CreDtTm",
        others="SplmtryData",
        units={
            "OrgnlGrpInfAndSts": GROUP_STATUS,
            "OrgnlPmtInfAndSts": BLOCK_STATUS,
            "TxInfAndSts": PAYMENT_STATUS,
        },
    ),
)
SHAPES: Mapping[MessageKind, Shape] = {
    MessageKind.STATUS_REPORT: STATUS_REPORT,
    MessageKind.INTRADAY_REPORT: _account_message("BkToCstmrAcctRpt", "Rpt", "RptPgntn"),
    MessageKind.STATEMENT: _account_message("BkToCstmrStmt", "Stmt", "StmtPgntn"),
    MessageKind.NOTIFICATION: _account_message("BkToCstmrDbtCdtNtfctn", "Ntfctn", "NtfctnPgntn"),
}
# The unit that one statement is, by message.
STATEMENTS: Mapping[MessageKind, str] = {
    MessageKind.INTRADAY_REPORT: "Rpt",
    MessageKind.STATEMENT: "Stmt",
    MessageKind.NOTIFICATION: "Ntfctn",
}
# The versions that are known to exist.
VERSIONS: Mapping[MessageKind, range] = {
    MessageKind.STATUS_REPORT: range(3, 16),
    MessageKind.INTRADAY_REPORT: range(2, 15),
    MessageKind.STATEMENT: range(2, 15),
    MessageKind.NOTIFICATION: range(2, 15),
}
