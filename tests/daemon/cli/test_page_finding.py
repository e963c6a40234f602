from __future__ import annotations

import os
from pathlib import Path

import pytest

from daemon.cli.page_finding import look_at_page
from daemon.settings import Settings, load_settings
from daemon.setup.findings import Finding, Level
from daemon.web.gate.access import access_path
from daemon.web.gate.access_file import AccessFile
from daemon.web.gate.issuing import set_password

PASSWORD = "correct horse"  # noqa: S105  # of nothing but these tests


def configured(folder: Path, options: str = "") -> Settings:
    config = folder / "doorman.toml"
    config.write_text(
        f'[[library]]\npath = "{folder}/films"\n[store]\npath = "{folder}/state/doorman.duckdb"\n'
        f'[server]\nsocket = "{folder}/doorman.sock"\n{options}\n'
    )
    return load_settings(config, {})


def found(message: str, level: Level = Level.OK) -> list[Finding]:
    return [Finding(level=level, thing="page", message=message)]


def test_page_is_open_to_this_machine_until_a_password_is_set(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    before = look_at_page(settings)
    set_password(settings.server, AccessFile(access_path(settings)), PASSWORD)

    assert before == found("http://127.0.0.1:8465 is open to everybody on this machine")
    assert look_at_page(settings) == found("http://127.0.0.1:8465 asks for the password")


def test_password_file_is_looked_into(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(PASSWORD)
    option = f'password_file = "{tmp_path}/password"\npublic_url = "https://doorman.example"'

    expected = found("https://doorman.example asks for the password")
    assert look_at_page(configured(tmp_path, option)) == expected


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ('listen = "0.0.0.0:8465"', "no password is set"),
        ('public_url = "https://doorman.example"', "no password is set"),
        ('password_file = "{folder}/password"', "No such file"),
        ('password_file = "{folder}/short"', "shorter than 8"),
    ],
)
def test_page_that_is_not_safe_is_an_error(tmp_path: Path, option: str, said: str) -> None:
    (tmp_path / "short").write_text("seven77")
    (finding,) = look_at_page(configured(tmp_path, option.format(folder=tmp_path)))

    assert finding.level is Level.ERROR
    assert said in finding.message
    assert "seven77" not in finding.message


def test_nothing_is_found_where_no_page_is_wanted(tmp_path: Path) -> None:
    assert look_at_page(configured(tmp_path, 'listen = "off"')) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_is_not_for_this_user_is_left_alone(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    AccessFile(access_path(settings)).change(lambda access: access)
    access_path(settings).chmod(0)

    assert [each.level for each in look_at_page(settings)] == [Level.WARNING]
