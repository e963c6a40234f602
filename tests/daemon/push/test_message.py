import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.push.message import (
    BODY_LIMIT,
    TITLE_LIMIT,
    Message,
    MessageKind,
    compose,
    digest_of,
    shorten,
    trial,
)

LINK = "https://doorman.example/reviews/12"


def failed(number: int) -> Message:
    return compose(MessageKind.FAILED, f"Cannot examine clip {number}.mkv", ["cut off"], LINK)


def test_a_trial_says_that_it_is_one() -> None:
    assert trial(link=LINK).title == "doorman can reach you"
    assert trial(link=LINK).link == LINK


def test_several_messages_become_one() -> None:
    digest = digest_of([failed(number) for number in range(10)], waiting=3, link="https://x/")

    assert digest == Message(
        title="10 files cannot be examined",
        body="\n".join(
            [
                *(f"Cannot examine clip {number}.mkv" for number in range(8)),
                "and 2 more",
                "3 files wait for you.",
                "doorman review",
            ]
        ),
        link="https://x/",
        kind=MessageKind.DIGEST,
    )


@pytest.mark.parametrize(
    ("kinds", "title"),
    [
        ((MessageKind.REVIEW, MessageKind.REVIEW), "2 files need your answer"),
        ((MessageKind.REMINDER, MessageKind.REMINDER), "2 files still need your answer"),
        ((MessageKind.ACCEPTED, MessageKind.ACCEPTED), "2 files were accepted"),
        ((MessageKind.LIBRARY, MessageKind.LIBRARY), "2 things to know"),
        ((MessageKind.REVIEW, MessageKind.FAILED), "2 things to know"),
    ],
)
def test_a_digest_says_what_its_messages_have_in_common(
    kinds: tuple[MessageKind, ...], title: str
) -> None:
    messages = [compose(kind, "a title", [], None) for kind in kinds]

    assert digest_of(messages, waiting=1, link=None).title == title
    assert "1 file waits for you." in digest_of(messages, waiting=1, link=None).body


def test_few_messages_are_all_named() -> None:
    digest = digest_of([failed(1), failed(2)], waiting=0, link=None)

    assert "more" not in digest.body
    assert "wait" not in digest.body


def test_a_single_message_stays_as_it_is() -> None:
    message = failed(1)

    assert digest_of([message], waiting=9, link=None) is message


def test_what_strangers_wrote_cannot_break_the_lines() -> None:
    assert shorten("a\nb\x1b[2J\u202ec\udcff  d", 50) == "a b [2J c d"


def test_what_is_too_long_says_so() -> None:
    assert shorten("harbour", 7) == "harbour"
    assert shorten("harbours", 7) == "harbou…"


any_text = st.text(alphabet=st.characters(codec=None, exclude_categories=()))


@given(
    title=any_text,
    lines=st.lists(any_text),
    link=st.text(max_size=BODY_LIMIT * 2),
    last=st.lists(st.from_regex(r"https://[a-z.]{1,100}", fullmatch=True), max_size=2),
)
def test_every_message_fits_the_smallest_service_and_keeps_its_addresses(
    title: str, lines: list[str], link: str, last: list[str]
) -> None:
    message = compose(
        MessageKind.REVIEW, title * 50, [line * 50 for line in lines], link, last=last
    )

    at_least = len(link) + 2 + sum(len(each) + 1 for each in last)
    assert len(message.title) <= TITLE_LIMIT
    assert len(message.body) + 1 + len(link) <= max(BODY_LIMIT, at_least)
    assert all(line.isprintable() for line in [message.title, *message.body.split("\n")])
    assert all(f"\n{each}" in message.body for each in last)
