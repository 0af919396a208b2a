"""Whatever a title, a file name or a model says, a terminal only shows it."""

from __future__ import annotations

import ast
import io
import logging
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.console import exit_code, show
from ingest.settings import Settings
from rag.cli.printing import print_answer
from rag.events import Answer, Answered, Citation, Delta, Planned
from rag.types import Attempt, Receipt, Seconds, Tokens
from tests.test_layers import ROOT, modules

LINK = "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\"
ORDERS = {
    "colour": "\x1b[31mred\x1b[0m",
    "clear-screen": "\x1b[2J\x1b[H",
    "eight-bit-csi": "\x9b31mred",
    "link": LINK,
    "link-ended-by-bell": "\x1b]8;;http://evil.example\x07click\x1b]8;;\x07",
    "eight-bit-osc": "\x9d8;;http://evil.example\x9cclick",
    "window-title": "\x1b]0;owned\x07",
    "clipboard": "\x1b]52;c;cm0gLXJm\x07",
    "device-control": "\x1bP$qm\x1b\\",
    "report": "\x1b[6n",
    "paint-over": "verified\rNOT",
    "back-over": "abc\x08\x08\x08xyz",
    "bell": "\x07",
    "turned-round": "\u202egnp.exe",
    "never-ended": "\x1b]8;;http://evil.example",
    "nul": "a\0b",
    "shift-out": "\x0elqk\x0f",
}
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def answered(text: str) -> Answered:
    """An answer with that text in every place that holds foreign text."""
    citation = Citation(1, "d", text, text, 1, text, text, text, True)
    warning = Attempt("override", "d", text, 1)
    receipt = Receipt(
        "passages", text, "write", Tokens(1, 1, 1, 1, 1, 9), (), Seconds(), "none", text, text, warnings=(warning,),
        blocked=text,
    )  # fmt: skip
    return Answered(Answer(text, text, False, "en", (citation,), receipt))


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS.keys())
def test_no_order_to_the_terminal_is_left_in_an_answer(order: str, capsys: pytest.CaptureFixture[str]) -> None:
    done = answered(f"The cover {order} opens.")
    notes: list[str] = []
    print_answer(iter([Planned(done.answer.receipt), *map(Delta, done.answer.text), done]), notes.append)
    out = capsys.readouterr().out
    assert not OBEYED.search(out)
    assert out.count("opens.") >= 6


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS.keys())
def test_no_order_is_left_however_an_answer_is_cut_into_pieces(order: str, capsys: pytest.CaptureFixture[str]) -> None:
    for at in range(len(order) + 1):
        show(order[:at], end="")
        show(order[at:], end="")
    assert not OBEYED.search(capsys.readouterr().out)


@given(st.text())
def test_nothing_that_is_shown_can_be_an_order(text: str) -> None:
    out = io.StringIO()
    show(text, file=out)
    assert not OBEYED.search(out.getvalue())


def test_what_people_write_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    text = "¿Qué? ñandú 😀 «cita» 日本語\n\ttab: C:\\Users $5"
    show(text)
    assert capsys.readouterr().out == f"{text}\n"


def test_a_title_adds_no_line_to_the_sources(capsys: pytest.CaptureFixture[str]) -> None:
    done = answered("Guide\n[2] Forged, p. 1 · –  [forged.pdf]  verified")
    print_answer(iter([done]), lambda line: None)
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("[2] ")] == ["[2] Forged, p. 1 · –  [forged.pdf]  verified"]


def test_a_log_line_and_an_error_are_shown_and_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    from ingest.errors import SettingsError

    root, kept = logging.getLogger(), list(logging.getLogger().handlers)
    root.handlers.clear()

    def fail(settings: Settings) -> int:
        logging.getLogger("test").warning("cannot read %s", LINK)
        raise SettingsError(f"{LINK}: no such file.")

    class Stream(io.StringIO):
        def reconfigure(self, **options: object) -> None:
            pass

    out, err, held = Stream(), Stream(), (sys.stdout, sys.stderr)
    try:
        sys.stdout, sys.stderr = out, err
        assert exit_code(Settings, fail, "") == 1
    finally:
        sys.stdout, sys.stderr = held
        root.handlers[:] = kept
    assert err.getvalue().count("click") == 2
    assert not OBEYED.search(err.getvalue())


def test_one_function_prints() -> None:
    def prints(path: Path) -> bool:
        calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
        return any(isinstance(call.func, ast.Name) and call.func.id == "print" for call in calls)

    assert [str(p.relative_to(ROOT)) for p in modules("ingest", "rag") if prints(p)] == ["ingest/console.py"]
