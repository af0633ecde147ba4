"""Zip containers: a few XML files and nothing else, opened within bounds."""

import struct
import zipfile
import zlib
from io import BytesIO

from service.bank.reading.refusing import NotABankFile
from service.i18n import _

ZIP_MARK = b"PK\x03\x04"
DIRECTORY_MARK = b"PK\x01\x02"
MEMBERS_MAX = 20
# Statements of equal payments were seen to shrink a hundredfold; bombs shrink a thousandfold.
RATIO_MAX = 300
PLAIN = 0x1
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
    OSError,
)


def is_container(content: bytes) -> bool:
    """Whether the bytes are a zip's."""
    return content.startswith(ZIP_MARK)


def open_container(content: bytes, *, bytes_max: int) -> list[bytes]:
    """The files in a zip, in its own order; NotABankFile when it holds anything unusual.

    Names are not looked at, so that none can lead anywhere. What a member really holds is counted,
    not what the zip says of it; together they are at most `bytes_max`.
    """
    # Counted before it is opened, for Python lists a million members without asking.
    if content.count(DIRECTORY_MARK) > MEMBERS_MAX:
        raise NotABankFile(_("The zip holds more than 20 files. Send fewer at once."))
    try:
        with zipfile.ZipFile(BytesIO(content)) as container:
            return _members(container, bytes_max)
    except BROKEN as broken:
        raise NotABankFile(
            _("The zip is damaged or locked. Send the files as the bank wrote them.")
        ) from broken


def _members(container: zipfile.ZipFile, bytes_max: int) -> list[bytes]:
    members, left = [], bytes_max
    for one in container.infolist():
        if one.flag_bits & PLAIN or one.compress_type not in METHODS:
            raise NotABankFile(
                _("The zip is damaged or locked. Send the files as the bank wrote them.")
            )
        if one.file_size > RATIO_MAX * max(one.compress_size, 1) or one.file_size > left:
            raise NotABankFile(_("The zip holds more than a bank's files would. It was not read."))
        with container.open(one) as member:
            inside = member.read(left + 1)
        left -= len(inside)
        if left < 0 or is_container(inside):
            raise NotABankFile(_("The zip holds more than a bank's files would. It was not read."))
        if inside:
            members.append(inside)
    if not members:
        raise NotABankFile(_("The zip is empty."))
    return members
