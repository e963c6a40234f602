"""The shipped units, as text and as systemd itself judges them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from daemon.service.units import Installation, Scope, find_shipped, render_unit, shipped_folders

FOLDERS = shipped_folders(Path("/nowhere"))
MOST_EXPOSED = 15
"""systemd 252 says 1.5 of 10; `security --threshold` counts in tenths."""

systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze judges units"
)


def shipped(scope: Scope) -> str:
    return find_shipped(scope, FOLDERS).read_text()


def analyze(*words: str, runtime: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        ["systemd-analyze", *words],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | {"XDG_RUNTIME_DIR": str(runtime)},
    )


def rendered(scope: Scope, folder: Path) -> Path:
    installation = Installation(
        program=Path(shutil.which("true") or "/bin/true"),
        config=Path("/etc/doorman/doorman.toml"),
        writable=(Path("/srv/My Media"), Path("/srv/100%")),
        readable=(Path("/usr/bin/python3"),),
        groups=("media",),
    )
    unit = folder / "doorman.service"
    unit.write_text(render_unit(shipped(scope), scope, installation))
    return unit


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize(
    "directive",
    [
        "Type=notify",
        "NotifyAccess=main",
        "WatchdogSec=60",
        "Restart=on-failure",
        "RestartPreventExitStatus=78",
        "UMask=0022",
        "NoNewPrivileges=yes",
        "RuntimeDirectory=doorman",
    ],
)
def test_every_unit_is_watched_restarted_and_readable_by_media_servers(
    scope: Scope, directive: str
) -> None:
    assert directive in shipped(scope).splitlines()


@pytest.mark.parametrize(
    "directive",
    [
        "User=doorman",
        "StateDirectory=doorman",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=",
        "MemoryDenyWriteExecute=yes",
        "SystemCallErrorNumber=EPERM",
        "TasksMax=256",
        "WantedBy=multi-user.target",
    ],
)
def test_the_system_unit_is_confined(directive: str) -> None:
    assert directive in shipped(Scope.SYSTEM).splitlines()


def test_no_unit_has_a_changing_user() -> None:
    assert "\nDynamicUser=" not in shipped(Scope.SYSTEM)


@pytest.mark.parametrize(
    "relaxed",
    ["PrivateUsers=no", "ProcSubset=all", "SystemCallFilter=@chown"],
)
def test_every_relaxation_stands_below_its_reason(relaxed: str) -> None:
    assert re.search(rf"\n# [^\n]+\n{relaxed}", shipped(Scope.SYSTEM))


def test_the_user_that_the_unit_names_is_described() -> None:
    described = find_shipped("doorman.sysusers", FOLDERS).read_text()

    assert re.search(r"^u doorman ", described, re.MULTILINE)


@systemd
@pytest.mark.parametrize("scope", list(Scope))
def test_systemd_has_nothing_to_say_against_the_unit(scope: Scope, tmp_path: Path) -> None:
    words = ("--user", "verify") if scope is Scope.USER else ("verify",)

    answer = analyze(*words, str(rendered(scope, tmp_path)), runtime=tmp_path)

    assert (answer.stderr, answer.returncode) == ("", 0)


@systemd
def test_the_system_unit_is_hardly_exposed(tmp_path: Path) -> None:
    answer = analyze(
        "security",
        "--offline=true",
        f"--threshold={MOST_EXPOSED}",
        str(rendered(Scope.SYSTEM, tmp_path)),
        runtime=tmp_path,
    )

    assert answer.returncode == 0, answer.stdout
