from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.settings.lines import KeyLines, KeyPath

DOCUMENT = """\
# a comment with [brackets] = and ''' quotes
top = 1

[[library]] # first
path = "/srv/[films]"
exclude = [
  # none here
  "a", "b",

  '''
c]
''',
  "d",
]
[library.more.deep]
x.y = 2
[[library]]
"name" = \"\"\"
path = "not a key"
\"\"\"
inline = {a = 1, b = [{c = 2}]}
[[library.part]]
n = 1
[[library.part]]
n = 2
[ log ]
level = "info"
tables = [
  {p = 1},
  {p = 2, q = 3},
]
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("library",), 4),
        (("library", 0), 4),
        (("library", 0, "path"), 5),
        (("library", 0, "exclude"), 6),
        (("library", 0, "exclude", 0), 8),
        (("library", 0, "exclude", 1), 8),
        (("library", 0, "exclude", 2), 10),
        (("library", 0, "exclude", 3), 13),
        (("library", 0, "more"), 15),
        (("library", 0, "more", "deep"), 15),
        (("library", 0, "more", "deep", "x", "y"), 16),
        (("library", 1), 17),
        (("library", 1, "name"), 18),
        (("library", 1, "inline", "b", 0, "c"), 21),
        (("library", 1, "part", 0, "n"), 23),
        (("library", 1, "part", 1), 24),
        (("library", 1, "part", 1, "n"), 25),
        (("log", "level"), 27),
        (("log", "tables", 0, "p"), 29),
        (("log", "tables", 1, "q"), 30),
        (("library", 1, "path"), 17),
        (("nothing",), None),
        ((), None),
    ],
)
def test_line_is_where_the_key_stands(path: KeyPath, line: int | None) -> None:
    assert KeyLines(DOCUMENT).line(path) == line


def test_windows_line_ends_count_as_one_line() -> None:
    lines = KeyLines("a = 1\r\n\r\n[b]\r\nc = 2\r\n")

    assert lines.line(("b", "c")) == 4


def test_list_of_a_thousand_lines_stands_where_it_begins() -> None:
    items = "\n".join(f'  "{number}",' for number in range(1000))

    assert KeyLines(f"a = [\n{items}\n]\nb = 1\n").line(("a", 999)) == 1


_keys = st.sampled_from(["a", "b", "long-key", "0", "ключ", "with space", ""])
_scalars = (
    st.integers(-5, 5)
    | st.booleans()
    | st.sampled_from(["plain", "with ] and }", "a = 1", "''' ", "\n\n[x]\n", "#"])
)
_values = st.recursive(_scalars, lambda inner: st.lists(inner, max_size=3), max_leaves=6)
_tables = st.dictionaries(_keys, _values, max_size=4)
_documents = st.lists(st.tuples(_keys, st.booleans(), _tables), max_size=5)


def _written(value: object, end: str) -> str:
    if isinstance(value, list):
        return f"[{end}{''.join(f'{_written(item, end)},{end}' for item in value)}]"
    if isinstance(value, str) and "\n" in value:
        return f"'''\n{value}'''"

    return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    return json.dumps(key, ensure_ascii=False)


def _document_text(tables: list[tuple[str, bool, dict[str, object]]], end: str) -> str:
    seen: dict[str, bool] = {}
    lines = []
    for name, is_list, table in tables:
        if name in seen and not (seen[name] and is_list):
            continue
        seen[name] = is_list
        lines.append(f"[[{_key(name)}]]" if is_list else f"[{_key(name)}]")
        lines += [f"{_key(key)} = {_written(value, end)}" for key, value in table.items()]

    return "\n".join(lines) + "\n"


def _leaves(value: object, path: KeyPath = ()) -> list[KeyPath]:
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in _leaves(inner, (*path, key))]
    if isinstance(value, list):
        return [leaf for i, inner in enumerate(value) for leaf in _leaves(inner, (*path, i))]

    return [path]


def _has(document: object, path: KeyPath) -> bool:
    for key in path:
        if isinstance(document, list):
            document = dict(enumerate(document))
        if not isinstance(document, dict) or key not in document:
            return False
        document = document[key]

    return True


@given(_documents, st.sampled_from(["", "\n", "\n  # ]\n"]))
def test_no_key_is_there_before_its_line_and_each_is_found(
    tables: list[tuple[str, bool, dict[str, object]]], end: str
) -> None:
    text = _document_text(tables, end)
    lines = KeyLines(text)

    for path in _leaves(tomllib.loads(text)):
        line = lines.line(path)
        assert line is not None
        before = "\n".join(text.split("\n")[: line - 1])
        try:
            earlier = tomllib.loads(before)
        except tomllib.TOMLDecodeError:
            continue  # the line lies within a list, and what is before it is no document
        assert not _has(earlier, path)


@given(_documents)
def test_each_key_of_a_document_of_one_line_values_is_found_exactly(
    tables: list[tuple[str, bool, dict[str, object]]],
) -> None:
    plain = [
        (name, is_list, {key: value for key, value in table.items() if "\\n" not in repr(value)})
        for name, is_list, table in tables
    ]
    text = _document_text(plain, "")
    lines = KeyLines(text)

    for path in _leaves(tomllib.loads(text)):
        line = lines.line(path)
        assert line is not None
        assert _has(tomllib.loads("\n".join(text.split("\n")[:line])), path)
        assert not _has(tomllib.loads("\n".join(text.split("\n")[: line - 1])), path)
