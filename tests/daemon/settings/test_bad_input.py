"""What is said of wrong configurations: the exact words, one row for each mistake."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from daemon.settings import ConfigurationInvalid, load_settings

LIBRARY = '[[library]]\npath = "/srv/films"\n'
SOURCE = '[[source]]\nname = "stashdb"\nurl = "https://stashdb.example/graphql"\n'
RULE = '[[rule]]\nname = "close"\nwhen = "phash_distance <= 4"\nthen = "review"\n'
LONG = "x" * 101
SECRET = "hunter2"  # noqa: S105 - in no message, wherever it stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A configuration and all that is to be said of it, in order."""

    name: str
    text: str
    environment: Mapping[str, str]
    messages: tuple[str, ...]


def wrong(
    name: str, text: str, *messages: str, environment: Mapping[str, str] | None = None
) -> Wrong:
    return Wrong(name=name, text=text, environment=environment or {}, messages=messages)


CASES = (
    wrong(
        "text without quotes",
        "[[library]]\npath = /srv/films\n",
        (
            "doorman.toml:2:8: a value is expected here; text needs quotes, true and false "
            "are written small"
        ),
    ),
    wrong(
        "text without its closing quote",
        '[[library]]\npath = "/srv/films\nwatch = "auto"\n',
        "doorman.toml:2:19: the closing quote is missing on this line",
    ),
    wrong(
        "a section without its second closing bracket",
        '[[library\npath = "/srv/films"\n',
        'doorman.toml:1:10: the closing "]]" of the section is missing',
    ),
    wrong(
        "a section without its closing bracket",
        '[log\nlevel = "info"\n',
        'doorman.toml:1:5: the closing "]" of the section is missing',
    ),
    wrong(
        "a key without a value",
        "[[library]]\npath =\n",
        (
            "doorman.toml:2:7: a value is expected here; text needs quotes, true and false "
            "are written small"
        ),
    ),
    wrong(
        "a key without an equals sign",
        '[[library]]\npath "/srv/films"\n',
        'doorman.toml:2:6: a key, then "=" and its value is expected here',
    ),
    wrong(
        "a colon instead of an equals sign",
        '[[library]]\npath: "/srv/films"\n',
        'doorman.toml:2:5: a key, then "=" and its value is expected here',
    ),
    wrong(
        "a truth as Python writes it",
        LIBRARY + "enabled = True\n",
        (
            "doorman.toml:3:11: a value is expected here; text needs quotes, true and false"
            " are written small"
        ),
    ),
    wrong(
        "a key twice",
        LIBRARY + 'path = "/srv/shows"\n',
        "doorman.toml:3:20: this key stands in this section already; remove one of the two",
    ),
    wrong(
        "a section twice",
        LIBRARY + '[log]\nlevel = "info"\n[log]\nformat = "text"\n',
        "doorman.toml:5:5: [log] stands here again; join the two sections",
    ),
    wrong(
        "a library with one bracket, twice",
        '[library]\npath = "/srv/films"\n[library]\npath = "/srv/shows"\n',
        (
            "doorman.toml:3:9: [library] stands here again; write [[library]], with two "
            "brackets, for each"
        ),
    ),
    wrong(
        "a list that is never closed",
        LIBRARY + 'exclude = ["a", "b"\n',
        'doorman.toml:3:20: a comma or the closing "]" of the list is missing here',
    ),
    wrong(
        "a list without a comma",
        LIBRARY + 'exclude = ["a" "b"]\n',
        'doorman.toml:3:16: a comma or the closing "]" of the list is missing here',
    ),
    wrong(
        "a single backslash",
        LIBRARY + 'exclude = ["\\d"]\n',
        "doorman.toml:3:15: a backslash must be doubled here, or use single quotes",
    ),
    wrong(
        "words after a value",
        '[[library]]\npath = "/srv/films" and more\n',
        "doorman.toml:2:21: the line should end here; text needs quotes",
    ),
    wrong(
        "a text over several lines that is never closed",
        '[[rule]]\nname = "close"\nwhen = \'\'\'\nrivals == 0\nthen = "review"\n' + LIBRARY,
        "doorman.toml:7:20: the closing quotes (\"\"\" or ''') are missing",
    ),
    wrong(
        "YAML",
        "library:\n  path: /srv/films\n",
        'doorman.toml:1:8: a key, then "=" and its value is expected here',
    ),
    wrong(
        "JSON",
        '{"library": []}\n',
        "doorman.toml:1:1: neither a key nor a [section] begins here; comments begin with #",
    ),
    wrong(
        "a control character",
        LIBRARY + "# bell \u0007\n",
        "doorman.toml:3:8: an invisible control character stands here; remove it",
    ),
    wrong(
        "an option written as a section",
        LIBRARY + "[library.watch]\n",
        'doorman.toml:3: library.watch: must be "auto", "events" or "poll", not a table',
    ),
    wrong(
        "lists nested too deep",
        LIBRARY + f"exclude = {'[' * 5000}{']' * 5000}\n",
        (
            "doorman.toml:3: lists or tables are nested too deep; no option needs that, "
            "take them out"
        ),
    ),
    wrong(
        "a number with thousands of digits",
        LIBRARY + f"settle = {'9' * 5000}\n",
        ("doorman.toml:3: a number has too many digits; no option needs that, write a smaller one"),
    ),
    wrong(
        "a date that no calendar has",
        LIBRARY + "settle = 2024-02-31\n",
        "doorman.toml:3:10: there is no such date; text needs quotes",
    ),
    wrong(
        "an inline table that is never closed",
        LIBRARY + 'log = {level = "info"\n',
        'doorman.toml:3:22: a comma or the closing "}" of the table is missing here',
    ),
    wrong(
        "an empty file",
        "",
        (
            "doorman.toml: library: no library is named; add [[library]] and, below it, "
            'path = "/srv/videos"'
        ),
    ),
    wrong(
        "no library",
        SOURCE,
        (
            "doorman.toml: library: no library is named; add [[library]] and, below it, "
            'path = "/srv/videos"'
        ),
    ),
    wrong(
        "an empty list of libraries",
        "library = []\n",
        (
            "doorman.toml:1: library: no library is named; add [[library]] and, below it, "
            'path = "/srv/videos"'
        ),
    ),
    wrong(
        "a library with one bracket",
        '[library]\npath = "/srv/films"\n',
        "doorman.toml:1: library: write [[library]], with two brackets: there may be several",
    ),
    wrong(
        "a single section with two brackets",
        LIBRARY + '[[log]]\nlevel = "info"\n',
        "doorman.toml:3: log: write [log], with one bracket: there is only one",
    ),
    wrong(
        "libraries as a list of texts",
        'library = ["/srv/films"]\n',
        "doorman.toml:1: library: must be tables: write [[library]], and its options below it",
    ),
    wrong(
        "a library as a text",
        'library = "/srv/films"\n',
        "doorman.toml:1: library: write [[library]], with two brackets: there may be several",
    ),
    wrong(
        "a section as a text",
        'log = "info"\n' + LIBRARY,
        "doorman.toml:1: log: must be a section: write [log], and its options below it",
    ),
    wrong(
        "a misspelt section",
        LIBRARY + "[libary]\nx = 1\n",
        "doorman.toml:3: libary: unknown section; did you mean [[library]]?",
    ),
    wrong(
        "a section that does not exist",
        LIBRARY + '[database]\npath = "/x"\n',
        (
            "doorman.toml:3: database: unknown section; known: [[library]], [[source]], "
            "[[rule]], [[channel]], [[announce]], [identify], [notify], [sidecar], [fingerprint], "
            "[server], [store], [log]"
        ),
    ),
    wrong(
        "a section in the plural",
        '[[libraries]]\npath = "/srv/films"\n',
        "doorman.toml:1: libraries: unknown section; did you mean [[library]]?",
        (
            "doorman.toml: library: no library is named; add [[library]] and, below it, "
            'path = "/srv/videos"'
        ),
    ),
    wrong(
        "an option above all sections",
        'level = "info"\n' + LIBRARY,
        "doorman.toml:1: level: unknown key; it belongs below [log]",
    ),
    wrong(
        "an option above all sections that several sections know",
        'path = "/srv/films"\n' + LIBRARY,
        "doorman.toml:1: path: unknown key; it belongs below [[library]] or [store]",
    ),
    wrong(
        "an option above all sections that none knows",
        "answer = 42\n" + LIBRARY,
        "doorman.toml:1: answer: unknown key; write it below the [section] it belongs to",
    ),
    wrong(
        "a library without a path",
        '[[library]]\nname = "films"\n',
        'doorman.toml:1: library.path: is missing; add path = "/srv/videos"',
    ),
    wrong(
        "a misspelt option",
        LIBRARY + 'settel = "10s"\n',
        'doorman.toml:3: library.settel: unknown key; did you mean "settle"?',
    ),
    wrong(
        "an option that resembles none",
        LIBRARY + 'colour = "red"\n',
        (
            "doorman.toml:3: library.colour: unknown key; known here: path, name, enabled, "
            "watch, settle, rescan, poll_every, exclude, extensions, nfo_root, rename, nsfw"
        ),
    ),
    wrong(
        "an option of another section",
        LIBRARY + 'level = "info"\n',
        "doorman.toml:3: library.level: unknown key; it belongs below [log]",
    ),
    wrong(
        "an option by its name in Python",
        LIBRARY + "settle_s = 10\n",
        'doorman.toml:3: library.settle_s: unknown key; did you mean "settle"?',
    ),
    wrong(
        "a relative path",
        '[[library]]\npath = "films"\n',
        (
            'doorman.toml:2: library.path: "films" depends on where doorman is started; '
            'write the whole path, from "/" on'
        ),
    ),
    wrong(
        "a path with two dots",
        '[[library]]\npath = "/srv/../films"\n',
        (
            'doorman.toml:2: library.path: leave ".." out of "/srv/../films"; where it '
            "leads depends on links"
        ),
    ),
    wrong(
        "a path with a variable",
        '[[library]]\npath = "$HOME/films"\n',
        (
            "doorman.toml:2: library.path: variables are not filled in; write the whole "
            'path instead of "$HOME/films"'
        ),
    ),
    wrong(
        "a path in another user's home",
        '[[library]]\npath = "~ada/films"\n',
        (
            'doorman.toml:2: library.path: no home folder is known for "~ada/films"; write '
            "the whole path"
        ),
    ),
    wrong(
        "an empty path",
        '[[library]]\npath = ""\n',
        'doorman.toml:2: library.path: is empty; write a whole path, from "/" on',
    ),
    wrong(
        "a number for a path",
        "[[library]]\npath = 5\n",
        "doorman.toml:2: library.path: must be text in quotes, not a whole number",
    ),
    wrong(
        "several paths for one library",
        '[[library]]\npath = ["/srv/films", "/srv/shows"]\n',
        "doorman.toml:2: library.path: must be text in quotes, not a list",
    ),
    wrong(
        "a folder without a name",
        '[[library]]\npath = "/"\n',
        'doorman.toml:1: library.name: is empty; give it a name, as in name = "films"',
    ),
    wrong(
        "a path with NUL",
        '[[library]]\npath = "/srv/\\u0000"\n',
        "doorman.toml:2: library.path: holds a NUL character, which no path can; remove it",
    ),
    wrong(
        "the same folder twice",
        LIBRARY + '[[library]]\npath = "/srv/films/"\nname = "again"\n',
        (
            'doorman.toml:4: library.path: is the folder of library "films" too; each '
            "folder can be one library"
        ),
    ),
    wrong(
        "a library in a library",
        LIBRARY + '[[library]]\npath = "/srv/films/new"\n',
        (
            'doorman.toml:4: library.path: lies in library "films" (/srv/films), so its '
            "files would belong to both; remove one of the two, or name folders beside each"
            " other"
        ),
    ),
    wrong(
        "a library around a library",
        LIBRARY + '[[library]]\npath = "/srv"\n',
        (
            'doorman.toml:4: library.path: holds library "films" (/srv/films), so its files'
            " would belong to both; remove one of the two, or name folders beside each "
            "other"
        ),
    ),
    wrong(
        "two folders of the same name",
        LIBRARY + '[[library]]\npath = "/mnt/films"\n',
        (
            'doorman.toml:4: library.path: another library is named "films" (line 2); give '
            'this one a name = "…"'
        ),
    ),
    wrong(
        "two libraries of the same name",
        (
            "[[library]]\n"
            'path = "/srv/a"\n'
            'name = "films"\n'
            "[[library]]\n"
            'path = "/srv/b"\n'
            'name = "films"\n'
        ),
        (
            'doorman.toml:6: library.name: another library is named "films" (line 3); '
            "choose another name"
        ),
    ),
    wrong(
        "an empty name",
        LIBRARY + 'name = ""\n',
        'doorman.toml:3: library.name: is empty; give it a name, as in name = "films"',
    ),
    wrong(
        "a name that begins with a blank",
        LIBRARY + 'name = " films"\n',
        'doorman.toml:3: library.name: " films" begins or ends with a blank; remove it',
    ),
    wrong(
        "a name that is too long",
        LIBRARY + f'name = "{LONG}"\n',
        "doorman.toml:3: library.name: is 101 characters long; use at most 100",
    ),
    wrong(
        "a name over two lines",
        LIBRARY + 'name = "a\\nb"\n',
        (
            "doorman.toml:3: library.name: holds a line break or another invisible "
            "character; remove it"
        ),
    ),
    wrong(
        "a misspelt choice",
        LIBRARY + 'watch = "event"\n',
        (
            'doorman.toml:3: library.watch: must be "auto", "events" or "poll", not '
            '"event"; did you mean "events"?'
        ),
    ),
    wrong(
        "a truth for a choice",
        LIBRARY + "watch = true\n",
        'doorman.toml:3: library.watch: must be "auto", "events" or "poll", not true',
    ),
    wrong(
        "a time as a whole number",
        LIBRARY + "settle = 10\n",
        'doorman.toml:3: library.settle: a time needs its unit, in quotes: write "10s"',
    ),
    wrong(
        "a time as a number with decimals",
        LIBRARY + "settle = 0.5\n",
        'doorman.toml:3: library.settle: a time needs its unit, in quotes: write "0.5s"',
    ),
    wrong(
        "a truth for a time",
        LIBRARY + "settle = true\n",
        "doorman.toml:3: library.settle: must be text in quotes, not true",
    ),
    wrong(
        "a time without its unit",
        LIBRARY + 'settle = "10"\n',
        'doorman.toml:3: library.settle: "10" needs its unit (ms, s, m, h or d): write "10s"',
    ),
    wrong(
        "a time with a long unit",
        LIBRARY + 'settle = "10 seconds"\n',
        (
            'doorman.toml:3: library.settle: "10 seconds" needs its unit (ms, s, m, h or '
            'd): write "10s"'
        ),
    ),
    wrong(
        "a time in words",
        LIBRARY + 'settle = "soon"\n',
        (
            'doorman.toml:3: library.settle: "soon" is no time; write it with units (d, h, '
            'm, s, ms), largest first, as in "1h30m"'
        ),
    ),
    wrong(
        "a time with its smallest part first",
        LIBRARY + 'settle = "5s1m"\n',
        (
            'doorman.toml:3: library.settle: "5s1m" is no time; write it with units (d, h, '
            'm, s, ms), largest first, as in "1h30m"'
        ),
    ),
    wrong(
        "a time out of bounds",
        LIBRARY + 'settle = "2h"\n',
        'doorman.toml:3: library.settle: must be between "100ms" and "1h", not "2h"',
    ),
    wrong(
        "a negative time",
        LIBRARY + 'settle = "-1s"\n',
        (
            'doorman.toml:3: library.settle: "-1s" is no time; write it with units (d, h, '
            'm, s, ms), largest first, as in "1h30m"'
        ),
    ),
    wrong(
        "a time that is no number",
        LIBRARY + "settle = nan\n",
        'doorman.toml:3: library.settle: a time needs its unit, in quotes: write "10s"',
    ),
    wrong(
        "a time in months",
        LIBRARY + 'rescan = "1 month"\n',
        (
            'doorman.toml:3: library.rescan: "1 month" is no time; write it with units (d, '
            'h, m, s, ms), largest first, as in "1h30m"'
        ),
    ),
    wrong(
        "a text for a list",
        LIBRARY + 'exclude = "samples/"\n',
        'doorman.toml:3: library.exclude: must be a list, not text: write ["samples/"]',
    ),
    wrong(
        "a number in a list over several lines",
        LIBRARY + 'exclude = [\n  "samples/",\n  5,\n]\n',
        "doorman.toml:5: library.exclude: item 2: must be text in quotes, not a whole number",
    ),
    wrong(
        "a pattern with an impossible range",
        LIBRARY + 'exclude = ["[z-a]"]\n',
        (
            'doorman.toml:3: library.exclude: item 1: "[z-a]" is no pattern as in '
            '.gitignore; check "!", "\\" and "[…]"'
        ),
    ),
    wrong(
        "a pattern that excludes nothing",
        LIBRARY + 'exclude = ["!"]\n',
        (
            'doorman.toml:3: library.exclude: item 1: "!" is no pattern as in .gitignore; '
            'check "!", "\\" and "[…]"'
        ),
    ),
    wrong(
        "an extension with its dot",
        LIBRARY + 'extensions = [".mkv"]\n',
        ('doorman.toml:3: library.extensions: item 1: write "mkv", without what stands before it'),
    ),
    wrong(
        "an extension with a star",
        LIBRARY + 'extensions = ["*.mkv"]\n',
        ('doorman.toml:3: library.extensions: item 1: write "mkv", without what stands before it'),
    ),
    wrong(
        "an extension with blanks",
        LIBRARY + 'extensions = ["m k v"]\n',
        (
            'doorman.toml:3: library.extensions: item 1: "m k v" is no extension; write '
            'letters and digits, as in "mkv"'
        ),
    ),
    wrong(
        "no extensions",
        LIBRARY + "extensions = []\n",
        (
            "doorman.toml:3: library.extensions: is empty; name at least one, or leave the "
            "line out for the default"
        ),
    ),
    wrong(
        "a truth in quotes",
        LIBRARY + 'enabled = "true"\n',
        (
            "doorman.toml:3: library.enabled: must be true or false: write true, small and "
            "without quotes"
        ),
    ),
    wrong(
        "a number for a truth",
        LIBRARY + "enabled = 1\n",
        "doorman.toml:3: library.enabled: must be true or false, not a whole number",
    ),
    wrong(
        "a date for a time",
        LIBRARY + "settle = 2024-02-03\n",
        "doorman.toml:3: library.settle: must be text in quotes, not a date or time",
    ),
    wrong(
        "a source without an address",
        LIBRARY + '[[source]]\nname = "stashdb"\n',
        'doorman.toml:3: source.url: is missing; add url = "https://stashdb.example/graphql"',
    ),
    wrong(
        "a source without a name",
        LIBRARY + '[[source]]\nurl = "https://stashdb.example/graphql"\n',
        'doorman.toml:3: source.name: is missing; add name = "stashdb"',
    ),
    wrong(
        "an address without the end",
        LIBRARY + '[[source]]\nname = "stashdb"\nurl = "https://stashdb.example"\n',
        (
            "doorman.toml:5: source.url: an endpoint ends in /graphql: write "
            '"https://stashdb.example/graphql"'
        ),
    ),
    wrong(
        "an address with a slash at its end",
        LIBRARY + '[[source]]\nname = "stashdb"\nurl = "https://stashdb.example/graphql/"\n',
        (
            "doorman.toml:5: source.url: an endpoint ends in /graphql: write "
            '"https://stashdb.example/graphql"'
        ),
    ),
    wrong(
        "an address without its scheme",
        LIBRARY + '[[source]]\nname = "stashdb"\nurl = "stashdb.example/graphql"\n',
        'doorman.toml:5: source.url: must begin with "https://" or "http://" and a host',
    ),
    wrong(
        "an address with a key in it",
        LIBRARY
        + ('[[source]]\nname = "stashdb"\nurl = "https://stashdb.example/graphql?key=hunter2"\n'),
        (
            'doorman.toml:5: source.url: leave out what follows "?" or "#"; an endpoint '
            "ends in /graphql"
        ),
    ),
    wrong(
        "an address with a password in it",
        LIBRARY
        + ('[[source]]\nname = "stashdb"\nurl = "https://ada:hunter2@stashdb.example/graphql"\n'),
        (
            'doorman.toml:5: source.url: leave out what stands before "@": a password does '
            "not belong here"
        ),
    ),
    wrong(
        "an address with a word for its port",
        LIBRARY + ('[[source]]\nname = "stashdb"\nurl = "https://stashdb.example:https/graphql"\n'),
        "doorman.toml:5: source.url: is no address; check the host and the port in it",
    ),
    wrong(
        "an address with a blank",
        LIBRARY
        + ('[[source]]\nname = "stashdb"\nurl = "https://stashdb.example/my graphql/graphql"\n'),
        (
            "doorman.toml:5: source.url: holds a blank or a line break; remove it, or write"
            " it as %20"
        ),
    ),
    wrong(
        "a source's name with a blank",
        LIBRARY + '[[source]]\nname = "my box"\nurl = "https://stashdb.example/graphql"\n',
        (
            'doorman.toml:4: source.name: "my box" cannot be used in names of variables and'
            ' files; use letters, digits, ".", "_" and "-", at most 64, as in "stashdb"'
        ),
    ),
    wrong(
        "two sources of the same name",
        LIBRARY + SOURCE + SOURCE,
        (
            'doorman.toml:7: source.name: another source is named "stashdb" (line 4); '
            "choose another name"
        ),
    ),
    wrong(
        "two sources with the same variable",
        LIBRARY
        + (
            "[[source]]\n"
            'name = "my-box"\n'
            'url = "https://stashdb.example/graphql"\n'
            "[[source]]\n"
            'name = "my_box"\n'
            'url = "https://stashdb.example/graphql"\n'
        ),
        (
            "doorman.toml:7: source.name: DOORMAN_SOURCE_MY_BOX_KEY would be the key of "
            '"my-box" and of "my_box"; choose another name'
        ),
    ),
    wrong(
        "a misspelt kind",
        LIBRARY + SOURCE + 'kind = "stash-box"\n',
        (
            'doorman.toml:6: source.kind: must be "stashbox" or "theporndb", not "stash-box"; did'
            ' you mean "stashbox"?'
        ),
    ),
    wrong(
        "a misspelt preset",
        LIBRARY + '[[source]]\npreset = "stashbd"\n',
        (
            'doorman.toml:4: source.preset: must be "stashdb", "theporndb", "pmvstash", "javstash"'
            ' or "fansdb", not "stashbd"; did you mean "stashdb"?'
        ),
    ),
    wrong(
        "a preset that is no text",
        LIBRARY + "[[source]]\npreset = 5\n",
        (
            'doorman.toml:4: source.preset: must be "stashdb", "theporndb", "pmvstash", "javstash"'
            ' or "fansdb", not a whole number'
        ),
    ),
    wrong(
        "the same preset twice",
        LIBRARY + '[[source]]\npreset = "fansdb"\n\n[[source]]\npreset = "fansdb"\n',
        (
            'doorman.toml:6: source.name: another source is named "fansdb" (line 3); choose'
            " another name"
        ),
    ),
    wrong(
        "GraphQL where the other language is spoken",
        LIBRARY + '[[source]]\npreset = "theporndb"\nurl = "https://theporndb.net/graphql"\n',
        (
            'doorman.toml:5: source.url: is a GraphQL server; write kind = "stashbox", or url ='
            ' "https://api.theporndb.net"'
        ),
    ),
    wrong(
        "a question in the address of ThePornDB",
        LIBRARY + '[[source]]\npreset = "theporndb"\nurl = "https://tpdb.example/?a=b"\n',
        'doorman.toml:5: source.url: leave out what follows "?" or "#"',
    ),
    wrong(
        "pages that are no address",
        LIBRARY + SOURCE + 'pages = "stashdb.example"\n',
        ('doorman.toml:6: source.pages: must begin with "https://" or "http://" and a host'),
    ),
    wrong(
        "pages with a question",
        LIBRARY + SOURCE + 'pages = "https://stashdb.example/?page="\n',
        (
            'doorman.toml:6: source.pages: leave out what follows "?" or "#"; pages lie below an'
            " address without them"
        ),
    ),
    wrong(
        "a key and a key file",
        LIBRARY + SOURCE + 'key = "hunter2"\nkey_file = "/etc/doorman/stashdb.key"\n',
        (
            "doorman.toml:6: source.key: the source has several keys (key and key_file); "
            "leave only one of them"
        ),
    ),
    wrong(
        "a key with a blank",
        LIBRARY + SOURCE + 'key = "hunter2 hunter2"\n',
        (
            "doorman.toml:6: source.key: holds a blank or another character that no key "
            "has; copy it again"
        ),
    ),
    wrong(
        "an empty key",
        LIBRARY + SOURCE + 'key = ""\n',
        "doorman.toml:6: source.key: is empty; put the key there, or remove it",
    ),
    wrong(
        "a number for a key",
        LIBRARY + SOURCE + "key = 12345\n",
        "doorman.toml:6: source.key: must be text in quotes, not a whole number",
    ),
    wrong(
        "a key file that is not there",
        LIBRARY + SOURCE + 'key_file = "/nowhere/stashdb.key"\n',
        (
            "doorman.toml:6: source.key_file: there is no file /nowhere/stashdb.key; write "
            "the key into it, mode 0600"
        ),
    ),
    wrong(
        "a relative key file",
        LIBRARY + SOURCE + 'key_file = "stashdb.key"\n',
        (
            'doorman.toml:6: source.key_file: "stashdb.key" depends on where doorman is '
            'started; write the whole path, from "/" on'
        ),
    ),
    wrong(
        "a number below its bound",
        LIBRARY + SOURCE + "requests_per_minute = 0\n",
        "doorman.toml:6: source.requests_per_minute: must be at least 1, not 0",
    ),
    wrong(
        "a number in quotes",
        LIBRARY + SOURCE + 'requests_per_minute = "240"\n',
        (
            "doorman.toml:6: source.requests_per_minute: must be a whole number: write 240,"
            " without quotes"
        ),
    ),
    wrong(
        "a number above its bound",
        LIBRARY + SOURCE + "requests_per_minute = 100000\n",
        "doorman.toml:6: source.requests_per_minute: must be at most 6000, not 100000",
    ),
    wrong(
        "a number with decimals for a whole one",
        LIBRARY + SOURCE + "requests_per_minute = 2.5\n",
        (
            "doorman.toml:6: source.requests_per_minute: must be a whole number such as "
            "240, not a number with decimals"
        ),
    ),
    wrong(
        "a key under another name",
        LIBRARY + SOURCE + 'api_key = "hunter2"\n',
        'doorman.toml:6: source.api_key: unknown key; did you mean "key"?',
    ),
    wrong(
        "a source's time as a number",
        LIBRARY + SOURCE + "timeout = 30\n",
        'doorman.toml:6: source.timeout: a time needs its unit, in quotes: write "30s"',
    ),
    wrong(
        "a condition with a misspelt fact",
        LIBRARY + '[[rule]]\nname = "close"\nwhen = "phash_distanse <= 4"\nthen = "review"\n',
        (
            'doorman.toml:5:9: rule.when: rule "close": there is no fact '
            '"phash_distanse"; did you mean "phash_distance"?'
        ),
    ),
    wrong(
        "a condition that compares text with a number",
        LIBRARY + '[[rule]]\nname = "close"\nwhen = "source == 4"\nthen = "review"\n',
        (
            'doorman.toml:5:16: rule.when: rule "close": a text never equals'
            " a number; compare texts with texts in quotes, and numbers with numbers"
        ),
    ),
    wrong(
        "a condition that is no truth",
        LIBRARY + '[[rule]]\nname = "close"\nwhen = "phash_distance"\nthen = "review"\n',
        (
            'doorman.toml:5:9: rule.when: rule "close": it is a number, not'
            " a yes or no; compare it with something"
        ),
    ),
    wrong(
        "a condition that ends too early",
        LIBRARY + '[[rule]]\nname = "close"\nwhen = "phash_distance <= "\nthen = "review"\n',
        ('doorman.toml:5:27: rule.when: rule "close": it ends too early; write what is missing'),
    ),
    wrong(
        "a condition over several lines",
        LIBRARY
        + (
            "[[rule]]\n"
            'name = "close"\n'
            "when = '''\n"
            "rivals == 0\n"
            "and phash_distanc <= 4\n"
            "'''\n"
            'then = "review"\n'
        ),
        (
            'doorman.toml:7:5: rule.when: rule "close": there is no fact '
            '"phash_distanc"; did you mean "phash_distance"?'
        ),
    ),
    wrong(
        "a misspelt verdict",
        LIBRARY + '[[rule]]\nname = "close"\nwhen = "phash_distance <= 4"\nthen = "reviews"\n',
        (
            'doorman.toml:6: rule.then: must be "accept", "review", "ignore" or "no match",'
            ' not "reviews"; did you mean "review"?'
        ),
    ),
    wrong(
        "a verdict without its blank",
        LIBRARY + '[[rule]]\nname = "close"\nwhen = "phash_distance <= 4"\nthen = "nomatch"\n',
        (
            'doorman.toml:6: rule.then: must be "accept", "review", "ignore" or "no match",'
            ' not "nomatch"; did you mean "no match"?'
        ),
    ),
    wrong(
        "a rule with a name only",
        LIBRARY + '[[rule]]\nname = "close"\n',
        'doorman.toml:3: rule.then: is missing; add then = "review"',
        'doorman.toml:3: rule.when: is missing; add when = "phash_distance <= 4"',
    ),
    wrong(
        "an empty condition",
        LIBRARY + '[[rule]]\nname = "close"\nwhen = " "\nthen = "review"\n',
        (
            "doorman.toml:5: rule.when: is empty; write a condition, as in when = "
            '"phash_distance <= 4"'
        ),
    ),
    wrong(
        "two rules of the same name",
        LIBRARY + RULE + RULE,
        ('doorman.toml:8: rule.name: another rule is named "close" (line 4); choose another name'),
    ),
    wrong(
        "a rule named as a shipped one",
        LIBRARY
        + ('[[rule]]\nname = "near phash"\nwhen = "phash_distance <= 4"\nthen = "review"\n'),
        (
            'doorman.toml:4: rule.name: a shipped rule is named "near phash"; choose '
            "another name for yours"
        ),
    ),
    wrong(
        "a truth for a condition",
        LIBRARY + '[[rule]]\nname = "close"\nwhen = true\nthen = "review"\n',
        "doorman.toml:5: rule.when: must be text in quotes, not true",
    ),
    wrong(
        "a text for the list of waits",
        LIBRARY + '[identify]\nretry = "1h"\n',
        'doorman.toml:4: identify.retry: must be a list, not text: write ["1h"]',
    ),
    wrong(
        "a number among the waits",
        LIBRARY + '[identify]\nretry = [1, "1d"]\n',
        'doorman.toml:4: identify.retry: item 1: a time needs its unit, in quotes: write "1s"',
    ),
    wrong(
        "no waits",
        LIBRARY + "[identify]\nretry = []\n",
        (
            "doorman.toml:4: identify.retry: is empty; name at least one, or leave the line"
            " out for the default"
        ),
    ),
    wrong(
        "a first wait beyond its bound",
        LIBRARY + '[identify]\ndefer = "2h"\n',
        'doorman.toml:4: identify.defer: must be between "1s" and "1h", not "2h"',
    ),
    wrong(
        "a target that is no address",
        LIBRARY + '[notify]\ntargets = ["hunter2"]\n',
        (
            "doorman.toml:4: notify.targets: item 1: is no apprise address; write one such "
            'as "ntfy://host/topic"'
        ),
    ),
    wrong(
        "a text for the list of targets",
        LIBRARY + '[notify]\ntargets = "ntfy://hunter2@ntfy.example/doorman"\n',
        'doorman.toml:4: notify.targets: must be a list, not text: write ["…"]',
    ),
    wrong(
        "a number among the targets",
        LIBRARY + '[notify]\ntargets = [\n  "ntfy://ntfy.example/doorman",\n  5,\n]\n',
        "doorman.toml:6: notify.targets: item 2: must be text in quotes, not a whole number",
    ),
    wrong(
        "two wrong occasions",
        LIBRARY + '[notify]\non = ["reviews", "always"]\n',
        (
            'doorman.toml:4: notify.on: item 1: must be "review", "reminder", "failed", "source", '
            '"source down", "library", "summary" or "accepted", not "reviews"; '
            'did you mean "review"?'
        ),
        (
            'doorman.toml:4: notify.on: item 2: must be "review", "reminder", "failed", "source", '
            '"source down", "library", "summary" or "accepted", not "always"'
        ),
    ),
    wrong(
        "a rule about a source that there is not",
        LIBRARY
        + '[[source]]\nname = "alpha"\nurl = "https://alpha.example/graphql"\n'
        + '[[rule]]\nname = "r"\nwhen = \'source == "alhpa"\'\nthen = "review"\n',
        (
            'doorman.toml:8:19: rule.when: rule "r": there is no source "alhpa"; '
            'did you mean "alpha"?'
        ),
    ),
    wrong(
        "quiet hours that end as they begin",
        LIBRARY + '[notify]\nquiet_hours = "22:00-22:00"\n',
        (
            "doorman.toml:4: notify.quiet_hours: '22:00-22:00' cannot be read; write it on 24 "
            'hours, as in "22:00-07:00"'
        ),
    ),
    wrong(
        "a summary at no time of the day",
        LIBRARY + '[notify]\nsummary_at = "8 o\'clock"\n',
        (
            'doorman.toml:4: notify.summary_at: "8 o\'clock" cannot be read; write it on 24 '
            'hours, as in "08:00"'
        ),
    ),
    wrong(
        "a channel without targets",
        LIBRARY + '[[channel]]\nname = "phone"\ntargets = []\n',
        (
            "doorman.toml:5: channel.targets: is empty; name at least one, or leave the line out "
            "for the default"
        ),
    ),
    wrong(
        "two channels of one name, and one named as [notify] is",
        LIBRARY
        + "".join(
            f'[[channel]]\nname = "{name}"\ntargets = ["ntfy://hunter2@ntfy.example/a"]\n'
            for name in ("phone", "phone", "notify")
        ),
        (
            'doorman.toml:7: channel.name: another channel is named "phone" (line 4); '
            "choose another name"
        ),
        (
            'doorman.toml:10: channel.name: the targets of [notify] are called "notify"; '
            "choose another name"
        ),
    ),
    wrong(
        "a channel about what there is not",
        LIBRARY
        + '[[channel]]\nname = "phone"\ntargets = ["ntfy://ntfy.example/a"]\n'
        + 'tags = ["films", "flims"]\n',
        (
            'doorman.toml:6: channel.tags: item 2: no library or source is named "flims"; '
            'did you mean "films"?'
        ),
    ),
    wrong(
        "no messages at all",
        LIBRARY + "[notify]\nmax_per_hour = 0\n",
        "doorman.toml:4: notify.max_per_hour: must be at least 1, not 0",
    ),
    wrong(
        "a size as a number",
        LIBRARY + "[fingerprint]\nmemory_limit = 2048\n",
        (
            "doorman.toml:4: fingerprint.memory_limit: a size needs its unit, in quotes: "
            'write "2048MiB"'
        ),
    ),
    wrong(
        "a size that is too small with any unit",
        LIBRARY + '[fingerprint]\nmemory_limit = "1"\n',
        (
            "doorman.toml:4: fingerprint.memory_limit: needs its unit, and must be between "
            '"512MiB" and "1TiB", not "1"'
        ),
    ),
    wrong(
        "a size with a short unit",
        LIBRARY + '[fingerprint]\nmemory_limit = "2G"\n',
        (
            'doorman.toml:4: fingerprint.memory_limit: "2G" needs its unit (KiB, MiB, GiB '
            '…): write "2GiB"'
        ),
    ),
    wrong(
        "a size in words",
        LIBRARY + '[fingerprint]\nmemory_limit = "lots"\n',
        (
            'doorman.toml:4: fingerprint.memory_limit: "lots" is no size; write a number '
            'and its unit (KiB, MiB, GiB …), as in "2GiB"'
        ),
    ),
    wrong(
        "a size out of bounds",
        LIBRARY + '[store]\nmemory_limit = "1MiB"\n',
        'doorman.toml:4: store.memory_limit: must be between "64MiB" and "1TiB", not "1MiB"',
    ),
    wrong(
        "a negative number of workers",
        LIBRARY + "[fingerprint]\nworkers = -1\n",
        "doorman.toml:4: fingerprint.workers: must be at least 0, not -1",
    ),
    wrong(
        "a cluster without its port",
        LIBRARY + '[fingerprint]\ncluster = "tcp://scheduler"\n',
        (
            'doorman.toml:4: fingerprint.cluster: "tcp://scheduler" is no scheduler\'s address; '
            'write it as in "tcp://scheduler:8786" or "tls://scheduler:8786"'
        ),
    ),
    wrong(
        "the dashboard of a cluster",
        LIBRARY + '[fingerprint]\ncluster = "http://scheduler:8787/status"\n',
        (
            'doorman.toml:4: fingerprint.cluster: "http://scheduler:8787/status" is no '
            'scheduler\'s address; write it as in "tcp://scheduler:8786" or '
            '"tls://scheduler:8786"'
        ),
    ),
    wrong(
        "a cluster at an impossible port",
        LIBRARY + '[fingerprint]\ncluster = "tcp://scheduler:99999"\n',
        (
            "doorman.toml:4: fingerprint.cluster: is no address; "
            'write it as in "tcp://scheduler:8786" or "tls://scheduler:8786"'
        ),
    ),
    wrong(
        "a cluster with a password",
        LIBRARY + '[fingerprint]\ncluster = "tls://ada:hunter2@scheduler:8786"\n',
        (
            'doorman.toml:4: fingerprint.cluster: leave out what stands before "@": '
            "Dask's TLS files say who may connect"
        ),
    ),
    wrong(
        "a mapped folder without its other name",
        LIBRARY + '[fingerprint]\ncluster_paths = ["/srv/films"]\n',
        (
            'doorman.toml:4: fingerprint.cluster_paths: item 1: "/srv/films" does not name two '
            'folders; write both paths, as in "/srv/videos=/mnt/nas/videos"'
        ),
    ),
    wrong(
        "a mapped folder as a number",
        LIBRARY + "[fingerprint]\ncluster_paths = [1]\n",
        (
            "doorman.toml:4: fingerprint.cluster_paths: item 1: must be text in quotes, "
            "not a whole number"
        ),
    ),
    wrong(
        "a mapped folder with a relative path",
        LIBRARY + '[fingerprint]\ncluster_paths = ["films=/mnt/films"]\n',
        (
            'doorman.toml:4: fingerprint.cluster_paths: item 1: "films" depends on where doorman '
            'is started; write the whole path, from "/" on'
        ),
    ),
    wrong(
        "a folder mapped twice",
        LIBRARY + '[fingerprint]\ncluster_paths = ["/srv/films=/a", "/srv/films=/b"]\n',
        (
            'doorman.toml:4: fingerprint.cluster_paths: names "/srv/films" twice; '
            "leave only one of the lines"
        ),
    ),
    wrong(
        "a word for a truth",
        LIBRARY + '[sidecar]\nnfo = "yes"\n',
        "doorman.toml:4: sidecar.nfo: must be true or false, not text",
    ),
    wrong(
        "an option that doorman does not have",
        LIBRARY + "[sidecar]\nimages = true\n",
        "doorman.toml:4: sidecar.images: unknown key; known here: nfo, on_change, tags_as, "
        "genres, studio_parents, local_only, artwork, thumb_from_video, "
        "performer_pictures, read",
    ),
    wrong(
        "an unknown way with changed sidecars",
        LIBRARY + '[sidecar]\non_change = "preserved"\n',
        'doorman.toml:4: sidecar.on_change: must be "preserve", "merge" or "overwrite", '
        'not "preserved"; did you mean "preserve"?',
    ),
    wrong(
        "a genre without letters",
        LIBRARY + '[sidecar]\ngenres = [" "]\n',
        "doorman.toml:4: sidecar.genres: item 1: is empty; name a tag, as in "
        '"Several matches", or leave the line out',
    ),
    wrong(
        "a relative socket",
        LIBRARY + '[server]\nsocket = "doorman.sock"\n',
        (
            'doorman.toml:4: server.socket: "doorman.sock" depends on where doorman is '
            'started; write the whole path, from "/" on'
        ),
    ),
    wrong(
        "a port",
        LIBRARY + "[server]\nport = 8080\n",
        (
            "doorman.toml:4: server.port: unknown key; known here: socket, listen, public_url, "
            "hosts, password_file"
        ),
    ),
    wrong(
        "a port without an address",
        LIBRARY + '[server]\nlisten = "8465"\n',
        (
            'doorman.toml:4: server.listen: "8465" is no address with a port; write one as in '
            '"127.0.0.1:8465" or "[::1]:8465", or "off" for no page'
        ),
    ),
    wrong(
        "any port that is free",
        LIBRARY + '[server]\nlisten = "127.0.0.1:0"\n',
        ("doorman.toml:4: server.listen: a port is a number from 1 to 65535; write another than 0"),
    ),
    wrong(
        "an address with six words without brackets",
        LIBRARY + '[server]\nlisten = "::1:8465"\n',
        (
            'doorman.toml:4: server.listen: "::1:8465" is no address with a port; write one as in '
            '"127.0.0.1:8465" or "[::1]:8465", or "off" for no page'
        ),
    ),
    wrong(
        "a name to listen at",
        LIBRARY + '[server]\nlisten = "nas.example:8465"\n',
        (
            'doorman.toml:4: server.listen: "nas.example:8465" is no address with a port; write '
            'one as in "127.0.0.1:8465" or "[::1]:8465", or "off" for no page'
        ),
    ),
    wrong(
        "a page below a path",
        LIBRARY + '[server]\npublic_url = "https://nas.example/doorman"\n',
        (
            "doorman.toml:4: server.public_url: leave out the path: the page needs a name of its "
            'own, as in "https://doorman.example"'
        ),
    ),
    wrong(
        "a host with its port",
        LIBRARY + '[server]\nhosts = ["nas.example:8465"]\n',
        (
            'doorman.toml:4: server.hosts: item 1: "nas.example:8465" is no name of a machine; '
            'write it without port and without what stands before it, as in "nas.example"'
        ),
    ),
    wrong(
        "a choice in capitals",
        LIBRARY + '[log]\nlevel = "INFO"\n',
        (
            'doorman.toml:4: log.level: must be "debug", "info", "warning" or "error", not '
            '"INFO"; did you mean "info"?'
        ),
    ),
    wrong(
        "a choice by another name",
        LIBRARY + '[log]\nlevel = "warn"\n',
        (
            'doorman.toml:4: log.level: must be "debug", "info", "warning" or "error", not '
            '"warn"; did you mean "warning"?'
        ),
    ),
    wrong(
        "a misspelt variable",
        LIBRARY,
        "DOORMAN_SERVER__SOCKTE: unknown variable; did you mean DOORMAN_SERVER__SOCKET?",
        environment={"DOORMAN_SERVER__SOCKTE": "/x"},
    ),
    wrong(
        "a variable that resembles none",
        LIBRARY,
        (
            "DOORMAN_COLOUR: unknown variable; unset it, or see doorman --help for those "
            "that doorman reads"
        ),
        environment={"DOORMAN_COLOUR": "red"},
    ),
    wrong(
        "a variable for a library",
        LIBRARY,
        (
            "DOORMAN_LIBRARY__PATH: unknown variable; libraries, sources, rules and channels are "
            "set in the file only"
        ),
        environment={"DOORMAN_LIBRARY__PATH": "/x"},
    ),
    wrong(
        "a variable with a word for a number",
        LIBRARY,
        "DOORMAN_FINGERPRINT__WORKERS: must be a whole number such as 0, not text",
        environment={"DOORMAN_FINGERPRINT__WORKERS": "many"},
    ),
    wrong(
        "a variable with a wrong choice",
        LIBRARY + '[log]\nlevel = "info"\n',
        'DOORMAN_LOG__LEVEL: must be "debug", "info", "warning" or "error", not "loud"',
        environment={"DOORMAN_LOG__LEVEL": "loud"},
    ),
    wrong(
        "a variable with a text for a list",
        LIBRARY,
        'DOORMAN_NOTIFY__TARGETS: must be a list, not text: write ["…"]',
        environment={"DOORMAN_NOTIFY__TARGETS": "ntfy://hunter2@ntfy.example/x"},
    ),
    wrong(
        "a variable with a wrong item",
        LIBRARY,
        (
            "DOORMAN_NOTIFY__TARGETS: item 1: is no apprise address; write one such as "
            '"ntfy://host/topic"'
        ),
        environment={"DOORMAN_NOTIFY__TARGETS": '["hunter2"]'},
    ),
    wrong(
        "a variable with a wrong key",
        LIBRARY + SOURCE,
        (
            "DOORMAN_SOURCE_STASHDB_KEY: holds a blank or another character that no key "
            "has; copy it again"
        ),
        environment={"DOORMAN_SOURCE_STASHDB_KEY": "hunter2 hunter2"},
    ),
    wrong(
        "a variable with an empty key",
        LIBRARY + SOURCE,
        "DOORMAN_SOURCE_STASHDB_KEY: is empty; put the key there, or remove it",
        environment={"DOORMAN_SOURCE_STASHDB_KEY": ""},
    ),
    wrong(
        "a variable for a source that is not there",
        LIBRARY + SOURCE,
        ("DOORMAN_SOURCE_STASHBD_KEY: unknown variable; did you mean DOORMAN_SOURCE_STASHDB_KEY?"),
        environment={"DOORMAN_SOURCE_STASHBD_KEY": "hunter2"},
    ),
    wrong(
        "a variable with a word for a truth",
        LIBRARY,
        "DOORMAN_SIDECAR__NFO: must be true or false, not text",
        environment={"DOORMAN_SIDECAR__NFO": "yes"},
    ),
    wrong(
        "many things at once",
        (
            'level = "info"\n'
            "[[library]]\n"
            'path = "films"\n'
            'settel = "1s"\n'
            "settle = 10\n"
            "[[source]]\n"
            'name = "stashdb"\n'
            'url = "https://stashdb.example"\n'
            'key = ""\n'
            "[[rule]]\n"
            'name = "close"\n'
            'when = "phash_distanse <= 4"\n'
            'then = "acept"\n'
        ),
        "doorman.toml:1: level: unknown key; it belongs below [log]",
        (
            'doorman.toml:3: library.path: "films" depends on where doorman is started; '
            'write the whole path, from "/" on'
        ),
        'doorman.toml:4: library.settel: unknown key; did you mean "settle"?',
        'doorman.toml:5: library.settle: a time needs its unit, in quotes: write "10s"',
        (
            "doorman.toml:8: source.url: an endpoint ends in /graphql: write "
            '"https://stashdb.example/graphql"'
        ),
        "doorman.toml:9: source.key: is empty; put the key there, or remove it",
        (
            'doorman.toml:12:9: rule.when: rule "close": there is no fact '
            '"phash_distanse"; did you mean "phash_distance"?'
        ),
        (
            'doorman.toml:13: rule.then: must be "accept", "review", "ignore" or "no '
            'match", not "acept"; did you mean "accept"?'
        ),
        'DOORMAN_LOG__LEVEL: must be "debug", "info", "warning" or "error", not "loud"',
        environment={"DOORMAN_LOG__LEVEL": "loud"},
    ),
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_wrong_configuration_says_where_and_what_to_do(case: Wrong, tmp_path: Path) -> None:
    path = tmp_path / "doorman.toml"
    path.write_text(case.text, encoding="utf-8")

    with pytest.raises(ConfigurationInvalid) as caught:
        load_settings(path, {"HOME": "/home/ada", **case.environment})

    said = str(caught.value).replace(f"{tmp_path}/", "").split("\n")
    assert tuple(said) == case.messages
    assert caught.value.exit_code == 78
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in repr(caught.value.problems)


def test_cases_have_names_of_their_own() -> None:
    names = [case.name for case in CASES]

    assert sorted(set(names)) == sorted(names)
