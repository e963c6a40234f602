from __future__ import annotations

from daemon.desk.plan_views import PLAN
from tests.daemon.cli.home import Home
from tests.daemon.desk.shelf import offer


def test_what_an_accept_would_change_is_shown_as_a_difference(home: Home) -> None:
    number = home.fill(lambda shelf: shelf.put(offers=(offer("a"), offer("b"))))

    shown = home.run("plan", str(number), "2")
    told = PLAN.validate_json(home.run("plan", str(number), "2", "--json").out)

    assert (shown.code, shown.err) == (0, "")
    lines = [line.strip() for line in shown.out.splitlines()]
    assert "- (nothing)" in lines
    assert "+ Harbour B  (first)" in lines
    assert "new: performer Ada Winter, performer Ben Frost, studio Northlight" in lines
    assert f"write: {home.films}/Harbour at Dawn.nfo" in shown.out.replace("\n    ", "")
    assert "+  <title>Harbour B</title>" in lines
    assert lines[-1] == f"Make it so with: doorman accept {number} 2"
    assert (told.candidate, told.sidecars[0].deed) == (2, "write")
    assert list(home.films.iterdir()) == []


def test_which_candidate_is_meant_has_to_be_said(home: Home) -> None:
    number = home.fill(lambda shelf: shelf.put(offers=(offer("a"), offer("b"))))

    ran = home.run("plan", str(number))

    assert (ran.code, ran.out) == (2, "")
    assert "say which" in ran.err
