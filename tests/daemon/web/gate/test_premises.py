from __future__ import annotations

from pathlib import Path

import pytest

from daemon.settings import ServerSettings
from daemon.web.gate.access import Access
from daemon.web.gate.access_file import AccessFile
from daemon.web.gate.issuing import set_password
from daemon.web.gate.password import SealedPassword, fits
from daemon.web.gate.password_file import PasswordFileUnusable, prepare_access
from daemon.web.gate.safety import PageUnsafe, check_safe
from tests.daemon.web.gate.conftest import PASSWORD


@pytest.fixture
def file(tmp_path: Path) -> AccessFile:
    return AccessFile(tmp_path / "doorman.access.json")


def server(**options: object) -> ServerSettings:
    return ServerSettings.model_validate({"socket": "/run/doorman.sock", **options})


def from_file(path: Path) -> ServerSettings:
    return server(password_file=str(path))


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ({"listen": "0.0.0.0:8465"}, "listen"),
        ({"listen": "[::]:8465"}, "listen"),
        ({"listen": "192.0.2.7:8465"}, "listen"),
        ({"public_url": "https://doorman.example"}, "public_url"),
    ],
)
def test_other_machines_need_a_password(
    options: dict[str, str], option: str, sealed: SealedPassword
) -> None:
    with pytest.raises(PageUnsafe, match=f"server. {option} = ") as caught:
        check_safe(server(**options), Access())

    assert caught.value.exit_code == 78
    check_safe(server(**options), Access(password=sealed))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"listen": "[::1]:80"},
        {"listen": "off"},
        {"listen": "off", "public_url": "https://doorman.example"},
    ],
)
def test_this_machine_needs_none(options: dict[str, str]) -> None:
    check_safe(server(**options), Access())


def test_file_is_made_where_there_is_none(file: AccessFile) -> None:
    access = prepare_access(server(), file)

    assert file.read() == access
    assert access.password is None


def test_password_file_is_heeded_and_stays_the_same_password(
    file: AccessFile, tmp_path: Path
) -> None:
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD}\n")
    first = prepare_access(from_file(path), file)
    second = prepare_access(from_file(path), file)

    assert first.password is not None
    assert fits(PASSWORD, first.password)
    assert first.password.is_from_file
    assert second == first  # so sessions outlive a restart


def test_another_password_in_the_file_counts_from_the_next_start(
    file: AccessFile, tmp_path: Path
) -> None:
    path = tmp_path / "password"
    path.write_text(PASSWORD)
    set_password(server(), file, "what was before")
    access = prepare_access(from_file(path), file)

    assert access.password is not None
    assert fits(PASSWORD, access.password)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file"),
        (b"", "shorter than 8"),
        (b"seven77\n", "shorter than 8"),
        (b"\xff" * 20, "it is no text"),
        (b"x" * 10_000, "too large"),
    ],
)
def test_file_without_a_password_is_told(
    file: AccessFile, tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "password"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(PasswordFileUnusable, match=said) as caught:
        prepare_access(from_file(path), file)

    assert "seven77" not in str(caught.value)
    assert caught.value.exit_code == 78
