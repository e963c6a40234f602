"""The first configuration: three questions, and a file in which every option stands explained.

The questions are asked through functions, so that a terminal, options and tests are alike. The
file is read back before it gets its name, and takes nobody's place unless that was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr, TypeAdapter, ValidationError

from daemon.settings.example import FirstConfig, FirstSource
from daemon.settings.fields import AbsolutePath, Endpoint, Key, Target, wrong
from daemon.settings.places import SYSTEM_CONFIG, Environment, home_folder, user_config
from daemon.settings.presets import PRESETS
from daemon.settings.problems import did_you_mean
from daemon.settings.writing import either, quoted
from rules.errors import UsageError

T = TypeVar("T")

_ATTEMPTS = 5
"""How often a question is asked before whoever answers is taken for no person."""
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_NAME_IF_NONE = "stashbox"

_LIBRARY = "Which folder holds your videos?"
_SOURCE = (
    f"Which source do you ask? One of {', '.join(PRESETS)}, or the address of another stash-box,"
    " which ends in /graphql (empty: none yet)"
)
_IS_NAME = re.compile(r"[A-Za-z0-9_-]+")
_KEY = "Your API key there (empty: none)"
_TARGET = "Where do messages go? An apprise address: ntfy://ntfy.sh/my-topic (empty: none)"


class AnswerRefused(UsageError):
    """An answer cannot be used."""

    def __init__(self, question: str, problem: str) -> None:
        """Build the message from the question and what is wrong with the answer."""
        super().__init__(f"{question}: {problem}")
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """How a person is asked."""

    ask: Callable[[str], str]
    """Given a question, returns what was typed."""
    ask_secret: Callable[[str], str]
    """The same, and nothing typed is shown."""
    tell: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Answers given beforehand, as options; None: to be asked, "": none."""

    library: str | None = None
    url: str | None = None
    """Of a stash-box, or the name of a preset."""
    key: SecretStr | None = None
    targets: tuple[SecretStr, ...] | None = None


def default_config_path(environment: Environment, *, is_root: bool) -> Path:
    """Return where a first configuration belongs: the system's for root, else the user's own."""
    own = None if is_root else user_config(environment)
    return own or SYSTEM_CONFIG


def interview(given: Given, dialogue: Dialogue, environment: Environment) -> FirstConfig:
    """Return what was given, and what a person answered to the rest.

    Raises:
        AnswerRefused: when what was given cannot be used, or a person gave no usable answer.

    """
    read_path = _reader(TypeAdapter[Path](AbsolutePath))
    home = home_folder(environment)

    def library(text: str) -> Path:
        return read_path(str(home / text[2:]) if home and text.startswith("~/") else text)

    return FirstConfig(
        library=_answer(_LIBRARY, given.library, library, dialogue),
        source=_source(given, dialogue),
        targets=_targets(given, dialogue),
    )


def _source(given: Given, dialogue: Dialogue) -> FirstSource | None:
    place = _answer(_SOURCE, given.url, _or_none(_read_place), dialogue)
    if place is None:
        return None

    secretly = replace(dialogue, ask=dialogue.ask_secret)
    known_key = None if given.key is None else given.key.get_secret_value()
    read_key = _reader(TypeAdapter[SecretStr](Key))
    key = _answer(_KEY, known_key, _or_none(read_key), secretly)
    if place in PRESETS:
        return FirstSource(name=place, preset=place, key=key)

    return FirstSource(name=name_from(place), url=place, key=key)


def _read_place(text: str) -> str:
    """Return the name of a preset, or an address."""
    known = TypeAdapter[str](Annotated[str, AfterValidator(_check_preset)])
    return (known if _IS_NAME.fullmatch(text) else TypeAdapter[str](Endpoint)).validate_python(text)


def _check_preset(text: str) -> str:
    name = text.lower()
    if name in PRESETS:
        return name

    nearest = did_you_mean(name, PRESETS)
    hint = f"did you mean {quoted(nearest)}?" if nearest else f"known: {either(PRESETS)}"
    raise wrong(f"no source is known by the name {quoted(text)}; {hint}")


def _targets(given: Given, dialogue: Dialogue) -> tuple[SecretStr, ...]:
    read_target = _reader(TypeAdapter[SecretStr](Target))
    read = _or_none(read_target)
    if given.targets is None:
        target = _answer(_TARGET, None, read, dialogue)
        return (target,) if target else ()

    known = (target.get_secret_value() for target in given.targets)
    return tuple(filter(None, (_answer(_TARGET, text, read, dialogue) for text in known)))


def name_from(url: str) -> str:
    """Return the name that a source is given for its address: `https://stashdb.org/…`, stashdb."""
    host = urlsplit(url).hostname or ""
    labels = host.lower().removeprefix("www.").split(".")
    name = _NOT_IN_NAMES.sub("-", labels[-2] if len(labels) > 1 else labels[0]).strip("-")
    return _NAME_IF_NONE if not name or name.isdigit() else name


def _answer(question: str, given: str | None, read: Callable[[str], T], dialogue: Dialogue) -> T:
    """Return the answer as `read` understands it; a person may try again."""
    if given is not None:
        return _read(question, given, read)

    for _ in range(_ATTEMPTS - 1):
        try:
            return _read(question, dialogue.ask(question), read)
        except AnswerRefused as refused:
            dialogue.tell(refused.problem)

    return _read(question, dialogue.ask(question), read)


def _read(question: str, text: str, read: Callable[[str], T]) -> T:
    if not text.isascii() and text.encode("utf-8", "replace").decode() != text:
        raise AnswerRefused(question, "is not UTF-8, as the configuration is; rename it")

    try:
        return read(text.strip())
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]["msg"]
        raise AnswerRefused(question, problem) from None  # the cause holds what was typed


def _reader(adapter: TypeAdapter[T]) -> Callable[[str], T]:
    return adapter.validate_python


def _or_none(read: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda text: read(text) if text else None
