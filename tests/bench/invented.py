"""A number of chunks → invented documents with words as frequent as in real text, vectors, and questions about them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder
from ingest.filing import Piece
from ingest.lexical import STOPWORDS
from ingest.records import FileRecord
from ingest.types import Chunk, Document, Page
from ingest.vectors import Vectors

BLOCK = 5_000
"""Chunks made at once."""
_A_PAGE, _A_DOCUMENT, _A_TOPIC = 4, 20, 500
"""Chunks of each."""
_WORDS, _VOCABULARY, _OF_TOPIC, _DIRECTIONS = 60, 150_000, 150, 32
_SENTENCE = 16
"""Words."""
_SYLLABLES = [c + v for c in "b c d f g l m n p r s t v br tr pl".split() for v in "a e i o u an er in or al".split()]


@cache
def vocabulary() -> list[str]:
    """Words by rank: real ones without meaning first, then invented ones."""
    draw, syllables = np.random.default_rng(1), np.array(_SYLLABLES)
    known = dict.fromkeys(word for pair in zip(*map(sorted, STOPWORDS.values()), strict=False) for word in pair)
    while len(known) < _VOCABULARY:
        known["".join(draw.choice(syllables, size=draw.integers(2, 5)))] = None
    return list(known)


def _cumulative(count: int) -> NDArray[np.float64]:
    """Zipf and Mandelbrot's law: how often words of the first n ranks are met."""
    weights = 1.0 / (np.arange(count) + 2.7) ** 1.07
    return np.asarray(np.cumsum(weights) / weights.sum())


def _topic_words(topic: int) -> NDArray[np.int64]:
    """Ranks of the words that documents of a topic use more than others: common ones and rare ones."""
    draw = np.random.default_rng((2, topic))
    return np.asarray(np.exp(draw.uniform(np.log(400), np.log(_VOCABULARY), _OF_TOPIC)), dtype=np.int64) % _VOCABULARY


class Invented:
    """The same documents and vectors every time for the same number of chunks."""

    def __init__(self, chunks: int, embedder: Embedder) -> None:
        self._words, self._chunks = vocabulary(), chunks
        self._all, self._own = _cumulative(_VOCABULARY), _cumulative(_OF_TOPIC)
        names = [" ".join(self._words[i] for i in _topic_words(t)[:20]) for t in range(topics(chunks))]
        self._centres = np.concatenate([embedder.embed_questions([name]) for name in names])
        shape = (_DIRECTIONS, self._centres.shape[1])
        self._directions = np.random.default_rng(6).normal(size=shape) / (shape[0] * shape[1]) ** 0.5

    def block(self, start: int) -> tuple[FileRecord, list[Piece]]:
        """A file with the documents of the chunks from `start` on, BLOCK at most."""
        draw = np.random.default_rng((3, start))
        size = min(BLOCK, self._chunks - start)
        ranks = np.searchsorted(self._all, draw.random((size, _WORDS)))
        own = np.searchsorted(self._own, draw.random((size, _WORDS)))
        special = draw.random((size, _WORDS)) < 0.35
        pieces = []
        for first in range(0, size, _A_DOCUMENT):
            rows = slice(first, min(first + _A_DOCUMENT, size))
            number = (start + first) // _A_DOCUMENT
            words = np.where(special[rows], _topic_words(_topic(number, self._chunks))[own[rows]], ranks[rows])
            texts = [f"{self._text(row)} {code(start + first + at)}." for at, row in enumerate(words)]
            pieces.append(_piece(number, texts))
        return FileRecord(f"/invented/{start}.txt", f"{start}", size, 1), pieces

    def _text(self, ranks: NDArray[np.int64]) -> str:
        words = [self._words[i] for i in ranks]
        parts = [" ".join(words[at : at + _SENTENCE]).capitalize() for at in range(0, len(words), _SENTENCE)]
        return ". ".join(parts)

    def vectors(self, start: int, count: int) -> Vectors:
        """Unit rows (count, d) around the centre of their topic and, closer, of their document.

        They differ in few directions, as vectors of text do: in all alike, everything would be as far from everything.
        """
        draw = np.random.default_rng((4, start))
        documents = np.arange(start, start + count) // _A_DOCUMENT
        shifts = draw.normal(size=(int(documents[-1] - documents[0]) + 1, len(self._directions)))
        near = (shifts[documents - documents[0]] + draw.normal(size=(count, len(self._directions)))) @ self._directions
        rows = self._centres[[_topic(d, self._chunks) for d in documents]] + 0.3 * near
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def topics(chunks: int) -> int:
    """How many there are."""
    return max(20, chunks // _A_TOPIC)


def code(chunk: int) -> str:
    """An identifier that one chunk in five has, each of them a few times over."""
    return f"ERR-{chunk % 50_000:05d}" if chunk % 5 == 0 else "ok"


def questions(chunks: int, count: int) -> list[str]:
    """Of 3 to 25 words, a third of them without meaning; every fourth names an identifier."""
    draw = np.random.default_rng(5)
    words, own, everything = vocabulary(), _cumulative(_OF_TOPIC), _cumulative(_VOCABULARY)
    asked = []
    for number in range(count):
        length = int(draw.integers(3, 26))
        special = _topic_words(int(draw.integers(topics(chunks))))[np.searchsorted(own, draw.random(length))]
        chosen = np.where(draw.random(length) < 0.5, special, np.searchsorted(everything, draw.random(length)))
        named = [code(int(draw.integers(chunks // 5)) * 5)] if number % 4 == 0 else []
        asked.append(" ".join([*(words[i] for i in chosen), *named]) + "?")
    return asked


def _topic(document: int, chunks: int) -> int:
    return document * 7919 % topics(chunks)


def _piece(number: int, texts: Sequence[str]) -> Piece:
    name, pages, chunks = f"d{number:07d}", [], []
    title, language = f"Manual {number}", "es" if number % 2 else "en"
    for page, first in enumerate(range(0, len(texts), _A_PAGE), 1):
        some = texts[first : first + _A_PAGE]
        starts = np.cumsum([0, *(len(text) + 1 for text in some)]).tolist()
        for at, (text, (start, following)) in enumerate(zip(some, pairwise(starts), strict=True)):
            chunks.append(Chunk(name, first + at, page, start, following - 1, text, f"{title} › {page}"))
        pages.append(Page(page, f"{page}", "\n".join(some)))
    return Piece(Document(name, "manual", title, language, tuple(pages)), chunks, name)
