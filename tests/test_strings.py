"""The page says everything in Spanish and in English."""

from __future__ import annotations

import ast
import string
from pathlib import Path
from typing import get_args

import pytest

from ingest.types import Kind, Language
from rag.chats.export import FORMATS
from rag.chats.types import Choice, Left
from rag.page.answers import Phase
from rag.page.engine import Stage
from rag.page.feedback import REASONS
from rag.page.strings import STRINGS, TABLES, Say, tongue_of
from rag.prefixes.warm import State
from rag.tickets.thread import Part
from rag.types import Attempted, Mode, PrefixState, Relation, Style, Tokens, WindowLimit

PAGE = Path(__file__).parent.parent / "rag" / "page"
# Keys that the code builds from a value: the value's type says which there are.
BUILT = {
    "mode_": get_args(Choice), "read_": get_args(Mode), "prefix_": get_args(PrefixState), "style_": get_args(Style),
    "twin_": get_args(Relation), "wish_": ("auto", *get_args(Style)), "window_": get_args(WindowLimit),
    "kind_": get_args(Kind), "lang_": get_args(Language), "first_": ("1", "2", "3"),
    "part_": ("free", *(name for name in Tokens.__dataclass_fields__ if name != "window")),
    "status_": ("added", "updated", "unchanged", "removed", "skipped", "failed"),
    "attempt_": get_args(Attempted),
    "field_": ("key", "product", "version", "status", "resolution", "created", "updated", "requester", "tags"),
    "left_": [left for left in get_args(Left) if left], "reason_": REASONS, "export_": FORMATS,
    "post_": get_args(Part), "sort_": get_args(Kind), "sorts_": ("all", *get_args(Kind)),
    "state_": ("open", "closed"), "states_": ("all", "open", "closed"),
    "": get_args(Phase), "ahead_": get_args(State), "room_": ("yes", "no"),
    "exchange_": [stage for stage in get_args(Stage) if stage and stage != "failed"],
}  # fmt: skip


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def calls() -> list[tuple[str, ast.expr, ast.Call]]:
    """The function, its argument that is the key, and the call."""
    key_at, found = {"say": 0, "say.count": 0, "refuse": 1}, []
    for path in PAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (function := ast.unparse(node.func)) in key_at:
                found.append((function, node.args[key_at[function]], node))
    return found


def keys_of(function: str, argument: ast.expr) -> set[str]:
    """Every key that this argument can be."""
    match argument:
        case ast.Constant(value=str(key)):
            keys = {key}
        case ast.IfExp(body=body, orelse=orelse):
            return keys_of(function, body) | keys_of(function, orelse)
        case ast.JoinedStr(values=[ast.Constant(value=str(head)), *_]):
            keys = {head + str(value) for value in BUILT[head]}
        case _:
            keys = {str(value) for value in BUILT[""]}
    return {f"{key}_{form}" for key in keys for form in ("one", "many")} if function == "say.count" else keys


@pytest.mark.parametrize("key", STRINGS)
def test_both_languages_have_the_same_places(key: str) -> None:
    spanish, english = STRINGS[key]
    assert spanish.strip()
    assert english.strip()
    assert places(spanish) == places(english)


def test_no_key_stands_in_two_tables() -> None:
    tables = [
        {ast.literal_eval(key) for key in node.value.keys if key is not None}
        for path in PAGE.glob("*strings.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
    ]
    assert sum(map(len, tables)) == len(set().union(*tables)) == len(STRINGS)


def test_every_key_in_the_code_exists_and_every_key_is_used() -> None:
    used = set().union(*(keys_of(function, key) for function, key, _ in calls()))
    assert used - set(STRINGS) == set()
    assert set(STRINGS) - used == set()


def test_every_call_fills_exactly_the_places_of_its_text() -> None:
    for function, argument, call in calls():
        given = {keyword.arg for keyword in call.keywords}
        if function == "say.count" or None in given:
            continue
        for key in keys_of(function, argument):
            assert places(STRINGS[key][0]) <= given, key


@pytest.mark.parametrize(
    ("locale", "tongue"),
    [("es", "es"), ("es-MX", "es"), ("ES_es", "es"), ("en-GB", "en"), ("fr", "en"), ("est", "en"), ("", "en")],
)
def test_the_browser_decides_the_language_at_first(locale: str, tongue: str) -> None:
    assert tongue_of(locale) == tongue


def test_numbers_are_written_as_each_language_writes_them() -> None:
    assert Say("es").number(12345.678, 1) == "12\u202f345,7"
    assert Say("es").number(1234.5, 1) == "1234,5"
    assert Say("en").number(12345.678, 1) == "12,345.7"


@pytest.mark.parametrize(("n", "text"), [(0, "0 páginas"), (1, "1 página"), (2, "2 páginas")])
def test_one_is_not_many(n: int, text: str) -> None:
    assert Say("es").count("pages", n) == text


def test_no_table_takes_another_ones_key() -> None:
    assert len(STRINGS) == sum(len(table) for table in TABLES)
