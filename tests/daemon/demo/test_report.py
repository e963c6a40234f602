from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from daemon.demo import report
from daemon.demo.clips import ClipRecipe
from daemon.demo.ground import Ground
from daemon.demo.receiver import Push
from daemon.demo.role import Ending, Role
from daemon.demo.verdict import Found, Nfo, Verdict
from rules.journey import FileState

ROLE = Role(
    name="Boats [1].mp4",
    special="exactly as known",
    clip=ClipRecipe(seed=0),
    ending=Ending(state=FileState.DONE, rule=None),
)
GOOD = Verdict(role=ROLE, found=Found(state=FileState.DONE, number=4), differences=())
BAD = Verdict(role=ROLE, found=Found(state=None), differences=("was never noticed",))


def console() -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, soft_wrap=True, highlight=False), out


def test_all_good_is_said_in_one_line_at_the_end() -> None:
    shown, out = console()

    assert report.show_verdicts([GOOD, GOOD], [], shown)
    assert "Boats [1].mp4  expected done      actual done" in out.getvalue()
    assert out.getvalue().endswith("2 files, every one as expected\n")


def test_differences_are_told_below_their_file() -> None:
    shown, out = console()

    assert not report.show_verdicts([GOOD, BAD], [], shown)
    assert "actual unnoticed" in out.getvalue()
    assert "it was never noticed" in out.getvalue()
    assert out.getvalue().endswith("1 wrong\n")


def test_file_that_nobody_expects_is_wrong_too() -> None:
    shown, out = console()

    assert not report.show_verdicts([GOOD], [Path("left.tmp")], shown)
    assert "WRONG  left.tmp" in out.getvalue()


def test_sidecars_are_printed_whole(tmp_path: Path) -> None:
    shown, out = console()
    (tmp_path / "Boats [1].nfo").write_text("<movie>\n  <title>[red]</title>\n</movie>\n")
    for name in ("Boats [1]-thumb.png", "Boats [1]-poster.png", "Boats-poster.png"):
        (tmp_path / name).touch()
    found = Found(state=FileState.DONE, nfo=Nfo.UNTOUCHED)
    verdict = Verdict(role=ROLE, found=found, differences=())

    report.show_sidecars([verdict], tmp_path, shown)

    assert "Boats [1].nfo (written by hand, left alone)" in out.getvalue()
    assert "    <title>[red]</title>" in out.getvalue()
    assert "\nwith Boats [1]-poster.png, Boats [1]-thumb.png\n" in out.getvalue()


def test_messages_are_printed_with_title_and_body() -> None:
    shown, out = console()

    report.show_pushes([Push(title="Review 1: a", body="one\ntwo")], shown)

    assert out.getvalue().splitlines()[2:] == ["Review 1: a", "  one", "  two"]


def test_commands_can_be_typed_as_they_are_printed(tmp_path: Path) -> None:
    shown, out = console()
    folder = tmp_path / "with blanks"
    ground = Ground(folder=folder, socket=folder / "doorman.sock", is_kept=False)
    two = Found(state=FileState.REVIEW, number=3, candidates=2)
    verdicts = [GOOD, Verdict(role=ROLE, found=two, differences=())]

    report.show_commands(verdicts, ground, shown)

    config = f"--config '{folder}/doorman.toml'"
    for command in ("review", "accept 3 1", "reject 3", "undo 3", "why 4"):
        assert f"doorman {command} {config}\n" in out.getvalue()
    assert f"cp ANY-VIDEO '{folder}/library'" in out.getvalue()
    assert "removes everything again" in out.getvalue()
