from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from daemon.cli.units import must_be_read
from daemon.demo.receiver import Receiver
from daemon.settings import load_settings
from daemon.setup.findings import Finding, Level
from providers.sandbox import Sandbox
from rules.defaults import DEFAULT_RULES
from rules.facts import FACTS
from tests.daemon.cli.home import Home, spawn

FINDINGS = TypeAdapter(list[Finding])


def without_source(home: Home) -> None:
    text = home.config.read_text()
    home.config.write_text(text.replace("[[source]]", "[[source]]\nenabled = false"))


def test_check_without_errors_succeeds_and_says_what_was_found(home: Home) -> None:
    without_source(home)

    ran = home.run("check")

    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0].startswith(f"ok       configuration  {home.config} can be used")
    column = lines[0].index(str(home.config))
    assert all(line[column - 2 : column] == "  " for line in lines[:-1])
    assert lines[-1] == "3 warnings"


def test_check_with_an_error_fails(home: Home) -> None:
    without_source(home)
    home.films.rmdir()

    ran = home.run("check")

    assert ran.code == 1
    assert f"error    library films  there is no folder {home.films}" in ran.out
    assert ran.out.splitlines()[-1] == "1 error, 2 warnings"


def test_check_for_programs_is_json(home: Home) -> None:
    without_source(home)
    home.films.rmdir()

    ran = home.run("check", "--json")

    found = FINDINGS.validate_json(ran.out)
    assert ran.code == 1
    assert [each.thing for each in found if each.level is Level.ERROR] == ["library films"]


def test_check_asks_the_source_who_we_are(home: Home) -> None:
    with Sandbox() as box:
        text = home.config.read_text().replace("https://first.example/graphql", box.url)
        home.config.write_text(text)
        refused = home.run("check")
        home.config.write_text(text.replace("[[source]]", f'[[source]]\nkey = "{box.key}"'))
        known = home.run("check")

    assert refused.code == 1
    assert "error    source first" in refused.out
    assert known.code == 0
    assert "ok       source first" in known.out


def test_check_sends_a_trial_where_it_is_asked_to(home: Home) -> None:
    without_source(home)
    with Receiver() as receiver:
        targets = f'["{receiver.target}", "json://127.0.0.1:1/"]'
        home.config.write_text(f"{home.config.read_text()}[notify]\ntargets = {targets}\n")
        silent = home.run("check")
        sent_unasked = len(receiver.pushes)
        ran = home.run("check", "--send")

    assert (silent.code, ran.code, sent_unasked) == (0, 1, 0)
    assert [push.title for push in receiver.pushes] == ["doorman can reach you"]
    assert "trial message to target 1 (json)  was delivered" in ran.out
    assert "error    trial message to target 2 (json)" in ran.out


def test_check_tells_a_wrong_target_without_its_secret(home: Home) -> None:
    without_source(home)
    home.config.write_text(home.config.read_text() + '[notify]\ntargets = ["hunter2x://a/b"]\n')

    ran = home.run("check")

    assert ran.code == 1
    assert "error    target 1 (hunter2x)" in ran.out


def test_schema_is_json_schema(home: Home) -> None:
    ran = home.run_bare("config", "schema")

    assert ran.code == 0
    assert "library" in json.loads(ran.out)["properties"]


def test_shipped_rules_can_be_pasted_into_a_configuration(home: Home) -> None:
    ran = home.run_bare("config", "rules")

    assert ran.code == 0
    rules = tomllib.loads(ran.out)["rule"]
    assert rules[0]["then"] == "accept"
    assert "# Facts that a condition can speak of:\n#   " in ran.out


def test_unit_is_printed_and_nothing_written(home: Home) -> None:
    ran = home.run("units", "install", "--print", "--group", "media")

    assert (ran.code, ran.err) == (0, "")
    assert f"doorman run --config {home.config}" in ran.out
    assert f"ReadWritePaths=-{home.films}\n" in ran.out
    assert f"ReadWritePaths=-{home.store.parent}\n" in ran.out
    assert "SupplementaryGroups=media\n" in ran.out


