"""Runs through XML and keeps what a shape names; the rest leaves no trace in memory.

Expat without a tree: however deep, long or wide a file is, only the texts that are looked for are
held. A document type is refused where it begins, so that no entity is ever declared.
"""

import re
from collections import deque
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Protocol
from xml.parsers import expat

from service.bank.reading.refusing import NotABankFile
from service.i18n import _

NAMESPACE = re.compile(r":(?P<message>[a-z]{4}\.[0-9]{3})\.001\.(?P<version>[0-9]{2})$")
DEPTH_MAX = 100
# A statement of 50 MB with full details has about 2.7 million elements.
ELEMENTS_MAX = 4_000_000
NAMES_MAX = 10_000
PREFIXES_MAX = 200_000
STRETCH_MAX = 20_000
TEXT_LETTERS_MAX = 20_000
SEPARATOR = " "
CURRENCY = "Ccy"

# What moves money or orders; in a place where nobody reads, it must not be passed over.
NOWHERE_ELSE = frozenset({"Stmt", "Rpt", "Ntfctn", "Ntry", "TxDtls", "TxInfAndSts"})

Fields = dict[str, str]
Units = list[tuple[str, Fields]]
BODY = "body"
REPEATED = "!repeated"
UNKNOWN = "!unknown"
# Fields with the same word here differ in nothing but the texts of DIFFERING.
ALIKE = "!alike"
# What is another one in each entry, by the last name of its path; all else are codes and days.
DIFFERING = frozenset(
    {"Amt", "AcctSvcrRef", "NtryRef", "MsgId", "PmtInfId", "InstrId", "EndToEndId", "UETR", "Nm"}
    | {"IBAN", "Id", "Ustrd", "Ref", "TtlAmt", "OrgnlEndToEndId", "OrgnlInstrId", "InstdAmt"}
)
ELEMENT_LETTERS = 35


class Node:
    """A place in the shape: what is below, whether its text is kept, whether it is a unit.

    A unit's fields are handed over when it ends. A closed place knows all its children.
    """

    __slots__ = ("children", "currency", "is_closed", "joins", "key", "repeats", "unit")

    def __init__(self) -> None:
        self.children: dict[str, Node] = {}
        self.key: str | None = None
        self.currency: str | None = None
        self.unit: str | None = None
        self.is_closed = False
        self.joins = False
        self.repeats = False


ELSEWHERE = Node()


class Unit:
    """What is kept of one kind of element, by paths below it.

    `paths` are texts that stand once, `firsts` may stand more often and the first counts, `joined`
    are put together. `others` are children that the message may have and nobody reads here; they
    matter at `closed` paths (and the unit itself), where an unknown child is noted.
    """

    def __init__(
        self,
        *,
        paths: str = "",
        firsts: str = "",
        joined: str = "",
        others: str = "",
        closed: str = "",
        units: Mapping[str, "Unit"] | None = None,
    ) -> None:
        self.paths = paths.split()
        self.firsts = firsts.split()
        self.joined = joined.split()
        self.others = others.split()
        self.closed = closed.split()
        self.units = dict(units or {})


class Shape:
    """A message: the root below Document and what is read below that."""

    def __init__(self, root: str, body: Unit) -> None:
        self.root = root
        self.body = body


@lru_cache(maxsize=64)
def _tree(shape: Shape, namespace: str) -> Node:
    top = Node()
    body = _below(top, f"Document/{shape.root}", namespace)
    _grow(body, BODY, shape.body, namespace)
    return top


def _below(node: Node, path: str, namespace: str) -> Node:
    for name in path.split("/"):
        node = node.children.setdefault(f"{namespace}{SEPARATOR}{name}", Node())
    return node


