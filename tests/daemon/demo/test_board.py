from __future__ import annotations

import io
from itertools import count

from rich.console import Console

from daemon.demo.board import Board, Standing
from daemon.demo.clips import ClipRecipe
from daemon.demo.role import Ending, Role
from rules.journey import FileState

ROLE = Role(
    name="Boats [1].mp4",
    special="exactly as known",
    clip=ClipRecipe(seed=0),
    ending=Ending(state=FileState.DONE, rule=None),
)


def console(*, is_terminal: bool) -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, force_terminal=is_terminal, width=100, highlight=False), out


def board(out: Console) -> Board:
    ticks = count()
    return Board(roles=[ROLE], out=out, clock=lambda: float(next(ticks)))


def test_lines_tell_when_a_file_was_noticed_and_where_it_rests() -> None:
    shown, out = console(is_terminal=False)

    with board(shown) as lines:
        for state in (FileState.SEEN, FileState.SETTLED, FileState.ACCEPTED):
            lines.note(ROLE.name, Standing(state=state))
        lines.note(ROLE.name, Standing(state=FileState.DONE, why="the same [oshash]"))

    assert out.getvalue().splitlines() == [
        "  1.0 s  seen      Boats [1].mp4",
        "  4.0 s  done      Boats [1].mp4: the same [oshash]",
    ]


def test_same_standing_is_not_told_twice() -> None:
    shown, out = console(is_terminal=False)

    with board(shown) as lines:
        lines.note(ROLE.name, Standing(state=FileState.SEEN))
        lines.note(ROLE.name, Standing(state=FileState.SEEN))
        lines.say("the source answers again")

    assert out.getvalue().splitlines() == [
        "  1.0 s  seen      Boats [1].mp4",
        "  2.0 s  the source answers again",
    ]


def test_table_on_a_terminal_shows_every_file_with_state_and_reason() -> None:
    shown, out = console(is_terminal=True)

    with board(shown) as table:
        table.note(ROLE.name, Standing(state=FileState.REVIEW, why="1 other work was offered"))
        table.say("somebody renamed it")

    last = out.getvalue().rpartition("what is special")[2]
    assert "Boats [1].mp4" in last
    assert "exactly as known" in last
    assert "review" in last
    assert "1 other work was offered" in last
    assert "somebody renamed it" in last
