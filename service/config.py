"""Configuration: one frozen struct, read once at start and passed by hand."""

import os
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from service.crypto import ROOT_KEY_BYTES, Sealer


class ConfigurationFailed(RuntimeError):
    """A setting is missing or unusable; the sentence says which and what to do."""


LOCAL_URL = "http://127.0.0.1:8000"
NO_REPLY = "Ura <no-reply@ura.example>"
MAIL_PORTS = {"smtp": 587, "starttls": 587, "smtps": 465}


class MailServer(msgspec.Struct, frozen=True):
    """An SMTP server, and within how many seconds it must have taken a mail.

    `start_tls` insists on encryption; without it, encryption is used where it is offered.
    """

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    implicit_tls: bool = False
    start_tls: bool = False
    patience_seconds: float = 60.0  # less than a lease: nobody else sends the mail meanwhile


class Config(msgspec.Struct, frozen=True):
    """Where Ura's servers are, the key that seals its data, and how it writes to people.

    Without a mail server, mails are written into a folder. `public_url` is where the links in them
    lead, without a slash at its end.
    """

    database_url: str
    redis_url: str
    root_key: bytes
    state: Path
    mail_server: MailServer | None = None
    mail_from: str = NO_REPLY
    public_url: str = LOCAL_URL

    @property
    def mails_folder(self) -> Path:
        """Where mails are written that no server is there for."""
        return self.state / "mails"

    @property
    def sealer(self) -> Sealer:
        """The keys derived from the root key."""
        return Sealer(self.root_key)


def read_config(
    state: Path,
    *,
    database_url: str,
    redis_url: str,
    environment: Mapping[str, str] = os.environ,
) -> Config:
    """The configuration for two servers and a state folder.

    The root key is URA_ROOT_KEY (64 hexadecimal digits) where the environment has it, else the file
    `root.key` of the state folder, made at first use and readable by its owner only.
    """
    written = environment.get("URA_ROOT_KEY")
    if written is None:
        root_key = _key_of_state(state)
    else:
        try:
            root_key = bytes.fromhex(written)
        except ValueError as wrong:
            raise ConfigurationFailed("URA_ROOT_KEY is not hexadecimal") from wrong
    if len(root_key) != ROOT_KEY_BYTES:
        raise ConfigurationFailed("URA_ROOT_KEY must have 64 hexadecimal digits (32 bytes)")
    server = _mail_server(environment.get("SMTP_URL"))
    for name in ("MAIL_FROM", "PUBLIC_URL"):
        if server and name not in environment:
            raise ConfigurationFailed(f"SMTP_URL is set and {name} is not: set both")
    return Config(
        database_url=database_url,
        redis_url=redis_url,
        root_key=root_key,
        state=state,
        mail_server=server,
        mail_from=_mail_from(environment.get("MAIL_FROM", NO_REPLY)),
        public_url=_public_url(environment.get("PUBLIC_URL", LOCAL_URL)),
    )


def _mail_server(url: str | None) -> MailServer | None:
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as wrong:
        raise ConfigurationFailed("SMTP_URL is not an address") from wrong
    if parts.scheme not in MAIL_PORTS or not parts.hostname:
        raise ConfigurationFailed(
            "SMTP_URL must look like smtp://user:password@host:port; smtps:// encrypts from the"
            " start, starttls:// insists on encryption before anything is sent"
        )
    return MailServer(
        host=parts.hostname,
        port=port or MAIL_PORTS[parts.scheme],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        implicit_tls=parts.scheme == "smtps",
        start_tls=parts.scheme == "starttls",
    )


def _mail_from(written: str) -> str:
    if "@" not in parseaddr(written)[1]:
        raise ConfigurationFailed("MAIL_FROM must be an address such as Ura <ura@example.org>")
    return written


def _public_url(written: str) -> str:
    parts = urlsplit(written)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationFailed("PUBLIC_URL must be an address such as https://ura.example.org")
    return written.rstrip("/")


def _key_of_state(state: Path) -> bytes:
    file = state / "root.key"
    state.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(file.read_text().strip())
    with os.fdopen(descriptor, "w") as made:
        made.write(os.urandom(ROOT_KEY_BYTES).hex())
    return bytes.fromhex(file.read_text())
