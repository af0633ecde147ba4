"""XML of banks: refused before it can harm, read by local names, written by path."""

import re
from datetime import date

import msgspec
from lxml import etree

from service.bank.model import FILE_BYTES_MAX
from service.bank.reading.refusing import NotABankFile as NotABankFile
from service.i18n import _
from service.money import Cents

NAMESPACE = re.compile(r":(?P<message>[a-z]{4}\.[0-9]{3})\.001\.(?P<version>[0-9]{2})$")
AMOUNT = re.compile(r"\+?(?P<euros>[0-9]{1,13})(\.(?P<cents>[0-9]{0,2})0*)?")
# The child of Document that each message has; a wrong pair is no message at all.
ROOTS = {"pain.002": "CstmrPmtStsRpt", "camt.053": "BkToCstmrStmt"}


class Document(msgspec.Struct, frozen=True):
    """A recognised message: `camt.053.001.08`, its kind `camt.053`, and the element to read."""

    message_type: str
    kind: str
    body: etree._Element


def parse_document(content: bytes) -> Document:
    """The message in the bytes of a file; NotABankFile with the reason when there is none."""
    if len(content) > FILE_BYTES_MAX:
        raise NotABankFile(_("The file is larger than 50 MB. Ask the bank to split it."))
    root = _parse_safely(content)
    name = etree.QName(root)
    written = NAMESPACE.search(name.namespace or "")
    if name.localname != "Document" or written is None:
        raise NotABankFile
    kind = written["message"]
    if kind not in ROOTS:
        raise NotABankFile(
            _("This is a {kind} message. Ura reads pain.002 and camt.053 only.").format(kind=kind)
        )
    body = child(root, ROOTS[kind])
    if body is None:
        raise NotABankFile(
            _("The file calls itself {kind} but holds another message.").format(kind=kind)
        )
    return Document(f"{kind}.001.{written['version']}", kind, body)


def _parse_safely(content: bytes) -> etree._Element:
    """No network, no entities, no huge trees; a document type is refused altogether, for with
    entities left alone a text that holds one would silently read as empty."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise NotABankFile from broken
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotABankFile(_("The file declares a document type. No bank's message does."))
    return root


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first element down a path of local names, or None."""
    for name in path:
        if element is None:
            return None
        element = next((one for one in element if _local(one) == name), None)
    return element


def children(element: etree._Element | None, name: str) -> list[etree._Element]:
    """The direct children with a local name."""
    return [] if element is None else [one for one in element if _local(one) == name]


def text(element: etree._Element | None, *path: str) -> str:
    """The trimmed text at the end of a path, empty when it is not there."""
    found = child(element, *path)
    return (found.text or "").strip() if found is not None else ""


def cents(element: etree._Element | None) -> Cents:
    """An amount in euros as cents; NotABankFile when it is not one or has parts of a cent."""
    written = AMOUNT.fullmatch(text(element))
    if written is None:
        raise NotABankFile(_("An amount in the file is not in whole cents. Ask the bank."))
    return Cents(int(written["euros"]) * 100 + int((written["cents"] or "").ljust(2, "0")))


def day(element: etree._Element | None) -> date | None:
    """The day in a `Dt` or `DtTm`, without its time or zone; None when there is none."""
    try:
        return date.fromisoformat((text(element, "Dt") or text(element, "DtTm"))[:10])
    except ValueError:
        return None


def start(namespace: str) -> etree._Element:
    """An empty Document of a message."""
    default = {None: namespace}
    return etree.Element(
        f"{{{namespace}}}Document",
        nsmap=default,  # type: ignore[arg-type] # the stubs know no default namespace
    )


def add(parent: etree._Element, *path: str, text: str | None = None) -> etree._Element:
    """Adds elements one inside another, in the parent's namespace, and a text in the innermost."""
    namespace = parent.tag.rpartition("}")[0]
    for name in path:
        parent = etree.SubElement(parent, f"{namespace}}}{name}")
    parent.text = text
    return parent


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2]
