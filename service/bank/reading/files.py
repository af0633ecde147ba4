"""Reads a file as it was uploaded: an XML message, or a zip with some."""

from xml.parsers import expat

import msgspec

from service.bank.findings import Finding, FindingCode, found
from service.bank.messages import BankMessage, BankUpload, MessageKind
from service.bank.reading import containers, letters, scanning
from service.bank.reading.ahead import Ahead
from service.bank.reading.camt import AccountReader
from service.bank.reading.pain002 import StatusReader
from service.bank.reading.refusing import FILE_BYTES_MAX, NotABankFile
from service.bank.reading.repeating import scan_repeating
from service.bank.reading.scanning import Shape
from service.bank.reading.shapes import SHAPES, VERSIONS
from service.i18n import _

MILLION = 1_000_000


def read_file(
    content: bytes, *, bytes_max: int = FILE_BYTES_MAX, ahead: Ahead | None = None
) -> BankUpload:
    """All messages of a file with what is odd about them; nothing is compared or posted.

    `bytes_max` bounds the file, and what a zip holds altogether. Of a message that comes alone the
    first statement is told `ahead`, and only what that did not take is answered. Raises
    NotABankFile with a sentence for whatever cannot be read, and nothing else for any bytes.
    """
    if len(content) > bytes_max:
        raise NotABankFile(
            _("The file is larger than {size} MB. Ask the bank to split it.").format(
                size=bytes_max // MILLION
            )
        )
    findings: tuple[Finding, ...] = ()
    members = [content]
    if containers.is_container(content):
        ahead = None
        members = containers.open_container(content, bytes_max=bytes_max)
        findings = (found(FindingCode.CONTAINER, count=str(len(members))),)
    if sum(map(scanning.count_elements, members)) > scanning.ELEMENTS_MAX:
        raise NotABankFile(_("The file has too many elements. Ask the bank to split it."))
    return BankUpload(tuple(_read_message(one, ahead) for one in members), findings)


def _read_message(content: bytes, ahead: Ahead | None) -> BankMessage:
    """One message, read once more as Latin 1 when its letters are not what it declares."""
    bare, is_led = letters.cleaned(content)
    scanning.refuse_oversized(bare)
    broken: expat.ExpatError | None = None
    for encoding, is_guess in letters.passes(bare):
        try:
            reading = _read(bare, encoding, ahead)
        except expat.ExpatError as error:
            broken = error
            _void(ahead)
            continue
        return reading.message(is_led=is_led, is_guess=is_guess)
    raise NotABankFile from broken


def _void(ahead: Ahead | None) -> None:
    """What was told ahead would be told again, or otherwise."""
    if ahead is not None:
        ahead.is_void = True


def _read(content: bytes, encoding: str | None, ahead: Ahead | None) -> "_Reading":
    """One pass over one message: by its kinds of elements, or tag by tag where that cannot be."""
    reading = _Reading(ahead)
    try:
        scan_repeating(content, reading.reader_for, encoding=encoding)
    except scanning.OutOfPlace:
        _void(ahead)
        reading = _Reading(ahead)
        scanning.scan(content, reading.reader_for, encoding=encoding)
    return reading


class _Reading:
    """One pass over one message, and the reader that its kind asks for."""

    def __init__(self, ahead: Ahead | None) -> None:
        self._ahead = ahead
        self._reader: AccountReader | StatusReader | None = None
        self._kind = MessageKind.STATEMENT
        self._version = 0

    def reader_for(self, message: str, version: str) -> tuple[Shape, AccountReader | StatusReader]:
        """The shape and reader of a kind of message; NotABankFile when it is none of ours."""
        if message not in {kind.value for kind in MessageKind}:
            raise NotABankFile(
                _("This is a {kind} message. Ura reads pain.002, camt.052, .053 and .054.").format(
                    kind=message
                )
            )
        self._kind, self._version = MessageKind(message), int(version)
        message_type = f"{message}.001.{version}"
        if self._kind is MessageKind.STATUS_REPORT:
            self._reader = StatusReader(message_type)
        else:
            self._reader = AccountReader(self._kind, message_type, self._ahead)
        return SHAPES[self._kind], self._reader

    def message(self, *, is_led: bool, is_guess: bool) -> BankMessage:
        """What was read, with what is odd about the file itself; NotABankFile when nothing was."""
        assert self._reader is not None, "XML without a root was read to its end"
        if not self._reader.has_body:
            raise NotABankFile(
                _("The file calls itself {kind} but holds another message.").format(kind=self._kind)
            )
        odd = [found(FindingCode.NOT_VALIDATED)]
        if is_led:
            odd.append(found(FindingCode.BYTES_BEFORE))
        if is_guess:
            odd.append(found(FindingCode.ENCODING_GUESSED))
        if self._version not in VERSIONS[self._kind]:
            odd.append(found(FindingCode.UNUSUAL_VERSION, version=f"{self._version:02}"))
        read = self._reader.report()
        return msgspec.structs.replace(read, findings=(*odd, *read.findings))
