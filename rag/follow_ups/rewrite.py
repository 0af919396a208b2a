"""A question that leans on the conversation → one that stands alone, by the model where it is able, else by rule."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from ingest.errors import WindowError
from ingest.language import detect
from ingest.lexical import stems
from rag.budget import SMALL_MODEL
from rag.follow_ups.complete import BOUND, complete
from rag.follow_ups.in_language import wished_language
from rag.follow_ups.leaning import content
from rag.follow_ups.recall_wish import recalls
from rag.llm import LLM
from rag.prompt import render_follow_up
from rag.types import Message

ANSWER_TOKENS = 64
"""Tokens that the model may write."""

TURNS = 6
"""Messages of the conversation that the model reads, the newest."""

_LONGEST = 400
"""Characters of each that it reads: enough to name what it is about."""


def standalone(text: str, history: Sequence[Message], llm: LLM, cancel: threading.Event | None = None) -> str:
    """The text itself when it stands on its own; else the model's wording if it passes `is_sound`, else the rule's.

    A model under SMALL_MODEL is not asked, nor any where only another language, or the same in short, is wished for.
    When the conversation does not fit its window, or after `cancel`, the rule's wording stands.
    """
    completed = complete(text, history)
    if completed == text or llm.parameters < SMALL_MODEL or wished_language(text) or recalls(text) == "short":
        return completed
    lines = [Message(m.role, m.text[:_LONGEST]) for m in history[-TURNS:]]
    try:
        pieces = llm.stream(render_follow_up(lines, text), ANSWER_TOKENS, cancel=cancel)
    except WindowError:
        return completed
    written = "".join(pieces).strip().strip('"«»“”')
    if pieces.usage.stop != "end" or not is_sound(written, text, [completed, *(line.text for line in lines)]):
        return completed
    return written


def is_sound(written: str, text: str, conversation: Sequence[str]) -> bool:
    """Whether a model's wording is one line, short, in the question's language, and made of the conversation's words.

    Half of its words that carry meaning have to be there already, compared by stem.
    """
    if not written or len(written) > BOUND or len(written.splitlines()) != 1:
        return False
    if {detect(written), detect(text)} == {"es", "en"}:
        return False
    known = {stem for line in (text, *conversation) for stem in _stems(line)}
    own = content(written)
    shared = sum(not known.isdisjoint(_stems(word)) for word in own)
    return bool(own) and 2 * shared >= len(own)


def _stems(text: str) -> set[str]:
    return {*stems(text, "es").split(), *stems(text, "en").split()}
