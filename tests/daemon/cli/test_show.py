from __future__ import annotations

import io
import time
from dataclasses import replace

import pytest
from rich.console import Console

from daemon.cli.show import (
    ago,
    clock,
    console,
    escape,
    show_answered,
    show_failed,
    show_files,
    show_review,
    show_status,
)
from daemon.cli.show_findings import show_findings, summary
from daemon.cli.show_why import show_why
from daemon.desk.beside_views import BesideView
from daemon.desk.candidate_views import CandidateView
from daemon.desk.views import (
    MOST_LISTED,
    Answered,
    DecisionView,
    EventView,
    ExaminingView,
    FileLine,
    FileView,
    FingerprintView,
    LibraryLine,
    SourceLine,
    StatusView,
)
from daemon.setup.findings import Finding, Level
from rules.fingerprint import Algorithm
from rules.journey import FileState

NOW_S = 1_000_000.0
STATUS = StatusView(
    version="0.1.0",
    is_running=True,
    pid=77,
    started_at_s=NOW_S - 7200,
    store="/state/doorman.duckdb",
    libraries=(
        LibraryLine(name="films", root="/films", state="watching", files=3, missing=1),
        LibraryLine(
            name="[old]",
            root="/old",
            state="offline",
            reason="its drive is gone; mount it",
            findings=("/old/[x] cannot be read",),
        ),
    ),
    sources=(
        SourceLine(
            name="first",
            url="https://first.example/graphql",
            asked=9,
            known=4,
            failed=2,
            last_asked_at_s=NOW_S,
            last_outcome="failed",
            last_reason="it timed out",
        ),
        SourceLine(name="second", url="https://second.example/graphql"),
    ),
    states=dict.fromkeys(FileState, 0) | {FileState.REVIEW: 2, FileState.DONE: 1},
    missing=1,
    owed=2,
    owed_error="disk [full]",
    rules={},
    is_idle=True,
)
LINE = FileLine(
    number=7,
    path="/films/Harbour [2024].mkv",
    library="films",
    state=FileState.REVIEW,
    reason="needs you: [is it?]",
    changed_at_s=NOW_S - 90,
    best='"Harbour [A]"',
    candidates=2,
)
BESIDE = BesideView(
    path="/films/Harbour [2024].nfo",
    written_at_s=NOW_S,
    sha256="00",
    is_own=False,
    trouble=None,
    says=("title Harbour [A]", "studio Pier"),
)
VIEW = FileView(
    line=LINE,
    revision=3,
    size_bytes=3 << 19,
    duration_s=61.5,
    facts="matroska, h264",
    fingerprints=(
        FingerprintView(algorithm=Algorithm.OSHASH, text="00ff"),
        FingerprintView(algorithm=Algorithm.PHASH, text="abcd"),
    ),
    phash_missing=None,
    sheet="/state/sheets/00/00ff-7.webp",
    work=None,
    sidecars=(),
    candidates=(
        CandidateView(
            number=1,
            source="first",
            remote_id="a",
            label='"Harbour [A]"',
            evidence=("oshash is the same",),
            page_url="https://first.example/a",
            performers=("Ada Winter", "B. Frost"),
            is_accepted=False,
        ),
        CandidateView(
            number=2,
            source="second",
            remote_id="b",
            label='"Harbour B"',
            evidence=(),
            page_url=None,
            performers=(),
            is_accepted=True,
        ),
    ),
    answers=("source first offers 1 candidate",),
    decisions=(
        DecisionView(
            outcome="accepted",
            decided_by="rule",
            rule="exact",
            reasons=("the oshash is the same",),
            chosen="first a",
            decided_at_s=NOW_S,
            undone_at_s=NOW_S,
        ),
        DecisionView(
            outcome="no match",
            decided_by="rule",
            rule=None,
            reasons=(),
            chosen=None,
            decided_at_s=NOW_S,
            undone_at_s=None,
        ),
        DecisionView(
            outcome="dismissed",
            decided_by="person",
            rule=None,
            reasons=(),
            chosen=None,
            decided_at_s=NOW_S,
            undone_at_s=None,
        ),
    ),
    events=(
        EventView(event="seen", detail=None, at_s=NOW_S),
        EventView(event="moved", detail="from /films/[old].mkv", at_s=NOW_S),
    ),
    due_at_s=None,
    owed_error=None,
)


