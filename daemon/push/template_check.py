"""Whether the owner's templates can be used: told with the line, before a message needs them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from jinja2 import TemplateSyntaxError, nodes

from daemon.push.facts import DIGEST_VARIABLES, VARIABLES, Facts, values_of
from daemon.push.template_child import make_environment
from daemon.push.template_protocol import Filled, Sheet
from daemon.push.templates import (
    DIGEST,
    FILE_NAMES,
    TOO_MUCH,
    TemplateProblem,
    fill_all,
    read_templates,
    sheet_of,
)

_FULL = Facts(
    kind="review",
    subject="Harbour at Dawn.mkv",
    reasons=("two works share this fingerprint",),
    number=12,
    candidate="Harbour at Dawn (Northlight) from stashdb",
    candidates=2,
    waiting=3,
    link="https://doorman.example/files/12",
    page="https://stashdb.example/scenes/1",
    accept="https://doorman.example/act/a",
    dismiss="https://doorman.example/act/d",
)
_EMPTY = Facts(kind="review", subject="Harbour at Dawn.mkv")
_DIGESTS: tuple[Mapping[str, object], ...] = (
    {"titles": ("one", "two"), "count": 2, "waiting": 2, "link": "https://doorman.example/"},
    {"titles": ("one", "two"), "count": 2, "waiting": 0, "link": ""},
)


async def check_templates(folder: Path) -> list[TemplateProblem]:
    """Return all that is wrong with the templates in a folder.

    Each is read, its names are compared with what there is to speak of, and it is filled in with
    everything and with next to nothing.
    """
    found = read_templates(folder)
    problems = list(found.problems)
    paths = {kind: folder / name for name, kind in FILE_NAMES.items()}
    sheets: list[tuple[Path, Sheet]] = []
    for kind, text in found.texts.items():
        unknown = list(_name_problems(paths[kind], kind, text))
        problems += unknown
        if not unknown:
            sheets += [(paths[kind], sheet) for sheet in _samples(kind, text)]
    problems += await _trial_problems(sheets)
    return sorted(set(problems), key=lambda each: (str(each.path), each.line or 0, each.message))


def _samples(kind: str, text: str) -> Iterator[Sheet]:
    if kind == DIGEST:
        yield from (sheet_of(kind, text, values) for values in _DIGESTS)
        return

    for facts in (_FULL, _EMPTY):
        yield sheet_of(kind, text, values_of(replace(facts, kind=kind)))


def _name_problems(path: Path, kind: str, text: str) -> Iterator[TemplateProblem]:
    """Yield what cannot be read, and the names that stand for nothing."""
    try:
        parsed = make_environment().parse(text)
    except TemplateSyntaxError as error:
        message = f"{error.message or 'cannot be read'}; see the Jinja2 documentation"
        yield TemplateProblem(path=path, line=error.lineno, message=message)
        return

    known = {name for name, _ in (DIGEST_VARIABLES if kind == DIGEST else VARIABLES)}
    bound = {each.name for each in parsed.find_all(nodes.Name) if each.ctx != "load"}
    for each in parsed.find_all(nodes.Name):
        if each.name not in known | bound | {"loop"}:
            message = f"there is no {each.name!r}; {_hint(each.name, known)}"
            yield TemplateProblem(path=path, line=each.lineno, message=message)


def _hint(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]!r}?" if near else "see: doorman notify variables"


async def _trial_problems(sheets: Sequence[tuple[Path, Sheet]]) -> list[TemplateProblem]:
    """Return what goes wrong when templates are filled in."""
    return [
        problem
        for (path, _), filled in zip(sheets, await _filled(sheets), strict=True)
        if (problem := _problem(path, filled)) is not None
    ]


async def _filled(sheets: Sequence[tuple[Path, Sheet]]) -> list[Filled]:
    """Return what became of each; if one was too much for all together, each is tried alone."""
    if not sheets:
        return []

    together = await fill_all([sheet for _, sheet in sheets])
    if any(each.problem != TOO_MUCH for each in together):
        return list(together)

    return [filled for _, sheet in sheets for filled in await fill_all([sheet])]


def _problem(path: Path, filled: Filled) -> TemplateProblem | None:
    if filled.problem is not None:
        message = f"{filled.problem}; see: doorman notify variables"
        return TemplateProblem(path=path, line=filled.line, message=message)
    if not (filled.text or "").strip():
        message = "makes an empty message; the first line is the title"
        return TemplateProblem(path=path, message=message)

    return None
