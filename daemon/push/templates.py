"""The owner's templates: read from a folder, checked, and filled in by a child process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import anyio
from pydantic import ValidationError

from daemon.push.facts import Facts, values_of
from daemon.push.message import MessageKind
from daemon.push.template_protocol import Filled, FillOrder, FillReport, Sheet

DIGEST = "digest"
MOST_TEMPLATE_BYTES = 64 * 1024
LONGEST_TEXT = 10_000
"""Characters; a message keeps a tenth of that at most."""
DEADLINE_S = 10.0
"""The child takes a quarter of a second to start; a template, next to nothing."""
TOO_MUCH = "it takes too long, or too much memory; make it simpler"
_PROCESSOR_S = 5
_COMMAND = (sys.executable, "-P", "-m", "daemon.push.template_child")
_KINDS = tuple(kind for kind in MessageKind if kind not in {MessageKind.DIGEST, MessageKind.TRIAL})


def _file_name(kind: str) -> str:
    return f"{kind.replace(' ', '-')}.txt"


FILE_NAMES: Mapping[str, str] = MappingProxyType(
    {_file_name(kind): kind for kind in (*(each.value for each in _KINDS), DIGEST)}
)
"""The files that are looked for, and the kind of news that each is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateProblem:
    """What is wrong with a template, or with the folder."""

    path: Path
    message: str
    """Ends with what to do."""
    line: int | None = None

    def __str__(self) -> str:
        """Return one line that editors and terminals can jump from."""
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """What was found in a folder."""

    texts: Mapping[str, str] = field(default_factory=dict)
    """By kind of news, and `digest`."""
    problems: tuple[TemplateProblem, ...] = ()


def read_templates(folder: Path) -> Templates:
    """Return the templates in a folder, and what cannot be read of it; blocks."""
    texts: dict[str, str] = {}
    problems: list[TemplateProblem] = []
    try:
        names = sorted(each.name for each in folder.iterdir())
    except OSError as error:
        message = f"the folder cannot be listed ({error.strerror}); check the path"
        return Templates(problems=(TemplateProblem(path=folder, message=message),))

    for name in names:
        found = _read(folder / name)
        if isinstance(found, TemplateProblem):
            problems.append(found)
        elif found is not None:
            texts[FILE_NAMES[name]] = found
    return Templates(texts=texts, problems=tuple(problems))


def _read(path: Path) -> str | TemplateProblem | None:
    """Return the text of a template; None for a file that is none and looks like none."""
    if path.name not in FILE_NAMES:
        if path.suffix != ".txt":
            return None

        known = ", ".join(FILE_NAMES)
        return TemplateProblem(path=path, message=f"is for no kind of message; name it {known}")

    try:
        with path.open("rb") as file:
            content = file.read(MOST_TEMPLATE_BYTES + 1)
    except OSError as error:
        message = f"cannot be read ({error.strerror}); let the user that doorman runs as read it"
        return TemplateProblem(path=path, message=message)

    if len(content) > MOST_TEMPLATE_BYTES:
        message = f"is longer than {MOST_TEMPLATE_BYTES} bytes; shorten it"
        return TemplateProblem(path=path, message=message)

    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return TemplateProblem(path=path, message="is not UTF-8; save it as UTF-8")


def sheet_of(kind: str, text: str, values: Mapping[str, object]) -> Sheet:
    """Return a template with its values, for the child."""
    return Sheet(name=_file_name(kind), text=text, values=dict(values))


def sheet_of_facts(facts: Facts, text: str) -> Sheet:
    """Return the template of one piece of news with its values."""
    return sheet_of(facts.kind, text, values_of(facts))


async def fill_all(
    sheets: Sequence[Sheet],
    *,
    command: Sequence[str] = _COMMAND,
    deadline_s: float = DEADLINE_S,
) -> tuple[Filled, ...]:
    """Return what became of each, in order; none takes longer than the deadline, or raises."""
    order = FillOrder(sheets=tuple(sheets), longest=LONGEST_TEXT, processor_s=_PROCESSOR_S)
    problem = TOO_MUCH
    output = b""
    with anyio.move_on_after(deadline_s):
        try:
            ended = await anyio.run_process(
                command,
                input=order.model_dump_json().encode(),
                stderr=subprocess.DEVNULL,
                check=False,
                env={},  # it needs nothing of ours
            )
            output = ended.stdout
        except OSError:
            problem = "it could not be filled in; see whether the machine has memory left"
    return _filled(output, len(sheets), problem)


def _filled(output: bytes, count: int, problem: str) -> tuple[Filled, ...]:
    try:
        report = FillReport.model_validate_json(output)
    except ValidationError:
        return (Filled(problem=problem),) * count

    return report.filled if len(report.filled) == count else (Filled(problem=problem),) * count
