"""Passages that reach over several sections → the stretches of each section, so that no quote goes from one into the
next and each is cited by the section that it stands in. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.types import Section
from rag.planning.sections import path_to
from rag.quotes.procedure import GetSections
from rag.types import Passage

BESIDE = 0.5
"""What a stretch without a hit of the search counts, against the whole that it is a part of."""


def in_sections(passages: Sequence[Passage], found: Sequence[Passage], sections: GetSections) -> list[Passage]:
    """Each of `passages`, in order, cut before every heading on its page; a heading stays with what follows it.

    A stretch has the score of the best of `found` that it shares letters with, else BESIDE of what it was cut from.
    """
    outlines = {one.document_id: sections(one.document_id) for one in passages}
    cut: list[Passage] = []
    for passage in passages:
        outline = outlines[passage.document_id]
        here = [one for one in found if (one.document_id, one.page) == (passage.document_id, passage.page)]
        for start, end in _stretches(passage, outline):
            cut.append(_stretch(passage, start, end, here, outline))
    return cut


def _stretches(passage: Passage, outline: Sequence[Section]) -> Iterator[tuple[int, int]]:
    """Offsets on the page, never blank at their ends; a stretch that is headings only goes with the next one."""
    heads = sorted(
        (one.start, one.title)
        for one in outline
        if one.page == passage.page and passage.start <= one.start < passage.end
    )
    start, titles = passage.start, list[str]()
    for at, title in [*heads, (passage.end, "")]:
        body = passage.text[start - passage.start : at - passage.start]
        bare = " ".join(body.split())
        if at < passage.end and (not bare or bare in titles or bare == " ".join(titles)):
            titles.append(title)
            continue
        if bare:
            lead = len(body) - len(body.lstrip())
            yield start + lead, start + lead + len(body.strip())
        start, titles = at, [title]


def _stretch(passage: Passage, start: int, end: int, here: Sequence[Passage], outline: Sequence[Section]) -> Passage:
    text = passage.text[start - passage.start : end - passage.start]
    section = path_to(outline, (passage.page, end - 1)) or passage.section
    if (start, end) == (passage.start, passage.end):
        within = any(one.page == passage.page and start <= one.start < end for one in outline)
        return replace(passage, section=section) if within else passage
    hits = [one for one in here if one.start < end and start < one.end]
    best = max(hits, key=lambda one: one.score, default=None)
    score, near = (best.score, best.similarity) if best else (passage.score * BESIDE, 0.0)
    return replace(passage, start=start, end=end, text=text, section=section, score=score, similarity=near)
