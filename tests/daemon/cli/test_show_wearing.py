from __future__ import annotations

from dataclasses import replace
from io import StringIO

from rich.console import Console

from daemon.cli.show import show_head, show_review
from daemon.cli.show_why import show_why
from daemon.desk.views import FILE, AppliedView, FileLine, FileView
from rules.journey import FileState

LEFT_OUT = 'performer "Mononym" is left out'
VIEW = FileView(
    line=FileLine(
        number=7,
        path="/films/Harbour.mkv",
        library="films",
        state=FileState.DONE,
        reason=None,
        changed_at_s=1.0,
    ),
    revision=1,
    size_bytes=1,
    duration_s=None,
    facts=None,
    fingerprints=(),
    phash_missing=None,
    work=None,
    sidecars=(),
    candidates=(),
    answers=(),
    decisions=(),
    events=(),
    due_at_s=None,
    owed_error=None,
    tags=("Several matches", "[bold]Mine"),
    is_organized=True,
    left_out=(LEFT_OUT,),
)


def screen() -> Console:
    return Console(file=StringIO(), width=200, highlight=False)


def said(out: Console) -> str:
    assert isinstance(out.file, StringIO)
    return out.file.getvalue()


def test_the_head_says_what_a_file_wears_and_that_it_is_finished() -> None:
    out = screen()
    show_head(VIEW, out)

    assert "  wears    Several matches, [bold]Mine\n" in said(out)
    assert "  organized: no rule changes it\n" in said(out)


def test_a_file_that_wears_nothing_has_no_line_about_it() -> None:
    out = screen()
    show_review(replace(VIEW, tags=(), is_organized=False, left_out=()), out)

    assert "wears" not in said(out)
    assert "organized" not in said(out)


def test_review_says_what_was_left_out() -> None:
    out = screen()
    show_review(VIEW, out)

    assert f"  {LEFT_OUT}\n" in said(out)


def test_why_says_what_was_left_out_with_the_changes() -> None:
    out = screen()
    applied = AppliedView(at_s=1.0, undone_at_s=None, changes=(), left_out=(LEFT_OUT,))
    show_why(replace(VIEW, applied=(applied,)), out)

    assert f"     - {LEFT_OUT}\n" in said(out)


def test_programs_are_told_the_same() -> None:
    read = FILE.validate_json(FILE.dump_json(VIEW))

    assert (read.tags, read.is_organized, read.left_out) == (VIEW.tags, True, (LEFT_OUT,))
