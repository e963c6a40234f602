from __future__ import annotations

import json
from dataclasses import fields

from daemon.demo.receiver import Receiver
from daemon.push.facts import Facts
from daemon.push.protocol import Outcome
from daemon.push.trying import TRIED
from tests.daemon.cli.home import Home

DEAD = "json://127.0.0.1:1/"


def with_channels(home: Home, phone: str, room: str) -> None:
    text = f"""
[notify]
targets = ["{phone}"]
quiet_hours = "00:00-23:59"

[[channel]]
name = "room"
targets = ["{room}"]
max_per_day = 1
"""
    home.config.write_text(home.config.read_text() + text)


def test_each_channel_gets_a_trial_whatever_the_hour(home: Home) -> None:
    with Receiver() as phone, Receiver() as room:
        with_channels(home, phone.target, room.target)
        ran = home.run("notify", "test")
        again = home.run("notify", "test", "room")

    assert (ran.code, again.code) == (0, 0)
    assert ran.out.splitlines() == [
        "notify: target 1 (json): delivered",
        "room: target 1 (json): delivered",
    ]
    assert again.out.splitlines() == ["room: target 1 (json): delivered"]
    assert [len(phone.pushes), len(room.pushes)] == [1, 2]
    assert "through the channel room" in room.pushes[0].body


def test_a_channel_that_fails_says_why_and_fails_the_command(home: Home) -> None:
    with Receiver() as phone:
        with_channels(home, phone.target, DEAD)
        ran = home.run("notify", "test", "--json")

    tried = TRIED.validate_json(ran.out)
    assert ran.code == 1
    assert [(each.channel, each.outcome) for each in tried] == [
        ("notify", Outcome.DELIVERED),
        ("room", Outcome.FAILED),
    ]
    assert "no connection" in str(tried[1].reason)


def test_a_channel_that_there_is_not_is_told_with_those_there_are(home: Home) -> None:
    with_channels(home, DEAD, DEAD)

    ran = home.run("notify", "test", "romo")

    assert ran.code == 2
    assert "there is no channel 'romo'; there is notify, room" in ran.err


def test_nobody_to_tell_is_a_failure(home: Home) -> None:
    ran = home.run("notify", "test")

    assert ran.code == 1
    assert "add targets below [notify]" in ran.out


def test_what_templates_can_speak_of_is_told(home: Home) -> None:
    ran = home.run_bare("notify", "variables")

    assert ran.code == 0
    assert "  candidate   the best candidate and its source" in ran.out


def test_variables_are_told_to_programs_in_json(home: Home) -> None:
    told = json.loads(home.run_bare("notify", "variables", "--json").out)

    assert told["messages"].keys() == {each.name for each in fields(Facts)}
    assert "{{ reasons | count }}" in told["messages"]["reasons"]
    assert sorted(told["digest"]) == ["count", "link", "titles", "waiting"]
