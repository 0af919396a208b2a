"""Two documents → what one has, the other has not, and what reads differently, sentence by sentence. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ingest.records import DocumentRow
from ingest.sentences import sentences
from ingest.types import Page, Section
from rag.cite import folded
from rag.comparing.align import Bodies, aligned, bodies
from rag.contents import is_contents
from rag.outline import Part, sections_of

_FACT = re.compile(r"(?<![\w.])(?:--?[a-z][\w-]*|[\w.:/%-]*\d[\w.:/%-]*|[A-Z]{2,}\w*|\w+[_/]\w[\w/.]*)")
_ALIKE = 0.35
"""Share of words above which two sentences are one that was reworded."""
_MOST_PAIRS = 40_000
"""Pairs of sentences that are looked at in one place; a block with more was rewritten, not edited."""


@dataclass(frozen=True, slots=True)
class Book:
    """A document with its text."""

    row: DocumentRow
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sentence: `page.text[start:end] == text`. `key` is equal for sentences that read the same."""

    page: int
    start: int
    end: int
    text: str

    @property
    def key(self) -> str:
        """The text without what line breaks, typography and capitals add."""
        return folded(self.text).casefold()


@dataclass(frozen=True, slots=True)
class Edit:
    """A sentence before and after; None where it was added or taken out. `facts`: a number or a name differs."""

    title: str
    old: Stretch | None
    new: Stretch | None
    facts: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """A section that only one of the documents has, with its sentences."""

    title: str
    page: int
    sentences: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from `old` to `new`. `changed`: edits in sections that both have, differing numbers and names first.

    `unchanged` counts the sentences that both have; `share` is the part, 0 to 1, of all sentences of both that have a
    counterpart, be it reworded.
    """

    old: Book
    new: Book
    added: tuple[Whole, ...]
    removed: tuple[Whole, ...]
    changed: tuple[Edit, ...]
    unchanged: int
    share: float


def compare(old: Book, new: Book) -> Comparison:
    """Sections are aligned by title, number and text, then compared sentence by sentence.

    What only moved counts as unchanged. Some seconds for two documents of 500 pages.
    """
    sides = tuple(_read(book) for book in (old, new))
    keys = [[[s.key for s in part] for part in side.sentences] for side in sides]
    pairs = aligned(sides[0].parts, sides[1].parts, keys[0], keys[1])
    edits = [edit for i, j in pairs for edit in _edits(sides[1].parts[j], sides[0].sentences[i], sides[1].sentences[j])]
    left = [_alone(side, {pair[n] for pair in pairs}) for n, side in enumerate(sides)]
    gone = Counter(s.key for edit in edits if (s := edit.old) and not edit.new) + _keys(left[0])
    come = Counter(s.key for edit in edits if (s := edit.new) and not edit.old) + _keys(left[1])
    moved = gone & come
    changed = _without_moved(edits, moved)
    removed, added = _still(left[0], moved), _still(left[1], moved)
    sizes = [sum(map(len, side.sentences)) for side in sides]
    reworded = sum(edit.old is not None and edit.new is not None for edit in changed)
    lost = sum(edit.old is not None for edit in changed) + sum(len(whole.sentences) for whole in removed)
    unchanged = sizes[0] - lost
    share = min(1.0, 2 * (unchanged + reworded) / sum(sizes)) if sum(sizes) else 1.0
    changed.sort(key=lambda edit: -_weight(edit))
    return Comparison(old, new, tuple(added), tuple(removed), tuple(changed), unchanged, share)


@dataclass(frozen=True, slots=True)
class _Side:
    """A document's sections, and the sentences of each."""

    parts: tuple[Part, ...]
    sentences: tuple[tuple[Stretch, ...], ...]


def _read(book: Book) -> _Side:
    parts = sections_of(book.pages, book.sections)
    texts, within = {page.number: page.text for page in book.pages}, bodies(book.pages)
    return _Side(parts, tuple(tuple(_stretches(part, texts, within)) for part in parts))