class Screen:
    """Keeps what is printed, as a file would have it."""

    def __init__(self, *, is_terminal: bool = False, width: int = 10_000) -> None:
        self._text = io.StringIO()
        self.out = Console(
            file=self._text,
            force_terminal=is_terminal,
            width=width,
            highlight=False,
            soft_wrap=True,
            color_system="standard" if is_terminal else None,
        )

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._text.getvalue().splitlines()]


@pytest.fixture
def screen() -> Screen:
    return Screen()


def test_status_is_told_whole(screen: Screen) -> None:
    show_status(STATUS, screen.out, now_s=NOW_S)

    assert screen.lines == [
        "doorman 0.1.0, started 2 h ago (process 77)",
        "library  state     files  missing  folder",
        "films    watching  3      1        /films",
        "[old]    offline   0      0        /old",
        "  [old]: its drive is gone; mount it",
        "  /old/[x] cannot be read",
        "source  last answer  asked  knew  failed  address",
        "first   failed       9      4     2       https://first.example/graphql",
        "second  never asked  0      0     0       https://second.example/graphql",
        "  first: it timed out",
        "files: 1 done, 2 review, 1 missing",
        "2 wait for you: doorman review",
        "2 sidecars or messages are still owed: disk [full]",
    ]


@pytest.mark.parametrize(("kept", "whose"), [(1, "1 file"), (3, "3 files")])
def test_status_says_what_stays_beside_files(screen: Screen, kept: int, whose: str) -> None:
    status = replace(STATUS, kept=kept, kept_lately=("/[films]: dawn.nfo stays",))

    show_status(status, screen.out, now_s=NOW_S)

    assert screen.lines[-2:] == [
        f"sidecars of somebody else stay beside {whose}: doorman why FILE",
        "  /[films]: dawn.nfo stays",
    ]


def test_empty_status_says_so(screen: Screen) -> None:
    status = replace(
        STATUS,
        is_running=False,
        sources=(),
        states=dict.fromkeys(FileState, 0),
        missing=0,
        owed=1,
        owed_error=None,
    )

    show_status(status, screen.out, now_s=NOW_S)

    assert screen.lines[0] == "doorman 0.1.0, not running"
    assert screen.lines[-3:] == [
        "no source is asked; add a [[source]] to the configuration",
        "files: none yet",
        "1 sidecar or message is still owed",
    ]


def test_status_says_what_is_to_be_examined(screen: Screen) -> None:
    show_status(replace(STATUS, examining=ExaminingView(new=2)), screen.out, now_s=NOW_S)

    assert "fingerprinting: 2 files left" in screen.lines


def test_why_says_that_a_file_is_examined_again(screen: Screen) -> None:
    show_why(replace(VIEW, examining_again="waits to be [examined] again"), screen.out)

    assert "  again    waits to be [examined] again" in screen.lines


def test_files_are_listed_in_whole_lines(screen: Screen) -> None:
    long = replace(LINE, path=f"/films/{'x' * 300}.mkv", best=None, candidates=0)

    show_files([LINE, long], screen.out, now_s=NOW_S)

    heading, first, second, last = screen.lines
    assert heading.split() == ["number", "file", "best", "candidate", "candidates", "since"]
    assert first.startswith("7       Harbour [2024].mkv ")
    assert first.endswith('"Harbour [A]"   2           2 min ago')
    assert "x" * 300 in second
    assert last == "Look at one with: doorman review NUMBER"


def test_nothing_to_review_is_good_news(screen: Screen) -> None:
    show_files([], screen.out, now_s=NOW_S)

    assert screen.lines == ["Nothing waits for you."]


def test_failed_files_are_listed_with_their_reasons(screen: Screen) -> None:
    show_failed([LINE, replace(LINE, number=8, reason=None)], screen.out)

    assert screen.lines == [
        "7  needs you: [is it?]",
        "8  /films/Harbour [2024].mkv",
        "When one is mended: doorman identify NUMBER",
    ]


def test_no_failed_file_is_good_news(screen: Screen) -> None:
    show_failed([], screen.out)

    assert screen.lines == ["Every file could be examined."]


