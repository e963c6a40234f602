import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.logs.lines import LogForm, render
from daemon.logs.redaction import Plain, Redactor

AT = datetime(2026, 3, 1, 7, 8, 9, 123456, tzinfo=UTC)
FACTS: dict[str, Plain] = {"path": "/library/a b.mkv", "took_s": 1.5, "found": None, "n": [1, "x"]}
TRACEBACK = "Traceback:\n  line\x1b[2J\nValueError: bad"


WORDS = 'file.failed path="/library/a b.mkv" took_s=1.5 found=null n=[1, "x"]'


@pytest.mark.parametrize(
    ("form", "line"),
    [
        (LogForm.JOURNAL, f"<4>{WORDS}"),
        (LogForm.PLAIN, f"2026-03-01T07:08:09.123Z warning  {WORDS}"),
        (
            LogForm.TERMINAL,
            f"\x1b[2m2026-03-01T07:08:09.123Z\x1b[0m \x1b[33mwarning \x1b[0m {WORDS}",
        ),
    ],
)
def test_every_reader_gets_its_form(form: LogForm, line: str) -> None:
    assert render(form, "warning", "file.failed", FACTS, at=AT) == line


def test_a_machine_gets_one_object() -> None:
    line = render(LogForm.JSON, "warning", "file.failed", FACTS, at=AT)

    head = {"timestamp": "2026-03-01T07:08:09.123Z", "level": "warning", "event": "file.failed"}
    assert json.loads(line) == head | FACTS


@pytest.mark.parametrize(
    ("level", "priority"),
    [("debug", 7), ("info", 6), ("warning", 4), ("error", 3), ("critical", 2), ("odd", 5)],
)
def test_the_journal_is_told_the_priority(level: str, priority: int) -> None:
    assert render(LogForm.JOURNAL, level, "x.done", {}, at=AT) == f"<{priority}>x.done"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain", "value=plain"),
        ("", 'value=""'),
        ("a=b", 'value="a=b"'),
        ('say "hi"', 'value="say \\"hi\\""'),
        ("café", "value=café"),
        ("a\nb", 'value="a\\nb"'),
        ("\x1b[2J", 'value="\\u001b[2J"'),
        ("\x9b2J\u202e", 'value="\\x9b2J\\u202e"'),
        (True, "value=true"),
        ({"a": "b c"}, 'value={"a": "b c"}'),
    ],
)
def test_a_value_is_one_word_or_quoted(value: Plain, shown: str) -> None:
    assert render(LogForm.JOURNAL, "info", "x", {"value": value}, at=AT) == f"<6>x {shown}"


def test_a_name_is_one_word() -> None:
    assert render(LogForm.JOURNAL, "info", "x", {"a b=\n": 1}, at=AT) == "<6>x a_b__=1"


def test_a_traceback_has_lines_of_its_own_outside_the_journal() -> None:
    line = render(LogForm.PLAIN, "error", "x", {"exception": TRACEBACK, "n": 1}, at=AT)

    assert line.splitlines()[1:] == [
        "    Traceback:",
        "      line\\x1b[2J",
        "    ValueError: bad",
    ]
    assert line.splitlines()[0].endswith("x n=1")


def test_a_traceback_is_one_entry_in_the_journal() -> None:
    line = render(LogForm.JOURNAL, "error", "x", {"exception": TRACEBACK}, at=AT)

    assert len(line.splitlines()) == 1


def test_no_fact_can_pose_as_the_time() -> None:
    line = render(LogForm.JSON, "info", "x", {"timestamp": "1970", "event": "y"}, at=AT)

    assert json.loads(line) == {
        "timestamp": "2026-03-01T07:08:09.123Z",
        "level": "info",
        "event": "x",
    }


any_text = st.text(alphabet=st.characters(codec=None, exclude_categories=()))


@given(form=st.sampled_from(list(LogForm)), event=any_text, name=any_text, value=any_text)
def test_no_text_can_pass_for_another_line(
    form: LogForm, event: str, name: str, value: str
) -> None:
    redactor = Redactor([])
    facts = {name: value} if name != "exception" else {}

    line = render(form, "info", redactor.text(event), redactor.facts(facts), at=AT)

    coloured = form is LogForm.TERMINAL
    assert line.replace("\x1b", "", 4 if coloured else 0).isprintable()
    assert line.encode()