def test_system_unit_may_write_where_systemd_puts_the_store(home: Home) -> None:
    text = home.config.read_text()
    home.config.write_text(text[: text.index("[store]")])

    ran = home.run("units", "install", "--print")

    writable = [line for line in ran.out.splitlines() if line.startswith("ReadWritePaths=")]
    assert writable == [f"ReadWritePaths=-{home.films}"]


def test_unit_is_installed_and_the_next_steps_are_told(home: Home) -> None:
    target = home.folder / "units"
    key = home.folder / "first.key"
    key.write_text("s3cret")
    key.chmod(0o600)
    home.config.write_text(
        home.config.read_text().replace("[[source]]", f'[[source]]\nkey_file = "{key}"')
    )
    home.config.chmod(0o600)

    ran = home.run("units", "install", "--directory", str(target))

    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == f"{target}/doorman.service: written"
    assert (target / "doorman.service").is_file()
    steps = [line.strip() for line in lines[lines.index("next:") + 1 :]]
    assert steps[0].startswith("sudo systemd-sysusers ")
    assert steps[-3:] == [
        "sudo systemctl daemon-reload",
        "sudo systemctl enable --now doorman",
        "journalctl --unit doorman --follow",
    ]
    access = " ".join(steps[1:-3])
    assert str(home.config) in access
    assert str(key) in access


def test_installed_unit_is_left_alone_unless_forced(home: Home) -> None:
    target = home.folder / "units"
    install = ("units", "install", "--directory", str(target))
    home.run(*install)
    again = home.run(*install)
    unit = target / "doorman.service"
    unit.write_text(unit.read_text() + "# mine\n")

    refused = home.run(*install)
    forced = home.run(*install, "--force")

    assert again.out.startswith(f"{unit}: unchanged\n")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith(f"doorman: {unit} was not written by doorman")
    assert "the edited one is kept as" in forced.out
    assert len(list(target.iterdir())) == 2


def test_unit_of_a_user_needs_no_root(home: Home) -> None:
    ran = home.run("units", "install", "--user", "--directory", str(home.folder / "units"))

    assert ran.code == 0
    assert "sudo" not in ran.out
    assert "systemctl --user enable --now doorman" in ran.out


def test_unit_of_a_user_goes_where_their_systemd_looks(home: Home) -> None:
    ran = spawn(
        ["units", "install", "--user", "--config", str(home.config)],
        home.environment(XDG_CONFIG_HOME=str(home.folder / "conf")),
    )

    assert ran.code == 0
    assert (home.folder / "conf" / "systemd" / "user" / "doorman.service").is_file()


def test_folder_that_cannot_be_written_is_told(home: Home) -> None:
    (home.folder / "file").touch()

    ran = home.run("units", "install", "--directory", str(home.folder / "file"))

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"doorman: cannot write {home.folder}/file/doorman.service: ")


def test_the_service_is_to_read_every_key(home: Home) -> None:
    keys = [home.folder / name for name in ("box.key", "nas.key")]
    for key in keys:
        key.write_text("k3y")
    home.configure(
        '[[source]]\nname = "box"\nurl = "https://box.example/graphql"\n'
        f'key_file = "{keys[0]}"\n'
        f'[[announce]]\nkind = "emby"\nurl = "http://nas.example"\nkey_file = "{keys[1]}"\n'
    )

    assert must_be_read(load_settings(home.config, {})) == (home.config, *keys)


def test_what_lies_in_a_home_is_to_be_moved_not_opened(home: Home) -> None:
    settings = load_settings(home.config, {})

    assert must_be_read(settings) == (home.config,)
    assert must_be_read(replace(settings, origin=Path("/root/doorman.toml"))) == ()


def test_shipped_rules_and_facts_are_told_to_programs_in_json(home: Home) -> None:
    told = json.loads(home.run_bare("config", "rules", "--json").out)

    assert [each["name"] for each in told["rules"]] == [each.name for each in DEFAULT_RULES]
    assert {"name", "kind", "meaning"} == set(told["facts"][0])
    assert len(told["facts"]) == len(FACTS)


def test_installed_unit_is_told_to_programs_in_json(home: Home) -> None:
    target = home.folder / "units"

    told = json.loads(home.run("units", "install", "--directory", str(target), "--json").out)

    assert told["path"] == str(target / "doorman.service")
    assert (told["outcome"], told["kept"]) == ("written", None)
    assert any("systemctl" in step for step in told["next"])
