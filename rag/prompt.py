"""Turn passages, history and a question into Messages: the only reader of `prompts/`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from string import Template

from ingest.types import Language
from rag.types import Message, Passage, Question

FOLDER = Path(__file__).resolve().parent.parent / "prompts"

_FENCE = re.compile(r"<(?=\s*/?\s*passage\s*>)", re.IGNORECASE)
_GUARD_SIGN = re.compile(r"<(?=\s*(?:BEGIN|END)\b)", re.IGNORECASE)
_GUARD_TURN = re.compile(r"^(\s*(?:User|Agent)\s*):", re.IGNORECASE | re.MULTILINE)


@cache
def _template(name: str) -> Template:
    return Template((FOLDER / f"{name}.txt").read_text(encoding="utf-8").rstrip("\n"))


def render_passage(number: int, passage: Passage) -> str:
    """A passage as the model reads it: its number, where it stands, and its text between two signs.

    The text cannot bring the signs itself, and what stands before them is one line.
    """
    section = f", {_one_line(passage.section)}" if passage.section else ""
    page = _one_line(passage.label) or passage.page
    place = {"number": number, "title": _one_line(passage.title), "page": page, "section": section}
    return _template("passage").substitute(place, text=_FENCE.sub("‹", passage.text))


def _one_line(text: str) -> str:
    return _FENCE.sub("‹", " ".join(text.split()))


def render(
    pages: Sequence[Passage], history: Sequence[Message], found: Sequence[Passage], question: Question
) -> tuple[Message, ...]:
    """The whole prompt: `[system][documents] | [history][what was found][question]`, nothing variable before the bar.

    `pages` are those of documents that are read whole, `found` what was searched for this question. Passages are
    numbered from 1 in the order given.
    """
    known = [_template("system").template, *(render_passage(n, p) for n, p in enumerate(pages, 1))]
    asked = _in_language("question", question.language).substitute(question=question.text)
    searched = [render_passage(n, p) for n, p in enumerate(found, len(pages) + 1)]
    turns = [_as_asked(message) for message in history]
    return (Message("system", "\n\n".join(known)), *turns, Message("user", "\n\n".join([*searched, asked])))


def _as_asked(message: Message) -> Message:
    """A question of the conversation as it stood in its own prompt: the model need not read it and its answer anew."""
    if message.role != "user" or message.language == "und":
        return message
    return replace(message, text=_in_language("question", message.language).substitute(question=message.text))


def render_follow_up(lines: Sequence[Message], text: str) -> tuple[Message, ...]:
    """The prompt that asks for one question that says the same as `text` without the conversation."""
    said = "\n".join(f"{line.role}: {' '.join(line.text.split())}" for line in lines)
    return (Message("user", _template("follow_up").substitute(conversation=said, question=text)),)


def render_summary_part(passages: Sequence[Passage], language: Language) -> tuple[Message, ...]:
    """The prompt that asks for a summary of one part of a document; its passages are numbered from 1."""
    shown = "\n\n".join(render_passage(n, passage) for n, passage in enumerate(passages, 1))
    return (Message("user", _in_language("summary_part", language).substitute(passages=shown)),)


def render_summary_reduce(summaries: Sequence[str], language: Language) -> tuple[Message, ...]:
    """The prompt that asks for one summary of several, which stand in the document's order."""
    return (Message("user", _in_language("summary_reduce", language).substitute(summaries="\n\n".join(summaries))),)


def render_guard(question: str, answer: str, categories: Mapping[str, str]) -> tuple[Message, ...]:
    """Llama Guard 3's documented prompt, without its control tokens, for a question or, if given, the answer to it.

    Neither can bring the prompt's own signs or begin a turn.
    """
    turns = [("User", question), *([("Agent", answer)] if answer else [])]
    bare = [(role, _GUARD_TURN.sub(r"\1 -", _GUARD_SIGN.sub("‹", text.strip()))) for role, text in turns]
    said = "\n\n".join(f"{role}: {text}" for role, text in bare)
    listed = "\n".join(f"{sign}: {name}." for sign, name in categories.items())
    return (Message("user", _template("guard").substitute(role=turns[-1][0], categories=listed, conversation=said)),)


@cache
def summary_recipe(language: Language) -> str:
    """A short hash of the instructions that summaries in this language are made by."""
    texts = "".join(_in_language(name, language).template for name in ("summary_part", "summary_reduce"))
    return hashlib.blake2b(texts.encode(), digest_size=4).hexdigest()


def _in_language(name: str, language: Language) -> Template:
    """The template in Spanish, or in English for any other language."""
    return _template(f"{name}.{'es' if language == 'es' else 'en'}")
