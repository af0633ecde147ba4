"""The bytes of a file that somebody sends: the body itself, or one part of a form."""

from litestar.datastructures import UploadFile

from service.bank.reading.refusing import FILE_BYTES_MAX
from service.i18n import _
from service.problems import InvalidFields
from service.web import AnyRequest

# A form wraps the file in some lines of its own.
REQUEST_BYTES_MAX = FILE_BYTES_MAX + 100_000
FIELD = "file"


async def read_upload(request: AnyRequest) -> bytes:
    """The content of a file sent raw or in a form's `file`; InvalidFields when there is none."""
    if request.content_type[0] != "multipart/form-data":
        return await request.body()
    sent = (await request.form()).get(FIELD)
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise InvalidFields({FIELD: _("Choose the file that the bank gave you.")})
    return await sent.read()
