from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter

from daemon.cli.rules_commands import RulesChecked
from daemon.desk.judgement_views import RULE_LINES
from daemon.desk.trial import TRIAL
from tests.daemon.cli.home import Home
from tests.daemon.desk.shelf import offer

OWN = '[[rule]]\nname = "{0}"\nwhen = "{1}"\nthen = "review"\n'


def rules_file(home: Home, text: str) -> Path:
    path = home.folder / "rules.toml"
    path.write_text(text)
    return path


def test_sound_rules_are_counted(home: Home) -> None:
    home.configure(OWN.format("ask me", "oshash"))

    ran = home.run("rules", "check")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "5 rules, all sound: 1 yours, 4 shipped\n"


def test_a_rule_that_can_never_decide_is_warned_of_with_its_place(home: Home) -> None:
    rules = rules_file(home, OWN.format("all", "true") + OWN.format("some", "oshash"))

    ran = home.run("rules", "check", str(rules))

    assert ran.code == 0
    assert ran.out.startswith("6 rules, all sound: 2 yours, 4 shipped\n")
    assert f'warning: {rules}:6: rule "some": it can never fire: rule "all" always' in ran.out
    assert 'warning: rule "near phash": it can never fire' in ran.out


@pytest.mark.parametrize(
    ("condition", "place", "said"),
    [
        ("phash_distanc <= 4", "3:9", 'there is no fact "phash_distanc"; did you mean "phash_d'),
        ("source == 'frist'", "3:19", 'there is no source "frist"; did you mean "first"?'),
        ("oshash and rivals", "3:20", "a number stands where a yes or no belongs"),
    ],
)
def test_an_unsound_rule_is_told_with_line_and_column(
    home: Home, condition: str, place: str, said: str
) -> None:
    rules = rules_file(home, OWN.format("mine", condition))

    for command in ("check", "try"):
        ran = home.run("rules", command, str(rules))

        assert (ran.code, ran.out) == (78, "")
        assert f'{rules}:{place}: rule.when: rule "mine": {said}' in ran.err


def test_a_file_can_be_checked_without_a_configuration(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(home.folder))
    monkeypatch.delenv("DOORMAN_CONFIG", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    rules = rules_file(home, OWN.format("mine", "source == 'anybody'"))

    ran = home.run_bare("rules", "check", str(rules))

    assert (ran.code, ran.out) == (0, "5 rules, all sound: 1 yours, 4 shipped\n")


def test_rules_in_force_are_listed_with_what_they_did(home: Home) -> None:
    home.configure(OWN.format("ask me", "rivals >= 1"))

    shown = home.run("rules", "list").out
    lines = RULE_LINES.validate_json(home.run("rules", "list", "--json").out)

    assert shown.startswith(
        "1  ask me  (yours)\n     when    rivals >= 1\n     then    review\n     fired   never\n"
    )
    assert [line.is_shipped for line in lines] == [False, True, True, True, True]


def test_where_no_rule_is_in_force_that_is_said(home: Home) -> None:
    home.configure("[identify]\ndefault_rules = false\n")

    assert home.run("rules", "list").out.startswith("There are no rules")


def test_what_has_nothing_stored_is_not_tried(home: Home) -> None:
    home.fill(lambda shelf: shelf.put_accepted(offer("a")))
    rules = rules_file(home, OWN.format("mine", "true"))

    view = TRIAL.validate_json(home.run("rules", "try", str(rules), "--json").out)

    assert (view.changed, view.unreadable) == (0, 1)
    assert "1  not tried" in home.run("rules", "try", str(rules)).out


def test_an_unknown_library_is_wrong_usage(home: Home) -> None:
    ran = home.run("rules", "try", str(rules_file(home, "")), "--library", "flims")

    assert (ran.code, ran.out) == (2, "")
    assert "there is no library 'flims'; there is films" in ran.err


def test_what_was_checked_is_json_for_programs(home: Home) -> None:
    rules = rules_file(home, OWN.format("all", "true") + OWN.format("some", "oshash"))

    ran = home.run("rules", "check", str(rules), "--json")

    told = TypeAdapter(RulesChecked).validate_json(ran.out)
    assert (told.own, told.shipped) == (2, 4)
    assert [(each.rule, each.line) for each in told.warnings][:1] == [("some", 6)]
