"""Foreign text → what in it tries to instruct an assistant. Pure.

A warning and no verdict: the text stays searchable, and is quoted like any other. What counts is that the text talks
to whoever answers (about its instructions, its role, its answers, this conversation), not that it gives orders: a
manual does nothing else. Kinds of attack as in BIPIA (Yi et al., 2023) and OWASP's LLM01.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from ingest.types import Page
from rag.suspicion_patterns import (
    BLOB,
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
_BLOBS = 40
"""Encoded runs of one text that are looked into."""


def attempts(passages: Iterable[Passage]) -> tuple[Attempt, ...]:
    """What the passages try, in their order, each kind once a page."""
    found = [
        Attempt(what, passage.document_id, passage.title, passage.page)
        for passage in passages
        for what in suspicions(f"{passage.title}\n{passage.section}\n{passage.text}")
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
    found = [what for what, patterns in SAYING.items() if any(pattern.search(text) for pattern in patterns)]
    joined = SPELLED.sub(lambda match: re.sub(r"[ .·-]", "", match.group()), text)
    return found or ([] if joined == text else [w for w, ps in SAYING.items() if any(p.search(joined) for p in ps)])


def _unhidden(text: str) -> tuple[bool, str]:
    """Whether letters are hidden, or hide in others, and the text as a program reads it."""
    tags = "".join(chr(ord(c) - 0xE0000) for c in "".join(TAG.findall(text)))
    hidden = bool(tags) or bool(INTERLEAVED.search(text)) or bool(OVERRIDE_MARK.search(text))
    return hidden, f"{INVISIBLE.sub('', text)}\n{tags}" if hidden or INVISIBLE.search(text) else text


def _encoded(text: str) -> bool:
    """Whether a run of base64 says what would be suspicious in the open, or stands beside the order to decode it."""
    blobs = BLOB.findall(text)[:_BLOBS]
    return bool(blobs) and (bool(DECODE.search(folded(text))) or any(_said(folded(_decoded(blob))) for blob in blobs))


def _decoded(blob: str) -> str:
    try:
        return base64.b64decode(blob + "=" * (-len(blob) % 4), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
