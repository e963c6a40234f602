from __future__ import annotations

from pathlib import Path

import pytest

from daemon.settings.problems import ConfigurationInvalid, ConfigurationUnreadable
from daemon.settings.rule_file import RuleFile, read_rule_file
from daemon.settings.rules import Names
from rules.defaults import DEFAULT_RULES

NAMES = Names(libraries=frozenset({"films"}), sources=frozenset({"alpha"}))
SHIPPED = [rule.name for rule in DEFAULT_RULES]


def read(folder: Path, text: str, names: Names | None = NAMES) -> RuleFile:
    path = folder / "rules.toml"
    path.write_text(text)
    return read_rule_file(path, names=names)


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigurationInvalid) as refused:
        read(folder, text)
    return [str(each).removeprefix(f"{folder}/") for each in refused.value.problems]


def test_own_rules_come_before_the_shipped_ones(tmp_path: Path) -> None:
    text = '# mine\n\n[[rule]]\nname = "ask me"\nwhen = "oshash"\nthen = "review"\n'

    found = read(tmp_path, text)

    assert [text.name for text in found.texts] == ["ask me", *SHIPPED]
    assert (found.own, found.lines) == (1, {"ask me": 4})


def test_the_shipped_rules_can_be_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, "[identify]\ndefault_rules = false\n").texts == ()


def test_a_file_without_rules_leads_to_the_shipped_ones(tmp_path: Path) -> None:
    assert [text.name for text in read(tmp_path, "").texts] == SHIPPED


def test_other_sections_of_a_configuration_are_passed_over(tmp_path: Path) -> None:
    text = "[[library]]\nnonsense = 1\n[[source]]\n[store]\npath = 7\n[notify]\n"

    assert read(tmp_path, text).own == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rules]]\n", "rules.toml:1: rules: unknown section; did you mean [[rule]]?"),
        (
            '[[rule]]\nname = "r"\nwhen = "phash_distanc <= 4"\nthen = "accept"\n',
            (
                'rules.toml:3:9: rule.when: rule "r": there is no fact "phash_distanc"; '
                'did you mean "phash_distance"?'
            ),
        ),
        (
            "[[rule]]\nname = 'r'\nthen = 'accept'\nwhen = '''\noshash\nand rivals = 0'''\n",
            'rules.toml:6:12: rule.when: rule "r": = has no meaning here; write == to compare',
        ),
        (
            'rule = [{name = "r", when = "rivals", then = "review"}]\n',
            (
                'rules.toml:1: rule.when: rule "r", line 1, column 1: it is a number, not a yes or '
                "no; compare it with something"
            ),
        ),
        (
            '[[rule]]\nname = "r"\nwhen = "source == \'alhpa\'"\nthen = "review"\n',
            (
                'rules.toml:3:19: rule.when: rule "r": there is no source "alhpa"; '
                'did you mean "alpha"?'
            ),
        ),
        (
            '[[rule]]\nname = "near phash"\nwhen = "true"\nthen = "review"\n',
            (
                'rules.toml:2: rule.name: a shipped rule is named "near phash"; '
                "choose another name for yours"
            ),
        ),
        (
            '[[rule]]\nname = "r"\nwhen = "true"\nthen = "acept"\n',
            (
                'rules.toml:4: rule.then: must be "accept", "review", "ignore" or "no match", '
                'not "acept"; did you mean "accept"?'
            ),
        ),
        (
            "[[rule]\n",
            'rules.toml:1:7: the closing "]]" of the section is missing',
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    assert problems(tmp_path, text) == [said]


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    rule = '[[rule]]\nname = "{0}"\nwhen = "{1}"\nthen = "review"\n'
    text = rule.format("one", "oshas") + rule.format("two", "rivals ==")

    assert len(problems(tmp_path, text)) == 2


def test_windows_line_ends_do_not_move_the_place(tmp_path: Path) -> None:
    text = "[[rule]]\nname = 'r'\nthen = 'accept'\nwhen = '''\ntrue\nand oshas'''\n"

    (told,) = problems(tmp_path, text)
    path = tmp_path / "rules.toml"
    path.write_bytes(text.replace("\n", "\r\n").encode())
    with pytest.raises(ConfigurationInvalid) as refused:
        read_rule_file(path, names=NAMES)

    assert told.startswith("rules.toml:6:5: ")
    assert str(refused.value.problems[0]).endswith(told)


def test_without_a_configuration_any_source_may_be_named(tmp_path: Path) -> None:
    text = '[[rule]]\nname = "r"\nwhen = "source == \'alhpa\'"\nthen = "review"\n'

    assert read(tmp_path, text, None).own == 1


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationUnreadable, match="there is no such file"):
        read_rule_file(tmp_path / "rules.toml", names=None)
