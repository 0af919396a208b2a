"""Turn passages, history and a question into Messages: the only reader of `prompts/`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from string import Template

from rag.types import Message, Passage, Question

FOLDER = Path(__file__).resolve().parent.parent / "prompts"


@cache
def _template(name: str) -> Template:
    return Template((FOLDER / f"{name}.txt").read_text(encoding="utf-8").rstrip("\n"))


def render_passage(number: int, passage: Passage) -> str:
    """A passage as the model reads it: its number, where it stands, its text."""
    section = f", {passage.section}" if passage.section else ""
    place = {"number": number, "title": passage.title, "page": passage.label or passage.page, "section": section}
    return _template("passage").substitute(place, text=passage.text)


def render(
    pages: Sequence[Passage], history: Sequence[Message], found: Sequence[Passage], question: Question
) -> tuple[Message, ...]:
    """The whole prompt: `[system][documents] | [history][what was found][question]`, nothing variable before the bar.

    `pages` are those of documents that are read whole, `found` what was searched for this question. Passages are
    numbered from 1 in the order given.
    """
    known = [_template("system").template, *(render_passage(n, p) for n, p in enumerate(pages, 1))]
    asked = _template("question.es" if question.language == "es" else "question.en").substitute(question=question.text)
    searched = [render_passage(n, p) for n, p in enumerate(found, len(pages) + 1)]
    return (Message("system", "\n\n".join(known)), *history, Message("user", "\n\n".join([*searched, asked])))


def render_follow_up(lines: Sequence[Message], text: str) -> tuple[Message, ...]:
    """The prompt that asks for one question that says the same as `text` without the conversation."""
    said = "\n".join(f"{line.role}: {' '.join(line.text.split())}" for line in lines)
    return (Message("user", _template("follow_up").substitute(conversation=said, question=text)),)
