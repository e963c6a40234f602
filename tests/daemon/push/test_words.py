from dataclasses import replace

import pytest

from daemon.push.facts import DIGEST_VARIABLES, VARIABLES, Facts, values_of
from daemon.push.message import Message, MessageKind
from daemon.push.words import OwnWords, in_words
from store.news import NewsKind

pytestmark = pytest.mark.anyio

LINK = "https://doorman.example/files/12"
REVIEW = Facts(
    kind="review",
    subject="harbour.mkv",
    number=12,
    candidate="Harbour at Dawn (Low Tide), from stashdb",
    candidates=1,
    reasons=("two works share this fingerprint", "the durations differ by 40 s"),
    waiting=4,
    link=LINK,
)


def test_a_review_says_everything_needed_to_answer_it() -> None:
    assert in_words(REVIEW) == Message(
        title="Review 12: harbour.mkv",
        body="Best candidate: Harbour at Dawn (Low Tide), from stashdb\n"
        "two works share this fingerprint\n"
        "the durations differ by 40 s\n"
        "4 other files wait for you.\n"
        "doorman review 12\n"
        "doorman accept 12\n"
        "doorman reject 12\n"
        "doorman dismiss 12",
        link=LINK,
        kind=MessageKind.REVIEW,
    )


def test_links_that_act_stand_in_place_of_commands_and_last() -> None:
    facts = replace(REVIEW, waiting=1, accept="https://x/act/a", dismiss="https://x/act/d")

    assert in_words(facts).body.splitlines()[-3:] == [
        "1 other file waits for you.",
        "Accept: https://x/act/a",
        "Dismiss: https://x/act/d",
    ]


def test_a_review_without_candidates_says_so() -> None:
    message = in_words(Facts(kind="review", subject="clip.mkv", number=3))

    assert message.body.startswith("No candidate.\ndoorman review 3\n")
    assert message.link is None


def test_a_choice_is_said_where_there_is_one() -> None:
    facts = Facts(kind="review", subject="clip.mkv", number=3, candidate="A", candidates=3)

    assert in_words(facts).body == (
        "Best candidate: A (and 2 more)\ndoorman review 3\ndoorman accept 3 CANDIDATE\n"
        "doorman reject 3 CANDIDATE\ndoorman dismiss 3"
    )


@pytest.mark.parametrize(
    ("kind", "subject", "is_back", "title", "said"),
    [
        ("reminder", "clip.mkv", False, "Still waiting, 7: clip.mkv", "doorman accept 7"),
        ("failed", "clip.mkv", False, "Cannot examine clip.mkv", "the reason"),
        ("source", "first", False, "first refuses the key", "doorman check"),
        ("source down", "first", False, "first has not answered for long", "the reason"),
        ("source down", "first", True, "first answers again", "asked about again"),
        ("library", "films", False, "Library films is offline", "Nothing counts as deleted"),
        ("library", "films", True, "Library films is back", "goes on"),
        ("summary", "", False, "What doorman did in a day", "the reason"),
        ("accepted", "clip.mkv", False, "Accepted clip.mkv", "doorman undo 7"),
    ],
)
def test_every_kind_of_news_has_its_words(
    *, kind: str, subject: str, is_back: bool, title: str, said: str
) -> None:
    facts = Facts(
        kind=kind, subject=subject, number=7, reasons=("the reason",), is_back=is_back, link=LINK
    )

    message = in_words(facts)

    assert (message.title, message.kind, message.link) == (title, kind, LINK)
    assert said in message.body


@pytest.mark.parametrize("kind", list(NewsKind))
def test_there_are_words_for_all_that_can_be_news(kind: NewsKind) -> None:
    assert in_words(Facts(kind=kind.value, subject="a")).title


def test_every_variable_is_explained() -> None:
    assert {name for name, _ in VARIABLES} == set(values_of(REVIEW))
    assert all(meaning for _, meaning in (*VARIABLES, *DIGEST_VARIABLES))


async def test_several_facts_become_a_digest() -> None:
    message = await OwnWords().message([REVIEW, REVIEW], waiting=5, link="https://x/")

    assert (message.kind, message.link) == (MessageKind.DIGEST, "https://x/")
    assert await OwnWords().message([REVIEW], waiting=5, link=None) == in_words(REVIEW)
