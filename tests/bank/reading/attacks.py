"""Files that would harm a reader; each as a function, for some are large.

Run as a program it reads a file and prints seconds of processor time, the peak of memory in MB and
the refusal as JSON: `python -m tests.bank.reading.attacks FILE`.
"""

import io
import json
import re
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from service.bank.reading.files import read_file
from service.problems import Problem
from tests.bank.reading import corpus

OPENING = f'<Document xmlns="{corpus.namespace("camt.053", "08")}"><BkToCstmrStmt>'
CLOSING = "</BkToCstmrStmt></Document>"
# As many bytes as are read at most, less what stands around them.
FULL = 49_000_000


def inside(text: str, before: str = "") -> bytes:
    """A statement message with something in it."""
    return f"{before}{OPENING}{text}{CLOSING}".encode()


def in_statement(text: str) -> bytes:
    """A statement with something in it."""
    return inside(f"<Stmt><Id>1</Id>{text}</Stmt>")


def billion_laughs() -> bytes:
    """Ten entities, each of ten of the one before."""
    levels = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 11))
    return inside("<Id>&l10;</Id>", f'<!DOCTYPE Document [<!ENTITY l0 "lol">{levels}]>')


def quadratic() -> bytes:
    """One long entity, many times."""
    entity = f'<!DOCTYPE Document [<!ENTITY a "{"a" * 100_000}">]>'
    return inside(f"<Id>{'&a;' * 10_000}</Id>", entity)


def zipped(*members: bytes) -> bytes:
    """A zip of some files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as container:
        for number, member in enumerate(members):
            container.writestr(f"../../{number}.xml", member)
    return written.getvalue()


def zip_bomb() -> bytes:
    """A zip of 300 MB of nothing."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as container,
        container.open("statement.xml", "w") as member,
    ):
        for _megabyte in range(300):
            member.write(b" " * 1_000_000)
    return written.getvalue()


def zip_that_lies() -> bytes:
    """A zip whose directory says that its member holds a hundred bytes."""
    size = 60_000_000
    bomb = zipped(b" " * size)
    return bomb.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))


ENTRY = '<Ntry><Amt Ccy="EUR">1</Amt><CdtDbtInd>DBIT</CdtDbtInd></Ntry>'
ATTACKS: Mapping[str, Callable[[], bytes]] = {
    "entity of a file": lambda: inside(
        "<Id>&f;</Id>", '<!DOCTYPE Document [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    ),
    "entity in an attribute": lambda: inside(
        '<Amt Ccy="&f;">1.00</Amt>', '<!DOCTYPE Document [<!ENTITY f "EUR">]>'
    ),
    "document type elsewhere": lambda: inside(
        "<Id>1</Id>", '<!DOCTYPE Document SYSTEM "http://localhost:1/x.dtd">'
    ),
    "parameter entity": lambda: inside(
        "<Id>1</Id>", '<!DOCTYPE Document [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>'
    ),
    "UTF-16 document type": lambda: (
        inside("<Id>&f;</Id>", '<!DOCTYPE D [<!ENTITY f "x">]>').decode().encode("utf-16")
    ),
    "billion laughs": billion_laughs,
    "quadratic": quadratic,
    "deep": lambda: inside("<a>" * 300_000 + "</a>" * 300_000),
    "long text": lambda: in_statement(f"<Id>{'x' * 30_000_000}</Id>"),
    "long attribute": lambda: inside(f'<a b="{"x" * FULL}"/>'),
    "many attributes": lambda: inside(
        "<a " + " ".join(f"a{number}=''" for number in range(1_000_000)) + "/>"
    ),
    "many names": lambda: inside("".join(f"<a{number}/>" for number in range(500_000))),
    "many prefixes": lambda: inside(
        "".join(f'<a xmlns:p{number}="u"/>' for number in range(500_000))
    ),
    "many elements": lambda: inside("<a/>" * (FULL // 4)),
    "as many elements as are read": lambda: in_statement("<Ntry>" + "<Amt/>" * 3_900_000),
    "many statements": lambda: inside("<Stmt/>" * (FULL // 14)),
    "many entries": lambda: in_statement(ENTRY * 250_000),
    "many payments in an entry": lambda: in_statement(
        f"<Ntry><NtryDtls>{'<TxDtls/>' * 1_000_000}</NtryDtls></Ntry>"
    ),
    "many balances": lambda: in_statement(corpus.balance("CLBD", 1) * 100_000),
    "zip bomb": zip_bomb,
    "zip that lies": zip_that_lies,
    "zip in a zip": lambda: zipped(zipped(corpus.account_file())),
    "zip of many": lambda: zipped(*[corpus.account_file()] * 21),
    "zip of large ones": lambda: zipped(*[corpus.account_file() * 3_000] * 20),
}


def peak_mb() -> int:
    """The most memory that this program had; the usual question would also count who started it."""
    (peak,) = re.findall(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text())
    return int(peak) // 1024


def main(path: str) -> None:
    """Prints how the reading of a file ended."""
    content = Path(path).read_bytes()
    started = time.process_time()
    try:
        read_file(content)
        refused = ""
    except Problem as problem:
        refused = problem.sentence()
    seconds = time.process_time() - started
    peak = peak_mb()
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_mb": peak, "refused": refused}))


if __name__ == "__main__":
    main(sys.argv[1])
