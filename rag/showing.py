"""An answer's text and its claims → the text as shown: signs after what has no support, or without it. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from ingest.lexical import fold
from ingest.sentences import sentences
from ingest.types import Language
from rag.events import Claim
from rag.phrases import say

_BLANK_LINES = re.compile(r"[ \t]*\n(?:[ \t]*\n){2,}")
_ITEM = re.compile(r"^[ \t]*(?:[-•*]|\d{1,2}[.)])[ \t]*$", re.MULTILINE)


def with_signs(text: str, claims: Sequence[Claim], language: Language) -> str:
    """A sign after each sentence without support; sentences said before are gone."""
    again, late = repeats(claims), unchecked(claims, language)
    sign = say(language, "claim.unsupported")
    signs = {
        n: f" ({claim.why})" if n in late else f" {sign}"
        for n, claim in enumerate(claims)
        if claim.supported is False and n not in again
    }
    return _rebuilt(text, claims, again, signs)


def only_supported(text: str, claims: Sequence[Claim], language: Language) -> str:
    """Without the sentences that have no support, and how many they are; those that there was no time for are apart."""
    gone = {n for n, claim in enumerate(claims) if claim.supported is False}
    late = unchecked(claims, language)
    lost = {"claim.removed": gone - late - repeats(claims), "claim.late": late}
    notes = [say(language, key, count=len(some)) for key, some in lost.items() if some]
    return "\n\n".join([_rebuilt(text, claims, gone, {}), *notes]).strip()


def unchecked(claims: Sequence[Claim], language: Language) -> set[int]:
    """Places of the claims that there was no time to judge: the check was stopped before."""
    why = say(language, "claim.unchecked")
    return {n for n, claim in enumerate(claims) if claim.supported is False and claim.why == why}


def whole_sentences(text: str) -> str:
    """What a model wrote until it was cut off, without the last sentence; with it where it is whole or the only one."""
    spans = sentences(text)
    return text[: spans[-2][1]] if len(spans) > 1 and not text.endswith((".", "!", "?", "]")) else text


def repeats(claims: Sequence[Claim]) -> set[int]:
    """Places of the unsupported claims whose words an earlier one had."""
    seen: set[str] = set()
    found = set()
    for n, claim in enumerate(claims):
        if (key := same_words(claim.text)) in seen and claim.supported is False:
            found.add(n)
        seen.add(key)
    return found


def same_words(text: str) -> str:
    """By what a repeated sentence is told: its words without marks, punctuation, case and the number of a list item."""
    bare = re.sub(r"\[\d{1,6}\]", "", re.sub(r"^\s*(?:[-•*]|\d{1,2}[.)])\s+", "", text))
    return " ".join(re.findall(r"\w+", fold(bare)))


def _rebuilt(text: str, claims: Sequence[Claim], gone: Collection[int], signs: Mapping[int, str]) -> str:
    out, at = "", 0
    for n, claim in enumerate(claims):
        out += text[at : claim.start]
        at = claim.end
        if n in gone:
            out = out.rstrip(" ")
        else:
            out += claim.text + signs.get(n, "")
    out += text[at:]
    # A lone number may be the answer; a list's is left over only where a sentence went.
    return _BLANK_LINES.sub("\n\n", _ITEM.sub("", out) if gone else out).strip()
