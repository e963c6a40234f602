"""The demonstration as a whole: set up, play, look, tell, clear away."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio
from anyio.abc import TaskGroup
from rich.console import Console
from rich.markup import escape

from daemon.demo import report
from daemon.demo.board import Board, keep_showing, show_once
from daemon.demo.cast import CAST
from daemon.demo.ground import Ground, free_port, prepared_ground, write_config
from daemon.demo.inspection import Inspector, strays
from daemon.demo.play import Play
from daemon.demo.process import raise_when_ended, reached, running_daemon
from daemon.demo.props import Props
from daemon.demo.receiver import Push, Receiver
from daemon.demo.role import Role
from daemon.demo.verdict import Verdict
from daemon.remote import Remote
from providers.sandbox import Sandbox
from rules.journey import FileState

PATIENCE_S = 90.0
"""After so long the play is broken off, and the verdict says what is missing."""
SUCCESS, FAILURE, INTERRUPTED = 0, 1, 130


def run_demo(
    folder: Path | None, *, roles: Sequence[Role] = CAST, out: Console | None = None
) -> int:
    """Show all of doorman at work; return 0 when every file ended as it must, 1 otherwise.

    On a terminal everything stays up afterwards until Ctrl-C.

    Args:
        folder: A new or empty one, which stays; None: a temporary one.
        roles: The files that take part.
        out: Where it is shown; None: standard output.

    Raises:
        FolderUnusable: the folder holds something already.
        DaemonEnded: the daemon did not start, or ended by itself.

    """
    shown = out or Console(highlight=False, soft_wrap=True)
    with prepared_ground(folder) as ground:
        return anyio.run(_show, ground, roles, shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class _House:
    """Everything that runs during a demonstration."""

    roles: Sequence[Role]
    ground: Ground
    sandbox: Sandbox
    receiver: Receiver
    remote: Remote


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What came of the play."""

    verdicts: tuple[Verdict, ...]
    questions: tuple[str, ...]
    """As the command line prints them."""
    pushes: tuple[Push, ...]


async def _show(ground: Ground, roles: Sequence[Role], out: Console) -> int:
    """Perform until the end, or until a signal; then everything is ended in order."""
    exit_codes = [INTERRUPTED]
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_end_on_signal, tasks)
        await _perform(ground, roles, out, exit_codes)
        tasks.cancel_scope.cancel()
    return exit_codes[-1]


async def _end_on_signal(tasks: TaskGroup) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM, signal.SIGHUP) as signals:
        async for _ in signals:
            tasks.cancel_scope.cancel()
            return


async def _perform(
    ground: Ground, roles: Sequence[Role], out: Console, exit_codes: list[int]
) -> None:
    out.print("Everything happens on this machine: a source, a phone and doorman itself, on")
    out.print(escape(f"invented videos in {ground.folder}"))
    async with _house(ground, roles) as house:
        page = (await house.remote.status()).page
        if page is not None:
            out.print(f"doorman's page: {page.url}")
        outcome = await _play(house, out)
        is_good = _tell(house, outcome, out)
        exit_codes.append(SUCCESS if is_good else FAILURE)
        if out.is_terminal:
            report.show_commands(outcome.verdicts, ground, out)
            await anyio.sleep_forever()


@asynccontextmanager
async def _house(ground: Ground, roles: Sequence[Role]) -> AsyncIterator[_House]:
    """Run source, phone and daemon while the block runs."""
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox())
        receiver = stack.enter_context(Receiver())
        write_config(
            ground,
            source_url=sandbox.url,
            source_key=sandbox.key,
            target=receiver.target,
            page_port=free_port(),
        )
        async with (
            running_daemon(ground) as process,
            reached(process, ground) as remote,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(raise_when_ended, process, ground)
            yield _House(
                roles=roles, ground=ground, sandbox=sandbox, receiver=receiver, remote=remote
            )
            tasks.cancel_scope.cancel()


async def _play(house: _House, out: Console) -> _Outcome:
    """Let everything happen before the spectators; return what came of it."""
    props = Props(folder=house.ground.workshop, world=house.sandbox.world)
    asked: list[str] = []
    with Board(roles=house.roles, out=out) as board:
        play = Play(
            roles=house.roles,
            ground=house.ground,
            props=props,
            sandbox=house.sandbox,
            remote=house.remote,
            say=board.say,
        )
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(props.make, house.roles)
            tasks.start_soon(keep_showing, board, house.ground, house.remote)
            with anyio.move_on_after(PATIENCE_S) as patience:
                async with anyio.create_task_group() as acts:
                    acts.start_soon(play.run)
                    acts.start_soon(_ask_questions, house, play.is_decided, asked)
            tasks.cancel_scope.cancel()
        if patience.cancelled_caught:
            board.say(f"not everything was over after {PATIENCE_S:g} s")
        await show_once(board, house.ground, house.remote, {})

    pushes = house.receiver.pushes
    inspector = Inspector(ground=house.ground, remote=house.remote, props=props, diary=play.diary)
    verdicts = await inspector.inspect(house.roles, pushes)
    return _Outcome(verdicts=verdicts, questions=tuple(asked), pushes=pushes)


async def _ask_questions(house: _House, is_decided: anyio.Event, asked: list[str]) -> None:
    """Ask for the open questions, while the last messages are still on their way."""
    await is_decided.wait()
    waiting = await house.remote.list_files([FileState.REVIEW])
    asked.extend(await report.questions(house.ground, waiting))


def _tell(house: _House, outcome: _Outcome, out: Console) -> bool:
    """Print what came of it; tell whether all is as it must be."""
    library = house.ground.library
    report.show_sidecars(outcome.verdicts, library, out)
    report.show_questions(outcome.questions, out)
    report.show_pushes(outcome.pushes, out)
    return report.show_verdicts(outcome.verdicts, strays(house.roles, library), out)
