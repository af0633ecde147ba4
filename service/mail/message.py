"""A mail as the bytes that a server takes (RFC 5322), the same each time it is sent."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from service.ids import MailId
from service.mail.model import Opened
from service.mail.words import subject_and_body


def message_id(mail_id: MailId, *, sender: str) -> str:
    """The identity of a mail: sent twice, it is still known to be one."""
    domain = parseaddr(sender)[1].rpartition("@")[2]
    return f"<{mail_id}@{domain}>"


def write_message(mail: Opened, *, sender: str) -> EmailMessage:
    """The whole message; nothing in it depends on when it is sent."""
    subject, body = subject_and_body(mail)
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = subject
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = message_id(mail.id, sender=sender)
    message["Content-Language"] = mail.language
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, cte="quoted-printable")
    return message
