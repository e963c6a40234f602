"""A dry run tells what would be done, and nothing whatsoever is done."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path

from daemon.desk.judgement_views import FORESEEN, RULE_LINES
from daemon.desk.trial import TRIAL, TrialView
from daemon.desk.views import FILE, FileView
from rules.journey import FileState
from store.database import Connection, open_database
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home

DONE, REVIEW, NO_MATCH = FileState.DONE, FileState.REVIEW, FileState.NO_MATCH
ASK_ALWAYS = '[[rule]]\nname = "ask me"\nwhen = "true"\nthen = "review"\n'


def all_rows(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    return {
        str(table): connection.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()  # noqa: S608  # our own tables
        for (table,) in tables
    }


def everything(home: Home) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of the store, while nobody has it."""
    database = open_database(home.store, memory_limit_bytes=256 * 2**20, now_s=1.0)
    with closing(database):
        return home.portal.call(partial(database.read, all_rows))


def library(home: Home) -> dict[Path, tuple[int, bytes]]:
    return {
        path: (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(home.folder.glob("films/**/*"))
        if path.is_file()
    }


def test_a_dry_run_tells_all_and_does_nothing(home: Home, films: tuple[Film, ...]) -> None:
    known, doubted, strange, old = films[:4]
    home.knows(old)
    with home.run() as daemon:
        home.drop(old)
        daemon.until_state(old.name, DONE)
    home.knows(known)
    home.doubts(doubted, "Harbour at Noon", "Harbour at Dusk")
    for film in (known, doubted, strange):
        home.drop(film)
    before = (everything(home), library(home), home.phone.pushes)

    ran = home.do("run", "--dry-run")
    accepted = home.do("identify", old.name, "--dry-run")

    assert (everything(home), library(home), home.phone.pushes) == before
    assert f'would accept "{known.title}"' in ran.out
    assert 'by rule "known or exact"' in ran.out
    assert "would ask you whether it is" in ran.out
    assert "rivals is 1" in ran.out
    assert 'would find no match by rule "nothing offered"' in ran.out
    assert "1 file decided already, and unchanged" in ran.out
    assert old.name not in ran.out
    assert "it is accepted already; undo that first" in accepted.out
    assert (home.asked_about(known), home.asked_about(old)) == (1, 1)
    with home.run() as daemon:  # as if it had never been
        daemon.until_state(known.name, DONE)
        daemon.until_state(doubted.name, REVIEW)


def test_files_can_be_foreseen_beside_the_daemon_and_without_it(home: Home, film: Film) -> None:
    with home.run() as daemon:
        home.drop(film)
        view = daemon.until_state(film.name, NO_MATCH)
        home.knows(film)
        beside = home.do("identify", film.name, "--dry-run")
        assert daemon.file(film.name) == view
    before = (everything(home), library(home))

    without = home.do("identify", "--dry-run", "--json")

    assert (everything(home), library(home)) == before
    assert home.phone.pushes == ()
    assert f'would accept "{film.title}"' in beside.out
    (line,) = FORESEEN.validate_json(without.out)
    assert (line.verdict, line.rule) == ("accepted", "known or exact")


def test_rules_are_tried_on_what_was_decided(home: Home, films: tuple[Film, ...]) -> None:
    by_rule, by_person = films[:2]
    home.knows(by_rule)
    home.doubts(by_person, "Harbour at Noon", "Harbour at Dusk")
    rules = home.folder / "rules.toml"
    rules.write_text(ASK_ALWAYS)
    with home.run() as daemon:
        home.drop(by_rule)
        home.drop(by_person)
        daemon.until_state(by_rule.name, DONE)
        daemon.until_state(by_person.name, REVIEW)
        daemon.accept(by_person.name, 1)
        daemon.until_state(by_person.name, DONE)
        beside = TRIAL.validate_json(home.do("rules", "try", str(rules), "--json").out)
        listed = RULE_LINES.validate_json(home.do("rules", "list", "--json").out)
        why = FILE.validate_json(home.do("why", by_rule.name, "--json").out)
        told = home.do("why", by_rule.name).out
    asked = len(home.lookups())
    before = (everything(home), library(home))

    without = home.do("rules", "try", str(rules), "--library", "films")

    assert (everything(home), library(home), len(home.lookups())) == (*before, asked)
    _see_trial(beside, without.out, by_rule)
    _see_story(why, told)
    assert [each.fired for each in listed] == [1, 0, 1, 0]


def _see_trial(beside: TrialView, told: str, film: Film) -> None:
    assert (beside.changed, beside.kept) == (1, 1)
    (change,) = beside.changes
    (line,) = change.files
    assert (line.before, line.before_rule) == ("accepted", "known or exact")
    assert (line.after, line.after_rule) == ("review", "ask me")
    assert line.path.endswith(film.name)
    assert "accepted -> review: 1" in told
    assert "1  kept, decided by you" in told


def _see_story(why: FileView, told: str) -> None:
    assert [each.is_decisive for each in why.tried] == [True, False, False, False]
    assert not why.has_other_rules
    assert [each.outcome for each in why.asked] == ["known"]
    assert {each.kind for plan in why.applied for each in plan.changes} >= {"set work"}
    for word in ("Sources", "Candidates", "Rules", "Decisions", "Applied", "History"):
        assert f"\n{word}\n" in told
    assert 'rule "known or exact" (accept) decides' in told
    assert 'rule "near phash" (accept) is not tried' in told