def _grow(node: Node, name: str, unit: Unit, namespace: str) -> None:
    node.unit, node.is_closed = name, True
    for path in unit.paths + unit.firsts + unit.joined:
        kept = _below(node, path, namespace)
        kept.key, kept.joins = path, path in unit.joined
        kept.currency = f"{path}@"
        kept.repeats = path in unit.firsts
    for path in unit.others:
        _below(node, path, namespace)
    for path in unit.closed:
        _below(node, path, namespace).is_closed = True
    for path, inner in unit.units.items():
        _grow(_below(node, path, namespace), path.rpartition("/")[2], inner, namespace)


class Reader(Protocol):
    """What takes the units of a message."""

    def begin(self) -> Mapping[str, Callable[[], None]]:
        """What happens when a unit begins."""

    def end(self) -> Mapping[str, Callable[[Fields], None]]:
        """What happens with the fields of a unit when it ends."""


def scan(
    content: bytes,
    reader_for: Callable[[str, str], tuple[Shape, Reader]],
    *,
    encoding: str | None = None,
) -> None:
    """Hands each unit's fields to the reader as it ends; it is asked for by kind and version.

    Fields are by path, with the currency of an amount as `path@`; what was odd stands under
    REPEATED and UNKNOWN. Raises NotABankFile, or expat's error for what is no XML.
    """
    Scan(reader_for, encoding=encoding).feed(content, is_last=True)


class OutOfPlace(Exception):
    """What was cut out of a file stood where the message has nothing of its kind."""


class Scan:
    """One run through a file, which may come in pieces.

    Where a piece has an element with the attribute `mark`, the units set `aside` for it are handed
    over in its place, the first of them first; OutOfPlace when it is no unit there. It may stand
    for several that follow each other: a reader is told where the first of them begins.
    """

    def __init__(
        self,
        reader_for: Callable[[str, str], tuple[Shape, Reader]],
        *,
        encoding: str | None = None,
        mark: str = "",
    ) -> None:
        # Expat keeps every name it ever met; its own list of them shows when a file invents names.
        names: dict[str, str] = {}
        self.aside: deque[Units] = deque()
        self._root = _Root(reader_for, names, mark)
        self._parser = expat.ParserCreate(encoding, SEPARATOR, names)
        self._parser.buffer_text = True
        self._parser.ordered_attributes = True
        self._parser.StartDoctypeDeclHandler = _refuse_document_type
        self._parser.EntityDeclHandler = _refuse_document_type
        _handle(self._parser, self._root, self.aside)

    @property
    def message(self) -> tuple[Shape, str] | None:
        """The shape of the message and its namespace, once its first element was met."""
        return self._root.message

    def feed(self, piece: bytes, *, is_last: bool) -> None:
        """Reads on. Raises NotABankFile, OutOfPlace, or expat's error for what is no XML."""
        self._parser.Parse(piece, is_last)


class _Root:
    """Learns from the first element which message it is, and so what to look for."""

    def __init__(
        self,
        reader_for: Callable[[str, str], tuple[Shape, Reader]],
        names: dict[str, str],
        mark: str,
    ) -> None:
        self._reader_for = reader_for
        self._names = names
        self._mark = mark
        self.message: tuple[Shape, str] | None = None
        self.begin: dict[str, Callable[[], None]] = {}
        self.end: dict[str, Callable[[Fields], None]] = {}

    def stranger(self, name: str, above: list[Node], fields: Fields) -> Node:
        """An element that the shape does not have: noted where every one should be known."""
        if len(above) == 1:
            return self._open(name)
        self.check_names()
        if len(above) > DEPTH_MAX:
            raise NotABankFile(_("The file nests elements deeper than any bank's message does."))
        local = name.rpartition(SEPARATOR)[2]
        if above[-1].is_closed or local in NOWHERE_ELSE:
            fields.setdefault(UNKNOWN, local[:ELEMENT_LETTERS])
        return ELSEWHERE

    def stands_for(self, node: Node, attribute: str) -> bool:
        """Whether an element stands for one that was cut out; OutOfPlace where none can be."""
        if attribute != self._mark:
            self.check_names()
            return False
        if node.unit is None:
            raise OutOfPlace
        return True

    def check_names(self) -> None:
        """NotABankFile when there are more names than all messages together have."""
        if len(self._names) > NAMES_MAX:
            raise NotABankFile(_("The file has too many elements. Ask the bank to split it."))

    def _open(self, name: str) -> Node:
        namespace, _separator, local = name.rpartition(SEPARATOR)
        written = NAMESPACE.search(namespace)
        if local != "Document" or written is None:
            raise NotABankFile
        shape, reader = self._reader_for(written["message"], written["version"])
        self.begin.update(reader.begin())
        self.end.update(reader.end())
        self.message = shape, namespace
        return _tree(shape, namespace).children[name]


