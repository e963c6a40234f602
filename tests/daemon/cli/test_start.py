"""What a command has to wait for before it does anything; seen by the modules it loads."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.daemon.cli.home import PATIENCE_S, Home

HEAVY = (
    *("apprise", "av", "duckdb", "graphql", "httpx", "imagehash", "lxml", "numpy"),
    *("pymediainfo", "rich", "rule_engine", "starlette", "structlog", "uvicorn", "watchfiles"),
)
PROBE = """
import json, sys
from daemon.cli.main import main
try:
    main(sys.argv[1:])
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def loaded(home: Home, *arguments: str) -> set[str]:
    """Return which heavy modules a command has loaded by its end."""
    ended = subprocess.run(  # noqa: S603  # this very interpreter
        [sys.executable, "-c", PROBE, *arguments],
        env=home.environment(DOORMAN_CONFIG=str(home.config)),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    return set(HEAVY) & set(json.loads(ended.stderr.splitlines()[-1]))


@pytest.mark.parametrize("command", [(), ("status",), ("scan",), ("config",), ("units", "install")])
def test_help_waits_for_nothing(home: Home, command: tuple[str, ...]) -> None:
    assert loaded(home, *command, "--help") == set()


def test_status_waits_for_the_store_only(home: Home) -> None:
    wanted = {"duckdb", "httpx", "rich", "starlette", "structlog"}

    assert loaded(home, "status") == wanted


def test_check_waits_for_no_store_and_no_rules(home: Home) -> None:
    home.configure("\n[notify]\ntargets = []\n")
    home.config.write_text(
        home.config.read_text().replace("[[source]]", "[[source]]\nenabled=false")
    )

    assert loaded(home, "check") <= {"httpx", "rich", "structlog"}
