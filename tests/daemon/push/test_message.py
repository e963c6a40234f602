import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.push.message import (
    BODY_LIMIT,
    TITLE_LIMIT,
    Message,
    MessageKind,
    describe_work,
    digest_of,
    file_failed,
    library_offline,
    library_online,
    review_opened,
    shorten,
    source_refused,
    trial,
)
from rules.work import Studio, Work

LINK = "https://doorman.example/reviews/12"


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (
            Work(title="Harbour at Dawn", studio=Studio(name="Low Tide"), date="2024-05"),
            "Harbour at Dawn (Low Tide, 2024-05)",
        ),
        (Work(title="Harbour at Dawn"), "Harbour at Dawn"),
        (Work(code="LT-7", date="2024"), "LT-7 (2024)"),
        (Work(), "a work without a title"),
    ],
)
def test_a_work_is_described_in_one_line(work: Work, words: str) -> None:
    assert describe_work(work) == words


def test_a_review_says_everything_needed_to_answer_it() -> None:
    message = review_opened(
        12,
        "harbour.mkv",
        best="Harbour at Dawn (Low Tide), from stashdb",
        candidates=1,
        reasons=["two works share this fingerprint", "the durations differ by 40 s"],
        link=LINK,
    )

    assert message == Message(
        title="Review 12: harbour.mkv",
        body="Best candidate: Harbour at Dawn (Low Tide), from stashdb\n"
        "two works share this fingerprint\n"
        "the durations differ by 40 s\n"
        "doorman review 12\n"
        "doorman accept 12\n"
        "doorman reject 12\n"
        "doorman dismiss 12",
        link=LINK,
        kind=MessageKind.REVIEW,
    )


def test_a_review_without_candidates_says_so() -> None:
    message = review_opened(3, "clip.mkv", best=None, candidates=0, reasons=[], link=None)

    assert message.body.startswith("No candidate.\ndoorman review 3\n")


def test_a_choice_is_said_where_there_is_one() -> None:
    message = review_opened(3, "clip.mkv", best="A", candidates=3, reasons=[], link=None)

    assert message.body == (
        "Best candidate: A (and 2 more)\ndoorman review 3\ndoorman accept 3 CANDIDATE\n"
        "doorman reject 3 CANDIDATE\ndoorman dismiss 3"
    )


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (file_failed("clip.mkv", "it is cut off", link=LINK), "Cannot examine clip.mkv"),
        (source_refused("stashdb", "HTTP 401", link=LINK), "stashdb refuses the key"),
        (library_offline("films", "not mounted", link=LINK), "Library films is offline"),
        (library_online("films", link=LINK), "Library films is back"),
        (trial(link=LINK), "doorman can reach you"),
    ],
)
def test_the_title_says_what_is_the_matter(message: Message, words: str) -> None:
    assert (message.title, message.link) == (words, LINK)
    assert message.body


def test_several_messages_become_one() -> None:
    messages = [file_failed(f"clip {n}.mkv", "cut off", link=LINK) for n in range(10)]

    digest = digest_of(messages, link=None)

    assert digest.title == "10 things need you"
    assert digest.body.splitlines() == [
        *(f"Cannot examine clip {n}.mkv" for n in range(8)),
        "and 2 more",
        "doorman review",
    ]


def test_few_messages_are_all_named() -> None:
    messages = [file_failed(f"clip {n}.mkv", "cut off", link=LINK) for n in range(2)]

    assert "more" not in digest_of(messages, link=None).body


def test_a_single_message_stays_as_it_is() -> None:
    message = file_failed("clip.mkv", "cut off", link=LINK)

    assert digest_of([message], link=None) is message


def test_what_strangers_wrote_cannot_break_the_lines() -> None:
    assert shorten("a\nb\x1b[2J\u202ec\udcff  d", 50) == "a b [2J c d"


def test_what_is_too_long_says_so() -> None:
    assert shorten("harbour", 7) == "harbour"
    assert shorten("harbours", 7) == "harbou…"


any_text = st.text(alphabet=st.characters(codec=None, exclude_categories=()))


@given(
    name=any_text, best=any_text, reasons=st.lists(any_text), link=st.text(max_size=BODY_LIMIT * 2)
)
def test_every_message_fits_the_smallest_service(
    name: str, best: str, reasons: list[str], link: str
) -> None:
    long = name * 50
    message = review_opened(
        7, long, best=best * 50, candidates=2, reasons=[r * 50 for r in reasons], link=link
    )

    assert len(message.title) <= TITLE_LIMIT
    assert len(message.body) + 1 + len(link) <= max(BODY_LIMIT, len(link) + 2)
    assert all(line.isprintable() for line in [message.title, *message.body.split("\n")])
