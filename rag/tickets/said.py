"""A ticket's text → the stretches in which somebody says something: no headings, greetings, signatures, quoted mails.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ingest.lexical import fold
from ingest.lists import lines_of
from ingest.readers.ticket_page import is_facts_line
from rag.complaint import is_greeting

Span = tuple[int, int]

_HEADING = re.compile(r"(?:Last comment|Comment|Último comentario|Comentario)(?: \d+| — .*)?|Resolution|Resolución")
_EARLIER = re.compile(r"Earlier messages|Mensajes anteriores")
_HISTORY = re.compile(
    r"-{2,} ?(?:original message|mensaje original|forwarded message|mensaje reenviado|correo original)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:El|On|Am|Le|De)\b.*\d.*(?:wrote|escribió|escribio|ha escrito|a écrit|schrieb)\s*:", re.IGNORECASE
)
_MARKED = re.compile(r">(?!>> ?[\w'\"(\[])")
"""A line of a quoted mail; Python's prompt is none."""
_REGARDS = re.compile(
    r"(?:(?:best|kind|warm|many)? ?regards|cheers|sincerely|yours|all the best|"
    r"(?:un |muchos )?(?:cordial |atento )?saludos?(?: cordial(?:es)?)?|atentamente|cordialmente|atte)[ ,.!]*|-- ?"
)
_THANKS = re.compile(r"(?:(?:many |muchas )?(?:thanks|thank you|gracias))\b.{0,30}")
_FILES = re.compile(r"(?:Attachments|Adjuntos): ")
_FACT = re.compile(r"[^\W\d_][^:\n]{0,40}: \S")
"""What a column says that is no field of a ticket: it follows the complaint, signed or not."""
_SIGNED = 40
"""Characters of a name below thanks."""


def is_message(title: str) -> bool:
    """Whether a section of this title is a message of a ticket."""
    return title in ("Problem", "Problema") or _HEADING.fullmatch(title) is not None


@lru_cache(maxsize=1024)
def said(text: str) -> tuple[Span, ...]:
    """(start, end) of each, in order, never blank at their ends, of a ticket's page or of a part of it."""
    return tuple(_runs(text))


def _runs(text: str) -> Iterator[Span]:
    lines = lines_of(text)
    start = end = -1
    began = silent = blank = False  # whether the message says anything yet, and whether what follows is not its own
    first = True
    for at, (a, b) in enumerate(lines):
        line = text[a:b].strip()
        silent = silent and not (first and blank and _FACT.match(line))
        blank = not line
        heading = _HEADING.fullmatch(line) is not None
        earlier = _EARLIER.fullmatch(line) is not None
        if heading or earlier:
            began, silent, first = False, earlier, False
        elif line and not silent:
            silent = _HISTORY.match(line) is not None or (began and _ends(line, text, lines[at + 1 :]))
        listed = not first and _FILES.match(line) is not None
        own = not (
            heading or silent or listed or _MARKED.match(line) or _LEAD.match(line) or (not began and is_greeting(line))
        )
        if line and own:
            start, end = a + text[a:b].index(line) if start < 0 else start, b
            began = True
        elif line and start >= 0:
            yield start, end
            start = -1
    if start >= 0:
        yield start, end


def _ends(line: str, text: str, rest: list[Span]) -> bool:
    """Whether a line takes leave: what follows in the message is its writer's name, address and so on."""
    plain = fold(line)
    if _REGARDS.fullmatch(plain):
        return True
    after = next((body for a, b in rest if (body := text[a:b].strip())), "")
    named = len(after) <= _SIGNED and not after.endswith((".", ":", "?", "!"))
    return _THANKS.fullmatch(plain) is not None and named


def within(text: str, at: int, start: int, end: int) -> Span:
    """The part of a stretch that the same message says around `at`; all of it where nobody says what stands there.

    The line of facts is no part of it.
    """
    home = next(((a, b) for a, b in said(text) if a <= at < b), (start, end))
    start, end = max(start, home[0]), min(end, home[1])
    facts = facts_of(text)
    if at < facts[0]:
        return start, start + len(text[start : min(end, facts[0])].rstrip())
    return (max(start, _after(text, facts)) if at >= facts[1] else start), end


def _after(text: str, facts: Span) -> int:
    """Where something stands again below the facts."""
    return next((a for a, b in lines_of(text) if a >= facts[1] and text[a:b].strip()), 0) if facts[1] else 0


def facts_of(text: str) -> Span:
    """Where the line of status, dates and so on stands, below the subject; (0, 0) in a part that begins after it."""
    opening = [span for span in lines_of(text) if text[slice(*span)].strip()][:2]
    return next((span for span in opening if is_facts_line(text[slice(*span)].strip())), (0, 0))


def told_at(text: str, at: int) -> int:
    """From where a place is quoted: of one in the subject, which is shown as the title, from what stands below it."""
    below = _after(text, facts := facts_of(text))
    return below if at < facts[1] and is_said(text, below) else at


def is_said(text: str, at: int) -> bool:
    """Whether somebody says what stands there."""
    return any(a <= at < b for a, b in said(text))