def test_status_says_how_to_see_what_failed(screen: Screen) -> None:
    states = dict.fromkeys(FileState, 0) | {FileState.FAILED: 4}

    show_status(replace(STATUS, states=states, owed=0), screen.out, now_s=NOW_S)

    assert screen.lines[-1] == "4 cannot be examined: doorman review --failed"


def test_question_is_not_tried_again(screen: Screen) -> None:
    show_review(replace(VIEW, due_at_s=NOW_S), screen.out)

    assert not any("next try" in line for line in screen.lines)


def test_list_that_was_cut_says_so(screen: Screen) -> None:
    show_files([LINE] * MOST_LISTED, screen.out, now_s=NOW_S)

    assert screen.lines[-2].startswith(f"These are the first {MOST_LISTED};")


def test_question_has_everything_to_answer_it(screen: Screen) -> None:
    show_review(VIEW, screen.out)

    assert screen.lines == [
        "7  /films/Harbour [2024].mkv",
        "  review: needs you: [is it?]",
        "  video    matroska, h264, 61.50 s, 1.5 MiB",
        "Candidates",
        '  1  "Harbour [A]" from first',
        "     with Ada Winter, B. Frost",
        "     - oshash is the same",
        "     https://first.example/a",
        '  2  "Harbour B" from second (accepted)',
        "",
        "  doorman accept 7 CANDIDATE    it is this",
        "  doorman reject 7 CANDIDATE    it is not; never offer it again",
        "  doorman dismiss 7             leave the file alone",
    ]


def test_question_says_why_it_is_asked(screen: Screen) -> None:
    asked = replace(VIEW.decisions[0], outcome="review", reasons=("rivals [2]", "too short"))

    show_review(replace(VIEW, decisions=(*VIEW.decisions, asked)), screen.out)

    start = screen.lines.index("Why you are asked")
    assert screen.lines[start + 1 : start + 4] == ["     - rivals [2]", "     - too short", ""]


def test_a_strangers_text_is_shown_and_not_obeyed(screen: Screen) -> None:
    line = replace(LINE, path="/films/red \x1b[31m [bold]\nnext.mkv")

    show_review(replace(VIEW, line=line), screen.out)

    assert screen.lines[0] == "7  /films/red \\x1b[31m [bold]\\nnext.mkv"


def test_only_candidate_need_not_be_named(screen: Screen) -> None:
    show_review(replace(VIEW, candidates=VIEW.candidates[:1]), screen.out)

    assert "  doorman accept 7    it is this" in screen.lines


def test_answered_question_asks_nothing(screen: Screen) -> None:
    view = replace(
        VIEW,
        line=replace(LINE, state=FileState.DONE, reason=None, is_missing=True),
        work="Harbour [A]",
        candidates=(),
        facts=None,
        due_at_s=NOW_S,
        owed_error="disk [full]",
    )

    show_review(view, screen.out)

    assert screen.lines == [
        "7  /films/Harbour [2024].mkv",
        "  done (missing)",
        "  work     Harbour [A]",
        f"  next try {clock(NOW_S)}",
        "  sidecar  disk [full]",
    ]


def test_why_tells_the_whole_history(screen: Screen) -> None:
    view = replace(VIEW, phash_missing="it is too short", sidecars=("/films/Harbour [2024].nfo",))

    show_why(view, screen.out)

    at = clock(NOW_S)
    told = screen.lines
    assert told[3:7] == [
        *("  oshash   00ff", "  phash    abcd", "  no phash: it is too short"),
        "  sheet    /state/sheets/00/00ff-7.webp",
    ]
    assert told[7:9] == ["Sources", "  source first offers 1 candidate"]
    assert told[told.index("Decisions") :] == [
        "Decisions",
        f"  {at}  accepted by rule 'exact', undone {at}",
        "     - the oshash is the same",
        f"  {at}  no match by no rule",
        f"  {at}  dismissed by a person",
        "History",
        f"  {at}  seen",
        f"  {at}  moved  from /films/[old].mkv",
        "Sidecar /films/Harbour [2024].nfo",
    ]


