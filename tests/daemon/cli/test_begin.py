from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.cli.begin import KeyUnreadable, for_place, next_commands, read_key
from daemon.settings import load_settings
from daemon.settings.example import FirstConfig, config_text
from daemon.settings.places import SYSTEM_CONFIG
from tests.daemon.cli.home import PATIENCE_S, Home, environment_of, spawn

URL = "https://stashdb.example/graphql"
INIT = ("init", "--url", "", "--target", "")


def test_options_answer_every_question(home: Home) -> None:
    key = home.folder / "my.key"
    key.write_text("s3cret\n")
    written = home.folder / "conf" / "doorman.toml"

    ran = home.run_bare(
        "init",
        *("--library", str(home.films)),
        *("--url", URL),
        *("--key-file", str(key)),
        *("--target", "ntfy://ntfy.example/a"),
        *("--target", "ntfy://ntfy.example/b"),
        *("--config", str(written)),
    )

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[:3] == [
        f"wrote {written}",
        f"wrote {written.parent}/stashdb.key, which holds your key",
        "next:",
    ]
    settings = load_settings(written, {"HOME": str(home.folder)})
    assert settings.libraries[0].path == home.films
    assert settings.sources[0].key is not None
    assert settings.sources[0].key.get_secret_value() == "s3cret"
    assert len(settings.notify.targets) == 2
    for made in (written, written.parent / "stashdb.key"):
        assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_dialogue_in_a_pipe_answers_every_question(home: Home) -> None:
    answers = f"{home.films}\n{URL}\ns3cret\nntfy://ntfy.example/a\n"
    written = home.folder / "new" / "doorman.toml"

    ran = spawn(["init", "--config", str(written)], home.environment(), answers=answers)

    assert (ran.code, ran.err) == (0, "")
    assert "Which folder holds your videos?\n> " in ran.out
    assert "s3cret" not in ran.out
    assert load_settings(written, {}).sources[0].name == "stashdb"


def test_answer_that_is_no_text_is_refused_in_words(home: Home) -> None:
    ended = subprocess.run(  # noqa: S603  # this very interpreter
        [sys.executable, "-m", "daemon", "init", "--config", str(home.folder / "new.toml")],
        env=home.environment(),
        input=b"/srv/caf\xe9\n",
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )

    assert ended.returncode == 2
    assert b"> is not UTF-8, as the configuration is; rename it\n" in ended.stdout
    assert b"Traceback" not in ended.stderr


def test_folder_that_is_not_there_is_told_at_once(home: Home) -> None:
    missing = home.folder / "none"

    ran = home.run_bare(*INIT, "--library", str(missing), "--config", str(home.folder / "x.toml"))

    assert ran.code == 0
    assert ran.out.splitlines()[0].startswith(f"there is no folder {missing} yet; ")


def test_dialogue_without_anybody_ends(home: Home) -> None:
    ran = spawn(["init", "--config", str(home.folder / "new.toml")], home.environment())

    assert ran.code == 2
    assert ran.err.startswith('doorman: nobody answers "Which folder holds your videos?"; ')
    assert not (home.folder / "new.toml").exists()


def test_configuration_that_is_there_is_kept(home: Home) -> None:
    before = home.config.read_text()

    refused = home.run(*INIT, "--library", str(home.films))
    forced = home.run(*INIT, "--library", str(home.films), "--force")

    assert refused.code == 78
    assert "is there already and was left alone" in refused.err
    assert f"kept {home.config}.bak, which was there before" in forced.out
    assert Path(f"{home.config}.bak").read_text() == before


@pytest.mark.parametrize(
    ("content", "problem"),
    [(None, "No such file or directory"), (b"\xff\xfe", "it is no text")],
)
def test_key_that_cannot_be_read_is_told_before_anything_is_asked(
    home: Home, content: bytes | None, problem: str
) -> None:
    key = home.folder / "my.key"
    if content is not None:
        key.write_bytes(content)

    ran = home.run_bare("init", "--key-file", str(key))

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"doorman: the key in {key} cannot be read ({problem}); name another --key-file\n"
    )


