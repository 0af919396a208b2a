"""A wish for more of the same, and what has been said → the passages that have not been quoted yet. By rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.follow_ups.leaning import plain
from rag.follow_ups.leaning_patterns import STRIP
from rag.follow_ups.recall_wish import recalls
from rag.follow_ups.stuck import stuck
from rag.types import Message, Passage, Stuck, Told

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
_BEGINS = 80
"""Characters by which a quote is known that goes over the end of a passage."""
_LEAST = 40
"""Characters of what is left of a passage that are worth reading."""


def wants_more(text: str) -> bool:
    """Whether what is asked for is only that there be more of it."""
    return _MORE.fullmatch(" ".join(plain(text).split()).strip(STRIP)) is not None


def quoted(history: Sequence[Message]) -> list[str]:
    """What the answers of a conversation quote, oldest first."""
    return [quote for message in history if message.role == "assistant" for quote in _QUOTED.findall(message.text)]


def told(text: str, history: Sequence[Message]) -> Told:
    """What a conversation has quoted where `text` wants more than that, also what no longer fits a window."""
    wish: Stuck = stuck(text) or ("more" if wants_more(text) else "")
    if not wish:
        return Told()
    quotes, first, own = list[str](), list[str](), False
    for message in history:
        if message.role == "user":
            own = not (stuck(message.text) or wants_more(message.text) or recalls(message.text))
        elif found := _QUOTED.findall(message.text):
            quotes += found
            first += found[:1] if own else []
    return Told(tuple(dict.fromkeys(quotes)), tuple(first), wish if quotes else "")


def unsaid(passages: Sequence[Passage], before: Told) -> tuple[Passage, ...]:
    """What of the passages has not been quoted. One that is quoted in part gives the parts around that."""
    left = list(passages)
    for quote in map(_pattern, before.quotes):
        left = [part for passage in left for part in _around(passage, quote)]
    return tuple(left)


def ends_in(passage: Passage, quotes: Sequence[str]) -> list[int]:
    """Where on the page those of the quotes end that a passage has in it, all of them or how they begin."""
    text = passage.text.translate(_INNER)
    found = [_pattern(quote).search(text) or _pattern(quote[:_BEGINS]).search(text) for quote in quotes]
    return [passage.start + match.end() for match in found if match is not None]


def is_told(text: str, before: Told) -> bool:
    """Whether a stretch says what has been quoted, and less than as much beside it."""
    words = " ".join(text.translate(_INNER).split())
    quoted = [" ".join(quote.split()) for quote in before.quotes]
    return any(words in quote or (quote in words and 2 * len(quote) >= len(words)) for quote in quoted)


def place_of(quote: str, text: str) -> tuple[int, int]:
    """From where to where a quote stands in a text; all of the text where only its hyphens tell it."""
    found = _pattern(quote).search(text) or _pattern(quote[:_BEGINS]).search(text)
    return found.span() if found is not None else (0, len(text))


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
