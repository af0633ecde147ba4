"""How an installation is told where its mails go."""

from pathlib import Path

import pytest

from jobs.worker import make_worker
from service.config import LOCAL_URL, Config, ConfigurationFailed, MailServer, read_config

SET = {"MAIL_FROM": "Ura <ura@office.example>", "PUBLIC_URL": "https://ura.example/"}


def read(state: Path, **environment: str) -> Config:
    return read_config(
        state, database_url="postgresql:///ura", redis_url="redis://", environment=environment
    )


def test_without_settings_mails_are_kept_in_the_state_folder(tmp_path: Path) -> None:
    config = read(tmp_path)

    assert config.mail_server is None
    assert config.mails_folder == tmp_path / "mails"
    assert config.public_url == LOCAL_URL


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 587)),
        (
            "smtps://ura:p%40ss@mail.example",
            MailServer("mail.example", 465, "ura", "p@ss", implicit_tls=True),
        ),
        ("starttls://mail.example:25", MailServer("mail.example", 25, start_tls=True)),
    ],
)
def test_a_server_is_one_address(tmp_path: Path, url: str, server: MailServer) -> None:
    config = read(tmp_path, SMTP_URL=url, **SET)

    assert config.mail_server == server
    assert config.public_url == "https://ura.example"


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"SMTP_URL": "http://mail.example"} | SET, "SMTP_URL"),
        ({"SMTP_URL": "smtp://"} | SET, "SMTP_URL"),
        ({"SMTP_URL": "smtp://mail.example:none"} | SET, "SMTP_URL"),
        ({"SMTP_URL": "smtp://mail.example", "MAIL_FROM": "a@b.example"}, "PUBLIC_URL"),
        ({"SMTP_URL": "smtp://mail.example", "PUBLIC_URL": "https://b.example"}, "MAIL_FROM"),
        ({"MAIL_FROM": "Ura"}, "MAIL_FROM"),
        ({"PUBLIC_URL": "ura.example"}, "PUBLIC_URL"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(
    tmp_path: Path, settings: dict[str, str], named: str
) -> None:
    with pytest.raises(ConfigurationFailed, match=named):
        read(tmp_path, **settings)


async def test_a_worker_sends_mails_by_itself(template: Config) -> None:
    worker = make_worker(template)

    assert "send_mail" in {job.name for job in worker.cron_jobs or []}
