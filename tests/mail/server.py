"""A small SMTP server (RFC 5321) that does as a test tells it: takes, refuses, or falls silent."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

import msgspec

from service.config import MailServer

REPLIES = {
    "EHLO": "250-test\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME",
    "AUTH": "235 welcome",
    "MAIL": "250 fine",
    "RCPT": "250 fine",
    "DATA": "354 go on",
    "RSET": "250 forgotten",
    "QUIT": "221 bye",
}


class Taken(msgspec.Struct):
    """What the server took: the envelope and the message."""

    sender: str
    recipients: list[str]
    message: EmailMessage


class MailBox:
    """Answers as `replies` says, by command; `END` is the answer to a whole message.

    An answer that is empty is never given; `HANG UP` ends the connection instead.
    """

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.replies: dict[str, str] = {}
        self.port = 0
        self.connections = 0

    def server(self) -> MailServer:
        """The setting by which this server is reached."""
        return MailServer(host="127.0.0.1", port=self.port)

    def does(self, replies: Mapping[str, str]) -> None:
        """Answers these commands in another way from now on."""
        self.replies = dict(replies)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until it ends."""
        self.connections += 1
        envelope: dict[str, list[str]] = {"MAIL": [], "RCPT": []}
        try:
            await self._say(writer, self.replies.get("HELLO", "220 test"))
            while line := (await reader.readline()).decode().strip():
                command = line[:4].upper()
                if command in envelope:
                    envelope[command].append(line.partition("<")[2].partition(">")[0])
                reply = self.replies.get(command) or REPLIES[command]
                if command in self.replies and not self.replies[command]:
                    await asyncio.sleep(60)
                await self._say(writer, reply)
                if command == "QUIT":
                    break
                if reply.startswith("354"):
                    content = await reader.readuntil(b"\r\n.\r\n")
                    await self._take(writer, envelope, content)
                    envelope = {"MAIL": [], "RCPT": []}
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _take(
        self, writer: asyncio.StreamWriter, envelope: dict[str, list[str]], content: bytes
    ) -> None:
        reply = self.replies.get("END", "250 queued")
        if not reply.startswith(("4", "5")):
            message = message_from_bytes(content[:-3], policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.taken.append(Taken(envelope["MAIL"][0], envelope["RCPT"], message))
        await self._say(writer, reply)

    async def _say(self, writer: asyncio.StreamWriter, reply: str) -> None:
        if reply == "HANG UP":
            raise ConnectionResetError
        writer.write(f"{reply}\r\n".encode())
        await writer.drain()


@asynccontextmanager
async def mail_box() -> AsyncIterator[MailBox]:
    """A server on a port of its own, for as long as the block runs."""
    box = MailBox()
    server = await asyncio.start_server(box.serve, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
