"""A written answer → the same with each sentence's mark at the passage that bears it out. Pure.

Small models leave marks out or name the passage next to the right one; what is proved is for the check to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.language import detect
from ingest.sentences import sentences
from ingest.types import Language
from rag.cut_short import CutShort
from rag.support.verdict import Support, is_no_claim

_MARK = re.compile(r"\s*\[(\d{1,6})\]")
_IN_FRONT = re.compile(r"(?:[-*•]\s+)?\[\d{1,6}\]")
_END = re.compile(r"[\s.!?…:;]*$")


def placed(text: str, support: Support, passages: int, reader: Language) -> str:
    """The text with a mark of the passage that bears a sentence out, where it has none, or none of which does.

    A sentence that is borne out by none stays as it is: the check says what is wrong with it. So do those that there
    was no time for.
    """
    written_in = detect(text)
    language = reader if written_in == "und" else written_in
    out, end = "", 0
    for number, (a, b) in enumerate(sentences(text)):
        written = text[a:b]
        bare = _MARK.sub("", written).strip()
        named = [n for mark in _MARK.findall(written) if 1 <= (n := int(mark)) <= passages]
        if is_no_claim(bare, language):
            continue
        try:
            if named and not support.fault(bare, named, language, first=not number)[0]:
                right = tuple(dict.fromkeys(named)) if _IN_FRONT.match(written) else ()
            else:
                right = support.bearers(bare, language, first=not number)
        except CutShort:
            break
        if right:
            out += text[end:a] + _marked(written, right)
            end = b
    return out + text[end:]


def _marked(written: str, numbers: Iterable[int]) -> str:
    plain = _MARK.sub("", written).lstrip()
    at = len(_END.sub("", plain))
    marks = "".join(f"[{n}]" for n in numbers)
    return f"{plain[:at]} {marks}{plain[at:]}"
