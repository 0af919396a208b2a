"""Foreign text → what in it tries to instruct an assistant. Pure.

A warning and no verdict: the text stays searchable and is read, but `rag.guards.instructing` lets it prove nothing.
What counts is that the text talks to whoever answers (about its instructions, its role, its answers, this
conversation), not that it gives orders: a manual does nothing else. Kinds of attack as in BIPIA (Yi et al., 2023) and
OWASP's LLM01.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from ingest.types import Page
from rag.guards.disguises import BLOB, decoded, undisguised
from rag.guards.suspicion_patterns import (
    CONTROL,
    DECODE,
    IMAGE,
    INTERLEAVED,
    INVISIBLE,
    OVERRIDE_MARK,
    SAYING,
    SPELLED,
    TAG,
)
from rag.types import Attempt, Attempted, Passage

_SPACES = re.compile(r"\s+")
_LONGEST = 200_000
"""Characters of one text that are looked at."""


def attempts(passages: Iterable[Passage]) -> tuple[Attempt, ...]:
    """What the passages try, in their order, each kind once a page."""
    found = [
        Attempt(what, passage.document_id, passage.title, passage.page)
        for passage in passages
        for what in (*suspicions(f"{passage.title}\n{passage.section}"), *suspicions(passage.text))
    ]
    return tuple(dict.fromkeys(found))


def attempts_of_pages(document_id: str, title: str, pages: Sequence[Page]) -> tuple[Attempt, ...]:
    """The same for a document that is read whole."""
    return tuple(Attempt(what, document_id, title, page.number) for page in pages for what in suspicions(page.text))


@lru_cache(maxsize=1024)
def suspicions(text: str) -> tuple[Attempted, ...]:
    """What a text tries, each kind once; () for nearly every text that people write for people."""
    text = text[:_LONGEST]
    found: list[Attempted] = []
    if CONTROL.search(text):
        found.append("control")
    hidden, shown = _unhidden(text)
    if hidden:
        found.append("hidden")
    found += _said(folded(shown))
    if IMAGE.search(shown):
        found.append("leak")
    if _encoded(shown):
        found.append("encoded")
    return tuple(dict.fromkeys(found))


def folded(text: str) -> str:
    """As the patterns of what is said expect it: lower case, no accents, marks or quotes of emphasis, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c) and c not in "*_`")
    return _SPACES.sub(" ", bare.replace("’", "'"))


def _said(text: str) -> list[Attempted]:
    """What folded text says in the open, or else in disguise."""
    joined = SPELLED.sub(lambda match: re.sub(r"[ .·-]", "", match.group()), text)
    readings = [text, *([joined] if joined != text else []), *undisguised(text)]
    return next((found for reading in readings if (found := _says(reading))), [])


def _says(text: str) -> list[Attempted]:
    return [what for what, patterns in SAYING.items() if any(pattern.search(text) for pattern in patterns)]


def _unhidden(text: str) -> tuple[bool, str]:
    """Whether letters are hidden, or hide in others, and the text as a program reads it."""
    tags = "".join(chr(ord(c) - 0xE0000) for c in "".join(TAG.findall(text)))
    hidden = bool(tags) or bool(INTERLEAVED.search(text)) or bool(OVERRIDE_MARK.search(text))
    return hidden, f"{INVISIBLE.sub('', text)}\n{tags}" if hidden or INVISIBLE.search(text) else text


def _encoded(text: str) -> bool:
    """Whether an encoded run says what would be suspicious in the open, or stands beside the order to decode it."""
    ordered = BLOB.search(text) and DECODE.search(folded(text))
    return bool(ordered) or any(_says(folded(said)) for said in decoded(text))
