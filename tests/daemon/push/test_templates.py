from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.push.facts import Facts
from daemon.push.message import BODY_LIMIT, MessageKind
from daemon.push.owner_words import OwnerWords
from daemon.push.template_check import check_templates
from daemon.push.template_child import fill
from daemon.push.template_protocol import Filled, Sheet
from daemon.push.templates import (
    FILE_NAMES,
    LONGEST_TEXT,
    MOST_TEMPLATE_BYTES,
    fill_all,
    read_templates,
    sheet_of,
)
from daemon.push.words import in_words
from tests.daemon.doubles import Lines

pytestmark = pytest.mark.anyio

REVIEW = Facts(
    kind="review",
    subject="harbour.mkv",
    number=12,
    candidate="Harbour at Dawn",
    reasons=("two works", "and a doubt"),
    link="https://doorman.example/files/12",
)
MINE = (
    "Was ist {{ subject }}?\n{{ candidate }}\n{% for each in reasons %}- {{ each }}\n{% endfor %}"
)


async def in_process(sheets: Sequence[Sheet]) -> tuple[Filled, ...]:
    return tuple(fill(each, longest=LONGEST_TEXT) for each in sheets)


def words(log: Lines | None = None, **texts: str) -> OwnerWords:
    return OwnerWords(texts=texts, log=log or Lines(), fill=in_process)


async def test_a_template_says_title_and_text() -> None:
    message = await words(review=MINE).message([REVIEW], waiting=1, link=None)

    assert (message.title, message.body) == (
        "Was ist harbour.mkv?",
        "Harbour at Dawn\n- two works\n- and a doubt",
    )
    assert (message.kind, message.link) == (MessageKind.REVIEW, REVIEW.link)


async def test_what_has_no_template_keeps_its_words() -> None:
    failed = Facts(kind="failed", subject="clip.mkv", reasons=("cut off",))

    message = await words(review=MINE).message([failed], waiting=1, link=None)

    assert message == in_words(failed)


async def test_a_digest_speaks_of_the_titles() -> None:
    digest = "{{ count }} neue\n{{ titles | join('; ') }}\n{{ waiting }} {{ link }}"

    message = await words(review=MINE, digest=digest).message(
        [REVIEW, replace(REVIEW, subject="b.mkv")], waiting=7, link="https://x/"
    )

    assert (message.title, message.body, message.link) == (
        "2 neue",
        "Was ist harbour.mkv?; Was ist b.mkv?\n7 https://x/",
        "https://x/",
    )


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("a\n{{ nothing }}", "'nothing' is undefined", 2),
        ("a\n\n{{ subject + 1 }}", "can only concatenate", 3),
        ("a\n{% for", "unexpected 'end of template'", 2),
        ("{{ subject.__class__.__mro__ }}", "unsafe", 1),
        ("{{ reasons.append(1) }}", "has no attribute", 1),
        ("{{ 1 / 0 }}", "division by zero", 1),
        ("{{ range(3) }}", "'range' is undefined", 1),
        ("{% include 'x' %}", "no loader", 1),
        ("  \n ", "empty message", None),
    ],
)
async def test_a_template_that_fails_costs_its_words_and_not_the_message(
    text: str, problem: str, line: int | None
) -> None:
    log = Lines()

    message = await words(log, review=text).message([REVIEW], waiting=1, link=None)

    assert message == in_words(REVIEW)
    ((event, facts),) = log.lines
    assert event == "template.failed"
    assert problem in str(facts["reason"])
    assert facts["line"] == line


async def test_what_is_too_long_is_cut_off() -> None:
    endless = (
        "{% for a in subject %}{% for b in subject %}" + "x" * 1000 + "{% endfor %}{% endfor %}"
    )

    (filled,) = await in_process([sheet_of("review", endless, {"subject": "y" * 100})])
    message = await words(review="title\n" + endless).message([REVIEW], waiting=1, link=None)

    assert len(filled.text or "") == LONGEST_TEXT
    assert len(message.body) <= BODY_LIMIT


