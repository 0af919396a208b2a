"""What the planner's tests are made of: a pretended tokenizer, passages, readers, and a catalogue without text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.budget import Costs, Reader
from rag.plan import Choice, Ranking, Request, Wish, choose
from rag.planning.filling import Filler, Widen, room_for
from rag.planning.scope import Scope, Whole
from rag.question import understand
from rag.types import Message, Passage, Plan, Style

SEPARATORS = re.compile(r"(?<=\d)[,\u202f](?=\d{3})")
"""What stands between the thousands of a number, in English and in Spanish."""
PIECE = re.compile(r"\w{1,3}|[^\w\s]")
QUESTION = understand("Where is the reset button of the router?")


def count(text: str) -> int:
    """Tokens of a pretended tokenizer: pieces of at most three letters, and marks."""
    return len(PIECE.findall(text))


def count_prompt(messages: Sequence[Message]) -> int:
    """Four tokens of a pretended template a message, and three to open the answer."""
    return sum(count(m.text) + 4 for m in messages) + 3


def reader(
    window: int = 2000, parameters: int = 8_000_000_000, answer: int = 200, style: Style = "write",
    costs: Costs | None = None,
) -> Reader:  # fmt: skip
    """A model of 8 billion parameters that costs nothing."""
    return Reader(window, parameters, answer, count, count_prompt, style, "default", costs or Costs())


def passage(n: int, words: int, document: str = "d", score: float = 1.0) -> Passage:
    """Page `n` of a document, of so many words."""
    text = " ".join(f"w{n}" for _ in range(words))
    return Passage(document, f"Doc {document}", "f.pdf", "manual", "en", n, str(n), 0, len(text), text, "", score)


def filled(
    choice: Choice, found: Sequence[Passage], model: Reader, history: Sequence[Message] = (),
    widen: Widen | None = None, pages: Sequence[Passage] = (),
) -> Plan:  # fmt: skip
    """A plan as the planner fills it."""
    room, recalled = room_for(model, QUESTION, history)
    filler = Filler(QUESTION, room, recalled, model)
    if choice.mode == "document":
        return filler.whole(choice, pages, found)
    return filler.searched(choice, found, widen)


def chosen(
    wish: Wish, wholes: Sequence[Whole], model: Reader, found: Sequence[Passage], *, scope: bool = False,
    confidence: float = 1.0, text: str = "", request: Request | None = None, compared: bool = False,
) -> Choice:  # fmt: skip
    """The choice for a question; `scope`: the documents were chosen by a person."""
    question = understand(text) if text else QUESTION
    wanted = replace(request or Request(question), question=question, wish=wish)
    room, _ = room_for(model, question, ())
    where = Scope(tuple(wholes), chosen=scope, compared=compared)
    return choose(wanted, room, model, where, Ranking(tuple(found), confidence))
