"""What is told when the play is over: sidecars, questions, messages, and the verdict."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

import anyio
from rich.console import Console
from rich.markup import escape

from daemon.demo.ground import Ground
from daemon.demo.inspection import pictures_of
from daemon.demo.process import ask_doorman, doorman_command, typed_command
from daemon.demo.receiver import Push
from daemon.demo.verdict import Nfo, Verdict
from daemon.desk.views import FileLine
from rules.journey import FileState


async def questions(ground: Ground, waiting: Sequence[FileLine]) -> tuple[str, ...]:
    """Return what `doorman review` prints: the open questions, and the one with most to choose.

    A command takes a second of the processor, so the others are left to whoever tries it.
    """
    shown = max(waiting, key=lambda line: line.candidates, default=None)
    asked = (("review",), *((("review", str(shown.number)),) if shown else ()))
    answers: dict[int, str] = {}

    async def ask(position: int, arguments: tuple[str, ...]) -> None:
        answers[position] = await ask_doorman(ground, *arguments)

    async with anyio.create_task_group() as tasks:
        for position, arguments in enumerate(asked):
            tasks.start_soon(ask, position, arguments)
    return tuple(answers[position] for position in range(len(asked)))


def show_sidecars(verdicts: Sequence[Verdict], library: Path, out: Console) -> None:
    """Print every NFO, where it lies and what it says, and the names of pictures beside it."""
    _headline("NFO files and pictures beside the videos", out)
    for verdict in verdicts:
        video = library / verdict.role.final_name
        path = video.with_suffix(".nfo")
        if path.exists():
            own = " (written by hand, left alone)" if verdict.found.nfo is Nfo.UNTOUCHED else ""
            out.print(escape(f"{path.relative_to(library)}{own}"), style="bold")
            text = path.read_text(encoding="utf-8", errors="replace")
            for line in text.rstrip().splitlines():
                out.print(escape(f"  {line}"))

        if pictures := pictures_of(video):
            out.print(escape(f"with {', '.join(each.name for each in pictures)}"))


def show_questions(texts: Sequence[str], out: Console) -> None:
    """Print the open questions as the command printed them."""
    _headline("Open questions, as doorman review shows them", out)
    for text in texts:
        out.print(escape(text))
        out.print()


def show_pushes(pushes: Sequence[Push], out: Console) -> None:
    """Print the messages that arrived on the phone."""
    _headline("Messages that a person would have got", out)
    for push in pushes:
        out.print(escape(push.title), style="bold")
        for line in push.body.splitlines():
            out.print(escape(f"  {line}"))


def show_verdicts(verdicts: Sequence[Verdict], strays: Sequence[Path], out: Console) -> bool:
    """Print a line for each file, expected and actual; tell whether all is as it must be."""
    _headline("Expected and actual", out)
    width = max(len(verdict.role.name) for verdict in verdicts)
    for verdict in verdicts:
        _show_verdict(verdict, width, out)
    for stray in strays:
        out.print(escape(f"WRONG  {stray}: nobody expects this file in the library"), style="red")

    wrong = sum(not verdict.is_as_expected for verdict in verdicts) + len(strays)
    total = f"{len(verdicts)} files, every one as expected"
    out.print()
    out.print(f"{wrong} wrong" if wrong else total, style="red" if wrong else "green")
    return not wrong


def _show_verdict(verdict: Verdict, width: int, out: Console) -> None:
    role, found = verdict.role, verdict.found
    word, style = ("ok   ", "green") if verdict.is_as_expected else ("WRONG", "red")
    line = (
        f"{word}  {role.name:{width}}  expected {role.ending.state:9} "
        f"actual {found.state or 'unnoticed':9} {role.special}"
    )
    out.print(escape(line), style=style)
    for difference in verdict.differences:
        out.print(escape(f"       it {difference}"), style=style)


def show_commands(verdicts: Sequence[Verdict], ground: Ground, out: Console) -> None:
    """Print what can be tried now, ready to be typed."""
    doorman = typed_command(doorman_command())
    config = f"--config {shlex.quote(str(ground.config))}"
    waiting = [each.found for each in verdicts if each.found.state is FileState.REVIEW]
    numbers = [str(each.number) for each in waiting]
    several = [str(each.number) for each in waiting if each.candidates > 1]
    done = [str(each.found.number) for each in verdicts if each.found.state is FileState.DONE]
    _headline("The daemon still runs; try, in another terminal", out)
    tries = (
        "status",
        "review",
        *(f"review {number}" for number in several[:1]),
        *(f"accept {number} 1" for number in several[:1]),
        *(f"reject {number}" for number in numbers[-1:]),
        *(f"undo {number}" for number in several[:1]),
        *(f"why {number}" for number in done[:1]),
    )
    for each in tries:
        out.print(escape(f"  {doorman} {each} {config}"))
    out.print(escape(f"  cp ANY-VIDEO {shlex.quote(str(ground.library))}"))
    out.print("Ctrl-C ends it" + ("" if ground.is_kept else " and removes everything again") + ".")


def _headline(text: str, out: Console) -> None:
    out.print()
    out.print(escape(text), style="bold underline")
