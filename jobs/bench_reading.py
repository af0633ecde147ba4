"""The reader's half of `ura bench payouts`: our reader of statements beside a public one.

Each way reads the same file in a process of its own, so that its peak of memory is its own. Of the
public readers on PyPI that count a camt.053 of 100,000 entries right, camt053 was the fastest.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import msgspec

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
ACCOUNT = "XK051000130000041708"
LEFT_CENTS = 100_00
CHECKOUT = Path(__file__).parent.parent
MEBIBYTE = 1024
PEER = "camt053"


class ReadingFailed(RuntimeError):
    """A way could not read the file, or counted it wrong; its time says nothing."""


class Measured(msgspec.Struct, frozen=True):
    """One way of reading: entries that it found, seconds by the clock and of a processor, and its
    peak of memory in MiB."""

    way: str
    entries: int
    seconds: float
    processor_seconds: float
    peak_mebibytes: int


def has_peer() -> bool:
    """Whether the public reader is installed."""
    return find_spec(PEER) is not None


def write_statement(file: Path, payments: Sequence[tuple[str, int]]) -> None:
    """A camt.053 with a booked debit for each end-to-end id and its cents."""
    opening = sum(cents for _name, cents in payments) + LEFT_CENTS
    with file.open("w", encoding="utf-8") as out:
        out.write(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}"><BkToCstmrStmt>'
            "<GrpHdr><MsgId>STM-BENCH</MsgId><CreDtTm>2026-11-03T20:00:00</CreDtTm></GrpHdr>"
            "<Stmt><Id>STM-BENCH</Id><CreDtTm>2026-11-03T20:00:00</CreDtTm>"
            f"<Acct><Id><IBAN>{ACCOUNT}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
            f"{_balance('OPBD', opening)}{_balance('CLBD', LEFT_CENTS)}\n"
        )
        out.writelines(_entry(name, cents) for name, cents in payments)
        out.write("</Stmt></BkToCstmrStmt></Document>\n")


def _amount(cents: int) -> str:
    return f'<Amt Ccy="EUR">{cents // 100}.{cents % 100:02}</Amt>'


def _balance(code: str, cents: int) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(cents)}"
        "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-03</Dt></Dt></Bal>"
    )


def _entry(name: str, cents: int) -> str:
    return (
        f"<Ntry>{_amount(cents)}<CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
        "<BookgDt><Dt>2026-11-03</Dt></BookgDt><ValDt><Dt>2026-11-03</Dt></ValDt>"
        f"<AcctSvcrRef>D{name}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd>"
        "<SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs>"
        f"<EndToEndId>{name}</EndToEndId></Refs>{_amount(cents)}<CdtDbtInd>DBIT</CdtDbtInd>"
        "</TxDtls></NtryDtls></Ntry>\n"
    )


def measure(way: str, file: Path) -> Measured:
    """One way of reading a file, in a process of its own; ReadingFailed with what it said."""
    run = subprocess.run(
        [sys.executable, "-m", "jobs.bench_reading", way, str(file)],
        capture_output=True,
        cwd=CHECKOUT,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        said = (run.stderr.strip().splitlines() or ["nothing"])[-1]
        raise ReadingFailed(f"{way} did not read the file; it said: {said}")
    return msgspec.json.decode(run.stdout, type=Measured)


def _read_ours(file: Path) -> Callable[[], int]:
    from service.bank.messages import AccountReport
    from service.bank.reading.files import read_file

    def read() -> int:
        (report,) = read_file(file.read_bytes()).messages
        assert isinstance(report, AccountReport)
        return len(report.statements[0].entries)

    return read


def _read_camt053(file: Path) -> Callable[[], int]:
    from camt053 import parse_statement

    return lambda: len(parse_statement(file.read_text(encoding="utf-8")).entries)


WAYS: Mapping[str, Callable[[Path], Callable[[], int]]] = {
    "ura": _read_ours,
    PEER: _read_camt053,
}


def main(way: str, path: str) -> None:
    """Reads a file in one way and prints what it took; importing the reader is not timed."""
    read = WAYS[way](Path(path))
    started, started_processor = time.perf_counter(), time.process_time()
    entries = read()
    seconds, spent = time.perf_counter() - started, time.process_time() - started_processor
    # Not the resource usage: that would also count the program that started this one.
    (peak,) = re.findall(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text())
    measured = Measured(way, entries, seconds, spent, int(peak) // MEBIBYTE)
    sys.stdout.write(json.dumps(msgspec.structs.asdict(measured)))


if __name__ == "__main__":
    main(*sys.argv[1:3])
