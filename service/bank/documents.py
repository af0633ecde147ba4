"""XML of our own orders: read by local names, written by path."""

import re

from lxml import etree

from service.bank.reading.refusing import NotABankFile
from service.i18n import _
from service.money import Cents

AMOUNT = re.compile(r"\+?(?P<euros>[0-9]{1,13})(\.(?P<cents>[0-9]{0,2})0*)?")


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
