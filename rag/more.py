"""A wish for more of the same, and what has been said → the passages that have not been quoted yet. By rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.leaning import plain
from rag.leaning_patterns import STRIP
from rag.types import Message, Passage

# Written for folded text: no accents, lower case.
_WHAT = r"(?:detalles?|informacion|info|datos|ejemplos?|cosas?|details?|information|examples?)"
_MORE = re.compile(
    r"(?:(?:y|pero|and|ok|vale)[ ,]+)*(?:"
    r"(?:(?:me )?(?:dame|das|puedes dar(?:me)?|quiero|necesito|hay|tienes|muestrame)(?: un poco)? )?"
    rf"(?:mas|otros?)(?: {_WHAT})?"
    r"|(?:hay |tienes |dice )?algo mas|que mas(?: (?:hay|dice|pone|sabes))?|(?:sigue|continua|amplia\w*|mas sobre eso)"
    rf"|(?:(?:can|could) you )?(?:(?:give|show) me |any |some )*(?:more|other)(?: {_WHAT})?"
    r"|(?:tell me |say )more|go on|continue|elaborate|(?:is there )?anything else|what else(?: does it say)?"
    r")(?:,? (?:por favor|please))?"
)
_QUOTED = re.compile(r"«([^»]+)»\s*\[\d+\]")
_INNER = str.maketrans("«»", "“”")
"""As in a quotation: a document's own marks are others there."""
_LEAST = 40
"""Characters of what is left of a passage that are worth reading."""


def wants_more(text: str) -> bool:
    """Whether what is asked for is only that there be more of it."""
    return _MORE.fullmatch(" ".join(plain(text).split()).strip(STRIP)) is not None


def unsaid(passages: Sequence[Passage], text: str, history: Sequence[Message]) -> tuple[Passage, ...]:
    """What of the passages the conversation has not quoted, where `text` only wants more; else the passages.

    One that is quoted in part gives the parts around that. All of them when nothing is left.
    """
    if not wants_more(text):
        return tuple(passages)
    said = [_pattern(quote) for m in history if m.role == "assistant" for quote in _QUOTED.findall(m.text)]
    left = list(passages)
    for quote in said:
        left = [part for passage in left for part in _around(passage, quote)]
    return tuple(left) or tuple(passages)


def _around(passage: Passage, quote: re.Pattern[str]) -> list[Passage]:
    found = quote.search(passage.text.translate(_INNER))
    if found is None:
        return [passage]
    parts = [_part(passage, 0, found.start()), _part(passage, found.end(), len(passage.text))]
    return [part for part in parts if len(part.text) >= _LEAST]


def _part(passage: Passage, start: int, end: int) -> Passage:
    text = passage.text[start:end]
    start, end = start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()))
    at = passage.start
    return replace(passage, start=at + start, end=at + end, text=passage.text[start:end]) if text.strip() else _NONE


def _pattern(quote: str) -> re.Pattern[str]:
    """White space may differ."""
    return re.compile(r"\s+".join(map(re.escape, quote.split())))


_NONE = Passage("", "", "", "manual", "und", 1, "", 0, 0, "", "", 0.0)
