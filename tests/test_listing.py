"""Programs and configurations keep their indentation: where an answer is shown, copied and exported."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pipeline import Tools, ingest
from rag.assistant import Assistant
from rag.chats.export import Block, answer_text, as_markdown, as_pdf
from rag.events import Answered
from rag.fakes import FakeLLM
from rag.listing import listing, outdented
from rag.page.page_text import marked
from rag.page.sanitise import block, literal
from tests.fakes import make_tools

SHELL = 'if [ -f /etc/faro.conf ]; then\n    for unit in web db; do\n        systemctl restart "$unit"\n    done\nfi'
YAML = "server:\n  port: 8443\n  ports:\n    - 8443\n    - 51820"
PYTHON = "for each in found:\n\tprint(each)"
NBSP = "\u00a0"


@pytest.mark.parametrize("code", [SHELL, YAML, PYTHON], ids=["shell", "yaml", "python"])
def test_a_listing_stands_in_an_answer_as_it_is_and_the_quote_around_it(code: str) -> None:
    fenced = f"```text\n{code}\n```"
    assert block(f"«{code}» [1]") == f"«\n\n{fenced}\n\n» \\[1\\]"
    assert block(f"Write this:\n{code}\nand then start it again with the button.").split("\n\n")[1] == fenced
    assert fenced in as_markdown((Block("answer", f"This is it:\n\n«{code}» [1]"),)).decode()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- hold the button\n  for ten seconds\n  - then let go\n- wait", id="a list"),
        pytest.param("Tools:\n  - a [small] key\n  - a lamp", id="a list under a word"),
        pytest.param("1. Open the cover\n   and press RESET\n2. Then wait", id="steps"),
        pytest.param("  The first line of a paragraph\nthat goes on in the second", id="a first line"),
        pytest.param("The router has\n  two lamps and a button\n  that is red and is on the back", id="prose"),
        pytest.param("Code | What it means\nE10 | It is frozen", id="a table"),
        pytest.param("x = 1\ny = 2", id="nothing indented"),
        pytest.param("  x = 1;", id="one line"),
    ],
)
def test_what_is_no_listing_is_shown_as_before(text: str) -> None:
    assert listing(text.split("\n")) == (0, 0)
    assert "```" not in block(text)


@given(st.text(alphabet="ab :;{}«»[]1.`-\n\t |", max_size=80))
def test_nothing_gets_out_of_a_listing(text: str) -> None:
    shown = block(f"server:\n  port: 1\n{text}")
    open_fence = ""
    for line in shown.split("\n"):
        if fence := re.match("`{3,}", line):
            if not open_fence:
                open_fence = fence[0]
            elif line.strip() == open_fence:
                open_fence = ""
    assert not open_fence


def test_a_pdf_keeps_the_indentation() -> None:
    assert b"(        systemctl restart" in as_pdf("x", (Block("quote", SHELL),), "en")


def test_the_text_of_a_page_is_indented_as_it_is() -> None:
    assert literal("a\n    b\n\tc") == f"a  \n{NBSP * 4}b  \n{NBSP * 4}c"
    assert f"  \n{NBSP * 4}:yellow-background[b]" in marked("x a\n    b", "a b")


def test_a_quote_loses_the_margin_that_its_first_line_has_lost() -> None:
    page = "Write this:\n\n    if x:\n        y()\n    z()\n"
    assert outdented("if x:\n        y()\n    z()", page[: page.index("if x")]) == "if x:\n    y()\nz()"
    assert outdented("def f():\n    x()", "above\n") == "def f():\n    x()"


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    indented = "\n".join(f"    {each}" for each in SHELL.split("\n"))
    (tmp_path / "guide.txt").write_text(f"To restart the units of the router write:\n\n{indented}\n\nThen wait.\n")
    tools = make_tools(tmp_path)
    list(ingest([tmp_path / "guide.txt"], tools))
    return tools


def test_a_quoted_listing_is_copied_as_it_is(tools: Tools) -> None:
    assistant = Assistant(tools.library, tools.store, tools.embedder, FakeLLM(), refuse_below=0.0)
    *_, last = assistant.ask("How do I restart the units web and db with systemctl?")
    assert isinstance(last, Answered)
    assert all(citation.verified for citation in last.answer.citations)
    assert indent(SHELL, "    ") in answer_text(last.answer, "en")
    assert f"\n{SHELL}\n" in block(last.answer.text)
