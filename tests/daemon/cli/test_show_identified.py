from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from daemon.cli.show import show_candidates
from daemon.cli.show_identified import show_identified
from daemon.desk.candidate_views import CandidateView, WitnessView
from daemon.desk.views import Answered, FileLine, FileView
from rules.journey import FileState

PATH = "/films/Harbour at Dawn.mkv"


def view(state: FileState, *, reason: str | None = None, work: str | None = None) -> FileView:
    line = FileLine(
        number=7, path=PATH, library="films", state=state, reason=reason, changed_at_s=1.0
    )
    return FileView(
        line=line,
        revision=1,
        size_bytes=7,
        duration_s=None,
        facts=None,
        fingerprints=(),
        phash_missing=None,
        work=work,
        sidecars=(),
        candidates=(),
        answers=(),
        decisions=(),
        events=(),
        due_at_s=None,
        owed_error=None,
    )


def console() -> tuple[Console, StringIO]:
    out = StringIO()
    return Console(file=out, width=200, highlight=False, soft_wrap=True), out


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (view(FileState.DONE, work="Harbour at Dawn"), "done: Harbour at Dawn"),
        (view(FileState.NO_MATCH, reason="no rule held"), "no match: no rule held"),
        (
            view(FileState.REVIEW, reason='is it "[Harbour]" from first?'),
            'review: is it "[Harbour]" from first?\n  doorman review 7',
        ),
        (view(FileState.READY), "ready"),
    ],
    ids=lambda each: each.line.state.value if isinstance(each, FileView) else "",
)
def test_what_became_of_a_file_is_said_with_its_name(seen: FileView, said: str) -> None:
    out, text = console()
    asked = Answered(number=7, path=PATH, state=FileState.READY, message="it is asked about now")

    show_identified([asked], [seen], out)

    assert text.getvalue() == f"7 Harbour at Dawn.mkv: {said}\n"


def test_file_that_was_not_asked_about_says_why() -> None:
    out, text = console()
    asked = Answered(
        number=7,
        path=PATH,
        state=FileState.DONE,
        message="it is accepted already",
        has_changed=False,
    )

    show_identified([asked], [view(FileState.DONE, work="Harbour at Dawn")], out)

    assert text.getvalue() == "7 Harbour at Dawn.mkv: it is accepted already\n"


def witness(number: int, source: str, text: str) -> WitnessView:
    return WitnessView(
        number=number,
        source=source,
        remote_id=f"{source}-{number}",
        text=text,
        title=None,
        date=None,
        duration_s=None,
        page_url=f"https://{source}.example/{number}",
        evidence=(f"said by {source}",),
    )


def test_all_who_tell_of_a_candidate_are_shown_with_what_each_says() -> None:
    out, text = console()
    candidate = CandidateView(
        number=1,
        source="first",
        remote_id="a",
        label='"Harbour [A]"',
        evidence=("said by first",),
        page_url="https://first.example/1",
        performers=(),
        is_accepted=False,
        witnesses=(witness(1, "first", '"Harbour [A]"'), witness(3, "second", '"Port", 31 min')),
    )

    show_candidates([candidate], out)

    assert text.getvalue() == (
        "Candidates\n"
        '  1  "Harbour [A]" from first and second\n'
        "     - said by first\n"
        "     https://first.example/1\n"
        "     so says first; the same work, with other words first:\n"
        '     3  second says "Port", 31 min\n'
        "        - said by second\n"
        "        https://second.example/3\n"
    )