def _handle(  # noqa: C901 - two short closures
    parser: expat.XMLParserType, root: _Root, aside: deque[Units]
) -> None:
    """Sets the handlers; closures, for they run millions of times."""
    above: list[Node] = []
    outer: list[Fields] = []
    text: list[str] = []
    begin, end = root.begin, root.end
    node, fields = ELSEWHERE, Fields()
    is_cut_out = False

    def started(name: str, attributes: list[str]) -> None:
        nonlocal node, fields, is_cut_out
        text.clear()
        above.append(node)
        try:
            node = node.children[name]
        except KeyError:
            node = root.stranger(name, above, fields)
        if attributes:
            if node.currency is not None and attributes[0] == CURRENCY:
                fields.setdefault(node.currency, attributes[1])
            else:
                is_cut_out = root.stands_for(node, attributes[0])
        if node.unit is not None:
            outer.append(fields)
            fields = {}
            if node.unit in begin:
                begin[node.unit]()

    def ended(_name: str) -> None:
        nonlocal node, fields, is_cut_out
        if node.key is not None:
            written = (text[0] if len(text) == 1 else "".join(text)).strip()
            if node.key in fields or len(written) > TEXT_LETTERS_MAX:
                _keep_odd(node, written, fields)
            else:
                fields[node.key] = written
        text.clear()
        if node.unit is not None:
            whole, fields = fields, outer.pop()
            for unit, told in aside.popleft() if is_cut_out else ((node.unit, whole),):
                end[unit](told)
            is_cut_out = False
        node = above.pop()

    parser.CharacterDataHandler = text.append
    parser.StartElementHandler = started
    parser.EndElementHandler = ended


def _keep_odd(node: Node, text: str, fields: Fields) -> None:
    """A text that is too long, or is not the first of its path."""
    assert node.key is not None
    if len(text) > TEXT_LETTERS_MAX:
        raise NotABankFile(_("A text in the file is longer than any bank's message has."))
    if node.joins:
        if len(fields[node.key]) < TEXT_LETTERS_MAX:
            fields[node.key] += f" {text}"
    elif not node.repeats:
        fields.setdefault(REPEATED, node.key.rpartition("/")[2])


def _refuse_document_type(*_declared: object) -> None:
    raise NotABankFile(_("The file declares a document type. No bank's message does."))


def count_elements(content: bytes) -> int:
    """At least as many as the elements of a file; found without reading it."""
    return content.count(b"<") - content.count(b"</")


def refuse_oversized(content: bytes) -> None:
    """NotABankFile for a tag, a text or a number of prefixes that no bank writes.

    Expat would hold a tag's attributes and all prefixes in memory.
    """
    # One letter is found much faster than six.
    has_prefixes = content.count(b":") > PREFIXES_MAX
    if _has_long_stretch(content) or (has_prefixes and content.count(b"xmlns:") > PREFIXES_MAX):
        raise NotABankFile(_("The file has an element larger than any bank's message has."))


def _has_long_stretch(content: bytes) -> bool:
    """Whether no tag ends for 20,000 bytes: a few searches, not one for each byte."""
    at = 0
    while len(content) - at > STRETCH_MAX:
        at = content.rfind(b">", at, at + STRETCH_MAX) + 1
        if at == 0:
            return True
    return False
