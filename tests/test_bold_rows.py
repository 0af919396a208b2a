"""Rows that were asked for, in bold in an answer made of quotes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.events import Answer
from rag.page.bold_rows import with_bold_rows
from rag.page.sanitise import block
from tests.fakes_assistant import citation, receipt


def shown(*quotes: tuple[str, str]) -> str:
    """The Markdown of an answer with these quotes and the rows in them that were asked for."""
    cited = tuple(replace(citation(n, quote=quote), row=row) for n, (quote, row) in enumerate(quotes, 1))
    text = "\n\n".join(["This is it:", *(f"«{c.quote}» [{c.n}]" for c in cited)])
    return with_bold_rows(Answer("q", text, False, "en", cited, receipt()))


@pytest.mark.parametrize("cells", ["\t", " | "])
def test_the_cells_of_the_row_are_bold_and_nothing_else(cells: str) -> None:
    row = cells.join(("Weight", "7 kg", "9 kg"))
    text = shown((f"{cells.join(('Data', 'P1', 'P2'))}\n{row}\nNoise{cells}1{cells}2", row))
    assert [line for line in text.splitlines() if "**" in line] == ["| **Weight** | **7 kg** | **9 kg** |"]


def test_each_quote_has_its_own() -> None:
    text = shown(("A | 1\nB | 2", ""), ("C | 1\nB | 2", "B | 2"))
    assert text.count("**B** \\| **2**") == 1
    assert text.index("**") > text.index("C ")


def test_without_one_the_answer_is_shown_as_ever() -> None:
    text = "This is it:\n\n«A | 1\nB | 2» [1]"
    assert shown(("A | 1\nB | 2", "")) == block(text)
    assert shown(("A | 1\nB | 2", "not there")) == block(text)


def test_a_row_with_stars_stays_as_it_is() -> None:
    assert "**a" not in shown(("A | 1\na*b | 2", "a*b | 2"))


def test_foreign_text_in_bold_stays_text() -> None:
    row = "x](y) | ![a](http://e.example/p.png)"
    text = shown((f"Data | P1\n{row}", row))
    assert "![a](" not in text
    assert "](http" not in text


def test_an_answer_that_is_drawn_again_is_not_made_again() -> None:
    answer = Answer("q", "This is it:\n\n«A | 1» [1]", False, "en", (replace(citation(1), row="A | 1"),), receipt())
    assert with_bold_rows(replace(answer, language="es")) is with_bold_rows(answer)
    other = replace(answer, citations=(replace(citation(1), row=""),))
    assert with_bold_rows(other) != with_bold_rows(answer)
