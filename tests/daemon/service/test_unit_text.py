import shutil
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from daemon.service.unit_text import (
    PathUnusable,
    TemplateBroken,
    add_directive,
    command_line,
    credential,
    path_word,
    quoted_word,
    set_directive,
)

UNIT = "[Service]\nExecStart=/bin/true\n# a word about groups\n#Groups=media\nNice=5\n"
ODD = [
    "plain",
    "two words",
    "100% sure %h",
    'a "quoted" word',
    "it's",
    """both ' and " of them""",
    '"',
    "back\\slash",
    "ends in \\",
    "$HOME and ${HOME}",
    "semi;colon",
    "#hash",
    "käse 日本",
]

systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze reads units as systemd does"
)


def complaints(unit: Path, text: str) -> str:
    unit.write_text(text)
    answer = subprocess.run(  # noqa: S603
        ["systemd-analyze", "verify", str(unit)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    return answer.stderr


def test_a_directive_is_replaced_and_nothing_else() -> None:
    replaced = set_directive(UNIT, "ExecStart", ["/a\\1", "/b"])

    assert replaced == UNIT.replace("ExecStart=/bin/true", "ExecStart=/a\\1\nExecStart=/b")


def test_a_directive_can_be_taken_away() -> None:
    assert set_directive(UNIT, "Nice", []) == UNIT.replace("Nice=5\n", "")


def test_a_directive_is_added_behind_its_example() -> None:
    added = add_directive(UNIT, "Groups", ["films", "shows"])

    assert added == UNIT.replace("#Groups=media\n", "#Groups=media\nGroups=films\nGroups=shows\n")


@pytest.mark.parametrize("unit", ["[Service]\n", UNIT + UNIT])
def test_a_template_without_the_directive_once_is_broken(unit: str) -> None:
    with pytest.raises(TemplateBroken, match="ExecStart="):
        set_directive(unit, "ExecStart", ["/bin/false"])
    with pytest.raises(TemplateBroken, match="#Groups="):
        add_directive(unit, "Groups", [])


def test_a_dollar_is_no_variable_in_an_argument() -> None:
    assert command_line(["/opt/$x/doorman", "$HOME"]) == "/opt/$x/doorman $$HOME"


@systemd
@pytest.mark.parametrize("word", [word for word in ODD if not set(word) & set("\"'\\")])
def test_systemd_reads_the_program_that_was_meant(tmp_path: Path, word: str) -> None:
    program = f"/nowhere/{word}"

    said = complaints(
        tmp_path / "odd.service", f"[Service]\nExecStart={command_line([program, word])}\n"
    )

    assert f"Command {program} is not executable: No such file" in said
    assert "Ignoring" not in said
    assert "Failed to resolve" not in said


@systemd
@pytest.mark.parametrize("word", [word for word in ODD if "\\" not in word])
def test_systemd_reads_the_path_that_was_meant(tmp_path: Path, word: str) -> None:
    # A relative path is the one thing that makes systemd say what it has read.
    said = complaints(
        tmp_path / "odd.service",
        f"[Service]\nExecStart=/bin/true\nReadWritePaths={quoted_word(f'-x/{word}')}\n",
    )

    assert f"path is not absolute, ignoring: x/{word}\n" in said


@systemd
@pytest.mark.parametrize("word", [word for word in ODD if not word.endswith("\\")])
def test_systemd_takes_a_credential_from_such_a_path(tmp_path: Path, word: str) -> None:
    value = credential("source.key", PurePosixPath("/etc") / word)

    said = complaints(
        tmp_path / "odd.service", f"[Service]\nExecStart=/bin/true\nLoadCredential={value}\n"
    )

    assert said == ""


def test_a_path_may_be_missing() -> None:
    assert path_word(PurePosixPath("/srv/My Media")) == '"-/srv/My Media"'


@pytest.mark.parametrize(
    "path", ["relative", "/two\nlines", "/tab\there", "/del\x7f", "/caf\udce9", "/a\\b"]
)
def test_a_path_that_no_unit_can_name_is_refused(path: str) -> None:
    with pytest.raises(PathUnusable, match="rename it"):
        path_word(PurePosixPath(path))


@pytest.mark.parametrize("path", ["/etc/key ", "/etc/key\\", "key"])
def test_a_credential_that_no_unit_can_name_is_refused(path: str) -> None:
    with pytest.raises(PathUnusable):
        credential("source.key", PurePosixPath(path))


@pytest.mark.parametrize("program", ['/opt/"/doorman', "/opt/it's/doorman", "/opt/a\\b"])
def test_a_program_that_systemd_would_refuse_is_refused(program: str) -> None:
    with pytest.raises(PathUnusable, match="quotes"):
        command_line([program, "run"])


def test_an_argument_is_quoted_as_c_does() -> None:
    assert command_line(["/bin/doorman", 'a "b" \\c%']) == '/bin/doorman "a \\"b\\" \\\\c%%"'


def test_an_argument_that_no_unit_can_hold_is_refused() -> None:
    with pytest.raises(PathUnusable):
        command_line(["/bin/doorman", "run\nExecStartPost=/bin/evil"])