async def test_a_child_fills_in_as_many_as_there_are() -> None:
    filled = await fill_all([sheet_of("review", "{{ n }}é", {"n": number}) for number in range(3)])

    assert [each.text for each in filled] == ["0é", "1é", "2é"]


async def test_a_template_that_never_ends_is_ended() -> None:
    loops = "".join(f"{{% for a{n} in s %}}" for n in range(9)) + "{% set x = 1 %}"
    text = loops + "{% endfor %}" * 9

    (filled,) = await fill_all([sheet_of("review", text, {"s": "y" * 1000})], deadline_s=1.5)

    assert "too long" in str(filled.problem)


async def test_a_template_that_takes_all_memory_is_ended() -> None:
    (filled,) = await fill_all([sheet_of("review", "{{ s * 4000000000 }}", {"s": "y"})])

    assert "memory" in str(filled.problem)


async def test_a_child_that_cannot_be_started_or_says_nonsense_is_a_problem() -> None:
    sheets = [sheet_of("review", "a", {})] * 2

    missing = await fill_all(sheets, command=["/nonexistent"])
    odd = await fill_all(sheets, command=[sys.executable, "-c", "print('{}')"])
    short = await fill_all(sheets, command=[sys.executable, "-c", "print('{\"filled\": []}')"])

    assert [len(each) for each in (missing, odd, short)] == [2, 2, 2]
    assert all(each.problem for each in (*missing, *odd, *short))


def put(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name.replace('_', '-')}.txt").write_text(text)
    return folder


def test_templates_are_read_by_their_names(tmp_path: Path) -> None:
    put(tmp_path, review="a", source_down="b", digest="c")
    (tmp_path / "README.md").write_text("not one")

    found = read_templates(tmp_path)

    assert found.texts == {"review": "a", "source down": "b", "digest": "c"}
    assert found.problems == ()
    assert set(FILE_NAMES.values()) >= {"review", "summary", "accepted", "digest"}


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    put(tmp_path, reviews="a", failed="x" * (MOST_TEMPLATE_BYTES + 1))
    (tmp_path / "source.txt").write_bytes(b"\xff")
    (tmp_path / "library.txt").mkdir()

    found = read_templates(tmp_path)
    missing = read_templates(tmp_path / "missing")

    assert found.texts == {}
    said = "\n".join(map(str, found.problems))
    for words_of_it in ("no kind of message; name it review.txt", "longer", "UTF-8", "read ("):
        assert words_of_it in said
    assert "cannot be listed" in str(missing.problems[0])


async def test_check_tells_what_is_wrong_with_its_line(tmp_path: Path) -> None:
    put(
        tmp_path,
        review="{{ subject }}\n{{ candidat }}\n",
        failed="{{ subject }}\n\n{% if %}",
        source="{{ subject }}\n{{ number + subject }}",
        library="{% set mine = subject %}{{ mine }}"
        "{% for each in reasons %}{{ loop.index }}{% endfor %}",
        summary="{{ candidate }}",
        digest="{{ titles[0] }} {{ subject }}",
    )

    problems = await check_templates(tmp_path)

    assert [(each.path.name, each.line) for each in problems] == [
        ("digest.txt", 1),
        ("failed.txt", 3),
        ("review.txt", 2),
        ("source.txt", 2),
        ("summary.txt", None),
    ]
    said = [str(each) for each in problems]
    assert said[0].endswith("there is no 'subject'; see: doorman notify variables")
    assert said[2] == f"{tmp_path}/review.txt:2: there is no 'candidat'; did you mean 'candidate'?"
    assert "makes an empty message" in said[4]


async def test_one_template_that_is_too_much_hides_no_other(tmp_path: Path) -> None:
    put(tmp_path, review="{{ subject }}{{ 'x' * 4000000000 }}", failed="{{ 1 / 0 }}")

    said = [str(each) for each in await check_templates(tmp_path)]

    assert len(said) == 2
    assert "division by zero" in said[0]
    assert "memory" in said[1]


async def test_templates_that_can_be_used_have_no_problems(tmp_path: Path) -> None:
    put(tmp_path, review=MINE, digest="{{ count }}")

    assert await check_templates(tmp_path) == []
