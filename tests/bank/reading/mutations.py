"""Bends bank files at random and reads them: nothing may crash, and nothing be read in part.

Run as a program it prints what became of them and the peak of memory, as JSON:
`python -m tests.bank.reading.mutations SEED COUNT`.
"""

import copy
import json
import sys
from collections.abc import Callable, Iterator
from random import Random

import msgspec
from lxml import etree

from service.bank.messages import AccountReport, BankMessage, Side
from service.bank.reading.files import read_file
from service.problems import Problem
from tests.bank.reading import corpus
from tests.bank.reading.attacks import peak_mb
from tests.bank.reading.corpus import is_quarantined

TEXTS = [
    "",
    "0",
    "-1",
    "1e9",
    "1,00",
    "9" * 30,
    "DBIT",
    "CRDT",
    "PDNG",
    "USD",
    "2026-02-30",
    "\u2603",
]
SIGNS = {"DBIT": -1, "CRDT": 1}


class Tally(msgspec.Struct):
    """What became of the mutations; `wrong` names those that broke a promise."""

    read: int = 0
    quarantined: int = 0
    refused: int = 0
    wrong: list[str] = msgspec.field(default_factory=list)


def originals() -> list[bytes]:
    """The files that are bent: every message, an old and a new version, and three habits."""
    usual = corpus.account_file().decode()
    files = [corpus.account_file(kind, one) for kind in corpus.ROOTS for one in ("02", "13")]
    files += [corpus.status_file("03"), corpus.status_file("14")]
    files += [corpus.HARMLESS[habit](usual) for habit in ("UTF-16", "ISO-8859-1", "pretty printed")]
    return files


def mutations(seed: int, count: int) -> Iterator[bytes]:
    """Files with one to three things wrong; the same seed gives the same ones."""
    chance = Random(seed)
    files = originals()
    trees = [etree.fromstring(one) for one in files]
    for _number in range(count):
        place = chance.randrange(len(files))
        if chance.random() < 0.5:
            yield bend_bytes(files[place], chance)
        else:
            yield bend_elements(trees[place], chance)


def bend_bytes(content: bytes, chance: Random) -> bytes:
    """Bytes changed, lost, doubled, put in or cut off."""
    bent = bytearray(content)
    for _time in range(chance.randint(1, 3)):
        at = chance.randrange(len(bent) or 1)
        length = chance.choice((1, 1, 2, 8, 64))
        match chance.randrange(5):
            case 0:
                bent[at : at + 1] = chance.randbytes(1)
            case 1:
                del bent[at : at + length]
            case 2:
                bent[at:at] = bent[at : at + length]
            case 3:
                bent[at:at] = chance.randbytes(length)
            case _:
                del bent[max(at, 100) :]
    return bytes(bent)


def bend_elements(tree: etree._Element, chance: Random) -> bytes:
    """Elements lost, doubled, moved, renamed or given another text."""
    bent = copy.deepcopy(tree)
    for _time in range(chance.randint(1, 3)):
        inner = [one for one in bent.iter("*") if one.getparent() is not None]
        if not inner:
            break
        _bend(chance.choice(inner), chance.choice(inner), chance)
    encoding = chance.choice(("UTF-8", "UTF-16"))
    written = etree.tostring(bent, xml_declaration=True, encoding=encoding)
    assert isinstance(written, bytes)
    return written


def _bend(one: etree._Element, other: etree._Element, chance: Random) -> None:
    parent = one.getparent()
    assert parent is not None
    match chance.randrange(6):
        case 0:
            parent.remove(one)
        case 1:
            parent.insert(parent.index(one), copy.deepcopy(one))
        case 2:
            one.tag = other.tag
        case 3:
            one.text = chance.choice(TEXTS)
        case 4:
            one.attrib["Ccy"] = chance.choice(("EUR", "USD", ""))
        case _ if other not in one.iterancestors() and one not in other.iterancestors():
            other.append(copy.deepcopy(one))


def told_by(content: bytes) -> list[tuple[str, int]]:
    """A second opinion by another parser: each entry's amount and sign, as plainly as it goes."""
    tree = etree.fromstring(content, etree.XMLParser(remove_comments=True, remove_pis=True))
    return sorted(
        (one.findtext("{*}Amt", "").strip(), SIGNS.get(one.findtext("{*}CdtDbtInd", "").strip(), 0))
        for one in tree.iter("{*}Ntry")
    )


def is_whole(message: BankMessage, content: bytes) -> bool:
    """Whether what will be posted without a person is everything that the file says."""
    if is_quarantined(message.findings):
        return True
    if not isinstance(message, AccountReport):
        tree = etree.fromstring(content)
        return len(message.payments) == len(list(tree.iter("{*}TxInfAndSts")))
    told = told_by(content)
    counted = sum(one.entry_count for one in message.statements)
    parts = [one for each in message.statements for one in each.entries]
    return counted == len(told) and sum(
        (one.amount_cents or 0) * (1 if one.side is Side.CREDIT else -1) for one in parts
    ) == sum(round(float(amount) * 100) * sign for amount, sign in told)


def try_all(
    contents: Iterator[bytes], whole: Callable[[BankMessage, bytes], bool] = is_whole
) -> Tally:
    """Reads every file and counts; whatever is neither read whole, held nor refused is wrong."""
    tally = Tally()
    for number, content in enumerate(contents):
        try:
            (message,) = read_file(content).messages
        except Problem:
            tally.refused += 1
            continue
        except Exception as crash:
            tally.wrong.append(f"{number}: {crash!r}")
            continue
        if not whole(message, content):
            tally.wrong.append(f"{number}: read in part")
        elif is_quarantined(message.findings):
            tally.quarantined += 1
        else:
            tally.read += 1
    return tally


def main(seed: int, count: int) -> None:
    """Prints the tally of some mutations with the peak of memory in MB."""
    tally = try_all(mutations(seed, count))
    sys.stdout.write(json.dumps({**msgspec.structs.asdict(tally), "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