@pytest.mark.parametrize(
    ("beside", "words"),
    [
        (BESIDE, ["     - it says title Harbour [A]", "     - it says studio Pier"]),
        (
            replace(BESIDE, is_own=True),
            ["     - doorman wrote it, so it says nothing new"],
        ),
        (
            replace(BESIDE, trouble="it is a [link]; copy it", says=()),
            ["     - it is a [link]; copy it"],
        ),
    ],
    ids=["foreign", "own", "unreadable"],
)
def test_why_tells_what_lay_beside_the_file(
    screen: Screen, beside: BesideView, words: list[str]
) -> None:
    show_why(replace(VIEW, beside=beside), screen.out)

    told = screen.lines
    begin = told.index("Beside it")
    assert told[begin + 1] == f"  {clock(NOW_S)}  /films/Harbour [2024].nfo"
    assert told[begin + 2 : begin + 2 + len(words)] == words
    assert not told[begin + 2 + len(words)].startswith("     - ")


def test_answer_and_what_stays(screen: Screen) -> None:
    answered = Answered(
        number=7,
        path="/films/Harbour [2024].mkv",
        state=FileState.ACCEPTED,
        message='accepted as "Harbour [A]"',
        left=("title stays as you set it",),
    )

    show_answered(answered, screen.out)

    assert screen.lines == [
        '7 Harbour [2024].mkv: accepted as "Harbour [A]"',
        "  title stays as you set it",
    ]


@pytest.mark.parametrize(
    ("passed_s", "words"),
    [
        (-5, "0 s ago"),
        (0, "0 s ago"),
        (59, "59 s ago"),
        (60, "1 min ago"),
        (3599, "60 min ago"),
        (3600, "1 h ago"),
        (86_400 * 12, "12 d ago"),
    ],
)
def test_time_passed_is_told_in_one_unit(passed_s: float, words: str) -> None:
    assert ago(NOW_S - passed_s, now_s=NOW_S) == words


def test_what_never_was_is_a_dash() -> None:
    assert ago(None, now_s=NOW_S) == "-"


def test_clock_is_this_machines() -> None:
    assert time.mktime(time.strptime(clock(NOW_S), "%Y-%m-%d %H:%M:%S")) == NOW_S


def test_lines_for_programs_are_never_folded() -> None:
    assert console().width >= 10_000


def test_name_that_spells_a_symbol_stays_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    console().print(escape("/films/Harbour :star: [at] Dawn.mkv"))

    assert capsys.readouterr().out == "/films/Harbour :star: [at] Dawn.mkv\n"


FINDINGS = (
    Finding(level=Level.OK, thing="store", message="can be written"),
    Finding(level=Level.WARNING, thing="library [films]", message="is empty " * 12),
    Finding(level=Level.ERROR, thing="source first", message="refuses the key [x]"),
    Finding(level=Level.ERROR, thing="socket", message="cannot be opened"),
)


def test_findings_stand_in_columns(screen: Screen) -> None:
    show_findings(FINDINGS, screen.out)

    assert screen.lines == [
        "ok       store            can be written",
        f"warning  library [films]  {('is empty ' * 12).strip()}",
        "error    source first     refuses the key [x]",
        "error    socket           cannot be opened",
        "2 errors, 1 warning",
    ]


def test_findings_have_colours_and_fit_on_a_terminal() -> None:
    screen = Screen(is_terminal=True, width=60)

    show_findings(FINDINGS, screen.out)

    shown = screen.lines
    assert shown[0].startswith("\x1b[32mok\x1b[0m")
    assert shown[1].startswith("\x1b[33mwarning\x1b[0m")
    assert any(line.startswith("\x1b[1;31merror\x1b[0m") for line in shown)
    assert shown[2].startswith(" " * 26 + "empty is empty")


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ((), "Everything is as it should be."),
        ((Level.OK,), "Everything is as it should be."),
        ((Level.WARNING,), "1 warning"),
        ((Level.ERROR, Level.WARNING, Level.WARNING), "1 error, 2 warnings"),
    ],
)
def test_summary_counts_what_is_wrong(levels: tuple[Level, ...], words: str) -> None:
    findings = [Finding(level=level, thing="store", message="…") for level in levels]

    assert summary(findings) == words


def test_why_tells_what_of_somebody_else_stays(screen: Screen) -> None:
    show_why(replace(VIEW, kept=("dawn.nfo stays: [locked]",)), screen.out)

    assert "Kept: dawn.nfo stays: [locked]" in screen.lines