def test_key_in_a_folder_is_none(tmp_path: Path) -> None:
    with pytest.raises(KeyUnreadable, match="Is a directory"):
        read_key(tmp_path)


def test_unusable_answer_is_refused_in_its_own_words(home: Home) -> None:
    ran = home.run_bare(*INIT, "--library", "films", "--config", str(home.folder / "new.toml"))

    assert ran.code == 2
    assert ran.err.startswith('doorman: Which folder holds your videos?: "films" depends on')


def test_folder_that_cannot_be_written_is_named(home: Home) -> None:
    (home.folder / "file").touch()

    ran = home.run_bare(
        *INIT, "--library", str(home.films), "--config", str(home.folder / "file" / "x.toml")
    )

    assert ran.code == 78
    assert "choose a folder that you may write to with --config" in ran.err


@pytest.mark.parametrize(
    ("config", "is_found", "is_root", "commands"),
    [
        (
            "/etc/doorman/doorman.toml",
            True,
            True,
            ("doorman check", "doorman run", "doorman units install"),
        ),
        (
            "/home/ada/.config/doorman/doorman.toml",
            True,
            False,
            ("doorman check", "doorman run", "doorman units install --user"),
        ),
        (
            "/srv/my conf.toml",
            False,
            False,
            (
                "doorman check --config '/srv/my conf.toml'",
                "doorman run --config '/srv/my conf.toml'",
                "doorman units install --user --config '/srv/my conf.toml'",
            ),
        ),
    ],
)
def test_next_commands_are_ready_to_be_typed(
    config: str,
    is_found: bool,  # noqa: FBT001  # pytest hands parameters on by name
    is_root: bool,  # noqa: FBT001  # as above
    commands: tuple[str, ...],
) -> None:
    assert next_commands(Path(config), is_found=is_found, is_root=is_root) == commands


def test_systems_configuration_names_the_services_folders(tmp_path: Path) -> None:
    first = FirstConfig(library=tmp_path)
    written = tmp_path / "doorman.toml"
    written.write_text(config_text(for_place(first, SYSTEM_CONFIG)))

    settings = load_settings(written, {"HOME": "/root", "XDG_RUNTIME_DIR": "/run/user/0"})

    assert settings.store.path == Path("/var/lib/doorman/doorman.duckdb")
    assert settings.server.socket == Path("/run/doorman/doorman.sock")
    assert for_place(first, tmp_path / "doorman.toml") == first


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder of another user, where the interpreter's own folder may be closed."""
    folder = Path(tempfile.mkdtemp(prefix="doorman-"))
    yield folder
    shutil.rmtree(folder)


BEGIN_AS = """
import os, sys
from daemon.cli.main import main
try:
    main([*sys.argv[1:], "--config", os.environ["HOME"] + "/first/doorman.toml"])
except SystemExit:
    pass  # all that is imported is imported now: the next one may not read it
sys.stdout.flush()
os.setgroups([])
os.setegid(65534)
os.seteuid(65534)
main(sys.argv[1:])
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_user_is_told_of_a_service_of_their_own(open_folder: Path, home: Home) -> None:
    os.chown(open_folder, 65534, 65534)

    ended = subprocess.run(  # noqa: S603  # this very interpreter
        [sys.executable, "-c", BEGIN_AS, *INIT, "--library", str(home.films)],
        env=environment_of(open_folder, {}),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )

    written = open_folder / ".config" / "doorman" / "doorman.toml"
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.endswith(
        f"wrote {written}\nnext:\n  doorman check\n  doorman run\n  doorman units install --user\n"
    )
    assert written.stat().st_uid == 65534


def test_first_configuration_is_told_to_programs_in_json(home: Home) -> None:
    written = home.folder / "new.toml"

    ran = home.run_bare(*INIT, "--library", str(home.films), "--config", str(written), "--json")

    told = json.loads(ran.out)
    assert (told["config"], told["kept"], told["key_file"]) == (str(written), [], None)
    assert [each.split()[1] for each in told["next"]] == ["check", "run", "units"]
