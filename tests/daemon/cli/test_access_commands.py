from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys

import pytest

from daemon.web.gate.access import Access
from daemon.web.gate.access_file import AccessFile
from daemon.web.gate.password import fits
from tests.daemon.cli.home import PATIENCE_S, Home

PASSWORD = "correct horse"  # noqa: S105  # of nothing but these tests


def access_of(home: Home) -> Access:
    """Return what is known of those who may come in."""
    access = AccessFile(home.store.with_suffix(".access.json")).read()
    assert access is not None
    return access


def kept(home: Home) -> str:
    """Return the password that fits, "" for none."""
    sealed = access_of(home).password
    return PASSWORD if sealed is not None and fits(PASSWORD, sealed) else ""


def pipe(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Put text into standard input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_password_comes_from_standard_input(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(monkeypatch, f"{PASSWORD}\nanother line\n")
    ran = home.run("password", "--stdin")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "The password is set. Whoever was signed in has to sign in again.\n"
    assert kept(home) == PASSWORD


def test_short_password_is_refused_and_never_repeated(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, "hunter2\n")
    ran = home.run("password", "--stdin")

    assert (ran.code, ran.out) == (2, "")
    assert "shorter than 8" in ran.err
    assert "hunter2" not in ran.err


def test_nobody_types_where_there_is_no_terminal(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, PASSWORD)
    ran = home.run("password")

    assert ran.code == 2
    assert "--stdin" in ran.err


def test_password_is_no_argument(home: Home) -> None:
    ran = home.run("password", PASSWORD)

    assert ran.code == 2


def test_password_is_removed_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(monkeypatch, f"{PASSWORD}\n")
    home.run("password", "--stdin")
    first, second = home.run("password", "--remove"), home.run("password", "--remove")

    assert (first.out, second.out) == ("The password is removed.\n", "There was no password.\n")
    assert kept(home) == ""


@pytest.mark.parametrize(
    ("typed", "code", "password"),
    [((PASSWORD, PASSWORD), 0, PASSWORD), ((PASSWORD, "correct house"), 2, "")],
    ids=["the same twice", "two different ones"],
)
def test_password_is_typed_twice_unseen(
    home: Home, typed: tuple[str, str], code: int, password: str
) -> None:
    mine, theirs = pty.openpty()
    process = subprocess.Popen(  # noqa: S603  # this very interpreter
        [sys.executable, "-m", "daemon", "password", "--config", str(home.config)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=home.environment(),
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    for prompt, text in zip((b"New password: ", b"Once more: "), typed, strict=True):
        while prompt not in shown:
            shown += os.read(mine, 1000)
        os.write(mine, text.encode() + b"\n")
    ended = process.wait(PATIENCE_S)
    os.close(mine)

    assert ended == code
    assert PASSWORD.encode() not in shown
    assert not password or kept(home) == password


def test_token_is_printed_once_for_a_program(home: Home) -> None:
    ran = home.run("token", "create", "phone")
    listed = home.run("token", "list")
    as_json = json.loads(home.run("token", "list", "--json").out)

    token = ran.out.strip()
    assert (ran.code, len(ran.out.splitlines())) == (0, 1)
    assert access_of(home).token_of(token) is not None
    assert listed.out.startswith("phone, made 20")
    assert [each["name"] for each in as_json] == ["phone"]
    assert token not in listed.out + json.dumps(as_json)


def test_revoked_token_is_gone(home: Home) -> None:
    home.run("token", "create", "phone")
    revoked, again = home.run("token", "revoke", "phone"), home.run("token", "revoke", "phone")

    assert (revoked.code, revoked.out) == (0, "The token is revoked.\n")
    assert (again.code, home.run("token", "list").out) == (2, "There are no tokens.\n")


def test_who_may_come_in_is_told_to_programs_in_json(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, f"{PASSWORD}\n")
    said = [
        json.loads(home.run(*command, "--json").out)
        for command in (
            ("password", "--stdin"),
            ("token", "create", "phone"),
            ("token", "revoke", "phone"),
            ("password", "--remove"),
        )
    ]

    created = said[1]
    assert said[0] == {"is_set": True, "has_changed": True}
    assert sorted(created) == ["made_at_s", "name", "token"]
    assert said[2:] == [
        {"name": "phone", "is_revoked": True},
        {"is_set": False, "has_changed": True},
    ]
