"""Where mails go out: an SMTP server, or a folder where none is set."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

import aiosmtplib

from service.config import Config, MailServer
from service.mail.model import Trouble

ANSWER_FOR_GOOD = 500


class NotTaken(Exception):
    """A mail did not go out; `outlet_down` says that no other would now either."""

    def __init__(
        self, trouble: Trouble, code: int | None = None, *, outlet_down: bool = False
    ) -> None:
        self.trouble = trouble
        self.code = code
        self.outlet_down = outlet_down
        super().__init__(f"{trouble} {code or ''}".strip())


class Outlet(Protocol):
    """What takes a message, or raises NotTaken."""

    async def send(self, message: EmailMessage) -> None:
        """Answers once the message is somebody else's to deliver."""


@asynccontextmanager
async def open_outlet(config: Config) -> AsyncIterator[Outlet]:
    """The outlet of a configuration, for a number of mails."""
    if config.mail_server is None:
        yield Folder(config.mails_folder)
        return
    outlet = Smtp(config.mail_server)
    try:
        yield outlet
    finally:
        await outlet.close()


class Folder:
    """A folder of .eml files, one for each mail: writing it again changes nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage) -> None:
        """Writes the file whole or not at all, readable by its owner only."""
        await asyncio.to_thread(self._write, message)

    def _write(self, message: EmailMessage) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        begun = self._folder / f".{name}.part"
        descriptor = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(bytes(message))
        begun.replace(self._folder / f"{name}.eml")


class Smtp:
    """One connection to a server (RFC 5321), opened for the first mail and kept for the next."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, message: EmailMessage) -> None:
        """Hands a message over; the connection is closed after any trouble but a refusal."""
        try:
            async with asyncio.timeout(self._server.patience_seconds):
                client = await self._connected()
                await client.send_message(message)
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise _refusal(refused.recipients[0].code) from None
        except aiosmtplib.SMTPAuthenticationError as refused:
            await self.close()
            raise NotTaken(Trouble.NOT_SIGNED_IN, refused.code, outlet_down=True) from None
        except aiosmtplib.SMTPSenderRefused as refused:  # it is us: no address is wrong
            raise NotTaken(Trouble.REFUSED_FOR_NOW, refused.code, outlet_down=True) from None
        except (TimeoutError, aiosmtplib.SMTPTimeoutError):
            await self.close()
            raise NotTaken(Trouble.TIMED_OUT, outlet_down=True) from None
        except aiosmtplib.SMTPConnectResponseError as refused:
            await self.close()
            raise NotTaken(Trouble.NO_CONNECTION, refused.code, outlet_down=True) from None
        except aiosmtplib.SMTPResponseException as refused:
            raise _refusal(refused.code) from None
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError):
            await self.close()
            raise NotTaken(Trouble.NO_CONNECTION, outlet_down=True) from None

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.implicit_tls,
            start_tls=True if server.start_tls else None,
            timeout=server.patience_seconds,
        )
        await client.connect()
        self._client = client
        return client

    async def close(self) -> None:
        """Says good-bye if anybody listens."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            async with asyncio.timeout(1):
                await client.quit()
        except (TimeoutError, aiosmtplib.SMTPException, OSError):
            client.close()


def _refusal(code: int) -> NotTaken:
    if code >= ANSWER_FOR_GOOD:
        return NotTaken(Trouble.REFUSED_FOR_GOOD, code)
    return NotTaken(Trouble.REFUSED_FOR_NOW, code)