def _stretches(part: Part, texts: Mapping[int, str], within: Bodies) -> Iterator[Stretch]:
    """The sentences of a part, without running headers, its own heading, and tables of contents."""
    for s in part.slices:
        if is_contents(texts[s.page]):
            continue
        first, last = within[s.page]
        start, end = max(s.start, first), min(s.end, last)
        text = texts[s.page][start:end] if start < end else ""
        if s is part.slices[0] and part.title:
            skipped = _heading(text, part.title)
            start, text = start + skipped, text[skipped:]
        for a, b in sentences(text):
            yield Stretch(s.page, start + a, start + b, text[a:b])


def _heading(text: str, title: str) -> int:
    heading = r"\s+".join(re.escape(word) for word in title.split())
    match = re.match(rf"[\W\d]*?(?:[A-Z][.\d]+)?\s*{heading}[ \t:.]*(?=\s|$)", text)
    return match.end() if match else 0


def _edits(part: Part, old: Sequence[Stretch], new: Sequence[Stretch]) -> Iterator[Edit]:
    matcher = SequenceMatcher(None, [s.key for s in old], [s.key for s in new])
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal" and _joined(old[a:b]) != _joined(new[c:d]):
            yield from _paired(part.title, old[a:b], new[c:d])


def _joined(block: Sequence[Stretch]) -> str:
    """A page may end amid a sentence in one version and not in the other."""
    return "".join("".join(s.key.split()) for s in block)


def _paired(title: str, old: Sequence[Stretch], new: Sequence[Stretch]) -> Iterator[Edit]:
    """Sentences that were reworded, each with what it became, then those without a counterpart."""
    taken: dict[int, int] = {}
    if len(old) * len(new) <= _MOST_PAIRS:
        words = [[set(re.findall(r"\w+", s.key)) for s in block] for block in (old, new)]
        likeness = [
            (len(before & after) / max(1, len(before | after)), -i, -j)
            for i, before in enumerate(words[0])
            for j, after in enumerate(words[1])
        ]
        for alike, i, j in sorted(likeness, reverse=True):
            if alike >= _ALIKE and -i not in taken and -j not in taken.values():
                taken[-i] = -j
    for i, before in enumerate(old):
        after = new[taken[i]] if i in taken else None
        yield Edit(title, before, after, after is not None and _facts(before.text) != _facts(after.text))
    for j, after in enumerate(new):
        if j not in taken.values():
            yield Edit(title, None, after, False)


def _facts(text: str) -> set[str]:
    """Numbers, names in capitals, options, paths."""
    return {fact.rstrip(".:,") for fact in _FACT.findall(folded(text))}


def _weight(edit: Edit) -> int:
    """Differing facts first, then what came or went with a fact in it, then other words."""
    one = edit.new or edit.old
    return 2 if edit.facts else 1 if one and not (edit.old and edit.new) and _facts(one.text) else 0


def _alone(side: _Side, matched: set[int]) -> list[Whole]:
    return [
        Whole(part.title, part.first, found)
        for part, found in zip(side.parts, side.sentences, strict=True)
        if part.ordinal not in matched and found
    ]


def _keys(wholes: Sequence[Whole]) -> Counter[str]:
    return Counter(s.key for whole in wholes for s in whole.sentences)


def _without_moved(edits: Sequence[Edit], moved: Counter[str]) -> list[Edit]:
    kept = []
    budget = {"old": moved.copy(), "new": moved.copy()}
    for edit in edits:
        one = edit.old if edit.new is None else edit.new if edit.old is None else None
        left = budget["old" if edit.new is None else "new"]
        if one is not None and left[one.key] > 0:
            left[one.key] -= 1
        else:
            kept.append(edit)
    return kept


def _still(wholes: Sequence[Whole], moved: Counter[str]) -> list[Whole]:
    """Sections without the sentences that stand elsewhere in the other document."""
    found = [Whole(w.title, w.page, tuple(s for s in w.sentences if not moved[s.key])) for w in wholes]
    return [whole for whole in found if whole.sentences]
