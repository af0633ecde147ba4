"""Configuration: one frozen struct, read once at start and passed by hand."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from service.crypto import ROOT_KEY_BYTES, Sealer


class ConfigurationFailed(RuntimeError):
    """A setting is missing or unusable; the sentence says which and what to do."""


class Config(msgspec.Struct, frozen=True):
    """Where Ura's servers are and the key that seals its data."""

    database_url: str
    redis_url: str
    root_key: bytes
    state: Path

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
    return Config(database_url=database_url, redis_url=redis_url, root_key=root_key, state=state)


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
