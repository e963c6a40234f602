from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr

from daemon.settings.example import FirstConfig, FirstSource
from daemon.settings.presets import PRESETS
from daemon.settings.writing import either
from daemon.setup.wizard import (
    AnswerRefused,
    Dialogue,
    Given,
    default_config_path,
    interview,
    name_from,
)

HOME = {"HOME": "/home/ada"}
URL = "https://stashdb.example/graphql"


@dataclass
class Person:
    """Somebody who gives these answers, and remembers what was said."""

    answers: Iterable[str] = ()
    secrets: Iterable[str] = ()
    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def dialogue(self) -> Dialogue:
        answers, secrets = iter(self.answers), iter(self.secrets)
        return Dialogue(
            ask=lambda question: self._answer(question, next(answers)),
            ask_secret=lambda question: self._answer(question, next(secrets)),
            tell=self.told.append,
        )

    def _answer(self, question: str, answer: str) -> str:
        self.asked.append(question)
        return answer


def test_three_questions_make_a_configuration() -> None:
    person = Person(answers=["~/films", URL, "ntfy://ntfy.example/doorman"], secrets=["a-key"])

    config = interview(Given(), person.dialogue(), HOME)

    assert config == FirstConfig(
        library=Path("/home/ada/films"),
        source=FirstSource(name="stashdb", url=URL, key=SecretStr("a-key")),
        targets=(SecretStr("ntfy://ntfy.example/doorman"),),
    )
    assert [question.split("?")[0].split(" (")[0] for question in person.asked] == [
        "Which folder holds your videos",
        "Which source do you ask",
        "Your API key there",
        "Where do messages go",
    ]


def test_only_the_library_must_be_answered() -> None:
    person = Person(answers=["/srv/films", "", ""])

    assert interview(Given(), person.dialogue(), HOME) == FirstConfig(library=Path("/srv/films"))


def test_source_without_a_key_is_possible() -> None:
    person = Person(answers=["/srv/films", URL, ""], secrets=[""])

    config = interview(Given(), person.dialogue(), HOME)

    assert config.source == FirstSource(name="stashdb", url=URL)


@pytest.mark.parametrize("typed", ["fansdb", "FansDB"])
def test_known_source_is_named_and_nothing_more(typed: str) -> None:
    person = Person(answers=["/srv/films", typed, ""], secrets=["a-key"])

    config = interview(Given(), person.dialogue(), HOME)

    assert config.source == FirstSource(name="fansdb", preset="fansdb", key=SecretStr("a-key"))
    assert all(name in person.asked[1] for name in PRESETS)


def test_unknown_source_is_told_with_those_that_are_known() -> None:
    person = Person(answers=["/srv/films", "stahsdb", "nothing", "stashdb", ""], secrets=[""])

    interview(Given(), person.dialogue(), HOME)

    assert person.told == [
        'no source is known by the name "stahsdb"; did you mean "stashdb"?',
        'no source is known by the name "nothing"; known: ' + either(PRESETS),
    ]


def test_wrong_answer_is_explained_and_asked_again() -> None:
    person = Person(
        answers=["films", " /srv/films ", "https://stashdb.example", URL, "phone", ""],
        secrets=["two words", "a-key"],
    )

    config = interview(Given(), person.dialogue(), HOME)

    assert config.library == Path("/srv/films")
    assert person.told == [
        '"films" depends on where doorman is started; write the whole path, from "/" on',
        f'an endpoint ends in /graphql: write "{URL}"',
        "holds a blank or another character that no key has; copy it again",
        'is no apprise address; write one such as "ntfy://host/topic"',
    ]


def test_whoever_never_gives_a_usable_answer_is_left() -> None:
    person = Person(answers=["films"] * 10)

    with pytest.raises(AnswerRefused) as caught:
        interview(Given(), person.dialogue(), HOME)

    assert len(person.asked) == 5
    assert str(caught.value).startswith("Which folder holds your videos?: ")
    assert caught.value.exit_code == 2


def test_what_was_given_is_not_asked() -> None:
    given = Given(
        library="/srv/films",
        url=URL,
        key=SecretStr("a-key"),
        targets=(SecretStr("ntfy://ntfy.example/a"), SecretStr("ntfy://ntfy.example/b")),
    )
    person = Person()

    config = interview(given, person.dialogue(), HOME)

    assert person.asked == []
    assert config.source == FirstSource(name="stashdb", url=URL, key=SecretStr("a-key"))
    assert [target.get_secret_value()[-1] for target in config.targets] == ["a", "b"]


@pytest.mark.parametrize(
    "given",
    [
        Given(library="films"),
        Given(library="/srv/f\udcfflms"),
        Given(library="/srv/films", url="https://ada:hunter2@stashdb.example/graphql"),
        Given(library="/srv/films", url=URL, key=SecretStr("hunter2 hunter2")),
        Given(library="/srv/films", url="", targets=(SecretStr("hunter2"),)),
    ],
)
def test_wrong_option_is_an_error_that_keeps_secrets(given: Given) -> None:
    with pytest.raises(AnswerRefused) as caught:
        interview(given, Person().dialogue(), HOME)

    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_none_at_all_can_be_given() -> None:
    given = Given(library="/srv/films", url="", targets=())

    assert interview(given, Person().dialogue(), HOME) == FirstConfig(library=Path("/srv/films"))


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://stashdb.org/graphql", "stashdb"),
        ("https://www.Example.com/graphql", "example"),
        ("https://api.my_box.example/graphql", "my-box"),
        ("http://localhost:9998/graphql", "localhost"),
        ("http://192.168.1.5/graphql", "stashbox"),
        ("http://[::1]/graphql", "stashbox"),
        ("https://-.example/graphql", "stashbox"),
    ],
)
def test_source_is_named_after_its_host(url: str, name: str) -> None:
    assert name_from(url) == name


def test_root_writes_the_systems_configuration() -> None:
    assert default_config_path(HOME, is_root=True) == Path("/etc/doorman/doorman.toml")
    assert default_config_path(HOME, is_root=False) == Path(
        "/home/ada/.config/doorman/doorman.toml"
    )
