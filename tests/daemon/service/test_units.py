from dataclasses import replace
from pathlib import Path

import pytest

from daemon.service.unit_install import is_as_written
from daemon.service.units import (
    Credential,
    Installation,
    ProgramMissing,
    Scope,
    ShippedFileMissing,
    concerns,
    find_program,
    find_shipped,
    find_sysusers,
    next_steps,
    render_unit,
    shipped_folders,
    unit_directory,
)

INSTALLATION = Installation(
    program=Path("/opt/my tools/doorman"),
    config=Path("/etc/doorman/doorman.toml"),
    writable=(Path("/srv/My Media"), Path("/srv/100%"), Path("/srv/My Media")),
    groups=("media",),
    credentials=(Credential(name="stashdb.key", path=Path("/etc/doorman/keys/stashdb")),),
)


def template(scope: Scope) -> str:
    return find_shipped(scope, shipped_folders(Path("/nowhere"))).read_text()


def directives(unit: str) -> list[str]:
    return [line for line in unit.splitlines() if line and line[0] not in "#["]


def test_the_system_unit_knows_the_installation_and_nothing_else_changes() -> None:
    unit = render_unit(template(Scope.SYSTEM), Scope.SYSTEM, INSTALLATION)

    assert is_as_written(unit)
    added = set(directives(unit)) - set(directives(template(Scope.SYSTEM)))
    removed = set(directives(template(Scope.SYSTEM))) - set(directives(unit))
    assert added == {
        'ExecStart="/opt/my tools/doorman" run --config /etc/doorman/doorman.toml',
        'ReadWritePaths="-/srv/My Media"',
        "ReadWritePaths=-/srv/100%%",
        "SupplementaryGroups=media",
        "LoadCredential=stashdb.key:/etc/doorman/keys/stashdb",
    }
    assert removed == {
        "ExecStart=/opt/doorman/bin/doorman run --config /etc/doorman/doorman.toml",
        "ReadWritePaths=-/srv/media",
    }
    assert len(directives(unit)) == len(directives(template(Scope.SYSTEM))) + 3


@pytest.mark.parametrize(
    ("told", "hidden"),
    [
        (Installation(program=Path("/opt/doorman"), config=Path("/etc/doorman.toml")), "yes"),
        (replace(INSTALLATION, writable=(Path("/home/ann/films"),)), "read-only"),
        (replace(INSTALLATION, readable=(Path("/root/.local/bin/python3.11"),)), "read-only"),
        (replace(INSTALLATION, config=Path("/run/user/1000/doorman.toml")), "read-only"),
        (replace(INSTALLATION, readable=(Path("/srv/home/films"),)), "yes"),
    ],
    ids=["none", "library", "interpreter", "configuration", "no home"],
)
def test_homes_are_hidden_unless_something_lies_in_one(told: Installation, hidden: str) -> None:
    unit = render_unit(template(Scope.SYSTEM), Scope.SYSTEM, told)

    assert [one for one in directives(unit) if "ProtectHome" in one] == [f"ProtectHome={hidden}"]


def test_the_user_unit_knows_the_program_only() -> None:
    unit = render_unit(template(Scope.USER), Scope.USER, INSTALLATION)

    added = set(directives(unit)) - set(directives(template(Scope.USER)))
    assert added == {'ExecStart="/opt/my tools/doorman" run --config /etc/doorman/doorman.toml'}


def test_shipped_files_are_found_in_an_installed_wheel(tmp_path: Path) -> None:
    data = tmp_path / "share" / "doorman" / "systemd"
    data.mkdir(parents=True)
    (data / "doorman.sysusers").touch()
    folders = shipped_folders(tmp_path)[1:]

    assert find_sysusers(folders) == data / "doorman.sysusers"
    with pytest.raises(ShippedFileMissing, match="install doorman again"):
        find_shipped(Scope.USER, folders)


def test_the_program_is_the_one_beside_the_interpreter(tmp_path: Path) -> None:
    interpreter = tmp_path / "python"
    interpreter.symlink_to("/usr/bin/env")

    with pytest.raises(ProgramMissing):
        find_program(interpreter)

    (tmp_path / "doorman").touch()
    assert find_program(interpreter) == tmp_path / "doorman"


def test_each_scope_has_its_folder() -> None:
    home = Path("/home/ann/.config")

    assert unit_directory(Scope.SYSTEM, home) == Path("/etc/systemd/system")
    assert unit_directory(Scope.USER, home) == Path("/home/ann/.config/systemd/user")


def test_the_next_steps_make_the_user_and_start_the_service() -> None:
    assert next_steps(Scope.SYSTEM, Path("/opt/my tools/doorman.sysusers")) == (
        "sudo systemd-sysusers '/opt/my tools/doorman.sysusers'",
        "sudo systemctl daemon-reload",
        "sudo systemctl enable --now doorman",
        "journalctl --unit doorman --follow",
    )
    assert all("sudo" not in step for step in next_steps(Scope.USER, Path("/unused")))


@pytest.mark.parametrize(
    ("program", "interpreter", "config", "named"),
    [
        ("/opt/doorman", "/usr/bin/python3", "/etc/doorman.toml", []),
        (
            "/home/ann/bin/doorman",
            "/usr/bin/python3",
            "/home/ann/doorman.toml",
            ["/home/ann/bin/doorman", "/home/ann/doorman.toml"],
        ),
        ("/opt/doorman", "/root/python", "/etc/doorman.toml", ["/root/python"]),
    ],
)
def test_what_the_user_doorman_cannot_reach_is_named(
    program: str, interpreter: str, config: str, named: list[str]
) -> None:
    installation = Installation(program=Path(program), config=Path(config))

    system = concerns(Scope.SYSTEM, installation, interpreter=Path(interpreter))

    assert [one.split(" lies")[0] for one in system] == named
    assert concerns(Scope.USER, installation, interpreter=Path(interpreter)) == ()
